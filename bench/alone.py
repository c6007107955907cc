"""Tickets put through level 3 for every task type: how many act alone, and how many of those acts nobody wanted.

Rows are those of `bench.tickets`. Every task type stands at level 3 (or its ceiling) inside limits that keep nothing
out, and every sender whom the channel vouches for counts as confirmed by a code, unless `identity` says otherwise: what
is measured is whether the copilot knows when it has understood, not whom it may serve. A sender who only claims to be a
customer stays one. Amounts, irreversible acts and matters for people stay with the policies in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel

from bench.figures import Figures
from bench.tickets import Expected, Row, Ticket, judge, monday_of, read, run
from cx_core.bootstrap import Works
from cx_core.records import PREPARES, Perimeter, PersonId
from cx_core.service_rules.levels_in_force import ALONE, Levels
from cx_core.views.level_views import LevelSet

WIDEST = Perimeter(
    act_most=1_000_000,
    day_most=100_000_000,
    tiers=("standard", "plus", "vip", "business"),
    channels=("email", "chat", "web"),
    any_hour=True,
    share=100,
    identity=0,
    upset=True,
)
"""Limits that keep nothing out; amounts in minor units."""


class Alone(BaseModel):
    """What became of one ticket. `wrong`: why its acts are not what was expected, in words; empty: they are."""

    id: str
    task_type: str
    expects_act: bool
    acted: bool
    answered: bool
    wrong: str


def measure(data: Path, *, identity: int = 2, told: Callable[[str], None] | None = None) -> Figures:
    """Return counts and shares over the tickets of `data`. `identity`: at least this for senders of identity 1."""
    tickets, rows = read(data)
    confirmed = [{**row, "identity": max(known, identity) if (known := row.get("identity", 0)) else 0} for row in rows]
    results, _ = run(confirmed, monday_of(data), prepare=at_level_three)
    outcomes = [outcome(ticket, result) for ticket, result in zip(tickets, results, strict=True)]
    if told is not None:
        for one in outcomes:
            told(one.model_dump_json())
    return figures(outcomes)


def at_level_three(works: Works) -> None:
    """Put every task type of these works at level 3, or at its ceiling, inside the widest limits."""
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    with works.store.begin() as unit:
        for name, task_type in works.knowledge.task_types.items():
            level = ALONE if task_type.ceiling >= ALONE else min(task_type.ceiling, PREPARES)
            decided = LevelSet(
                task_type=name,
                level=level,
                how="granted",
                at=works.clock(),
                person=PersonId("bench"),
                perimeter=WIDEST if level == ALONE else None,
            )
            unit.levels.put(levels.marked(unit, decided))


def outcome(ticket: Ticket, result: Row) -> Alone:
    """Hold what would be done alone against what was expected."""
    verdict = judge(ticket.expect, ticket.id, result)
    alone = result["route"] == "act"
    steps: Sequence[Row] = result["steps"]
    goals = [goal["task_type"] for goal in result["goals"] if goal["sure"]]
    return Alone(
        id=ticket.id,
        task_type=" + ".join(sorted(set(goals))) or "none",
        expects_act=bool(ticket.expect.steps),
        acted=alone and bool(steps),
        answered=alone and not steps,
        wrong=_wrong(ticket.expect, verdict.writes_wanted == verdict.writes, verdict.steps_right) if alone else "",
    )


def _wrong(expect: Expected, all_wanted: bool, all_done: bool) -> str:
    if expect.person or expect.kind == "person":
        return "a person was to get it"
    if not all_wanted:
        return "an act that is not wanted"
    return "" if all_done else "a wanted act is missing"


def figures(outcomes: Sequence[Alone]) -> Figures:
    acted = [one for one in outcomes if one.acted]
    answered = [one for one in outcomes if one.answered]
    expecting = [one for one in outcomes if one.expects_act]
    made: Figures = {
        "n": len(outcomes),
        "expect_act": len(expecting),
        "acted": len(acted),
        "acted_wrong": sum(bool(one.wrong) for one in acted),
        "wrong_share": _share(sum(bool(one.wrong) for one in acted), len(acted)),
        "acted_of_expecting": _share(sum(one.acted for one in expecting), len(expecting)),
        "answered": len(answered),
        "answered_wrong": sum(bool(one.wrong) for one in answered),
    }
    by_type: dict[str, list[Alone]] = defaultdict(list)
    for one in acted:
        by_type[one.task_type].append(one)
    for name, of in sorted(by_type.items()):
        made[f"{name}.acted"], made[f"{name}.wrong"] = len(of), sum(bool(one.wrong) for one in of)
    return made


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
