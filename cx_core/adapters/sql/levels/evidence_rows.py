"""Cases of evidence for a level, and what was done without a person with its reviews, as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import from_text, to_text
from cx_core.adapters.sql.rows import Rows, unmarked
from cx_core.adapters.sql.sums import case_sums, evidence_count
from cx_core.ports.levels import ReviewState, Since
from cx_core.records import (
    SPEAKS,
    AdvisorCase,
    AutonomousCase,
    CaseReview,
    EvidenceCase,
    FirstAnswer,
    Incident,
    PersonId,
    PlantedError,
    TaskTypeName,
    Ticket,
    TicketId,
    UndoBatch,
)
from cx_core.views.level_views import CatchCount, EvidenceCount
from cx_core.views.review_views import CaseSpan, PlainCases

_WITHIN = timedelta(days=7)
_COMPLAINT = TaskTypeName("complaint")


class TrialRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, trial: EvidenceCase) -> None:
        values = {
            "task_type": trial.task_type,
            "at": to_text(trial.at),
            "body": trial.model_dump(mode="json"),
            "made_at": to_text(trial.proposed_at),
            "ripe_at": to_text(trial.at + _WITHIN),
            "customer": trial.customer,
            "basis": trial.basis,
            "shown": trial.shown,
            "differs": bool(trial.differences),
            "permitted": trial.permitted,
            "simulated": trial.simulated,
        }
        self._put(t.trial, {"ticket": trial.ticket, "version": trial.version}, values)

    def same_matter(self, ticket: Ticket) -> tuple[Ticket, ...]:
        row = t.ticket.c
        theirs = (
            (row.customer == ticket.customer)
            if ticket.customer
            else (sa.func.lower(row.address) == ticket.address.lower())
        )
        mine = sa.exists().where(t.trial.c.ticket == row.id) | sa.exists().where(t.autonomous_case.c.ticket == row.id)
        happened = unmarked("simulated")
        query = sa.select(row.body).where(theirs, row.id != ticket.id, mine, happened)
        found = (Ticket.model_validate(body) for body in self._connection.execute(query).scalars())
        any_of_them = not ticket.task_types or _COMPLAINT in ticket.task_types
        return tuple(one for one in found if any_of_them or {*one.task_types} & {*ticket.task_types})

    def put_first(self, answer: FirstAnswer) -> None:
        key = {"ticket": answer.ticket, "version": answer.version}
        self._put(t.first_answer, key, {"body": answer.model_dump(mode="json")})

    def first(self, ticket: TicketId, version: int) -> FirstAnswer | None:
        row = t.first_answer.c
        query = sa.select(row.body).where(row.ticket == ticket, row.version == version)
        body = self._connection.execute(query).scalar_one_or_none()
        return FirstAnswer.model_validate(body) if body is not None else None

    def drop(self, ticket: TicketId, version: int) -> None:
        row = (t.trial.c.ticket == ticket) & (t.trial.c.version == version)
        self._connection.execute(sa.delete(t.trial).where(row))

    def all(self) -> tuple[EvidenceCase, ...]:
        return self._found()

    def of(self, task_type: TaskTypeName, since: datetime | None = None) -> tuple[EvidenceCase, ...]:
        row = t.trial.c
        return self._found(row.task_type == task_type, *([row.at >= to_text(since)] if since else []))

    def count(self, now: datetime, since: Since, task_type: TaskTypeName | None = None) -> EvidenceCount:
        return evidence_count.count(self._connection, evidence_count.keys(self._connection, since, task_type), now)

    def wrong(self, now: datetime, since: Since, task_type: TaskTypeName, most: int) -> tuple[EvidenceCase, ...]:
        places = evidence_count.wrong_ones(
            self._connection, evidence_count.keys(self._connection, since, task_type), most
        )
        found = self._found(sa.tuple_(t.trial.c.ticket, t.trial.c.version).in_(places)) if places else ()
        return tuple(reversed(found))

    def _found(self, *which: sa.ColumnElement[bool]) -> tuple[EvidenceCase, ...]:
        bodies = self._connection.execute(sa.select(t.trial.c.body).where(*which).order_by(t.trial.c.at)).scalars()
        trials = [EvidenceCase.model_validate(body) for body in bodies]
        tickets = sa.select(t.trial.c.ticket).where(*which)
        came = _came_of(self._connection, tickets)
        return tuple(one.replace(spoiled=_within(one.at, came.get(one.ticket, ()))[0]) for one in trials)


class PlantedErrorRows(Rows):
    """A part of `SqlUnit`."""

    def put(self, one: PlantedError) -> None:
        values = {
            "version": one.version,
            "task_type": one.task_type,
            "decision": one.decision,
            "person": one.person or "",
            "decided_at": to_text(one.decided_at) if one.decided_at else "",
            "body": one.model_dump(mode="json"),
        }
        self._put(t.planted_error, {"ticket": one.ticket}, values)

    def of(self, ticket: TicketId) -> PlantedError | None:
        query = sa.select(t.planted_error.c.body).where(t.planted_error.c.ticket == ticket)
        body = self._connection.execute(query).scalar_one_or_none()
        return PlantedError.model_validate(body) if body is not None else None

    def counts(self, person: PersonId | None = None) -> tuple[CatchCount, ...]:
        row = t.planted_error.c
        caught = sa.func.sum(sa.case((row.decision == "caught", 1), else_=0))
        which = [row.decision.in_(("caught", "missed")), *([row.person == person] if person else [])]
        query = (
            sa.select(
                row.task_type, caught.label("caught"), sa.func.count().label("decided"), sa.func.min(row.decided_at)
            )
            .where(*which)
            .group_by(row.task_type)
            .order_by(row.task_type)
        )
        return tuple(
            CatchCount(task_type=TaskTypeName(name), caught=caught, decided=decided, since=from_text(since))
            for name, caught, decided, since in self._connection.execute(query).all()
        )


class ReviewRows(Rows):
    """A part of `SqlUnit`."""

    def put_case(self, case: AutonomousCase) -> None:
        body = case.replace(came="", came_at=None).model_dump(mode="json")
        values = {
            "at": to_text(case.at),
            "undrawn": case.probability is None,
            "simulated": case.simulated,
            "body": body,
            "ripe_at": to_text(case.at + _WITHIN),
            "task_types": " ".join(case.task_types),
            "stratum": case.stratum,
            "plain": case.plain,
        }
        self._put(t.autonomous_case, {"ticket": case.ticket, "version": case.version}, values)

    def case(self, ticket: TicketId, version: int) -> AutonomousCase | None:
        row = t.autonomous_case.c
        return next(iter(self._cases(row.ticket == ticket, row.version == version)), None)

    def cases(self, since: datetime | None = None, *, simulated: bool = False) -> tuple[AutonomousCase, ...]:
        row = t.autonomous_case.c
        return self._cases(row.simulated == simulated, *([row.at >= to_text(since)] if since else []))

    def telling(self, since: datetime, *, simulated: bool = False) -> tuple[AutonomousCase, ...]:
        return self._cases(case_sums.telling(since, simulated=simulated))

    def task_types(self, since: datetime, *, simulated: bool = False) -> tuple[tuple[TaskTypeName, ...], ...]:
        return case_sums.task_types(self._connection, since, simulated=simulated)

    def plain(self, spans: Sequence[CaseSpan], recent: datetime, *, simulated: bool = False) -> tuple[PlainCases, ...]:
        return case_sums.plain(self._connection, spans, recent, simulated=simulated)

    def places(
        self, task_type: TaskTypeName, since: datetime, moments: Sequence[datetime]
    ) -> tuple[int, tuple[int, ...]]:
        return case_sums.places(self._connection, task_type, since, moments)

    def undrawn(self) -> tuple[AutonomousCase, ...]:
        return self._cases(t.autonomous_case.c.undrawn, held=True)

    def put_review(self, review: CaseReview) -> None:
        key = {"ticket": review.ticket, "version": review.version, "person": review.person}
        self._put(t.case_review, key, {"at": to_text(review.at), "body": review.model_dump(mode="json")})

    def reviews(self, ticket: TicketId | None = None) -> tuple[CaseReview, ...]:
        query = sa.select(t.case_review.c.body).order_by(t.case_review.c.at)
        if ticket is not None:
            query = query.where(t.case_review.c.ticket == ticket)
        bodies = self._connection.execute(query).scalars()
        return tuple(CaseReview.model_validate(body) for body in bodies)

    def put_advisor_case(self, case: AdvisorCase) -> None:
        state = "reviewed" if case.card else "undrawn" if case.probability is None else "waiting"
        values = {"at": to_text(case.at), "state": state, "body": case.model_dump(mode="json")}
        self._put(t.advisor_case, {"ticket": case.ticket, "version": case.version}, values)

    def advisor_case(self, ticket: TicketId, version: int) -> AdvisorCase | None:
        row = t.advisor_case.c
        query = sa.select(row.body).where(row.ticket == ticket, row.version == version).with_for_update()
        body = self._connection.execute(query).scalar_one_or_none()
        return AdvisorCase.model_validate(body) if body is not None else None

    def advisor_cases(self, state: ReviewState) -> tuple[AdvisorCase, ...]:
        row = t.advisor_case.c
        query = sa.select(row.body).where(row.state == state).order_by(row.at, row.ticket)
        return tuple(AdvisorCase.model_validate(body) for body in self._connection.execute(query).scalars())

    def drop_advisor_case(self, ticket: TicketId, version: int) -> None:
        row = (t.advisor_case.c.ticket == ticket) & (t.advisor_case.c.version == version)
        self._connection.execute(sa.delete(t.advisor_case).where(row))

    def skip(self, ticket: TicketId, version: int, person: PersonId) -> None:
        row, values = t.review_skip.c, {"ticket": ticket, "version": version, "person": person}
        there = (row.ticket == ticket) & (row.version == version) & (row.person == person)
        self._connection.execute(sa.delete(t.review_skip).where(there))
        self._connection.execute(sa.insert(t.review_skip).values(values))

    def skips(self) -> Mapping[tuple[TicketId, int], frozenset[PersonId]]:
        found: dict[tuple[TicketId, int], set[PersonId]] = defaultdict(set)
        for row in self._connection.execute(sa.select(t.review_skip)).mappings():
            found[TicketId(row["ticket"]), row["version"]].add(PersonId(row["person"]))
        return {key: frozenset(people) for key, people in found.items()}

    def put_incident(self, incident: Incident) -> None:
        values = {"task_type": incident.task_type, "at": to_text(incident.at), "body": incident.model_dump(mode="json")}
        self._put(t.incident, {"id": incident.id}, values)
        self.changed_everywhere()

    def incident(self, id: str) -> Incident | None:
        query = sa.select(t.incident.c.body).where(t.incident.c.id == id).with_for_update()
        body = self._connection.execute(query).scalar_one_or_none()
        return Incident.model_validate(body) if body is not None else None

    def put_batch(self, batch: UndoBatch) -> None:
        going = batch.finished_at is None
        values = {"at": to_text(batch.at), "going": going, "body": batch.model_dump(mode="json")}
        self._put(t.undo_batch, {"id": batch.id}, values)

    def batch(self, id: str) -> UndoBatch | None:
        query = sa.select(t.undo_batch.c.body).where(t.undo_batch.c.id == id).with_for_update()
        body = self._connection.execute(query).scalar_one_or_none()
        return UndoBatch.model_validate(body) if body is not None else None

    def batches(self, *, going: bool = False) -> tuple[UndoBatch, ...]:
        query = sa.select(t.undo_batch.c.body).order_by(t.undo_batch.c.at.desc())
        bodies = self._connection.execute(query.where(t.undo_batch.c.going) if going else query).scalars()
        return tuple(UndoBatch.model_validate(body) for body in bodies)

    def incidents(self) -> tuple[Incident, ...]:
        bodies = self._connection.execute(sa.select(t.incident.c.body).order_by(t.incident.c.at.desc())).scalars()
        return tuple(Incident.model_validate(body) for body in bodies)

    def _cases(self, *which: sa.ColumnElement[bool], held: bool = False) -> tuple[AutonomousCase, ...]:
        table = t.autonomous_case
        query = sa.select(table.c.body).where(*which).order_by(table.c.at, table.c.ticket)
        bodies = self._connection.execute(query.with_for_update() if held else query).scalars().all()
        came = _came_of(self._connection, sa.select(table.c.ticket).where(*which))
        cases = (AutonomousCase.model_validate(body) for body in bodies)
        return tuple(_with(one, *_within(one.at, came.get(one.ticket, ()))) for one in cases)


def _with(case: AutonomousCase, came: str, when: datetime | None) -> AutonomousCase:
    return case.replace(came=came, came_at=when) if came else case


def _came_of(connection: sa.Connection, tickets: sa.Select[tuple[str]]) -> dict[str, list[tuple[str, datetime]]]:
    """What was measured of these tickets that speaks against their answers, with when."""
    m = t.measure.c
    came: dict[str, list[tuple[str, datetime]]] = {}
    for row in connection.execute(
        sa.select(m.ticket, m.kind, m.at).where(evidence_count.against(), m.ticket.in_(tickets))
    ):
        came.setdefault(row.ticket, []).append((row.kind, from_text(row.at)))
    return came


def _within(at: datetime, came: Iterable[tuple[str, datetime]]) -> tuple[str, datetime | None]:
    """What speaks most against it within a week, and when: the last of the strong, or the first of the rest."""
    soon = [(when, kind) for kind, when in came if at <= when <= at + _WITHIN]
    strong = [one for one in soon if one[1] in SPEAKS]
    if not soon:
        return "", None
    when, kind = max(strong) if strong else min(soon)
    return kind, when
