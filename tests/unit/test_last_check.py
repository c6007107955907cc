"""The last check of a step against raw words: over slots, days, things, numbers and wordings, right and altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.last_check.check import objection
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    CustomerId,
    Evidence,
    Lookup,
    Message,
    MessageId,
    Money,
    Sender,
    Source,
    Step,
    StepId,
    TicketId,
    Value,
)
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
TODAY = date(2026, 11, 23)
"""A Monday."""
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINE = CustomerId("C-1")
WINDOWS = ("08:00-12:00", "12:00-16:00", "16:00-20:00")
PARTS = {"08:00-12:00": "in the morning", "12:00-16:00": "in the afternoon", "16:00-20:00": "in the evening"}
DAYS = [TODAY + timedelta(days=n) for n in (2, 4, 5, 8, 11)]
THINGS = ("Aurora desk lamp", "Extension cable 5 m", "Fernline Mesh Pod")


def record(kind: str, id: str, /, *, owned: bool = True, **fields: Value) -> BusinessRecord:
    return BusinessRecord(kind=kind, id=id, customer=MINE if owned else None, fields=fields)


def slot_id(day: date, window: str) -> str:
    return f"S-{day:%m%d}{WINDOWS.index(window)}"


def move(day: date, window: str) -> dict[str, Value]:
    return {"appointment": "A-2", "slot": slot_id(day, window)}


VISIT = record("appointment", "A-2", date="2026-11-26", window="08:00-12:00", kind="installation")
SLOTS = [
    record("slot", slot_id(day, window), owned=False, date=day.isoformat(), window=window)
    for day in DAYS
    for window in WINDOWS
]
ORDERS = [
    record("order", "O-5", items=THINGS, date="2026-11-16", status="delivered", amount=Money(minor=12200)),
    record("order", "O-9", items=("Fern tablet 10",), date="2026-11-19", status="shipped", amount=Money(minor=32900)),
]
PAYMENTS = [
    record("payment", "P-7", amount=Money(minor=5400), date="2026-11-19"),
    record("payment", "P-8", amount=Money(minor=2900), date="2026-10-19"),
]
PLANS = [
    record("plan", f"PL-{number}", owned=False, name=name)
    for number, name in enumerate(("Fibre 75", "Fibre 150", "Fibre 500"), start=1)
]
CONTRACT = record("contract", "K-1", plan="Fibre 75", since="2026-01-01")
CUSTOMER = record("customer", "C-1", email="maria.keller@example.com", phone="07700 900001", name="Maria Keller")
EVIDENCE = Evidence(
    customer=CUSTOMER,
    lookups=(Lookup(goal=0, name="all", records=(VISIT, *SLOTS, *ORDERS, *PAYMENTS, *PLANS, CONTRACT)),),
)


def message(text: str, sender: Sender = "customer") -> Message:
    return Message(id=MessageId(f"m-{sender}"), ticket=TicketId("t"), sender=sender, text=text, at=NOW)


def step_of(action: str, values: Mapping[str, Value], number: int = 1) -> Step:
    """A step of these values, which nothing backs."""
    arguments = tuple(Argument(name=name, value=value, source=Source(kind="none")) for name, value in values.items())
    return Step(id=StepId(f"s{number}"), goal=0, action=ActionName(action), arguments=arguments)


def against(action: str, text: str, values: Mapping[str, Value], put: str = "") -> str:
    """What speaks against a step of these values."""
    step = step_of(action, values)
    before = [message(put, "copilot")] if put else []
    found = objection(step, [message(text)], EVIDENCE, KNOWLEDGE, TODAY, before)
    return found.text if found else ""


ASKED: Mapping[str, tuple[str, Mapping[str, Value]]] = {
    "reschedule_appointment": ("move my visit to Friday", move(DAYS[1], WINDOWS[0])),
    "cancel_order": ("cancel order O-9", {"order": "O-9"}),
    "start_return": ("take the mesh pod back", {"order": "O-5", "items": THINGS[2:], "reason": "no longer wanted"}),
    "send_replacement": ("replace the mesh pod", {"order": "O-5", "items": THINGS[2:], "deliver_by": "2026-11-26"}),
    "refund_payment": ("refund payment P-7", {"payment": "P-7", "amount": Money(minor=5400)}),
    "change_plan": ("change me to Fibre 150", {"contract": "K-1", "plan": "PL-2", "from": "2026-11-23"}),
    "cancel_appointment": ("cancel the engineer", {"appointment": "A-2"}),
    "change_contact": (
        "change my number to 07700 900811",
        {"customer": "C-1", "field": "phone", "value": "07700 900811"},
    ),
    "schedule_callback": ("call me on Friday", {"customer": "C-1", "at": "2026-11-27", "topic": "it"}),
}
"""A wish for each, and the step that it asks for."""

RIGHT = (
    "Please {wish}.",
    "Could you {wish} please?",
    "Can you {wish}? Don't worry about the rest.",
    "I'm not at all happy with how this went. Now please {wish}, and let me know when it is done.",
    "I don't know who else to ask, so please {wish}. If possible, let me know.",
    "It would be great if you could {wish}.",
    "Not your fault, but I can't do it online, so kindly {wish}. No rush at all.",
)
MEANT_OTHERWISE = (
    "Please don't {wish}.",
    "Please {wish}. Actually no, leave it as it is.",
    "I wrote that you should {wish}. I take that back.",
    "Please {wish}. On second thoughts, forget it.",
    "What would it cost if I asked you to {wish}?",
    "Could you {wish}? Just asking for now.",
    "Please {wish}, but only if it's free.",
    "Please {wish} unless it costs extra.",
    "Please {wish} if nothing else changes by that.",
    "There is no need to {wish}.",
    "You need not {wish}, it has been sorted out.",
    "I have not decided yet whether you should {wish}.",
)


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("wording", RIGHT)
def test_that_a_step_that_was_asked_for_is_not_held(action: str, wording: str) -> None:
    wish, values = ASKED[action]
    assert against(action, wording.format(wish=wish), values) == ""


@pytest.mark.parametrize("action", ASKED)
@pytest.mark.parametrize("wording", MEANT_OTHERWISE)
def test_that_a_step_that_was_refused_asked_about_or_conditioned_is_held(action: str, wording: str) -> None:
    wish, values = ASKED[action]
    assert against(action, wording.format(wish=wish), values).startswith("They wrote “")


SAID_DAYS = ("{day:%A} {day.day} {day:%B}", "the {day.day}th of {day:%B}", "{day.day}/{day.month}")
VISITS = (
    "Please move my visit to {said} {part}.",
    "I can't make Thursday. Is {said} {part} possible for the engineer?",
    "{said} {part} would be better for the visit, I'm not in before that.",
    "Not Thursday please! {said} {part}.",
)


def visits() -> Iterator[tuple[str, date, str]]:
    for wording, way, day, window in product(VISITS, SAID_DAYS, DAYS, WINDOWS):
        yield wording.format(said=way.format(day=day), part=PARTS[window]), day, window


@pytest.mark.parametrize(("text", "day", "window"), list(visits()))
def test_that_a_visit_moves_only_to_the_day_and_part_of_day_that_was_named(text: str, day: date, window: str) -> None:
    kept = [
        (day_of_slot, part)
        for day_of_slot, part in product(DAYS, WINDOWS)
        if not against("reschedule_appointment", text, move(day_of_slot, part))
    ]
    assert kept == [(day, window)]


@pytest.mark.parametrize(
    ("bound", "keeps"),
    [
        ("after {said}", lambda day, said: day > said),
        ("before {said}", lambda day, said: day < said),
        ("by {said}", lambda day, said: day <= said),
        ("any day but {said}", lambda day, said: day != said),
        ("any day except {said}", lambda day, said: day != said),
        ("not before {said}", lambda day, said: day >= said),
        ("no later than {said}", lambda day, said: day <= said),
        ("from {said} to 31 December", lambda day, said: day >= said),
    ],
)
@pytest.mark.parametrize("said", DAYS)
def test_that_a_visit_keeps_to_a_bound(bound: str, keeps: Callable[[date, date], bool], said: date) -> None:
    text = f"Please move my visit, {bound.format(said=f'{said.day} {said:%B}')}."
    kept = {day for day in DAYS if not against("reschedule_appointment", text, move(day, WINDOWS[0]))}
    assert kept == {day for day in DAYS if keeps(day, said)}


CALLED = {"Aurora desk lamp": "desk lamp", "Extension cable 5 m": "extension cable", "Fernline Mesh Pod": "mesh pod"}


def item_wordings() -> Iterator[tuple[str, tuple[str, ...]]]:
    for one, other in product(THINGS, THINGS):
        if one != other:
            yield f"The {CALLED[one]} came broken, please send a new one.", (one,)
            yield f"The {CALLED[one]} is cracked, the {CALLED[other]} is fine. Please replace it.", (one,)
            yield f"Please replace the {CALLED[one]}, not the {CALLED[other]}.", (one,)
            yield f"Both the {CALLED[one]} and the {CALLED[other]} are broken, I need new ones.", (one, other)
    yield "Everything in order O-5 came broken, please replace all of it.", THINGS


@pytest.mark.parametrize(("text", "meant"), list(item_wordings()))
def test_that_only_the_things_that_were_named_are_replaced(text: str, meant: tuple[str, ...]) -> None:
    choices = [(one,) for one in THINGS] + [THINGS[:2], THINGS[1:], (THINGS[0], THINGS[2]), THINGS]
    kept = [
        set(items)
        for items in choices
        if not against("send_replacement", text, {"order": "O-5", "items": items, "deliver_by": "2026-11-26"})
    ]
    assert kept == [set(meant)]


@pytest.mark.parametrize(
    ("action", "text", "right", "wrong"),
    [
        ("cancel_order", "Cancel O-9 please", {"order": "O-9"}, {"order": "O-5"}),
        ("cancel_order", "Cancel the tablet please", {"order": "O-9"}, {"order": "O-5"}),
        ("cancel_order", "Cancel the order of 19 November", {"order": "O-9"}, {"order": "O-5"}),
        ("cancel_order", "Cancel the one for £329.00", {"order": "O-9"}, {"order": "O-5"}),
        ("cancel_order", "Not O-5, cancel O-9", {"order": "O-9"}, {"order": "O-5"}),
        (
            "refund_payment",
            "I paid £54.00, please refund £20.00 of it",
            {"payment": "P-7", "amount": Money(minor=2000)},
            {"payment": "P-7", "amount": Money(minor=5400)},
        ),
        (
            "change_plan",
            "Move me from Fibre 75 to Fibre 500",
            {"contract": "K-1", "plan": "PL-3", "from": "2026-11-23"},
            {"contract": "K-1", "plan": "PL-2", "from": "2026-11-23"},
        ),
        (
            "change_contact",
            "My mail is new.me@example.net now",
            {"customer": "C-1", "field": "email", "value": "new.me@example.net"},
            {"customer": "C-1", "field": "email", "value": "maria.keller@example.com"},
        ),
        (
            "change_delivery_address",
            "Send O-9 to 5 Elm Grove, Ashcombe FN3 8RT",
            {"order": "O-9", "address": "5 Elm Grove, Ashcombe FN3 8RT"},
            {"order": "O-9", "address": "11 Tanner Row, Fernbridge FN1 9XZ"},
        ),
    ],
)
def test_that_a_step_has_what_was_written(
    action: str, text: str, right: dict[str, Value], wrong: dict[str, Value]
) -> None:
    assert against(action, text, right) == ""
    assert against(action, text, wrong).startswith("They wrote “")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Please move the visit to Friday or Saturday.", True),
        ("Friday or Saturday, either is fine for the visit.", False),
        ("Please move the visit to Friday, or cancel it.", True),
    ],
)
def test_that_one_of_two_ways_is_not_taken_unless_it_is_left_to_us(text: str, held: bool) -> None:
    _, values = ASKED["reschedule_appointment"]
    assert bool(against("reschedule_appointment", text, values)) == held


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        ("Yes please", False),
        ("That's perfect, thank you!", False),
        ("No thank you", True),
        ("I'd sooner not", True),
        ("What else is there?", True),
        ("No, Saturday would be better", True),
        ("Friday is good", False),
    ],
)
def test_that_what_was_put_to_them_needs_a_yes(answer: str, held: bool) -> None:
    _, values = ASKED["reschedule_appointment"]
    put = "Shall I move your visit to Friday 27 November?"
    assert bool(against("reschedule_appointment", answer, values, put)) == held


def test_that_earlier_mail_and_a_signature_say_nothing() -> None:
    _, values = ASKED["reschedule_appointment"]
    below = "Kind regards\nMaria, not in on Saturdays\n\n> Please don't move it.\n> Leave it."
    text = f"Please move my visit to Friday.\n\n{below}"
    assert against("reschedule_appointment", text, values) == ""


def test_that_words_about_another_matter_do_not_hold_a_step() -> None:
    _, values = ASKED["reschedule_appointment"]
    text = "Please move my visit to Friday. As for order O-9, leave it as it is, and deliver it on Saturday 5 December."
    assert against("reschedule_appointment", text, values) == ""


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("taker", ["ours", "theirs"])
def test_that_an_or_of_ours_leaves_nothing_open_once_they_took_a_part(window: str, taker: str) -> None:
    offer = message("Your visit could be on Friday or on Saturday. Which one suits you?", "copilot")
    took = message(f"Your visit could be on Friday or {' ' * len('on Saturday')}. Which one suits you?")
    took = took.replace(id=offer.id) if taker == "ours" else took
    step = step_of("reschedule_appointment", move(DAYS[1], window))
    found = objection(step, [took, message("the first, please")], EVIDENCE, KNOWLEDGE, TODAY, [offer])
    assert (found is not None and "names more than one way" in found.text) == (taker == "theirs")


@pytest.mark.parametrize("other", ["07700 900123", "+44 7700 900456"])
def test_that_two_numbers_leave_open_which_but_for_one_on_file(other: str) -> None:
    values = ASKED["change_contact"][1]
    text = f"My new number is 07700 900811. If nobody answers there is my neighbour on {other}."
    assert against("change_contact", text, values)
    assert not against("change_contact", "My new number is 07700 900811.", values)


# --- a business whose numbers have no form of their own ----------------------------------------------

PLAIN = KNOWLEDGE.replace(
    records={name: kind.replace(numbered="") for name, kind in KNOWLEDGE.records.items()},
)
PLANTS = [record("order", number, items=(f"plant {number}",), status="placed") for number in ("1043", "1051", "GL-77")]


def cancelled(text: str, number: str) -> str:
    """What speaks against the cancellation of this order."""
    step = step_of("cancel_order", {"order": number})
    evidence = EVIDENCE.replace(lookups=(Lookup(goal=0, name="all", records=tuple(PLANTS)),))
    found = objection(step, [message(text)], evidence, PLAIN, TODAY)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Please cancel order 1043.", "1043"),
        ("Please cancel #1043, thanks", "1043"),
        ("Cancel my order no. 1051 please", "1051"),
        ("please cancel gl 77", "GL-77"),
        ("Please cancel my order, not order 1051", "1043"),
    ],
)
def test_that_a_number_as_it_is_written_speaks_for_its_own_order(text: str, number: str) -> None:
    assert cancelled(text, number) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Please cancel order 1043.", "1051"),
        ("Please cancel #1043, thanks", "1051"),
        ("Please cancel order 4711.", "1051"),
        ("Please cancel my order, but not order 1051", "1051"),
        ("Cancel order GL-77", "1043"),
    ],
)
def test_that_a_number_as_it_is_written_speaks_against_another_order(text: str, number: str) -> None:
    assert f"the step is for {number}" in cancelled(text, number)


# --- what was said before we offered -------------------------------------------------------------------


def after_our_offer(earlier: str, put: str, answer: str, day: date, window: str) -> str:
    """What speaks against moving the visit to a time that we offered between two messages of theirs."""
    turns = (("customer", earlier), ("copilot", put), ("customer", answer))
    told = [
        Message(id=MessageId(f"m{n}"), ticket=TicketId("t"), sender=sender, text=text, at=NOW + timedelta(minutes=n))  # type: ignore[arg-type]
        for n, (sender, text) in enumerate(turns)
    ]
    step = step_of("reschedule_appointment", move(day, window))
    found = objection(step, [told[0], told[2]], EVIDENCE, KNOWLEDGE, TODAY, told[:2])
    return found.text if found else ""


@pytest.mark.parametrize(
    "earlier", ["Could my visit be in the evening?", "Move my visit to Saturday 28 November, please."]
)
@pytest.mark.parametrize("window", WINDOWS)
def test_that_an_offer_answers_what_was_said_of_time_before_it(earlier: str, window: str) -> None:
    day, other = DAYS[1], DAYS[3]
    put = (
        f"We could come on {day:%A} {day.day} {day:%B}, {window}, or on {other:%A} {other.day} {other:%B}, 08:00-12:00."
    )
    for answer in ("the first, please", f"{day:%A} then", f"{day.day} {day:%B} is fine"):
        assert after_our_offer(earlier, put, answer, day, window) == "", answer


def test_that_words_behind_an_offer_count_as_ever() -> None:
    day, other = DAYS[1], DAYS[3]
    put = f"We could come on {day:%A} {day.day} {day:%B} or on {other:%A} {other.day} {other:%B}."
    assert after_our_offer("Could my visit be moved?", put, f"{other:%A}, please", day, WINDOWS[0])
    assert after_our_offer("Could my visit be moved?", put, f"not on the {day:%A}, I'm away", day, WINDOWS[0])


def test_that_an_earlier_time_counts_where_we_offered_nothing() -> None:
    day = DAYS[1]
    assert after_our_offer("Move my visit to Saturday 28 November.", "Which number is it?", "A-2", day, WINDOWS[0])


# --- things by other spellings, and some of all -------------------------------------------------------


@pytest.mark.parametrize("said", ["the extention cabel", "the cablle", "my extension cbale"])
def test_that_a_misspelt_thing_is_the_thing(said: str) -> None:
    values: dict[str, Value] = {"order": "O-5", "items": THINGS[1:2], "reason": "no longer wanted"}
    others: dict[str, Value] = {"order": "O-5", "items": THINGS[::2], "reason": "no longer wanted"}
    assert not against("start_return", f"please take back {said} of order O-5", values)
    assert against("start_return", f"please take back {said} of order O-5", others)


@pytest.mark.parametrize("item", ["lamp", "mesh pod", "extension cable"])
def test_that_only_one_thing_is_not_the_whole_order(item: str) -> None:
    values = {"order": "O-5"}
    assert against("cancel_order", f"please cancel order O-5, but only the {item}", values)
    assert against("cancel_order", f"of order O-5 cancel just the {item}", values)
    assert not against("cancel_order", f"please cancel order O-5 with the {item} in it", values)


def test_that_a_day_by_which_it_is_needed_is_not_the_day_of_the_feast_behind_it() -> None:
    values: dict[str, Value] = {"order": "O-5", "items": THINGS[2:], "deliver_by": "2026-11-28"}
    text = "replace the mesh pod, and it must be here by Saturday 28 November, his birthday is on the Sunday"
    assert not against("send_replacement", text, values)
    assert against("send_replacement", "replace the mesh pod, it must come on Sunday 29 November", values)


def test_that_what_was_ruled_out_before_an_offer_stays_so() -> None:
    day, other = DAYS[1], DAYS[3]
    put = f"We could come on {day:%A} {day.day} {day:%B} or on {other:%A} {other.day} {other:%B}, 08:00-12:00."
    assert after_our_offer(f"Please move my visit, but not on {day:%A} {day.day} {day:%B}.", put, "ok", day, WINDOWS[0])


def test_that_a_day_we_only_tell_of_is_no_offer() -> None:
    day = DAYS[1]
    put = f"Your order arrives on {day:%A} {day.day} {day:%B}. What is your appointment number?"
    assert after_our_offer("Please move my visit to Monday 30 November.", put, "A-2", day, WINDOWS[0])


def test_that_messages_of_one_instant_are_told_apart_by_their_order() -> None:
    day = DAYS[1]
    put = message(
        f"We could come on {day:%A} {day.day} {day:%B}, 08:00-12:00, or on Monday 30 November. Which?", "copilot"
    )
    step = step_of("reschedule_appointment", move(day, WINDOWS[0]))
    answer = message(f"Not on {day:%A}, I am away. Monday please.").replace(id=MessageId("m-answer"))
    assert objection(step, [message("Please move my visit."), answer], EVIDENCE, KNOWLEDGE, TODAY, [put]) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Move my visit to Wednesday 25 November. I need an answer by Friday 27 November.",
        "Please move my visit to Monday 30 November. The part comes by Friday 27 November.",
    ],
)
def test_that_a_bound_for_something_else_hides_no_wish(text: str) -> None:
    assert against("reschedule_appointment", text, move(date(2026, 11, 27), WINDOWS[0]))


def test_that_only_a_correction_between_them_tells_two_numbers_apart() -> None:
    values: dict[str, Value] = {"customer": "C-1", "field": "phone", "value": "07700 900822"}
    assert not against("change_contact", "Change my number to 07700 900811, sorry, 07700 900822.", values)
    assert against("change_contact", "Change my number to 07700 900811. No hurry. My wife has 07700 900822.", values)
