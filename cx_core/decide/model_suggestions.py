"""Steps that a language model proposes: only of the catalogue, only typed, each argument as yet without a source.

A model grants nothing: what it proposes is named as its own and waits for a person, and an argument that nothing backs
is refused to everyone until a person backs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cx_core.catalogue import ActionSpec, ArgumentSpec, Knowledge
from cx_core.decide.planning import Plan
from cx_core.errors import BadInput
from cx_core.llm.grounding_check import SLOT
from cx_core.ports import LanguageModel
from cx_core.records import (
    ActionName,
    Argument,
    Finding,
    Money,
    Record,
    Source,
    Step,
    StepId,
    TicketId,
    Triage,
    Value,
)

PROMPT = (Path(__file__).parent / "prompts" / "plan.md").read_text(encoding="utf-8")
MOST = 8
"""Steps of one plan; a model that proposes more is not listened to further."""
_AMOUNT = re.compile(r"[£€$]?\s?(\d{1,7})(?:[.,](\d\d))?(?:\s?[A-Z]{3})?")


class ProposedArgument(Record):
    """One argument, as text."""

    name: str
    value: str


class ProposedStep(Record):
    """One action for one goal."""

    goal: int
    action: str
    arguments: tuple[ProposedArgument, ...]


class ProposedPlan(Record):
    """What the model answers."""

    steps: tuple[ProposedStep, ...]


class Suggested(Record):
    """The plan with what was taken over, and what a person must know of it."""

    plan: Plan
    findings: tuple[Finding, ...] = ()


def suggest(
    model: LanguageModel,
    content: str,
    triage: Triage,
    plan: Plan,
    knowledge: Knowledge,
    first_step: int,
    ticket: TicketId,
) -> Suggested:
    """Raises ModelTrouble. A goal keeps its built-in steps unless something valid was proposed in their place."""
    catalogue = "\n".join(_told(action) for action in knowledge.actions.values() if action.kind == "write")
    answer = model.ask("plan", PROMPT, f"{content}\n# Actions\n{catalogue}", ProposedPlan, ticket)
    findings: list[Finding] = []
    by_goal: dict[int, list[Step]] = {}
    taken = [step.id for step in plan.steps]
    number = max((int(id[1:]) for id in taken), default=first_step - 1)
    for proposed in answer.steps[:MOST]:
        refusal = _refusal(proposed, triage, knowledge)
        if refusal:
            findings.append(Finding(step=None, text=f"The language model proposed {refusal}; it was left out."))
            continue
        action = knowledge.actions[ActionName(proposed.action)]
        number += 1
        step = _step(StepId(f"s{number}"), proposed, action, knowledge.company.currency)
        by_goal.setdefault(proposed.goal, []).append(step)
    return _merged(plan, by_goal, findings, knowledge.actions)


def _told(action: ActionSpec) -> str:
    given = ", ".join(
        f"{name} ({spec.of or spec.type}{', optional' if spec.optional else ''})"
        for name, spec in action.arguments.items()
    )
    return f"{action.name}: {action.title}. Arguments: {given or 'none'}"


def _refusal(proposed: ProposedStep, triage: Triage, knowledge: Knowledge) -> str:
    """What is wrong with a step as a whole, in words; empty if it may be looked at."""
    action = knowledge.actions.get(ActionName(proposed.action))
    if action is None or action.kind != "write":
        return "an action that does not exist"
    if not 0 <= proposed.goal < len(triage.goals):
        return f"{action.title.lower()} for a goal that the ticket does not have"
    goal = triage.goals[proposed.goal]
    task_type = knowledge.task_types.get(goal.task_type)
    if not goal.sure or task_type is None or task_type.people_only:
        return f"{action.title.lower()} for a goal that is unsure or for people only"
    if {argument.name for argument in proposed.arguments} - set(action.arguments):
        return f"{action.title.lower()} with arguments that it does not have"
    return ""


def _merged(
    plan: Plan, by_goal: Mapping[int, list[Step]], findings: list[Finding], actions: Mapping[ActionName, ActionSpec]
) -> Suggested:
    steps = list(plan.steps)
    for goal, proposed in by_goal.items():
        own = [step for step in plan.steps if step.goal == goal]
        if _exactly(own) == _exactly(proposed):
            continue
        fresh = [_as_before(step, own, proposed[:place]) for place, step in enumerate(proposed)]
        kept = {step.id for step in fresh}
        promised = {
            slot[1:].split(".")[0] for part in plan.parts if part.goal == goal for slot in SLOT.findall(part.text)
        }
        if promised - kept:
            text = "The language model would leave out a step that the answer speaks of: the built-in steps stay."
            findings.append(Finding(step=None, text=text))
            continue
        steps = [step for step in steps if step.goal != goal] + fresh
        known = {step.id: step for step in own}
        findings += [_proposed(step, actions) for step in fresh if known.get(step.id) != step]
    return Suggested(plan=plan.replace(steps=tuple(steps)), findings=tuple(findings))


def _proposed(step: Step, actions: Mapping[ActionName, ActionSpec]) -> Finding:
    text = f"The language model proposed “{actions[step.action].title}”: look at it closely before you approve it."
    return Finding(step=None, text=text)


def _exactly(steps: Sequence[Step]) -> list[tuple[ActionName, dict[str, Value]]]:
    return [(step.action, {name: v for name, v in step.values().items() if v is not None}) for step in steps]


def _as_before(step: Step, own: Sequence[Step], earlier: Sequence[Step]) -> Step:
    """The first step of an action takes the name of the built-in one, which the answer's slots speak of."""
    if any(other.action == step.action for other in earlier):
        return step
    old = next((other for other in own if other.action == step.action), None)
    if old is None:
        return step
    if _exactly([old]) == _exactly([step]):
        return old
    options = {argument.name: argument.options for argument in old.arguments}
    arguments = tuple(a.replace(options=options.get(a.name, ())) for a in step.arguments)
    return step.replace(id=old.id, after=old.after, arguments=arguments)


def _step(id: StepId, proposed: ProposedStep, action: ActionSpec, currency: str) -> Step:
    given = {argument.name: argument.value for argument in proposed.arguments}
    arguments = tuple(_argument(name, given.get(name, ""), spec, currency) for name, spec in action.arguments.items())
    return Step(id=id, goal=proposed.goal, action=action.name, arguments=arguments)


def _argument(name: str, text: str, spec: ArgumentSpec, currency: str) -> Argument:
    """What cannot be read as this argument's type is no value at all; what backs it is worked out in `grounding`."""
    try:
        value = spec.fit(_typed(text.strip(), spec, currency), name)
    except BadInput:
        return Argument(name=name, value=None, source=Source(kind="none"))
    return Argument(name=name, value=value, source=Source(kind="none"))


def _typed(text: str, spec: ArgumentSpec, currency: str) -> Value:
    match spec.type:
        case "money":
            amount = _AMOUNT.fullmatch(text.replace(",", "") if "." in text else text)
            return Money(minor=int(amount[1]) * 100 + int(amount[2] or 0), currency=currency) if amount else None
        case "integer":
            return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None
        case "boolean":
            return {"true": True, "yes": True, "false": False, "no": False}.get(text.casefold())
        case "items":
            return tuple(part.strip() for part in text.split(",") if part.strip())
    return text
