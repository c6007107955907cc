"""Facts that actions declare, and where arguments come from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.catalogue import ActionSpec, ArgumentSpec
from cx_core.decide.policy.conversation_facts import Heard, Turn, names, words
from cx_core.decide.policy.declared_facts import Fields, KnownRecords, declared, narrowing
from cx_core.decide.tracing import untraced
from cx_core.errors import KnowledgeError, UnknownFact

PARCELS: dict[str, Fields] = {"X1": {"id": "X1", "owner": "C1", "weight": 3, "paid": [4, 5]}}
CARDS = [
    {"id": "card-1", "called": ["card", "ending in 1111"], "amount": None},
    {"id": "voucher-5", "called": ["voucher"], "amount": 5},
    {"id": "voucher-50", "called": ["voucher"], "amount": 50},
]
SPEC = ActionSpec.model_validate(
    {
        "name": "send_parcel",
        "kind": "write",
        "system": "post",
        "title": "Send",
        "arguments": {
            "parcel": {"type": "record", "of": "parcel"},
            "boxes": {"type": "integer", "optional": True, "called": ["box", "carton"]},
            "pay": {"type": "text", "optional": True, "among": "customer.cards"},
        },
        "facts": {
            "heavy": {"type": "bool", "value": "parcel.weight > 2", "says": "It is heavy"},
            "paid": {"type": "long", "value": "total(parcel.paid)", "says": "Paid so far"},
            "dear": {"type": "bool", "value": "heavy && paid > 5", "says": "It is dear"},
            "asked": {"type": "bool", "value": 'asked(["send", "post"])', "says": "The customer asked"},
        },
    }
)


def known(arguments: dict[str, object], *said: str) -> KnownRecords:
    turns = [Turn(ours=text.startswith("us:"), text=text.removeprefix("us:")) for text in said]
    customer = {"id": "C1", "cards": CARDS}
    return KnownRecords(SPEC, arguments, customer, lambda _, id: PARCELS.get(id), Heard(turns), datetime.now(UTC))


def test_that_facts_are_worked_out_and_build_on_each_other() -> None:
    facts, unknown = declared(SPEC, known({"parcel": "X1"}, "please send X1"), expression)
    assert facts == {"heavy": True, "paid": 9, "dear": True, "asked": True}
    assert unknown == ()


def test_that_a_fact_that_fails_is_missing_and_named_never_false() -> None:
    facts, unknown = declared(SPEC, known({"parcel": "nowhere"}, "please send it"), expression)
    assert facts == {"asked": True}
    assert len(unknown) == 3
    assert unknown[0].startswith("It could not be found out whether it is heavy")


def test_that_only_what_rests_on_words_narrows() -> None:
    assert [name for name, fact in SPEC.facts.items() if narrowing(fact, expression)] == ["asked"]


@pytest.mark.parametrize("source", ["a +", "", "total("])
def test_that_a_formula_that_cannot_be_read_says_so(source: str) -> None:
    with pytest.raises(KnowledgeError):
        expression(source)


@pytest.mark.parametrize("source", ["nothing.at.all", "args.missing", "[1][5]", "1 / 0", "9223372036854775807 + 1"])
def test_that_a_formula_that_cannot_be_worked_out_says_so(source: str) -> None:
    with pytest.raises(UnknownFact):
        known({}).work_out(expression(source))


def test_that_arguments_said_or_read_trace() -> None:
    assert untraced(SPEC, known({"parcel": "X1"}, "send X1"), [], expression) == ()
    assert untraced(SPEC, known({"parcel": "X1"}, "send it"), [PARCELS["X1"]], expression) == ()


def test_that_an_argument_from_nowhere_is_named() -> None:
    assert untraced(SPEC, known({"parcel": "X1"}, "send it"), [], expression) == (
        "parcel: “X1” was neither said nor read",
    )
    assert "colour is no argument of Send" in untraced(SPEC, known({"colour": "red"}, "red"), [], expression)
    assert untraced(SPEC, known({}, "send it"), [], expression) == ("parcel is missing",)


def test_that_a_number_nobody_spoke_of_is_named() -> None:
    assert untraced(SPEC, known({"parcel": "X1", "boxes": 2}, "send X1"), [], expression)
    assert not untraced(SPEC, known({"parcel": "X1", "boxes": 0}, "send X1"), [], expression)
    assert not untraced(SPEC, known({"parcel": "X1", "boxes": 2}, "send X1 in two cartons"), [], expression)


@pytest.mark.parametrize(
    ("said", "pays", "right"),
    [
        ("send X1, I pay by voucher", "voucher-5", True),
        ("send X1, I pay by voucher", "card-1", False),
        ("send X1, use my largest voucher", "voucher-5", False),
        ("send X1, use my largest voucher", "voucher-50", True),
        ("send X1 by card. Is my voucher still good?", "card-1", True),
        ("send X1. Is my voucher still good?", "card-1", False),
        ("send X1, charge the card ending in 1111", "card-1", True),
        ("send X1", "card-1", False),
    ],
)
def test_that_another_means_than_the_customers_choice_is_named(said: str, pays: str, right: bool) -> None:
    found = untraced(SPEC, known({"parcel": "X1", "pay": pays}, said), [CARDS], expression)
    assert (found == ()) is right, found


def test_that_the_customers_last_choice_counts() -> None:
    talk = ("send X1 by card", "us: Sure?", "no, take a voucher")
    assert untraced(SPEC, known({"parcel": "X1", "pay": "card-1"}, *talk), [CARDS], expression)
    assert not untraced(SPEC, known({"parcel": "X1", "pay": "voucher-5"}, *talk), [CARDS], expression)


def test_that_what_we_put_to_the_customer_stands_if_they_go_on() -> None:
    talk = ("send X1, use a voucher", "us: Vouchers are refused. Shall I charge the card ending in 1111?", "yes")
    assert not untraced(SPEC, known({"parcel": "X1", "pay": "card-1"}, *talk), [CARDS], expression)
    assert untraced(SPEC, known({"parcel": "X1", "pay": "card-1"}, *talk[:2]), [CARDS], expression)


ASK = "us: Which may it be, the card ending in 1111 or a voucher?"
PUT = "us: I will charge the card ending in 1111. Is that right?"


@pytest.mark.parametrize(
    ("said", "pays", "right"),
    [
        ((ASK, "voucher"), "card-1", False),
        ((ASK, "voucher"), "voucher-5", True),
        ((ASK, "either"), "card-1", True),
        ((PUT, "yes"), "card-1", True),
        ((PUT, "yes"), "voucher-5", False),
        ((PUT, "rather my voucher"), "voucher-5", True),
        ((PUT,), "voucher-5", False),
        (("us: You have a card and two vouchers.", "fine"), "voucher-5", True),
        ((PUT, "what is it for?", "us: For the parcel, shall I?", "yes"), "voucher-5", False),
        ((PUT, "what is it for?", "us: For the parcel, shall I?", "yes"), "card-1", True),
    ],
)
def test_that_another_means_than_was_put_to_the_customer_and_answered_is_named(
    said: tuple[str, ...], pays: str, right: bool
) -> None:
    found = untraced(SPEC, known({"parcel": "X1", "pay": pays}, "send X1", *said), [CARDS], expression)
    assert (found == ()) is right, found


GOODS = [
    {"id": "lamp-w", "called": ["lamp", "white", "bright"]},
    {"id": "lamp-b", "called": ["lamp", "black", "bright"]},
    {"id": "cup", "called": ["cup", "black", "750ml"]},
]
BASKET = SPEC.replace(
    arguments={"goods": ArgumentSpec(type="items", among="customer.goods")}, facts={}, called=("return",)
)


@pytest.mark.parametrize(
    ("said", "goods", "right"),
    [
        (("return the lamp",), ["cup"], False),
        (("return the lamp",), ["lamp-w"], True),
        (("return the white lamp",), ["lamp-b"], False),
        (("return the white lamp", "us: Anything else?", "return the cup too"), ["lamp-w", "cup"], True),
        (("is the lamp fine?",), ["cup"], True),
        (("return the black one",), ["lamp-w"], True),
        (("return the 750ml one",), ["lamp-w"], False),
        (("hello", "us: Shall the bright, white lamp go back?", "yes"), ["lamp-b"], False),
        (("hello", "us: Shall the bright, white lamp go back?", "yes"), ["lamp-w"], True),
        (("hello", "us: Shall the white lamp go back?", "yes, and the cup"), ["lamp-w", "cup"], True),
        (("hello", "us: Shall the white lamp go back?", "yes"), ["lamp-w", "cup"], False),
        (("hello", "us: Shall the white lamp and the cup go back?", "yes"), ["cup"], True),
        (("hello", "us: Shall the cup, and the black thing, go back?", "yes"), ["cup", "lamp-b"], False),
        (("hello", "us: Shall the cup, and the bright thing, go back?", "yes"), ["cup", "lamp-b"], True),
        (("hello", "us: Shall I change both lamps to bright, white ones?", "yes"), ["lamp-b", "lamp-w"], True),
    ],
)
def test_that_of_several_things_one_that_nobody_meant_is_named(
    said: tuple[str, ...], goods: list[str], right: bool
) -> None:
    turns = [Turn(ours=text.startswith("us:"), text=text.removeprefix("us:")) for text in said]
    talk = KnownRecords(BASKET, {"goods": goods}, {"goods": GOODS}, lambda *_: None, Heard(turns), datetime.now(UTC))
    found = untraced(BASKET, talk, [GOODS], expression)
    assert (found == ()) is right, found


def test_that_a_formula_may_take_a_text_apart() -> None:
    talk = known({"parcel": "X1"}, "us: Shall I send the kettle?", "Yes")
    assert talk.work_out(expression('told(words("Electric Kettle")) && answered(["yes"])')) is True
    assert talk.work_out(expression('words("Electric Kettle")')) == ["electric", "kettle"]


def test_that_a_choice_of_somebody_else_is_named() -> None:
    found = untraced(SPEC, known({"parcel": "X1", "pay": "card-9"}, "send X1 with card-9"), [], expression)
    assert found == ("pay: card-9 is not among this customer's",)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("flatten([[1, 2], [], 3, [[4]]])", [1, 2, 3, [4]]),
        ("total(flatten([[1, 2], [3]]))", 6),
        ('compact("256 GB") == compact("256GB")', True),
        ('compact("256-gb") == compact("256 GB")', True),
        ('compact("256 GB") == compact("512 GB")', False),
        ('compact("0.25 TB") == compact("256 GB")', False),
        ('compact("1.5 kg")', "15kg"),
        ('int(words("256 GB")[0]) >= 128 && int(words("256 GB")[0]) <= 512', True),
        ("18 <= 17 && 17 < 65", False),
    ],
)
def test_that_lists_ranges_and_quantities_are_as_the_document_says(formula: str, value: object) -> None:
    assert known({}).work_out(expression(formula)) == value


@pytest.mark.parametrize(
    ("said", "id", "named"),
    [
        ("please cancel #W9502127", "#W9502127", True),
        ("please cancel w9502127.", "#W9502127", True),
        ("it is number W9502127!", "#W9502127", True),
        ("please cancel 9502127", "#W9502127", False),
        ("please cancel #W9502127", "9502127", False),
        ("please cancel #W95021270", "#W9502127", False),
    ],
)
def test_that_an_identifier_is_named_whatever_marks_it_has_but_never_by_a_part_of_it(
    said: str, id: str, named: bool
) -> None:
    assert names(words(said), id) == named


@pytest.mark.parametrize(("called", "told"), [((), False), (("send",), True)])
def test_that_among_holds_a_record_against_the_choice_once_the_act_has_words(
    called: tuple[str, ...], told: bool
) -> None:
    among = '[{"id": "X1", "called": ["parcel", "red"]}, {"id": "X2", "called": ["parcel", "blue"]}]'
    parcel = ArgumentSpec(type="record", of="parcel", among=among)
    spec = SPEC.replace(arguments={"parcel": parcel}, called=called)
    heard = Heard([Turn(ours=False, text="please send my blue parcel")])
    act = KnownRecords(spec, {"parcel": "X1"}, {"id": "C1"}, lambda _, id: PARCELS.get(id), heard, datetime.now(UTC))
    gaps = untraced(spec, act, [PARCELS["X1"]], expression)
    assert bool(gaps) == told
