"""Does a text sound like the company? Remarks in words for whoever sends it; English, as all drafts are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cx_core.catalogue import Company

SHORT_FORM = re.compile(
    r"\b(?:\w+n['’]t|(?:I|you|we|they|he|she|it|that|there|here|what|who|let)['’](?:m|re|ve|ll|d|s))\b", re.IGNORECASE
)
"""Contractions of a pronoun or a not. A possessive ("the carrier's") is none."""
SLANG = re.compile(r"\b(?:hey|hiya|yeah|yep|nope|gonna|wanna|gotta|cheers|btw|fyi|lol|thx|pls|guys|no worries)\b", re.I)
_SHOUTED = re.compile(r"!{2,}|[!?]{3,}|\b[A-Z]{4,}(?:\s+[A-Z]{2,})+\b")


def remarks(text: str, company: Company, *, letter: bool = True) -> tuple[str, ...]:
    """What of a reply is not how the company writes; empty if all of it is. A `letter` is signed."""
    return tuple(_remarks(text, company, letter=letter))


def _remarks(text: str, company: Company, *, letter: bool) -> Iterator[str]:
    tone, name = company.tone, company.name
    for word, instead in tone.avoided(text):
        yield f"The draft says “{word}”; {name} avoids it: say {instead}."
    if letter and company.signature and company.signature not in text:
        yield f"The draft lacks the signature: end it with “{' '.join(company.signature.split())}”."
    if tone.formality == "relaxed":
        return
    if slang := SLANG.search(text):
        yield f"The draft says “{slang[0]}”, which is too familiar for {name}."
    if shouted := _SHOUTED.search(text):
        yield f"The draft shouts (“{shouted[0]}”): say it calmly."
    if picture := next((sign for sign in text if _picture(sign)), ""):
        yield f"The draft contains an emoji ({unicodedata.name(picture, 'a sign').lower()}): use words."
    if tone.formality == "formal" and (short := SHORT_FORM.search(text)):
        yield f"The draft says “{short[0]}”; {name} writes formally: spell it out."


def _picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So" and ord(sign) > 0x2300
