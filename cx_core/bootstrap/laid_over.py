"""What people decided on pages, laid over the knowledge folder when a desk opens."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

from cx_core.catalogue import Knowledge
from cx_core.catalogue.company_facts import CompanyFacts, with_facts
from cx_core.catalogue.connected_actions import with_connected
from cx_core.records import Connector, connector_exact


class LaidOver(NamedTuple):
    """The business's own facts, the systems in force, and a digest of the task types made on pages.

    `own_task_types` lays the last of them over. A desk with another revision must reopen.
    """

    facts: CompanyFacts | None
    systems: tuple[Connector, ...]
    task_types: str = ""

    @property
    def revision(self) -> str:
        facts = self.facts.model_dump(mode="json") if self.facts is not None else None
        exact = [facts, sorted(connector_exact(system) for system in self.systems), self.task_types]
        return sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()[:16]

    def over(self, folder: Knowledge) -> Knowledge:
        """The knowledge to work with."""
        return with_connected(with_facts(folder, self.facts), self.systems)
