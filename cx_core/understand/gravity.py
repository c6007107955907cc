"""What a person has to see before anything else: danger, despair, a death, a threat to sue, a child, somebody in need.

Learnt from messages of many businesses (`examples/gravity/`), a file a matter, because people say it sideways: "Harold
always did the internet". Recall comes first: a false alarm costs a look, a miss may cost a life.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.understand.speech_acts import FOLDER, lines

ORDINARY = "ordinary"

SELF_HARM, BEREAVEMENT = "self harm", "a bereavement"
EITHER = f"{SELF_HARM} or {BEREAVEMENT}"
"""A goodbye and a loss are told in the same words. Whoever takes leave is not to be told that we are sorry for their
loss, so that where both are near the matter has a name, an acknowledgement and guidance of its own."""

_NEAR = 0.2
_NEAR_SHARE = 1 / 3
"""Probability of both, and share of the likelier one's, from which the less likely is near."""

FROM, FROM_OF_LIFE = 0.6, 0.5
"""Probability from which words are grave, and from which they are where a miss is worse than any false alarm.

Of 412 ordinary tickets of seven sets 6 pass for grave (18 before answers to our questions were among the examples), of
600 ordinary messages with everything that sounds alike 22 to 27. What is missed costs more than what goes to a person
who need not have read it, now that an answer names no matter that is only likely."""

FROM_IN_PLAIN_WORDS = 0.35
"""Probability from which words are grave that also say so plainly: a hospice and a funeral among much else."""

_LOSS = re.compile(
    r"\b(?:hospice|funeral|passed away|cremat\w+|bereave\w*|probate"
    r"|(?:my|our|his|her) late (?:husband|wife|mother|father|mum|dad|son|daughter|brother|sister))\b",
    re.I,
)
"""Words that hardly mean anything else; a line is dead and a router dies as well."""

_OF_LIFE = frozenset((SELF_HARM, EITHER, "danger", "dependence on the service", "legal action", "a child"))
"""Matters in which a miss cannot be made good: a life, a child, a time limit."""

SPOKEN_OF, SPOKEN_OF_IF = 0.98, 0.9
"""Probability from which an answer may name the matter: where it takes it for a fact (condolence, a helpline, what to
do in a fire), and where its advice is for anybody who is not safe."""

_AS_A_FACT = frozenset((SELF_HARM, EITHER, BEREAVEMENT, "danger"))

_OF_WHOLE, _OF_PARTS = 1.0, 1.0
"""Weight of the whole message's log-odds beside those of its gravest part, and what is taken off for the logarithm of
how many parts it has: one of many sounds grave by chance. Where 2 % of the ordinary messages pass for grave, 61 % of
the examples, which are said sideways, are found (each author's as at `FROM`); with half of both weights 56 %."""
_LEAST = 0.001


class Gravity(NamedTuple):
    """How likely a text is grave, of what matter, and the words that are."""

    probability: float = 0.0
    matter: str = ""
    quote: str = ""


def is_grave(gravity: Gravity) -> bool:
    """Whether it is likely enough, for what it is about and how plainly it is said."""
    least = FROM_OF_LIFE if gravity.matter in _OF_LIFE else FROM
    if gravity.matter in (BEREAVEMENT, EITHER) and _LOSS.search(gravity.quote):
        least = FROM_IN_PLAIN_WORDS
    return gravity.probability >= least


def may_be_spoken_of(gravity: Gravity) -> bool:
    """Whether an answer may name the matter; what is only likely is a person's to name.

    A loss is stated as a fact, so that the words must name a death besides: "the man is not needed any more", of an
    engineer, reached .998.
    """
    if gravity.probability < (SPOKEN_OF if gravity.matter in _AS_A_FACT else SPOKEN_OF_IF):
        return False
    return gravity.matter != BEREAVEMENT or in_plain_words(gravity.quote, "en").matter == BEREAVEMENT


def gravity_of(worst: float, whole: float, parts: int) -> float:
    """How likely a message is grave, by the probabilities of the gravest of its `parts` and of the whole."""
    odds = _log_odds(worst) + _OF_WHOLE * _log_odds(whole) - _OF_PARTS * math.log(parts)
    return 1 / (1 + math.exp(-odds))


def matter_of(worst: NDArray[np.float32], rows: Sequence[NDArray[np.float32]], labels: Sequence[str]) -> str:
    """The matter of a text by its gravest part; `rows` are those of all its parts, with a column for each label."""
    found = max((n for n in range(len(labels)) if labels[n] != ORDINARY), key=lambda n: float(worst[n]))
    if labels[found] not in (SELF_HARM, BEREAVEMENT):
        return labels[found]
    one, two = sorted(max(float(row[labels.index(name)]) for row in rows) for name in (SELF_HARM, BEREAVEMENT))
    return EITHER if one >= max(_NEAR, two * _NEAR_SHARE) else labels[found]


def _log_odds(probability: float) -> float:
    kept = min(1 - _LEAST, max(_LEAST, probability))
    return math.log(kept / (1 - kept))


def examples() -> dict[str, list[str]]:
    """What the classifier learns from, by matter."""
    return {path.stem.replace("_", " "): lines(path) for path in sorted((FOLDER / "gravity").glob("*.txt"))}


def in_plain_words(text: str, language: str) -> Gravity:
    """What the words of a language that the classifier does not know bring up, by lists of beginnings of such words.

    A message in it is for a person anyway; this says who comes first. Of 56 plain sentences written before the lists
    53 are found, and of 160 ordinary ones none is taken for grave. Said sideways (40 translated from the examples) it
    finds 10, and takes 6 of 40 that sound alike. Taught with 164 such sentences instead, the classifier above found 29
    of the 56 and took 38 of the 160, and harmed English, since the encoder hardly knows these languages.
    """
    plain = unaccented(text)
    for matter, words in _grave_words(language):
        if found := words.search(plain):
            return Gravity(FROM, matter, _line(text, found.start()))
    return Gravity()


def unaccented(text: str) -> str:
    """In small letters without marks, each letter one letter: people leave the marks out."""
    return "".join(_bare(letter) for letter in text)


@cache
def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.replace("ł", "l").replace("Ł", "l"))[:1].casefold()[:1] or letter


def _line(text: str, at: int) -> str:
    """The line of a text around a place."""
    return text[text.rfind("\n", 0, at) + 1 : (text.find("\n", at) + 1 or len(text) + 1) - 1].strip()


@cache
def _grave_words(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """By matter, the gravest first; empty for a language without a list. A line: "matter: beginning, beginning"."""
    path = FOLDER / "grave_words" / f"{language}.txt"
    if not language.isalpha() or not path.is_file():
        return ()
    given = (line.split(":", 1) for line in lines(path))
    return tuple(
        (
            matter.strip(),
            re.compile(
                r"(?<!\w)(?:" + "|".join(re.escape(unaccented(word.strip())) for word in words.split(",")) + ")"
            ),
        )
        for matter, words in given
    )
