"""What goes around the words that a customer gets: the subject, and the headers that a mail channel writes.

The subject of a ticket is the sender's words. A person who answers has it before them, so it is repeated, as one
bounded line. Where nobody looks, nothing of it leaves: whoever forges a sender could have us send their words to
anybody, in our name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import Company
from cx_core.records import Message, PublicAnswer, Ticket

LONGEST = 150
"""Characters of a subject."""
_ANSWERED = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg|sv|antw|rif|tr)\s*:)+\s*", re.I)
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
"""Unicode categories that end a line, turn it round or are not seen."""
BY_PROGRAM: Mapping[str, str] = {"X-Auto-Response-Suppress": "All"}
"""Asks programs of Exchange not to answer; for others `Auto-Submitted` says it (RFC 3834 5)."""


class Envelope(NamedTuple):
    """A channel that has no such thing as headers leaves them out."""

    subject: str
    headers: Mapping[str, str]


def by_person(ticket: Ticket, messages: Sequence[Message]) -> Envelope:
    """An answer that somebody has looked at."""
    return Envelope(f"Re: {one_line(_ANSWERED.sub('', ticket.subject))}", _goes_with(messages))


def by_copilot(answers: Sequence[PublicAnswer], messages: Sequence[Message], company: Company) -> Envelope:
    """An answer that nobody has looked at, named after the articles that it is from."""
    titles = " and ".join(dict.fromkeys(one.title for one in answers)) or company.name
    automatic = {"Auto-Submitted": "auto-replied", **BY_PROGRAM}
    return Envelope(one_line(company.subject_alone.replace("{title}", titles)), _goes_with(messages) | automatic)


def asking(words: str, messages: Sequence[Message]) -> Envelope:
    """Something that we send by ourselves after an answer, with a subject of our own."""
    return Envelope(one_line(words), _goes_with(messages) | {"Auto-Submitted": "auto-generated", **BY_PROGRAM})


def one_line(text: str) -> str:
    """Fit for a header: seen characters only, on one line, and bounded."""
    seen = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text[: LONGEST * 4])
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rsplit(' ', 1)[0]}…"


def _goes_with(messages: Sequence[Message]) -> dict[str, str]:
    """To which mail it belongs: the last one of the customer's that said which it is (RFC 5322 3.6.4)."""
    refers = next((one.refers for one in reversed(messages) if one.sender == "customer" and one.refers), "")
    return {"In-Reply-To": refers.rsplit(" ", 1)[-1], "References": refers} if refers else {}
