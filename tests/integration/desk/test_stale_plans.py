"""A plan that waits while the records change under it: found, told, prepared again, and never approved as it was."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from cx_core.adapters.fernline import Fernline
from cx_core.adapters.fernline import tables as sandbox
from cx_core.bootstrap import open_desk
from cx_core.errors import SystemUnreachable
from cx_core.records import ActionName, Approval, Choices, StepId, TicketId
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, copied, letter, person

ADA = person()
TWICE = "I was charged twice."
OFF = "Please call the visit off."


def planned(hand: Hand, ticket: TicketId) -> list[str]:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    return [str(step.action) for step in proposal.steps]


def version(hand: Hand, ticket: TicketId) -> int:
    return hand.view(ticket).ticket.version


def outside(hand: Hand, name: str, **arguments: str) -> None:
    """The back office is used by others than Rung."""
    Fernline(hand.works.fernline, hand.works.clock).write(ActionName(name), arguments, f"outside {arguments}")


def free_slot(hand: Hand) -> str:
    return hand.read("free_slots", appointment="A-2")[-1].id


def test_that_a_refund_on_one_ticket_is_not_offered_again_on_another_of_the_customer(hand: Hand) -> None:
    first, second, lenas = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA), hand.ticket(COPY, LENA)
    assert planned(hand, second) == ["refund_payment"]
    hand.approve(first)
    assert planned(hand, second) == []
    proposal = hand.view(second).proposal
    assert proposal is not None
    assert "Payment P-8 has changed: status was settled, is refunded; refunded was £0.00, is £54.00." in proposal.since
    assert (version(hand, second), version(hand, lenas)) == (2, 1)
    assert "records_changed" in hand.kinds(second)


def test_that_words_an_advisor_wrote_stay_beside_the_plan_prepared_again(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    assert hand.desk.inbox.save_draft(ADA, second, 1, "My own words.") is None
    hand.approve(first)
    view = hand.view(second)
    assert view.draft is not None
    assert (view.draft.text, view.draft.version, view.ticket.version) == ("My own words.", 1, 2)


def test_that_taking_the_refund_back_offers_it_again_on_the_other_ticket(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(TWICE, MARIA)
    hand.approve(first)
    assert not isinstance(hand.desk.approvals.undo(SAM, first, 1, StepId("s1")), Refusal)
    assert planned(hand, second) == ["refund_payment"]
    assert version(hand, second) == 3
    assert hand.view(first).ticket.work == "returned"  # it is for the person who took it back, and not planned anew


def test_that_a_ticket_whose_records_did_not_change_is_left_as_it_is(hand: Hand) -> None:
    first, second = hand.ticket(TWICE, MARIA), hand.ticket(OFF, MARIA)
    assert not hand.desk.customer_tickets.check_records(ADA, second)
    hand.approve(first)
    assert not hand.desk.customer_tickets.check_records(ADA, second)
    assert version(hand, second) == 1


def test_that_opening_a_ticket_has_it_prepared_again_when_the_back_office_changed(hand: Hand) -> None:
    ticket = hand.ticket(OFF, MARIA)
    assert planned(hand, ticket) == ["cancel_appointment"]
    outside(hand, "reschedule_appointment", appointment="A-2", slot=free_slot(hand))
    hand.works.work.held = True
    assert hand.desk.customer_tickets.check_records(ADA, ticket)
    assert hand.view(ticket).ticket.work == "reading"
    assert not hand.desk.customer_tickets.check_records(ADA, ticket)  # it is on its way already
    hand.works.work.release()
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert proposal.version == 2
    assert any(text.startswith("Appointment A-2 has changed: ") for text in proposal.since)
    assert not hand.desk.customer_tickets.check_records(ADA, ticket)


def test_that_a_plan_made_from_records_that_changed_cannot_be_approved(hand: Hand) -> None:
    ticket = hand.ticket(OFF, MARIA)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    outside(hand, "reschedule_appointment", appointment="A-2", slot=free_slot(hand))
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply=view.proposal.reply.text)
    assert isinstance(answer, Refusal)
    assert answer.code == "stale"
    assert "Appointment A-2 has changed: " in answer.text
    assert version(hand, ticket) == 2
    assert isinstance(hand.approve(ticket), Approval)


def test_that_a_system_that_is_away_holds_no_answer_back(hand: Hand) -> None:
    ticket = hand.ticket(COPY, LENA)

    def away(name: str) -> None:
        raise SystemUnreachable(name)

    hand.works.trouble = away
    assert not hand.desk.customer_tickets.check_records(ADA, ticket)


def test_that_other_open_tickets_of_the_customer_are_named_whatever_their_channel(hand: Hand, clock: SetClock) -> None:
    mail = hand.ticket(TWICE, MARIA)
    customer = hand.view(mail).ticket.customer
    assert customer is not None
    chat = hand.desk.inbound_messages.receive(letter(OFF, clock, id="chat", sender=customer).replace(channel="chat"))
    hand.ticket(COPY, LENA)
    assert [(row.id, row.channel) for row in hand.view(mail).others] == [(chat, "chat")]
    assert [row.id for row in hand.view(chat).others] == [mail]
    assert [row.id for row in hand.desk.customer_tickets.others(ADA, chat)] == [mail]
    assert hand.desk.ticket_lifecycle.merge(ADA, chat, mail) is None
    assert hand.view(mail).others == ()
    assert len(hand.view(mail).messages) == 2


BOTH = "I was charged twice. And please call the visit off."


def left_out_and_overtaken(hand: Hand, text: str = "") -> tuple[TicketId, StepId]:
    """A ticket on which the refund is left out, prepared again since the visit moved; with the refund's new step."""
    ticket = hand.ticket(BOTH, MARIA)
    view = hand.view(ticket)
    refund = next(card.step.id for card in view.cards if card.step.action == "refund_payment")
    assert view.proposal is not None
    assert view.proposal.reply is not None
    words = text or view.proposal.reply.text
    assert hand.desk.inbox.save_draft(SAM, ticket, 1, words, Choices(skipped={refund: "the bank does it"})) is None
    outside(hand, "reschedule_appointment", appointment="A-2", slot=free_slot(hand))
    assert hand.desk.customer_tickets.check_records(SAM, ticket)
    return ticket, next(card.step.id for card in hand.view(ticket).cards if card.step.action == "refund_payment")


def test_that_a_step_left_out_stays_left_out_of_the_plan_prepared_again(hand: Hand) -> None:
    ticket, refund = left_out_and_overtaken(hand)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.draft is not None
    assert view.draft.choices.skipped[refund] == "the bank does it"
    assert "“Refund a payment” stays left out: the bank does it." in view.proposal.since
    assert "paid twice" not in view.draft.text
    assert view.draft.version == view.ticket.version == 2
    skipped = {refund: view.draft.choices.skipped[refund]}
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 2, reply=view.draft.text, skipped=skipped), Approval)
    assert "refunded" not in {str(one.fields["status"]) for one in hand.read("payment", payment="P-8")}


def test_that_what_was_left_out_stays_so_beside_an_advisor_s_own_words(hand: Hand) -> None:
    ticket, refund = left_out_and_overtaken(hand, "My own words.")
    draft = hand.view(ticket).draft
    assert draft is not None
    assert (draft.text, draft.version, draft.choices.skipped[refund]) == ("My own words.", 1, "the bank does it")


def test_that_a_late_return_to_preparing_leaves_a_newer_plan_as_it_is(hand: Hand) -> None:
    ticket = hand.ticket(OFF, MARIA)
    outside(hand, "reschedule_appointment", appointment="A-2", slot=free_slot(hand))
    stale = hand.desk.customer_tickets._stale_plans()
    late = stale.changes(ticket)
    assert late is not None
    assert hand.desk.customer_tickets.check_records(ADA, ticket)
    assert version(hand, ticket) == 2
    assert stale.give_back(ticket, late) == 0
    assert hand.view(ticket).ticket.work == "ready"


def test_that_a_field_that_changes_by_itself_makes_no_plan_stale(
    furnished: Path, settings: Settings, clock: SetClock, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "knowledge", folder := tmp_path / "knowledge")
    spec = folder / "records" / "appointment.yaml"
    written = spec.read_text("utf-8")
    spec.write_text(written.replace("address: {type: text}", "address: {type: text, volatile: true}"), "utf-8")
    with closing(copied(furnished, settings.replace(knowledge=folder), clock)) as works:
        hand = Hand(open_desk(works.settings, clock, works), works)
        ticket = hand.ticket(OFF, MARIA)
        table = sandbox.appointment
        for column, value, stale in (("address", "1 Elsewhere, Leeds", False), ("window", "18:00-20:00", True)):
            with works.fernline.begin() as connection:
                connection.execute(sa.update(table).where(table.c.number == 2).values({column: value}))
            assert hand.desk.customer_tickets.check_records(ADA, ticket) is stale
        proposal = hand.view(ticket).proposal
        assert proposal is not None
        assert not any("address" in text for text in proposal.since)
