"""Writers stand in line."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql.database import connect, transaction
from cx_core.adapters.sql.write_queue import Turns


def test_that_whoever_came_first_is_next() -> None:
    turns, order = Turns(), list[int]()
    assert turns.take(0)

    def write(number: int) -> None:
        if turns.take(10):
            order.append(number)
            turns.give_back()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for waiting, writer in enumerate(writers, start=1):
        writer.start()
        while len(turns._waiting) < waiting:
            time.sleep(0.001)
    turns.give_back()
    for writer in writers:
        writer.join()
    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0), "the last one gave it back"


def test_that_who_has_waited_enough_leaves_the_line() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give_back()
    assert turns.take(0)


@pytest.mark.parametrize("fails", [False, True])
def test_that_a_transaction_gives_its_turn_back_however_it_ends(tmp_path: Path, fails: bool) -> None:
    engines = [connect(f"sqlite:///{tmp_path / 'one.db'}") for _ in range(2)]
    with transaction(engines[0]) as connection:
        connection.execute(sa.text("CREATE TABLE line (number INTEGER)"))
    for engine in (*engines, *engines):
        try:
            with transaction(engine) as connection:
                connection.execute(sa.text("INSERT INTO line VALUES (1)"))
                if fails:
                    raise KeyError
        except KeyError:
            pass
    with transaction(engines[0]) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM line")).scalar() == (0 if fails else 4)
