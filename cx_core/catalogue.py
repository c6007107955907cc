"""What the business decided, as data: the nouns of the knowledge folder.

`adapters/knowledge_folder.py` reads them; the stages use them. A wrong file is a KnowledgeError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from cx_core.errors import BadInput
from cx_core.records import (
    PRIORITIES,
    ActionName,
    Audience,
    BusinessRecord,
    Channel,
    EntityKind,
    Money,
    Option,
    Priority,
    Record,
    Role,
    TaskTypeName,
    Value,
)


class ArgumentSpec(Record):
    """One argument of an action. `of` names the kind of record an id belongs to."""

    type: Literal["record", "money", "date", "text", "email", "phone", "integer", "boolean", "items"]
    of: str = ""
    title: str = ""
    optional: bool = False
    shared: bool = Field(default=False, description="records of this kind are nobody's: a free slot, a plan")
    one_of: tuple[str, ...] = Field(default=(), description="the only texts it can be")
    called: tuple[str, ...] = Field(default=(), description="words people use for it; without any it is not asked for")
    among: str = Field(
        default="", description='a CEL expression: the choices, as [{"id": ..., "called": [words], "amount": number}]'
    )

    def fit(self, value: Value, name: str) -> Value:
        """The value if it is of this argument's type. Raises BadInput."""
        title = self.title or name
        fits = {
            "money": isinstance(value, Money) and value.minor > 0,
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "boolean": isinstance(value, bool),
            "items": isinstance(value, tuple) and bool(value),
        }.get(self.type, isinstance(value, str) and bool(value.strip()))
        if not fits:
            raise BadInput(f"{title}: {value!s} cannot be used here." if value is not None else f"{title} is missing.")
        if self.one_of and value not in self.one_of:
            raise BadInput(f"{title}: {value!s} is not one of {', '.join(self.one_of)}.")
        if self.type == "date" and isinstance(value, str):
            try:
                date.fromisoformat(value)
            except ValueError as error:
                raise BadInput(f"{title}: {value} is not a date. Write it as 2026-11-27.") from error
        return value.strip() if isinstance(value, str) else value


class FactSpec(Record):
    """Something a rule may ask of an action, worked out from its arguments, the records they name and what was said."""

    type: Literal["bool", "long", "text", "money"] = Field(description="money: minor units of the business's currency")
    value: str = Field(min_length=1, description="a CEL expression: docs/policies.md names what it may use")
    says: str = Field(min_length=1, description="what it means, in plain words")
    narrows: bool = Field(default=False, description="a classifier has a say in it: no permit may rest on it")


class FieldSpec(Record):
    """A field of a kind of record. `of` names the kind of record an id belongs to."""

    type: Literal["record", "money", "date", "text", "integer", "boolean", "items"]
    of: str = ""
    restricted: bool = Field(default=False, description="told only to whom is proven to be the customer")
    hidden: bool = Field(default=False, description="shown to nobody who looks it up, and put in by no macro")


class RecordSpec(Record):
    """A kind of record of a business system. `customer` is the field that names whose it is; empty: nobody's."""

    name: str
    key: str = Field(description="the field that holds its id")
    customer: str = ""
    fields: dict[str, FieldSpec] = Field(default_factory=dict, description="besides those two; none named: any")
    called: tuple[str, ...] = Field(default=(), description="fields whose words people call it by: a name, an item")

    @property
    def of_customer(self) -> bool:
        """Whether it is the customer's own record."""
        return self.customer == self.key

    @property
    def restricted(self) -> frozenset[str]:
        """The names of its fields that are."""
        return frozenset(name for name, field in self.fields.items() if field.restricted)

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.hidden)


class Verification(Record):
    """How a write is read back: this read, with these arguments of the step, must show these fields.

    `expect` maps a field of the record read to an argument of the step, to `=literal`, or to `@receipt`: the
    reference that the receipt gives, so that an older record that looks the same proves nothing.
    """

    read: ActionName
    arguments: dict[str, str]
    expect: dict[str, str]


class ActionSpec(Record):
    """A typed operation on a business system."""

    name: ActionName
    kind: Literal["read", "write"]
    system: str
    title: str
    words: str = Field(default="", description='what it does, with arguments: "Refund {amount} of payment {payment}"')
    done: str = Field(default="", description="the same as a fact, for receipts")
    reversible: bool = False
    risk: Literal["low", "medium", "high"] = "low"
    money: str = Field(
        default="",
        description='what is money out: an argument, "argument.field" of the record it names, or a fact that is money',
    )
    ends: str = Field(default="", description="the argument whose record is over then: nothing else acts on it")
    gives: str = Field(default="", description="the kind of record it gives: of a read, for the one it is asked about")
    arguments: dict[str, ArgumentSpec] = Field(default_factory=dict)
    called: tuple[str, ...] = Field(default=(), description="words people use for it")
    facts: dict[str, FactSpec] = Field(default_factory=dict, description="what rules about it may ask besides")
    receipt: tuple[str, ...] = Field(default=(), description="fields of the receipt that a reply may use")
    expected: dict[str, str] = Field(default_factory=dict, description="what a preview says for a receipt's field")
    verify: Verification | None = None


class ActionForm(Record):
    """An action to be filled in by hand. `offered`: by argument, the values to choose from; others are free."""

    action: ActionSpec
    currency: str = Field(description="of every amount")
    offered: dict[str, tuple[Option, ...]] = Field(default_factory=dict)


def action_of(actions: Mapping[ActionName, ActionSpec], name: ActionName) -> ActionSpec:
    """The action, or a stand-in for one that the catalogue has no more: it has no arguments and nobody may do it."""
    gone = ActionSpec(
        name=name, kind="write", system="", title=f"{name.replace('_', ' ').capitalize()} (no longer offered)",
        words="This action is no longer offered. Leave it out.",
    )  # fmt: skip
    return actions.get(name, gone)


class LookupSpec(Record):
    """One reading a task type needs.

    `arguments` maps the read's arguments to "customer" (the ticket's) or to "name.field" of an earlier
    lookup, taken from its first record. `choose` lists entity kinds, strongest first, that say which of
    several records is meant; `prefer` is the field to sort by when the customer did not say
    ("-date" for latest first) and `only` then keeps that one.
    """

    name: str
    read: ActionName
    arguments: dict[str, str] = Field(default_factory=dict)
    choose: tuple[EntityKind, ...] = ()
    prefer: str = ""
    only: bool = False


class StepSpec(Record):
    """One step of a case. An argument is "lookup.field", "entity:date", or "=literal".

    `options` names, per argument, a lookup whose records are the other values it could take.
    """

    action: ActionName
    arguments: dict[str, str] = Field(default_factory=dict)
    options: dict[str, str] = Field(default_factory=dict)
    after: tuple[ActionName, ...] = ()


class Case(Record):
    """What to do in one situation. The first case whose every condition holds is taken.

    Conditions: "payments": "one" | "none" | "some" | "many" counts a lookup's records;
    "order.status": "delivered" or ["a", "b"] compares a field of its first record;
    "entity:date": "some" | "none" asks what the customer named.
    In wording, {lookup.others} is two further records of it ("Friday ... or Saturday ...").
    """

    name: str
    when: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    steps: tuple[StepSpec, ...] = ()
    reply: str = Field(description="paragraph; {lookup.field} is a fact, {action.field} a slot filled by its receipt")
    note: str = Field(default="", description="for the summary: what was found; {lookup.field} is a fact")
    asks: bool = Field(
        default=False, description="the reply asks something or hands on, so the ticket waits and is not solved"
    )
    covers: tuple[TaskTypeName, ...] = Field(
        default=(), description="task types whose paragraph would say the same again, where nothing is done for them"
    )


class TaskType(Record):
    """A kind of thing customers want done: the unit of autonomy."""

    name: TaskTypeName
    title: str
    ceiling: Literal[0, 1, 2, 3, 4] = 4
    people_only: bool = False
    priority: Priority = "normal"
    wants: tuple[EntityKind, ...] = ()
    articles: tuple[str, ...] = Field(default=(), description="articles that usually answer it")
    lookups: tuple[LookupSpec, ...] = ()
    cases: tuple[Case, ...] = ()
    next_step: str = Field(default="", description="what a person does first with a matter that is for people")
    topic: str = Field(description='two to four words for a summary: "a double charge"')
    examples: tuple[str, ...] = Field(min_length=30)


class Article(Record):
    """A help article as search sees it: one version of it. Sections start at `##` headings."""

    id: str
    title: str
    audience: Audience = "customer"
    task_types: tuple[TaskTypeName, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = Field(default="en", description="ISO 639 code")
    valid_from: date | None = None
    valid_until: date | None = Field(default=None, description="the last day it holds")
    text: str = Field(description="Markdown")
    version: str = Field(description="digest of what it says and of what is said about it")
    number: int = Field(default=1, description="of the version, from 1")

    def valid(self, day: date) -> bool:
        """Whether it holds on this day; without dates it always does."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Targets = dict[str, dict[Priority, int]]


class ServiceLevels(Record):
    """How soon customers hear from us, in minutes of opening hours, by tier ("other": any not named) and priority."""

    hours: dict[Weekday, str] = Field(default_factory=dict, description='"08:00-20:00"; none named: round the clock')
    holidays: tuple[str, ...] = Field(default=(), description="closed days: 2026-12-24, or 12-25 of every year")
    respond_minutes: Targets = Field(description="to the first answer to what the customer wrote")
    solve_minutes: Targets = Field(default_factory=dict, description="from the first message until it is solved")
    warn_minutes: int = Field(default=30, ge=0, description="so long before its time a ticket is escalated")
    backlog: int = Field(default=0, ge=0, description="more new and open tickets are too many; 0: never")

    @field_validator("hours")
    @classmethod
    def _spans(cls, hours: dict[Weekday, str]) -> dict[Weekday, str]:
        for day, span in hours.items():
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", span) or span[:5] >= span[6:]:
                raise ValueError(f"{day}: write opening hours as 08:00-20:00, not {span}")
        return hours

    @field_validator("holidays")
    @classmethod
    def _days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for day in days:
            date.fromisoformat(day if len(day) == 10 else f"2024-{day}")
        return days

    @field_validator("respond_minutes", "solve_minutes")
    @classmethod
    def _complete(cls, targets: Targets) -> Targets:
        if targets and "other" not in targets:
            raise ValueError("name targets for other: any tier that is not listed")
        short = [tier for tier, minutes in targets.items() if set(minutes) != set(PRIORITIES)]
        if short:
            raise ValueError(f"{short[0]} needs minutes for {', '.join(PRIORITIES)}")
        return targets


class RatingQuestion(Record):
    """The short question that follows a solved ticket. {link} is where the customer answers."""

    text: str
    subject: str = Field(default="How did we do?", description="our own words: a ticket's subject is the customer's")
    again_after_days: int = Field(default=14, ge=0, description="a customer is not asked more often")


class Tone(Record):
    """How the company sounds in writing; kept by every template, told to a language model, checked in drafts."""

    formality: Literal["formal", "neutral", "relaxed"] = Field(
        default="neutral", description="formal: no short forms; formal and neutral: no slang, no shouting, no pictures"
    )
    avoid: dict[str, str] = Field(default_factory=dict, description="words, and what to say instead")
    prefer: tuple[str, ...] = Field(default=(), description="words that sound like us")

    @field_validator("avoid")
    @classmethod
    def _advised(cls, avoid: dict[str, str]) -> dict[str, str]:
        for word, instead in avoid.items():
            if not re.search(r"\w", word) or not instead.strip():
                raise ValueError(f"{word!r}: name a word, and after it what to say instead")
        return avoid

    def avoided(self, text: str) -> tuple[tuple[str, str], ...]:
        """Words of the text that we avoid, as they stand there, each with what to say instead."""
        found = ((re.search(_whole(word), text, re.IGNORECASE), instead) for word, instead in self.avoid.items())
        return tuple((match[0], instead) for match, instead in found if match)


def _whole(words: str) -> str:
    """A pattern for these words as whole words, however far apart they are set."""
    return r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words.split()) + r"(?!\w)"


class StatedFacts(Record):
    """A reading that gives records which articles speak of by name: their figures are held against the articles."""

    read: ActionName
    arguments: dict[str, str] = Field(default_factory=dict)


class Company(Record):
    """Who we are and how we sound."""

    name: str
    signature: str
    greeting: str
    closing: str
    disclosure: str = Field(description="what a customer is told when an AI wrote")
    disclosure_alone: str = Field(
        default="",
        description="what they are told where nobody looked at it; empty: that, and {word} is how to reach a person",
    )
    person_word: str = Field(default="PERSON", description="a reply of this word alone reaches a person")
    subject_alone: str = Field(
        default="Automatic answer: {title}",
        description="subject of an answer that nobody looked at: the articles' titles",
    )
    source_line: str = Field(default="From our help page: {title}", description="under the words of an article")
    unknown_sender: str = Field(default="", description="asks who they are, whoever is no customer we know")
    currency: str
    country: str = Field(description="ISO 3166 two letters, for phone numbers and dates")
    timezone: str
    languages: tuple[str, ...]
    service_levels: ServiceLevels
    close_after_days: int = Field(default=5, ge=1, description="solved tickets are closed after so long")
    teams: tuple[str, ...] = Field(default=(), description="whom a ticket can be handed to besides a person")
    rating: RatingQuestion | None = Field(default=None, description="none: customers are not asked")
    person_phrases: tuple[str, ...] = Field(default=(), description="ways of asking for a person")
    grave: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="what people decide when a customer's words bring it up, with such words"
    )
    contacts: tuple[str, ...] = Field(
        default=(), description="domains and telephone numbers that articles may name; others are pointed out"
    )
    tone: Tone = Tone()
    stated: tuple[StatedFacts, ...] = Field(default=(), description="what articles say is held against these records")

    @property
    def told_alone(self) -> str:
        """What a customer is told under an answer that left without a person."""
        told = self.disclosure_alone or f"{self.disclosure} Reply {{word}} to reach one."
        return told.replace("{word}", self.person_word)

    def greet(self, customer: BusinessRecord | None) -> str:
        """By the first name, where it is known who they are."""
        name = str(customer.fields.get("name", "")) if customer else ""
        return self.greeting.replace("{name}", name.split(" ")[0] if name else "").replace(" ,", ",")

    def cited(self, title: str) -> str:
        """Where words of an article come from, for a customer."""
        return self.source_line.replace("{title}", title)


SLOT_OF_MACRO = re.compile(r"\{([a-z_]+)\.([a-z_0-9]+)\}")
"""{order.expected}: a kind of record and its field, or customer, agent, company, ticket."""


class Macro(Record):
    """Ready words for a reply, for the task types, channels and roles named; none named: for all."""

    name: str
    title: str = Field(min_length=1)
    text: str = Field(min_length=1, description="with slots, see SLOT_OF_MACRO")
    task_types: tuple[TaskTypeName, ...] = ()
    channels: tuple[Channel, ...] = ()
    roles: tuple[Role, ...] = ()


class Labelled(Record):
    """Examples per label for a small classifier (sentiment, urgency)."""

    labels: dict[str, tuple[str, ...]]


class Knowledge(Record):
    """The whole folder. `version` is a digest of its files."""

    version: str
    company: Company
    task_types: dict[TaskTypeName, TaskType]
    actions: dict[ActionName, ActionSpec]
    articles: dict[str, Article]
    macros: dict[str, Macro] = Field(default_factory=dict)
    records: dict[str, RecordSpec] = Field(default_factory=dict)
    same_words: tuple[tuple[str, ...], ...] = Field(default=(), description="groups that mean the same to customers")
    sentiment: Labelled
    urgency: Labelled
    other: tuple[str, ...] = Field(description="sentences that ask for nothing: greetings, thanks, background")
