"""What went out in money, counted so that no two acts spend the same pound.

The sums an act is ruled on are read, the policy is asked with them and the money is reserved in one transaction, that
in which the act is begun; while it lasts no other counts the same customer or task type. Outside of it sums are only
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from cx_core.catalogue import Company
from cx_core.errors import NoProof
from cx_core.ports import Clock, Unit
from cx_core.records import Approval, CustomerId, Money, Outcome, Role, Spending, Spent, Step
from cx_core.service_rules.opening_hours import day_began

MONTH = timedelta(days=30)
DAY = timedelta(days=1)

Ask = Callable[[Spent], tuple[bool, tuple[str, ...]]]
"""Whether an act may be done when so much went out before it, and why not."""


@dataclass(frozen=True)
class Payout:
    """Money that an act would let out."""

    customer: CustomerId
    task_type: str
    amount: Money


def after(spent: Spent, payout: Payout | None, before: Sequence[Payout]) -> Spent:
    """The sums as they will be for this payout once those before it are out too; a plan is for one customer."""
    if payout is None or not before:
        return spent
    alike = [one.amount.minor for one in before if one.task_type == payout.task_type]
    return Spent(
        customer=spent.customer + sum(one.amount.minor for one in before),
        alone_today=spent.alone_today + sum(alike),
        payouts_day=spent.payouts_day + len(before),
    )


class Budgets:
    """Reads and writes the sums that rules about money ask for."""

    def __init__(self, company: Company, clock: Clock) -> None:
        self._company = company
        self._clock = clock

    def spent(self, unit: Unit, payout: Payout, but: str = "") -> Spent:
        """What went out so far, the act with the key `but` left out."""
        now = self._clock()
        return unit.spending.spent(
            payout.customer,
            payout.task_type,
            payout.amount.currency,
            month=now - MONTH,
            today=day_began(self._company, now),
            day=now - DAY,
            but=but,
        )

    def take(self, unit: Unit, payout: Payout, ask: Ask, approval: Approval, step: Step, key: str) -> None:
        """Reserve the money, if the policy allows the act with the sums as this transaction sees them.

        Raises NoProof, in the words of the rule.
        """
        if payout.amount.minor <= 0:
            raise refused(step, ("it is not known how much money would go out",))
        unit.spending.hold_budgets(payout.customer, payout.task_type)
        allowed, reasons = ask(self.spent(unit, payout, but=key))
        if not allowed:
            raise refused(step, reasons)
        spending = Spending(
            key=key,
            ticket=approval.ticket,
            version=approval.version,
            step=step.id,
            customer=payout.customer,
            task_type=payout.task_type,
            action=step.action,
            alone=approval.role is None,
            amount=payout.amount,
            at=self._clock(),
        )
        unit.spending.reserve(spending)


@dataclass(frozen=True)
class Question:
    """A step put to the policy for one role, on records read now. `ask` puts it again with other sums.

    `first` is the role of another person who approved the same before, where two must.
    """

    ask: Ask
    budgets: Budgets
    payout: Payout | None
    allowed: bool
    reasons: tuple[str, ...]
    first: Role | None = None
    contradicted: bool = False
    """It is refused, though the ruling that let it go alone allowed it and nothing changed that could explain it."""

    def take(self, unit: Unit, approval: Approval, step: Step, key: str) -> None:
        """In the transaction that begins the act; see `Budgets.take`."""
        if self.payout is not None:
            self.budgets.take(unit, self.payout, self.ask, approval, step, key)


def refused(step: Step, reasons: Sequence[str]) -> NoProof:
    """What is raised, in words, where the policy says no at the act."""
    return NoProof(f"{step.action} is not allowed now: {'; '.join(reasons) or 'no rule allows it'}")


def settle(unit: Unit, outcome: Outcome) -> None:
    """What may have happened stays reserved: only what failed for certain, or was taken back, frees its money."""
    if outcome.status == "done":
        unit.spending.settle(outcome.key, "spent")
    elif outcome.status == "undone" or not outcome.unknown:
        unit.spending.settle(outcome.key, "released")
