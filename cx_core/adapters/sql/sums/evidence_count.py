"""Cases of evidence added up by the database, so that no page reads them one by one; see `TrialRepository.count`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.records import SPEAKS, TaskTypeName
from cx_core.views.level_views import EvidenceCount, EvidenceTally

WEAK = ("taken_up", "came_back", "reopened", "elsewhere")
"""What else is measured of a ticket after its answer that speaks against it."""
UNHAPPY = 2
"""Stars, of five: the most of a rating that counts against an answer."""
_FIRST = "0001-01-01"

Keys = tuple[tuple[str, bool, str, str], ...]
"""Task type, whether simulated, the basis that counts, and from when on."""


def against() -> sa.ColumnElement[bool]:
    """What is measured of a ticket that speaks against its answer."""
    m = t.measure.c
    return m.kind.in_((*SPEAKS, *WEAK)) | ((m.kind == "rated") & (m.seconds <= UNHAPPY))


def keys(
    connection: sa.Connection, since: Mapping[tuple[TaskTypeName, bool], datetime], task_type: TaskTypeName | None
) -> Keys:
    """What counts of each task type: the basis of its newest proposal."""
    row = t.trial.c
    newest = sa.func.max(row.made_at).label("newest")
    query = sa.select(row.task_type, row.simulated, row.basis, newest).where(row.permitted)
    if task_type is not None:
        query = query.where(row.task_type == task_type)
    found: dict[tuple[str, bool], tuple[str, str]] = {}
    for name, simulated, basis, made in connection.execute(query.group_by(row.task_type, row.simulated, row.basis)):
        found[name, simulated] = max(found.get((name, simulated), ("", "")), (made, basis))
    return tuple(
        (name, simulated, basis, to_text(begins) if begins else _FIRST)
        for (name, simulated), (_, basis) in found.items()
        for begins in [since.get((TaskTypeName(name), simulated))]
    )


def alike(which: Keys) -> sa.Subquery:
    """The cases of these keys, each with whether it is wrong and on which day it was answered."""
    row = t.trial.c
    columns = (sa.String, sa.Boolean, sa.String, sa.String)
    names = ("task_type", "simulated", "basis", "since")
    wanted = sa.values(*map(sa.column, names, columns), name="wanted").data(list(which)).cte("wanted")
    m = t.measure
    within = (m.c.ticket == row.ticket) & (m.c.at >= row.at) & (m.c.at <= row.ripe_at)
    spoiled = (
        sa.select(row.ticket, row.version)
        .select_from(m.join(t.trial, within))
        .where(against())
        .distinct()
        .cte("spoiled")
    )
    here = (row.task_type == wanted.c.task_type) & (row.simulated == wanted.c.simulated) & row.permitted
    newer = (row.basis == wanted.c.basis) & (row.at > wanted.c.since)
    rows = wanted.join(t.trial, here & newer).outerjoin(
        spoiled, (spoiled.c.ticket == row.ticket) & (spoiled.c.version == row.version)
    )
    wrong = row.differs | spoiled.c.ticket.is_not(None)
    day = sa.func.substr(row.at, 1, 10).label("day")
    said = (row.ticket, row.version, row.task_type, row.simulated, row.customer, row.at, row.ripe_at, row.shown)
    return sa.select(*said, day, sa.case((wrong, 1), else_=0).label("wrong")).select_from(rows).subquery("alike")


def one_a_day(cases: sa.Subquery, now: datetime) -> sa.Subquery:
    """Of the cases that count by now the one of each customer and day: the last wrong one, or else the first."""
    row = cases.c
    last_wrong = sa.case((row.wrong == 1, row.at), else_="")
    place = sa.func.row_number().over(
        partition_by=(row.task_type, row.simulated, row.customer, row.day), order_by=(last_wrong.desc(), row.at)
    )
    counted = (row.wrong == 1) | (row.ripe_at <= to_text(now))
    placed = sa.select(*row, place.label("place")).where(counted).subquery("placed")
    return sa.select(placed).where(placed.c.place == 1).subquery("counted")


def count(connection: sa.Connection, which: Keys, now: datetime) -> EvidenceCount:
    if not which:
        return EvidenceCount(tallies=())
    cases = alike(which)
    row = one_a_day(cases, now).c
    alike_in = (row.task_type, row.simulated, row.day, row.wrong, row.shown)
    tallied = sa.select(*alike_in, sa.func.count().label("cases")).group_by(*alike_in).order_by(row.day)
    waits = (cases.c.wrong == 0) & (cases.c.ripe_at > to_text(now))
    new = sa.select(cases.c.task_type, sa.func.count()).where(waits).group_by(cases.c.task_type)
    return EvidenceCount(
        tallies=tuple(
            EvidenceTally(
                task_type=name,
                simulated=simulated,
                day=date.fromisoformat(day),
                wrong=bool(wrong),
                shown=shown,
                cases=number,
            )
            for name, simulated, day, wrong, shown, number in connection.execute(tallied)
        ),
        too_new={TaskTypeName(name): number for name, number in connection.execute(new)},
    )
