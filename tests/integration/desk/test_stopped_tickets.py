"""A stop is seen where it matters: by everybody, on each ticket it covers, in the undo wait, and before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cx_core.act.approval_seals import BARRED
from cx_core.bootstrap import open_desk
from cx_core.errors import NotAllowed
from cx_core.records import EVERY_TICKET, ActionName, Approval, Choices, Role, Status, StepId, TaskTypeName, TicketId
from cx_core.settings import Settings
from cx_core.views import QueueFilter, QueueRow, Refusal
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, SAM, Hand, copied, enrolled, person

TWICE = "I was charged twice."
WHY = "Refunds went out twice"
STATUSES: tuple[Status, ...] = ("new", "open", "pending", "solved")


@pytest.fixture
def waiting(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[Hand]:
    """A desk on which an approval can be taken back for five seconds."""
    with closing(copied(furnished, settings.replace(undo_seconds=5.0), clock)) as works:
        enrolled(works, SAM)
        yield Hand(open_desk(works.settings, works.clock, works), works)


def row(hand: Hand, ticket: TicketId) -> QueueRow:
    rows = hand.desk.inbox.queue(SAM, QueueFilter(statuses=STATUSES)).rows
    return next(one for one in rows if one.id == ticket)


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        ("*", {"copy", "twice"}),
        ("invoice_copy", {"copy"}),
        ("action:refund_payment", {"twice"}),
        ("action:cancel_contract", set()),
        ("fault", set()),
    ],
)
def test_that_each_switch_marks_the_tickets_it_covers_and_no_other(waiting: Hand, name: str, stopped: set[str]) -> None:
    tickets = {"copy": waiting.ticket(), "twice": waiting.ticket(TWICE, MARIA)}
    assert {row(waiting, id).work for id in tickets.values()} == {"ready"}
    assert waiting.desk.kill_switches.stop(SAM, name, WHY) is None
    assert {said for said, id in tickets.items() if row(waiting, id).stopped} == stopped
    for said, id in tickets.items():
        view = waiting.view(id)
        told = [(stop.name, stop.by, stop.reason) for stop in view.stopped]
        assert (told, view.held) == (([(name, "Sam Lead", WHY)], True) if said in stopped else ([], False))
    waiting.desk.kill_switches.resume(SAM, name)
    assert not any(row(waiting, id).stopped or waiting.view(id).stopped for id in tickets.values())


def test_that_what_was_approved_says_in_the_undo_wait_that_it_will_not_be_done(waiting: Hand) -> None:
    ticket, _ = waiting.approved()
    assert (row(waiting, ticket).work, row(waiting, ticket).stopped, waiting.view(ticket).held) == (
        "sending",
        False,
        False,
    )
    waiting.desk.kill_switches.stop(SAM, "*", WHY)
    assert (row(waiting, ticket).stopped, waiting.view(ticket).held) == (True, True)
    waiting.works.work.release()
    view = waiting.view(ticket)
    assert (view.ticket.work, waiting.mailed(), waiting.sent()) == ("returned", 0, []), "as it was said"
    assert view.proposal is not None
    assert f"The copilot was stopped: {WHY}" in view.proposal.why


def test_that_a_reply_without_actions_goes_out_during_a_stop_and_nobody_says_otherwise(waiting: Hand) -> None:
    ticket = waiting.ticket()
    waiting.works.work.held = True
    waiting.desk.kill_switches.stop(SAM, "*", WHY)
    view = waiting.view(ticket)
    assert view.proposal is not None
    left_out = {step.id: "stopped" for step in view.proposal.steps}
    answer = waiting.desk.approvals.approve(
        SAM, ticket, view.ticket.version, reply="We will be in touch.", skipped=left_out
    )
    assert not hasattr(answer, "code"), answer
    assert (row(waiting, ticket).work, row(waiting, ticket).stopped, waiting.view(ticket).held) == (
        "sending",
        False,
        False,
    )
    waiting.works.work.release()
    assert len(waiting.sent()) == 1


def test_that_a_stop_of_another_kind_says_nothing_of_what_waits_to_be_sent(waiting: Hand) -> None:
    ticket, _ = waiting.approved()
    waiting.desk.kill_switches.stop(SAM, "action:refund_payment", WHY)
    assert (row(waiting, ticket).stopped, waiting.view(ticket).held) == (False, False)
    waiting.works.work.release()
    assert (waiting.mailed(), len(waiting.sent())) == (1, 1)


@pytest.mark.parametrize("role", list(Role))
def test_that_everybody_is_told_what_is_stopped_since_when_by_whom_and_why(waiting: Hand, role: Role) -> None:
    who = person(role)
    assert waiting.desk.kill_switches.stops(who) == ()
    waiting.desk.kill_switches.stop(SAM, "invoice_copy", WHY)
    (stop,) = waiting.desk.kill_switches.stops(who)
    assert (stop.title, stop.by, stop.reason) == ("Copy of an invoice", "Sam Lead", WHY)
    assert stop.at == waiting.works.clock()


def test_that_open_pages_are_told_at_once_of_a_stop_and_of_its_end(waiting: Hand) -> None:
    newest, _ = waiting.desk.inbox.changes_since(0)
    waiting.desk.kill_switches.stop(SAM, "*", WHY)
    newest, changed = waiting.desk.inbox.changes_since(newest)
    assert changed == (EVERY_TICKET,)
    waiting.desk.kill_switches.resume(SAM, "*")
    assert waiting.desk.inbox.changes_since(newest)[1] == (EVERY_TICKET,)


def test_that_the_reach_of_a_stop_is_counted_before_it_is_made(waiting: Hand) -> None:
    waiting.ticket(TWICE, MARIA)
    waiting.ticket("Please send me a copy of my invoice I-22.", LENA)
    waiting.approved()
    reach = {
        name: waiting.desk.kill_switches.stop_reach(SAM, name)
        for name in ("*", "invoice_copy", "action:refund_payment", "fault")
    }
    assert {name: (one.waiting, one.approved) for name, one in reach.items()} == {
        "*": (2, 1),
        "invoice_copy": (1, 1),
        "action:refund_payment": (1, 0),
        "fault": (0, 0),
    }
    assert (reach["*"].task_types, reach["invoice_copy"].task_types) == (28, 1)
    assert reach["action:refund_payment"].task_types >= 1
    with pytest.raises(NotAllowed):
        waiting.desk.kill_switches.stop_reach(person(Role.ADVISOR), "*")


def test_that_of_two_steps_only_the_stopped_one_is_called_so_and_none_once_it_is_left_out(waiting: Hand) -> None:
    ticket = waiting.ticket(f"{TWICE} Please call the visit off.", MARIA)
    view = waiting.view(ticket)
    assert view.proposal is not None
    steps = {step.action: step.id for step in view.proposal.steps}
    assert len(steps) == 2
    waiting.desk.kill_switches.stop(SAM, "duplicate_charge", WHY)
    assert waiting.view(ticket).held_steps == (steps[ActionName("refund_payment")],)
    skipped = {steps[ActionName("refund_payment")]: "stopped"}
    waiting.desk.inbox.save_draft(SAM, ticket, view.ticket.version, "Your visit is off.", Choices(skipped=skipped))
    now = waiting.view(ticket)
    assert (now.held, now.held_steps, [stop.name for stop in now.stopped]) == (False, (), ["duplicate_charge"])


def test_that_what_somebody_approved_is_not_done_once_their_account_is_disabled(waiting: Hand) -> None:
    ticket, _ = waiting.approved()
    waiting.works.accounts.set_disabled(SAM.id, True)
    waiting.works.work.release()
    view = waiting.view(ticket)
    assert (view.ticket.work, waiting.mailed(), waiting.sent()) == ("returned", 0, [])
    assert view.proposal is not None
    assert BARRED in view.proposal.why


def test_that_what_is_stopped_keeps_who_stopped_it_and_why(waiting: Hand) -> None:
    assert waiting.desk.kill_switches.stop(SAM, "duplicate_charge", WHY) is None
    (first,) = waiting.desk.kill_switches.stops(SAM)
    again = waiting.desk.kill_switches.stop(SAM, "duplicate_charge", "Me too")
    assert isinstance(again, Refusal)
    assert (again.code, WHY in again.text) == ("already", True)
    assert waiting.desk.kill_switches.stops(SAM) == (first,)
    waiting.desk.kill_switches.resume(SAM, "duplicate_charge")
    assert waiting.desk.kill_switches.stop(SAM, "duplicate_charge", "Now I do") is None


def test_that_rulings_on_a_waiting_plan_are_those_of_the_moment(waiting: Hand) -> None:
    """A plan prepared during a stop does not say that it is stopped once it is not, and the other way round."""

    def said(id: TicketId) -> str:
        (card,) = waiting.view(id).cards
        return "; ".join(card.ruling.reasons)

    before = waiting.ticket(TWICE, MARIA)
    waiting.desk.kill_switches.stop(SAM, "*", WHY)
    during = waiting.ticket()
    assert "stopped" in said(before)
    assert "stopped" in said(during)
    waiting.desk.kill_switches.resume(SAM, "*")
    assert "stopped" not in said(before)
    assert "stopped" not in said(during)
    assert "Level 2" in said(during)
    assert waiting.desk.autonomy_levels.set_level(SAM, TaskTypeName("invoice_copy"), 0, "A drill") is None
    assert "Level 0" in said(during)


def test_that_a_step_left_out_is_still_there_when_the_ticket_comes_back(waiting: Hand) -> None:
    ticket = waiting.ticket("I was charged twice, and I can't be home.", MARIA)
    out = {StepId("s2"): "no slot"}
    waiting.works.work.held = True
    assert isinstance(waiting.desk.approvals.approve(SAM, ticket, 1, reply="Done: {s1.amount}.", skipped=out), Approval)
    waiting.desk.kill_switches.stop(SAM, "*", WHY)
    waiting.works.work.release()
    view = waiting.view(ticket)
    assert view.draft
    assert (view.ticket.work, [card.step.id for card in view.cards]) == ("returned", ["s1", "s2"])
    assert view.draft.choices.skipped == out
