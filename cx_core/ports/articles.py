"""What the business knows: articles as they are kept, and as they are served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cx_core.catalogue import Article
from cx_core.knowledge_base.articles import ArticleEntry, ArticleVersion, Origin, Upload
from cx_core.knowledge_base.handed_in import HandedIn
from cx_core.knowledge_base.questions import TestQuestion
from cx_core.records import ArticleId


class ArticleRepository(Protocol):
    """The part of a transaction that is about articles."""

    def get(self, id: ArticleId) -> ArticleEntry | None:
        """Held against other writers until the transaction ends."""
        ...

    def all(self) -> tuple[ArticleEntry, ...]:
        """All there are, archived ones too, by id."""
        ...

    def hold_article_ids(self) -> None:
        """Nobody else makes an article until the transaction ends. First of all in it: others wait for the audit."""
        ...

    def article_ids(self, stem: str) -> frozenset[ArticleId]:
        """Those that begin with it, of archived ones too."""
        ...

    def live_articles(self) -> tuple[ArticleVersion, ...]:
        """The version of each article that search sees, by id."""
        ...

    def article_versions(self, id: ArticleId) -> tuple[ArticleVersion, ...]:
        """Newest first."""
        ...

    def put(self, entry: ArticleEntry) -> None:
        """With its latest version, if that is new. What serves articles sees it within a second.

        Whoever has a ticket open whose draft cites it sees that ticket drawn anew.
        """
        ...

    def handed_in(self, token: str, id: str) -> HandedIn | None:
        """What a program handed in under this id of its own."""
        ...

    def put_handed_in(self, handed_in: HandedIn) -> None: ...

    def is_handed_in(self, token: str, article: ArticleId) -> bool:
        """Whether this program handed in any version of the article."""
        ...

    def articles_of(self, origin: Origin, name: str) -> tuple[ArticleEntry, ...]:
        """Those that one file became, archived ones too, in the order of its parts; held as by `article`."""
        ...

    def article_names(self, origin: Origin, folder: str) -> Mapping[ArticleId, str]:
        """What articles came from below this folder, but for archived ones: their files' names."""
        ...

    def test_questions(self) -> tuple[TestQuestion, ...]:
        """By folder, oldest first."""
        ...

    def put_test_question(self, question: TestQuestion) -> None: ...

    def drop_test_question(self, id: str) -> None: ...


class UploadRepository(Protocol):
    """The part of a transaction that is about files that wait: one process has each, while it says that it lives."""

    def get(self, id: str) -> Upload | None: ...

    def of(self, sha256: str, *, refused: bool = True) -> Upload | None:
        """The last one with these bytes of which somebody, or something, decided what becomes of it.

        `refused`: also of those that were not read, for whatever reason.
        """
        ...

    def latest(self, most: int) -> tuple[Upload, ...]:
        """Those that wait first, then newest first."""
        ...

    def put(self, upload: Upload, kept: Sequence[Mapping[str, object]] | None = None) -> None:
        """`kept`: what is wanted of a waiting file; what was read of a quarantined one, until a person decides."""
        ...

    def kept_of(self, upload: str) -> tuple[Mapping[str, object], ...]: ...

    def waiting_bytes(self) -> int:
        """What all files that wait have together."""
        ...

    def free_uploads(self, now: datetime, *, lock: bool = False) -> tuple[tuple[Upload, int], ...]:
        """Those that wait and are no living process's, oldest first, with how often reading them was begun.

        `lock`: until the transaction ends nobody else gets them, and those that another one locked are left out.
        """
        ...

    def hold_uploads(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        """They are this process's until then."""
        ...

    def renew_uploads(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        """Those of them that this process has are its own until then."""
        ...

    def read_since(self, name: str, at: datetime) -> bool:
        """Whether a file of this name that somebody handed in later was read already."""
        ...

    def begin_upload(self, id: str, holder: str) -> int | None:
        """How often reading it was begun before, and once more now; None if it waits no more, or is another's."""
        ...

    def let_uploads_go(self, ids: Sequence[str], holder: str, *, begun: bool) -> None:
        """Whoever looks next may have them. `begun`: reading them was begun, and is not to count."""
        ...


class Shelf(Protocol):
    """The articles that are published, as of now: what search and replies may rest on. Looks once a second."""

    def articles(self) -> Mapping[ArticleId, Article]:
        """Also those that do not hold yet or any more; `Article.valid` says."""
        ...

    @property
    def version(self) -> str:
        """A digest of all of them, for the audit."""
        ...
