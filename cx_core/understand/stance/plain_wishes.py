"""Wishes put so plainly that grammar tells them from refusals: "I'd rather have another one", "all I want is a refund".

By its sense a clause is placed beside its own contrary: "I'd prefer a new one" lies next to "I'd prefer no new one". So
where words begin as a wish does and hold nothing that turns it round, the sense says only what is wished for, and what
it says of refusing that counts as wishing it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ENOUGH = 0.5
"""Probability from which words are about a way of putting things right, wanted or not."""
_DOWN = "not_"
_LEADS = (
    r"(?:(?:and|so|but|then|well|ok|okay|honestly|actually|really|please|also|now|personally|ideally|if possible"
    r"|if i may|to be honest|tbh)\W+)*"
)
_ADVERBS = r"(?:(?:really|much|very|just|only|still|also|now|actually|honestly|quite|then|both|all|simply)\s+)*"
_HAPPY = r"(?:happy|fine|content) (?:with|to have)(?=\s+(?:a|an|another|any|some|either|money|my money|the money)\b)"
_WISHES = re.compile(
    rf"\W*{_LEADS}(?:"
    rf"(?:i|we)(?:['’]?d| would| should)\s+{_ADVERBS}(?:like|love|prefer|appreciate|settle for|rather (?:have|get)"
    rf"|be (?:\w+\s+)?{_HAPPY})"
    rf"|(?:i|we)\s+{_ADVERBS}(?:(?:want|need|expect)(?!\s+to (?:know|ask|understand|see|hear))|could do with)"
    rf"|(?:i|we)(?:['’]?m| am|['’]?re| are| was| were)\s+{_ADVERBS}(?:hoping for|after|asking for|expecting|{_HAPPY})"
    rf"|(?:what|all)(?: that)? (?:i|we)(?:['’]?d like|['’]?m (?:after|asking for)|\s+{_ADVERBS}(?:want|need|would like"
    r"|expect|ask for|ask|am after|am asking for|are after|are asking for))\s+(?:is|are|was)"
    rf"|{_HAPPY}|hoping for|(?:can|could|may) (?:i|we)\s+(?:please\s+|just\s+)?have)(?!\w)",
    re.I,
)
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|without|neither|nor|cannot|than|instead of|rid|off|out|alone|the way"
    r"|before|if|unless|whether|but|as it (?:is|was|stands)|stop\w*|drop\w*|leav\w*|left|keep\w*|kept|stay\w*"
    r"|remain\w*|carry on|take back|taking back|forget\w*|avoid\w*|withdr\w*|return\w*|collect\w*|pick\w* up"
    r"|cancel\w*|refus\w*|declin\w*|turn\w* down"
    r"|(?:send|sent|sending|give|hand|post|bring|ship|take|go)\b(?: \w+){0,3} back)\b|n['’]t\b",
    re.I,
)
"""What turns a wish round, makes it depend on something, or asks for a thing to be left."""


class Stances(NamedTuple):
    """Of one text, a probability for each label of `speech_acts` and one for each of `sought_actions`."""

    acts: Floats
    remedies: Floats


def plainly_wishes(text: str) -> bool:
    """Whether a clause is a wish by its grammar alone; the text is lower case or not, in words that are spelt out."""
    return _WISHES.match(text) is not None and _TURNS.search(text) is None


def as_wish(stances: Stances, acts: Sequence[str], remedies: Sequence[str]) -> Stances:
    """What a plain wish does and seeks: nothing of it refuses; told or asked about what is put right, it is wanted."""
    does, sought = stances.acts.copy(), stances.remedies.copy()
    for n, label in enumerate(remedies):
        if label.startswith(_DOWN):
            sought[remedies.index(label.removeprefix(_DOWN))] += sought[n]
            sought[n] = 0.0
    about_it = any(sought[n] >= ENOUGH for n, label in enumerate(remedies) if f"{_DOWN}{label}" in remedies)
    for name in ("refuses", "tells", "asks") if about_it else ("refuses",):
        does[acts.index("wants")] += does[acts.index(name)]
        does[acts.index(name)] = 0.0
    return Stances(does, sought)
