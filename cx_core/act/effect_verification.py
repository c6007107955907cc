"""An effect is believed when it has been read back from the system, not when the system says "done"."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cx_core.catalogue import ActionSpec
from cx_core.ports import BackOffice
from cx_core.records import Receipt, Value

RECEIPT = "@receipt"


def verified(action: ActionSpec, values: Mapping[str, Value], receipt: Receipt, back_office: BackOffice) -> bool:
    """Whether the record shows what the step wanted. Raises SystemTrouble if it cannot be read.

    An action without a way to read it back is never verified.
    """
    if action.verify is None:
        return False
    known = {**receipt.fields, **values, RECEIPT: receipt.reference}
    arguments = {name: known.get(place) for name, place in action.verify.arguments.items()}
    expected = action.verify.expect.items()
    left_out = {name for name, spec in action.arguments.items() if spec.optional and values.get(name) is None}
    return any(
        all(_same({**record.fields, "id": record.id}.get(field), known, wanted, left_out) for field, wanted in expected)
        for record in back_office.read(action.verify.read, arguments)
    )


def _same(value: Value, known: Mapping[str, Value], wanted: str, left_out: Collection[str]) -> bool:
    """Whether a field holds what is wanted; of an optional argument that was left out, nothing."""
    if wanted in left_out:
        return value is None
    if wanted.startswith("="):
        return str(value) == wanted[1:]
    return value is not None and value == known.get(wanted)
