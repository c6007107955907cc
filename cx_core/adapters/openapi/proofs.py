"""Tells by a read whether a write whose answer got lost was done."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.adapters.openapi.acts import KeptAct, KeptActs
from cx_core.adapters.openapi.reads import SystemReads
from cx_core.adapters.openapi.working_actions import WorkingAction, WorkingActions
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.records import RECEIPT_REFERENCE, BusinessRecord, Receipt, Value, earlier_values


class ProofReads:
    """Reads what the proof of a write shows, before the write and after it."""

    def __init__(self, actions: WorkingActions, reads: SystemReads, acts: KeptActs) -> None:
        self._actions = actions
        self._reads = reads
        self._acts = acts

    def before(self, working: WorkingAction, arguments: Mapping[str, Value]) -> tuple[str, ...]:
        """Ids of records that look like the effect already. Empty where the proof cannot be read without a receipt."""
        asked = self._asked(working, arguments)
        if asked is None:
            return ()
        return tuple(record.id for record in self._matching(working, asked, arguments))

    def earlier(self, working: WorkingAction, arguments: Mapping[str, Value]) -> dict[str, Value]:
        """What the proof's read shows before the act of the values that an undo puts back; of several records none."""
        wanted = earlier_values(working.classified)
        asked = self._asked(working, arguments) if wanted else None
        records = self._read(working, asked) if asked is not None else ()
        return {name: records[0].fields.get(name) for name in wanted} if len(records) == 1 else {}

    def new(
        self, working: WorkingAction, act: KeptAct, arguments: Mapping[str, Value], mark: str
    ) -> BusinessRecord | None:
        """The one record that this act made; None if there is none. Raises SystemUnreachable where nobody can tell."""
        asked, proof = self._asked(working, arguments), working.classified.proof
        if asked is None or proof is None:
            raise SystemUnreachable("Its proof can be read only with the answer that got lost.")
        found = [one for one in self._matching(working, asked, arguments) if one.id not in act.before]
        if proof.key_field:
            own = [one for one in found if one.fields.get(proof.key_field) == mark]
            if len(own) == 1:
                return own[0]
            found = [one for one in found if not one.fields.get(proof.key_field)] + own
            if found:
                raise SystemUnreachable("There are records like it without our key: which is ours is not known.")
            return None
        another, taken = self._acts.others(act)
        found = [one for one in found if one.id not in taken]
        if len(found) > 1 or (found and another):
            raise SystemUnreachable("More than one record looks like it: which is ours is not known.")
        return found[0] if found else None

    def shown(self, working: WorkingAction, arguments: Mapping[str, Value], receipt: Receipt) -> bool:
        """Whether the proof shows what an answer said."""
        known = {**receipt.fields, **arguments, RECEIPT_REFERENCE: receipt.reference}
        asked = self._asked(working, known)
        proof = working.classified.proof
        if asked is None or proof is None:
            return False
        told = all(wanted.startswith("=") or wanted in known for wanted in proof.expect.values())
        return told and bool(self._matching(working, asked, known))

    def _asked(self, working: WorkingAction, arguments: Mapping[str, Value]) -> dict[str, Value] | None:
        """The arguments of the proof's read; None if it takes something that only the receipt tells."""
        proof = working.classified.proof
        if proof is None or any(place not in arguments for place in proof.arguments.values()):
            return None
        return {name: arguments[place] for name, place in proof.arguments.items()}

    def _matching(
        self, working: WorkingAction, asked: Mapping[str, Value], arguments: Mapping[str, Value]
    ) -> list[BusinessRecord]:
        proof = working.classified.proof
        assert proof is not None  # noqa: S101 - `_asked` gave arguments for it
        return [one for one in self._read(working, asked) if _fits(one, proof.expect, arguments)]

    def _read(self, working: WorkingAction, asked: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        proof = working.classified.proof
        assert proof is not None  # noqa: S101 - `_asked` gave arguments for it
        try:
            return self._reads.read(self._actions.get(proof.read, "read"), asked)
        except SystemRefused as refusal:
            raise SystemUnreachable(f"What was done cannot be looked up: {refusal}") from None


def _fits(record: BusinessRecord, expect: Mapping[str, str], arguments: Mapping[str, Value]) -> bool:
    """Whether all that is known before the answer is as expected; what only the receipt tells is left open."""
    fields: Mapping[str, Value] = {**record.fields, "id": record.id}
    for name, wanted in expect.items():
        value = fields.get(name)
        if wanted.startswith("="):
            if str(value) != wanted[1:]:
                return False
        elif wanted in arguments and value != arguments[wanted]:
            return False
    return True
