"""Connected systems, as administrators see them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from cx_core.records import (
    ArgumentUse,
    BusinessRecord,
    ClassifiedOperation,
    Connector,
    ConnectorFailure,
    ImportedOperation,
    Record,
)


class OperationView(Record):
    """An operation of a file, what was decided about it, and what a person is offered to begin with."""

    operation: ImportedOperation
    decided: ClassifiedOperation | None = None
    proposed: ClassifiedOperation
    changes: tuple[str, ...] = ()


class ConnectorView(Record):
    """One system: the version that is worked on, what is in force, and how it does."""

    draft: Connector
    in_force: Connector | None = None
    secret_kept: bool = False
    operations: tuple[OperationView, ...] = ()
    faults: tuple[str, ...] = ()
    failures: tuple[ConnectorFailure, ...] = ()
    alone_from: datetime | None = Field(default=None, description="then whoever asked may sign as only administrator")
    asked_by: str = Field(default="", description="name of whoever asked for it to be put in force")


class ReadTried(Record):
    """What a trial of a read gave."""

    records: tuple[BusinessRecord, ...] = ()
    trouble: str = ""


class StoppingAction(Record):
    """An action in force that stands still once a newer file is imported, until it is signed again."""

    title: str
    finds_customers: bool = Field(default=False, description="without it nobody is known, so nothing of theirs is read")
    changes: tuple[str, ...]


class SignedOperation(Record):
    """One operation as a second person reads it before they sign."""

    title: str
    write: bool
    standing: str = Field(default="", description="new, changed, or empty: as it is in force")
    words: str


def to_sign(view: ConnectorView) -> tuple[SignedOperation, ...]:
    """All that is signed with a system, what changes something first."""
    before = {one.operation: one for one in view.in_force.classified} if view.in_force else {}
    made = [
        SignedOperation(
            title=one.title,
            write=one.kind == "write",
            standing=_standing(one, before.get(one.operation)),
            words=_words(view.draft, one),
        )
        for one in view.draft.classified
    ]
    return tuple(sorted(made, key=lambda one: not one.write))


def _standing(one: ClassifiedOperation, before: ClassifiedOperation | None) -> str:
    if before is None:
        return "new"
    changed = [name for name in type(one).model_fields if getattr(one, name) != getattr(before, name)]
    return f"changed: {', '.join(name.replace('_', ' ') for name in changed)}" if changed else ""


def _words(draft: Connector, one: ClassifiedOperation) -> str:
    operation = draft.operation(one.operation)
    call = one.operation if operation is None or operation.tool else f"{operation.method} {operation.path}"
    sent = ", ".join(map(_sent, one.arguments))
    parts = [f"{call} as {one.action}" + (f", with {sent}" if sent else "")]
    if one.kind == "read" and one.customer_at:
        parts.append(f"Whose it is stands at {one.customer_at}")
    if one.kind == "read":
        told = ", ".join(use.name for use in one.fields)
        return ". ".join([*parts, f"Gives a {one.record}: {told}" if told else f"Gives a {one.record}"]) + "."
    parts.append(f"{one.risk.capitalize()} risk")
    parts.append(f"Money out: {one.money}" if one.money else "No money is said to go out")
    key = one.key
    once = f"Our key goes into the {key.place} as {key.at}" if key else "No key is sent"
    parts.append(once if key is None or key.honoured else f"{once}, which the system does not honour")
    if one.proof is not None:
        shown = "; ".join(f"{name} = {wanted}" for name, wanted in one.proof.expect.items())
        parts.append(f"Proven by {one.proof.read} ({shown})")
    undo = f"Taken back by {one.undo} for {one.undo_minutes} minutes"
    parts.append(undo if one.reversible and one.undo else "Nothing takes it back")
    return ". ".join(parts) + "."


def _sent(use: ArgumentUse) -> str:
    """An argument as it is sent: what it is called, where that is another name than the system's, and how money is
    written."""
    told = f"{use.called} always “{use.fixed}”" if use.fixed else use.called
    as_ = f" (sent as {use.argument})" if use.argument and use.argument != use.called else ""
    money = f" in {use.format.unit} {use.format.currency}" if use.format.type == "money" else ""
    return f"{told}{money}{as_}" if use.argument else f"{told}{money} (not sent)"
