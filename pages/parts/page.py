"""How every page begins, and what it says when something that may happen has happened."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cx_core.errors import (
    AuditBroken,
    AuditUnavailable,
    BadInput,
    KnowledgeError,
    NotAllowed,
    RungError,
    Stopped,
    StoreUnavailable,
    SystemTrouble,
)
from cx_core.records import Person, Role
from pages.parts.account import leave
from pages.parts.kept_fields import keep_all
from pages.wiring import signed_in

log = logging.getLogger("rung")

_TITLES: tuple[tuple[type[RungError], str], ...] = (
    (NotAllowed, "Your role does not cover this"),
    (BadInput, "Invalid input"),
    (Stopped, "Somebody has stopped this"),
    (AuditUnavailable, "The audit log is not responding"),
    (StoreUnavailable, "The database is not responding"),
    (AuditBroken, "The audit log does not verify"),
    (KnowledgeError, "A knowledge file needs mending"),
    (SystemTrouble, "A connected system failed"),
)


def require(*roles: Role) -> Person:
    """Who is signed in, if their role is one of these (none given: any); otherwise the page ends here, in words.

    This only decides what is drawn. The desk checks the role again for every act.
    """
    keep_all()
    someone = signed_in()
    if someone is None:
        leave()
        st.info("You are signed out. One moment…", icon=":material/logout:")
        st.stop()
    if roles and someone.role not in roles:
        trouble(NotAllowed(f"This page is for: {', '.join(roles)}. You are signed in as {someone.role}."))
        st.stop()
    return someone


@contextmanager
def told() -> Iterator[None]:
    """Shows an expected error as a card in place of what could not be drawn; anything else goes on."""
    try:
        yield
    except RungError as error:
        trouble(error)


def unexpected(error: Exception) -> bool:
    """What a page shows when its code failed: a card for what may happen, else words that give nothing away."""
    if isinstance(error, RungError):
        trouble(error)
    else:
        log.error("a page failed", exc_info=error)
        with st.container(border=True, key="trouble-here"):
            st.markdown(":material/error: **This part of the page failed**")
            st.text("It is in the server's log. Nothing you approved is lost; reload the page to go on.")
    return True


def trouble(error: RungError) -> None:
    """An error card. The error's own words may quote a customer, so they are never markdown."""
    title = next((words for kind, words in _TITLES if isinstance(error, kind)), "Something went wrong")
    with st.container(border=True):
        st.markdown(f":material/error: **{title}**")
        st.text(str(error))
