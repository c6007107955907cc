"""An import of another desk's history: what is in the file, what was chosen of it, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from cx_core.records import ImportSystem, PersonId, Record
from cx_core.records.imports import ImportedArticle, ImportedTicket, RowFault
from cx_core.text.phone_numbers import international

ImportState = Literal[
    "looking", "ready", "waiting", "running", "paused", "done", "cancelled", "failed", "removing", "removed"
]
"""looking: it is found out what is in it; ready: a person chooses; waiting, running, paused; removing: what it brought
is taken out again."""
WORKED_ON: tuple[ImportState, ...] = ("looking", "waiting", "running", "removing")
UNFINISHED: tuple[ImportState, ...] = ("looking", "ready", "waiting", "running", "paused")
"""What is in the file may yet be taken."""

FAULTS_KEPT = 200


class ImportChoice(Record):
    """What is to be taken of the file."""

    solved_tickets: bool = Field(default=True, description="solved and closed ones: history")
    open_tickets: bool = Field(default=False, description="those that are not solved; a person answers them")
    articles: bool = True
    since: AwareDatetime | None = Field(default=None, description="only what changed since then")


class ImportContents(Record):
    """What is in a file, by kind and status."""

    records: int = 0
    tickets: Mapping[str, int] = Field(default={}, description="by status; of an mbox, mails")
    messages: int = 0
    notes: int = 0
    articles: int = 0
    cut_short: bool = Field(default=False, description="the file ends in the middle of a record")
    first: datetime | None = None
    last: datetime | None = None

    @property
    def all_tickets(self) -> int:
        return sum(self.tickets.values())


class ImportTally(Record):
    """What came of the records that were gone through."""

    tickets: int = 0
    messages: int = Field(default=0, description="of new tickets, and new ones of tickets that were here")
    articles: int = 0
    known: int = Field(default=0, description="rows that were here already")
    not_chosen: int = 0
    faults: int = 0


class ImportRun(Record):
    """One file that was handed in, and what became of it. It quotes nothing of what the file says."""

    id: str
    file: str
    size: int
    sha256: str
    person: PersonId
    at: datetime
    ours: tuple[str, ...] = Field(default=(), description="own addresses and domains, whose mails are answers")
    state: ImportState = "looking"
    systems: tuple[ImportSystem, ...] = ()
    contents: ImportContents = ImportContents()
    choice: ImportChoice = ImportChoice()
    place: int = Field(default=0, description="records that are done with")
    tally: ImportTally = ImportTally()
    faults: tuple[RowFault, ...] = Field(default=(), description="the first of them")
    trouble: str = Field(default="", description="why it failed or is held up")
    removed: int = Field(default=0, description="tickets and articles that were taken out again")
    kept: int = Field(default=0, description="those that stayed, as somebody has worked on them")
    holder: str = ""
    held_until: datetime | None = None
    finished_at: datetime | None = None
    passed_over: tuple[str, ...] = Field(
        default=(), description="digests of addresses of whoever was erased while the file waited: see `passes_over`"
    )

    def passing_over(self, addresses: Collection[str]) -> Self:
        """The same, taking nothing of these addresses."""
        digests = (self._digest(address) for address in addresses if address)
        return self.replace(passed_over=tuple(dict.fromkeys([*self.passed_over, *digests])))

    def passes_over(self, address: str) -> bool:
        """Whether whoever writes from this address was erased while the file waited."""
        return bool(self.passed_over) and self._digest(address) in self.passed_over

    def _digest(self, address: str) -> str:
        """Of this file alone, and gone with it: it names nobody whose address is not known."""
        spelt = international(address) or address.strip().lower()
        return sha256(f"{self.id}|{spelt}".encode()).hexdigest()

    @property
    def worked_on(self) -> bool:
        return self.state in WORKED_ON


def contents_in_words(run: ImportRun) -> tuple[str, ...]:
    """What is in the file, in sentences."""
    found = run.contents
    by_status = ", ".join(f"{count:,} {status}" for status, count in sorted(found.tickets.items()))
    what = "mail" if run.systems == ("mbox",) else "ticket"
    lines = [f"{counted(found.all_tickets, what)} ({by_status})." if found.tickets else "No tickets."]
    if found.cut_short:
        whole = max(0, found.records - 1)
        read = f"{counted(whole, 'record')} before it can be taken; whatever followed is missing"
        lines.insert(0, f"The file ends in the middle of a record: {read}. Export it again to have everything.")
    if found.messages:
        lines.append(f"{counted(found.messages, 'message')} and {counted(found.notes, 'internal note')}.")
    lines.append(f"{counted(found.articles, 'article')}." if found.articles else "No articles.")
    if found.first and found.last:
        lines.append(f"From {found.first.day} {found.first:%B %Y} to {found.last.day} {found.last:%B %Y}.")
    if run.tally.faults:
        lines.append(f"{counted(run.tally.faults, 'record')} cannot be read, or not as a whole.")
    return tuple(lines)


def tally_in_words(run: ImportRun) -> str:
    """What came of it so far."""
    tally = run.tally
    parts = [counted(tally.tickets, "ticket"), counted(tally.messages, "message"), counted(tally.articles, "article")]
    parts += [f"{tally.known:,} here already"] if tally.known else []
    parts += [f"{tally.not_chosen:,} not chosen"] if tally.not_chosen else []
    parts += [f"{counted(tally.faults, 'record')} with a fault"] if tally.faults else []
    return ", ".join(parts)


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


class ImportView(Record):
    """An import as administrators see it. `preview`: the first rows, as they would come in."""

    run: ImportRun
    by: str
    preview: tuple[ImportedTicket | ImportedArticle, ...] = ()
