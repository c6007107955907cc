"""`process` on tickets whose right handling was written down before: goals, records, steps, constraints, gravity.

Rows are those of `process` with `expect` (see `Expected`). Beside them `week.txt` says which Monday the records are of;
the sandbox is seeded as of that day.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bench.desks import KNOWLEDGE, TimedEncoder
from bench.figures import Figures, spread
from cx_core.bootstrap import Works
from cx_core.cli.batch import Batch
from cx_core.errors import BadInput
from cx_core.settings import Settings

Row = dict[str, Any]
"""A result of `process`."""

OPENS = timedelta(hours=10)
"""The time of the week's Monday at which the tickets are read."""


class ExpectedStep(BaseModel):
    """An action and those of its arguments that matter: exact values, patterns for texts, items in any order."""

    model_config = ConfigDict(extra="forbid")
    action: str
    args: dict[str, Any] = Field(default_factory=dict)


class Constraint(BaseModel):
    """What was said about time, items, remedy, place, amount or a condition, in plain words."""

    model_config = ConfigDict(extra="allow")
    kind: str
    value: Any = ""


class Expected(BaseModel):
    """What a careful advisor expects of a ticket."""

    model_config = ConfigDict(extra="allow")
    category: str = "any"
    goals: list[str] = Field(default_factory=list)
    goals_alt: list[list[str]] = Field(default_factory=list)
    goals_extra_ok: bool = False
    kind: str = ""
    records: list[str] = Field(default_factory=list)
    steps: list[ExpectedStep] = Field(default_factory=list)
    allow_steps: list[str] = Field(default_factory=list)
    forbid_steps: list[str] = Field(default_factory=list)
    must: list[str] = Field(default_factory=list)
    must_not: list[str] = Field(default_factory=list)
    person: bool = False
    constraints: list[Constraint] = Field(default_factory=list)
    grave: bool = False
    answers_question: bool = False


class Ticket(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: str
    expect: Expected


class Verdict(BaseModel):
    """One ticket as it came out; each of these is a fact of it that the figures count."""

    id: str
    category: str
    goals_exact: bool
    goals_unsure: bool
    wrong_sure: int
    sure: int
    sure_right: int
    wanted: int
    missed: int
    record_right: bool
    steps_right: bool
    writes: int
    writes_wanted: int
    forbidden: bool
    route_right: bool
    missing: int
    present: int
    constraints: int
    constraints_met: int
    asks: bool

    @property
    def handled(self) -> bool:
        right = self.goals_exact and self.record_right and self.steps_right and self.route_right
        return right and not (self.missing or self.present or self.forbidden) and self.writes == self.writes_wanted


def measure(data: Path, *, told: Callable[[str], None] | None = None) -> Figures:
    """Of `tickets.jsonl` in the folder, or of every other file of rows there where there is none."""
    tickets, rows = read(data)
    results, ms = run(rows, monday_of(data))
    verdicts = [judge(ticket.expect, ticket.id, result) for ticket, result in zip(tickets, results, strict=True)]
    if told is not None:
        for verdict in verdicts:
            told(verdict.model_dump_json())
    return figures(tickets, results, verdicts) | {"n": len(rows)} | spread("ticket", ms)


def read(data: Path) -> tuple[list[Ticket], list[Row]]:
    """Return the tickets of a folder and the rows they were read from. Raises BadInput where there are none."""
    files = [data / "tickets.jsonl"] if (data / "tickets.jsonl").exists() else sorted(data.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines if line.strip()]
    if not rows:
        raise BadInput(f"There are no rows in {data}: write tickets.jsonl there.")
    return [Ticket.model_validate(row) for row in rows], rows


def run(
    rows: Iterable[Mapping[str, Any]], monday: date, *, prepare: Callable[[Works], None] | None = None
) -> tuple[list[Row], list[float]]:
    """Results in order and milliseconds of each, on a sandbox that is of this week. `expect` is taken off first.

    `prepare` may change the works before the first ticket is read, such as the levels of task types.
    """
    now = datetime.combine(monday, datetime.min.time(), UTC) + OPENS
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", knowledge=KNOWLEDGE, demo=True, feed_seconds=0)
        works = Works(settings, lambda: now, encoder=TimedEncoder())
        try:
            if prepare is not None:
                prepare(works)
            batch = Batch(works.journey, works.store, works.clock, works.knowledge.actions, execute=False)
            lines = [json.dumps({k: v for k, v in row.items() if k != "expect"}).encode() for row in rows]
            made, ms = [], []
            results = batch.run(lines)
            for _ in lines:
                began = time.perf_counter()
                made.append(dict(next(results)))
                ms.append((time.perf_counter() - began) * 1000)
        finally:
            works.close()
    return made, ms


def judge(expect: Expected, id: str, result: Row) -> Verdict:
    """Hold a result against what was expected. Raises BadInput where the row could not be read at all."""
    if "error" in result:
        raise BadInput(f"{id}: {result['error']}")
    goals: Sequence[Row] = result["goals"]
    sure = {goal["task_type"] for goal in goals if goal["sure"]}
    wanted = [set(expect.goals), *(set(other) for other in expect.goals_alt)]
    near = max(wanted, key=lambda one: (one == sure, len(one & sure), -len(one - sure)))
    any_wanted = set().union(*wanted)
    exact = any(one == sure or (expect.goals_extra_ok and one <= sure) for one in wanted)
    steps: Sequence[Row] = result["steps"]
    left = list(steps)
    found = 0
    for step in expect.steps:
        match = next((one for one in left if _is(step, one)), None)
        if match is not None:
            left.remove(match)
            found += 1
    allowed = [one for one in left if one["action"] in expect.allow_steps]
    reply = result.get("preview") or result.get("reply") or ""
    said = " ".join([result["summary"], reply, json.dumps([step["arguments"] for step in steps])])
    asks = "?" in reply and not steps
    met = not expect.constraints or (found == len(expect.steps) and (bool(expect.steps) or not steps))
    return Verdict(
        id=id,
        category=expect.category,
        goals_exact=exact,
        goals_unsure=not exact and not (sure - any_wanted),
        wrong_sure=len(sure - any_wanted),
        sure=len(sure),
        sure_right=len(sure & any_wanted),
        wanted=len(near),
        missed=len(near - {goal["task_type"] for goal in goals}),
        record_right=all(re.search(rf"\b{re.escape(record)}\b", said) for record in expect.records),
        steps_right=found == len(expect.steps),
        writes=len(steps),
        writes_wanted=found + len(allowed),
        forbidden=any(one["action"] in expect.forbid_steps for one in left),
        route_right=_route_right(expect, result, steps, reply),
        missing=sum(not re.search(one, reply, re.IGNORECASE | re.DOTALL) for one in expect.must),
        present=sum(bool(re.search(one, reply, re.IGNORECASE | re.DOTALL)) for one in expect.must_not),
        constraints=len(expect.constraints),
        constraints_met=len(expect.constraints) if met or asks else 0,
        asks=asks,
    )


def _route_right(expect: Expected, result: Row, steps: Sequence[Row], reply: str) -> bool:
    """Whether whoever is expected to get it does, with a draft of the kind that is expected."""
    person = result["route"] in ("person", "supervisor")
    if expect.person or expect.kind == "person":
        return person
    if expect.kind == "act":
        return bool(steps)
    if expect.kind in ("ask", "answer"):
        return bool(reply.strip()) and (not steps or bool(expect.allow_steps or expect.steps))
    return True


def _is(expected: ExpectedStep, step: Row) -> bool:
    return step["action"] == expected.action and all(
        _same(value, step["arguments"].get(name)) for name, value in expected.args.items()
    )


_EXACT = re.compile(r"[A-Z]{1,3}-\d+|\d{4}-\d{2}-\d{2}")
"""A record's number or a day: what is expected of it is all of it."""


def _same(expected: object, value: object) -> bool:
    if isinstance(value, dict) and "minor" in value:
        return bool(value["minor"] == expected)
    if isinstance(expected, list):
        return isinstance(value, list) and sorted(map(_plain, value)) == sorted(map(_plain, expected))
    if isinstance(value, list):
        return len(value) == 1 and _same(expected, value[0])
    if isinstance(expected, str) and isinstance(value, str):
        found = re.fullmatch if _EXACT.fullmatch(value) else re.search  # "3 Station Parade" is in the whole address
        try:
            return found(expected, value, re.IGNORECASE) is not None or _plain(expected) == _plain(value)
        except re.error:
            return _plain(expected) == _plain(value)
    return expected == value


def _plain(value: object) -> str:
    return " ".join(str(value).casefold().split())


def figures(tickets: Sequence[Ticket], results: Sequence[Row], verdicts: Sequence[Verdict]) -> Figures:
    n = len(verdicts)
    due = [(ticket.expect, result) for ticket, result in zip(tickets, results, strict=True)]
    people = [result for expect, result in due if expect.person or expect.kind == "person"]
    grave = [result for expect, result in due if expect.grave]
    ordinary = [result for expect, result in due if not expect.grave]
    answers = [verdict for verdict, ticket in zip(verdicts, tickets, strict=True) if ticket.expect.answers_question]
    made: Figures = {
        "goals_exact": _share(sum(one.goals_exact for one in verdicts), n),
        "goals_unsure": _share(sum(one.goals_unsure for one in verdicts), n),
        "goals_wrong_sure": _share(sum(one.wrong_sure > 0 for one in verdicts), n),
        "goals_missed": _share(sum(one.missed > 0 for one in verdicts), n),
        "sure_precision": _share(sum(one.sure_right for one in verdicts), sum(one.sure for one in verdicts)),
        "sure_recall": _share(sum(one.sure_right for one in verdicts), sum(one.wanted for one in verdicts)),
        "record_right": _of(verdicts, tickets, lambda e: bool(e.records), lambda v: v.record_right),
        "steps_right": _of(verdicts, tickets, lambda e: bool(e.steps), lambda v: v.steps_right),
        "writes_wanted": _share(sum(one.writes_wanted for one in verdicts), sum(one.writes for one in verdicts)),
        "forbidden_steps": sum(one.forbidden for one in verdicts),
        "route_right": _share(sum(one.route_right for one in verdicts), n),
        "person_recall": _share(sum(one["route"] in ("person", "supervisor") for one in people), len(people)),
        "must_missing": sum(one.missing for one in verdicts),
        "must_not_present": sum(one.present for one in verdicts),
        "constraints_met": _share(
            sum(one.constraints_met for one in verdicts), sum(one.constraints for one in verdicts)
        ),
        "gravity_recall": _share(sum(_grave(one) for one in grave), len(grave)),
        "gravity_false": _share(sum(_grave(one) for one in ordinary), len(ordinary)),
        "answers_understood": _share(sum(one.goals_exact and one.steps_right for one in answers), len(answers)),
        "handled": _share(sum(one.handled for one in verdicts), n),
    }
    by_category: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        by_category[verdict.category].append(verdict.handled)
    return made | {f"{name}.handled": _share(sum(of), len(of)) for name, of in sorted(by_category.items())}


def _of(
    verdicts: Sequence[Verdict],
    tickets: Sequence[Ticket],
    counts: Callable[[Expected], bool],
    right: Callable[[Verdict], bool],
) -> float:
    kept = [verdict for verdict, ticket in zip(verdicts, tickets, strict=True) if counts(ticket.expect)]
    return _share(sum(right(one) for one in kept), len(kept))


def _grave(result: Row) -> bool:
    return result["priority"] == "urgent" and result["route"] in ("person", "supervisor")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def monday_of(data: Path) -> date:
    """Return the Monday that the records of a folder are of. Raises BadInput where `week.txt` is missing."""
    week = data / "week.txt"
    if not week.exists():
        raise BadInput(f"{week} is missing: it says which Monday the tickets' records are of, as 2026-11-23.")
    return date.fromisoformat(week.read_text(encoding="utf-8").strip())
