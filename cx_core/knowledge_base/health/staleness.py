"""Articles whose time is over, or that nobody has looked at for long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cx_core.knowledge_base.articles import ArticleVersion, HealthFinding
from cx_core.knowledge_base.health.finding_records import finding

REVIEW_AFTER = timedelta(days=365)
"""An article without a day for its review is looked at again after so long."""
SOON = timedelta(days=14)
"""So long before an article ceases to hold its owner is told."""


def stale(versions: Iterable[ArticleVersion], now: datetime, today: date) -> tuple[HealthFinding, ...]:
    """`versions`: those that search sees; `today`: the day that it is where the business is."""
    return tuple(found for version in versions if (found := _stale(version, now, today)) is not None)


def both_hold(
    versions: Iterable[ArticleVersion], found: Iterable[HealthFinding], today: date
) -> tuple[HealthFinding, ...]:
    """Without what is between articles that never hold on one day from today on, such as this year's prices and the
    next one's, and without what a record says otherwise of an article that does not hold today."""
    held = {one.article: (one.content.valid_from or date.min, one.content.valid_until or date.max) for one in versions}
    return tuple(
        one for one in found if _meet([held[id] for id in one.articles], today, upto_now=one.kind == "disagrees")
    )


def _meet(periods: Iterable[tuple[date, date]], today: date, *, upto_now: bool) -> bool:
    periods = [*periods, (today, today if upto_now else date.max)]
    return max(first for first, _ in periods) <= min(last for _, last in periods)


def _stale(version: ArticleVersion, now: datetime, today: date) -> HealthFinding | None:
    content = version.content
    if content.valid_until is not None and content.valid_until < today:
        says, weight = f"It held until {content.valid_until:%d %B %Y}. Archive it, or give it another last day.", 1.0
    elif content.review_by is not None and content.review_by < today:
        says, weight = f"It was to be reviewed by {content.review_by:%d %B %Y}.", 1.0
    elif content.valid_until is not None and content.valid_until <= today + SOON:
        says, weight = f"It holds only until {content.valid_until:%d %B %Y}. Is there something to take its place?", 0.5
    elif content.review_by is None and version.made_at + REVIEW_AFTER < now:
        says, weight = f"Nobody has changed it since {version.made_at:%d %B %Y}, and no day is set for its review.", 0.5
    else:
        return None
    return finding(
        "stale", [version.article, says], f"{content.title}: {says}", now, articles=(version.article,), weight=weight
    )
