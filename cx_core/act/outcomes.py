"""What became of each step, as far as it is believed: only as it was written down when it was done.

A row on file says what a customer is told, what is not done again and what may be done anew. So each is marked over
the ticket, the version, the step as approved and its result. A row that somebody wrote or changed by hand, or one
from before outcomes were marked, says no more than that something may have happened: the step is tried again under
its key, where the business system itself tells what is true.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from cx_core.act.approval_seals import REPLY
from cx_core.act.reply.reply_slots import slots
from cx_core.act.step_effect import key_of
from cx_core.errors import SystemTrouble
from cx_core.ports import Sealer, Unit
from cx_core.records import ActionName, Approval, Outcome, StepId, TicketId, digest

Outcomes = Mapping[tuple[int, StepId], Outcome]
"""By version and step."""

TakenBack = Callable[[Outcome], bool]
"""Whether the business system has taken it back, whatever is on file. Raises SystemTrouble."""

NOT_DONE = "Nothing on file says that it was done."
GONE = "It was taken back, though what is on file says done."
IN_DOUBT = "What is on file for it has no seal of what was done. Look in the system before you rely on it."


@dataclass(frozen=True)
class OnFile:
    """What is believed; those in `doubt` are kept as what may have happened, whatever their row says."""

    outcomes: Outcomes
    doubt: Set[tuple[int, StepId]]


class Unproven(NamedTuple):
    """What a customer would be told of without proof."""

    step: StepId
    action: ActionName
    why: str


def latest(outcomes: Outcomes) -> dict[StepId, Outcome]:
    """Per step its outcome in the newest version that has one."""
    return {step: outcome for (_, step), outcome in sorted(outcomes.items(), key=lambda item: item[0][0])}


class OutcomeFile:
    """Writes outcomes with their mark, and reads which to believe."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def put(self, unit: Unit, approval: Approval, outcome: Outcome) -> Outcome:
        """Puts what became of a step of this approval, or of its reply. Raises AuditUnavailable."""
        marked = outcome.replace(mark=self._sealer.mark(_exact(approval, outcome)))
        unit.proposals.put_outcome(approval.ticket, approval.version, marked)
        return marked

    def read(self, unit: Unit, ticket: TicketId) -> OnFile:
        """Raises AuditUnavailable."""
        rows = unit.proposals.outcomes(ticket)
        approvals = {version: unit.proposals.approval(ticket, version) for version in {version for version, _ in rows}}
        believed: dict[tuple[int, StepId], Outcome] = {}
        doubt = set()
        for (version, id), row in rows.items():
            approval, outcome = approvals[version], row.replace(step=id)
            if approval is None:
                continue
            if self._sealer.marked(_exact(approval, outcome), outcome.mark):
                believed[version, id] = outcome
            elif (doubted := _doubted(approval, outcome, believed)) is not None:
                believed[version, id] = doubted
                doubt.add((version, id))
        return OnFile(believed, doubt)


def unproven(approval: Approval, on_file: OnFile, taken_back: TakenBack) -> Unproven | None:
    """The first act that sending the reply would tell of, as done just now or in a slot, and that nothing proves."""
    for step in approval.steps:
        at = (approval.version, step.id)
        outcome = on_file.outcomes.get(at)
        if at in on_file.doubt or outcome is None or outcome.status != "done" or not outcome.verified:
            return Unproven(step.id, step.action, IN_DOUBT if at in on_file.doubt else NOT_DONE)
    newest = {id: version for version, id in sorted(on_file.outcomes)}
    for id in sorted({id for id, _ in slots(approval.reply)} & newest.keys()):
        at = (newest[id], id)
        outcome = on_file.outcomes[at]
        if at in on_file.doubt:
            return Unproven(id, outcome.action, IN_DOUBT)
        try:
            if newest[id] < approval.version and outcome.status == "done" and taken_back(outcome):
                return Unproven(id, outcome.action, GONE)
        except SystemTrouble as trouble:
            return Unproven(id, outcome.action, f"Whether it still stands is not known: {trouble}")
    return None


def _doubted(approval: Approval, outcome: Outcome, before: Outcomes) -> Outcome | None:
    """It may have happened, under the key it would have had: what the row says of that is not believed either.

    None: it was never approved, so it cannot have happened from here.
    """
    unknown = {"status": "failed", "unknown": True, "verified": False, "receipt": None, "message": IN_DOUBT, "mark": ""}
    if outcome.step == REPLY:  # the same words keep their key, so that they cannot go out twice
        return outcome.replace(**unknown)
    step = next((step for step in approval.steps if step.id == outcome.step), None)
    if step is None:
        return None
    key = key_of(approval.ticket, approval.version, step, before)
    return outcome.replace(**unknown, key=key, action=step.action)


def _exact(approval: Approval, outcome: Outcome) -> str:
    """All that a mark is made over; `approval` is what was on file when it was done."""
    step = next((step for step in approval.steps if step.id == outcome.step), None)
    exact = {
        "ticket": approval.ticket,
        "version": approval.version,
        "step": digest(approval.ticket, approval.version, step) if step else "",
        "outcome": outcome.model_dump(mode="json", exclude={"mark", *_unmarked(outcome)}),
    }
    return json.dumps(exact, sort_keys=True)


def _unmarked(outcome: Outcome) -> set[str]:
    """What is not there is left out, since outcomes of earlier versions were marked without it."""
    return {name for name in ("unreachable", "contradicted") if not getattr(outcome, name)}
