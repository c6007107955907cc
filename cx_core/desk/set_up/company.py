"""The business's own facts: who it is, where, and when it is open; set by administrators on the Set up page."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from cx_core.catalogue.company_facts import CompanyFacts, facts_of
from cx_core.desk.service import Service, allow
from cx_core.records import Person, Role
from cx_core.views import Refusal

_CALLED: Mapping[str, str] = {
    "name": "Name",
    "greeting": "Greeting",
    "signature": "Signature",
    "timezone": "Time zone",
    "currency": "Currency",
    "country": "Country",
    "languages": "Languages",
    "contacts": "Contact addresses",
    "hours": "Opening hours",
    "holidays": "Closed days",
}


_THEIRS = "What you typed is still here and was not saved. Load what is saved now, then make your change again."


class CompanyService(Service):
    """For administrators alone."""

    def facts(self, person: Person) -> CompanyFacts:
        """What is on file, or else what the knowledge folder says."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            return unit.company_facts.get() or facts_of(self._knowledge.company)

    def save(
        self, person: Person, given: Mapping[str, object], seen: CompanyFacts | None = None
    ) -> CompanyFacts | Refusal:
        """Set all of them. They count once the desk has reopened, within seconds.

        `seen`: what the fields were filled with; whoever saves after a colleague did is refused.
        """
        allow(person, Role.ADMINISTRATOR)
        try:
            facts = CompanyFacts.model_validate({**given, "set_by": person.id, "set_at": self._clock()})
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            said = str(first["msg"]).removeprefix("Value error, ")
            return Refusal(code="denied", text=f"{_CALLED.get(field, field)}: {said}.")
        for field in ("greeting", "signature"):
            for word, instead in self._knowledge.company.tone.avoided(str(getattr(facts, field))):
                return Refusal(
                    code="denied", text=f"{_CALLED[field]}: “{word}” is a word to avoid. Say instead: {instead}."
                )
        with self._store.begin() as unit:
            before = unit.company_facts.get() or facts_of(self._knowledge.company)
            if seen is not None and before != seen:
                who = self._accounts.names().get(before.set_by, "A colleague")
                return Refusal(code="stale", text=f"{who} saved these facts meanwhile. {_THEIRS}")
            unit.company_facts.put(facts)
            old, new = (one.model_dump(mode="json", exclude={"set_by", "set_at"}) for one in (before, facts))
            changed = {name: {"from": old[name], "to": new[name]} for name in new if old[name] != new[name]}
            unit.record("company_set", actor=person.id, payload={"changed": changed})
        return facts
