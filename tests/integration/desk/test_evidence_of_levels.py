"""What people do with proposals that would have gone alone becomes evidence, seen on the Autonomy page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.errors import BadInput, NotAllowed
from cx_core.records import ActionName, Approval, EvidenceCase, Money, Perimeter, Role, StepId, TaskTypeName, TicketId
from cx_core.views.level_views import DryRun
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, letter, person

ADVISOR = person(Role.ADVISOR, "Ines")
ASKS = "Please ring me about my plan."


def ticket(hand: Hand, works: InlineWorks, id: str = "one", text: str = ASKS, sender: str = LENA) -> TicketId:
    return hand.desk.inbound_messages.receive(letter(text, works.clock, id=id, sender=sender).replace(identity=2))


def trials(works: InlineWorks) -> tuple[EvidenceCase, ...]:
    with works.store.look() as unit:
        return unit.trials.all()


def test_that_a_proposal_approved_as_it_is_counts_as_right_after_a_week(hand: Hand, works: InlineWorks) -> None:
    hand.approve(ticket(hand, works))
    (one,) = trials(works)
    assert (one.task_type, one.wrong, one.shown) == ("callback", False, True)

    def evidence() -> tuple[int, int, int] | None:
        view = next(view for view in hand.desk.autonomy_levels.levels(SAM) if view.task_type == "callback")
        return (view.evidence.cases, view.evidence.wrong, view.evidence.too_new) if view.evidence else None

    assert evidence() == (0, 0, 1)
    works.clock.now += timedelta(days=8)  # type: ignore[attr-defined]
    assert evidence() == (1, 0, 0)
    others = [view for view in hand.desk.autonomy_levels.levels(SAM) if view.task_type != "callback"]
    assert all(view.evidence is None for view in others)


def test_that_whatever_is_done_otherwise_is_an_error(hand: Hand, works: InlineWorks) -> None:
    left_out, reworded, refused = (ticket(hand, works, one, sender=one) for one in (LENA, MARIA, TOM))
    skipped = {StepId("s1"): "No need."}
    done = hand.desk.approvals.approve(SAM, left_out, 1, reply="Thank you, we'll write to you.", skipped=skipped)
    assert isinstance(done, Approval), done
    view = hand.view(reworded)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    words = view.proposal.reply.text.replace("Of course.", "Certainly, with pleasure.")
    assert isinstance(hand.desk.approvals.approve(SAM, reworded, 1, reply=words), Approval)
    hand.desk.approvals.reject(SAM, refused, 1, "Not like that")
    found = {one.ticket: one for one in trials(works)}
    assert found[left_out].wrong
    assert found[refused].wrong
    assert not found[reworded].wrong, "other words for the same"


def test_that_what_is_withdrawn_or_erased_is_no_evidence(hand: Hand, works: InlineWorks) -> None:
    works.work.held = True
    id = ticket(hand, works)
    works.work.release()
    works.work.held = True
    hand.desk.approvals._undo_seconds = 60
    hand.approve(id)
    assert len(trials(works)) == 1
    assert hand.desk.approvals.withdraw(SAM, id, 1) is None
    assert trials(works) == ()


def test_that_a_question_or_a_doubt_is_no_case(hand: Hand, works: InlineWorks) -> None:
    for number, text in enumerate(("I can't be home then.", "I want a person.")):
        id = ticket(hand, works, str(number), text)
        if hand.view(id).proposal is not None:
            hand.desk.approvals.reject(SAM, id, 1, "A test")
    assert trials(works) == ()


WIDE = Perimeter(tiers=("standard", "plus", "vip"), channels=("email", "chat", "web"), any_hour=True, share=100)


def run(hand: Hand, limits: Perimeter) -> DryRun:
    return hand.desk.autonomy_levels.dry_run(SAM, TaskTypeName("callback"), limits)


def test_that_a_dry_run_says_what_would_have_gone_alone_and_what_of_it_was_done_otherwise(
    hand: Hand, works: InlineWorks
) -> None:
    assert (run(hand, WIDE).cases, run(hand, WIDE).alone) == (0, 0)
    hand.approve(ticket(hand, works))
    other = ticket(hand, works, "two", sender=MARIA)
    hand.desk.approvals.reject(SAM, other, 1, "Not like that")
    told = run(hand, WIDE)
    assert (told.cases, told.alone, told.lost, told.kept_back) == (2, 2, 0, ())
    assert [(one.ticket, one.why) for one in told.differently] == [(other, ("rejected: Not like that",))]
    by_chat = run(hand, WIDE.replace(channels=("chat",)))
    assert (by_chat.alone, by_chat.caught) == (0, 1)
    assert [(one.why, one.cases) for one in by_chat.kept_back] == [("what comes by email is for people", 2)]
    works.clock.now += timedelta(days=29)  # type: ignore[attr-defined]
    assert run(hand, WIDE).cases == 0, "of the last four weeks"


def test_that_a_dry_run_changes_nothing_and_is_for_those_who_lead(hand: Hand, works: InlineWorks) -> None:
    hand.approve(ticket(hand, works))
    before = hand.desk.autonomy_levels.levels(SAM), trials(works)
    run(hand, WIDE)
    assert (hand.desk.autonomy_levels.levels(SAM), trials(works)) == before
    with pytest.raises(NotAllowed):
        hand.desk.autonomy_levels.dry_run(ADVISOR, TaskTypeName("callback"), WIDE)
    with pytest.raises(BadInput, match="There is no task type"):
        hand.desk.autonomy_levels.dry_run(SAM, TaskTypeName("none"), WIDE)


def test_that_what_a_person_puts_right_before_answering_is_an_error(hand: Hand, works: InlineWorks) -> None:
    wrong, same, added = (ticket(hand, works, one, sender=one) for one in (LENA, MARIA, TOM))
    correct = hand.desk.goal_correction.correct_goals
    assert correct(SAM, wrong, 1, [TaskTypeName("plan_change")]) is None
    assert correct(SAM, same, 1, [TaskTypeName("callback")]) is None
    evidence = hand.view(added).proposal.evidence  # type: ignore[union-attr]
    assert evidence.customer is not None
    credit = {"customer": evidence.customer.id, "amount": Money(minor=500), "reason": "our mistake"}
    more = hand.desk.added_actions.add_step(SAM, added, 1, ActionName("apply_credit"), 0, credit)
    assert more is None, more
    found = {one.ticket: one.differences for one in trials(works)}
    assert found == {
        wrong: ("what the customer wants was corrected",),
        added: ("Apply a credit was added",),
    }
    hand.approve(wrong)
    assert len(trials(works)) == 2, "what was told by a person is no case of its own"


def spoiled(works: InlineWorks) -> dict[TicketId, str]:
    return {one.ticket: one.spoiled for one in trials(works)}


def wrote(hand: Hand, works: InlineWorks, id: str, sender: str = LENA, thread: str = "", text: str = ASKS) -> TicketId:
    works.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
    given = letter(text, works.clock, id=id, sender=sender).replace(identity=2, thread=thread)
    return hand.desk.inbound_messages.receive(given)


@pytest.mark.parametrize("how", ["solved", "closed", "merged"])
def test_that_a_customer_who_writes_again_within_a_week_spoils_the_case(
    hand: Hand, works: InlineWorks, how: str
) -> None:
    id = wrote(hand, works, "one", thread="t1")
    hand.approve(id)
    if how == "closed":
        works.clock.now += timedelta(days=6)  # type: ignore[attr-defined]
        hand.desk.take_up()
    if how == "merged":
        other = wrote(hand, works, "two", thread="t2", text="I can't be home then.")
        assert hand.desk.ticket_lifecycle.merge(SAM, id, other) is None
    assert spoiled(works)[id] == ""
    wrote(hand, works, "again", thread="t1", text="Nobody rang me.")
    assert spoiled(works)[id] == "came_back"


def test_that_the_same_matter_in_another_ticket_spoils_the_case_and_another_matter_does_not(
    hand: Hand, works: InlineWorks
) -> None:
    mine, hers = wrote(hand, works, "one"), wrote(hand, works, "two", MARIA)
    hand.approve(mine)
    hand.approve(hers)
    wrote(hand, works, "other matter", text="I can't be home then.")
    assert spoiled(works) == {mine: "", hers: ""}
    wrote(hand, works, "same", text=ASKS)
    assert spoiled(works) == {mine: "elsewhere", hers: ""}


def test_that_what_happens_after_a_week_or_by_a_program_spoils_nothing(hand: Hand, works: InlineWorks) -> None:
    id = wrote(hand, works, "one", thread="t1")
    hand.approve(id)
    absent = letter("I am away until Monday.", works.clock, id="auto", sender=LENA).replace(
        thread="t1", headers=(("Auto-Submitted", "auto-replied"),)
    )
    hand.desk.inbound_messages.receive(absent)
    assert spoiled(works)[id] in ("", "reopened")
    works.clock.now += timedelta(days=8)  # type: ignore[attr-defined]
    wrote(hand, works, "late", thread="t1")
    assert spoiled(works)[id] in ("", "reopened")


def test_that_flags_low_ratings_and_reopening_by_a_person_count(hand: Hand, works: InlineWorks) -> None:
    flagged, reopened = wrote(hand, works, "one"), wrote(hand, works, "two", MARIA)
    hand.approve(flagged)
    hand.approve(reopened)
    assert hand.desk.notes.flag(SAM, flagged, 1, "reply", "Wrong number") is None
    assert hand.desk.ticket_lifecycle.reopen(SAM, reopened) is None
    assert spoiled(works) == {flagged: "flagged", reopened: "taken_up"}
