"""The Inbox's own elements: HTML, CSS and JavaScript beside this file, mounted from Python here.

They set textContent only, so that what customers, articles and models wrote is shown as typed and never
becomes markup, a link or a remote image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NotRequired, TypedDict

import streamlit as st

from pages.parts.times import moment

_FOLDER = Path(__file__).parent


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


_PAPER = st.components.v2.component(
    "rung_paper", html='<div\n class="paper"></div>', css=_asset("paper.css"), js=_asset("paper.js")
)
_QUEUE = st.components.v2.component(
    "rung_queue", html=_asset("queue.html"), css=_asset("queue.css"), js=_asset("queue.js")
)
_WATCH = st.components.v2.component("rung_watch", js=_asset("watch.js"))
_KEYS = st.components.v2.component("rung_keys", js=_asset("keys.js"))
_FIELDS = st.components.v2.component("rung_fields", js=_asset("fields.js"))
_SCORECARD = st.components.v2.component("rung_scorecard", js=_asset("scorecard.js"))
_FINDER = st.components.v2.component(
    "rung_finder", html=_asset("finder.html"), css=_asset("paper.css") + _asset("finder.css"), js=_asset("finder.js")
)
_STOP_BAR = st.components.v2.component(
    "rung_stop_bar",
    html='<div\n class="bar" role="status" aria-label="What is stopped" hidden></div>',
    css=_asset("stop_bar.css"),
    js=_asset("stop_bar.js"),
)
_VISITOR = st.components.v2.component(
    "rung_visitor",
    html='<p\n role="status"></p>',
    css="p { margin: 0; font-size: .85rem } .here { color: var(--st-green-text-color) } .left { font-weight: 600 }",
    js=_asset("visitor.js"),
)
_STYLE = f"<style>\n{_asset('inbox.css')}</style>"


class Node(TypedDict):
    """A piece of a paper: an element with text or children. `at` is an ISO time, for programs; the text says it.

    `file` is an attachment's id: only from such an id does a paper make a link or a picture, to our own address.
    `press` makes it a button, and is what Python is told when it is pressed.
    """

    tag: str
    cls: NotRequired[str]
    text: NotRequired[str]
    at: NotRequired[str]
    label: NotRequired[str]
    tip: NotRequired[str]
    file: NotRequired[str]
    preview: NotRequired[bool]
    press: NotRequired[str]
    kids: NotRequired[list[Node]]


def node(tag: str, *content: Node | str | None, cls: str = "", at: str = "", label: str = "", tip: str = "") -> Node:
    """An element. Text given as the only content is its text; beside others it becomes a span."""
    made: Node = {"tag": tag}
    if cls:
        made["cls"] = cls
    if at:
        made["at"], made["text"] = at, moment(datetime.fromisoformat(at))
    if label:
        made["label"] = label
    if tip:
        made["tip"] = tip
    if len(content) == 1 and isinstance(content[0], str):
        made["text"] = content[0]
        return made
    kids = [node("span", one) if isinstance(one, str) else one for one in content if one]
    if kids:
        made["kids"] = kids
    return made


def filed(
    tag: str, file: str, *content: Node | str, preview: bool = False, cls: str = "", label: str = "", tip: str = ""
) -> Node:
    """A link that saves an attachment ("a") or shows its preview, or the preview itself ("img")."""
    made = node(tag, *content, cls=cls, label=label, tip=tip)
    made["file"] = file
    made["preview"] = preview
    return made


def pressed(text: str, told: str, *, label: str = "") -> Node:
    """Words that can be pressed; `told` reaches the paper's `on_pressed`."""
    return {**node("button", text, cls="pressed", label=label), "press": told}


def pressed_line(told: str, *nodes: Node) -> Node:
    """Make a whole line one button; `told` reaches the paper's `on_pressed`."""
    return {**node("button", *nodes, cls="pressed line row small"), "press": told}


def paper(
    *nodes: Node | None,
    key: str,
    scrolls: str = "",
    newest: str = "",
    tall: bool = False,
    on_pressed: Callable[[str], None] | None = None,
) -> None:
    """Draw nodes as plain text.

    `scrolls` names it as a region that scrolls by itself, unless it is `tall`. `newest` is the id of what to bring
    in view once, marked by the class newest. `on_pressed` is called with what a pressed node tells, in a callback.
    """
    drawn = [one for one in nodes if one]
    data = {"nodes": drawn, "scrolls": scrolls, "newest": newest, "tall": tall}
    if on_pressed is None:
        _PAPER(key=key, data=data)
        return

    def press() -> None:
        told = st.session_state[key].pressed
        if told:
            on_pressed(str(told))

    _PAPER(key=key, data=data, on_pressed_change=press)


def queue_list(
    rows: Sequence[dict[str, object]], *, opened: str, count: str, empty: str, on_opened: Callable[[], None]
) -> None:
    """The listbox. Triggers: `opened` with a ticket's id, `changed` when any ticket changed."""
    _QUEUE(
        key="queue-list",
        data={"rows": list(rows), "open": opened, "count": count, "empty": empty},
        on_opened_change=on_opened,
        on_changed_change=_nothing,
    )


def watch(
    *,
    ticket: str,
    version: int,
    area: str,
    stored: str,
    revision: int,
    since: int,
    on_typed: Callable[[], None],
    on_worked: Callable[[], None],
) -> None:
    """Watch the open ticket. Triggers: `changed`, `typed` with what was written and where, `worked` once a minute.

    `stored` is what is kept for the area, as it is shown: other words there are not saved yet. `since` is the revision
    with which the page last put words into the area: the first key after it is told at once.
    """
    _WATCH(
        key="watch",
        data={
            "ticket": ticket,
            "version": version,
            "area": area,
            "stored": stored,
            "revision": revision,
            "since": since,
        },
        on_typed_change=on_typed,
        on_worked_change=on_worked,
        on_changed_change=_nothing,
    )


def finder(
    data: dict[str, object], *, on_typed: Callable[[], None], on_chosen: Callable[[], None], on_act: Callable[[], None]
) -> None:
    """Search over everything. Triggers: `typed` with {text}, `chosen` with a ref, `act` with {do, text or ref}."""
    _FINDER(key="finder", data=data, on_typed_change=on_typed, on_chosen_change=on_chosen, on_act_change=on_act)


def stop_bar(data: dict[str, object], *, on_waiting: Callable[[], None]) -> None:
    """What is stopped, kept true by the browser; `connect` has it open a live connection of its own.

    Trigger: `waiting`, which draws the whole page again, when something else waits for this person than was drawn.
    """
    _STOP_BAR(key="stop-bar-shown", data=data, on_waiting_change=on_waiting)


def visitor_line(*, ticket: str, seen: dict[str, object]) -> None:
    """Whether the visitor of a chat is there and typing, kept true by the browser."""
    _VISITOR(key="visitor-line", data={"ticket": ticket, "seen": seen})


def keys() -> None:
    """The keyboard, see keys.js."""
    _KEYS(key="keys", data={})


def fields() -> None:
    """What Ctrl or ⌘ + Enter does in a text field, on every page; see fields.js."""
    _FIELDS(key="fields", data={})


def scorecard_keys() -> None:
    """The keys of the scorecard, see scorecard.js."""
    _SCORECARD(key="scorecard-keys", data={})


def style() -> None:
    """How the three panes share the page. Static; no data ever goes in here."""
    st.html(_STYLE)


def _nothing() -> None:
    """A trigger that only has to rerun its fragment."""
