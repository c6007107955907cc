"""A draft that two pages work on: neither overwrites the other in silence, and nothing goes over words not seen."""

from __future__ import annotations

import pytest

from cx_core.records import Approval, Choices, Draft, Person, Role, StepId, TicketId
from cx_core.views import Refusal, TicketView
from tests.scripted import MARIA, Hand, person

ADA, BOB = person(), person(Role.ADVISOR, "Bob Ink")


def kept(hand: Hand, ticket: TicketId, who: Person = ADA) -> Draft:
    view = hand.desk.inbox.ticket(who, ticket)
    assert isinstance(view, TicketView)
    assert view.draft is not None
    return view.draft


def code(answer: object) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def test_that_the_second_of_two_first_words_is_refused_and_both_can_be_had(hand: Hand) -> None:
    ticket = hand.ticket()
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "From one tab", seen=0) is None
    assert code(hand.desk.inbox.save_draft(ADA, ticket, 1, "From the other", seen=0)) == "conflict"
    other = kept(hand, ticket)
    assert (other.text, other.revision, other.earlier) == ("From one tab", 1, ())
    assert (
        hand.desk.inbox.save_draft(ADA, ticket, 1, "From the other", earlier=(other.text,), seen=other.revision) is None
    )
    chosen = kept(hand, ticket)
    assert (chosen.text, chosen.revision, chosen.earlier) == ("From the other", 2, ("From one tab",))


def test_that_of_two_saves_over_one_revision_the_second_is_refused(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Begun", seen=0)
    seen = kept(hand, ticket).revision
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Begun, one", seen=seen) is None
    assert code(hand.desk.inbox.save_draft(ADA, ticket, 1, "Begun, two", seen=seen)) == "conflict"
    assert kept(hand, ticket).text == "Begun, one"
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Begun, one", seen=seen) is None, (
        "the same words overwrite nothing"
    )


def test_that_another_plan_under_the_same_words_is_not_overwritten_either(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", seen=0)
    left = Choices(skipped={StepId("s1"): "they did it themselves"})
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", left, seen=1) is None
    assert (
        code(hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", Choices(), seen=1)) == "conflict"
    )
    assert kept(hand, ticket).choices.skipped == left.skipped


def test_that_words_which_the_desk_drafts_anew_while_it_keeps_them_have_one_more_revision(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    left = Choices(skipped={proposal.steps[0].id: "the bank does it"})
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, proposal.reply.text, left, seen=0) is None
    anew = kept(hand, ticket)
    assert anew.text != proposal.reply.text
    assert code(hand.desk.inbox.save_draft(ADA, ticket, 1, proposal.reply.text, seen=0)) == "conflict"
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, f"{anew.text} And mine.", seen=anew.revision) is None


@pytest.mark.parametrize("skipped", [{}, {StepId("s1"): "the bank does it"}])
def test_that_a_page_which_has_not_seen_newer_words_or_another_plan_sends_nothing(
    hand: Hand, skipped: dict[StepId, str]
) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Dear Maria, here is your invoice", seen=0)
    newer = "Dear Maria, here is your invoice" if skipped else "Dear Maria, hello"
    hand.desk.inbox.save_draft(ADA, ticket, 1, newer, Choices(skipped=skipped), seen=1)
    assert (
        code(hand.desk.approvals.approve(ADA, ticket, 1, reply="Dear Maria, here is your invoice", seen=1))
        == "conflict"
    )
    assert hand.sent() == []
    assert kept(hand, ticket).text == newer
    held = hand.desk.dual_approval.to_confirm(ADA, ticket, reply=newer, edits={}, skipped=skipped)
    confirmed = held.token if held else ""
    approval = hand.desk.approvals.approve(ADA, ticket, 1, reply=newer, skipped=skipped, confirmed=confirmed, seen=2)
    assert isinstance(approval, Approval)
    assert len(hand.sent()) == 1


def test_that_the_same_words_and_plan_go_whatever_revision_was_seen(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Dear Maria, here is your invoice", seen=0)
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Dear Maria, here is your invoice", seen=1)
    assert isinstance(
        hand.desk.approvals.approve(ADA, ticket, 1, reply="Dear Maria, here is your invoice", seen=1), Approval
    )


def test_that_a_colleague_who_takes_over_does_not_overwrite_what_they_have_not_seen(hand: Hand) -> None:
    ticket = hand.ticket()
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "From Ada", seen=0) is None
    assert code(hand.desk.inbox.save_draft(BOB, ticket, 1, "Here is your invoice, Bob", seen=0)) == "taken"
    hand.desk.inbox.release(ADA, ticket)
    assert code(hand.desk.approvals.approve(BOB, ticket, 1, reply="Here is your invoice, Bob", seen=0)) == "conflict"
    assert code(hand.desk.inbox.save_draft(BOB, ticket, 1, "Here is your invoice, Bob", seen=0)) == "conflict"
    theirs = kept(hand, ticket, BOB)
    assert (theirs.text, theirs.person) == ("From Ada", ADA.id)
    assert hand.sent() == []
    assert (
        hand.desk.inbox.save_draft(
            BOB, ticket, 1, "Here is your invoice, Bob", earlier=(theirs.text,), seen=theirs.revision
        )
        is None
    )
    assert (kept(hand, ticket).text, kept(hand, ticket).earlier) == ("Here is your invoice, Bob", ("From Ada",))
    assert isinstance(hand.desk.approvals.approve(BOB, ticket, 1, reply="Here is your invoice, Bob", seen=2), Approval)


def test_that_a_late_page_does_not_put_words_taken_back_to_the_version_before(hand: Hand) -> None:
    hand.desk.approvals._undo_seconds = 5
    ticket = hand.ticket()
    hand.works.work.held = True
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", seen=0)
    assert isinstance(hand.desk.approvals.approve(ADA, ticket, 1, reply="Here is your invoice, mine"), Approval)
    assert hand.desk.approvals.withdraw(ADA, ticket, 1) is None
    before = kept(hand, ticket)
    assert before.version == 2
    assert hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", seen=1) is None
    assert kept(hand, ticket) == before
    assert (
        hand.desk.inbox.save_draft(ADA, ticket, 2, "Here is your invoice, mine, and more", seen=before.revision) is None
    )


def test_that_words_as_drafted_are_not_called_ones_own(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    shown = hand.view(ticket)
    assert shown.proposal is not None
    assert shown.proposal.reply is not None
    left = Choices(skipped={shown.proposal.steps[0].id: "they did it themselves"})
    hand.desk.inbox.save_draft(ADA, ticket, 1, shown.proposal.reply.text, left, seen=0)
    assert hand.view(ticket).as_drafted
    hand.desk.inbox.save_draft(ADA, ticket, 1, "Here is your invoice, mine", seen=kept(hand, ticket).revision)
    assert not hand.view(ticket).as_drafted
