"""Whether an answer says yes to what was put."""

from __future__ import annotations

import pytest

from cx_core.decide.policy.conversation_facts import Heard, Turn
from cx_core.text.agreeing import agrees, lines

PUT = "I will cancel the booking and refund £40. Shall I go ahead?"

YES = (
    "Yes",
    "yes please!",
    "Yep, go ahead",
    "y",
    "Sure thing",
    "ok great",
    "OK.",
    "Perfect!",
    "Absolutely, thank you",
    "That's right, cancel it.",
    "It is, thanks!",
    "👍",
    "👍 yup",
    "Confirming",
    "I do.",
    "Please.",
    "Please do",
    "sounds good to me",
    "oh yes, please do that too",
    "Nothing else, go ahead",
    "No, that's everything. Please proceed.",
    "Yes, could you please do that?",
    "Yes. And actually I'd also like to ask about my bill.",
    "Don't worry about the fee, go ahead",
    "fine with me, yes",
    "Alright",
    "Well, okay then",
    "No problem",
    "Yes that’s fine",
    "Go right ahead",
    "No other changes, yes",
    "Yes, no changes",
    "not a problem",
    "Yes, I would like to proceed with the cancellation.",
    "oh it's more? fine, yes",
    "Yes, how long will the refund take?",
    "Yes, because I don't need it any more.",
    "Yes since I bought another one instead",
    "Yes, and also change the address of the other one",
    "Go ahead with that one",
    "Please cancel it",
    "I'd like you to cancel the booking",
    "Could you cancel it, please?",
    "Yes, if possible today",
    "Yes, please use the card if there's a fee",
    "Yes. No rush.",
    "Ok, thank you so much",
    "If that's the only way, then yes, go ahead.",
)
NO = (
    "",
    "No",
    "Nope.",
    "Actually, no, leave it.",
    "hmm no, on second thoughts keep it",
    "Not yet. What about the other?",
    "Hmm wait. Can I have it on Friday instead?",
    "yes. oh hold on, make it Friday",
    "let me think about it",
    "yes, but use my other card instead",
    "No, sorry, Friday!",
    "How long does it take?",
    "Friday",
    "don't cancel it",
    "I don't think so",
    "ok wait",
    "I'd rather keep it",
    "Okay, on Monday rather",
    "Please tell me the price first",
    "The booking is for two people.",
    "not sure",
    "That's not what I asked for",
    "yes, no wait, it is the one on Friday",
    "it is on Friday",
    "No, don't do it",
    "No I meant Friday",
    "Okay let me think",
    "Yes, but first tell me what the fee is",
    "Yes, but how much will I get?",
    "Yes, but I want the other one",
    "Yes, if it is free",
    "Yes, as long as I get it all back",
    "Before you do, what is the fee?",
    "Thanks for looking that up!",
    "Great, thanks for checking.",
    "Okay, and how much will I get?",
    "Yes?",
)


@pytest.mark.parametrize("answer", YES)
def test_that_an_answer_that_says_yes_agrees(answer: str) -> None:
    assert agrees(PUT, answer)


@pytest.mark.parametrize("answer", NO)
def test_that_an_answer_that_says_no_or_something_else_does_not(answer: str) -> None:
    assert not agrees(PUT, answer)


def test_that_a_question_after_what_asked_nothing_is_no_yes() -> None:
    assert not agrees("It can be sent back for £40.", "OK, and how long does that take?")
    assert agrees("It can be sent back for £40.", "OK, send it back.")
    assert agrees("Please confirm that it goes back.", "Yes, and when will I hear from you?")


def test_that_a_question_behind_a_firm_yes_leaves_it_one_where_nothing_was_asked() -> None:
    assert agrees("I will cancel the booking now.", "Yes. When does the money come?")
    assert not agrees("I will cancel the booking now.", "OK, and when does the money come?")


def test_that_a_wish_in_other_words_for_what_was_put_agrees() -> None:
    put = "Shall I send back the lamp?"
    assert not agrees(put, "Please return it")
    assert agrees(put, "Please return it", ["return"])
    assert not agrees(put, "Don't return it", ["return"])


def test_that_nobody_agrees_to_what_nobody_put() -> None:
    assert not Heard([Turn(ours=False, text="Yes, go ahead")]).agreed()
    assert Heard([Turn(ours=True, text=PUT), Turn(ours=False, text="Yes, go ahead")]).agreed()


@pytest.mark.parametrize(
    "name",
    ["assent", "refusal", "exception", "correction", "afterthought", "filler", "asking", "condition", "politeness"],
)
def test_that_each_way_of_saying_it_is_there_once(name: str) -> None:
    assert lines(name)
    assert len(set(lines(name))) == len(lines(name))
