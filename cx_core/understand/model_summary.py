"""The summary in a language model's words, taken only if all it says is backed."""

from __future__ import annotations

from pathlib import Path

from cx_core.llm.grounding_check import KnownFacts, unbacked
from cx_core.ports import LanguageModel
from cx_core.records import Finding, Record, TicketId

PROMPT = (Path(__file__).parent / "prompts" / "summary.md").read_text(encoding="utf-8")
LONGEST = 600
"""Characters; it is read in five seconds."""


class Retold(Record):
    """What the model answers."""

    summary: str


def retell(
    model: LanguageModel, content: str, summary: str, known: KnownFacts, ticket: TicketId
) -> tuple[str, tuple[Finding, ...]]:
    """The summary to show, and why it is the built-in one if it is. Raises ModelTrouble."""
    text = " ".join(
        model.ask("summary", PROMPT, f"{content}\n# The built-in summary\n{summary}", Retold, ticket).summary.split()
    )
    wrong = unbacked(text, known) if len(text) <= LONGEST else ("too much",)
    if not wrong:
        return text or summary, ()
    why = (
        f"The language model's summary spoke of {', '.join(wrong[:4])}, which nothing backs: this is the built-in one."
    )
    return summary, (Finding(step=None, text=why),)
