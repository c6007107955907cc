"""What a program may do with articles through the HTTP API: read what is published, and hand in drafts.

A program publishes nothing. What it hands in is looked through for orders to the copilot before it is kept, and is then
a draft like an editor's. It never takes the place of words that the program has not seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from pydantic import ValidationError

from cx_core.catalogue import Article
from cx_core.desk.knowledge.article_lifecycle import free_id, id_stem
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.knowledge.edit_conflicts import meanwhile
from cx_core.desk.programs.program_access import need
from cx_core.desk.service import Means, Service
from cx_core.errors import BadInput, NotAllowed, SystemUnreachable
from cx_core.knowledge_base.articles import ArticleEntry, Content
from cx_core.knowledge_base.handed_in import PROGRAM, HandedIn
from cx_core.ports import Unit
from cx_core.records import ApiToken, ArticleId, Person, PersonId, Role
from cx_core.views import ApiArticle, Refusal
from cx_core.views.channels.programs import ArticleTaken

MOST = 101
"""On one page, and one more by which it is seen that there are more."""
MOST_WAITING = 200
"""Drafts of one program that wait for a person."""
MOST_VERSIONS = 50
"""Of an article, since the one that was last published."""
UNKNOWN = Refusal(code="stale", text="There is no such article.")
OTHERWISE = Refusal(code="already", text="Something else was handed in under this id. Give each an id of its own.")
_THEN = "Read the article as it is now, and hand in your version of that."


class ArticleAccess(Service):
    """For programs: every call names the token and checks its scopes. Raises NotAllowed naming the scope."""

    def __init__(self, means: Means, writer: ArticleWriter) -> None:
        super().__init__(means)
        self._writer = writer
        self._screen, self._screen_ready = means.screen, means.screen_ready

    def articles(self, token: ApiToken, after: str, most: int) -> tuple[ApiArticle, ...]:
        """Published articles that hold today, by id, from the one after this id on."""
        need(token, "articles:read")
        found = sorted((one for one in self._published(token) if one.id > after), key=lambda one: one.id)
        return tuple(_shown(one) for one in found[: min(most, MOST)])

    def article(self, token: ApiToken, id: str) -> ApiArticle | None:
        need(token, "articles:read")
        return next((_shown(one) for one in self._published(token) if one.id == id), None)

    def create(self, token: ApiToken, given_id: str, fields: Mapping[str, object]) -> ArticleTaken | Refusal:
        """A new article, as a draft. Raises BadInput, and SystemUnreachable while nothing can be looked through."""
        need(token, "articles:write")
        content, exact = self._content(token, fields), _digest(fields)
        with self._store.look() as unit:
            if before := _before(unit, token, given_id, exact):
                return before
        if planted := self._planted(token, content):
            return planted
        with self._store.begin() as unit:
            unit.articles.hold_article_ids()
            if before := _before(unit, token, given_id, exact):
                return before
            if full := _full(unit, token):
                return full
            id, person = free_id(content.title, unit.articles.article_ids(id_stem(content.title))), _as_person(token)
            first = self._writer.version(person, id, 1, content, _note(token))
            entry = ArticleEntry(
                id=id, state="draft", latest=first, origin="written", origin_name="", changed_at=self._clock()
            )
            self._writer.put(unit, person, "article_written", entry, program=token.name)
            return self._keep(unit, token, given_id, entry, exact)

    def revise(
        self, token: ApiToken, article: str, given_id: str, base: int, fields: Mapping[str, object]
    ) -> ArticleTaken | Refusal:
        """A new version, as a draft. `base`: the version that it was made from. Raises as `create` does."""
        need(token, "articles:write")
        exact = _digest({**fields, "article": article, "base": base})
        with self._store.look() as unit:
            if before := _before(unit, token, given_id, exact):
                return before
            entry = unit.articles.get(ArticleId(article))
            if entry is None or not self._seen(unit, token, entry):
                return UNKNOWN
        content = self._content(token, {**entry.latest.content.model_dump(), **fields})
        if planted := self._planted(token, content):
            return planted
        person = _as_person(token)
        with self._store.begin() as unit:
            if before := _before(unit, token, given_id, exact):
                return before
            now = unit.articles.get(entry.id)
            if now is None or now.state == "archived":
                return UNKNOWN
            if changed := meanwhile(base, now, person, self._accounts.names, _THEN):
                return Refusal(code="conflict", text=changed.text)
            if why := _unseen(now, entry, base, person):
                return Refusal(code="conflict", text=f"{why} {_THEN}")
            if now.latest.version == content.digest():
                return Refusal(code="already", text="The latest version says just that.")
            if now.latest.number - (now.live or 0) >= MOST_VERSIONS:
                text = f"{MOST_VERSIONS} versions of it wait for a person. Hand in more after that."
                return Refusal(code="later", text=text)
            made = self._writer.next_version(person, now, content, _note(token))
            self._writer.put(unit, person, "article_edited", made, note=made.latest.note, program=token.name)
            return self._keep(unit, token, given_id, made, exact)

    # --- inside -----------------------------------------------------------------------------

    def _published(self, token: ApiToken) -> tuple[Article, ...]:
        today, internal = self._knowledge.company.today(self._clock()), "articles:internal" in token.scopes
        every = self._shelf.articles().values()
        return tuple(one for one in every if one.valid(today) and (internal or one.audience == "customer"))

    def _seen(self, unit: Unit, token: ApiToken, entry: ArticleEntry) -> bool:
        """Whether this program may know of the article: what is published, or what it handed in itself."""
        if entry.state == "archived":
            return False
        if unit.articles.is_handed_in(token.id, entry.id):
            return True
        return any(one.id == entry.id for one in self._published(token))

    def _content(self, token: ApiToken, fields: Mapping[str, object]) -> Content:
        """Raises BadInput, and NotAllowed for an internal article without the scope for it."""
        try:
            content = Content.model_validate(fields)
        except ValidationError as error:
            wrong = error.errors(include_input=False)[0]
            raise BadInput(f"{'/'.join(map(str, wrong['loc']))}: {wrong['msg']}.") from None
        if content.audience == "internal" and "articles:internal" not in token.scopes:
            raise NotAllowed("This token may not hand in internal articles: it needs the scope articles:internal.")
        self._writer.check(content)
        return content

    def _planted(self, token: ApiToken, content: Content) -> Refusal | None:
        """A no to what gives the copilot orders, on record. Raises SystemUnreachable until it can be looked for."""
        if not self._screen_ready():
            raise SystemUnreachable("What looks for planted orders is not ready yet.")
        found = self._screen().found([content.title, content.text, *content.tags])
        if not found:
            return None
        with self._store.begin() as unit:
            payload = {"token": token.id, "title": content.title, "found": list(found)}
            unit.record("article_turned_away", actor=_as_person(token).id, payload=payload)
        quoted = "; ".join(f"“{passage[:120]}”" for passage in found[:3])
        text = (
            f"Not taken: it reads as if it gave the copilot orders: {quoted}. Reword it, or have an editor upload it."
        )
        return Refusal(code="denied", text=text)

    def _keep(self, unit: Unit, token: ApiToken, id: str, entry: ArticleEntry, exact: str) -> ArticleTaken:
        number = entry.latest.number
        unit.articles.put_handed_in(
            HandedIn(token=token.id, id=id, article=entry.id, number=number, digest=exact, at=self._clock())
        )
        return ArticleTaken(article=entry.id, version=number, anew=True)


def _before(unit: Unit, token: ApiToken, id: str, exact: str) -> ArticleTaken | Refusal | None:
    """What was handed in under this id already; None: nothing."""
    before = unit.articles.handed_in(token.id, id)
    if before is None:
        return None
    taken = ArticleTaken(article=before.article, version=before.number, anew=False)
    return taken if before.digest == exact else OTHERWISE


def _full(unit: Unit, token: ApiToken) -> Refusal | None:
    mine = _as_person(token).id
    waiting = sum(one.state == "draft" and one.latest.made_by == mine for one in unit.articles.all())
    if waiting < MOST_WAITING:
        return None
    return Refusal(code="later", text=f"{MOST_WAITING} drafts of yours wait for a person. Hand in more after that.")


def _as_person(token: ApiToken) -> Person:
    """In whose name a version is made and an event recorded."""
    return Person(id=PersonId(f"{PROGRAM}{token.id}"), email="", name=token.name, role=Role.EDITOR)


def _note(token: ApiToken) -> str:
    return f"Handed in by {token.name} through the API"


def _unseen(now: ArticleEntry, entry: ArticleEntry, base: int, person: Person) -> str:
    """What stands in the article that the program cannot have read, however it came by the number; empty: nothing."""
    if now != entry:  # its tags or dates changed while this was looked through
        return "It was changed meanwhile."
    if base != now.live and now.latest.made_by != person.id:
        return "A version that is not published yet is newer."
    return ""


def _digest(fields: Mapping[str, object]) -> str:
    return sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _shown(article: Article) -> ApiArticle:
    return ApiArticle(
        id=article.id,
        title=article.title,
        language=article.language,
        version=article.number,
        text=article.text,
        audience=article.audience,
        tags=article.tags,
    )
