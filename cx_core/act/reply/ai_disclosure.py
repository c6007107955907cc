"""The customer is told that an AI helped wherever words of its making are left in what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cx_core.catalogue import Company
from cx_core.records import Message, Part, Rewording


def by_a_person(text: str, company: Company) -> str:
    """Words that were to leave alone say that nobody has read them: no longer true once somebody has."""
    return text.replace(company.told_alone, company.disclosure)


RUN = 6
"""So many words in a row that an AI wrote are its own; fewer are anybody's."""

_WORD = re.compile(r"\w+")


def disclosed(
    text: str, parts: Iterable[Part], rewordings: Sequence[Rewording], company: Company, sent: Iterable[Message] = ()
) -> str:
    """The text, with the disclosure put back if it was taken out and words that an AI wrote stayed in.

    A translation and a whole message in another language say it in the customer's language, so that is put back where
    words of theirs stayed. Nothing is put back where one of the messages `sent` before said it: a person sends this,
    and once is enough.
    """
    ways = (*company.disclosures, *(made.disclosure for made in rewordings if made.disclosure))
    said = (_plain(one) for one in (text, *(one.text for one in sent if one.sender != "customer")))
    if any(_plain(way) in one for one in said for way in ways):
        return text
    reworded = [made for made in rewordings if _stayed(text, made.after, made.before, company)]
    if not reworded and not any(_stayed(text, part.text, "", company) for part in parts):
        return text
    told = reworded[-1].disclosure if reworded else _foreign(text, company)
    return f"{text.rstrip()}\n\n{told or company.disclosure}"


def _foreign(text: str, company: Company) -> str:
    """The disclosure of the language in which we acknowledged, where words of that are in the text."""
    ours = company.acknowledged_in.values()
    return next((one.disclosure.strip() for one in ours if _stayed(text, one.text, "", company)), "")


def _stayed(text: str, made: str, before: str, company: Company) -> bool:
    """Whether words that were made, and neither the person's before nor our frame, are in the text."""
    size = min(RUN, len(_WORD.findall(made)))
    if not size:
        return False
    ours = (before, company.greeting, company.closing, company.signature, *company.disclosures)
    its = _runs(made, size).difference(*(_runs(one, size) for one in ours))
    return not its.isdisjoint(_runs(text, size))


def _runs(text: str, size: int) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _plain(text: str) -> str:
    return " ".join(text.split())
