"""The shipped parts over business systems and a way out that ask first: an oracle sees each effect before it is made.

What is carried out, a test carries out itself. Two sets of policies are on file, of which one wants two people sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

import sqlalchemy as sa

from cx_core.adapters.fernline import Fernline, FernlineOutbox, Trouble
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.sql import tables
from cx_core.adapters.sql.policy_rows import ActiveSets
from cx_core.ports import BackOffice, Clock, InForce, Outbox, PoliciesInForce
from cx_core.records import ActionName, File, PersonId, Receipt, Role, Value
from cx_core.settings import Settings
from tests.integration.proof_house import Idle
from tests.policies import shipped
from tests.scripted import ScriptedWorks

TWO_ABOVE = {"usual": 100_000, "tight": 50_000}
"""By set of policies: above this sum to one customer in 30 days two people approve."""

Heard = Callable[[ActionName, Mapping[str, Value], str], None]
Sent = Callable[[str, str, str], None]
"""Key, address and words of what is about to leave."""


class Office(Fernline):
    """Tells the oracle of each effect once; `crash` comes before the next one, or after it."""

    def __init__(self, engine: sa.Engine, clock: Clock, called: Trouble) -> None:
        super().__init__(engine, clock, called)
        self.oracle: Heard = lambda *_: None
        self.undone: Callable[[str], None] = lambda _key: None
        self.crash = ""

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        self._break("before")
        if self.receipt(key) is None:
            self.oracle(name, arguments, key)
        done = super().write(name, arguments, key)
        self._break("after")
        return done

    def undo(self, key: str, undo_key: str) -> Receipt:
        done = super().undo(key, undo_key)
        self.undone(key)
        return done

    def _break(self, when: str) -> None:
        if self.crash == when:
            self.crash = ""
            raise KeyboardInterrupt


class WayOut(FernlineOutbox):
    """Tells the oracle of each message once."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        super().__init__(engine, clock)
        self.oracle: Sent = lambda *_: None
        self._left: set[str] = set()

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        if key not in self._left:
            self.oracle(key, address, text)
        done = super().deliver(
            key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
        )
        self._left.add(key)
        return done


class Sets(PoliciesInForce):
    """Cedar's rules of either set, changed in the database as by another process, and here when somebody looks."""

    def __init__(self, engines: Mapping[str, CedarEngine], sets: ActiveSets) -> None:
        self._engines, self._sets = engines, sets
        self._known = "usual"

    def now(self) -> InForce:
        return InForce(self._engines[self._known], self._known)

    @property
    def active(self) -> CedarEngine:
        return self._engines[self._known]

    def refresh(self) -> None:
        self._known = self._sets.active()


class WatchedWorks(ScriptedWorks):
    def __init__(self, settings: Settings, clock: Clock) -> None:
        super().__init__(settings, clock)
        self.durable = Idle(self.journey)  # type: ignore[assignment]  # another implementation of the same port
        money = shipped.POLICIES / "4_money.cedar"
        texts = {path.name: path.read_text("utf-8") for path in shipped.POLICIES.glob("*.cedar")}
        bound = "{ context.amount + context.paid_customer > 100000 }\nunless"
        assert bound in texts[money.name]
        tight = texts[money.name].replace(bound, bound.replace("100000", str(TWO_ABOVE["tight"])))
        files = {"usual": texts, "tight": texts | {money.name: tight}}
        self.engines = {name: CedarEngine(files[name], self.knowledge.actions) for name in TWO_ABOVE}
        assert not any(engine.trouble for engine in self.engines.values())
        self.sets = Sets(self.engines, ActiveSets(self.engine))

        @sa.event.listens_for(self.engine, "connect")
        def _quick(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # no power cut is tested here

        self.engine.dispose()

    @cached_property
    def policies(self) -> PoliciesInForce:  # type: ignore[override]  # another implementation of the same port
        return self.sets

    @cached_property
    def office(self) -> Office:
        return Office(self.fernline, self.clock, self._called)

    @cached_property
    def back_office(self) -> BackOffice:
        return self.office

    @cached_property
    def way_out(self) -> WayOut:
        return WayOut(self.fernline, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return self.way_out

    def put_in_force(self, name: str) -> None:
        """What two people do in another process: this one has yet to notice."""
        row = {"id": name, "name": name, "state": "active", "files": {}, "body": {}, "made_at": ""}
        with self.engine.begin() as connection:
            connection.execute(sa.delete(tables.policy_set))
            connection.execute(sa.insert(tables.policy_set).values(row))

    def set_role(self, id: PersonId, role: Role) -> None:
        self.accounts.set_role(id, role)

    def uses(self, key: str) -> list[str]:
        """The seals on file as used under this key."""
        with self.engine.connect() as connection:
            query = sa.select(tables.seal_use.c.seal).where(tables.seal_use.c.key == key)
            return [str(seal) for seal in connection.execute(query).scalars()]
