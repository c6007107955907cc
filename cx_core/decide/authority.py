"""What the policy says of a step, on the records as they are: for the copilot, and for each role."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.catalogue import Knowledge, action_of
from cx_core.decide import guard
from cx_core.decide.facts import SEND_REPLY, Facts, facts_of, gather
from cx_core.errors import SystemTrouble
from cx_core.ports import BackOffice, PolicyEngine, Store
from cx_core.records import ActionName, BusinessRecord, Evidence, Finding, Role, Ruling, Step, StepId, Triage


class Authority:
    """Gathers the facts of a step and asks the policy. `identity` and `channel` are the ticket's."""

    def __init__(self, knowledge: Knowledge, back_office: BackOffice, engine: PolicyEngine, store: Store) -> None:
        self._knowledge = knowledge
        self._back_office = back_office
        self._engine = engine
        self._store = store

    def rulings(
        self,
        steps: Sequence[Step],
        triage: Triage,
        evidence: Evidence,
        findings: Sequence[Finding],
        *,
        identity: int,
        channel: str,
    ) -> dict[StepId, Ruling]:
        """What the guard answers to each step, on the evidence as it was read."""
        stopped = self._stopped()
        return {
            step.id: guard.rule(
                step,
                self._facts(step, triage, evidence, findings, stopped, identity=identity, channel=channel),
                self._engine,
            )
            for step in steps
        }

    def may(
        self,
        role: Role | None,
        step: Step,
        triage: Triage,
        evidence: Evidence,
        findings: Sequence[Finding],
        *,
        identity: int,
        channel: str,
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether this role (None: the copilot) may have exactly this done now, on records read now; why not."""
        facts = self._facts(
            step, triage, evidence, findings, self._stopped(), identity=identity, channel=channel, fresh=True
        )
        if role is None:
            answer = guard.decide(None, step, facts, self._engine)
            return answer.allowed, answer.reasons
        return guard.may(role, step, facts, self._engine)

    def _stopped(self) -> tuple[str, ...]:
        return tuple(switch.name for switch in self._store.switches())

    def _facts(
        self,
        step: Step,
        triage: Triage,
        evidence: Evidence,
        findings: Sequence[Finding],
        stopped: Sequence[str],
        *,
        identity: int,
        channel: str,
        fresh: bool = False,
    ) -> Facts:
        gone_or_known = action_of(self._knowledge.actions, step.action)
        spec = SEND_REPLY if step.action == SEND_REPLY.name else gone_or_known
        already = [r for lookup in evidence.lookups for r in (*lookup.records, *lookup.others)]
        return facts_of(
            step,
            spec,
            triage=triage,
            task_types=self._knowledge.task_types,
            customer=evidence.customer,
            records=gather(step, spec, self._read_one, already, fresh=fresh),
            identity=identity,
            channel=channel,
            stopped=stopped,
            findings=findings,
            currency=self._knowledge.company.currency,
        )

    def _read_one(self, kind: str, id: str) -> BusinessRecord | None:
        if ActionName(kind) not in self._knowledge.actions:
            return None
        try:
            return next(iter(self._back_office.read(ActionName(kind), {kind: id})), None)
        except SystemTrouble:
            return None
