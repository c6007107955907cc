"""One connected system: its state, who signs, how it is shown who calls, a trial of its reads and its last failures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from cx_core.records import ActionName, Connector, Person, SecurityScheme
from cx_core.views import Refusal
from cx_core.views.channels.connector_views import ConnectorView, ReadTried, to_sign
from pages.parts.components import node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

STATES = {"draft": "draft", "waiting": "waits for a second person", "active": "in force", "stopped": "stopped"}
KINDS = {
    "none": "None", "bearer": "Bearer token", "basic": "Name and password", "header": "API key in a header",
    "query": "API key in the address", "oauth2": "OAuth2 client credentials",
}  # fmt: skip
_TRIED = "read-tried"


def _told(answer: Connector | Refusal, good: str) -> None:
    say(answer.text if isinstance(answer, Refusal) else good, good=not isinstance(answer, Refusal))


def _ask(id: str) -> None:
    with answering():
        _told(desk().connectors.ask(person(), id), "Asked. Another administrator decides.")


def _sign(seen: Connector) -> None:
    with answering():
        password = st.session_state.pop("sign-password", "")
        _told(
            desk().connectors.put_in_force(person(), seen, password),
            "In force. Its actions are offered within seconds.",
        )


def _withdraw(id: str) -> None:
    with answering():
        _told(desk().connectors.withdraw(person(), id), "Withdrawn: it is a draft again.")


def _stop(id: str) -> None:
    with answering():
        _told(desk().connectors.stop(person(), id, st.session_state.get("stop-reason", "")), "Stopped.")


def _access(id: str) -> None:
    fields = st.session_state
    with answering():
        security = SecurityScheme(
            kind=fields["access-kind"],
            name=fields.get("access-name", "").strip(),
            token_url=fields.get("access-token-url", "").strip(),
            scope=fields.get("access-scope", "").strip(),
        )
        secret, user = fields.get("access-secret", ""), fields.get("access-user", "")
        _told(
            desk().connectors.set_access(person(), id, security, secret, user),
            "Saved, encrypted. In force once two people have signed it.",
        )
        fields["access-secret"] = ""


def state(view: ConnectorView, someone: Person) -> None:
    """Where it stands, and what can be done about it."""
    draft = view.draft
    words = [STATES[draft.state]]
    if view.in_force is not None and draft.state != "active":
        words.append("an earlier version is in force")
        if view.in_force.credentials != draft.credentials:
            words.append("new credentials are not in force yet")
    head = node("p", f"{draft.address} · {' · '.join(words)}", cls="typed")
    faults = [node("p", fault, cls="note care small") for fault in view.faults[:8]]
    paper(node("div", head, *faults, cls="stack tight"), key="paper-state")
    if draft.state == "waiting":
        _to_sign(view)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="signing"):
        if draft.state in ("draft", "stopped"):
            st.button("Ask to put it in force", key="ask", disabled=bool(view.faults), on_click=_ask, args=(draft.id,))
        if draft.state == "waiting":
            if draft.asked_by == someone.id:
                sign_alone(partial(_sign, draft), view.alone_from)
            else:
                st.button("Put in force", key="sign", type="primary", on_click=_sign, args=(draft,))
            st.button("Withdraw", key="withdraw", on_click=_withdraw, args=(draft.id,))
        with st.popover("Credentials", key="credentials"):
            _credentials(view)
        if view.in_force is not None:
            with st.popover("Stop", key="stopping", type="tertiary"):
                st.text_input("Why", key="stop-reason", max_chars=200)
                st.button("Stop it now", key="stop", on_click=_stop, args=(draft.id,))


def _to_sign(view: ConnectorView) -> None:
    """What whoever signs puts their name to."""
    asked = node("p", node("span", f"{view.asked_by or 'Somebody'} asks to put this in force."), cls="row")
    rows = []
    if view.in_force is not None and view.in_force.address != view.draft.address:
        told = f"The address is new: {view.draft.address} in place of {view.in_force.address}."
        rows.append(node("p", told, cls="typed"))
    for one in to_sign(view):
        standing = [node("span", one.standing, cls="chip care")] if one.standing else []
        head = node("p", node("strong", one.title), *standing, cls="row")
        rows.append(node("div", head, node("p", one.words, cls="small typed")))
    paper(node("div", asked, *rows, cls="note stack"), key="paper-to-sign")


def sign_alone(does: Callable[[], None], alone_from: datetime | None) -> None:
    """Draw what whoever asked for it can do themselves: wait, or sign as the only administrator from `alone_from` on.

    The password stands in a form, so that Tab keeps what was typed.
    """
    if alone_from is None:
        paper(node("p", "Another administrator puts it in force.", cls="muted"), key="paper-another-signs")
        return
    told = node("span", "You are the only administrator: sign with your password, from")
    paper(node("p", told, node("time", at=alone_from.isoformat()), cls="row muted"), key="paper-alone-from")
    with (
        st.form("signing-alone", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input("Your password", type="password", key="sign-password", width=300)
        st.form_submit_button("Put in force", key="sign", type="primary", on_click=does)


def _credentials(view: ConnectorView) -> None:
    security = view.draft.security
    st.selectbox(
        "Sign-in", list(KINDS), index=list(KINDS).index(security.kind), key="access-kind",
        format_func=KINDS.__getitem__,
    )  # fmt: skip
    kind = st.session_state["access-kind"]
    with st.form("access-form", border=False):
        _access_fields(view, kind)
        st.form_submit_button("Save", key="access", type="primary", on_click=_access, args=(view.draft.id,))


def _access_fields(view: ConnectorView, kind: str) -> None:
    security = view.draft.security
    if kind in ("header", "query"):
        st.text_input("Name of the header or parameter", security.name, key="access-name", max_chars=80)
    if kind in ("basic", "oauth2"):
        without = "Empty: the secret is the user name, without a password" if kind == "basic" else None
        st.text_input("User name or client id", key="access-user", max_chars=200, placeholder=without)
    if kind == "oauth2":
        st.text_input("Token address, on the same host", security.token_url, key="access-token-url", max_chars=400)
        st.text_input("Scope", security.scope, key="access-scope", max_chars=200)
    if kind != "none":
        kept = "Saved; type another to replace it" if view.secret_kept else "None saved yet"
        st.text_input("Secret", type="password", key="access-secret", placeholder=kept, max_chars=4000)


def _try(id: str, action: str, names: list[str]) -> None:
    with answering():
        given = {name: st.session_state.get(f"try-{name}", "").strip() for name in names}
        arguments = {name: value for name, value in given.items() if value}
        tried = desk().connectors.try_read(person(), id, ActionName(action), arguments)
        st.session_state[_TRIED] = (id, tried)


def trial(view: ConnectorView) -> None:
    """Call one of its reads; it changes nothing."""
    reads = {one.action: one for one in view.draft.classified if one.kind == "read"}
    if not reads:
        return
    with st.expander("Test a read"):
        chosen = reads[st.selectbox("Read", list(reads), key="try-action")]
        names = [use.called for use in chosen.arguments if not use.fixed]
        for name in names:
            st.text_input(name, key=f"try-{name}", max_chars=200)
        st.button("Test", key="try", on_click=_try, args=(view.draft.id, chosen.action, names))
        tried: tuple[str, ReadTried] = st.session_state.get(_TRIED, ("", ReadTried()))
        if tried[0] != view.draft.id:
            return
        if tried[1].trouble:
            paper(node("p", tried[1].trouble, cls="note bad"), key="paper-tried")
            return
        st.text(counted(len(tried[1].records), "record"))
        rows = [
            {"id": one.id, **{name: str(value) for name, value in one.fields.items()}} for one in tried[1].records[:20]
        ]
        st.dataframe(rows, hide_index=True, width="stretch", key="tried-rows")


def failures(view: ConnectorView) -> None:
    """The last calls that went wrong."""
    if view.failures:
        with st.expander(f"Last failures: {len(view.failures)}"):
            rows = [
                {"When (UTC)": one.at.strftime("%d %b, %H:%M:%S"), "Action": one.action, "What happened": one.trouble}
                for one in view.failures
            ]
            st.dataframe(rows, hide_index=True, width="stretch", key="failures")
