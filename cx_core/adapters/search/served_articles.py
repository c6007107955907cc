"""The published articles, as of now, and the folder's articles taken into the database.

Every process looks at most once a second whether an article changed meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import sqlalchemy as sa

from cx_core.adapters.sql.article_rows import last_change, live_versions
from cx_core.adapters.sql.database import reading, transaction
from cx_core.catalogue import Article
from cx_core.errors import AuditUnavailable, StoreUnavailable
from cx_core.knowledge_base.articles import (
    BESIDE,
    SHELVED,
    ArticleEntry,
    ArticleVersion,
    Content,
    is_edited,
    is_shelved,
)
from cx_core.ports import Clock, Store
from cx_core.records import ArticleId

CHECK_SECONDS = 1.0
FOLDER: Literal["folder"] = "folder"

_LOG = logging.getLogger(__name__)


class LiveShelf:
    """ports.articles.Shelf."""

    def __init__(self, engine: sa.Engine, tick: Callable[[], float] = time.monotonic) -> None:
        self._engine = reading(engine)
        self._tick = tick
        self._lock = threading.Lock()
        self._looked = -CHECK_SECONDS
        self._seen: tuple[int, int] | None = None
        self._articles: Mapping[ArticleId, Article] = MappingProxyType({})
        self._version = ""

    def articles(self) -> Mapping[ArticleId, Article]:
        now = self._tick()
        if self._seen is None:  # nothing is known yet: everybody waits, for none must be taken for no articles
            self.refresh()
        elif now - self._looked >= CHECK_SECONDS:
            self._looked = now  # one looks; whoever asks meanwhile goes on with what was there
            self.refresh()
        return self._articles

    @property
    def version(self) -> str:
        self.articles()
        return self._version

    def refresh(self) -> None:
        """Look now. While the database does not answer, what was served stays so.

        Raises StoreUnavailable or AuditUnavailable where nothing was served yet.
        """
        with self._lock:
            try:
                with transaction(self._engine) as connection:
                    change = last_change(connection)
                    if change != self._seen:
                        self._hold(live_versions(connection))
                        self._seen = change
            except (StoreUnavailable, AuditUnavailable):
                if self._seen is None:
                    raise
            finally:
                self._looked = self._tick()

    def _hold(self, versions: Iterable[ArticleVersion]) -> None:
        found = {one.article: one.seen() for one in versions}
        if found == self._articles:  # a draft was saved: the same object says that nothing is to be taken over
            return
        exact = "\n".join(f"{id} {article.version}" for id, article in sorted(found.items()))
        self._articles = MappingProxyType(found)
        self._version = hashlib.sha256(exact.encode()).hexdigest()[:12]


def take_in(store: Store, articles: Mapping[str, Article], clock: Clock) -> int:
    """The knowledge folder's articles into the database; how many were new or had changed.

    A file that changed becomes a new version at once: whoever changes the folder decided so. Where somebody edited
    or archived the article here since, that stays so and the file's words become a draft. A file that is gone takes its
    article out of search until it is there again. A folder without any article is taken for a mistake: nothing goes.
    """
    changed = 0
    with store.begin() as unit:
        unit.articles.hold_article_ids()
        known = {one.id: one for one in unit.articles.all()}
        for article in articles.values():
            entry = known.get(ArticleId(article.id))
            if entry is not None and (entry.origin != FOLDER or entry.origin_sha256 == article.version):
                continue
            versions = unit.articles.article_versions(ArticleId(article.id)) if entry is not None else ()
            if entry is not None and _is_last(article, entry, versions):
                continue
            unit.articles.put(_taken(article, entry, versions, clock()))
            changed += 1
        gone = [one for one in known.values() if one.origin == FOLDER and one.id not in articles and one.origin_sha256]
        if gone and not articles:
            _LOG.error("The knowledge folder holds no article; the %d that came from it stay as they are.", len(gone))
            return changed
        for entry in gone:
            if entry.state != "archived":
                unit.articles.put(_without_file(entry, clock()))
                changed += 1
    return changed


def _without_file(entry: ArticleEntry, now: datetime) -> ArticleEntry:
    """Without the digest, so that the file is taken in when it is back; what a person archived keeps it."""
    return entry.replace(state="archived", live=None, origin_sha256="", changed_at=now, changed_by=FOLDER)


def _content(article: Article) -> Content:
    return Content.model_validate(article.model_dump(exclude={"id", "version", "number"}))


def _is_last(article: Article, entry: ArticleEntry, versions: Sequence[ArticleVersion]) -> bool:
    """Whether the file's words were the last that came from it, though something else was handed in for it since."""
    last = max((one for one in versions if one.made_by == FOLDER), key=lambda one: one.number, default=None)
    return bool(entry.origin_sha256) and last is not None and last.version == _content(article).digest()


def _taken(
    article: Article, before: ArticleEntry | None, versions: Sequence[ArticleVersion], now: datetime
) -> ArticleEntry:
    content = _content(article)
    shelved = before is not None and is_shelved(before)
    ours = before is not None and (shelved or is_edited(before, versions, FOLDER))
    latest = ArticleVersion(
        article=ArticleId(article.id),
        number=before.latest.number + 1 if before else 1,
        content=content,
        version=content.digest(),
        made_by=FOLDER,
        made_at=now,
        note=SHELVED if shelved else BESIDE if ours else "",
    )
    return ArticleEntry(
        id=ArticleId(article.id),
        state="draft" if ours else "published",
        live=before.live if ours and before else latest.number,
        latest=latest,
        origin=FOLDER,
        origin_name=f"articles/{article.id}.md",
        origin_sha256=article.version,
        changed_at=now,
        changed_by=FOLDER,
    )
