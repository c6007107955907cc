"""What any `Store` keeps: each repository of a `Unit` gives back what was put, in the order and by the filters that
its port promises, and a transaction that is left by an exception leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import PART, SYNCED_BY, HealthRound, PassageUse, UseCount, UseKind
from cx_core.ports import Telling, Unit
from cx_core.records import (
    EVERYTHING,
    UNKNOWN_SUM,
    ActionName,
    ArticleId,
    AttachmentId,
    CustomerId,
    MessageId,
    Money,
    PersonId,
    Spent,
    StepId,
    TaskTypeName,
    TicketId,
    own_switch,
    switches_over,
)
from cx_core.views import OpenPlan
from tests.contracts import made
from tests.contracts.conftest import Kept
from tests.contracts.made import ADDRESS, ANNA, BEN, MARIA, NOW, ONE, REFUND, REFUNDS, SAM, THREE, TWO, at

NOBODY = TicketId("T-99")
ANYTHING = ArticleId("refunds")
USED: tuple[UseKind, ...] = ("retrieved", "cited", "solved")


def use(kind: UseKind, article: str = ANYTHING, number: int = 1) -> PassageUse:
    return PassageUse(article=ArticleId(article), number=number, kind=kind)


# --- all or nothing ---------------------------------------------------------------------------

Write = Callable[[Unit], None]
Look = Callable[[Unit], object]


def _plan(unit: Unit) -> None:
    unit.proposals.put(made.proposal())
    unit.tickets.put(made.ticket(status="open", work="ready", version=1))


KEPT: dict[str, tuple[Write, Look]] = {
    "tickets": (lambda unit: unit.tickets.add_message(made.message("m-9")), lambda unit: unit.tickets.messages(ONE)),
    "proposals": (lambda unit: unit.proposals.put(made.proposal()), lambda unit: unit.proposals.get(ONE, 1)),
    "colleagues": (lambda unit: unit.colleagues.add_note(made.note("n")), lambda unit: unit.colleagues.notes(ONE)),
    "attachments": (lambda unit: unit.attachments.add(made.attachment("f")), lambda unit: unit.attachments.of(ONE)),
    "ratings": (lambda unit: unit.ratings.put(made.rating(), "hash"), lambda unit: unit.ratings.get(ONE)),
    "spending": (lambda unit: unit.spending.reserve(made.spending()), lambda unit: unit.spending.reserved("k-1")),
    "switches": (lambda unit: unit.switches.put(made.switch(EVERYTHING)), lambda unit: unit.switches.on()),
    "notifications": (
        lambda unit: unit.notifications.put_subscription(made.subscription("a")),
        lambda unit: unit.notifications.subscriptions(),
    ),
    "policies": (lambda unit: unit.policies.put_policy_set(made.policy_set("a")), lambda unit: unit.policies.all()),
    "articles": (lambda unit: unit.articles.put(made.article("a")), lambda unit: unit.articles.all()),
    "uploads": (lambda unit: unit.uploads.put(made.upload("u")), lambda unit: unit.uploads.get("u")),
    "article_use": (
        lambda unit: unit.article_use.add_uses(made.ticket(), 1, [use("cited")], NOW),
        lambda unit: unit.article_use.uses(ONE),
    ),
    "health": (
        lambda unit: unit.health.put_health_finding(made.finding("f")),
        lambda unit: unit.health.health_findings(),
    ),
    "solved_cases": (
        lambda unit: unit.solved_cases.keep_case(ONE, made.case(), NOW),
        lambda unit: unit.solved_cases.cases([ONE]),
    ),
    "levels": (lambda unit: unit.levels.put(made.level(REFUNDS)), lambda unit: unit.levels.all()),
    "erasures": (lambda unit: unit.erasures.put(made.erasure("e")), lambda unit: unit.erasures.all()),
    "open_plans": (_plan, lambda unit: unit.open_plans.among()),
}


class Fault(Exception):
    """Something that goes wrong in the middle of a transaction."""


def test_that_what_a_transaction_wrote_is_kept_with_its_record_or_not_at_all(kept: Kept) -> None:
    for name, (write, look) in KEPT.items():
        with kept.store.begin() as unit:
            unit.tickets.put(made.ticket(status="solved"))
        newest = kept.audit.newest()
        with kept.store.look() as unit:
            before = look(unit)
        with pytest.raises(Fault):
            _fail_after(kept, write, name)
        with kept.store.look() as unit:
            assert look(unit) == before, name
        assert kept.audit.newest() == newest, name
        with kept.store.begin() as unit:
            write(unit)
            unit.record("done", actor="copilot", payload={"what": name}, ticket=ONE, customer=MARIA)
        with kept.store.look() as unit:
            assert look(unit) != before, name
        assert kept.audit.newest() == newest + 1, name
    told = [(event.kind, event.payload) for event in kept.audit.events(ticket=ONE)]
    assert told == [("done", {"what": name}) for name in KEPT]
    assert kept.audit.verify().ok


def _fail_after(kept: Kept, write: Write, name: str) -> None:
    with kept.store.begin() as unit:
        write(unit)
        unit.record("tried", actor="copilot", payload={"what": name}, ticket=ONE, customer=MARIA)
        raise Fault


def test_that_events_are_on_record_in_their_order(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        unit.record_all([Telling("noted", "Anna", {"n": n}, ONE, MARIA) for n in range(5)])
        unit.record("noted", actor="Anna", payload={"n": 5}, ticket=ONE)
    assert [event.payload for event in kept.audit.events(ticket=ONE)] == [{"n": n} for n in range(6)]
    assert kept.audit.events(ticket=TWO) == ()


# --- tickets ----------------------------------------------------------------------------------


def test_that_tickets_are_kept_and_found_by_conversation_and_customer(kept: Kept) -> None:
    first = made.ticket(ONE, customer=MARIA, status="open", solve_by=at(90), task_types=(REFUNDS,))
    second = made.ticket(TWO, 1, customer=MARIA, status="solved", solved_at=at(2))
    other = made.ticket(THREE, 2, address="Sam@Example.com", status="open")
    with kept.store.begin() as unit:
        assert unit.tickets.get(ONE) is None
        unit.tickets.put(first, thread="thread-1")
        unit.tickets.put(second, thread="thread-1")
        unit.tickets.put(other, thread="thread-1")
    changed = first.replace(subject="Charged three times", priority="high", assignee=ANNA.id)
    with kept.store.begin() as unit:
        assert [unit.tickets.get(one.id) for one in (first, second, other)] == [first, second, other]
        assert unit.tickets.get(NOBODY) is None
        unit.tickets.put(changed)
    with kept.store.look() as unit:
        assert unit.tickets.get(ONE) == changed
        assert unit.tickets.by_thread("email", "thread-1", ADDRESS) == second
        assert unit.tickets.by_thread("email", "thread-1", "sam@example.com") == other
        assert unit.tickets.by_thread("chat", "thread-1", ADDRESS) is None
        assert unit.tickets.by_thread("email", "thread-2", ADDRESS) is None
        assert unit.tickets.by_thread("email", "thread-1", "nobody@example.com") is None
        assert unit.tickets.of(MARIA, ("open", "solved")) == (second, changed)
        assert unit.tickets.of(MARIA, ("open",)) == (changed,)
        assert unit.tickets.of(CustomerId("address:sam@example.com"), ("open",)) == (other,)
        assert unit.tickets.of(CustomerId(f"address:{ADDRESS}"), ("open", "solved")) == ()
        assert unit.tickets.of(SAM, ("open",)) == ()


def test_that_messages_stand_in_their_order(kept: Kept) -> None:
    one, two, meanwhile = made.message("m-1"), made.message("m-2", 3), made.message("m-3", 2, text="Äpfel\n日本 🙂")
    answer = made.message("a-1", 4, sender="advisor", author=ANNA.name, refers="<a@example.com>")
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        for message in (one, two, meanwhile):
            unit.tickets.add_message(message)
        unit.tickets.add_message(answer, after=1)
        assert unit.tickets.messages(ONE) == (one, answer, two, meanwhile)
        assert unit.tickets.message(meanwhile.id) == meanwhile
        assert unit.tickets.message(MessageId("m-99")) is None
        assert unit.tickets.messages(NOBODY) == ()


def test_that_messages_move_with_their_files_and_stand_by_time(kept: Kept) -> None:
    ours = [made.message("m-1", 1), made.message("m-2", 5), made.message("m-3", 2)]
    theirs = [made.message("m-4", 3, TWO), made.message("m-5", 6, TWO)]
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket(ONE, channel="chat"))
        unit.tickets.put(made.ticket(TWO))
        for message in (*ours, *theirs):
            unit.tickets.add_message(message)
        unit.attachments.add(made.attachment("f-1", message="m-1"))
        unit.attachments.add(made.attachment("f-2"))
        unit.tickets.move_messages(made.ticket(ONE, channel="chat"), TWO, last=[MessageId("m-1")])
    with kept.store.look() as unit:
        assert unit.tickets.messages(ONE) == ()
        found = unit.tickets.messages(TWO)
        assert [message.id for message in found] == ["m-3", "m-4", "m-2", "m-5", "m-1"]
        assert [message.channel for message in found] == ["chat", None, "chat", None, "chat"]
        assert {message.ticket for message in found} == {TWO}
        assert unit.attachments.of(ONE) == ()
        assert {one.id for one in unit.attachments.of(TWO)} == {"f-1", "f-2"}


def test_that_what_is_measured_is_told_of_whoever_did_it(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        unit.tickets.measure(made.ticket(), "approve", at(1), seconds=2.5, person=ANNA.id)
        unit.tickets.measure(made.ticket(), "reject", at(2), person=BEN.id)
    (measured,) = kept.store.measured(ANNA.id, NOW)
    assert (measured.ticket, measured.kind, measured.at, measured.seconds) == (ONE, "approve", at(1), 2.5)
    assert kept.store.measured(ANNA.id, at(2)) == ()


# --- proposals --------------------------------------------------------------------------------


def test_that_proposals_and_their_approvals_are_kept(kept: Kept) -> None:
    first, approved = made.approval("a-1"), made.approval("a-2", version=2, reply="Dear Maria", leaves="solved")
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.proposals.get(ONE, 1) is None
        unit.proposals.put(made.proposal(version=1))
        unit.proposals.put(made.proposal(version=2))
        unit.proposals.put(made.proposal(version=1, summary="Otherwise."))
        assert unit.proposals.approval(ONE, 2) is None
        unit.proposals.put_approval(approved)
        assert unit.proposals.first_approval(ONE) is None
        unit.proposals.put_first_approval(made.approval("a-0", name="before"), at(30))
        unit.proposals.put_first_approval(first, at(60))
    with kept.store.begin() as unit:
        assert unit.proposals.get(ONE, 1) == made.proposal(version=1, summary="Otherwise.")
        assert unit.proposals.get(ONE, 2) == made.proposal(version=2)
        assert unit.proposals.get(ONE, 3) is unit.proposals.get(NOBODY, 1) is None
        assert unit.proposals.approval(ONE, 2) == approved
        assert unit.proposals.approval(ONE, 1) is None
        assert unit.proposals.first_approval(ONE) == first
        unit.proposals.drop_first_approval(ONE)
        assert unit.proposals.first_approval(ONE) is None


def test_that_a_seal_is_used_under_one_key(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert not unit.proposals.begun("k-1")
        assert unit.proposals.use_seal(made.seal("one"), "k-1", NOW)
    with kept.store.begin() as unit:
        assert unit.proposals.use_seal(made.seal("one"), "k-1", at(1)), "the same act again"
        assert not unit.proposals.use_seal(made.seal("one"), "k-2", at(1))
        assert unit.proposals.use_seal(made.seal("two"), "k-3", at(1))
        assert [unit.proposals.begun(key) for key in ("k-1", "k-2", "k-3")] == [True, False, True]


def test_that_outcomes_are_kept_by_version_and_step(kept: Kept) -> None:
    failed = made.outcome("s1", status="failed", verified=False, unknown=True, receipt=None, message="No answer.")
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.proposals.outcomes(ONE) == {}
        unit.proposals.put_outcome(ONE, 1, failed)
        unit.proposals.put_outcome(ONE, 1, made.outcome("s1"))
        unit.proposals.put_outcome(ONE, 2, made.outcome("s2", 1))
    with kept.store.look() as unit:
        found = unit.proposals.outcomes(ONE)
        assert found == {(1, StepId("s1")): made.outcome("s1"), (2, StepId("s2")): made.outcome("s2", 1)}
        assert unit.proposals.outcomes(TWO) == {}


def test_that_outcomes_come_in_the_order_they_were_made(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        for place, id in enumerate(("s2", "s10", "s1")):
            unit.proposals.put_outcome(ONE, 1, made.outcome(id, place))
        assert [id for _, id in unit.proposals.outcomes(ONE)] == ["s2", "s10", "s1"]


# --- colleagues -------------------------------------------------------------------------------


def test_that_a_draft_is_kept_in_place_of_the_one_before(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.colleagues.draft(ONE) is None
        unit.colleagues.put_draft(made.draft(revision=7))
        assert unit.colleagues.draft(ONE) == made.draft(revision=1)
        later = made.draft("Dear Ms Keller", earlier=("Dear Maria",), choices={"skipped": {"s1": "no need"}})
        unit.colleagues.put_draft(later)
        assert unit.colleagues.draft(ONE) == later.replace(revision=2)
        unit.colleagues.drop_draft(ONE)
        assert unit.colleagues.draft(ONE) is None
        unit.colleagues.add_rewording(made.rewording("First", 2))
        unit.colleagues.add_rewording(made.rewording("Second", 3))
        assert unit.colleagues.rewordings(ONE) == (made.rewording("First", 2), made.rewording("Second", 3))
        assert unit.colleagues.rewordings(TWO) == ()


def test_that_a_ticket_is_one_persons_until_it_is_free_again(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.colleagues.lease(ONE, NOW) is None
        assert unit.colleagues.held_since(ONE, ANNA.id) is None
        unit.colleagues.put_lease(ONE, ANNA, NOW, at(5))
        unit.colleagues.put_lease(ONE, ANNA, at(3), at(8))
        assert unit.colleagues.lease(ONE, at(7)) == (ANNA.id, ANNA.name)
        assert unit.colleagues.held_since(ONE, ANNA.id) == NOW
        assert unit.colleagues.lease(ONE, at(9)) is None
        assert unit.colleagues.leases(ANNA.id) == (ONE,)
        unit.colleagues.put_lease(ONE, BEN, at(9), at(14))
        assert unit.colleagues.lease(ONE, at(9)) == (BEN.id, BEN.name)
        assert (unit.colleagues.leases(ANNA.id), unit.colleagues.leases(BEN.id)) == ((), (ONE,))
        assert (unit.colleagues.held_since(ONE, ANNA.id), unit.colleagues.held_since(ONE, BEN.id)) == (None, at(9))
    before, _ = kept.store.changes_since(0)
    with kept.store.begin() as unit:
        unit.colleagues.drop_lease(ONE)
        assert unit.colleagues.lease(ONE, at(9)) is None
    assert kept.store.changes_since(before)[1] == (ONE,)


def test_that_whoever_looks_is_told_of_others_who_do(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        unit.colleagues.put_viewer(ONE, BEN, NOW, at(5))
    before, _ = kept.store.changes_since(0)
    with kept.store.begin() as unit:
        unit.colleagues.put_viewer(ONE, ANNA, at(1), at(6))
        assert unit.colleagues.viewers(ONE, at(2)) == ((BEN.id, BEN.name), (ANNA.id, ANNA.name))
        assert unit.colleagues.viewers(ONE, at(5.5)) == ((ANNA.id, ANNA.name),)
        assert unit.colleagues.viewers(ONE, at(7)) == ()
        assert unit.colleagues.viewed(ANNA.id) == (ONE,)
        assert unit.colleagues.held_since(ONE, ANNA.id) == at(1)
    came, changed = kept.store.changes_since(before)
    assert changed == (ONE,)
    with kept.store.begin() as unit:
        unit.colleagues.drop_viewer(ONE, ANNA.id, at(2))
        assert unit.colleagues.viewers(ONE, at(2)) == ((BEN.id, BEN.name),)
        assert unit.colleagues.viewed(ANNA.id) == ()
    assert kept.store.changes_since(came)[1] == (ONE,)


def test_that_notes_and_notices_are_kept_until_they_are_seen(kept: Kept) -> None:
    late, early = made.note("n-1", 2), made.note("n-2", 1)
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.colleagues.notes(ONE) == ()
        assert unit.colleagues.notices(ANNA.id) == ()
        unit.colleagues.add_note(late)
        unit.colleagues.add_note(early)
        assert unit.colleagues.notes(ONE) == (early, late)
        for number in range(52):
            unit.colleagues.notify(ANNA.id, ONE, "mention", BEN.name, f"Look {number}", at(number))
        unit.colleagues.notify(BEN.id, ONE, "woken", "", "It is back", NOW)
        newest, *others = unit.colleagues.notices(ANNA.id)
        assert (newest.ticket, newest.kind, newest.sender, newest.text) == (ONE, "mention", BEN.name, "Look 51")
        assert newest.at == at(51)
        assert [one.text for one in others] == [f"Look {number}" for number in range(50, 1, -1)]
        unit.colleagues.see_notice(BEN.id, newest.id, NOW)
        assert unit.colleagues.notices(ANNA.id)[0] == newest, "only who was told sees it"
        unit.colleagues.see_notice(ANNA.id, newest.id, NOW)
        assert unit.colleagues.notices(ANNA.id)[0].text == "Look 50"
        unit.colleagues.drop_notices(ONE, "mention")
        assert unit.colleagues.notices(ANNA.id) == ()
        assert [one.kind for one in unit.colleagues.notices(BEN.id)] == ["woken"]


# --- attachments, ratings, spending, switches -------------------------------------------------


def test_that_files_are_those_of_a_tickets_messages_and_its_draft(kept: Kept) -> None:
    late, early = made.attachment("f-1", 2, message="m-1"), made.attachment("f-2", 1)
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.attachments.get(late.id) is None
        assert unit.attachments.of(ONE) == ()
        unit.attachments.add(late)
        unit.attachments.add(early)
    with kept.store.begin() as unit:
        assert unit.attachments.get(late.id) == late
        assert unit.attachments.of(ONE) == (early, late)
        unit.attachments.send([], MessageId("m-3"))
        unit.attachments.send([early.id], MessageId("m-2"))
        assert unit.attachments.of(ONE) == (early.replace(message=MessageId("m-2")), late)
        unit.attachments.drop(late.id)
        assert unit.attachments.get(late.id) is None
        assert unit.attachments.of(TWO) == ()


def test_that_a_rating_is_found_by_its_ticket_and_its_link(kept: Kept) -> None:
    answered = made.rating(score=4, comment="Quick – danke!", answered_at=at(3))
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        unit.tickets.put(made.ticket(TWO))
        assert unit.ratings.get(ONE) is unit.ratings.rating_of("hash") is None
        assert not unit.ratings.asked_since(ADDRESS, at(-1))
        unit.ratings.put(made.rating(), "hash")
        unit.ratings.put(answered, "hash")
        unit.ratings.put(made.rating(TWO, -60), "other")
        assert unit.ratings.get(ONE) == unit.ratings.rating_of("hash") == answered
        assert unit.ratings.rating_of("other") == made.rating(TWO, -60)
        assert unit.ratings.asked_since(ADDRESS, at(-1))
        assert not unit.ratings.asked_since(ADDRESS, at(1))
        assert not unit.ratings.asked_since("sam@example.com", at(-1))


def sums(unit: Unit, customer: CustomerId = MARIA, currency: str = "GBP", but: str = "") -> Spent:
    day = NOW - timedelta(days=1)
    month = NOW - timedelta(days=30)
    return unit.spending.spent(customer, REFUNDS, currency, month=month, today=at(-60), day=day, but=but)


def test_that_money_is_counted_once_per_act_and_not_once_released(kept: Kept) -> None:
    days = 24 * 60
    with kept.store.begin() as unit:
        unit.spending.hold_budgets(MARIA, REFUNDS)
        assert sums(unit) == Spent(customer=0, alone_today=0, payouts_day=0)
        unit.spending.reserve(made.spending("now", 4000))
        unit.spending.reserve(made.spending("now", 4000, 1))
        unit.spending.reserve(made.spending("by hand", 300, alone=False))
        unit.spending.reserve(made.spending("this week", 20, -3 * days))
        unit.spending.reserve(made.spending("long ago", 1, -40 * days))
        unit.spending.reserve(made.spending("another's", 500_000, customer=SAM))
        assert sums(unit) == Spent(customer=4320, alone_today=504_000, payouts_day=2)
        assert sums(unit, but="now") == Spent(customer=320, alone_today=500_000, payouts_day=1)
        assert unit.spending.reserved("now")
        unit.spending.settle("now", "released")
        assert sums(unit) == Spent(customer=320, alone_today=500_000, payouts_day=1)
        unit.spending.settle("by hand", "spent")
        unit.spending.settle("unknown", "spent")
        assert sums(unit).customer == 320
        assert [unit.spending.reserved(key) for key in ("now", "by hand", "unknown", "this week")] == [
            False,
            False,
            False,
            True,
        ]


@pytest.mark.parametrize("amount", [Money(minor=100, currency="EUR"), Money(minor=-100)], ids=["euros", "below"])
def test_that_money_nobody_can_add_makes_a_sum_unknown(kept: Kept, amount: Money) -> None:
    with kept.store.begin() as unit:
        unit.spending.reserve(made.spending("k-1", 4000))
        unit.spending.reserve(made.spending("k-2", amount=amount))
        found = sums(unit)
        assert min(found.customer, found.alone_today) >= UNKNOWN_SUM
        assert found.payouts_day == 2
        assert sums(unit, but="k-2").customer == 4000


def test_that_what_is_stopped_is_stopped_until_it_goes_on(kept: Kept) -> None:
    action, all_of_it = made.switch(own_switch(REFUND)), made.switch(EVERYTHING)
    asked = switches_over(REFUND, [REFUNDS])
    with kept.store.begin() as unit:
        assert unit.switches.on() == ()
        assert unit.switches.stopped(asked) is None
        unit.switches.put(action)
    with kept.store.begin() as unit:
        assert unit.switches.on() == (action,)
        assert unit.switches.stopped(asked) == action
        assert unit.switches.stopped(switches_over(ActionName("apply_credit"), [REFUNDS])) is None
        unit.switches.put(made.switch(action.name, "Another reason."))
        unit.switches.put(all_of_it)
    with kept.store.begin() as unit:
        assert set(unit.switches.on()) == {all_of_it, made.switch(action.name, "Another reason.")}
        assert unit.switches.stopped(switches_over(ActionName("apply_credit"), [REFUNDS])) == all_of_it
        unit.switches.drop(EVERYTHING)
        unit.switches.drop(action.name)
    with kept.store.look() as unit:
        assert unit.switches.on() == kept.store.switches() == ()
        assert unit.switches.stopped(asked) is None


# --- notifications ----------------------------------------------------------------------------


def test_that_what_is_on_record_is_on_its_way_to_whoever_wants_it(kept: Kept) -> None:
    wanted, early = made.subscription("a", 2), made.subscription("b", 1, way="webhook", target="https://example.com")
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket())
        assert unit.notifications.subscriptions() == ()
        unit.notifications.put_subscription(made.subscription("a", 2, target="old@example.com"))
        for one in (wanted, early, made.subscription("c", 3, active=False), made.subscription("d", 4, events=())):
            unit.notifications.put_subscription(one)
        assert [one.id for one in unit.notifications.subscriptions()] == ["b", "a", "c", "d"]
        assert unit.notifications.subscriptions()[:2] == (early, wanted)
        for _ in range(2):
            unit.record("escalated", actor="copilot", payload={}, ticket=ONE)
        unit.record("opened", actor="copilot", payload={}, ticket=ONE)
    with kept.store.begin() as unit:
        due = unit.notifications.notifications_due(at(1), 10)
        assert sorted(one.subscription for one in due) == ["a", "a", "b"], "of a ticket one webhook at a time"
        assert {one.event for one in due} == {"escalated"}
        assert len(unit.notifications.notifications_due(at(1), 3)) == 3
        assert {one.subscription for one in unit.notifications.notifications_due(at(1), 10, but=["a"])} == {"b"}
        assert {one.subscription for one in unit.notifications.notifications_due(at(1), 10, to="a")} == {"a"}
        assert unit.notifications.notifications_due(at(-1), 10) == ()
        (first,) = unit.notifications.notifications_due(at(1), 10, to="b")
        tried = first.replace(tries=1, next_try=at(30), trouble="No answer.")
        unit.notifications.put(tried)
        assert unit.notifications.get(first.id) == tried
        assert unit.notifications.notifications_due(at(1), 10, to="b") == ()
        assert unit.notifications.notifications_due(at(60), 10, to="b") == (tried,)
        unit.notifications.put(tried.replace(next_try=None))
        (second,) = unit.notifications.notifications_due(at(1), 10, to="b")
        assert second.id > first.id
        unit.notifications.put(tried)
        assert unit.notifications.notifications_of(["b"], 5) == (second, tried)
        assert unit.notifications.notifications_of(["b"], 1) == (second,)
        unit.notifications.put(second.replace(next_try=None, sent_at=at(1)))
        unit.notifications.drop_notifications(at(5))
        assert unit.notifications.notifications_of(["b"], 5) == (tried,)
        unit.notifications.drop_subscription("b")
        assert unit.notifications.get(tried.id) is None
        assert unit.notifications.notifications_of(["b"], 5) == ()
        assert len(unit.notifications.notifications_of(["a", "b"], 5)) == 2


def test_that_an_alarm_is_on_once(kept: Kept) -> None:
    with kept.store.begin() as unit:
        assert not unit.notifications.end_alarm("backlog")
        assert unit.notifications.begin_alarm("backlog", NOW)
        assert not unit.notifications.begin_alarm("backlog", at(1))
        assert unit.notifications.begin_alarm("model", NOW)
        assert unit.notifications.end_alarm("backlog")
        assert not unit.notifications.end_alarm("backlog")
        assert unit.notifications.model_answers(NOW, 5) == ()


# --- policies, levels -------------------------------------------------------------------------


def test_that_policy_sets_are_kept_newest_first_and_one_is_in_force(kept: Kept) -> None:
    first, second = made.policy_set("a", 1), made.policy_set("b", 2)
    with kept.store.begin() as unit:
        assert unit.policies.all() == ()
        assert unit.policies.policy_set_in_force() == ""
        unit.policies.put_policy_set(first)
        unit.policies.put_policy_set(second)
        assert unit.policies.all() == (second, first)
        assert unit.policies.policy_set_in_force() == ""
        active = first.replace(state="active", mark="mark", files={"10-all.cedar": "permit(...);"})
        unit.policies.put_policy_set(active)
        assert unit.policies.all() == (second, active)
        assert unit.policies.policy_set_in_force() == "a"
        unit.policies.drop_policy_set("a")
        assert unit.policies.all() == (second,)
        assert unit.policies.policy_set_in_force() == ""


def test_that_levels_are_kept_and_answers_without_a_person_counted(kept: Kept) -> None:
    waiting = made.level("refunds", 1, waiting={"level": 3, "reason": "Good", "person": BEN.id, "at": NOW})
    with kept.store.begin() as unit:
        assert unit.levels.all() == ()
        assert unit.levels.get(TaskTypeName("refunds")) is None
        unit.levels.put(made.level("refunds", 4))
        unit.levels.put(made.level("faults", 0))
        unit.levels.put(waiting)
        assert unit.levels.all() == (made.level("faults", 0), waiting)
        assert unit.levels.get(TaskTypeName("refunds")) == waiting
        assert unit.levels.left_alone(5) == ()
        for id, minutes in ((ONE, 1), (TWO, 3), (THREE, 2)):
            unit.tickets.put(made.ticket(id))
            unit.tickets.measure(made.ticket(id), "left_alone", at(minutes))
        assert list(unit.levels.left_alone(2)) == [TWO, THREE]
        unit.tickets.add_message(made.message("a-1", 1, ONE, sender="copilot"))
        unit.tickets.add_message(made.message("a-2", 2, TWO, sender="copilot"))
        unit.tickets.add_message(made.message("a-3", 2, TWO, sender="advisor"))
        unit.tickets.put(made.ticket(THREE, work="sending", version=1))
        unit.proposals.put_approval(made.approval("a", THREE, role=None))
        assert unit.levels.left_alone_to(ADDRESS, NOW, but=NOBODY) == 3
        assert unit.levels.left_alone_to(ADDRESS, NOW, but=ONE) == 2
        assert unit.levels.left_alone_to(ADDRESS, NOW, but=THREE) == 2
        assert unit.levels.left_alone_to(ADDRESS, at(1.5), but=THREE) == 1
        assert unit.levels.left_alone_to("sam@example.com", NOW, but=NOBODY) == 0


# --- articles, uploads ------------------------------------------------------------------------


def test_that_articles_are_kept_with_every_version(kept: Kept) -> None:
    draft = made.article("refunds", 2, state="draft", live=1)
    with kept.store.begin() as unit:
        assert unit.articles.get(ANYTHING) is None
        assert unit.articles.all() == ()
        assert unit.articles.live_articles() == unit.articles.article_versions(ANYTHING) == ()
        unit.articles.hold_article_ids()
        unit.articles.put(made.article("roaming", state="archived", live=None))
        unit.articles.put(made.article("refunds"))
        unit.articles.put(draft)
        unit.articles.put(made.article("billing"))
    with kept.store.begin() as unit:
        assert unit.articles.get(ANYTHING) == draft
        assert [one.id for one in unit.articles.all()] == ["billing", "refunds", "roaming"]
        assert unit.articles.live_articles() == (made.version("billing"), made.version("refunds", 1))
        assert unit.articles.article_versions(ANYTHING) == (made.version("refunds", 2), made.version("refunds", 1))
        assert unit.articles.article_ids("r") == {"refunds", "roaming"}
        assert unit.articles.article_ids("r_") == unit.articles.article_ids("%") == frozenset()
        with pytest.raises(BadInput):
            unit.articles.put(draft.replace(latest=made.version("refunds", 2, "Other words.")))
        assert unit.articles.article_versions(ANYTHING)[0] == made.version("refunds", 2)


def test_that_articles_are_found_by_the_file_they_came_from(kept: Kept) -> None:
    def of(id: str, name: str, origin: str = "synced", state: str = "published") -> None:
        unit.articles.put(made.article(id, origin=origin, origin_name=name, state=state))

    with kept.store.begin() as unit:
        of("whole", "docs/faq.docx")
        for part in (10, 2, 3):
            of(f"part-{part}", f"docs/faq.docx{PART}{part}", state="archived" if part == 3 else "published")
        of("near", "docs/faq.docx.old")
        of("uploaded", "docs/faq.docx", origin="upload")
        of("beside", "docs2/faq.docx")
        found = unit.articles.articles_of("synced", "docs/faq.docx")
        assert [one.id for one in found] == ["whole", "part-2", "part-3", "part-10"]
        assert unit.articles.articles_of("synced", "docs/none.docx") == ()
        names = unit.articles.article_names("synced", "docs")
        assert set(names) == {"whole", "part-2", "part-10", "near"}
        assert names[ArticleId("whole")] == "docs/faq.docx"


def test_that_files_whose_names_differ_in_case_are_two_files(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.articles.put(made.article("large", origin="synced", origin_name=f"Docs/FAQ.docx{PART}2"))
        unit.articles.put(made.article("small", origin="synced", origin_name=f"docs/faq.docx{PART}2"))
        assert set(unit.articles.article_names("synced", "docs")) == {"small"}
        assert [one.id for one in unit.articles.articles_of("synced", "docs/faq.docx")] == ["small"]


def test_that_test_questions_stand_by_folder_oldest_first(kept: Kept) -> None:
    late, early, other = made.question("a", minutes=2), made.question("b", minutes=1), made.question("c", "Faults", 3)
    with kept.store.begin() as unit:
        assert unit.articles.test_questions() == ()
        for question in (made.question("a", minutes=9), late, early, other):
            unit.articles.put_test_question(question)
        assert unit.articles.test_questions() == (other, early, late)
        unit.articles.drop_test_question("b")
        assert unit.articles.test_questions() == (other, late)


def test_that_files_that_were_handed_in_are_kept_with_what_was_read(kept: Kept) -> None:
    read = made.upload("a", 1, sha256="same", state="read", articles=("refunds",))
    refused = made.upload("b", 2, sha256="same", state="refused", trouble="It is locked.")
    waiting = made.upload("c", 3, sha256="same", size=30)
    with kept.store.begin() as unit:
        assert unit.uploads.get("a") is unit.uploads.of("same") is None
        assert unit.uploads.latest(5) == ()
        assert unit.uploads.kept_of("c") == ()
        assert unit.uploads.waiting_bytes() == 0
        unit.uploads.put(read.replace(state="waiting"))
        for one in (read, refused, made.upload("d", 4, size=12, sha256="same", state="same")):
            unit.uploads.put(one)
        unit.uploads.put(waiting, [{"audience": "internal", "tags": ["a", "ä"]}])
        unit.uploads.put(made.upload("e", 5, size=12))
        assert unit.uploads.get("a") == read
        assert unit.uploads.kept_of("c") == ({"audience": "internal", "tags": ["a", "ä"]},)
        assert unit.uploads.of("same") == refused
        assert unit.uploads.of("same", refused=False) == read
        assert unit.uploads.of("other") is None
        assert unit.uploads.waiting_bytes() == 42
        assert [one.id for one in unit.uploads.latest(2)] == ["e", "c"]
        unit.uploads.put(waiting.replace(state="read"))
        assert unit.uploads.kept_of("c") == ()
        assert unit.uploads.read_since("c.docx", NOW)
        assert not unit.uploads.read_since("c.docx", at(3))
        assert not unit.uploads.read_since("b.docx", NOW), "it was refused"
        unit.uploads.put(made.upload("f", 6, state="read", person=SYNCED_BY))
        assert not unit.uploads.read_since("f.docx", NOW), "nobody handed it in"


def test_that_files_that_wait_come_first_and_then_the_newest(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.uploads.put(made.upload("waits", 1))
        for id, minutes in (("older", 2), ("newer", 3)):
            unit.uploads.put(made.upload(id, minutes, state="read"))
        assert [one.id for one in unit.uploads.latest(5)] == ["waits", "newer", "older"]


def test_that_a_file_that_waits_is_one_processs_while_it_lives(kept: Kept) -> None:
    with kept.store.begin() as unit:
        for id, minutes in (("late", 2), ("early", 1)):
            unit.uploads.put(made.upload(id, minutes))
        unit.uploads.put(made.upload("read", 0, state="read"))
        assert [(one.id, tries) for one, tries in unit.uploads.free_uploads(NOW, lock=True)] == [
            ("early", 0),
            ("late", 0),
        ]
        unit.uploads.hold_uploads(["early", "late", "read"], "here", at(5))
    with kept.store.begin() as unit:
        assert unit.uploads.free_uploads(at(1)) == ()
        unit.uploads.renew_uploads(["early"], "here", at(20))
        unit.uploads.renew_uploads(["late"], "there", at(20))
        assert [one.id for one, _ in unit.uploads.free_uploads(at(10))] == ["late"]
        assert unit.uploads.begin_upload("early", "there") is None
        assert unit.uploads.begin_upload("read", "here") is None
        assert [unit.uploads.begin_upload("early", "here") for _ in range(2)] == [0, 1]
        unit.uploads.let_uploads_go(["early"], "there", begun=True)
        assert [one.id for one, _ in unit.uploads.free_uploads(at(10))] == ["late"]
        unit.uploads.let_uploads_go(["early"], "here", begun=True)
        unit.uploads.let_uploads_go(["late"], "here", begun=False)
        assert [(one.id, tries) for one, tries in unit.uploads.free_uploads(NOW)] == [("early", 1), ("late", 0)]


# --- use of articles, health, solved cases ----------------------------------------------------


def test_that_use_is_counted_by_ticket(kept: Kept) -> None:
    one, two = made.ticket(ONE), made.ticket(TWO, simulated=True)
    with kept.store.begin() as unit:
        for ticket in (one, two):
            unit.tickets.put(ticket)
        assert unit.article_use.uses(ONE) == ()
        assert unit.article_use.use_since() == {}
        unit.article_use.add_uses(one, 2, [use("solved", number=2)], at(3))
        unit.article_use.add_uses(one, 1, [use("retrieved"), use("cited")], at(1))
        unit.article_use.add_uses(one, 1, [use("cited", number=9), use("retrieved", "roaming")], at(9))
        unit.article_use.add_uses(two, 1, [use("retrieved"), use("cited", number=2)], at(5))
        versions = [version for version, _ in unit.article_use.uses(ONE)]
        assert versions == sorted(versions)
        assert set(unit.article_use.uses(ONE)) == {
            (1, use("retrieved")),
            (1, use("cited")),
            (1, use("retrieved", "roaming")),
            (2, use("solved", number=2)),
        }
        both, made_up, real = (UseCount(tickets=n, simulated=s) for n, s in ((2, 1), (1, 1), (1, 0)))
        assert unit.article_use.use_since() == {
            ANYTHING: {"retrieved": both, "cited": both, "solved": real},
            "roaming": {"retrieved": real},
        }
        assert unit.article_use.use_since(at(4)) == {
            ANYTHING: {"retrieved": made_up, "cited": made_up},
            "roaming": {"retrieved": real},
        }
        assert unit.article_use.tickets_found(NOW) == both
        assert unit.article_use.tickets_found(at(6)) == real
        assert unit.article_use.use_of_versions(ANYTHING, [2], NOW) == {"solved": real, "cited": made_up}
        assert unit.article_use.use_by_version(ANYTHING) == {
            1: {"retrieved": both, "cited": real},
            2: {"solved": real, "cited": made_up},
        }
        assert unit.article_use.tickets_using(ANYTHING, 5) == (
            (two, ("cited",), at(5)),
            (one, ("cited", "solved"), at(3)),
        )
        assert [found[0] for found in unit.article_use.tickets_using(ANYTHING, 1)] == [two]
        unit.article_use.unsolve(ONE, at(20))
        assert (2, use("reopened", number=2)) in unit.article_use.uses(ONE)
        assert unit.article_use.use_since()[ANYTHING].keys() == {"retrieved", "cited", "reopened"}


def test_that_findings_are_kept_newest_first(kept: Kept) -> None:
    resolved = made.finding("a", 1, state="resolved", reason="Rewritten.", answered_by=ANNA.id, answered_at=at(9))
    with kept.store.begin() as unit:
        assert unit.health.health_findings() == ()
        unit.health.hold_health_findings()
        for one in (made.finding("a", 1), made.finding("b", 2), resolved):
            unit.health.put_health_finding(one)
        assert unit.health.health_findings() == (made.finding("b", 2), resolved)
        unit.health.drop_health_finding("b")
        assert unit.health.health_findings() == (resolved,)


def test_that_a_round_is_one_processs(kept: Kept) -> None:
    with kept.store.begin() as unit:
        assert unit.health.health_round() == HealthRound()
        assert unit.health.hold_health_round("here", NOW, at(5))
        assert unit.health.hold_health_round("here", at(1), at(6)), "it has it already"
        assert not unit.health.hold_health_round("there", at(2), at(7))
        assert unit.health.renew_health_round("here", at(8))
        assert not unit.health.renew_health_round("there", at(8))
        unit.health.end_health_round("there")
        assert unit.health.health_round() == HealthRound(holder="here", until=at(8))
        unit.health.keep_health_round("mark", at(3), 7)
        unit.health.end_health_round("here")
        assert unit.health.health_round() == HealthRound(mark="mark", at=at(3), asked=7, holder="here")
        assert unit.health.hold_health_round("there", at(2), at(7))
        assert unit.health.hold_health_round("here", at(7.5), at(9)), "its time is over"
        assert not unit.health.renew_health_round("there", at(20))


def test_that_solved_cases_are_given_in_the_order_asked(kept: Kept) -> None:
    with kept.store.begin() as unit:
        for id in (ONE, TWO, THREE):
            unit.tickets.put(made.ticket(id, status="solved", solved_at=NOW))
        assert unit.solved_cases.cases([ONE]) == ()
        unit.solved_cases.keep_case(ONE, made.case(ONE).replace(asked="Before"), NOW)
        unit.solved_cases.keep_case(ONE, made.case(ONE), at(1))
        unit.solved_cases.keep_case(TWO, made.case(TWO), at(1))
        unit.solved_cases.keep_case(THREE, None, at(1))
        assert unit.solved_cases.cases([TWO, NOBODY, ONE, THREE]) == (made.case(TWO), made.case(ONE))
        unit.solved_cases.keep_case(TWO, None, at(2))
        assert unit.solved_cases.cases([TWO, ONE]) == (made.case(ONE),)
        unit.tickets.put(made.ticket(id=TicketId("T-4"), status="solved", solved_at=NOW))
    assert kept.store.unlearnt(at(1), 10) == ("T-4",), "the others were looked at"


# --- erasing ----------------------------------------------------------------------------------


def test_that_a_customer_is_found_wherever_they_wrote_from(kept: Kept) -> None:
    theirs, unknown = made.ticket(ONE, customer=MARIA, address="Maria@Example.com"), made.ticket(TWO)
    shared, stranger = "family@example.com", TicketId("T-4")
    with kept.store.begin() as unit:
        for ticket in (
            theirs,
            unknown,
            made.ticket(THREE, customer=SAM, address=shared),
            made.ticket(stranger, address="Ürsel@Example.com"),
        ):
            unit.tickets.put(ticket)
        for text in ("t-1", "T-1", "c-1", "C-1"):
            assert unit.erasures.subjects(text) == (MARIA,), text
        assert set(unit.erasures.subjects(ADDRESS.upper())) == {MARIA, f"address:{ADDRESS}"}
        assert unit.erasures.subjects("ÜRSEL@example.com") == ("address:ürsel@example.com",)
        assert unit.erasures.subjects("nobody") == ()
        assert unit.erasures.tickets_to_erase(MARIA) == (theirs,)
        assert unit.erasures.tickets_to_erase(MARIA, [ADDRESS]) == (theirs, unknown)
        assert unit.erasures.tickets_to_erase(CustomerId(f"address:{ADDRESS}")) == (unknown,)
        assert unit.erasures.tickets_to_erase(CustomerId(f"address:{shared}")) == ()
        unit.tickets.put(made.ticket(TicketId("T-5"), address=shared))
        assert TicketId("T-5") not in [one.id for one in unit.erasures.tickets_to_erase(MARIA, [shared])]
        assert unit.erasures.written_from(MARIA) == (ADDRESS,)
        assert unit.erasures.used_by_others(MARIA, [shared.upper(), ADDRESS]) == {shared}
        assert unit.erasures.still_used([ADDRESS, "none@example.com"], [ONE]) == {ADDRESS}
        assert unit.erasures.still_used([ADDRESS], [ONE, TWO]) == frozenset()


def test_that_what_hangs_on_tickets_is_counted_and_who_is_named_found(kept: Kept) -> None:
    with kept.store.begin() as unit:
        for id in (ONE, TWO, THREE):
            unit.tickets.put(made.ticket(id))
        assert unit.erasures.belongings([ONE]) == {}
        unit.tickets.add_message(made.message("m-1"))
        unit.tickets.add_message(made.message("m-2", 1))
        unit.tickets.add_message(made.message("m-3", ticket=TWO, text="My neighbour Maria KELLER 100%"))
        unit.colleagues.add_note(made.note("n-1", text="See keller.", ticket=THREE))
        unit.colleagues.add_flag(ONE, 1, "reply", "Wrong", ANNA.id, NOW)
        unit.attachments.add(made.attachment("f-1"))
        assert sorted(unit.erasures.belongings([ONE]).values()) == [1, 1, 2]
        assert unit.erasures.attachments_of([ONE, TWO]) == (AttachmentId("f-1"),)
        assert unit.erasures.attachments_of([TWO]) == ()
        assert set(unit.erasures.naming(["Keller"], [ONE])) == {TWO, THREE}
        assert unit.erasures.naming(["Keller"], [ONE, TWO]) == (THREE,)
        assert unit.erasures.naming(["100%"], []) == (TWO,)
        assert unit.erasures.naming([], []) == unit.erasures.naming(["k_ller"], []) == ()


def test_that_a_name_with_other_letters_is_found_as_it_stands(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket(TWO))
        unit.tickets.add_message(made.message("m-3", ticket=TWO, text="My neighbour Özil knows."))
        assert unit.erasures.naming(["Özil"], [ONE]) == (TWO,)


def test_that_requests_to_erase_are_kept_oldest_first(kept: Kept) -> None:
    with kept.store.begin() as unit:
        assert unit.erasures.all() == ()
        for one in (made.erasure("a", 2), made.erasure("b", 1), made.erasure("a", 2, closed=True, mark="mark")):
            unit.erasures.put(one)
        assert unit.erasures.all() == (made.erasure("b", 1), made.erasure("a", 2, closed=True, mark="mark"))


def test_that_what_is_forgotten_is_gone_from_every_repository(kept: Kept) -> None:
    mine, stays = made.ticket(ONE, version=1, customer=MARIA, status="open"), made.ticket(TWO, version=1, customer=SAM)
    with kept.store.begin() as unit:
        for ticket in (mine, stays):
            unit.tickets.put(ticket, thread="thread-1")
            unit.tickets.add_message(made.message(f"m-{ticket.id}", ticket=ticket.id, text="Secret words"))
            unit.proposals.put(made.proposal(ticket.id))
            unit.colleagues.add_note(made.note(f"n-{ticket.id}", ticket=ticket.id))
            unit.attachments.add(made.attachment(f"f-{ticket.id}", ticket=ticket.id))
        unit.colleagues.put_draft(made.draft())
        unit.proposals.put_approval(made.approval())
        unit.health.put_health_finding(made.finding("gap", kind="gap", tickets=(ONE, TWO), terms=("secret",)))
        keys = unit.forget([mine])
        assert {MARIA, f"file:f-{ONE}", f"ticket:{ONE}"} <= keys
        assert SAM not in keys
        assert f"address:{ADDRESS}" not in keys, "a ticket that stays was written from there"
    with kept.store.begin() as unit:
        blank = unit.tickets.get(ONE)
        assert blank is not None
        assert blank.erased
        assert (blank.customer, blank.status) == (None, "closed")
        told = (blank.model_dump_json(), *(one.model_dump_json() for one in unit.tickets.messages(ONE)))
        assert not [text for text in told if "Secret" in text or ADDRESS in text or mine.subject in text]
        assert unit.proposals.get(ONE, 1) is None
        assert unit.proposals.approval(ONE, 1) is None
        assert unit.colleagues.draft(ONE) is None
        assert unit.colleagues.notes(ONE) == ()
        assert unit.attachments.of(ONE) == ()
        assert unit.tickets.by_thread("email", "thread-1", "") is None
        assert unit.tickets.message(MessageId(f"m-{ONE}")) is not None, "the same message is known still"
        assert ONE not in {id for gap in unit.health.health_findings() for id in gap.tickets}
        assert unit.health.forgotten([ONE, TWO]) == {ONE}
        assert unit.tickets.get(TWO) == stays
        assert [one.text for one in unit.tickets.messages(TWO)] == ["Secret words"]
        assert unit.proposals.get(TWO, 1) == made.proposal(TWO)
        assert len(unit.colleagues.notes(TWO)) == len(unit.attachments.of(TWO)) == 1


# --- open plans -------------------------------------------------------------------------------


def test_that_plans_are_those_of_tickets_that_wait(kept: Kept) -> None:
    states = {"T-1": ("open", "ready"), "T-2": ("solved", "carrying"), "T-3": ("open", "done"), "T-4": ("new", "ready")}
    with kept.store.begin() as unit:
        assert unit.open_plans.among() == unit.open_plans.among([ONE]) == ()
        for id, (status, work) in states.items():
            unit.tickets.put(made.ticket(TicketId(id), status=status, work=work, version=2))
            unit.proposals.put(made.proposal(TicketId(id), 1, steps=(made.step("s9"),) * 3))
            unit.proposals.put(made.proposal(TicketId(id), 2))
        unit.proposals.put(made.proposal(TicketId("T-4"), 2, steps=(made.step().replace(goal=-1),)))
    with kept.store.look() as unit:
        first = OpenPlan(ticket=ONE, version=2, work="ready", acts=((REFUND, REFUNDS),))
        aimless = OpenPlan(ticket=TicketId("T-4"), version=2, work="ready", acts=((REFUND, None),))
        assert sorted(unit.open_plans.among(), key=lambda one: one.ticket) == [first, aimless]
        assert [one.ticket for one in unit.open_plans.among([TWO, THREE])] == [TWO]
        assert unit.open_plans.among([]) == ()


def test_that_a_mark_is_made_for_the_exact_row(kept: Kept) -> None:
    with kept.store.begin() as unit:
        marks = {unit.mark_anew(name, exact) for name, exact in (("a", "x"), ("a", "y"), ("b", "x"))}
    assert len(marks) == 3
    assert all(marks)


def test_that_people_who_did_nothing_have_nothing(kept: Kept) -> None:
    nobody = PersonId("nobody")
    with kept.store.look() as unit:
        assert unit.colleagues.notices(nobody) == ()
        assert unit.colleagues.leases(nobody) == unit.colleagues.viewed(nobody) == ()
        assert unit.colleagues.viewers(ONE, NOW) == ()
