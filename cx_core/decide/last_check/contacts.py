"""Mail addresses, phone numbers and places of a step beside those that the customer wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from cx_core.decide.last_check.clauses import NOT_MEANT, plain
from cx_core.decide.last_check.step_values import ISO

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])\+?\d[\d\s()-]{7,}\d")
_PLACE = re.compile(r"\b\d{1,4}[a-z]?,?\s(?:[A-Z][\w'’]+\s?){1,4}|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b")
_TO_ME = re.compile(
    r"(?<!not )(?<!n[’']t )\b(?:send|e?mail|forward) (?:it|them|that|one|a copy) to (?:me|us) (?:then"
    r"|instead)\b(?! there)",
    re.I,
)
"""Behind another address: it goes to their own after all."""
_DENIED = re.compile(r"\W*(?:is|are) (?:not|wrong|old|no longer|out of date|somebody|someone)\b")
_CORRECTED = re.compile(r"\b(?:sorry|wrong|correction|actually|i mean|i meant)\b", re.I)


def other_contacts(values: Iterable[object], words: str, on_file: Collection[str]) -> Iterator[tuple[str, str]]:
    """What they wrote in place of a value of the step, and that value.

    `words` are their own; `on_file`: what the customer's record holds, as an old number beside the new one is no other
    choice.
    """
    for value in values:
        if not isinstance(value, str) or ISO.fullmatch(value):
            continue
        written: list[str] = []
        if _MAIL.fullmatch(value):
            written = _MAIL.findall(words)
            if written and value in on_file and _TO_ME.search(words, words.rfind(written[-1])):
                continue
            bound = value.casefold() in map(str.casefold, written)
        elif _PHONE.fullmatch(value):
            written = _PHONE.findall(words)
            bound = _figures(value) in map(_figures, written)
        elif _PLACE.search(value):
            written = [match[0].strip() for match in _PLACE.finditer(words)]
            bound = all(part in plain(words) for part in re.findall(r"\w+", plain(value)))
        if written and (not bound or _denied(plain(value), plain(words))):
            yield written[0], value
        elif _PHONE.fullmatch(value) and (others := _other_phones(value, written, words, on_file)):
            yield others[0], value


def _other_phones(value: str, written: Sequence[str], words: str, on_file: Collection[str]) -> list[str]:
    """Other numbers than the step's and those on file; none that it corrects."""
    known = {_figures(one) for one in (value, *on_file)}
    at = words.rfind(next((one for one in reversed(written) if _figures(one) == _figures(value)), value))
    others = [one for one in written if _figures(one) not in known]
    return [one for one in others if not _CORRECTED.search(words[words.find(one) + len(one) : max(at, 0)])]


def _denied(value: str, words: str) -> bool:
    at = words.find(value)
    return at >= 0 and bool(NOT_MEANT.search(words[:at]) or _DENIED.match(words[at + len(value) :]))


def _figures(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-9:]
