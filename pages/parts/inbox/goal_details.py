"""Right pane: what the customer said about a goal beyond the goal itself, in lines that are read in two seconds."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.records import GoalDetail
from cx_core.views.goal_details import DetailLine, detail_lines
from pages.parts.components import Node, node


def said_lines(details: Sequence[GoalDetail], goal: int | None, shown: str = "") -> list[Node]:
    """A line each: our words, with the customer's own to hover. `shown`: words of theirs that stand above anyway."""
    return [_line(line, " ".join(shown.split())) for line in detail_lines(details, goal)]


def _line(line: DetailLine, shown: str) -> Node:
    parts = [part for part in line.parts if part.text and (part.quote or part.text not in shown)]
    own = next((part.quote for part in line.parts if part.quote), "")
    told = [_part(part) for part in parts]
    marks = [piece for part in told for piece in (node("span", "·", cls="muted"), part)][1:]
    label = node(
        "span",
        f"{line.label}:" if parts else line.label,
        cls="label" if parts else "",
        tip="" if parts else _quoted(own),
    )
    by = node("span", f"set by {line.by}", cls="muted") if line.by else None
    return node("p", label, *marks, by, cls="said small")


def _part(part: GoalDetail) -> Node:
    cls = "gone" if part.kind == "set_aside" else "own" if part.quote else ""
    return node("span", part.text, cls=cls, tip=_quoted(part.quote))


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""
