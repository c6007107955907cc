"""What a step does to a business system: written once under its key, read back, taken back if it did not show.

Nothing is decided here, and nothing put on record: see `execution`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import sha256

from cx_core.act.effect_verification import verified
from cx_core.catalogue import ActionSpec
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import BackOffice, Clock
from cx_core.records import ActionName, Outcome, Receipt, Step, StepId, TicketId

TRIES = 3
PAUSE_SECONDS = 0.2


class Effects:
    """Writes, under keys that the caller has put on record before."""

    def __init__(self, back_office: BackOffice, actions: Mapping[ActionName, ActionSpec], clock: Clock) -> None:
        self._back_office = back_office
        self._actions = actions
        self._clock = clock

    def do(self, step: Step, key: str) -> Outcome:
        """Raises SystemTrouble where nobody can tell whether it was done."""
        failed = self.failed(step, key)
        try:
            receipt = self._write(step, key)
        except SystemRefused as refusal:
            return failed.replace(message=str(refusal))
        try:
            seen = verified(self._actions[step.action], step.values(), receipt, self._back_office)
        except SystemTrouble as trouble:  # under the same key it can be looked at again, and is not done again
            text = f"Done, but not read back: {trouble}"
            return failed.replace(receipt=receipt, message=text, unknown=True, unreachable=_silent(trouble))
        return (
            failed.replace(status="done", verified=True, receipt=receipt, at=receipt.at)
            if seen
            else self._compensate(step, key, receipt, failed)
        )

    def again(self, step: Step, key: str) -> Outcome | None:
        """What was done under this key, as the system knows it and shows it now; None: not done, or not any more.

        Nothing is written. Raises SystemTrouble.
        """
        receipt = self.receipt(key)
        if receipt is None or self.taken_back(key):
            return None
        if not verified(self._actions[step.action], step.values(), receipt, self._back_office):
            return None
        return self.failed(step, key).replace(status="done", verified=True, receipt=receipt, at=receipt.at)

    def failed(self, step: Step, key: str) -> Outcome:
        return Outcome(step=step.id, action=step.action, status="failed", key=key, at=self._clock())

    def unknown(self, step: Step, key: str, trouble: SystemTrouble) -> Outcome:
        text = f"{trouble} We do not know whether it was done: check before you try again."
        return self.failed(step, key).replace(message=text, unknown=True, unreachable=_silent(trouble))

    def _write(self, step: Step, key: str) -> Receipt:
        """An answer that got lost is asked for by its key before the write is tried again."""
        for left in reversed(range(TRIES)):
            try:
                return self._back_office.write(step.action, step.values(), key)
            except SystemUnreachable:
                if not left:
                    raise
                if (kept := self.receipt(key)) is not None:
                    return kept
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def receipt(self, key: str) -> Receipt | None:
        """None is a fact: the write did not happen. A system that does not say raises SystemTrouble."""
        for left in reversed(range(TRIES)):
            try:
                return self._back_office.receipt(key)
            except SystemUnreachable:
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def _compensate(self, step: Step, key: str, receipt: Receipt, failed: Outcome) -> Outcome:
        """The system said done, its record says otherwise: take it back, or leave it open and say so."""
        said = "The system said done, but its record does not show it."
        if self._actions[step.action].reversible:
            try:
                self._back_office.undo(key, undo_key(key))
                return failed.replace(receipt=receipt, message=f"{said} It was taken back.")
            except SystemTrouble as trouble:
                said = f"{said} Taking it back failed: {trouble}"
        return failed.replace(receipt=receipt, message=f"{said} Look before you try again.", unknown=True)

    def take_back(self, key: str) -> Receipt:
        """Raises SystemTrouble if the system does not."""
        return self._back_office.undo(key, undo_key(key))

    def taken_back(self, key: str) -> bool:
        """Whether it was, by whomever. Raises SystemTrouble."""
        return self.receipt(undo_key(key)) is not None


def key_of(ticket: TicketId, version: int, step: Step, outcomes: Mapping[tuple[int, StepId], Outcome]) -> str:
    """One key per approved step; what may have happened already is tried again under its first key."""
    exact = sha256(repr((step.action, sorted(step.values().items(), key=lambda item: item[0]))).encode()).hexdigest()
    known = {outcome.key for outcome in outcomes.values() if not outcome.unknown}
    unsure = (outcome.key for outcome in outcomes.values() if outcome.unknown and outcome.key not in known)
    earlier = next((key for key in unsure if key.endswith(exact[:16])), None)
    return earlier or f"{ticket}:{version}:{step.id}:{exact[:16]}"


def undo_key(key: str) -> str:
    return f"{key}:undo"


def _silent(trouble: SystemTrouble) -> bool:
    """Whether the system did not answer. A no is an answer."""
    return not isinstance(trouble, SystemRefused)
