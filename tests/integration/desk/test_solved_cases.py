"""Which tickets others may learn from, when they begin to and when they cease to; and what stands in them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import Approval, CustomerId, Outcome, Rating, Role, TicketId
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks, erased, letter, person

ROOT = person(Role.ADMINISTRATOR, "Root Admin")
NAME = "Lena Fischer"


def cases(hand: Hand) -> list[SolvedCase]:
    with hand.works.store.look() as unit, hand.works.engine.connect() as connection:
        ids = [TicketId(id) for id in connection.execute(sa.select(t.solved_case.c.ticket)).scalars()]
        return list(unit.solved_cases.cases(ids))


def later(hand: Hand, days: float = 8) -> None:
    """So many days on, with a round of upkeep."""
    hand.works.clock.forward(days=days)  # type: ignore[attr-defined]
    hand.desk.maintenance.tidy()
    hand.desk.solved_case_collection.remember()


def solved(hand: Hand, text: str = COPY, thread: str = "") -> TicketId:
    ticket = hand.ticket(text, thread=thread)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    return ticket


def by_hand(hand: Hand, ticket: TicketId) -> None:
    """Answered in a person's own words, and solved."""
    answer = hand.desk.approvals.approve(
        SAM, ticket, 1, reply="I have read what you wrote, and have settled it for you."
    )
    assert isinstance(answer, Approval), answer
    assert hand.view(ticket).ticket.status == "solved"


def test_that_a_ticket_that_went_well_is_one_after_seven_days_and_says_nothing_of_whose_it_was(hand: Hand) -> None:
    ticket = solved(hand, f"Please send me a copy of my invoice I-21, I am {NAME}.")
    later(hand, 6)
    assert cases(hand) == []
    later(hand, 2)
    (case,) = cases(hand)
    assert (case.ticket, case.task_types, case.done) == (ticket, ("invoice_copy",), ("Send a copy of an invoice",))
    assert case.asked == "Please send me a copy of my invoice ⟪invoice⟫, I am ⟪name⟫."
    for secret in (NAME, "Lena", LENA, "I-21", SAM.name, "An AI assistant"):
        assert secret not in f"{case.asked} {case.answered}"


def test_that_one_that_comes_back_is_none_neither_before_nor_after(hand: Hand) -> None:
    early, late = solved(hand, thread="early"), solved(hand, thread="late")
    hand.works.clock.forward(days=1)  # type: ignore[attr-defined]
    hand.desk.inbound_messages.receive(
        letter("Still nothing.", hand.works.clock, id="again", sender=LENA, thread="early")
    )
    hand.approve(early)
    later(hand, 9)
    assert [case.ticket for case in cases(hand)] == [late]


def test_that_one_that_was_a_case_ceases_to_be_when_it_is_opened_again(hand: Hand, works: InlineWorks) -> None:
    company = works.knowledge.company.replace(close_after_days=30)
    object.__setattr__(works.knowledge, "company", company)
    ticket = solved(hand, thread="t")
    later(hand)
    assert [case.ticket for case in cases(hand)] == [ticket]
    hand.desk.inbound_messages.receive(letter("One more thing.", works.clock, id="again", sender=LENA, thread="t"))
    assert cases(hand) == []
    later(hand)
    assert cases(hand) == []


def test_that_a_rating_decides_whenever_it_comes(hand: Hand) -> None:
    content, not_content, late = solved(hand), solved(hand), solved(hand)
    with hand.works.store.begin() as unit:
        for ticket, score in ((content, 4), (not_content, 3), (late, None)):
            unit.ratings.put(Rating(ticket=ticket, asked_at=hand.works.clock(), score=score), f"digest-{ticket}")
    later(hand)
    assert {case.ticket for case in cases(hand)} == {content, late}
    from cx_core.act.rating_request import rating_digest

    with hand.works.store.begin() as unit:
        unit.ratings.put(Rating(ticket=late, asked_at=hand.works.clock()), rating_digest("token"))
    assert hand.desk.customer_ratings.rate("token", 2) is None
    assert [case.ticket for case in cases(hand)] == [content]


def test_that_what_is_taken_back_is_nobodys_example(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    undone = hand.desk.approvals.undo(SAM, ticket, 1, hand.view(ticket).cards[0].step.id)
    assert isinstance(undone, Outcome), undone
    hand.approve(ticket)
    later(hand)
    assert cases(hand) == []


def test_that_a_matter_for_people_is_nobodys_example(hand: Hand) -> None:
    by_hand(hand, hand.ticket("I am leaving you."))
    later(hand)
    assert cases(hand) == []


def test_that_a_ticket_in_which_orders_were_planted_is_nobodys_example(hand: Hand) -> None:
    ticket = solved(hand)
    with hand.works.store.begin() as unit:
        proposal = unit.proposals.get(ticket, 1)
        assert proposal
        from cx_core.records import Finding

        planted = Finding(step=None, text="Orders were set apart", planted=True)
        unit.proposals.put(proposal.replace(findings=(planted,)))
    later(hand)
    assert cases(hand) == []


def test_that_an_unknown_sender_is_nobodys_example(hand: Hand) -> None:
    by_hand(hand, hand.ticket(sender="nobody@example.net"))
    later(hand)
    assert cases(hand) == []


def test_that_erasing_a_customer_takes_the_case_too(hand: Hand) -> None:
    ticket = solved(hand)
    later(hand)
    customer = hand.view(ticket).ticket.customer
    assert cases(hand)
    assert customer
    assert erased(hand.desk, CustomerId(customer)) == 1
    with hand.works.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.solved_case)).scalar_one() == 0
    later(hand)
    assert cases(hand) == []


def test_that_a_round_looks_at_each_ticket_once(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    solved(hand)
    by_hand(hand, hand.ticket(sender="nobody@example.net"))
    later(hand)
    with hand.works.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.solved_case)).scalar_one() == 2
    monkeypatch.setattr(hand.desk.solved_case_collection, "_look_back", lambda _: pytest.fail("looked at again"))
    hand.desk.solved_case_collection.remember()
