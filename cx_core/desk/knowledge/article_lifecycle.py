"""Articles as editors work on them: written, reviewed, published, archived, and brought back.

A version never changes; what search sees is the version that somebody published, while later ones are worked on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set

from cx_core.catalogue import Article
from cx_core.desk.knowledge.article_owners import ArticleOwnerService
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.knowledge.edit_conflicts import meanwhile
from cx_core.desk.service import EDITORS, EVERYBODY, Means, Service, allow
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import (
    ArticleEntry,
    ArticleState,
    ArticleVersion,
    Changes,
    Compared,
    Content,
)
from cx_core.knowledge_base.text_difference import difference
from cx_core.ports import Unit
from cx_core.records import ArticleId, Person
from cx_core.views import Refusal

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_GONE = Refusal(code="stale", text="There is no such article any more. Look again.")
_THEIRS = "Open it again and add your changes to theirs."


class ArticleService(Service):
    """Everybody reads what is published; editors and administrators see and change the rest."""

    def __init__(self, means: Means, owners: ArticleOwnerService, writer: ArticleWriter) -> None:
        super().__init__(means)
        self._owners, self._writer = owners, writer

    def articles(self, person: Person) -> tuple[Article, ...]:
        """Those that search may find now."""
        allow(person, *EVERYBODY)
        today = self._knowledge.company.today(self._clock())
        return tuple(one for one in self._shelf.articles().values() if one.valid(today))

    def article_entries(self, person: Person) -> tuple[ArticleEntry, ...]:
        """All there are, in whatever state, by title."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            return tuple(sorted(unit.articles.all(), key=lambda one: one.latest.content.title.casefold()))

    def article_versions(self, person: Person, id: ArticleId) -> tuple[ArticleVersion, ...]:
        """Newest first."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            return unit.articles.article_versions(id)

    def compare_versions(self, person: Person, id: ArticleId, before: int, after: int) -> Compared | Refusal:
        allow(person, *EDITORS)
        with self._store.look() as unit:
            versions = {one.number: one for one in unit.articles.article_versions(id)}
        if before not in versions or after not in versions:
            return _GONE
        old, new = versions[before], versions[after]
        return Compared(
            before=old,
            after=new,
            text=difference(old.content.text, new.content.text),
            about=tuple(_about(old.content, new.content)),
        )

    # --- changes ----------------------------------------------------------------------------

    def write_article(self, person: Person, content: Content) -> ArticleEntry | Refusal:
        """A new article, as a draft."""
        allow(person, *EDITORS)
        self._writer.check(content)
        if wrong := self._owners.wrong_owner(content.owner):
            return wrong
        with self._store.begin() as unit:
            unit.articles.hold_article_ids()
            id = free_id(content.title, unit.articles.article_ids(id_stem(content.title)))
            entry = ArticleEntry(
                id=id,
                state="draft",
                latest=self._writer.version(person, id, 1, content, ""),
                origin="written",
                changed_at=self._clock(),
            )
            self._writer.put(unit, person, "article_written", entry)
        return entry

    def edit_article(
        self, person: Person, id: ArticleId, number: int, content: Content, note: str = ""
    ) -> ArticleEntry | Refusal:
        """A new version, as a draft. `number`: the version that was edited, so that nobody's words are lost."""
        allow(person, *EDITORS)
        self._writer.check(content)
        with self._store.begin() as unit:
            entry = unit.articles.get(id)
            if entry is None:
                return _GONE
            if changed := meanwhile(number, entry, person, self._accounts.names, _THEIRS):
                return changed
            if wrong := self._owners.wrong_owner(content.owner, entry.latest.content.owner):
                return wrong
            if entry.latest.version == content.digest():
                return Refusal(code="already", text="Nothing was changed.")
            made = self._writer.next_version(person, entry, content, note)
            self._writer.put(unit, person, "article_edited", made, note=note)
        return made

    def restore_version(
        self, person: Person, id: ArticleId, number: int, seen: ArticleEntry | None = None
    ) -> ArticleEntry | Refusal:
        """An earlier version's words as a new draft; of an archived article, a draft to publish again.

        `seen`: what the page showed of the article.
        """
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            entry = unit.articles.get(id)
            wanted = next((one for one in unit.articles.article_versions(id) if one.number == number), None)
            if entry is None or wanted is None:
                return _GONE
            content = wanted.content
            if self._owners.wrong_owner(content.owner):  # they have gone since
                content = content.replace(owner=entry.latest.content.owner)
            if content.digest() == entry.latest.version and entry.state != "archived":
                return Refusal(code="already", text="The latest version says just that.")
            if seen is not None and (other := meanwhile(seen, entry, person, self._accounts.names)):
                return other
            made = self._writer.next_version(person, entry, content, f"As version {number}")
            self._writer.put(unit, person, "article_restored", made, of=number)
        return made

    def move_article(
        self, person: Person, id: ArticleId, seen: ArticleEntry | int, to: ArticleState
    ) -> ArticleEntry | Refusal:
        """To review, into search (published), or out of it (archived); back to a draft.

        `seen`: what the page showed of the article, or the number of its version. Where a colleague changed it
        since, nothing is done, unless it is as it was to become.
        """
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            entry = unit.articles.get(id)
            if entry is None:
                return _GONE
            if entry.latest.number == _number(seen) and entry.state == to:
                return entry
            if other := meanwhile(seen, entry, person, self._accounts.names):
                return other
            made = self._writer.moved(entry, to)
            self._writer.put(unit, person, f"article_{_DONE[to]}", made)
        return made

    def change_articles(
        self,
        person: Person,
        ids: Sequence[ArticleId] | Mapping[ArticleId, ArticleEntry | int],
        what: Changes | ArticleState,
    ) -> dict[ArticleId, Refusal]:
        """The same for many, all or nothing for each; what could not be done, by article. With what was seen of each,
        or the number of its version, nobody publishes or changes what a colleague changed meanwhile.

        A field that changes on a published article holds at once if nothing else of it waits to be published.
        """
        allow(person, *EDITORS)
        refused: dict[ArticleId, Refusal] = {}
        for id in ids:
            with self._store.begin() as unit:
                entry = unit.articles.get(id)
                if entry is None:
                    refused[id] = _GONE
                    continue
                seen = ids[id] if isinstance(ids, Mapping) else entry
                if entry.latest.number == _number(seen) and entry.state == what:
                    continue
                answer = meanwhile(seen, entry, person, self._accounts.names)
                answer = answer or self._change_article(unit, person, entry, what)
                if answer is not None:
                    refused[id] = answer
        return refused

    def _change_article(
        self, unit: Unit, person: Person, entry: ArticleEntry, what: Changes | ArticleState
    ) -> Refusal | None:
        if not isinstance(what, Changes):
            self._writer.put(unit, person, f"article_{_DONE[what]}", self._writer.moved(entry, what))
            return None
        if entry.state == "archived":
            return Refusal(code="stale", text="It is archived. Bring it back first.")
        if wrong := self._owners.wrong_owner(what.owner, entry.latest.content.owner):
            return wrong
        given = what.model_dump(exclude_none=True, exclude={"tag"})
        if what.tag:
            given["tags"] = tuple(dict.fromkeys((*entry.latest.content.tags, what.tag)))
        content = Content.model_validate(entry.latest.content.model_dump() | given)
        try:
            self._writer.check(content)
        except BadInput as error:  # the others are changed all the same
            return Refusal(code="stale", text=str(error))
        if content.digest() == entry.latest.version:
            return None
        made = self._writer.next_version(person, entry, content, "Changed together with others")
        if entry.live == entry.latest.number:
            made = self._writer.moved(made, "published")
        if entry.state == "in_review":  # its words are as they were: whoever reviews it goes on
            made = self._writer.moved(made, "in_review")
        self._writer.put(unit, person, "article_edited", made, note=made.latest.note)
        return None


_DONE: dict[ArticleState, str] = {
    "draft": "drafted",
    "in_review": "to_review",
    "published": "published",
    "archived": "archived",
}


def _number(seen: ArticleEntry | int) -> int:
    return seen if isinstance(seen, int) else seen.latest.number


def id_stem(title: str) -> str:
    """What an id made of the title's words begins with."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NOT_A_WORD.sub("-", plain).strip("-")[:60].strip("-") or "article"


def free_id(title: str, taken: Set[ArticleId]) -> ArticleId:
    """An id made of the title's words, with a number where another article has it."""
    stem = id_stem(title)
    numbered = (ArticleId(stem if n == 1 else f"{stem}-{n}") for n in range(1, len(taken) + 2))
    return next(id for id in numbered if id not in taken)


def _about(old: Content, new: Content) -> list[tuple[str, str, str]]:
    fields = [name for name in Content.model_fields if name != "text"]
    given = [(name, _said(getattr(old, name)), _said(getattr(new, name))) for name in fields]
    return [one for one in given if one[1] != one[2]]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
