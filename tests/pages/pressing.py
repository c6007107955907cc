"""Pages drawn by AppTest over the real desk: opened as somebody, read, and pressed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from cx_core.bootstrap import now, open_desk
from cx_core.desk.desk import Desk
from cx_core.ports import Clock
from cx_core.records import Role
from cx_core.settings import ROOT, Settings
from pages import wiring
from tests.scripted import Hand
from tests.signed_in import token


@contextmanager
def served(settings: Settings, clock: Clock = now) -> Iterator[Desk]:
    """A desk on the shipped parts, not started, where pages look for theirs."""
    desk = open_desk(settings, clock)
    wiring.put(desk)
    try:
        yield desk
    finally:
        wiring.put(None)
        desk.close()


def shown(page: str, session: str, **query: str) -> AppTest:
    """One page by itself (a file's name), in this session."""
    at = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30)
    at.user = {"session": session}
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def opened(hand: Hand, page: str, role: Role, **query: str) -> AppTest:
    """The page `page` (a file's name) as somebody of this role sees it."""
    at = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=30)
    at.switch_page(f"{page}.py")
    at.user = {"session": token(hand.desk, role)}
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def papers(at: AppTest) -> str:
    """All that the page's papers say."""
    return "\n".join(json.dumps(json.loads(one.proto.json)) for one in at.get("bidi_component"))


def send_button(at: AppTest, named: str = "approve") -> Button:
    """The button that sends, or another whose key names the ticket and version that it is for."""
    return next(button for button in at.button if re.fullmatch(rf"{named}-T-\d+-\d+", str(button.key)))


def pressed(at: AppTest, named: str) -> AppTest:
    """A button, by its key, with or without its ticket and version, or by what stands on it."""
    key = re.compile(rf"{re.escape(named)}(-T-\d+-\d+)?")
    next(button for button in at.button if button.label == named or key.fullmatch(str(button.key))).click().run()
    assert not at.exception
    return at
