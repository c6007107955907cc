"""What was done lately is told once in a draft, whoever tells it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.act.reply.already_done import telling_what_was_done
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Evidence,
    Goal,
    Lookup,
    Part,
    RecentAct,
    StepId,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
TICKET = TicketId("T-1")
TOLD = "A replacement for your headphones, number R-100, is on its way."
ORDER = BusinessRecord(kind="order", id="O-5", customer=CustomerId("C-1"), fields={"items": ("headphones",)})
ACT = RecentAct(
    ticket=TICKET,
    step=StepId("s1"),
    action=ActionName("send_replacement"),
    words="Ordered replacement R-100",
    told=TOLD,
    fields={"replacement": "R-100", "order": "O-5"},
    refs=("O-5", "R-100"),
    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It's number R-100 and should reach you on Sunday.", False),
        ("Your order O-5 was delivered on Monday.", True),
        ("It's number R-1001.", True),
    ],
)
def test_that_what_a_paragraph_tells_by_the_number_of_what_was_made_is_not_told_again(text: str, told: bool) -> None:
    triage = Triage(goals=(Goal(task_type=TaskTypeName("damaged_item"), probability=0.9, sure=True),))
    evidence = Evidence(lookups=(Lookup(goal=0, name="order", records=(ORDER,)),), recent=(ACT,))
    (part,), findings = telling_what_was_done(
        [Part(goal=0, case="told", text=text)], [], triage, evidence, TICKET, KNOWLEDGE
    )
    assert (TOLD in part.text) == told
    assert text in part.text
    assert ACT.words in part.note
    assert len(findings) == 1
