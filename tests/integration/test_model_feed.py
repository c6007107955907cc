"""A language model behind the real stages, over the shipped feed: it meets nobody, and nonsense does nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bench import desks as bench_desks
from bench import model
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.fernline import tables as fernline
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.demo.feed_messages import FeedMessage
from cx_core.desk.desk import Desk
from cx_core.ports import Clock
from cx_core.records import Inbound, Role, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.views import TicketView
from tests.integration.conftest import InlineWorks
from tests.model_server import ModelServer, model_server
from tests.prepared_copy import copy_prepared

pytestmark = pytest.mark.slow

FEED = tuple(message for message in load_feed(ROOT / "knowledge") if message.after is None)


LETTERS = 130 if os.environ.get("RUNG_SOAK") else 40


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def works(
    prepared: Path, settings: Settings, clock: Clock, encoder: MiniLM, server: ModelServer
) -> Iterator[InlineWorks]:
    copy_prepared(prepared, settings.data_dir)
    made = InlineWorks(settings.replace(**_access(server)), clock, encoder=encoder)
    yield made
    made.close()


def _access(server: ModelServer) -> dict[str, object]:
    return {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted"}


def _receive(desk: Desk, works: InlineWorks, message: FeedMessage) -> TicketId:
    inbound = Inbound(
        id=message.id,
        channel=message.channel,
        address=message.sender,
        identity=message.identity,
        subject=message.subject,
        text=message.text,
        received_at=works.clock(),
    )
    return desk.inbound_messages.receive(inbound)


def _count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_that_a_model_of_nonsense_does_nothing_and_breaks_nothing(works: InlineWorks, server: ModelServer) -> None:
    desk, person = open_desk(works.settings, works.clock, works), works.person(Role.SUPERVISOR)
    before = _count(works.fernline, fernline.receipt)
    tickets = [_receive(desk, works, message) for message in FEED[:LETTERS]]
    assert _count(works.fernline, fernline.receipt) == before
    assert _count(works.fernline, fernline.delivered) == 0
    assert _count(works.engine, tables.outcome) == 0
    shown = 0
    for ticket in tickets:
        view = desk.inbox.ticket(person, ticket)
        assert isinstance(view, TicketView)
        assert view.ticket.work == "ready"
        assert view.proposal is not None
        assert view.proposal.route != "act"
        reply = view.proposal.reply.text if view.proposal.reply else ""
        for made_up in ("evil.example", "£480.00", "O-99999", "<script>", "**", "⟪", "\u202e", "{s9."):
            assert made_up not in reply
            assert made_up not in view.proposal.summary or made_up in " ".join(m.text for m in view.messages)
        shown += any("language model" in finding.text for finding in view.proposal.findings)
    assert shown >= LETTERS * 30 // 130
    assert len(server.requests) >= LETTERS * 100 // 130


def test_that_letters_full_of_personal_data_reach_neither_the_model_nor_the_log(
    prepared: Path, settings: Settings, clock: Clock, encoder: MiniLM, server: ModelServer
) -> None:
    copy_prepared(prepared, settings.data_dir)
    made = bench_desks.InlineWorks(settings.replace(**_access(server)), clock, encoder=encoder)
    try:
        figures = model.measured(made, server, LETTERS // 2)
    finally:
        made.close()
    counted = ("asked", "approved", "requests", "log_lines")
    assert [name for name in counted if not figures[name]] == []
    bad = (
        "effects_alone",
        "not_read",
        "acting_alone",
        "made_up_shown",
        "unsaid",
        "unbacked_unmarked",
        "steps_nobody_approved",
        "made_up_sent",
        "requests_personal",
        "log_lines_personal",
    )
    assert {name: figures[name] for name in bad if figures[name]} == {}
