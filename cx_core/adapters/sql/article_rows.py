"""Articles and uploads, as rows."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import begins, from_text, to_text
from cx_core.adapters.sql.rows import Rows
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import PART, ArticleEntry, ArticleVersion, Origin
from cx_core.knowledge_base.handed_in import HandedIn
from cx_core.knowledge_base.questions import TestQuestion
from cx_core.records import ArticleId

_ENTRIES = sa.select(t.article, t.article_version.c.body).join(
    t.article_version,
    (t.article_version.c.article == t.article.c.id) & (t.article_version.c.number == t.article.c.latest),
)

_HOLD_IDS = sa.text("SELECT pg_advisory_xact_lock(hashtext('rung article'))")


class ArticleRows(Rows):
    """A part of `SqlUnit`; see ports.articles.ArticleRepository."""

    def get(self, id: ArticleId) -> ArticleEntry | None:
        query = _ENTRIES.where(t.article.c.id == id).with_for_update(of=t.article)
        row = self._connection.execute(query).mappings().one_or_none()
        return _entry(row) if row else None

    def all(self) -> tuple[ArticleEntry, ...]:
        return tuple(_entry(row) for row in self._connection.execute(_ENTRIES.order_by(t.article.c.id)).mappings())

    def hold_article_ids(self) -> None:
        if self._connection.dialect.name == "postgresql":  # SQLite has one writer
            self._connection.execute(_HOLD_IDS)

    def article_ids(self, stem: str) -> frozenset[ArticleId]:
        query = sa.select(t.article.c.id).where(begins(t.article.c.id, stem))
        return frozenset(map(ArticleId, self._connection.execute(query).scalars()))

    def article_versions(self, id: ArticleId) -> tuple[ArticleVersion, ...]:
        table = t.article_version
        query = sa.select(table.c.body).where(table.c.article == id).order_by(table.c.number.desc())
        return tuple(ArticleVersion.model_validate(body) for body in self._connection.execute(query).scalars())

    def put(self, entry: ArticleEntry) -> None:
        latest = entry.latest
        values = {
            "state": entry.state,
            "live": entry.live,
            "latest": latest.number,
            "origin": entry.origin,
            "origin_name": entry.origin_name,
            "origin_sha256": entry.origin_sha256,
            "changed_at": to_text(entry.changed_at),
            "changed_by": entry.changed_by,
        }
        self._put(t.article, {"id": entry.id}, values)
        key = {"article": entry.id, "number": latest.number}
        table = t.article_version
        there = sa.select(table.c.version).where(table.c.article == entry.id, table.c.number == latest.number)
        version = self._connection.execute(there).scalar_one_or_none()
        if version not in (None, latest.version):
            raise BadInput("Somebody saved another version of this article meanwhile. Open it again.")
        if version is None:
            body = latest.model_dump(mode="json")
            self._connection.execute(sa.insert(table).values(**key, version=latest.version, body=body))
        self._connection.execute(sa.insert(t.article_change).values(article=entry.id))
        self._wake_citing(entry.id)

    def _wake_citing(self, id: ArticleId) -> None:
        use, ticket = t.passage_use.c, t.ticket.c
        citing = (
            sa.select(use.ticket)
            .join(t.ticket, (ticket.id == use.ticket) & (ticket.version == use.version))
            .where(use.article == id, use.kind == "cited", ticket.work.in_(("ready", "returned")))
            .distinct()
        )
        self._connection.execute(sa.insert(t.change).from_select(["ticket"], citing))

    def handed_in(self, token: str, id: str) -> HandedIn | None:
        table = t.handed_in_article
        query = sa.select(table).where(table.c.token == token, table.c.id == id)
        row = self._connection.execute(query).mappings().one_or_none()
        return HandedIn.model_validate({**row, "at": from_text(row["at"])}) if row else None

    def put_handed_in(self, handed_in: HandedIn) -> None:
        row = handed_in.model_dump() | {"at": to_text(handed_in.at)}
        self._connection.execute(sa.insert(t.handed_in_article).values(row))

    def is_handed_in(self, token: str, article: ArticleId) -> bool:
        table = t.handed_in_article.c
        query = sa.select(table.id).where(table.token == token, table.article == article).limit(1)
        return self._connection.execute(query).first() is not None

    def articles_of(self, origin: Origin, name: str) -> tuple[ArticleEntry, ...]:
        of = t.article.c.origin_name
        query = _ENTRIES.where(
            t.article.c.origin == origin, (of == name) | begins(of, f"{name}{PART}")
        ).with_for_update(of=t.article)
        found = [_entry(row) for row in self._connection.execute(query).mappings()]
        return tuple(sorted(found, key=lambda one: int(one.origin_name.removeprefix(name).lstrip(PART) or 1)))

    def article_names(self, origin: Origin, folder: str) -> Mapping[ArticleId, str]:
        query = sa.select(t.article.c.id, t.article.c.origin_name).where(
            t.article.c.origin == origin,
            t.article.c.state != "archived",
            begins(t.article.c.origin_name, f"{folder}/"),
        )
        return {ArticleId(row[0]): row[1] for row in self._connection.execute(query)}

    def test_questions(self) -> tuple[TestQuestion, ...]:
        bodies = self._connection.execute(sa.select(t.test_question.c.body)).scalars()
        return tuple(
            sorted(map(TestQuestion.model_validate, bodies), key=lambda one: (one.folder, one.made_at, one.id))
        )

    def put_test_question(self, question: TestQuestion) -> None:
        values = {"folder": question.folder, "body": question.model_dump(mode="json")}
        self._put(t.test_question, {"id": question.id}, values)

    def drop_test_question(self, id: str) -> None:
        self._connection.execute(sa.delete(t.test_question).where(t.test_question.c.id == id))

    def live_articles(self) -> tuple[ArticleVersion, ...]:
        return live_versions(self._connection)


def live_versions(connection: sa.Connection) -> tuple[ArticleVersion, ...]:
    """The version of each article that search sees, by id."""
    query = (
        sa.select(t.article_version.c.body)
        .join(t.article, t.article.c.id == t.article_version.c.article)
        .where(t.article.c.live == t.article_version.c.number)
        .order_by(t.article.c.id)
    )
    return tuple(ArticleVersion.model_validate(body) for body in connection.execute(query).scalars())


def last_change(connection: sa.Connection) -> tuple[int, int]:
    """Another one after every change of an article. Counted too: what is committed late may have an earlier id."""
    id = t.article_change.c.id
    count, last = connection.execute(sa.select(sa.func.count(id), sa.func.max(id))).one()
    return count, last or 0


def _entry(row: sa.RowMapping) -> ArticleEntry:
    return ArticleEntry(
        id=row["id"],
        state=row["state"],
        live=row["live"],
        latest=ArticleVersion.model_validate(row["body"]),
        origin=row["origin"],
        origin_name=row["origin_name"],
        origin_sha256=row["origin_sha256"],
        changed_at=from_text(row["changed_at"]),
        changed_by=row["changed_by"],
    )
