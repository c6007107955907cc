"""How a version of an article is made, moved and put down, whoever writes: an editor, an upload or a folder."""

from __future__ import annotations

from cx_core.desk.service import Service
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import LONGEST_TAG, MOST_TAGS, ArticleEntry, ArticleState, ArticleVersion, Content
from cx_core.ports import Unit
from cx_core.records import ArticleId, Person


class ArticleWriter(Service):
    """Checks no role, which whoever calls does, and opens no transaction."""

    def check(self, content: Content) -> None:
        if content.valid_from and content.valid_until and content.valid_until < content.valid_from:
            raise BadInput("“Valid until” is before “Valid from”: correct the dates.")
        if len(content.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in content.tags):
            raise BadInput(
                f"It may have {MOST_TAGS} tags of {LONGEST_TAG} letters each. Take some out, or shorten them."
            )
        unknown = [name for name in content.task_types if name not in self._knowledge.task_types]
        if unknown:
            raise BadInput(f"There is no task type {unknown[0]}. Choose among those of the knowledge folder.")

    def version(self, person: Person, id: ArticleId, number: int, content: Content, note: str) -> ArticleVersion:
        return ArticleVersion(
            article=id,
            number=number,
            content=content,
            version=content.digest(),
            made_by=person.id,
            made_at=self._clock(),
            note=note.strip()[:400],
        )

    def next_version(self, person: Person, entry: ArticleEntry, content: Content, note: str) -> ArticleEntry:
        latest = self.version(person, entry.id, entry.latest.number + 1, content, note)
        return entry.replace(state="draft", latest=latest, changed_at=self._clock())

    def moved(self, entry: ArticleEntry, to: ArticleState) -> ArticleEntry:
        live = {"published": entry.latest.number, "archived": None}.get(to, entry.live)
        return entry.replace(state=to, live=live, changed_at=self._clock())

    def put(self, unit: Unit, person: Person, kind: str, entry: ArticleEntry, **told: object) -> None:
        unit.articles.put(entry.replace(changed_by=person.id))
        latest = entry.latest
        payload = {
            "article": entry.id,
            "title": latest.content.title,
            "number": latest.number,
            "version": latest.version,
        }
        unit.record(kind, actor=person.id, payload={**payload, "live": entry.live, **told})
