"""What waits for a second person is seen by whoever may be that person and by nobody else; what fails is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.act.notification_rules import announced
from cx_core.desk.operations.notification_settings import _failing
from cx_core.records import EVERY_TICKET, Notification, Role, TaskTypeName
from cx_core.views.level_views import LevelView
from cx_core.views.policy_views import PolicySet
from tests.scripted import SAM, Hand, enrolled, person

OWEN, PIA = person(Role.ADMINISTRATOR, "Owen Price"), person(Role.ADMINISTRATOR, "Pia Sand")
ADA, LIZ = person(Role.ADVISOR), person(Role.SUPERVISOR, "Liz Lane")
FAQS = TaskTypeName("general_question")


@pytest.fixture(autouse=True)
def colleagues(hand: Hand) -> None:
    enrolled(hand.works, SAM, LIZ, OWEN, PIA)


def seen(hand: Hand) -> dict[str, dict[str, int]]:
    return {who.name: hand.desk.pending_decisions.decisions_waiting(who) for who in (ADA, SAM, LIZ, OWEN, PIA)}


def test_that_a_level_that_is_asked_for_waits_for_everybody_who_may_grant_it_but_the_asker(hand: Hand) -> None:
    assert not any(seen(hand).values())
    newest, _ = hand.desk.inbox.changes_since(0)
    assert hand.desk.autonomy_levels.ask_level(SAM, FAQS, 1, "The articles were gone through") is None
    one = {"autonomy": 1}
    assert seen(hand) == {ADA.name: {}, SAM.name: {}, LIZ.name: one, OWEN.name: one, PIA.name: one}
    assert hand.desk.inbox.changes_since(newest)[1] == (EVERY_TICKET,), "open pages are told"
    assert hand.desk.autonomy_levels.withdraw_level(SAM, FAQS) is None
    assert not any(seen(hand).values())


def test_that_rules_that_wait_are_for_the_other_administrators(hand: Hand) -> None:
    made = hand.desk.policy_sets.draft_policies(OWEN, "Lower")
    assert isinstance(made, PolicySet)
    newest, _ = hand.desk.inbox.changes_since(0)
    assert isinstance(hand.desk.policy_sets.ask_policies(OWEN, made, "A look"), PolicySet)
    assert {name: told for name, told in seen(hand).items() if told} == {PIA.name: {"policies": 1}}
    assert EVERY_TICKET in hand.desk.inbox.changes_since(newest)[1]
    assert isinstance(hand.desk.policy_sets.withdraw_policies(PIA, made.id), PolicySet)
    assert not any(seen(hand).values())


@pytest.mark.parametrize(
    ("kind", "page"), [("level_asked", "autonomy"), ("policies_asked", "policies"), ("erasure_asked", "audit")]
)
def test_that_whoever_subscribed_is_told_of_each(kind: str, page: str) -> None:
    (told,) = announced(kind, {})
    assert (told.event, told.figures["page"]) == ("decision_wanted", page)


def test_that_failures_count_since_the_last_that_arrived(hand: Hand) -> None:
    now = hand.works.clock()
    later, last = now + timedelta(minutes=1), now + timedelta(minutes=2)
    sent = Notification(id=1, subscription="s", event="switched", body={}, at=now, tries=1, sent_at=now)
    stuck = Notification(
        id=2, subscription="s", event="switched", body={}, at=later, tries=3, next_try=last, trouble="It refused."
    )
    failing = _failing((stuck, sent))
    assert failing is not None
    assert (failing.tries, failing.trouble, failing.since, failing.next_try) == (3, "It refused.", later, last)
    given_up = _failing((stuck.replace(next_try=None), sent))
    assert given_up is not None
    assert given_up.next_try is None
    assert _failing((stuck.replace(sent_at=last, next_try=None, trouble=""), sent)) is None
    assert _failing((sent.replace(sent_at=last), stuck)) is None, "something has arrived since"


def test_that_whoever_asked_for_a_level_is_told_who_refused_it(hand: Hand) -> None:
    def stands() -> LevelView:
        return next(one for one in hand.desk.autonomy_levels.levels(SAM) if one.task_type == FAQS)

    hand.desk.autonomy_levels.ask_level(SAM, FAQS, 1, "The articles were gone through")
    hand.desk.autonomy_levels.withdraw_level(SAM, FAQS)
    assert stands().declined is None, "one's own request was taken back"
    hand.desk.autonomy_levels.ask_level(SAM, FAQS, 1, "Once more")
    assert hand.desk.autonomy_levels.withdraw_level(OWEN, FAQS) is None
    refused = stands()
    assert refused.declined is not None
    assert (refused.declined.person, refused.declined.ask.reason) == (OWEN.id, "Once more")
    assert refused.declined_words == f"Level 1, asked for by {SAM.name}, was refused by {OWEN.name}"
    assert refused.trouble == "", "what is on file still carries its mark"
    hand.desk.autonomy_levels.ask_level(SAM, FAQS, 1, "And again")
    assert (stands().declined, stands().waiting_by) == (None, SAM.name)


def test_that_whoever_asked_for_rules_is_told_who_refused_them(hand: Hand) -> None:
    made = hand.desk.policy_sets.draft_policies(OWEN, "Lower")
    assert isinstance(made, PolicySet)
    hand.desk.policy_sets.ask_policies(OWEN, made, "A look")
    refused = hand.desk.policy_sets.withdraw_policies(PIA, made.id)
    assert isinstance(refused, PolicySet)
    assert (refused.state, refused.declined_by, refused.reason) == ("draft", PIA.id, "A look")
    again = hand.desk.policy_sets.ask_policies(OWEN, refused, "Another look")
    assert isinstance(again, PolicySet)
    assert again.declined_by is None
    taken_back = hand.desk.policy_sets.withdraw_policies(OWEN, made.id)
    assert isinstance(taken_back, PolicySet)
    assert taken_back.declined_by is None
