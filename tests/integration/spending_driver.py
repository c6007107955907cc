"""One process of several that spend the same money; started by test_budgets.py."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import cast

import sqlalchemy as sa

from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.store import SqlStore
from cx_core.catalogue import Company
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import with_sums
from cx_core.errors import NoProof
from cx_core.ports import Sealer, Telling
from cx_core.records import Approval, CustomerId, Money, PersonId, Role, Spent, TicketId
from cx_core.service_rules.money_budgets import Budgets, Payout, Question
from cx_core.settings import ROOT
from tests.policies import shipped

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REFUND = shipped.step("refund_payment")


class _Unsealed:
    """Renews no mark, and has nothing to check one by."""

    def renewing(self) -> AbstractContextManager[None]:
        return nullcontext()


UNSEALED = cast(Sealer, _Unsealed())
"""For a store on which nobody stops or resumes anything."""


class Silent:
    """An audit log for what is not about it."""

    def append_within(
        self,
        connection: sa.Connection,
        kind: str,
        *,
        actor: str,
        payload: Mapping[str, object],
        ticket: TicketId | None = None,
        customer: CustomerId | None = None,
    ) -> int:
        return 0

    def append_all_within(self, connection: sa.Connection, events: Sequence[Telling]) -> int:
        return 0


@cache
def company() -> Company:
    from cx_core.adapters.knowledge.knowledge_folder import load

    return load(ROOT / "knowledge").company


def asked(budgets: Budgets, customer: str, minor: int, role: Role | None, slow: float = 0.0) -> Question:
    """A refund put to the shipped policies."""

    def ask(spent: Spent) -> tuple[bool, tuple[str, ...]]:
        time.sleep(slow)  # between the reading of the sums and the writing of the reservation
        facts = with_sums(shipped.facts("refund_payment", amount=minor, charged=900_000), spent)
        answer = guard.decide(role, REFUND, facts, shipped.engine())
        return answer.allowed, answer.reasons

    payout = Payout(CustomerId(customer), "duplicate_charge", Money(minor=minor))
    return Question(ask, budgets, payout, allowed=True, reasons=())


def approved(ticket: str, role: Role | None = None) -> Approval:
    person = PersonId(role or "copilot")
    return Approval(id=ticket, ticket=TicketId(ticket), version=1, decision="approve", person=person, role=role, at=NOW)


def spend(url: str, keys: Sequence[str], customer: str, role: Role | None, minor: int) -> list[str]:
    """Those of the keys under which the money went out. Without a customer each pays one of its own."""
    store, budgets = SqlStore(connect(url), Silent(), UNSEALED), Budgets(company(), lambda: NOW)
    done = []
    for key in keys:
        question = asked(budgets, customer or f"C-{key}", minor, role, slow=0.01)
        try:
            with store.begin() as unit:
                question.take(unit, approved(key, role), REFUND, key)
        except NoProof:
            continue
        done.append(key)
    return done
