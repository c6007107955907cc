"""What execution refuses, what it finishes and what it hands over: real policies, real stores, the real sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import MappingProxyType

import pytest

from cx_core.act import delivery, step_effect
from cx_core.adapters.fernline import Fernline, FernlineOutbox, Trouble
from cx_core.errors import AuditUnavailable, NoProof, Stopped, SystemRefused, SystemUnreachable
from cx_core.records import (
    ActionName,
    Approval,
    BusinessRecord,
    CustomerId,
    File,
    Money,
    Outcome,
    PersonId,
    Role,
    StepId,
    TicketId,
    Value,
    digest,
)
from cx_core.views import Refusal
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks, erased, person

BEN = "ben.hughes@example.com"
TWICE = "I was charged twice."
MOVE = "I can't be home on that day."
S1 = StepId("s1")
ADA = person()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to wait for a system that is only asked again."""
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(delivery, "PAUSE_SECONDS", 0.0)


def lost(*names: str, times: int = 99, after: str = "") -> Trouble:
    """A business system that does not answer these calls, so many times; `after`: only once that call was met."""
    left = [times, 0 if after else 1]

    def trouble(name: str) -> None:
        left[1] |= name == after
        if name in names and left[0] > 0 and left[1]:
            left[0] -= 1
            raise SystemUnreachable("Billing does not answer.")

    return trouble


def breaking(name: str, error: BaseException) -> Trouble:
    def trouble(called: str) -> None:
        if called == name:
            raise error

    return trouble


def well(_name: str) -> None:
    """No trouble."""


# --- no act without its proof ---------------------------------------------------------------


def assert_refused(hand: Hand, ticket: TicketId, version: int = 1) -> None:
    with pytest.raises(NoProof):
        hand.run(ticket, version)
    assert hand.mailed() == hand.mailed("I-22") == 0
    assert "act_begun" not in hand.kinds(ticket)


def test_that_a_step_without_the_digest_of_an_approval_is_not_done(hand: Hand) -> None:
    ticket, approval = hand.approved()
    hand.forge(approval.replace(digests={S1: "0" * 64}))
    assert_refused(hand, ticket)
    hand.forge(approval.replace(digests={}))
    assert_refused(hand, ticket)


def test_that_a_step_with_other_arguments_than_approved_is_not_done(hand: Hand) -> None:
    ticket, approval = hand.approved()
    step = approval.steps[0]
    other = [a.replace(value="I-22") if a.name == "invoice" else a for a in step.arguments]
    hand.forge(approval.replace(steps=(step.replace(arguments=tuple(other)),)))
    assert_refused(hand, ticket)


def test_that_an_approval_of_another_ticket_proves_nothing_here(hand: Hand) -> None:
    _, first = hand.approved()
    hand.works.work.held = False
    ticket = hand.ticket()
    hand.works.work.held = True
    second = hand.approve(ticket)
    hand.forge(first.replace(id=second.id))
    assert_refused(hand, ticket)


def test_that_a_version_nobody_approved_is_not_carried_out(hand: Hand) -> None:
    ticket, _ = hand.approved()
    assert_refused(hand, ticket, version=2)
    with pytest.raises(NoProof):
        hand.works.journey().carry_out(ticket, 2, lambda _, work: work())


def test_that_an_approval_of_a_version_that_is_void_by_now_proves_nothing(hand: Hand) -> None:
    ticket, _ = hand.approved()
    with hand.works.store.begin() as unit:
        found, proposal = unit.tickets.get(ticket), unit.proposals.get(ticket, 1)
        assert found is not None
        assert proposal is not None
        unit.proposals.put(proposal.replace(version=2))
        unit.tickets.put(found.replace(version=2, work="ready"))
    assert_refused(hand, ticket)
    hand.works.work.release()
    assert hand.sent() == []
    assert hand.view(ticket).ticket.work == "ready"


def test_that_a_step_left_out_is_not_done(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.work.held = True
    answer = hand.desk.approvals.approve(SAM, ticket, 1, reply="We will look into it.", skipped={S1: "not needed"})
    assert isinstance(answer, Approval)
    assert_refused(hand, ticket)


def test_that_a_rejected_proposal_is_not_carried_out_by_any_way(hand: Hand) -> None:
    ticket = hand.ticket()
    answer = hand.desk.approvals.reject(SAM, ticket, 1, "Wrong invoice")
    assert isinstance(answer, Approval)
    assert_refused(hand, ticket)
    hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert hand.sent() == []
    assert hand.view(ticket).ticket.work == "returned"


def test_that_done_once_is_done_and_the_same_proof_does_it_no_second_time(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.approve(ticket)
    first = hand.outcome(ticket)
    assert (first.status, first.verified) == ("done", True)
    assert hand.run(ticket) == first
    hand.works.journey().carry_out(ticket, 1, lambda _, work: work())
    assert hand.mailed() == 1
    assert len(hand.sent()) == 1
    assert hand.kinds(ticket).count("replied") == 1


def test_that_an_approval_by_a_role_below_what_the_policy_asks_is_no_proof(hand: Hand) -> None:
    """Ben is a minor: a supervisor approves. The desk says so to an advisor, and execution does not trust the desk."""
    invoice = hand.read("invoices", customer="C-4")[0].id
    ticket = hand.ticket(f"Please send me a copy of my invoice {invoice}.", BEN)
    view = hand.view(ticket)
    assert view.proposal is not None
    refusal = hand.desk.approvals.approve(ADA, ticket, 1, reply="Here is your invoice.")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, "minor" in refusal.text) == ("denied", True)

    step = view.proposal.steps[0]
    approval = Approval(
        id="forged",
        ticket=ticket,
        version=1,
        decision="approve",
        person=ADA.id,
        role=Role.ADVISOR,
        steps=(step,),
        digests={step.id: digest(ticket, 1, step)},
        reply="",
        at=hand.works.clock(),
    )
    with hand.works.store.begin() as unit:
        unit.proposals.put_approval(hand.sealed(approval))
    with pytest.raises(NoProof, match="minor"):
        hand.run(ticket)
    hand.forge(hand.sealed(approval.replace(role=None, person=PersonId("copilot"))))
    with pytest.raises(NoProof):
        hand.run(ticket)
    assert hand.mailed(invoice) == 0


def test_that_a_switch_turned_on_after_the_approval_stops_the_act(hand: Hand) -> None:
    ticket, _ = hand.approved()
    assert hand.desk.kill_switches.stop(SAM, "invoice_copy", "the printer eats paper") is None
    with pytest.raises(Stopped):
        hand.run(ticket)
    hand.works.work.release()
    view = hand.view(ticket)
    assert (view.ticket.work, view.ticket.version) == ("returned", 2)
    assert view.proposal is not None
    assert "the printer eats paper" in view.proposal.why
    assert (hand.mailed(), hand.sent()) == (0, [])

    refusal = hand.desk.approvals.approve(SAM, ticket, 2, reply="Hello")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "stopped"
    hand.desk.kill_switches.resume(SAM, "invoice_copy")
    hand.approve(ticket)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


def test_that_what_the_policy_forbids_by_the_time_of_the_act_is_not_done(hand: Hand) -> None:
    """The payment is refunded by somebody else between the approval and the act."""
    ticket, _ = hand.approved(TWICE, MARIA)
    arguments: dict[str, Value] = {"payment": "P-8", "amount": Money(minor=5400)}
    Fernline(hand.works.fernline, hand.works.clock).write(ActionName("refund_payment"), arguments, "by-hand")
    hand.works.work.release()
    assert hand.view(ticket).ticket.work == "returned"
    assert "more than the £0.00" in hand.outcome(ticket).message
    assert len(hand.read("refunds", payment="P-8")) == 1
    assert hand.sent(MARIA) == []


# --- at most once, whatever gets lost -------------------------------------------------------


def test_that_a_lost_answer_is_asked_for_and_not_done_again(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.trouble = lost("resend_invoice:committed", times=1)
    hand.approve(ticket)
    assert (hand.outcome(ticket).status, hand.mailed(), len(hand.sent())) == ("done", 1, 1)


def test_that_a_call_that_did_not_arrive_is_made_again(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.trouble = lost("resend_invoice", times=2)
    hand.approve(ticket)
    assert (hand.outcome(ticket).status, hand.mailed(), len(hand.sent())) == ("done", 1, 1)


@pytest.mark.parametrize("calls", [("resend_invoice:committed", "receipt"), ("mailings",)])
def test_that_what_may_have_happened_is_tried_again_under_its_first_key(hand: Hand, calls: tuple[str, ...]) -> None:
    """The answer is lost for good, or the effect cannot be read back; a person approves again: it was done."""
    ticket = hand.ticket()
    hand.works.trouble = lost(*calls, after="resend_invoice:committed")
    hand.approve(ticket)
    first = hand.outcome(ticket)
    assert (first.status, first.unknown, hand.mailed(), hand.sent()) == ("failed", True, 1, [])
    assert hand.view(ticket).ticket.work == "returned"

    hand.works.trouble = well
    hand.approve(ticket)
    second = hand.outcome(ticket, 2)
    assert (second.status, second.key) == ("done", first.key)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)
    assert hand.view(ticket).ticket.status == "solved"


def test_that_what_was_edited_and_may_have_happened_comes_back_as_it_was_tried(hand: Hand) -> None:
    """Else the next approval would be of something else, under another key, beside what may have been done."""
    ticket = hand.ticket(MOVE, MARIA)
    view = hand.view(ticket)
    assert view.proposal is not None
    (argument,) = [a for a in view.proposal.steps[0].arguments if a.name == "slot"]
    chosen = argument.options[-1].value
    assert chosen != argument.value
    hand.works.trouble = lost("reschedule_appointment:committed", "receipt", after="reschedule_appointment:committed")
    reply = view.proposal.reply.text if view.proposal.reply else ""
    hand.desk.approvals.approve(SAM, ticket, 1, reply=reply, edits={S1: {"slot": chosen}})
    assert hand.outcome(ticket).unknown

    hand.works.trouble = well
    hand.approve(ticket)
    assert hand.outcome(ticket, 2).key == hand.outcome(ticket).key
    assert hand.read("appointments", customer="C-1")[0].fields["slot"] == chosen
    assert len(hand.sent(MARIA)) == 1


def test_that_a_key_is_free_again_once_it_is_known_what_became_of_it(hand: Hand) -> None:
    """The copy was sent after all; asked for once more in a later message, it is sent once more."""
    ticket = hand.ticket(thread="t")
    hand.works.trouble = lost("mailings")
    hand.approve(ticket)
    hand.works.trouble = well
    hand.approve(ticket)
    assert hand.mailed() == 1
    assert hand.ticket(f"It did not arrive. {COPY}", thread="t") == ticket
    hand.approve(ticket)
    assert hand.mailed() == 2


def test_that_an_effect_nobody_lived_to_write_down_is_not_taken_for_undone_when_nobody_answers(hand: Hand) -> None:
    ticket, _ = hand.approved()
    hand.works.trouble = breaking("mailings", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        hand.works.work.release()
    hand.works.trouble = lost("receipt", "find_customers", "invoice", "invoices")
    hand.desk.take_up()
    assert hand.outcome(ticket).unknown
    hand.works.trouble = well
    hand.approve(ticket)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


def test_that_an_error_nobody_thought_of_gives_the_ticket_back_and_does_nothing_twice(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.trouble = breaking("resend_invoice:committed", ZeroDivisionError("secret words"))
    hand.approve(ticket)
    view = hand.view(ticket)
    assert (view.ticket.work, hand.sent()) == ("returned", [])
    assert view.proposal is not None
    assert "ZeroDivisionError" in view.proposal.why
    assert "secret words" not in view.proposal.why
    assert "act_failed" in hand.kinds(ticket)
    hand.works.trouble = well
    hand.approve(ticket)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


def test_that_a_refused_write_sends_nothing_and_comes_back_with_what_was_said(hand: Hand) -> None:
    ticket = hand.ticket()
    hand.works.trouble = breaking("resend_invoice", SystemRefused("The printer is out of paper."))
    hand.approve(ticket)
    view = hand.view(ticket)
    assert (view.ticket.work, view.ticket.status, hand.mailed(), hand.sent()) == ("returned", "open", 0, [])
    assert view.proposal is not None
    assert "out of paper" in view.proposal.why
    assert view.draft is not None
    assert [card.outcome.status for card in view.cards if card.outcome] == ["failed"]


def test_that_a_failed_step_stops_the_rest_and_what_was_done_is_not_repeated(hand: Hand) -> None:
    ticket = hand.ticket(f"{TWICE} And {MOVE}", MARIA)
    hand.works.trouble = breaking("reschedule_appointment", SystemRefused("That slot has just gone."))
    hand.approve(ticket)
    assert (hand.outcome(ticket, 1, "s1").status, hand.outcome(ticket, 1, "s2").status) == ("done", "failed")
    view = hand.view(ticket)
    assert view.proposal is not None
    assert [step.id for step in view.proposal.steps] == ["s2"]
    hand.works.trouble = well
    hand.approve(ticket)
    assert len(hand.read("refunds", payment="P-8")) == 1
    (text,) = hand.sent(MARIA)
    assert "£54.00" in text


# --- believed when it is read back ----------------------------------------------------------


class Forgetful(Fernline):
    """A business system that says "done" and does not show it."""

    hidden = ""

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        return () if name == self.hidden else super().read(name, arguments)


@pytest.fixture
def forgetful(works: InlineWorks) -> Forgetful:
    made = Forgetful(works.fernline, works.clock)
    works.back_office = made
    return made


def test_that_an_effect_that_does_not_show_is_taken_back(hand: Hand, forgetful: Forgetful) -> None:
    forgetful.hidden = "refunds"
    ticket = hand.ticket(TWICE, MARIA)
    hand.approve(ticket)
    assert "It was taken back." in hand.outcome(ticket).message
    assert [refund.fields["status"] for refund in hand.read("refunds", payment="P-8")] == ["cancelled"]
    assert (hand.view(ticket).ticket.work, hand.sent(MARIA)) == ("returned", [])

    forgetful.hidden = ""
    hand.approve(ticket)
    assert [r.fields["status"] for r in hand.read("refunds", payment="P-8")].count("issued") == 1
    assert len(hand.sent(MARIA)) == 1


def test_that_an_effect_that_does_not_show_and_cannot_be_taken_back_is_not_done_again(
    hand: Hand, forgetful: Forgetful
) -> None:
    forgetful.hidden = "mailings"
    ticket = hand.ticket()
    hand.approve(ticket)
    hand.approve(ticket)
    assert "Look before you try again" in hand.outcome(ticket, 2).message
    assert (hand.mailed(), hand.sent(), hand.view(ticket).ticket.work) == (1, [], "returned")
    forgetful.hidden = ""
    hand.approve(ticket)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


# --- two at once ----------------------------------------------------------------------------


def test_that_two_threads_with_one_approval_do_it_once(hand: Hand) -> None:
    ticket, _ = hand.approved()
    together = Barrier(2, timeout=10)

    def trouble(name: str) -> None:
        if name == "resend_invoice":
            together.wait()

    hand.works.trouble = trouble
    hand.works.journey()
    with ThreadPoolExecutor(2) as pool:
        done = [one.result() for one in [pool.submit(hand.run, ticket) for _ in range(2)]]
    assert done[0] == done[1]
    assert (done[0].status, hand.mailed(), hand.kinds(ticket).count("act_done")) == ("done", 1, 1)


def test_that_a_step_another_process_has_just_done_is_not_called_forbidden(hand: Hand) -> None:
    """It looked for the receipt before, and asks the policy after: the refund it reads of is its own."""
    ticket, _ = hand.approved(TWICE, MARIA)
    other: list[Outcome] = []

    def trouble(name: str) -> None:
        if name == "find_customers" and not other:
            hand.works.trouble = well
            other.append(hand.run(ticket))

    hand.works.trouble = trouble
    mine = hand.run(ticket)
    assert other
    assert (mine, mine.status) == (other[0], "done")
    assert len(hand.read("refunds", payment="P-8")) == 1


# --- the record precedes the act ------------------------------------------------------------


class FullDisk:
    """An audit log that cannot be written."""

    def __init__(self, works: InlineWorks) -> None:
        self._engine = works.engine

    def fill(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )

    def free(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")


@pytest.fixture
def disk(works: InlineWorks) -> FullDisk:
    return FullDisk(works)


def test_that_nothing_is_received_or_approved_that_cannot_be_put_on_record(hand: Hand, disk: FullDisk) -> None:
    ticket = hand.ticket()
    disk.fill()
    with pytest.raises(AuditUnavailable):
        hand.ticket(COPY, MARIA)
    with pytest.raises(AuditUnavailable):
        hand.approve(ticket)
    disk.free()
    assert hand.view(ticket).ticket.work == "ready"
    assert (hand.mailed(), hand.sent()) == (0, [])
    hand.approve(ticket)
    assert (hand.mailed(), len(hand.sent())) == (1, 1)


def test_that_an_act_that_cannot_be_put_on_record_is_not_done_until_it_can(hand: Hand, disk: FullDisk) -> None:
    ticket, _ = hand.approved()
    disk.fill()
    with pytest.raises(AuditUnavailable):
        hand.works.work.release()
    assert (hand.mailed(), hand.sent()) == (0, [])
    disk.free()
    hand.desk.take_up()
    assert (hand.mailed(), len(hand.sent()), hand.view(ticket).ticket.status) == (1, 1, "solved")


def test_that_a_reply_that_cannot_be_put_on_record_is_not_sent_until_it_can(hand: Hand, disk: FullDisk) -> None:
    ticket, _ = hand.approved()
    hand.run(ticket)
    disk.fill()
    with pytest.raises(AuditUnavailable):
        hand.works.work.release()
    assert hand.sent() == []
    disk.free()
    hand.desk.take_up()
    assert (hand.mailed(), len(hand.sent()), hand.view(ticket).ticket.status) == (1, 1, "solved")


def test_that_an_effect_whose_outcome_cannot_be_recorded_is_recorded_later_and_not_repeated(
    hand: Hand, disk: FullDisk
) -> None:
    ticket, _ = hand.approved()
    hand.works.trouble = lambda name: disk.fill() if name == "mailings" else None
    with pytest.raises(AuditUnavailable):
        hand.works.work.release()
    assert hand.view(ticket).ticket.work == "carrying"
    disk.free()
    hand.works.trouble = well
    hand.desk.take_up()
    assert hand.kinds(ticket).count("act_begun") == 1
    assert (hand.mailed(), len(hand.sent()), hand.view(ticket).ticket.status) == (1, 1, "solved")


# --- the reply ------------------------------------------------------------------------------


class Channel(FernlineOutbox):
    """A way out that delivers, and then fails to say so."""

    error: Exception | None = None
    delivers = True

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        reference = ""
        if self.delivers:
            reference = super().deliver(
                key=key, channel=channel, address=address, subject=subject, text=text, files=files, headers=headers
            )
        if self.error:
            raise self.error
        return reference


@pytest.fixture
def channel(works: InlineWorks) -> Channel:
    made = Channel(works.fernline, works.clock)
    works.outbox = made
    return made


@pytest.mark.parametrize("error", [SystemUnreachable("No answer."), OSError("broken pipe")])
def test_that_a_reply_that_may_have_gone_out_is_not_sent_again(hand: Hand, channel: Channel, error: Exception) -> None:
    ticket = hand.ticket()
    channel.error = error
    hand.approve(ticket)
    view = hand.view(ticket)
    assert (view.ticket.work, len(hand.sent())) == ("returned", 1)
    assert view.proposal is not None
    assert "not known whether the reply went out" in view.proposal.why
    assert "Nothing was sent" not in view.proposal.why

    channel.error = None
    hand.approve(ticket)
    assert (len(hand.sent()), hand.mailed(), hand.view(ticket).ticket.status) == (1, 1, "solved")


def test_that_a_channel_that_refuses_sends_nothing_and_a_person_hears_why(hand: Hand, channel: Channel) -> None:
    ticket = hand.ticket()
    channel.delivers, channel.error = False, SystemRefused("Mailbox unknown.")
    hand.approve(ticket)
    view = hand.view(ticket)
    assert (view.ticket.work, hand.sent(), hand.mailed()) == ("returned", [], 1)
    assert view.proposal is not None
    assert "Mailbox unknown" in view.proposal.why
    channel.delivers, channel.error = True, None
    hand.approve(ticket)
    assert (len(hand.sent()), hand.mailed(), hand.view(ticket).ticket.status) == (1, 1, "solved")


def test_that_a_customer_erased_between_approval_and_act_is_left_alone(hand: Hand) -> None:
    ticket, _ = hand.approved()
    assert erased(hand.desk, CustomerId("C-7")) == 1
    hand.works.work.release()
    assert (hand.mailed(), hand.sent()) == (0, [])
    assert hand.view(ticket).ticket.status == "closed"


def test_that_an_effect_under_way_while_its_customer_is_erased_leaves_only_the_bare_fact(hand: Hand) -> None:
    ticket, _ = hand.approved()

    def trouble(name: str) -> None:
        if name == "mailings":
            hand.works.trouble = well
            erased(hand.desk, CustomerId("C-7"))

    hand.works.trouble = trouble
    hand.works.work.release()
    assert hand.sent() == []
    done = [event for event in hand.works.audit.events(ticket=ticket) if event.kind == "act_done"]
    assert [event.payload is not None and LENA not in str(event.payload) for event in done] == [True]
    with hand.works.store.look() as unit:
        assert unit.proposals.outcomes(ticket) == {}
    assert hand.works.audit.verify().ok
