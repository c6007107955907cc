"""The rulings of a plan that waits, as the rules, levels and switches of this moment make them.

What was found out for them stays as it was kept: records are read anew when somebody approves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cx_core.catalogue import Knowledge
from cx_core.decide.policy.guard import rule
from cx_core.decide.policy.kept_facts import asked_of, facts_again, with_facts
from cx_core.decide.policy.policy_facts import where_it_stands
from cx_core.decide.policy.reply_step import spec_of
from cx_core.ports.policies import PolicyReading
from cx_core.records import Proposal, Ruling, Step, TaskTypeName


def ruled_now(
    proposal: Proposal,
    engine: PolicyReading,
    levels: Mapping[TaskTypeName, int],
    stopped: Collection[str],
    knowledge: Knowledge,
) -> Proposal:
    """The proposal, each ruling as `engine` makes it now; one whose facts were not all kept stays as it was.

    `stopped` holds the names of the switches that are on.
    """
    triage = proposal.triage.at_levels(levels)

    def again(step: Step, ruling: Ruling) -> Ruling:
        spec = spec_of(knowledge.actions, step.action)
        facts = facts_again(ruling.facts, asked_of(engine.contents, step.action), spec)
        if facts is None:
            return ruling
        now = facts.replace(**where_it_stands(step, triage, knowledge.task_types, stopped))
        if now == facts and ruling.policy_version == engine.version:
            return ruling
        return with_facts(rule(step, now, engine), now)

    rulings = {step.id: again(step, proposal.rulings[step.id]) for step in proposal.steps}
    return proposal.replace(rulings=rulings)
