"""Work is handed to the runner in its order, whatever becomes of some of it, and nobody waits for it."""

from __future__ import annotations

import threading

import pytest

from cx_core.adapters.durable import hand_over
from cx_core.adapters.durable.hand_over import HandOver


def test_that_closing_does_what_was_asked_before_in_its_order_and_a_failure_stops_nothing() -> None:
    done: list[int] = []

    def ask(number: int) -> None:
        if number == 1:
            raise ZeroDivisionError
        done.append(number)

    handing = HandOver()
    for number in range(4):
        handing.put(lambda number=number: ask(number))  # type: ignore[misc]
    handing.close(20)
    assert done == [0, 2, 3]


def test_that_whoever_asks_does_not_wait_while_the_runner_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_over, "MOST", 1)
    away, asked = threading.Event(), list[int]()
    handing = HandOver()
    handing.put(lambda: asked.append(1) if away.wait(20) else None)
    for _ in range(3):  # one waits, of those beyond the most none does
        handing.put(lambda: asked.append(2))
    away.set()
    handing.close(20)
    assert asked[0] == 1
    assert len(asked) <= 3
