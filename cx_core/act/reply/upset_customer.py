"""An upset customer is answered as one: what they complain of comes first, after a sentence that was written for it."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.act.reply.repeated_words import apologises
from cx_core.catalogue import Knowledge
from cx_core.records import Message, Part, Triage


def answered_as_upset(
    parts: Sequence[Part], triage: Triage, messages: Sequence[Message], knowledge: Knowledge
) -> tuple[Part, ...]:
    """The parts in that order, with that sentence: not where an apology begins there already, nor a second time.

    `messages` are all of the ticket.
    """
    about = _complained_of(parts, triage) if triage.sentiment == "negative" else None
    if about is None:
        return tuple(parts)
    task_type = knowledge.task_types.get(triage.goals[about.goal].task_type)
    sentence = (task_type.upset if task_type else "") or knowledge.company.upset
    said = any(sentence in " ".join(message.text.split()) for message in messages if message.sender != "customer")
    if sentence and not said and not apologises(about.text):
        first = about.replace(text=f"{sentence} {about.text}")
    else:
        first = about
    return (first, *(part for part in parts if part is not about))


def _complained_of(parts: Sequence[Part], triage: Triage) -> Part | None:
    """The part of the goal that their words report most plainly as trouble, else the first that answers a goal."""
    own = [part for part in parts if part.text and part.goal < len(triage.goals)]
    own = [part for part in own if triage.goals[part.goal].polarity != "kept"]

    def trouble(part: Part) -> float:
        name = triage.goals[part.goal].task_type
        reports = (one.probability for one in triage.said if one.does == "reports" and one.about == name)
        return max(reports, default=0.0)

    return max(own, key=trouble, default=None)
