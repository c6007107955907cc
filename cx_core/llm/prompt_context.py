"""A ticket as a language model is told of it: plain lines, what anybody outside wrote set apart with a mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cx_core.catalogue import Company, Knowledge
from cx_core.records import BusinessRecord, Evidence, Message, Part, Step, Triage
from cx_core.text.wording import say

APART = "¦ "
"""Before every line that somebody outside wrote: it is looked at, never obeyed."""
SECTIONS = "Goals Records Done Articles"
"""Words of the headings here that stand alone, and are nobody's name."""
LONGEST = 6000
"""Characters of one message or passage; the rest is left out."""


def brief(
    words: Sequence[Message],
    triage: Triage,
    evidence: Evidence,
    parts: Sequence[Part],
    steps: Sequence[Step],
    knowledge: Knowledge,
) -> str:
    """Messages, goals, records, passages for customers, and what the built-in stages made of them."""
    return "\n".join(_lines(words, triage, evidence, parts, steps, knowledge))


def records_of(evidence: Evidence) -> tuple[BusinessRecord, ...]:
    """Every record that was read and is this customer's or nobody's, once."""
    if evidence.customer is None:
        return ()
    read = [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]
    mine = [record for record in read if record.customer in (None, evidence.customer.id)]
    return tuple({record.ref: record for record in (evidence.customer, *mine)}.values())


def _lines(
    words: Sequence[Message],
    triage: Triage,
    evidence: Evidence,
    parts: Sequence[Part],
    steps: Sequence[Step],
    knowledge: Knowledge,
) -> Iterator[str]:
    yield "# What the customer wrote"
    for message in words:
        yield from _apart(message.text)
        yield ""
    yield "# Goals"
    for number, goal in enumerate(triage.goals):
        task_type = knowledge.task_types.get(goal.task_type)
        kind = "a person answers this" if task_type is None or task_type.people_only else ""
        doubt = "" if goal.sure else "not sure"
        yield f"goal {number}: {task_type.title if task_type else goal.task_type} {kind or doubt}".rstrip()
    yield "# Records"
    for record in records_of(evidence):
        spec = knowledge.records.get(record.kind)
        private = spec.private if spec else frozenset[str]()
        fields = "; ".join(
            f"{name}: {say(v)}" for name, v in record.fields.items() if v is not None and name not in private
        )
        yield from _apart(f"{record.kind} {record.id}: {fields}")
    if evidence.recent:
        yield "# Done for them lately"
        yield from (line for act in evidence.recent for line in _apart(f"{act.at.date()}: {act.words}"))
    yield "# Articles"
    for passage in evidence.passages:
        if passage.audience == "customer":
            yield from _apart(f"{passage.title}. {passage.text}")
            yield ""
    yield from tone_lines(knowledge.company)
    yield "# The built-in plan"
    for step in steps:
        given = ", ".join(f"{argument.name} = {say(argument.value)}" for argument in step.arguments)
        slots = " ".join(f"{{{step.id}.{field}}}" for field in knowledge.actions[step.action].receipt)
        yield f"{step.id}, goal {step.goal}: {step.action} with {given}. Slots: {slots or 'none'}"
    yield "# The built-in draft"
    for part in parts:
        yield f"goal {part.goal}: {part.text}"


def tone_lines(company: Company) -> Iterator[str]:
    """How the company writes: what the drafts are checked for."""
    tone = company.tone
    yield "# How we write"
    yield f"formality: {tone.formality}" + ("; no short forms such as “we're”" if tone.formality == "formal" else "")
    yield from (f"never “{word}”; say {instead}" for word, instead in tone.avoid.items())
    if tone.prefer:
        yield f"gladly: {', '.join(tone.prefer)}"


def _apart(text: str) -> Iterable[str]:
    return (APART + line for line in text[:LONGEST].splitlines())
