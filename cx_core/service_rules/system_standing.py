"""When a system counts as not answering, and when it answers again: rules over the calls that are made of it anyhow.

An outage says nothing about whether what the copilot does is right. So it pauses acting alone and never lowers a level.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, TaskType
from cx_core.records import ActionName
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.views.system_views import SystemStanding

BACK_OFFICE = "back office"
"""Finding customers and asking for receipts, which no system of the catalogue is named for."""
OUTBOX, POLICIES, ARTICLES = "outbox", "policies", "articles"
NAMES: Mapping[str, str] = {
    BACK_OFFICE: "the back office",
    OUTBOX: "the way out to customers",
    POLICIES: "the policy engine",
    ARTICLES: "the article search",
}

REPEATED = 3
"""Calls in a row without an answer that make an outage, as for a language model. One or two are a lost packet or a
restart, and the ticket they concern goes to a person anyway."""
APART = timedelta(seconds=1)
"""Failures closer together count as one: an act tries three times within half a second."""
FORGOTTEN = timedelta(hours=1)
"""Failures that are further apart than this have nothing to do with each other."""
ANSWERING = timedelta(minutes=2)
"""So long it must answer, without a failure, before what was paused resumes: twelve looks, so that it does not flap."""
ANSWERS = 3
"""Answers within that time at least, where nobody looks and it is only heard of when something is sent."""
SOON = timedelta(hours=1)
MOST_REPEATS = 4
"""Paused again within `SOON`, it must answer twice as long as before: up to 32 minutes. That bounds how often a system
that reads and does not write lets an act begin in vain."""


class Call(NamedTuple):
    """One call of a system that was heard of."""

    at: datetime
    answered: bool
    write: bool = False
    action: str = ""


def needed(task_type: TaskType, level: int, actions: Mapping[ActionName, ActionSpec]) -> frozenset[str]:
    """Return the systems without which nothing of this task type is done alone at this level.

    A language model is none of them: it only betters what a person approves.
    """
    always = {BACK_OFFICE, OUTBOX, POLICIES}
    if level < ALONE:
        return frozenset({*always, ARTICLES})
    used = {lookup.read for lookup in task_type.lookups}
    for step in task_type.steps:
        used.add(step.action)
        if (spec := actions.get(step.action)) is not None and spec.verify is not None:
            used.add(spec.verify.read)
    systems = {actions[name].system for name in used if name in actions}
    return frozenset(always | systems | ({ARTICLES} if task_type.articles else set()))


def heard(before: SystemStanding, call: Call) -> SystemStanding:
    """Return how the system stands after this call."""
    return _answered(before, call) if call.answered else _failed(before, call)


def _failed(before: SystemStanding, call: Call) -> SystemStanding:
    if before.paused_at is not None and before.answering_since is None:
        return before  # nothing new
    now, last = before, before.last_failed
    if now.paused_at is None and last is not None and call.at - last > FORGOTTEN:
        now = now.replace(failures=0, failed_writes=0, failed_since=None)
    one = int(now.clean or last is None or call.at - last >= APART)
    now = now.replace(
        failures=now.failures + (0 if call.write else one),
        failed_writes=now.failed_writes + (one if call.write else 0),
        failed_since=now.failed_since or call.at,
        last_failed=call.at if one else last,
        call=call.action or now.call,
        answering_since=None,
        answers=0,
    )
    if now.paused_at is not None or max(now.failures, now.failed_writes) < REPEATED:
        return now
    again = now.resumed_at is not None and call.at - now.resumed_at < SOON
    return now.replace(paused_at=call.at, repeats=min(now.repeats + 1, MOST_REPEATS) if again else 0)


def _answered(before: SystemStanding, call: Call) -> SystemStanding:
    if before.paused_at is None:
        writes = 0 if call.write else before.failed_writes  # that it reads does not show that it writes
        since = before.failed_since if writes else None
        return before.replace(failures=0, failed_writes=writes, failed_since=since, last_answered=call.at)
    last = before.last_answered
    one = int(before.answering_since is None or last is None or call.at - last >= APART)
    now = before.replace(
        answering_since=before.answering_since or call.at,
        answers=before.answers + one,
        last_answered=call.at if one else last,
    )
    long = ANSWERING * 2**now.repeats
    if now.answers < ANSWERS or now.answering_since is None or call.at - now.answering_since < long:
        return now
    return SystemStanding(system=now.system, resumed_at=call.at, repeats=now.repeats, last_answered=call.at)
