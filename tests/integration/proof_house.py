"""A house for proofs: real desk, journey, stores and keys over a business system that counts and a policy in steps.

The business system asks an oracle of its own before each effect; the oracle knows what was honestly approved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import sqlalchemy as sa

from cx_core.adapters.policy.policy_in_force import ActiveSet
from cx_core.adapters.sql import tables
from cx_core.adapters.sql.policy_rows import ActiveSets
from cx_core.ports import BackOffice, InForce, PoliciesInForce
from cx_core.ports.policies import PolicyReading
from cx_core.records import (
    ActionName,
    BusinessRecord,
    CustomerId,
    Receipt,
    Value,
)
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.scripted import Inline, ScriptedWorks

RESEND = ActionName("resend_invoice")
CUSTOMER = BusinessRecord(kind="customer", id="C-1", fields={"name": "Ida Bell", "email": "ida@example.com"})
NEEDS = {"v0": 0, "v1": 1, "v2": 2, "v3": 3}
"""By version of the policy, the rank it asks of whoever approves; 0 lets the copilot act alone."""


class Rank(PolicyReading):
    """A policy that is its version."""

    version = ""
    trouble = ""
    troubles = ()
    untrue = ()
    contents = ()

    def __init__(self, version: str) -> None:
        self.version = version

    def says(self, policy: str) -> str:
        return ""

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        kind, _, attributes = principal
        if kind == "Copilot":
            return NEEDS[self.version] == 0 and not attributes["stopped"], (), ()
        rank = attributes["rank"]
        return isinstance(rank, int) and rank >= NEEDS[self.version], (), ()


class Steps(PoliciesInForce):
    """Policies that are changed in the database, as by another process, and here when somebody looks."""

    def __init__(self, sets: ActiveSet) -> None:
        self._sets = sets
        self._known = ""

    def now(self) -> InForce:
        return InForce(Rank(self._known or "v0"), self._known)

    def refresh(self) -> None:
        self._known = self._sets.active()


class Counting:
    """Sends copies of invoices, once per key, and asks `oracle` first. `trouble` comes before or after an effect."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self.effects: dict[str, Receipt] = {}
        self.oracle: Callable[[ActionName, Mapping[str, Value], str], None] = lambda *_: None
        self.meanwhile: Callable[[], None] | None = None
        self.trouble: tuple[str, BaseException] | None = None

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        """Read when the policy is asked at the act, so this is where others may come between."""
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        return (CUSTOMER,)

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        return ()

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        if name != "mailings":
            return (BusinessRecord(kind="invoice", id=str(arguments.get("invoice")), customer=CustomerId("C-1")),)
        return tuple(
            BusinessRecord(kind="mailing", id=receipt.reference, fields={**receipt.fields, "status": "sent"})
            for receipt in self.effects.values()
        )

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        self._fail("before")
        if key not in self.effects:
            self.oracle(name, arguments, key)
            fields = {"invoice": arguments["invoice"], "email": arguments["email"]}
            reference = f"M-{len(self.effects)}"
            self.effects[key] = Receipt(key=key, action=name, reference=reference, fields=fields, at=self._clock())
        self._fail("after")
        return self.effects[key]

    def _fail(self, when: str) -> None:
        if self.trouble is not None and self.trouble[0] == when:
            error, self.trouble = self.trouble[1], None
            raise error

    def receipt(self, key: str) -> Receipt | None:
        return self.effects.get(key)

    def undo(self, key: str, undo_key: str) -> Receipt:
        raise AssertionError("nothing here is taken back")


class Idle(Inline):
    """Work that waits for ever: what is carried out, a test carries out itself."""

    def _do(self, work: Callable[[], object]) -> None: ...


class ProofWorks(ScriptedWorks):
    """The shipped parts but for the business system, the policy and the durable runner."""

    def __init__(self, settings: Settings, clock: SetClock) -> None:
        self.office, self.hands = Counting(clock), clock
        super().__init__(settings, clock)
        self.steps = Steps(ActiveSets(self.engine))
        self.durable = Idle(self.journey)  # type: ignore[assignment]  # another implementation of the same port

        @sa.event.listens_for(self.engine, "connect")
        def _quick(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # no power cut is tested here

        self.engine.dispose()

    @cached_property
    def back_office(self) -> BackOffice:
        return self.office

    @cached_property
    def policies(self) -> PoliciesInForce:  # type: ignore[override]  # another implementation of the same port
        return self.steps

    def put_in_force(self, version: str) -> None:
        """What two people do in another process: this one has yet to notice."""
        row = {"id": version, "name": version, "state": "active", "files": {}, "body": {}, "made_at": ""}
        with self.engine.begin() as connection:
            connection.execute(sa.delete(tables.policy_set))
            connection.execute(sa.insert(tables.policy_set).values(row))

    def uses(self, key: str) -> list[str]:
        """The seals on file as used under this key."""
        with self.engine.connect() as connection:
            query = sa.select(tables.seal_use.c.seal).where(tables.seal_use.c.key == key)
            return [str(seal) for seal in connection.execute(query).scalars()]
