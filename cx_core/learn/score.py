"""A figure for how the knowledge is, whose parts can be seen and mended one by one.

Each part has a share of 100 points. It loses `WEIGHS` times the share of what is wrong with it: a fifth of all
articles stale, and freshness has no points left. Findings that were waived or resolved do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cx_core.articles import FindingKind, HealthFinding, HealthPart

WEIGHS = 5.0

_PARTS: tuple[tuple[str, int, tuple[FindingKind, ...], str], ...] = (
    ("Freshness", 25, ("stale",), "Review what is past its day, or archive it."),
    ("Agreement", 30, ("contradiction", "disagrees"), "Decide which passage is right and change the other."),
    ("Coverage", 20, ("gap",), "Write what customers ask for and nothing answers."),
    ("Once only", 10, ("duplicate",), "Keep one of two copies and archive the other."),
    ("Use", 15, ("never_found", "edited_out"), "Reword what nobody finds or everybody takes out."),
)


def parts(findings: Iterable[HealthFinding], articles: int, asked: int) -> tuple[HealthPart, ...]:
    """`articles`: in search; `asked`: goals of the tickets that were looked through for gaps."""
    still = [one for one in findings if one.state == "open"]
    return tuple(_part(name, share, [one for one in still if one.kind in kinds], articles, asked, tip)
                 for name, share, kinds, tip in _PARTS)  # fmt: skip


def score(made: Sequence[HealthPart]) -> int:
    return round(sum(part.points for part in made))


def _part(name: str, share: int, found: Sequence[HealthFinding], articles: int, asked: int, tip: str) -> HealthPart:
    gaps = name == "Coverage"
    whole = asked if gaps else articles
    wrong = min(float(sum(len(one.tickets) if gaps else one.weight for one in found)), float(whole))
    lost = min(1.0, (1.0 if gaps else WEIGHS) * wrong / whole) if whole else 0.0
    counted = (
        f"{round(wrong)} of {whole} requests"
        if gaps
        else f"{len(found)} finding{'' if len(found) == 1 else 's'} on {whole} articles"
    )
    return HealthPart(name=name, share=share, points=round(share * (1 - lost), 1), wrong=wrong, all=whole,
                      says=f"{counted}. {tip}" if found else "Nothing found.")  # fmt: skip
