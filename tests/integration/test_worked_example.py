"""The worked example of the design, step by step, and its neighbours, on the real stages and the real sandbox."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import pytest

from cx_core.adapters.fernline import Fernline
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Approval, Choices, Inbound, MessageId, Money, Person, Role, StepId, TicketId
from cx_core.views import Refusal, TicketView
from cx_core.views.slot_chips import with_chips
from tests.integration.conftest import InlineWorks

MARIA = "maria.keller@example.com"
TOM = "tom.okafor@example.org"
REFUND, MOVE = StepId("s1"), StepId("s2")


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


@pytest.fixture
def advisor(works: InlineWorks) -> Person:
    return works.person(Role.ADVISOR)


def write(
    desk: Desk, works: InlineWorks, text: str, sender: str = MARIA, *, identity: Literal[0, 1, 2] = 1
) -> TicketId:
    id = MessageId(f"m-{abs(hash((text, sender)))}")
    at: datetime = works.clock()
    return desk.inbound_messages.receive(
        Inbound(id=id, channel="email", address=sender, identity=identity, subject="Hello", text=text, received_at=at)
    )


def seen(desk: Desk, person: Person, ticket: TicketId) -> TicketView:
    view = desk.inbox.ticket(person, ticket)
    assert isinstance(view, TicketView)
    return view


EXAMPLE = "I was charged twice and can't be home on Thursday."


def test_that_the_worked_example_is_understood_planned_and_ruled(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    """Two goals, one plan over two systems, each argument from a record, each step put to an advisor."""
    ticket = write(desk, works, EXAMPLE)
    view = seen(desk, advisor, ticket)
    proposal = view.proposal
    assert proposal is not None
    assert {goal.task_type for goal in proposal.triage.goals} == {"duplicate_charge", "reschedule_installation"}
    assert all(goal.sure and goal.level == 2 for goal in proposal.triage.goals)
    assert [step.action for step in proposal.steps] == ["refund_payment", "reschedule_appointment"]

    refund, move = proposal.steps
    assert refund.values() == {"payment": "P-8", "amount": Money(minor=5400, currency="GBP")}
    assert {a.source.ref for a in refund.arguments} == {"payment/P-8"}
    assert move.values()["appointment"] == "A-2"
    friday = move.arguments[1]
    assert len(friday.options) >= 3
    assert str(friday.source.ref).startswith("slot/")

    assert proposal.route == "advisor"
    assert proposal.rulings[REFUND].ask == Role.ADVISOR
    assert (
        "Identity vouched for by the channel: a code must confirm it before the copilot acts alone"
        in proposal.rulings[REFUND].reasons
    )
    assert "12" in proposal.rulings[REFUND].policies
    assert proposal.rulings[MOVE].ask == Role.ADVISOR
    assert proposal.reply is not None
    assert "{s1.amount}" in proposal.reply.text
    assert "⟨£54.00⟩" in with_chips(proposal.reply.text, view.labels)
    assert sum(option.label in proposal.reply.text for option in friday.options) >= 2, "the slot with two others"


def test_that_a_slot_that_was_chosen_is_not_offered_beside_itself(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    """The draft offers two other slots; she takes one of them, and keeps the words that nobody has changed."""
    ticket = write(desk, works, EXAMPLE)
    proposal = seen(desk, advisor, ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    chosen = proposal.steps[1].arguments[1].options[1]
    assert chosen.label in proposal.reply.text
    edits = Choices(edits={MOVE: {"slot": chosen.value}})
    assert desk.inbox.save_draft(advisor, ticket, 1, proposal.reply.text, edits) is None
    draft = seen(desk, advisor, ticket).draft
    assert draft is not None
    assert chosen.label not in draft.text
    assert "Your installation visit has moved" in draft.text


def test_that_in_the_worked_example_a_slot_that_goes_away_keeps_the_reply_back(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    """She corrects the slot; it goes; the refund stands with Undo, nothing is sent, her text is kept; then it works."""
    ticket = write(desk, works, EXAMPLE)
    proposal = seen(desk, advisor, ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    corrected = proposal.steps[1].arguments[1].options[1]
    assert isinstance(works.back_office, Fernline)
    works.back_office.book_slot(str(corrected.value))
    text = proposal.reply.text + "\n\nP.S. Ines here."
    approval = desk.approvals.approve(advisor, ticket, 1, reply=text, edits={MOVE: {"slot": corrected.value}})
    assert isinstance(approval, Approval)
    assert approval.decision == "edit"

    after = seen(desk, advisor, ticket)
    assert after.ticket.work == "returned"
    assert [message.sender for message in after.messages] == ["customer"], "nothing was sent"
    assert after.draft is not None
    assert after.draft.text == text, "her text is kept"
    done, failed = after.cards
    assert done.outcome is not None
    assert (done.outcome.status, done.outcome.verified, done.may_undo) == ("done", True, True)
    assert failed.outcome is not None
    assert failed.outcome.status == "failed"
    assert corrected.value not in {option.value for option in failed.step.arguments[1].options}
    assert len(failed.step.arguments[1].options) >= 2, "the next free slots"
    assert after.proposal is not None
    assert "Nothing was sent" in after.proposal.why

    again = desk.approvals.approve(advisor, ticket, after.ticket.version, reply=text)
    assert isinstance(again, Approval)
    sent = seen(desk, advisor, ticket)
    assert sent.ticket.status == "solved"
    assert "£54.00" in sent.messages[-1].text
    assert "{s" not in sent.messages[-1].text
    payments = {p.id: p for p in works.back_office.read(works.action("payments"), {"customer": "C-1"})}
    assert payments["P-8"].fields["refunded"] == Money(minor=5400, currency="GBP")
    assert works.audit.verify().ok


COMPOUNDS = [
    (
        TOM,
        "The headphones turned up with a snapped band, your people also took the money two times for them, and I have "
        "to have a working pair before Sunday.",
        {"duplicate_charge", "damaged_item"},
        {"refund_payment", "send_replacement"},
        ("P-21", "O-12"),
    ),
    (
        MARIA,
        "Please find me another day for the fitter, nobody will be in. And I dispute a charge: the same £54 went out "
        "two times.",
        {"duplicate_charge", "reschedule_installation"},
        {"refund_payment", "reschedule_appointment"},
        ("P-8", "A-2"),
    ),
]


@pytest.mark.parametrize(("sender", "text", "goals", "actions", "records"), COMPOUNDS)
def test_that_a_compound_ticket_gets_one_plan_over_two_systems_and_one_reply(
    desk: Desk,
    works: InlineWorks,
    advisor: Person,
    sender: str,
    text: str,
    goals: set[str],
    actions: set[str],
    records: tuple[str, ...],
) -> None:
    ticket = write(desk, works, text, sender)
    proposal = seen(desk, advisor, ticket).proposal
    assert proposal is not None
    assert {goal.task_type for goal in proposal.triage.goals} == goals
    assert actions <= {str(step.action) for step in proposal.steps}
    assert {works.knowledge.actions[step.action].system for step in proposal.steps} >= {
        works.knowledge.actions[works.action(action)].system for action in actions
    }
    values = {str(value) for step in proposal.steps for value in step.values().values()}
    assert set(records) <= values
    assert proposal.reply is not None
    assert len(proposal.parts) == len(goals)
    approval = desk.approvals.approve(advisor, ticket, 1, reply=proposal.reply.text)
    assert isinstance(approval, Approval), approval
    after = seen(desk, advisor, ticket)
    assert after.ticket.status == "solved"
    assert all(card.outcome and card.outcome.verified for card in after.cards)


def test_that_what_is_needed_before_a_day_is_asked_for_by_the_day_before(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    ticket = write(desk, works, COMPOUNDS[0][1], TOM)
    proposal = seen(desk, advisor, ticket).proposal
    assert proposal is not None
    replacement = next(step for step in proposal.steps if step.action == "send_replacement")
    assert date.fromisoformat(str(replacement.values()["deliver_by"])).strftime("%A") == "Saturday"


NEVER = [
    ("stranger@example.net", "I was charged twice for my invoice, please refund me.", "not a known customer"),
    (MARIA, "My order O-99999 arrived broken, send me a new one.", "O-99999 does not exist"),
    (MARIA, "My order O-12 arrived broken, send me a new one.", "O-12 belongs to another customer"),
    (MARIA, "You charged me £83.20 twice. Refund it.", "none of their payments has that amount"),
]


@pytest.mark.parametrize(("sender", "text", "why"), NEVER)
def test_that_what_is_not_the_customers_is_never_acted_on_and_the_card_says_why(
    desk: Desk, works: InlineWorks, advisor: Person, sender: str, text: str, why: str
) -> None:
    ticket = write(desk, works, text, sender, identity=2)
    view = seen(desk, advisor, ticket)
    assert view.proposal is not None
    assert view.proposal.steps == ()
    assert view.proposal.route != "act"
    assert any(why in finding for finding in view.proposal.evidence.findings)


def test_that_an_approval_of_an_older_version_is_refused_and_new_words_void_the_proposal(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    first = Inbound(
        id=MessageId("a"),
        channel="chat",
        address=MARIA,
        identity=1,
        text="I was charged twice for one invoice",
        received_at=works.clock(),
        thread="t",
    )
    ticket = desk.inbound_messages.receive(first)
    reply = seen(desk, advisor, ticket).proposal
    assert reply is not None
    assert reply.reply is not None
    more = first.replace(id=MessageId("b"), text="and please move my installation to another day")
    assert desk.inbound_messages.receive(more) == ticket
    refused = desk.approvals.approve(advisor, ticket, 1, reply=reply.reply.text)
    assert isinstance(refused, Refusal)
    assert refused.code == "stale"
    newer = seen(desk, advisor, ticket).proposal
    assert newer is not None
    assert newer.version == 2
    assert len(newer.triage.goals) == 2


def test_that_thanks_change_nothing(desk: Desk, works: InlineWorks, advisor: Person) -> None:
    first = Inbound(
        id=MessageId("a"),
        channel="chat",
        address=MARIA,
        identity=1,
        text="I was charged twice for one invoice",
        received_at=works.clock(),
        thread="t",
    )
    ticket = desk.inbound_messages.receive(first)
    desk.inbound_messages.receive(first.replace(id=MessageId("b"), text="thanks!"))
    view = seen(desk, advisor, ticket)
    assert view.ticket.version == 1
    assert view.can_act
    assert not view.waiting


def test_that_a_customer_is_told_that_an_ai_helped_even_if_the_line_was_taken_out(
    desk: Desk, works: InlineWorks, advisor: Person
) -> None:
    told = works.knowledge.company.disclosure
    ticket = write(desk, works, EXAMPLE)
    proposal = seen(desk, advisor, ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    assert told in proposal.reply.text
    desk.approvals.approve(advisor, ticket, 1, reply=proposal.reply.text.replace(told, ""))
    assert told in seen(desk, advisor, ticket).messages[-1].text


def test_that_what_a_person_wrote_alone_is_sent_as_written(desk: Desk, works: InlineWorks, advisor: Person) -> None:
    ticket = write(desk, works, "I want to cancel my contract.")
    desk.approvals.approve(advisor, ticket, 1, reply="Sorry to hear that. I will call you today. Ines")
    assert seen(desk, advisor, ticket).messages[-1].text == "Sorry to hear that. I will call you today. Ines"
