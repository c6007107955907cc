"""Whether a no at the act disagrees with the ruling that let the step go alone, or only with a world that moved on.

A no is in order where something changed that may change between ruling and act: a switch, a limit or level, the sums
that went out, the hour, how well it is known who writes, a consent, the customer's words, a record. It contradicts the
ruling where the step is refused by what belongs to the proposal itself, or by the very facts it had been allowed on.
"""

from __future__ import annotations

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.kept_facts import facts_again
from cx_core.decide.policy.policy_facts import Facts
from cx_core.ports import PolicyEngine
from cx_core.records import Ruling, Step

FIXED = ("task_type", "people_only", "channel", "reversible", "risk", "sure", "grounded", "sentiment", "urgency")
"""Facts that a proposal has once it is made. All others may be others by the time of the act."""


def contradicted(step: Step, now: Facts, ruling: Ruling, spec: ActionSpec, engine: PolicyEngine) -> bool:
    """Return whether the refusal on the facts of `now` contradicts this ruling.

    Never where the policies are others by now, a fact could not be found out, or the engine is in trouble: then nobody
    can tell.
    """
    if ruling.answer != "allow" or ruling.policy_version != engine.version or engine.trouble:
        return False
    if now.unknown or now.already or _says_no(step, now, engine) is not True:
        return False
    kept = {name: value for name, value in ruling.facts.items() if name in FIXED}
    if not set(FIXED) <= kept.keys():
        return False
    if _says_no(step, now.replace(**kept), engine) is False:
        return True
    declared = {f"declared.{name}" for name in spec.facts}
    then = facts_again(ruling.facts, (), spec) if declared <= ruling.facts.keys() else None
    return then is not None and _says_no(step, then, engine) is True


def _says_no(step: Step, facts: Facts, engine: PolicyEngine) -> bool | None:
    """Whether the copilot may not do it on these facts; None where the engine could not say."""
    answer = guard.decide(None, step, facts, engine)
    if any(reason.startswith(guard.NOT_ASKED) for reason in answer.reasons):
        return None
    return not answer.allowed
