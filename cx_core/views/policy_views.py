"""Policies as people see, draft and change them: rules, sets of them, and what they decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records import Money, PersonId, Record, Role, Ruling, StepId, TicketId
from cx_core.views.policy_cases import CasesTried

DAYS = 30
"""So far back it is counted what a rule decided."""

PolicyState = Literal["draft", "waiting", "active", "retired"]
FactValue = bool | int | str | None


OWN_FILE, CONNECTED_FILE = "98_own_task_types.cedar", "99_connected_systems.cedar"
MADE_FILES = (OWN_FILE, CONNECTED_FILE)
"""Files of rules that nobody writes: the limits of own task types, and writes of connected systems."""


class PolicyRule(Record):
    """One rule, read from its file."""

    id: str
    says: str
    file: str
    line: int
    source: str = Field(description="in Cedar")
    effect: Literal["permit", "forbid"]
    acts: tuple[str, ...] | None = Field(description="actions and groups of actions it is about; None: every act")
    asks: tuple[str, ...] = Field(default=(), description="attributes it mentions")
    compares: tuple[int | str, ...] = Field(default=(), description="numbers and texts it mentions")


class PolicyFile(Record):
    """The rules of one file. `about` is what its first lines say in words."""

    name: str
    title: str
    about: str
    rules: tuple[PolicyRule, ...]


class PolicySet(Record):
    """A set of policies, kept for good. A draft may be edited; whoever asked for a set to be in force cannot put it
    there; what was in force once is retired and may come back the same way."""

    id: str
    name: str
    state: PolicyState
    files: dict[str, str] = Field(description="texts by name: *.cedar, and cases/*.yaml")
    based_on: str = Field(default="", description="name of the set it began as a copy of")
    made_by: PersonId
    made_at: datetime
    reason: str = ""
    asked_by: PersonId | None = None
    asked_at: datetime | None = None
    declined_by: PersonId | None = Field(default=None, description="who refused it when another last asked for it")
    declined_at: datetime | None = None
    activated_by: PersonId | None = None
    activated_at: datetime | None = None
    folder: dict[str, str] = Field(
        default_factory=dict, description="digests of the knowledge folder's files when it was put in force, by name"
    )
    mark: str = Field(
        default="",
        description="made when it was asked for, and anew when it was put in force, over its files and who "
        "did it; then gone",
    )


Stretch = tuple[Literal["same", "added", "removed"], str]
"""A piece of a line, and what became of it."""


class RuleChange(Record):
    """A rule that would be added, changed or gone. `says`, `source`: lines of its words and its Cedar, compared."""

    id: str
    what: Literal["added", "changed", "gone"]
    before: PolicyRule | None
    after: PolicyRule | None
    says: tuple[tuple[Stretch, ...], ...]
    source: tuple[tuple[Stretch, ...], ...]


class CaseChange(Record):
    """A file of cases, or one rule's cases in it, that would be added, changed or gone: its lines, compared."""

    file: str
    what: Literal["added", "changed", "gone"]
    lines: tuple[tuple[Stretch, ...] | None, ...] = Field(description="None: lines that stay were left out")


class SetTried(Record):
    """A set of policies put to the test. `against`: the version of those in force that it is compared with."""

    version: str
    troubles: tuple[str, ...]
    cases: CasesTried
    against: str = ""
    compared: tuple[RuleChange, ...] = ()
    cases_compared: tuple[CaseChange, ...] = ()

    @property
    def changes(self) -> tuple[tuple[str, Literal["added", "changed", "gone"]], ...]:
        """Rules added, changed and gone, by number."""
        return tuple((one.id, one.what) for one in self.compared)

    @property
    def wrong(self) -> tuple[str, ...]:
        return self.troubles or self.cases.wrong


class Moved(Record):
    """A step that other rules would answer otherwise. `before`, `after`: "allow", "deny", or the role that is asked."""

    ticket: TicketId
    step: StepId
    action: str
    before: str
    after: str
    amount: Money | None = Field(default=None, description="what it pays out, if it is money out")


class Replayed(Record):
    """Rulings on file put to other rules. Money: what the copilot would pay alone by one and not by the other."""

    same: int
    lost: int = Field(description="those that cannot be asked again: their facts were not kept")
    moved: tuple[Moved, ...]
    more: Money
    less: Money


class PoliciesView(Record):
    """The rules in force. `version` is a digest of them and of what they may mention."""

    name: str
    version: str
    since: datetime | None = Field(description="None: as long as this installation")
    trouble: str
    files: tuple[PolicyFile, ...]
    acts: dict[str, str] = Field(description="actions and groups of actions in words")
    behind: tuple[str, ...] = Field(
        default=(), description="files of the knowledge folder that have changed since, of which nothing holds"
    )


class Decided(Record):
    """Rulings on steps in which one rule was named, the last `DAYS` days."""

    allow: int = 0
    ask: int = 0
    deny: int = 0
    examples: tuple[TicketId, ...] = Field(default=(), description="newest first, five at most")

    @property
    def all(self) -> int:
        return self.allow + self.ask + self.deny


class Tally(Record):
    """What was decided by rule. `rulings`: how many there were; `most`: whether only the newest were counted."""

    rulings: int
    by_rule: dict[str, Decided]
    cut: bool = False


class RuledStep(Record):
    """One ruling on file."""

    ticket: TicketId
    version: int
    step: StepId
    action: str
    ruling: Ruling
    at: datetime


class Asker(Record):
    """What one role (None: the copilot) is answered."""

    role: Role | None
    allowed: bool
    once_backed: bool = Field(default=False, description="it would be allowed once a person backs every argument")
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Instead(Record):
    """A fact, and a value with which a rule would not match."""

    fact: str
    value: FactValue


class RuleExplained(Record):
    """A rule that forbids something to somebody: what it asks, and any one fact that would have to differ."""

    rule: PolicyRule
    to: tuple[Role | None, ...]
    facts: tuple[tuple[str, FactValue], ...]
    instead: tuple[Instead, ...]


class RulingExplained(Record):
    """One ruling, asked again of the rules in force now. Without kept facts there is only what it said."""

    ruled: RuledStep
    title: str
    words: str
    currency: str
    same_rules: bool = Field(description="the rules in force are those that ruled")
    kept: bool
    sums: frozenset[str] = Field(default=frozenset(), description="which of its facts are amounts of money")
    askers: tuple[Asker, ...] = ()
    against: tuple[RuleExplained, ...] = ()
