"""The work on imports, in the background: one process at a time, and another goes on where one was killed."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from threading import Event, Lock
from uuid import uuid4

from cx_core.desk.imports.import_removal import ImportRemoval
from cx_core.desk.imports.import_runs import ImportRuns, NotOurs
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.service import Means, Service
from cx_core.errors import NotAllowed, RungError, SystemTrouble
from cx_core.ports import Unit
from cx_core.records import Person, Role, TicketId
from cx_core.views.channels.import_views import UNFINISHED, ImportRun, ImportState

log = logging.getLogger("rung")

HELD = timedelta(minutes=2)
"""So long one is a process's own after it last said how far it is."""
TOLD_SECONDS = 1.0
FORGOTTEN = timedelta(days=7)
"""So long a file waits for a choice; then its bytes are removed."""


class ImportWork(Service):
    """What `ImportService` was asked for, which checks who asks."""

    def __init__(self, means: Means, runs: ImportRuns, writer: ArticleWriter) -> None:
        super().__init__(means)
        self._runs, self._removal = runs, ImportRemoval(means, writer)
        self._stored = means.import_files
        self._holder = uuid4().hex
        self._running, self._closing = Lock(), Event()

    def go_on(self) -> None:
        """Work on what waits, one file after the other, and on what another process left."""
        if not self._running.acquire(blocking=False):
            return
        try:
            while not self._closing.is_set() and (run := self._claimed()) is not None:
                self._work(run)
        finally:
            self._running.release()

    def tidy(self) -> None:
        """Files that nobody chose anything of for a week are given up."""
        ages = self._stored.ages()
        with self._store.look() as unit:
            runs = {id: unit.imports.get(id) for id in ages}
        for id, run in runs.items():
            if ages[id] > HELD.total_seconds() and not self._wanted(run):
                self._give_up(id)

    def close(self) -> None:
        """Leave what is worked on to the next process."""
        self._closing.set()

    def _claimed(self) -> ImportRun | None:
        now = self._clock()
        with self._store.look() as unit:
            if not any(one.held_until is None or one.held_until < now for one in unit.imports.going()):
                return None
        with self._store.begin() as unit:
            for one in unit.imports.going():
                run = unit.imports.get(one.id)
                if run is None or not run.worked_on or (run.held_until is not None and run.held_until >= now):
                    continue
                state: ImportState = "running" if run.state == "waiting" else run.state
                mine = run.replace(state=state, holder=self._holder, held_until=now + HELD)
                unit.imports.put(mine)
                return mine
        return None

    def _work(self, run: ImportRun) -> None:
        try:
            if run.state == "looking":
                self._look_through(run)
            elif run.state == "removing":
                self._remove(run, self._person(run))
            else:
                self._finish(self._runs.take(run, self._person(run), self._keep), "done", "import_done")
        except NotOurs:
            self._release(run.id)
        except SystemTrouble as trouble:
            self._fail(run.id, "paused", f"{trouble} It was paused; resume it when that is mended.")
        except RungError as trouble:
            self._fail(run.id, "failed", str(trouble))
        except Exception as error:
            log.exception("An import failed")
            self._fail(run.id, "failed", f"It failed here ({type(error).__name__}). It is in the server's log.")

    def _look_through(self, run: ImportRun) -> None:
        told = time.monotonic()

        def tell(now: ImportRun) -> None:
            nonlocal told
            if time.monotonic() - told >= TOLD_SECONDS:
                told = time.monotonic()
                with self._store.begin() as unit:
                    self._keep(unit, now)

        self._finish(self._runs.look_through(run, tell), "ready", "import_looked_through")

    def _remove(self, run: ImportRun, person: Person) -> None:
        run, after = run.replace(kept=0), TicketId("")
        while True:
            with self._store.begin() as unit:
                run, last = self._removal.tickets(unit, run, after)
                self._keep(unit, run)
            if last is None:
                break
            after = last
        with self._store.begin() as unit:
            run = self._removal.articles(unit, run, person)
            self._keep(unit, run)
        self._store.scrub()
        self._finish(run, "removed", "import_removed")

    def _keep(self, unit: Unit, run: ImportRun) -> None:
        """Say how far it is. Raises NotOurs where somebody stopped it, another process has it, somebody in it was
        erased meanwhile, or this process ends.
        """
        kept = unit.imports.get(run.id)
        if kept is None or kept.state != run.state or kept.holder != self._holder or self._closing.is_set():
            raise NotOurs
        if kept.passed_over != run.passed_over:  # the batch is undone, and done again without them
            raise NotOurs
        unit.imports.put(run.replace(held_until=self._clock() + HELD))

    def _finish(self, run: ImportRun, state: ImportState, kind: str) -> None:
        with self._store.begin() as unit:
            self._keep(unit, run)
            finished = None if state == "ready" else self._clock()
            passed_over = run.passed_over if state == "ready" else ()
            unit.imports.put(run.replace(state=state, held_until=None, finished_at=finished, passed_over=passed_over))
            payload = {"import": run.id, **run.tally.model_dump(), "removed": run.removed, "kept": run.kept}
            unit.record(kind, actor=run.person, payload=payload)
        if state != "ready":
            self._stored.remove([run.id])

    def _release(self, id: str) -> None:
        """What this process leaves is free for the next at once."""
        with self._store.begin() as unit:
            run = unit.imports.get(id)
            if run is not None and run.holder == self._holder and run.worked_on:
                unit.imports.put(run.replace(held_until=None))

    def _fail(self, id: str, state: ImportState, why: str) -> None:
        with self._store.begin() as unit:
            run = unit.imports.get(id)
            if run is not None and run.holder == self._holder and run.worked_on:
                unit.imports.put(run.replace(state=state, trouble=why, held_until=None))
                unit.record(f"import_{state}", actor=run.person, payload={"import": id, "why": why})

    def _wanted(self, run: ImportRun | None) -> bool:
        """Whether the bytes of its file may yet be read."""
        if run is None or run.state == "ready":
            return run is not None and run.at >= self._clock() - FORGOTTEN
        return run.state in UNFINISHED or (run.state == "failed" and run.place > 0)

    def _give_up(self, id: str) -> None:
        with self._store.begin() as unit:
            run = unit.imports.get(id)
            if run is not None and run.state == "ready":
                unit.imports.put(run.replace(state="cancelled", trouble="Nobody chose anything of it for a week."))
                unit.record("import_cancelled", actor="rung", payload={"import": id})
        self._stored.remove([id])

    def _person(self, run: ImportRun) -> Person:
        """Whoever handed it in, as they are now. Raises NotAllowed."""
        person = self._accounts.account(run.person)
        if person is None or person.role is not Role.ADMINISTRATOR:
            raise NotAllowed("Whoever handed it in is no administrator any more. Cancel it, and hand it in again.")
        return person
