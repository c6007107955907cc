"""A small share of first proposals is shown with an error on purpose, so that it is known who still looks.

The genuine proposal is kept beside it. What is wrong cannot be carried out: no seal is made for it, and none is taken.
"""

from __future__ import annotations

from cx_core.act.reply.act_claims import sentences
from cx_core.act.reply.redrafting import redrafted
from cx_core.act.reply.reply_slots import expect, slot_labels
from cx_core.catalogue import Knowledge, action_of
from cx_core.ports import Clock, Sealer, Unit
from cx_core.records import Argument, Choices, PlantedError, Proposal, Step, Ticket, subject
from cx_core.service_rules.levels_in_force import Levels
from cx_core.service_rules.planted_errors import Alteration, alteration, altered, may_be_altered
from cx_core.service_rules.trial_cases import asked_first
from cx_core.text.wording import say

PLANTED = "error_planted"
"""The audit event that says which proposal is wrong, and in what."""


class ErrorPlanting:
    """Decides which proposals are shown with an error, and makes them."""

    def __init__(self, knowledge: Knowledge, levels: Levels, sealer: Sealer, clock: Clock) -> None:
        self._knowledge, self._levels = knowledge, levels
        self._sealer, self._clock = sealer, clock

    def shown(self, unit: Unit, ticket: Ticket, proposal: Proposal) -> Proposal:
        """Return what people are shown of a new proposal: itself, or one with an error, which is kept with what is
        right.

        The caller puts what is returned, in this transaction.
        """
        if not self._drawn(unit, ticket, proposal):
            return proposal
        change = alteration(proposal, self._knowledge.actions)
        if change is None:
            return proposal
        wrong = self._with_error(proposal, change)
        unit.planted_errors.put(self._kept(proposal, wrong, change))
        step = next(one for one in wrong.steps if one.id == change.step)
        payload = {
            "version": proposal.version,
            "step": change.step,
            "argument": change.argument,
            "shown": say(step.values()[change.argument]),
            "genuine": proposal.model_dump(mode="json"),
        }
        unit.record(PLANTED, actor="copilot", payload=payload, ticket=ticket.id, customer=subject(ticket))
        return wrong

    def _drawn(self, unit: Unit, ticket: Ticket, proposal: Proposal) -> bool:
        from cx_core.evidence.sampling import chance

        share = 0 if ticket.test else self._knowledge.company.planted_errors / 100
        seed = self._sealer.mark("which proposals are shown with an error")
        if not share or chance(seed, ticket.id) >= share or unit.planted_errors.of(ticket.id) is not None:
            return False
        if not may_be_altered(proposal, ticket, self._knowledge.company, self._clock()):
            return False
        names = {goal.task_type for goal in proposal.triage.goals}
        return not any(asked_first(ticket.id, name, self._levels.blind(unit, name)[0]) for name in names)

    def _with_error(self, proposal: Proposal, change: Alteration) -> Proposal:
        """The proposal with the wrong value, drafted as for a plan that has it."""
        choices = Choices(edits={change.step: {change.argument: change.wrong.value}})
        text = redrafted(proposal, choices, self._knowledge)
        return proposal.replace(
            steps=tuple(altered(step, change) for step in proposal.steps),
            reply=proposal.reply.replace(text=text) if proposal.reply else None,
            planted_error=True,
        )

    def _kept(self, proposal: Proposal, wrong: Proposal, change: Alteration) -> PlantedError:
        step = next(one for one in proposal.steps if one.id == change.step)
        argument = next(one for one in step.arguments if one.name == change.argument)
        right = set(self._sentences(proposal))
        return PlantedError(
            ticket=proposal.ticket,
            version=proposal.version,
            task_type=proposal.triage.goals[step.goal].task_type,
            step=step.id,
            argument=argument.name,
            wrong=change.wrong.label,
            right=_shown(argument),
            told=self._named(step, argument),
            sentences=tuple(one for one in self._sentences(wrong) if one not in right),
            genuine=proposal,
            at=self._clock(),
        )

    def _sentences(self, proposal: Proposal) -> tuple[str, ...]:
        """What its draft says, as it is kept and as its reader sees it."""
        text = proposal.reply.text if proposal.reply else ""
        actions = self._knowledge.actions
        seen = expect(text, proposal.steps, {}, actions, proposal.evidence).replace("⟨", "").replace("⟩", "")
        labelled = text
        for slot, label in slot_labels(proposal.steps, {}, actions, text, proposal.evidence).items():
            labelled = labelled.replace(slot, label)
        return tuple(dict.fromkeys((*sentences(text), *sentences(seen), *sentences(labelled))))

    def _named(self, step: Step, argument: Argument) -> str:
        action = action_of(self._knowledge.actions, step.action)
        spec = action.arguments.get(argument.name)
        name = (spec.title if spec else "") or argument.name.replace("_", " ")
        return f"{action.title}, {name.lower()}"


def _shown(argument: Argument) -> str:
    return next((one.label for one in argument.options if one.value == argument.value), say(argument.value))
