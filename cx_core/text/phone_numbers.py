"""Phone numbers in international form (ITU-T E.164), however they are spaced."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:\+|00)[0-9 ()./-]{7,30}")
_LEAST, _MOST = 8, 15
"""Digits of an international number; the shortest in use have eight with the country's code."""


def international(text: str) -> str:
    """`+447700900123` for "+44 7700 900123" and "0044 7700 900-123"; empty for anything else.

    A number without a country's code is none: whose it is depends on where it is dialled.
    """
    written = text.strip()
    if not _WRITTEN.fullmatch(written):
        return ""
    digits = re.sub(r"\D", "", written.replace("(0)", ""))
    digits = digits if written.startswith("+") else digits.removeprefix("00")
    return f"+{digits}" if _LEAST <= len(digits) <= _MOST and digits[0] != "0" else ""
