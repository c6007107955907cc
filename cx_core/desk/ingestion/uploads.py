"""Files that editors hand in by a page: kept at once, read in the background, and seen there.

What was set apart is released or discarded by a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from cx_core.desk.ingestion.article_import import ArticleImport, ImportWish
from cx_core.desk.ingestion.file_ingestion import FileIngestion, path_of
from cx_core.desk.ingestion.ingestion_queue import IngestionQueue
from cx_core.desk.service import EDITORS, Means, Service, allow
from cx_core.knowledge_base.articles import Upload
from cx_core.ports.conversion import Piece
from cx_core.records import Audience, File, Person
from cx_core.views import Refusal

MOST_AT_ONCE = 200
"""Files that are handed in together by a page; more come as a ZIP, or by command."""
MOST_WAITING = 2_000_000_000
"""Bytes that all files that wait may have together."""
SHOWN = 200
_TWICE = "another file of this name, with something else in it, was handed in at the same time. Rename one of them"
_LEARNING = (
    "They wait until the copilot can tell orders that somebody planted in a document: the first time Rung is started,"
    " it takes half a minute to learn that."
)
_UNPROTECTED = (
    "CX_UPLOADS_UNPROTECTED is set: where the system does not cut it off, what reads documents could reach the network."
    " Hand in only documents whose origin you trust."
)
_DECIDED_ALREADY = Refusal(code="already", text="Somebody has decided about this file already. Look again.")


class UploadService(Service):
    """For editors and administrators."""

    def __init__(self, means: Means, ingestion: FileIngestion, imports: ArticleImport, queue: IngestionQueue) -> None:
        super().__init__(means)
        self._ingestion, self._imports, self._queue = ingestion, imports, queue
        self._converter, self._waiting_files = means.converter, means.waiting_files
        self._screen_ready = means.screen_ready

    def hand_in(
        self, person: Person, files: Sequence[File], *, publish: bool = False, audience: Audience = "customer"
    ) -> tuple[Upload, ...] | Refusal:
        """Have files read in the background. Each is kept at once, waiting, and read even if Rung ends before; what
        became of it is seen there. Raises StoreUnavailable or AuditUnavailable, and then none is kept."""
        allow(person, *EDITORS)
        if len(files) > MOST_AT_ONCE:
            text = f"At most {MOST_AT_ONCE} files go together. Hand them in as a ZIP, or sync their folder by command."
            return Refusal(code="denied", text=text)
        if why := self._converter.trouble():
            return Refusal(code="denied", text=why)
        wish = ImportWish(publish=publish, audience=audience)
        batch = uuid4().hex
        rows = [self._ingestion.row(person, path_of(file.name), file.content, batch) for file in files]
        troubles = self._troubles(rows)
        waiting = [(row, file) for row, file in zip(rows, files, strict=True) if row.id not in troubles]
        with self._store.look() as unit:
            if sum(row.size for row, _ in waiting) + unit.uploads.waiting_bytes() > MOST_WAITING:
                text = f"More than {MOST_WAITING / 1e9:.0f} GB would wait. Hand these in once the others are read."
                return Refusal(code="later", text=text)
        try:
            for row, file in waiting:
                self._waiting_files.keep(row.id, file.content)
            rows = self._put_waiting(rows, troubles, wish)
        except Exception:
            self._waiting_files.remove([row.id for row, _ in waiting])
            raise
        self._queue.submit(row for row, _ in waiting)
        return tuple(rows)

    def upload_notice(self, person: Person) -> tuple[str, bool]:
        """Return what must be known before files are chosen, or "", and whether uploads are refused for it."""
        allow(person, *EDITORS)
        if why := self._converter.trouble():
            return why, True
        return (_UNPROTECTED if self._converter.unprotected else ""), False

    def _troubles(self, rows: Sequence[Upload]) -> dict[str, str]:
        """Why some are refused at once, by id."""
        seen: dict[str, str] = {}
        found: dict[str, str] = {}
        for row in rows:
            if seen.setdefault(row.name, row.sha256) != row.sha256:
                found[row.id] = _TWICE
            elif large := self._ingestion.too_large(row.name, row.size):
                found[row.id] = large
        return found

    def _put_waiting(self, rows: Sequence[Upload], troubles: Mapping[str, str], wish: ImportWish) -> list[Upload]:
        wanted = [wish.model_dump(mode="json", exclude={"present"})]
        with self._store.begin() as unit:
            put = [self._ingestion.refused(unit, row, troubles[row.id]) if row.id in troubles else row for row in rows]
            waiting = [row for row in put if row.state == "waiting"]
            for row in waiting:
                unit.uploads.put(row, wanted)
            self._queue.hold(unit, [row.id for row in waiting])
        return put

    def recent(self, person: Person) -> tuple[Upload, ...]:
        """Newest first."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            return unit.uploads.latest(SHOWN)

    def uploads_wait_for(self, person: Person) -> str:
        """What all that waits to be read waits for, in words; "" where it is only its turn."""
        allow(person, *EDITORS)
        return "" if self._screen_ready() else _LEARNING

    def release_upload(self, person: Person, id: str, reason: str) -> Upload | Refusal:
        """Take in what was set apart: a person has looked at it, and says why it may be."""
        allow(person, *EDITORS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why it may be taken in: the reason goes on record.")
        with self._store.begin() as unit:
            one = unit.uploads.get(id)
            if one is None or one.state != "quarantined":
                return _DECIDED_ALREADY
            kept = unit.uploads.kept_of(id)
            wish = ImportWish.model_validate(kept[0])
            pieces = tuple(Piece.model_validate(piece) for piece in kept[1:])
            articles, told = self._imports.take_in(unit, person, one.name, one.sha256, pieces, wish)
            done = one.replace(state="released", articles=articles, notes=(*one.notes, *told))
            unit.uploads.put(done)
            payload = {"upload": id, "name": one.name, "articles": list(articles), "found": list(one.found)}
            unit.record("upload_released", actor=person.id, payload={**payload, "reason": reason.strip()[:500]})
        return done

    def discard_upload(self, person: Person, id: str) -> Upload | Refusal:
        """Nothing of it is kept but that it was there."""
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            one = unit.uploads.get(id)
            if one is None or one.state != "quarantined":
                return _DECIDED_ALREADY
            done = one.replace(state="discarded", found=(), notes=())
            unit.uploads.put(done)
            unit.record("upload_discarded", actor=person.id, payload={"upload": id, "name": one.name})
        return done
