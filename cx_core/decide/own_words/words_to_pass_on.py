"""The customer's own words that are passed on to whoever comes to them: who reads them needs all of what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cx_core.records import MessageId, Triage
from cx_core.text.segments import own_words

LONGEST = 2000
"""Characters of a note; a longer one is for a person to shorten."""


class WordsToPassOn(NamedTuple):
    """A stretch of one message, as written."""

    words: str
    message: MessageId


def words_to_pass_on(triage: Triage, number: int, texts: Mapping[MessageId, str]) -> WordsToPassOn | None:
    """Return all that the customer wrote, as far as it is this goal's; None where that is not one stretch of words.

    Nothing is left out in silence: words of several messages that are not answered, in several parts (a postscript) or
    too long are for a person to put together. Of several sure goals each keeps its own words: the note begins with the
    first of this goal's words and ends before another's. `number`: the goal's place in the triage. `texts` by message,
    in order.
    """
    goal = triage.goals[number]
    others = [one.quote for at, one in enumerate(triage.goals) if at != number and one.sure and one.quote]
    read = {one.message for one in triage.said}
    newest = set(triage.unanswered)
    of_before = any(one.about == goal.task_type for one in triage.said if one.message not in newest)
    if goal.quote and not of_before and any(goal.quote in texts.get(one, "") for one in newest):
        read &= newest  # what came before is of something else
    found = [(message, part.of(text)) for message, text in texts.items() if message in read for part in own_words(text)]
    if len(found) != 1:
        return None
    message, words = found[0]
    if others:
        start = words.find(goal.quote) if goal.quote else -1
        if start < 0:
            return None
        behind = [at for one in others if (at := words.find(one, start + len(goal.quote))) >= 0]
        words = words[start : min([len(words), *behind])]
    words = words.strip()
    return WordsToPassOn(words, message) if 0 < len(words) <= LONGEST else None
