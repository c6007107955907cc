"""A person says whether a goal is to be done, is only asked about or stays as it is, and takes out what was misread."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import GoalDetail, MessageId, Polarity, Role, TaskTypeName, WordsPlace
from cx_core.views import CaseFile, Refusal, TicketView
from tests.scripted import MARIA, SAM, Hand, person

MOVE = TaskTypeName("reschedule_installation")
ON_A_DAY = "I can't be home then."


def polarities(view: TicketView) -> list[str]:
    assert view.proposal is not None
    return [goal.polarity for goal in view.proposal.triage.goals]


def slots(hand: Hand, view: TicketView) -> list[str]:
    """When the plan's visit would be, as "2026-11-27 08:00-12:00"."""
    free = {slot.id: slot.fields for slot in hand.read("free_slots", appointment="A-2")}
    chosen = [free[str(card.step.values()["slot"])] for card in view.cards]
    return [f"{one['date']} {one['window']}" for one in chosen]


def about_time(view: TicketView) -> dict[str, GoalDetail]:
    assert view.proposal is not None
    return {detail.text: detail for detail in view.proposal.details if detail.times}


def say(desk: Desk, view: TicketView, meant: Polarity, aside: Sequence[WordsPlace] = ()) -> Refusal | None:
    ticket = view.ticket
    return desk.goal_correction.correct_goals(
        SAM, ticket.id, ticket.version, [MOVE], polarity={MOVE: meant}, set_aside=aside
    )


@pytest.mark.parametrize("meant", ["asked", "kept"])
def test_that_nothing_is_planned_for_what_a_person_says_is_not_to_be_done(
    desk: Desk, hand: Hand, meant: Polarity
) -> None:
    ticket = hand.ticket(ON_A_DAY, MARIA)
    assert hand.view(ticket).cards
    assert say(desk, hand.view(ticket), meant) is None
    view = hand.view(ticket)
    assert (view.cards, polarities(view)) == ((), [meant])
    assert view.proposal is not None
    assert view.proposal.triage.goals[0].told_by == SAM.name


def test_that_what_was_read_as_a_question_is_planned_once_a_person_says_it_is_wanted(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"ASKS {ON_A_DAY}", MARIA)
    before = hand.view(ticket)
    assert (before.cards, polarities(before)) == ((), ["asked"])
    assert say(desk, before, "wanted") is None
    view = hand.view(ticket)
    assert polarities(view) == ["wanted"]
    assert [card.step.action for card in view.cards] == ["reschedule_appointment"]
    assert view.ticket.route in ("advisor", "supervisor"), "the copilot does not go alone"


def test_that_what_was_misread_about_time_is_taken_out_and_put_back(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"{ON_A_DAY} Evenings only, please. Not before 3 December.", MARIA)
    before = hand.view(ticket)
    assert list(about_time(before)) == ["from Thu 3 December", "evenings"]
    assert slots(hand, before) == ["2026-12-08 16:00-20:00"]
    assert say(desk, before, "wanted", about_time(before)["evenings"].times) is None
    view = hand.view(ticket)
    assert slots(hand, view) == ["2026-12-03 12:00-16:00"]
    aside = about_time(view)["evenings"]
    assert (aside.kind, aside.by, aside.quote) == ("set_aside", SAM.name, "Evenings")
    assert say(desk, view, "wanted") is None
    assert slots(hand, hand.view(ticket)) == ["2026-12-08 16:00-20:00"]


def test_that_a_date_in_words_that_were_taken_out_steers_nothing_else(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"{ON_A_DAY} Only 9 December will do.", MARIA)
    before = hand.view(ticket)
    assert before.cards == ()
    assert say(desk, before, "wanted", about_time(before)["Wed 9 December"].times) is None
    assert slots(hand, hand.view(ticket)) == ["2026-11-27 08:00-12:00"]


def test_that_what_was_never_said_about_time_is_refused(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"{ON_A_DAY} Evenings only, please.", MARIA)
    before = hand.view(ticket)
    refusal = say(desk, before, "wanted", [(MessageId("elsewhere"), 0)])
    assert isinstance(refusal, Refusal)
    assert hand.view(ticket).ticket.version == before.ticket.version


def test_that_newer_words_about_a_goal_say_what_is_to_be_done_about_it(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(ON_A_DAY, MARIA, thread="t")
    assert say(desk, hand.view(ticket), "kept") is None
    hand.ticket("It is all different now.", MARIA, thread="t")
    assert polarities(hand.view(ticket)) == ["kept"], "these words say nothing about it"
    hand.ticket("I really can't be home.", MARIA, thread="t")
    assert polarities(hand.view(ticket)) == ["wanted"]


def test_that_giving_a_ticket_back_keeps_what_a_person_said_of_its_goals(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"{ON_A_DAY} Evenings only, please.", MARIA)
    before = hand.view(ticket)
    assert say(desk, before, "kept", about_time(before)["evenings"].times) is None
    assert desk.goal_correction.give_to_copilot(SAM, ticket, hand.view(ticket).ticket.version) is None
    view = hand.view(ticket)
    assert polarities(view) == ["kept"]
    assert view.proposal is not None
    assert [wish.text for wish in view.proposal.triage.set_aside] == ["Evenings"]


def test_that_nobody_but_who_answers_customers_can_correct(desk: Desk, hand: Hand) -> None:
    view = hand.view(hand.ticket(ON_A_DAY, MARIA))
    editor = person(Role.EDITOR)
    with pytest.raises(NotAllowed):
        desk.goal_correction.correct_goals(editor, view.ticket.id, view.ticket.version, [MOVE], polarity={MOVE: "kept"})
    assert polarities(hand.view(view.ticket.id)) == ["wanted"]


def test_that_the_audit_log_says_what_was_put_right_and_the_case_file_tells_it(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(f"{ON_A_DAY} Evenings only, please.", MARIA)
    before = hand.view(ticket)
    assert say(desk, before, "asked", about_time(before)["evenings"].times) is None
    (event,) = [event for event in hand.works.audit.events(ticket=ticket) if event.kind == "goals_corrected"]
    assert event.actor == SAM.id
    assert event.payload == {
        "version": before.ticket.version,
        "before": [MOVE],
        "after": [MOVE],
        "polarity_before": {MOVE: "wanted"},
        "polarity_after": {MOVE: "asked"},
        "set_aside": ["Evenings"],
    }
    case = desk.case_files.case_file(SAM, ticket)
    assert isinstance(case, CaseFile)
    (told,) = [entry for entry in case.entries if entry.title == "Put right what they want"]
    facts = {fact.label: fact.text for fact in told.facts}
    assert "(only asks)" in facts["Put right"]
    assert "(only asks)" not in facts["Understood"]
    assert facts["Ignored"] == "said about time: “Evenings”"
    planned = [entry for entry in case.entries if entry.title.startswith("Read and planned")]
    said = [[fact.text for fact in entry.facts if fact.label == "Said"] for entry in planned]
    assert said == [["When: evenings"], ["Only asks", "Ignored: evenings (Sam Lead)"]]
