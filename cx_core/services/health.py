"""How the knowledge is: what is stale, contradicts itself or a record, stands twice, is missing or not used.

What editors see of it and answer; `health_rounds.py` finds it.
"""

from __future__ import annotations

import time

from cx_core.articles import ArticleEntry, ArticleVersion, HealthFinding, KnowledgeHealth
from cx_core.errors import SystemTrouble
from cx_core.learn.claims import stems
from cx_core.learn.gaps import draft, nearest_kind
from cx_core.learn.score import parts, score
from cx_core.records import Person
from cx_core.services.articles import EDITORS, free_id, id_stem
from cx_core.services.health_rounds import HealthRounds
from cx_core.services.service import allow
from cx_core.views import Refusal

LONGEST_REASON = 500
COMMAND_TRIES, COMMAND_PAUSE = 20, 3.0
"""Of a command, while another process is at it: a minute, in seconds between."""
_GONE = Refusal(code="stale", text="There is no such finding any more. Look again.")
_BUSY = Refusal(code="stale", text="It is being gone through, or the encoder is still loading. Look again soon.")


class HealthService(HealthRounds):
    """Editors and administrators."""

    def knowledge_health(self, person: Person) -> KnowledgeHealth:
        """As it was last found, with the score; open findings first, the weightiest of them first."""
        allow(person, *EDITORS)
        return self._as_found()

    def look_knowledge_over(self, person: Person) -> KnowledgeHealth | Refusal:
        """Now, for whoever cannot wait for the round."""
        allow(person, *EDITORS)
        return self._as_found() if self.look_again() else _BUSY

    def health_by_command(self) -> KnowledgeHealth:
        """Gone through now, for the command line: whoever may start it may read the database.

        Raises SystemTrouble where that cannot be done: an earlier round would say that all is well.
        """
        for _ in range(COMMAND_TRIES):
            if self.look_again():
                return self._as_found()
            time.sleep(COMMAND_PAUSE)
        raise SystemTrouble(
            "The knowledge is being gone through by another process, or cannot be. Try again in a moment."
        )

    def _as_found(self) -> KnowledgeHealth:
        with self._store.look() as unit:
            findings, last = unit.health_findings(), unit.health_round()
        ordered = sorted(findings, key=lambda one: (one.state != "open", -one.weight, one.id))
        made = parts(ordered, len(self._shelf.articles()), last.asked)
        return KnowledgeHealth(score=score(made), parts=made, findings=tuple(ordered), looked_at=last.at)

    def waive_finding(self, person: Person, id: str, reason: str) -> HealthFinding | Refusal:
        """It is known and stays so: not shown as open again while what it is about stays the same."""
        return self._answer_finding(person, id, "waived", reason)

    def resolve_finding(self, person: Person, id: str, reason: str) -> HealthFinding | Refusal:
        """It was seen to. Found again unchanged, it is opened again."""
        return self._answer_finding(person, id, "resolved", reason)

    def reopen_finding(self, person: Person, id: str) -> HealthFinding | Refusal:
        return self._answer_finding(person, id, "open", "Opened again")

    def draft_for_gap(self, person: Person, id: str) -> ArticleEntry | Refusal:
        """A draft article from what colleagues answered to the tickets of a gap; for an editor to go through."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            found = next((one for one in unit.health_findings() if one.id == id and one.kind == "gap"), None)
            requests = [one for ticket in (found.tickets if found else ()) for one in self._requests_of(unit, ticket)]
        if found is None:
            return _GONE
        if self._ready_encoder() is None:
            return Refusal(code="stale", text="The encoder is still loading. Try again in a moment.")
        spec = self._knowledge.task_types.get(kind) if (kind := nearest_kind(requests)) else None
        plain = stems(" ".join(self._nobodys.plain))
        content = draft(requests, self._vectors_of, found.terms, spec.title if spec else "", plain=plain)
        with self._store.begin() as unit:
            unit.hold_article_ids()
            if unit.forgotten(found.tickets):
                return _GONE  # a customer was erased while the draft was written
            article = free_id(content.title, unit.article_ids(id_stem(content.title)))
            made = ArticleVersion(article=article, number=1, content=content, version=content.digest(),
                                  made_by=person.id, made_at=self._clock(), note="From a gap")  # fmt: skip
            entry = ArticleEntry(id=article, state="draft", latest=made, origin="gap", changed_at=self._clock())
            unit.put_article(entry)
            unit.record("gap_drafted", actor=person.id, payload={"finding": id, "article": article})
        return entry

    def _answer_finding(self, person: Person, id: str, state: str, reason: str) -> HealthFinding | Refusal:
        allow(person, *EDITORS)
        words = reason.strip()
        if not words or len(words) > LONGEST_REASON:
            return Refusal(
                code="stale", text=f"Say why, in at most {LONGEST_REASON} characters: it is kept with the finding."
            )
        with self._store.begin() as unit:
            found = next((one for one in unit.health_findings() if one.id == id), None)
            if found is None or unit.forgotten(found.tickets):
                return _GONE
            made = found.model_copy(
                update={"state": state, "reason": words, "answered_by": person.id, "answered_at": self._clock()}
            )
            unit.put_health_finding(made)
            payload = {"finding": id, "kind": found.kind, "articles": list(found.articles), "reason": words}
            unit.record(f"finding_{state}", actor=person.id, payload=payload)
        return made
