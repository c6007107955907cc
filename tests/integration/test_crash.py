"""A crash anywhere loses nothing and does nothing twice: real processes, really killed, one after the other."""

from __future__ import annotations

import base64
import binascii
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cx_core.adapters.durable import dbos_runner
from cx_core.adapters.fernline import Fernline, FernlineOutbox, open_fernline
from cx_core.adapters.fernline.outbox import Delivered
from cx_core.adapters.sql import tables
from cx_core.bootstrap import now
from cx_core.records import ActionName, BusinessRecord, Money, Ticket, TicketId, Value
from cx_core.settings import ROOT, Settings
from tests.scripted import MARIA, ScriptedWorks

pytestmark = pytest.mark.slow

KILLED = -signal.SIGKILL
POINTS = (
    "received",  # before the message is committed: the channel delivers it once more
    "received:committed",
    "prepare handed over",
    "prepare asked",
    "triage",
    "invoices",
    "guard",
    "proposed",
    "proposed:unanchored",
    "proposed:committed",
    "answered",
    "answered:committed",
    "carry_out asked",
    "act_begun",
    "act_begun:unanchored",
    "act_begun:committed",
    "resend_invoice",
    "resend_invoice:committed",
    "act_done",
    "act_done:committed",
    "reply_begun",
    "reply_begun:committed",
    "delivered",
    "replied",
    "replied:committed",
)
BACK = ("act_failed", "act_failed:committed", "triage:2", "given_back", "given_back:committed")
"""Where the business system has said no, and the ticket goes back to a person."""

Writer = tuple[str, str, str]


class House:
    """What is left on the disk once all processes are gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(
            data_dir=folder, knowledge=ROOT / "knowledge", demo=True, undo_seconds=0, planted_errors=False
        )
        engine = open_fernline(self.settings.url("fernline"), now)
        self.fernline, self.outbox = Fernline(engine, now), FernlineOutbox(engine, now)
        self.works = ScriptedWorks(self.settings, now)

    def read(self, name: str, **arguments: Value) -> tuple[BusinessRecord, ...]:
        return self.fernline.read(ActionName(name), arguments)

    def writers(self, count: int) -> list[Writer]:
        """So many customers of age with an invoice, each with a request for a copy of it in words of their own."""
        found: list[Writer] = []
        number = 12
        while len(found) < count:
            number += 1
            (customer,) = self.read("customer", customer=f"C-{number}")
            invoices = self.read("invoices", customer=customer.id)
            if invoices and not customer.fields["minor"]:
                text = f"Marmalade! Please send a copy of my invoice {invoices[0].id}."
                found.append((f"m-{number}", str(customer.fields["email"]), text))
        return found

    def tickets(self) -> dict[str, Ticket]:
        """By the address that wrote."""
        with self.works.engine.connect() as connection:
            ids = connection.execute(sa.select(tables.ticket.c.id)).scalars().all()
        with self.works.store.look() as unit:
            found = [ticket for id in ids if (ticket := unit.tickets.get(TicketId(id)))]
        assert len({ticket.address for ticket in found}) == len(found), "one message opened two tickets"
        return {ticket.address: ticket for ticket in found}

    def mailed(self, writer: Writer) -> int:
        return len(self.read("mailings", invoice=writer[2].split()[-1].strip(".")))


@pytest.fixture
def house(data_dir: Path) -> Iterator[House]:
    made = House(data_dir)
    yield made
    made.works.close()


def live(folder: Path, *links: dict[str, Any], together: bool = False) -> list[int]:
    """Run these processes; how each one ended."""
    command = [sys.executable, "-m", "tests.integration.crash_driver", str(folder), *["--together"][: int(together)]]
    done = subprocess.run(
        command, input=json.dumps(links), capture_output=True, text=True, cwd=ROOT, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    ends: list[int] = json.loads(done.stdout)
    assert set(ends) <= {0, KILLED}, done.stderr
    return ends


def answers(house: House, address: str) -> list[Delivered]:
    """What was sent but for the one question, at most, how well it went."""
    out = house.outbox.sent(address)
    questions = [message for message in out if "/rate/" in message.text]
    assert len(questions) <= 1
    return [message for message in out if message not in questions]


def solved_once(house: House, writer: Writer) -> None:
    ticket = house.tickets()[writer[1]]
    with house.works.store.look() as unit:
        outcomes, messages = unit.proposals.outcomes(ticket.id), unit.tickets.messages(ticket.id)
    assert (ticket.status, ticket.work) == ("solved", "done")
    assert [outcome.verified for outcome in outcomes.values()] == [True]
    assert [message.sender for message in messages] == ["customer", "advisor"]
    assert house.mailed(writer) == 1
    sent = answers(house, writer[1])
    assert [message.text for message in sent] == [messages[-1].text]
    assert "{" not in sent[0].text


def waits_with_a_person(house: House, writer: Writer) -> None:
    ticket = house.tickets()[writer[1]]
    with house.works.store.look() as unit:
        proposal, draft = unit.proposals.get(ticket.id, ticket.version), unit.colleagues.draft(ticket.id)
    assert (ticket.status, ticket.work, ticket.version) == ("open", "returned", 2)
    assert proposal is not None
    assert "Not today." in proposal.why
    assert [step.action for step in proposal.steps] == ["resend_invoice"]
    assert draft is not None, "the person's text is lost"
    assert "{s1.email}" in draft.text
    assert (house.mailed(writer), house.outbox.sent(writer[1])) == (0, ())


def test_that_a_crash_anywhere_loses_nothing_and_does_nothing_twice(house: House) -> None:
    writers = house.writers(len(POINTS) + len(BACK))
    links: list[dict[str, Any]] = []
    for number, point in enumerate((*POINTS, *BACK)):
        again = writers[number - 1] if number else None
        links.append({"point": point, "new": writers[number], "redeliver": again})
        if point in BACK:
            links[-1]["refuse"] = "resend_invoice"
    links.append({"redeliver": writers[-1]})

    ends = live(house.folder, *links)

    assert ends == [*[KILLED] * (len(links) - 1), 0], list(zip(ends, (*POINTS, *BACK, "end"), strict=True))
    for point, writer in zip(POINTS, writers, strict=False):
        try:
            solved_once(house, writer)
        except AssertionError as error:
            error.add_note(f"killed at: {point}")
            raise
    for point, writer in zip(BACK, writers[len(POINTS) :], strict=True):
        try:
            waits_with_a_person(house, writer)
        except AssertionError as error:
            error.add_note(f"killed at: {point}")
            raise
    report = house.works.audit.verify()
    assert report.ok, report.reason
    assert_no_words(house, writers)


def assert_no_words(house: House, writers: Sequence[Writer]) -> None:
    """What the runner keeps of its own is ids and fixed words: erasing a customer has nothing to do there."""
    kept = runners_rows(house)
    assert "carry_out" in kept
    for _, address, text in writers:
        (customer,) = house.fernline.find_customers(address)
        words = [address, text, "Marmalade", text.split()[-1].strip("."), *str(customer.fields["name"]).split()]
        for word in words:
            assert word not in kept, f"{word} of {address} is in the runner's tables"


def runners_rows(house: House) -> str:
    """Every value of every table that is not Rung's, and what a value in base 64 or a pickle says in plain letters."""
    others = sa.MetaData()
    others.reflect(house.works.engine)
    parts: list[str] = []
    with house.works.engine.connect() as connection:
        for name, table in others.tables.items():
            if name in tables.metadata.tables or name == "alembic_version":
                continue
            for row in connection.execute(sa.select(table)):
                parts += [plain(value) for value in row if value is not None]
    return "\n".join(parts)


def plain(value: object) -> str:
    text = str(value)
    try:
        return text + base64.b64decode(text, validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return text


def test_that_one_ticket_killed_again_and_again_is_still_carried_out_once(house: House) -> None:
    """Maria's plan over two systems; each process takes up what the one before left, and dies a little later."""
    text = "I was charged twice and can't be home on that day."
    points = (
        "refund_payment:committed",
        "act_done",
        "act_begun:committed",
        "reschedule_appointment:committed",
        "act_done:committed",
        "delivered",
        "reply_begun:committed",
        "replied:committed",
    )
    before = house.read("appointments", customer="C-1")[0]
    first: dict[str, Any] = {"point": points[0], "new": ["m-maria", MARIA, text]}
    ends = live(house.folder, first, *[{"point": p, "from_start": True} for p in points[1:]], {})

    assert ends == [*[KILLED] * len(points), 0]
    ticket = house.tickets()[MARIA]
    assert (ticket.status, ticket.work, ticket.version) == ("solved", "done", 1)
    refunds = house.read("refunds", payment="P-8")
    assert [(refund.fields["amount"], refund.fields["status"]) for refund in refunds] == [(Money(minor=5400), "issued")]
    after = house.read("appointments", customer="C-1")[0]
    assert (after.id, after.fields["slot"] != before.fields["slot"]) == (before.id, True)
    (sent,) = answers(house, MARIA)
    assert "£54.00" in sent.text
    with house.works.store.look() as unit:
        outcomes = unit.proposals.outcomes(ticket.id)
    assert [(o.action, o.verified) for o in outcomes.values()] == [
        ("refund_payment", True),
        ("reschedule_appointment", True),
    ]
    assert house.works.audit.verify().ok


@pytest.mark.parametrize("point", ["act_begun:committed", "resend_invoice:committed"])
def test_that_processes_that_start_together_carry_out_one_approval_once(house: House, point: str) -> None:
    """Each of them finds the same ticket half done, and is slow enough for the others to be at it, too."""
    writers = house.writers(3)
    live(house.folder, *[{"point": point, "new": writer} for writer in writers[:1]])
    assert house.mailed(writers[0]) == int(point.startswith("resend"))

    ends = live(house.folder, {"slow": 0.6}, {"slow": 0.3, "new": writers[1]}, {"new": writers[2]}, together=True)

    assert ends == [0, 0, 0]
    for writer in writers:
        solved_once(house, writer)
    assert house.works.audit.verify().ok


def test_that_a_run_that_ended_in_an_error_is_begun_again_once_the_trouble_is_over(house: House) -> None:
    """A run under one id is never begun a second time; the ticket must not wait for it for ever."""
    (writer,) = house.writers(1)
    ends = live(house.folder, {"new": writer, "deaf": ["queue", "proposed", "act_begun", "act_done", "replied"]})

    assert ends == [0]
    solved_once(house, writer)
    with house.works.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT workflow_uuid, status FROM workflow_status").all()
    runs: dict[str, list[str]] = {}
    for id, status in sorted(tuple(row) for row in rows):
        runs.setdefault(id.split(":")[0], []).append(status)
    assert runs == {"prepare": ["ERROR", "SUCCESS"], "carry_out": ["ERROR", "ERROR", "ERROR", "SUCCESS"]}
    assert "has exceeded its maximum of 4 retries" in runners_rows(house)
    assert_no_words(house, [writer])


def test_that_a_ticket_that_ends_the_program_whenever_it_is_read_goes_to_a_person(house: House) -> None:
    writers = house.writers(2)
    deaths = dbos_runner.MOST_READINGS + 1
    first: dict[str, Any] = {"point": "triage", "new": writers[0]}
    ends = live(house.folder, first, *[{"point": "triage", "from_start": True}] * (deaths - 1), {"new": writers[1]})

    assert ends == [*[KILLED] * deaths, 0]
    ticket = house.tickets()[writers[0][1]]
    assert (ticket.status, ticket.work, ticket.route) == ("new", "failed", "person")
    with house.works.store.look() as unit:
        proposal = unit.proposals.get(ticket.id, ticket.version)
    assert proposal is not None
    assert "ended several times" in proposal.why
    solved_once(house, writers[1])
    assert house.works.audit.verify().ok


def test_that_an_approval_that_ends_the_program_whenever_it_is_carried_out_goes_to_a_person(house: House) -> None:
    (writer,) = house.writers(1)
    deaths = dbos_runner.MOST_TRIES + 1
    ends = live(
        house.folder,
        {"point": "resend_invoice:committed", "new": writer},
        *[{"point": "act_done", "from_start": True}] * (deaths - 1),
        {},
    )

    assert ends == [*[KILLED] * deaths, 0]
    ticket = house.tickets()[writer[1]]
    with house.works.store.look() as unit:
        proposal, outcomes = unit.proposals.get(ticket.id, ticket.version), unit.proposals.outcomes(ticket.id)
    assert (ticket.status, ticket.work, ticket.version) == ("open", "returned", 2)
    assert proposal is not None
    assert [step.action for step in proposal.steps] == ["resend_invoice"]
    assert [outcome.unknown for outcome in outcomes.values()] == [True]
    assert (house.mailed(writer), house.outbox.sent(writer[1])) == (1, ())
