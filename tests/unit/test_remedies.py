"""What is asked for and what is ruled out, over actions as they are called and ways of saying either."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.remedies import as_sought, remedies, remedies_of, remedies_said
from cx_core.records import ActionName, Goal, MessageId, SpeechAct, Statement, TaskTypeName
from cx_core.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge")
ID = MessageId("m-1")
REPLACEMENT, RETURN = ActionName("send_replacement"), ActionName("start_return")
CALLED = {REPLACEMENT: ("a replacement", "another one", "a new one"), RETURN: ("my money back", "a refund", "my £65")}
WANTED = ("I would like {}", "please just {}", "can I have {}", "{} please", "let me have {}")
RULED_OUT = ("no {} please", "I do not want {}", "don't send me {}", "not {}", "instead of {}", "I never asked for {}")


def found(*clauses: tuple[str, SpeechAct]) -> dict[ActionName, bool]:
    text, statements = "", []
    for clause, does in clauses:
        statements.append(
            Statement(message=ID, start=len(text), end=len(text) + len(clause), does=does, probability=0.9)
        )
        text += f"{clause}. "
    return remedies(statements, {ID: text}, KNOWLEDGE.actions)


@pytest.mark.parametrize("action", CALLED)
@pytest.mark.parametrize("way", WANTED)
def test_what_they_ask_for(action: ActionName, way: str) -> None:
    for called in CALLED[action]:
        assert found((way.format(called), "wants"))[action] is True, way.format(called)


@pytest.mark.parametrize("action", CALLED)
@pytest.mark.parametrize("way", RULED_OUT)
@pytest.mark.parametrize("does", ["refuses", "wants", "tells"])
def test_what_they_rule_out(action: ActionName, way: str, does: SpeechAct) -> None:
    for called in CALLED[action]:
        assert found((way.format(called), does))[action] is False, way.format(called)


@pytest.mark.parametrize("no", RULED_OUT)
@pytest.mark.parametrize("yes", WANTED)
def test_one_is_ruled_out_and_the_other_asked_for(no: str, yes: str) -> None:
    for out, wanted in ((REPLACEMENT, RETURN), (RETURN, REPLACEMENT)):
        for one in CALLED[out]:
            for other in CALLED[wanted]:
                said = found((no.format(one), "refuses"), (yes.format(other), "wants"))
                assert (said[out], said[wanted]) == (False, True), (one, other)


def test_what_is_said_last_counts() -> None:
    assert found(("a replacement please", "wants"), ("oh no replacement after all", "refuses"))[REPLACEMENT] is False
    assert found(("no replacement", "refuses"), ("well, send me a new one then", "wants"))[REPLACEMENT] is True


def test_a_question_asks_for_nothing() -> None:
    assert REPLACEMENT not in found(("would you send a replacement after 40 days", "asks"))


TOLD = ActionName("subscribe_outage")
ASKED_TO_BE_TOLD = (
    "let me know when it is over",
    "could you text me",
    "would you ping me then",
    "can you keep me posted",
)


@pytest.mark.parametrize("words", ASKED_TO_BE_TOLD)
@pytest.mark.parametrize("does", ["asks", "wants"])
def test_a_request_put_as_a_question_is_one(words: str, does: SpeechAct) -> None:
    assert found((words, does)) == {TOLD: True}


@pytest.mark.parametrize("words", [f"don't {words}" for words in ("let me know", "text me", "ping me")])
def test_a_message_that_is_ruled_out_is_not_asked_for(words: str) -> None:
    assert found((words, "asks")) == {TOLD: False}


ONLY_THAT = ("if it's only {}", "if its just {} u do", "and if all you offer is {}", "but if you can only do {}")
LEFT = ("leave it", "then leave it", "forget it", "then don't bother", "never mind then")


@pytest.mark.parametrize("condition", ONLY_THAT)
@pytest.mark.parametrize("left", LEFT)
def test_that_what_is_no_use_by_itself_is_ruled_out(condition: str, left: str) -> None:
    for out, wanted in ((REPLACEMENT, RETURN), (RETURN, REPLACEMENT)):
        for one in CALLED[out]:
            asked = f"if you can send {CALLED[wanted][-1]} do that"
            for clauses in ((f"{condition.format(one)} {left}",), (condition.format(one), left)):
                for mark in ("", "."):
                    said = remedies(*joined(asked + mark, *clauses), KNOWLEDGE.actions)
                    assert (said[out], said[wanted]) == (False, True), clauses


@pytest.mark.parametrize("text", ["if you can only do a refund then do that", "if you can't do a refund, leave it"])
def test_that_another_condition_rules_nothing_out(text: str) -> None:
    said = remedies(*joined("my lamp is broken", text.replace("can't", "can")), KNOWLEDGE.actions)
    assert said[RETURN] is True


def joined(first: str, *clauses: str) -> tuple[list[Statement], dict[MessageId, str]]:
    """A sentence, and one of several clauses, all of which want something."""
    text, statements = f"{first}{'. ' if first[-1] != '.' else ' '}{', '.join(clauses)}", []
    for clause in (first, *clauses):
        start = text.index(clause)
        statements.append(Statement(message=ID, start=start, end=start + len(clause), does="wants", probability=0.9))
    return statements, {ID: text}


@pytest.mark.parametrize("way", ["tell me when it is fixed", "pls let me know once its back", "text me when it works"])
def test_that_a_goal_asked_about_in_the_words_of_an_action_is_wanted(way: str) -> None:
    outage, other = TaskTypeName("outage"), TaskTypeName("fault")
    clause = Statement(message=ID, start=0, end=len(way), does="asks", probability=0.9, about=outage)
    behind = Statement(
        message=ID, start=0, end=0, does="tells", probability=0.9, seeks=(ActionName("subscribe_outage"),)
    )
    for name, polarity, after in ((outage, "asked", "wanted"), (outage, "kept", "kept"), (other, "asked", "asked")):
        goal = Goal.model_validate({"task_type": name, "probability": 0.9, "sure": True, "polarity": polarity})
        known = KNOWLEDGE.task_types[name]
        assert as_sought(goal, known, [clause, behind], {ID: way}, KNOWLEDGE.actions).polarity == after


def test_that_words_of_another_matter_s_action_leave_a_question_one() -> None:
    text, returns = "could you just let me know whether it can go back", TaskTypeName("return_item")
    clause = Statement(message=ID, start=0, end=len(text), does="asks", probability=0.9, about=returns)
    goal = Goal.model_validate({"task_type": returns, "probability": 0.9, "sure": True, "polarity": "asked"})
    assert as_sought(goal, KNOWLEDGE.task_types[returns], [clause], {ID: text}, KNOWLEDGE.actions).polarity == "asked"


def test_that_the_sense_of_a_clause_counts_before_the_words_in_it() -> None:
    text = "a fresh one would only crackle as well, and another refund goes to the wrong card"
    clause = Statement(
        message=ID, start=0, end=len(text), does="wants", probability=0.9, rules_out=(REPLACEMENT,), seeks=(RETURN,)
    )
    said = remedies([clause], {ID: text}, KNOWLEDGE.actions)
    assert (said[REPLACEMENT], said[RETURN]) == (False, True)


def test_that_a_refusal_in_words_stands_against_the_sense() -> None:
    text = "give me what I paid without me having to send it back"
    clause = Statement(message=ID, start=0, end=len(text), does="wants", probability=0.9, seeks=(RETURN,))
    assert remedies([clause], {ID: text}, KNOWLEDGE.actions)[RETURN] is False


@pytest.mark.parametrize("about", ["duplicate_charge", "", "order_status"])
def test_that_what_is_wanted_for_another_matter_is_not_for_this_one(about: str) -> None:
    refund, text = ActionName("refund_payment"), "please refund the second payment"
    clause = Statement(message=ID, start=0, end=len(text), does="wants", probability=0.9, about=about)
    said = remedies_said([clause], {ID: text}, KNOWLEDGE.actions)
    found = remedies_of(said, {"duplicate_charge"})
    assert (refund in found.plainly) is (found.asked_for.get(refund, False)) is (about != "duplicate_charge")


@pytest.mark.parametrize(
    "text", ["chase the courier about my SIM card please", "I'd like my birthday card order tracked please"]
)
def test_that_goods_called_as_a_way_to_pay_ask_for_no_money(text: str) -> None:
    assert ActionName("refund_payment") not in found((text, "wants"))


def said(text: str, *clauses: Statement) -> dict[ActionName, bool]:
    return remedies(clauses, {ID: text}, KNOWLEDGE.actions)


def clause(text: str, words: str, does: SpeechAct = "wants", **more: object) -> Statement:
    at = text.index(words)
    return Statement.model_validate(
        {"message": ID, "start": at, "end": at + len(words), "does": does, "probability": 0.9} | more
    )


@pytest.mark.parametrize(
    "other",
    [
        "If that can't be done, {}.",
        "Otherwise {}.",
        "Failing that {}.",
        "If there is none left then {}.",
        "Can't be done? Then {}.",
        "Not possible? In that case {}.",
    ],
)
def test_what_is_for_another_case_counts_only_where_nothing_else_is_wanted(other: str) -> None:
    back = other.format("put it in the bin and I take it all to you")
    first = "Post me the same again. "
    wish = clause(first + back, "Post me the same again", seeks=(REPLACEMENT,))
    both = (
        clause(first + back, "put it in the bin and I take it all to you", seeks=(RETURN,), rules_out=(REPLACEMENT,)),
    )
    assert said(first + back, wish, *both) == {REPLACEMENT: True}
    assert said(first + back, *both)[RETURN] is True


def test_a_refusal_of_another_thing_rules_nothing_out() -> None:
    text = "Don't be posting me two of those lids."
    more = f"{text} Put it right."
    refusal = clause(more, text, "refuses", rules_out=(REPLACEMENT,), spares=True)
    assert said(more, refusal, clause(more, "Put it right.")) == {}
    assert said(more, refusal) == {REPLACEMENT: False}
    assert said(text, clause(text, text, "refuses", rules_out=(REPLACEMENT,))) == {REPLACEMENT: False}


def test_a_clause_that_hardly_refuses_rules_nothing_out_by_its_words() -> None:
    text = "A new one."
    assert said(text, clause(text, text, "refuses", probability=0.4)) == {}
    assert said(text, clause(text, text, "refuses", probability=0.9)) == {REPLACEMENT: False}


def test_a_refusal_that_holds_unless_something_happens_stands() -> None:
    text = "I'd like a replacement. No replacement unless it gets here by Friday. Refund me otherwise."
    found = said(
        text,
        clause(text, "I'd like a replacement", seeks=(REPLACEMENT,)),
        clause(text, "No replacement", "refuses", rules_out=(REPLACEMENT,)),
        clause(text, "Refund me otherwise", seeks=(RETURN,)),
    )
    assert found[REPLACEMENT] is False


@pytest.mark.parametrize(
    "way", ["I want the things I paid for", "what I want is the goods", "just give me what I bought"]
)
def test_that_what_was_just_ruled_out_is_not_asked_for_by_mere_sense(way: str) -> None:
    """A clause may sound like the money that the one in front of it does not want."""
    text = f"I don't want my money back, {way}. A refund please."
    first, end = len("I don't want my money back"), len(text) - len(" A refund please.")
    clauses = (
        Statement(message=ID, start=0, end=first, does="refuses", probability=0.9, rules_out=(RETURN,)),
        Statement(message=ID, start=first + 2, end=end, does="wants", probability=0.9, seeks=(RETURN,)),
        Statement(message=ID, start=end + 1, end=len(text), does="wants", probability=0.9, seeks=(RETURN,)),
    )
    assert remedies(clauses[:2], {ID: text}, KNOWLEDGE.actions)[RETURN] is False
    assert remedies(clauses, {ID: text}, KNOWLEDGE.actions)[RETURN] is True
    assert remedies(clauses[1:2], {ID: text}, KNOWLEDGE.actions)[RETURN] is True


def test_that_a_refusal_behind_any_other_question_stands() -> None:
    text = "Please send me a replacement. Can't come before May? Then no replacement please."
    found = said(
        text,
        clause(text, "Please send me a replacement", seeks=(REPLACEMENT,)),
        clause(text, "Then no replacement please", "refuses", rules_out=(REPLACEMENT,)),
    )
    assert found[REPLACEMENT] is False
