"""The last check of a proposed step against the customer's own words: what it catches, and what it holds for nothing.

Steps of the sandbox's customers are proposed with wordings that ask for exactly them (right ones), with wordings that
refuse, ask about, condition or leave open the same step, and with one argument other than the wording names. The
wordings are in two lots (`last_check_words/`): the check was tuned on one, the other was written before it.
"""

from __future__ import annotations

import random
import string
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.desks import KNOWLEDGE, take_over_learnt
from bench.figures import Figures, spread
from bench.last_check_cases import TODAY, Arguments, Customer, Named, Situation, customers, situations
from cx_core.adapters.classifier.triager import open_times
from cx_core.bootstrap import Works
from cx_core.catalogue import Knowledge
from cx_core.decide.last_check.check import objection
from cx_core.ports import TimeReader
from cx_core.records import Argument, Evidence, Message, MessageId, Source, Step, StepId, TicketId
from cx_core.settings import Settings

LOTS = ("tuning", "held_out")
WORDS = Path(__file__).with_name("last_check_words")
CASES = 2600
"""Of each lot; a little under a half of them right."""
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
RIGHT = "right"
MEANT_OTHERWISE = ("refuses", "asks", "conditions", "alternatives")
"""Lists of an action's wordings that mean no such step."""
APPENDED = ("taken_back", "only_asked", "conditions")
"""Lists of what, said behind a right wording, makes it none."""

Lot = Mapping[str, Any]


class Case(NamedTuple):
    """A proposed step and what the customer wrote; `kind`: right, or how one goes against the other."""

    kind: str
    step: Step
    ours: str
    theirs: str
    evidence: Evidence

    def messages(self) -> tuple[list[Message], list[Message]]:
        """What was said before, and the words that are open."""
        before = [_message("m0", self.ours, "advisor")] if self.ours else []
        return before, [_message("m1", self.theirs, "customer")]


def measure(told: Callable[[str, Case, str], None] | None = None, *, many: int = CASES) -> Figures:
    """Shares by lot: of altered proposals caught and of right ones held, in all and by kind of alteration."""
    made: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", knowledge=KNOWLEDGE, demo=True, feed_seconds=0)
        take_over_learnt(settings.data_dir)
        works = Works(settings, lambda: NOON)
        try:
            people, knowledge = customers(works.back_office), works.knowledge
            times = open_times(knowledge, works.encoder, settings.data_dir)
        finally:
            works.close()
    ms: list[float] = []
    for lot in LOTS:
        held: dict[str, list[bool]] = defaultdict(list)
        for case in cases(lot, people, many):
            began = time.perf_counter()
            found = check(case, knowledge, times)
            ms.append((time.perf_counter() - began) * 1000)
            held[case.kind].append(bool(found))
            if told is not None:
                told(lot, case, found)
        made |= _figures(lot, held)
    return made | spread("step", ms)


def check(case: Case, knowledge: Knowledge, times: TimeReader | None = None) -> str:
    before, said = case.messages()
    found = objection(case.step, said, case.evidence, knowledge, TODAY, before, times=times)
    return found.text if found else ""


def _figures(lot: str, held: Mapping[str, Sequence[bool]]) -> Figures:
    wrong = [one for kind, found in held.items() if kind != RIGHT for one in found]
    made: Figures = {
        f"{lot}.proposals": len(wrong) + len(held[RIGHT]),
        f"{lot}.caught": _share(wrong),
        f"{lot}.right_held": _share(held[RIGHT]),
    }
    return made | {f"{lot}.caught.{kind}": _share(found) for kind, found in sorted(held.items()) if kind != RIGHT}


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / len(found), 4) if found else 0.0


def cases(lot: str, people: Sequence[Customer], many: int, seed: int = 7) -> Iterator[Case]:
    """The same for the same lot, records and seed."""
    words: Lot = yaml.safe_load((WORDS / f"{lot}.yaml").read_text(encoding="utf-8"))
    dice = random.Random(f"{lot}{seed}")
    drawn = {action: situations(people, action, dice) for action in words["actions"]}
    made = 0
    for action in cycle(drawn):
        if made == many:
            return
        case = _case(words, action, next(drawn[action]), dice)
        if case is not None:
            made += 1
            yield case


def _case(words: Lot, action: str, situation: Situation, dice: random.Random) -> Case | None:
    """None where the wording names what there is not."""
    own = words["actions"][action]
    chance = dice.random()
    kind = RIGHT if chance < 0.7 else dice.choice(MEANT_OTHERWISE)
    wording = _worded(dice.choice(own[kind]), situation.named, words, dice)
    if wording is None:
        return None
    ours, theirs, used = wording
    arguments: Arguments = dict(situation.arguments)
    for name in used:
        arguments |= situation.named[name].has
    if kind == RIGHT and chance >= 0.3:
        changes = [change for name in used for change in situation.named[name].against]
        if chance < 0.55 and changes:
            what = dice.choice(sorted({kind for kind, _ in changes}))
            kind, change = dice.choice([one for one in changes if one[0] == what])
            arguments |= change
        elif chance >= 0.55 and not ours:
            kind = dice.choice(APPENDED)
            theirs = f"{theirs} {dice.choice(words[kind])}"
        else:
            return None
    if kind not in APPENDED and not ours and dice.random() < 0.5:
        aside = dice.choice(words["asides"])
        theirs = f"{aside} {theirs}" if dice.random() < 0.5 else f"{theirs} {aside}"
    step = Step(
        id=StepId("s1"),
        goal=0,
        action=situation.action,
        arguments=tuple(Argument(name=k, value=v, source=Source(kind="none")) for k, v in arguments.items()),
    )
    return Case(kind, step, ours, theirs, situation.evidence)


def _worded(
    wording: str, named: Mapping[str, Named], words: Lot, dice: random.Random
) -> tuple[str, str, tuple[str, ...]] | None:
    """Our words, theirs, and what theirs name; None where one of the names means nothing here."""
    used = [name for _, name, _, _ in string.Formatter().parse(wording) if name]
    filled = {}
    for name in used:
        told = named.get(name)
        filled[name] = _told(told, words, dice) if told else ""
        if not filled[name]:
            return None
    ours, _, theirs = wording.rpartition(" >> ")
    mine = tuple(name for _, name, _, _ in string.Formatter().parse(theirs) if name)
    text = theirs.format_map(filled)
    return ours.format_map(filled), text if text[-1] in ".!?" else f"{text}.", mine


def _told(named: Named, words: Lot, dice: random.Random) -> str:
    if named.day is not None:
        return dice.choice(_days(named.day, words))
    if named.window:
        return str(dice.choice(words["parts"].get(named.window, [""])))
    return dice.choice(named.words)


def _days(day: date, words: Lot) -> list[str]:
    """The lot's ways of naming it that mean this very day: a weekday alone only within a week, "the 5th" in a month."""
    nth = f"{day.day}{'th' if 10 < day.day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day % 10, 'th')}"
    ahead = (day - TODAY).days
    ways = [one for one in words["days"] if 0 < ahead < 7 or one != "{weekday}"]
    ways = [one for one in ways if 0 < ahead < 28 or one not in ("the {nth}", "{weekday} the {nth}")]
    return [
        one.format(
            weekday=f"{day:%A}",
            weekday_short=f"{day:%a}",
            month=f"{day:%B}",
            month_short=f"{day:%b}",
            day=day.day,
            nth=nth,
            month_number=day.month,
        )
        for one in ways
    ]


def _message(id: str, text: str, sender: str) -> Message:
    return Message.model_validate(
        {"id": MessageId(id), "ticket": TicketId("T-1"), "sender": sender, "text": text, "at": NOON}
    )
