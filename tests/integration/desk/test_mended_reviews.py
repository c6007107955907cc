"""Ways in which evidence could be bought, reviews dodged, or customers written to twice: none of them works."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.desk.governance import case_reviews
from cx_core.records import ActionName, EvidenceCase, Role, Scorecard, TaskTypeName, TicketId
from cx_core.views import Refusal
from tests.integration.desk.test_reviewing_what_was_done_alone import ADA, NED, alone, granted, level
from tests.integration.desk.test_taking_back_together import all_of, supervisor
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, letter, person

CALLBACK, CALL = TaskTypeName("callback"), ActionName("schedule_callback")
ADVISOR = person(Role.ADVISOR, "Ines")


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


def ticket(hand: Hand, works: InlineWorks, id: str = "one", sender: str = LENA) -> TicketId:
    works.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    given = letter("Please ring me about my plan.", works.clock, id=id, sender=sender)
    return hand.desk.inbound_messages.receive(given.replace(identity=2))


def cases(works: InlineWorks) -> tuple[EvidenceCase, ...]:
    with works.store.look() as unit:
        return unit.trials.all()


def test_that_a_share_set_after_the_proposal_was_made_asks_nobody(hand: Hand, works: InlineWorks) -> None:
    id = ticket(hand, works)
    works.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    assert hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 100) is None
    assert not hand.view(id).first_answer, "somebody may have seen it"
    hand.approve(id)
    assert [one.shown for one in cases(works)] == [True]


def test_that_an_answer_given_first_stays_when_the_approval_is_withdrawn(hand: Hand, works: InlineWorks) -> None:
    assert hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 100) is None
    hand.desk.approvals._undo_seconds = 60
    id = ticket(hand, works)
    assert hand.desk.first_answers.answer(SAM, id, 1, ()) is None
    works.work.held = True
    hand.approve(id)
    assert hand.desk.approvals.withdraw(SAM, id, 1) is None
    assert not hand.view(id).first_answer, "it was seen"
    assert isinstance(hand.desk.first_answers.answer(SAM, id, 2, [(CALL, {})]), Refusal)
    hand.approve(id)
    (one,) = cases(works)
    assert (one.shown, one.wrong) == (False, True)


def test_that_nothing_else_tells_of_a_proposal_that_is_answered_first(hand: Hand, works: InlineWorks) -> None:
    assert hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 100) is None
    id = ticket(hand, works)
    for told in (hand.desk.case_files.case_file(ADVISOR, id), hand.desk.policies.rulings_on(SAM, id)):
        assert isinstance(told, Refusal)
        assert told.code == "first"


def test_that_an_undo_after_a_complaint_and_a_fine_review_still_counts(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    assert hand.desk.case_reviews.review(NED, id, 1, Scorecard()) is None
    works.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]
    assert hand.desk.ticket_lifecycle.reopen(SAM, id) is None
    assert hand.desk.notes.flag(SAM, id, 1, "reply", "It was the wrong number") is None
    with works.store.look() as unit:
        (case,) = unit.reviews.cases()
    assert case.came == "flagged", "the strongest of what came"
    assert [one.ticket for one in hand.desk.case_reviews.open(ADA).waiting] == [id], "and it is looked at once more"


def test_that_a_stop_before_anything_was_done_is_no_error(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    works.work.held = True
    held = [alone(hand, works, f"n{number}", sender) for number, sender in enumerate((LENA, MARIA, TOM))]
    assert hand.desk.kill_switches.stop(SAM, "*", "A pause") is None
    works.work.release()
    hand.desk.coming_down.round()
    assert level(hand) == (3, "granted")
    with works.store.look() as unit:
        assert unit.reviews.cases() == ()
    assert "done" not in [hand.view(id).ticket.work for id in held]


def test_that_customers_are_written_to_once_and_not_over_a_new_request(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    first, second = ticket(hand, works, "one"), ticket(hand, works, "two", MARIA)
    lead = supervisor(hand)
    scope = all_of(works).replace(since=works.clock() - timedelta(days=30))
    assert hand.desk.mass_undo.start(lead, scope, "The wrong number was rung") is None
    hand.desk.mass_undo.go_on()
    (batch,) = hand.desk.mass_undo.progress(lead)
    more = letter("Please ring me about my plan.", works.clock, id="more", sender=MARIA)
    with works.store.look() as unit:
        of = unit.tickets.get(second)
    assert of is not None
    assert hand.desk.inbox.read_again(SAM, second) is None, more
    told = hand.desk.mass_undo.tell(lead, batch.id, batch.message)
    assert not isinstance(told, Refusal)
    number, failed = told
    assert (number, len(failed)) == (1, 1)
    assert second in failed[0]
    assert hand.view(first).ticket.status == "open"


def test_that_whoever_merged_or_reopened_a_ticket_does_not_review_it(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    other = hand.desk.inbound_messages.receive(letter("I can't be home then.", works.clock, id="x", sender=LENA))
    assert hand.desk.ticket_lifecycle.merge(SAM, id, other) is None
    assert hand.desk.case_reviews.open(SAM).waiting == ()
    (item,) = hand.desk.case_reviews.open(ADA).waiting
    story = hand.desk.case_reviews.story(ADA, item.ticket, item.version)
    assert not isinstance(story, Refusal)
    assert story.asked
    assert story.told
