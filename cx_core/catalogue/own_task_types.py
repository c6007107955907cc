"""Task types made from pages, as a file of the knowledge folder would say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import Field

from cx_core.catalogue.actions import ActionSpec
from cx_core.catalogue.folder import Knowledge
from cx_core.catalogue.task_types import Case, LookupSpec, StepSpec, TaskType
from cx_core.records import NUMBERED, ActionName, EntityKind, OwnArgument, OwnStep, OwnTaskType, TaskTypeName
from cx_core.text.postal_address import AddressParts
from cx_core.text.wording import normal

CUSTOMER = "customer"
IN_WORDS: Mapping[str, str] = {
    "date": "entity:date",
    "amount": "entity:amount",
    "address": "entity:address",
    "email": "entity:email",
    "phone": "entity:phone",
    "text": "wish:note",
    **{part: f"wish:{part}" for part in AddressParts._fields},
}
"""What a customer may say that a step takes, and where a case finds it."""
PLACEHOLDER = re.compile(r"\[([^\[\]]*)\]")

_SLOT = re.compile(r"[a-z_]+\.[a-z_0-9]+")
"""As a case's wording can hold it."""

When = dict[str, str | tuple[str, ...]]


class PageTaskType(TaskType):
    """A task type of the Task types page: it is learnt from fewer examples than a file has."""

    examples: tuple[str, ...] = Field(min_length=1)
    since: datetime | None = Field(default=None, description="when it came into force; None: it is only tried")
    replaces: bool = Field(default=False, description="it stands in the place of the folder's task type of its name")


def record_kind(one: OwnTaskType, knowledge: Knowledge) -> str:
    """The kind of record that it is about; empty: none."""
    read = next((spec for name, spec in knowledge.actions.items() if name == one.read), None)
    return read.gives if read is not None and read.kind == "read" else ""


def reads_of_customer(knowledge: Knowledge) -> tuple[ActionSpec, ...]:
    """The reads that give records of a customer and need to know nothing else."""
    return tuple(
        spec
        for spec in sorted(knowledge.actions.values(), key=lambda spec: spec.title)
        if spec.kind == "read" and spec.gives and spec.gives != CUSTOMER and _of_customer(spec)
    )


def _of_customer(spec: ActionSpec) -> str:
    """The one argument that it needs, if that is the customer."""
    needed = [name for name, argument in spec.arguments.items() if not argument.optional]
    if len(needed) != 1:
        return ""
    argument = spec.arguments[needed[0]]
    return needed[0] if argument.type == "record" and argument.of == CUSTOMER else ""


def placeholders(one: OwnTaskType, knowledge: Knowledge, *, receipts: bool = False) -> dict[str, str]:
    """What may stand in brackets in a reply, and the slot that it is. `receipts`: what its steps say that they did."""
    kind = record_kind(one, knowledge)
    found: dict[str, str] = {}
    if kind:
        called = kind.replace("_", " ")
        found[f"{called} number"] = f"{kind}.id"
        fields = knowledge.records[kind].fields if kind in knowledge.records else {}
        for name, field in fields.items():
            if not (field.hidden or field.restricted or field.type == "record"):
                found[f"{called} {name.replace('_', ' ')}"] = f"{kind}.{name}"
    for step in one.steps if receipts else ():
        action = knowledge.actions.get(step.action)
        for name in action.receipt if action else ():
            found[f"{_done(action)} {name.replace('_', ' ')}"] = f"{step.action}.{name}"
    return {name: slot for name, slot in found.items() if _SLOT.fullmatch(slot)}


def _done(action: ActionSpec | None) -> str:
    return f"{action.title}:" if action else ""


def task_type(one: OwnTaskType, knowledge: Knowledge) -> TaskType:
    """The task type as a file would give it."""
    kind = record_kind(one, knowledge)
    needs = _needs(one, knowledge)
    words = [place.removeprefix("entity:") for place in needs if place.startswith("entity:")]
    wants = [*one.choose, *(word for word in words if word not in one.choose)]
    return PageTaskType.model_validate(
        {
            "name": one.name,
            "title": one.title,
            "topic": one.topic,
            "ceiling": one.ceiling,
            "priority": one.priority,
            "wants": wants,
            "lookups": _lookups(one, kind, knowledge),
            "cases": tuple(_cases(one, kind, needs, knowledge)),
            "examples": learnt(one, knowledge),
            "questions": before.questions if (before := knowledge.task_types.get(one.replaces)) is not None else (),
            "since": one.active_at,
            "replaces": bool(one.replaces),
        }
    )


def learnt(one: OwnTaskType, knowledge: Knowledge) -> tuple[str, ...]:
    """Its examples, with its title as one more, and those of the task type whose place it takes."""
    before = knowledge.task_types.get(one.replaces)
    every = (one.title, *one.examples, *(before.examples if before is not None else ()))
    return tuple({normal(example): example for example in reversed(every)}.values())[::-1]


def _lookups(one: OwnTaskType, kind: str, knowledge: Knowledge) -> tuple[LookupSpec, ...]:
    read = next((spec for name, spec in knowledge.actions.items() if name == one.read), None)
    if read is None or not kind:
        return ()
    arguments, among = {_of_customer(read): CUSTOMER}, dict(_conditions(one))
    choose = dict.fromkeys(("number", *(k for k in NUMBERED if k == kind), *one.choose))  # its number tells always
    return (LookupSpec(name=kind, read=read.name, arguments=arguments, choose=tuple(choose), among=among),)


def _conditions(one: OwnTaskType) -> Iterable[tuple[str, tuple[str, ...]]]:
    for condition in one.conditions:
        if condition.age:
            yield f"{condition.field}.age", (condition.age,)
        else:
            yield condition.field, condition.one_of


def _needs(one: OwnTaskType, knowledge: Knowledge) -> tuple[str, ...]:
    """What the customer must have said for its steps to be possible."""
    found = [
        IN_WORDS[argument.value]
        for step in one.steps
        for argument in step.arguments
        if argument.source == "words" and argument.value in IN_WORDS and not _optional(step, argument, knowledge)
    ]
    return tuple(dict.fromkeys(found))


def _optional(step: OwnStep, argument: OwnArgument, knowledge: Knowledge) -> bool:
    action = knowledge.actions.get(step.action)
    spec = action.arguments.get(argument.argument) if action else None
    return spec is not None and spec.optional


def _cases(one: OwnTaskType, kind: str, needs: tuple[str, ...], knowledge: Knowledge) -> Iterable[Case]:
    """In the order in which they are looked at: the first whose conditions all hold is taken. One without steps answers
    from the record, whether they want it or ask about it."""
    about: When = {kind: "one"} if kind else {}
    fits: When = about | {f"{kind}.{name}": values for name, values in _conditions(one)}
    said: When = dict.fromkeys(needs, "some")
    title = kind.replace("_", " ").capitalize()
    record, done = placeholders(one, knowledge), placeholders(one, knowledge, receipts=True)
    called = record.get(f"{kind.replace('_', ' ')} number", "")
    which = f"{title} {{{called}}}" if called else "No record is needed"
    if knowledge.company.unknown_sender:
        asks_who = _plain(knowledge.company.unknown_sender)
        yield Case(name="unknown_sender", when={CUSTOMER: "none"}, reply=asks_who, asks=True)
    if one.steps:
        yield _case("asked", fits | {"goal.polarity": "asked"}, one.replies.asked, record, f"{which}: they only ask.")
    steps = tuple(_steps(one, kind))
    yield _case("done", fits | said, one.replies.done, done, f"{which} fits.", steps=steps)
    if needs:
        why = f"{which} fits; they did not say all that is needed."
        yield _case("missing", fits, one.replies.missing, record, why, asks=True)
    if kind and one.conditions:
        yield _case("unmet", about, one.replies.unmet, record, f"{which} does not meet the conditions.")
    if kind:
        several = f"More than one {kind.replace('_', ' ')} may be meant."
        yield _case("several", {kind: "many"}, one.replies.several, {}, several, asks=True)
        none = f"No {kind.replace('_', ' ')} of theirs was found."
        yield _case("none", {kind: "none"}, one.replies.none, {}, none, asks=True)


def _case(
    name: str,
    when: When,
    reply: str,
    slots: Mapping[str, str],
    note: str,
    *,
    steps: tuple[StepSpec, ...] = (),
    asks: bool = False,
) -> Case:
    return Case(name=name, when=when, reply=filled_in(reply, slots), note=note, steps=steps, asks=asks)


def _steps(one: OwnTaskType, kind: str) -> Iterable[StepSpec]:
    """One after the other, as they were put down."""
    earlier: list[ActionName] = []
    for step in one.steps:
        arguments = {argument.argument: _place(argument, kind) for argument in step.arguments}
        yield StepSpec(action=step.action, arguments=arguments, after=tuple(dict.fromkeys(earlier)))
        earlier.append(step.action)


def _place(argument: OwnArgument, kind: str) -> str:
    match argument.source:
        case "customer":
            return f"{CUSTOMER}.{argument.value or 'id'}"
        case "fixed":
            return f"={argument.value}"
        case "words":
            return IN_WORDS.get(argument.value, argument.value)
        case "record":
            return f"{kind}.{argument.value}"


def filled_in(text: str, slots: Mapping[str, str]) -> str:
    """The text with slots for what stands in brackets; brackets that name nothing stay as they are."""
    by_name = {name.casefold(): slot for name, slot in slots.items()}

    def put(match: re.Match[str]) -> str:
        slot = by_name.get(" ".join(match[1].split()).casefold())
        return f"{{{slot}}}" if slot else match[0]

    return PLACEHOLDER.sub(put, _plain(text).strip())


def _plain(text: str) -> str:
    """Without curly brackets, which would be slots."""
    return text.replace("{", "(").replace("}", ")")


def for_people(one: OwnTaskType, why: str, knowledge: Knowledge) -> TaskType:
    """The task type while it cannot be planned: its tickets are still known, and go to a person with the reason."""
    return PageTaskType(
        name=one.name,
        title=one.title,
        topic=one.topic,
        ceiling=0,
        people_only=True,
        priority=one.priority,
        next_step=why,
        examples=learnt(one, knowledge),
        since=one.active_at,
        replaces=bool(one.replaces),
    )


def with_own_task_types(knowledge: Knowledge, made: Iterable[TaskType]) -> Knowledge:
    """The knowledge with these laid over it. What the folder describes itself stays as it is there, but for those whose
    place one takes."""
    task_types: dict[TaskTypeName, TaskType] = dict(knowledge.task_types)
    for one in made:
        if one.name not in task_types or (isinstance(one, PageTaskType) and one.replaces):
            task_types[one.name] = one
    return knowledge.replace(task_types=task_types)


def choosing_words(kind: str) -> tuple[EntityKind, ...]:
    """By which of a customer's words one of several records of this kind can be told from the others."""
    own = tuple(one for one in NUMBERED if one == kind)
    return (*own, "date", "amount", "product")
