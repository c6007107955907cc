"""Answers to a question of ours: what they take up of it, over many offers and ways of answering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product

import pytest

from cx_core.records import Message, MessageId, TicketId
from cx_core.text.agreeing import declines, is_open, takes_up
from cx_core.understand.offered_options import choices
from cx_core.understand.open_question import answered
from cx_core.understand.stance.taken_option import chosen
from cx_core.understand.time_wishes import time_wishes

MONDAY = date(2026, 11, 23)
ZONE = "Europe/London"
WINDOWS = ("08:00-12:00", "12:00-16:00", "16:00-20:00")
OFFERS: dict[str, Callable[[Sequence[str]], str]] = {
    "numbered lines": lambda slots: "I could offer you:\n" + "\n".join(f"{n}) {s}" for n, s in enumerate(slots, 1)),
    "numbered in a line": lambda slots: " ".join(f"({n}) {s}," for n, s in enumerate(slots, 1)).rstrip(",") + ".",
    "a list": lambda slots: f"I have {', '.join(slots[:-1])} or {slots[-1]}.",
    "free": lambda slots: f"{', '.join(slots[:-1])} and {slots[-1]} are free.",
}
ORDINALS = ("the first", "second one please", "the third")
ALL_SLOTS = tuple(
    tuple((MONDAY + timedelta(days=first + step * n), WINDOWS[(first + n) % 3]) for n in range(3))
    for first, step in product(range(2, 12), (1, 2, 4))
)


def _said(day: date, window: str) -> str:
    return f"{day:%A} {day.day} {day:%B}, {window}"


def _messages(*turns: str) -> list[Message]:
    """Customer and advisor in turn, the customer first."""
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return [
        Message(
            id=MessageId(f"m-{n}"),
            ticket=TicketId("t-1"),
            sender="advisor" if n % 2 else "customer",
            text=text,
            at=start + timedelta(minutes=n),
        )
        for n, text in enumerate(turns)
    ]


def _wanted_day(put: str, answer: str) -> tuple[date | None, str]:
    talk = answered(_messages("Can the visit be on another day?", put, answer), ZONE)
    wishes = [one for one in time_wishes(talk.said, ZONE, talk.taken) if one.message in talk.taken and one.wanted]
    days = [one.first for one in wishes if one.first]
    hours = [one.begins for one in wishes if one.begins]
    return (days[-1] if days else None), (hours[-1] if hours else "")


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("slots", ALL_SLOTS, ids=lambda slots: f"{slots[0][0]:%a}+{(slots[1][0] - slots[0][0]).days}")
def test_each_way_of_choosing_takes_the_option_that_is_meant(offer: str, slots: tuple[tuple[date, str], ...]) -> None:
    put = OFFERS[offer]([_said(*slot) for slot in slots]) + " Which would you like?"
    for n, (day, window) in enumerate(slots):
        ways = [ORDINALS[n], f"{day:%A}".lower(), f"the {day:%A} would be great", f"{day.day} {day:%B} please"]
        if "numbered" in offer:
            ways += [str(n + 1), f"number {n + 1}", f"{n + 1} pls", f"option {n + 1} thanks"]
        ways += ["the earliest"] if n == 0 else ["the latest please"] if n == 2 else []
        for way in ways:
            assert _wanted_day(put, way) == (day, window[:5]), (put, way)


@pytest.mark.parametrize("offer", OFFERS)
def test_an_answer_that_fits_none_takes_none(offer: str) -> None:
    slots = [_said(MONDAY + timedelta(days=n), WINDOWS[0]) for n in (2, 3, 4)]
    put = OFFERS[offer](slots) + " Which would you like?"
    for answer in ("what about the week after", "none of these I am afraid", "7", "not the first one", "hello?"):
        assert _wanted_day(put, answer) == (None, ""), answer


@pytest.mark.parametrize("yes", ["yes", "Yes please.", "ok", "go on then", "sure, thanks", "please do"])
def test_yes_takes_up_all_that_was_put(yes: str) -> None:
    put = "Friday 27 November, 12:00-16:00 is free. Shall I book it?"
    assert _wanted_day(put, yes) == (date(2026, 11, 27), "12:00")
    assert takes_up(put, yes)
    assert not declines(put, yes)


@pytest.mark.parametrize(
    "no",
    [
        *("no", "nah forget it", "no thanks", "Hm, no, keep the booking", "please don't"),
        *("definitely not", "of course not!"),
    ],
)
def test_no_takes_up_nothing(no: str) -> None:
    put = "Friday 27 November, 12:00-16:00 is free. Shall I book it?"
    talk = answered(_messages("Can the visit be on another day?", put, no), ZONE)
    assert (talk.taken, talk.declined, talk.agreed) == (frozenset(), (put,), "")


@pytest.mark.parametrize(
    ("answer", "id"),
    [
        ("the older", "O-110"),
        ("todays", "O-109"),
        ("the second", "O-109"),
        ("O-110", "O-110"),
        ("the one with the router", "O-110"),
    ],
)
def test_records_are_told_apart_by_what_was_said_of_them(answer: str, id: str) -> None:
    put = (
        "I see two tablets: one delivered on 11 November together with a router (O-110), one delivered today (O-109). "
        "Which of them is it?"
    )
    talk = answered(_messages("my tablet is cracked", put, answer), ZONE)
    other = {"O-109": "O-110", "O-110": "O-109"}[id]
    assert [message.text for message in talk.said if message.id in talk.taken and id in message.text]
    assert not [message.text for message in talk.said if message.id in talk.taken and other in message.text]


def test_a_question_goes_back_to_what_it_was_about() -> None:
    turns = ("My lamp is broken", "Which order was it?", "the one from May", "O-1 or O-2?", "the second")
    talk = answered(_messages(*turns), ZONE)
    assert [one.text for one in talk.said if one.id not in talk.taken] == [turns[0], turns[2], turns[4]]
    assert [one.text for one in talk.new] == [turns[4]]


@pytest.mark.parametrize("put", ["Your refund is on its way.", "All done. Is there anything else I can help with?"])
def test_what_was_answered_is_over(put: str) -> None:
    talk = answered(_messages("I was charged twice", put, "now my router blinks"), ZONE)
    assert [one.text for one in talk.said] == ["now my router blinks"]
    assert not is_open(put)


def test_what_they_take_stands_where_it_stands_in_our_words() -> None:
    put = "I have Friday 27 November, 08:00-12:00 or Saturday 28 November, 12:00-16:00. Which one?"
    talk = answered(_messages("move my visit", put, "saturday"), ZONE)
    view = next(one for one in talk.said if one.id in talk.taken)
    assert len(view.text) == len(put)
    assert "Friday" not in view.text
    at = view.text.index("Saturday")
    assert put[at : at + 20] == view.text[at : at + 20]


def test_no_option_is_made_of_a_day_that_is_booked() -> None:
    put = "You are booked for Thursday 26 November, 08:00-12:00. Which day would suit you better?"
    assert not choices(put, MONDAY)
    assert chosen(["", ""], ["monday", "tuesday"], "not monday, tuesday", MONDAY) == 1


PAIRS = (("Fibre 150 at £34.00", "Fibre 75 at £29.00"), ("the basic plan at £12.00", "the family plan at £40.00"))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("answer", "dearer"),
    [
        ("The dearer of those two. No hurry, the first of February will do", True),
        ("the cheaper please", False),
        ("the more expensive one", True),
        ("the cheapest", False),
    ],
)
def test_what_it_costs_chooses(pair: tuple[str, str], turned: bool, answer: str, dearer: bool) -> None:
    first, second = pair[::-1] if turned else pair
    talk = answered(_messages("Something else please", f"Would you like {first} or {second}?", answer), ZONE)
    price = {text: float(text.rpartition("£")[2]) for text in pair}
    assert (max if dearer else min)(pair, key=price.__getitem__) in talk.answer


@pytest.mark.parametrize("put", [0, 1])
@pytest.mark.parametrize("answer", ["the other one please", "no, the other", "hm, that other day then"])
def test_the_other_is_the_one_that_was_not_put(put: int, answer: str) -> None:
    days = ("Friday 8 January", "Saturday 9 January")
    asked = f"{days[put]}, then. Shall I book it?"
    talk = answered(_messages("Another day?", f"I have {days[0]} or {days[1]}. Which?", "hm", asked, answer), ZONE)
    assert days[1 - put] in talk.answer
    assert not talk.declined


@pytest.mark.parametrize("none", ["neither sorry", "Neither!", "none of those, I am away"])
def test_what_was_ruled_out_is_not_chosen_from_later(none: str) -> None:
    offer = "I have Friday 8 January or Saturday 9 January. Which?"
    talk = answered(_messages("Another day?", offer, none, "What would suit you?", "not the friday"), ZONE)
    assert not talk.taken


THINGS = ("the lamp", "the pod", "your tablet", "order O-33")
EITHER = (
    "Is it {0} or {1}?",
    "I'm sorry about that. Is it {0} that is broken, or {1}?",
    "Thanks. Do you mean {0} or {1}, please?",
    "Either {0} or {1}, is that right?",
    "Shall we replace {0} or {1}?",
)
ONLY_YES = ("yes that's right", "Yes", "that's right", "Correct, thanks", "yes please", "Exactly.", "ok", "Right, yes.")


@pytest.mark.parametrize("question", EITHER)
@pytest.mark.parametrize("answer", ONLY_YES)
def test_that_a_yes_to_an_either_or_takes_neither(question: str, answer: str) -> None:
    for one, other in permutations(THINGS, 2):
        put = question.format(one, other)
        talk = answered(_messages("something is broken", put, answer), ZONE)
        assert (talk.answer, talk.agreed, talk.taken) == ("", "", frozenset()), put
        assert talk.which
        assert talk.which in put
        chose = answered(_messages("something is broken", put, f"{answer.rstrip('.')}, {other}"), ZONE)
        assert chose.taken, put
        assert not chose.which, put


@pytest.mark.parametrize(
    "put", ["Shall I replace it?", "Shall I replace the lamp, or not?", "It is the lamp. Shall I?"]
)
@pytest.mark.parametrize("answer", ONLY_YES)
def test_that_a_yes_to_another_question_leaves_nothing_open(put: str, answer: str) -> None:
    assert answered(_messages("the lamp is broken", put, answer), ZONE).which == ""


@pytest.mark.parametrize("answer", ["that would be great", "lovely", "£££ ;)", "whatever you think", "you choose"])
def test_that_words_which_take_none_of_several_times_leave_it_open(answer: str) -> None:
    put = "We have Thursday 14 January, 12:00-16:00 and Friday 15 January, 08:00-12:00. Which would you like?"
    assert answered(_messages("can you move my visit", put, answer), ZONE).which == "Which would you like?"
    for taken in ("friday", "the 14th", "the second"):
        assert answered(_messages("can you move my visit", put, taken), ZONE).which == ""
    assert answered(_messages("can you move my visit", put, "none of them"), ZONE).which == ""


@pytest.mark.parametrize("answer", ["OK, I see. NO", "Hm ok.\nNO", "Yes? NO"])
def test_that_a_no_in_capitals_is_no_signature(answer: str) -> None:
    talk = answered(_messages("Can I cancel my visit?", "Shall I cancel your visit on 10 January?", answer), ZONE)
    assert not talk.agreed
    assert talk.answer != "yes"


@pytest.mark.parametrize("answer", ["ok thanks", "great, thanks", "thank you"])
def test_that_thanks_for_our_patience_are_no_consent(answer: str) -> None:
    turns = ("Can I cancel my visit?", "Shall I cancel your visit on 10 January?", "let me check with my wife")
    assert not answered(_messages(*turns, "No problem, take your time.", answer), ZONE).agreed


def test_that_long_texts_of_few_words_are_read_at_once() -> None:
    """Nothing to measure: what took seconds for each thousand lines would not end here."""
    for text in ("hello" + "\n" * 11_900 + "bye for now", "hello.\n" + "\u00a0\n" * 5_900 + "bye x"):
        assert answered(_messages("Hello?", "Which day? Friday or Saturday?", text), ZONE).new
    assert choices("\n" * 12_000, MONDAY) == ()


@pytest.mark.parametrize("wish", ["OK great, I'd like that", "fine, send it to me then", "then please do that"])
def test_that_words_which_lean_on_what_was_said_take_it_along(wish: str) -> None:
    turns = ("I'm thinking of the fastest plan.", "It is Fibre 500, at £44.00.", wish, "From when?", "January please")
    talk = answered(_messages(*turns), ZONE)
    assert [one.text for one in talk.said] == [turns[0], turns[1], wish, turns[4]]
    assert talk.taken == {"m-1"}
    alone = answered(_messages(*turns[:2], "I'd like the router moved to the hall", *turns[3:]), ZONE)
    assert turns[0] not in [one.text for one in alone.said]


@pytest.mark.parametrize(
    "asked",
    [
        "Was the router in the box?",
        "Have you looked under the tray?",
        "Did it ever work?",
        "Thanks. And nothing under the tray?",
        "Can you see a light on it?",
    ],
)
def test_that_a_no_to_what_was_turns_nothing_down(asked: str) -> None:
    for answer in ("no", "router was there, no headphones", "no, I looked twice"):
        assert not answered(_messages("There were no headphones in it.", asked, answer), ZONE).declined
    assert answered(_messages("There were none.", "Shall I send them again?", "no thanks"), ZONE).declined


@pytest.mark.parametrize("answer", ["actually no, she likes it", "actually no", "no, keeping it, thanks"])
def test_that_a_no_behind_a_second_thought_is_one(answer: str) -> None:
    talk = answered(_messages("I want to send it back.", "Shall I start the return now?", answer), ZONE)
    assert talk.answer == "no"


@pytest.mark.parametrize("ask", ["please tell us the new one in full", "Please let us know which one you mean"])
def test_that_what_we_ask_without_a_question_mark_is_open(ask: str) -> None:
    talk = answered(_messages("I'm getting a new address.", f"Thank you. For that, {ask}.", "a@b.example"), ZONE)
    assert [one.text for one in talk.said] == ["I'm getting a new address.", "a@b.example"]


@pytest.mark.parametrize(
    "words",
    [
        "please don't change it back",
        "how do I return this lamp?",
        "too dear, I won't take it",
        "My brother would like that",
        "Great, have a good one!",
        "Now please cancel this order",
    ],
)
def test_that_other_words_take_nothing_along(words: str) -> None:
    for ours in ("It's moved to Friday.", "It is £44.00."):
        talk = answered(_messages("Please move my visit to Friday.", ours, words), ZONE)
        assert [one.text for one in talk.said] == [words]


def test_that_what_we_have_done_is_not_taken_up_again() -> None:
    talk = answered(_messages("Please cancel my contract.", "I have cancelled it.", "OK, I'd like that"), ZONE)
    assert [one.text for one in talk.said] == ["OK, I'd like that"]


@pytest.mark.parametrize(
    "asked",
    [
        "Did you want me to cancel the visit too?",
        "Was it a refund that you wanted?",
        "Have you considered our Fibre 75 for £20?",
        "Was it damaged when it arrived, and shall I send a new one?",
        "Was it broken when it came? I can send a new one if you like.",
        "Is there nothing in it? Shall I send a new one?",
        "Any interest in a replacement tablet?",
        "An engineer is free on Thursday. Can you have someone there then?",
    ],
)
def test_that_a_no_to_an_offer_in_the_past_tense_turns_it_down(asked: str) -> None:
    assert answered(_messages("It is about my order.", asked, "no thanks"), ZONE).declined


@pytest.mark.parametrize(
    "closing", ["If anything is unclear, please let us know", "In case you need it please tell us."]
)
def test_that_a_closing_phrase_leaves_nothing_open(closing: str) -> None:
    talk = answered(_messages("I was charged twice", f"We have refunded it. {closing}", "now my router blinks"), ZONE)
    assert [one.text for one in talk.said] == ["now my router blinks"]
