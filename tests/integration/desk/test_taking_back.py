"""Undo and withdrawal at awkward moments: nobody is told what is no longer so, and no ticket is left lying."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest

from cx_core.act.handoff import what_happened
from cx_core.adapters.fernline import Fernline
from cx_core.catalogue import StepSpec
from cx_core.desk.tickets.approvals import NOT_SENT
from cx_core.errors import SystemRefused
from cx_core.records import ActionName, Approval, Choices, Outcome, Role, StepId, TaskTypeName, TicketId
from cx_core.views import Refusal
from tests import scripted
from tests.scripted import MARIA, SAM, TOM, Hand, enrolled, person

S1, S2 = StepId("s1"), StepId("s2")
TWICE = "I was charged twice."
BACK = "Your money is on its way back."
MOVED = f"{BACK} Your visit has moved."


def texts(hand: Hand, ticket: TicketId) -> list[str]:
    return [message.text for message in hand.view(ticket).messages]


def test_that_nothing_is_taken_back_while_an_answer_may_be_on_its_way(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice, and I can't be home.", MARIA)
    answers: list[Outcome | Refusal] = []

    def undo(name: str) -> None:
        if name == "reschedule_appointment" and not answers:
            answers.append(hand.desk.approvals.undo(SAM, ticket, 1, S1))

    hand.works.trouble = undo
    given = hand.desk.approvals.approve(SAM, ticket, 1, reply=MOVED)
    assert isinstance(given, Approval)
    assert [refusal.code for refusal in answers if isinstance(refusal, Refusal)] == ["already"]
    assert "undo_begun" not in hand.kinds(ticket)
    assert hand.sent(MARIA) == [MOVED]
    assert hand.outcome(ticket).status == "done"
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)


def test_that_a_step_taken_back_while_the_answer_leaves_brings_the_ticket_back(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The undo began before the approval, and its system took its time."""
    ticket = half_done(hand)
    leaving, taken_back = Event(), Event()
    deliver = hand.works.outbox.deliver

    def slow(**message: Any) -> str:  # noqa: ANN401  # whatever a channel is given
        leaving.set()
        assert taken_back.wait(10)
        return deliver(**message)

    def answer() -> None:
        hand.desk.approvals.approve(SAM, ticket, 2, reply=BACK, skipped={S2: "no slot"})

    other = Thread(target=answer)

    def approve_meanwhile(name: str) -> None:
        if name == "undo":
            other.start()
            assert leaving.wait(10)

    monkeypatch.setattr(hand.works.outbox, "deliver", slow)
    hand.works.trouble = approve_meanwhile
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)
    taken_back.set()
    other.join()
    after = hand.view(ticket)
    assert hand.sent(MARIA) == [BACK]
    assert after.messages[-1].text == BACK
    assert (after.ticket.status, after.ticket.work) == ("open", "returned")
    assert after.can_act


def half_done(hand: Hand) -> TicketId:
    """The refund is done, the slot has gone, nothing was sent, and the ticket is with a person again."""
    ticket = hand.ticket("I was charged twice, and I can't be home.", MARIA)
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    step = proposal.step(S2)
    assert step is not None
    slot = str(step.values()["slot"])

    def book_meanwhile(name: str) -> None:
        if name == "refund_payment:committed":
            Fernline(hand.works.fernline, hand.works.clock).book_slot(slot)

    hand.works.trouble = book_meanwhile
    hand.approve(ticket)
    assert (hand.view(ticket).ticket.work, hand.outcome(ticket).status) == ("returned", "done")
    return ticket


def test_that_an_answer_after_a_step_was_taken_back_stands_last(hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    hand.approve(ticket)
    hand.desk.approvals.undo(SAM, ticket, 1, S1)
    assert isinstance(
        hand.desk.approvals.approve(SAM, ticket, 2, reply="The refund had to be taken back, sorry."), Approval
    )
    assert texts(hand, ticket)[0] == TWICE
    assert texts(hand, ticket)[-1] == "The refund had to be taken back, sorry."


def test_that_what_was_done_in_a_merged_ticket_returns_the_one_it_was_merged_into(hand: Hand) -> None:
    merged, into = hand.ticket(TWICE, MARIA), hand.ticket("Please send me a copy of my invoice I-3.", MARIA)
    hand.approve(merged)
    assert hand.desk.ticket_lifecycle.merge(SAM, merged, into) is None
    hand.approve(into)
    assert hand.view(into).ticket.work == "done"
    assert isinstance(hand.desk.approvals.undo(SAM, merged, 1, S1), Outcome)
    assert (hand.view(merged).ticket.status, hand.view(merged).ticket.work) == ("closed", "done")
    assert (hand.view(into).ticket.status, hand.view(into).ticket.work) == ("open", "returned")


def test_that_an_approval_whose_action_has_gone_from_the_knowledge_goes_back_to_a_person(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand.desk.approvals, "_undo_seconds", 5.0)
    ticket, approval = hand.approved()
    assert hand.view(ticket).ticket.work == "sending"
    actions = hand.works.knowledge.actions
    monkeypatch.delitem(actions, ActionName("resend_invoice"))
    hand.works.work.release()
    after = hand.view(ticket)
    assert (after.ticket.status, after.ticket.work) == ("open", "returned")
    assert after.can_act
    assert after.draft is not None
    assert after.draft.text == approval.reply
    assert hand.sent() == []


def failed_second(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> TicketId:
    """Of two steps for one goal the first is done and the second is refused, so that nothing was sent."""
    types = hand.works.knowledge.task_types
    name = TaskTypeName("damaged_item")
    back = StepSpec(
        action=ActionName("start_return"),
        arguments={"order": "order.id", "items": "goods.items", "reason": "=arrived damaged"},
        after=(ActionName("send_replacement"),),
    )
    cases = tuple(
        case.replace(steps=(*case.steps, back), reply=f"{case.reply} {{start_return.label}}")
        if case.name == "replace"
        else case
        for case in types[name].cases
    )
    monkeypatch.setitem(types, name, types[name].replace(cases=cases))
    monkeypatch.setattr(scripted, "SAID", {"arrived damaged": "damaged_item"})
    ticket = hand.ticket("My headphones arrived damaged.", TOM)

    def refuse(name: str) -> None:
        if name == "start_return":
            raise SystemRefused("They are part of a return already.")

    hand.works.trouble = refuse
    hand.approve(ticket)
    view = hand.view(ticket)
    assert [card.outcome.status for card in view.cards if card.outcome] == ["done", "failed"]
    return ticket


def drafted(hand: Hand, ticket: TicketId) -> str:
    view = hand.view(ticket)
    assert view.draft is not None
    return view.draft.text


def test_that_leaving_out_what_failed_keeps_the_words_for_what_was_done(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = failed_second(hand, monkeypatch)
    view = hand.view(ticket)
    left_out = Choices(skipped={S2: "they have a label"})
    assert hand.desk.inbox.save_draft(SAM, ticket, 2, drafted(hand, ticket), left_out) is None
    assert "{s1." in drafted(hand, ticket)
    assert "{s2." not in drafted(hand, ticket)
    answer = hand.desk.approvals.approve(SAM, ticket, 2, reply=drafted(hand, ticket), skipped=left_out.skipped)
    assert isinstance(answer, Approval)
    (sent,) = hand.sent(TOM)
    assert str(view.cards[0].outcome.receipt.reference) in sent  # type: ignore[union-attr]


def test_that_a_plan_made_anew_still_tells_what_was_done_and_told_to_nobody(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = failed_second(hand, monkeypatch)
    hand.works.trouble = lambda _name: None
    assert hand.desk.inbox.read_again(SAM, ticket) is None
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    assert [step.id for step in proposal.done] == [S1]
    assert "{s1." in proposal.reply.text
    assert S1 not in {step.id for step in proposal.steps}, "its slot means one step for ever"


def test_that_only_what_failed_this_time_is_told_as_why(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = failed_second(hand, monkeypatch)

    def no_channel(**_message: Any) -> str:  # noqa: ANN401  # whatever a channel is given
        raise SystemRefused("The channel is closed.")

    monkeypatch.setattr(hand.works.outbox, "deliver", no_channel)
    left_out = {S2: "they have a label"}
    hand.desk.inbox.save_draft(SAM, ticket, 2, drafted(hand, ticket), Choices(skipped=left_out))
    hand.desk.approvals.approve(SAM, ticket, 2, reply=drafted(hand, ticket), skipped=left_out)
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.version == 3
    assert "part of a return already" not in proposal.why
    assert "The channel is closed" in proposal.why


def test_that_rejecting_the_rest_forgets_nothing_that_was_done(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = failed_second(hand, monkeypatch)
    assert isinstance(hand.desk.approvals.reject(SAM, ticket, 2, "the wrong return"), Approval)
    hand.works.trouble = lambda _name: None
    assert hand.desk.inbox.read_again(SAM, ticket) is None
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    assert "{s1." in proposal.reply.text


def test_that_a_step_taken_back_before_anybody_was_told_leaves_the_draft(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = failed_second(hand, monkeypatch)
    hand.works.trouble = lambda _name: None
    hand.desk.inbox.read_again(SAM, ticket)
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, S1), Outcome)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    assert view.proposal.done == ()
    assert "{s1." not in view.proposal.reply.text


def test_that_a_reply_that_may_have_gone_out_is_not_forgotten_in_the_next_round() -> None:
    failed = Outcome.model_construct(step=S2, action=ActionName("start_return"), status="failed", message="No.")
    assert "Nothing was sent" in what_happened({S2: failed}, "", sure=True)
    assert "Nothing was sent" not in what_happened({S2: failed}, "", sure=False)


def test_that_every_step_taken_back_after_the_answer_is_named(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice, and I can't be home.", MARIA)
    hand.approve(ticket)
    for step in (S1, S2):
        assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, step), Outcome)
    view = hand.view(ticket)
    assert view.proposal
    titles = [one.title for one in view.cards if one.step.id in (S1, S2)]
    assert (len(titles), set(view.taken_back)) == (2, set(titles))


def test_that_whoever_approved_is_told_that_somebody_else_withdrew_it(hand: Hand) -> None:
    ticket = hand.ticket()
    ada = person(Role.ADVISOR)
    enrolled(hand.works, ada)
    hand.desk.approvals._undo_seconds = 5.0
    hand.works.work.held = True
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    given = hand.desk.approvals.approve(ada, ticket, 1, reply=view.proposal.reply.text)
    assert isinstance(given, Approval)
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    [notice] = hand.desk.notes.notices(ada)
    assert (notice.kind, notice.sender, notice.text) == ("withdrawn", SAM.name, NOT_SENT)
    assert hand.desk.notes.notices(SAM) == ()


def test_that_whoever_takes_their_own_approval_back_is_told_nothing(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.desk.approvals._undo_seconds = 5.0
    hand.works.work.held = True
    hand.approve(ticket)
    assert hand.desk.approvals.withdraw(SAM, ticket, 1) is None
    assert hand.desk.notes.notices(SAM) == ()
