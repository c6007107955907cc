"""The published articles, as of now, and the folder's articles taken into the database.

Every process looks at most once a second whether an article changed meanwhile.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import sqlalchemy as sa

from cx_core.adapters.article_rows import last_change, live_versions
from cx_core.adapters.database import reading, transaction
from cx_core.articles import ArticleEntry, ArticleVersion, Content
from cx_core.catalogue import Article
from cx_core.errors import AuditUnavailable, StoreUnavailable
from cx_core.ports import Clock, Store
from cx_core.records import ArticleId

CHECK_SECONDS = 1.0
FOLDER: Literal["folder"] = "folder"


class LiveShelf:
    """ports.articles.Shelf."""

    def __init__(self, engine: sa.Engine, tick: Callable[[], float] = time.monotonic) -> None:
        self._engine = reading(engine)
        self._tick = tick
        self._lock = threading.Lock()
        self._looked = -CHECK_SECONDS
        self._seen = -1
        self._articles: Mapping[ArticleId, Article] = MappingProxyType({})
        self._version = ""

    def articles(self) -> Mapping[ArticleId, Article]:
        now = self._tick()
        if now - self._looked >= CHECK_SECONDS:
            self._looked = now  # one looks; whoever asks meanwhile goes on with what was there
            self.refresh()
        return self._articles

    @property
    def version(self) -> str:
        self.articles()
        return self._version

    def refresh(self) -> None:
        """Look now. While the database does not answer, what was served stays so."""
        with self._lock:
            try:
                with transaction(self._engine) as connection:
                    change = last_change(connection)
                    if change != self._seen:
                        self._hold(live_versions(connection))
                        self._seen = change
            except (StoreUnavailable, AuditUnavailable):
                return
            finally:
                self._looked = self._tick()

    def _hold(self, versions: Iterable[ArticleVersion]) -> None:
        found = {one.article: one.seen() for one in versions}
        exact = "\n".join(f"{id} {article.version}" for id, article in sorted(found.items()))
        self._articles = MappingProxyType(found)
        self._version = hashlib.sha256(exact.encode()).hexdigest()[:12]


def take_in(store: Store, articles: Mapping[str, Article], clock: Clock) -> int:
    """The knowledge folder's articles into the database; how many were new or had changed.

    A file that changed becomes a new version at once: whoever changes the folder decided so. Where somebody edited
    the article here since, theirs stays in force and the file's words become a draft. A file that is gone takes its
    article out of search.
    """
    changed = 0
    with store.begin() as unit:
        known = {one.id: one for one in unit.articles()}
        for article in articles.values():
            entry = known.get(ArticleId(article.id))
            if entry is not None and (entry.origin != FOLDER or entry.origin_sha256 == article.version):
                continue
            unit.put_article(_taken(article, entry, clock()))
            changed += 1
        for entry in known.values():
            if entry.origin == FOLDER and entry.id not in articles and entry.state != "archived":
                unit.put_article(entry.model_copy(update={"state": "archived", "live": None, "changed_at": clock()}))
                changed += 1
    return changed


def _taken(article: Article, before: ArticleEntry | None, now: datetime) -> ArticleEntry:
    shared = article.model_dump(exclude={"id", "version", "number"})
    content = Content.model_validate(shared)
    ours = before is not None and before.latest.made_by != FOLDER
    latest = ArticleVersion(
        article=ArticleId(article.id), number=before.latest.number + 1 if before else 1, content=content,
        version=content.digest(), made_by=FOLDER, made_at=now,
    )  # fmt: skip
    return ArticleEntry(
        id=ArticleId(article.id), state="draft" if ours else "published",
        live=before.live if ours and before else latest.number, latest=latest, origin=FOLDER,
        origin_name=f"articles/{article.id}.md", origin_sha256=article.version, changed_at=now,
    )  # fmt: skip
