"""One subscription in the list: whom, what, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from cx_core.records import NotificationEvent, Subscription
from cx_core.views import Connections, Failing, NotificationTrial, Refusal, SubscriptionView
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

_TRIED = "tried"
WAYS = {"email": "E-mail", "webhook": "Webhook"}


def card(shown: SubscriptionView, connections: Connections) -> None:
    """Drawn as a row: the words, then the buttons."""
    one = shown.subscription
    told = " · ".join(connections.titles[event] for event in one.events)
    with st.container(border=True, key=f"subscription-{one.id}"):
        head = node(
            "div",
            node("h3", shown.to, cls="typed"),
            node("span", WAYS[one.way], cls="chip"),
            None if one.active else node("span", "off", cls="chip care"),
            node("span", "failing", cls="chip bad") if shown.failing else None,
            cls="row",
        )
        made = node(
            "p", node("span", f"Made by {shown.by}"), node("time", at=one.at.isoformat()), cls="row small muted"
        )
        broken = _failing(shown.failing) if shown.failing else None
        paper(node("div", head, node("p", told, cls="small"), broken, made, cls="stack tight"), key=f"paper-{one.id}")
        tried: tuple[str, NotificationTrial] = st.session_state.get(_TRIED, ("", NotificationTrial(good=True, text="")))
        if tried[0] == one.id:
            del st.session_state[_TRIED]
            paper(node("p", tried[1].text, cls="note good" if tried[1].good else "note bad"), key=f"tried-{one.id}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button("Send a test", key=f"try-{one.id}", icon=":material/send:", on_click=_try, args=(one,))
            with st.popover("Change", key=f"change-{one.id}", type="tertiary"):
                _change(one, connections.titles)
            _switch(one)
            with st.popover("Remove", key=f"removing-{one.id}", type="tertiary"):
                st.caption("What is on its way to it goes too, and a webhook’s secret.")
                st.button("Remove for good", key=f"remove-{one.id}", on_click=_remove, args=(one,))


def _failing(failing: Failing) -> Node:
    """Since when nothing arrives, why, and when it is tried again."""
    tries = "1 try" if failing.tries == 1 else f"{failing.tries} tries"
    again = node("time", at=failing.next_try.isoformat()) if failing.next_try else None
    return node(
        "div",
        node(
            "p",
            node("span", f"Failing: {tries} in a row did not arrive, the first at"),
            node("time", at=failing.since.isoformat()),
            cls="row",
        ),
        node("p", failing.trouble, cls="typed"),
        node(
            "p", node("span", "Next try at" if again else "All were given up: try one again below."), again, cls="row"
        ),
        cls="note bad stack tight",
    )


def choose(titles: dict[NotificationEvent, str], key: str, chosen: tuple[NotificationEvent, ...] = ()) -> None:
    """What is told, in words."""
    st.multiselect(
        "Notify about",
        list(titles),
        list(chosen) or None,
        format_func=titles.__getitem__,
        key=key,
        placeholder="Choose events",
    )


def _change(one: Subscription, titles: dict[NotificationEvent, str]) -> None:
    choose(titles, f"events-{one.id}", one.events)
    st.button("Save", key=f"retell-{one.id}", on_click=_retell, args=(one,))


def _switch(one: Subscription) -> None:
    label = "Switch off" if one.active else "Switch on"
    st.button(label, key=f"switch-{one.id}", type="tertiary", on_click=_switched, args=(one,))


def _retell(one: Subscription) -> None:
    chosen: list[NotificationEvent] = st.session_state[f"events-{one.id}"]
    with answering():
        _told(desk().notification_settings.retell(person(), one.id, chosen), "Changed.")


def _switched(one: Subscription) -> None:
    with answering():
        off = "Switched off. What is on its way waits until it is on again."
        _told(
            desk().notification_settings.switch_subscription(person(), one.id, not one.active),
            off if one.active else "Switched on.",
        )


def _remove(one: Subscription) -> None:
    with answering():
        _told(desk().notification_settings.unsubscribe(person(), one.id), "Removed.")


def _try(one: Subscription) -> None:
    with answering():
        answer = desk().notification_settings.try_subscription(person(), one.id)
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
        else:
            sent = "The test was sent." if answer.good else "The test did not arrive."
            st.session_state[_TRIED] = (one.id, NotificationTrial(good=answer.good, text=f"{sent} {answer.text}"))


def _told(refusal: Refusal | None, done: str) -> None:
    say(refusal.text if refusal else done, good=refusal is None)
