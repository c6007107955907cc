"""What was read of one file becomes articles: new ones, or new versions of those the same file became before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import ValidationError

from cx_core.desk.knowledge.article_lifecycle import free_id, id_stem
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import (
    BESIDE,
    LONGEST_ORIGIN,
    PART,
    SHELVED,
    ArticleEntry,
    Content,
    Origin,
    is_edited,
    is_shelved,
)
from cx_core.ports import Unit
from cx_core.ports.conversion import Piece
from cx_core.records import ArticleId, Audience, Person, Record
from cx_core.understand.language import language

FIELDS = ("audience", "task_types", "tags", "language", "valid_from", "valid_until", "review_by")
_LISTS = ("task_types", "tags")


class ImportWish(Record):
    """What whoever hands files in wants of them. `source`: the synced folder's name, "" of uploads."""

    publish: bool = False
    audience: Audience = "customer"
    source: str = ""
    present: frozenset[str] = frozenset()
    """The files that the synced folder has now, as articles name where they came from."""

    @property
    def origin(self) -> Literal["synced", "upload"]:
        return "synced" if self.source else "upload"

    def stands(self, origin_name: str) -> bool:
        """Whether the file that an article came from, or the archive that it was in, is still in the folder."""
        parts = origin_name.partition(PART)[0].split("/")
        return any("/".join(parts[:count]) in self.present for count in range(len(parts), 0, -1))

    def within(self, archive: str, members: Iterable[str]) -> ImportWish:
        """For the files of an archive, by their paths: of what came from it only these are still there."""
        if not self.source:
            return self
        there = frozenset(f"{self.source}/{member}" for member in members)
        return self.replace(present=(self.present - {f"{self.source}/{archive}"}) | there)


class ArticleImport(Service):
    """One transaction a file; nothing here opens one."""

    def __init__(self, means: Means, writer: ArticleWriter) -> None:
        super().__init__(means)
        self._writer = writer
        self._detector = means.detector

    def take_in(
        self, unit: Unit, person: Person, name: str, sha256: str, pieces: tuple[Piece, ...], wish: ImportWish
    ) -> tuple[tuple[ArticleId, ...], tuple[str, ...]]:
        """The articles, and what is to be told of them. Raises BadInput, and then nothing of the file is kept."""
        origin_name = f"{wish.source}/{name}" if wish.source else name
        unit.articles.hold_article_ids()
        before = unit.articles.articles_of(wish.origin, origin_name)
        made: list[ArticleId] = []
        told: list[str] = []
        for number, piece in enumerate(pieces):
            entry = before[number] if number < len(before) else None
            entry = self._piece_named(unit, entry, piece, origin_name, wish)
            place = origin_name if number == 0 else f"{origin_name}{PART}{number + 1}"
            if len(place) > LONGEST_ORIGIN:
                raise BadInput(f"its name and its folder's have over {LONGEST_ORIGIN} letters together. Shorten one")
            done, says = self._put_piece(unit, person, entry, piece, (place, sha256), wish)
            if done.latest.content.audience == "internal" and number == 0:
                wish = wish.replace(audience="internal")  # so is what follows in the same file
            made.append(done.id)
            told += says
        for entry in before[len(pieces) :]:
            if entry.state != "archived":
                self._writer.put(unit, person, "article_archived", self.gone(entry))
                told.append(f"“{entry.latest.content.title}” is archived: the file has fewer parts now.")
        return tuple(made), tuple(dict.fromkeys(told))

    def _piece_named(
        self, unit: Unit, entry: ArticleEntry | None, piece: Piece, origin_name: str, wish: ImportWish
    ) -> ArticleEntry | None:
        """The article whose id the document gives itself, if there is one and it may be this file's."""
        wanted = str(piece.about.get("id") or "")
        if not wanted or (entry is not None and entry.id == wanted):
            return entry
        other = unit.articles.get(ArticleId(wanted))
        if other is None or entry is not None:
            return entry
        if wish.source and (other.origin != "synced" or wish.stands(other.origin_name)):
            where = f"the file “{other.origin_name}”" if other.origin == "synced" else "another place"
            raise BadInput(f"its id {wanted} is that of an article from {where}. Give it an id of its own")
        return other

    def _put_piece(
        self,
        unit: Unit,
        person: Person,
        entry: ArticleEntry | None,
        piece: Piece,
        origin: tuple[str, str],
        wish: ImportWish,
    ) -> tuple[ArticleEntry, list[str]]:
        content = self._piece_content(piece, entry.latest.content if entry else None, wish)
        self._writer.check(content)
        place, sha256 = origin
        if entry is None:
            id = self._new_id(unit, piece)
            made = ArticleEntry(
                id=id,
                state="draft",
                latest=self._writer.version(person, id, 1, content, ""),
                origin=wish.origin,
                origin_name=place,
                origin_sha256=sha256,
                changed_at=self._clock(),
            )
            return self._put_taken(unit, person, "article_written", made, wish.publish), []
        ours: Origin = entry.origin if entry.origin not in ("synced", "upload") else wish.origin
        kept = {"origin": ours, "origin_sha256": sha256} | ({"origin_name": place} if ours == wish.origin else {})
        shelved = bool(wish.source) and is_shelved(entry)
        edited = bool(wish.source) and (
            shelved or is_edited(entry, unit.articles.article_versions(entry.id), person.id)
        )
        if entry.latest.version == content.digest() and (entry.state != "archived" or shelved or not wish.publish):
            entry = entry.replace(**kept)
            waits = wish.publish and entry.state != "published" and not edited
            moved = self._writer.moved(entry, "published") if waits else entry
            self._writer.put(unit, person, "article_published" if waits else "article_reread", moved)
            return moved, ["Its words are the same as before."]
        note = f"{SHELVED if shelved else BESIDE if edited else ''}From {place}"
        made = self._writer.next_version(person, entry, content, note).replace(**kept)
        says = [f"Version {made.latest.number} of “{content.title}”."]
        if shelved:
            says.append("Somebody archived the article here; it stays out of search, and the file's words are a draft.")
        elif edited:
            says.append("Somebody edited the article here since; theirs stays, and the file's words wait as a draft.")
        return self._put_taken(unit, person, "article_edited", made, wish.publish and not edited), says

    def gone(self, entry: ArticleEntry) -> ArticleEntry:
        """Archived because its file has gone: without the file's digest, as what comes back with the file."""
        return self._writer.moved(entry, "archived").replace(origin_sha256="")

    def _put_taken(self, unit: Unit, person: Person, kind: str, made: ArticleEntry, publish: bool) -> ArticleEntry:
        if publish:
            made = self._writer.moved(made, "published")
        self._writer.put(unit, person, kind, made, origin=made.origin, file=made.origin_name)
        return made

    def _piece_content(self, piece: Piece, before: Content | None, wish: ImportWish) -> Content:
        """What editors said of it stays where the document says nothing. Of two audiences the narrower one holds."""
        given = dict(_fields(piece.about))
        if "internal" in (wish.audience, before.audience if before else ""):
            given["audience"] = "internal"
        base = (
            before.model_dump()
            if before
            else {
                "audience": wish.audience,
                "language": language(piece.text, self._knowledge.company.languages, self._detector),
            }
        )
        try:
            return Content.model_validate({**base, **given, "title": piece.title, "text": piece.text})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(
                f"what it says of itself cannot be used: {where}: {first['msg']}. Mend it in the file"
            ) from error

    def _new_id(self, unit: Unit, piece: Piece) -> ArticleId:
        wanted = str(piece.about.get("id") or piece.title)
        return free_id(wanted, unit.articles.article_ids(id_stem(wanted)))


def _fields(about: Mapping[str, str | tuple[str, ...]]) -> Iterator[tuple[str, object]]:
    for name in FIELDS:
        value = about.get(name)
        if value in (None, "", "None", ()):
            continue
        if name in _LISTS:
            values = value if isinstance(value, tuple) else tuple(one.strip() for one in str(value).split(","))
            yield name, tuple(dict.fromkeys(one for one in values if one))
        else:
            yield name, value
