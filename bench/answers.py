"""What leaves by itself at level 1: messages put through the stages as the product runs them, every task type at 1.

A set is a file of messages that an article answers, with words that the answer must hold, and of near misses, to which
nothing may leave. A file of facts asks for what the articles state in several places, with one of these altered by a
script: nothing may leave then either.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from scipy.stats import binomtest

from bench.altered import natural
from bench.desks import works
from bench.figures import Figures, spread
from cx_core.bootstrap import Works, open_desk
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import ArticleEntry
from cx_core.records import ArticleId, Message, MessageId, PersonId, Proposal, TicketId
from cx_core.service_rules.levels_in_force import FAQ, Levels
from cx_core.views.level_views import LevelSet
from cx_core.workflows.proposal_inputs import ProposalInputs

SETS = Path(__file__).with_name("level1")
TWICE = Path(__file__).with_name("stated_twice.json")
SEEDS = (11, 12, 13, 14)
SURENESS = 0.95


class Asked(NamedTuple):
    """A message of a set. `says`: what an answer must hold; empty: nothing may leave, `because`."""

    text: str
    subject: str
    says: str
    because: str


class Tally:
    """What became of one set."""

    def __init__(self) -> None:
        self.answerable = self.right = self.misses = self.left = 0
        self.wrong: list[str] = []
        self.ms: list[float] = []

    def add(self, asked: Asked, made: Proposal) -> None:
        text = " / ".join(" ".join(one.text.split()) for one in made.answers) if made.route == "act" else ""
        holds = bool(asked.says) and asked.says.casefold() in text.casefold()
        self.answerable += bool(asked.says)
        self.misses += not asked.says
        self.right += holds
        self.left += bool(text)
        if text and not holds:
            self.wrong.append(f"{asked.because or 'answered otherwise'}: {asked.text!r} was sent {text!r}")

    def figures(self, name: str) -> Figures:
        """Shares with exact intervals (Clopper and Pearson, 1934), and the counts that they are of."""
        figures: Figures = {}
        for word, part, whole in (
            ("answered", self.right, self.answerable),
            ("wrong_of_left", len(self.wrong), self.left),
            ("misses_left", sum(not one.startswith("answered otherwise") for one in self.wrong), self.misses),
        ):
            figures |= {f"{name}.{word}": part, f"{name}.{word}.of": whole, **_interval(f"{name}.{word}", part, whole)}
        return figures


def measure(data: Path = SETS) -> Figures:
    """Of every YAML file in the folder, beside how long a message takes."""
    figures: Figures = {}
    all_of_it = Tally()
    with works() as (made, _):
        made.journey()
        _at_level_one(made)
        open_desk(made.settings, made.clock, made).knowledge_health.health_by_command()
        for path in sorted(data.glob("*.yaml")):
            given = yaml.safe_load(path.read_text(encoding="utf-8"))
            if "facts" in given:
                figures |= _disagreeing(made, path.stem, given["facts"])
                continue
            tally = Tally()
            for number, asked in enumerate(_asked(path, given)):
                began = time.perf_counter()
                proposal = proposed(made, asked, f"{path.stem}-{number}")
                all_of_it.ms.append((time.perf_counter() - began) * 1000)
                tally.add(asked, proposal)
                all_of_it.add(asked, proposal)
            figures |= tally.figures(path.stem)
    if not figures:
        raise BadInput(f"{data}: there is no file of questions (*.yaml) there.")
    for wrong in all_of_it.wrong:
        print(f"  wrong: {wrong}")
    return figures | (all_of_it.figures("all") | spread("message", all_of_it.ms) if all_of_it.ms else {})


def proposed(made: Works, asked: Asked, name: str) -> Proposal:
    """As for somebody whom nobody knows: what is public is the same for everybody."""
    ticket, at = TicketId(name), made.clock()
    message = Message(id=MessageId(name), ticket=ticket, sender="customer", text=asked.text, at=at)
    return made.journey().propose(ProposalInputs(ticket, asked.subject, (message,), f"{name}@example.net", 0, "email"))


def _at_level_one(made: Works) -> None:
    """Every task type that may be."""
    levels = Levels(made.store, made.knowledge.task_types, made.sealer)
    with made.store.begin() as unit:
        for name, spec in made.knowledge.task_types.items():
            if not spec.people_only and spec.ceiling >= FAQ:
                granted = LevelSet(
                    task_type=name,
                    level=FAQ,
                    how="granted",
                    reason="The bench",
                    at=made.clock(),
                    person=PersonId("bench"),
                    asked_by=PersonId("bench-2"),
                )
                unit.levels.put(levels.marked(unit, granted))


def _asked(path: Path, given: Mapping[str, Any]) -> Iterator[Asked]:
    for kind in ("answered", "not_answered"):
        for one in given.get(kind, ()):
            says, because = str(one.get("says", "")), str(one.get("because", ""))
            if bool(says) != (kind == "answered") or "ask" not in one:
                raise BadInput(f"{path.name}: {one}: give `ask`, and `says` where it is answered, else `because`.")
            yield Asked(str(one["ask"]), str(one.get("subject", "")), says, because)


def _disagreeing(made: Works, name: str, asked: Sequence[Mapping[str, str]]) -> Figures:
    """Each question about a fact that was altered in one place: before the knowledge was gone through, and after."""
    facts = json.loads(TWICE.read_text(encoding="utf-8"))
    questions = {_place(facts, one["of"]): one["ask"] for one in asked}
    before, after, plain = Tally(), Tally(), Tally()
    for seed in SEEDS:
        as_they_are = {id: one for id, one in made.shelf.articles().items()}
        changed, _ = natural({str(id): one for id, one in as_they_are.items()}, facts, seed)
        texts = {id: changed[str(id)].text for id, one in as_they_are.items() if changed[str(id)].text != one.text}
        touched = [
            n for n, places in enumerate(facts) if any(_gone(words, texts.get(ArticleId(id))) for id, words in places)
        ]
        for n in sorted(set(touched) & set(questions)):
            if seed == SEEDS[0]:
                one = Asked(questions[n], "", "", "")
                plain.add(one, proposed(made, one, f"{name}-plain-{n}"))
        entries = _published(made, texts)
        for tally, told in ((before, False), (after, True)):
            if told:
                open_desk(made.settings, made.clock, made).knowledge_health.health_by_command()
            for n in sorted(set(touched) & set(questions)):
                one = Asked(questions[n], "", "", "disagree")
                tally.add(one, proposed(made, one, f"{name}-{seed}-{n}-{told}"))
        _published(made, entries)
        open_desk(made.settings, made.clock, made).knowledge_health.health_by_command()
    for wrong in dict.fromkeys(before.wrong):
        print(f"  disagreeing: {wrong}")
    return {
        f"{name}.left_as_they_are": plain.left,
        f"{name}.left_as_they_are.of": plain.misses,
        f"{name}.left": before.left,
        f"{name}.left.of": before.misses,
        **_interval(f"{name}.left", before.left, before.misses),
        f"{name}.left_once_found": after.left,
        f"{name}.left_once_found.of": after.misses,
    }


def _place(facts: Sequence[Sequence[tuple[str, str]]], words: str) -> int:
    for number, places in enumerate(facts):
        if any(words == each for _, each in places):
            return number
    raise BadInput(f"{TWICE.name} holds no fact “{words}”.")


def _gone(words: str, text: str | None) -> bool:
    return text is not None and re.search(r"\s+".join(map(re.escape, words.split())), text) is None


def _published(made: Works, texts: Mapping[ArticleId, str]) -> dict[ArticleId, str]:
    """Put these texts in force; returns what they were."""
    before: dict[ArticleId, str] = {}
    with made.store.begin() as unit:
        for id, text in texts.items():
            entry = unit.articles.get(id)
            if entry is None:
                raise BadInput(f"There is no article {id}.")
            before[id] = entry.latest.content.text
            unit.articles.put(_with_text(entry, text, made.clock()))
    made.shelf.refresh()
    made.index.hold(made.shelf.articles().values())
    return before


def _with_text(entry: ArticleEntry, text: str, at: datetime) -> ArticleEntry:
    content = entry.latest.content.replace(text=text)
    number = entry.latest.number + 1
    latest = entry.latest.replace(number=number, content=content, version=content.digest())
    return entry.replace(latest=latest, live=number, changed_at=at.astimezone(UTC))


def _interval(name: str, part: int, whole: int) -> Figures:
    if not whole:
        return {}
    found = binomtest(part, whole).proportion_ci(SURENESS, method="exact")
    return {f"{name}.low": round(float(found.low), 3), f"{name}.high": round(float(found.high), 3)}
