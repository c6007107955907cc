"""Cases of a rule: requests with the answer they must get, and what came of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records import Record


class PolicyCase(Record):
    """One request beside a rule."""

    rule: str
    answer: Literal["ALLOW", "DENY"]
    to: str = Field(description="copilot, or the role of a person")
    do: str = Field(description="an action")
    changes: dict[str, bool | int | str] = Field(
        default_factory=dict, alias="with", description="facts that differ from the best of circumstances"
    )
    where: str = Field(default="", description="file and line")


class CaseTried(Record):
    """A case put to the rules."""

    case: PolicyCase
    wrong: str = Field(default="", description="why it is not as it must be; empty: it is")
    policies: tuple[str, ...] = Field(default=(), description="ids of the rules that decided")
    reasons: tuple[str, ...] = ()


class CasesTried(Record):
    """All cases of a set of rules. `troubles`: what is wrong beyond single cases, with file and line."""

    tried: tuple[CaseTried, ...]
    troubles: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[str, ...]:
        """Everything that is wrong, each with file and line."""
        failed = (f"{one.case.where}: {one.wrong}" for one in self.tried if one.wrong)
        return (*self.troubles, *failed)
