"""Why they want something done, in their own words, where we asked them for the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from cx_core.decide.own_words.words_to_pass_on import WordsToPassOn
from cx_core.records import Evidence, Message
from cx_core.text.segments import sentence_texts

LONGEST = 100
"""Characters of a reason; a longer one ends with its last whole part."""
_LEAST = 2
"""So many words that are no thing's name make a sentence more than the name of what it is about."""

_ASKED = re.compile(
    r"\b(?:reason|why|(?:what|anything|something)(?:['’]s| is| was)? (?:the )?(?:wrong|matter))\b", re.I
)
_LOOKED_AT = 1000
"""Characters of a sentence that are looked at."""
_NO_REASON = re.compile(
    r"\?\W*$|^\W*(?:(?:and|but|so|also)\s)?(?:who|which|how|why|what (?:is|are|do|does|about|if|will|would))\b"
    r"|\b(?:thanks?|thank you|please|cancel|contract)\b|\d{5}|@|\band (?:who|what|how|when)\b",
    re.I,
)
"""A sentence that asks, thanks, wants something or gives a number where one is asked why."""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][a-z]+)?")
_EMPTY = frozenset(
    ("the", "and", "yes", "yep", "no", "ok", "okay", "well", "please", "thanks", "hello", "so", "it", "is", "it's")
)
_BREAK = re.compile(r"\s*(?:[,;:(]|\s[-–—]\s|\band\b|\bbut\b)[^,;:(]*$")


def reason_given(talk: Sequence[Message], evidence: Evidence) -> WordsToPassOn | None:
    """Return the first sentence of their answer that says more than what it is about; None where we did not ask.

    `talk`: all messages, oldest first.
    """
    answer = list(takewhile(lambda one: one.sender == "customer", reversed(talk)))[::-1]
    ours = talk[: len(talk) - len(answer)]
    asked = [one for one in sentence_texts(ours[-1].text) if one.endswith("?")] if ours else []
    if not asked or not _ASKED.search(asked[-1]):
        return None
    names = {word for name in _things(evidence) for word in _WORD.findall(name.lower())} | _EMPTY
    for message in answer:
        for sentence in sentence_texts(message.text):
            said = [word for word in _WORD.findall(sentence[:_LOOKED_AT].lower()) if word not in names]
            if len(said) >= _LEAST and not _NO_REASON.search(sentence) and (words := _cut(sentence)):
                return WordsToPassOn(words, message.id)
    return None


def _things(evidence: Evidence) -> Iterator[str]:
    for record in (record for lookup in evidence.lookups for record in lookup.records):
        items = record.fields.get("items")
        yield from items if isinstance(items, tuple) else ()


def _cut(sentence: str) -> str:
    words = sentence.strip(" \t\n.,;:!…")
    if len(words) <= LONGEST:
        return words
    begun = words[:LONGEST]
    end = _BREAK.search(begun)
    return begun[: end.start()] if end else begun.rpartition(" ")[0]
