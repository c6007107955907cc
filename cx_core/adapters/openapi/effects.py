"""Writes on business systems, at most once for a key.

The act is on record before the call. Where the system honours a key, an answer that got lost is asked for again under
the same key. Where it does not, the proof's read is looked at before anything is repeated, and not before the effect
had time to show. What cannot be known stays unknown.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256

from cx_core.adapters.openapi.acts import KeptAct, KeptActs
from cx_core.adapters.openapi.answers import (
    WireAnswer,
    check_success,
    fields_in,
    parsed,
    reference_in,
    refusal,
)
from cx_core.adapters.openapi.calls import NotSent, SystemCalls
from cx_core.adapters.openapi.proofs import ProofReads
from cx_core.adapters.openapi.requests import WireRequest, made_request
from cx_core.adapters.openapi.working_actions import WorkingAction
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import Clock
from cx_core.records import ActionName, Money, Receipt, Value, earlier_values

TRIES = 3
"""Calls under one key that the system honours. A tool is called once: each call may take seconds."""
PAUSE_SECONDS = 0.3
LATER = (408, 425, 429)
CONFLICT = 409


class SystemEffects:
    """Carries writes out. `marked` makes of our key the one that a system is sent, which tells it nothing."""

    def __init__(
        self, calls: SystemCalls, proofs: ProofReads, acts: KeptActs, clock: Clock, marked: Callable[[str], str]
    ) -> None:
        self._calls = calls
        self._proofs = proofs
        self._acts = acts
        self._clock = clock
        self._marked = marked

    def perform(
        self, working: WorkingAction, arguments: Mapping[str, Value], key: str, undone: KeptAct | None = None
    ) -> Receipt:
        """Do it once; `undone` is the act that this one takes back, which is believed when its proof shows it.

        Raises SystemRefused where nothing was done, SystemUnreachable where that is not known, or where it is to be
        tried again.
        """
        request = made_request(working.operation, working.classified, arguments, self._marked(key))
        if working.classified.proof is None:
            raise SystemRefused(f"{working.classified.title}: no read shows that it was done, so it is not done.")
        exact = request_digest(working.classified.action, arguments, undone.key if undone else "")
        undoes = undone.key if undone else None
        act = self._acts.take(key, working.classified.action, exact, arguments, self._clock(), undoes)
        if act.receipt is not None:
            return act.receipt
        name = undone.action if undone else working.classified.action
        try:
            if act.state == "sent":
                seen = self.looked_up(working, act, arguments, name)
                if seen is not None:
                    return self._acts.done(key, seen, self._clock())
                if not working.key_honoured:
                    self.check_settled(working, act)
                before, earlier = act.before, act.earlier
            else:
                before, earlier = self._proofs.before(working, arguments), self._proofs.earlier(working, arguments)
            certain = act.state != "sent" or self._settled(working, act)
            begun = self._acts.sent(act, before, self._clock(), earlier)
            receipt = self._sent(working, request, arguments, name, begun, certain=certain)
            if undone is not None and not self._proofs.shown(working, arguments, receipt):
                raise SystemUnreachable(f"{working.connector.name} said taken back, and does not show it yet.")
            return self._acts.done(key, receipt, self._clock())
        except NotSent:
            self._acts.not_done(act, "begun" if act.state != "sent" else "sent", self._clock())
            raise
        except SystemRefused:
            self._acts.not_done(act, "refused", self._clock())
            raise
        except BaseException:
            self._acts.let_go(act, self._clock())
            raise

    def looked_up(
        self, working: WorkingAction, act: KeptAct, arguments: Mapping[str, Value], name: ActionName
    ) -> Receipt | None:
        """The receipt of an act whose answer got lost, if the proof shows it. Raises SystemTrouble where it may be."""
        record = self._proofs.new(working, act, arguments, self._marked(act.key))
        if record is None:
            return None
        shown = {use.name: record.fields[use.name] for use in working.classified.fields if use.name in record.fields}
        return self._receipt(working, act, name, record.id, {**arguments, **shown})

    def check_settled(self, working: WorkingAction, act: KeptAct) -> None:
        """Raise SystemUnreachable while an effect that was begun may still come to be seen.

        A system that does not name what it made may have done it in a way that the proof does not show: for ever.
        """
        if not working.classified.reference_at and act.state == "sent":
            raise SystemUnreachable(f"{working.connector.name} may have done it. Look it up there.")
        until = act.sent_at + timedelta(seconds=working.classified.settles_seconds) if act.sent_at else None
        if until is not None and self._clock() < until:
            raise SystemUnreachable(
                f"{working.connector.name} does not show it yet, and may still do it. It is known after "
                f"{until:%H:%M:%S} UTC."
            )

    def _sent(
        self,
        working: WorkingAction,
        request: WireRequest,
        arguments: Mapping[str, Value],
        name: ActionName,
        act: KeptAct,
        *,
        certain: bool,
    ) -> Receipt:
        """Call, and again under the same key where the system honours it."""
        tries = TRIES if working.key_honoured and working.connector.api.kind == "openapi" else 1
        for left in reversed(range(tries)):
            try:
                answer = self._calls.send(working.connector, request)
                return self._judged(working, answer, arguments, name, act, certain=certain)
            except NotSent as trouble:
                if certain:
                    raise
                raise SystemUnreachable(str(trouble)) from None
            except SystemUnreachable:
                if not left:
                    raise
                certain = False  # the first call may have done it, so that a no to the next proves nothing
                time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def _settled(self, working: WorkingAction, act: KeptAct) -> bool:
        try:
            self.check_settled(working, act)
        except SystemUnreachable:
            return False
        return True

    def _judged(
        self,
        working: WorkingAction,
        answer: WireAnswer,
        arguments: Mapping[str, Value],
        name: ActionName,
        act: KeptAct,
        *,
        certain: bool,
    ) -> Receipt:
        system = working.connector.name
        try:
            if answer.status == 429 and working.key_honoured:  # without keys, a call after a wrong 429 would act twice
                raise NotSent(f"{system} is busy (429). Nothing was done; try again in a while.")
            if 400 <= answer.status < 500 and not self._unclear(working, answer.status, certain=certain):
                raise refusal(answer)
            if not 200 <= answer.status < 300:
                raise SystemUnreachable(f"{system} answered {answer.status}; whether it was done is not known.")
            body = parsed(answer)
            check_success(working.classified, body)
            told = bool(working.classified.reference_at)
            reference = reference_in(working.classified, body) if told else ""
            fields = {**arguments, **fields_in(working.classified.fields, body)} if told else arguments
        except (SystemRefused, NotSent) as trouble:
            if certain:
                raise
            raise SystemUnreachable(f"{trouble} An earlier call may have done it.") from None
        if not told:
            return self._shown(working, act, arguments, name)
        return self._receipt(working, act, name, reference, fields)

    def _shown(self, working: WorkingAction, act: KeptAct, arguments: Mapping[str, Value], name: ActionName) -> Receipt:
        """The receipt of an act whose answer does not say what it made: the one record that is new in its proof.

        Whatever goes wrong now, the act was sent.
        """
        try:
            receipt = self.looked_up(working, act, arguments, name)
        except SystemTrouble as trouble:
            raise SystemUnreachable(f"{working.connector.name} said done. {trouble}") from None
        if receipt is None:
            raise SystemUnreachable(f"{working.connector.name} said done, and does not show it yet.")
        return receipt

    def _unclear(self, working: WorkingAction, status: int, *, certain: bool) -> bool:
        """A conflict may be with an earlier call under the same key, where there may have been one."""
        return status in LATER or (status == CONFLICT and working.key_honoured and not certain)

    def _receipt(
        self, working: WorkingAction, act: KeptAct, name: ActionName, reference: str, fields: Mapping[str, Value]
    ) -> Receipt:
        now, classified = self._clock(), working.classified
        may = classified.reversible and classified.undo is not None and name == classified.action
        may = may and all(act.earlier.get(one) is not None for one in earlier_values(classified))
        until = now + timedelta(minutes=classified.undo_minutes) if may else None
        known: dict[str, Value] = {name: value for name, value in fields.items() if value is not None}
        return Receipt(key=act.key, action=name, reference=reference, fields=known, at=now, undo_until=until)


def request_digest(action: ActionName, arguments: Mapping[str, Value], undoes: str) -> str:
    """What makes two requests the same one."""
    plain = {name: value.model_dump() if isinstance(value, Money) else value for name, value in arguments.items()}
    exact = {"action": action, "arguments": {name: one for name, one in plain.items() if one is not None}}
    return sha256(json.dumps([exact, undoes], sort_keys=True).encode()).hexdigest()
