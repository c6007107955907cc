"""A folder of documents kept in step by command: what is in it is published, what has gone from it is archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from cx_core.desk.ingestion.article_import import ArticleImport, ImportWish
from cx_core.desk.ingestion.duplicate_files import DuplicateFiles
from cx_core.desk.ingestion.file_ingestion import FileIngestion, path_of
from cx_core.desk.ingestion.ingestion_queue import AT_ONCE
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput, NotIsolated
from cx_core.knowledge_base.articles import LONGEST_ORIGIN, PART, SYNCED_BY, ArticleEntry, Upload
from cx_core.records import Audience, Person, Record, Role

SYNC = Person(id=SYNCED_BY, email="", name="The command that syncs a folder", role=Role.EDITOR)
"""In whose name a command acts: whoever may run it on the machine may change what is on it."""


class FoundFile(Record):
    """A file of the folder: its path in there, and its bytes once somebody asks. `trouble`: why it is not read."""

    name: str
    read: Callable[[], bytes]
    trouble: str = ""


class Synced(Record):
    """What came of it."""

    uploads: tuple[Upload, ...]
    archived: tuple[ArticleEntry, ...]


class FolderSync(Service):
    """For the command line alone: it names no person, since who may run commands there may do everything."""

    def __init__(
        self,
        means: Means,
        ingestion: FileIngestion,
        imports: ArticleImport,
        duplicates: DuplicateFiles,
        writer: ArticleWriter,
    ) -> None:
        super().__init__(means)
        self._ingestion, self._imports = ingestion, imports
        self._duplicates, self._writer = duplicates, writer
        self._converter = means.converter

    def sync(
        self,
        source: str,
        files: Sequence[FoundFile],
        *,
        publish: bool = True,
        audience: Audience = "customer",
        told: Callable[[Upload], None] = lambda _upload: None,
    ) -> Synced:
        """Every file read that is new or has changed. Interrupted, it is finished by doing it again.

        `told` hears of each file as soon as it is done. Raises BadInput for a folder without
        files, and NotIsolated where documents cannot be read on this machine.
        """
        if not files:
            raise BadInput(
                f"There are no files in {source}, so nothing was changed. Look whether it is the right folder."
            )
        if why := self._converter.trouble():
            raise NotIsolated(why)
        names = [path_of(one.name) for one in files]
        present = frozenset(f"{source}/{name}" for name in names)
        wish = ImportWish(publish=publish, audience=audience, source=source, present=present)
        done: list[Upload] = []
        try:
            for some in self._in_order(files, names, wish):
                done += some
                for one in some:
                    told(one)
            for place, some in self._overtaken(done, dict(zip(names, files, strict=True)), wish):
                done[place : place + 1] = some
                for one in some:
                    told(one)
        finally:
            self._converter.rest()
        return Synced(uploads=tuple(done), archived=self._without_gone(wish, done))

    def _in_order(self, files: Sequence[FoundFile], names: Sequence[str], wish: ImportWish) -> Iterator[list[Upload]]:
        """Two at a time, so that one is parsed while another is weighed; no more are held in memory."""
        twice = {name for place, name in enumerate(names) if name in names[:place]}
        todo = iter(zip(files, names, strict=True))
        with ThreadPoolExecutor(AT_ONCE) as readers:
            waiting = [readers.submit(self._synced, *one, twice, wish) for one in islice(todo, AT_ONCE * 2)]
            while waiting:
                yield waiting.pop(0).result()
                waiting += [readers.submit(self._synced, *one, twice, wish) for one in islice(todo, 1)]

    def _synced(self, file: FoundFile, name: str, twice: set[str], wish: ImportWish) -> list[Upload]:
        content, trouble = b"", file.trouble or (_TWICE if name in twice else "")
        if not trouble and len(wish.source) + 1 + len(name) > LONGEST_ORIGIN:
            trouble = _LONG
        if not trouble:
            try:
                content = file.read()
            except OSError as error:
                trouble = f"it cannot be read from the disk: {error.strerror or error}. Mend that and sync again"
        row = self._ingestion.row(SYNC, name, content)
        with self._store.look() as unit:
            before = unit.uploads.of(row.sha256)
        told = before and before.name == name and before.state in ("refused", "discarded", "quarantined")
        if before and told and not trouble and not before.passing:
            return [before]  # told of already, and nothing about it has changed
        with self._store.begin() as unit:
            if trouble:
                return [self._ingestion.refused(unit, row, trouble, passing=True)]
            known = self._duplicates.known(unit, row, wish)
            if known is not None:
                self._duplicates.move_home(unit, known, wish)
                return [known]
        return self._ingestion.read(SYNC, row, content, wish)

    def _overtaken(
        self, done: Sequence[Upload], files: Mapping[str, FoundFile], wish: ImportWish
    ) -> Iterator[tuple[int, list[Upload]]]:
        """Files that were the same as another one, which was then read anew: theirs are nobody's words now.

        Last first, so that the places of the others stay.
        """
        for place in range(len(done) - 1, -1, -1):
            one = done[place]
            if one.state != "same" or one.name not in files:
                continue
            with self._store.look() as unit:
                known = self._duplicates.known(unit, one, wish)
            if known is None:
                yield place, self._synced(files[one.name], one.name, set(), wish)

    def _without_gone(self, wish: ImportWish, done: Sequence[Upload]) -> tuple[ArticleEntry, ...]:
        """The articles of files that are not in the folder any more, archived; also of what an archive lost."""
        seen = {f"{wish.source}/{one.name}" for one in done}
        reread = {f"{wish.source}/{one.name}" for one in done if one.state == "read" and _is_archive(one)}
        with self._store.begin() as unit:
            lost = [
                id
                for id, name in sorted(unit.articles.article_names("synced", wish.source).items())
                if not wish.stands(name) or _left(name.partition(PART)[0], reread, seen)
            ]
            held = [unit.articles.get(id) for id in lost]  # all, before any is put
            entries = [entry for entry in held if entry is not None]
            for entry in entries:
                self._writer.put(unit, SYNC, "article_archived", self._imports.gone(entry), file=entry.origin_name)
        return tuple(map(self._imports.gone, entries))


def _is_archive(upload: Upload) -> bool:
    return bool(upload.members) or upload.name.lower().endswith(".zip")


def _left(name: str, archives: Iterable[str], seen: Set[str]) -> bool:
    """Whether this file was in one of these archives, and is no more."""
    return name not in seen and any(name.startswith(f"{archive}/") for archive in archives)


_TWICE = "another file has the same name but for signs that no name may hold. Rename one of them"
_LONG = f"its name and its folder's have over {LONGEST_ORIGIN} letters together. Shorten one"
