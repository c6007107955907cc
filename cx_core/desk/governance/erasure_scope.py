"""Whom an erasure is about, and what it would do: found by any identifier, counted as things are now.

The back office may be slow to answer, so it is asked outside transactions. An address is a customer's own only while
nobody else is known to use it: of a shared one, only the tickets that are known to be the customer's go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cx_core.desk.channels.mails_set_apart import note_addresses
from cx_core.desk.service import Means, Service
from cx_core.ports import Unit
from cx_core.records import SENDER, BusinessRecord, CustomerId, Ticket
from cx_core.views import Refusal
from cx_core.views.erasure import ErasureScope

CHOICES = 8
"""How many customers are offered where the text names nobody exactly."""
CONTACTS = ("email", "phone")
"""Fields of a customer's record under which they may have written."""
PHONE_DIGITS = 7
"""The fewest digits that are taken for a phone number."""

KINDS: Mapping[str, str] = {
    "message": "message",
    "attachment": "file",
    "note": "note",
    "draft": "draft",
    "proposal": "proposal",
    "approval": "approval",
    "outcome": "step outcome",
    "flag": "flag",
    "rating": "rating",
    "solved_case": "remembered case",
}
"""What is counted for a person to see, by its table: one of them in words. What else hangs on a ticket goes too."""

LOOKED = (
    "Looked for: a customer’s number, e-mail address, phone number or name and the numbers of their records in the "
    "back office, and the number, customer and sender’s address of every ticket here."
)
_PHONE = re.compile(r"\+?[\d ()./-]+")


class Addresses(NamedTuple):
    """What the back office and the tickets tell of a customer's addresses, in small letters."""

    on_file: Mapping[str, str]
    """Id, name and contacts in the back office; empty for a sender and for nobody."""
    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class ErasureScopeService(Service):
    """What administrators are shown before anything is erased."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._vault = means.vault

    def named(self, wanted: str) -> tuple[CustomerId, ...] | Refusal:
        """Exactly by number or address; where nobody is, by whatever else the back office finds them by."""
        bare = wanted.removeprefix(SENDER).strip()
        exact = [CustomerId(one.id) for one in self._back_office().find_customers(bare)]
        if _digits(bare):
            exact = list(dict.fromkeys([*exact, *self._with_phone(bare)]))
            if len(exact) > 1:
                text = f"{bare} belongs to several customers: {', '.join(exact)}. Search by the customer’s number."
                return Refusal(code="denied", text=text)
        note_addresses(self._store, self._vault)
        with self._store.look() as unit:
            exact += unit.erasures.subjects(bare)
            sender = CustomerId(f"{SENDER}{bare.lower()}")
            if not exact and unit.erasures.mails_to_erase(sender):
                exact = [sender]
        if exact:
            return tuple(dict.fromkeys(exact))
        near = self._back_office().search(bare, CHOICES)
        owners = (one.id if one.kind == "customer" else one.customer for one in near)
        return tuple(dict.fromkeys(CustomerId(owner) for owner in owners if owner))

    def _with_phone(self, phone: str) -> tuple[CustomerId, ...]:
        """Customers with this phone number, however it is written."""
        near = self._back_office().search(phone, CHOICES)
        return tuple(CustomerId(one.id) for one in near if one.kind == "customer" and _same_phone(one, phone))

    def _on_file(self, customer: CustomerId) -> dict[str, str]:
        """Id, name and contacts of a customer in the back office; empty for a sender and for nobody."""
        if customer.startswith(SENDER):
            return {}
        record = next((one for one in self._back_office().find_customers(customer) if one.id == customer), None)
        if record is None:
            return {}
        fields = ((name, record.fields.get(name)) for name in ("name", *CONTACTS))
        return {"id": record.id} | {name: value for name, value in fields if isinstance(value, str) and value}

    def addresses(self, customer: CustomerId) -> Addresses:
        """Which addresses are the customer's alone, as the back office says. Raises SystemTrouble."""
        on_file = self._on_file(customer)
        if customer.startswith(SENDER):
            return Addresses(on_file)
        with self._store.look() as unit:
            written = unit.erasures.written_from(customer)
        contacts = (on_file[name].lower() for name in CONTACTS if name in on_file)
        every = dict.fromkeys([customer.lower(), *contacts, *written])
        own = tuple(one for one in every if self._users(one) <= {customer})
        return Addresses(on_file, own, tuple(one for one in every if one not in own))

    def _users(self, address: str) -> set[CustomerId]:
        """The customers whose address it is in the back office."""
        found = {CustomerId(one.id) for one in self._back_office().find_customers(address)}
        return found | set(self._with_phone(address)) if _digits(address) else found

    def scope(self, customer: CustomerId) -> ErasureScope:
        theirs, held = self.addresses(customer), self.stays(customer)
        note_addresses(self._store, self._vault)
        with self._store.look() as unit:
            return _counted_scope(unit, customer, theirs, held)

    def stays(self, customer: CustomerId) -> dict[str, int]:
        """Records in the back office, by kind: each read of the catalogue that gives a customer's."""
        if not self._on_file(customer):
            return {}
        counted = {"customer": 1}
        for read in self._knowledge.actions.values():
            if read.kind == "read" and read.gives and set(read.arguments) == {"customer"}:
                for record in self._back_office().read(read.name, {"customer": customer}):
                    if record.customer == customer and record.kind != "customer":
                        counted[record.kind] = counted.get(record.kind, 0) + 1
        return counted


def counted(unit: Unit, tickets: tuple[Ticket, ...], mails: Sequence[int] = ()) -> dict[str, int]:
    """How many of what hangs on these tickets, and of these mails that were set apart, in words."""
    belongings = unit.erasures.belongings([ticket.id for ticket in tickets])
    found = {name: belongings[table] for table, name in KINDS.items() if table in belongings}
    return found | ({"set-apart mail": len(mails)} if mails else {})


def pass_over(unit: Unit, customer: CustomerId, addresses: Sequence[str]) -> None:
    """Keep imports that wait from taking what their files say of this customer, or of this sender."""
    known = {customer.removeprefix(SENDER)} if customer.startswith(SENDER) else set(addresses)
    for one in unit.imports.waiting():
        run = unit.imports.get(one.id)
        if run is not None:
            unit.imports.put(run.passing_over(sorted(known)))


def _counted_scope(unit: Unit, customer: CustomerId, theirs: Addresses, stays: Mapping[str, int]) -> ErasureScope:
    tickets = unit.erasures.tickets_to_erase(customer, theirs.own)
    on_file, ids = theirs.on_file, tuple(ticket.id for ticket in tickets)
    mails = unit.erasures.mails_to_erase(customer, theirs.own)
    known = {ticket.address for ticket in tickets} | {on_file[name] for name in CONTACTS if name in on_file}
    known |= {customer.removeprefix(SENDER)} if mails and customer.startswith(SENDER) and not tickets else set()
    name = on_file.get("name") or next((one.customer_name for one in tickets if one.customer_name), "")
    shared = {*theirs.shared, *unit.erasures.used_by_others(customer, theirs.own)}
    words = {word for word in known if word.lower() not in shared}
    return ErasureScope(
        customer=customer,
        name=name,
        known_as=tuple(sorted(known)),
        tickets=ids,
        goes=counted(unit, tickets, mails),
        mails=mails,
        stays=dict(stays),
        named_in=unit.erasures.naming((words | {name}) - {""}, ids),
        shared=tuple(sorted(shared)),
        imports=len(unit.imports.waiting()),
        log_keeps=tuple(sorted(unit.erasures.still_used({one.address for one in tickets}, but=ids))),
    )


def _digits(text: str) -> str:
    """The digits of a phone number; empty where the text is none."""
    digits = re.sub(r"\D", "", text)
    return digits if _PHONE.fullmatch(text) and len(digits) >= PHONE_DIGITS else ""


def _same_phone(record: BusinessRecord, phone: str) -> bool:
    """Whether one number is the other, perhaps with a country's code or without the zero in front."""
    kept = re.sub(r"\D", "", str(record.fields.get("phone") or ""))
    one, other = kept.lstrip("0"), _digits(phone).lstrip("0")
    return len(min(one, other, key=len)) >= PHONE_DIGITS and (one.endswith(other) or other.endswith(one))
