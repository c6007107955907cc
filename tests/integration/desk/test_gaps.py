"""Gaps through the desk: named without anybody's words, drafted from what several were told, gone with the customer."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from cx_core.adapters import tables
from cx_core.adapters.encoder import MiniLM
from cx_core.articles import ArticleEntry, Content, HealthFinding
from cx_core.desk import Desk
from cx_core.records import CustomerId, Message, MessageId, Role, TicketId
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, TOM, Hand, InlineWorks, person

EDITOR, ADMINISTRATOR = person(Role.EDITOR, "Ed Word"), person(Role.ADMINISTRATOR, "Ann Key")
STRANGER = "nobody.known@example.net"
TOLD = "We do not insure drones, and there is no cover for them in any of our plans."


@pytest.fixture
def house(hand: Hand, works: InlineWorks, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> Hand:
    monkeypatch.setattr(hand.desk, "_ready_encoder", lambda: encoder)
    return hand


def asks(house: Hand, words: str, sender: str, told: str = TOLD) -> TicketId:
    """A ticket in which somebody asks for something that nothing answers, and what a colleague replied."""
    ticket = house.ticket(f"Please ring me. {words}", sender)
    with house.works.store.begin() as unit:
        made = unit.proposal(ticket, 1)
        assert made is not None
        goals = tuple(goal.model_copy(update={"quote": words}) for goal in made.triage.goals)
        unit.put_proposal(made.model_copy(update={"triage": made.triage.model_copy(update={"goals": goals})}))
        unit.add_message(
            Message(id=MessageId(f"{ticket}/a"), ticket=ticket, sender="advisor", text=told, at=house.works.clock())
        )
    return ticket


def four_ask(house: Hand) -> list[TicketId]:
    return [
        asks(house, "Can I insure my drone with you? Grandpa Ottokar gave it to me.", MARIA),
        asks(house, "Do you insure a drone? It once fell on the allotment.", TOM, f"{TOLD} Mind the allotment."),
        asks(house, "Is there insurance for my drone?", LENA),
        asks(house, "Insure my drone, Zebedee Marrowfat.", STRANGER, f"{TOLD} Zebedee will manage."),
    ]


def known(desk: Desk) -> list[HealthFinding]:
    return [one for one in desk.knowledge_health(EDITOR).findings if one.kind == "gap"]


def found(desk: Desk) -> list[HealthFinding]:
    assert desk.look_again()
    return [one for one in known(desk) if one.state == "open"]


def test_that_a_gap_is_named_by_what_several_customers_on_record_said(house: Hand) -> None:
    tickets = four_ask(house)
    (gap,) = found(house.desk)
    assert set(gap.tickets) == set(tickets)
    assert "drone" in gap.terms
    said = f"{gap.says} {gap.terms}".lower()
    assert not any(word in said for word in ("grandpa", "ottokar", "allotment", "zebedee", "marrowfat"))


def test_that_a_draft_holds_what_several_were_told_and_nobodys_question(house: Hand) -> None:
    four_ask(house)
    (gap,) = found(house.desk)
    made = house.desk.draft_for_gap(EDITOR, gap.id)
    assert isinstance(made, ArticleEntry)
    content = made.latest.content
    assert TOLD in content.text
    assert "drone" in content.title
    assert (made.state, content.audience) == ("draft", "internal")
    written = f"{content.title} {content.text}".lower()
    assert not any(word in written for word in ("grandpa", "allotment", "zebedee", "gave it", "is there insurance"))


def test_that_an_erased_customer_leaves_nothing_in_a_gap_and_takes_no_article_along(house: Hand) -> None:
    maria, *others = four_ask(house)
    (gap,) = found(house.desk)
    made = house.desk.draft_for_gap(EDITOR, gap.id)
    assert isinstance(made, ArticleEntry)
    house.desk.waive_finding(EDITOR, gap.id, "We shall never insure them")
    with house.works.store.look() as unit:
        ticket = unit.ticket(maria)
    assert ticket is not None
    house.desk.erase(ADMINISTRATOR, CustomerId(str(ticket.customer)), "She asked")
    with house.works.engine.connect() as connection:
        kept = str(connection.execute(sa.select(tables.health_finding.c.body)).scalars().all())
    assert maria not in kept
    assert not known(house.desk)
    (left,) = found(house.desk)
    assert set(left.tickets) == set(others)
    assert made.id in {one.id for one in house.desk.article_entries(EDITOR)}


def test_that_a_round_under_way_brings_nothing_of_an_erased_customer_back(
    house: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria, *_ = four_ask(house)
    with house.works.store.look() as unit:
        ticket = unit.ticket(maria)
    assert ticket is not None
    find = house.desk._of_tickets

    def found_and_erased(*given: Any) -> object:  # noqa: ANN401  # handed on as it is
        made = find(*given)
        house.desk.erase(ADMINISTRATOR, CustomerId(str(ticket.customer)), "She asked")
        return made

    monkeypatch.setattr(house.desk, "_of_tickets", found_and_erased)
    assert house.desk.look_again()
    assert not known(house.desk)


def test_that_tickets_are_looked_through_once_an_hour_unless_somebody_asks(house: Hand, clock: SetClock) -> None:
    desk = house.desk
    desk.look_at_knowledge()
    four_ask(house)
    article = desk.write_article(EDITOR, Content(title="Drones", text="## Cover\nWe insure none."))
    assert isinstance(article, ArticleEntry)
    desk.move_article(EDITOR, article.id, 1, "published")
    for _ in range(5):
        clock.forward(seconds=10)
        house.works.shelf.refresh()
        desk.look_at_knowledge()
    seen = desk.knowledge_health(EDITOR)
    assert seen.looked_at is not None
    assert seen.looked_at > article.changed_at
    assert not known(desk)
    (gap,) = found(desk)
    clock.forward(seconds=60)
    desk.move_article(EDITOR, article.id, 1, "archived")
    for _ in range(5):
        clock.forward(seconds=10)
        house.works.shelf.refresh()
        desk.look_at_knowledge()
    assert [one.state for one in known(desk)] == ["open"]
    for ticket in gap.tickets[1:]:
        with house.works.store.begin() as unit:
            unit.put_ticket(unit.ticket(ticket).model_copy(update={"simulated": True}))  # type: ignore[union-attr]
    clock.forward(hours=1)
    for _ in range(5):
        clock.forward(seconds=10)
        desk.look_at_knowledge()
    assert [one.state for one in known(desk)] == ["resolved"]
