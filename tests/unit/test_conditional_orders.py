"""Orders behind a question: over ways of making them hold if the answer is yes."""

from __future__ import annotations

import pytest

from cx_core.understand.stance.conditional_orders import PLAINLY, only_supposed, ordered_if_so

CONDITIONS = (
    "if so",
    "If yes,",
    "and if it is",
    "in that case",
    "Should she be free,",
    "if you have,",
    "then if possible",
)
ORDERS = ("book us in", "put me on it from the 5th", "send two of them", "swap mine", "have it brought here")
QUESTIONS = ("tell me more", "let me know", "how much is that", "what would it cost", "when could he come")


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("order", ORDERS)
def test_an_order_for_the_case_of_a_yes_is_one(condition: str, order: str) -> None:
    assert ordered_if_so(f"{condition} {order}", 0.9)
    assert not ordered_if_so(f"{condition} {order}", PLAINLY - 0.1)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_to_be_told_something_is_no_order(condition: str, question: str) -> None:
    assert not ordered_if_so(f"{condition} {question}", 0.9)


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_without_a_condition_says_nothing_of_a_question(order: str) -> None:
    assert not ordered_if_so(order, 0.9)


@pytest.mark.parametrize(
    ("words", "supposed"),
    [
        ("till when could i return them, if i wanted to?", True),
        ("How long would it take if we decided to move?", True),
        ("What would it cost if I were to cancel?", True),
        ("If I wanted a lecture I'd have asked. Cancel it.", False),
        ("Please return it, if you can", False),
        ("can you tell me if it was sent?", False),
    ],
)
def test_that_what_is_only_supposed_is_asked_about(words: str, supposed: bool) -> None:
    assert only_supposed(words) == supposed
