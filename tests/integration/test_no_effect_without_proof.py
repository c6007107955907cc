"""No sequence of approvals, forgeries, replays, crashes, policies, switches and clocks makes an effect without proof.

Whoever tampers here can write to any table of Rung's own database, but has not its keys. `RUNG_CASES` says how many
sequences are tried.
"""

from __future__ import annotations

import hmac
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cx_core.act import approval_seals, step_effect
from cx_core.act.approval_seals import SKEW
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NoProof, Stopped, SystemUnreachable
from cx_core.ports import Sealer
from cx_core.ports.sealing import Marked, Renewal
from cx_core.records import (
    ActionName,
    Approval,
    Argument,
    Evidence,
    Goal,
    Outcome,
    PersonId,
    Proposal,
    Role,
    Seal,
    Source,
    Step,
    StepId,
    Switch,
    TaskTypeName,
    Ticket,
    TicketId,
    Triage,
    Value,
    digest,
)
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.proof_house import CUSTOMER, NEEDS, RESEND, ProofWorks
from tests.scripted import VERSIONS, person

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("RUNG_CASES", "40"))
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GOAL = Goal(task_type=TaskTypeName("invoice_copy"), probability=0.9)
STEPS = (StepId("s1"), StepId("s2"))
SWITCHES = ("*", "invoice_copy", "action:resend_invoice", "action:refund_payment", "duplicate_charge")
_TICKET = re.compile(r"T-\w+")
OVER_THIS = frozenset(SWITCHES[:3])
APPROVING = {
    role: person(role, name)
    for role, name in ((Role.ADVISOR, "Ada"), (Role.SUPERVISOR, "Sam"), (Role.ADMINISTRATOR, "Root"))
}

policies = st.sampled_from(["v0", *NEEDS])
tickets, versions, steps = st.integers(0, 1), st.sampled_from([1, 1, 1, 2, 3]), st.sampled_from(STEPS)
troubles = st.sampled_from(["crash before", "crash after", "lost before", "lost after"])


def step(id: StepId, invoice: str) -> Step:
    source = Source(kind="words")
    values = {"invoice": invoice, "email": "ida@example.com"}
    arguments = tuple(Argument(name=name, value=value, source=source) for name, value in values.items())
    return Step(id=id, goal=0, action=RESEND, arguments=arguments)


class NoEffectWithoutProof(RuleBasedStateMachine):
    """Two tickets of two steps each. What is done honestly is kept in memory, where no forger comes."""

    works: ProofWorks
    desk: Desk
    told: ClassVar[Counter[str]] = Counter()

    def tell(self, what: str) -> None:
        """Counted over all sequences: what never happens proves nothing."""
        self.told[what] += 1

    @initialize(roles=st.tuples(*[st.sampled_from([None, *APPROVING])] * 2), version=policies)
    def begin(self, roles: tuple[Role | None, Role | None], version: str) -> None:
        self.office, self.clock = self.works.office, self.works.hands
        self.clock.now = MORNING
        self.office.meanwhile = self.office.trouble = None
        self.office.oracle = self.prove
        self.honest: dict[str, Seal] = {}
        self.wanted: dict[str, dict[str, Value]] = {}
        self.spent: set[str] = set()
        self.touched: set[TicketId] = set()
        self.on: set[str] = set()
        self.doing = (TicketId(""), 0, StepId(""))
        with self.works.store.begin() as unit:
            for switch in unit.switches.on():
                unit.switches.drop(switch.name)
        self.ids = [self.opened(number) for number in range(2)]
        self.policy_changes(version, noticed=True)
        for number, role in enumerate(roles):
            self.approve(number, role)

    def opened(self, number: int) -> TicketId:
        id = TicketId(f"T-{uuid4().hex[:12]}")
        ticket = Ticket(
            id=id,
            subject="Invoice",
            channel="email",
            address="ida@example.com",
            identity=1,
            version=1,
            work="ready",
            status="open",
            task_types=(GOAL.task_type,),
            opened_at=MORNING,
            updated_at=MORNING,
        )
        proposal = Proposal(
            ticket=id,
            version=1,
            messages=0,
            triage=Triage(goals=(GOAL,)),
            evidence=Evidence(customer=CUSTOMER),
            summary="",
            steps=tuple(step(one, f"I-{number}{one}") for one in STEPS),
            route="advisor",
            why="",
            versions=VERSIONS,
            made_at=MORNING,
        )
        with self.works.store.begin() as unit:
            unit.tickets.put(ticket, thread="")
            unit.proposals.put(proposal)
        return id

    # --- what people do -------------------------------------------------------------------------

    @rule(number=tickets, role=st.sampled_from([None, *APPROVING]))
    def approve(self, number: int, role: Role | None) -> None:
        with self.works.store.look() as unit:
            ticket = unit.tickets.get(self.ids[number])
            assert ticket is not None
            proposal, known = (
                unit.proposals.get(ticket.id, ticket.version),
                unit.proposals.approval(ticket.id, ticket.version),
            )
        if proposal is None or known is not None:
            return
        if role is None:
            self.alone(ticket, proposal)
            return
        answer = self.desk.approvals.approve(APPROVING[role], ticket.id, ticket.version, reply="")
        if isinstance(answer, Approval):
            self.remember(answer, proposal)

    def alone(self, ticket: Ticket, proposal: Proposal) -> None:
        """The copilot, where the policy lets it."""
        journey = self.works.journey()
        if all(journey.permission.may(None, one, ticket, proposal)[0] for one in proposal.steps):
            bare = Approval(
                id=uuid4().hex,
                ticket=ticket.id,
                version=ticket.version,
                decision="approve",
                role=None,
                person=PersonId("copilot"),
                steps=proposal.steps,
                at=self.clock(),
                digests={one.id: digest(ticket.id, ticket.version, one) for one in proposal.steps},
            )
            approval = journey.permission.sealed(bare, journey.permission.policy())
            with self.works.store.begin() as unit:
                unit.proposals.put_approval(approval)
            self.remember(approval, proposal)

    def remember(self, approval: Approval, proposal: Proposal) -> None:
        for one in approval.steps:
            seal = approval.seals[one.id]
            self.honest[seal.id], self.wanted[seal.id] = seal, proposal.steps[STEPS.index(one.id)].values()

    @rule(number=tickets)
    def next_version(self, number: int) -> None:
        """New words came in, or the approval was taken back."""
        with self.works.store.begin() as unit:
            ticket = unit.tickets.get(self.ids[number])
            assert ticket is not None
            proposal = unit.proposals.get(ticket.id, ticket.version)
            if proposal is not None:
                unit.proposals.put(proposal.replace(version=ticket.version + 1))
                unit.tickets.put(ticket.replace(version=ticket.version + 1, work="ready"))

    @rule(name=st.sampled_from(SWITCHES))
    def switch(self, name: str) -> None:
        with self.works.store.begin() as unit:
            if name in self.on:
                unit.switches.drop(name)
            else:
                unit.switches.put(Switch(name=name, person=PersonId("sam"), reason="why", at=MORNING))
        self.on ^= {name}

    @rule(hours=st.sampled_from([-1, 1, 6, 12, 23]))
    def clock_jumps(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(version=policies, noticed=st.booleans())
    def policy_changes(self, version: str, noticed: bool) -> None:
        """In another process; this one notices before the next act or only at it."""
        self.policy = version
        self.works.put_in_force(version)
        if noticed:
            self.works.steps.refresh()

    # --- what a forger does ---------------------------------------------------------------------

    @rule(number=tickets, version=versions, change=st.data(), at_once=st.sampled_from([True, True, False]))
    def forge_approval(self, number: int, version: int, change: st.DataObject, at_once: bool) -> None:
        """Seals changed, dropped, swapped or taken from another approval; a higher role; other arguments."""
        id = self.ids[number]
        with self.works.store.look() as unit:
            approval = unit.proposals.approval(id, version)
            others = [unit.proposals.approval(other, one) for other in self.ids for one in (1, 2, 3)]
        known = [other for other in others if other is not None]
        if not known:
            return
        base = approval or change.draw(st.sampled_from(known)).replace(ticket=id, version=version)
        donor = change.draw(st.sampled_from(known))
        how = change.draw(st.sampled_from(sorted(FORGERIES)))
        self.tell(f"forged: {how}")
        forged = FORGERIES[how](base, donor, self)
        self.touched.add(id)
        row = {"body": forged.model_dump(mode="json")}
        with self.works.engine.begin() as connection:
            where = (tables.approval.c.ticket == id) & (tables.approval.c.version == version)
            if connection.execute(sa.update(tables.approval).where(where).values(row)).rowcount == 0:
                key = {"id": uuid4().hex, "ticket": id, "version": version}
                connection.execute(sa.insert(tables.approval).values({**key, **row}))
        if at_once:
            self.replay(number, version, change.draw(steps))

    @rule(number=tickets, version=versions)
    def forge_ticket(self, number: int, version: int) -> None:
        """An older or newer version is made the one that counts."""
        with self.works.store.begin() as unit:
            ticket = unit.tickets.get(self.ids[number])
            assert ticket is not None
            unit.tickets.put(ticket.replace(version=version, work="ready"))
        self.touched.add(self.ids[number])

    @rule(number=tickets, version=versions, id=steps, other=st.booleans())
    def forge_outcome(self, number: int, version: int, id: StepId, other: bool) -> None:
        """A step is made to look as if it was never done, or as if it may have been done under another key."""
        ticket = self.ids[number]
        where = (tables.outcome.c.ticket == ticket) & (tables.outcome.c.version == version)
        with self.works.engine.begin() as connection:
            connection.execute(sa.delete(tables.outcome).where(where & (tables.outcome.c.step == id)))
        if other:
            with self.works.store.begin() as unit:
                approval = unit.proposals.approval(ticket, version)
                one = next((one for one in approval.steps if one.id == id), None) if approval else None
                if one is not None:
                    tail = step_effect.key_of(ticket, version, one, {}).rsplit(":", 1)[
                        -1
                    ]  # what a forger reads in the code
                    key = f"{uuid4().hex}:{tail}"
                    unit.proposals.put_outcome(
                        ticket,
                        99,
                        Outcome(step=id, action=RESEND, status="failed", unknown=True, key=key, at=MORNING),
                    )
        self.touched.add(ticket)

    # --- what the machinery does ----------------------------------------------------------------

    @rule(number=tickets, id=steps, trouble=st.none() | troubles, meanwhile=st.none() | st.data())
    def carry_out(self, number: int, id: StepId, trouble: str | None, meanwhile: st.DataObject | None) -> None:
        """As often as anybody likes: after a crash, by another process, or out of turn."""
        with self.works.store.look() as unit:
            ticket = unit.tickets.get(self.ids[number])
        assert ticket is not None
        self.doing = (ticket.id, ticket.version, id)
        if meanwhile is not None:
            self.office.meanwhile = lambda: self.come_between(meanwhile)
        if trouble is not None:
            error = KeyboardInterrupt() if trouble.startswith("crash") else SystemUnreachable("no answer")
            self.office.trouble = (trouble.split()[1], error)
        must = trouble is None and meanwhile is None and self.must_work(ticket, id)
        try:
            outcome = self.works.journey().execution.run(ticket.id, ticket.version, id)
            self.tell(f"ended: {outcome.status}{' unknown' if outcome.unknown else ''}")
            assert not must or outcome.status == "done"
        except KeyboardInterrupt:
            self.tell("ended: crash")
        except (NoProof, Stopped) as refusal:
            self.tell(f"refused: {_TICKET.sub('one', str(refusal))[:60]}")
            if must:
                raise
        self.office.trouble = self.office.meanwhile = None

    @rule(number=tickets, id=steps)
    def carry_out_undisturbed(self, number: int, id: StepId) -> None:
        self.carry_out(number, id, None, None)

    @rule(number=tickets, version=versions, id=steps)
    def replay(self, number: int, version: int, id: StepId) -> None:
        """Of whatever version, be it void or not there at all."""
        self.doing = (self.ids[number], version, id)
        try:
            self.works.journey().execution.run(self.ids[number], version, id)
        except (NoProof, Stopped) as refusal:
            self.tell(f"refused: {_TICKET.sub('one', str(refusal))[:60]}")

    def come_between(self, data: st.DataObject) -> None:
        """After the act was looked at, before it is begun."""
        number, what = data.draw(tickets), data.draw(st.integers(0, 4))
        acts: list[Callable[[], None]] = [
            lambda: self.switch(data.draw(st.sampled_from(SWITCHES))),
            lambda: self.policy_changes(data.draw(policies), noticed=data.draw(st.booleans())),
            lambda: self.clock_jumps(data.draw(st.sampled_from([-30, 30]))),
            lambda: self.forge_approval(number, data.draw(versions), data, at_once=False),
            lambda: self.next_version(number),
        ]
        acts[what]()

    # --- what must hold -------------------------------------------------------------------------

    def standing(self, seal: Seal) -> bool:
        """Whether somebody who may approved this, under the policy there is, not too long ago."""
        rank = 0 if seal.role is None else list(APPROVING).index(seal.role) + 1
        in_time = seal.issued_at - SKEW <= self.clock() < seal.expires_at
        return in_time and seal.policy == self.policy and rank >= NEEDS[seal.policy]

    def must_work(self, ticket: Ticket, id: StepId) -> bool:
        """Nothing is in the way, and nobody touched this ticket's rows: then it has to be done."""
        mine = [one for one in self.honest.values() if (one.ticket, one.version, one.step) == (*self.doing[:2], id)]
        with self.works.store.look() as unit:
            tried = any(outcome.key for outcome in unit.proposals.outcomes(ticket.id).values())
        return (
            bool(mine)
            and not tried
            and ticket.id not in self.touched
            and not self.on & OVER_THIS
            and self.standing(mine[0])
        )

    def prove(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> None:
        """At each effect: exactly one proof for it is on file, honest, standing, for just this, never spent before."""
        used = [self.honest[seal] for seal in self.works.uses(key) if seal in self.honest]
        assert len(used) == len(self.works.uses(key)), "a seal that nobody made was taken"
        proofs = [seal for seal in used if (seal.ticket, seal.version, seal.step) == self.doing]
        assert len(proofs) == 1, f"{len(proofs)} proofs for one effect"
        (proof,) = proofs
        assert (proof.action, self.wanted[proof.id]) == (name, dict(arguments)), "something else was approved"
        assert self.standing(proof), "the proof no longer stands"
        assert not self.on & OVER_THIS, "a switch was on"
        assert proof.id not in self.spent, "one proof, two effects"
        self.spent.add(proof.id)
        begun = [one.payload for one in self.works.audit.events(ticket=self.doing[0]) if one.kind == "act_begun"]
        assert any(one and (one["key"], one["seal"]) == (key, proof.id) for one in begun), "not on record"
        self.tell("effect")


def forged_seals(change: Mapping[str, object]) -> Callable[[Approval, Approval, NoEffectWithoutProof], Approval]:
    def forge(base: Approval, _donor: Approval, _machine: NoEffectWithoutProof) -> Approval:
        seals = {id: seal.replace(**change) for id, seal in base.seals.items()}
        return base.replace(seals=seals)

    return forge


def other_arguments(base: Approval, _donor: Approval, _machine: NoEffectWithoutProof) -> Approval:
    """With digests that fit them: SHA-256 is no secret."""
    forged = tuple(step(one.id, "I-of-somebody-else") for one in base.steps)
    return base.replace(steps=forged, digests=digests(base, forged))


def swapped(base: Approval, _donor: Approval, _machine: NoEffectWithoutProof) -> Approval:
    there = dict(zip(base.seals, reversed(base.seals.values()), strict=True))
    forged = tuple(
        was.replace(arguments=other.arguments) for was, other in zip(base.steps, reversed(base.steps), strict=True)
    )
    return base.replace(seals=there, steps=forged, digests=digests(base, forged))


def transplanted(base: Approval, donor: Approval, _machine: NoEffectWithoutProof) -> Approval:
    taken = donor.replace(ticket=base.ticket, version=base.version)
    return taken.replace(digests=digests(taken, taken.steps))


class Guess(Sealer):
    """Marks made the right way, by a key that is a guess."""

    def seal(self, bare: Seal) -> Seal:
        mark = hmac.new(bytes(32), bare.model_dump_json().encode(), "sha256").hexdigest()
        return bare.replace(mark=mark)

    def check(self, seal: Seal) -> bool:
        raise AssertionError("a forger checks nothing")

    def mark(self, exact: str) -> str:
        return hmac.new(bytes(32), exact.encode(), "sha256").hexdigest()

    def ever_marked(self, name: str) -> bool:
        raise AssertionError("a forger checks nothing")

    def marked(self, exact: str, mark: str) -> bool:
        raise AssertionError("a forger checks nothing")

    def renewing(self) -> AbstractContextManager[Renewal]:
        raise AssertionError("a forger renews nothing")

    def all_marked_last(self, rows: Collection[Marked]) -> frozenset[str]:
        raise AssertionError("a forger checks nothing")

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        raise AssertionError("a forger checks nothing")


def made_up(base: Approval, donor: Approval, machine: NoEffectWithoutProof) -> Approval:
    """An administrator's approval of today under the policy of today, right in everything but the marks."""
    best = other_arguments(base, donor, machine).replace(role=Role.ADMINISTRATOR, at=machine.clock())
    with machine.works.store.look() as unit:
        ticket = unit.tickets.get(best.ticket)
    assert ticket is not None
    return approval_seals.sealed(
        best, approval_seals.reply_of(best, ticket, ()), machine.policy, timedelta(days=1), Guess()
    )


def digests(approval: Approval, forged: tuple[Step, ...]) -> dict[StepId, str]:
    return {one.id: digest(approval.ticket, approval.version, one) for one in forged}


FORGERIES: Mapping[str, Callable[[Approval, Approval, NoEffectWithoutProof], Approval]] = {
    "no seals": lambda base, _donor, _machine: base.replace(seals={}),
    "another mark": forged_seals({"mark": "0" * 64}),
    "another id": forged_seals({"id": "0" * 32}),
    "never expires": forged_seals({"expires_at": MORNING.replace(year=2040)}),
    "a higher role": lambda base, _donor, _machine: base.replace(role=Role.ADMINISTRATOR),
    "a higher role in the seal": forged_seals({"role": Role.ADMINISTRATOR}),
    "another's seals": lambda base, donor, _machine: base.replace(seals=donor.seals),
    "other arguments": other_arguments,
    "swapped": swapped,
    "transplanted": transplanted,
    "made up": made_up,
    "made up once more": made_up,
}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProofWorks]:
    folder = tmp_path_factory.mktemp("proof")
    made = ProofWorks(Settings(data_dir=folder, demo=True, feed_seconds=0), SetClock(MORNING))
    yield made
    made.close()


def test_that_no_sequence_makes_an_effect_without_its_proof(works: ProofWorks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)
    NoEffectWithoutProof.works, NoEffectWithoutProof.desk = works, open_desk(works.settings, works.clock, works)
    run_state_machine_as_test(
        NoEffectWithoutProof,
        settings=settings(
            max_examples=CASES, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    told = NoEffectWithoutProof.told
    print(*(f"{count:7} {what}" for what, count in sorted(told.items())), sep="\n")  # noqa: T201  # shown by -s
    assert told["effect"] > 0
    assert sum(told[f"forged: {how}"] for how in FORGERIES) > 0
