"""Use and earlier tickets on PostgreSQL: the same questions get the same answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cx_core.adapters.search.solved_case_index import CaseIndex
from cx_core.adapters.sql.store import SqlStore
from cx_core.bootstrap import Works, open_desk
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import PassageUse
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import ArticleId, CustomerId, Role, TaskTypeName, Ticket, TicketId
from cx_core.settings import Settings
from cx_core.views import QueueFilter
from tests.conftest import SetClock
from tests.integration.desk.test_lookup import OneWay
from tests.scripted import SAM, Hand, InlineWorks, erased, person

RETURNS = ArticleId("returns")
ADMIN = person(Role.ADMINISTRATOR, "Root Admin")


def test_that_use_is_counted_and_cases_are_found(fresh_postgresql: str, settings: Settings, clock: SetClock) -> None:
    works = Works(settings.replace(database_url=fresh_postgresql), clock)
    try:
        store: SqlStore = works.store
        at = clock()
        ticket = Ticket(
            id=TicketId("T-1"),
            subject="",
            channel="email",
            address="a@example.com",
            status="solved",
            opened_at=at,
            updated_at=at,
            solved_at=at,
            simulated=True,
        )
        with store.begin() as unit:
            unit.tickets.put(ticket)
            uses = [
                PassageUse(article=RETURNS, number=2, kind=kind) for kind in ("retrieved", "cited", "kept", "solved")
            ]
            unit.article_use.add_uses(ticket, 1, uses, at)
            unit.article_use.unsolve(ticket.id, at)
        assert store.unlearnt(at - timedelta(days=1), 10) == ()
        assert store.unlearnt(at + timedelta(days=1), 10) == ("T-1",)
        case = SolvedCase(
            ticket=ticket.id,
            task_types=(TaskTypeName("fault"),),
            asked="my line is dead",
            answered="it is mended",
            at=at,
        )
        with store.begin() as unit:
            unit.solved_cases.keep_case(ticket.id, case, at)
        with store.look() as unit:
            counted = unit.article_use.use_since(at)[RETURNS]
            assert {kind: (one.tickets, one.simulated) for kind, one in counted.items()} == dict.fromkeys(
                ("retrieved", "cited", "kept", "reopened"), (1, 1)
            )
            assert unit.article_use.use_by_version(RETURNS).keys() == {2}
            assert [one.id for one, _, _ in unit.article_use.tickets_using(RETURNS, 5)] == ["T-1"]
            assert unit.solved_cases.cases([ticket.id]) == (case,)
        index = CaseIndex(works.engine, OneWay())
        assert index.refresh(10) == 0
        vector = OneWay().encode(["the line is dead"])[0]
        assert [one.ticket for one in index.search("the line is dead", vector, most=3)] == ["T-1"]
        with store.begin() as unit:
            unit.solved_cases.keep_case(ticket.id, None, at)
        assert index.search("the line is dead", vector, most=3) == ()
        assert store.unlearnt(at + timedelta(days=1), 10) == ()
    finally:
        works.close()


def test_that_a_sign_that_postgresql_keeps_in_no_text_is_refused_in_words(
    fresh_postgresql: str, settings: Settings, clock: SetClock, furnished: Path
) -> None:
    works = InlineWorks(settings.replace(database_url=fresh_postgresql), clock)
    try:
        hand = Hand(open_desk(works.settings, clock, works), works)
        ticket = hand.ticket()
        for act in (
            lambda: hand.desk.notes.add_note(SAM, ticket, "a\0b"),
            lambda: hand.desk.inbox.save_draft(SAM, ticket, 1, "a\0b"),
            lambda: hand.desk.inbox.queue(SAM, QueueFilter(text="a\0b")),
        ):
            with pytest.raises(BadInput, match="cannot be kept"):
                act()
        assert hand.desk.notes.of_ticket(SAM, ticket) == ()
        assert hand.view(ticket).draft is None
    finally:
        works.close()


def test_that_a_sender_with_a_long_address_is_taken_and_forgotten_where_postgresql_keeps_the_keys(
    fresh_postgresql: str, settings: Settings, clock: SetClock, furnished: Path
) -> None:
    given = {"database_url": fresh_postgresql, "keys_url": fresh_postgresql}
    works = InlineWorks(settings.replace(**given), clock)
    long, longer = (f"{'m' * 64}@{'d' * length}.example" for length in (60, 61))
    try:
        hand = Hand(open_desk(works.settings, clock, works), works)
        tickets = [hand.ticket(sender=sender) for sender in (long, longer)]
        assert erased(hand.desk, CustomerId(f"address:{long}")) == 1
        kept = [[event.payload for event in works.audit.events(ticket=ticket)] for ticket in tickets]
        assert set(map(str, kept[0])) == {"None"}
        assert longer in str(kept[1])
    finally:
        works.close()
