"""To be told when it is over, asked for in many words, and what only sounds so: over verbs, ways and moments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.classifier.model_cache import open_classifier
from cx_core.adapters.classifier.triager import reading_of, speller_for
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.remedies import remedies
from cx_core.records import ActionName, MessageId, SpeechAct, Statement
from cx_core.settings import ROOT
from cx_core.understand.stance.sought_actions import NEITHER, SoughtActions, remedy_examples

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


class NoRemedies:
    """A classifier that hears none."""

    labels = (NEITHER,)
    version = "none"
    bounds = (0.0, 1.0)

    def classify(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), np.float32)


@pytest.fixture(scope="module")
def heard(encoder: MiniLM) -> Callable[[Sequence[str]], list[bool]]:
    """Whether each of these clauses is taken to ask for it, by its words or by its sense."""
    actions = load(ROOT / "knowledge").actions
    sought = SoughtActions(encoder, actions, NoRemedies())
    none = NoRemedies().classify([""], np.empty((1, 0), np.float32))[0]
    ticket = MessageId("M-1")

    def told(said: Sequence[str]) -> list[bool]:
        clauses = [
            Statement(
                message=ticket,
                start=0,
                end=len(one),
                does="wants",
                probability=1,
                seeks=sought.of(vector, none, "wants")[0],
            )
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


SENT_AGAIN = (
    "could you post the missing charger after it",
    "just send the same kettle once more",
    "I'd still like to have the toaster, a working one this time",
    "pop the other shoe in the mail to me please",
    "the scarf is a present, so do send one again",
)
MONEY_BACK = (
    "kindly put the 40 euros back where you took them",
    "I want to be paid back what the kettle cost me",
    "give me back what I paid",
    "the price of it onto my card again please",
    "reimburse me for the second ticket",
)
AS_CREDIT = ("knock it off my next bill please", "put the amount on my account for later orders")
NOT_SENT_AGAIN = (
    "please don't mail me a third kettle",
    "I bought one elsewhere in the meantime, so no need to send it",
    "a second one would only leak too",
)
NOT_MONEY_BACK = ("I'm not asking for the money", "you may keep what I paid", "it is not about a refund for me")
NOTHING = (
    "I collected the parcel on Monday",
    "can somebody ring me about it",
    "my neighbour took it in",
    "how long does it take either way",
    "the old kettle still works",
    "I sent you a photo yesterday",
)


@pytest.fixture(scope="module")
def sought(prepared: Path, encoder: MiniLM) -> Callable[[str, SpeechAct], tuple[set[str], set[str]]]:
    """What a clause that does so asks for and rules out."""
    knowledge = load(ROOT / "knowledge")
    read = reading_of(speller_for(knowledge, encoder))
    learnt = {label: list(dict.fromkeys(map(read, texts))) for label, texts in remedy_examples().items()}
    kept = open_classifier(prepared / "classifiers", "remedies", learnt, encoder, foreign=False, layers=True)
    actions = SoughtActions(encoder, knowledge.actions, kept)

    def heard(text: str, does: SpeechAct) -> tuple[set[str], set[str]]:
        sense, wording = encoder.layers([text])
        seeks, rules_out = actions.of(sense[0], actions.remedies([text], np.hstack((sense, wording)))[0], does)
        return set(seeks), set(rules_out)

    return heard


Sought = Callable[[str, SpeechAct], tuple[set[str], set[str]]]
FOUND: dict[str, tuple[Sequence[str], SpeechAct, set[str], set[str]]] = {
    "sent again": (SENT_AGAIN, "wants", {"send_replacement"}, set()),
    "money back": (MONEY_BACK, "wants", {"refund_payment", "start_return"}, set()),
    "as a credit": (AS_CREDIT, "wants", {"apply_credit"}, set()),
    "not sent again": (NOT_SENT_AGAIN, "refuses", set(), {"send_replacement"}),
    "no money back": (NOT_MONEY_BACK, "refuses", set(), {"refund_payment", "start_return"}),
    "neither": (NOTHING, "tells", set(), set()),
}


@pytest.mark.parametrize("way", FOUND)
def test_that_ways_of_putting_things_right_are_told_by_sense(way: str, sought: Sought) -> None:
    said, does, seeks, rules_out = FOUND[way]
    wrong = [one for one in said if sought(one, does) != (seeks, rules_out)]
    assert len(wrong) <= len(said) / 5, wrong


def test_that_what_is_only_asked_about_is_not_sought(sought: Sought) -> None:
    found = set().union(
        *(seeks | rules_out for seeks, rules_out in (sought(one, "asks") for one in (*SENT_AGAIN, *MONEY_BACK)))
    )
    assert found <= {"subscribe_outage"}, "which has sentences of its own"
