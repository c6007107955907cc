"""How the knowledge is: what is stale, contradicts itself or a record, stands twice, is missing or not used.

It is gone through in rounds, whenever an article or the day has changed, and on demand.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cx_core.articles import ArticleEntry, ArticleVersion, HealthFinding, KnowledgeHealth
from cx_core.catalogue import Article
from cx_core.errors import SystemTrouble
from cx_core.learn.claims import Reading, names_of, read
from cx_core.learn.duplicates import duplicates
from cx_core.learn.gaps import UNANSWERED, Unanswered, draft, gaps
from cx_core.learn.in_use import unused
from cx_core.learn.passages import contradictions, disagreements
from cx_core.learn.score import parts, score
from cx_core.learn.staleness import stale
from cx_core.learn.yes_and_no import denials
from cx_core.ports import Unit
from cx_core.ports.article_use import UseCounts
from cx_core.records import ArticleId, BusinessRecord, Person, PersonId, Proposal, TaskTypeName, TicketId
from cx_core.services.articles import EDITORS, free_id
from cx_core.services.remembering import own_texts
from cx_core.services.service import Service, allow
from cx_core.understand.anonymous import Anonymiser, Whose
from cx_core.views import Refusal

RUNG = "rung"
WINDOW = timedelta(days=90)
"""Of tickets and uses that count."""
MOST_TICKETS = 2000
"""Newest proposals that are looked through for gaps."""
LONGEST_REASON = 500
_CLOSED = "What it was about has changed: it is not found any more."
_GONE = Refusal(code="stale", text="There is no such finding any more. Look again.")


class HealthService(Service):
    """Editors and administrators."""

    @cached_property
    def _health(self) -> _Seen:
        return _Seen()

    # --- what people ask --------------------------------------------------------------------

    def knowledge_health(self, person: Person) -> KnowledgeHealth:
        """As it was last found, with the score; open findings first, the weightiest of them first."""
        allow(person, *EDITORS)
        return self._as_found()

    def look_knowledge_over(self, person: Person) -> KnowledgeHealth | Refusal:
        """Now, for whoever cannot wait for the round."""
        allow(person, *EDITORS)
        if not self.look_again():
            return Refusal(
                code="stale", text="It is being gone through, or the encoder is still loading. Look again soon."
            )
        return self._as_found()

    def health_by_command(self) -> KnowledgeHealth:
        """Gone through now, for the command line: whoever may start it may read the database."""
        self.look_again()
        return self._as_found()

    def _as_found(self) -> KnowledgeHealth:
        with self._store.look() as unit:
            findings = unit.health_findings()
        ordered = sorted(findings, key=lambda one: (one.state != "open", -one.weight, one.id))
        made = parts(ordered, len(self._live()), self._health.asked)
        return KnowledgeHealth(score=score(made), parts=made, findings=tuple(ordered), looked_at=self._health.at)

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
            requests = [
                one
                for ticket in (found.tickets if found else ())
                for one in self._requests(unit, _latest(unit, ticket))
            ]
        if found is None:
            return _GONE
        if self._ready_encoder() is None:
            return Refusal(code="stale", text="The encoder is still loading. Try again in a moment.")
        kinds = tuple(dict.fromkeys(kind for one in requests for kind in one.task_types))[:1]
        content = draft(requests, self._encoded, found.says.split("”")[0].strip("“"), kinds)
        with self._store.begin() as unit:
            article = free_id(content.title, {one.id for one in unit.articles()})
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
            if found is None:
                return _GONE
            made = found.model_copy(
                update={"state": state, "reason": words, "answered_by": person.id, "answered_at": self._clock()}
            )
            unit.put_health_finding(made)
            payload = {"finding": id, "kind": found.kind, "articles": list(found.articles), "reason": words}
            unit.record(f"finding_{state}", actor=person.id, payload=payload)
        return made

    # --- the round --------------------------------------------------------------------------

    def look_at_knowledge(self) -> None:
        """One round, if an article or the hour has changed since the last."""
        self.look_again(only_if_changed=True)

    def look_again(self, *, only_if_changed: bool = False) -> bool:
        """Go through everything now. False where that cannot be done yet, or another thread is at it."""
        if self._ready_encoder() is None or not self._health.turn.acquire(blocking=False):
            return False
        try:
            now, version = self._clock(), self._shelf.version
            mark = (version, now.date().isoformat(), now.hour)
            if mark == self._health.mark and only_if_changed:
                return True
            self._keep(self._all_found(now), now)
            self._health.mark, self._health.at = mark, now
            return True
        except SystemTrouble:
            return False  # an encoder or a business system does not answer: the next round tries again
        finally:
            self._health.turn.release()

    def _all_found(self, now: datetime) -> list[HealthFinding]:
        articles = {str(id): one for id, one in self._shelf.articles().items()}
        versions = self._live()
        readings = self._read(articles)
        with self._store.look() as unit:
            uses: dict[str, UseCounts] = {str(id): count for id, count in unit.use_since(now - WINDOW).items()}
            requests, asked = self._unanswered(unit, now)
        self._health.asked = asked
        titles = {kind.name: kind.title for kind in self._knowledge.task_types.values()}
        records, called = self._stated()
        return [
            *stale(versions, now),
            *contradictions(articles, readings, self._encoded, now),
            *denials(articles, self._encoded, now),
            *disagreements(articles, readings, records, called, now),
            *duplicates(articles, self._encoded, now),
            *unused(versions, uses, now),
            *gaps(requests, self._encoded, self._cluster, titles, now),
        ]  # fmt: skip

    def _live(self) -> list[ArticleVersion]:
        """The versions that search sees, with what is said about them."""
        made = []
        with self._store.look() as unit:
            for entry in unit.articles():
                if entry.live == entry.latest.number:
                    made.append(entry.latest)
                elif entry.live is not None:
                    made += [one for one in unit.article_versions(entry.id) if one.number == entry.live]
        return made

    def _read(self, articles: Mapping[str, Article]) -> list[Reading]:
        """Readings of articles that stayed the same are kept."""
        names = names_of(articles.values())
        known, made = self._health.readings, {}
        for article in articles.values():
            key = (article.id, article.version, names)
            made[key] = known[key] if key in known else read(article, names)
        self._health.readings = made
        return list(made.values())

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors, those of texts seen in the last round from memory: after a change only what changed is encoded."""
        encoder = self._ready_encoder()
        if encoder is None:
            raise SystemTrouble("The encoder is not loaded yet.")
        known = self._health.vectors
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encoder.encode(new), strict=True))
        rows = np.stack([known[text] for text in texts])
        while len(known) > _REMEMBERED:
            known.pop(next(iter(known)))
        return rows

    def _stated(self) -> tuple[list[BusinessRecord], dict[str, Sequence[str]]]:
        """Records whose fields articles state, and by kind the fields that hold their names."""
        found: list[BusinessRecord] = []
        for source in self._knowledge.company.stated:
            found += self._back_office().read(source.read, dict(source.arguments))
        return found, {name: spec.called for name, spec in self._knowledge.records.items()}

    def _keep(self, found: Sequence[HealthFinding], now: datetime) -> None:
        """New ones are opened, those found no more are closed; what people waived stays waived."""
        owners = {version.article: version.content.owner for version in self._live()}
        current = {one.id: one for one in found}
        with self._store.begin() as unit:
            known = {one.id: one for one in unit.health_findings()}
            for id, one in current.items():
                before = known.get(id)
                kept = _again(before, one.model_copy(update={"owner": _owner(one.articles, owners)}))
                if kept != before:
                    unit.put_health_finding(kept)
            for id, before in known.items():
                if id not in current and before.state == "open":
                    unit.put_health_finding(
                        before.model_copy(update={"state": "resolved", "reason": _CLOSED, "answered_at": now})
                    )

    # --- requests that found nothing --------------------------------------------------------

    @cached_property
    def _nobodys(self) -> Anonymiser:
        return Anonymiser(own_texts(self._knowledge))

    def _unanswered(self, unit: Unit, now: datetime) -> tuple[list[Unanswered], int]:
        """Requests of the tickets of the last weeks that found nothing, and how many requests there were."""
        made: list[Unanswered] = []
        asked = 0
        for proposal in self._store.latest_proposals(now - WINDOW, MOST_TICKETS):
            asked += len(proposal.triage.goals)
            made += self._requests(unit, proposal)
        return made, asked

    def _requests(self, unit: Unit, proposal: Proposal | None) -> list[Unanswered]:
        if proposal is None:
            return []
        goals = [(n, goal) for n, goal in enumerate(proposal.triage.goals) if self._empty(proposal, n, goal.task_type)]
        ticket = unit.ticket(proposal.ticket) if goals else None
        if ticket is None:
            return []
        messages = unit.messages(ticket.id)
        told = {"customer_name": ticket.customer_name, "email": ticket.address,
                "full_name": " ".join({message.author for message in messages if message.author})}  # fmt: skip
        whose = Whose(proposal.evidence, told)
        said = " ".join(message.text for message in messages if message.sender == "customer")
        replies = [message.text for message in messages if message.sender == "advisor"]
        answered = self._nobodys.words(replies[-1:], whose) if replies else ""
        made = []
        for _, goal in goals:
            asked = self._nobodys.words([goal.quote or said], whose)
            if asked:
                made.append(
                    Unanswered(ticket=ticket.id, asked=asked, answered=answered or "", task_types=(goal.task_type,))
                )
        return made

    def _empty(self, proposal: Proposal, goal: int, kind: TaskTypeName) -> bool:
        """Whether neither an article nor a record had anything for this goal, and an article could have."""
        spec = self._knowledge.task_types.get(kind)
        answered = proposal.evidence.answered
        if spec is None or spec.people_only or len(answered) <= goal or answered[goal] >= UNANSWERED:
            return False
        return not any(one.goal == goal and one.records for one in proposal.evidence.lookups)


_REMEMBERED = 60_000
"""Vectors kept between rounds, 90 megabytes: all texts of some thousand articles."""


class _Seen:
    """What a process remembers from one round to the next."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.mark: tuple[str, str, int] | None = None
        self.at: datetime | None = None
        self.asked = 0
        self.readings: dict[tuple[str, str, frozenset[str]], Reading] = {}
        self.vectors: dict[str, NDArray[np.float32]] = {}


def _again(before: HealthFinding | None, now: HealthFinding) -> HealthFinding:
    """The finding as it is to be kept: its words from now, its state as people left it."""
    if before is None or before.state == "resolved":
        return now
    kept = ("state", "reason", "answered_by", "answered_at", "found_at")
    return now.model_copy(update={name: getattr(before, name) for name in kept})


def _owner(articles: Iterable[ArticleId], owners: Mapping[ArticleId, PersonId | None]) -> PersonId | None:
    return next((owner for id in articles if (owner := owners.get(id)) is not None), None)


def _latest(unit: Unit, id: TicketId) -> Proposal | None:
    ticket = unit.ticket(id)
    return unit.proposal(ticket.id, ticket.version) if ticket else None
