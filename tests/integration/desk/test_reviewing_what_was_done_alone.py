"""What the copilot did alone is reviewed by people who had no part in it, and its level comes down when it is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.desk.governance import case_reviews
from cx_core.errors import NotAllowed
from cx_core.records import Perimeter, Person, Role, Scorecard, TaskTypeName, TicketId
from cx_core.views import Refusal
from cx_core.views.review_views import ReviewStory
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, erased, letter, person

ADA, NED = person(Role.ADMINISTRATOR, "Ada"), person(Role.SUPERVISOR, "Ned")
ADVISOR = person(Role.ADVISOR, "Ines")
CALLBACK = TaskTypeName("callback")
WIDE = Perimeter(tiers=("standard", "plus", "vip"), share=100, any_hour=True, identity=0)
MINOR = Scorecard(right_act=False, severity="minor", note="Another number was meant")


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which cases two people review is drawn; here none, unless a test says so."""
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


def granted(hand: Hand, limits: Perimeter = WIDE) -> None:
    people = hand.works.accounts.people()
    asks = next(one for one in people if one.role is Role.SUPERVISOR)
    asker = Person(id=asks.id, email="", name=asks.name, role=asks.role)
    assert hand.desk.autonomy_levels.ask_level(asker, CALLBACK, 3, "A trial", limits) is None
    view = next(one for one in hand.desk.autonomy_levels.levels(ADA) if one.task_type == CALLBACK)
    assert view.waiting is not None
    assert hand.desk.autonomy_levels.grant_level(ADA, CALLBACK, view.waiting) is None


def level(hand: Hand) -> tuple[int, str]:
    view = next(one for one in hand.desk.autonomy_levels.levels(NED) if one.task_type == CALLBACK)
    return view.level, view.how


def alone(hand: Hand, works: InlineWorks, id: str, sender: str = LENA) -> TicketId:
    works.clock.now += timedelta(days=15)  # type: ignore[attr-defined]
    given = letter("Please ring me about my plan.", works.clock, id=id, sender=sender)
    return hand.desk.inbound_messages.receive(given.replace(identity=2))


def test_that_level_three_is_granted_by_two_with_its_limits_and_acts_inside_them(
    hand: Hand, works: InlineWorks
) -> None:
    assert isinstance(hand.desk.autonomy_levels.ask_level(NED, CALLBACK, 3, "A trial"), Refusal)
    assert isinstance(hand.desk.autonomy_levels.ask_level(NED, CALLBACK, 4, "A trial", WIDE), Refusal)
    assert isinstance(hand.desk.autonomy_levels.set_level(NED, CALLBACK, 3, "Alone"), Refusal)
    more_than_a_day = WIDE.replace(act_most=500, day_most=100)
    assert isinstance(hand.desk.autonomy_levels.ask_level(NED, CALLBACK, 3, "A trial", more_than_a_day), Refusal)
    granted(hand)
    assert level(hand) == (3, "granted")
    id = alone(hand, works, "one")
    assert hand.outcome(id).status == "done"
    assert hand.desk.autonomy_levels.set_level(NED, CALLBACK, 2, "Enough") is None
    assert hand.view(alone(hand, works, "two", MARIA)).ticket.work == "ready"


def test_that_everything_after_a_raise_waits_for_review_and_reads_as_a_story(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    desk = hand.desk.case_reviews.open(NED)
    (item,) = desk.waiting
    assert (item.ticket, item.exception) == (id, False)
    story = hand.desk.case_reviews.story(NED, id, item.version)
    assert isinstance(story, ReviewStory)
    assert story.asked == ("Please ring me about my plan.",)
    assert [act.verified for act in story.acts] == [True]
    assert story.told
    assert hand.desk.case_reviews.review(NED, id, item.version, Scorecard()) is None
    after = hand.desk.case_reviews.open(NED)
    assert after.waiting == ()
    assert [(one.cases, one.reviewed, one.wrong) for one in after.figures] == [(1, 1, 0)]
    with pytest.raises(NotAllowed):
        hand.desk.case_reviews.open(ADVISOR)


def test_that_nobody_reviews_twice_nor_what_they_had_a_part_in(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    first, second = alone(hand, works, "one"), alone(hand, works, "two", MARIA)
    assert hand.desk.case_reviews.review(NED, first, 1, Scorecard()) is None
    assert isinstance(hand.desk.case_reviews.review(NED, first, 1, Scorecard()), Refusal)
    assert hand.desk.ticket_lifecycle.reopen(NED, second) is None
    assert isinstance(hand.desk.case_reviews.review(NED, second, 1, Scorecard()), Refusal)
    waiting = hand.desk.case_reviews.open(ADA).waiting
    assert [one.ticket for one in waiting if one.exception] == [second]


@pytest.mark.parametrize("line", ["understood", "right_act", "right_amount", "right_words", "same"])
def test_that_a_scorecard_must_say_how_bad_and_what(hand: Hand, works: InlineWorks, line: str) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    fine, minor = (Scorecard.model_validate({line: False, "severity": grade}) for grade in ("fine", "minor"))
    for card in (fine, fine.replace(note="Promises 3 days"), minor):
        assert isinstance(hand.desk.case_reviews.review(NED, id, 1, card), Refusal)
    assert hand.desk.case_reviews.review(NED, id, 1, minor.replace(note="Promises 3 days")) is None


def test_that_a_critical_review_brings_the_level_down_and_opens_an_incident(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    card = Scorecard(right_act=False, severity="critical", note="Rang the wrong person")
    assert hand.desk.case_reviews.review(NED, id, 1, card) is None
    assert level(hand) == (2, "came_down")
    (incident,) = hand.desk.coming_down.incidents(ADA)
    assert (incident.before, incident.level, incident.cases) == (3, 2, (id,))
    assert hand.view(alone(hand, works, "two", MARIA)).ticket.work == "ready", "an advisor approves it now"
    assert isinstance(hand.desk.coming_down.close(ADA, incident.id, " "), Refusal)
    assert hand.desk.coming_down.close(ADA, incident.id, "Numbers of two customers were mixed up") is None
    assert isinstance(hand.desk.coming_down.close(NED, incident.id, "Again"), Refusal)


def test_that_minor_errors_bring_it_down_once_there_are_too_many(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    found = 0
    for number in range(12):
        id = alone(hand, works, f"n{number}", (LENA, MARIA, TOM)[number % 3])
        if hand.view(id).ticket.work != "done":
            break
        assert hand.desk.case_reviews.review(NED, id, 1, MINOR) is None
        found += 1
    assert level(hand) == (2, "came_down")
    assert 2 <= found <= 6


def test_that_right_cases_leave_it_where_it_is_and_come_to_a_bound(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    for number, sender in enumerate((LENA, MARIA, TOM)):
        id = alone(hand, works, f"n{number}", sender)
        assert hand.desk.case_reviews.review(SAM, id, 1, Scorecard()) is None
    hand.desk.coming_down.round()
    assert level(hand) == (3, "granted")
    (figures,) = hand.desk.case_reviews.open(ADA).figures
    assert (figures.cases, figures.reviewed, figures.error) == (3, 3, 0.0)


def test_that_what_came_of_a_case_has_it_reviewed_whatever_was_drawn(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    assert hand.desk.case_reviews.review(SAM, id, 1, Scorecard()) is None
    other = alone(hand, works, "two", MARIA)
    assert hand.desk.notes.flag(SAM, other, 1, "reply", "Wrong number") is None
    (item,) = hand.desk.case_reviews.open(ADA).waiting
    assert (item.ticket, item.exception) == (other, True)
    hand.desk.coming_down.round()
    assert level(hand) == (3, "granted"), "one of two is no proof yet"


def test_that_erased_cases_are_gone_from_review(hand: Hand, works: InlineWorks) -> None:
    granted(hand)
    id = alone(hand, works, "one")
    erased(hand.desk, "C-7")
    assert hand.desk.case_reviews.open(ADA).waiting == ()
    assert isinstance(hand.desk.case_reviews.story(ADA, id, 1), Refusal)


def test_that_a_share_is_reviewed_by_two_who_agree_or_not(
    hand: Hand, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reviews, "TWICE", 1.0)
    granted(hand)
    first, second = alone(hand, works, "one"), alone(hand, works, "two", MARIA)
    for id in (first, second):
        assert hand.desk.case_reviews.review(NED, id, 1, Scorecard()) is None
    assert {one.ticket for one in hand.desk.case_reviews.open(ADA).waiting} == {first, second}
    assert hand.desk.case_reviews.open(NED).waiting == ()
    assert hand.desk.case_reviews.review(ADA, first, 1, Scorecard()) is None
    assert hand.desk.case_reviews.review(ADA, second, 1, MINOR) is None
    told = hand.desk.case_reviews.open(SAM)
    assert (told.twice, told.waiting) == (2, ())
    assert told.agreement is not None
    assert told.agreement < 0.5
