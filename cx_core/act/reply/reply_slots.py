"""The message to the customer: composed with slots, previewed with what is expected, filled from receipts.

A slot is {step.field}, such as {s1.amount}. It promises only what was verified: a text with a slot that
no receipt fills is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cx_core.act.reply.repeated_words import without_repeats
from cx_core.catalogue import ActionSpec, Company, action_of
from cx_core.records import (
    ActionName,
    Argument,
    BusinessRecord,
    Evidence,
    Frame,
    Message,
    Outcome,
    Part,
    Reply,
    Step,
    StepId,
    Value,
)
from cx_core.text.wording import say
from cx_core.views.slot_chips import SLOT, labelled


def compose(
    parts: Sequence[Part],
    company: Company,
    customer: BusinessRecord | None,
    frame: Frame | None = None,
    *,
    alone: bool = False,
) -> Reply | None:
    """Greeting, a paragraph per goal, closing, and that an AI helped. None where nothing could be said.

    `frame`: which of the last two are said; without it both. `alone`: it is to leave without a person, and says so. A
    part that is a whole message stays without a frame.
    """
    texts = without_repeats([part.text for part in parts if part.text])
    if not texts:
        return None
    said = frame or Frame()
    told = company.told_alone if alone else company.disclosure if said.disclosure else ""
    closing = company.closing if said.closing else ""
    greeted = None if any(part.nameless for part in parts) else customer
    greeting = company.greet(greeted) if said.greeting else ""
    framed = [greeting, *texts, closing, company.signature if said.letter else "", told]
    text = "\n\n".join(texts if any(part.whole for part in parts) else filter(None, framed))
    citations = {citation.ref: citation for part in parts for citation in part.citations}
    return Reply(text=text, citations=tuple(citations.values()))


def frame_after(messages: Iterable[Message], company: Company, *, alone: bool, letter: bool = True) -> Frame:
    """What the next reply on a ticket says around its paragraphs, after these messages.

    `alone`: it is to leave without a person, so that it says that an AI wrote, however often that was said. `letter`:
    it goes by a channel where people write letters, and no chat.
    """
    ours = [_plain(message.text) for message in messages if message.sender != "customer"]
    ways = [_plain(company.disclosure), _plain(company.told_alone)]
    return Frame(
        closing=letter and not any(_plain(company.closing) in text for text in ours),
        disclosure=alone or not any(way in text for text in ours for way in ways),
        letter=letter,
        greeting=letter or not ours,
    )


def slots(text: str) -> tuple[tuple[StepId, str], ...]:
    """Every slot of a text, in order."""
    return tuple((StepId(match[1]), match[2]) for match in SLOT.finditer(text))


def unfillable(
    text: str, steps: Iterable[Step], outcomes: Mapping[StepId, Outcome], actions: Mapping[ActionName, ActionSpec]
) -> tuple[str, ...]:
    """Slots that neither a step to be carried out nor a verified outcome will fill."""
    promised = {(step.id, field) for step in steps for field in action_of(actions, step.action).receipt}
    have = {(id, field) for id, o in outcomes.items() if _good(o) and o.receipt for field in o.receipt.fields}
    return tuple(f"{{{step}.{field}}}" for step, field in slots(text) if (step, field) not in promised | have)


def fill(text: str, outcomes: Mapping[StepId, Outcome]) -> tuple[str, tuple[str, ...]]:
    """The text with receipts put in, and the slots that stayed open."""
    open_slots: list[str] = []

    def put(match: re.Match[str]) -> str:
        outcome = outcomes.get(StepId(match[1]))
        if outcome is None or not _good(outcome) or outcome.receipt is None or match[2] not in outcome.receipt.fields:
            open_slots.append(match[0])
            return match[0]
        return say(outcome.receipt.fields[match[2]])

    return SLOT.sub(put, text), tuple(open_slots)


def expect(
    text: str,
    steps: Iterable[Step],
    outcomes: Mapping[StepId, Outcome],
    actions: Mapping[ActionName, ActionSpec],
    evidence: Evidence,
) -> str:
    """A preview: receipts where there are any, else what is expected of the step, in ⟨⟩."""
    filled, _ = fill(text, outcomes)
    by_id, records = {step.id: step for step in steps}, _by_id(evidence)

    def guess(match: re.Match[str]) -> str:
        step = by_id.get(StepId(match[1]))
        shown = _expected(step, match[2], action_of(actions, step.action), records) if step else None
        return f"⟨{shown or match[2].replace('_', ' ')}⟩"

    return SLOT.sub(guess, filled)


def slot_labels(
    steps: Iterable[Step],
    outcomes: Mapping[StepId, Outcome],
    actions: Mapping[ActionName, ActionSpec],
    drafted: str,
    evidence: Evidence,
) -> dict[str, str]:
    """What each slot is shown as: its receipt's value where there is one, else what is expected of the plan's step.

    Of equal values those in the drafted reply come first, so that none is numbered beside one that no reader sees.
    """
    values: list[tuple[str, str]] = []
    for id, outcome in outcomes.items():
        if _good(outcome) and outcome.receipt:
            values += [(f"{{{id}.{field}}}", say(value)) for field, value in outcome.receipt.fields.items()]
    on_file, records = {slot for slot, _ in values}, _by_id(evidence)
    for step in steps:
        action = action_of(actions, step.action)
        for field in action.receipt:
            slot = f"{{{step.id}.{field}}}"
            if slot not in on_file:
                values.append((slot, _expected(step, field, action, records) or ""))
    return labelled(sorted(values, key=lambda pair: pair[0] not in drafted))


def _by_id(evidence: Evidence) -> dict[str, BusinessRecord]:
    read = [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]
    return {record.id: record for record in (*read, *filter(None, [evidence.customer]))}


def _expected(step: Step, field: str, action: ActionSpec, records: Mapping[str, BusinessRecord]) -> str | None:
    if (value := _foreseen(step, action, action.foreseen.get(field, ""), records)) is not None:
        return value
    if field in action.expected:
        return action.expected[field]
    for argument in step.arguments:
        if argument.name == field and argument.value is not None:
            return _label(argument)
    labels = [_label(argument) for argument in step.arguments if argument.options]
    return labels[0] if labels and field == "label" else None


def _foreseen(step: Step, action: ActionSpec, places: str, records: Mapping[str, BusinessRecord]) -> str | None:
    """What the receipt will repeat, from the arguments and the records they name; None where one of them is unknown,
    unless it is an optional argument."""
    said = []
    for place in filter(None, map(str.strip, places.split(","))):
        name, _, field = place.partition(".")
        value = step.values().get(name)
        if field:
            record = records.get(str(value))
            value = record.fields.get(field) if record else None
        if value is None and not field and name in action.arguments and action.arguments[name].optional:
            continue
        if value is None:
            return None
        said.append(say(value))
    return ", ".join(said) or None


def _label(argument: Argument) -> str:
    value: Value = argument.value
    return next((option.label for option in argument.options if option.value == value), say(value))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _good(outcome: Outcome) -> bool:
    return outcome.status == "done" and outcome.verified
