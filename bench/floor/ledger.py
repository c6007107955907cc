"""What the advisors did, against what the database has at the end: is a click, a word or a message missing or twice?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bench.figures import Figures, spread
from cx_core.records import PersonId, TicketId

if TYPE_CHECKING:
    from cx_core.bootstrap import Works

Answer = tuple[TicketId, int, PersonId]
"""An approval: of which ticket, in which version, by whom."""


@dataclass
class Click:
    """An approve that was sent. `words` is what the page said when it did not become an approval.

    The version is that from which the text began: of what is approved, or before it, as a customer who writes again
    brings a newer proposal for the same text.
    """

    answer: Answer
    shown: bool = False
    words: str = ""


@dataclass
class Typed:
    """Text of which the page said that it is kept, told apart by a token that occurs nowhere else.

    `words` is what the page said instead when it could not be kept.
    """

    ticket: TicketId
    token: str
    words: str = ""


@dataclass
class Ledger:
    """Filled by the advisors while they work. `waits` are milliseconds by what was waited for."""

    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    clicks: list[Click] = field(default_factory=list)
    texts: list[Typed] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    def waited(self, what: str, seconds: float) -> None:
        self.waits[what].append(seconds * 1000)


@dataclass
class Kept:
    """What the database has at the end: approvals ever given, and all text by ticket; `sent` is what customers got."""

    answers: frozenset[Answer]
    texts: Mapping[TicketId, Sequence[str]]
    sent: Sequence[str]


def read(works: Works, tickets: Iterable[TicketId], sent: Sequence[str]) -> Kept:
    """Through the stores' own reading transactions. Approvals from the audit log: those withdrawn count too."""
    texts: dict[TicketId, list[str]] = {}
    answers: set[Answer] = set()
    for ticket in sorted(set(tickets)):
        with works.store.look() as unit:
            draft, notes, messages = (
                unit.colleagues.draft(ticket),
                unit.colleagues.notes(ticket),
                unit.tickets.messages(ticket),
            )
        texts[ticket] = [draft.text] if draft else []
        texts[ticket] += [note.text for note in notes] + [message.text for message in messages]
        for event in works.audit.events(ticket=ticket, most=1000):
            told = event.payload
            if event.kind == "answered" and told is not None:
                answers.add((ticket, int(str(told["version"])), PersonId(str(told["person"]))))
                texts[ticket].append(str(told["reply"]))
    return Kept(frozenset(answers), texts, sent)


def lost_clicks(clicks: Iterable[Click], kept: Kept) -> list[str]:
    """Approvals that were sent and became neither an approval nor words; or that the page showed and nobody kept."""
    found, free = [], set(kept.answers)
    for click in sorted(clicks, key=lambda click: click.answer):
        ticket, version, person = click.answer
        if click.words and not click.shown:
            continue
        own = [answer for answer in free if (answer[0], answer[2]) == (ticket, person) and answer[1] >= version]
        if own:
            free.remove(min(own))  # each approval answers one click
            continue
        what = "shown as approved, but not kept" if click.shown else "neither approved nor refused"
        found.append(f"approve of {ticket} version {version} by {person}: {what}")
    return found


def lost_texts(texts: Iterable[Typed], kept: Kept) -> list[str]:
    """Text the page took, and that is in no draft, approval, message or note of its ticket."""
    return [
        f"{typed.token} of {typed.ticket}"
        for typed in texts
        if not typed.words and not any(typed.token in text for text in kept.texts.get(typed.ticket, ()))
    ]


def sent_twice(texts: Iterable[Typed], kept: Kept) -> list[str]:
    """Tokens that customers got in more than one message."""
    return [typed.token for typed in texts if sum(typed.token in text for text in kept.sent) > 1]


def figures(ledger: Ledger, kept: Kept) -> Figures:
    """Waits first, then what was done, then what went wrong."""
    found: Figures = {}
    for what in sorted(ledger.waits):
        series = ledger.waits[what]
        found |= {f"{what}.n": len(series)} | spread(what, series) | {f"{what}.max_ms": round(float(np.max(series)), 2)}
    found |= {f"did.{what}": ledger.did[what] for what in sorted(ledger.did)}
    return found | {
        "approvals_clicked": len(ledger.clicks),
        "approvals_refused_in_words": sum(bool(click.words) and not click.shown for click in ledger.clicks),
        "texts_kept": sum(not typed.words for typed in ledger.texts),
        "texts_refused_in_words": sum(bool(typed.words) for typed in ledger.texts),
        "errors": len(ledger.errors),
        "lost_clicks": len(lost_clicks(ledger.clicks, kept)),
        "lost_texts": len(lost_texts(ledger.texts, kept)),
        "sent_twice": len(sent_twice(ledger.texts, kept)),
    }
