"""Policies as texts: which are in force, and what others would say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from cx_core.ports.business import PolicyEngine
from cx_core.records import OwnTaskType
from cx_core.views.policy_cases import CasesTried
from cx_core.views.policy_views import PolicyRule, PolicySet


class PolicyReading(PolicyEngine, Protocol):
    """A policy engine whose rules can be read."""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that is wrong, each with file and line where it has one."""
        ...

    @property
    def untrue(self) -> tuple[str, ...]:
        """Sentences that tell something else than their rule decides, each with file and line."""
        ...

    @property
    def contents(self) -> tuple[PolicyRule, ...]:
        """All rules, in the order of the files; those before the trouble, if there is any."""
        ...


class InForce(NamedTuple):
    """The policies of one moment. One ruling is made by one of these, whatever is put in force meanwhile."""

    engine: PolicyReading
    set: str
    """Id of the set on file; empty: the knowledge folder's."""


class OwnLimitTried(NamedTuple):
    """A case of a rule that a limit of an own task type became. Without a task type it is about all of them."""

    task_type: str
    limit: str
    wrong: str
    """In words for whoever set the limit; empty: it holds."""


class PoliciesInForce(Protocol):
    """What is in force, as this process knows it."""

    def now(self) -> InForce: ...

    def refresh(self) -> None:
        """Look now which set is in force."""
        ...


class PolicyShelf(PoliciesInForce, Protocol):
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

    def sealed(self, one: PolicySet) -> PolicySet:
        """The set with the mark without which it is not in force, whatever is on file. Raises AuditUnavailable."""
        ...

    def tried(self, files: Mapping[str, str]) -> CasesTried:
        """The cases of these files put to their rules."""
        ...

    def made(self, files: Mapping[str, str]) -> Mapping[str, str]:
        """The files of rules that nobody wrote, which these have beside them: see `views.policy_views.MADE_FILES`."""
        ...

    def with_own(self, own: Sequence[OwnTaskType]) -> PolicyReading:
        """The rules in force, with the limits of these own task types for those in force. Raises KnowledgeError."""
        ...

    def own_tried(self, own: Sequence[OwnTaskType]) -> tuple[OwnLimitTried, ...]:
        """The cases of the rules that these limits become, put to all rules in force. Raises KnowledgeError."""
        ...


class PolicyRepository(Protocol):
    """The part of a transaction that keeps sets of policies."""

    def all(self) -> tuple[PolicySet, ...]:
        """Newest first, held against other writers until the transaction ends."""
        ...

    def policy_set_in_force(self) -> str:
        """Its id, as this transaction sees it; empty while it is the knowledge folder's."""
        ...

    def put_policy_set(self, one: PolicySet) -> None: ...

    def drop_policy_set(self, id: str) -> None: ...
