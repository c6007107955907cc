"""Gaps through the desk: named without anybody's words, drafted from what several were told, gone with the customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.search.article_index import open_index
from cx_core.adapters.sql import tables
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import ArticleEntry, Content, HealthFinding
from cx_core.records import CustomerId, Message, MessageId, Role, TicketId
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, TOM, Hand, InlineWorks, erased, person

pytestmark = pytest.mark.slow

EDITOR, ADMINISTRATOR = person(Role.EDITOR, "Ed Word"), person(Role.ADMINISTRATOR, "Ann Key")
STRANGER = "nobody.known@example.net"
TOLD = "We do not insure drones, and there is no cover for them in any of our plans."


@pytest.fixture
def house(hand: Hand, works: InlineWorks, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> Hand:
    for service in (hand.desk.health_rounds, hand.desk.knowledge_health):
        monkeypatch.setattr(service, "_ready_encoder", lambda: encoder)
    return hand


def asks(house: Hand, words: str, sender: str, told: str = TOLD) -> TicketId:
    """A ticket in which somebody asks for something that nothing answers, and what a colleague replied."""
    ticket = house.ticket(f"Please ring me. {words}", sender)
    with house.works.store.begin() as unit:
        made = unit.proposals.get(ticket, 1)
        assert made is not None
        goals = tuple(goal.replace(quote=words) for goal in made.triage.goals)
        unit.proposals.put(made.replace(triage=made.triage.replace(goals=goals)))
        unit.tickets.add_message(
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
    return [one for one in desk.knowledge_health.latest(EDITOR).findings if one.kind == "gap"]


def found(desk: Desk) -> list[HealthFinding]:
    assert desk.health_rounds.look_again()
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
    made = house.desk.knowledge_health.draft_for_gap(EDITOR, gap.id)
    assert isinstance(made, ArticleEntry)
    content = made.latest.content
    assert TOLD in content.text
    assert "drone" in content.title
    assert (made.state, content.audience) == ("draft", "internal")
    written = f"{content.title} {content.text}".lower()
    assert not any(word in written for word in ("grandpa", "allotment", "zebedee", "gave it", "is there insurance"))


def test_that_an_erased_customer_leaves_nothing_in_a_gap_and_takes_no_answer_along(house: Hand) -> None:
    maria, *others = four_ask(house)
    (gap,) = found(house.desk)
    made = house.desk.knowledge_health.draft_for_gap(EDITOR, gap.id)
    assert isinstance(made, ArticleEntry)
    house.desk.knowledge_health.waive_finding(EDITOR, gap.id, "We shall never insure them")
    with house.works.store.look() as unit:
        ticket = unit.tickets.get(maria)
    assert ticket is not None
    erased(house.desk, CustomerId(str(ticket.customer)))
    with house.works.engine.connect() as connection:
        kept = str(connection.execute(sa.select(tables.health_finding.c.body)).scalars().all())
    assert maria not in kept
    assert "drone" not in kept.replace(made.id, "")  # a word that she used too
    for _ in range(2):
        (left,) = known(house.desk)
        assert (left.id, set(left.tickets), left.draft) == (gap.id, set(others), made.id)
        assert (left.state, left.reason) == ("waived", "We shall never insure them")
        assert house.desk.health_rounds.look_again()
    assert "drone" in known(house.desk)[0].terms
    assert made.id in {one.id for one in house.desk.article_lifecycle.article_entries(EDITOR)}


def test_that_a_gap_goes_with_the_last_customer_who_asked(house: Hand) -> None:
    for words in ("Can I insure my drone?", "Do you insure a drone?", "Is there insurance for my drone?"):
        ticket = asks(house, words, MARIA)
    assert found(house.desk)
    with house.works.store.look() as unit:
        asked = unit.tickets.get(ticket)
    assert asked is not None
    erased(house.desk, CustomerId(str(asked.customer)))
    assert not known(house.desk)


def test_that_a_waived_gap_stays_waived_when_tickets_join_and_comes_back_when_it_has_grown(house: Hand) -> None:
    four_ask(house)
    (gap,) = found(house.desk)
    house.desk.knowledge_health.waive_finding(EDITOR, gap.id, "We shall never insure them")
    asks(house, "Could you insure my drone for me?", LENA)
    assert not found(house.desk)
    (kept,) = known(house.desk)
    assert (kept.id, kept.state, len(kept.tickets)) == (gap.id, "waived", 5)
    for number in range(4):
        asks(house, f"Please insure my drone number {number}.", TOM)
    (back,) = found(house.desk)
    assert (back.id, len(back.tickets)) == (gap.id, 9)
    assert back.earlier is not None
    assert back.earlier.reason == "We shall never insure them"
    assert "4 tickets when it was waived" in back.again


def test_that_a_gap_has_one_draft_unless_that_was_archived(house: Hand) -> None:
    four_ask(house)
    (gap,) = found(house.desk)
    made = house.desk.knowledge_health.draft_for_gap(EDITOR, gap.id)
    assert isinstance(made, ArticleEntry)
    asks(house, "Could you insure my drone for me?", LENA)
    (grown,) = found(house.desk)
    assert (grown.id, grown.draft) == (gap.id, made.id)
    again = house.desk.knowledge_health.draft_for_gap(EDITOR, gap.id)
    assert isinstance(again, Refusal)
    assert made.latest.content.title in again.text
    house.desk.article_lifecycle.move_article(EDITOR, made.id, 1, "archived")
    assert isinstance(house.desk.knowledge_health.draft_for_gap(EDITOR, gap.id), ArticleEntry)


def test_that_a_gap_that_was_mended_in_words_only_comes_back_and_one_that_was_answered_is_closed(
    house: Hand, encoder: MiniLM, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    four_ask(house)
    (gap,) = found(house.desk)
    house.desk.knowledge_health.resolve_finding(EDITOR, gap.id, "I told the team")
    (back,) = found(house.desk)
    assert (back.id, back.earlier is not None and back.earlier.reason) == (gap.id, "I told the team")
    assert "4 tickets find nothing" in back.again
    index = open_index(tmp_path / "index", house.works.shelf.articles().values(), encoder)
    monkeypatch.setattr(house.desk.health_rounds._requests, "_meaning", lambda: (encoder, index))
    assert [one.id for one in found(house.desk)] == [gap.id]
    text = "## Are drones insured?\nWe do not insure your drone. No plan of ours has insurance for drones."
    article = house.desk.article_lifecycle.write_article(EDITOR, Content(title="Insurance of drones", text=text))
    assert isinstance(article, ArticleEntry)
    house.desk.article_lifecycle.move_article(EDITOR, article.id, 1, "published")
    house.works.shelf.refresh()
    index.hold(house.works.shelf.articles().values())
    assert not found(house.desk)
    (closed,) = known(house.desk)
    assert (closed.id, closed.state, closed.answered_by) == (gap.id, "resolved", None)


def test_that_a_round_under_way_brings_nothing_of_an_erased_customer_back(
    house: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria, *others = four_ask(house)
    with house.works.store.look() as unit:
        ticket = unit.tickets.get(maria)
    assert ticket is not None
    find = house.desk.health_rounds._of_tickets

    def found_and_erased(*given: Any) -> object:  # noqa: ANN401  # handed on as it is
        made = find(*given)
        erased(house.desk, CustomerId(str(ticket.customer)))
        return made

    monkeypatch.setattr(house.desk.health_rounds, "_of_tickets", found_and_erased)
    assert house.desk.health_rounds.look_again()
    (left,) = known(house.desk)
    assert (set(left.tickets), left.terms) == (set(others), ())
    assert "drone" not in left.says


def test_that_tickets_are_looked_through_once_an_hour_unless_somebody_asks(house: Hand, clock: SetClock) -> None:
    desk = house.desk
    desk.health_rounds.look_at_knowledge()
    four_ask(house)
    article = desk.article_lifecycle.write_article(EDITOR, Content(title="Drones", text="## Cover\nWe insure none."))
    assert isinstance(article, ArticleEntry)
    desk.article_lifecycle.move_article(EDITOR, article.id, 1, "published")
    for _ in range(5):
        clock.forward(seconds=10)
        house.works.shelf.refresh()
        desk.health_rounds.look_at_knowledge()
    seen = desk.knowledge_health.latest(EDITOR)
    assert seen.looked_at is not None
    assert seen.looked_at > article.changed_at
    assert not known(desk)
    (gap,) = found(desk)
    clock.forward(seconds=60)
    desk.article_lifecycle.move_article(EDITOR, article.id, 1, "archived")
    for _ in range(5):
        clock.forward(seconds=10)
        house.works.shelf.refresh()
        desk.health_rounds.look_at_knowledge()
    assert [one.state for one in known(desk)] == ["open"]
    for ticket in gap.tickets[1:]:
        with house.works.store.begin() as unit:
            unit.tickets.put(unit.tickets.get(ticket).replace(simulated=True))  # type: ignore[union-attr]
    clock.forward(hours=1)
    for _ in range(5):
        clock.forward(seconds=10)
        desk.health_rounds.look_at_knowledge()
    assert [one.state for one in known(desk)] == ["resolved"]
