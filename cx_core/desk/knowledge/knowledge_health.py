"""How the knowledge is: what is stale, contradicts itself or a record, stands twice, is missing or not used.

What editors see of it and answer; `health_rounds.py` finds it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from cx_core.desk.knowledge.article_lifecycle import free_id, id_stem
from cx_core.desk.knowledge.article_owners import ArticleOwnerService
from cx_core.desk.knowledge.health_rounds import WINDOW, HealthRounds
from cx_core.desk.knowledge.unanswered_requests import UnansweredService
from cx_core.desk.service import EDITORS, Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.knowledge_base.articles import (
    NO_ANSWER,
    ArticleEntry,
    ArticleVersion,
    FindingState,
    HealthFinding,
    KnowledgeHealth,
)
from cx_core.knowledge_base.health.knowledge_gaps import draft, nearest_kind
from cx_core.knowledge_base.health.word_stems import stems
from cx_core.ports import Unit
from cx_core.records import Person, PersonId
from cx_core.views import Refusal

if TYPE_CHECKING:
    from cx_core.knowledge_base.health.health_score import LookedAt

LONGEST_REASON = 500
COMMAND_TRIES, COMMAND_PAUSE = 20, 3.0
"""Of a command, while another process is at it: a minute, in seconds between."""
_GONE = Refusal(code="stale", text="There is no such finding any more. Look again.")
_BUSY = Refusal(code="stale", text="It is being gone through, or the encoder is still loading. Look again soon.")


class HealthService(Service):
    """Editors and administrators."""

    _figures: Mapping[str, tuple[int, int]] = MappingProxyType({})
    """Of the articles that were in search at the last look, by version: reading them all takes a moment."""

    def __init__(
        self, means: Means, rounds: HealthRounds, owners: ArticleOwnerService, requests: UnansweredService
    ) -> None:
        super().__init__(means)
        self._rounds, self._owners, self._requests = rounds, owners, requests

    def latest(self, person: Person) -> KnowledgeHealth:
        """As it was last found, with the score; open findings first, the weightiest of them first."""
        allow(person, *EDITORS)
        return self._as_found()

    def look_knowledge_over(self, person: Person) -> KnowledgeHealth | Refusal:
        """Now, for whoever cannot wait for the round."""
        allow(person, *EDITORS)
        return self._as_found() if self._rounds.look_again() else _BUSY

    def health_by_command(self) -> KnowledgeHealth:
        """Gone through now, for the command line: whoever may start it may read the database.

        Raises SystemTrouble where that cannot be done: an earlier round would say that all is well.
        """
        for _ in range(COMMAND_TRIES):
            if self._rounds.look_again():
                return self._as_found()
            time.sleep(COMMAND_PAUSE)
        raise SystemTrouble(
            "The knowledge is being gone through by another process, or cannot be. Try again in a moment."
        )

    def _as_found(self) -> KnowledgeHealth:
        from cx_core.knowledge_base.health.health_score import (  # reads sentences: no start should wait for it
            parts,
            score,
        )

        with self._store.look() as unit:
            findings, last, versions = (
                unit.health.health_findings(),
                unit.health.health_round(),
                unit.articles.live_articles(),
            )
            tickets = unit.article_use.tickets_found(self._clock() - WINDOW)
        ordered = sorted(findings, key=lambda one: (one.state != "open", -one.weight, one.id))
        made = parts(ordered, self._looked_at(versions, last.asked, tickets.tickets - tickets.simulated))
        return KnowledgeHealth(score=score(made), parts=made, findings=tuple(ordered), looked_at=last.at)

    def _looked_at(self, versions: Sequence[ArticleVersion], asked: int, tickets: int) -> LookedAt:
        from cx_core.knowledge_base.health.health_score import LookedAt, figures

        may, contents = self._owners.may_own(), [one.content for one in versions]
        known = self._figures
        self._figures = {one.version: known.get(one.version) or figures(one.content.text) for one in versions}
        said = [self._figures[one.version] for one in versions]
        return LookedAt(
            articles=len(contents),
            no_review=sum(one.review_by is None and one.valid_until is None for one in contents),
            no_owner=sum(one.owner not in may for one in contents),
            sentences=sum(all for all, _ in said),
            no_figure=sum(without for _, without in said),
            asked=asked,
            tickets=tickets,
        )

    def waive_finding(self, person: Person, id: str, reason: str) -> HealthFinding | Refusal:
        """It is known and stays so: not shown as open again while what it is about stays the same, or, of a gap, while
        it does not grow plainly beyond what was waived."""
        return self._answer_finding(person, id, "waived", reason)

    def resolve_finding(self, person: Person, id: str, reason: str) -> HealthFinding | Refusal:
        """It was seen to. Found again unchanged, it is opened again."""
        return self._answer_finding(person, id, "resolved", reason)

    def reopen_finding(self, person: Person, id: str) -> HealthFinding | Refusal:
        """What was answered counts no more; it stays on record, and with the finding."""
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            unit.health.hold_health_findings()
            found = _finding(unit, id)
            if found is None:
                return _GONE
            if found.state == "open":
                return Refusal(code="already", text="It is open again already.")
            given = {"state": "open", "earlier": found.as_answered(), "again": _BY_HAND, "waived_with": 0, **NO_ANSWER}
            return self._put_finding(unit, person, "finding_open", found.replace(**given), _BY_HAND)

    def assign_finding(self, person: Person, id: str, owner: PersonId | None) -> HealthFinding | Refusal:
        """Whose it is to see to, whoever owns the article. None: as the article says."""
        allow(person, *EDITORS)
        if owner is not None and owner not in self._owners.may_own():
            return Refusal(code="stale", text="Choose an editor or an administrator.")
        with self._store.begin() as unit:
            unit.health.hold_health_findings()
            found = _finding(unit, id)
            if found is None:
                return _GONE
            return self._put_finding(
                unit,
                person,
                "finding_assigned",
                found.replace(owner=owner, assigned_by=person.id if owner is not None else None),
                owner or "",
            )

    def draft_for_gap(self, person: Person, id: str) -> ArticleEntry | Refusal:
        """A draft article from what colleagues answered to the tickets of a gap; for an editor to go through."""
        allow(person, *EDITORS)
        with self._store.look() as unit:
            found = _finding(unit, id)
            requests = [
                one for ticket in (found.tickets if found else ()) for one in self._requests.requests_of(unit, ticket)
            ]
        if found is None or found.kind != "gap":
            return _GONE
        if self._ready_encoder() is None:
            return Refusal(code="stale", text="The encoder is still loading. Try again in a moment.")
        spec = self._knowledge.task_types.get(kind) if (kind := nearest_kind(requests)) else None
        plain = stems(" ".join(self._requests.nobodys.plain))
        content = draft(requests, self._rounds.vectors_of, found.terms, spec.title if spec else "", plain=plain)
        with self._store.begin() as unit:
            if unit.health.forgotten(found.tickets):
                return _GONE  # a customer was erased while the draft was written
            unit.health.hold_health_findings()
            found = _finding(unit, id)
            if found is None:
                return _GONE
            begun = unit.articles.get(found.draft) if found.draft is not None else None
            if begun is not None and begun.state != "archived":
                text = (
                    f"There is one already: “{begun.latest.content.title}”, under Articles. Archive it to begin anew."
                )
                return Refusal(code="already", text=text)
            unit.articles.hold_article_ids()
            article = free_id(content.title, unit.articles.article_ids(id_stem(content.title)))
            made = ArticleVersion(
                article=article,
                number=1,
                content=content,
                version=content.digest(),
                made_by=person.id,
                made_at=self._clock(),
                note="From a gap",
            )
            entry = ArticleEntry(
                id=article, state="draft", latest=made, origin="gap", changed_at=self._clock(), changed_by=person.id
            )
            unit.articles.put(entry)
            unit.health.put_health_finding(found.replace(draft=article))
            unit.record("gap_drafted", actor=person.id, payload={"finding": id, "article": article})
        return entry

    def _answer_finding(self, person: Person, id: str, state: FindingState, reason: str) -> HealthFinding | Refusal:
        allow(person, *EDITORS)
        words = reason.strip()
        if not words or len(words) > LONGEST_REASON:
            return Refusal(
                code="stale", text=f"Say why, in at most {LONGEST_REASON} characters: it is kept with the finding."
            )
        with self._store.begin() as unit:
            unit.health.hold_health_findings()
            found = _finding(unit, id)
            if found is None:
                return _GONE
            if found.state != "open":
                return self._answered_already(found)
            return self._put_finding(
                unit,
                person,
                f"finding_{state}",
                found.replace(
                    state=state,
                    reason=words,
                    answered_by=person.id,
                    answered_at=self._clock(),
                    waived_with=len(found.tickets) if state == "waived" else 0,
                ),
                words,
            )

    def _answered_already(self, found: HealthFinding) -> Refusal:
        """A colleague's answer is never overwritten unseen."""
        if found.answered_by is None:
            return Refusal(code="already", text="It is not found any more, and was closed by itself.")
        names = {one.id: one.name for one in self._accounts.people()}
        done = "waived" if found.state == "waived" else "marked as mended"
        who = names.get(found.answered_by, "A colleague")
        text = f"{who} has {done} it: “{found.reason}”. Open it again first if that is wrong."
        return Refusal(code="already", text=text)

    def _put_finding(self, unit: Unit, person: Person, kind: str, made: HealthFinding, said: str) -> HealthFinding:
        unit.health.put_health_finding(made)
        payload = {"finding": made.id, "kind": made.kind, "articles": list(made.articles), "reason": said}
        unit.record(kind, actor=person.id, payload=payload)
        return made


_BY_HAND = "Opened again by a person."


def _finding(unit: Unit, id: str) -> HealthFinding | None:
    return next((one for one in unit.health.health_findings() if one.id == id), None)
