"""In a share of tickets a person says what they would do before they see the proposal: that is compared with it."""

from __future__ import annotations

import pytest

from cx_core.errors import NotAllowed
from cx_core.records import ActionName, EvidenceCase, Role, TaskTypeName, TicketId, Value
from cx_core.views import Refusal, TicketView
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, letter, person

CALLBACK, CALL = TaskTypeName("callback"), ActionName("schedule_callback")
EDITOR = person(Role.EDITOR, "Edith")


def ticket(hand: Hand, works: InlineWorks, id: str = "one", sender: str = LENA) -> TicketId:
    given = letter("Please ring me about my plan.", works.clock, id=id, sender=sender)
    return hand.desk.inbound_messages.receive(given.replace(identity=2))


@pytest.fixture
def blind(hand: Hand) -> Hand:
    assert hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 100) is None
    return hand


def case(works: InlineWorks) -> EvidenceCase:
    with works.store.look() as unit:
        (one,) = unit.trials.all()
    return one


def planned(works: InlineWorks, id: TicketId) -> dict[str, Value]:
    with works.store.look() as unit:
        proposal = unit.proposals.get(id, 1)
    assert proposal is not None
    return proposal.steps[0].values()


def view(hand: Hand, id: TicketId) -> TicketView:
    found = hand.desk.inbox.ticket(SAM, id)
    assert isinstance(found, TicketView)
    return found


def test_that_nothing_of_the_proposal_is_seen_or_done_before(blind: Hand, works: InlineWorks) -> None:
    id = ticket(blind, works)
    seen = view(blind, id)
    assert seen.first_answer
    assert seen.proposal is not None
    assert (seen.cards, seen.proposal.steps, seen.proposal.reply, seen.proposal.summary) == ((), (), None, "")
    assert not seen.can_act
    for refused in (
        blind.desk.approvals.approve(SAM, id, 1, reply="Of course."),
        blind.desk.approvals.reject(SAM, id, 1, "No"),
        blind.desk.goal_correction.correct_goals(SAM, id, 1, [TaskTypeName("fault")]),
    ):
        assert isinstance(refused, Refusal)
        assert refused.code == "first"
    with pytest.raises(NotAllowed):
        blind.desk.first_answers.answer(EDITOR, id, 1, ())


def test_that_the_same_answer_counts_in_full(blind: Hand, works: InlineWorks) -> None:
    id = ticket(blind, works)
    values = planned(works, id)
    assert blind.desk.first_answers.answer(SAM, id, 1, [(CALL, {"at": values["at"]})]) is None
    seen = view(blind, id)
    assert not seen.first_answer
    assert seen.cards
    assert isinstance(blind.desk.first_answers.answer(SAM, id, 1, ()), Refusal), "once is all"
    blind.approve(id)
    assert (case(works).shown, case(works).wrong) == (False, False)


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        ((), "before seeing it: no Schedule a callback"),
        (((CALL, {"at": "2027-01-04"}),), "before seeing it: Schedule a callback with another"),
        (((CALL, {}), (ActionName("send_password_reset"), {})), "as well"),
    ],
)
def test_that_another_answer_is_an_error_though_they_approve_afterwards(
    blind: Hand, works: InlineWorks, acts: tuple[tuple[ActionName, dict[str, Value]], ...], says: str
) -> None:
    id = ticket(blind, works)
    assert blind.desk.first_answers.answer(SAM, id, 1, acts) is None
    blind.approve(id)
    assert case(works).wrong
    assert says in " ".join(case(works).differences)


def test_that_what_is_no_action_or_argument_is_refused_in_words(blind: Hand, works: InlineWorks) -> None:
    id = ticket(blind, works)
    for name, values in ((ActionName("none"), {}), (CALL, {"colour": "red"}), (CALL, {"at": 5})):
        refused = blind.desk.first_answers.answer(SAM, id, 1, [(name, values)])
        assert isinstance(refused, Refusal), (name, values)
    assert view(blind, id).first_answer, "nothing was kept"


def test_that_only_tickets_which_could_go_alone_are_asked_about_and_only_in_the_share(
    hand: Hand, works: InlineWorks
) -> None:
    assert not view(hand, ticket(hand, works)).first_answer, "off until somebody says so"
    hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 100)
    given = letter("I can't be home then.", works.clock, id="other", sender=MARIA)
    assert not view(hand, hand.desk.inbound_messages.receive(given)).first_answer
    assert view(hand, ticket(hand, works, "three", TOM)).first_answer
    assert isinstance(hand.desk.autonomy_levels.set_blind(SAM, TaskTypeName("complaint"), 10), Refusal)
    assert isinstance(hand.desk.autonomy_levels.set_blind(SAM, CALLBACK, 101), Refusal)


def test_that_the_share_stays_when_the_level_moves(blind: Hand, works: InlineWorks) -> None:
    assert blind.desk.autonomy_levels.set_level(SAM, CALLBACK, 0, "A pause") is None
    assert blind.desk.autonomy_levels.set_level(SAM, CALLBACK, 2, "Back") is None
    shown = next(one for one in blind.desk.autonomy_levels.levels(SAM) if one.task_type == CALLBACK)
    assert (shown.level, shown.blind) == (2, 100)
