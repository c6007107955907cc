"""Systems that do not answer: looked at in rounds until they do, and shown to those who lead."""

from __future__ import annotations

from cx_core.catalogue import ActionSpec
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.records import ActionName, Person
from cx_core.service_rules.system_standing import ARTICLES, BACK_OFFICE, OUTBOX, POLICIES
from cx_core.views.system_views import SystemPause, SystemStanding

NOBODY = "rung-looks-whether-this-answers"
"""An address and an id that no customer has: a system answers that it knows nothing of it."""


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
        """Ask for something that is not there. The way out and the search are heard of by what people send and read."""
        if one.system in (OUTBOX, POLICIES, ARTICLES):
            return
        office, read = self._back_office(), self._read_of(one)
        try:
            if read is not None:
                office.read(read.name, dict.fromkeys(read.arguments, NOBODY))
                return
            office.find_customers(NOBODY)
            office.receipt(NOBODY)
        except SystemTrouble:
            if read is not None or one.system == BACK_OFFICE:
                return  # heard of already
            self._systems.note(one.system, answered=False)
        else:
            self._systems.note(one.system, answered=True)

    def _read_of(self, one: SystemStanding) -> ActionSpec | None:
        """The read that failed last, or another one of the system that needs nothing but a record's name."""
        actions = self._knowledge.actions
        mine = [spec for spec in actions.values() if spec.kind == "read" and spec.system == one.system]
        plain = [spec for spec in mine if all(each.type == "record" for each in spec.arguments.values())]
        last = [spec for spec in plain if spec.name == ActionName(one.call)]
        return next(iter([*last, *plain]), None)
