"""Tickets done alone, added up by the database where nothing speaks of them; see `ReviewRepository.plain`.

Plain is a case that was not drawn for review and not in trouble. Most are, and of these only the number matters, unless
something was measured afterwards that speaks against them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import to_text
from cx_core.adapters.sql.sums.evidence_count import against
from cx_core.records import TaskTypeName
from cx_core.views.review_views import CaseSpan, PlainCases


def spoken_of() -> sa.CTE:
    """Cases after which something was measured within a week that speaks against them."""
    row, m = t.autonomous_case.c, t.measure
    within = (m.c.ticket == row.ticket) & (m.c.at >= row.at) & (m.c.at <= row.ripe_at)
    joined = m.join(t.autonomous_case, within)
    return sa.select(row.ticket, row.version).select_from(joined).where(against()).distinct().cte("spoken_of")


def telling(since: datetime, *, simulated: bool) -> sa.ColumnElement[bool]:
    """Which cases are not plain: all that is to be known of them has to be read."""
    row, said = t.autonomous_case.c, spoken_of()
    key = sa.tuple_(row.ticket, row.version)
    recent = (row.simulated == simulated) & (row.at >= to_text(since))
    return recent & (~row.plain | key.in_(sa.select(said.c.ticket, said.c.version)))


def task_types(connection: sa.Connection, since: datetime, *, simulated: bool) -> tuple[tuple[TaskTypeName, ...], ...]:
    row = t.autonomous_case.c
    here = (row.simulated == simulated) & (row.at >= to_text(since))
    found = connection.execute(sa.select(row.task_types).where(here).distinct()).scalars()
    return tuple(tuple(map(TaskTypeName, names.split())) for names in found)


def plain(
    connection: sa.Connection, spans: Iterable[CaseSpan], recent: datetime, *, simulated: bool
) -> tuple[PlainCases, ...]:
    """One look at the index for each span."""
    row = t.autonomous_case.c
    new = sa.func.sum(sa.case((row.at > to_text(recent), 1), else_=0))
    found = []
    for place, span in enumerate(spans):
        here = (row.task_types == " ".join(span.task_types)) & (row.at >= to_text(span.since))
        if span.until is not None:
            here &= row.at < to_text(span.until)
        query = sa.select(row.stratum, sa.func.count(), new).where(row.simulated == simulated, row.plain, here)
        for stratum, cases, lately in connection.execute(query.group_by(row.stratum)):
            found.append(PlainCases(span=place, stratum=stratum, cases=cases, recent=lately))
    return tuple(found)


def places(
    connection: sa.Connection, task_type: TaskTypeName, since: datetime, moments: Sequence[datetime]
) -> tuple[int, tuple[int, ...]]:
    """See `ReviewRepository.places`."""
    row = t.autonomous_case.c
    together = [" ".join(names) for names in task_types(connection, since, simulated=False) if task_type in names]
    here = row.task_types.in_(together) & (row.at >= to_text(since))
    query = sa.select(row.at).where(row.simulated == sa.false(), row.plain.in_((True, False)), here)
    times = sorted(connection.execute(query).scalars())
    return len(times), tuple(bisect_left(times, to_text(one)) for one in moments)
