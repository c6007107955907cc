"""Answers bound to what we put: forms of our question, kinds of options and ways of answering, each with each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

import pytest

from cx_core.records import Message, MessageId, TicketId
from cx_core.text.agreeing import declines
from cx_core.understand.offered_options import choices
from cx_core.understand.open_question import OpenTalk, answered

ZONE = "Europe/London"
MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(days=n) for n in (10, 12, 15))
SLOTS = tuple(f"{day:%A} {day.day} {day:%B}" for day in DAYS)
PLANS = ("Fibre 75 at £29.00", "Fibre 150 at £34.00", "Fibre 500 at £44.00")
RECORDS = ("O-101 of 2 November", "O-102 of 9 November", "O-103 of 16 November")
ITEMS = ("the desk lamp", "the tablet sleeve", "the keyboard")
KINDS = {"days": SLOTS, "plans": PLANS, "records": RECORDS}
FORMS: dict[str, Callable[[Sequence[str]], str]] = {
    "question with or": lambda said: f"Of course. Would {', '.join(said[:-1])} or {said[-1]} be right?",
    "offer, then which": lambda said: f"There is {', '.join(said[:-1])} and {said[-1]}. Which of them shall it be?",
    "numbered": lambda said: (
        "You can choose:\n" + "\n".join(f"{n}. {one}" for n, one in enumerate(said, 1)) + "\nWhich?"
    ),
}
PLACES = {
    0: ("1", "no. 1 my dear", "the first one please", "option 1, thanks"),
    1: ("2", "number 2 then", "Second, I think.", "no. 2"),
    2: ("3", "the last of them", "the third, please", "no. 3 if I may"),
}


def _talk(*turns: str) -> OpenTalk:
    """Customer and advisor in turn, the customer first."""
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    messages = [
        Message(
            id=MessageId(f"m-{n}"),
            ticket=TicketId("t-1"),
            sender="advisor" if n % 2 else "customer",
            text=text,
            at=start + timedelta(minutes=n),
        )
        for n, text in enumerate(turns)
    ]
    return answered(messages, ZONE)


def _took(talk: OpenTalk, said: Sequence[str]) -> set[str]:
    """Which of the options stand in what they took up of ours."""
    texts = [one.text for one in talk.said if one.id in talk.taken]
    return {one for one in said if any(one in text for text in texts)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_place_in_the_offer_takes_what_stands_there(form: str, kind: str, place: int) -> None:
    said = KINDS[kind]
    for answer in PLACES[place]:
        assert _took(_talk("About my thing", FORMS[form](said), answer), said) == {said[place]}, answer


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pair", list(pairwise(SLOTS)), ids=lambda pair: pair[0].split()[0])
@pytest.mark.parametrize("out", [0, 1])
def test_of_two_days_the_one_that_is_not_turned_down_is_left(form: str, pair: tuple[str, str], out: int) -> None:
    day = pair[out].split()[0]
    for answer in (
        f"{day} is my bridge club. So the other one.",
        f"I can't do {day}, the other please",
        f"not the {day.lower()}",
        f"I'm away on {day}",
    ):
        assert _took(_talk("Another day?", FORMS[form](pair), answer), pair) == {pair[1 - out]}, answer


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("left", range(3))
def test_of_three_days_two_turned_down_leave_the_third(form: str, left: int) -> None:
    one, other = (day.split()[0] for n, day in enumerate(SLOTS) if n != left)
    for answer in (
        f"{one} I'm at the dentist, and on {other} I'm away, so neither of those.",
        f"I can't do {one}, and not {other} either",
    ):
        assert _took(_talk("Another day?", FORMS[form](SLOTS), answer), SLOTS) == {SLOTS[left]}, answer


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answer", ["yes please", "Yes please do it, thank you", "ok", "sure, go ahead"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_yes_to_several_things_chooses_none(form: str, kind: str, answer: str) -> None:
    assert not _talk("About my thing", FORMS[form](KINDS[kind]), answer).taken


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answer", ["Neither.", "none of those suits me", "could it be the 20th of December?"])
def test_what_is_none_of_ours_takes_none(form: str, answer: str) -> None:
    assert not _talk("Another day?", FORMS[form](SLOTS), answer).taken


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (2, 0), (1, 2)])
def test_a_second_thought_takes_another_of_the_same_offer(first: int, second: int) -> None:
    chosen, meant = SLOTS[first], SLOTS[second]
    for answer in (
        f"ah no hang on, that's the wedding. make it the {meant.split()[0].lower()}",
        f"Sorry, wrong glasses on. I meant {meant.split()[0]}.",
        f"wait, {chosen.split()[0]} I'm working. the {meant.split()[0].lower()} one then, sorry",
    ):
        turns = (
            "Another day?",
            FORMS["question with or"](SLOTS),
            chosen.split()[0],
            f"{chosen}, then. Shall I book it?",
        )
        assert _took(_talk(*turns, answer), SLOTS) == {meant}, answer


@pytest.mark.parametrize("day", ["the 20th of December", "Sunday 20 December"])
def test_another_day_than_all_of_ours_takes_back_what_was_taken(day: str) -> None:
    turns = ("Another day?", FORMS["question with or"](SLOTS), "the first", f"{SLOTS[0]}, then. Shall I book it?")
    talk = _talk(*turns, f"sorry, that's the school play. is {day} still free?")
    assert not _took(talk, SLOTS)


@pytest.mark.parametrize(
    ("answer", "month"),
    [
        ("the older", "September"),
        ("Take the newer. The old one, keep it.", "October"),
        ("September, please", "September"),
    ],
)
def test_months_are_older_and_newer_than_each_other(answer: str, month: str) -> None:
    bills = ("I-43 for September", "I-44 for October")
    talk = _talk(
        "A fee", f"We can waive one: the fee on bill {bills[0]}, or the one on bill {bills[1]}. Which?", answer
    )
    assert _took(talk, bills) == {one for one in bills if month in one}


HOURS = ("08:00-12:00", "12:00-16:00", "16:00-20:00")


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        ("the morning please", HOURS[0]),
        ("I meant the {day} after lunch", HOURS[1]),
        ("{day}, in the evening", HOURS[2]),
    ],
)
@pytest.mark.parametrize("slot", SLOTS)
def test_hours_tell_times_of_one_day_apart(answer: str, hours: str, slot: str) -> None:
    window = [one for one in HOURS if not (hours == HOURS[1] and one == HOURS[2])]  # after lunch is also the evening
    said = [f"{slot}, {one}" for one in window]
    talk = _talk("Another time?", FORMS["numbered"](said), answer.format(day=slot.split(maxsplit=1)[0]))
    assert _took(talk, said) == {f"{slot}, {hours}"}


@pytest.mark.parametrize("word", ["both", "each", "all"])
def test_hours_that_hold_for_all_days_are_those_of_each(word: str) -> None:
    text = f"The nearest evenings are {SLOTS[0]} and {SLOTS[1]}, {word} 16:00-20:00. Which one?"
    (choice,) = choices(text, MONDAY)
    assert [one.window for one in choice] == [("16:00", "20:00")] * 2


REMEDIES = ("a replacement", "your money back")


@pytest.mark.parametrize("many", [2, 3])
@pytest.mark.parametrize("item", range(2))
def test_two_questions_in_one_message_are_two_choices(many: int, item: int) -> None:
    things = ITEMS[:many]
    listed = f"{', '.join(things)}, or both" if many == 2 else f"{things[0]} or {things[1]}"
    put = f"Sorry to hear that! Is it {listed}? And would you like {REMEDIES[0]} or {REMEDIES[1]}?"
    name = things[item].split()[-1]
    talk = _talk("Something is broken", put, f"the {name} only. and the replacement please")
    assert _took(talk, [*things[:2], *REMEDIES]) == {things[item], REMEDIES[0]}


@pytest.mark.parametrize("answer", ["both", "The lot, I'm afraid.", "all of it", "both of them please"])
def test_all_of_it_takes_every_thing_asked_about(answer: str) -> None:
    put = f"Was it {ITEMS[0]} or {ITEMS[1]} that came damaged?"
    assert _took(_talk("It came damaged", put, answer), ITEMS[:2]) == set(ITEMS[:2])


@pytest.mark.parametrize(("answer", "way"), [("The latter.", 1), ("the first", 0), ("cancel it", 1), ("move it", 0)])
def test_ways_to_go_on_are_read_in_the_whole_of_what_we_wrote(answer: str, way: int) -> None:
    put = "It's the visit on the 19th. Would you like to move it to another day, or to cancel it?"
    talk = _talk("It's about your man", put, answer)
    assert [("cancel" in one, "move" in one) for one in talk.ways] == [(bool(way), not way), (not way, bool(way))]
    assert all("visit" in one for one in talk.ways)


@pytest.mark.parametrize("thing", ["price", "day"])
def test_a_question_that_names_nothing_goes_back_to_the_offer(thing: str) -> None:
    put = {"price": f"There is {PLANS[0]} and {PLANS[2]} a month.", "day": f"We have {SLOTS[0]} or {SLOTS[1]}."}[thing]
    answer = {"price": "The cheaper, then.", "day": f"{SLOTS[0].split()[0]} then"}[thing]
    turns = ("What is there?", put, "And how quickly?", "Soon. Which of the two shall I set up?", answer)
    took = _took(_talk(*turns), [*PLANS, *SLOTS])
    assert took == {PLANS[0] if thing == "price" else SLOTS[0]}


@pytest.mark.parametrize(
    ("no", "instead"),
    list(product(("no", "Hm. On reflection, no", "nah"), ("I'll have it", "I'll keep it", "I'll take it as it is"))),
)
def test_behind_a_no_what_they_would_rather_have_is_no_yes(no: str, instead: str) -> None:
    assert declines("Shall I cancel it for you?", f"{no}, {instead}. But could it come on Friday?")
    assert declines("Shall I send the grey one?", f"{instead}.") is ("keep" in instead)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("reason", ["for the accountant", "it's what my mother had", "as I can't do the others"])
def test_that_a_number_with_a_reason_behind_it_takes_the_option(form: str, kind: str, place: int, reason: str) -> None:
    said = KINDS[kind]
    assert _took(_talk("Hello", FORMS[form](said), f"{place + 1}, {reason}"), said) == {said[place]}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer", ["The former isn't for us. The latter, please", "not the first. So the second, thanks"]
)
def test_that_the_part_that_only_names_a_place_counts(form: str, kind: str, answer: str) -> None:
    said = KINDS[kind][:2]
    assert _took(_talk("Hello", FORMS[form](said), answer), said) == {said[1]}


@pytest.mark.parametrize("day", range(2))
@pytest.mark.parametrize("late", [False, True])
def test_that_of_the_hours_of_the_day_they_name_the_early_or_late_ones_are_taken(day: int, late: bool) -> None:
    each = [f"{SLOTS[n]}, {hours}" for n in range(2) for hours in ("08:00-12:00", "16:00-20:00")]
    answer = f"{DAYS[day]:%A}'s {'late' if late else 'early'} one ta"
    assert _took(_talk("Hello", FORMS["numbered"](each), answer), each) == {each[2 * day + late]}
    both = _talk("Hello", FORMS["numbered"](each), f"yeah {DAYS[day]:%A} is good for me")
    assert _took(both, each) == {each[2 * day], each[2 * day + 1]}
