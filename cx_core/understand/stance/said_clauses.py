"""What the customer's clauses do, as records: their own, and those of ours that they took up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import cast

from cx_core.records import Message, SpeechAct, Statement
from cx_core.text.segments import MOST_READ, sentences
from cx_core.understand.goal_candidates.evidence import overlap
from cx_core.understand.goals import HeardGoal

_PUT = re.compile(r"(?:\?|\bor\b[\s,]*)\s*$", re.I)
"""How a sentence of ours ends that asks; of one whose last option was not taken what stands before that is left."""


def statements(messages: Sequence[Message], heard: Sequence[HeardGoal]) -> tuple[Statement, ...]:
    """Return every clause of their own messages."""
    return tuple(
        Statement(
            message=message.id,
            start=clause.span.start,
            end=clause.span.end,
            does=cast(SpeechAct, clause.act),
            probability=min(1.0, round(clause.probability, 4)),
            about=clause.about,
            perhaps_about=clause.perhaps_about,
            unplanned=clause.unplanned,
            spares=clause.spares,
            seeks=clause.seeks,
            rules_out=clause.rules_out,
            followed=clause.followed,
        )
        for message, one in zip(messages, heard, strict=True)
        for clause in one.clauses
    )


def taken_up(messages: Sequence[Message], ours: Mapping[str, HeardGoal]) -> Iterator[Statement]:
    """Yield the questions of what they took up of ours, clause by clause, as wanted: they were put for that.

    `ours`: our texts as they were read, by their words; what a clause of theirs seeks is what was put.
    """
    for message in messages:
        text = message.text[:MOST_READ]
        read = ours[text].clauses if text in ours else ()
        for sentence in sentences(text):
            for span in sentence if _PUT.search(sentence[-1].of(message.text)) else ():
                sought = (one.seeks for one in read if overlap(one.span, span))
                yield Statement(
                    message=message.id,
                    start=span.start,
                    end=span.end,
                    does="wants",
                    probability=1.0,
                    seeks=tuple(dict.fromkeys(chain.from_iterable(sought))),
                )
