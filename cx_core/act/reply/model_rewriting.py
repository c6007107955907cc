"""A person's text in another manner, by a language model; taken only if it keeps the slots and adds no fact."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from cx_core.act.reply.reply_slots import slots
from cx_core.catalogue import Company
from cx_core.llm.grounding_check import KnownFacts, unbacked
from cx_core.llm.prompt_context import APART, tone_lines
from cx_core.ports import LanguageModel
from cx_core.records import Record, TicketId
from cx_core.views import Way
from cx_core.views.slot_chips import with_chips

PROMPT = (Path(__file__).parent / "prompts" / "rewriting.md").read_text(encoding="utf-8")
LONGEST = 6000
"""Characters of a text that is rewritten; answers are far shorter."""
GROWTH = 3
"""A rewritten text is not so many times longer."""
WAYS: tuple[Way, ...] = ("shorter", "warmer", "more formal", "translate")

_DIGITS = re.compile(r"\d+")
_AMOUNT = re.compile(r"[£$€]\s?(\d[\d,.]*\d|\d)")
_LINK = re.compile(r"\w+://\S+|\bwww\.\S+|\S+@\S+\.\w+", re.IGNORECASE)
_MARKUP = re.compile(r"[<>\[\]{}|\\`*_#~^⟪⟫⟨⟩¦]")
_NUMBERED_SLOT = re.compile(r"\{s\d+\.[a-z_0-9]+\}")


class Rewritten(Record):
    """What the model answers."""

    text: str


def rewrite(model: LanguageModel, way: Way, text: str, company: Company, language: str, ticket: TicketId) -> str:
    """What the model makes of it. Raises ModelTrouble. Nothing is checked here: see `objection`."""
    into = f" into {language}" if way == "translate" else ""
    asked = f"{PROMPT}\n# The way\n{way}{into}\n"
    content = "\n".join([*tone_lines(company), "# The answer", *(f"{APART}{line}" for line in text.splitlines())])
    said = model.ask("rewrite", asked, content, Rewritten, ticket).text
    return "\n".join(line.removeprefix("¦").strip() for line in said.strip().splitlines())


def objection(way: Way, before: str, after: str, known: KnownFacts) -> str:
    """Why a rewritten text is not taken, in words that follow "It"; empty if it is."""
    if not after:
        return "was empty"
    if len(after) > GROWTH * len(before) + 200:
        return "was far too long"
    lost = Counter(slots(before)) - Counter(slots(after))
    made = Counter(slots(after)) - Counter(slots(before))
    if lost or made:
        named = ", ".join(field.replace("_", " ") for _, field in (lost or made))
        return f"did not keep what the steps fill in ({named})"
    wrong = _foreign(before, after) if way == "translate" else ", ".join(unbacked(after, known)[:4])
    return f"spoke of {with_chips(wrong, {})}, which your text does not" if wrong else _left_out(way, before, after)


def _foreign(before: str, after: str) -> str:
    """What a translation says that its original does not. Words cannot be compared; figures, links and signs can."""
    plain = _NUMBERED_SLOT.sub(" ", after)
    figures = set(_DIGITS.findall(plain)) - set(_DIGITS.findall(before))
    links = {link.rstrip(".,;:!?)") for link in _LINK.findall(plain)}
    links = {link for link in links if link not in before}
    signs = set(_MARKUP.findall(plain)) - set(_MARKUP.findall(_NUMBERED_SLOT.sub(" ", before)))
    return ", ".join([*sorted(figures), *sorted(links), *sorted(signs)][:4])


def _left_out(way: Way, before: str, after: str) -> str:
    figures = "".join(_DIGITS.findall(after))
    amounts = [match[0] for match in _AMOUNT.finditer(before) if "".join(_DIGITS.findall(match[1])) not in figures]
    if amounts:
        return f"left out {', '.join(amounts[:4])}"
    if way == "translate" and len(_paragraphs(after)) < len(_paragraphs(before)):
        return "left out a paragraph"
    return ""


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text) if one.strip()]
