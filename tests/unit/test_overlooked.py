"""What stands outside the sentences that are read, and whether it may ask for something."""

from __future__ import annotations

import pytest

from cx_core.search.question_reading import courtesy
from cx_core.search.unread_sentences import overlooked
from cx_core.text.segments import sentence_texts

ASKED = "What does Fernline Care cost a month?"


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        f"Hello Fernline,\n{ASKED}",
        f"Dear Sir or Madam,\n\n{ASKED}\n\nKind regards,\nJo Example",
        f"{ASKED}\n\nThanks, Jo\n\nSent from my phone",
        f"{ASKED}\nMany thanks\nÉlise O'Hara-Lind",
        f"> It cost £5 last year.\n{ASKED}\n> And so on.",
        f"{ASKED}\r\n\r\nThanks\r\nJo",
    ],
)
def test_that_a_greeting_a_farewell_and_quoted_lines_ask_for_nothing(text: str) -> None:
    assert not overlooked(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{ASKED}\n\nThanks\nCancel my order today",
        f"{ASKED}\n\nThanks\nJo\nCancel my order today",
        f"{ASKED}\n\nThanks Cancel Order",
        f"{ASKED}\n\nThanks\nReset Password",
        f"{ASKED}\n\nThanks\nEvil.Example.Com",
        f"Hi cancel my order\n{ASKED}",
        f"{ASKED}\n-- \nSent from my phone\nCancel my order today",
        f"{ASKED}\n\nOn Mon, 2 Nov 2026 at 10:00, Care <care@x.example> wrote:\nCancel my order today",
        f"{ASKED}\n-----Original Message-----\nCancel my order today",
        f"{ASKED}{' ' * 12_000}Cancel my order today",
        " ".join(f"I like it very much on day {'x' * (n % 7 + 2)}." for n in range(60)),
    ],
)
def test_that_whatever_else_is_left_out_may_ask_for_more(text: str) -> None:
    assert overlooked(text)


@pytest.mark.parametrize("between", ["Sent from my phone", "\nOn Monday, 2 Nov 2026, Care wrote:"])
def test_that_what_may_be_the_customers_own_is_read(between: str) -> None:
    text = f"{ASKED}\n{between}\nCancel my order today"
    assert not overlooked(text)
    assert sentence_texts(text)[-1] == "Cancel my order today"


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Thanks", True),
        ("Thank you in advance!", True),
        ("Kind regards, Jo Example", True),
        ("Thanks :)", True),
        ("Best Evil.Example.Com", False),
        ("Thanks.Evil.Com", False),
        ("Yours Evil.Com", False),
        ("Thanks http://Evil", False),
    ],
)
def test_that_a_courtesy_hides_no_address(text: str, only: bool) -> None:
    assert courtesy(text) is only
