"""Files that were taken in before: the same bytes change nothing, and a renamed file stays the article it is."""

from __future__ import annotations

from cx_core.desk.ingestion.article_import import ImportWish
from cx_core.desk.service import Service
from cx_core.knowledge_base.articles import LONGEST_ORIGIN, PART, ArticleEntry, Upload, UploadState
from cx_core.ports import Unit

_DECIDED: tuple[UploadState, ...] = ("read", "released", "quarantined")


class DuplicateFiles(Service):
    """What became of a file's bytes stands only while no other file was taken in in its place."""

    def known(self, unit: Unit, row: Upload, wish: ImportWish) -> Upload | None:
        """The row of a file whose bytes are those that were taken in last: what they became stands as it is.

        Unless fewer are to see it now.
        """
        before = unit.uploads.of(row.sha256, refused=False)
        if before is None or before.id == row.id or before.state not in _DECIDED or before.passing:
            return None
        narrower = wish.audience == "internal"
        if before.state == "quarantined":
            if narrower and ImportWish.model_validate(unit.uploads.kept_of(before.id)[0]).audience != "internal":
                return None
            text = f"It waits for somebody to look at it already, as “{before.name}”."
            return row.replace(state="same", trouble=text)
        entries = [unit.articles.get(id) for id in before.articles]
        if not all(entry and _is_last(entry, before, wish) for entry in entries):
            return None
        if before.members and wish.source:
            below = unit.articles.article_names("synced", f"{wish.source}/{row.name}")
            if below.keys() - set(before.articles):
                return None  # another file was under this name since, which had more in it
        if narrower and any(entry and entry.latest.content.audience != "internal" for entry in entries):
            return None
        return row.replace(state="same", articles=before.articles, members=before.members)

    def put(self, known: Upload, wish: ImportWish) -> Upload:
        with self._store.begin() as unit:
            unit.uploads.put(known)
            self.move_home(unit, known, wish)
        return known

    def move_home(self, unit: Unit, known: Upload, wish: ImportWish) -> None:
        """A file of a folder that was only renamed stays the article it is."""
        for id in known.articles if wish.source and not known.members else ():
            entry = unit.articles.get(id)
            if entry is None or entry.origin != "synced" or wish.stands(entry.origin_name):
                continue
            _, sign, part = entry.origin_name.partition(PART)
            place = f"{wish.source}/{known.name}{sign}{part}"
            if len(place) <= LONGEST_ORIGIN:
                unit.articles.put(entry.replace(origin_name=place))


def _is_last(entry: ArticleEntry, before: Upload, wish: ImportWish) -> bool:
    """Whether what this file became is still as this file left it: no other one was taken in in its place since.

    Whoever hands in again what was archived wants it back; a folder does not, of what a person archived.
    """
    if entry.origin_sha256 not in (before.sha256, *before.members):
        return False
    if entry.state == "archived":
        return bool(wish.source)
    renamed = before.members and wish.source and entry.origin == "synced" and not wish.stands(entry.origin_name)
    return not renamed  # each file of a renamed archive is named anew by itself
