"""Limits for a task type that has earned level 3, as wide as the cases it was earned on and no wider."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import get_args

from cx_core.records import Channel, Identity, Perimeter
from cx_core.service_rules.perimeter_check import LimitedAct

SHARE = 10
"""Of a hundred customers, to begin with."""


def suggested(acts: Iterable[tuple[date, LimitedAct]]) -> Perimeter | None:
    """The limits that cover these acts, each with its day; None: there is nothing to go by.

    Opening hours, calm customers and a small share are left for people to widen.
    """
    known = [(day, act) for day, act in acts if act.tier]
    if not known:
        return None
    days: Counter[date] = Counter()
    for day, act in known:
        days[day] += act.amount or 0
    seen = {act.channel for _, act in known}
    return Perimeter(
        act_most=max(act.amount or 0 for _, act in known),
        day_most=max(days.values()),
        tiers=tuple(sorted({act.tier for _, act in known})),
        channels=tuple(channel for channel in get_args(Channel) if channel in seen),
        share=SHARE,
        identity=_identity(min(act.identity for _, act in known)),
    )


def _identity(least: int) -> Identity:
    return 2 if least > 1 else 1 if least else 0
