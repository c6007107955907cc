"""Files that editors hand in: read one by one, each wholly there or not at all, each told of in words.

Of what gives orders to the copilot nothing becomes an article until a person has looked at it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import uuid4

from cx_core.articles import Upload
from cx_core.errors import BadInput, RungError
from cx_core.ports import Unit
from cx_core.ports.conversion import Piece, Reading
from cx_core.records import Audience, File, Person, Record
from cx_core.services.articles import EDITORS
from cx_core.services.recognising import Recognising
from cx_core.services.service import Means, allow
from cx_core.services.taking_in import Wish
from cx_core.understand.attachments import LONGEST_NAME as LONGEST_PART
from cx_core.understand.attachments import digest, named
from cx_core.views import Refusal

log = logging.getLogger("rung")

AT_ONCE = 2
"""Files read at the same time."""
MOST_AT_ONCE = 200
"""Files that are handed in together by a page; more come as a ZIP, or by command."""
LONGEST_NAME = 300
LONGEST_ENDING = 10
STOPPING = 5.0
"""Seconds that whoever stops Rung waits for files that are being read."""
FORGOTTEN = timedelta(minutes=2)
"""A file that waits longer, and that this process knows nothing of, was lost with the one that had it."""
SHOWN = 200


class Handed(Record):
    """What came of handing files in: those that wait to be read now."""

    uploads: tuple[Upload, ...]
    wish: Wish = Wish()


class Uploading(Recognising):
    """For editors and administrators."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._converter = means.converter
        self._screen = means.screen
        self._screen_ready = means.screen_ready
        self._most_upload = means.most_upload
        self._upload_lock = threading.Lock()
        self._in_hand: dict[str, tuple[Upload, Future[None]]] = {}
        self._readers: ThreadPoolExecutor | None = None

    # --- by a page --------------------------------------------------------------------------

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

    def upload_limits(self) -> tuple[int, int]:
        """Bytes that one file may have, and an archive."""
        return self._most_upload, self._most_upload * ARCHIVES

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

    # --- one file ---------------------------------------------------------------------------

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

    def _read_all(
        self, person: Person, row: Upload, content: bytes, wish: Wish, *, inside: bool = False
    ) -> list[Upload]:
        """A file, and if it is an archive every file in it; itself last, so that a crash leaves it to be read again.

        `inside`: it came out of an archive, and those in it were opened already.
        """
        with self._store.look() as unit:
            known = self._known_upload(unit, row, wish)
        if known is not None:
            return [self._put_known(known, wish)]
        try:
            if len(content) > self.upload_limits()[row.name.lower().endswith(".zip")]:
                raise BadInput(_large(len(content), self._most_upload))
            read = self._converter.read(row.name, content)
            if read.members and inside:
                raise BadInput("it is an archive in an archive in an archive. Hand it in by itself")
        except BadInput as error:
            with self._store.begin() as unit:
                return [self._refused_upload(unit, row, str(error))]
        if not read.members:
            return [self._taken_upload(person, row, read, wish)]
        done: list[Upload] = []
        names = [path_of(f"{row.name}/{member.name}") for member in read.members]
        wish = wish.within(row.name, names)
        for name, member in zip(names, read.members, strict=True):
            inner = self._upload_row(person, name, member.content)
            trouble = member.trouble or (_TWICE_INSIDE if names.count(name) > 1 else "")
            if trouble:
                with self._store.begin() as unit:
                    done.append(self._refused_upload(unit, inner, trouble))
            else:
                done += self._read_all(person, inner, member.content, wish, inside=True)
        with self._store.begin() as unit:
            told = {"state": "read", "notes": read.notes, "members": tuple(one.sha256 for one in done if one.articles)}
            articles = tuple(dict.fromkeys(id for one in done for id in one.articles))
            again = any(one.passing for one in done)
            whole = row.model_copy(update=told | {"articles": articles, "passing": again})
            unit.put_upload(whole)
            unit.record("upload_read", actor=person.id, payload=_told(whole))
        return [*done, whole]

    def _taken_upload(self, person: Person, row: Upload, read: Reading, wish: Wish) -> Upload:
        found = self._suspicious(read)
        try:
            with self._store.begin() as unit:
                unit.hold_article_ids()
                known = self._known_upload(unit, row, wish)
                if known is not None:  # the same bytes came twice, and the other was first
                    unit.put_upload(known)
                    self._move_home(unit, known, wish)
                    return known
                if found:
                    return self._quarantined_upload(unit, person, row, read, found, wish)
                articles, told = self._take_in(unit, person, row.name, row.sha256, read.pieces, wish)
                done = row.model_copy(update={"state": "read", "notes": (*read.notes, *told), "articles": articles})
                unit.put_upload(done)
                unit.record("upload_read", actor=person.id, payload=_told(done))
                return done
        except BadInput as error:  # what was begun of it is undone
            with self._store.begin() as unit:
                return self._refused_upload(unit, row, str(error), passing=True)

    def _suspicious(self, read: Reading) -> tuple[str, ...]:
        seen = [f"{piece.title}\n\n{piece.text}" for piece in read.pieces]
        about = [" ".join(v if isinstance(v, str) else " ".join(v) for v in p.about.values()) for p in read.pieces]
        return self._screen().found([*seen, *(words for words in about if words)], read.hidden)

    def _quarantined_upload(
        self, unit: Unit, person: Person, row: Upload, read: Reading, found: tuple[str, ...], wish: Wish
    ) -> Upload:
        text = "It holds text that tells the copilot what to do. Nothing of it is used until somebody has looked at it."
        done = row.model_copy(
            update={"state": "quarantined", "trouble": text, "found": found[:20], "notes": read.notes}
        )
        kept = [
            wish.model_dump(mode="json", exclude={"present"}),
            *(piece.model_dump(mode="json") for piece in read.pieces),
        ]
        unit.put_upload(done, kept)
        counted = {"found": len(done.found), "notes": len(done.notes)}  # not its words: it may be discarded yet
        unit.record("upload_quarantined", actor=person.id, payload=_told(done) | counted)
        return done

    def _refused_upload(self, unit: Unit, row: Upload, words: str, *, passing: bool = False) -> Upload:
        """`passing`: another time it may be read."""
        text = words[:1].upper() + words[1:].rstrip(".") + "."
        done = row.model_copy(update={"state": "refused", "trouble": text, "passing": passing})
        unit.put_upload(done)
        unit.record("upload_refused", actor=row.person, payload=_told(done) | {"trouble": text})
        return done

    def _upload_row(self, person: Person, name: str, content: bytes, batch: str = "") -> Upload:
        return Upload(
            id=uuid4().hex, name=name, sha256=digest(content), size=len(content), state="waiting", person=person.id,
            at=self._clock(), batch=batch,
        )  # fmt: skip

    def _as_seen(self, one: Upload) -> Upload:
        lost = one.state == "waiting" and one.id not in self._in_hand and self._clock() - one.at > FORGOTTEN
        return one.model_copy(update={"state": "refused", "trouble": f"{_STOPPED}."}) if lost else one


ARCHIVES = 4
"""So many times what a single file may have, an archive may."""
_STOPPED = "Rung was stopped before it was read. Nothing of it is there; hand it in again"
_TWICE = "another file of this name, with something else in it, was handed in at the same time. Rename one of them"
_LEARNING = (
    "They wait until the copilot can tell orders that somebody planted in a document: the first time Rung is started,"
    " it takes half a minute to learn that."
)
_TWICE_INSIDE = "another file in the archive has the same name but for signs that no name may hold. Rename one of them"
_DECIDED_ALREADY = Refusal(code="already", text="Somebody has decided about this file already. Look again.")


def _large(size: int, most: int) -> str:
    return f"it has {size / 1e6:.1f} MB, more than the {most / 1e6:.0f} MB that one file may have. Divide it"


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
