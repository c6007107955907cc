"""The drafted reply for a plan that a person changed: it tells what will be done, and of nothing that will not.

A goal whose steps are as planned keeps its paragraph. Where a step was left out, or a value was changed that stands in
the paragraph as a word, or of whose record the paragraph tells, the actions' own sentences (`ActionSpec.told`) take its
place: they are all slots, so that they tell nothing but what the receipts will say. A goal of which nothing is done any
more has no paragraph: a person knows why, and what to write.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from cx_core.act.reply.act_claims import claims, sentences
from cx_core.act.reply.reply_slots import compose
from cx_core.catalogue import ActionSpec, Knowledge, action_of
from cx_core.records import ActionName, Argument, Choices, Draft, Evidence, Part, Proposal, Step, StepId, Value
from cx_core.text.wording import say

Actions = Mapping[ActionName, ActionSpec]
LEAST_KEPT = 0.34
"""Share of the words of a text that must still be there, in order, for it to be the same text with changes."""
_NAME = re.compile(r"\{([a-z_]+)\}")


def redrafted(proposal: Proposal, choices: Choices, knowledge: Knowledge) -> str:
    """The reply as drafted, for the plan with these changes; empty where nothing was drafted, or nothing is left."""
    if proposal.reply is None:
        return ""
    changed = {step.goal for step in proposal.steps if step.added_by or _changes(step, choices, proposal)}
    changed |= {step.goal for step in proposal.drafted_without}
    changed |= {
        part.goal
        for part in proposal.parts
        if _unoffered(part.text, _of(proposal, part.goal, choices), choices) != part.text
    }
    if not changed:
        return proposal.reply.text
    parts = [
        part if part.goal not in changed else _rewritten(part, proposal, choices, knowledge) for part in proposal.parts
    ]
    told = {part.goal for part in parts}
    for goal in sorted(changed - told):
        text = _told((*_done(proposal, goal), *_of(proposal, goal, choices)), knowledge.actions)
        parts.append(Part(goal=goal, case="redrafted", text=text))
    reply = compose(parts, knowledge.company, proposal.evidence.customer, proposal.frame)
    return reply.text if reply else ""


def as_drafted(text: str, proposal: Proposal, choices: Choices, knowledge: Knowledge) -> bool:
    """Whether nobody changed these words: they are as drafted for the plan with these changes."""
    return text.strip() == redrafted(proposal, choices, knowledge).strip()


def with_told(proposal: Proposal, knowledge: Knowledge) -> Proposal:
    """The proposal whose draft tells what a person added to its plan, and what was done before it was drafted."""
    if proposal.reply is None or not (proposal.drafted_without or any(step.added_by for step in proposal.steps)):
        return proposal
    text = redrafted(proposal, Choices(), knowledge)
    return proposal.replace(reply=proposal.reply.replace(text=text))


def without_done(proposal: Proposal, undone: StepId, knowledge: Knowledge) -> Proposal:
    """Return the proposal once a step that was done, and told to nobody, was taken back: its draft does not mention it.

    Words that its own plan put into a paragraph stay, since their slots can no longer be filled and so hold the reply.
    """
    added = any(step.id == undone for step in proposal.drafted_without)
    after = proposal.replace(done=tuple(step for step in proposal.done if step.id != undone))
    if not added or proposal.reply is None:
        return after
    drafted = compose(proposal.parts, knowledge.company, proposal.evidence.customer, proposal.frame)
    text = drafted.text if drafted else ""
    return with_told(after.replace(reply=proposal.reply.replace(text=text)), knowledge)


def rewritten(before: str, text: str) -> bool:
    """Whether little of the text before is left, so that what is there now was written for the plan as it is now."""
    old, new = before.split(), text.split()
    if not old:
        return False
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return kept / len(old) < LEAST_KEPT


def carried(draft: Draft, before: Proposal, after: Proposal, knowledge: Knowledge) -> tuple[Draft, tuple[str, ...]]:
    """A draft on a plan that was prepared anew, and in sentences what became of the steps that were left out.

    Changes and what was left out hold for the steps that do the same as before. Words that nobody changed follow the
    plan; other words stay for the plan that they were written for.
    """
    same = {old.id: new.id for old in before.steps if (new := _again(old, before, after)) is not None}
    old, told = draft.choices, []
    for step in before.steps:
        if step.id in old.skipped:
            title = action_of(knowledge.actions, step.action).title
            if step.id in same:
                told.append(f"“{title}” stays left out: {old.skipped[step.id].rstrip('.') or 'no reason given'}.")
            elif any(one.action == step.action for one in after.steps):
                told.append(f"“{title}”, which was left out, is another one now: decide again.")
    choices = old.replace(
        skipped=old.skipped | {same[id]: why for id, why in old.skipped.items() if id in same},
        edits=old.edits | {same[id]: dict(values) for id, values in old.edits.items() if id in same},
        written_for=old.written_for or plan_digest(before.steps, old),
    )
    if choices.skipped == old.skipped and choices.edits == old.edits:
        return draft, tuple(told)
    untouched = redrafted(before, old, knowledge).strip()
    if not untouched or draft.text.strip() != untouched:
        return draft.replace(choices=choices), tuple(told)
    text = redrafted(after, choices, knowledge)
    choices = choices.replace(written_for=plan_digest(after.steps, choices))
    return draft.replace(version=after.version, text=text, choices=choices), tuple(told)


def _again(step: Step, before: Proposal, after: Proposal) -> Step | None:
    """The step of the new plan that does for the same goal the same with the same values."""
    goal = before.triage.goals[step.goal].task_type
    return next(
        (
            one
            for one in after.steps
            if after.triage.goals[one.goal].task_type == goal
            and one.action == step.action
            and one.values() == step.values()
        ),
        None,
    )


def plan_digest(steps: Iterable[Step], choices: Choices) -> str:
    """SHA-256 over what is to be done: the acts and their values, whatever their steps are called."""
    acts = [
        [step.action, {name: _plain(value) for name, value in (step.values() | choices.edits.get(step.id, {})).items()}]
        for step in steps
        if step.id not in choices.skipped
    ]
    return hashlib.sha256(json.dumps(acts, sort_keys=True).encode()).hexdigest()


def spellings(argument: Argument, value: Value) -> tuple[str, ...]:
    """How a value of an argument is written in a reply: its label, and as people say it."""
    labels = [option.label for option in argument.options if option.value == value]
    plain = [value] if isinstance(value, str) else []
    said = "" if value in (None, "", ()) else say(value)
    whole = [said.removesuffix(".00")] if said.endswith(".00") else []
    return tuple(dict.fromkeys(text for text in (*labels, said, *whole, *plain) if len(text) > 2))


def holds_words(text: str, words: str) -> bool:
    """Whether the text says these words, and not as a part of longer ones."""
    return re.search(rf"(?<![\w£$€]){re.escape(words)}(?!\w|[.,]\d)", text, re.IGNORECASE) is not None


def _of(proposal: Proposal, goal: int, choices: Choices) -> list[Step]:
    return [step for step in proposal.steps if step.goal == goal and step.id not in choices.skipped]


def _done(proposal: Proposal, goal: int) -> list[Step]:
    return [step for step in proposal.done if step.goal == goal]


def _changes(step: Step, choices: Choices, proposal: Proposal, parts: Sequence[Part] | None = None) -> bool:
    """Whether its goal's paragraph cannot stay as it is: a slot follows a changed value by itself, a word does not.

    Where the value names a record of the customer's, what else the paragraph says of that record is of the old one.
    """
    if step.id in choices.skipped:
        return True
    edits = choices.edits.get(step.id, {})
    text = " ".join(part.text for part in (proposal.parts if parts is None else parts) if part.goal == step.goal)
    return any(
        holds_words(text, words)
        for argument in step.arguments
        if (now := edits.get(argument.name, argument.value)) != argument.value
        for words in (*spellings(argument, argument.value), *_only_of(argument.value, now, proposal.evidence))
    )


def _only_of(id: Value, other: Value, evidence: Evidence) -> set[str]:
    """The days, periods, numbers and sums of a record of the customer's that another one does not have."""
    held = [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others) if record.customer]
    told: dict[Value, set[str]] = {record.id: set() for record in held}
    for record in held:
        told[record.id] |= {say(value) for value in record.fields.values() if value is not None}
    return {words for words in told.get(id, set()) - told.get(other, set()) if any(sign.isdigit() for sign in words)}


def _unoffered(text: str, steps: Iterable[Step], choices: Choices) -> str:
    """A paragraph without the sentences that name a value chosen since: they offer it as another choice, or deny it."""
    chosen = [
        words
        for step in steps
        for argument in step.arguments
        if (now := choices.edits.get(step.id, {}).get(argument.name, argument.value)) != argument.value
        for words in spellings(argument, now)
    ]
    if not any(holds_words(text, words) for words in chosen):
        return text
    return " ".join(one for one in sentences(text) if not any(holds_words(one, words) for words in chosen))


def _rewritten(part: Part, proposal: Proposal, choices: Choices, knowledge: Knowledge) -> Part:
    """The paragraph without what is not so any more, and with what a person added."""
    steps = _of(proposal, part.goal, choices)
    added = [step for step in steps if step.added_by]
    planned = [step for step in proposal.steps if step.goal == part.goal and not step.added_by]
    keeps = not any(_changes(step, choices, proposal, (part,)) for step in planned)
    done = _done(proposal, part.goal)
    untold = [step for step in done if step in proposal.drafted_without]
    kept = _unoffered(part.text, planned, choices)
    if (added or untold) and not planned:
        kept = _undenied(kept, knowledge)
        own = _purpose(proposal, part.goal, knowledge)
        keeps = own.isdisjoint(step.action for step in (*added, *untold)) or (part.settles and kept == part.text)
    told = _told((*untold, *added) if keeps else (*done, *steps), knowledge.actions)
    kept = kept if keeps else ""
    return part.replace(text=" ".join(filter(None, (kept, told))))


def _undenied(text: str, knowledge: Knowledge) -> str:
    """A paragraph without the sentences that say that nothing was done."""
    false = {claim.sentence for claim in claims(text, writes(knowledge)) if claim.denied}
    return " ".join(one for one in sentences(text) if one not in false) if false else text


def _purpose(proposal: Proposal, goal: int, knowledge: Knowledge) -> frozenset[ActionName]:
    """The actions that the task type of a goal can plan: what it says while it plans none of them, it says for that."""
    goals = proposal.triage.goals
    task_type = knowledge.task_types.get(goals[goal].task_type) if goal < len(goals) else None
    return frozenset(step.action for step in task_type.steps) if task_type else frozenset()


def writes(knowledge: Knowledge) -> dict[ActionName, ActionSpec]:
    """The actions that change something."""
    return {name: action for name, action in knowledge.actions.items() if action.kind == "write"}


def _told(steps: Iterable[Step], actions: Actions) -> str:
    return " ".join(_sentence(step, action_of(actions, step.action)) for step in steps)


def _sentence(step: Step, action: ActionSpec) -> str:
    """What the reply says of one step, in slots that its receipt fills."""
    values = step.values()

    def put(match: re.Match[str]) -> str:
        return f"{{{step.id}.{match[1]}}}" if match[1] in action.receipt else say(values.get(match[1]))

    return _NAME.sub(put, action.told or f"{action.done or action.title}.")


def _plain(value: Value) -> object:
    return value if value is None or isinstance(value, str | bool | int) else say(value)
