"""What becomes of each thing that a customer wants: no goal and no wish is dropped in silence.

Whoever looks at a proposal reads a line for each. Of what there is no plan for, the customer is told that a colleague
has it, in a sentence of the company's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cx_core.catalogue import Company, Knowledge, TaskType
from cx_core.decide.conflicting_goals import plainly_spoken_of
from cx_core.decide.holding.held_steps import KEPT
from cx_core.decide.planning import NO_CASE, PERHAPS, Plan
from cx_core.records import (
    Goal,
    GoalLine,
    GoalState,
    Message,
    Part,
    SpokenHours,
    Statement,
    TaskTypeName,
    TimeWish,
    Triage,
)
from cx_core.text.wording import say

WITH_A_COLLEAGUE = "with_a_colleague"
"""The case of the sentence that says that a colleague has the rest."""

LONGEST, MOST = 60, 2
"""Characters of their own words that are put back to a customer, and so many things that are named to them."""

SHOWN = 90
"""Characters of words that were not understood, in a line."""

_CONDITION = re.compile(
    r"\W*(?:and |but |so )?(?:if|unless|in case|provided|as long as|whenever|once|should (?!i\b|we\b))\b", re.I
)
_ASKS_US = re.compile(
    r"\b(?:please|pls|kindly)\b|\b(?:can|could|would|will|may|shall|should)(?:n[’']?t)? "
    r"(?:you|u|i|we|it|that|this|they|he|she|the|my|some(?:body|one)|any(?:body|one))\b|\b(?:do|does) (?:you|u|i|we)\b"
    r"|\b(?:i|we)(?: would|[’']d| do)?(?: also| really| just)? (?:want|need|like|wish|ask|request|wonder)\b"
    r"|^\W*(?:(?:and|so|but|also) )*(?:who|what|where|why|how)\b",
    re.I,
)
"""Words that put something to us. Of 24 clauses without them that were near to nothing we do, in 480 tickets, two were
a wish; whoever looks at the proposal reads them, and the customer is not told of them."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_TELLING = 3
"""Words beside a time from which a clause asks for more than that: "could someone look at my carpet on Friday"."""


def accounted(plan: Plan, triage: Triage, words: Sequence[Message], knowledge: Knowledge) -> Plan:
    """The plan with a line for each goal and for each of the new `words` that ask for what nothing here does."""
    types = knowledge.task_types
    unplanned = _unplanned(triage, words)
    lines = [_line(number, goal, plan, types) for number, goal in enumerate(triage.goals)]
    lines += [GoalLine(about=f"“{_short(quote)}”", state="not_understood") for quote in unplanned]
    topics = [_topic(triage.goals[number], types) for number in _left(plan, triage)]
    parts = [part for part in plan.parts if part.text]
    asked = [f"“{quote}”" for quote in unplanned if _ASKS_US.search(quote)]
    rest = _rest([*topics, *asked], len(triage.goals), knowledge.company)
    return plan.replace(parts=(*parts, *rest), lines=tuple(lines))


def leaves_something(lines: Iterable[GoalLine]) -> bool:
    """Whether something of what is wanted is left to a person besides."""
    return any(line.state == "not_understood" for line in lines)


def _line(number: int, goal: Goal, plan: Plan, types: Mapping[TaskTypeName, TaskType]) -> GoalLine:
    known = types.get(goal.task_type)
    title = known.title if known else str(goal.task_type)
    return GoalLine(goal=number, about=title, state=_state(number, plan, known))


def _state(number: int, plan: Plan, known: TaskType | None) -> GoalState:
    if any(step.goal == number for step in plan.steps):
        return "planned"
    part = next((part for part in plan.parts if part.goal == number), None)
    if part is not None:
        if part.hands_on:
            return "with_a_person"
        return "asks" if part.asks else "unchanged" if part.case == KEPT else "answered"
    if number in plan.wanted:
        return "joined"
    return "with_a_person" if known is None or known.people_only else "not_planned"


def _left(plan: Plan, triage: Triage) -> list[int]:
    """Goals that nothing is planned or said for, though they are wanted, or more likely than not and said plainly."""
    sayings = plainly_spoken_of(triage.said)
    none = [part.goal for part in plan.parts if part.case == NO_CASE]
    perhaps = [
        number
        for number, goal in enumerate(triage.goals)
        if plan.wanted and number not in plan.wanted and not goal.sure and goal.probability >= PERHAPS
        if goal.task_type in sayings
    ]
    return sorted({*none, *perhaps})


def _unplanned(triage: Triage, words: Sequence[Message]) -> list[str]:
    """Their words, without the mark at the end: quoted in an answer of ours, a question would be one of ours."""
    texts = {message.id: message.text for message in words}
    found = [one for one in triage.said if one.unplanned and one.message in texts]
    quotes = (
        texts[one.message][one.start : one.end] for one in found if not _only_says_when(one, texts[one.message], triage)
    )
    plain = (" ".join(quote.split()).strip(" .,;:!?-").translate({123: "(", 125: ")"}) for quote in quotes)
    return list(dict.fromkeys(quote for quote in plain if quote))


def _only_says_when(one: Statement, text: str, triage: Triage) -> bool:
    """Whether a clause holds little but a time, which goals heed, or is a condition of what is said beside it."""
    clause = text[one.start : one.end]
    if _CONDITION.match(clause):
        return True
    times: list[TimeWish | SpokenHours] = [*filter(one.holds, triage.times), *filter(one.holds, triage.hours)]
    left = list(clause)
    for wish in times:
        left[wish.start - one.start : wish.end - one.start] = " " * (min(wish.end, one.end) - wish.start)
    return bool(times) and len(_WORD.findall("".join(left))) < _TELLING


def _rest(things: Sequence[str], goal: int, company: Company) -> list[Part]:
    if not things or not company.with_colleague:
        return []
    named = len(things) <= MOST and all(len(thing) <= LONGEST for thing in things)
    text = company.with_colleague.replace("{parts}", say(tuple(things))) if named else company.with_colleague_unnamed
    note = f"Not understood, or without a plan: {', '.join(_short(thing) for thing in things)}."
    return [Part(goal=goal, case=WITH_A_COLLEAGUE, text=text.strip(), note=note, hands_on=True)]


def _topic(goal: Goal, types: Mapping[TaskTypeName, TaskType]) -> str:
    known = types.get(goal.task_type)
    return known.topic if known else str(goal.task_type).replace("_", " ")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rsplit(' ', 1)[0]}…"
