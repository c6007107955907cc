"""A reply keeps to a template word by word; and a phone number is one number however it is written."""

from __future__ import annotations

import time

import pytest

from cx_core.records.channels.messengers import ReplyTemplate
from cx_core.service_rules.reply_templates import fitted
from cx_core.service_rules.sending_states import goes_on
from cx_core.text.phone_numbers import international

NEWS = ReplyTemplate(name="news", text="Hello {1}, news of {2}: {2} is here.\nYour shop")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Hello Ada, news of O-7: O-7 is here.\nYour shop", ("Ada", "O-7")),
        (" Hello Ada,  news of O-7: O-7 is here. Your shop\n", ("Ada", "O-7")),
        ("Hello Ada, news of O-7: O-8 is here.\nYour shop", None),
        ("Hello {1}, news of O-7: O-7 is here.\nYour shop", None),
        ("Hello , news of O-7: O-7 is here.\nYour shop", None),
        ("Hello Ada, news of O-7: O-7 is here.", None),
        ("Oh, hello Ada, news of O-7: O-7 is here.\nYour shop", None),
        ("", None),
    ],
)
def test_that_a_text_fits_with_its_values(text: str, values: tuple[str, ...] | None) -> None:
    found = fitted((ReplyTemplate(name="other", text="Good day."), NEWS), text)
    assert (found.values if found else None) == values
    assert found is None or found.template == NEWS


def test_that_a_text_made_to_be_slow_is_not() -> None:
    template = ReplyTemplate(name="slow", text=" a ".join(f"{{{number}}}" for number in range(1, 11)) + " end")
    began = time.perf_counter()
    assert fitted((template,), " a " * 1_300) is None
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+44 7700 900002", "+447700900002"),
        ("0044 (0)7700-900.002", "+447700900002"),
        ("07700 900002", ""),
        ("+44", ""),
        ("+0 7700 900002", ""),
        ("+44 7700 900002 ext", ""),
        ("tom@example.com", ""),
    ],
)
def test_that_a_number_is_one_however_it_is_written(written: str, number: str) -> None:
    assert international(written) == number


def test_that_no_news_takes_a_state_back() -> None:
    states = ("queued", "sent", "refused", "delivered")
    ahead = {(before, after) for before in states for after in states if goes_on(before, after)}  # type: ignore[arg-type]
    assert ahead == {(one, other) for at, one in enumerate(states) for other in states[at + 1 :]}
