"""Which of several things are meant, over many things and ways of saying what is wrong and what is right."""

from __future__ import annotations

from itertools import permutations

import pytest

from cx_core.records import MessageId, SpeechAct, Statement
from cx_core.search.meant_items import meant, mentioned
from cx_core.text.segments import sentences

THINGS = ("Fernline Mesh Pod", "Aurora desk lamp", "Extension cable 5 m", "Fern tablet 10", "Tablet sleeve")
HEADS = {THINGS[0]: "pod", THINGS[1]: "lamp", THINGS[2]: "cable", THINGS[3]: "tablet", THINGS[4]: "sleeve"}
PAIRS = [pair for pair in permutations(THINGS, 2)]
WRONG = ("the {} is cracked", "please send me another {}", "there was no {} in it", "I would like to give the {} back")
RIGHT = ("the {} is fine", "the {} I keep", "nothing wrong with the {}", "not the {}", "hands off the {} though")
DOES: dict[str, SpeechAct] = {
    **dict.fromkeys(WRONG, "reports"),
    WRONG[1]: "wants",
    WRONG[3]: "wants",
    **dict.fromkeys(RIGHT, "tells"),
    RIGHT[1]: "refuses",
    RIGHT[4]: "refuses",
}
ID = MessageId("m-1")


def said(*clauses: tuple[str, SpeechAct]) -> tuple[list[Statement], dict[MessageId, str]]:
    """One message of these clauses, each with what it does."""
    text, found = "", []
    for clause, does in clauses:
        start = len(text)
        text += f"{clause}. "
        found.append(
            Statement(
                message=ID, start=start, end=start + len(clause), does=does, probability=0.9, about="damaged_item"
            )
        )
    return found, {ID: text}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("right", RIGHT)
@pytest.mark.parametrize("wrong_first", [True, False])
def test_the_one_that_is_wrong_is_meant(wrong: str, right: str, wrong_first: bool) -> None:
    for one, other in PAIRS:
        clauses = [(wrong.format(HEADS[one]), DOES[wrong]), (right.format(HEADS[other]), DOES[right])]
        statements, texts = said(*(clauses if wrong_first else clauses[::-1]))
        found = meant((one, other), statements, texts)
        assert (found.places, found.named) == ((0,), True), (texts, one, other)


@pytest.mark.parametrize("right", RIGHT)
def test_what_is_left_when_all_others_are_right(right: str) -> None:
    for one, other in PAIRS:
        statements, texts = said((right.format(HEADS[other]), DOES[right]))
        assert meant((one, other), statements, texts).places == (0,)


def test_two_of_three() -> None:
    statements, texts = said(
        ("the pod and the long cable I would like to give back", "wants"), ("The lamp I keep", "refuses")
    )
    assert meant(THINGS[:3], statements, texts).places == (0, 2)


@pytest.mark.parametrize("words", ["everything was broken", "both of them are smashed", "the whole parcel was soaked"])
def test_all_is_all(words: str) -> None:
    statements, texts = said((words, "reports"))
    found = meant(THINGS[:2], statements, texts)
    assert (found.places, found.named) == ((0, 1), True)


@pytest.mark.parametrize("but", ["but", "except", "apart from"])
def test_everything_but_one(but: str) -> None:
    statements, texts = said((f"everything {but} the cable I keep", "refuses"))
    assert meant(THINGS[:3], statements, texts).places == (2,)


def test_nothing_is_said_of_any() -> None:
    statements, texts = said(("something in it turned up broken", "reports"))
    found = meant(THINGS[:3], statements, texts)
    assert (found.places, found.named) == ((0, 1, 2), False)


def test_what_only_stands_beside_is_not_meant() -> None:
    statements, texts = said(
        ("send the router back from the order with the tablet", "wants"), ("tablet stays", "refuses")
    )
    assert meant(("Fernline Hub 6 router", "Fern tablet 10"), statements, texts).places == (0,)


def test_clauses_are_those_of_the_text() -> None:
    text = "The lamp is bent, the pod is fine."
    assert [span.of(text) for sentence in sentences(text) for span in sentence] == [
        "The lamp is bent",
        "the pod is fine.",
    ]


@pytest.mark.parametrize("there", ["{} in it", "{} inside", "{} good", "{} included"])
@pytest.mark.parametrize("lacking", ["no {} though", "there was no {}", "no long {} to be seen"])
def test_what_is_in_the_parcel_is_not_what_is_missing(there: str, lacking: str) -> None:
    for one, other in PAIRS:
        statements, texts = said((there.format(HEADS[other]), "tells"), (lacking.format(HEADS[one]), "reports"))
        assert meant((one, other), statements, texts).places == (0,), texts


@pytest.mark.parametrize("condition", ["if the {} has not left yet", "provided that the {} is not on its way"])
def test_what_a_condition_is_about_is_meant(condition: str) -> None:
    for one, other in PAIRS:
        statements, texts = said((condition.format(HEADS[one]), "refuses"), (f"about the {HEADS[other]}", "tells"))
        assert mentioned((one, other), statements, texts) == {0: True, 1: False}, texts


@pytest.mark.parametrize("right", RIGHT)
def test_that_a_list_of_things_gives_way_to_what_is_said_of_each(right: str) -> None:
    for one, other in PAIRS:
        statements, texts = said(
            (f"I have a {HEADS[one]}", "tells"),
            (f"and a {HEADS[other]} coming", "reports"),
            (right.format(HEADS[other]), DOES[right]),
            (f"the {HEADS[one]} should go to my shop", "wants"),
        )
        assert mentioned((one, other), statements, texts) == {0: True, 1: False}, texts


@pytest.mark.parametrize("wrong", ["the {} has no sound", "the {} doesn't work", "the {} never worked"])
def test_that_a_good_word_under_a_no_is_a_complaint(wrong: str) -> None:
    for one, other in PAIRS:
        statements, texts = said((wrong.format(HEADS[one]), "reports"), (f"the {HEADS[other]} is good", "tells"))
        assert meant((one, other), statements, texts).places == (0,), texts


@pytest.mark.parametrize("everything", ["both of them", "the lot", "all of it please"])
def test_that_an_answer_may_take_them_all(everything: str) -> None:
    for pair in PAIRS:
        statements, texts = said((everything, "tells"))
        found = meant(pair, statements, texts)
        assert (found.places, found.named) == ((0, 1), True), texts


@pytest.mark.parametrize("one", ["one piece is broken", "one of them is cracked", "just one is dented"])
def test_that_one_of_all_that_came_is_not_all_of_them(one: str) -> None:
    statements, texts = said(("I have only now unpacked everything", "reports"), (one, "reports"))
    assert not meant(THINGS[:2], statements, texts).named


@pytest.mark.parametrize(
    "each", ["every one of them is cracked", "each one of the parts is bent", "not one of them works"]
)
def test_that_every_one_of_them_is_all_of_them(each: str) -> None:
    statements, texts = said(("everything is broken", "reports"), (each, "reports"))
    assert meant(THINGS[:2], statements, texts) == ((0, 1), True)


@pytest.mark.parametrize("thing", THINGS[:3])
def test_that_a_thing_named_in_a_later_message_is_meant_of_all_that_came(thing: str) -> None:
    statements, texts = said(("I have unpacked everything", "reports"))
    answer = f"the {HEADS[thing]}"
    later = Statement(message=MessageId("m-2"), start=0, end=len(answer), does="tells", probability=0.9, about="")
    found = meant(THINGS[:3], [*statements, later], {**texts, MessageId("m-2"): answer})
    assert (found.places, found.named) == ((THINGS.index(thing),), True)
