"""How long supervisors wait for Autonomy and Review with 50,000 cases of evidence and 50,000 tickets done alone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from bench.figures import Figures, spread
from cx_core.bootstrap import Works, now, open_desk
from cx_core.desk.desk import Desk
from cx_core.records import (
    AutonomousCase,
    CaseReview,
    EvidenceCase,
    Perimeter,
    Person,
    PersonId,
    Role,
    Scorecard,
    TaskTypeName,
    Ticket,
    TicketId,
    Versions,
)
from cx_core.service_rules.levels_in_force import Levels
from cx_core.settings import ROOT, Settings
from cx_core.views.level_views import LevelSet

CASES = 50_000
AT_ONCE = 2_000
TIMES = 6
DAYS = 85
"""Over which the cases are spread: reviews look back 90."""
COMES_BACK = 0.02
REVIEWED = 0.1
LEAD = Person(id=PersonId("P-bench"), email="bench@example.com", name="Bench", role=Role.SUPERVISOR)
_VERSIONS = Versions(rung="1", encoder="1", classifier="1", knowledge="1", policy="1")


def measure() -> Figures:
    """The questions that the two pages ask, and the round that watches the levels."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), knowledge=ROOT / "knowledge", demo=True, feed_seconds=0)
        works = Works(settings, now)
        desk = open_desk(settings, works=works)
        names = [name for name, one in works.knowledge.task_types.items() if not one.people_only][:10]
        _fill(works, names)
        found: Figures = {"cases": CASES}
        for title, ask in _questions(desk, names[0]).items():
            found |= spread(title, _timed(ask))
        works.close()
    return found


def _questions(desk: Desk, name: TaskTypeName) -> dict[str, Callable[[], object]]:
    return {
        "levels": lambda: desk.autonomy_levels.levels(LEAD),
        "evidence_of_one": lambda: desk.autonomy_levels.evidence(LEAD, name),
        "figures": lambda: desk.case_reviews.figures(LEAD),
        "review_page": lambda: desk.case_reviews.open(LEAD),
        "watching_round": desk.coming_down.round,
    }


def _timed(ask: Callable[[], object]) -> list[float]:
    """Milliseconds, the first left out: it fills caches."""
    series = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        series.append((time.perf_counter() - began) * 1000)
    return series[1:]


def _fill(works: Works, names: list[TaskTypeName]) -> None:
    """Every task type at level 3, and as many cases of both kinds, some of which customers came back about."""
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    dice, began = Random(1), now() - timedelta(days=DAYS)
    with works.store.begin() as unit:
        for name in names:
            level = LevelSet(task_type=name, level=3, how="earned", at=began, perimeter=Perimeter())
            unit.levels.put(levels.marked(unit, level))
    for start in range(0, CASES, AT_ONCE):
        with works.store.begin() as unit:
            for number in range(start, start + AT_ONCE):
                at, name = began + timedelta(days=DAYS * number / CASES), names[number % len(names)]
                trial = EvidenceCase(
                    ticket=TicketId(f"E-{number}"),
                    version=1,
                    task_type=name,
                    customer=f"C-{number % 9_000}",
                    at=at,
                    shown=dice.random() < 0.5,
                    differences=("left out",) if dice.random() < 0.01 else (),
                    basis="one",
                )
                unit.trials.put(trial)
                drawn = dice.random() < REVIEWED
                case = AutonomousCase(
                    ticket=TicketId(f"A-{number}"),
                    version=1,
                    task_types=(name,),
                    at=at,
                    acts=1,
                    versions=_VERSIONS,
                    stratum=name,
                    probability=REVIEWED,
                    drawn=drawn,
                )
                unit.reviews.put_case(case)
                if drawn:
                    card = Scorecard(right_act=dice.random() > 0.005, severity="minor")
                    review = CaseReview(ticket=case.ticket, version=1, person=PersonId("P-1"), at=at, card=card)
                    unit.reviews.put_review(review)
                if dice.random() < COMES_BACK:
                    back = Ticket.model_validate(
                        {
                            "id": trial.ticket,
                            "subject": "",
                            "channel": "email",
                            "address": "",
                            "opened_at": at,
                            "updated_at": at,
                        }
                    )
                    unit.tickets.measure(back, "reopened", at + timedelta(hours=5))
                    unit.tickets.measure(back.replace(id=case.ticket), "reopened", at + timedelta(hours=5))
