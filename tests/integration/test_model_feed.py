"""A language model behind the real stages, over the shipped feed: it meets nobody, and nonsense does nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from cx_core.adapters import tables
from cx_core.adapters.encoder import MiniLM
from cx_core.adapters.fernline import tables as fernline
from cx_core.adapters.knowledge_folder import FeedMessage, load_feed
from cx_core.bootstrap import open_desk
from cx_core.desk import Desk
from cx_core.journey import Case
from cx_core.ports import Clock
from cx_core.records import Inbound, Message, MessageId, Role, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.understand.personal_words import lexicon
from cx_core.views import TicketView
from tests.integration.conftest import InlineWorks
from tests.model_server import ModelServer, content_of, model_server

FEED = tuple(message for message in load_feed(ROOT / "knowledge") if message.after is None)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def works(
    prepared: Path, settings: Settings, clock: Clock, encoder: MiniLM, server: ModelServer
) -> Iterator[InlineWorks]:
    for path in prepared.iterdir():
        if path.is_dir() and path.name != "keys":
            shutil.copytree(path, settings.data_dir / path.name)
        elif path.suffix == ".npz":
            shutil.copy(path, settings.data_dir / path.name)
    access: dict[str, object] = {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted"}
    made = InlineWorks(settings.model_copy(update=access), clock, encoder)
    yield made
    made.close()


def _receive(desk: Desk, works: InlineWorks, message: FeedMessage) -> TicketId:
    inbound = Inbound(
        id=message.id, channel=message.channel, address=message.sender, identity=message.identity,
        subject=message.subject, text=message.text, received_at=works.clock(),
    )  # fmt: skip
    return desk.receive(inbound)


def _count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_that_a_model_of_nonsense_does_nothing_and_breaks_nothing(works: InlineWorks, server: ModelServer) -> None:
    desk, person = open_desk(works.settings, works.clock, works), works.person(Role.SUPERVISOR)
    before = _count(works.fernline, fernline.receipt)
    tickets = [_receive(desk, works, message) for message in FEED[:130]]
    assert _count(works.fernline, fernline.receipt) == before
    assert _count(works.fernline, fernline.delivered) == 0
    assert _count(works.engine, tables.outcome) == 0
    shown = 0
    for ticket in tickets:
        view = desk.ticket(person, ticket)
        assert isinstance(view, TicketView)
        assert view.ticket.work == "ready"
        assert view.proposal is not None
        assert view.proposal.route != "act"
        reply = view.proposal.reply.text if view.proposal.reply else ""
        for made_up in ("evil.example", "£480.00", "O-99999", "<script>", "**", "⟪", "\u202e", "{s9."):
            assert made_up not in reply
            assert made_up not in view.proposal.summary or made_up in " ".join(m.text for m in view.messages)
        shown += any("language model" in finding.text for finding in view.proposal.findings)
    assert len(tickets) >= 100
    assert shown >= 30
    assert len(server.requests) >= 100


def _personal(works: InlineWorks) -> set[str]:
    """What would give a seeded customer away, as it is written."""
    found: set[str] = set()
    with works.fernline.connect() as connection:
        for row in connection.execute(sa.select(fernline.customer)).mappings():
            born: date = row["born"]
            found |= {row["name"], row["email"], row["phone"], row["address"], born.isoformat()}
            found |= {f"{born.day} {born:%B} {born.year}", born.strftime("%d/%m/%Y"), row["address"].split(",")[0]}
            found |= {part for part in row["name"].split() if part.casefold() not in lexicon().plain}
        cards = connection.execute(sa.select(fernline.payment.c.card_last4).distinct()).scalars()
        found |= {f"ending {card}" for card in cards if card}
    return {datum.casefold() for datum in found if datum}


def test_that_requests_hold_nothing_personal_of_any_customer(works: InlineWorks, server: ModelServer) -> None:
    journey, at = works.journey(), works.clock()
    for message in FEED[:60]:
        ticket = TicketId(f"T-{message.id}")
        text = f"{message.text}\nMy card is the one ending 4417 or so."
        words = Message(id=MessageId(message.id), ticket=ticket, sender="customer", text=text, at=at)
        journey.propose(Case(ticket, message.subject, (words,), message.sender, message.identity, message.channel))
    assert len(server.requests) >= 60
    sent = "\n".join(content_of(body) for body in server.requests).casefold()
    assert "¦" in sent
    leaks = sorted(datum for datum in _personal(works) if re.search(rf"(?<!\w){re.escape(datum)}(?!\w)", sent))
    assert leaks == []
