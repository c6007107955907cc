"""Processes that are killed at a named point, one after the other on one data folder.

`python -m tests.integration.crash_driver FOLDER` reads a JSON list of links from standard input. Each link is a
process of its own: it takes up what the one before left, has a person approve what is ready, takes a new
customer's message, and gets SIGKILL at its point. On standard output: how each one ended, as JSON.

The processes are forked from one that has worked once, so that all is imported and read, and has nothing open: one
costs a moment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import bm25s  # noqa: F401  # once, before forking, as the next
import dbos  # noqa: F401
import sqlalchemy as sa

from cx_core.adapters.durable import dbos_runner
from cx_core.adapters.durable.dbos_runner import PREPARE, DbosDurable
from cx_core.adapters.fernline import Fernline, FernlineOutbox
from cx_core.adapters.policy.policy_in_force import Policies
from cx_core.adapters.sql.policy_rows import ActiveSets
from cx_core.adapters.sql.store import SqlStore
from cx_core.adapters.sql.unit import SqlUnit
from cx_core.bootstrap import now, open_desk
from cx_core.desk import desk as desks
from cx_core.desk.desk import Desk
from cx_core.errors import AuditUnavailable, SystemRefused
from cx_core.ports import Clock, InForce, Telling
from cx_core.records import Approval, File, Role, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.views import QueueFilter, Refusal, TicketView
from tests.scripted import Hand, InlineWorks, ScriptedWorks, letter, person

PATIENCE = 30.0
"""Seconds after which a process that is not done says so and fails."""


class Link(NamedTuple):
    """One process. `new` is the address and the words of who writes in; `from_start`: it may die while it takes up
    what was left; `refuse`: the business system says no to this call; `slow`: it takes this long over each write;
    `deaf`: events of these kinds cannot be recorded so often that the run ends in an error, and then they can; with
    "queue", work cannot be handed over twice."""

    point: str = ""
    new: tuple[str, str, str] | None = None
    redeliver: tuple[str, str, str] | None = None
    from_start: bool = False
    refuse: str = ""
    slow: float = 0.0
    deaf: Sequence[str] = ()


class Fate:
    """Kills this process when its point comes. A point met for the second time is called "NAME:2", and so on."""

    def __init__(self, point: str) -> None:
        self._point = point
        self._seen: dict[str, int] = {}
        self.armed = False
        self.within = threading.local()

    def at(self, name: str) -> None:
        if not self.armed:
            return
        self._seen[name] = self._seen.get(name, 0) + 1
        times = self._seen[name]
        if self._point == (name if times == 1 else f"{name}:{times}"):
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedStore(SqlStore):
    """Meets "KIND" with the event written and nothing committed, "KIND:committed" right after the commit."""

    def __init__(self, works: DoomedWorks) -> None:
        super().__init__(works.engine, works.audit, works.sealer)
        self._real, self._fate, self._audit = works.audit, works.fate, self
        self._deaf = dict.fromkeys(works.link.deaf, dbos_runner.ATTEMPTS)

    def append_within(self, connection: sa.Connection, kind: str, **event: Any) -> int:  # noqa: ANN401
        if self._deaf.get(kind, 0) > 0:
            self._deaf[kind] -= 1
            raise AuditUnavailable(f"No room for {event}")
        number = self._real.append_within(connection, kind, **event)
        self._fate.within.kinds = [*getattr(self._fate.within, "kinds", ()), kind]
        self._fate.at(kind)
        return number

    def append_all_within(self, connection: sa.Connection, events: Sequence[Telling]) -> int:
        return self._real.append_all_within(connection, events)

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        self._fate.within.kinds = []
        with super().begin() as unit:
            yield unit
        for kind in self._fate.within.kinds:
            self._fate.at(f"{kind}:committed")


class DoomedDurable(DbosDurable):
    """Meets "prepare asked" and "carry_out asked" once the work is in the queue, "prepare handed over" before it is."""

    fate: Fate
    deaf = 0

    def _enqueue(self, queue: str, id: str, delay: float, workflow: Any, *arguments: object) -> None:  # noqa: ANN401
        if self.deaf > 0:
            self.deaf -= 1
            raise sa.exc.OperationalError("no room", None, OSError("disk full"))
        if queue == PREPARE:
            self.fate.at("prepare handed over")
        super()._enqueue(queue, id, delay, workflow, *arguments)
        if queue == PREPARE:
            self.fate.at("prepare asked")

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        super().carry_out(ticket, version, after_seconds=after_seconds)
        self.fate.at("carry_out asked")


class DoomedPolicies(Policies):
    fate: Fate

    def now(self) -> InForce:
        self.fate.at("guard")
        return super().now()


class DoomedOutbox(FernlineOutbox):
    fate: Fate

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        reference = super().deliver(
            key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
        )
        self.fate.at("delivered")
        return reference


class DoomedWorks(ScriptedWorks):
    """Everything that ships but the reading, and a point at which it all ends."""

    def __init__(self, folder: Path, link: Link, clock: Clock = now) -> None:
        settings = Settings(
            data_dir=folder,
            knowledge=ROOT / "knowledge",
            demo=True,
            feed_seconds=0,
            gather_seconds=0,
            undo_seconds=0,
            planted_errors=False,
            workers=4,
        )
        super().__init__(settings, clock)
        self.fate = Fate(link.point)
        self.watch = self.fate.at
        self.link = link
        self.store = DoomedStore(self)
        workers = DoomedDurable(settings.url("rung"), self.journey, settings.workers)
        sets = ActiveSets(self.engine)
        policies = DoomedPolicies(settings.knowledge / "policies", self.knowledge.actions, sets, self.sealer)
        outbox = DoomedOutbox(self.fernline, self.clock)
        workers.deaf = 2 if "queue" in link.deaf else 0
        workers.fate = policies.fate = outbox.fate = self.fate
        self.durable, self.policies, self.outbox = workers, policies, outbox
        self.back_office = Fernline(self.fernline, self.clock, self._called)
        sa.event.listen(self.engine, "checkin", self._given_back, insert=True)  # before the audit's anchor moves on

    def _called(self, name: str) -> None:
        self.fate.at(name)
        if name == self.link.refuse:
            raise SystemRefused("Not today.")
        if self.link.slow and name in ("resend_invoice", "refund_payment"):
            time.sleep(self.link.slow)

    def _given_back(self, _connection: object, _record: object) -> None:
        for kind in getattr(self.fate.within, "kinds", ()):
            self.fate.at(f"{kind}:unanchored")


def finish(desk: Desk) -> None:
    """A person approves whatever is ready, until the workers have nothing left. Raises TimeoutError."""
    ada = person(Role.SUPERVISOR)
    until = time.monotonic() + PATIENCE
    quiet = QueueFilter(statuses=())
    while time.monotonic() < until:
        rows = desk.inbox.queue(ada, quiet).rows
        for row in rows:
            if row.work == "ready":
                approve(desk, row.id)
        if all(row.work in ("done", "returned", "failed") for row in rows):
            return
        time.sleep(0.02)
    raise TimeoutError(str([(row.id, row.work) for row in desk.inbox.queue(ada, quiet).rows]))


def approve(desk: Desk, ticket: TicketId, name: str = "Ada Quill") -> Approval | Refusal | None:
    """As it was drafted."""
    ada = person(Role.SUPERVISOR, name)
    view = desk.inbox.ticket(ada, ticket)
    if not isinstance(view, TicketView) or view.proposal is None:
        return None
    reply = view.proposal.reply.text if view.proposal.reply else "A person will write."
    return desk.approvals.approve(ada, ticket, view.ticket.version, reply=view.draft.text if view.draft else reply)


def live(folder: Path, link: Link) -> None:
    """One process's life."""
    works = DoomedWorks(folder, link)
    desk = open_desk(works.settings, works.clock, works)
    works.fate.armed = link.from_start
    desk.start()
    if link.redeliver:
        desk.inbound_messages.receive(letter(link.redeliver[2], now, id=link.redeliver[0], sender=link.redeliver[1]))
    finish(desk)
    works.fate.armed = True
    if link.new:
        desk.inbound_messages.receive(letter(link.new[2], now, id=link.new[0], sender=link.new[1]))
        finish(desk)
    desk.close()


def work_once() -> None:
    """One ticket on a folder of its own, at once: its processes need not read the knowledge and the libraries again."""
    with tempfile.TemporaryDirectory() as folder:
        works = InlineWorks(
            Settings(data_dir=Path(folder), knowledge=ROOT / "knowledge", demo=True, undo_seconds=0), now
        )
        hand = Hand(open_desk(works.settings, works.clock, works), works)
        hand.approved()
        works.fernline.dispose()
        works.close()


def forked(folder: Path, link: Link) -> int:
    """Start a process; returns its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        live(folder, link)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def main() -> None:
    folder, together = Path(sys.argv[1]), "--together" in sys.argv
    links = [Link(**given) for given in json.load(sys.stdin)]
    dbos_runner.POLL_SECONDS, dbos_runner.PAUSE_SECONDS, desks.ROUND_SECONDS = 0.02, 0.02, 0.3
    work_once()
    ends: list[int] = []
    if together:
        ends = [
            os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in [forked(folder, link) for link in links]
        ]
    for link in [] if together else links:
        ends.append(os.waitstatus_to_exitcode(os.waitpid(forked(folder, link), 0)[1]))
        if ends[-1] not in (0, -signal.SIGKILL):
            break
    json.dump(ends, sys.stdout)


if __name__ == "__main__":
    main()
