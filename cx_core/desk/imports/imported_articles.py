"""An article of another desk's help centre, taken in as any document is: converted, screened, and a draft."""

from __future__ import annotations

import hashlib
from html import escape

from cx_core.desk.imports.imported_tickets import item_key
from cx_core.desk.ingestion.article_import import ImportWish
from cx_core.desk.ingestion.file_ingestion import FileIngestion
from cx_core.desk.service import Means, Service
from cx_core.records import SYSTEMS, Person
from cx_core.records.imports import ImportedArticle, ImportItem
from cx_core.views.channels.import_views import ImportRun


class ImportedArticles(Service):
    """Each article in transactions of its own."""

    def __init__(self, means: Means, files: FileIngestion) -> None:
        super().__init__(means)
        self._files_in = files

    def take(self, run: ImportRun, person: Person, row: ImportedArticle) -> str | None:
        """Why it was not taken in words, "" where it was; None: it is here already, with the same words."""
        page = _page(row)
        key, content = item_key(row.system, f"article/{row.key}"), hashlib.sha256(page).hexdigest()
        with self._store.look() as unit:
            before = unit.imports.items([key]).get(key)
        if before is not None and before.content == content:
            return None
        name = f"{SYSTEMS[row.system]} article {row.key}.html"
        wish = ImportWish(audience="internal" if row.internal else "customer")
        done = self._files_in.read(person, self._files_in.row(person, name, page), page, wish)[-1]
        if done.state == "refused":
            return done.trouble
        with self._store.begin() as unit:
            item = ImportItem(
                key=key,
                run=before.run if before else run.id,
                article=next(iter(done.articles), "") or f"upload {done.id}",
                content=content,
                at=self._clock(),
            )
            unit.imports.put_items([item])
        return f"it waits on the Knowledge page: {done.trouble}" if done.state == "quarantined" else ""


def _page(row: ImportedArticle) -> bytes:
    title = escape(row.title)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>\n{row.html}</main></body></html>"
    ).encode()
