"""Which encoding a text is in: what it says itself, else UTF-8, else Windows-1252 where its words are whole in it.

Nothing in a file of eight bits says which encoding it is in, and every one gives some text. Windows-1252 is what
Western European versions of Windows wrote before UTF-8; it is taken only for what reads as such, and said on the file's
line. Statistical detectors were left out: for the short texts here they name ten encodings in turn.
"""

from __future__ import annotations

import codecs
import re

ASSUMED = (
    "It does not say its encoding and is not UTF-8: it was read as Windows-1252. Look whether letters such as é, ü "
    "or £ are right."
)

_UTF_8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""Letters of UTF-8: a text that has any is UTF-8, and damaged where the rest is not."""
_NO_WORD = re.compile(
    "[^\\W\\d_][\u0192\u02c6\u02dc\u2020\u2021\u2030\u2039\u203a\u201a\u201e¡¢£¤¥¦§¨©ª«¬®¯°±²³´¶¸¹º»¼½¾¿×÷][^\\W\\d_]"
    "|[¹²³ºª][^\\W\\d_]|[\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e]{4}",
)
"""A sign between letters, or four letters in a row that English has none of: words of another encoding."""


def marked_utf_16(content: bytes) -> bool:
    return content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def windows_1252(content: bytes) -> str | None:
    """Return the text where it reads as Windows-1252 and as nothing else, or None."""
    if marked_utf_16(content) or content.startswith(codecs.BOM_UTF8) or _UTF_8_PAIR.search(content):
        return None
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return None if _NO_WORD.search(text) else text


def assumed(content: bytes) -> str:
    """Return what must be said of the encoding that a text was taken to be in, or "" where it says so itself."""
    if marked_utf_16(content):
        return ""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ASSUMED
    return ""
