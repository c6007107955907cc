"""Cases of evidence added up by the database, so that no page reads them one by one; see `TrialRepository.count`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.ports.levels import Since
from cx_core.records import SPEAKS, TaskTypeName
from cx_core.views.level_views import EvidenceCount, EvidenceTally

WEAK = ("taken_up", "came_back", "reopened", "elsewhere")
"""What else is measured of a ticket after its answer that speaks against it."""
UNHAPPY = 2
"""Stars, of five: the most of a rating that counts against an answer."""


class CaseKeys(NamedTuple):
    """What counts: the basis of each task type's newest proposal, and from when on."""

    bases: Mapping[tuple[str, bool], str]
    since: Since
    task_type: TaskTypeName | None


def against() -> sa.ColumnElement[bool]:
    """What is measured of a ticket that speaks against its answer."""
    m = t.measure.c
    return m.kind.in_((*SPEAKS, *WEAK)) | ((m.kind == "rated") & (m.seconds <= UNHAPPY))


def keys(connection: sa.Connection, since: Since, task_type: TaskTypeName | None) -> CaseKeys:
    """What counts now, of one task type or of all."""
    row = t.trial.c
    newest = sa.func.max(row.made_at).label("newest")
    query = sa.select(row.task_type, row.simulated, row.basis, newest).where(row.permitted)
    if task_type is not None:
        query = query.where(row.task_type == task_type)
    found: dict[tuple[str, bool], tuple[str, str]] = {}
    for name, simulated, basis, made in connection.execute(query.group_by(row.task_type, row.simulated, row.basis)):
        found[name, simulated] = max(found.get((name, simulated), ("", "")), (made, basis))
    return CaseKeys({key: basis for key, (_, basis) in found.items()}, since, task_type)


def count(connection: sa.Connection, which: CaseKeys, now: datetime) -> EvidenceCount:
    """Rows of other bases than those that count are left out at the end: in SQL it would be a condition a task type."""
    row, wrong, joined = t.trial.c, _wrong(), _joined()
    ripe = (wrong == 1) | (row.ripe_at <= to_text(now))
    first = sa.func.min(row.at + sa.case((row.shown, "1"), else_="0")).label("first")
    whose = (row.task_type, row.simulated, row.basis, row.customer, _DAY.label("day"))
    one_a_day = (
        sa.select(*whose, sa.func.max(wrong).label("wrong"), first)
        .select_from(joined)
        .where(_mine(which), ripe)
        .group_by(*whose)
        .subquery("one_a_day")
    )
    one = one_a_day.c
    shown = sa.func.substr(one.first, _WIDTH, 1).label("shown")
    alike = (one.task_type, one.simulated, one.basis, one.day, one.wrong, shown)
    tallied = connection.execute(sa.select(*alike, sa.func.count()).group_by(*alike).order_by(one.day))
    kind = (row.task_type, row.simulated, row.basis)
    fresh = (wrong == 0) & (row.ripe_at > to_text(now)) & _mine(which)
    new = connection.execute(sa.select(*kind, sa.func.count()).select_from(joined).where(fresh).group_by(*kind))
    too_new: Counter[TaskTypeName] = Counter()
    for name, simulated, basis, number in new:
        if which.bases.get((name, simulated)) == basis:
            too_new[TaskTypeName(name)] += number
    return EvidenceCount(
        tallies=tuple(
            EvidenceTally(
                task_type=name,
                simulated=simulated,
                day=date.fromisoformat(day),
                wrong=bool(wrong),
                shown=shown == "1",
                cases=number,
            )
            for name, simulated, basis, day, wrong, shown, number in tallied
            if which.bases.get((name, simulated)) == basis
        ),
        too_new=dict(too_new),
    )


def wrong_ones(connection: sa.Connection, which: CaseKeys, most: int) -> list[tuple[str, int]]:
    """Ticket and version of the newest that count against it, one of each customer and day."""
    row = t.trial.c
    columns = (row.ticket, row.version, row.simulated, row.basis, row.customer, _DAY, row.task_type)
    query = sa.select(*columns).select_from(_joined()).where(_mine(which), _wrong() == 1)
    kept: dict[tuple[object, ...], tuple[str, int]] = {}
    for ticket, version, simulated, basis, customer, day, name in connection.execute(query.order_by(row.at.desc())):
        if which.bases.get((name, simulated)) == basis:
            kept.setdefault((simulated, customer, day), (ticket, version))
        if len(kept) == most:
            break
    return list(kept.values())


_DAY = sa.func.substr(t.trial.c.at, 1, 10)
_WIDTH = len(to_text(datetime(2026, 1, 1, tzinfo=UTC))) + 1
"""The place after a moment, in what is put together of both."""
_SPOILED = (
    sa.select(t.trial.c.ticket, t.trial.c.version)
    .select_from(
        t.measure.join(
            t.trial,
            (t.measure.c.ticket == t.trial.c.ticket)
            & (t.measure.c.at >= t.trial.c.at)
            & (t.measure.c.at <= t.trial.c.ripe_at),
        )
    )
    .where(against())
    .distinct()
    .cte("spoiled")
)


def _joined() -> sa.FromClause:
    same = (_SPOILED.c.ticket == t.trial.c.ticket) & (_SPOILED.c.version == t.trial.c.version)
    return t.trial.outerjoin(_SPOILED, same)


def _wrong() -> sa.Case[int]:
    return sa.case((t.trial.c.differs | _SPOILED.c.ticket.is_not(None), 1), else_=0)


def _mine(which: CaseKeys) -> sa.ColumnElement[bool]:
    row = t.trial.c
    before = [
        ~((row.task_type == name) & (row.simulated == simulated) & (row.at <= to_text(begins)))
        for (name, simulated), begins in which.since.items()
    ]
    one = [row.task_type == which.task_type] if which.task_type is not None else []
    return sa.and_(row.permitted, row.basis.in_(sorted(set(which.bases.values()))), *one, *before)
