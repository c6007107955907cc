"""Goes through the file of an import: first to see what is in it, then to take what was chosen, batch by batch.

A batch is kept in the transaction that says how far the import is, so a process that is killed leaves whole batches,
and the next one goes on behind them. What is here already is known by its key, in whatever file it comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from cx_core.desk.imports.imported_articles import ImportedArticles
from cx_core.desk.imports.imported_tickets import OVER, ImportedTickets, TakenTicket
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput
from cx_core.ports import Telling, Unit
from cx_core.ports.outside.imports import StoredFile
from cx_core.records import BusinessRecord, ImportSystem, Person
from cx_core.records.imports import CUT_SHORT, ImportedArticle, ImportedRow, ImportedTicket, ImportRecord, RowFault
from cx_core.views.channels.import_views import FAULTS_KEPT, ImportContents, ImportRun, ImportTally

AT_ONCE = 25
"""Records in one transaction: few enough that a running desk never waits long for its turn."""
GONE = "The file is not there any more. Hand it in again."

Keep = Callable[[Unit, ImportRun], None]
"""Puts the run as it is now, in this transaction. Raises NotOurs: then nothing of the batch is kept."""


class NotOurs(Exception):
    """Somebody paused or cancelled it, or another process has it: what was begun of the batch is undone."""


class ImportRuns(Service):
    """Told what to do by `ImportService`, which checks who asks."""

    def __init__(self, means: Means, articles: ImportedArticles) -> None:
        super().__init__(means)
        self._tickets, self._articles = ImportedTickets(means), articles
        self._reader, self._stored = means.export_reader, means.import_files

    def records(self, run: ImportRun, start: int = 0) -> Iterator[ImportRecord]:
        """Raises BadInput, NotIsolated."""
        return self._reader.records(
            self._file(run), ours=self._ours(run), zone=self._knowledge.company.timezone, start=start
        )

    def look_through(self, run: ImportRun, told: Callable[[ImportRun], None]) -> ImportRun:
        """What is in the file. `told` hears how far it is. Raises BadInput, and what `told` raises."""
        seen = _Seen()
        for record in self.records(run):
            seen.add(record)
            if record.number % AT_ONCE == 0:
                told(run.replace(place=record.number))
        if not seen.contents.records:
            raise BadInput("There is no record of a ticket or an article in it.")
        return run.replace(
            systems=tuple(sorted(seen.systems)),
            contents=seen.whole(),
            faults=tuple(seen.faults),
            tally=ImportTally(faults=seen.fault_count),
            place=0,
        )

    def take(self, run: ImportRun, person: Person, keep: Keep) -> ImportRun:
        """Everything chosen that is not here yet. Raises NotOurs, SystemTrouble, BadInput."""
        known: dict[str, BusinessRecord | None] = {}
        records = self.records(run, run.place)
        while batch := tuple(islice(records, AT_ONCE)):
            run = self._batch(run, person, batch, known, keep)
            if len(known) > 10_000:
                known.clear()
        return run

    def _batch(
        self,
        run: ImportRun,
        person: Person,
        records: Sequence[ImportRecord],
        known: dict[str, BusinessRecord | None],
        keep: Keep,
    ) -> ImportRun:
        rows = [row for record in records for row in record.rows]
        chosen = [row for row in rows if _chosen(run, row)]
        tickets = [row for row in chosen if isinstance(row, ImportedTicket)]
        whom = [self._tickets.whom(row, known) for row in tickets]
        tally, faults = Counter[str](), list[RowFault]()
        for row in chosen:
            if isinstance(row, ImportedArticle):
                self._article(run, person, row, tally, faults)
        faults += [row for row in rows if isinstance(row, RowFault)]
        faults += [_left_out(row) for row in tickets if row.left_out]
        tally["not_chosen"] = len(rows) - len(chosen) - sum(isinstance(row, RowFault) for row in rows)
        with self._store.begin() as unit:
            taken = [self._tickets.take(unit, run, row, one) for row, one in zip(tickets, whom, strict=True)]
            tally.update(_counted(taken))
            run = _gone_on(run, records[-1].number, tally, faults)
            keep(unit, run)
            unit.record_all([*_tellings(taken)])
        return run

    def _article(
        self, run: ImportRun, person: Person, row: ImportedArticle, tally: Counter[str], faults: list[RowFault]
    ) -> None:
        came = self._articles.take(run, person, row)
        tally["known" if came is None else "articles"] += came is None or not came
        if came:
            faults.append(RowFault(place=f"article {row.key}", why=came[:500]))

    def _file(self, run: ImportRun) -> StoredFile:
        file = self._stored.open(run.id)
        if file is None:
            raise BadInput(GONE)
        return file

    def _ours(self, run: ImportRun) -> Sequence[str]:
        with self._store.look() as unit:
            mailboxes = [one.address.lower() for one in unit.mailboxes.all()]
        return [*self._knowledge.company.contacts, *mailboxes, *run.ours]


class _Seen:
    """Counts what a file has."""

    def __init__(self) -> None:
        self.contents, self.faults, self.fault_count = ImportContents(), list[RowFault](), 0
        self.systems: set[ImportSystem] = set()
        self._statuses = Counter[str]()

    def add(self, record: ImportRecord) -> None:
        messages = notes = articles = 0
        first, last = self.contents.first, self.contents.last
        for row in record.rows:
            if isinstance(row, RowFault):
                self._fault(row)
                self.contents = self.contents.replace(cut_short=self.contents.cut_short or row.why == CUT_SHORT)
                continue
            self.systems.add(row.system)
            articles += isinstance(row, ImportedArticle)
            if isinstance(row, ImportedTicket):
                self._statuses[row.status] += 1
                notes += sum(one.private for one in row.messages)
                messages += sum(not one.private for one in row.messages)
                first = min(first or row.opened_at, row.opened_at)
                last = max(last or row.updated_at, row.updated_at)
                if row.left_out:
                    self._fault(_left_out(row))
        before = self.contents
        self.contents = before.replace(
            records=record.number,
            messages=before.messages + messages,
            notes=before.notes + notes,
            articles=before.articles + articles,
            first=first,
            last=last,
        )

    def whole(self) -> ImportContents:
        return self.contents.replace(tickets=dict(self._statuses))

    def _fault(self, fault: RowFault) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(fault)


def _chosen(run: ImportRun, row: ImportedRow) -> bool:
    choice = run.choice
    if isinstance(row, RowFault):
        return False
    if choice.since is not None and row.updated_at is not None and row.updated_at < choice.since:
        return False
    if isinstance(row, ImportedArticle):
        return choice.articles
    if run.passes_over(row.address):
        return False
    return choice.solved_tickets if row.status in OVER else choice.open_tickets


def _left_out(row: ImportedTicket) -> RowFault:
    place = f"ticket {row.number}" if row.number else "a mail"
    return RowFault(place=place, why=f"taken, but {'; '.join(row.left_out)}"[:500])


def _counted(taken: Iterable[TakenTicket]) -> dict[str, int]:
    found = list(taken)
    return {
        "tickets": sum(one.new for one in found),
        "messages": sum(one.messages for one in found),
        "known": sum(not one.new and not one.messages for one in found),
    }


def _gone_on(run: ImportRun, place: int, tally: Counter[str], faults: Sequence[RowFault]) -> ImportRun:
    tally["faults"] += len(faults)
    counted = {name: getattr(run.tally, name) + tally[name] for name in ImportTally.model_fields}
    return run.replace(
        place=place, tally=ImportTally.model_validate(counted), faults=(*run.faults, *faults)[:FAULTS_KEPT]
    )


def _tellings(taken: Iterable[TakenTicket]) -> Iterator[Telling]:
    return (one.telling for one in taken if one.telling is not None)
