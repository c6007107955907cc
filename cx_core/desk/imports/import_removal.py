"""Takes out again what an import brought, as far as nobody has worked on it since."""

from __future__ import annotations

from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.service import Means, Service
from cx_core.ports import Unit
from cx_core.records import ArticleId, Person, TicketId
from cx_core.records.imports import ImportItem
from cx_core.views.channels.import_views import ImportRun

AT_ONCE = 50


class ImportRemoval(Service):
    """Batch by batch, each in the transaction that counts it."""

    def __init__(self, means: Means, writer: ArticleWriter) -> None:
        super().__init__(means)
        self._writer = writer

    def tickets(self, unit: Unit, run: ImportRun, after: TicketId | None) -> tuple[ImportRun, TicketId | None]:
        """The next of its tickets; the last one that was looked at, or None after the last of all."""
        ids = unit.imports.tickets_of(run.id, after, AT_ONCE)
        free = [id for id in ids if unit.imports.untouched(id)]
        gone = [id for id in free if not self._erased(unit, id)]
        unit.imports.remove_tickets(gone)
        kept = run.kept + len(ids) - len(free)
        return run.replace(removed=run.removed + len(gone), kept=kept), ids[-1] if ids else None

    def articles(self, unit: Unit, run: ImportRun, person: Person) -> ImportRun:
        """Drafts that nobody has touched are archived, and can be imported again."""
        removed = kept = 0
        for item in unit.imports.articles_of(run.id):
            if self._archived(unit, person, item):
                unit.imports.drop_item(item.key)
                removed += 1
            else:
                kept += 1
        return run.replace(removed=run.removed + removed, kept=run.kept + kept)

    def _erased(self, unit: Unit, id: TicketId) -> bool:
        """Of somebody erased the ticket stays, blank, so that they are not imported again."""
        ticket = unit.tickets.get(id)
        return ticket is not None and ticket.erased

    def _archived(self, unit: Unit, person: Person, item: ImportItem) -> bool:
        entry = unit.articles.get(ArticleId(item.article))
        if entry is None:  # it was set apart: whoever decides about it on the Knowledge page decides whether it stays
            return False
        if entry.state == "archived":
            return True
        if entry.state != "draft" or entry.latest.number > 1 or entry.live is not None:
            return False
        gone = self._writer.moved(entry, "archived").replace(origin_sha256="")
        self._writer.put(unit, person, "article_archived", gone, why="Its import was removed.")
        return True
