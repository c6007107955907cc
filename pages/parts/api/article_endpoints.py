"""The API's endpoints for articles: read what is published, hand in drafts. Publication stays with people."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from cx_core.knowledge_base.articles import LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE, MOST_TAGS
from cx_core.records import Audience
from cx_core.views import ApiArticle, Refusal
from cx_core.views.channels.programs import ArticleTaken
from pages.parts.api.calling_token import Token
from pages.parts.api.problems import documented

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

_STATUS = {"stale": 404, "denied": 422}
"""Of refusals, by their code; any other is 409."""
_ID = r"^[!-~]{1,120}$"
_LANGUAGE = r"^[a-z]{2,3}$"
WORDS = r"[^\s\x00-\x1f\x7f-\x9f]"
"""More than blanks and control characters."""
_NO_PAGE = HTTPException(404, "There is no such page: give the `next` of a page as cursor, or leave it out.")
_NONE = HTTPException(404, "There is no such article.")

ArticleKey = Annotated[str, Path(max_length=80, pattern=r"^[0-9A-Za-z._-]+$", description="an article’s id")]
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)]


class NewVersion(BaseModel):
    """Words for an article that is there. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=_ID, description="yours: the same id again is the same version, and is taken once")
    base: int = Field(ge=1, le=1_000_000, description="the version that yours was made from")
    title: str = Field(max_length=LONGEST_TITLE, pattern=WORDS)
    text: str = Field(max_length=LONGEST_TEXT, pattern=WORDS, description="Markdown; sections start at ## headings")
    language: str | None = Field(default=None, pattern=_LANGUAGE)
    audience: Audience | None = Field(default=None, description="internal needs the scope articles:internal")
    tags: list[Tag] | None = Field(default=None, max_length=MOST_TAGS)


class NewArticle(BaseModel):
    """A new article."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=_ID, description="yours: the same id again is the same article, and is taken once")
    title: str = Field(max_length=LONGEST_TITLE, pattern=WORDS)
    text: str = Field(max_length=LONGEST_TEXT, pattern=WORDS, description="Markdown; sections start at ## headings")
    language: str = Field(default="en", pattern=_LANGUAGE)
    audience: Audience = Field(default="customer", description="internal needs the scope articles:internal")
    tags: list[Tag] = Field(default_factory=list, max_length=MOST_TAGS)


class ArticleQuery(BaseModel):
    """Which articles to list."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(default=None, max_length=200, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=100)


class ArticlePage(BaseModel):
    """Published articles, by id."""

    articles: list[ApiArticle]
    next: str | None = Field(description="give it as `cursor` to go on; null: there are no more")


def add_articles(app: FastAPI, desk: Callable[[], Desk]) -> None:
    """The endpoints over this desk."""

    @app.get("/articles", responses=documented(404))
    def list_articles(token: Token, asked: Annotated[ArticleQuery, Query()]) -> ArticlePage:
        """List published articles."""
        after = _after(asked.cursor) if asked.cursor else ""
        found = desk().article_access.articles(token, after, asked.limit + 1)
        page = found[: asked.limit]
        return ArticlePage(articles=list(page), next=_cursor(page[-1].id) if len(found) > len(page) else None)

    @app.get("/articles/{id}", responses=documented(404))
    def read_article(token: Token, id: ArticleKey) -> ApiArticle:
        """Read a published article."""
        found = desk().article_access.article(token, id)
        if found is None:
            raise _NONE
        return found

    @app.post("/articles", status_code=201, responses={200: _BEFORE, **documented(400, 409)})
    def create_article(token: Token, given: NewArticle, request: Request, response: Response) -> ArticleTaken:
        """Hand in a new article, as a draft that people review and publish."""
        fields = given.model_dump(exclude={"id"})
        return _taken(desk().article_access.create(token, given.id, fields), request, response)

    @app.post("/articles/{id}/versions", status_code=201, responses={200: _BEFORE, **documented(400, 404, 409)})
    def create_version(
        token: Token, id: ArticleKey, given: NewVersion, request: Request, response: Response
    ) -> ArticleTaken:
        """Hand in a new version of an article, as a draft; what is published stays until people publish it."""
        fields = given.model_dump(exclude={"id", "base"}, exclude_none=True)
        return _taken(desk().article_access.revise(token, id, given.id, given.base, fields), request, response)


_BEFORE: dict[str, object] = {"model": ArticleTaken, "description": "It was taken before"}


def _taken(answer: ArticleTaken | Refusal, request: Request, response: Response) -> ArticleTaken:
    if isinstance(answer, Refusal):
        raise HTTPException(_STATUS.get(answer.code, 409), answer.text)
    response.status_code = 201 if answer.anew else 200
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/articles/{answer.article}"
    return answer


def _cursor(id: str) -> str:
    return urlsafe_b64encode(id.encode()).decode().rstrip("=")


def _after(cursor: str) -> str:
    """Raises HTTPException for what no page gave."""
    try:
        id = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise _NO_PAGE from error
    if not id or not id.isprintable():
        raise _NO_PAGE
    return id
