"""A row in the runner's tables is never code: only JSON is decoded, and whatever else is there is refused unread."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.durable import durable_rows
from cx_core.adapters.durable.dbos_runner import VERSION
from cx_core.errors import UncheckedLibrary
from cx_core.settings import ROOT

Row = Mapping[str, object]


class Touch:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def pickled(path: Path) -> str:
    return base64.b64encode(pickle.dumps(Touch(path))).decode()


def run(folder: Path, *tickets: str) -> tuple[list[str], str]:
    """The tickets that a process read, and what it logged."""
    command = [sys.executable, "-m", "tests.integration.rows_driver", f"sqlite:///{folder / 'rung.db'}", *tickets]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def written(folder: Path, table: str, rows: list[Row]) -> None:
    """What somebody with access to the database could write there."""
    with sa.create_engine(f"sqlite:///{folder / 'rung.db'}").begin() as connection:
        there = sa.Table(table, sa.MetaData(), autoload_with=connection)
        for row in rows:
            connection.execute(sa.insert(there).values(row))


def statuses(folder: Path) -> dict[str, str]:
    with sa.create_engine(f"sqlite:///{folder / 'rung.db'}").connect() as connection:
        rows = connection.exec_driver_sql("SELECT workflow_uuid, status FROM workflow_status").all()
    return {row[0]: row[1] for row in rows}


def test_that_no_row_of_the_runner_is_unpickled(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    pickle.loads(base64.b64decode(pickled(made / "control")))  # noqa: S301  # the payload does what it is for
    assert [path.name for path in made.iterdir()] == ["control"]

    assert run(tmp_path, "T-1")[0] == ["T-1"]
    first = f"prepare:{VERSION}:T-1:1"
    with sa.create_engine(f"sqlite:///{tmp_path / 'rung.db'}").connect() as connection:
        query = sa.text("SELECT * FROM workflow_status WHERE workflow_uuid = :id")
        done = dict(connection.execute(query, {"id": first}).mappings().one())
        step, given, gave = (
            dict(connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).mappings().first() or {})
            for table in ("operation_outputs", "workflow_input", "workflow_output")
        )
    assert done["serialization"] == "portable_json"
    waits = {
        **done,
        "status": "ENQUEUED",
        "output": None,
        "queue_name": "prepare",
        "owner_xid": None,
        "completed_at": None,
        "started_at_epoch_ms": None,
    }

    def evil(id: str, base: Row = waits, **fields: object) -> Row:
        marked = {"inputs": pickled(made / id), "serialization": "py_pickle", "creator_xid": id}
        return {**base, "workflow_uuid": id, **marked, **fields}

    taken = [
        evil("enqueued"),
        evil("pending", status="PENDING"),
        evil("delayed", status="DELAYED", delay_until_epoch_ms=1),
        evil("unmarked", serialization=None),
        evil("of-any-version", application_version=None),
        evil(
            "wrong-arguments",
            inputs='{"positionalArgs":[["T-1"],"many"],"namedArgs":{}}',
            serialization="portable_json",
        ),
        evil("inputs-apart", inputs=None),
        evil("replayed", inputs=given["inputs"], serialization="portable_json"),
    ]
    asked = [
        evil(f"prepare:{VERSION}:T-2:1", done, output=pickled(made / "output")),
        evil(f"prepare:{VERSION}:T-3:1", done, status="ERROR", output=None, error=pickled(made / "error")),
        evil(f"prepare:{VERSION}:T-4:1", done, output=None),
    ]
    written(tmp_path, "workflow_status", taken + asked)
    replayed = {**step, "workflow_uuid": "replayed", "output": pickled(made / "step"), "serialization": "py_pickle"}
    written(tmp_path, "operation_outputs", [replayed])
    apart = {**given, "workflow_uuid": "inputs-apart", "inputs": pickled(made / "inputs-apart")}
    written(tmp_path, "workflow_input", [apart])
    ended = {**gave, "workflow_uuid": f"prepare:{VERSION}:T-4:1", "output": pickled(made / "output-apart")}
    written(tmp_path, "workflow_output", [ended])

    read, log = run(tmp_path, "T-2", "T-3", "T-4")
    assert [path.name for path in made.iterdir()] == ["control"]
    assert read == ["T-2", "T-3", "T-4"], "work that is genuine goes on, under other ids"
    now = statuses(tmp_path)
    assert {str(row["workflow_uuid"]): now[str(row["workflow_uuid"])] for row in taken} == {
        str(row["workflow_uuid"]): "ERROR" for row in taken
    }
    assert "A row of durable work is pickled" in log
    assert "Error executing workflow enqueued" in log


def test_that_work_an_earlier_version_left_is_never_decoded_and_is_begun_anew(tmp_path: Path) -> None:
    """Its rows are pickled. What the tickets say is not done is asked for again, under this version's ids."""
    run(tmp_path, "T-1")
    left = {
        "workflow_uuid": "prepare:4:T-1:1",
        "application_version": "4",
        "status": "PENDING",
        "output": None,
        "inputs": pickled(tmp_path / "made"),
        "serialization": "py_pickle",
    }
    with sa.create_engine(f"sqlite:///{tmp_path / 'rung.db'}").begin() as connection:
        runs = sa.Table("workflow_status", sa.MetaData(), autoload_with=connection)
        connection.execute(sa.update(runs).values(left))
    assert run(tmp_path, "T-1")[0] == ["T-1"]
    assert not (tmp_path / "made").exists()
    assert statuses(tmp_path) == {"prepare:4:T-1:1": "PENDING", f"prepare:{VERSION}:T-1:1": "SUCCESS"}


def test_that_another_version_of_the_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_rows, "CHECKED", "3.3.0")
    with pytest.raises(UncheckedLibrary, match=r"only 3\.3\.0 is known"):
        durable_rows.json_only()


def test_that_a_library_that_reads_a_pickle_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from dbos import _serialization

    monkeypatch.setattr(_serialization, "deserialize_value", lambda *_given: None)
    with pytest.raises(UncheckedLibrary, match="unpickles rows in"):
        durable_rows.json_only()
