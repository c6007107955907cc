"""A reply goes only with the plan that it is true of: drafted anew while nobody changed it, else held for a person."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cx_core.act.reply.reply_check import OTHER_PLAN
from cx_core.adapters.sql import tables
from cx_core.records import ActionName, Approval, Attachment, Choices, Money, Outcome, StepId, TicketId, Value
from cx_core.views import Refusal, Unconfirmed
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, SAM, Hand

BOTH = "I was charged twice. And I can't be home on Thursday."
CREDIT = ActionName("apply_credit")


def _add_credit(hand: Hand, ticket: TicketId, minor: int = 500) -> None:
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.evidence.customer is not None
    values: dict[str, Value] = {
        "customer": view.proposal.evidence.customer.id,
        "amount": Money(minor=minor),
        "reason": "our mistake",
    }
    assert hand.desk.added_actions.add_step(SAM, ticket, view.ticket.version, CREDIT, 0, values) is None


def _shown(hand: Hand, ticket: TicketId) -> str:
    """The reply that the composer holds."""
    view = hand.view(ticket)
    drafted = view.proposal.reply.text if view.proposal and view.proposal.reply else ""
    return view.draft.text if view.draft else drafted


def _step(hand: Hand, ticket: TicketId, action: str) -> StepId:
    return next(card.step.id for card in hand.view(ticket).cards if card.step.action == action)


def _approve(hand: Hand, ticket: TicketId, reply: str, confirmed: str = "", **how: object) -> Approval | Refusal:
    version = hand.view(ticket).ticket.version
    return hand.desk.approvals.approve(SAM, ticket, version, reply=reply, confirmed=confirmed, **how)  # type: ignore[arg-type]


def _held(hand: Hand, ticket: TicketId, reply: str, skipped: dict[StepId, str] | None = None) -> Unconfirmed:
    held = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped=skipped or {})
    assert held is not None
    return held


def _is_held(hand: Hand, ticket: TicketId, reply: str, why: str) -> bool:
    """Whether one of the reasons for which it is held says this."""
    held = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped={})
    return held is not None and any(why in reason for reason in held.reasons)


def test_that_an_added_action_drafts_untouched_words_anew_without_what_it_contradicts(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    assert "haven't sent anything" in _shown(hand, ticket)
    _add_credit(hand, ticket)
    assert "haven't sent anything" not in _shown(hand, ticket)
    assert isinstance(_approve(hand, ticket, _shown(hand, ticket)), Approval)
    [sent] = hand.sent(LENA)
    assert "We've put a credit of £5.00 towards your next invoice." in sent


def test_that_an_added_action_is_told_beside_what_was_planned(hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    before = _shown(hand, ticket)
    _add_credit(hand, ticket)
    credit = _step(hand, ticket, CREDIT)
    assert f"We've put a credit of {{{credit}.amount}}" in _shown(hand, ticket)
    assert "was paid twice" in before
    assert "was paid twice" in _shown(hand, ticket)


def test_that_an_added_action_is_told_in_the_draft_that_new_words_bring(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    _add_credit(hand, ticket)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    assert "We've put a credit of" in _shown(hand, ticket)
    assert isinstance(hand.approve(ticket), Approval)


def test_that_edited_words_are_held_once_the_plan_is_another_and_go_when_confirmed_for_it(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    mine = "Dear Lena, a credit is on its way. Could you tell me the dates of both charges?"
    hand.desk.inbox.save_draft(SAM, ticket, 1, mine)
    _add_credit(hand, ticket)
    assert _shown(hand, ticket) == mine
    refused = _approve(hand, ticket, mine)
    assert isinstance(refused, Refusal)
    assert refused.code == "unconfirmed"
    held = _held(hand, ticket, mine)
    other = f"{mine} Or a photo."
    assert isinstance(_approve(hand, ticket, other, held.token), Refusal), "it was confirmed for other words"
    _add_credit(hand, ticket, 700)
    assert isinstance(_approve(hand, ticket, mine, held.token), Refusal), "it was confirmed for another plan"
    approval = _approve(hand, ticket, mine, _held(hand, ticket, mine).token)
    assert isinstance(approval, Approval)
    assert approval.confirmed == ("The plan was changed after these words were written.",)
    on_record = [event.payload for event in hand.works.audit.events(ticket=ticket) if event.kind == "answered"]
    assert (on_record[-1] or {})["confirmed"] == list(approval.confirmed)


def test_that_a_step_left_out_is_left_out_of_untouched_words_and_comes_back_with_it(hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    before, refund = _shown(hand, ticket), _step(hand, ticket, "refund_payment")
    left = Choices(skipped={refund: "the bank does it"})
    assert hand.desk.inbox.save_draft(SAM, ticket, 1, before, left) is None
    without = _shown(hand, ticket)
    assert "paid twice" not in without
    assert f"{{{refund}." not in without
    assert "visit" in without
    assert isinstance(_approve(hand, ticket, without, skipped=left.skipped), Approval)


def test_that_a_step_put_back_is_told_again(hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    before, refund = _shown(hand, ticket), _step(hand, ticket, "refund_payment")
    hand.desk.inbox.save_draft(SAM, ticket, 1, before, Choices(skipped={refund: "the bank does it"}))
    hand.desk.inbox.save_draft(SAM, ticket, 1, _shown(hand, ticket), Choices())
    assert _shown(hand, ticket) == before
    assert isinstance(_approve(hand, ticket, before), Approval)


def test_that_words_with_the_value_of_a_step_left_out_are_held(hand: Hand) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    skipped = {_step(hand, ticket, "refund_payment"): "not now"}
    for said in ("We have sent £54.00.", "£54 is on its way to your card.", "You will see £54.00 on Friday."):
        held = _held(hand, ticket, f"Dear Maria,\n{said}", skipped)
        assert said in " ".join(held.reasons)
        assert isinstance(_approve(hand, ticket, f"Dear Maria,\n{said}", skipped=skipped), Refusal)


def test_that_another_invoice_chosen_by_hand_brings_no_month_or_sum_of_the_first(hand: Hand) -> None:
    ticket = hand.ticket("Please send me a copy of my last invoice.")
    step, before = _step(hand, ticket, "resend_invoice"), _shown(hand, ticket)
    view = hand.view(ticket)
    assert view.proposal is not None
    read = [one for lookup in view.proposal.evidence.lookups for one in (*lookup.records, *lookup.others)]
    first = view.proposal.steps[0].values()["invoice"]
    old, new = (
        next(one for one in read if (one.id == first) == same and one.kind == "invoice") for same in (True, False)
    )
    assert str(old.fields["amount"]) in before
    choices = Choices(edits={step: {"invoice": new.id}})
    hand.desk.inbox.save_draft(SAM, ticket, view.ticket.version, before, choices)
    after = _shown(hand, ticket)
    assert "We've sent invoice" in after
    assert not any(str(old.fields[name]) in after for name in ("amount", "period"))
    assert isinstance(_approve(hand, ticket, after, edits=choices.edits), Approval)


@pytest.mark.parametrize(
    "said",
    [
        "We have refunded £129.00.",
        "I've credited your account with £20.",
        "£90 is on its way to your card.",
    ],
)
def test_that_a_claim_typed_by_hand_that_nothing_backs_is_held_by_name(hand: Hand, said: str) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    reply = f"{_shown(hand, ticket)}\n\n{said}"
    refused = _approve(hand, ticket, reply)
    assert isinstance(refused, Refusal)
    assert said in refused.text
    assert isinstance(_approve(hand, ticket, reply, _held(hand, ticket, reply).token), Approval)


def test_that_a_slot_backs_its_own_clause_and_no_other(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    step = _step(hand, ticket, "refund_payment")
    held = _held(hand, ticket, f"{{{step}.amount}} is on its way, and I have cancelled your contract.")
    assert "cancelled your contract" in held.reasons[0]


def test_that_a_denial_of_what_the_plan_does_is_held(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    held = _held(hand, ticket, "Dear Maria, we have not refunded anything yet.")
    assert "Refund a payment" in held.reasons[0]


def test_that_what_a_step_of_the_plan_does_may_be_said_in_other_words(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    reply = "Dear Maria, I have refunded the second payment of £54.00 to your card."
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped={}) is None
    wrong = "Dear Maria, I have refunded £64.00 to your card."
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=wrong, edits={}, skipped={}) is not None


def test_that_what_a_receipt_shows_may_be_said_afterwards(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    hand.approve(ticket)
    hand.ticket("I can't be home on Thursday.", sender=MARIA, thread="t")
    reply = "Dear Maria, as I wrote, we have refunded £54.00. Your visit has moved."
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped={}) is None


def test_that_an_edited_value_is_told_as_it_is_now(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    refund = _step(hand, ticket, "refund_payment")
    edits: dict[StepId, dict[str, Value]] = {refund: {"amount": Money(minor=2000)}}
    held = hand.desk.dual_approval.to_confirm(SAM, ticket, reply="We have refunded £54.00.", edits=edits, skipped={})
    assert held is not None
    assert "is changed" in held.reasons[0]
    hand.desk.inbox.save_draft(SAM, ticket, 1, _shown(hand, ticket), Choices(edits=edits))
    assert isinstance(_approve(hand, ticket, _shown(hand, ticket), edits=edits), Approval)
    assert "£20.00" in hand.sent(MARIA)[0]


@pytest.mark.parametrize(
    "said",
    [
        "This is about payment P-8, which I am looking at.",
        "I see two payments on invoice I-3, of which P-8 is the later one.",
    ],
)
def test_that_what_is_on_record_may_be_named_though_its_step_is_left_out(hand: Hand, said: str) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    skipped = {card.step.id: "not now" for card in hand.view(ticket).cards}
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=said, edits={}, skipped=skipped) is None


@pytest.mark.parametrize(
    "said",
    [
        "You get back the £54.00 you paid.",
        "The £54.00 that was taken twice is on its way back to you.",
        "£54.00 for the duplicate payment will be in your account on Friday.",
        "The second charge of £54.00 was reversed today.",
        "Because you were charged twice, £54.00 comes back to your bank.",
    ],
)
def test_that_the_amount_of_a_step_left_out_is_held_though_it_was_charged_too(hand: Hand, said: str) -> None:
    """It may be told for what it was, at the price of a tick: the words for a promise cannot be listed."""
    ticket = hand.ticket(BOTH, sender=MARIA)
    skipped = {card.step.id: "not now" for card in hand.view(ticket).cards}
    (why,) = _held(hand, ticket, said, skipped).reasons
    assert "£54.00 is of “Refund a payment”" in why


def test_that_words_written_anew_for_the_plan_as_it_is_are_not_held_for_the_one_before(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    mine = "Dear Lena, about your credit: could you tell me the dates of both charges?"
    hand.desk.inbox.save_draft(SAM, ticket, 1, mine)
    _add_credit(hand, ticket)
    version = hand.view(ticket).ticket.version
    hand.desk.inbox.save_draft(SAM, ticket, version, f"{mine} Or a photo.")
    _held(hand, ticket, f"{mine} Or a photo.")
    anew = "Hello, we are sorry for the trouble with your bill. You will find a credit on the next one."
    hand.desk.inbox.save_draft(SAM, ticket, version, anew)
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=anew, edits={}, skipped={}) is None


def test_that_words_gone_back_to_are_held_for_the_plan_they_were_written_for(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    mine = "Dear Lena, a credit is on its way. Could you tell me the dates of both charges?"
    other = "Hello, we look into what you paid, and write again on Monday at the latest."
    hand.desk.inbox.save_draft(SAM, ticket, 1, mine)
    assert not _is_held(hand, ticket, mine, OTHER_PLAN)
    hand.desk.inbox.save_draft(SAM, ticket, 1, other, earlier=(mine,))
    hand.desk.inbox.save_draft(SAM, ticket, 1, mine, earlier=())
    assert not _is_held(hand, ticket, mine, OTHER_PLAN), "the plan is as it was"
    _add_credit(hand, ticket)
    version = hand.view(ticket).ticket.version
    hand.desk.inbox.save_draft(SAM, ticket, version, other, earlier=(mine,))
    assert not _is_held(hand, ticket, other, OTHER_PLAN)
    hand.desk.inbox.save_draft(SAM, ticket, version, mine, earlier=())
    assert _is_held(hand, ticket, mine, OTHER_PLAN)


def test_that_a_confirmation_for_one_reason_covers_no_other(hand: Hand) -> None:
    """The same words, for the same plan; meanwhile the receipt that backed a part of them is gone."""
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    hand.approve(ticket)
    hand.ticket("I can't be home on Thursday.", sender=MARIA, thread="t")
    reply = "Dear Maria, we have refunded £54.00. Your visit has moved. I have also cancelled your contract."
    before = _held(hand, ticket, reply)
    assert len(before.reasons) == 1
    with hand.works.engine.begin() as connection:
        connection.execute(sa.delete(tables.outcome).where(tables.outcome.c.ticket == ticket))
    after = _held(hand, ticket, reply)
    assert len(after.reasons) == 2
    assert after.token != before.token
    assert isinstance(_approve(hand, ticket, reply, before.token), Refusal)


@pytest.mark.parametrize(
    ("reply", "held"),
    [
        ("Thank you for telling us. We will see what we can do.", True),
        ("Thank you for telling us. You have £20.00 back.", False),
        ("Your refund is under way.", False),
        ("All done, Maria.", False),
    ],
)
def test_that_words_that_tell_nothing_of_an_act_go_only_with_a_tick(hand: Hand, reply: str, held: bool) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    assert _is_held(hand, ticket, reply, "does not mention it") == held
    if held:
        assert isinstance(_approve(hand, ticket, reply), Refusal)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("your visit has moved to {other}.", True),
        ("the engineer will now come on {other}.", True),
        ("your visit has moved to {slot}.", False),
        ("your visit of 26 November has moved.", False),
    ],
)
def test_that_another_day_than_the_step_s_is_held(hand: Hand, said: str, held: bool) -> None:
    ticket = hand.ticket("I can't be home on Thursday.", sender=MARIA)
    (slot,) = [
        o.label
        for card in hand.view(ticket).cards
        for a in card.step.arguments
        for o in a.options
        if o.value == a.value and a.name == "slot"
    ]
    reply = "Hello Maria, " + said.format(slot=slot, other="Saturday 12 December, 20:00-22:00")
    assert _is_held(hand, ticket, reply, "otherwise") == held


SORRY = "I am sorry: the refund had to be taken back."


def told_and_undone(hand: Hand, clock: SetClock) -> TicketId:
    """A ticket whose answer told of a refund that was taken back since."""
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    assert isinstance(hand.approve(ticket), Approval)
    clock.forward(minutes=5)
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, StepId("s1")), Outcome)
    clock.forward(minutes=5)
    return ticket


@pytest.mark.parametrize(
    "said",
    [
        SORRY,
        "The refund has been taken back.",
        "We have taken your refund back.",
        "One correction: the refund I told you about has been withdrawn.",
        "The refund has been cancelled, so nothing will arrive.",
    ],
)
def test_that_the_truth_about_what_was_taken_back_is_not_held(hand: Hand, clock: SetClock, said: str) -> None:
    ticket = told_and_undone(hand, clock)
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=said, edits={}, skipped={}) is None


@pytest.mark.parametrize(
    "said",
    [
        "As both payments were correct there is nothing to refund.",
        "I will refund the second payment once the goods are back with us.",
        "The refund is with our accounts team, who will decide this week.",
        "You are right to be cross about the second payment of £29.99.",
    ],
)
def test_that_words_after_which_nobody_knows_of_an_act_are_held(hand: Hand, said: str) -> None:
    """They speak of what the act is about, and do not say that it is done."""
    assert _is_held(hand, hand.ticket("I was charged twice.", sender=MARIA), said, "Refund a payment")


@pytest.mark.parametrize(
    "said",
    [
        "We've refunded your second payment.",
        "You will get the second payment back: your refund is on its way.",
        "Sorry about that! You'll receive your refund within three working days.",
    ],
)
def test_that_an_act_may_be_told_in_other_words(hand: Hand, said: str) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    assert hand.desk.dual_approval.to_confirm(SAM, ticket, reply=said, edits={}, skipped={}) is None


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("The delivery note is attached to this message.", True),
        ("Please find the form enclosed.", True),
        ("Attached you will find the form.", True),
        ("Thank you for the photo you attached.", False),
        ("Is there a photo attached to your message?", False),
    ],
)
def test_that_a_reply_says_attached_only_with_a_file(hand: Hand, said: str, held: bool) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    reply = f"We have refunded your second payment. {said}"
    assert _is_held(hand, ticket, reply, "no file is attached to this reply") == held
    assert isinstance(hand.desk.ticket_attachments.attach(SAM, ticket, "note.txt", b"A note."), Attachment)
    assert not _is_held(hand, ticket, reply, "no file is attached to this reply")


def test_that_a_step_is_not_left_out_without_a_reason(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA)
    refused = _approve(hand, ticket, "We look into it.", skipped={_step(hand, ticket, "refund_payment"): " "})
    assert isinstance(refused, Refusal)
    assert refused.text == "Say why “Refund a payment” is left out."


def owes(hand: Hand, ticket: TicketId) -> bool:
    return hand.view(ticket).taken_back == ("Refund a payment",)


def test_that_what_was_taken_back_is_owed_until_somebody_has_said_so(hand: Hand, clock: SetClock) -> None:
    """Whatever the customer writes meanwhile, and though the draft for that does not mention it."""
    ticket = told_and_undone(hand, clock)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    assert (hand.view(ticket).ticket.work, owes(hand, ticket)) == ("ready", True)
    drafted = _shown(hand, ticket)
    for silent in (drafted, f"{drafted} Have a nice day.", f"{drafted} Nothing has changed on our side."):
        assert "Refund a payment" in _held(hand, ticket, silent).reasons[-1]
        assert isinstance(_approve(hand, ticket, silent), Refusal)
    told = f"{drafted} {SORRY}"
    assert isinstance(_approve(hand, ticket, told, _token(hand, ticket, told)), Approval)
    hand.ticket("Thank you, and the one of May?", sender=MARIA, thread="t")
    assert hand.view(ticket).taken_back == ()


def test_that_what_was_taken_back_is_owed_after_a_close_without_a_word(hand: Hand, clock: SetClock) -> None:
    ticket = told_and_undone(hand, clock)
    assert isinstance(_approve(hand, ticket, ""), Approval)
    assert hand.desk.ticket_lifecycle.reopen(SAM, ticket) is None
    assert owes(hand, ticket)


def test_that_what_was_taken_back_while_new_words_are_read_is_owed(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    assert isinstance(hand.approve(ticket), Approval)
    hand.works.work.held = True
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    clock.forward(minutes=5)
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, StepId("s1")), Outcome)
    hand.works.work.release()
    assert (hand.view(ticket).ticket.work, owes(hand, ticket)) == ("ready", True)


def test_that_an_answer_that_was_approved_before_tells_nothing_of_it(hand: Hand, clock: SetClock) -> None:
    """Who wrote it did not know."""
    ticket = hand.ticket("I was charged twice.", sender=MARIA, thread="t")
    assert isinstance(hand.approve(ticket), Approval)
    hand.ticket("And a copy of my invoice I-3, please.", sender=MARIA, thread="t")
    hand.desk.approvals._undo_seconds = 5
    hand.works.work.held = True

    def meanwhile(name: str) -> None:
        if name == "undo":
            clock.forward(minutes=1)
            assert isinstance(_approve(hand, ticket, _shown(hand, ticket)), Approval)
            clock.forward(minutes=1)

    hand.works.trouble = meanwhile
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, StepId("s1")), Outcome)
    clock.forward(minutes=1)
    hand.works.work.release()
    hand.ticket("And the one of May?", sender=MARIA, thread="t")
    assert owes(hand, ticket)


def test_that_what_was_done_without_a_word_and_undone_is_not_owed(hand: Hand, clock: SetClock) -> None:
    ticket = hand.ticket(BOTH, sender=MARIA)
    assert isinstance(hand.desk.approvals.approve(SAM, ticket, 1, reply=""), Approval)
    clock.forward(minutes=5)
    assert isinstance(hand.desk.approvals.undo(SAM, ticket, 1, StepId("s1")), Outcome)
    view = hand.view(ticket)
    assert view.proposal
    assert (view.taken_back, [step.id for step in view.proposal.done]) == ((), ["s2"])


def _token(hand: Hand, ticket: TicketId, reply: str) -> str:
    held = hand.desk.dual_approval.to_confirm(SAM, ticket, reply=reply, edits={}, skipped={})
    return held.token if held else ""


@pytest.mark.parametrize("answered", [True, False])
def test_that_what_was_taken_back_is_owed_in_the_ticket_it_is_merged_into(
    hand: Hand, clock: SetClock, answered: bool
) -> None:
    into = hand.ticket("A copy of my invoice I-3, please.", sender=MARIA)
    if answered:
        assert isinstance(hand.approve(into), Approval)
    clock.forward(minutes=5)
    ticket = told_and_undone(hand, clock)
    hand.ticket("And the one of May?", sender=MARIA, thread="t")
    assert hand.desk.ticket_lifecycle.merge(SAM, ticket, into) is None
    assert owes(hand, into)


def test_that_an_action_of_another_kind_leaves_the_question_that_the_draft_asks(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    _add_credit(hand, ticket)
    shown = _shown(hand, ticket)
    assert "Could you tell me the date and amount of each charge" in shown
    assert "We've put a credit of" in shown
    assert isinstance(_approve(hand, ticket, shown), Approval)
    assert hand.view(ticket).ticket.status == "pending"


def test_that_the_very_action_which_the_draft_asks_about_takes_its_place(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", sender=LENA)
    view = hand.view(ticket)
    payment = hand.read("payments", customer="C-7")[0].id
    values: dict[str, Value] = {"payment": payment, "amount": Money(minor=100)}
    refund = ActionName("refund_payment")
    assert hand.desk.added_actions.add_step(SAM, ticket, view.ticket.version, refund, 0, values) is None
    assert "Could you tell me" not in _shown(hand, ticket)
