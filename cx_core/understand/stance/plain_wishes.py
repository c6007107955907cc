"""Short wishes for a way of putting things right that grammar tells from refusals: "I'd rather have another one".

And requests that have the grammar of a question: "is there a guide you can send me?".

By its sense a clause is placed beside its own contrary: "I'd prefer a new one" lies next to "I'd prefer no new one". So
where the whole of a clause is a wish for a thing of a few words, and nothing in it turns it round, sense says only what
is wished for: what it says of refusing that counts as wishing it. Longer clauses say enough to be read by their sense.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.understand.stance.sought_actions import RULED_OUT

Floats = NDArray[np.float32]

ENOUGH = 0.5
"""Probability from which words are about a way of putting things right, wanted or not."""
_LEADS = r"(?:(?:and|so|but|then|well|ok|okay|honestly|actually|really|please|also|now|personally|ideally|tbh)\W+)*"
_ADVERBS = r"(?:(?:really|much|very|just|only|still|also|now|actually|honestly|quite|then|simply)\s+)*"
_THING = (
    r"(?P<thing>(?:to (?:have|get)\s+)?"
    r"(?:an?|another|my|new|some|one|the (?:money|price|same|full|whole))\b(?:\s+\w+){0,3}"
    r"|(?:it|them|this|that) (?:swapped|exchanged|replaced|refunded))"
)
_WISH = re.compile(
    rf"\W*{_LEADS}(?:"
    rf"(?:i|we)(?:['’]?d| would| should)\s+{_ADVERBS}(?:like|love|prefer|rather (?:have|get))"
    rf"|(?:i|we)\s+{_ADVERBS}(?:want|need|could do with)"
    r"|(?:i|we)(?:['’]?m| am|['’]?re| are| was| were)\s+hoping for"
    rf"|(?:what|all)(?: that)? (?:i|we)(?:['’]?d like|['’]?m after|\s+{_ADVERBS}(?:want|need|ask for|ask|am after"
    r"|are after))\s+(?:is|are|was)"
    rf"|(?:can|could|may) (?:i|we)\s+(?:please\s+|just\s+)?have)\s+{_THING}"
    r"(?:,?\s+(?:please|thanks|thank you))?[\s.!?]*",
    re.I,
)
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nothing|without|neither|nor|cannot|than|instead of|rid|off|out|alone|unchanged|over|to be"
    r"|before|after|once|until|till|when|if|unless|whether|but|as|first|would|will|might|stop\w*|drop\w*"
    r"|leav\w*|left|keep\w*|kept|stay\w*|remain\w*|forget\w*|avoid\w*|withdr\w*|return\w*|collect\w*|cancel\w*"
    r"|skip\w*|scrap\w*|delet\w*|revers\w*|undo\w*|reject\w*|halt\w*|hold|held|paus\w*|refus\w*|declin\w*|less"
    r"|fewer|zero|send back|sent|gone|break|rest|repair\w*|word|chat|moment|think)\b|n['’]t\b",
    re.I,
)
"""What turns a wish round, makes it depend on something, or asks for a thing to be left."""


_TO_SEND = re.compile(
    r"\b(?:(?:is|are) there|(?:do|would) (?:you|u) (?:have|happen to have)|have (?:you|u) got|got)\b[^.?!;]{0,60}?"
    r"\b(?:you|u) (?:can|could|might|would|may) (?:please |just |maybe |kindly )*"
    r"(?:e-?mail|send|post|mail|text|forward|give)\b",
    re.I,
)
"""Asks for a thing by asking whether there is one: "is there a guide you can send me?"."""
_NOTHING_OF_OURS = re.compile(r"\b(?:nothing|none|no|not|never|stop|back)\b|n['’]t\b", re.I)


def asks_for_sending(text: str) -> bool:
    """Whether a question is a request to be sent what it asks about."""
    found = _TO_SEND.search(text)
    return found is not None and _NOTHING_OF_OURS.search(text, found.start(), found.end() + 20) is None


def as_request(does: Floats, acts: Sequence[str]) -> Floats:
    """What a clause does that asks for something by asking whether there is one: it wants that."""
    return _wanted(does, acts, ("asks",))


def plainly_wishes(text: str) -> bool:
    """Whether all of a clause is a wish for a thing by its grammar alone; its words are spelt out."""
    found = _WISH.fullmatch(text)
    return found is not None and _TURNS.search(found["thing"]) is None


def as_wish(does: Floats, sought: Floats, acts: Sequence[str], remedies: Sequence[str]) -> tuple[Floats, Floats]:
    """What such a clause does and seeks, where it is about a way of putting things right: it refuses nothing.

    `does` has a probability for each of `acts`, the labels of `speech_acts`; `sought` for each of `remedies`, those of
    `sought_actions`.
    """
    given, sought = sought, sought.copy()
    about = 0.0
    for down in (label for label in remedies if label.startswith(RULED_OUT)):
        wanted, ruled_out = remedies.index(down.removeprefix(RULED_OUT)), remedies.index(down)
        sought[wanted] += sought[ruled_out]
        sought[ruled_out] = 0.0
        about = max(about, float(sought[wanted]))
    if about < ENOUGH:
        return does, given
    return _wanted(does, acts, ("refuses", "asks")), sought


def _wanted(does: Floats, acts: Sequence[str], names: Sequence[str]) -> Floats:
    """What a clause does, with what it does of these counted as wanting."""
    does = does.copy()
    for name in names:
        does[acts.index("wants")] += does[acts.index(name)]
        does[acts.index(name)] = 0.0
    return does
