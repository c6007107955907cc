"""An answer in a language model's words as they come, let through a sentence at a time and only while it is backed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cx_core.act.reply.reply_slots import slots
from cx_core.errors import ModelTrouble
from cx_core.llm.grounding_check import KnownFacts, unbacked
from cx_core.ports import LanguageModel
from cx_core.records import Record, TicketId
from cx_core.views.slot_chips import with_chips

PROMPT = (Path(__file__).parent / "prompts" / "draft.md").read_text(encoding="utf-8")
LONGEST = 6000
"""Characters; no answer is as long."""
_ENDED = re.compile(r".*(?:[.!?](?=\s)|\n)", re.DOTALL)
"""Everything up to the last sentence that has ended."""


class SoFar(Record):
    """What came so far, of whole sentences; once `ended`, why it is not all of the answer, if so."""

    text: str
    ended: bool = False
    why: str = ""


def write(model: LanguageModel, content: str, drafted: str, known: KnownFacts, ticket: TicketId) -> Iterator[SoFar]:
    """Ends early, and says why, at the first sentence that nothing backs. Never raises ModelTrouble.

    `drafted` is the built-in draft, whose slots are missed if they do not come.
    """
    text, rest, why = "", "", ""
    try:
        for piece in model.stream("stream", PROMPT, content, ticket):
            rest += piece
            if len(text) + len(rest) > LONGEST:
                why = "it was far too long"
            ended = _ENDED.match(rest)
            if ended and not why:
                why = _unfit(ended[0], known)
                text, rest = (text, rest) if why else (text + ended[0], rest[ended.end() :])
                if not why:
                    yield SoFar(text=text.strip())
            if why:
                break
        else:
            why = _unfit(rest, known)
            text += "" if why else rest
    except ModelTrouble as trouble:
        why = str(trouble)
    yield SoFar(text=text.strip(), ended=True, why=why or _missing(text, drafted))


def _unfit(text: str, known: KnownFacts) -> str:
    wrong = unbacked(text, known)
    return f"it spoke of {with_chips(', '.join(wrong[:4]), {})}, which nothing backs" if wrong else ""


def _missing(text: str, drafted: str) -> str:
    lost = sorted(set(slots(drafted)) - set(slots(text)))
    return f"it leaves out {', '.join(field.replace('_', ' ') for _, field in lost)}, from a step" if lost else ""
