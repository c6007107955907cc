"""Systems that do not answer: looked at in rounds until they do, and shown to those who lead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cx_core.catalogue import ActionSpec
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.records import ActionName, Person
from cx_core.service_rules.system_standing import BACK_OFFICE, POLICIES
from cx_core.views.system_views import SystemPause, SystemStanding

NOBODY = "rung-looks-whether-this-answers"
"""An id that no customer has: a system answers that it knows nothing of it."""
NOBODY_AT = f"{NOBODY}@rung.invalid"
"""Likewise an address, of a domain that nobody can have (RFC 2606)."""


class SystemWatch(Service):
    """Done in rounds by every process; what is found is kept for all of them."""

    def round(self) -> None:
        """Look at what failed to answer lately, and put on file what was heard of every system."""
        self._systems.note(POLICIES, answered=not self._policies().active.trouble)
        for one in self._systems.in_doubt():
            self._look_at(one)
        self._systems.settle()

    def pauses(self, person: Person) -> tuple[SystemPause, ...]:
        """What does not answer, and what is paused for it; the level of a task type is another matter."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            return self._systems.shown(unit)

    def _look_at(self, one: SystemStanding) -> None:
        """Ask for something that is not there; the answer is noted as that of any call is.

        Of a system that can be asked for nothing, no word is taken from others: like the way out and the search, it is
        heard of by what people send and read.
        """
        office = self._back_office()
        with suppress(SystemTrouble):
            if one.system == BACK_OFFICE:
                office.find_customers(NOBODY_AT)
                office.find_customers(NOBODY)
                office.receipt(NOBODY)
            elif (read := self._read_of(one)) is not None:
                needed = {name: each.type for name, each in read.arguments.items() if not each.optional}
                office.read(read.name, {name: NOBODY_AT if type == "text" else NOBODY for name, type in needed.items()})

    def _read_of(self, one: SystemStanding) -> ActionSpec | None:
        """The read that failed last, or another one of the system that needs nothing but names of records, or texts."""
        return next(self._reads_of(one, {"record"}), None) or next(self._reads_of(one, {"record", "text"}), None)

    def _reads_of(self, one: SystemStanding, types: set[str]) -> Iterator[ActionSpec]:
        actions = self._knowledge.actions
        mine = [spec for spec in actions.values() if spec.kind == "read" and spec.system == one.system]
        askable = [
            spec for spec in mine if all(each.optional or each.type in types for each in spec.arguments.values())
        ]
        yield from (spec for spec in askable if spec.name == ActionName(one.call))
        yield from askable
