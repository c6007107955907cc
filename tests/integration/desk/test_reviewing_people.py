"""Answers by people are reviewed by the scorecard of the copilot's, without a name; and reviewers take turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.desk.governance import case_reviews
from cx_core.errors import NotAllowed
from cx_core.records import Approval, Perimeter, Role, Scorecard, TaskTypeName, TicketId
from cx_core.settings import Settings
from cx_core.views import Refusal
from cx_core.views.review_views import ReviewStory
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, copied, enrolled, letter, person

INES = person(Role.ADVISOR, "Ines Duarte")
ADA, NED = person(Role.ADMINISTRATOR, "Ada"), person(Role.SUPERVISOR, "Ned")
CALLBACK = TaskTypeName("callback")
PRIYA = "priya.nair@example.org"
RING = "Please ring me about my plan."
WIDE = Perimeter(tiers=("standard", "plus", "vip"), share=100, any_hour=True, identity=0)
WRONG = Scorecard(right_act=False, severity="critical", note="Another day was meant")


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


@pytest.fixture
def share() -> float:
    return 100.0


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock, share: float) -> Iterator[InlineWorks]:
    with closing(copied(furnished, settings, clock)) as made:
        company = made.knowledge.company.model_copy(update={"people_reviewed": share})
        made.knowledge = made.knowledge.replace(company=company)
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


def ticket(hand: Hand, id: str, sender: str = LENA) -> TicketId:
    hand.works.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    return hand.desk.inbound_messages.receive(
        letter(RING, hand.works.clock, id=id, sender=sender, thread=id).replace(identity=2)
    )


def answered(hand: Hand, id: str = "one", sender: str = LENA) -> TicketId:
    """A ticket that Ines answered."""
    made = ticket(hand, id, sender)
    proposal = hand.view(made).proposal
    assert proposal is not None
    assert proposal.reply is not None
    done = hand.desk.approvals.approve(INES, made, proposal.version, reply=proposal.reply.text)
    assert isinstance(done, Approval), done
    return made


def alone(hand: Hand) -> None:
    """Calls back are arranged without a person."""
    levels = hand.desk.autonomy_levels
    enrolled(hand.works, NED, ADA)
    assert levels.ask_level(NED, CALLBACK, 3, "A trial", WIDE) is None
    view = next(one for one in levels.levels(ADA) if one.task_type == CALLBACK)
    assert view.waiting is not None
    assert levels.grant_level(ADA, CALLBACK, view.waiting) is None


def test_that_a_persons_answer_waits_without_a_name_and_its_review_touches_no_level(hand: Hand) -> None:
    id = answered(hand)
    (item,) = hand.desk.advisor_work.waiting(NED)
    assert (item.ticket, item.by_person, item.exception) == (id, True, False)
    story = hand.desk.advisor_work.story(NED, id, 1)
    assert isinstance(story, ReviewStory)
    assert story.asked == (RING,)
    assert (len(story.acts), bool(story.told), story.why_alone) == (1, True, "")
    assert INES.name not in story.model_dump_json()
    assert INES.id not in story.model_dump_json()
    before = hand.desk.case_reviews.figures(ADA), hand.desk.autonomy_levels.levels(ADA)
    assert hand.desk.advisor_work.review(NED, id, 1, WRONG) is None
    assert (hand.desk.case_reviews.figures(ADA), hand.desk.autonomy_levels.levels(ADA)) == before
    assert hand.desk.coming_down.incidents(ADA) == ()
    assert hand.desk.advisor_work.waiting(ADA) == ()
    assert hand.kinds(id).count("person_case_reviewed") == 1


def test_that_nobody_reviews_their_own_answer_nor_one_twice_and_advisors_review_none(hand: Hand) -> None:
    made = ticket(hand, "one")
    hand.approve(made)
    assert hand.desk.advisor_work.waiting(SAM) == ()
    assert isinstance(hand.desk.advisor_work.review(SAM, made, 1, Scorecard()), Refusal)
    assert isinstance(hand.desk.advisor_work.story(SAM, made, 1), Refusal)
    assert isinstance(hand.desk.advisor_work.review(NED, made, 1, Scorecard(right_act=False)), Refusal)
    assert hand.desk.advisor_work.review(NED, made, 1, Scorecard()) is None
    assert isinstance(hand.desk.advisor_work.review(ADA, made, 1, Scorecard()), Refusal)
    with pytest.raises(NotAllowed):
        hand.desk.advisor_work.waiting(INES)


@pytest.mark.parametrize("share", [0.0])
def test_that_of_what_is_not_drawn_nothing_is_kept(hand: Hand) -> None:
    id = answered(hand)
    assert hand.desk.advisor_work.waiting(NED) == ()
    with hand.works.store.look() as unit:
        assert unit.reviews.advisor_case(id, 1) is None


def test_that_copilot_and_people_stand_side_by_side_by_the_same_measure(hand: Hand) -> None:
    assert hand.desk.advisor_work.same_measure(ADA) == ()
    for name, sender, card in (("a", LENA, Scorecard()), ("b", MARIA, WRONG)):
        id = answered(hand, name, sender)
        assert hand.desk.advisor_work.draw() == 1
        assert hand.desk.advisor_work.review(NED, id, 1, card) is None
    alone(hand)
    done = ticket(hand, "c", TOM)
    assert hand.desk.case_reviews.review(NED, done, 1, Scorecard()) is None
    whole, one = hand.desk.advisor_work.same_measure(ADA)
    assert whole.people is not None
    assert whole.copilot is not None
    assert (whole.people.reviewed, whole.people.right) == (2, 0.5)
    assert whole.people.low < 0.5 < whole.people.high
    assert (whole.copilot.reviewed, whole.copilot.right) == (1, 1.0)
    assert one.people == whole.people
    assert one.title
    assert [found.reviewed for found in hand.desk.case_reviews.figures(ADA)] == [1]


def test_that_reviewers_of_a_task_type_take_turns_and_nothing_waits_for_longer_than_a_day(
    hand: Hand, clock: SetClock
) -> None:
    alone(hand)
    first, second = ticket(hand, "a"), ticket(hand, "b", MARIA)
    reviews = hand.desk.case_reviews
    assert reviews.review(NED, first, 1, Scorecard()) is None
    clock.forward(minutes=5)
    assert reviews.review(ADA, second, 1, Scorecard()) is None
    clock.forward(days=1)
    third, fourth = ticket(hand, "d", TOM), ticket(hand, "e", PRIYA)
    assert [one.ticket for one in reviews.open(NED).waiting] == [third], "it was longest ago for Ned"
    assert [one.ticket for one in reviews.open(ADA).waiting] == [fourth]
    clock.forward(days=1)
    assert {one.ticket for one in reviews.open(NED).waiting} == {third, fourth}


def test_that_a_case_left_by_one_goes_to_another_and_comes_back_when_all_left_it(hand: Hand) -> None:
    id = answered(hand)
    enrolled(hand.works, NED, ADA)
    assert hand.desk.case_reviews.skip(NED, id, 1) is None
    assert hand.desk.advisor_work.waiting(NED) == ()
    assert [one.ticket for one in hand.desk.advisor_work.waiting(ADA)] == [id]
    for one in hand.works.accounts.people():
        if one.role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            with hand.works.store.begin() as unit:
                unit.reviews.skip(id, 1, one.id)
    assert [one.ticket for one in hand.desk.advisor_work.waiting(NED)] == [id]
    assert "review_skipped" in hand.kinds(id)
