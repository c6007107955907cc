"""Does every name in the knowledge lead somewhere? What `catalogue` cannot see one record at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from cx_core.catalogue import ELSE, ActionSpec, Case, Knowledge, LookupSpec, StepSpec, TaskType
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName, EntityKind
from cx_core.text.ages import WEEKDAYS, WRITTEN, is_age
from cx_core.text.postal_address import AddressParts
from cx_core.text.wording import normal

SLOT = re.compile(r"\{([^{}]*)\}")
_HOURS = re.compile(r"[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d")
_COUNTS = ("none", "one", "some", "many")
_ENTITIES = frozenset(f"entity:{kind}" for kind in get_args(EntityKind))
_OF_GOAL = ("goal.polarity", "goal.agreed")
_PARTS = tuple(f"wish:{part}" for part in AddressParts._fields)
_WISHES = ("wish:start", "wish:end", "wish:day", "wish:hour", "wish:about", "wish:note", "wish:reason", *_PARTS)
_COUNTED_WISHES = (*_WISHES, "wish:when", "wish:only")
_OF_ACTION = ("wants:", "refuses:")
_ALWAYS = "customer"
_ARTICLE_FIELDS = ("text", "title")


def cross_check(knowledge: Knowledge) -> None:
    """Raises KnowledgeError for the first name that leads nowhere or thing said twice."""
    for action in knowledge.actions.values():
        _check_action(action, knowledge.actions)
    for article in knowledge.articles.values():
        place = f"articles: article {article.id}"
        _known(place, "task_types", article.task_types, knowledge.task_types, "task type")
    check_task_types(knowledge)
    _known("company.yaml", "speaks", knowledge.company.speaks.values(), knowledge.company.teams, "team")
    if not knowledge.task_types:
        raise KnowledgeError("task_types: the folder has no task type. Add at least one file.")


def check_task_types(knowledge: Knowledge) -> None:
    """The same of task types alone, with what connected systems can do perhaps among the actions."""
    for task_type in knowledge.task_types.values():
        _TaskTypeCheck(task_type, knowledge).run()
    _check_tone(knowledge)
    _check_examples(knowledge)


def _check_action(action: ActionSpec, actions: Mapping[ActionName, ActionSpec]) -> None:
    file = f"actions/{action.name}.yaml"
    sums = {name for name, fact in action.facts.items() if fact.type == "money"}
    if action.money and action.money.partition(".")[0] not in action.arguments and action.money not in sums:
        text = f"{file}: money: {action.money!r} is no argument, and no fact of type money. Name one of them."
        raise KnowledgeError(text)
    if action.ends and (action.ends not in action.arguments or action.arguments[action.ends].type != "record"):
        raise KnowledgeError(f"{file}: ends: {action.ends!r} is no argument that names a record. Name one.")
    said = {name for text in (action.words, action.done) for name in SLOT.findall(text)}
    _known(file, "words, done", sorted(said), {*action.arguments, *action.receipt}, "argument or receipt field")
    _known(file, "told", SLOT.findall(action.told), action.receipt, "field of its receipt")
    _known(file, "foreseen", action.foreseen, action.receipt, "field of its receipt")
    places = [place.strip().partition(".")[0] for said in action.foreseen.values() for place in said.split(",")]
    _known(file, "foreseen", places, tuple(action.arguments), "argument")
    if action.gives and (action.kind != "read" or [one.type for one in action.arguments.values()] != ["record"]):
        raise KnowledgeError(f"{file}: gives: only a read of one record gives others. Take it out.")
    if action.kind == "read":
        return
    if action.verify is None:
        raise KnowledgeError(f"{file}: verify: missing. Say which read shows that the write was done.")
    read = actions.get(action.verify.read)
    if read is None or read.kind != "read":
        raise KnowledgeError(f"{file}: verify.read: {action.verify.read!r} is not a read. Name a read of actions/.")
    _known(file, "verify.arguments", action.verify.arguments, read.arguments, f"argument of {read.name}")
    needed = [place for place in action.verify.expect.values() if not place.startswith(("=", "@"))]
    _known(file, "verify", [*action.verify.arguments.values(), *needed], action.arguments, "argument")


class _TaskTypeCheck:
    """One task type against the rest of the folder."""

    def __init__(self, task_type: TaskType, knowledge: Knowledge) -> None:
        self._type = task_type
        self._types = knowledge.task_types
        self._actions = knowledge.actions
        self._articles = knowledge.articles
        self._file = f"task_types/{task_type.name}.yaml"
        self._lookups: set[str] = {_ALWAYS}

    def run(self) -> None:
        _known(self._file, "articles", self._type.articles, self._articles, "article id")
        for place, advice in (("advice", self._type.advice), ("followed", self._type.followed)):
            _known(self._file, place, advice, self._type.tried, "advice under tried")
        for lookup in self._type.lookups:
            self._lookup(lookup)
        names = [case.name for case in self._type.cases]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise KnowledgeError(f"{self._file}: cases: {twice!r} is there twice. Give each case its own name.")
        if self._type.people_only and self._type.cases:
            raise KnowledgeError(f"{self._file}: cases: there are none for people only. Take them or people_only out.")
        if not self._type.people_only and not self._type.cases:
            raise KnowledgeError(f"{self._file}: cases: missing. Add a case, or set people_only: true.")
        for case in self._type.cases:
            self._case(case)

    def _lookup(self, lookup: LookupSpec) -> None:
        place = f"lookups.{lookup.name}"
        if lookup.name in {*self._lookups, "article", "advice", *self._actions_that_write()}:
            raise KnowledgeError(f"{self._file}: {place}: this name is taken. Choose another.")
        read = self._actions.get(lookup.read)
        if read is None or read.kind != "read":
            raise KnowledgeError(f"{self._file}: {place}.read: {lookup.read!r} is not a read. Name a read of actions/.")
        self._arguments(f"{place}.arguments", read, lookup.arguments)
        for value in lookup.arguments.values():
            self._name(f"{place}.arguments", value.partition(".")[0], "earlier lookup")
        for key, fields in (("among", lookup.among), ("rather", lookup.rather)):
            for name, values in fields.items():
                if name.endswith(".age"):
                    self._ages(f"{place}.{key}.{name}", values)
                for value in values:
                    self._words(f"{place}.{key}.{name}", value, {})
        self._lookups.add(lookup.name)

    def _actions_that_write(self) -> set[str]:
        return {str(name) for name, action in self._actions.items() if action.kind == "write"}

    def _case(self, case: Case) -> None:
        place = f"cases.{case.name}"
        _known(self._file, f"{place}.covers", case.covers, self._types, "task type")
        for name, wanted in case.when.items():
            self._condition(f"{place}.when", name, wanted)
        done: list[ActionName] = []
        for number, step in enumerate(case.steps):
            self._step(f"{place}.steps.{number}", step, done)
            done.append(step.action)
        receipts = {str(action): self._actions[action].receipt for action in done}
        self._words(f"{place}.reply", case.reply, receipts)
        self._words(f"{place}.note", case.note, {})
        for action in done:
            if done.count(action) > 1 and f"{{{action}." in case.reply:
                raise KnowledgeError(
                    f"{self._file}: {place}.reply: {action} is done more than once, so its slot could mean either. "
                    "Say it without the slot."
                )

    def _condition(self, place: str, name: str, wanted: str | tuple[str, ...]) -> None:
        wants = (wanted,) if isinstance(wanted, str) else wanted
        if name.endswith((".age", ".weekday")):
            self._day(place, name, wants)
        elif name == "wish:hour.outside":
            if not all(map(_HOURS.fullmatch, wants)) or len(wants) != 1:
                raise KnowledgeError(f"{self._file}: {place}.{name}: is {wanted!r}. Write hours as 08:00-20:00.")
        elif not name.startswith(("entity:", "wish:")) and "." in name and not name.endswith((".rest", ".named")):
            if name.startswith("goal."):
                _known(self._file, place, [name], _OF_GOAL, "fact of a goal")
            else:
                self._name(place, name.partition(".")[0], "lookup")
            for one in wants:
                self._words(f"{place}.{name}", one, {})
        else:
            self._counted(place, name, wanted)

    def _day(self, place: str, name: str, wanted: Iterable[str]) -> None:
        day, _, asked = name.rpartition(".")
        self._value(place, day)
        if asked == "age":
            self._ages(f"{place}.{name}", wanted)
        else:
            _known(self._file, f"{place}.{name}", wanted, WEEKDAYS, "day of the week")

    def _counted(self, place: str, name: str, wanted: str | tuple[str, ...]) -> None:
        if name.startswith("entity:"):
            _known(self._file, place, [name], _ENTITIES, "kind of entity")
        elif name.startswith("wish:"):
            _known(self._file, place, [name], _COUNTED_WISHES, "wish")
        elif name.startswith("tried:"):
            _known(self._file, place, [name.removeprefix("tried:")], self._type.tried, "advice under tried")
        elif name.startswith(_OF_ACTION):
            _known(self._file, place, [name.partition(":")[2]], self._actions_that_write(), "write action")
        elif name != "article":
            self._name(place, name.removesuffix(".rest").removesuffix(".named"), "lookup")
        if wanted not in _COUNTS:
            raise KnowledgeError(f"{self._file}: {place}.{name}: is {wanted!r}. Use one of {', '.join(_COUNTS)}.")

    def _ages(self, place: str, wanted: Iterable[str]) -> None:
        for one in wanted:
            if not is_age(one):
                raise KnowledgeError(f"{self._file}: {place}: is {one!r}. Write as one of: {WRITTEN}.")

    def _step(self, place: str, step: StepSpec, done: list[ActionName]) -> None:
        action = self._actions.get(step.action)
        if action is None or action.kind != "write":
            raise KnowledgeError(f"{self._file}: {place}.action: {step.action!r} is not a write. Name one of actions/.")
        self._arguments(f"{place}.arguments", action, step.arguments)
        for name, value in step.arguments.items():
            self._value(f"{place}.arguments.{name}", value)
        _known(self._file, f"{place}.options", step.options, step.arguments, "argument of the step")
        for lookup in step.options.values():
            self._name(f"{place}.options", lookup, "lookup")
        _known(self._file, f"{place}.after", step.after, done, "earlier step of the case")

    def _arguments(self, place: str, action: ActionSpec, given: Mapping[str, str]) -> None:
        _known(self._file, place, given, action.arguments, f"argument of {action.name}")
        for name, spec in action.arguments.items():
            if name not in given and not spec.optional:
                raise KnowledgeError(f"{self._file}: {place}: {action.name} needs {name!r}. Add it.")

    def _value(self, place: str, value: str) -> None:
        first, or_else, other = value.partition(ELSE)
        if or_else:
            self._value(place, first)
            self._value(place, other)
            return
        if value.startswith("="):
            return
        if value.startswith("wish:"):
            _known(self._file, place, [value], _WISHES, "wish")
            return
        if value.startswith("entity:"):
            _known(self._file, place, [value], _ENTITIES, "kind of entity")
            return
        if value.startswith("said:"):
            _known(self._file, place, [value.removeprefix("said:")], self._type.said, "name under said")
            return
        name, _, field = value.partition(".")
        if not field:
            raise KnowledgeError(f"{self._file}: {place}: {value!r} names no field. Write lookup.field, or ={value}.")
        self._name(place, name, "lookup")

    def _words(self, place: str, text: str, receipts: Mapping[str, tuple[str, ...]]) -> None:
        for slot in SLOT.findall(text):
            name, _, field = slot.partition(".")
            if not field:
                raise KnowledgeError(f"{self._file}: {place}: {{{slot}}} names no field. Write {{lookup.field}}.")
            if name in receipts:
                _known(self._file, place, [field], receipts[name], f"receipt field of {name}")
            elif name == "article":
                _known(self._file, place, [field], _ARTICLE_FIELDS, "field of an article")
            elif name == "wish":
                _known(self._file, place, [field], ("only",), "wish in words")
            elif name == "advice":
                _known(self._file, place, [field], ("left",), "advice in words")
            else:
                self._name(place, name, "lookup, nor an action of this case")

    def _name(self, place: str, name: str, kind: str) -> None:
        _known(self._file, place, [name], self._lookups, kind)


def _check_examples(knowledge: Knowledge) -> None:
    """The same words for two task types would teach the classifier nothing but doubt."""
    owner: dict[str, str] = {}
    files = [(f"task_types/{t.name}.yaml", (*t.examples, *t.questions)) for t in knowledge.task_types.values()]
    for file, examples in [*files, ("triage/other.yaml", (*knowledge.other, *knowledge.remarks))]:
        for example in examples:
            words = normal(example)
            if words in owner:
                raise KnowledgeError(
                    f"{file}: examples: {example!r} is in {owner[words]} already. Keep it where it belongs."
                )
            owner[words] = file
    for name, labelled in (("sentiment", knowledge.sentiment), ("urgency", knowledge.urgency)):
        if len(labelled.labels) < 2 or not all(labelled.labels.values()):
            raise KnowledgeError(f"triage/{name}.yaml: labels: need two labels or more, each with examples. Add some.")


def _check_tone(knowledge: Knowledge) -> None:
    """What we write for ourselves keeps our own tone: advice, the frame of a reply, and every case's wording."""
    company, tone = knowledge.company, knowledge.company.tone
    frame = ("greeting", "closing", "signature", "disclosure")
    written = {f"company.yaml: {name}": str(getattr(company, name)) for name in frame}
    written["company.yaml: rating.text"] = company.rating.text if company.rating else ""
    written |= {f"company.yaml: tone.prefer: {word!r}": word for word in tone.prefer}
    written |= {f"company.yaml: tone.avoid.{word}": instead for word, instead in tone.avoid.items()}
    for task_type in knowledge.task_types.values():
        file = f"task_types/{task_type.name}.yaml"
        written |= {f"{file}: cases.{case.name}.reply": case.reply for case in task_type.cases}
    for place, text in written.items():
        for word, instead in tone.avoided(text):
            raise KnowledgeError(f"{place}: says {word!r}, which tone.avoid in company.yaml rules out. Say {instead}.")


def _known(file: str, place: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    among = sorted(known)
    for name in names:
        if name not in among:
            choice = f"Use one of: {', '.join(among)}" if among else "There is none to use here"
            raise KnowledgeError(f"{file}: {place}: {name!r} is no {kind}. {choice}.")
