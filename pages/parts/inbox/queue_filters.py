"""What the queue should show: the filters over it, and the address that sets them."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Route, Status, TaskTypeName
from cx_core.views import QueueFilter
from pages.parts.words import ROUTES, STATUSES, due_within
from pages.wiring import desk

VIEWS: dict[str, tuple[Status, ...]] = {
    "Open": ("new", "open"),
    "Mine": ("new", "open", "pending"),
    "Waiting": ("pending",),
    "Solved": ("solved", "closed"),
}
_CHANGED = "filters-changed"
NARROWING: tuple[Status, ...] = ("new", "open")
"""Statuses that one view shows together and that can be told apart."""


def filters(titles: dict[TaskTypeName, str]) -> QueueFilter:
    """Draw the filters; what is chosen in them."""
    st.session_state.pop(_CHANGED, None)
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default="Open",
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
        width="stretch",
        on_change=_first_page,
    )
    with st.container(horizontal=True, gap="small", wrap=False):
        text = st.text_input(
            "Search tickets",
            key="q",
            bind="query-params",
            placeholder="Search",
            label_visibility="collapsed",
            on_change=_first_page,
        )
        wanted = _more_filters(VIEWS[view or "Open"], titles)
    return wanted.replace(mine=view == "Mine", text=text or "")


def _more_filters(statuses: tuple[Status, ...], titles: dict[TaskTypeName, str]) -> QueueFilter:
    active = _active(statuses)
    with st.popover(f"Filter ({active})" if active else "Filter", key="filter"):
        status = st.pills(
            "Status",
            NARROWING,
            selection_mode="multi",
            format_func=STATUSES.__getitem__,
            key="status",
            on_change=_first_page,
            bind="query-params",
            disabled=not set(NARROWING) & set(statuses),
        )
        due_soon = st.toggle(
            due_within(desk().inbox.soon_minutes()), key="due", on_change=_first_page, bind="query-params"
        )
        unassigned = st.toggle("Unassigned", key="unassigned", on_change=_first_page, bind="query-params")
        routes = st.pills(
            "Handled by",
            list(ROUTES),
            selection_mode="multi",
            format_func=_route_words,
            key="routes",
            on_change=_first_page,
            persist_state="session",
        )
        types = st.multiselect(
            "Task types",
            list(titles),
            format_func=lambda name: titles.get(name, name),
            key="types",
            select_all=False,
            on_change=_first_page,
            persist_state="session",
            placeholder="All",
        )
        names = desk().inbox.other_languages()
        languages = st.multiselect(
            "Languages",
            list(names),
            format_func=lambda code: names.get(code, code),
            key="languages",
            select_all=False,
            on_change=_first_page,
            persist_state="session",
            placeholder="All",
        )
        seconding = st.toggle(
            "Needs a second person",
            key="seconding",
            on_change=_first_page,
            persist_state="session",
            help="A colleague has approved it; a second approval is required.",
        )
    return QueueFilter(
        statuses=tuple(one for one in statuses if one in status) or statuses,
        routes=tuple(routes),
        task_types=tuple(types),
        languages=tuple(languages),
        seconding=seconding,
        due_soon=due_soon,
        unassigned=unassigned,
    )


def _active(statuses: tuple[Status, ...]) -> int:
    """How many filters narrow this view. Before they are first drawn, what the address sets is in the address only."""
    state, given = st.session_state, st.query_params
    named = [name for name in NARROWING if STATUSES[name] in given.get_all("status")]
    chosen = [*(state.get("routes") or ()), *(state.get("types") or ()), *(state.get("languages") or ())]
    chosen += set(state.get("status", named) or ()) & set(statuses)
    return len(chosen) + sum(bool(state.get(key, key in given)) for key in ("seconding", "due", "unassigned"))


def narrowed(wanted: QueueFilter) -> bool:
    """Whether there may be tickets that wait and are not shown."""
    chosen = (wanted.routes, wanted.task_types, wanted.languages, wanted.text, wanted.mine)
    return any((*chosen, wanted.seconding, wanted.due_soon, wanted.unassigned, wanted.statuses not in VIEWS.values()))


def address(wanted: QueueFilter) -> dict[str, str]:
    """The Inbox's address that sets these statuses, and whose and how pressing; a filter is removed with its part.

    Only in a callback: what the reader had chosen before and no address says is taken back, since it would narrow more.
    """
    views = ((view, statuses) for view, statuses in VIEWS.items() if view != "Mine")
    view, shown = next((view, statuses) for view, statuses in views if set(wanted.statuses) <= set(statuses))
    status = [] if wanted.statuses == shown else list(wanted.statuses)
    # Said to the session too: the menu's name is drawn before its fields have read the address.
    st.session_state.update(
        routes=[],
        types=[],
        languages=[],
        seconding=False,
        status=status,
        due=wanted.due_soon,
        unassigned=wanted.unassigned,
    )
    made = {"view": view} | ({"status": STATUSES[status[0]]} if status else {})
    return made | {key: "true" for key, on in (("due", wanted.due_soon), ("unassigned", wanted.unassigned)) if on}


def _route_words(route: Route) -> str:
    return ROUTES[route]


def _first_page() -> None:
    st.session_state["page"] = 1
    st.session_state[_CHANGED] = True


def undrawn() -> bool:
    """Whether a filter was changed and the queue not drawn for it: the run that brought it was another fragment's."""
    return bool(st.session_state.get(_CHANGED))
