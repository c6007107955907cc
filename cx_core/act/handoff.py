"""A ticket that could not be finished goes back to a person: what was done, what failed, their text kept."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.act.delivery import latest
from cx_core.ports import Clock, Store
from cx_core.records import Draft, Outcome, PersonId, Proposal, Ruling, Step, StepId, TicketId, subject


class Handoff:
    """Makes the version a person goes on with."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def give_back(self, ticket_id: TicketId, version: int, fresh: Proposal | None, why: str) -> str:
        """Put a next version with what is left to do; `fresh` is what would be planned now, if that is known."""
        with self._store.begin() as unit:
            ticket, before = unit.ticket(ticket_id), unit.proposal(ticket_id, version)
            approval = unit.approval(ticket_id, version)
            if ticket is None or before is None or approval is None or ticket.version != version:
                return "given back"
            outcomes = latest(unit.outcomes(ticket_id))
            after = remaining(before, fresh, outcomes, approval.skipped)
            said = what_happened(outcomes, why)
            unit.put_proposal(after.model_copy(update={"why": said, "made_at": self._clock()}))
            changes = {"version": after.version, "work": "returned", "status": "open", "updated_at": self._clock()}
            unit.put_ticket(ticket.model_copy(update=changes))
            text, person = approval.reply, PersonId(approval.person)
            unit.put_draft(Draft(ticket=ticket_id, version=after.version, text=text, person=person, at=self._clock()))
            unit.record("given_back", actor="rung", payload={"version": version, "why": said}, ticket=ticket_id,
                        customer=subject(ticket))  # fmt: skip
            unit.measure(ticket, "given_back", self._clock())
        return "given back"


def remaining(
    before: Proposal, fresh: Proposal | None, outcomes: Mapping[StepId, Outcome], skipped: Mapping[StepId, str]
) -> Proposal:
    """The next version: steps not done, under their old names, with arguments as they would be chosen now."""
    left = [s for s in before.steps if s.id not in skipped and not _done(outcomes.get(s.id))]
    steps = [_renewed(step, fresh) for step in left]
    source = fresh or before
    rulings = {step.id: _ruling(step, before, fresh) for step in left}
    return before.model_copy(
        update={
            "version": before.version + 1,
            "messages": source.messages,
            "evidence": source.evidence,
            "steps": tuple(steps),
            "rulings": rulings,
            "route": before.route if before.route != "act" else "advisor",
        }
    )


def _renewed(step: Step, fresh: Proposal | None) -> Step:
    found = _twin(step, fresh)
    return step.model_copy(update={"arguments": found.arguments}) if found else step


def _twin(step: Step, fresh: Proposal | None) -> Step | None:
    same = (s for s in (fresh.steps if fresh else ()) if s.action == step.action and s.goal == step.goal)
    return next(same, None)


def _ruling(step: Step, before: Proposal, fresh: Proposal | None) -> Ruling:
    twin = _twin(step, fresh)
    return fresh.rulings[twin.id] if twin and fresh else before.rulings[step.id]


def _done(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.status == "done" and outcome.verified


def what_happened(outcomes: Mapping[StepId, Outcome], why: str) -> str:
    """One line: what was done, what failed and why; nothing was sent."""
    done = [str(o.action).replace("_", " ") for o in outcomes.values() if _done(o)]
    failed = [f"{str(o.action).replace('_', ' ')}: {o.message}" for o in outcomes.values() if o.status == "failed"]
    said = [f"Done: {', '.join(done)}."] if done else []
    said += [f"Failed — {text.rstrip('.')}." for text in failed]
    if why and not failed:
        said.append(f"Not sent: {why}.")
    return " ".join([*said, "Nothing was sent to the customer; your text is kept."])
