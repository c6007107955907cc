"""Mailboxes on the Connections page: how each is doing, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from cx_core.errors import BadInput, NotAllowed
from cx_core.records import Person
from cx_core.views import Refusal
from cx_core.views.channels.mailboxes import MailboxTried, MailboxView, MailConnections, SetApart
from pages.parts.components import Node, node, paper
from pages.parts.connections import mailbox_fields
from pages.parts.outcome import answering
from pages.wiring import desk, person, token

_TRIED, _SAID, _CONNECTED = "mailbox-tried", "mailbox-said", "mailboxes-connected"
_RESULT = "result"
"""Where it is said what came of connecting: above the form, which is another one by then."""


def draw(someone: Person) -> None:
    """All of them, with what needs a person; for an administrator."""
    with st.container(key="mailboxes"):
        st.subheader("Mailboxes")
        new = _new()
        with st.container(key="mailbox-result", gap="small"):
            _tried(_RESULT)
            _said(_RESULT)
        with st.expander("Connect a mailbox", icon=":material/add:", key=f"connecting-{new}"):
            teams = desk().mailbox_admin.connections(someone).teams
            mailbox_fields.form(new, teams, ("Connect", "connect", _connect))
            _said(new)
        _listed()


def _new() -> str:
    """The name of the form for a new mailbox: another one, empty and closed, once a mailbox was connected."""
    count = st.session_state.get(_CONNECTED, 0)
    return f"new-{count}" if count else "new"


@st.fragment(run_every=10)
def _listed() -> None:
    """The list; it looks again by itself."""
    _said("list")
    seen = desk().mailbox_admin.connections(person())
    if not seen.mailboxes:
        paper(
            node("p", "No mailbox is connected yet. Tickets come from the other channels.", cls="muted"),
            key="paper-no-mailbox",
        )
    for shown in seen.mailboxes:
        _card(shown, seen)
    _apart(seen)
    _failed(seen)


def _card(shown: MailboxView, seen: MailConnections) -> None:
    one = shown.mailbox
    with st.container(border=True, key=f"mailbox-{one.id}"):
        paper(node("div", *_standing(shown), cls="stack tight"), key=f"paper-mailbox-{one.id}")
        _tried(one.id)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button("Test", key=f"try-mailbox-{one.id}", icon=":material/sync:", on_click=_try, args=(one.id,))
            does, words = (
                (desk().mailbox_admin.pause, "Pause") if one.active else (desk().mailbox_admin.resume, "Resume")
            )
            st.button(words, key=f"switch-mailbox-{one.id}", type="tertiary", on_click=_do, args=(does, one.id, words))
            with st.popover("Change", key=f"changing-{one.id}", type="tertiary", width="content"):
                save = ("Save and test", f"save-{one.id}", partial(_change, one.id))
                mailbox_fields.form(one.id, seen.teams, save, one)
            with st.popover("Remove", key=f"removing-mailbox-{one.id}", type="tertiary"):
                st.caption("Its tickets stay, but replies to them find no way out. The password is forgotten.")
                gone = (desk().mailbox_admin.remove, one.id, "Removed")
                st.button("Remove for good", key=f"remove-mailbox-{one.id}", on_click=_do, args=gone)


def _standing(shown: MailboxView) -> list[Node]:
    one, state = shown.mailbox, shown.state
    bad = state.refused or state.failures > 2
    chip = ("paused", "chip care") if not one.active else ("failing", "chip bad") if bad else ("connected", "chip good")
    counts = [
        f"{number} {words}"
        for number, words in (
            (state.behind, "not fetched yet"),
            (shown.waiting, "being read"),
            (shown.queued, "to be sent"),
            (shown.apart, "set apart"),
        )
        if number
    ]
    lines: list[Node] = [
        node("div", node("h3", one.address, cls="typed"), node("span", chip[0], cls=chip[1]), cls="row"),
        node("p", f"IMAP {one.imap.host}:{one.imap.port} · SMTP {one.smtp.host}:{one.smtp.port}", cls="small typed"),
    ]
    fetched = node("time", at=state.fetched_at.isoformat()) if state.fetched_at else node("span", "never")
    lines.append(
        node("p", node("span", "Last fetched"), fetched, *[node("span", one) for one in counts], cls="row small")
    )
    if state.token_until is not None:
        ends = node("time", at=state.token_until.isoformat())
        says = "The access token ended" if shown.token_ended else "The access token ends"
        lines.append(node("p", node("span", says), ends, cls="row small muted"))
    if state.trouble:
        since = [node("span", "Since"), node("time", at=state.since.isoformat())] if state.since else []
        words = node("p", state.trouble, cls="typed")
        lines.append(node("div", words, node("p", *since, cls="row small"), cls="note bad stack tight"))
    return lines


def _apart(seen: MailConnections) -> None:
    if not seen.apart:
        return
    st.markdown("**Set apart**: mails that could not be taken in. Others go on.")
    for one in seen.apart:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            head = f"{one.sender or 'Sender not read'}: {one.subject or 'no subject read'}"
            facts = node("p", node("span", one.mailbox), node("time", at=one.at.isoformat()), cls="row small muted")
            words = node(
                "div",
                node("p", head, cls="typed"),
                node("p", one.why, cls="small typed"),
                facts,
                cls="note care stack tight",
            )
            paper(words, key=f"paper-apart-{one.id}")
            does = desk().mails_set_apart.retry
            st.button("Retry", key=f"retry-apart-{one.id}", on_click=_do, args=(does, one.id, "It is tried again"))
            _decide(one)


def _decide(one: SetApart) -> None:
    with st.popover("More", key=f"apart-{one.id}", type="tertiary", width="content"):
        if one.on_file:
            st.download_button(
                "Download",
                partial(_downloaded, token(), one.id),
                f"mail-{one.id}.eml",
                "application/octet-stream",
                key=f"download-apart-{one.id}",
                icon=":material/download:",
                on_click="ignore",
            )
            st.caption("As it came, and not checked: open it with care. That you took it goes on record.")
        st.text_input(
            "Reason to discard it",
            key=f"why-apart-{one.id}",
            placeholder="Stays on record; name nobody in it",
            max_chars=500,
        )
        st.button("Discard", key=f"discard-apart-{one.id}", icon=":material/delete:", on_click=_discard, args=(one.id,))
        st.caption("It stays in the mailbox on its server, and is not fetched again.")


def _downloaded(session: str, mail: int) -> bytes:
    """Made when it is asked for, outside of any run of the page."""
    someone = desk().who(session)
    if someone is None:
        raise NotAllowed("You have been signed out. Sign in to continue.")
    raw = desk().mails_set_apart.download(someone, mail)
    if isinstance(raw, Refusal):
        raise BadInput(raw.text)
    return raw


def _discard(mail: int) -> None:
    with answering():
        refusal = desk().mails_set_apart.discard(person(), mail, st.session_state[f"why-apart-{mail}"])
        _say(refusal.text if refusal else "Discarded.", good=refusal is None)


def _failed(seen: MailConnections) -> None:
    if not seen.failed:
        return
    st.markdown("**Not delivered** in the last two weeks")
    for one in seen.failed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            facts = node("p", node("span", one.ticket), node("time", at=one.at.isoformat()), cls="row small muted")
            words = node(
                "div",
                node("p", f"{one.address}: {one.state}", cls="typed"),
                node("p", one.words, cls="small typed"),
                facts,
                cls="note bad stack tight",
            )
            paper(words, key=f"paper-failed-{one.key}")
            does = desk().mailbox_admin.send_again
            st.button(
                "Send again",
                key=f"again-{one.key}",
                disabled=not one.can_retry,
                on_click=_do,
                args=(does, one.key, "It is queued again"),
            )


def _say(text: str, *, good: bool = True, place: str = "list") -> None:
    """Something to tell on the next run: above the list, or at the form it is about."""
    st.session_state[_SAID] = (place, text, good)


def _said(place: str) -> None:
    with st.container(key=f"mailboxes-said-{place}"):
        of, text, good = st.session_state.get(_SAID, ("", "", True))
        if of == place:
            del st.session_state[_SAID]
            paper(node("p", text, cls="note good" if good else "note bad"), key=f"paper-mailboxes-said-{place}")


def _tried(id: str) -> None:
    """What came of the last test, once."""
    of, tried = st.session_state.get(_TRIED, ("", None))
    if of == id and isinstance(tried, MailboxTried):
        del st.session_state[_TRIED]
        lines = [node("p", line, cls="typed") for line in tried.lines]
        paper(node("div", *lines, cls=f"note {'good' if tried.good else 'bad'} stack tight"), key=f"paper-tried-{id}")


def _connect() -> None:
    """Callback. What was refused stays in the fields, but for the secrets; else an empty form takes their place."""
    with answering():
        new = _new()
        form, secret = mailbox_fields.read(new)
        answer = desk().mailbox_admin.connect(person(), form, secret)
        if isinstance(answer, Refusal):
            _say(answer.text, good=False, place=new)
            return
        good, bad = "Connected. New mail is fetched from now on.", "Added, and paused until a test is good."
        st.session_state[_TRIED] = (_RESULT, answer)
        _say(good if answer.good else bad, good=answer.good, place=_RESULT)
        st.session_state[_CONNECTED] = st.session_state.get(_CONNECTED, 0) + 1


def _change(id: str) -> None:
    with answering():
        form, secret = mailbox_fields.read(id)
        _answered(id, desk().mailbox_admin.change(person(), id, form, secret), "Saved.", "Saved; but the test failed.")


def _try(id: str) -> None:
    with answering():
        _answered(id, desk().mailbox_admin.try_out(person(), id), "", "")


def _answered(id: str, answer: MailboxTried | Refusal, good: str, bad: str) -> None:
    if isinstance(answer, Refusal):
        _say(answer.text, good=False)
        return
    st.session_state[_TRIED] = (id, answer)
    if good:
        _say(good if answer.good else bad, good=answer.good)


def _do(act: Callable[..., Refusal | None], what: str | int, done: str) -> None:
    with answering():
        refusal = act(person(), what)
        _say(refusal.text if refusal else f"{done}.", good=refusal is None)
