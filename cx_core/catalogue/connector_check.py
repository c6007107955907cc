"""What keeps a connected system from being put in force, and how a newer file differs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from cx_core.records import (
    EARLIER,
    RECEIPT_REFERENCE,
    ActionName,
    ClassifiedOperation,
    Connector,
    EffectProof,
    ImportedOperation,
    PinnedTool,
    earlier_values,
)
from cx_core.text.visible_text import visible

MOST_DESCRIBED = 120
"""Values of an answer that are read from a file at most: of one with as many, some may be left out."""
SOME = 6
RECORD_ID = "a record’s id"
SHOWN, SHOWN_BEFORE = 90, 15
"""Characters of a text that changed, and how many of them stand before the change."""
_NAME = re.compile(r"[a-z][a-z0-9_]{2,59}")


def connector_faults(connector: Connector, others: Mapping[ActionName, str] | None = None) -> tuple[str, ...]:
    """Return all that must be mended before it can be in force. `others`: whose an action of another system is."""
    found: list[str] = []
    names = [one.action for one in connector.classified]
    if not names:
        found.append("No operation is classified yet.")
    for one in connector.classified:
        if names.count(one.action) > 1:
            found.append(f"{one.title}: two operations are the action {one.action}.")
        if others and one.action in others:
            found.append(f"{one.title}: {one.action} is an action of {others[one.action]} already.")
        found += operation_faults(connector, one)
    return tuple(dict.fromkeys(found))


def operation_faults(connector: Connector, one: ClassifiedOperation) -> tuple[str, ...]:
    """Return what must be mended about one operation."""
    operation = connector.operation(one.operation)
    if operation is None or operation.hash != one.hash:
        return (f"{one.title}: {one.operation} is not what was classified. Classify it again.",)
    return tuple(f"{one.title}: {why}" for why in _faults(connector, one, operation))


def pointer_faults(one: ClassifiedOperation) -> tuple[str, ...]:
    """Return what is no JSON pointer among the places in an answer that a person named. Read as one, it would mean the
    whole answer, and one such field stops the read. Our key is sent, not read: in a body its name alone will do."""
    places = [(use.name or "this field", use.at, True) for use in one.fields]
    places += [(f"the currency of {use.name}", use.currency_at, False) for use in one.fields]
    if one.kind == "read":
        places += [
            ("the list of records", one.records_at, False),
            (RECORD_ID, one.id_at, False),
            ("the customer’s id", one.customer_at, False),
            ("the mark of the next page", one.pages.next_at, False),
            ("the sign that there is more", one.pages.more_at, False),
        ]
    else:
        places.append(("the reference of what was done", one.reference_at, False))
    if one.failure is not None:
        places += [
            ("the word of success", one.failure.at, True),
            ("the reason of a failure", one.failure.message_at, False),
        ]
    return tuple(
        f"“{at}” is not where {what} stands: a place begins with “/”, such as /email or /customer/id."
        if at
        else f"say where {what} stands, such as /email or /customer/id."
        for what, at, needed in places
        if (at or needed) and not at.startswith("/")
    )


def _faults(connector: Connector, one: ClassifiedOperation, operation: ImportedOperation) -> Iterator[str]:
    yield from pointer_faults(one)
    if not _NAME.fullmatch(one.action):
        yield "the action’s name must be of small letters, figures and underscores."
    if operation.tool and one.key is not None and one.key.place != "body":
        yield "a tool takes a key among its arguments: say `body` and where."
    yield from _argument_faults(one, operation)
    for use in one.fields:
        if use.format.type == "money" and not re.fullmatch(r"[A-Z]{3}", use.format.currency):
            yield f"{use.name} is money without a currency."
    yield from _read_faults(one, operation) if one.kind == "read" else _write_faults(connector, one)


def _argument_faults(one: ClassifiedOperation, operation: ImportedOperation) -> Iterator[str]:
    known = {argument.name: argument for argument in operation.arguments}
    used = {use.argument for use in one.arguments if use.argument}
    yield from _unsent_faults(one)
    for name in sorted(used - known.keys()):
        yield f"the operation has no argument {name}."
    for argument in operation.arguments:
        is_key = one.key is not None and (one.key.place, one.key.at) == (argument.place, argument.at)
        if argument.required and argument.name not in used and not is_key:
            yield f"the operation needs {argument.name}, and nothing says what it is."
    for use in one.arguments:
        if use.format.type == "money" and not use.fixed and not re.fullmatch(r"[A-Z]{3}", use.format.currency):
            yield f"{use.called} is money without a currency."
        if use.optional and use.argument in known and known[use.argument].required:
            yield f"{use.called} is required by the operation."


def _unsent_faults(one: ClassifiedOperation) -> Iterator[str]:
    """What is not sent is worth nothing unless the proof shows it: nothing else holds the system to it."""
    shown = set(one.proof.expect.values()) if one.proof and one.kind == "write" else set()
    for use in one.arguments:
        if use.argument:
            continue
        if not _NAME.fullmatch(use.name) or use.fixed or use.optional:
            yield "an argument that is not sent has a name, is needed, and is not always the same."
        elif use.name not in shown:
            yield f"{use.name} is not sent, so the proof must show it."


def _read_faults(one: ClassifiedOperation, operation: ImportedOperation) -> Iterator[str]:
    if operation.method in ("PUT", "PATCH", "DELETE"):
        yield f"{operation.method} changes something, so it is no read."
    if not one.record or not one.id_at:
        yield "say which kind of record it gives, and where a record’s id stands."
    if not pointer_faults(one):
        yield from _place_faults(one, operation)
    if one.finds == "customers_by_address" and not any("mail" in use.name for use in one.fields):
        yield "to find customers by address, a field with `mail` in its name must be read."


def _place_faults(one: ClassifiedOperation, operation: ImportedOperation) -> Iterator[str]:
    """Places that hold no value in the answer as its file describes it. A field may stand where the file says nothing,
    since many describe less than they answer; an id may not, because no record could be read without it."""
    described = {field.at: field.wire for field in operation.fields}
    if not described or one.records_at != operation.records_at:
        return
    places = [(use.name, use.at) for use in one.fields]
    for what, at in (*places, ("the customer’s id", one.customer_at), (RECORD_ID, one.id_at)):
        if not at or at in described:
            continue
        inside = next((place for place in described if place.startswith(f"{at}/")), "")
        around = next(
            (place for place, wire in described.items() if wire != "array" and at.startswith(f"{place}/")), ""
        )
        if inside:
            yield f"{what} is one value, and {at} holds several: take one of them, such as {inside}."
        elif around:
            yield f"nothing stands at {at} for {what}: {around} is one value."
        elif what == RECORD_ID and len(described) < MOST_DESCRIBED:
            yield f"the answer has nothing at {at} for {what}. Its file describes {_some(described)}."


def _some(places: Collection[str]) -> str:
    shown = list(places)[:SOME]
    return ", ".join(shown) + (" and others" if len(places) > SOME else "")


def _write_faults(connector: Connector, one: ClassifiedOperation) -> Iterator[str]:
    if not one.reference_at and one.proof and RECEIPT_REFERENCE in one.proof.arguments.values():
        yield "say where the answer holds the reference of what was done: the proof is asked with it."
    named = {use.called: use for use in one.arguments if not use.fixed}
    sums = {name for name, use in named.items() if use.format.type == "money"}
    for use in one.fields:
        if use.name in sums and use.format.type != "money":
            yield f"{use.name} is money where it is sent, so it is money in the answer as well."
    if one.money and (one.money not in named or named[one.money].format.type != "money"):
        yield f"{one.money} is not one of its arguments of money."
    yield from _record_faults(connector, one)
    if one.reversible:
        undo = next((other for other in connector.classified if other.action == one.undo), None)
        if undo is None or undo.kind != "write" or not one.undo_minutes:
            yield "it can be taken back only with a write that does so, and a time for it."
        else:
            yield from _undo_faults(connector, one, undo)
    if one.proof is None:
        yield "say which read shows that it was done."
    else:
        yield from _proof_faults(connector, one, one.proof, {*named, *(use.name for use in one.fields)})


def _undo_faults(connector: Connector, one: ClassifiedOperation, undo: ClassifiedOperation) -> Iterator[str]:
    taken = {use.called: use.optional for use in undo.arguments if not use.fixed}
    needed = {name for name, optional in taken.items() if not optional}
    if not needed <= one.undo_arguments.keys() <= taken.keys():
        yield f"nothing says what {undo.title} is asked with to take it back."
    read = next((other for other in connector.classified if one.proof and other.action == one.proof.read), None)
    before = {f"{EARLIER}{use.name}" for use in read.fields} if read else set()
    told = {use.called for use in one.arguments if not use.fixed} | {use.name for use in one.fields}
    for place in sorted({*one.undo_arguments.values()} - before - told - {RECEIPT_REFERENCE}):
        yield f"taking it back needs {place}, which is neither an argument, in the receipt, nor a field before the act."
    if one.proof and earlier_values(one) and RECEIPT_REFERENCE in one.proof.arguments.values():
        yield "what was there before can be read only if the proof is asked without the receipt."


def _record_faults(connector: Connector, one: ClassifiedOperation) -> Iterator[str]:
    """A record that an act names is looked up, to see whose it is, by the read that is called as its kind."""
    for use in one.arguments:
        kind = use.format.of
        if use.format.type != "record" or use.fixed:
            continue
        if not kind:
            yield f"say which kind of record {use.called} is."
        elif not any(_looks_up(read, kind) for read in connector.classified):
            yield f"a read called {kind}, with the one argument {kind}, must show a record of this kind."


def _looks_up(read: ClassifiedOperation, kind: str) -> bool:
    needed = [use.called for use in read.arguments if not use.fixed and not use.optional]
    return (read.kind, read.action, read.record, needed) == ("read", kind, kind, [kind])


def _proof_faults(connector: Connector, one: ClassifiedOperation, proof: EffectProof, told: set[str]) -> Iterator[str]:
    read = next((other for other in connector.classified if other.action == proof.read), None)
    if read is None or read.kind != "read":
        yield f"{proof.read} is not one of this system’s reads."
        return
    open_ = {use.called: use.optional for use in read.arguments if not use.fixed}
    needed = {name for name, optional in open_.items() if not optional}
    if not needed <= proof.arguments.keys() <= open_.keys():
        yield f"the proof does not say what {read.title} is asked with."
    fields = {use.name for use in read.fields} | {"id"}
    for name in sorted(({*proof.expect, proof.key_field} - {""}) - fields):
        yield f"the proof looks at {name}, which {read.title} does not give."
    if proof.key_field and one.key is None:
        yield "the proof looks for our key, and nothing says where it is sent."
    if set(proof.expect.values()) <= set(proof.arguments.values()):
        yield "the proof shows no more than what it is asked for: say what must be so once it is done."
    for wanted in sorted({*proof.expect.values(), *proof.arguments.values()}):
        if not wanted.startswith("=") and wanted not in told | {RECEIPT_REFERENCE}:
            yield f"the proof expects {wanted}, which is neither an argument nor in the receipt."


def operation_changes(before: ImportedOperation, after: ImportedOperation | None) -> tuple[str, ...]:
    """How a newer file describes an operation otherwise, in words; empty if it does not."""
    if after is None:
        return ("the server has it no more" if before.tool else "the file has it no more",)
    if before.hash == after.hash:
        return ()
    found: list[str] = list(_tool_changes(before.tool, after.tool)) if before.tool and after.tool else []
    for name in ("method", "path", "body", "records_at", *(() if before.tool else ("title", "description"))):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            found.append(f"{name.replace('_', ' ')} was “{was:.80}” and is “{now:.80}”")
    for what, old, new in (
        ("argument", {one.name: one for one in before.arguments}, {one.name: one for one in after.arguments}),
        ("field", {one.name: one for one in before.fields}, {one.name: one for one in after.fields}),
    ):
        found += (f"{what} {name} is new" for name in sorted(new.keys() - old.keys()))
        found += (f"{what} {name} is gone" for name in sorted(old.keys() - new.keys()))
        for name in sorted(old.keys() & new.keys()):
            was, now = old[name].model_dump(), new[name].model_dump()
            if parts := [f"{part} {was[part]!s:.40} → {now[part]!s:.40}" for part in was if was[part] != now[part]]:
                found.append(f"{what} {name}: {', '.join(parts)}")
    return tuple(found) or ("it differs",)


def _tool_changes(before: PinnedTool, after: PinnedTool) -> Iterator[str]:
    """What a server says of a tool otherwise: the part of each text that is not the same."""
    for name in type(before).model_fields:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            start = next(
                (at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now))
            )
            start = max(0, start - SHOWN_BEFORE)
            yield f"{name.replace('_', ' ')} was “{_part(was, start)}” and is “{_part(now, start)}”"


def _part(text: str, start: int) -> str:
    rest = visible(text[start:])
    return ("…" if start else "") + rest[:SHOWN] + ("…" if len(rest) > SHOWN else "")
