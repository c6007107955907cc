"""Marks that say which one, not what is wanted: left out before a text is read for its goals.

A classifier hears a new telephone number in "please ring me on 07700 900188" and a parcel in any order number. Which
record is meant is found by `understand.entities`, in the text as it was written.
"""

from __future__ import annotations

import re

from cx_core.understand.entities import EMAIL

_SITE = re.compile(r"\b(?:https?://|www\.)\S+")
_PHONE = re.compile(r"(?<![\w£$€])\+?\(?\d(?:[ ().-]{0,2}\d){8,13}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_CODE = re.compile(r"\b[A-Z]{1,4}(?:-\d+|\d{3,})\b|(?<![\w.,£$€])\d{4,}(?![\w]|[.,]\d)")
_MARKS = (EMAIL, _SITE, _PHONE, _POSTCODE, _CODE)
_GAP = re.compile(r"[ \t]{2,}")


def unreferenced(text: str) -> str:
    """The text without mail and web addresses, telephone numbers, postcodes and codes; as it is if nothing is left."""
    bare = text
    for mark in _MARKS:
        bare = mark.sub("", bare)
    return _GAP.sub(" ", bare) if any(letter.isalpha() for letter in bare) else text
