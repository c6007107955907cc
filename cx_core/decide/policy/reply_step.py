"""The reply as an act: answering is asked for like one, though it is no action of a business system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.catalogue import ActionSpec, ArgumentSpec, FactSpec, action_of
from cx_core.decide.policy.code_step import CODE_SPEC
from cx_core.records import SEND_CODE, ActionName, Argument, Source, Step, StepId, Value
from cx_core.service_rules.auto_send_checks import Occasion

SEND_REPLY = ActionSpec(
    name=ActionName("send_reply"),
    kind="write",
    system="channels",
    title="Send the reply",
    words="Send the reply",
    arguments={
        "tells": ArgumentSpec(type="items", title="Restricted fields that it tells", optional=True),
        "published": ArgumentSpec(type="boolean", title="Whether it is nothing but published words", optional=True),
        "answered": ArgumentSpec(type="boolean", title="Whether they answer all that was asked", optional=True),
        "from_program": ArgumentSpec(type="boolean", title="Whether it answers what a program sent", optional=True),
        "alone_here": ArgumentSpec(type="integer", title="Answers left alone in the ticket", optional=True),
        "alone_today": ArgumentSpec(type="integer", title="Answers left alone to the address", optional=True),
    },
    facts={
        "answered": FactSpec(
            type="bool",
            value="args.answered == true",
            narrows=True,
            says="Its passages answer what was asked, as asked, and nothing else was asked",
        ),
        "from_program": FactSpec(
            type="bool",
            value="args.from_program != false",
            narrows=True,
            says="A program sent what it answers: an absence note, a list, a bounce",
        ),
        "alone_here": FactSpec(
            type="long",
            value="args.alone_here",
            says="Answers that the copilot has given in this ticket by itself",
        ),
        "alone_today": FactSpec(
            type="long",
            value="args.alone_today",
            says="Answers that the copilot has sent to this address by itself within 24 hours, in other tickets",
        ),
        "published": FactSpec(
            type="bool",
            value="args.published == true",
            says="It is nothing but words of articles that are published for customers and hold today",
        ),
        "tells_restricted": FactSpec(
            type="bool", value="size(args.tells) > 0", says="It tells what a record holds as restricted"
        ),
    },
)

REPLY = Step(id=StepId("reply"), goal=-1, action=SEND_REPLY.name)
"""The reply as a step. It answers every goal, so the facts of all goals count, the narrowest of each."""


OWN_ACTS = (SEND_REPLY, CODE_SPEC)
"""Acts that policies rule on like any, and that are none of a business system."""


def reply_saying(text: str) -> Step:
    """The reply in these words. Of one without words nothing is known."""
    return _reply_with(text=text)


def reply_that(
    tells: Sequence[str],
    *,
    published: bool,
    answered: bool,
    on: Occasion = Occasion(),  # noqa: B008  # it is frozen
) -> Step:
    """The reply that tells these restricted fields, whether it is a published answer, and on what occasion, as facts
    are worked out."""
    return _reply_with(tells=tuple(tells), published=published, answered=answered, **on._asdict())


def _reply_with(**values: Value) -> Step:
    source = Source(kind="derived", ref=REPLY.id)
    arguments = tuple(Argument(name=name, value=value, source=source) for name, value in values.items())
    return REPLY.replace(arguments=arguments)


def spec_of(actions: Mapping[ActionName, ActionSpec], name: ActionName) -> ActionSpec:
    """The action, be it one of our own; a stand-in for one that the catalogue has no more."""
    if name == SEND_CODE:
        return CODE_SPEC
    return SEND_REPLY if name == SEND_REPLY.name else action_of(actions, name)
