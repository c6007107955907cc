"""What a customer said beyond the goals, on the page: shown as plain text, and put right there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.records import Goal, GoalDetail, Role, TaskTypeName, TicketId
from pages.parts.components import Node
from tests.pages.demo_desk import HOSTILE, DemoDesk
from tests.pages.pressing import opened, papers, pressed
from tests.pages.test_inbox import COMPOUND, inbox
from tests.scripted import MARIA, Hand

MOVE = "reschedule_installation"
WORDS = "I can't be home then. Evenings only, please. Not before 3 December."


def lines(at: AppTest) -> list[str]:
    """Each line of what was said, with what there is to hover in brackets."""
    drawn = (json.loads(one.proto.json) for one in at.get("bidi_component"))
    every = [node for data in drawn for root in data.get("nodes", []) for node in _all(root)]
    return [" ".join(_read(node)) for node in every if node.get("cls", "").startswith("said ")]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for kid in node.get("kids", []):
        yield from _all(kid)


def _read(line: Node) -> Iterator[str]:
    for node in _all(line):
        yield from filter(None, [node.get("text", ""), f"[{node['tip']}]" if "tip" in node else ""])


def key(ticket: TicketId, hand: Hand) -> str:
    return f"wants-{ticket}-{hand.view(ticket).ticket.version}"


def test_that_what_was_said_about_time_is_shown_with_the_words_to_hover(hand: Hand) -> None:
    at = opened(hand, "inbox", Role.ADVISOR, ticket=hand.ticket(WORDS, MARIA))
    assert lines(at) == ["When: from Thu 3 December [“3 December”] · evenings [“Evenings”]"]


def test_that_nothing_is_shown_where_nothing_was_said_beyond_the_goal(hand: Hand) -> None:
    at = opened(hand, "inbox", Role.ADVISOR, ticket=hand.ticket("I can't be home then.", MARIA))
    assert lines(at) == []
    assert not [one for one in at.multiselect if str(one.key).endswith("-times")]


def test_that_an_advisor_says_that_they_only_ask(hand: Hand) -> None:
    ticket = hand.ticket(WORDS, MARIA)
    at = opened(hand, "inbox", Role.ADVISOR, ticket=ticket)
    at.button_group(key=f"{key(ticket, hand)}-{MOVE}").set_value("asked").run()
    pressed(at, "correct")
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert [goal.polarity for goal in proposal.triage.goals] == ["asked"]
    assert proposal.steps == ()
    at.run()
    assert lines(at)[0] == "Only asks"
    assert f"set by {proposal.triage.goals[0].told_by}" in papers(at)


def test_that_an_advisor_takes_out_what_was_misread_and_it_is_shown_as_theirs(hand: Hand) -> None:
    ticket = hand.ticket(WORDS, MARIA)
    at = opened(hand, "inbox", Role.ADVISOR, ticket=ticket)
    times = at.multiselect(key=f"{key(ticket, hand)}-times")
    assert times.value == ["from Thu 3 December", "evenings"]
    times.set_value(["from Thu 3 December"]).run()
    pressed(at, "correct")
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    assert [wish.text for wish in proposal.triage.set_aside] == ["Evenings"]
    at.run()
    assert lines(at) == [
        "When: from Thu 3 December [“3 December”]",
        f"Ignored: evenings [“Evenings”] set by {proposal.triage.set_aside_by}",
    ]
    again = at.multiselect(key=f"{key(ticket, hand)}-times")
    assert (again.options, again.value) == (["from Thu 3 December", "evenings"], ["from Thu 3 December"])


def test_that_applying_what_is_shown_changes_neither_polarity_nor_times(hand: Hand) -> None:
    ticket = hand.ticket(f"ASKS {WORDS}", MARIA)
    before = hand.view(ticket).proposal
    pressed(opened(hand, "inbox", Role.ADVISOR, ticket=ticket), "correct")
    after = hand.view(ticket).proposal
    assert before is not None
    assert after is not None
    assert [goal.polarity for goal in after.triage.goals] == ["asked"]
    assert after.triage.times == before.triage.times


@pytest.mark.parametrize("polarity", ["asked", "kept"])
def test_that_the_page_hands_on_what_was_chosen_for_a_goal_that_was_added(desk: DemoDesk, polarity: str) -> None:
    at = inbox(COMPOUND)
    version = desk.views[COMPOUND].ticket.version
    at.multiselect(key=f"wants-{COMPOUND}-{version}").set_value(["invoice_copy"]).run()
    at.button_group(key=f"wants-{COMPOUND}-{version}-invoice_copy").set_value(polarity).run()
    pressed(at, "correct")
    proposal = desk.views[COMPOUND].proposal
    assert proposal is not None
    assert [(goal.task_type, goal.polarity) for goal in proposal.triage.goals] == [("invoice_copy", polarity)]


@pytest.mark.parametrize(("sure", "chosen"), [(True, [MOVE]), (False, [MOVE, "invoice_copy"])])
def test_that_what_is_only_perhaps_meant_is_not_made_sure_by_the_way(
    desk: DemoDesk, sure: bool, chosen: list[str]
) -> None:
    view = desk.views[COMPOUND]
    assert view.proposal is not None
    goals = (
        Goal(task_type=TaskTypeName(MOVE), probability=0.9, sure=sure),
        Goal(task_type=TaskTypeName("invoice_copy"), probability=0.6, sure=False),
    )
    triage = view.proposal.triage.replace(goals=goals)
    desk.views[COMPOUND] = view.replace(proposal=view.proposal.replace(triage=triage))
    assert inbox(COMPOUND).multiselect(key=f"wants-{COMPOUND}-{view.ticket.version}").value == chosen


@pytest.mark.parametrize("shown_above", [True, False])
def test_that_a_question_that_stands_above_as_the_goals_words_is_not_said_twice(
    desk: DemoDesk, shown_above: bool
) -> None:
    view = desk.views[COMPOUND]
    assert view.proposal is not None
    question = "What would it cost?"
    goal = Goal(
        task_type=TaskTypeName(MOVE), probability=0.9, polarity="asked", quote=f"Hm. {question}" if shown_above else ""
    )
    triage = view.proposal.triage.replace(goals=(goal,))
    details = (GoalDetail(goal=0, kind="asks", text=question),)
    desk.views[COMPOUND] = view.replace(proposal=view.proposal.replace(triage=triage, details=details))
    assert lines(inbox(COMPOUND)) == ["Only asks" if shown_above else f"Only asks: {question}"]


def test_that_the_customers_words_stand_as_typed(desk: DemoDesk) -> None:
    view = desk.views[COMPOUND]
    assert view.proposal is not None
    goals = (Goal(task_type=TaskTypeName(MOVE), probability=0.9, polarity="asked"),)
    details = (GoalDetail(goal=0, kind="asks", text=HOSTILE, quote=HOSTILE),)
    triage = view.proposal.triage.replace(goals=goals)
    desk.views[COMPOUND] = view.replace(proposal=view.proposal.replace(triage=triage, details=details))
    at = inbox(COMPOUND)
    assert "tracker.example.net" in papers(at)
    markdown = [one.value for kind in (at.markdown, at.caption, at.text) for one in kind]
    assert not [text for text in markdown if "tracker.example.net" in text]
