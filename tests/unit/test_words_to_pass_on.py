"""The customer's own words that are passed on, as far as they are of one goal."""

from __future__ import annotations

from cx_core.decide.own_words.words_to_pass_on import LONGEST, words_to_pass_on
from cx_core.records import Goal, MessageId, Statement, TaskTypeName, Triage

NOTE, OTHER = TaskTypeName("visit_note"), TaskTypeName("contact_details")
M, N = MessageId("m"), MessageId("n")


def triage(*goals: tuple[TaskTypeName, str], sure: bool = True, read: tuple[MessageId, ...] = (M,)) -> Triage:
    said = tuple(Statement(message=one, start=0, end=4, does="wants", probability=0.9) for one in read)
    found = tuple(Goal(task_type=name, probability=0.9, quote=quote, sure=sure) for name, quote in goals)
    return Triage(goals=found, said=said)


def test_that_all_of_a_message_is_passed_on_without_greeting_and_farewell() -> None:
    text = "Hello,\nthe bell is broken. He should knock at the window.\nIt faces the yard.\n\nKind regards,\nIda Moor"
    found = words_to_pass_on(triage((NOTE, "He should knock at the window.")), 0, {M: text})
    assert found is not None
    assert found.words == "the bell is broken. He should knock at the window.\nIt faces the yard."
    assert found.words in text


def test_that_another_goal_keeps_its_own_words() -> None:
    text = "My new number is 07700 900111. Tell the fitter to come round the back. Also move me to Fibre 150."
    goals = ((OTHER, "My new number is 07700 900111."), (NOTE, "Tell the fitter to come round the back."))
    third = (TaskTypeName("plan_change"), "Also move me to Fibre 150.")
    found = words_to_pass_on(triage(*goals, third), 1, {M: text})
    assert found is not None
    assert found.words == "Tell the fitter to come round the back."


def test_that_a_goal_that_is_not_sure_takes_no_words_away() -> None:
    text = "Tell the fitter that the lift is out. I have a bad knee myself."
    quoted = (NOTE, "Tell the fitter that the lift is out."), (OTHER, "I have a bad knee myself.")
    found = words_to_pass_on(triage(*quoted, sure=False), 0, {M: text})
    assert found is not None
    assert found.words == text


def test_that_words_of_several_messages_or_parts_are_for_a_person() -> None:
    texts = {M: "There is a code for the door.", N: "It is 2290 and then the bell."}
    assert words_to_pass_on(triage((NOTE, ""), read=(M, N)), 0, texts) is None
    assert words_to_pass_on(triage((NOTE, ""), read=(N,)), 0, texts) == (texts[N], N)
    postscript = "He should knock at the window.\n\nKind regards\nIda Moor\n\nPS: Not the side gate, the dog is loose."
    assert words_to_pass_on(triage((NOTE, "")), 0, {M: postscript}) is None


def test_that_what_we_have_answered_is_no_part_of_a_note() -> None:
    texts = {M: "Is the visit still on?", N: "Good. The bell is dead, knock at the window."}
    asked = triage((NOTE, "The bell is dead, knock at the window."), read=(M, N))
    assert words_to_pass_on(asked, 0, texts) is None
    assert words_to_pass_on(asked.replace(unanswered=(N,)), 0, texts) == (texts[N], N)
    of_before = triage((NOTE, "Is the visit still on?"), read=(M, N)).replace(unanswered=(N,))
    assert words_to_pass_on(of_before, 0, texts) is None


def test_that_a_goal_beside_another_needs_words_of_its_own() -> None:
    text = "My new number is 07700 900111. There is a dog."
    assert (
        words_to_pass_on(triage((OTHER, "My new number is 07700 900111."), (NOTE, "elsewhere")), 1, {M: text}) is None
    )


def test_that_nothing_is_cut_off_and_no_words_make_no_note() -> None:
    assert words_to_pass_on(triage((NOTE, "")), 0, {M: "parking " * (LONGEST // 8 + 1)}) is None
    whole = words_to_pass_on(triage((NOTE, "")), 0, {M: "parking " * 90})
    assert whole is not None
    assert whole.words == ("parking " * 90).strip()
    assert words_to_pass_on(triage((NOTE, "")), 0, {M: "> quoted"}) is None
