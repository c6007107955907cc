"""What keeps a task type of the Task types page from being tried or put in force, each beside the field to mend."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cx_core.catalogue.actions import ActionSpec, ArgumentSpec
from cx_core.catalogue.folder import Knowledge
from cx_core.catalogue.own_task_types import (
    CUSTOMER,
    IN_WORDS,
    PLACEHOLDER,
    choosing_words,
    placeholders,
    reads_of_customer,
    record_kind,
)
from cx_core.catalogue.record_kinds import FieldSpec
from cx_core.catalogue.task_types import ELSE
from cx_core.records import OwnArgument, OwnStep, OwnTaskType, Record
from cx_core.text.ages import WRITTEN, is_age
from cx_core.text.postal_address import AddressParts
from cx_core.text.wording import normal

LEAST_EXAMPLES, MOST_EXAMPLES, LONGEST_EXAMPLE = 6, 60, 400
MOST_STEPS, LONGEST_TITLE, LONGEST_REPLY = 4, 60, 2_000
ASKED_OF_FIELDS = ("age", "weekday", "outside", "named", "rest")
"""What a condition of a file asks of a field or a record: no field of such a name can be one."""
FITTING = {
    "money": ("amount",),
    "date": ("date",),
    "text": ("text", "address", *AddressParts._fields, "email", "phone", "date"),
    "email": ("email",),
    "phone": ("phone",),
}
"""By type of an argument, the kinds of words that may be its value."""


class FieldFault(Record):
    """What is wrong, and the field of the form where it is mended."""

    field: str
    text: str


def own_task_type_faults(
    one: OwnTaskType, knowledge: Knowledge, others: tuple[OwnTaskType, ...] = ()
) -> tuple[FieldFault, ...]:
    """Return all that must be mended. `knowledge` without it; `others`: other task types of the page."""
    found = (
        *_names(one, knowledge, others),
        *_examples(one, knowledge, others),
        *_record(one, knowledge),
        *_steps(one, knowledge),
        *_replies(one, knowledge),
        *_limits(one),
    )
    return tuple(dict.fromkeys(FieldFault(field=field, text=text) for field, text in found))


Faults = Iterator[tuple[str, str]]


def _names(one: OwnTaskType, knowledge: Knowledge, others: tuple[OwnTaskType, ...]) -> Faults:
    if not one.title.strip():
        yield "title", "Give it a title, such as “Refund of an order”."
    if len(one.title) > LONGEST_TITLE:
        yield "title", f"At most {LONGEST_TITLE} characters."
    titles = {
        task_type.title.casefold()
        for name, task_type in knowledge.task_types.items()
        if name not in (one.name, one.replaces)
    }
    replaced = knowledge.task_types.get(one.replaces)
    if one.replaces and replaced is None:
        yield "replaces", "This task type is not one whose place can be taken. Choose another."
    if one.replaces and any(other.name == one.replaces for other in others if other.id != one.id):
        yield "replaces", "Another task type of yours takes its place already."
    titles |= {other.title.casefold() for other in others if other.id != one.id}
    if one.title.strip() and one.title.strip().casefold() in titles:
        yield "title", "There is a task type of this title. Choose another."
    if not one.topic.strip():
        yield "topic", "Say in two to four words what it is about, such as “a refund”."


def _examples(one: OwnTaskType, knowledge: Knowledge, others: tuple[OwnTaskType, ...]) -> Faults:
    if not one.replaces and len({normal(example) for example in one.examples}) < LEAST_EXAMPLES:
        yield "examples", f"Give at least {LEAST_EXAMPLES} different examples of what customers write."
    if len(one.examples) > MOST_EXAMPLES:
        yield "examples", f"At most {MOST_EXAMPLES} examples."
    if any(len(example) > LONGEST_EXAMPLE for example in one.examples):
        yield "examples", f"An example is longer than {LONGEST_EXAMPLE} characters: take one sentence of it."
    owner = {
        normal(example): task_type.title
        for name, task_type in knowledge.task_types.items()
        for example in task_type.examples
        if name not in (one.name, one.replaces)
    }
    owner |= {normal(example): other.title for other in others if other.id != one.id for example in other.examples}
    owner |= {normal(example): "what is nothing to do with us" for example in knowledge.other}
    seen: set[str] = set()
    for example in one.examples:
        words = normal(example)
        if words in owner:
            yield "examples", f"“{example}” is an example of “{owner[words]}” already. Leave it there."
        if words in seen:
            yield "examples", f"“{example}” is there twice."
        seen.add(words)


def _record(one: OwnTaskType, knowledge: Knowledge) -> Faults:
    kind = record_kind(one, knowledge)
    if one.read and one.read not in {read.name for read in reads_of_customer(knowledge)}:
        yield "read", "This read is not offered now. Choose another one, or put its system in force."
        return
    if not one.read and (one.conditions or one.choose):
        yield "read", "Conditions need a record: choose the read that gives it."
    known = choosing_words(kind)
    for word in one.choose:
        if kind and word not in known:
            yield "choose", f"{word.capitalize()} tells no {kind} from another."
    if one.read:
        yield from _conditions(one, kind, _fields(kind, knowledge))


def _conditions(one: OwnTaskType, kind: str, fields: Collection[str]) -> Faults:
    for condition in one.conditions:
        if condition.field not in fields:
            yield "conditions", f"{kind.capitalize()} has no field “{condition.field}”."
        elif condition.field in ASKED_OF_FIELDS:
            yield "conditions", f"“{condition.field}” cannot be a condition: choose another field."
        if any("{" in value for value in condition.one_of):
            yield "conditions", f"Say values of “{condition.field}” without curly brackets."
        if not condition.age and not condition.one_of:
            yield "conditions", f"Say which values “{condition.field}” may have."
        if condition.age and not is_age(condition.age):
            yield "conditions", f"Write how long ago as one of: {WRITTEN}."


def _fields(kind: str, knowledge: Knowledge) -> dict[str, FieldSpec]:
    return dict(knowledge.records[kind].fields) if kind in knowledge.records else {}


def _steps(one: OwnTaskType, knowledge: Knowledge) -> Faults:
    if not one.steps and not one.read:
        yield "steps", "Add what is done, or choose the record that the answer is taken from."
    if len(one.steps) > MOST_STEPS:
        yield "steps", f"At most {MOST_STEPS} actions."
    actions = [step.action for step in one.steps]
    if len(actions) != len(set(actions)):
        yield "steps", "Each action once: the reply could not tell two of them apart."
    for number, step in enumerate(one.steps):
        action = knowledge.actions.get(step.action)
        if action is None or action.kind != "write":
            yield f"step-{number}", f"The action “{step.action}” is not offered now. Put its system in force."
            continue
        for text in _arguments(one, step, action, knowledge):
            yield f"step-{number}", text


def _arguments(one: OwnTaskType, step: OwnStep, action: ActionSpec, knowledge: Knowledge) -> Iterator[str]:
    given = {argument.argument: argument for argument in step.arguments}
    for name in given.keys() - action.arguments.keys():
        yield f"{action.title} has no argument “{name}”."
    for name, spec in action.arguments.items():
        title = spec.title or name
        if name not in given:
            if not spec.optional:
                yield f"Say where “{title}” comes from."
        elif why := _unfit(given[name], spec, record_kind(one, knowledge), knowledge):
            yield f"{title}: {why}"


def _unfit(argument: OwnArgument, spec: ArgumentSpec, kind: str, knowledge: Knowledge) -> str:
    """Why this cannot be the argument's value; empty if it can."""
    match argument.source:
        case "customer":
            if argument.value:
                return _unfit_field(argument.value, spec, CUSTOMER, knowledge)
            return "" if (spec.type, spec.of) == ("record", CUSTOMER) else "it is not the customer."
        case "fixed":
            return _unfit_text(argument.value, spec)
        case "words":
            fits = argument.value in IN_WORDS and argument.value in FITTING.get(spec.type, ())
            return "" if fits else f"what a customer says is no {spec.type} of that kind. Choose another source."
        case "record":
            return _unfit_field(argument.value, spec, kind, knowledge)


def fitting(one: OwnTaskType, argument: str, spec: ArgumentSpec, knowledge: Knowledge) -> tuple[OwnArgument, ...]:
    """All that may be this argument's value; a fixed text stands for any."""
    kind = record_kind(one, knowledge)
    candidates = [
        *(("record", field) for field in ("id", *_fields(kind, knowledge)) if kind),
        *(("words", word) for word in IN_WORDS),
        *(("customer", field) for field in ("", *_fields(CUSTOMER, knowledge))),
        *(("fixed", text) for text in spec.one_of or ("text",)),
    ]
    made = (OwnArgument.model_validate({"argument": argument, "source": s, "value": v}) for s, v in candidates)
    return tuple(each for each in made if not _unfit(each, spec, kind, knowledge))


def _unfit_text(value: str, spec: ArgumentSpec) -> str:
    if spec.type != "text":
        return "only a text can be fixed here. What is always the same is set where the operation is classified."
    if not value.strip():
        return "type the fixed text."
    if ELSE in value:
        return f"a fixed text cannot hold the word “{ELSE.strip()}”: say it in other words."
    if spec.one_of and value not in spec.one_of:
        return f"it is one of {', '.join(spec.one_of)}."
    return ""


def _unfit_field(field: str, spec: ArgumentSpec, kind: str, knowledge: Knowledge) -> str:
    if not kind:
        return "there is no record that it could come from. Choose a read above."
    if field == "id":
        fits = spec.type == "text" or (spec.type, spec.of) == ("record", kind)
        return "" if fits else f"it is no {kind}."
    found = _fields(kind, knowledge).get(field)
    if found is None:
        return f"{kind} has no field “{field}”."
    if spec.type == "record":
        return "" if (found.type, found.of) == ("record", spec.of) else f"“{field}” is no {spec.of}."
    wanted = "text" if spec.type in ("email", "phone") else spec.type
    return "" if wanted in (found.type, "text") else f"“{field}” is {found.type}, and {wanted} is needed."


def _replies(one: OwnTaskType, knowledge: Knowledge) -> Faults:
    record = {name.casefold() for name in placeholders(one, knowledge)}
    receipts = {name.casefold() for name in placeholders(one, knowledge, receipts=True)}
    needed = needed_replies(one)
    for name, text in one.replies.model_dump().items():
        if name in needed and not text.strip():
            yield f"reply-{name}", "Write what the customer is answered."
        if len(text) > LONGEST_REPLY:
            yield f"reply-{name}", f"At most {LONGEST_REPLY:,} characters."
        known = receipts if name == "done" else record if name in ("asked", "unmet", "missing") else set()
        for inside in PLACEHOLDER.findall(text) if name in needed else ():
            if " ".join(inside.split()).casefold() not in known:
                yield f"reply-{name}", f"“[{inside}]” is nothing that can be put in here. Choose from the list."


def needed_replies(one: OwnTaskType) -> tuple[str, ...]:
    """Which of the texts are ever sent."""
    said = any(argument.source == "words" for step in one.steps for argument in step.arguments)
    return (
        *(("done", "asked") if one.steps else ("done",)),
        *(("none", "several") if one.read else ()),
        *(("unmet",) if one.conditions else ()),
        *(("missing",) if said else ()),
    )


def _limits(one: OwnTaskType) -> Faults:
    limits = one.limits
    if limits.advisor_most is not None and limits.least != "advisor":
        yield "limits", "An advisor approves none of it, so there is no amount up to which one may."
    if limits.two_above is not None and limits.two_above < (limits.advisor_most or 0):
        yield "limits", "The amount above which two people approve is below what an advisor may approve."
