"""Fernline's billing for tests of acting alone: customers charged twice, the books, and faults planted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as t
from cx_core.adapters.fernline.tables import next_number, to_id
from cx_core.ports import BackOffice, Clock
from cx_core.records import ActionName, BusinessRecord, CustomerId, Money, Receipt, Value

Fault = Literal["", "wrong payment named", "refund of another payment", "another amount read back"]


class Payer(NamedTuple):
    """A customer who may be charged twice."""

    number: int
    email: str
    tier: str


class Charged(NamedTuple):
    """An invoice that was paid twice: what should be refunded, and nothing else."""

    payer: Payer
    first: str
    repeat: str
    amount: Money


class Books(NamedTuple):
    """What the business's systems hold in money: payments, and what was given back of each."""

    payments: Mapping[int, tuple[int, str]]
    refunded: Mapping[int, int]
    credits: int
    waived: int


def payers(engine: sa.Engine) -> tuple[Payer, ...]:
    """Grown-up customers with books in order and a payment under 50.00, not those of the demonstration's stories."""
    c = t.customer.c
    odd = sa.select(t.payment.c.invoice).group_by(t.payment.c.invoice).having(sa.func.count() > 1)
    theirs = sa.select(t.payment.c.customer).where(t.payment.c.invoice.in_(odd) | (t.payment.c.status != "settled"))
    small = sa.select(t.payment.c.customer).where(t.payment.c.amount < 5_000)
    found = sa.select(c.number, c.email, c.tier).where(c.minor.is_(False), c.number > 20, c.number.not_in(theirs))
    found = found.where(c.number.in_(small))
    with engine.connect() as connection:
        return tuple(Payer(*row) for row in connection.execute(found.order_by(c.number)))


def add_payers(engine: sa.Engine, clock: Clock, count: int) -> None:
    """More such customers."""
    day = clock().date()
    with engine.begin() as connection:
        for _ in range(count):
            number = next_number(connection, "customer")
            person = {
                "number": number,
                "name": f"Ola Payer {number}",
                "email": f"payer.{number}@example.com",
                "phone": "",
            }
            more = {
                "address": "1 Mill Street",
                "tier": "standard",
                "minor": False,
                "language": "en",
                "born": date(1980, 1, 1),
            }
            since = {"consent_marketing": False, "customer_since": day}
            connection.execute(sa.insert(t.customer).values(person | more | since))
            _paid(connection, number, 1_900, day, times=1)


def charge_twice(engine: sa.Engine, clock: Clock, payer: Payer, minor: int) -> Charged:
    """Bill a customer today and take the money two times."""
    with engine.begin() as connection:
        first, repeat = _paid(connection, payer.number, minor, clock().date(), times=2)
    return Charged(payer, first, repeat, Money(minor=minor))


def _paid(connection: sa.Connection, customer: int, minor: int, day: date, *, times: int) -> list[str]:
    invoice = next_number(connection, "invoice")
    bill = {"number": invoice, "customer": customer, "date": day, "due": day, "period": day}
    connection.execute(sa.insert(t.invoice).values(bill))
    line = {"number": next_number(connection, "line"), "invoice": invoice, "position": 1, "what": "plan"}
    connection.execute(sa.insert(t.invoice_line).values(**line, text="Home 100, monthly", amount=minor))
    numbers = [next_number(connection, "payment") for _ in range(times)]
    paid = {"invoice": invoice, "customer": customer, "amount": minor, "date": day, "method": "card"}
    rows = [{**paid, "number": number, "card_last4": "4242", "status": "settled"} for number in numbers]
    connection.execute(sa.insert(t.payment), rows)
    return [to_id("payment", number) for number in numbers]


def books(engine: sa.Engine) -> Books:
    """Return every sum as it stands now; what was cancelled or withdrawn counts as never given."""
    refund, credit = t.refund.c, t.credit.c
    line = sa.select(sa.func.coalesce(sa.func.sum(t.invoice_line.c.amount), 0)).join(t.waiver)
    given = sa.select(refund.payment, sa.func.sum(refund.amount)).where(refund.status == "issued")
    with engine.connect() as connection:
        payments = connection.execute(sa.select(t.payment.c.number, t.payment.c.amount, t.payment.c.status)).all()
        refunds = connection.execute(given.group_by(refund.payment)).all()
        credits = sa.select(sa.func.coalesce(sa.func.sum(credit.amount), 0)).where(credit.status == "issued")
        waived = line.where(t.waiver.c.status == "waived")
        return Books(
            {number: (amount, status) for number, amount, status in payments},
            {number: int(total) for number, total in refunds},
            int(connection.execute(credits).scalar_one()),
            int(connection.execute(waived).scalar_one()),
        )


class FaultyBilling(BackOffice):
    """The sandbox with a fault that can be planted in its billing; it speaks the same port.

    "wrong payment named": the list of repeated payments names another payment of the customer. Its refund is made and
    read back as it was asked for, and wrong. "refund of another payment": it goes to the first of the two payments.
    "another amount read back": the refund is right and shows a penny more.
    """

    def __init__(self, real: BackOffice) -> None:
        self._real = real
        self.fault: Fault = ""

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        return self._real.find_customers(address)

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        return self._real.search(text, most)

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        found = self._real.read(name, arguments)
        if self.fault == "wrong payment named" and name == "possible_duplicates":
            return self._misnamed(found)
        if self.fault == "another amount read back" and name == "refunds":
            return tuple(_with(one, amount=_more(one.fields["amount"])) for one in found)
        return found

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        if self.fault == "refund of another payment" and name == "refund_payment":
            (payment,) = self._real.read(ActionName("payment"), {"payment": arguments["payment"]})
            arguments = {**arguments, "payment": payment.fields["duplicate_of"]}
        return self._real.write(name, arguments, key)

    def receipt(self, key: str) -> Receipt | None:
        return self._real.receipt(key)

    def undo(self, key: str, undo_key: str) -> Receipt:
        return self._real.undo(key, undo_key)

    def _misnamed(self, found: Sequence[BusinessRecord]) -> tuple[BusinessRecord, ...]:
        """In place of each repeated payment another one of the customer's that may be refunded and is none."""
        wrong = []
        for one in found:
            theirs = self._real.read(ActionName("payments"), {"customer": CustomerId(one.customer or "")})
            other = next((p for p in theirs if _ordinary(p, one)), None)
            wrong += [one if other is None else _with(other, duplicate_of=one.fields["duplicate_of"])]
        return tuple(wrong)


def _ordinary(payment: BusinessRecord, repeat: BusinessRecord) -> bool:
    """Whether it is a payment under 50.00 that was rightly taken and of another sum than the repeated one."""
    amount, fields = payment.fields["amount"], payment.fields
    assert isinstance(amount, Money)
    plain = fields["status"] == "settled" and fields["refunded"] == Money(minor=0) and not fields["duplicate_of"]
    return plain and fields["invoice"] != repeat.fields["invoice"] and amount.minor < 5_000


def _with(one: BusinessRecord, **fields: Value) -> BusinessRecord:
    return one.replace(fields={**one.fields, **fields})


def _more(amount: Value) -> Money:
    assert isinstance(amount, Money)
    return Money(minor=amount.minor + 1)
