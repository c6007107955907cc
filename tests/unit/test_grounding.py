"""What backs an argument, worked out from words and records whoever proposed it; and what is asked instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from cx_core.catalogue import ActionSpec, ArgumentSpec, Case, Knowledge, RecordSpec, StepSpec, TaskType
from cx_core.decide.grounding import Grounded, ground
from cx_core.records import (
    ActionName,
    Argument,
    ArticleId,
    BusinessRecord,
    CustomerId,
    Entity,
    EntityKind,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    Money,
    Passage,
    Source,
    Step,
    StepId,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
)

TODAY = date(2026, 11, 23)
NONE = Source(kind="none")
MARIA = CustomerId("C-1")


def action(name: str, money: str = "", called: tuple[str, ...] = (), **arguments: ArgumentSpec) -> ActionSpec:
    title = name.replace("_", " ").capitalize()
    return ActionSpec(
        name=ActionName(name), kind="write", system="s", title=title, money=money, called=called, arguments=arguments
    )


def a(type: str, of: str = "", **more: object) -> ArgumentSpec:
    return ArgumentSpec.model_validate({"type": type, "of": of, **more})


ACTIONS = [
    action("refund_payment", "amount", ("refund", "card"), payment=a("record", "payment"), amount=a("money")),
    action("apply_credit", "amount", ("a credit", "voucher"), customer=a("record", "customer"), amount=a("money")),
    action("cancel_order", order=a("record", "order")),
    action("change_plan", plan=a("record", "plan", shared=True)),
    action("start_return", order=a("record", "order"), items=a("items"), reason=a("text")),
    action("schedule_callback", at=a("date"), note=a("text", optional=True)),
    action("change_contact", field=a("text", one_of=("email", "phone")), value=a("text")),
]
CASES = [
    Case(
        name="c",
        reply="r",
        steps=(
            StepSpec(action=ActionName("start_return"), arguments={"reason": "=no longer wanted"}),
            StepSpec(action=ActionName("schedule_callback"), arguments={"at": "=+1d"}),
            StepSpec(action=ActionName("change_contact"), arguments={"field": "=email"}),
        ),
    ),
]
KIND = TaskTypeName("matter")
KNOWLEDGE = Knowledge.model_construct(
    actions={one.name: one for one in ACTIONS},
    task_types={KIND: TaskType.model_construct(name=KIND, cases=tuple(CASES))},
    records={
        "order": RecordSpec(name="order", key="id", customer="customer", called=("item",)),
        "plan": RecordSpec(name="plan", key="id", called=("name",)),
    },
)


def record(kind: str, id: str, customer: str | None = MARIA, **fields: Value) -> BusinessRecord:
    owner = CustomerId(customer) if customer else None
    return BusinessRecord(kind=kind, id=id, customer=owner, fields=dict(fields))


CUSTOMER = record("customer", "C-1", email="maria@example.com")
KEYBOARD = record("order", "O-5", item="Lumen keyboard", items=("Lumen keyboard",), date="2026-11-02")
HEADPHONES = record("order", "O-9", item="Aria headphones", items=("Aria headphones",), date="2026-11-10")
LAMP = record("order", "O-50", item="Desk lamp, Extension cable", items=("Desk lamp", "Extension cable"))
ONE = record("payment", "P-7", amount=Money(minor=2400), refunded=Money(minor=0), date="2026-11-03")
TWO = record("payment", "P-8", amount=Money(minor=5400), date="2026-11-05")
FIBRE = record("plan", "L-1", None, name="Fibre 150")
SAVER = record("plan", "L-2", None, name="Fibre Saver")
OUTAGES = Passage(
    article=ArticleId("outages"),
    title="Outages",
    version="1",
    score=0.8,
    goals=(0,),
    text="Each day counts. £9.00 for each further day comes off.",
)


def case(
    text: str,
    name: str,
    values: Mapping[str, Value],
    *records: BusinessRecord,
    claims: Mapping[str, Source] | None = None,
    entities: Mapping[str, tuple[EntityKind, str]] | None = None,
    passages: tuple[Passage, ...] = (),
    added_by: str = "",
    quote: str = "",
    other: str = "",
    before: tuple[str, ...] = (),
) -> Grounded:
    """One message, the step as somebody proposed it, and the records that were read, the first of them meant.

    `quote` are the words of its goal (all), `other` those of a second one, `before` earlier messages ("us: ..." ours).
    """
    said = Message(id=MessageId("m1"), ticket=TicketId("T-1"), sender="customer", text=text, at=datetime.now(UTC))
    found = tuple(
        Entity(
            kind=kind,
            text=words,
            value=value,
            message=said.id,
            start=text.index(words),
            end=text.index(words) + len(words),
        )
        for words, (kind, value) in (entities or {}).items()
    )
    lookups = (Lookup(goal=0, name="read", records=records[:1], others=records[1:]),)
    arguments = tuple(
        Argument(name=one, value=value, source=(claims or {}).get(one, NONE)) for one, value in values.items()
    )
    return ground(
        [Step(id=StepId("s1"), goal=0, action=ActionName(name), arguments=arguments, added_by=added_by)],
        [said],
        Triage(
            goals=tuple(Goal(task_type=KIND, probability=0.9, quote=one) for one in (quote or text, other) if one),
            entities=found,
        ),
        Evidence(customer=CUSTOMER, lookups=lookups, passages=passages),
        KNOWLEDGE,
        TODAY,
        [said.replace(sender="advisor" if one.startswith("us:") else "customer", text=one) for one in before],
    )


def source(grounded: Grounded, name: str) -> Source:
    return next(argument.source for argument in grounded.steps[0].arguments if argument.name == name)


def wrong(grounded: Grounded) -> dict[str, str]:
    return {finding.argument: finding.text for finding in grounded.findings}


# --- where a value comes from


def test_that_a_claim_that_holds_stays() -> None:
    claim = Source(kind="record", ref="payment/P-7", field="amount")
    made = case(
        "Refund it", "refund_payment", {"payment": "P-7", "amount": Money(minor=2400)}, ONE, claims={"amount": claim}
    )
    assert source(made, "amount") == claim
    assert source(made, "payment") == Source(kind="record", ref="payment/P-7", field="id")
    assert made.findings == ()


@pytest.mark.parametrize(
    "fake",
    [
        Source(kind="words", ref="m1", quote="please refund 24.00 of it"),
        Source(kind="words", ref="m7", quote="Refund it"),
        Source(kind="words", ref="m1", quote="Refund it"),
        Source(kind="record", ref="payment/P-8", field="amount"),
        Source(kind="record", ref="payment/P-99", field="amount"),
        Source(kind="article", ref="outages", quote="£24.00"),
        Source(kind="advisor", ref="u-1"),
        Source(kind="derived", ref="task type", field="=24.00"),
        Source(kind="arithmetic", quote="1.00 + 23.00 = 24.00"),
    ],
)
def test_that_a_claim_that_does_not_hold_is_worked_out_anew(fake: Source) -> None:
    values: dict[str, Value] = {"payment": "P-7", "amount": Money(minor=2400)}
    made = case("Refund it", "refund_payment", values, ONE, TWO, claims={"amount": fake})
    assert source(made, "amount") == Source(kind="record", ref="payment/P-7", field="amount")


@pytest.mark.parametrize("kind", ["words", "record", "article", "advisor", "derived", "arithmetic", "none"])
def test_that_nothing_backs_what_only_a_claim_backs(kind: str) -> None:
    claim = Source.model_validate({"kind": kind, "ref": "m1", "quote": "£7.77", "field": "amount"})
    values: dict[str, Value] = {"payment": "P-7", "amount": Money(minor=777)}
    made = case("Refund it", "refund_payment", values, ONE, claims={"amount": claim})
    assert source(made, "amount") == NONE
    assert "Nothing backs the amount: “£7.77”" in wrong(made)["amount"]


def test_that_words_back_what_they_say() -> None:
    made = case(
        "Ring me tomorrow about the noise on the line",
        "schedule_callback",
        {"at": "2026-11-24", "note": "noise on the line"},
        entities={"tomorrow": ("date", "2026-11-24")},
    )
    assert source(made, "at") == Source(kind="words", ref="m1", quote="tomorrow")
    assert source(made, "note") == Source(kind="words", ref="m1", quote="noise on the line")
    assert made.findings == ()


def test_that_the_business_s_own_words_for_a_case_are_a_source() -> None:
    made = case(
        "Send it back",
        "start_return",
        {"order": "O-5", "items": ("Lumen keyboard",), "reason": "no longer wanted"},
        KEYBOARD,
    )
    assert source(made, "reason") == Source(kind="derived", ref="task type", field="=no longer wanted")
    assert source(case("Ring me", "schedule_callback", {"at": "2026-11-24"}), "at").kind == "derived"
    assert source(case("Ring me", "schedule_callback", {"at": "2026-11-25"}), "at") == NONE


def test_that_a_calculation_is_shown_with_its_terms() -> None:
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=240)}
    made = case("It was dead for 3 of 30 days", "apply_credit", values, ONE)
    found = source(made, "amount")
    assert (found.kind, found.quote) == ("arithmetic", "3 of 30 days of 24.00 = 2.40")
    assert [term.ref for term in found.operands] == ["m1", "m1", "payment/P-7"]
    assert made.findings == ()


def test_that_an_article_backs_what_it_says_a_day_costs() -> None:
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=2700)}
    found = source(case("dead for three days", "apply_credit", values, passages=(OUTAGES,)), "amount")
    assert found.quote == "3 days at 9.00 = 27.00"
    far = OUTAGES.replace(score=0.2)
    assert source(case("dead for three days", "apply_credit", values, passages=(far,)), "amount") == NONE


def test_that_somebody_else_s_record_backs_nothing() -> None:
    theirs = record("order", "O-77", "C-2", item="Lumen keyboard")
    made = case(
        "Cancel O-77",
        "cancel_order",
        {"order": "O-77"},
        theirs,
        claims={"order": Source(kind="record", ref="order/O-77", field="id")},
    )
    assert source(made, "order") == NONE
    assert "O-77 is not among this customer's records" in wrong(made)["order"]


def test_that_what_is_missing_is_named_and_what_is_optional_is_not() -> None:
    made = case("Ring me", "schedule_callback", {"at": None, "note": None})
    assert wrong(made) == {"at": "Nothing says what the at should be."}


def test_that_an_advisor_backs_their_own_values() -> None:
    mine = {"order": Source(kind="advisor", ref="u-1")}
    made = case(
        "Not the keyboard, the headphones",
        "cancel_order",
        {"order": "O-5"},
        KEYBOARD,
        HEADPHONES,
        claims=mine,
        added_by="Ada",
    )
    assert source(made, "order") == mine["order"]
    assert made.findings == ()


# --- against what the customer said last


@pytest.mark.parametrize(
    ("text", "name", "values", "argument", "said"),
    [
        (
            "Not the keyboard, the headphones please",
            "cancel_order",
            {"order": "O-5"},
            "order",
            "The customer speaks of O-9 (Aria headphones), not of O-5 (Lumen keyboard).",
        ),
        ("Cancel O-9", "cancel_order", {"order": "O-5"}, "order", "speaks of O-9"),
        ("Cancel the one of 10 November", "cancel_order", {"order": "O-5"}, "order", "speaks of O-9"),
        (
            "Refund the 54.00",
            "refund_payment",
            {"payment": "P-7", "amount": Money(minor=2400)},
            "payment",
            "The customer speaks of P-8, not of P-7.",
        ),
        (
            "Fibre 150 please. Actually make it the saver plan",
            "change_plan",
            {"plan": "L-1"},
            "plan",
            "The customer speaks of L-2 (Fibre Saver), not of L-1 (Fibre 150).",
        ),
        (
            "My desk lamp is broken",
            "start_return",
            {"order": "O-50", "items": ("Desk lamp", "Extension cable")},
            "items",
            "The customer speaks of Desk lamp, not of Extension cable.",
        ),
        (
            "I don't want a refund, I want a voucher",
            "refund_payment",
            {"payment": "P-8", "amount": Money(minor=5400)},
            "amount",
            "The customer speaks of “apply credit”, not of “refund payment”.",
        ),
        (
            "Back on my card, not as a credit",
            "apply_credit",
            {"customer": "C-1", "amount": Money(minor=5400)},
            "amount",
            "speaks of “refund payment”",
        ),
        (
            "Ring me tomorrow. Sorry, I meant Friday",
            "schedule_callback",
            {"at": "2026-11-24"},
            "at",
            "The customer speaks of Friday 27 November, not of Tuesday 24 November.",
        ),
        ("The new phone is 07700 900188", "change_contact", {"field": "email", "value": "07700 900188"}, "field", ""),
    ],
)
def test_that_another_choice_is_asked_about(
    text: str, name: str, values: dict[str, Value], argument: str, said: str
) -> None:
    everything: dict[str, tuple[EntityKind, str]] = {
        "O-9": ("order", "O-9"),
        "10 November": ("date", "2026-11-10"),
        "54.00": ("amount", "5400 GBP"),
        "tomorrow": ("date", "2026-11-24"),
        "Friday": ("date", "2026-11-27"),
        "07700 900188": ("phone", "07700 900188"),
    }
    entities = {words: what for words, what in everything.items() if words in text}
    made = case(text, name, values, TWO, ONE, KEYBOARD, HEADPHONES, LAMP, FIBRE, SAVER, entities=entities)
    assert (argument in wrong(made)) == bool(said)
    assert said in wrong(made).get(argument, "")


@pytest.mark.parametrize(
    ("text", "took_back"),
    [("Cancel O-5. Sorry, I meant O-9", True), ("Cancel the headphones", False), ("Cancel O-9", False)],
)
def test_that_what_they_took_back_is_put_to_them_first(text: str, took_back: bool) -> None:
    entities: dict[str, tuple[EntityKind, str]] = {"O-5": ("order", "O-5"), "O-9": ("order", "O-9")}
    named = {words: what for words, what in entities.items() if words in text}
    made = case(text, "cancel_order", {"order": "O-5"}, KEYBOARD, HEADPHONES, entities=named)
    [found] = [one for one in made.findings if one.argument == "order"]
    assert bool(found.another) == took_back


ASKED = ("Cancel the headphones", "us: What is your postcode?")
PUT = ("Cancel my order", "us: Shall we cancel order O-9, the headphones?")


@pytest.mark.parametrize(
    ("before", "text", "order", "said"),
    [
        (ASKED, "BS1 4DJ", "O-5", "It was about O-9 (Aria headphones) that the customer answered, not about O-5 "),
        (PUT, "Yes please", "O-5", "It was about O-9 (Aria headphones)"),
        (ASKED, "BS1 4DJ", "O-9", ""),
        (PUT, "Yes please", "O-9", ""),
        (PUT, "No, the keyboard", "O-5", ""),
        (PUT, "Yes, and the other one too", "O-5", ""),
        (("Cancel the headphones", "us: They are cancelled."), "Cancel my order", "O-5", ""),
        (("Cancel the headphones or the keyboard", "us: What is your postcode?"), "BS1 4DJ", "O-5", ""),
        ((*ASKED, "BS1 4DJ", "us: And the house number?"), "17", "O-5", "It was about O-9"),
        ((*ASKED, "BS1 4DJ", "us: Thank you, done."), "17", "O-5", ""),
    ],
)
def test_that_what_was_put_and_only_answered_counts(before: tuple[str, ...], text: str, order: str, said: str) -> None:
    made = case(text, "cancel_order", {"order": order}, KEYBOARD, HEADPHONES, LAMP, before=before)
    assert ("order" in wrong(made)) == bool(said)
    assert said in wrong(made).get("order", "")


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("Not the keyboard, the headphones please", "cancel_order", {"order": "O-9"}),
        ("Cancel my order", "cancel_order", {"order": "O-5"}),
        ("I don't want the keyboard any more", "cancel_order", {"order": "O-5"}),
        ("The headphones are lovely, cancel the keyboard", "cancel_order", {"order": "O-5"}),
        ("Fibre 150 please. Actually make it the saver plan", "change_plan", {"plan": "L-2"}),
        ("It all came broken", "start_return", {"order": "O-50", "items": ("Desk lamp", "Extension cable")}),
        ("The lamp's foot is broken, the cable is fine", "start_return", {"order": "O-50", "items": ("Desk lamp",)}),
        ("Refund it to my credit card", "refund_payment", {"payment": "P-8", "amount": Money(minor=5400)}),
        ("Why was I charged?", "refund_payment", {"payment": "P-8", "amount": Money(minor=5400)}),
    ],
)
def test_that_what_nothing_speaks_against_is_not_asked_about(text: str, name: str, values: dict[str, Value]) -> None:
    given = {"reason": "no longer wanted", **values} if name == "start_return" else values
    made = case(text, name, given, TWO, ONE, KEYBOARD, HEADPHONES, LAMP, FIBRE, SAVER)
    assert made.findings == ()


@pytest.mark.parametrize(
    ("text", "quote", "other", "order", "said"),
    [
        (
            "Cancel the keyboard. When do the headphones come?",
            "Cancel the keyboard.",
            "When do the headphones come?",
            "O-9",
            "speaks of O-5",
        ),
        (
            "Cancel the keyboard. When do the headphones come?",
            "Cancel the keyboard.",
            "When do the headphones come?",
            "O-5",
            "",
        ),
        ("Where is O-9? I do not want it. The keyboard works.", "I do not want it.", "Where is O-9?", "O-9", ""),
    ],
)
def test_that_words_count_for_their_own_goal(text: str, quote: str, other: str, order: str, said: str) -> None:
    made = case(text, "cancel_order", {"order": order}, KEYBOARD, HEADPHONES, quote=quote, other=other)
    assert said in wrong(made).get("order", "")
    assert bool(made.findings) == bool(said)


def test_that_a_day_wished_for_in_the_words_of_another_goal_is_not_taken_back() -> None:
    made = case(
        "It came yesterday in bits. Before Monday please, I fly then.",
        "schedule_callback",
        {"at": "2026-11-23"},
        quote="It came yesterday in bits.",
        other="Before Monday please, I fly then.",
        entities={"yesterday": ("date", "2026-11-22"), "Monday": ("date", "2026-11-23")},
    )
    assert made.findings == ()
