"""Which language a ticket is in. Short mails full of typos and names look foreign, so foreign needs evidence.

The words that no name and no quotation can be must look foreign by themselves too: "Best regards, François Lefèvre" and
'the card says "Wir kommen morgen"' stay in the business's language.

Measured on sentences of customers, four fifths of them written before these rules: of 50 each, 50 German, 48 French,
50 Spanish and 50 Polish ones are recognised (the two others stay English); of 239 English ones, by second-language
writers, with foreign names, addresses, greetings and quotations, 2 are taken for foreign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx_core.ports import Detector

LEAST_LETTERS = 10
"""Of the Latin alphabet; a few characters of another script say enough."""

SURE = 0.5
"""Probability the likeliest language needs."""

TIMES = 20.0
"""How much likelier than every served language a foreign one must be."""

LEAST_WORDS = 3
"""Of the Latin alphabet: one or two are as likely a name, or a word that is the same in several languages."""

OPENING, PLAINLY = 6, 0.9
"""Words that a first paragraph needs to tell the language of all, and the probability of one that is served."""

_QUOTED = re.compile(r"\"[^\"\n]{3,300}\"|“[^”\n]{3,300}”|„[^“”\n]{3,300}[“”]|«[^»\n]{3,300}»")

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_STARTS = re.compile(r"(?:^|[.!?¡¿:\n])\W*$")
"""What stands before a word that begins a sentence: such a word says nothing by its capital letter."""

_UNREADABLE = re.compile(r"[@/\\:#\d]")
"""Addresses, links, numbers and ids are in no language."""


def language(text: str, served: tuple[str, ...], detector: Detector) -> str:
    """ISO 639 code; the first served language unless the text is clearly in another."""
    words = _readable(text[:4000])
    letters = [character for character in words if character.isalpha()]
    foreign_script = sum(ord(character) > 0x24F for character in letters)
    if not letters or (len(letters) < LEAST_LETTERS and foreign_script < 3):
        return served[0]
    ranked = dict(detector.detect(words))
    likeliest = max(ranked, key=lambda code: ranked[code])
    home = max(served, key=lambda code: ranked.get(code, 0.0))
    if foreign_script * 2 > len(letters):
        return likeliest
    if likeliest not in served and _clear(ranked, likeliest, home) and _without_names(words, likeliest, home, detector):
        return likeliest
    return home if ranked.get(home, 0.0) >= SURE else served[0]


def opening_language(text: str, served: tuple[str, ...], detector: Detector) -> str:
    """The served language that the first paragraph that says enough is plainly in, or "": a foreign one below it is
    quoted, says the same again, or was never the customer's."""
    for paragraph in text[:4000].splitlines():
        words = _readable(paragraph)
        if len(_WORD.findall(words)) >= OPENING:
            ranked = dict(detector.detect(words))
            likeliest = max(ranked, key=lambda code: ranked[code])
            return likeliest if likeliest in served and ranked[likeliest] >= PLAINLY else ""
    return ""


def _readable(text: str) -> str:
    return " ".join(word for word in _QUOTED.sub(" ", text).split() if not _UNREADABLE.search(word))


def _clear(ranked: Mapping[str, float], likeliest: str, home: str) -> bool:
    return ranked[likeliest] >= SURE and ranked[likeliest] >= TIMES * ranked.get(home, 0.0)


def _without_names(words: str, likeliest: str, home: str, detector: Detector) -> bool:
    """Whether what is no name looks more like this language than like ours. German writes all nouns as names: it is
    told by the words between them."""
    if len(_WORD.findall(words)) < LEAST_WORDS:
        return False
    small = [
        match[0]
        for match in _WORD.finditer(words)
        if match[0][0].islower() or _STARTS.search(words, max(0, match.start() - 6), match.start())
    ]
    if not any(word[0].islower() for word in small):
        return words.isupper()
    ranked = dict(detector.detect(" ".join(small)))
    return ranked[likeliest] > ranked.get(home, 0.0)
