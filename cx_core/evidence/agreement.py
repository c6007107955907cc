"""Whether reviewers of the same acts give the same scores.

Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"): 1 minus the
disagreement observed over that expected if scores were dealt out at random. 1 is full agreement, 0 what chance gives,
below 0 is less than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def krippendorff_alpha(acts: Iterable[Sequence[Hashable | None]]) -> float | None:
    """Return alpha of the scores of each act, one place a reviewer, None where one gave none.

    Acts with fewer than two scores do not count. None if no act has two, or all scores are the same: then nothing is
    known of whether reviewers can tell acts apart.
    """
    scored = [Counter(score for score in scores if score is not None) for scores in acts]
    paired = [counts for counts in scored if counts.total() >= 2]
    everywhere: Counter[Hashable] = sum(paired, Counter())
    expected = _unlike_pairs(everywhere) / max(everywhere.total() - 1, 1)
    if not expected:
        return None
    observed = sum(_unlike_pairs(counts) / (counts.total() - 1) for counts in paired)
    return 1 - observed / expected


def _unlike_pairs(counts: Counter[Hashable]) -> int:
    """Return the number of ordered pairs of different scores."""
    return counts.total() ** 2 - sum(count**2 for count in counts.values())
