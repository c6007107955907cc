"""What in a reply is not true of the plan it would be sent with, for a person to confirm or to change.

Looked for are: words written for another plan; a value of a step that was left out, or that was changed; a sentence
that says something was done which no step of this approval does, or does with other dates or numbers, and no receipt or
record shows; a sentence that denies or refuses what the plan does; and an act done, to be done or taken back, of which
the reply says nothing. What the copilot's own draft says for exactly this plan is true of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cx_core.act.reply.act_claims import (
    AMOUNT,
    Claim,
    assures,
    claims,
    mentions,
    refused,
    sentences,
    speaks_of,
    tells_of,
)
from cx_core.act.reply.already_done import denied, done_words
from cx_core.act.reply.named_values import other_than, shares
from cx_core.act.reply.redrafting import holds_words, plan_digest, redrafted, spellings, writes
from cx_core.act.reply.reply_slots import expect, slots
from cx_core.act.step_cards import words as act_words
from cx_core.catalogue import ActionSpec, Knowledge, action_of
from cx_core.records import (
    ActionName,
    BusinessRecord,
    Choices,
    Evidence,
    Money,
    Outcome,
    Proposal,
    RecentAct,
    Step,
    StepId,
)
from cx_core.text.wording import say
from cx_core.views import Unconfirmed

MOST_NAMED = 6
"""Sentences named to a person; one that holds more than that is to be read as a whole."""
_RETRACTS = re.compile(
    r"\b(?:t(?:aken?|ook)(?: [\w-]+){0,5} back|withdr[ae]wn?|undone|reversed|cancelled|called off)\b", re.IGNORECASE
)
_ENCLOSES = re.compile(
    r"^\W*(?:attached|enclosed)\b|(?<!\byou)(?<!\bif)\W(?:is|are|have|['’](?:s|re|ve)|find|see)\b"
    r"[^.!?]{0,60}?\b(?:attached|enclosed)\b",
    re.IGNORECASE,
)
OTHER_PLAN = "The plan was changed after these words were written."


@dataclass(frozen=True)
class Planned:
    """What a reply is held against: the plan as chosen, and what has been done so far."""

    proposal: Proposal
    choices: Choices
    steps: tuple[Step, ...]
    outcomes: Mapping[StepId, Outcome]
    written_for: str = ""
    taken_back: tuple[ActionName, ...] = ()
    has_files: bool = True
    recent: tuple[RecentAct, ...] = ()
    """What was done for the customer lately, on any of their tickets, and still stands."""


def unconfirmed(reply: str, plan: Planned, knowledge: Knowledge) -> Unconfirmed | None:
    """What of the reply somebody must confirm for exactly this plan; None where nothing is in the way."""
    drafted = redrafted(plan.proposal, plan.choices, knowledge)
    if not reply.strip():
        return None
    if reply.strip() == drafted.strip():
        gone = _denies_or_outlives(sentences(drafted), plan, knowledge)
        apart = _drafted_apart(drafted, plan, knowledge)
        return _to_confirm([*gone, *apart, *_kept_back((), plan, knowledge)], reply, plan)
    digest = plan_digest(plan.proposal.steps, plan.choices)
    reasons = [OTHER_PLAN] if plan.written_for and plan.written_for != digest else []
    own = set(sentences(drafted))
    typed = [sentence for sentence in sentences(reply) if sentence not in own]
    reasons += [why for sentence in typed if (why := _wrong(sentence, plan, knowledge))]
    reasons += _denies_or_outlives(sentences(reply), plan, knowledge)
    reasons += _without_file(typed, plan, knowledge)
    untold = [*_kept_back(typed, plan, knowledge), *_left_unsaid(reply, own, plan, knowledge)]
    return _to_confirm([*reasons, *untold], reply, plan)


def _to_confirm(reasons: Iterable[str], reply: str, plan: Planned) -> Unconfirmed | None:
    told = tuple(dict.fromkeys(reasons))
    return Unconfirmed(token=_token(plan, reply, told), reasons=told[:MOST_NAMED]) if told else None


def _kept_back(typed: Iterable[str], plan: Planned, knowledge: Knowledge) -> Iterable[str]:
    """Each act that was taken back once the customer knew of it, and of which these sentences tell them nothing."""
    told = tuple(typed)
    for name in plan.taken_back:
        action = action_of(knowledge.actions, name)
        if not any(tells_of(sentence, action) for sentence in told):
            yield f"“{action.title}” was taken back after the customer knew of it, and the reply does not mention it."


def _denies_or_outlives(said: Sequence[str], plan: Planned, knowledge: Knowledge) -> Iterable[str]:
    """Sentences that deny what was done for the customer lately, or tell of what has been taken back since."""
    ticket, still = plan.proposal.ticket, {act.words for act in plan.recent}
    read = {record.id for record in _records(plan.proposal.evidence)}
    for sentence, act in denied(" ".join(said), plan.recent, knowledge):
        if not read.isdisjoint(act.refs) or any(holds_words(sentence, ref) for ref in act.refs):
            yield f"“{sentence}”: {done_words(act, ticket)}."
    for act in plan.proposal.evidence.recent:
        if act.words not in still and act.told and any(one in said for one in sentences(act.told)):
            yield f"“{act.told}”: that was taken back since."


def _drafted_apart(drafted: str, plan: Planned, knowledge: Knowledge) -> Iterable[str]:
    """Where a draft tells of an act beside words that were made without it: nobody knows that they go together."""
    for act in plan.proposal.evidence.recent:
        if act.ticket == plan.proposal.ticket and act.told and act.told in drafted:
            yield f"{done_words(act, act.ticket)}, before they wrote again: check that the reply answers what they ask."
    for step in plan.steps:
        paragraph = next((part.text for part in plan.proposal.parts if part.goal == step.goal), "")
        kept = [one for one in sentences(paragraph) if one in drafted]
        if step.added_by and kept and not _records_of(step, knowledge).isdisjoint(_spoken_of(step.goal, kept, plan)):
            title = action_of(knowledge.actions, step.action).title
            yield f"“{title}” was added to words that were drafted without it: check that they go together."


def _records_of(step: Step, knowledge: Knowledge) -> set[str]:
    """Ids of the records, other than the customer, that a step is done to."""
    specs = action_of(knowledge.actions, step.action).arguments
    named = ((specs[one.name], one.value) for one in step.arguments if one.name in specs)
    return {value for spec, value in named if spec.of and spec.of != "customer" and isinstance(value, str)}


def _spoken_of(goal: int, said: Iterable[str], plan: Planned) -> set[str]:
    """Ids of the records that a goal is about, or that these sentences name."""
    text = " ".join(said)
    lookups = plan.proposal.evidence.lookups
    meant = {record.id for lookup in lookups if lookup.goal == goal for record in lookup.records}
    return meant | {record.id for record in _records(plan.proposal.evidence) if holds_words(text, record.id)}


def _without_file(typed: Iterable[str], plan: Planned, knowledge: Knowledge) -> Iterable[str]:
    """Sentences that say a file goes with the reply, where none does, nor does a step send one."""
    actions = [action_of(knowledge.actions, step.action) for step in (*plan.steps, *plan.proposal.done)]
    if plan.has_files or any("attached" in action.told_by.mentioned for action in actions):
        return
    for sentence in typed:
        if not sentence.endswith("?") and _ENCLOSES.search(sentence):
            yield f"“{sentence}”: no file is attached to this reply."


def _left_unsaid(reply: str, own: Collection[str], plan: Planned, knowledge: Knowledge) -> Iterable[str]:
    """Each act of which the customer is not told plainly: not by the copilot's own sentence of it, nor in others."""
    acts = [(step, "The plan does") for step in plan.steps] + [(step, "Already done:") for step in plan.proposal.done]
    for step, what in acts:
        action = action_of(knowledge.actions, step.action)
        if step.action not in writes(knowledge) or _told(reply, own, step, action):
            continue
        spoken = mentions(reply, action) or any(holds_words(reply, words) for words in _spelled([step]))
        how = "does not say so plainly" if spoken else "does not mention it"
        yield f"{what} “{action.title}”, and the reply {how}."


def _told(reply: str, own: Collection[str], step: Step, action: ActionSpec) -> bool:
    """Whether a reply says that a step is done or will be: in a sentence as drafted, by its slot, a claim or a promise.

    A day, a time, an address or a number that the step is done with says so too. What it is done to does not: an amount
    or a record may be named in any talk of it, and so may what is yet to be decided.
    """
    if any(id == step.id for id, _ in slots(reply)):
        return True
    said = sentences(reply)
    kept = [sentence for sentence in said if sentence in own]
    if any(mentions(sentence, action) or shares(sentence, _spelled([step])) for sentence in kept):
        return True
    if any(not claim.denied for claim in claims(reply, {action.name: action})):
        return True
    return any(assures(sentence, action) or _dated(sentence, step, action) for sentence in said)


def _dated(sentence: str, step: Step, action: ActionSpec) -> bool:
    """Whether a sentence names what the step newly sets: neither money nor a record of the customer's."""
    theirs = {name for name, spec in action.arguments.items() if spec.of and not spec.shared}
    set_by = [one for one in step.arguments if one.name not in theirs and not isinstance(one.value, Money)]
    spelled = [words for one in set_by for words in spellings(one, one.value)]
    return shares(sentence, spelled) or any(holds_words(sentence, words) for words in spelled)


def _token(plan: Planned, reply: str, reasons: Sequence[str]) -> str:
    """What a confirmation is for: these words, this plan, what was done so far, and each of these reasons."""
    digest = plan_digest(plan.proposal.steps, plan.choices)
    done = {id: one.model_dump(mode="json") for id, one in plan.outcomes.items()}
    exact = [plan.proposal.version, digest, reply, list(reasons), done]
    return hashlib.sha256(json.dumps(exact, sort_keys=True).encode()).hexdigest()


def _wrong(sentence: str, plan: Planned, knowledge: Knowledge) -> str:
    """What is wrong with a sentence, or an empty string."""
    marked = expect(sentence, plan.steps, plan.outcomes, knowledge.actions, plan.proposal.evidence)
    said = marked.replace("⟨", "").replace("⟩", "")
    found = list(claims(marked, writes(knowledge)))
    if not sentence.endswith("?") and not any(claim.denied for claim in found):
        for words, title, what in _gone(plan, knowledge):
            if holds_words(sentence, words):
                return f"“{said}”: {words} is of “{title}”, which {what}."
    filled = {step for step, _ in slots(sentence)}
    sound = filled <= {step.id for step in plan.steps} | plan.outcomes.keys()
    for claim in found:
        if sound and "⟨" in claim.clause:  # filled from a step of this plan; what else the sentence says is not
            continue
        if claim.denied and (step := _done_after_all(claim, plan.steps)) is not None:
            return f"“{said}”: the plan does “{action_of(knowledge.actions, step.action).title}”."
        if not claim.denied and not _backed(claim, plan, knowledge):
            return f"“{said}”: no step of this plan and no receipt shows that."
    if step := _does_otherwise(sentence, found, plan, knowledge):
        action = action_of(knowledge.actions, step.action)
        return f"“{said}”: the plan does “{action.title}” otherwise: {act_words(step, action, None)}."
    held = refused(sentence, {step.action: action_of(knowledge.actions, step.action) for step in plan.steps})
    if step := next((step for step in plan.steps if step.action in held), None):
        return f"“{said}”: the plan does “{action_of(knowledge.actions, step.action).title}”."
    return ""


def _gone(plan: Planned, knowledge: Knowledge) -> Iterable[tuple[str, str, str]]:
    """Words for values of steps left out, and for values that were changed, with the step's title and why."""
    kept = {step.id: step for step in plan.steps}
    still = {words for step in plan.steps for one in step.arguments for words in spellings(one, one.value)}
    for step in plan.proposal.steps:
        title, now = action_of(knowledge.actions, step.action).title, kept.get(step.id)
        values = now.values() if now else {}
        specs = action_of(knowledge.actions, step.action).arguments
        for argument in step.arguments:
            spec = specs.get(argument.name)
            if spec is not None and spec.of and not spec.shared:
                continue  # a record of the customer's says what a sentence is about, not that anything is done to it
            if now is not None and values.get(argument.name) == argument.value:
                continue
            for words in spellings(argument, argument.value):
                if words not in still and any(sign.isdigit() for sign in words):
                    yield words, title, "is changed" if now else "is left out"


def _done_after_all(claim: Claim, steps: Sequence[Step]) -> Step | None:
    return next((step for step in steps if step.action in claim.actions), None)


def _does_otherwise(sentence: str, found: Sequence[Claim], plan: Planned, knowledge: Knowledge) -> Step | None:
    """The step of which a sentence tells another date, time, address or number than it is done with.

    Where it does not say that it was done, it may speak of something else: then what is on record is no other.
    """
    claimed = {name for claim in found if not claim.denied for name in claim.actions}
    receipts = [one.receipt for one in plan.outcomes.values() if one.receipt is not None]
    told = [say(value) for receipt in receipts for value in receipt.fields.values()]
    for step in plan.steps:
        says = step.action in claimed
        if not says and not speaks_of(sentence, action_of(knowledge.actions, step.action)):
            continue
        own = _spelled(one for one in plan.steps if one.action == step.action)
        beside = [*told, *_spelled(one for one in plan.steps if one.action != step.action)]
        beside += [] if says else _on_file(plan.proposal.evidence)
        if other_than(sentence, own, plan.proposal.made_at.date(), beside):
            return step
    return None


def _spelled(steps: Iterable[Step]) -> list[str]:
    """The values of these steps as they are written in a reply."""
    return [words for step in steps for one in step.arguments for words in spellings(one, one.value)]


def _on_file(evidence: Evidence) -> list[str]:
    """What the records that were read hold, as it is written in a reply."""
    return [say(value) for record in _records(evidence) for value in record.fields.values() if value is not None]


def _backed(claim: Claim, plan: Planned, knowledge: Knowledge) -> bool:
    """Whether a step to be done, a receipt on file or a record that was read shows what a sentence says."""
    undone = {one.action for one in plan.outcomes.values() if one.status == "undone"}
    if not undone.isdisjoint(claim.actions) and _RETRACTS.search(claim.sentence):
        return True
    if _RETRACTS.search(claim.clause) and any(
        speaks_of(claim.clause, action_of(knowledge.actions, one)) for one in undone
    ):
        return True
    done = [one for one in plan.outcomes.values() if one.status == "done" and one.verified]
    values: list[object] = [one.value for step in plan.steps if step.action in claim.actions for one in step.arguments]
    values += [value for one in plan.recent if one.action in claim.actions for value in one.fields.values()]
    values += [
        value for one in done if one.action in claim.actions and one.receipt for value in one.receipt.fields.values()
    ]
    acts = {step.action for step in plan.steps} | {one.action for one in done} | {one.action for one in plan.recent}
    if claim.actions >= writes(knowledge).keys():  # no act is named: it may be that one was taken back
        acts |= {one.action for one in plan.outcomes.values() if one.status == "undone"}
    if not acts.isdisjoint(claim.actions):
        return _amounts_fit(claim, acts, values, plan.proposal.evidence, knowledge)
    return _on_record(claim, plan.proposal.evidence, knowledge)


def _amounts_fit(
    claim: Claim, acts: Collection[ActionName], values: Sequence[object], evidence: Evidence, knowledge: Knowledge
) -> bool:
    """Whether every amount of the clause is one of the act: where the act tells none beforehand, one on record."""
    named = {_plain(amount) for amount in AMOUNT.findall(claim.clause)}
    known = {_plain(say(value)) for value in values if isinstance(value, Money)}
    if any(
        knowledge.actions[name].money not in knowledge.actions[name].arguments
        for name in claim.actions.intersection(acts)
    ):
        known |= {
            _plain(say(value))
            for one in _records(evidence)
            for value in one.fields.values()
            if isinstance(value, Money)
        }
    return named <= known


def _on_record(claim: Claim, evidence: Evidence, knowledge: Knowledge) -> bool:
    """Whether a record that was read is what the act makes, or has the state that the sentence tells."""
    made = {noun for name in claim.actions for noun in knowledge.actions[name].told_by.made}
    acts = {act for name in claim.actions for act in knowledge.actions[name].told_by.acts}
    for record in _records(evidence):
        named = holds_words(claim.sentence, record.id)
        if record.kind in made and named:
            return True
        states = {value for value in record.fields.values() if isinstance(value, str) and value in acts}
        if any(holds_words(claim.clause, state) for state in states):
            return True
    return False


def _records(evidence: Evidence) -> list[BusinessRecord]:
    return [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]


def _plain(amount: str) -> str:
    bare = amount.replace(" ", "").replace(",", "")
    return bare if "." in bare else f"{bare}.00"
