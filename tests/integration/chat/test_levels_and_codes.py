"""Levels and one-time codes count in web chat as they do in every channel."""

from __future__ import annotations

import re

import pytest

from cx_core.adapters.fernline import FernlineOutbox
from cx_core.desk.desk import Desk
from tests.integration.chat.at_the_widget import Visitor, told
from tests.integration.chat.host_site import signed
from tests.scripted import COPY, LENA, Hand, let_alone

TWICE, EWAN = "I was charged twice.", "ewan.jones.77@example.com"


def said(desk: Desk, visitor: Visitor) -> list[tuple[str, str]]:
    return [(one["from"], one["text"]) for one in told(desk, visitor) if one["kind"] == "message"]


def acts(hand: Hand) -> int:
    return sum(event.kind == "act_done" for event in hand.works.audit.events(most=10_000))


def test_that_at_level_two_nothing_leaves_without_a_person(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin(token=signed(desk, visitor.widget, LENA))
    visitor.say(COPY)
    assert [who for who, _ in said(desk, visitor)] == ["you"]
    assert acts(hand) == 0
    assert [one["phase"] for one in told(desk, visitor) if one["kind"] == "state"] == ["waiting"]
    assert visitor.call("hello").json()["answers_by_itself"] is False


def test_that_an_address_that_is_only_claimed_lets_nothing_happen(
    desk: Desk, visitor: Visitor, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_alone(monkeypatch)
    visitor.begin(email=LENA)
    visitor.say(COPY)
    assert acts(hand) == 0
    assert "I-21" not in " ".join(text for who, text in said(desk, visitor) if who != "you")


def test_that_at_level_three_it_acts_once_a_code_that_went_to_the_contact_on_file_is_entered(
    desk: Desk, visitor: Visitor, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_alone(monkeypatch)
    assert visitor.call("hello").json()["answers_by_itself"] is True
    visitor.begin(token=signed(desk, visitor.widget, EWAN))
    visitor.say(TWICE)
    (mail,) = FernlineOutbox(hand.works.fernline, hand.works.clock).sent(EWAN)
    found = re.search(r"Your code is (\d{6})", mail.text)
    assert found
    assert mail.channel == "email"
    who, text = said(desk, visitor)[-1]
    assert who == "notice"
    assert "e…@example.com" in text
    assert EWAN not in text
    assert acts(hand) == 0
    visitor.say(found[1])
    assert acts(hand) == 1
    who, text = said(desk, visitor)[-1]
    assert who == "ai"
    assert "automatically" in text
    everything = str(told(desk, visitor))
    assert found[1] not in everything  # nor in what a reloaded page is told
    assert EWAN not in everything
