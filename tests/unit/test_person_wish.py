"""Asking for a person beside talk of machines, and talk of machines that asks for nobody."""

from __future__ import annotations

import pytest

from cx_core.text.person_wish import asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to talk to a bot, I want to talk to a human",
        "I already talked to your bot twice, let me speak to a human",
        "I have been talking to a machine since Monday and want to speak to a real person",
        "I was dealing with an assistant and now I want to speak to a real person",
    ],
)
def test_that_turning_a_machine_down_takes_nothing_from_the_wish(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "I already talked to your bot twice",
        "When I spoke to a person yesterday it was fine",
        "No need to speak to a human",
    ],
)
def test_that_telling_of_talks_is_no_wish(text: str) -> None:
    assert not asks_for_person(text)
