"""The judge of goals (`understand/goal_candidates/judge.py`): fitted to tickets by several authors, told on each apart.

DIR holds a folder for each author with the files of `bench.tickets`. A judge is fitted to all authors but one and
tried on that one, in turn; `weights.*` are of the judge fitted to all of them, to be put into the module by hand.
Tickets of one message are read; of a conversation it is not written down which goal is whose words. Fitted is also to
pairs of an author's short tickets joined as one message: few tickets are about two things.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.desks import KNOWLEDGE
from bench.figures import Figures
from bench.tickets import Ticket, read
from cx_core.adapters.classifier.triager import open_triage
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.bootstrap import Works
from cx_core.errors import BadInput
from cx_core.settings import Settings
from cx_core.understand.goal_candidates.evidence import GoalEvidence
from cx_core.understand.goal_candidates.judge import UPPER, WEIGHTS, probability

EARLIER = GoalEvidence(
    own=0.562,
    sentence=0.344,
    whole=0.36,
    wants=0.939,
    reports=0.214,
    asks=1.175,
    refuses=-0.84,
    tells=-1.211,
    shared=-0.103,
    rival=-0.114,
    length=-0.136,
    first=-0.136,
)
"""Fitted to earlier authors; none of their messages is among those that the weights are fitted to now."""

DRAWN = 10.0
"""How strongly weights are drawn to the earlier ones: as about so many lessons would."""

PAIRS = 60
"""Joined messages that are tried for each author; two tickets about the same make none."""

JOINED = 0.2
"""What a candidate of a joined message counts beside one of a ticket; with more, background passes for a goal."""

SHORT = 260
"""Characters of a ticket that is joined with another."""

_JOINTS = ("\n\nAlso, ", "\n\n", " And ", "\nAnother thing: ", " Also ", "\nPS: ", ", and ", "\n2. ")


class Lesson(NamedTuple):
    """One candidate of a ticket, and whether it is among the goals that were expected."""

    author: str
    ticket: str
    task_type: str
    evidence: GoalEvidence
    right: bool
    joined: bool = False


def measure(data: Path) -> Figures:
    """Return shares over all tickets: with the judge as it ships, and fitted without the author who is read."""
    authors = {folder.name: read(folder)[0] for folder in sorted(data.iterdir()) if (folder / "tickets.jsonl").exists()}
    if len(authors) < 2:
        raise BadInput(f"{data} needs a folder for each of two or more authors, with tickets.jsonl in it.")
    lessons = list(_lessons(authors))
    tickets = {f"{name}/{one.id}": one for name, found in authors.items() for one in found if _text(one)}
    fitted = fit(lessons)
    natural = [one for one in lessons if not one.joined]
    shipped = {(one.ticket, one.task_type): probability(one.evidence, WEIGHTS) for one in natural}
    apart: dict[tuple[str, str], float] = {}
    for name in authors:
        weights = fit([one for one in lessons if one.author != name])
        held = [one for one in natural if one.author == name]
        apart |= {(one.ticket, one.task_type): probability(one.evidence, weights) for one in held}
    return {
        "tickets": len(tickets),
        "candidates": len(natural),
        **{f"shipped.{key}": value for key, value in shares(tickets, shipped).items()},
        **{f"apart.{key}": value for key, value in shares(tickets, apart).items()},
        **{f"weights.{key}": round(value, 3) for key, value in fitted._asdict().items()},
    }


def fit(lessons: Sequence[Lesson]) -> GoalEvidence:
    """Return the weights of a logistic regression over evidence that is put on one scale first.

    They are drawn to `EARLIER`: what earlier authors taught is not forgotten over a few hundred new messages.
    """
    from scipy.optimize import minimize

    evidence: NDArray[np.float64] = np.array([one.evidence for one in lessons], dtype=np.float64)
    scale = evidence.std(axis=0) + 1e-6
    rows, earlier = evidence / scale, np.array(EARLIER) * scale
    signs = np.array([1.0 if one.right else -1.0 for one in lessons])
    count = np.array([JOINED if one.joined else 1.0 for one in lessons])

    def loss(weights: NDArray[np.float64]) -> float:
        wrong = count @ np.logaddexp(0, -signs * (rows @ weights))
        return float(wrong + DRAWN * ((weights - earlier) ** 2).sum() / 2)

    return GoalEvidence(*map(float, minimize(loss, earlier).x / scale))


def shares(tickets: Mapping[str, Ticket], likely: Mapping[tuple[str, str], float]) -> Figures:
    """Return how often the sure goals are exactly those expected, and their precision and recall."""
    exact = right = sure_ones = wanted_ones = 0
    sure: dict[str, set[str]] = {id: set() for id in tickets}
    for (id, task_type), value in likely.items():
        if value >= UPPER:
            sure[id].add(task_type)
    for id, ticket in tickets.items():
        lists = [set(ticket.expect.goals), *map(set, ticket.expect.goals_alt)]
        found = sure[id]
        near = max(lists, key=lambda one: (one == found, len(one & found), -len(one - found)))
        exact += found in lists
        right += len(found & set().union(*lists))
        sure_ones += len(found)
        wanted_ones += len(near)
    return {
        "goals_exact": round(exact / len(tickets), 4),
        "precision": round(right / max(1, sure_ones), 4),
        "recall": round(right / max(1, wanted_ones), 4),
    }


def _lessons(authors: Mapping[str, Sequence[Ticket]]) -> Iterator[Lesson]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), knowledge=KNOWLEDGE, demo=True, feed_seconds=0)
        works = Works(settings, encoder=MiniLM())
        try:
            reader = open_triage(works.knowledge, works.encoder, settings.data_dir, works.clock)[0].goals
            for name, tickets in authors.items():
                for ticket in tickets:
                    if text := _text(ticket):
                        wanted = set(ticket.expect.goals).union(*ticket.expect.goals_alt)
                        for task_type, evidence in reader.evidence(text):
                            yield Lesson(name, f"{name}/{ticket.id}", task_type, evidence, task_type in wanted)
                for text, goals in joined(tickets):
                    for task_type, evidence in reader.evidence(text):
                        yield Lesson(name, "", task_type, evidence, task_type in goals, joined=True)
        finally:
            works.close()


def joined(tickets: Sequence[Ticket]) -> Iterator[tuple[str, set[str]]]:
    """Yield messages made of two short tickets with one goal each, and their goals; the same ones every time."""
    chance = random.Random(5)
    short = [one for one in tickets if 0 < len(_text(one)) < SHORT and len(one.expect.goals) == 1]
    short = [one for one in short if not one.expect.goals_alt]
    for _ in range(PAIRS if len(short) > 1 else 0):
        first, second = chance.sample(short, 2)
        joint = chance.choice(_JOINTS)
        if first.expect.goals != second.expect.goals:
            begun = _text(first).rstrip(" .\n") + ("" if joint.startswith(",") else ".")
            yield begun + joint + _text(second), {*first.expect.goals, *second.expect.goals}


def _text(ticket: Ticket) -> str:
    """Of its one message; empty for a conversation."""
    given = ticket.model_extra or {}
    messages = given.get("messages") or [{"text": given.get("text") or ""}]
    return str(messages[0]["text"]) if len(messages) == 1 else ""
