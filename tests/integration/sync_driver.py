"""Syncs a folder in processes that are killed in the middle of it: at the n-th write, or right after its commit."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cx_core.adapters.files.folder_files import files_of
from cx_core.adapters.sql.article_rows import ArticleRows
from cx_core.adapters.sql.store import SqlStore
from cx_core.adapters.sql.unit import SqlUnit
from cx_core.adapters.sql.upload_rows import UploadRows
from cx_core.bootstrap import now, open_desk
from cx_core.settings import ROOT, Settings
from tests.scripted import ScriptedWorks

WRITES = ((ArticleRows, "put"), (UploadRows, "put"), (SqlUnit, "record"))


def doomed(at: int) -> None:
    """Let the process die at its `at`-th write or commit."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(write: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            found = write(*given, **named)
            step()
            return found

        return done

    for rows, name in WRITES:
        setattr(rows, name, dying(getattr(rows, name)))
    begin = SqlStore.begin

    @contextmanager
    def committed(self: SqlStore) -> Iterator[SqlUnit]:
        with begin(self) as unit:
            yield unit
        step()

    SqlStore.begin = committed  # type: ignore[method-assign]


def sync(data: Path, folder: Path, at: int) -> None:
    if at:
        doomed(at)
    settings = Settings(data_dir=data, knowledge=ROOT / "knowledge", demo=True)
    works = ScriptedWorks(settings, now)
    desk = open_desk(settings, now, works)
    desk.folder_sync.sync("docs", files_of(folder, 100_000_000))
    desk.close()


def ends_of(turns: Iterable[Callable[[], None]]) -> list[int]:
    """How a process of its own for each ended, one after the other: 0, or minus the signal that killed it."""
    ends = []
    for turn in turns:
        child = os.fork()
        if not child:
            status = 1
            try:
                turn()
                status = 0
            finally:
                if status:
                    traceback.print_exc()
                os._exit(status)
        ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    return ends


def main() -> None:
    data, folder = Path(sys.argv[1]), Path(sys.argv[2])
    json.dump(ends_of(partial(sync, data, folder, int(at)) for at in sys.argv[3:]), sys.stdout)


if __name__ == "__main__":
    main()
