"""Plans and replies hold the facts of the records: pending payments, lost orders, what was tried, reasons, several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.own_words.reason_given import reason_given
from cx_core.decide.own_words.said_values import said_values
from cx_core.decide.planning import Plan, plan
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Entity,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    Money,
    SpeechAct,
    Statement,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
)
from cx_core.search.record_choice import Chosen, MeantRecord
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
TODAY = date(2026, 11, 30)
ME = CustomerId("C-1")
CUSTOMER = BusinessRecord(
    kind="customer", id="C-1", customer=ME, fields={"name": "Maria Keller", "email": "maria@example.com"}
)


def record(kind: str, id: str, **fields: Value) -> BusinessRecord:
    return BusinessRecord(kind=kind, id=id, customer=ME, fields=fields)


def message(text: str, id: str = "m", sender: str = "customer") -> Message:
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    return Message.model_validate({"id": id, "ticket": TicketId("t"), "sender": sender, "text": text, "at": at})


def planned(
    task_type: str, read: dict[str, BusinessRecord | None], *clauses: tuple[str, SpeechAct], ours: str = ""
) -> Plan:
    text, said = "", list[Statement]()
    for clause, does in clauses or (("Please have a look", "tells"),):
        start = len(text)
        said.append(Statement(message=MessageId("m"), start=start, end=start + len(clause), does=does, probability=0.9))
        text += f"{clause}. "
    lookups = tuple(
        Lookup(goal=0, name=name, records=() if one is None else (one,), named=True) for name, one in read.items()
    )
    goal = Goal(task_type=TaskTypeName(task_type), probability=0.9, sure=True)
    new = message(text)
    return plan(
        Triage(goals=(goal,), said=tuple(said)),
        Evidence(customer=CUSTOMER, lookups=lookups),
        KNOWLEDGE,
        TODAY,
        said=[new],
        talk=[message(ours, "o", "advisor"), new] if ours else [new],
    )


def payment(status: str, day: str, invoice: str = "I-1", id: str = "P-1", minor: int = 1900) -> BusinessRecord:
    return record("payment", id, status=status, date=day, invoice=invoice, amount=Money(minor=minor))


def invoice(id: str = "I-1", status: str = "open") -> BusinessRecord:
    return record("invoice", id, status=status, amount=Money(minor=1900), period="October 2026", date="2026-11-01")


@pytest.mark.parametrize(("day", "person"), [("2026-11-27", False), ("2026-11-01", True)])
@pytest.mark.parametrize("failed", [None, payment("failed", "2026-11-01", id="P-2")])
def test_that_a_pending_payment_is_told_and_not_asked_for_again(
    day: str, person: bool, failed: BusinessRecord | None
) -> None:
    made = planned("payment_failed", {"failed": failed, "open": invoice(), "pending": payment("pending", day)})
    assert not made.steps
    assert "£19.00" in made.parts[0].text
    assert "still being processed" in made.parts[0].text
    assert "don't pay again" in made.parts[0].text
    assert made.parts[0].hands_on is person


@pytest.mark.parametrize(
    "pending", [None, payment("settled", "2026-11-27"), payment("pending", "2026-11-27", invoice="I-2")]
)
def test_that_an_open_invoice_without_a_pending_payment_gets_its_link(pending: BusinessRecord | None) -> None:
    made = planned("payment_failed", {"failed": None, "open": invoice(), "pending": pending})
    assert [step.action for step in made.steps] == ["send_payment_link"]


@pytest.mark.parametrize(
    ("status", "words"), [("failed", "only one was taken"), ("pending", "only one has been taken")]
)
def test_that_two_attempts_of_one_sum_are_told_apart(status: str, words: str) -> None:
    read = {
        "duplicates": None,
        "original": None,
        "payments": payment("settled", "2026-11-11"),
        "attempt": payment(status, "2026-11-11", id="P-2"),
        "taken": payment("settled", "2026-11-11"),
    }
    text = planned("duplicate_charge", read).parts[0].text
    assert words in text
    assert "P-1" in text
    assert "P-2" in text
    other = {**read, "taken": payment("settled", "2026-11-11", invoice="I-7")}
    assert words not in planned("duplicate_charge", other).parts[0].text


ORDER = record(
    "order",
    "O-1",
    status="shipped",
    expected="2026-10-16",
    items=("Aurora desk lamp",),
    amount=Money(minor=4500),
    payment="P-1",
    carrier="Parcelway",
)
LOST: dict[str, BusinessRecord | None] = {
    "order": ORDER,
    "replacements": None,
    "payment": payment("settled", "2026-10-01", minor=4500),
}
NEW = (("please send a new one", "wants"), ("could you replace it, I'd like a replacement", "wants"))
MONEY = (("I want my money back", "wants"), ("just a refund please", "wants"), ("reimburse me, please", "wants"))


@pytest.mark.parametrize("clauses", [(NEW[0],), (NEW[1],), (("I don't want a refund", "refuses"), NEW[0])])
def test_that_a_lost_order_is_sent_again_where_they_want_a_new_one(clauses: tuple[tuple[str, SpeechAct], ...]) -> None:
    made = planned("order_status", LOST, *clauses)
    assert [step.action for step in made.steps] == ["send_replacement"]
    assert "Which would you rather have" not in made.parts[0].text


@pytest.mark.parametrize("name", ["order_status", "missing_item", "return_item", "cancel_order"])
@pytest.mark.parametrize("clause", [*MONEY, ("You took my money six weeks ago", "reports")])
def test_that_money_for_a_lost_order_is_a_persons_to_send(name: str, clause: tuple[str, SpeechAct]) -> None:
    assert all(step.action != "refund_payment" for step in planned(name, LOST, clause).steps)


@pytest.mark.parametrize("clause", MONEY[:2])
def test_that_who_said_what_they_want_for_a_lost_order_is_not_asked(clause: tuple[str, SpeechAct]) -> None:
    [part] = planned("order_status", LOST, clause).parts
    assert "Which would you rather have" not in part.text
    assert "a colleague will see to it" in part.text


@pytest.mark.parametrize(
    "words", ["I have waited another week", "another colleague told me so", "you replaced my router"]
)
@pytest.mark.parametrize("does", ["reports", "tells"])
def test_that_what_is_only_told_sends_nothing_again(words: str, does: SpeechAct) -> None:
    assert not planned("order_status", LOST, (words, does)).steps


@pytest.mark.parametrize(
    ("clauses", "change"),
    [
        ((("Where is it", "asks"),), {}),
        ((NEW[0], MONEY[0]), {}),
        ((MONEY[0],), {"payment": payment("refunded", "2026-10-01", minor=4500)}),
        ((NEW[0],), {"replacements": record("replacement", "X-1", deliver_by="2026-12-01", status="requested")}),
        ((MONEY[0],), {"order": ORDER.replace(fields={**ORDER.fields, "expected": "2026-11-27"})}),
    ],
)
def test_that_nothing_is_planned_for_an_order_that_is_not_lost_or_was_put_right(
    clauses: tuple[tuple[str, SpeechAct], ...], change: dict[str, BusinessRecord]
) -> None:
    assert not planned("order_status", {**LOST, **change}, *clauses).steps


def test_that_a_remedy_is_not_what_a_task_type_is_for() -> None:
    assert KNOWLEDGE.task_types[TaskTypeName("order_status")].own_steps == ()
    own = KNOWLEDGE.task_types[TaskTypeName("return_item")].own_steps
    assert {step.action for step in own} == {ActionName("start_return")}


WHY = ("May I ask why?", "What's the reason for the return?", "Can I ask what was wrong with it?")


@pytest.mark.parametrize("ours", WHY)
@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        ("It's for a smaller phone than mine.", "It's for a smaller phone than mine"),
        ("the lamp. far too bright for me", "far too bright for me"),
        ("Yes. It pinches my ears, both of them!", "It pinches my ears, both of them"),
        ("The lamp.", None),
        ("Does that matter to you?", None),
        ("does it matter?? and who pays the postage", None),
        ("Yes please cancel my contract too", None),
        ("My number is 07700900123 so ring me there", None),
        ("Thank you for the quick answer. The bulb flickers", "The bulb flickers"),
        ("But how long do I have. I got it from my aunt as well", "I got it from my aunt as well"),
    ],
)
def test_that_the_reason_is_what_they_answered(ours: str, theirs: str, reason: str | None) -> None:
    evidence = Evidence(lookups=(Lookup(goal=0, name="order", records=(ORDER,)),))
    found = reason_given([message("hello", "a"), message(ours, "b", "advisor"), message(theirs, "c")], evidence)
    assert (found.words if found else None) == reason
    assert reason_given([message("That's why I ask.", "b", "advisor"), message(theirs, "c")], evidence) is None


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("the sleeve doesn't fit", "does not fit"),
        ("it is too big for the till", "does not fit"),
        ("my aunt gave me one", "has one already"),
        ("please send it back", "no longer wanted"),
        ("it is not too big", "no longer wanted"),
    ],
)
def test_that_a_return_has_the_declared_reason_that_fits(clause: str, reason: str) -> None:
    order = ORDER.replace(fields={**ORDER.fields, "status": "delivered", "delivered": "2026-11-28"})
    goods = record("order_item", "O-1/1", name="Aurora desk lamp", items=("Aurora desk lamp",))
    made = planned("return_item", {"order": order, "goods": goods, "returns": None}, (clause, "reports"))
    assert made.steps[0].values()["reason"] == reason


LINE: dict[str, BusinessRecord | None] = {
    "contract": record("contract", "K-1", plan="Fibre 150"),
    "outages": None,
    "test": record("line_test", "K-1", status="ok", detail="The line is fine.", measured="143 Mbit/s", promised="150"),
    "tickets": None,
}
RESTART: tuple[tuple[str, SpeechAct], ...] = (
    ("I restarted it", "reports"),
    ("turned it off at the wall", "reports"),
    ("pulled the plug twice", "tells"),
)
CABLE: tuple[str, SpeechAct] = ("it is the same with a cable", "tells")
LIGHTS: tuple[str, SpeechAct] = ("the red light stays", "reports")


@pytest.mark.parametrize("restart", RESTART)
def test_that_what_was_tried_is_not_asked_for_again(restart: tuple[str, SpeechAct]) -> None:
    text = planned("fault", LINE, restart).parts[0].text
    assert "which lights are on" in text
    assert "with a cable" in text
    assert "plug it in again" not in text
    by_cable = planned("fault", LINE, CABLE).parts[0].text
    assert "plug it in again" in by_cable
    assert "with a cable" not in by_cable


@pytest.mark.parametrize(
    "last", [(CABLE,), (CABLE, LIGHTS), (("please log it", "wants"),), (("have the line looked at", "wants"),)]
)
@pytest.mark.parametrize("restart", RESTART)
def test_that_a_fault_is_logged_where_all_was_tried_or_they_ask_for_it(
    restart: tuple[str, SpeechAct], last: tuple[tuple[str, SpeechAct], ...]
) -> None:
    assert [step.action for step in planned("fault", LINE, restart, *last).steps] == ["open_service_ticket"]
    under_way = {
        **LINE,
        "tickets": record("service_ticket", "N-1", status="open", opened="2026-11-28", category="slow line"),
    }
    assert not planned("fault", under_way, restart, *last).steps


@pytest.mark.parametrize("told", ["with the cable it's fast", "it is only the wifi that is slow, by cable it is quick"])
def test_that_nothing_is_logged_where_only_the_wifi_is_slow(told: str) -> None:
    assert not planned("fault", LINE, RESTART[0], CABLE, (told, "tells")).steps


@pytest.mark.parametrize(
    ("clauses", "category"),
    [
        (("no internet since friday",), "no connection"),
        (("it is slow every evening", "6 megabit"), "slow line"),
        (("it keeps dropping", "then it comes and goes"), "drops out"),
        (("something is wrong",), None),
    ],
)
def test_that_the_kind_of_fault_is_what_they_say(clauses: tuple[str, ...], category: str | None) -> None:
    text, said = ". ".join(clauses), list[Statement]()
    for clause in clauses:
        start = text.index(clause)
        said.append(
            Statement(message=MessageId("m"), start=start, end=start + len(clause), does="reports", probability=0.9)
        )
    found = said_values(KNOWLEDGE.task_types[TaskTypeName("fault")].said, said, {MessageId("m"): text})
    assert found.get("category") == category


BILLS = tuple(
    record("invoice", f"I-{n}", date=day, period=period, status="paid", amount=Money(minor=3400))
    for n, day, period in (
        (52, "2026-11-01", "October 2026"),
        (51, "2026-10-01", "September 2026"),
        (50, "2026-09-01", "August 2026"),
    )
)


def chosen_bills(words: str, named: Sequence[tuple[str, str]]) -> tuple[Triage, Chosen]:
    """What was read of words that name these, each by its kind and value, and the bills that are meant."""
    entities = tuple(
        Entity.model_validate(
            {"kind": kind, "value": value, "text": value, "message": "m", "start": at, "end": at + len(value)}
        )
        for kind, value in named
        for at in (words.index(value),)
    )
    name = TaskTypeName("invoice_copy")
    triage = Triage(goals=(Goal(task_type=name, probability=0.9, sure=True),), entities=entities)
    spec = KNOWLEDGE.task_types[name].lookups[0]
    return triage, MeantRecord(triage, 0, [message(words)], TODAY).choose(spec, BILLS)


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ((("date", "2026-09-01"), ("date", "2026-10-01")), ["I-50", "I-51"]),
        ((("invoice", "I-51"), ("date", "2026-09-01")), ["I-51", "I-50"]),
        ((("date", "2026-09-01"), ("date", "2026-12-03")), ["I-50"]),
        ((), ["I-52"]),
    ],
)
@pytest.mark.parametrize("between", [" and ", ", then "])
def test_that_each_invoice_that_is_named_makes_a_step(
    named: tuple[tuple[str, str], ...], meant: list[str], between: str
) -> None:
    words = between.join(f"the one {value}" for _, value in named) or "my bill again, please"
    triage, chosen = chosen_bills(words, named)
    lookup = Lookup(goal=0, name="invoice", records=chosen.records, named=chosen.named)
    made = plan(triage, Evidence(customer=CUSTOMER, lookups=(lookup,)), KNOWLEDGE, TODAY, said=[message(words)])
    assert [step.values()["invoice"] for step in made.steps] == meant
    assert len({step.id for step in made.steps}) == len(meant)


def test_that_invoices_of_two_sentences_are_not_taken_for_one_act() -> None:
    words = "The bill of 2026-11-01 is too high. I have looked at the one of 2026-10-01"
    assert len(chosen_bills(words, [("date", "2026-11-01"), ("date", "2026-10-01")])[1].records) == 1


@pytest.mark.parametrize(
    "words",
    [
        "2026-11-01 arrived fine but 2026-10-01 did not, please send it again",
        "please send 2026-11-01 again, I have 2026-10-01 already",
        "the one of 2026-11-01 instead of the one of 2026-10-01",
    ],
)
def test_that_an_invoice_beside_the_one_that_is_meant_is_not_sent(words: str) -> None:
    assert len(chosen_bills(words, [("date", "2026-11-01"), ("date", "2026-10-01")])[1].records) == 1


@pytest.mark.parametrize("more", [True, False])
def test_that_only_the_first_late_fee_is_taken_off_as_goodwill(more: bool) -> None:
    one, other = (
        record(
            "line", f"L-{n}", invoice=f"I-{n}", amount=Money(minor=500), period="October 2026", waived=False, date=day
        )
        for n, day in ((1, "2026-11-01"), (2, "2026-10-01"))
    )
    said = message("Please take the late fee off.")
    made = plan(
        Triage(goals=(Goal(task_type=TaskTypeName("late_fee"), probability=0.9, sure=True, quote=said.text),)),
        Evidence(
            customer=CUSTOMER,
            lookups=(Lookup(goal=0, name="fees", records=(one,), others=(other,) if more else (), named=True),),
        ),
        KNOWLEDGE,
        TODAY,
        said=[said],
        talk=[said],
    )
    assert [step.action for step in made.steps] == ([] if more else ["waive_fee"])
