"""The sending of a one-time code as an act: it is asked for like one, though it is no action of a business system."""

from __future__ import annotations

from cx_core.catalogue import ActionSpec, ArgumentSpec, FactSpec
from cx_core.records import SEND_CODE, Argument, Source, Step, StepId, Value

CODE_SPEC = ActionSpec(
    name=SEND_CODE,
    kind="write",
    system="channels",
    title="Send a one-time code",
    words="Send a one-time code to {contact}",
    arguments={
        "contact": ArgumentSpec(type="email", title="Contact on file"),
        "settled": ArgumentSpec(type="boolean", title="Whether it was not changed lately", optional=True),
        "codes_hour": ArgumentSpec(type="integer", title="Codes within the hour before", optional=True),
    },
    facts={
        "contact_settled": FactSpec(
            type="bool", value="args.settled == true", says="The contact on file was not changed lately"
        ),
        "codes_hour": FactSpec(
            type="long",
            value="args.codes_hour",
            says="Codes sent within an hour to this customer, or in this ticket, whichever is more",
        ),
    },
)


def sending_code(contact: str, *, settled: bool, codes_hour: int) -> Step:
    """The step of sending a code to this contact. It is for every goal, so the narrowest of each counts."""
    source = Source(kind="record", ref="customer")
    values: dict[str, Value] = {"contact": contact, "settled": settled, "codes_hour": codes_hour}
    arguments = tuple(Argument(name=name, value=value, source=source) for name, value in values.items())
    return Step(id=StepId("code"), goal=-1, action=SEND_CODE, arguments=arguments)
