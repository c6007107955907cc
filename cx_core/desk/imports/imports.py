"""Importing another desk's history: a file is handed in, looked through, and taken as an administrator chooses.

The bytes of the file wait encrypted and are removed as soon as it is done or cancelled. The work itself is done in the
background, see `import_work`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO
from uuid import uuid4

from cx_core.desk.imports.import_runs import GONE, ImportRuns
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import BadInput
from cx_core.records import Person, Role
from cx_core.records.imports import ImportedArticle, ImportedTicket
from cx_core.understand.attachments import named
from cx_core.views import Refusal
from cx_core.views.channels.import_views import UNFINISHED, ImportChoice, ImportRun, ImportState, ImportView

AT_ONCE = 3
"""Files that may wait or be worked on at a time."""
SHOWN, PREVIEWED = 20, 5
MOST_BYTES = 8_000_000_000
_OVER: tuple[ImportState, ...] = ("done", "cancelled", "failed", "paused")
_STALE = Refusal(code="stale", text="It stands otherwise meanwhile. Look again.")


class ImportService(Service):
    """For administrators."""

    def __init__(self, means: Means, runs: ImportRuns) -> None:
        super().__init__(means)
        self._runs = runs
        self._stored = means.import_files
        self._previews: dict[str, tuple[ImportedTicket | ImportedArticle, ...]] = {}

    # --- what administrators ask for --------------------------------------------------------

    def hand_in(self, person: Person, name: str, source: BinaryIO, ours: str = "") -> ImportRun | Refusal:
        """Keep a file and have it looked through; nothing is taken yet. `ours`: own addresses and domains, by commas.

        Raises StoreUnavailable, AuditUnavailable.
        """
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            if sum(one.state in UNFINISHED for one in unit.imports.newest(SHOWN)) >= AT_ONCE:
                return Refusal(code="already", text=f"{AT_ONCE} imports are not finished. Finish or cancel one first.")
        id = uuid4().hex
        try:
            size, sha256 = self._stored.keep(id, source, MOST_BYTES)
        except BadInput as error:
            return Refusal(code="denied", text=str(error))
        run = ImportRun(
            id=id,
            file=named(name),
            size=size,
            sha256=sha256,
            person=person.id,
            at=self._clock(),
            ours=tuple(one for one in (part.strip().lower().lstrip("@") for part in ours.split(",")) if one)[:100],
        )
        try:
            with self._store.begin() as unit:
                unit.imports.put(run)
                payload = {"import": id, "file": run.file, "size": size, "sha256": sha256}
                unit.record("import_handed_in", actor=person.id, payload=payload)
        except BaseException:
            self._stored.remove([id])
            raise
        return run

    def recent(self, person: Person) -> tuple[ImportView, ...]:
        """The newest first, without their first rows."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            return tuple(self._view(run) for run in unit.imports.newest(SHOWN))

    def opened(self, person: Person, id: str) -> ImportView | Refusal:
        """One with its first rows as they would come in, while somebody chooses."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            run = unit.imports.get(id)
        if run is None:
            return _STALE
        return self._view(run, self._preview(run) if run.state == "ready" else ())

    def begin(self, person: Person, id: str, choice: ImportChoice) -> Refusal | None:
        """Take what was chosen, in the background."""
        if not (choice.solved_tickets or choice.open_tickets or choice.articles):
            return Refusal(code="empty", text="Choose tickets, articles or both.")
        return self._moved(person, id, ("ready",), "waiting", "import_begun", choice=choice)

    def pause(self, person: Person, id: str) -> Refusal | None:
        """Stop after the batch that is being taken; what came stays."""
        return self._moved(person, id, ("waiting", "running"), "paused", "import_paused")

    def resume(self, person: Person, id: str) -> Refusal | None:
        """Go on where it was paused, or where it failed."""
        return self._moved(person, id, ("paused", "failed"), "waiting", "import_resumed")

    def cancel(self, person: Person, id: str) -> Refusal | None:
        """End it. What came stays until the import is removed; the file goes."""
        refusal = self._moved(person, id, (*UNFINISHED, "failed"), "cancelled", "import_cancelled")
        if refusal is None:
            self._let_go(id)
        return refusal

    def remove(self, person: Person, id: str) -> Refusal | None:
        """Take out again what it brought and nobody has worked on since, in the background."""
        refusal = self._moved(person, id, _OVER, "removing", "import_removal_begun")
        if refusal is None:
            self._let_go(id)
        return refusal

    def _moved(
        self,
        person: Person,
        id: str,
        states: Sequence[ImportState],
        to: ImportState,
        kind: str,
        choice: ImportChoice | None = None,
    ) -> Refusal | None:
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            run = unit.imports.get(id)
            if run is None or run.state not in states:
                return _STALE
            if to == "waiting" and self._stored.open(id) is None:
                return Refusal(code="stale", text=GONE)
            begun = choice is not None
            run = run.replace(choice=choice or run.choice, faults=() if begun else run.faults)
            tally = run.tally.replace(faults=0) if begun else run.tally
            fresh = {"trouble": "", "held_until": None, "removed": 0, "kept": 0}
            passed_over = run.passed_over if to in UNFINISHED else ()
            unit.imports.put(run.replace(state=to, tally=tally, passed_over=passed_over, **fresh))
            chosen = choice.model_dump(mode="json") if choice else {}
            unit.record(kind, actor=person.id, payload={"import": id, **chosen})
        return None

    def _view(self, run: ImportRun, preview: tuple[ImportedTicket | ImportedArticle, ...] = ()) -> ImportView:
        return ImportView(run=run, by=self._accounts.names().get(run.person, run.person), preview=preview)

    def _preview(self, run: ImportRun) -> tuple[ImportedTicket | ImportedArticle, ...]:
        """The first rows, kept in memory only."""
        if run.id not in self._previews:
            rows: list[ImportedTicket | ImportedArticle] = []
            try:
                for record in self._runs.records(run):
                    rows += [row for row in record.rows if isinstance(row, ImportedTicket | ImportedArticle)]
                    if len(rows) >= PREVIEWED or record.number > 200:
                        break
            except BadInput:
                rows = []
            self._previews[run.id] = tuple(rows[:PREVIEWED])
        shown = self._previews[run.id]
        return tuple(row for row in shown if isinstance(row, ImportedArticle) or not run.passes_over(row.address))

    def _let_go(self, id: str) -> None:
        self._previews.pop(id, None)
        self._stored.remove([id])
