"""Whether anything in a message is outside the sentences that are read, and might be asked there."""

from __future__ import annotations

import re

from cx_core.search.question_reading import courtesy, named
from cx_core.text.segments import MOST_READ, sentences

_GREETING = re.compile(r"^(?:hello|hi|hey|hiya|dear|good (?:morning|afternoon|evening|day))\b", re.I)
_ANYBODY = re.compile(r"\b(?:there|all|everyone|team|sir|or|and|madam)\b", re.I)
_SENT_FROM = re.compile(r"^sent from my(?: [\w'’-]+){1,3}[.!]?$", re.I)


def overlooked(text: str) -> bool:
    """Quoted lines, a greeting, a farewell with at most a name and what it was sent from ask for nothing."""
    if len(text) > MOST_READ:
        return True
    left = list(text)
    for clauses in sentences(text):
        for at in range(clauses[0].start, clauses[-1].end):
            left[at] = left[at] if left[at] == "\n" else " "
    signed = 0
    """1 below a farewell, 2 below the name there."""
    for line, rest in zip(text.split("\n"), "".join(left).split("\n"), strict=True):
        words = rest.strip()
        greeting = _GREETING.match(words)
        if not re.search(r"\w", words) or line.lstrip(" \t").startswith(">") or _SENT_FROM.match(words):
            continue
        if greeting and named(_ANYBODY.sub("", words[greeting.end() :])):
            continue
        if courtesy(words):
            signed = 1
        elif signed == 1 and named(words):
            signed = 2
        else:
            return True
    return False
