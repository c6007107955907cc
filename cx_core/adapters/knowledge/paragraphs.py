"""Paragraphs as replies quote them: on one line each."""

from __future__ import annotations

import re

_STANDS_ALONE = re.compile(r"#|[-*+] |[>|]|\d{1,3}[.)] |```|~~~")
_FENCE = re.compile(r"\s*(```|~~~)")


def one_line_a_paragraph(text: str) -> str:
    """Lines that were broken to fit an editor are joined: replies quote passages as they are."""
    lines: list[str] = []
    fenced = False
    for line in (line.rstrip() for line in text.strip().splitlines()):
        fence = bool(_FENCE.match(line))
        joins = lines and lines[-1] and line and not fenced and not _STANDS_ALONE.match(line.lstrip())
        if joins and not lines[-1].startswith(("#", "|", "```", "~~~")):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
        fenced ^= fence
    return "\n".join(lines)
