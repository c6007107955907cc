"""Writers stand in line."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql.database import _turns_of, connect, connect_library, transaction
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


def test_that_the_writes_of_a_library_stand_in_line_with_ours(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    ours, theirs, order = connect(url), connect_library(url), list[str]()
    with transaction(ours) as connection:
        connection.exec_driver_sql("CREATE TABLE kept (word TEXT)")

    def write(engine: sa.Engine, word: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT word FROM kept").all()
            connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (word,))
            connection.exec_driver_sql("UPDATE kept SET word = word")
            order.append(word)

    turns = _turns_of(sa.make_url(url))
    writers = [
        threading.Thread(target=write, args=(engine, word))
        for engine, word in ((theirs, "a"), (ours, "b"), (theirs, "c"), (ours, "d"))
    ]
    with transaction(ours) as connection:
        connection.exec_driver_sql("SELECT word FROM kept").all()
        for waiting, writer in enumerate(writers, start=1):
            writer.start()
            while len(turns._waiting) < waiting:
                time.sleep(0.001)
    for writer in writers:
        writer.join()
    assert order == ["a", "b", "c", "d"]
    with theirs.connect() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('e')")
        assert not turns.take(0)
        connection.rollback()
    assert turns.take(0), "what is rolled back gives the turn back"
    turns.give_back()
    ours.dispose()
    theirs.dispose()


def test_that_a_library_that_holds_the_lock_waits_for_no_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    theirs, asked = connect_library(url), list[float]()
    monkeypatch.setattr(_turns_of(sa.make_url(url)), "take", asked.append)
    with theirs.begin() as connection:
        connection.exec_driver_sql("/* no turn */ BEGIN IMMEDIATE")
        connection.exec_driver_sql("CREATE TABLE kept (word TEXT)")
        connection.exec_driver_sql("INSERT INTO kept VALUES ('a')")
    assert asked == []
    with theirs.begin() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES ('b')")
        connection.exec_driver_sql("INSERT INTO kept VALUES ('c')")
    assert len(asked) == 1
    theirs.dispose()
