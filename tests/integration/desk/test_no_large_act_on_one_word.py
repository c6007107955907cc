"""No sequence of approvals, people, undoing, forgeries, crashes, policies and clocks makes a large act on one word.

The desk as it ships, with people who have accounts, credits of all sizes and replies that leave. Whoever tampers can
write to any table, but has not the keys. `RUNG_CASES` says how many sequences are tried.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, ParamSpec

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cx_core.act.approval_seals import REPLY, SKEW
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NoProof, Stopped
from cx_core.records import (
    APPROVERS,
    ActionName,
    Approval,
    Money,
    Person,
    PersonId,
    Role,
    StepId,
    TicketId,
    Value,
)
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.integration.desk.watched_house import TWO_ABOVE, WatchedWorks
from tests.scripted import MARIA, letter, person

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("RUNG_CASES", "30"))
SEED = 3
"""Of the thirty, so that they stay the same thirty while the words of this file change."""
CREDIT = ActionName("apply_credit")
AMOUNTS = (3_000, 45_000, 60_000, 100_000, 100_001, 120_000)
REPLIES = ("The credit is on its way.", "Your credit is in the post.")
LASTS, MONTH, DAY = timedelta(hours=24), timedelta(days=30), timedelta(hours=24)
PEOPLE = ("Owen", "Farah", "Nadia")
ROLES = {"Owen": Role.ADMINISTRATOR, "Farah": Role.ADMINISTRATOR, "Nadia": Role.SUPERVISOR}

tickets, people = st.integers(0, 1), st.sampled_from(PEOPLE)
amounts = st.sampled_from(AMOUNTS)
crashes = st.sampled_from(["", "", "", "before", "after"])


@dataclass(frozen=True)
class Given:
    """An approval as the desk answered it, with what was in force then."""

    approval: Approval
    policy: str
    waits: bool


Asked = ParamSpec("Asked")


class NoLargeActOnOneWord(RuleBasedStateMachine):
    """Two tickets of one customer. What is done honestly is kept in memory, where no forger comes."""

    works: WatchedWorks
    desk: Desk
    clock: SetClock
    accounts: ClassVar[dict[str, PersonId]]
    told: ClassVar[Counter[str]] = Counter()
    sequence: ClassVar[int] = 0

    def tell(self, what: str) -> None:
        """Counted over all sequences: what never happens proves nothing."""
        self.told[what] += 1

    @initialize(name=st.sampled_from(sorted(TWO_ABOVE)), minors=st.tuples(amounts, amounts))
    def begin(self, name: str, minors: tuple[int, int]) -> None:
        """A month later than the sequence before, so that nothing of it counts any more."""
        type(self).sequence += 1
        self.clock.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + self.sequence * timedelta(days=62)
        self.given: dict[str, Given] = {}
        self.void: set[str] = set()
        self.paid: dict[str, tuple[datetime, int]] = {}
        self.spent: set[str] = set()
        self.works.office.crash = ""
        self.faults: list[AssertionError] = []
        self.works.office.oracle, self.works.office.undone = self.kept(self.prove), self.unpaid
        self.works.way_out.oracle = self.kept(self.prove_reply)
        self.closed: set[str] = set()
        self.roles = dict(ROLES)
        for one, role in ROLES.items():
            self.works.accounts.set_disabled(self.accounts[one], False)
            self.works.set_role(self.accounts[one], role)
        self.policy_changes(name, noticed=True)
        self.ids = [self.opened(number, minor) for number, minor in enumerate(minors)]

    def kept(self, oracle: Callable[Asked, None]) -> Callable[Asked, None]:
        """The journey makes a failed step of any error, so what the oracle says is kept for `nothing_unproven`."""

        def ask(*args: Asked.args, **named: Asked.kwargs) -> None:
            try:
                oracle(*args, **named)
            except AssertionError as fault:
                self.faults.append(fault)
                raise

        return ask

    @invariant()
    def nothing_unproven(self) -> None:
        for fault in getattr(self, "faults", ()):
            raise fault

    def opened(self, number: int, minor: int) -> TicketId:
        thread = f"{self.sequence}-{number}"
        id = self.desk.inbound_messages.receive(
            letter("I was charged twice.", self.clock, id=f"m{thread}", sender=MARIA, thread=thread)
        )
        self.read(id)
        self.add(id, minor)
        return id

    def add(self, id: TicketId, minor: int) -> None:
        values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=minor), "reason": "our mistake"}
        self.desk.added_actions.add_step(person(Role.ADMINISTRATOR, "Root"), id, self.version(id), CREDIT, 0, values)

    def read(self, id: TicketId) -> None:
        with self.works.store.look() as unit:
            count = len(unit.tickets.messages(id))
        self.works.journey().prepare(id, count, lambda _, work: work())

    def version(self, id: TicketId) -> int:
        with self.works.store.look() as unit:
            ticket = unit.tickets.get(id)
        assert ticket is not None
        return ticket.version

    def work(self, number: int) -> str:
        with self.works.store.look() as unit:
            ticket = unit.tickets.get(self.ids[number])
        return ticket.work if ticket else ""

    def whoever(self, name: str) -> Person:
        """Whoever is signed in, in the role that they have now."""
        return Person(id=self.accounts[name], email=f"{name}@example.com", name=name, role=self.roles[name])

    # --- what people do -------------------------------------------------------------------------

    @rule(number=tickets, name=people, words=st.sampled_from(REPLIES), minor=st.none() | amounts)
    def approve(self, number: int, name: str, words: str, minor: int | None) -> None:
        """Alone, as the first or as the second of two, as it stands or otherwise."""
        id = self.ids[number]
        with self.works.store.look() as unit:
            ticket = unit.tickets.get(id)
            proposal = unit.proposals.get(id, ticket.version) if ticket else None
            outcomes = unit.proposals.outcomes(id)
        if ticket is None or proposal is None or name in self.closed:
            return
        tried = {step for _, step in outcomes}
        credits = [step.id for step in proposal.steps if step.action == CREDIT and step.id not in tried]
        skipped = {step.id: "later" for step in proposal.steps if step.action != CREDIT}
        edits = {step: {"amount": Money(minor=minor)} for step in credits} if minor else {}
        answer = self.desk.approvals.approve(
            self.whoever(name), id, ticket.version, reply=words, edits=edits, skipped=skipped
        )
        if not isinstance(answer, Approval):
            self.tell(f"refused: {answer.code}")
            return
        waits = any(seal.first == seal.id for seal in answer.seals.values())
        self.void |= {one.approval.id for one in self.given.values() if one.waits and one.approval.ticket == id}
        joined = {seal.first for seal in answer.seals.values()}
        self.void -= {one.approval.id for one in self.given.values() if joined & self.seals(one) and not waits}
        self.given[answer.id] = Given(answer, self.works.journey().permission.policy(), waits)
        self.tell("first of two" if waits else "second of two" if any(joined) else "alone")

    @staticmethod
    def seals(given: Given) -> set[str]:
        return {seal.id for seal in given.approval.seals.values()}

    def both(self, number: int, two: tuple[str, str], minor: int, between: st.DataObject | None, crash: str) -> None:
        """The same by two or by one twice, and carried out; something else may come between."""
        if self.work(number) == "done":
            self.new_words(number, minor)
        self.approve(number, two[0], REPLIES[0], None)
        if between is not None:
            self.come_between(number, between)
        self.approve(number, two[1], REPLIES[0], None)
        if between is not None:
            self.come_between(number, between)
        self.carry_out(number, crash)

    @rule(number=tickets, two=st.tuples(people, people), minor=amounts, between=st.none() | st.data(), crash=crashes)
    def approve_and_do(
        self, number: int, two: tuple[str, str], minor: int, between: st.DataObject | None, crash: str
    ) -> None:
        self.both(number, two, minor, between, crash)

    @rule(number=tickets, minor=amounts, between=st.none() | st.data(), crash=crashes)
    def approve_by_two_and_do(self, number: int, minor: int, between: st.DataObject | None, crash: str) -> None:
        """By two who may, if nothing comes between."""
        self.both(number, ("Owen", "Farah"), minor, between, crash)

    @rule(number=tickets, two=st.tuples(people, people), minor=amounts)
    def approve_and_do_at_once(self, number: int, two: tuple[str, str], minor: int) -> None:
        self.both(number, two, minor, None, "")

    def come_between(self, number: int, data: st.DataObject) -> None:
        acts: list[Callable[[], None]] = [
            lambda: self.new_words(number, data.draw(amounts)),
            lambda: self.clock_jumps(data.draw(st.sampled_from([1, 12, 24]))),
            lambda: self.policy_changes(data.draw(st.sampled_from(sorted(TWO_ABOVE))), data.draw(st.booleans())),
            lambda: self.account_changes(data.draw(people), data.draw(st.sampled_from([None, Role.SUPERVISOR]))),
            lambda: self.take_back(number, data.draw(people), data.draw(st.booleans())),
            lambda: self.forge_first(number, data),
            lambda: self.forge_approval(number, data, at_once=True),
            lambda: self.both(1 - number, data.draw(st.tuples(people, people)), data.draw(amounts), None, ""),
        ]
        data.draw(st.sampled_from(acts))()

    @rule(number=tickets, name=people, forge=st.booleans())
    def take_back(self, number: int, name: str, forge: bool) -> None:
        """And a forger brings back what was taken back."""
        id = self.ids[number]
        version = self.version(id)
        if self.desk.approvals.withdraw(self.whoever(name), id, version) is None:
            mine = [
                one.approval
                for one in self.given.values()
                if (one.approval.ticket, one.approval.version) == (id, version)
            ]
            self.void |= {approval.id for approval in mine}
            self.tell("taken back")
            if forge:
                self.forge_ticket(number, version)
                self.carry_out(number, "")

    @rule(number=tickets, name=people)
    def undo(self, number: int, name: str) -> None:
        with self.works.store.look() as unit:
            done = [at for at, outcome in unit.proposals.outcomes(self.ids[number]).items() if outcome.status == "done"]
        for version, step in done[-1:]:
            answer = self.desk.approvals.undo(self.whoever(name), self.ids[number], version, step)
            self.tell(f"undo: {answer.text if isinstance(answer, Refusal) else answer.status}")

    @rule(number=tickets, minor=st.none() | amounts)
    def new_words(self, number: int, minor: int | None) -> None:
        """And somebody adds a credit to the plan."""
        thread, id = f"{self.sequence}-{number}", self.ids[number]
        with self.works.store.look() as unit:
            count = len(unit.tickets.messages(id))
        self.desk.inbound_messages.receive(
            letter("Hello again.", self.clock, id=f"m{thread}-{count}", sender=MARIA, thread=thread)
        )
        self.read(id)
        if minor is not None:
            self.add(id, minor)

    @rule(hours=st.sampled_from([-1, 1, 12, 23, 24, 31 * 24]))
    def clock_jumps(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(name=st.sampled_from(sorted(TWO_ABOVE)), noticed=st.booleans())
    def policy_changes(self, name: str, noticed: bool) -> None:
        """In another process; this one notices before the next act or only at it."""
        self.policy = name
        self.works.put_in_force(name)
        if noticed:
            self.works.sets.refresh()

    @rule(name=people, role=st.sampled_from([None, Role.SUPERVISOR, Role.ADMINISTRATOR]))
    def account_changes(self, name: str, role: Role | None) -> None:
        """It is closed or opened again; or it has another role from now on."""
        if role is None:
            self.closed ^= {name}
            self.works.accounts.set_disabled(self.accounts[name], name in self.closed)
        else:
            self.roles[name] = role
            self.works.set_role(self.accounts[name], role)

    # --- what a forger does ---------------------------------------------------------------------

    @rule(number=tickets, data=st.data())
    def forge_first(self, number: int, data: st.DataObject) -> None:
        """Any approval that was ever given, changed or not, in the place of the first of two."""
        if not self.given:
            return
        id = self.ids[number]
        donor = data.draw(st.sampled_from([one.approval for one in self.given.values()]))
        forged = donor.replace(ticket=id, version=self.version(id), **self.change(data, donor))
        row = {"ticket": id, "version": forged.version, "until": "2999", "body": forged.model_dump(mode="json")}
        with self.works.engine.begin() as connection:
            connection.execute(sa.delete(t.first_approval).where(t.first_approval.c.ticket == id))
            connection.execute(sa.insert(t.first_approval).values(row))
        self.tell("forged: first")

    @rule(number=tickets, data=st.data(), at_once=st.booleans())
    def forge_approval(self, number: int, data: st.DataObject, at_once: bool) -> None:
        """A first one in the place of both, one of another version, a higher role, other words; then carried out."""
        if not self.given:
            return
        id = self.ids[number]
        everything = [one.approval for one in self.given.values()]
        mine = [one for one in everything if (one.ticket, one.version) == (id, self.version(id))]
        near = bool(mine) and data.draw(st.booleans(), label="of this very version")
        donor = data.draw(st.sampled_from(mine if near else everything))
        version = data.draw(st.sampled_from([donor.version, self.version(id)]))
        forged = donor.replace(ticket=id, version=version, **self.change(data, donor))
        with self.works.engine.begin() as connection:
            where = (t.approval.c.ticket == id) & (t.approval.c.version == version)
            connection.execute(sa.delete(t.approval).where(where))
            row = {"id": f"{donor.id}-{self.sequence}-{len(self.told)}", "ticket": id, "version": version}
            connection.execute(sa.delete(t.approval).where(t.approval.c.id == row["id"]))
            connection.execute(sa.insert(t.approval).values({**row, "body": forged.model_dump(mode="json")}))
        self.forge_ticket(number, version)
        self.tell("forged: approval")
        if at_once:
            self.carry_out(number, "")

    def change(self, data: st.DataObject, donor: Approval) -> Mapping[str, object]:
        other = data.draw(st.sampled_from(sorted(self.accounts.values())))
        changes: list[Mapping[str, object]] = [
            {},
            {"reply": "You get it all back."},
            {"reply": "And more."},
            {"person": other},
            {"seals": {}},
            {"role": Role.ADMINISTRATOR},
            {"seals": {id: seal.replace(first="") for id, seal in donor.seals.items()}},
            {"seals": {id: seal.replace(person=other) for id, seal in donor.seals.items()}},
        ]
        return data.draw(st.sampled_from(changes))

    def forge_ticket(self, number: int, version: int) -> None:
        with self.works.store.begin() as unit:
            ticket = unit.tickets.get(self.ids[number])
            assert ticket is not None
            unit.tickets.put(ticket.replace(version=version, work="carrying", first=None))

    # --- what the machinery does ----------------------------------------------------------------

    @rule(number=tickets, crash=crashes)
    def carry_out(self, number: int, crash: str) -> None:
        """As often as anybody likes, and again after a crash."""
        id = self.ids[number]
        with self.works.store.look() as unit:
            if unit.proposals.approval(id, self.version(id)) is None:
                return
        self.works.office.crash = crash
        try:
            said = self.works.journey().carry_out(id, self.version(id), lambda _, work: work())
            self.tell(f"carried out: {said}{self.why(id) if said == 'given back' else ''}")
        except (NoProof, Stopped):
            self.tell("carried out: refused")
        except KeyboardInterrupt:
            self.tell("carried out: crash")
        self.works.office.crash = ""

    def why(self, id: TicketId) -> str:
        with self.works.store.look() as unit:
            proposal = unit.proposals.get(id, self.version(id))
        said = proposal.why.rpartition(": ")[2] if proposal else ""
        return f": {said[:50]}"

    # --- what must hold -------------------------------------------------------------------------

    def proof(self, key: str, step: StepId) -> Given:
        """The one approval for this key that somebody honestly gave, not yet taken for anything else."""
        used = self.works.uses(key)
        found = [
            one for one in self.given.values() if step in one.approval.seals and one.approval.seals[step].id in used
        ]
        finals = [one for one in found if not one.waits]
        assert len(finals) == 1, f"{len(finals)} proofs for one effect"
        (given,) = finals
        seal = given.approval.seals[step].id
        assert seal not in self.spent, "one proof, two effects"
        self.spent.add(seal)
        assert self.stands(given), "the proof does not stand"
        return given

    def of_seals(self, seals: Collection[str], step: StepId) -> list[Given]:
        with_step = [one for one in self.given.values() if step in one.approval.seals]
        return [one for one in with_step if one.approval.seals[step].id in seals]

    def stands(self, given: Given) -> bool:
        """Not taken back, in time, and given under the policies in force."""
        at = given.approval.at
        in_time = at - SKEW <= self.clock.now < at + LASTS
        return (
            given.approval.id not in self.void and in_time and given.policy == self.works.engines[self.policy].version
        )

    def prove(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> None:
        """At each credit: who approved it, in which role, and above the limit two people who both still may."""
        ticket, _, step_id, _ = key.rsplit(":", 3)
        given = self.proof(key, StepId(step_id))
        (step,) = [step for step in given.approval.steps if step.id == step_id]
        assert (given.approval.ticket, step.action, step.values()) == (ticket, name, dict(arguments)), "something else"
        amount, minor = arguments["amount"], 0
        if isinstance(amount, Money):
            minor = amount.minor
        recent = [(at, sum_) for at, sum_ in self.paid.values() if at > self.clock.now - MONTH]
        total = minor + sum(sum_ for _, sum_ in recent)
        role = self.least(minor, total, recent)
        assert given.approval.role is not None
        assert APPROVERS.index(given.approval.role) >= APPROVERS.index(role), "a role that may not"
        if total > TWO_ABOVE[self.policy]:
            self.two(given, StepId(step_id), role)
            self.tell("effect: of two people")
        self.paid[key] = (self.clock.now, minor)
        self.tell("effect")

    def unpaid(self, key: str) -> None:
        self.paid.pop(key, None)

    def least(self, minor: int, total: int, recent: list[tuple[datetime, int]]) -> Role:
        if minor > 100_000:
            return Role.ADMINISTRATOR
        today = [at for at, _ in recent if at > self.clock.now - DAY]
        return Role.SUPERVISOR if minor > 20_000 or total > 50_000 or len(today) > 1 else Role.ADVISOR

    def two(self, given: Given, step: StepId, role: Role) -> None:
        """Another person's first approval of exactly the same, and both may still sign in and approve it."""
        approval = given.approval
        joined = approval.seals[step].first
        firsts = [
            one for one in self.given.values() if step in one.approval.seals and one.approval.seals[step].id == joined
        ]
        assert len(firsts) == 1, "a large act on one word"
        (first,) = firsts
        assert first.waits, "one whole approval is no half"
        assert self.stands(first), "the first approval does not stand"
        assert first.approval.person != approval.person, "one person is not two"
        exact = [(one.digests, one.reply, set(one.skipped)) for one in (first.approval, approval)]
        assert exact[0] == exact[1], "the other approved something else"
        for one in (first.approval, approval):
            name = next(name for name, id in self.accounts.items() if id == one.person)
            assert name not in self.closed, "an account that is closed"
            assert APPROVERS.index(self.roles[name]) >= APPROVERS.index(role), "somebody who may not any more"

    def prove_reply(self, key: str, address: str, text: str) -> None:
        """At each reply that leaves: somebody approved these words, and what they say was done was done."""
        if key.endswith(":rating"):
            return
        given = self.proof(key, REPLY)
        assert (text, address) == (given.approval.reply, MARIA), "something else was approved"
        self.tell("reply")


@pytest.fixture(scope="module")
def works(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedWorks]:
    folder = tmp_path_factory.mktemp("watched")
    shutil.copytree(furnished, folder, dirs_exist_ok=True)
    made = WatchedWorks(
        Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0, gather_seconds=0),
        SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
    )
    yield made
    made.close()


def test_that_no_sequence_makes_a_large_act_on_one_word(works: WatchedWorks) -> None:
    machine = NoLargeActOnOneWord
    if "RUNG_CASES" not in os.environ:  # what is counted below comes about in every run or in none
        machine = seed(SEED)(machine)
    assert isinstance(works.clock, SetClock)
    machine.works, machine.desk, machine.clock = works, open_desk(works.settings, works.clock, works), works.clock
    # One administrator stays, who approves nothing: the others may then all be closed.
    works.accounts.create("lena.ortiz@example.com", "Lena Ortiz", Role.ADMINISTRATOR, "nobody approves as her")
    machine.accounts = {one.name.split()[0]: one.id for one in works.accounts.people()}
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=CASES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize="RUNG_CASES" not in os.environ,
        ),
    )
    print(*(f"{count:7} {what}" for what, count in sorted(machine.told.items())), sep="\n")  # noqa: T201  # shown by -s
    for what in ("effect", "effect: of two people", "reply", "taken back", "forged: first", "forged: approval"):
        assert machine.told[what] > 0, what
