"""The records that the facts of a step rest on: those at hand, and read where they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.conversation_facts import Heard
from cx_core.decide.policy.declared_facts import Business, DoneAct, Fields, KnownRecords
from cx_core.errors import SystemTrouble, UnknownFact
from cx_core.records import BusinessRecord, Money, Step, Value

ReadOne = Callable[[str, str], BusinessRecord | None]
"""A record by kind and id, as it is now."""
ReadAll = Callable[[str, str], Iterable[BusinessRecord]]
"""All records of a kind that a customer has, as they are now. Raises SystemTrouble."""


class AtHand:
    """Records for one step. `fresh` (at the act) reads again what is there: a record that has gone since is gone.

    Shared kinds are taken as they are; the business system itself refuses a slot that has gone.
    """

    def __init__(
        self, spec: ActionSpec, already: Iterable[BusinessRecord], one: ReadOne, all_of: ReadAll, *, fresh: bool
    ) -> None:
        shared = {argument.of for argument in spec.arguments.values() if argument.shared}
        self._known: dict[str, BusinessRecord | None] = {
            record.ref: record for record in already if not fresh or record.kind in shared
        }
        self._one, self._all_of = one, all_of

    def find(self, kind: str, id: str) -> BusinessRecord | None:
        """None: there is none, or it cannot be read."""
        ref = f"{kind}/{id}"
        if ref not in self._known:
            self._known[ref] = self._one(kind, id)
        return self._known[ref]

    def theirs(self, kind: str, customer: str) -> tuple[BusinessRecord, ...]:
        """All of a kind that the customer has, always read: those at hand may be some of them. Raises UnknownFact."""
        try:
            found = tuple(self._all_of(kind, customer))
        except SystemTrouble as trouble:
            raise UnknownFact(f"their records of the kind {kind} cannot be read") from trouble
        self._known |= {record.ref: record for record in found}
        return found


def known(
    step: Step,
    spec: ActionSpec,
    customer: BusinessRecord | None,
    at_hand: AtHand,
    currency: str,
    now: datetime,
    heard: Heard,
    business: Business | None = None,
    done: Sequence[DoneAct] = (),
    today: date | None = None,
) -> KnownRecords:
    """What formulas see of the step. A record is read only where a formula names it."""

    def find(kind: str, id: str) -> Fields | None:
        record = at_hand.find(kind, id)
        return None if record is None else fields_of(record, currency)

    def theirs(kind: str) -> list[Fields]:
        if customer is None:
            raise UnknownFact("it is not known which customer this is")
        return [fields_of(record, currency) for record in at_hand.theirs(kind, customer.id)]

    given = {name: plain(value, currency) for name, value in step.values().items()}
    record = None if customer is None else fields_of(customer, currency)
    return KnownRecords(spec, given, record, find, heard, now, theirs, business, done, today)


def fields_of(record: BusinessRecord, currency: str) -> Fields:
    """A record as formulas see it. Money is minor units; in another currency it is nothing to reckon with."""
    told = {name: plain(value, currency) for name, value in record.fields.items()}
    return {**told, "id": record.id, "customer": record.customer}


def plain(value: Value, currency: str) -> object:
    if isinstance(value, Money):
        return value.minor if value.currency == currency else {"minor": value.minor, "currency": value.currency}
    return list(value) if isinstance(value, tuple) else value
