"""What a callback has to say: kept for the next run, which draws it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cx_core.errors import RungError
from pages.parts.components import node, paper

_KEY = "outcome"


def say(text: str, *, good: bool = True) -> None:
    """Something to tell on the next run."""
    st.session_state[_KEY] = (text, good)


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
            text, good = answer
            paper(node("p", text, cls="note good" if good else "note bad"), key=f"paper-{name}-said")
