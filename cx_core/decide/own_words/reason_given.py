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
_QUESTION = re.compile(r"[^?]*\?\W*$|\W*(?:(?:and|but|so|also)\s)?(?:who|what|which|how|why)\b", re.I)
"""A sentence that asks, with its mark or without."""
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
    if not ours or not any(one.endswith("?") and _ASKED.search(one) for one in sentence_texts(ours[-1].text)):
        return None
    names = {word for name in _things(evidence) for word in _WORD.findall(name.lower())} | _EMPTY
    for message in answer:
        for sentence in sentence_texts(message.text):
            said = [word for word in _WORD.findall(sentence.lower()) if word not in names]
            words = _cut(sentence)
            if len(said) >= _LEAST and words and not _QUESTION.match(sentence):
                return WordsToPassOn(words, message.id)
    return None


def _things(evidence: Evidence) -> Iterator[str]:
    for record in (record for lookup in evidence.lookups for record in lookup.records):
        items = record.fields.get("items")
        yield from items if isinstance(items, tuple) else ()


def _cut(sentence: str) -> str:
    words = sentence.strip(" \t\n.,;:!…")
    while len(words) > LONGEST and (end := _BREAK.search(words)) is not None:
        words = words[: end.start()]
    return words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0]
