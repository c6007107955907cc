"""Articles that nobody's question ever leads to, and those whose words people keep taking out of drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from cx_core.knowledge_base.articles import ArticleVersion, HealthFinding, UseCount, UseKind
from cx_core.knowledge_base.health.finding_records import finding

ENOUGH = 300
"""Tickets with something found before an article that is never among it is worth a look."""
YOUNG = timedelta(days=30)
"""An article younger than this has had no chance yet."""
OFTEN_CITED, OFTEN = 20, 0.5
"""An article whose words were in so many drafts, and were taken out of this share of them."""


def unused(
    versions: Iterable[ArticleVersion], uses: Mapping[str, Mapping[UseKind, UseCount]], tickets: UseCount, now: datetime
) -> tuple[HealthFinding, ...]:
    """`versions`: those that search sees and that hold today; `uses`: tickets by article, what became of drafts only of
    the words that it has now; `tickets`: those for which anything was found. What was made up is left out."""
    found = tickets.tickets - tickets.simulated
    made = []
    for version in versions:
        counts = uses.get(version.article, {})
        kept, out = _real(counts, "kept"), _real(counts, "edited_out")
        title = version.content.title
        if found >= ENOUGH and not _real(counts, "retrieved") and _since(version) + YOUNG < now:
            says = (
                f"{title}: it was found for none of {found} tickets. Is it needed, or worded otherwise than people ask?"
            )
            made.append(
                finding(
                    "never_found",
                    [version.article, title, version.content.text],
                    says,
                    now,
                    articles=(version.article,),
                    weight=0.5,
                )
            )
        elif kept + out >= OFTEN_CITED and out / (kept + out) >= OFTEN:
            says = f"{title}: people took its words out of {out} of {kept + out} drafts. What is wrong with them?"
            made.append(
                finding(
                    "edited_out",
                    [version.article, title, version.content.text],
                    says,
                    now,
                    articles=(version.article,),
                    weight=1.0,
                )
            )
    return tuple(made)


def _since(version: ArticleVersion) -> datetime:
    """When it began to be found, if ever it is."""
    first = version.content.valid_from
    return max(version.made_at, datetime.combine(first, time(), UTC)) if first is not None else version.made_at


def _real(counts: Mapping[UseKind, UseCount], kind: UseKind) -> int:
    count = counts.get(kind)
    return count.tickets - count.simulated if count else 0
