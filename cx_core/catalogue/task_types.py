"""What customers want done, what is read for it and what follows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records import ActionName, EntityKind, Priority, Record, TaskTypeName

ELSE = " else "
"""Between two places that a value may stand in: the second counts where the first holds nothing."""


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
    among: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="fields and their values, or ages as in a case: of several records those that have them, if any "
        "do; a value may be that of an earlier lookup, as {name.field}",
    )
    rather: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="as `among`, of those alone that are left once the customer's words have been read",
    )
    prefer: str = ""
    only: bool = False
    each: bool = Field(
        default=False,
        description="several that they name, each by its own number or day, are all meant: the case is taken for each",
    )


class StepSpec(Record):
    """One step of a case. An argument is "lookup.field", "entity:date", "=literal", or "said:name", the value whose
    words under `said` they used.

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
    "usage.charge": "{overages.amount}" compares it with another field.
    "order.delivered.age": "over 30 days" asks how long ago the day in a field is, or that of "entity:date" or
    "wish:start": "up to 10 working days", "over 90 days ahead", "past", "today", "to come".
    "entity:date.weekday": "sunday" asks for its day of the week. A field that holds no day is none of these.
    "tried:restart": "some" asks whether they say that they have done what the task type calls so under `tried`.
    "wish:start" and "wish:end": "some" ask whether they said from when, or by when, it is wanted, "wish:day" whether a
    day fits all that they said about time, "wish:when" whether they wish for any day that is not one of a record's,
    "wish:hour" whether they named an hour or a part of the day, "wish:hour.outside": "08:00-20:00" whether all of that
    is outside of these hours, "wish:about" whether they said anything of what a call is to be about, "wish:note"
    whether there are words of theirs to pass on;
    "wish:only": "some" whether it is that time or nothing, which {wish.only} says in their words.
    "slots.rest": "some" counts the records of a lookup that were read and are not what was meant.
    "goods.named": "some" asks whether the customer said which of several they mean.
    "wants:send_replacement" and "refuses:send_replacement": "some" | "none" ask for what they said of an action by the
    words that it is `called`. "goal.polarity": "asked" is a question about it, and "goal.agreed": "true" a yes to what
    was put to them. No case with steps is taken for what they only ask about or keep, nor one whose step they refuse.
    In wording, {lookup.others} is two further records of it ("Friday ... or Saturday ..."), and {lookup.nearest}, where
    none was meant, the two that come nearest to what was said.
    """

    name: str
    when: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    steps: tuple[StepSpec, ...] = ()
    reply: str = Field(description="paragraph; {lookup.field} is a fact, {action.field} a slot filled by its receipt")
    note: str = Field(default="", description="for the summary: what was found; {lookup.field} is a fact")
    asks: bool = Field(
        default=False, description="the reply asks the customer something, so the ticket waits and is not solved"
    )
    hands_on: bool = Field(
        default=False,
        description="the reply says that somebody will look into it, so once it is sent a person goes on with it",
    )
    puts_right: bool = Field(
        default=False,
        description="its steps put right what went wrong with what is asked about; the task type is not for them",
    )
    none_fits: bool = Field(
        default=False, description="the customer has nothing that it could be about, so `or_else` may be meant"
    )
    covers: tuple[TaskTypeName, ...] = Field(
        default=(), description="task types whose paragraph would say the same again, where nothing is done for them"
    )

    @property
    def settles(self) -> bool:
        """Whether nothing is left to do, by the customer or by a person, once it is sent."""
        return not (self.asks or self.hands_on)


class Followed(Record):
    """Sentences from which it is learnt whether customers say that they have followed a piece of advice."""

    done: tuple[str, ...] = Field(min_length=1, description="they have")
    not_done: tuple[str, ...] = Field(min_length=1, description="what only sounds so")


class TaskType(Record):
    """A kind of thing customers want done: the unit of autonomy."""

    name: TaskTypeName
    title: str
    ceiling: Literal[0, 1, 2, 3, 4] = 4
    people_only: bool = False
    priority: Priority = "normal"
    wants: tuple[EntityKind, ...] = ()
    articles: tuple[str, ...] = Field(default=(), description="articles that usually answer it")
    or_else: tuple[TaskTypeName, ...] = Field(
        default=(), description="what is meant instead where the customer has nothing that this could be about"
    )
    tried: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="what we advise, with words by which people say that they have done it"
    )
    followed: dict[str, Followed] = Field(
        default_factory=dict, description="the same, told by the sense of a clause from sentences of either kind"
    )
    advice: dict[str, str] = Field(
        default_factory=dict,
        description="the same advice as sentences of ours: {advice.left} is what of it they have not done",
    )
    said: dict[str, dict[str, tuple[str, ...]]] = Field(
        default_factory=dict, description="values of an argument, with the words by which people mean each of them"
    )
    lookups: tuple[LookupSpec, ...] = ()
    cases: tuple[Case, ...] = ()
    upset: str = Field(
        default="", description="a sentence for an upset customer, before the paragraph; it promises nothing"
    )
    next_step: str = Field(default="", description="what a person does first with a matter that is for people")
    topic: str = Field(description='two to four words for a summary: "a double charge"')
    examples: tuple[str, ...] = Field(min_length=30)
    questions: tuple[str, ...] = Field(
        default=(), description="how we ask about it or offer it: what customers answer is understood by what we wrote"
    )

    @property
    def steps(self) -> tuple[StepSpec, ...]:
        """The steps of all its cases."""
        return tuple(step for case in self.cases for step in case.steps)

    @property
    def own_steps(self) -> tuple[StepSpec, ...]:
        """The steps that the task type is for."""
        return tuple(step for case in self.cases if not case.puts_right for step in case.steps)
