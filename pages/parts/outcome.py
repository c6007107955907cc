"""What a callback has to say: kept for the next run, which draws it; the run after that one no longer does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cx_core.errors import RungError
from pages.parts.components import node, paper

_KEY, _DRAWN = "outcome", "outcome-drawn"


def say(text: str, *, good: bool = True) -> None:
    """Something to tell on the next run."""
    st.session_state[_KEY] = (text, good)


def say_again() -> None:
    """Callback of a run that the page asked for by itself: what it says stays, since nobody has pressed anything."""
    if drawn := st.session_state.get(_DRAWN):
        st.session_state.setdefault(_KEY, drawn)


def begin() -> None:
    """At the beginning of a run: what the one before it drew is no longer in sight."""
    st.session_state.pop(_DRAWN, None)


@contextmanager
def answering() -> Iterator[None]:
    """Around a callback's call of the desk: an expected error becomes words on the next run."""
    try:
        yield
    except RungError as error:
        say(str(error), good=False)


def answer_here(name: str) -> None:
    """What the last callback had to say, once.

    Its place is there without it too: what follows would else be mounted anew when it comes and goes, and lose the
    focus, open menus and chosen tabs.
    """
    with st.container(key=f"{name}-said"):
        answer: tuple[str, bool] | None = st.session_state.pop(_KEY, None)
        if answer:
            st.session_state[_DRAWN] = answer
            text, good = answer
            paper(node("p", text, cls="note good" if good else "note bad"), key=f"paper-{name}-said")
