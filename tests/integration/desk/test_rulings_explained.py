"""A ruling explained: who would be allowed, what stands against the others, what would have to differ."""

from __future__ import annotations

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Role, TicketId
from cx_core.views import Refusal
from cx_core.views.policy_views import RuleExplained, RulingExplained
from tests.scripted import MARIA, SAM, Hand, person


def explained(hand: Hand, text: str, sender: str = MARIA) -> RulingExplained:
    found = hand.desk.policies.rulings_on(SAM, hand.ticket(text, sender))
    assert isinstance(found, tuple)
    return found[0]


def rule(one: RulingExplained, id: str) -> RuleExplained:
    return next(found for found in one.against if found.rule.id == id)


def test_that_who_may_is_what_the_ruling_says(hand: Hand) -> None:
    one = explained(hand, "I was charged twice.")
    assert one.kept
    assert one.same_rules
    assert one.words == "Refund £54.00 of payment P-8"
    least = next(asker.role for asker in one.askers if asker.allowed)
    assert (one.ruled.ruling.answer, one.ruled.ruling.ask) == ("ask", least) == ("ask", Role.ADVISOR)


def test_that_each_rule_against_it_names_what_it_asked_and_what_would_have_to_differ(hand: Hand) -> None:
    one = explained(hand, "I was charged twice.")
    level, amount = rule(one, "14"), rule(one, "43")
    assert (level.to, level.facts) == ((None,), (("level", 2),))
    assert [(way.fact, way.value) for way in level.instead] == [("level", 3)]
    assert (amount.to, amount.facts) == ((None,), (("amount", 5400),))
    assert [(way.fact, way.value) for way in amount.instead] == [("amount", 4999)]


def test_that_no_words_of_anybody_are_kept_with_a_ruling(hand: Hand) -> None:
    facts = explained(hand, "I was charged twice. Call me on 0151 23456789, Maria Keller!").ruled.ruling.facts
    assert {"level", "identity", "amount", "declared.charged", "customer"} <= facts.keys()
    assert not any("Maria" in str(value) or "0151" in str(value) for value in facts.values())
    assert "gaps" not in facts


def test_that_the_reply_is_explained_like_a_step(hand: Hand) -> None:
    found = hand.desk.policies.rulings_on(SAM, hand.ticket("I was charged twice.", MARIA))
    assert isinstance(found, tuple)
    reply = found[-1]
    assert (reply.title, reply.ruled.action, reply.kept, reply.same_rules) == (
        "Send the reply",
        "send_reply",
        True,
        True,
    )
    assert (reply.ruled.ruling.answer, reply.ruled.ruling.ask) == ("ask", Role.ADVISOR)
    assert next(asker.role for asker in reply.askers if asker.allowed) is Role.ADVISOR
    assert [(way.fact, way.value) for way in rule(reply, "14").instead] == [("level", 1)]


def test_that_a_ticket_without_a_plan_is_a_refusal(hand: Hand) -> None:
    assert isinstance(hand.desk.policies.rulings_on(SAM, hand.ticket("Good morning!")), Refusal)
    assert isinstance(hand.desk.policies.rulings_on(SAM, TicketId("T-none")), Refusal)


def test_that_an_advisor_asks_in_vain(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.policies.rulings_on(person(Role.ADVISOR), TicketId("T-1"))
