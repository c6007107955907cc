"""Files that wait are read in the background, two at a time: by the process that got them, or, if that has gone, by
another one or the next. They lie on the disk until they are read or refused.

Reading is begun twice at most: a file in whose reading Rung ended is read by itself the second time, so that nothing
that was only near it is blamed, and is refused in words if it ends there too.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from uuid import uuid4

from cx_core.desk.ingestion.article_import import ImportWish
from cx_core.desk.ingestion.file_ingestion import LATER, FileIngestion
from cx_core.desk.service import Means, Service
from cx_core.errors import AuditUnavailable, RungError, StoreUnavailable
from cx_core.knowledge_base.articles import Upload
from cx_core.ports import Unit
from cx_core.records import Person

log = logging.getLogger("rung")

AT_ONCE = 2
"""Files read at the same time."""
STOPPING = 5.0
"""Seconds that whoever stops Rung waits for files that are being read."""
TRIES = 2
HELD = timedelta(seconds=20)
"""So long a file is one process's after that said last that it lives; `Desk.start` has it say so every 5 seconds."""
SWEPT = timedelta(hours=1)
"""How often it is looked for bytes that a killed process left. Whoever hands files in keeps the bytes before the row:
those without a row are left alone for as long."""
_LOST = "Rung was stopped before it was read, and its bytes are gone. Nothing of it is there; hand it in again"
_ENDED = (
    "Rung ended twice while it was read, the second time with no other file. Nothing of it is read; divide it, or save"
    " it in another format, and hand it in again"
)


class IngestionQueue(Service):
    """What goes on with files after they were handed in."""

    def __init__(self, means: Means, ingestion: FileIngestion) -> None:
        super().__init__(means)
        self._ingestion = ingestion
        self._converter, self._screen = means.converter, means.screen
        self._screen_ready = means.screen_ready
        self._waiting_files = means.waiting_files
        self._upload_lock = threading.Lock()
        self._in_hand: dict[str, tuple[Upload, Future[None]]] = {}
        self._begun: set[str] = set()
        self._readers: ThreadPoolExecutor | None = None
        self._holder = uuid4().hex
        self._reading_stopped = False
        self._in_line, self._places = threading.Lock(), threading.Semaphore(AT_ONCE)
        self._swept: datetime | None = None

    def read_on(self) -> None:
        """Say that this process lives, and take up what waits and is nobody's. Done again and again."""
        now = self._clock()
        with self._upload_lock:
            if self._reading_stopped:
                return
            mine = list(self._in_hand)
        with self._store.look() as unit:
            free = unit.uploads.free_uploads(now)
        if mine or free:
            with self._store.begin() as unit:
                free = unit.uploads.free_uploads(now, lock=True)
                unit.uploads.renew_uploads(mine, self._holder, now + HELD)
                unit.uploads.hold_uploads([row.id for row, _ in free], self._holder, now + HELD)
            with self._upload_lock:
                if not self._reading_stopped:
                    for row, tries in free:
                        if row.id not in self._in_hand:
                            self._submit(row, alone=tries > 0)
        if self._swept is None or now - self._swept > SWEPT:
            self._swept = now
            self._remove_read(self._waiting_files.ages())

    def stop_reading(self) -> None:
        """What waits is for the next process; what is being read is finished if that takes no longer."""
        with self._upload_lock:
            self._reading_stopped = True
            readers, self._readers = self._readers, None
            left = [id for id, (_, reading) in self._in_hand.items() if reading.cancel()]
            for id in left:
                del self._in_hand[id]
            going = {id: reading for id, (_, reading) in self._in_hand.items()}
        wait(going.values(), STOPPING)
        left += [id for id, reading in going.items() if not reading.done()]
        self._let_go(left)
        if readers is not None:
            readers.shutdown(wait=False)
        self._converter.rest()

    def _let_go(self, ids: Sequence[str]) -> None:
        with self._upload_lock:
            begun = [id for id in ids if id in self._begun]
        if not ids:
            return
        try:
            with self._store.begin() as unit:
                unit.uploads.let_uploads_go(begun, self._holder, begun=True)
                unit.uploads.let_uploads_go([id for id in ids if id not in begun], self._holder, begun=False)
        except RungError as error:  # they are free all the same, a little later
            log.error("That files wait for the next process could not be written down: %s", error)

    def hold(self, unit: Unit, ids: Sequence[str]) -> None:
        """Say, with the files that are put down, that this process reads them."""
        unit.uploads.hold_uploads(ids, self._holder, self._clock() + HELD)

    def submit(self, rows: Iterable[Upload]) -> None:
        """Have files read that this process holds."""
        with self._upload_lock:
            for row in rows:
                self._submit(row)

    def _submit(self, row: Upload, *, alone: bool = False) -> None:
        """Under `_upload_lock`."""
        self._readers = self._readers or ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rung-upload")
        self._in_hand[row.id] = (row, self._readers.submit(self._in_background, row, alone))

    def _in_background(self, row: Upload, alone: bool) -> None:
        try:
            if not self._screen_ready():  # what takes half a minute once is no part of reading this file
                with suppress(Exception):
                    self._screen()
            with self._place(alone):
                self._read_waiting(row)
        except (StoreUnavailable, AuditUnavailable) as error:  # no fault of the file: it waits until they answer
            log.error("An upload was not read and waits: %s", error)
            self._let_go([row.id])
        except RungError as error:
            log.error("An upload was not read: %s", error)
            self._lost_uploads([row], f"{error}")
        except Exception:
            log.exception("An upload was not read")
            self._lost_uploads(
                [row], "Reading it failed here, through no fault of the file. It is in the server's log."
            )
        finally:
            with suppress(RungError):  # what is left is found later
                self._remove_read({row.id: 0.0})
            with self._upload_lock:
                self._in_hand.pop(row.id, None)
                self._begun.discard(row.id)
                idle = not self._in_hand
            if idle:
                self._converter.rest()

    def _read_waiting(self, row: Upload) -> None:
        begun = self._begin_reading(row)
        if begun is not None:
            content = self._waiting_files.read(row.id)
            if content is None:
                self._lost_uploads([row], _LOST)
            else:
                self._ingestion.read(begun[0], row, content, begun[1])

    def _begin_reading(self, row: Upload) -> tuple[Person, ImportWish] | None:
        """In whose name, and how; None where it is not to be read. Refusals are written down."""
        with self._store.begin() as unit:
            now = unit.uploads.get(row.id)
            before = unit.uploads.begin_upload(row.id, self._holder)
            if now is None or before is None:
                return None
            person, kept = self._ingestion.handler(now.person), unit.uploads.kept_of(row.id)
            if person is None:
                self._ingestion.refused(unit, now, self._ingestion.may_not(now.person), passing=True)
                return None
            trouble = _LOST if not kept else _ENDED if before >= TRIES else ""
            if not trouble and unit.uploads.read_since(now.name, now.at):
                trouble = LATER
            if trouble:
                self._ingestion.refused(unit, now, trouble, passing=True)
                return None
        with self._upload_lock:
            self._begun.add(row.id)
        return person, ImportWish.model_validate(kept[0])

    @contextmanager
    def _place(self, alone: bool) -> Iterator[None]:
        """Room to read in: `alone`, all that there is."""
        wanted = AT_ONCE if alone else 1
        with self._in_line:  # two that want all the room would else wait for each other
            for _ in range(wanted):
                self._places.acquire()
        try:
            yield
        finally:
            self._places.release(wanted)

    def _remove_read(self, ages: Mapping[str, float]) -> None:
        """The bytes, by id and age in seconds, that nothing waits for any more."""
        if not ages:
            return
        with self._store.look() as unit:
            rows = {id: unit.uploads.get(id) for id in ages}
        old = SWEPT.total_seconds()
        self._waiting_files.remove(
            id for id, row in rows.items() if (row.state != "waiting" if row is not None else ages[id] > old)
        )

    def _lost_uploads(self, rows: Sequence[Upload], words: str) -> None:
        try:
            with self._store.begin() as unit:
                there = [unit.uploads.get(row.id) for row in rows]  # all held before any is put
                for now in there:
                    if now is not None and now.state == "waiting":  # it may just have been read after all
                        self._ingestion.refused(unit, now, words, passing=True)
        except RungError as error:
            log.error("That an upload was not read could not be written down: %s", error)
