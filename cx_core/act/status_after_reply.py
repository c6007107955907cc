"""What becomes of a ticket once its reply is sent: solved, waiting for the customer, or open with a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cx_core.catalogue import SLOT_OF_MACRO, Macro
from cx_core.records import Approval, Proposal, Status, StepId, Ticket

PROMISED = "The customer was told that somebody will look into it. {what}"
KEPT_OPEN = "{name} keeps it open."
LEFT_OUT = "An action was left out: {why}. Close the ticket if nothing is outstanding."
"""Why a ticket goes on to a person after its reply."""
HALF, MOST = 0.5, 0.7
"""Of the words of a drafted paragraph, and of ready words that anybody may have put into any reply."""
_QUESTION = re.compile(r"[^.!?\n]+\?(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]{4,}")


class After(NamedTuple):
    """The status, and where a person goes on with it: why, in words for colleagues."""

    status: Status
    why: str = ""


def afterwards(approval: Approval, proposal: Proposal, macros: Iterable[Macro]) -> After:
    """As whoever approved chose it, else as the reply says."""
    itself = by_itself(approval.reply, approval.skipped, proposal, macros)
    if approval.leaves in (None, itself.status):
        return itself  # and why, where a person goes on with it
    if approval.leaves == "open":
        return After("open", KEPT_OPEN.format(name=approval.name))
    return After(approval.leaves)


def sends_nothing(ticket: Ticket, approval: Approval | None) -> bool:
    """Whether what was approved goes on without a word to the customer."""
    if approval is None or approval.decision == "reject":
        return False
    return ticket.work in ("sending", "carrying", "done") and not approval.reply.strip()


def suggested(skipped: Mapping[StepId, str], proposal: Proposal, macros: Iterable[Macro]) -> Status:
    """What is offered before anybody chooses: as the drafted reply says, whatever a person makes of its words."""
    drafted = proposal.reply.text if proposal.reply else ""
    return by_itself(drafted, skipped, proposal, macros).status


def by_itself(reply: str, skipped: Mapping[StepId, str], proposal: Proposal, macros: Iterable[Macro]) -> After:
    """Open when the reply hands the matter on, pending when it asks the customer something, else solved.

    Open too where an action was left out and nothing is asked: it may still be owed.
    """
    offered = tuple(macros)
    if promised := _promised(reply, proposal, offered):
        return After("open", PROMISED.format(what=promised))
    questions = [part.text for part in proposal.parts if part.asks and part.text]
    asked = any(text in reply or _asks(reply, text) for text in questions)
    asked = asked or any(one.status == "pending" and _told(_words(one), reply, MOST) for one in offered)
    if asked:
        return After("pending")
    return After("open", LEFT_OUT.format(why="; ".join(skipped.values()))) if skipped else After("solved")


def _promised(reply: str, proposal: Proposal, macros: Iterable[Macro]) -> str:
    """What the customer is told that somebody will look into, in words for colleagues; empty: nothing."""
    parts = [part for part in proposal.parts if part.hands_on and part.text and _told(part.text, reply)]
    told = [part.note or part.text for part in parts]
    told += [f"“{one.title}” was sent." for one in macros if one.status == "open" and _told(_words(one), reply, MOST)]
    return " ".join(told)


def _words(macro: Macro) -> str:
    """A macro's text without what is filled in."""
    return SLOT_OF_MACRO.sub(" ", macro.text)


def _asks(reply: str, question: str) -> bool:
    """Whether a reply asks in other words what was drafted: in a sentence that ends so and shares a word with it."""
    about = set(_WORD.findall(question.lower()))
    return any(not about.isdisjoint(_WORD.findall(asked.lower())) for asked in _QUESTION.findall(reply))


def _told(paragraph: str, reply: str, share: float = HALF) -> bool:
    """Whether a paragraph is still in a reply that a person may have edited: more than this share of its words is."""
    words = set(_WORD.findall(paragraph.lower()))
    return paragraph in reply or len(words & set(_WORD.findall(reply.lower()))) > len(words) * share
