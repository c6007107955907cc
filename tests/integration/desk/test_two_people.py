"""Two people for the largest: above a limit nothing happens on one person's word, whatever stands in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cx_core.act import approval_seals, first_approval
from cx_core.adapters.sql import tables as t
from cx_core.desk.tickets.dual_approval import MEANWHILE, YOURS
from cx_core.errors import NoProof
from cx_core.records import (
    ActionName,
    Approval,
    CustomerId,
    Leaves,
    Money,
    Person,
    PersonId,
    Role,
    Seal,
    StepId,
    TicketId,
    Value,
)
from cx_core.views import QueueFilter, Refusal, TicketView
from tests.conftest import SetClock
from tests.scripted import MARIA, Hand, erased, person

CREDIT = ActionName("apply_credit")
LARGE = 120_000
REPLY = "Thank you. The credit is on its way."


def someone(hand: Hand, first_name: str) -> Person:
    """Of those who have an account."""
    found = next(one for one in hand.works.accounts.people() if one.name.startswith(first_name))
    known = hand.works.accounts.account(found.id)
    assert known is not None
    return known


@pytest.fixture
def owen(hand: Hand) -> Person:
    return someone(hand, "Owen")


@pytest.fixture
def priya(hand: Hand) -> Person:
    return someone(hand, "Farah")


def with_credit(hand: Hand, minor: int = LARGE) -> tuple[TicketId, StepId]:
    """A ticket of Maria's whose plan is a credit and what is left out of it."""
    ticket = hand.ticket("I was charged twice.", MARIA)
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=minor), "reason": "our mistake"}
    adder = person(Role.ADMINISTRATOR, "Root Admin")
    assert hand.desk.added_actions.add_step(adder, ticket, hand.view(ticket).ticket.version, CREDIT, 0, values) is None
    (step,) = [card.step.id for card in hand.view(ticket).cards if card.step.action == CREDIT]
    return ticket, step


def approve(
    hand: Hand, by: Person, ticket: TicketId, reply: str = REPLY, minor: int = 0, leaves: Leaves | None = None
) -> Approval | Refusal:
    view = hand.view(ticket)
    skipped = {card.step.id: "later" for card in view.cards if card.step.action != CREDIT and card.outcome is None}
    (step,) = [card.step.id for card in view.cards if card.step.action == CREDIT and card.outcome is None]
    edits = {step: {"amount": Money(minor=minor)}} if minor else {}
    return hand.desk.approvals.approve(
        by, ticket, view.ticket.version, reply=reply, skipped=skipped, edits=edits, leaves=leaves
    )


def given(answer: Approval | Refusal) -> Approval:
    assert isinstance(answer, Approval), answer
    return answer


def refused(answer: Approval | Refusal | None) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.text


def credits(hand: Hand) -> int:
    return len(hand.read("credits", customer="C-1"))


def seen(hand: Hand, by: Person, ticket: TicketId) -> TicketView:
    view = hand.desk.inbox.ticket(by, ticket)
    assert isinstance(view, TicketView)
    return view


# --- the way it goes ----------------------------------------------------------------------------


def test_that_the_largest_act_waits_for_a_second_person_and_is_done_with_them(
    hand: Hand, owen: Person, priya: Person
) -> None:
    ticket, step = with_credit(hand)
    (card,) = [card for card in hand.view(ticket).cards if card.step.id == step]
    assert (card.ruling.ask, card.ruling.people) == (Role.ADMINISTRATOR, 2)
    first = given(approve(hand, owen, ticket))
    assert first.waits
    assert (credits(hand), hand.sent(MARIA), hand.view(ticket).ticket.work) == (0, [], "ready")
    view = seen(hand, priya, ticket)
    assert view.first is not None
    assert (view.first.name, view.first.mine, view.first.reply, view.can_act) == ("Owen Price", False, REPLY, True)
    second = given(approve(hand, priya, ticket))
    assert not second.waits
    assert (credits(hand), len(hand.sent(MARIA))) == (1, 1)
    assert "An action was left out" in (hand.view(ticket).proposal or pytest.fail("no proposal")).why
    assert second.seals[step].first == first.seals[step].id
    assert [kind for kind in hand.kinds(ticket) if "app" in kind or kind == "answered"] == [
        "approved_first",
        "answered",
    ]
    assert seen(hand, priya, ticket).first is None
    story = hand.desk.case_files.case_file(owen, ticket)
    assert not isinstance(story, Refusal)
    titles = [(entry.who, entry.title) for entry in story.entries]
    assert ("Owen Price", "Approved with changes, the first of two (version 2)") in titles
    assert ("Farah Aziz", "Approved with changes, the second of two (version 2)") in titles
    assert any("two people" in fact.text for entry in story.entries for fact in entry.facts)


def test_that_one_person_is_not_two(hand: Hand, owen: Person) -> None:
    """Whoever asks again, from another session or another machine, is the same person."""
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    assert refused(approve(hand, owen, ticket)) == YOURS
    assert seen(hand, owen, ticket).first is not None
    assert credits(hand) == 0


def test_that_neither_may_be_somebody_who_may_not_approve_it(hand: Hand, owen: Person) -> None:
    ticket, _ = with_credit(hand)
    nadia = someone(hand, "Nadia")
    assert "above £1000.00 an administrator approves" in refused(approve(hand, nadia, ticket))
    given(approve(hand, owen, ticket))
    assert "above £1000.00 an administrator approves" in refused(approve(hand, nadia, ticket))
    assert credits(hand) == 0


def test_that_many_small_ones_are_one_large_one(hand: Hand, owen: Person) -> None:
    nadia = someone(hand, "Nadia")
    first, _ = with_credit(hand, 60_000)
    assert not given(approve(hand, nadia, first)).waits
    second, _ = with_credit(hand, 60_000)
    assert given(approve(hand, nadia, second)).waits
    assert credits(hand) == 1
    given(approve(hand, owen, second))
    assert credits(hand) == 2


def test_that_it_is_shown_where_people_look_for_work(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    assert hand.desk.floor.overview(owen).seconding == ()
    given(approve(hand, owen, ticket))
    (row,) = hand.desk.floor.overview(owen).seconding
    assert row.id == ticket
    (queued,) = [row for row in hand.desk.inbox.queue(priya, QueueFilter()).rows if row.id == ticket]
    assert queued.first is not None
    assert (queued.first.name, queued.first.version, queued.version) == ("Owen Price", 2, 2)
    wanted = QueueFilter(seconding=True)
    assert [row.id for row in hand.desk.inbox.queue(priya, wanted).rows] == [ticket]
    assert hand.desk.inbox.queue(owen, wanted).rows == (), "whoever approved first waits themself"
    assert hand.desk.inbox.queue(priya, wanted.replace(text="nothing like it")).total == 0
    given(approve(hand, priya, ticket))
    assert hand.desk.floor.overview(owen).seconding == ()
    assert hand.desk.inbox.queue(priya, wanted).rows == ()


def test_that_those_who_may_be_the_second_are_told_and_nobody_else(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    others = [someone(hand, name) for name in ("Ines", "Nadia")]
    told = {one.name: [notice.sender for notice in hand.desk.notes.notices(one)] for one in (owen, priya, *others)}
    assert told == {"Owen Price": [], "Farah Aziz": ["Owen Price"], **{one.name: [] for one in others}}
    asked = [event.payload for event in hand.works.audit.events(ticket=ticket) if event.kind == "second_wanted"]
    assert [one and one["able"] for one in asked] == [[priya.id]]
    given(approve(hand, priya, ticket))
    assert hand.desk.notes.notices(priya) == ()


def test_that_nobody_is_asked_any_more_once_it_was_taken_back(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    assert hand.desk.approvals.withdraw(owen, ticket, 2) is None
    assert hand.desk.notes.notices(priya) == ()


# --- what makes it void -------------------------------------------------------------------------


def test_that_something_else_is_the_first_of_something_else(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, step = with_credit(hand)
    given(approve(hand, owen, ticket))
    other = given(approve(hand, priya, ticket, minor=LARGE + 1))
    assert other.waits
    story = hand.desk.case_files.case_file(owen, ticket)
    assert not isinstance(story, Refusal)
    assert "Owen Price’s first approval is void" in [entry.title for entry in story.entries]
    mine = seen(hand, priya, ticket).first
    assert mine is not None
    assert mine.mine
    edits = {step: {"amount": Money(minor=LARGE + 1)}}
    skipped = other.skipped
    assert hand.desk.dual_approval.is_as_approved(owen, ticket, reply=REPLY, skipped=skipped, edits=edits)
    assert not hand.desk.dual_approval.is_as_approved(owen, ticket, reply=REPLY, skipped=skipped, edits={})
    assert not hand.desk.dual_approval.is_as_approved(owen, ticket, reply="Else.", skipped=skipped, edits=edits)
    given(approve(hand, owen, ticket, minor=LARGE + 1))
    assert [record.fields["amount"] for record in hand.read("credits", customer="C-1")] == [Money(minor=LARGE + 1)]


def test_that_what_the_first_chose_for_afterwards_holds_where_the_second_chooses_nothing(
    hand: Hand, owen: Person, priya: Person
) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket, leaves="open"))
    first = seen(hand, priya, ticket).first
    assert first is not None
    assert first.leaves == "open"
    given(approve(hand, priya, ticket))
    assert hand.view(ticket).ticket.status == "open"


def test_that_another_reply_is_something_else(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    assert given(approve(hand, priya, ticket, reply="Your credit is on its way. Something else.")).waits
    assert (credits(hand), hand.sent(MARIA)) == (0, [])


def test_that_new_words_make_it_void(hand: Hand, owen: Person, priya: Person) -> None:
    """Even words that change nothing in the plan."""
    ticket = hand.ticket("I was charged twice.", MARIA, thread="one")
    values: dict[str, Value] = {"customer": "C-1", "amount": Money(minor=LARGE), "reason": "our mistake"}
    assert hand.desk.added_actions.add_step(owen, ticket, 1, CREDIT, 0, values) is None
    given(approve(hand, owen, ticket))
    hand.ticket("Hello again.", MARIA, thread="one")
    view = seen(hand, priya, ticket)
    assert (view.first, view.ticket.first) == (None, None)
    assert given(approve(hand, priya, ticket)).waits
    assert credits(hand) == 0


def test_that_it_can_be_taken_back_and_rejected(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    assert refused(hand.desk.approvals.withdraw(someone(hand, "Ines"), ticket, 2)).startswith(
        "Only Owen Price or a supervisor"
    )
    assert hand.desk.approvals.withdraw(owen, ticket, 2) is None
    assert given(approve(hand, priya, ticket)).waits
    given(hand.desk.approvals.reject(owen, ticket, 2, "not our mistake"))
    assert (hand.view(ticket).cards, credits(hand)) == ((), 0)


def test_that_it_is_worth_nothing_when_it_is_too_old(hand: Hand, owen: Person, priya: Person, clock: SetClock) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    clock.forward(hours=24)
    assert seen(hand, priya, ticket).first is None
    assert hand.desk.floor.overview(owen).seconding == ()
    assert given(approve(hand, priya, ticket)).waits


def test_that_a_smaller_act_needs_nobody_else_any_more(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    assert not given(approve(hand, priya, ticket, minor=50_000)).waits
    assert credits(hand) == 1
    assert "first_approval_void" in hand.kinds(ticket)


# --- at the act ---------------------------------------------------------------------------------


def both(hand: Hand, owen: Person, priya: Person) -> tuple[TicketId, StepId, Approval, Approval]:
    """Approved by both, and nothing carried out yet."""
    ticket, step = with_credit(hand)
    first = given(approve(hand, owen, ticket))
    hand.works.work.held = True
    return ticket, step, first, given(approve(hand, priya, ticket))


def put_first(hand: Hand, forged: Approval | None, ticket: TicketId) -> None:
    """What somebody with access to the database could write there."""
    where = t.first_approval.c.ticket == ticket
    with hand.works.engine.begin() as connection:
        connection.execute(sa.delete(t.first_approval).where(where))
        if forged is not None:
            row = {"ticket": ticket, "version": forged.version, "until": "2030", "body": forged.model_dump(mode="json")}
            connection.execute(sa.insert(t.first_approval).values(row))


def assert_nothing_done(hand: Hand, ticket: TicketId, step: StepId, why: str = first_approval.LOST) -> None:
    with pytest.raises(NoProof) as refusal:
        hand.run(ticket, 2, step)
    assert why in str(refusal.value)
    if why == first_approval.LOST:
        assert "two people approve" in str(refusal.value)
    assert credits(hand) == 0
    hand.works.work.release()
    assert (hand.view(ticket).ticket.work, hand.sent(MARIA)) == ("returned", [])


def test_that_a_first_approval_that_is_gone_is_missed(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, step, _, _ = both(hand, owen, priya)
    put_first(hand, None, ticket)
    assert_nothing_done(hand, ticket, step)


@pytest.mark.parametrize(("name", "why"), [("Owen", first_approval.LOST), ("Farah", approval_seals.BARRED)])
def test_that_somebody_whose_account_was_closed_is_nobody(
    hand: Hand, owen: Person, priya: Person, name: str, why: str
) -> None:
    ticket, step, _, _ = both(hand, owen, priya)
    hand.works.accounts.set_disabled(someone(hand, name).id, True)
    assert_nothing_done(hand, ticket, step, why)


@pytest.mark.parametrize(("name", "why"), [("Owen", "two people approve"), ("Farah", approval_seals.BARRED)])
def test_that_a_role_lowered_since_counts_as_it_is(
    hand: Hand, owen: Person, priya: Person, name: str, why: str
) -> None:
    ticket, step, _, _ = both(hand, owen, priya)
    with hand.works.engine.begin() as connection:
        mine = t.account.c.id == someone(hand, name).id
        connection.execute(sa.update(t.account).where(mine).values(role=Role.SUPERVISOR.value))
    assert_nothing_done(hand, ticket, step, why)


@pytest.mark.parametrize(
    "change",
    [
        {"mark": "0" * 64},
        {"person": PersonId("p-other")},
        {"digest": "0" * 64},
        {"version": 1},
        {"first": ""},
        {"role": Role.SUPERVISOR},
    ],
)
@pytest.mark.parametrize("genuine", [True, False])
def test_that_another_first_seal_is_no_second_person(
    hand: Hand, owen: Person, priya: Person, change: Mapping[str, object], genuine: bool
) -> None:
    """Not even one that this house made for something else."""
    ticket, step, first, _ = both(hand, owen, priya)
    changed: Seal = first.seals[step].replace(**change)
    if genuine and "mark" not in change:
        changed = hand.works.sealer.seal(changed)
    put_first(hand, first.replace(seals={step: changed}), ticket)
    assert_nothing_done(hand, ticket, step)


def test_that_a_first_approval_from_before_is_no_second_person(hand: Hand, owen: Person, priya: Person) -> None:
    """It was genuine, of the same person, for the same arguments; but it was taken back."""
    ticket, step = with_credit(hand)
    before = given(approve(hand, owen, ticket))
    assert hand.desk.approvals.withdraw(owen, ticket, 2) is None
    given(approve(hand, owen, ticket))
    hand.works.work.held = True
    given(approve(hand, priya, ticket))
    put_first(hand, before, ticket)
    assert_nothing_done(hand, ticket, step)


def test_that_what_was_taken_back_and_written_again_is_used_up(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, step = with_credit(hand)
    before = given(approve(hand, owen, ticket))
    with hand.works.store.look() as unit:
        kept = unit.tickets.get(ticket)
    assert kept is not None
    assert hand.desk.approvals.withdraw(owen, ticket, 2) is None
    put_first(hand, before, ticket)
    with hand.works.store.begin() as unit:
        unit.tickets.put(kept)
    hand.works.work.held = True
    given(approve(hand, priya, ticket))
    assert_nothing_done(hand, ticket, step, approval_seals.USED)


def test_that_one_persons_approval_twice_is_one_persons(hand: Hand, owen: Person, priya: Person) -> None:
    """The second person's own approval in the place of the first's."""
    ticket, step, _, second = both(hand, owen, priya)
    put_first(hand, second, ticket)
    assert_nothing_done(hand, ticket, step)


def test_that_a_first_approval_in_the_place_of_both_is_half(hand: Hand, owen: Person, priya: Person) -> None:
    ticket, step, first, second = both(hand, owen, priya)
    hand.forge(first.replace(id=second.id))
    assert_nothing_done(hand, ticket, step, approval_seals.OTHER)


def test_that_a_first_approval_proves_nothing_alone(hand: Hand, owen: Person) -> None:
    """Not even what one person alone might have had done."""
    ticket, step = with_credit(hand)
    first = given(approve(hand, owen, ticket))
    hand.works.work.held = True
    with hand.works.store.begin() as unit:
        unit.proposals.put_approval(first)
        kept = unit.tickets.get(ticket)
        assert kept is not None
        unit.tickets.put(kept.replace(work="carrying"))
    with pytest.raises(NoProof, match="one person's approval"):
        hand.run(ticket, 2, step)
    assert credits(hand) == 0


def test_that_nobody_waits_for_the_copilot(hand: Hand, owen: Person, priya: Person) -> None:
    """Its approval seconds nothing, however genuine its seal."""
    ticket, step, first, second = both(hand, owen, priya)
    alone = second.replace(role=None, person=PersonId("copilot"))
    sealed = hand.works.journey().permission.sealed(alone, hand.works.policies.active.version, first)
    hand.forge(sealed)
    with pytest.raises(NoProof):
        hand.run(ticket, 2, step)
    assert credits(hand) == 0


def test_that_two_who_approve_at_the_same_moment_are_one_after_the_other(
    hand: Hand, owen: Person, priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looked before the other was on file is told, and has not voided what they never saw."""
    ticket, _ = with_credit(hand)
    journey = hand.works.journey()
    plain = journey.permission.sealed_first

    def meanwhile(approval: Approval, policy: str) -> Approval:
        monkeypatch.setattr(journey.permission, "sealed_first", plain)
        given(approve(hand, owen, ticket))
        return plain(approval, policy)

    monkeypatch.setattr(journey.permission, "sealed_first", meanwhile)
    assert refused(approve(hand, priya, ticket)) == MEANWHILE
    given(approve(hand, priya, ticket))
    assert credits(hand) == 1


def test_that_a_forgotten_customers_first_approval_goes_too(hand: Hand, owen: Person) -> None:
    ticket, _ = with_credit(hand)
    given(approve(hand, owen, ticket))
    erased(hand.desk, CustomerId("C-1"))
    with hand.works.engine.begin() as connection:
        assert connection.execute(sa.select(t.first_approval)).all() == []


def test_that_a_first_approval_outlives_the_second_ones_wait(
    hand: Hand, owen: Person, priya: Person, clock: SetClock
) -> None:
    """Given just in time, each still in time at the act; a moment later it is not."""
    ticket, step = with_credit(hand)
    given(approve(hand, owen, ticket))
    clock.forward(hours=23, minutes=59)
    hand.works.work.held = True
    given(approve(hand, priya, ticket))
    clock.now += timedelta(minutes=1)
    assert_nothing_done(hand, ticket, step)
