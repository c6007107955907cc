"""What waits for a second person, counted for whoever may be that person: on the page where they decide."""

from __future__ import annotations

from cx_core.desk.governance.customer_erasure import ErasureService
from cx_core.desk.governance.raise_proposals import RaiseProposals
from cx_core.desk.service import LEADS, Means, Service
from cx_core.ports import Unit
from cx_core.records import Person, Role


class PendingDecisions(Service):
    """For everybody; who may decide nothing is told of nothing."""

    def __init__(self, means: Means, erasure: ErasureService, raises: RaiseProposals) -> None:
        super().__init__(means)
        self._erasure, self._raises = erasure, raises

    def decisions_waiting(self, person: Person) -> dict[str, int]:
        """Requests of others that this person may grant and what Rung proposes, by the name of the page.

        Pages without any are left out.
        """
        if person.role not in LEADS:
            return {}
        with self._store.look() as unit:
            waiting = {"autonomy": self._levels_asked(unit, person) + self._raises.waiting(unit)}
            if person.role is Role.ADMINISTRATOR:
                sets = unit.policies.all()
                waiting["policies"] = sum(one.state == "waiting" and one.asked_by != person.id for one in sets)
                waiting["audit"] = sum(one.person != person.id for one in self._erasure.requests(unit))
        return {page: number for page, number in waiting.items() if number}

    def _levels_asked(self, unit: Unit, person: Person) -> int:
        asked = [one for one in unit.levels.all() if one.waiting is not None and one.waiting.person != person.id]
        return sum(self._at_level.genuine(one) for one in asked)
