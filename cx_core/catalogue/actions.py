"""Operations on business systems: their arguments, what rules may ask of them, how they are read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from cx_core.errors import BadInput
from cx_core.records import ActionName, Money, Option, Record, Value

Remedy = Literal["sent_again", "money_back", "credit"]
"""A way of putting things right that every business knows: the goods (again), what was paid, or a credit for it."""


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


class Verification(Record):
    """How a write is read back: this read, with these arguments of the step, must show these fields.

    `expect` maps a field of the record read to an argument of the step, to `=literal`, or to `@receipt`: the
    reference that the receipt gives, so that an older record that looks the same proves nothing.
    """

    read: ActionName
    arguments: dict[str, str]
    expect: dict[str, str]


class Wording(Record):
    """How people say that an action was done, so that a reply that says it without its being done is noticed."""

    acts: tuple[str, ...] = Field(default=(), description='participles, perhaps with a particle: "taken off"')
    about: tuple[str, ...] = Field(default=(), description="what it is done to, in single words: order, visit")
    made: tuple[str, ...] = Field(default=(), description="what is there only once it was done: refund, replacement")
    mentioned: tuple[str, ...] = Field(
        default=(), description="other words that show that a reply speaks of it, whatever it says: ring, attached"
    )


class ActionSpec(Record):
    """A typed operation on a business system."""

    name: ActionName
    kind: Literal["read", "write"]
    system: str
    title: str
    words: str = Field(default="", description='what it does, with arguments: "Refund {amount} of payment {payment}"')
    done: str = Field(default="", description="the same as a fact, for receipts")
    told: str = Field(default="", description="a sentence for the reply, with fields of the receipt in braces")
    offer: str = Field(
        default="go ahead", description='what is asked before it, with arguments in braces: "move your visit to {slot}"'
    )
    final: str = Field(
        default="",
        description="said to a customer before: what cannot be undone then; empty: it is not put to them for consent",
    )
    told_by: Wording = Wording()
    reversible: bool = False
    nothing_to_undo: bool = Field(
        default=False,
        description="it only sends the customer what is theirs to a contact on file, and changes nothing",
    )
    risk: Literal["low", "medium", "high"] = "low"
    money: str = Field(
        default="",
        description='what is money out: an argument, "argument.field" of the record it names, or a fact that is money',
    )
    ends: str = Field(default="", description="the argument whose record is over then: nothing else acts on it")
    excludes: tuple[ActionName, ...] = Field(
        default=(), description="actions that cannot be done with this one to the same record for one request"
    )
    repeatable: bool = Field(
        default=False, description="the same again for one request is another act: a link that is sent once more"
    )
    already: str = Field(default="", description="a CEL expression: true where it is already so, and nothing is done")
    gives: str = Field(default="", description="the kind of record it gives: of a read, for the one it is asked about")
    arguments: dict[str, ArgumentSpec] = Field(default_factory=dict)
    called: tuple[str, ...] = Field(default=(), description="words people use for it")
    asked: tuple[str, ...] = Field(default=(), description="sentences that ask for it, where `called` is not enough")
    not_asked: tuple[str, ...] = Field(default=(), description="sentences that only sound like those")
    remedy: Remedy | None = Field(
        default=None, description="the way of putting things right that it is; asked for and ruled out by sense"
    )
    wish: str = Field(default="", description='what a customer wants who asks for it, as a noun: "a replacement"')
    facts: dict[str, FactSpec] = Field(default_factory=dict, description="what rules about it may ask besides")
    receipt: tuple[str, ...] = Field(default=(), description="fields of the receipt that a reply may use")
    expected: dict[str, str] = Field(default_factory=dict, description="what a preview says for a receipt's field")
    foreseen: dict[str, str] = Field(
        default_factory=dict,
        description="the value a preview shows for a receipt's field: an argument, or a field of the record that it "
        'names, such as "plan.name"; several with commas between them',
    )
    verify: Verification | None = None

    @model_validator(mode="after")
    def _only_sends(self) -> Self:
        """What leaves nothing to take back moves no money, ends nothing and is of no high risk."""
        if self.nothing_to_undo and (self.kind != "write" or self.money or self.ends or self.risk == "high"):
            raise ValueError(
                "nothing_to_undo is for actions that only send: without money and ends, and of no high risk"
            )
        return self


class ActionForm(Record):
    """An action to be filled in by hand. `offered`: by argument, the values to choose from; others are free."""

    action: ActionSpec
    currency: str = Field(description="of every amount")
    offered: dict[str, tuple[Option, ...]] = Field(default_factory=dict)


def action_of(actions: Mapping[ActionName, ActionSpec], name: ActionName) -> ActionSpec:
    """The action, or a stand-in for one that the catalogue has no more: it has no arguments and nobody may do it."""
    gone = ActionSpec(
        name=name,
        kind="write",
        system="",
        title=f"{name.replace('_', ' ').capitalize()} (no longer offered)",
        words="This action is no longer offered. Leave it out.",
    )
    return actions.get(name, gone)
