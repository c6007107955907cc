"""The business's own facts on file, under a seal."""

from __future__ import annotations

from typing import Protocol

from cx_core.catalogue.company_facts import CompanyFacts


class CompanyFactsRepository(Protocol):
    """At most one version of them."""

    def get(self) -> CompanyFacts | None:
        """As they were set here; None where none were, or what is on file was not written here."""
        ...

    def put(self, facts: CompanyFacts) -> None: ...
