"""The answer's paragraphs in a language model's words, each taken only if all it says is backed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cx_core.act.reply.reply_slots import slots
from cx_core.llm.grounding_check import KnownFacts, unbacked
from cx_core.ports import LanguageModel
from cx_core.records import Finding, Part, Record, TicketId

PROMPT = (Path(__file__).parent / "prompts" / "reply.md").read_text(encoding="utf-8")
LONGEST = 2000
"""Characters of one paragraph."""


class Paragraph(Record):
    """What is said to one goal."""

    goal: int
    text: str


class Paragraphs(Record):
    """What the model answers."""

    paragraphs: tuple[Paragraph, ...]


class Written(Record):
    """The parts with what was taken over, and what a person must know of it."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()


def write(model: LanguageModel, content: str, parts: Sequence[Part], known: KnownFacts, ticket: TicketId) -> Written:
    """Raises ModelTrouble. A paragraph keeps all slots of the built-in one; greeting and close stay ours."""
    if not any(part.text for part in parts):
        return Written(parts=tuple(parts))
    answer = model.ask("reply", PROMPT, content, Paragraphs, ticket)
    said = {paragraph.goal: paragraph.text.strip() for paragraph in answer.paragraphs}
    made: list[Part] = []
    findings: list[Finding] = []
    for part in parts:
        text = said.get(part.goal, "")
        why = _refusal(text, part, known) if text and text != part.text else ""
        if why:
            findings.append(
                Finding(step=None, text=f"The language model's draft {why}: this draft is the built-in one.")
            )
        taken = bool(text) and bool(part.text) and not why
        made.append(part.replace(text=text) if taken else part)
    return Written(parts=tuple(made), findings=tuple(findings))


def _refusal(text: str, part: Part, known: KnownFacts) -> str:
    if len(text) > LONGEST:
        return "was far too long"
    if sorted(slots(text)) != sorted(slots(part.text)):
        return "did not keep what the steps fill in"
    wrong = unbacked(text, known)
    return f"spoke of {', '.join(wrong[:4])}, which nothing backs" if wrong else ""
