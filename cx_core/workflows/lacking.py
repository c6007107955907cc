"""What a proposal lacks to be carried out without a person, where it is one thing that the customer can give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cx_core.catalogue import Company
from cx_core.records import Proposal
from cx_core.service_rules.confirmed_identity import CONFIRMED
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.workflows.proposal_inputs import ProposalInputs

Propose = Callable[[ProposalInputs], Proposal]


class Lacking:
    """Makes the proposal once more with what the customer could give, and looks whether it would go alone then.

    It only ever says what may be asked for: what is given is looked at again when the proposal is made with it.
    """

    def __init__(self, propose: Propose, company: Company) -> None:
        self._propose = propose
        self._company = company

    def code(self, case: ProposalInputs, made: Proposal) -> bool:
        """Whether it would go alone if a one-time code had confirmed who writes."""
        if self._company.one_time_code is None or case.identity >= CONFIRMED or not self._near(made):
            return False
        return self._propose(replace(case, identity=CONFIRMED)).route == "act"

    def _near(self, made: Proposal) -> bool:
        """Whether the levels let it go alone, and a person has it for another reason; costs nothing to find out."""
        goals = made.triage.goals
        levels = all(goal.level >= ALONE and goal.sure and not goal.told_by for goal in goals)
        return made.route in ("advisor", "supervisor") and bool(goals) and levels
