"""The API section of the Connections page over the real desk: issue a token, see it, revoke it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from tests.pages.pressing import served, shown
from tests.signed_in import someone, token


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def opened(desk: Desk) -> AppTest:
    at = shown("connections", token(desk, Role.ADMINISTRATOR))
    at.segmented_control(key="section").set_value("API").run()
    return at


def test_that_a_token_is_issued_shown_once_and_revoked(desk: Desk) -> None:
    at = opened(desk)
    at.text_input(key="token-name").input("Web shop")
    at.multiselect(key="token-scopes").select("tickets:read").select("tickets:write")
    at.button(key="issue").click().run()
    secret = at.code[0].value
    found = desk.api_tokens.who(secret)
    assert found is not None
    assert (found.name, found.scopes) == ("Web shop", ("tickets:read", "tickets:write"))
    assert at.text_input(key="token-name").value == ""
    at.button(key="token-saved").click().run()
    assert not at.code
    at.button(key=f"revoke-{found.id}").click().run()
    assert desk.api_tokens.who(secret) is None
    assert at.dataframe[0].value["How"].tolist() == ["revoked"]


def test_that_what_is_missing_is_said_and_nothing_typed_is_lost(desk: Desk) -> None:
    at = opened(desk)
    at.text_input(key="token-name").input("Web shop")
    at.button(key="issue").click().run()
    assert at.text_input(key="token-name").value == "Web shop"
    assert not at.code
    assert desk.api_tokens.tokens(someone(desk, Role.ADMINISTRATOR)) == ()


def test_that_supervisors_see_no_tokens(desk: Desk) -> None:
    at = shown("connections", token(desk, Role.SUPERVISOR))
    assert [one.key for one in at.segmented_control] == []
