"""What a callback has to say: kept for the next run, which draws it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from cx_core.errors import RungError

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


def said() -> tuple[str, bool] | None:
    """What the last callback had to say, once."""
    answer: tuple[str, bool] | None = st.session_state.pop(_KEY, None)
    return answer
