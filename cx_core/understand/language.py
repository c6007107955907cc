"""Which language a ticket is in. Short mails full of typos and names look foreign, so foreign needs evidence."""

from __future__ import annotations

import re

from cx_core.ports import Detector

LEAST_LETTERS = 10
"""Of the Latin alphabet; a few characters of another script say enough."""

SURE = 0.5
"""Probability the likeliest language needs."""

TIMES = 20.0
"""How much likelier than every served language a foreign one must be."""

_UNREADABLE = re.compile(r"[@/\\:#\d]")
"""Addresses, links, numbers and ids are in no language."""


def language(text: str, served: tuple[str, ...], detector: Detector) -> str:
    """ISO 639 code; the first served language unless the text is clearly in another."""
    words = " ".join(word for word in text[:4000].split() if not _UNREADABLE.search(word))
    letters = [character for character in words if character.isalpha()]
    foreign_script = sum(ord(character) > 0x24F for character in letters)
    if not letters or (len(letters) < LEAST_LETTERS and foreign_script < 3):
        return served[0]
    ranked = dict(detector.detect(words))
    likeliest = max(ranked, key=lambda code: ranked[code])
    home = max(served, key=lambda code: ranked.get(code, 0.0))
    if foreign_script * 2 > len(letters):
        return likeliest
    clear = ranked[likeliest] >= SURE and ranked[likeliest] >= TIMES * ranked.get(home, 0.0)
    return likeliest if likeliest not in served and clear else home if ranked.get(home, 0.0) >= SURE else served[0]
