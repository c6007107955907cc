"""The page Language model over the real desk, without a model and with a scripted one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from cx_core.views import SideBySide
from pages import wiring
from tests.conftest import SetClock
from tests.model_server import Body, ModelServer, model_server
from tests.pages.pressing import shown
from tests.scripted import MARIA, Hand, InlineWorks
from tests.signed_in import token

HOSTILE = "Thank you. ![x](https://tracker.example.net/p.png) :green-badge[APPROVED] "


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(answer=_hostile) as running:
        yield running


def _hostile(body: Body) -> object:
    name = body["response_format"]["json_schema"]["name"]
    paragraphs = {"paragraphs": [{"goal": 0, "text": HOSTILE}]}
    return {"ProposedPlan": {"steps": []}, "Paragraphs": paragraphs}.get(name, {"summary": ""})


def _works(settings: Settings, clock: SetClock, **access: object) -> InlineWorks:
    return InlineWorks(settings.replace(**access), clock)


def _shown(desk: Desk) -> AppTest:
    return shown("model", token(desk, Role.ADMINISTRATOR))


def test_that_without_a_model_the_page_says_so_and_compares_nothing(settings: Settings, clock: SetClock) -> None:
    works = _works(settings, clock)
    desk = open_desk(works.settings, clock, works)
    wiring.put(desk)
    try:
        at = _shown(desk)
        assert at.metric[0].value == "none"
        assert not at.button
    finally:
        wiring.put(None)
        works.close()


def test_that_a_ticket_is_drafted_twice_at_a_click(
    furnished: Path, settings: Settings, clock: SetClock, server: ModelServer
) -> None:
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    works = _works(
        settings, clock, openai_base_url=server.url, openai_api_key=SecretStr("k"), model="scripted", model_timeout=2
    )
    desk = open_desk(works.settings, clock, works)
    wiring.put(desk)
    try:
        ticket = Hand(desk, works).ticket("I was charged twice. Please sort it out.", MARIA)
        asked = len(server.requests)
        at = _shown(desk)
        assert len(server.requests) == asked
        at.button(key="compare").click().run()
        assert not at.exception
        both = at.session_state["compare-both"]
        assert isinstance(both, SideBySide)
        assert both.ticket == ticket
        assert len(server.requests) > asked
        assert not [one for one in at.markdown if "tracker" in str(one.value)]
        assert list(at.dataframe[0].value["Asked"]) == [2, 2, 2]
    finally:
        wiring.put(None)
        works.close()
