"""A step that the customer's own words refuse, though what they want was read as a wish for it.

Two readings that know nothing of each other must agree: the grammar of the last check says that a clause refuses this
act, and the clause, as it was learnt, refuses. Either alone holds too many steps that are right. What holds only in a
case, what refuses another remedy and what spares another thing stand against no step; but a clause that keeps the day
the step would take its record from spares nothing else. What plainly wants the goal behind a refusal overrules it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.catalogue import Knowledge
from cx_core.decide.holding.unheeded import AGAIN, conditional, of_what_follows
from cx_core.decide.last_check.check import refusals
from cx_core.decide.remedies import remedies
from cx_core.records import Evidence, Message, MessageId, Statement, Step, Triage


def refused(
    steps: Sequence[Step],
    triage: Triage,
    evidence: Evidence,
    said: Sequence[Message],
    knowledge: Knowledge,
    today: date,
) -> str:
    """The last words that refuse one of the steps of a goal; empty: none do.

    Where a person said that the goal is wanted, only words that came after are looked at.
    """
    texts = {message.id: message.text for message in said}
    for step in steps:
        judged = triage.judged if triage.goals[step.goal].told_by else ()
        wish = triage.goals[step.goal].task_type
        again = [n for n, one in enumerate(triage.said) if one.about == wish and _wanted(one)]
        behind = triage.said[max(again, default=-1) + 1 :]
        heard = [one for one in behind if one.does == "refuses" and one.message not in judged]
        for refusal in reversed(list(refusals(step, said, evidence, knowledge, today))):
            for one in (one for one in heard if _same(refusal.words, one, texts)):
                text = texts[one.message]
                others = remedies([one], texts, knowledge.actions).keys() - {step.action}
                open_ = not (others or conditional(one, text) or of_what_follows(one, text))
                if (refusal.keeps or not one.spares) and open_:
                    return texts[one.message][one.start : one.end].strip()
    return ""


def _wanted(one: Statement) -> bool:
    return one.does == "wants" and one.probability >= AGAIN


def _same(words: str, one: Statement, texts: Mapping[MessageId, str]) -> bool:
    """Whether words of theirs stand in what a clause says, or around it."""
    text = texts.get(one.message, "")
    start = text.find(words)
    return start >= 0 and start < one.end and one.start < start + len(words)
