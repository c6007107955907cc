"""The customer's own words that are passed on to whoever comes to them: who reads them needs all of what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cx_core.records import MessageId, Triage
from cx_core.text.segments import own_words

LONGEST = 400
"""Characters of a note; a longer one is cut at the end of a word."""


class WordsToPassOn(NamedTuple):
    """A stretch of one message, as written."""

    words: str
    message: MessageId


def words_to_pass_on(triage: Triage, number: int, texts: Mapping[MessageId, str]) -> WordsToPassOn | None:
    """Return what the customer wrote in the newest message that has words of their own, as far as it is this goal's.

    `number`: the goal's place in the triage. Of several sure goals each keeps its own words: the note begins with the
    first of this goal's words and ends before another's. None where there are none. `texts` by message, in order.
    """
    goal = triage.goals[number]
    others = [one.quote for at, one in enumerate(triage.goals) if at != number and one.sure and one.quote]
    for message, text in reversed(list(texts.items())):
        parts = own_words(text)
        if not parts or not any(one.message == message for one in triage.said):
            continue
        start, end = parts[0].start, parts[0].end
        if others and goal.quote and goal.quote in text:
            start = text.index(goal.quote)
            behind = [at for one in others if (at := text.find(one, start + len(goal.quote))) >= 0]
            end = min([end, *behind])
        words = _cut(text[start:end].strip())
        if words:
            return WordsToPassOn(words, message)
    return None


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0]
