"""Like tickets that were solved before: how often one about the same matter is among the first three, and how fast.

Asked is each remembered ticket of a data folder, itself left out: its words as the customer wrote them, through the
whole journey. What it was about in truth is what its history says. A made-up past says many things twice in the very
same words, so `new_words` leaves out every ticket that has a twin; and it is made of the examples that triage has
learnt, so that a task type is understood more often than in life. `by_meaning` asks without the task type.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from bench.figures import Figures, spread
from bench.journey import feed_cases
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.solved_case_rows import kept
from cx_core.bootstrap import Works
from cx_core.errors import BadInput
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import TaskTypeName, TicketId
from cx_core.search.earlier_tickets import MOST
from cx_core.settings import load
from cx_core.workflows.proposal_inputs import ProposalInputs

ASKED = 600
"""Tickets asked for, evenly over time."""
Types = Mapping[TicketId, frozenset[TaskTypeName]]


class _Asked(NamedTuple):
    """Whether each ticket that was found is about the same matter, best first; with the task type, and without."""

    typed: list[bool]
    bare: list[bool]
    twin: bool
    about: frozenset[TaskTypeName]


def measure(folder: Path) -> Figures:
    """`folder`: a data folder with a remembered past, as `python -m cx_core history` leaves one. It is only read."""
    if not (folder / "rung.db").is_file():
        raise BadInput(f"{folder} holds no past: set CX_DATA_DIR={folder} and run python -m cx_core history.")
    settings = load().replace(data_dir=folder, demo=True, feed_seconds=0)
    works = Works(settings)
    try:
        return _measure(works)
    finally:
        works.close()


def _measure(works: Works) -> Figures:
    journey, past = works.journey(), _past(works)
    types: Types = {case.ticket: frozenset(case.task_types) for case in past}
    words = Counter(case.asked for case in past)
    asked: list[_Asked] = []
    lookups: list[float] = []
    searches: list[float] = []
    for case in past[:: max(1, len(past) // ASKED)][:ASKED]:
        made = journey.propose(_as_asked(works, case.ticket))
        lookups.append(made.ms["memory"])
        text = _as_asked(works, case.ticket).messages[0].text
        vector = works.encoder.encode([text])[0]
        began = time.perf_counter()
        bare = works.cases.search(text, vector, most=MOST, but=case.ticket)
        searches.append((time.perf_counter() - began) * 1000)
        asked.append(
            _Asked(
                [bool(types[id] & types[case.ticket]) for id in made.evidence.earlier if id in types],
                [bool(types[one.ticket] & types[case.ticket]) for one in bare if one.ticket in types],
                twin=words[case.asked] > 1,
                about=types[case.ticket],
            )
        )
    live = [journey.propose(case).evidence.earlier for case in feed_cases(load_feed(works.settings.knowledge))]
    figures: Figures = {"remembered": len(past), "asked": len(asked)}
    figures |= _shares("", asked) | _shares("new_words.", [one for one in asked if not one.twin])
    figures |= _by_type(asked)
    figures["feed.something_found"] = round(sum(map(bool, live)) / len(live), 3)
    return figures | spread("memory", lookups) | spread("search", searches)


def _past(works: Works) -> list[SolvedCase]:
    with works.engine.connect() as connection:
        bodies = connection.execute(kept(t.solved_case.c.body).order_by(sa.asc(t.solved_case.c.at))).scalars()
        return [SolvedCase.model_validate(body) for body in bodies]


def _as_asked(works: Works, id: TicketId) -> ProposalInputs:
    """The ticket as it was when its customer first wrote."""
    with works.store.look() as unit:
        ticket, messages = unit.tickets.get(id), unit.tickets.messages(id)
    if ticket is None:
        raise BadInput(f"Ticket {id} is gone.")
    return ProposalInputs.of(ticket, messages[:1], 1)


def _shares(name: str, asked: Sequence[_Asked]) -> Figures:
    number = max(len(asked), 1)
    found: Figures = {f"{name}n": len(asked)}
    for way, hits in (("", [one.typed for one in asked]), ("by_meaning.", [one.bare for one in asked])):
        shown = sum(map(len, hits))
        found |= {
            f"{name}{way}found": round(sum(map(bool, hits)) / number, 3),
            f"{name}{way}useful_at_1": round(sum(any(one[:1]) for one in hits) / number, 3),
            f"{name}{way}useful_at_3": round(sum(any(one[:MOST]) for one in hits) / number, 3),
            f"{name}{way}precision": round(sum(map(sum, hits)) / shown, 3) if shown else 0.0,
        }
    return found


def _by_type(asked: Sequence[_Asked]) -> Figures:
    """Of the tickets shown for each task type, the share about the same matter."""
    shown: dict[TaskTypeName, list[bool]] = {}
    for one in asked:
        for name in one.about:
            shown.setdefault(name, []).extend(one.typed)
    return {f"precision.{name}": round(sum(hits) / len(hits), 3) for name, hits in sorted(shown.items()) if hits}
