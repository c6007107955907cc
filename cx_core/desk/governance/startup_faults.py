"""What keeps Rung from acting at all until somebody mends it."""

from __future__ import annotations

from cx_core.desk.service import EVERYBODY, Service, allow
from cx_core.records import Person, Role


class StartupFaultService(Service):
    """Asked on every page, so it reads nothing but what is in memory."""

    def broken_rules(self, person: Person) -> str:
        """Why nothing may be done, with file and line for whoever can mend it; empty while the rules are sound."""
        allow(person, *EVERYBODY)
        trouble = self._policies().active.trouble
        if not trouble:
            return ""
        if person.role is Role.ADMINISTRATOR:
            return f"Nothing may be approved, sent or done until a rule is mended. {trouble}"
        return (
            "The rules for what may be done cannot be used, so nothing can be approved or sent until an "
            "administrator has mended them."
        )
