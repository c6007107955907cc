"""`ports.BackOffice` made of business systems that people connected by their OpenAPI files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from cx_core.adapters.openapi.acts import KeptAct, KeptActs
from cx_core.adapters.openapi.calls import SystemCalls
from cx_core.adapters.openapi.effects import SystemEffects
from cx_core.adapters.openapi.proofs import ProofReads
from cx_core.adapters.openapi.reads import SystemReads
from cx_core.adapters.openapi.working_actions import WorkingAction, WorkingActions
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records import (
    EARLIER,
    RECEIPT_REFERENCE,
    ActionName,
    BusinessRecord,
    Connector,
    Money,
    Receipt,
    Value,
)

_NUMBER = re.compile(r"#?(?=\S*\d)[\w-]{1,60}")
"""What may be the id of a record."""


class ConnectorBackOffice:
    """Implements ports.BackOffice over the operations in force, and ports.CountedAnswers."""

    def __init__(
        self,
        active: Callable[[], tuple[Connector, ...]],
        calls: SystemCalls,
        acts: KeptActs,
        clock: Clock,
        marked: Callable[[str], str],
    ) -> None:
        self._actions = WorkingActions(active)
        self._calls = calls
        self._reads = SystemReads(calls)
        self._acts = acts
        self._clock = clock
        self._effects = SystemEffects(calls, ProofReads(self._actions, self._reads, acts), acts, clock, marked)

    @property
    def heard(self) -> int:
        return self._calls.heard

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        """Whatever a system finds, only customers who have exactly this address or id are given."""
        wanted = address.strip()
        if not wanted:
            return ()
        how = "customers_by_address" if "@" in wanted else "customers_by_id"
        found: dict[str, BusinessRecord] = {}
        for working in self._actions.finding(how):
            for one in self._found(working, wanted) or self._in_small_letters(working, wanted):
                known = [one.id] if how == "customers_by_id" else _addresses(one)
                if one.kind == "customer" and wanted.lower() in (str(text).lower() for text in known):
                    found[one.id] = one
        return tuple(found.values())

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        wanted = text.strip()
        if not wanted:
            return ()
        found = {one.ref: one for one in self.find_customers(wanted)}
        for working in self._actions.finding("by_text"):
            for one in self._found(working, wanted):
                found.setdefault(one.ref, one)
        for working in self._actions.by_number() if _NUMBER.fullmatch(wanted) else ():
            with suppress(SystemRefused):  # as many systems answer for a number that is none of theirs
                for one in self._found(working, wanted.lstrip("#")):
                    found.setdefault(one.ref, one)
        return tuple(found.values())[:most]

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        working = self._actions.get(name, "read")
        with self._noted(working):
            return self._reads.read(working, arguments)

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        working = self._actions.get(name, "write")
        with self._noted(working):
            return self._effects.perform(working, arguments, key)

    def receipt(self, key: str) -> Receipt | None:
        act = self._acts.get(key, self._clock()) if key else None
        if act is None or act.receipt is not None:
            return act.receipt if act else None
        if act.held:
            raise SystemUnreachable("It is being done at this moment.")
        if act.state != "sent":
            return None
        return self._receipt_of(act)

    def undo(self, key: str, undo_key: str) -> Receipt:
        done = self._acts.get(key, self._clock()) if key else None
        if done is not None and done.state == "sent":
            raise SystemUnreachable("Whether it was done is not known yet, so it is not taken back.")
        if done is None or done.receipt is None or done.undoes is not None:
            raise SystemRefused("There is nothing to take back.")
        working = self._actions.get(done.action, "write")
        undoer = self._actions.get(working.classified.undo, "write") if working.classified.undo else None
        until = done.receipt.undo_until
        if undoer is None or until is None:
            raise SystemRefused("This cannot be taken back.")
        before = {f"{EARLIER}{name}": _value(one) for name, one in done.earlier.items()}
        known: Mapping[str, Value] = {**done.receipt.fields, **before, RECEIPT_REFERENCE: done.receipt.reference}
        arguments = {name: known.get(place) for name, place in working.classified.undo_arguments.items()}
        earlier = self._acts.get(undo_key, self._clock()) if undo_key else None
        if earlier is None and self._clock() > until:
            raise SystemRefused(f"It is too late: this could be taken back until {until:%H:%M} UTC on {until:%d %B}.")
        with self._noted(undoer):
            return self._effects.perform(undoer, arguments, undo_key, done)

    def _receipt_of(self, act: KeptAct) -> Receipt | None:
        """Look an open act up. None where its effect had its time and is not there."""
        try:
            working = self._actions.get(act.action, "write")
        except SystemRefused as refusal:
            raise SystemUnreachable(f"Whether it was done cannot be looked up: {refusal}") from None
        arguments = {name: _value(one) for name, one in act.arguments.items()}
        undone = self._acts.get(act.undoes, self._clock()) if act.undoes else None
        with self._noted(working):
            seen = self._effects.looked_up(working, act, arguments, undone.action if undone else act.action)
        if seen is not None:
            return self._acts.done(act.key, seen, self._clock())
        self._effects.check_settled(working, act)
        return None

    def _found(self, working: WorkingAction, text: str) -> tuple[BusinessRecord, ...]:
        """What a read with one open argument finds by a text."""
        open_ = [use.called for use in working.classified.arguments if not use.fixed and not use.optional]
        open_ = open_ or [use.called for use in working.classified.arguments if not use.fixed][:1]
        with self._noted(working):
            return self._reads.read(working, dict.fromkeys(open_[:1], text))

    def _in_small_letters(self, working: WorkingAction, text: str) -> tuple[BusinessRecord, ...]:
        """Found by an address in small letters: many systems keep it so, and find it only as they keep it."""
        small = text.lower()
        return self._found(working, small) if "@" in text and small != text else ()

    @contextmanager
    def _noted(self, working: WorkingAction) -> Iterator[None]:
        """Keep a call that went wrong for whoever looks after the connection."""
        try:
            yield
        except SystemUnreachable as trouble:
            self._acts.failed(working.connector.id, working.classified.action, str(trouble), self._clock())
            raise


def _addresses(record: BusinessRecord) -> list[Value]:
    return [value for name, value in record.fields.items() if "mail" in name]


def _value(kept: object) -> Value:
    """An argument as it was kept."""
    if isinstance(kept, dict):
        return Money.model_validate(kept)
    if isinstance(kept, list):
        return tuple(str(one) for one in kept)
    return kept if isinstance(kept, bool | int | str) else None
