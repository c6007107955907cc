"""Files that editors hand in by a page: read in the background, two at a time, and seen there.

What was set apart is released or discarded by a person.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import uuid4

from cx_core.articles import Upload
from cx_core.errors import RungError
from cx_core.ports.conversion import Piece
from cx_core.records import Audience, File, Person
from cx_core.services.articles import EDITORS
from cx_core.services.reading_in import ReadingIn, path_of
from cx_core.services.service import Means, allow
from cx_core.services.taking_in import Wish
from cx_core.views import Refusal

log = logging.getLogger("rung")

AT_ONCE = 2
"""Files read at the same time."""
MOST_AT_ONCE = 200
"""Files that are handed in together by a page; more come as a ZIP, or by command."""
STOPPING = 5.0
"""Seconds that whoever stops Rung waits for files that are being read."""
FORGOTTEN = timedelta(minutes=2)
"""A file that waits longer, and that this process knows nothing of, was lost with the one that had it."""
SHOWN = 200
_STOPPED = "Rung was stopped before it was read. Nothing of it is there; hand it in again"
_TWICE = "another file of this name, with something else in it, was handed in at the same time. Rename one of them"
_LEARNING = (
    "They wait until the copilot can tell orders that somebody planted in a document: the first time Rung is started,"
    " it takes half a minute to learn that."
)
_DECIDED_ALREADY = Refusal(code="already", text="Somebody has decided about this file already. Look again.")


class Uploading(ReadingIn):
    """For editors and administrators."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._screen_ready = means.screen_ready
        self._upload_lock = threading.Lock()
        self._in_hand: dict[str, tuple[Upload, Future[None]]] = {}
        self._readers: ThreadPoolExecutor | None = None

    def hand_in(
        self, person: Person, files: Sequence[File], *, publish: bool = False, audience: Audience = "customer"
    ) -> tuple[Upload, ...] | Refusal:
        """Have files read in the background. Each is on file at once, waiting; what became of it is seen there."""
        allow(person, *EDITORS)
        if len(files) > MOST_AT_ONCE:
            text = f"At most {MOST_AT_ONCE} files go together. Hand them in as a ZIP, or sync their folder by command."
            return Refusal(code="denied", text=text)
        wish = Wish(publish=publish, audience=audience)
        batch = uuid4().hex
        rows = [self._upload_row(person, path_of(file.name), file.content, batch) for file in files]
        seen: dict[str, str] = {}
        with self._store.begin() as unit:
            for place, row in enumerate(rows):
                if seen.setdefault(row.name, row.sha256) != row.sha256:
                    rows[place] = self._refused_upload(unit, row, _TWICE)
                else:
                    unit.put_upload(row)
        waiting = [(row, file) for row, file in zip(rows, files, strict=True) if row.state == "waiting"]
        with self._upload_lock:
            self._readers = self._readers or ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rung-upload")
            for row, file in waiting:
                begun = self._readers.submit(self._in_background, person, row, file.content, wish)
                self._in_hand[row.id] = (row, begun)
        return tuple(rows)

    def uploads(self, person: Person) -> tuple[Upload, ...]:
        """Newest first."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            found = unit.uploads(SHOWN)
        return tuple(self._as_seen(one) for one in found)

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
            one = unit.upload(id)
            if one is None or one.state != "quarantined":
                return _DECIDED_ALREADY
            kept = unit.kept_of(id)
            wish = Wish.model_validate(kept[0])
            pieces = tuple(Piece.model_validate(piece) for piece in kept[1:])
            articles, told = self._take_in(unit, person, one.name, one.sha256, pieces, wish)
            done = one.model_copy(update={"state": "released", "articles": articles, "notes": (*one.notes, *told)})
            unit.put_upload(done)
            payload = {"upload": id, "name": one.name, "articles": list(articles), "found": list(one.found)}
            unit.record("upload_released", actor=person.id, payload={**payload, "reason": reason.strip()[:500]})
        return done

    def discard_upload(self, person: Person, id: str) -> Upload | Refusal:
        """Nothing of it is kept but that it was there."""
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            one = unit.upload(id)
            if one is None or one.state != "quarantined":
                return _DECIDED_ALREADY
            done = one.model_copy(update={"state": "discarded", "found": (), "notes": ()})
            unit.put_upload(done)
            unit.record("upload_discarded", actor=person.id, payload={"upload": id, "name": one.name})
        return done

    def stop_reading(self) -> None:
        """What waits is not read any more, and says so; what is being read is finished if that takes no longer."""
        with self._upload_lock:
            readers, self._readers = self._readers, None
            lost = [row for row, begun in self._in_hand.values() if begun.cancel()]
            for row in lost:
                del self._in_hand[row.id]
            going = list(self._in_hand.values())
        self._lost_uploads(lost, _STOPPED)
        wait([begun for _, begun in going], STOPPING)
        self._lost_uploads([row for row, begun in going if not begun.done()], _STOPPED)
        if readers is not None:
            readers.shutdown(wait=False)
        self._converter.rest()

    def _in_background(self, person: Person, row: Upload, content: bytes, wish: Wish) -> None:
        try:
            self._read_all(person, row, content, wish)
        except RungError as error:
            log.error("An upload was not read: %s", error)
            self._lost_uploads([row], f"{error}")
        except Exception:
            log.exception("An upload was not read")
            self._lost_uploads(
                [row], "Reading it failed here, through no fault of the file. It is in the server's log."
            )
        finally:
            with self._upload_lock:
                self._in_hand.pop(row.id, None)
                idle = not self._in_hand
            if idle:
                self._converter.rest()

    def _lost_uploads(self, rows: Sequence[Upload], words: str) -> None:
        if not rows:
            return
        try:
            with self._store.begin() as unit:
                there = [unit.upload(row.id) for row in rows]  # all held before any is put
                for now in there:
                    if now is not None and now.state == "waiting":  # it may just have been read after all
                        self._refused_upload(unit, now, words, passing=True)
        except RungError as error:
            log.error("That an upload was not read could not be written down: %s", error)

    def _as_seen(self, one: Upload) -> Upload:
        lost = one.state == "waiting" and one.id not in self._in_hand and self._clock() - one.at > FORGOTTEN
        return one.model_copy(update={"state": "refused", "trouble": f"{_STOPPED}."}) if lost else one
