"""What a grave message is about, and how it is acknowledged before a person answers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cx_core.act.reply.reply_slots import compose
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.planning import acknowledged
from cx_core.records import ArticleId, BusinessRecord, Triage
from cx_core.search.sections import sections
from cx_core.settings import ROOT
from cx_core.understand.gravity import (
    BEREAVEMENT,
    EITHER,
    FROM,
    FROM_IN_PLAIN_WORDS,
    FROM_OF_LIFE,
    ORDINARY,
    SELF_HARM,
    SPOKEN_OF,
    SPOKEN_OF_IF,
    Gravity,
    examples,
    gravity_of,
    is_grave,
    matter_of,
    may_be_spoken_of,
)

KNOWLEDGE = load(ROOT / "knowledge")
COMPANY = KNOWLEDGE.company
LABELS = (BEREAVEMENT, "danger", ORDINARY, SELF_HARM)
MATTERS = sorted({*examples(), EITHER} - {ORDINARY})
HOLDER = BusinessRecord(kind="customer", id="C-1", fields={"name": "Alan Reed"})


def row(bereavement: float = 0.0, danger: float = 0.0, self_harm: float = 0.0) -> np.ndarray:
    return np.array([bereavement, danger, 1 - bereavement - danger - self_harm, self_harm], dtype=np.float32)


@pytest.mark.parametrize(
    ("worst", "others", "matter"),
    [
        (row(bereavement=0.9), (row(),), BEREAVEMENT),
        (row(self_harm=0.9), (row(),), SELF_HARM),
        (row(bereavement=0.9), (row(self_harm=0.5),), EITHER),
        (row(self_harm=0.9), (row(bereavement=0.5),), EITHER),
        (row(bereavement=0.5, self_harm=0.4), (), EITHER),
        (row(self_harm=0.97), (row(bereavement=0.25),), SELF_HARM),
        (row(danger=0.9), (row(self_harm=0.5), row(bereavement=0.5)), "danger"),
    ],
)
def test_that_a_goodbye_is_not_taken_for_a_loss(worst: np.ndarray, others: tuple[np.ndarray, ...], matter: str) -> None:
    assert matter_of(worst, [*others, worst], LABELS) == matter


@pytest.mark.parametrize("matter", MATTERS)
def test_that_what_cannot_be_made_good_needs_the_fewest_signs(matter: str) -> None:
    of_life = {SELF_HARM, EITHER, "danger", "dependence on the service", "legal action", "a child"}
    assert of_life < set(MATTERS)
    assert is_grave(Gravity((FROM_OF_LIFE + FROM) / 2, matter)) == (matter in of_life)
    assert is_grave(Gravity(FROM, matter))
    assert not is_grave(Gravity(FROM_OF_LIFE - 0.01, matter))


@pytest.mark.parametrize("matter", MATTERS)
def test_that_a_loss_in_plain_words_needs_fewer_signs_than_one_that_may_be_meant(matter: str) -> None:
    told = "She was in the hospice, and the funeral was on Friday."
    loss = matter in (BEREAVEMENT, EITHER)
    assert is_grave(Gravity(FROM_IN_PLAIN_WORDS, matter, told)) == loss
    assert not is_grave(Gravity(FROM_IN_PLAIN_WORDS, matter, "She has gone to the other room."))


def test_that_a_loss_is_told_only_to_whoever_plainly_had_one() -> None:
    sorry = [matter for matter in MATTERS if "your loss" in COMPANY.acknowledges(matter)]
    assert sorry == [BEREAVEMENT]


@pytest.mark.parametrize("matter", MATTERS)
def test_that_a_matter_that_is_only_likely_is_not_spoken_of(matter: str) -> None:
    told = "My husband died in March."
    assert may_be_spoken_of(Gravity(SPOKEN_OF, matter, told))
    as_a_fact = matter in (SELF_HARM, EITHER, BEREAVEMENT, "danger")
    assert may_be_spoken_of(Gravity((SPOKEN_OF_IF + SPOKEN_OF) / 2, matter, told)) == (not as_a_fact)
    assert not may_be_spoken_of(Gravity(SPOKEN_OF_IF - 0.01, matter, told))
    named, unnamed = (acknowledged(Triage(grave=matter, grave_named=known), COMPANY) for known in (True, False))
    assert named is not None
    assert unnamed is not None
    assert unnamed.text == COMPANY.acknowledged["other"].strip()
    for advice in ("your loss", "Samaritans", "999", "unplug", "emergency"):
        assert advice not in unnamed.text
    assert (named.text != unnamed.text) == (matter in COMPANY.acknowledged)


@pytest.mark.parametrize("matter", MATTERS)
def test_that_a_loss_is_spoken_of_only_where_the_words_name_a_death(matter: str) -> None:
    assert may_be_spoken_of(Gravity(1.0, matter, "The man is not needed any more.")) == (matter != BEREAVEMENT)


@pytest.mark.parametrize(("matter", "named"), list(product((BEREAVEMENT, EITHER, SELF_HARM, "danger"), (True, False))))
def test_that_whoever_may_have_died_is_not_greeted(matter: str, named: bool) -> None:
    part = acknowledged(Triage(grave=matter), COMPANY)
    assert part is not None
    reply = compose([part], COMPANY, HOLDER if named else None)
    assert reply is not None
    assert ("Alan" in reply.text) == (named and matter not in (BEREAVEMENT, EITHER))


@pytest.mark.parametrize("matter", MATTERS)
def test_that_each_matter_has_words_for_the_customer_and_for_advisors(matter: str) -> None:
    assert COMPANY.acknowledges(matter)
    assert COMPANY.guidance is not None
    headings = {one.heading.lower() for one in sections(KNOWLEDGE.articles[ArticleId(COMPANY.guidance)])}
    assert matter in headings


@pytest.mark.parametrize("worst", [0.3, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("whole", [0.05, 0.5, 0.95])
def test_that_one_grave_part_of_many_counts_for_less_and_a_grave_whole_for_more(worst: float, whole: float) -> None:
    by_parts = [gravity_of(worst, whole, parts) for parts in (1, 3, 10, 30)]
    assert by_parts == sorted(by_parts, reverse=True)
    assert gravity_of(worst, whole, 5) < gravity_of(worst, whole + 0.04, 5) < gravity_of(worst + 0.005, whole + 0.04, 5)
