"""Which of several orders a customer means who answers which one it is not. "Now" is Monday 23 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Goal,
    Message,
    MessageId,
    SpeechAct,
    Statement,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
)
from cx_core.search.record_choice import MeantRecord
from cx_core.settings import ROOT

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATUS = load(ROOT / "knowledge").task_types[TaskTypeName("order_status")].lookups[0]


def order(number: int, day: str, *items: str) -> BusinessRecord:
    fields: dict[str, Value] = {"date": day, "items": items, "item": " and ".join(items)}
    return BusinessRecord(kind="order", id=f"O-{number}", customer=CustomerId("C-1"), fields=fields)


NEWER = order(2, "2026-10-30", "Extension cable 5 m", "Fernline Hub 6 router")
OLDER = order(1, "2026-10-02", "Aurora wireless headphones")


def meant(answer: str, *clauses: tuple[str, SpeechAct], first: str = "where is my order?") -> list[str]:
    texts = (first, answer)
    messages = [
        Message(
            id=MessageId(f"m{n}"),
            ticket=TicketId("T-1"),
            sender="customer",
            text=text,
            at=NOW + timedelta(minutes=n),
        )
        for n, text in enumerate(texts)
    ]
    goal = Goal(task_type=TaskTypeName("order_status"), probability=0.9, quote="")
    said = tuple(
        Statement(
            message=MessageId("m1"),
            start=answer.index(clause),
            end=answer.index(clause) + len(clause),
            does=does,
            probability=0.8,
            about="order_status",
        )
        for clause, does in clauses
    )
    read = (NEWER, OLDER)
    chosen = MeantRecord(Triage(goals=(goal,), said=said), 0, messages, NOW.date()).choose(STATUS, read)
    return [record.id for record in chosen.records]


@pytest.mark.parametrize("does", ["refuses", "tells", "reports"])
@pytest.mark.parametrize("goods", ["cable", "router", "cable n router"])
def test_that_an_order_whose_goods_are_ruled_out_is_not_taken(goods: str, does: SpeechAct) -> None:
    first, _, rest = goods.partition(" n ")
    clauses: list[tuple[str, SpeechAct]] = [(f"not the {first}", does)]
    clauses += [(f"{rest}, those came", "reports")] if rest else [("those came", "tells")]
    assert meant(f"not the {goods}, those came weeks ago", *clauses) == ["O-1"]


def test_that_what_they_name_besides_is_what_they_mean() -> None:
    answer = "not the headphones, the router"
    assert meant(answer, ("not the headphones", "refuses"), ("the router", "wants")) == ["O-2"]


def test_that_nothing_is_ruled_out_where_nothing_would_be_left() -> None:
    answer = "not the router and not the headphones"
    assert meant(answer, ("not the router", "tells"), ("not the headphones", "tells")) == ["O-2"]


def test_that_what_they_have_not_had_is_not_ruled_out() -> None:
    assert meant("not had the router yet", ("not had the router yet", "reports")) == ["O-2"]
