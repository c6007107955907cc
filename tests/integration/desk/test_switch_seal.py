"""A stop is lifted by people only: no row that is deleted, changed or put back lifts one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
import sqlalchemy as sa

from cx_core.adapters.keys.key_store import seal_key
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import open_desk
from cx_core.errors import Stopped
from tests.scripted import SAM, Hand, InlineWorks

WHY = "Refunds went out twice"
Wrong = Callable[[sa.Connection], None]


def on(hand: Hand) -> list[str]:
    return [one.name for one in hand.desk.kill_switches.switches(SAM)]


def deleted(connection: sa.Connection) -> None:
    connection.execute(sa.delete(t.switch))


def emptied(connection: sa.Connection) -> None:
    connection.execute(sa.delete(t.switch))
    connection.execute(sa.delete(t.switch_seal))


def renamed(connection: sa.Connection) -> None:
    connection.execute(sa.update(t.switch).values(name="outage"))


def forged(connection: sa.Connection) -> None:
    connection.execute(sa.delete(t.switch))
    connection.execute(sa.update(t.switch_seal).values(mark="0" * 64))


@pytest.mark.parametrize("wrong", [deleted, emptied, renamed, forged])
@pytest.mark.parametrize("name", ["*", "invoice_copy"])
def test_that_a_stop_taken_away_in_the_database_stops_everything(hand: Hand, wrong: Wrong, name: str) -> None:
    ticket, _ = hand.approved()
    assert hand.desk.kill_switches.stop(SAM, name, WHY) is None
    assert on(hand) == [name]
    with hand.works.engine.begin() as connection:
        wrong(connection)
    first = hand.desk.kill_switches.switches(SAM)[0]
    assert first.name == "*"
    assert "not as they were left here" in first.reason
    with pytest.raises(Stopped):
        hand.run(ticket)
    assert hand.mailed() == 0


def test_that_people_mend_it_by_resuming_everything_on_record(hand: Hand) -> None:
    ticket, _ = hand.approved()
    hand.desk.kill_switches.stop(SAM, "outage", WHY)
    with hand.works.engine.begin() as connection:
        deleted(connection)
    hand.desk.kill_switches.stop(SAM, "outage", "It was stopped before")
    assert on(hand) == ["*", "outage"], "stopping again what was lost does not lift the rest"
    hand.desk.kill_switches.resume(SAM, "*")
    assert on(hand) == ["outage"]
    assert [event.payload for event in hand.works.audit.events() if event.kind == "resumed"] == [{"name": "*"}]
    hand.run(ticket)
    assert hand.mailed() == 1


def test_that_switches_put_back_as_they_were_once_are_not_believed(hand: Hand) -> None:
    """Nothing was on before the stop; the rows and the seal of that time do not come back."""
    with hand.works.engine.begin() as connection:
        seal = connection.execute(sa.select(t.switch_seal.c.mark)).scalar_one()
    hand.desk.kill_switches.stop(SAM, "*", WHY)
    hand.desk.kill_switches.resume(SAM, "*")
    hand.desk.kill_switches.stop(SAM, "outage", WHY)
    with hand.works.engine.begin() as connection:
        connection.execute(sa.delete(t.switch))
        connection.execute(sa.update(t.switch_seal).values(mark=seal))
    assert on(hand) == ["*"]


def test_that_an_installation_from_before_keeps_its_stops_and_has_them_sealed(hand: Hand, works: InlineWorks) -> None:
    hand.desk.kill_switches.stop(SAM, "outage", WHY)
    with works.engine.begin() as connection:
        connection.execute(sa.delete(t.switch_seal))
    with works.keys._engine.begin() as connection:
        connection.execute(sa.delete(seal_key).where(seal_key.c.name == _secret(works)))
    with closing(InlineWorks(works.settings, works.clock)) as later:
        desk = open_desk(later.settings, later.clock, later)
        assert [(one.name, one.reason) for one in desk.kill_switches.switches(SAM)] == [("outage", WHY)]
        with later.engine.begin() as connection:
            deleted(connection)
        assert [one.name for one in desk.kill_switches.switches(SAM)] == ["*"]


def test_that_a_first_seal_that_was_never_committed_is_no_seal(hand: Hand, works: InlineWorks) -> None:
    """The process died as it sealed what was on file: the next one begins as if it had never been."""
    hand.desk.kill_switches.stop(SAM, "outage", WHY)
    with works.engine.begin() as connection:
        connection.execute(sa.delete(t.switch_seal))
    with works.keys._engine.begin() as connection:
        connection.execute(sa.delete(seal_key).where(seal_key.c.name == _secret(works)))
    with pytest.raises(RuntimeError, match="dies here"), works.store.begin() as unit:  # noqa: PT012
        unit.switches.seal_switches_once()
        raise RuntimeError("dies here")
    with closing(InlineWorks(works.settings, works.clock)) as later:
        desk = open_desk(later.settings, later.clock, later)
        assert [one.name for one in desk.kill_switches.switches(SAM)] == ["outage"]


def _secret(works: InlineWorks) -> str:
    from cx_core.adapters.keys import hmac_seals
    from cx_core.adapters.sql.switch_rows import SEAL

    assert works.sealer.ever_marked(SEAL)
    return hmac_seals._secret_of(SEAL)


def test_that_its_owner_alone_reads_the_data(hand: Hand, works: InlineWorks) -> None:
    """Also the log of writes beside each database."""
    hand.ticket()
    folder = works.settings.data_dir
    assert folder.stat().st_mode & 0o777 == 0o700
    databases = [path for path in folder.rglob("*.db*") if path.is_file()]
    assert {"rung.db", "rung.db-wal", "rung.db-shm", "fernline.db"} <= {path.name for path in databases}
    assert any(path.parent.name == "keys" for path in databases)
    assert {(path.name, oct(path.stat().st_mode & 0o777)) for path in databases} == {
        (path.name, "0o600") for path in databases
    }
