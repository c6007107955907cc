"""Erasing a customer: found, shown with what goes and what stays, asked for, and granted by a second administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cx_core.records import Person
from cx_core.views import Refusal
from cx_core.views.erasure import Erased, ErasureScope, ErasureWaiting
from pages.parts.components import Node, node, paper
from pages.parts.outcome import answering, say
from pages.parts.words import counted
from pages.wiring import desk, person

_FOUND = "erase-found"
IN_MAILBOX = "Mails that were set apart stay in the mailbox on its server. Delete them there."
IN_IMPORTS = (
    "A file of another help desk waits on the Connections page. None of this customer’s tickets are imported from it. "
    "Hand in no older file later: it would bring them back."
)
_SHOWN = 6
"""Tickets and addresses that are named; of more, how many."""


def form() -> None:
    """Find somebody, look at what would go, ask for it. Nothing is erased here."""
    with st.container(border=True, key="erase"):
        st.subheader("Erase a customer")
        st.caption("Their words, files, proposals and drafts, and the keys to what the log says of them.")
        st.text_input(
            "Customer",
            key="erase-customer",
            placeholder="C-12, an e-mail address, a phone number, a ticket",
            max_chars=320,
            on_change=_find,
        )
        st.button("Find", key="erase-find", on_click=_find, icon=":material/search:")
        found: tuple[ErasureScope, ...] = st.session_state.get(_FOUND, ())
        if not found:
            return
        place = 0 if len(found) == 1 else _chosen(found)
        if place is None:
            return
        scope = found[place]
        paper(_told(scope), key="paper-erase-scope")
        st.text_input("Reason", key="erase-reason", placeholder="Stays on record; name nobody in it", max_chars=500)
        st.button("Ask for erasure", key="erase-ask", on_click=_ask, args=(scope,), icon=":material/delete_forever:")


def _chosen(found: Sequence[ErasureScope]) -> int | None:
    """Which of several people is meant: none until somebody says so."""
    place: int | None = st.radio(
        "Which one?", range(len(found)), index=None, format_func=lambda at: _called(found[at]), key="erase-who"
    )
    st.caption("These are the nearest, not all. Not among them? Write their number, e-mail address or phone number.")
    return place


def waiting(requests: Sequence[ErasureWaiting], me: Person) -> None:
    """What was asked for, for another administrator to grant; or for the only one to confirm."""
    for one in requests:
        id = one.request.id
        with st.container(border=True, key=f"erasure-{id}"):
            asked = node(
                "p",
                node("span", f"Asked for by {one.asked_by}"),
                node("time", at=one.request.at.isoformat()),
                cls="row small muted",
            )
            reason = node("p", one.request.reason, cls="typed")
            paper(
                node(
                    "div",
                    node("h3", f"Erase {_called(one.scope)}?"),
                    asked,
                    reason,
                    _told(one.scope),
                    cls="stack tight",
                ),
                key=f"paper-erasure-{id}",
            )
            if one.request.begun is not None:
                st.caption("It was granted and their words are gone; destroying the keys failed. It is to be finished.")
                st.button("Finish erasing", key=f"erase-grant-{id}", on_click=_grant, args=(one,), type="primary")
                continue
            if not one.mine:
                st.button("Erase for good", key=f"erase-grant-{id}", on_click=_grant, args=(one,), type="primary")
            elif one.confirm_from is not None:
                _alone(one)
            else:
                st.caption(one.doubt or "Another administrator grants it.")
            st.button("Withdraw", key=f"erase-withdraw-{id}", on_click=_withdraw, args=(one,), type="tertiary")


def _alone(one: ErasureWaiting) -> None:
    """The only administrator confirms what they asked for themselves."""
    st.caption("You are the only administrator: an hour after it was asked for, confirm it with your password.")
    with st.form(f"erase-alone-{one.request.id}", border=False):
        st.text_input("Your password", key=f"erase-password-{one.request.id}", type="password", autocomplete="off")
        st.form_submit_button(
            "Erase for good", key=f"erase-grant-{one.request.id}", on_click=_grant, args=(one,), type="primary"
        )


def _find() -> None:
    """Callback: whoever the text names."""
    st.session_state.pop(_FOUND, None)
    st.session_state.pop("erase-who", None)
    with answering():
        found = desk().customer_erasure.find_to_erase(person(), st.session_state["erase-customer"])
        if isinstance(found, Refusal):
            say(found.text, good=False)
        else:
            st.session_state[_FOUND] = found


def _ask(scope: ErasureScope) -> None:
    with answering():
        answer = desk().customer_erasure.ask_erasure(person(), scope.customer, st.session_state["erase-reason"])
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
            return
        st.session_state.pop(_FOUND, None)
        st.session_state["erase-customer"] = st.session_state["erase-reason"] = ""
        who = "you confirm it in an hour, with your password" if answer.alone else "another administrator grants it"
        say(f"Asked for, and on record. Nothing is erased until {who}.")


def _grant(one: ErasureWaiting) -> None:
    with answering():
        password = st.session_state.get(f"erase-password-{one.request.id}", "")
        answer = desk().customer_erasure.grant_erasure(person(), one.request.id, one.scope, password)
        if isinstance(answer, Refusal):
            say(answer.text, good=False)
        else:
            say(_done(answer))


def _withdraw(one: ErasureWaiting) -> None:
    with answering():
        refusal = desk().customer_erasure.withdraw_erasure(person(), one.request.id)
        say(refusal.text if refusal else "Withdrawn. Nothing was erased.", good=refusal is None)


def _called(scope: ErasureScope) -> str:
    known = [one for one in scope.known_as if one]
    names = (scope.name, "" if scope.customer.startswith("address:") else scope.customer, known[0] if known else "")
    return " · ".join(name for name in names if name)


def _told(scope: ErasureScope) -> Node:
    """What erasing would do, in words: a customer without a ticket here is said to have none."""
    kept = _counts(scope.goes)
    tickets = f"{counted(len(scope.tickets), 'ticket')} ({_some(scope.tickets)})" if scope.tickets else ""
    goes = ", ".join(part for part in (tickets, kept) if part)
    named = f"Named in tickets of others, whose words stay: {_some(scope.named_in)}." if scope.named_in else ""
    stays = f"Stays, in the back office: {_counts(scope.stays)}. Erase it there." if scope.stays else ""
    shared = log = ""
    if scope.shared:
        shared = (
            f"Others use {_some(scope.shared)} too: from there only tickets known to be theirs go. The rest stays, "
            "or is erased as a sender’s."
        )
    if scope.log_keeps:
        log = (
            f"Other tickets from {_some(scope.log_keeps)} stay. What was put on record before each ticket had its "
            "own key can still be read in the audit log."
        )
    return node(
        "div",
        node("p", _called(scope), cls="typed"),
        node("p", f"Also known as {_some(scope.known_as)}.", cls="small muted") if scope.known_as else None,
        node("p", f"Goes: {f'{goes}.' if goes else 'nothing but their keys; they have no ticket here.'}"),
        node("p", IN_MAILBOX, cls="small") if scope.mails else None,
        node("p", IN_IMPORTS, cls="small") if scope.imports else None,
        node("p", stays, cls="small") if stays else None,
        node("p", shared, cls="note") if shared else None,
        node("p", log, cls="note") if log else None,
        node("p", named, cls="note") if named else None,
        node("p", "Stays: that things happened, and sums that were paid, in nobody’s name.", cls="small muted"),
        cls="stack tight",
    )


def _done(done: Erased) -> str:
    """What an erasure did, and what it could not."""
    kept = _counts(done.goes)
    what = f"{counted(done.tickets, 'ticket')}{f', {kept}' if kept else ''}"
    parts = [
        f"Erased: {what}. Their keys are destroyed: the log still verifies, and what it said of them cannot be read "
        "any more."
    ]
    if done.stays:
        parts.append(f"The back office still has: {_counts(done.stays)}.")
    if done.named_in:
        parts.append(f"They are still named in tickets of others: {_some(done.named_in)}.")
    if not done.swept:
        parts.append("A copy may be on the disk until the database’s log of writes is emptied next.")
    return " ".join(parts)


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(counted(number, name.replace("_", " ")) for name, number in numbers.items())


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
