"""Actions and kinds of records of connected systems, as the knowledge folder would describe them."""

from __future__ import annotations

from collections.abc import Iterable

from cx_core.catalogue.actions import ActionSpec, ArgumentSpec, Verification
from cx_core.catalogue.folder import Knowledge
from cx_core.catalogue.record_kinds import FieldSpec, RecordSpec
from cx_core.records import ArgumentUse, ClassifiedOperation, Connector

_CALLED = ("items", "item", "name")
"""Fields by whose words people call a record, where a system gives them."""


def action_spec(connector: Connector, one: ClassifiedOperation) -> ActionSpec:
    """The action that a classified operation is."""
    open_ = [use for use in one.arguments if not use.fixed]
    proof = one.proof
    write = one.kind == "write"
    named = ", ".join(f"{{{use.called}}}" for use in open_ if not use.optional)
    return ActionSpec(
        name=one.action,
        kind=one.kind,
        system=connector.name,
        title=one.title,
        words=one.words or f"{one.title}: {named}" if named else one.words or one.title,
        done=one.done or f"Done: {one.title}" if write else "",
        told=one.told if write else "",
        reversible=one.reversible and write,
        risk=one.risk if write else "low",
        money=one.money if write else "",
        gives="" if write else one.record,
        arguments={use.called: _argument(use) for use in open_},
        receipt=tuple(dict.fromkeys([use.called for use in open_ if not use.optional] + [f.name for f in one.fields]))
        if write
        else (),
        verify=Verification(read=proof.read, arguments=proof.arguments, expect=proof.expect)
        if proof and write
        else None,
    )


def record_specs(connector: Connector) -> dict[str, RecordSpec]:
    """The kinds of records that its reads give, each with the fields of all of them."""
    made: dict[str, RecordSpec] = {}
    for one in connector.classified:
        if one.kind != "read" or not one.record:
            continue
        fields = {use.name: FieldSpec(type=use.format.type, of=use.format.of) for use in one.fields if use.name != "id"}
        earlier = made[one.record].fields if one.record in made else {}
        customer = "id" if one.record == "customer" else "customer" if "customer" in {**earlier, **fields} else ""
        every = {**earlier, **fields}
        called = tuple(name for name in _CALLED if name in every)
        made[one.record] = RecordSpec(name=one.record, key="id", customer=customer, fields=every, called=called)
    return made


def with_connected(knowledge: Knowledge, connectors: Iterable[Connector]) -> Knowledge:
    """The knowledge with what connected systems can do. What the folder describes itself stays as it is there; a kind
    of record that both have gets the fields that only the system gives, and has its numbers in the system's form.

    Where the folder names no field of a kind, any was possible. Its records come from these systems alone, so it has
    the fields that they give and no others.
    """
    actions, records = dict(knowledge.actions), dict(knowledge.records)
    for connector in connectors:
        for one in connector.classified:
            actions.setdefault(one.action, action_spec(connector, one))
        for name, record in record_specs(connector).items():
            known = records.get(name, record)
            fields = {**record.fields, **known.fields}
            records[name] = known.replace(fields=fields, numbered="", complete=True)
    return knowledge.replace(actions=actions, records=records)


def _argument(use: ArgumentUse) -> ArgumentSpec:
    form = use.format
    return ArgumentSpec(type=form.type, of=form.of, title=use.title or use.called, optional=use.optional)
