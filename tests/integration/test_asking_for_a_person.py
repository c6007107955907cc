"""Sixty ways of asking for a person, and sixty messages that only come near."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.integration.test_triage import Read, read, triager  # noqa: F401  # fixtures

SAID = yaml.safe_load((Path(__file__).parents[1] / "phrases" / "person_asked_for.yaml").read_text("utf-8"))


def test_that_a_person_is_reached_in_any_words(read: Read) -> None:  # noqa: F811
    missed = [text for text in SAID["asks"] if not read(text)[0].wants_person]
    assert len(SAID["asks"]) == 60
    assert len(missed) <= 3, missed


def test_that_words_which_come_near_ask_for_nobody(read: Read) -> None:  # noqa: F811
    taken = [text for text in SAID["near"] if read(text)[0].wants_person]
    assert len(SAID["near"]) == 60
    assert taken == []


def test_that_later_words_are_mostly_understood_too(read: Read) -> None:  # noqa: F811
    missed = [text for text in SAID["later"] if not read(text)[0].wants_person]
    taken = [text for text in SAID["near_later"] if read(text)[0].wants_person]
    assert len(missed) <= len(SAID["later"]) / 10, missed
    assert len(taken) <= 1, taken
