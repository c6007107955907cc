"""One file read into articles: wholly there or not at all, and told of in words. Of an archive, each file in it.

Of what gives orders to the copilot nothing becomes an article until a person has looked at it.
"""

from __future__ import annotations

from uuid import uuid4

from cx_core.desk.ingestion.article_import import ArticleImport, ImportWish
from cx_core.desk.ingestion.duplicate_files import DuplicateFiles
from cx_core.desk.service import EDITORS, Means, Service
from cx_core.errors import BadInput, NotIsolated
from cx_core.knowledge_base.articles import Upload
from cx_core.ports import Unit
from cx_core.ports.conversion import DocumentReading
from cx_core.records import Person, PersonId
from cx_core.understand.attachments import LONGEST_NAME as LONGEST_PART
from cx_core.understand.attachments import digest, named

ARCHIVES = 4
"""So many times what a single file may have, an archive may."""
LONGEST_NAME = 300
LONGEST_ENDING = 10
LATER = (
    "A later file of this name was read while it waited, and stands. Hand it in again if this is the one that counts"
)
_TWICE_INSIDE = "another file in the archive has the same name but for signs that no name may hold. Rename one of them"


class FileIngestion(Service):
    """What uploading and syncing do with each file."""

    def __init__(self, means: Means, imports: ArticleImport, duplicates: DuplicateFiles) -> None:
        super().__init__(means)
        self._imports, self._duplicates = imports, duplicates
        self._converter = means.converter
        self._screen = means.screen
        self._most_upload = means.most_upload

    def upload_limits(self) -> tuple[int, int]:
        """Bytes that one file may have, and an archive."""
        return self._most_upload, self._most_upload * ARCHIVES

    def too_large(self, name: str, size: int) -> str:
        """In words; "" where it is not."""
        if size <= self.upload_limits()[name.lower().endswith(".zip")]:
            return ""
        most = self._most_upload / 1e6
        return f"it has {size / 1e6:.1f} MB, more than the {most:.0f} MB allowed for one file. Split it"

    def handler(self, id: str) -> Person | None:
        """Who handed it in, as they are now, if what they hand in may still become knowledge."""
        person = self._accounts.account(PersonId(id))
        return person if person is not None and person.role in EDITORS else None

    def may_not(self, id: str) -> str:
        who = self._accounts.names().get(PersonId(id), "Whoever")
        return (
            f"{who} handed it in and may not change knowledge any more: the account was closed, or has another role. "
            "Nothing of it was taken in; an editor may hand it in again"
        )

    def read(
        self, person: Person, row: Upload, content: bytes, wish: ImportWish, *, inside: bool = False
    ) -> list[Upload]:
        """A file, and if it is an archive every file in it; itself last, so that a crash leaves it to be read again.

        `inside`: it came out of an archive, and those in it were opened already.
        """
        with self._store.look() as unit:
            known = self._duplicates.known(unit, row, wish)
        if known is not None:
            return [self._duplicates.put(known, wish)]
        try:
            if large := self.too_large(row.name, len(content)):
                raise BadInput(large)
            read = self._converter.read(row.name, content)
            if read.members and inside:
                raise BadInput("it is an archive in an archive in an archive. Hand it in by itself")
        except BadInput as error:
            with self._store.begin() as unit:
                passing = isinstance(error, NotIsolated)  # elsewhere, or once it is allowed, it can be read
                return [_decided(unit, row) or self.refused(unit, row, str(error), passing=passing)]
        if not read.members:
            return [self._taken_upload(person, row, read, wish)]
        done: list[Upload] = []
        names = [path_of(f"{row.name}/{member.name}") for member in read.members]
        wish = wish.within(row.name, names)
        for name, member in zip(names, read.members, strict=True):
            inner = self.row(person, name, member.content)
            trouble = member.trouble or (_TWICE_INSIDE if names.count(name) > 1 else "")
            if trouble:
                with self._store.begin() as unit:
                    done.append(self.refused(unit, inner, trouble))
            else:
                done += self.read(person, inner, member.content, wish, inside=True)
        with self._store.begin() as unit:
            if now := _decided(unit, row):
                return [*done, now]
            articles = tuple(dict.fromkeys(id for one in done for id in one.articles))
            again = any(one.passing for one in done)
            whole = row.replace(
                state="read",
                notes=read.notes,
                members=tuple(one.sha256 for one in done if one.articles),
                articles=articles,
                passing=again,
            )
            unit.uploads.put(whole)
            unit.record("upload_read", actor=person.id, payload=_told(whole))
        return [*done, whole]

    def _taken_upload(self, person: Person, row: Upload, read: DocumentReading, wish: ImportWish) -> Upload:
        found = self._suspicious(read)
        try:
            with self._store.begin() as unit:
                unit.articles.hold_article_ids()
                if now := _decided(unit, row):
                    return now
                if not wish.source and self.handler(person.id) is None:
                    return self.refused(unit, row, self.may_not(person.id), passing=True)
                known = self._duplicates.known(unit, row, wish)
                if known is not None:  # the same bytes came twice, and the other was first
                    unit.uploads.put(known)
                    self._duplicates.move_home(unit, known, wish)
                    return known
                waited = unit.uploads.get(row.id) is not None
                if waited and unit.uploads.read_since(row.name, row.at):
                    return self.refused(unit, row, LATER, passing=True)
                if found:
                    return self._quarantined_upload(unit, person, row, read, found, wish)
                articles, told = self._imports.take_in(unit, person, row.name, row.sha256, read.pieces, wish)
                done = row.replace(state="read", notes=(*read.notes, *told), articles=articles)
                unit.uploads.put(done)
                unit.record("upload_read", actor=person.id, payload=_told(done))
                return done
        except BadInput as error:  # what was begun of it is undone
            with self._store.begin() as unit:
                return _decided(unit, row) or self.refused(unit, row, str(error), passing=True)

    def _suspicious(self, read: DocumentReading) -> tuple[str, ...]:
        seen = [f"{piece.title}\n\n{piece.text}" for piece in read.pieces]
        about = [" ".join(v if isinstance(v, str) else " ".join(v) for v in p.about.values()) for p in read.pieces]
        return self._screen().found([*seen, *(words for words in about if words)], read.hidden)

    def _quarantined_upload(
        self, unit: Unit, person: Person, row: Upload, read: DocumentReading, found: tuple[str, ...], wish: ImportWish
    ) -> Upload:
        text = "It holds text that tells the copilot what to do. Nothing of it is used until somebody has looked at it."
        done = row.replace(state="quarantined", trouble=text, found=found[:20], notes=read.notes)
        kept = [
            wish.model_dump(mode="json", exclude={"present"}),
            *(piece.model_dump(mode="json") for piece in read.pieces),
        ]
        unit.uploads.put(done, kept)
        counted = {"found": len(done.found), "notes": len(done.notes)}  # not its words: it may be discarded yet
        unit.record("upload_quarantined", actor=person.id, payload=_told(done) | counted)
        return done

    def refused(self, unit: Unit, row: Upload, words: str, *, passing: bool = False) -> Upload:
        """`passing`: another time it may be read."""
        text = words[:1].upper() + words[1:].rstrip(".") + "."
        done = row.replace(state="refused", trouble=text, passing=passing)
        unit.uploads.put(done)
        unit.record("upload_refused", actor=row.person, payload=_told(done) | {"trouble": text})
        return done

    def row(self, person: Person, name: str, content: bytes, batch: str = "") -> Upload:
        return Upload(
            id=uuid4().hex,
            name=name,
            sha256=digest(content),
            size=len(content),
            state="waiting",
            person=person.id,
            at=self._clock(),
            batch=batch,
        )


def _decided(unit: Unit, row: Upload) -> Upload | None:
    """What became of it already: another process took it up meanwhile, and was first."""
    now = unit.uploads.get(row.id)
    return now if now is not None and now.state != "waiting" else None


def _told(upload: Upload) -> dict[str, object]:
    return upload.model_dump(mode="json", include={"id", "name", "sha256", "size", "state", "articles", "notes"})


def path_of(given: str) -> str:
    """A name, or a path in an archive or a folder, each part of it harmless and none leading up or away."""
    parts = [part for part in given.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]
    return "/".join(map(_part, parts))[-LONGEST_NAME:] or "file"


def _part(given: str) -> str:
    """A name that is too long is cut before its ending, which says what the file is."""
    name, ending = named(given), named(given.rpartition(".")[2])
    if len(name) < LONGEST_PART or name.endswith(f".{ending}") or len(ending) > LONGEST_ENDING:
        return name
    return f"{name[: -len(ending) - 1]}.{ending}"
