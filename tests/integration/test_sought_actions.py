"""To be told when it is over, asked for in many words, and what only sounds so: over verbs, ways and moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.remedies import remedies
from cx_core.records import ActionName, MessageId, Statement
from cx_core.settings import ROOT
from cx_core.understand.stance.sought_actions import SoughtActions

TOLD = ("let us know", "tell me", "send me a text", "give me a nudge", "drop us an e-mail", "keep me informed")
MOMENTS = ("once it's running", "the minute it's working again", "as soon as that's repaired", "when we're back online")
LEADS = ("{told} {moment}", "please {told} {moment}", "would you {told} {moment}?", "and {told} {moment}, thanks")
ELSE = (
    "when do you think it'll be {done}?",
    "is it {done} yet",
    "how much longer until it's {done}",
    "nobody here knows when it'll be {done}",
    "you promised on Monday that it would be {done}",
    "I need it {done} by noon",
    "send me your prices once it's {done}",
)
DONE = ("repaired", "up again", "working", "back")


@pytest.fixture(scope="module")
def heard(encoder: MiniLM) -> Callable[[Sequence[str]], list[bool]]:
    """Whether each of these clauses is taken to ask for it, by its words or by its sense."""
    actions = load(ROOT / "knowledge").actions
    sought = SoughtActions(encoder, actions)
    ticket = MessageId("M-1")

    def told(said: Sequence[str]) -> list[bool]:
        clauses = [
            Statement(message=ticket, start=0, end=len(one), does="wants", probability=1, seeks=sought.of(vector))
            for one, vector in zip(said, encoder.encode(said), strict=True)
        ]
        return [
            remedies([clause], {ticket: one}, actions).get(ActionName("subscribe_outage"), False)
            for one, clause in zip(said, clauses, strict=True)
        ]

    return told


def test_that_most_ways_of_asking_to_be_told_are_heard(heard: Callable[[Sequence[str]], list[bool]]) -> None:
    said = [lead.format(told=told, moment=moment) for lead, told, moment in product(LEADS, TOLD, MOMENTS)]
    missed = [one for one, found in zip(said, heard(said), strict=True) if not found]
    assert len(missed) <= len(said) / 10, missed


def test_that_other_questions_about_it_seek_nothing(heard: Callable[[Sequence[str]], list[bool]]) -> None:
    said = [words.format(done=done) for words, done in product(ELSE, DONE)]
    wrong = [one for one, found in zip(said, heard(said), strict=True) if found]
    assert len(wrong) <= len(said) / 10, wrong
