"""Policies as texts: which are in force, and what others would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cx_core.policy_views import PolicyRule
from cx_core.ports.business import PolicyEngine


class PolicyReading(PolicyEngine, Protocol):
    """A policy engine whose rules can be read."""

    @property
    def contents(self) -> tuple[PolicyRule, ...]:
        """All rules, in the order of the files; those before the trouble, if there is any."""
        ...


class PolicyShelf(Protocol):
    """Where policies come from. Files are texts by name: `*.cedar`, and cases as `cases/*.yaml`."""

    @property
    def active(self) -> PolicyReading:
        """What is in force now."""
        ...

    def shipped(self) -> Mapping[str, str]:
        """The files of the knowledge folder. Raises KnowledgeError."""
        ...

    def read(self, files: Mapping[str, str]) -> PolicyReading:
        """Never raises: what is wrong with them is their trouble."""
        ...
