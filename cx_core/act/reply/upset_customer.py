"""An upset customer is answered as one: what they complain of comes first, after a sentence that was written for it.

Whoever is cross about one thing and asks for another is not told sorry for the other: the task type's own sentence
is for trouble that their words report with it, the company's for trouble with anything else, and none is said where
they report none.
"""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.act.reply.repeated_words import apologises, sentences_of
from cx_core.catalogue import Knowledge
from cx_core.records import Message, Part, Triage

_REPORTED = 0.5
"""Probability from which a clause reports trouble."""

_CHEERFUL = 4
"""Words of an opening like "No trouble at all." or "Of course.", up to which it tells nothing. None is left behind an
apology: the two contradict each other."""


def answered_as_upset(
    parts: Sequence[Part], triage: Triage, messages: Sequence[Message], knowledge: Knowledge
) -> tuple[Part, ...]:
    """The parts in that order, with that sentence: not where an apology begins there already, nor a second time.

    `messages` are all of the ticket.
    """
    about = _complained_of(parts, triage) if triage.sentiment == "negative" else None
    if about is None:
        return tuple(parts)
    sentence = _sentence(about, triage, knowledge)
    said = any(sentence in " ".join(message.text.split()) for message in messages if message.sender != "customer")
    if sentence and not said and not apologises(about.text):
        first = about.replace(text=f"{sentence} {_without_cheer(about.text)}")
    else:
        first = about
    return (first, *(part for part in parts if part is not about))


def _sentence(about: Part, triage: Triage, knowledge: Knowledge) -> str:
    """For the trouble that they report; empty where they report none."""
    if _trouble(about, triage) >= _REPORTED:
        task_type = knowledge.task_types.get(triage.goals[about.goal].task_type)
        return (task_type.upset if task_type else "") or knowledge.company.upset
    reported = any(one.does == "reports" and one.probability >= _REPORTED for one in triage.said)
    return knowledge.company.upset if reported else ""


def _complained_of(parts: Sequence[Part], triage: Triage) -> Part | None:
    """The part of the goal that their words report most plainly as trouble, else the first that answers a goal."""
    own = [part for part in parts if part.text and part.goal < len(triage.goals)]
    own = [part for part in own if triage.goals[part.goal].polarity != "kept"]
    return max(own, key=lambda part: _trouble(part, triage), default=None)


def _trouble(part: Part, triage: Triage) -> float:
    name = triage.goals[part.goal].task_type
    reports = (one.probability for one in triage.said if one.does == "reports" and one.about == name)
    return max(reports, default=0.0)


def _without_cheer(text: str) -> str:
    opening, *rest = sentences_of(text)
    short = len(opening.split()) <= _CHEERFUL and "{" not in opening and not opening.rstrip().endswith("?")
    return text[len(opening) :].lstrip() if short and rest else text
