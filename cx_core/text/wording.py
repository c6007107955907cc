"""Values as people write them. British English; the one place that knows how a date or a list sounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

from cx_core.records import Value

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = re.compile(r"\w+")

_TABLE = re.compile(
    r"(?m)^(?P<head>[^\n]*\|[^\n]*)\n"
    r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$(?P<rows>(?:\n[^\n]*\|[^\n]*)*)"
)
"""A table in Markdown: its heads, the line of dashes, its rows."""
_CELL = re.compile(r"(?<!\\)\|")

_SAME_LETTERS = str.maketrans({"İ": "I", "ı": "i", "ſ": "s", "\u212a": "K"})

_LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def language_names() -> dict[str, str]:
    """The English names of the languages that we can tell apart, by ISO 639-1 code, in order of their names."""
    return dict(sorted(_LANGUAGES.items(), key=lambda pair: pair[1]))


def language_name(code: str) -> str:
    """The English name of an ISO 639-1 language; the code itself where we know none."""
    return _LANGUAGES.get(code, code)


def same_letters(text: str) -> str:
    """With i, s and k for the letters outside ASCII that `re.IGNORECASE` takes for them, as in "FİVE DAYS": what a
    pattern finds is then a word that it names. Every place stays where it is."""
    return text.translate(_SAME_LETTERS)


def say(value: Value) -> str:
    """Money as £54.00, an ISO date as Thursday 26 November, a tuple as "a, b and c", None as "—"."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " and ".join(part for part in (", ".join(value[:-1]), value[-1]) if part) if value else "—"
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{day:%A} {day.day} {day:%B}"
    return str(value)


def without_tables(text: str) -> str:
    """Return a Markdown text whose tables are lines, as in a message: "- Value up to £50: fee £5"."""
    return _TABLE.sub(lambda table: "\n".join(_lines(table["head"], table["rows"])), text)


def _lines(head: str, rows: str) -> list[str]:
    names = _cells(head)
    return [_line(names, _cells(row)) for row in rows.split("\n") if any(_cells(row))]


def _line(names: Sequence[str], cells: Sequence[str]) -> str:
    told = [" ".join(filter(None, pair)) for pair in zip(names, cells, strict=False) if pair[1]]
    told += list(cells[len(names) :])
    first, *others = told
    return f"- {first}: {', '.join(_inside(one) for one in others)}" if others else f"- {first}"


def _inside(words: str) -> str:
    """As it stands within a sentence: "Fee £5" as "fee £5", but SIM and iPhone as they are."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(row.strip().removeprefix("|").removesuffix("|"))]


def perhaps(name: str, known: Sequence[str]) -> str:
    """What somebody who wrote this unknown name may have meant, in brackets; empty if nothing is near."""
    near = get_close_matches(name, known, n=1)
    return f" (perhaps {near[0]} is meant)" if near else ""


def normal(text: str) -> str:
    """Lower case, and nothing but letters and digits between single spaces; all signs if there are none of those."""
    return " ".join(_WORDS.findall(text.casefold())) or text.strip()
