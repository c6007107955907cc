"""A one-time code in a customer's message: found, taken out, and whether the message says anything besides."""

from __future__ import annotations

import re
import unicodedata

from cx_core.text.agreeing import lines
from cx_core.text.mail_parts import new_part
from cx_core.text.segments import MOST_READ

DIGITS = 6
HIDDEN = "••••••"
_CODE = re.compile(r"(?<![\w.,£$€#/-])(?<!\d\s)\d{3}[ \t-]?\d{3}(?![\w/-]|[.,]\d|\s\d)")
_SPACED = re.compile(r"(?<!\d)\d(?:[\s.\-–]{0,3}\d){5}(?!\d)")
"""Six digits however they are spaced: to be hidden, though too loosely written to be taken for an entered code."""
_QUOTED = re.compile(r"\s*[>|]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def entered(text: str) -> tuple[str, ...]:
    """What may be a code among the sender's own words, as six digits, each once."""
    return tuple(dict.fromkeys(_bare(match[0]) for match in _CODE.finditer(_own(text))))


def anywhere(text: str) -> tuple[str, ...]:
    """The same in all of a text, quoted mail too, and however the digits are spaced."""
    return tuple(dict.fromkeys(_bare(match[0]) for match in _SPACED.finditer(_folded(text))))


def without_code(text: str, code: str) -> str:
    """The text with this code hidden wherever it stands, also in quoted mail and however it is spaced."""
    spaced = r"[\s.\-–]*".join(code)
    return re.sub(rf"(?<!\d){spaced}(?!\d)", HIDDEN, _folded(text)) if code else text


def says_nothing_else(text: str, name: str = "") -> bool:
    """Whether the sender's own words are a code and what one writes beside it. `name`: the sender's own."""
    beside = set(lines("beside_a_code")) | {word.casefold() for word in _WORD.findall(name)}
    left = _CODE.sub(" ", _own(text).replace(HIDDEN, " "))
    if any(one.isdigit() for one in left) or "?" in left:
        return False
    return all(word.casefold().replace("’", "'") in beside for word in _WORD.findall(left))


def _own(text: str) -> str:
    """What the sender wrote now, with greeting and farewell. Digits of other scripts count as ours: a phone may write
    them."""
    part = text[:MOST_READ]
    new = "\n".join(one.of(part) for one in new_part(part))
    return _folded("\n".join(line for line in new.splitlines() if not _QUOTED.match(line)))


def _folded(text: str) -> str:
    """The text in one spelling, with the digits of every script as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in plain)


def _bare(written: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in written if one.isdigit())
