"""A Desk whose reading of words is scripted, so that a process is ready in a moment and says the same every time.

Everything behind the reading is what ships: policies, planning, execution, the stores, the sandbox.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from cx_core.adapters.fernline import Fernline, FernlineOutbox, Trouble
from cx_core.adapters.knowledge.cel_expressions import expression
from cx_core.adapters.sql import tables
from cx_core.bootstrap import Works
from cx_core.catalogue import Article
from cx_core.desk.desk import Desk
from cx_core.ports import BackOffice, Clock, Encoder, Index
from cx_core.ports.conversion import Converter
from cx_core.ports.language import Searcher
from cx_core.prompt_injection.document_screening import DocumentScreen
from cx_core.records import (
    ActionName,
    Approval,
    BusinessRecord,
    CustomerId,
    Entity,
    Goal,
    Inbound,
    Message,
    MessageId,
    Outcome,
    Perimeter,
    Person,
    PersonId,
    Polarity,
    Retrieved,
    Role,
    StepId,
    TaskTypeName,
    TicketId,
    Triage,
    Value,
    Versions,
)
from cx_core.search.earlier_tickets import Memory
from cx_core.search.retrieval import Retriever
from cx_core.service_rules import levels_in_force
from cx_core.service_rules.levels_in_force import Levels
from cx_core.settings import ROOT, Settings
from cx_core.text.record_numbers import RecordNumbers
from cx_core.understand.entities import entities
from cx_core.understand.open_question import OpenTalk
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.triage import Triager
from cx_core.views import Refusal, TicketView
from cx_core.views.erasure import Erased
from cx_core.workflows.journey import Journey
from tests.cheap_databases import cheap_databases
from tests.read_once import read_once

SAID: Mapping[str, str] = {
    "charged twice": "duplicate_charge",
    "call the visit off": "cancel_installation",
    "ring me": "callback",
    "whole street": "outage",
    "line is dead": "fault",
    "can't be home": "reschedule_installation",
    "copy of my": "invoice_copy",
    "leaving you": "cancel_service",
    "arrived cracked": "damaged_item",
    "call my order off": "cancel_order",
}
"""Words that stand for a task type, wherever they are written."""

NO_PASSWORD = {"password_hash": "", "demo": False, "disabled": False, "team": ""}

VERSIONS = Versions(rung="", encoder="none", classifier="scripted", knowledge="shipped", policy="shipped")
MARIA, TOM, LENA = "maria.keller@example.com", "tom.okafor@example.org", "lena.fischer@example.com"


read_once()
cheap_databases()


class Scripted(Triager):
    """Finds `SAID`; "PERSON" asks for one, "ASKS" only asks; "I-22" and the like are invoices, "#22" is a number,
    addresses are read as they are; "BREAK" cannot be read."""

    def __init__(self, watch: Callable[[str], None] = lambda _name: None) -> None:
        self._watch, self.times = watch, None

    def read(
        self, subject: str, messages: Sequence[Message], talk: OpenTalk | None = None, letters: Sequence[str] = ()
    ) -> tuple[Triage, NDArray[np.float32]]:
        self._watch("triage")
        text = "\n".join(message.text for message in messages)
        if "BREAK" in text:
            raise ZeroDivisionError(text)
        meant: Polarity = "asked" if "ASKS" in text else "wanted"
        goals = tuple(
            Goal(task_type=TaskTypeName(name), probability=0.9, quote=words, polarity=meant)
            for words, name in SAID.items()
            if words in text
        )
        named = tuple(entity for message in messages for entity in (*_numbers(message), *_addresses(message)))
        angry: Literal["negative", "neutral"] = "negative" if "!!" in text else "neutral"
        times = time_wishes(messages, "Europe/London")
        triage = Triage(goals=goals, entities=named, sentiment=angry, wants_person="PERSON" in text, times=times)
        return triage, np.zeros((max(1, len(goals)), 3), dtype=np.float32)


def _numbers(message: Message) -> list[Entity]:
    words = [word.strip(".,") for word in message.text.split()]
    return [
        Entity(
            kind="number" if word.startswith("#") else "invoice",
            text=word,
            value=word.lstrip("#"),
            message=message.id,
            start=at,
            end=at + len(word),
        )
        for word in words
        if word.startswith(("I-", "#")) and (at := message.text.index(word)) >= 0
    ]


def _addresses(message: Message) -> list[Entity]:
    found = entities(message, country="GB", zone="Europe/London", currency="GBP", numbers=RecordNumbers({}))
    return [entity for entity in found if entity.kind == "address"]


class NoArticles:
    """An index of nothing."""

    state = ""

    def hold(self, articles: Iterable[Article]) -> None: ...

    def beside(self, articles: Iterable[Article]) -> Searcher:
        return self

    def search(
        self, words: str, vector: NDArray[np.float32], *, most: int, internal: bool, language: str | None, today: date
    ) -> Retrieved:
        return Retrieved()


class MarkedOrders(DocumentScreen):
    """Takes for an order what says so: the real screen needs an encoder and is tested with one."""

    def __init__(self) -> None: ...

    def found(self, shown: Sequence[str], hidden: Sequence[str] = ()) -> tuple[str, ...]:
        lines = (line for text in (*shown, *hidden) for line in text.splitlines())
        return tuple(line for line in lines if "Ignore all" in line)


class Inline:
    """Durable work done at once, in the caller: for what is done, not for what survives. `held` keeps it for later."""

    def __init__(self, journey: Callable[[], Journey]) -> None:
        self._journey = journey
        self.running = True
        self.held = False
        self._later: list[Callable[[], None]] = []

    def start(self) -> None: ...

    def close(self) -> None: ...

    def serve(self, journey: Callable[[], Journey]) -> None:
        self._journey = journey

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        self._do(lambda: self._journey().prepare(ticket, messages, lambda _, work: work()))
        if not self.held and (alone := self._journey().going_alone(ticket)):
            self.carry_out(ticket, alone)

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        self._do(lambda: self._journey().carry_out(ticket, version, lambda _, work: work()))
        if not self.held and (left := self._journey().left(ticket)):
            self.prepare(ticket, left)
        if not self.held:
            for other, number in self._journey().overtaken(ticket, version):
                self.prepare(other, number)

    def release(self) -> None:
        """Do what was held, in the order it was asked for."""
        self.held = False
        while self._later:
            self._later.pop(0)()

    def _do(self, work: Callable[[], object]) -> None:
        if self.held:
            self._later.append(lambda: self._do(work))
        else:
            work()


class ScriptedWorks(Works):
    """The shipped parts, a scripted reading, no articles until a test sets `articles` before the first message.

    `trouble` hears of every call of a business system. No proposal is shown with an error unless a test says so.
    """

    def __init__(self, settings: Settings, clock: Clock, *, beside: Works | None = None) -> None:
        super().__init__(settings, clock, beside=beside)
        self.articles: Index = NoArticles()
        self.memory: Memory | None = None
        self.watch: Callable[[str], None] = lambda _name: None
        self.trouble: Trouble = lambda _name: None
        self.planted_errors = False

    @cached_property
    def back_office(self) -> BackOffice:
        return Fernline(self.fernline, self.clock, self._called)

    def _called(self, name: str) -> None:
        self.trouble(name)

    def screen(self) -> DocumentScreen:
        return MarkedOrders()

    def screen_ready(self) -> bool:
        return True

    def meaning(self) -> tuple[Encoder, Index] | None:
        return None

    def ready_encoder(self) -> Encoder | None:
        return None

    def _made(self) -> Journey:
        return Journey(
            self.knowledge,
            Scripted(self.watch),
            Retriever(self.knowledge, self.watched_office, self.watched(self.articles), self.clock),
            self.policies,
            self.watched_office,
            self.watched_outbox,
            self.store,
            self.clock,
            VERSIONS,
            "https://rung.example",
            self.drafter,
            files=self.files,
            sealer=self.sealer,
            compile=expression,
            seals_last=timedelta(hours=self.settings.seal_hours),
            find_person=self.accounts.account,
            barred=self.accounts.barred,
            systems=self.systems,
            memory=self.memory,
            planted_errors=self.planted_errors,
            out_of_use=self.own_task_types.out_of_use,
        )


def furnish(folder: Path, clock: Clock) -> None:
    """Databases made and the sandbox seeded, to be copied: that takes most of the time a small test needs."""
    works = ScriptedWorks(Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True), clock)
    works.fernline.dispose()
    works.close()


class InlineWorks(ScriptedWorks):
    """The same, with work done at once."""

    def __init__(self, settings: Settings, clock: Clock, *, beside: Works | None = None) -> None:
        super().__init__(settings, clock, beside=beside)
        self.work: Inline = beside.work if isinstance(beside, InlineWorks) else Inline(self.journey)
        self.durable = self.work  # type: ignore[assignment]  # another implementation of the same port


def copied(furnished: Path, settings: Settings, clock: Clock) -> InlineWorks:
    """On a copy, in a test's own folder, of what `furnish` made."""
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    return InlineWorks(settings, clock)


def let_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every task type had been raised to 3, inside limits that keep nothing out."""
    wide = Perimeter(
        act_most=10**9,
        day_most=10**9,
        tiers=("standard", "plus", "vip"),
        channels=("email", "chat", "web"),
        any_hour=True,
        share=100,
        identity=0,
        upset=True,
    )
    monkeypatch.setattr(levels_in_force, "starting_level", lambda _task_type: 3)
    monkeypatch.setattr(Levels, "perimeters", lambda levels: dict.fromkeys(levels._task_types, wide))


def person(role: Role = Role.ADVISOR, name: str = "Ada Quill") -> Person:
    """Somebody signed in."""
    id = PersonId(f"{role.value}-{name.split(maxsplit=1)[0].lower()}")
    return Person(id=id, email=f"{id}@example.com", name=name, role=role)


def enrolled(works: ScriptedWorks, *people: Person) -> None:
    """They have open accounts, in which nobody can sign in."""
    with works.sealer.renewing() as renewal, works.engine.begin() as connection:
        for one in people:
            works.accounts._add(connection, {**one.model_dump(mode="json"), **NO_PASSWORD}, renewal, "")


def letter(text: str, clock: Clock, *, id: str, sender: str = MARIA, thread: str = "") -> Inbound:
    """A mail from somebody whose address the channel vouches for."""
    return Inbound(
        id=MessageId(id),
        channel="email",
        address=sender,
        identity=1,
        subject="Hello",
        text=text,
        received_at=clock(),
        thread=thread,
    )


def erased(desk: Desk, customer: str, reason: str = "Asked for it") -> int:
    """Two administrators erase a customer, or a sender by "address:...": how many tickets were."""
    people = (desk._accounts.account(one.id) for one in desk._accounts.people() if one.role is Role.ADMINISTRATOR)
    asking, granting = [one for one in people if one is not None][:2]
    request = desk.customer_erasure.ask_erasure(asking, CustomerId(customer), reason)
    if isinstance(request, Refusal):  # asked for before, by an attempt that failed
        assert request.code == "already", request
    (waiting,) = (one for one in desk.customer_erasure.erasures(granting) if one.request.customer == customer)
    done = desk.customer_erasure.grant_erasure(granting, waiting.request.id, waiting.scope)
    assert isinstance(done, Erased), done
    return done.tickets


SAM = person(Role.SUPERVISOR, "Sam Lead")
COPY = "Please send me a copy of my invoice I-21."


def read_with(desk: Desk, converter: Converter) -> None:
    """Have every service that reads files read them with this."""
    for service in (desk.file_ingestion, desk.ingestion_queue, desk.uploads, desk.folder_sync):
        service._converter = converter


class Hand:
    """What tests do to a Desk as a customer and as Sam, a supervisor; and what is there to be seen afterwards."""

    def __init__(self, desk: Desk, works: InlineWorks) -> None:
        self.desk, self.works = desk, works
        self._count = 0

    def ticket(self, text: str = COPY, sender: str = LENA, thread: str = "") -> TicketId:
        self._count += 1
        return self.desk.inbound_messages.receive(
            letter(text, self.works.clock, id=f"m{self._count}", sender=sender, thread=thread)
        )

    def view(self, ticket: TicketId) -> TicketView:
        view = self.desk.inbox.ticket(SAM, ticket)
        assert isinstance(view, TicketView)
        return view

    def approve(self, ticket: TicketId) -> Approval:
        view = self.view(ticket)
        assert view.proposal is not None
        drafted = view.proposal.reply.text if view.proposal.reply else ""
        reply = view.draft.text if view.draft else drafted
        answer = self.desk.approvals.approve(SAM, ticket, view.ticket.version, reply=reply)
        assert isinstance(answer, Approval), answer
        return answer

    def approved(self, text: str = COPY, sender: str = LENA) -> tuple[TicketId, Approval]:
        """A ticket whose approval is committed and whose work is held."""
        ticket = self.ticket(text, sender)
        self.works.work.held = True
        return ticket, self.approve(ticket)

    def sealed(self, approval: Approval) -> Approval:
        """What only this house can make of an approval, whoever asks for it."""
        return self.works.journey().permission.sealed(approval, self.works.policies.active.version)

    def forge(self, approval: Approval) -> None:
        """What somebody with access to the database could write there."""
        forged = sa.update(tables.approval).where(tables.approval.c.id == approval.id)
        with self.works.engine.begin() as connection:
            connection.execute(forged.values(body=approval.model_dump(mode="json")))

    def run(self, ticket: TicketId, version: int = 1, step: str = "s1") -> Outcome:
        return self.works.journey().execution.run(ticket, version, StepId(step))

    def read(self, name: str, **arguments: Value) -> tuple[BusinessRecord, ...]:
        return Fernline(self.works.fernline, self.works.clock).read(ActionName(name), arguments)

    def mailed(self, invoice: str = "I-21") -> int:
        return len(self.read("mailings", invoice=invoice))

    def sent(self, address: str = LENA) -> list[str]:
        """Answers that left."""
        return [text for text in self._out(address) if "/rate/" not in text]

    def asked(self, address: str = LENA) -> list[str]:
        """Questions how well they were helped."""
        return [text for text in self._out(address) if "/rate/" in text]

    def _out(self, address: str) -> list[str]:
        return [message.text for message in FernlineOutbox(self.works.fernline, self.works.clock).sent(address)]

    def outcome(self, ticket: TicketId, version: int = 1, step: str = "s1") -> Outcome:
        with self.works.store.look() as unit:
            return unit.proposals.outcomes(ticket)[version, StepId(step)]

    def kinds(self, ticket: TicketId) -> list[str]:
        return [event.kind for event in self.works.audit.events(ticket=ticket)]
