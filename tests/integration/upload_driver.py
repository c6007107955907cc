"""Files handed in to a process that is killed while it reads them, then read on by others, some killed as well.

`python -m tests.integration.upload_driver DATA FOLDER FIRST POINT...`: process number 0 is handed the files of FOLDER,
and is killed at its POINTth write or commit after that; so is each next one at its own; 0 lives until nothing waits.
FIRST is the number of the first of these processes. Reading a file named `poison.md` kills whoever reads it.
Standard output: how each process ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cx_core.bootstrap import now, open_desk
from cx_core.desk.ingestion.ingestion_queue import IngestionQueue
from cx_core.knowledge_base.articles import Upload
from cx_core.ports.conversion import DocumentReading
from cx_core.records import File, Role
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.integration.sync_driver import doomed, ends_of
from tests.scripted import ScriptedWorks, enrolled, person

EDITOR = person(Role.EDITOR, "Edith Larsen")
POISON = "poison.md"


def turn(data: Path, folder: Path, at: int, number: int) -> None:
    def later() -> datetime:
        return now() + timedelta(minutes=number)  # whoever was killed has been dead for a minute

    works = ScriptedWorks(Settings(data_dir=data, knowledge=ROOT / "knowledge", demo=True), later)
    desk = open_desk(works.settings, later, works)
    read = desk.file_ingestion._converter.read

    def deadly(name: str, content: bytes) -> DocumentReading:
        if name == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(name, content)

    desk.file_ingestion._converter.read = deadly  # type: ignore[method-assign]
    may_read = threading.Event()
    waiting = IngestionQueue._read_waiting

    def held(self: IngestionQueue, row: Upload) -> None:
        may_read.wait()
        waiting(self, row)

    IngestionQueue._read_waiting = held  # type: ignore[method-assign]
    if number == 0:
        enrolled(works, EDITOR)
        files = [File(name=one.name, content=one.read_bytes()) for one in sorted(folder.iterdir())]
        assert not isinstance(desk.uploads.hand_in(EDITOR, files), Refusal)
    else:
        desk.ingestion_queue.read_on()
    if at:
        doomed(at)
    may_read.set()
    until = time.monotonic() + 60
    while any(one.state == "waiting" for one in desk.uploads.recent(EDITOR)):
        assert time.monotonic() < until
        time.sleep(0.05)
    desk.close()


def main() -> None:
    data, folder, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    points = enumerate(map(int, sys.argv[4:]), first)
    json.dump(ends_of(partial(turn, data, folder, at, number) for number, at in points), sys.stdout)


if __name__ == "__main__":
    main()
