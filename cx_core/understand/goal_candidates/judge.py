"""How likely a candidate is a goal of a message, from the evidence for it.

A logistic regression over `GoalEvidence`, fitted to tickets that people wrote without knowing the classifier, and to
pairs of short ones joined as one message, since few people write of two things and they must not be missed. What it
weighs is the same for every business: how plainly words speak for a task type and what they do, never which task type
it is. `python -m bench judge --data DIR` fits it anew and says what it is worth on authors it has not read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cx_core.understand.goal_candidates.evidence import GoalCandidate, GoalEvidence, overlap

LOWER = 0.35
"""Probability below which a candidate is no goal."""

UPPER = 0.55
"""Probability from which on a goal is sure. Of 568 messages by eight authors goals were exactly right in .76 with .5
and with .55, and .86 of the sure ones were right with .55; with more, right goals are asked about."""

OF_SHARED = 0.75
"""The same for one whose words a likelier one shares: the same words seldom mean two goals."""

WEIGHTS = GoalEvidence(
    own=0.575,
    sentence=0.295,
    whole=0.58,
    wants=1.503,
    reports=1.017,
    asks=1.921,
    refuses=1.4,
    tells=0.637,
    shared=-0.169,
    rival=-0.211,
    length=-0.364,
    first=0.026,
)
"""Of the evidence; what words do adds up to 1, so no constant is needed."""

_MOST = 30.0


def probability(evidence: GoalEvidence, weights: GoalEvidence = WEIGHTS) -> float:
    """Return the probability that a candidate with this evidence is a goal, 0..1."""
    total = sum(weight * part for weight, part in zip(weights, evidence, strict=True))
    return 1 / (1 + math.exp(-min(_MOST, max(-_MOST, total))))


def goals_among(found: Sequence[GoalCandidate]) -> list[GoalCandidate]:
    """Return the likely goals in order of their words. A doubtful one whose words a likelier one shares is an echo."""
    likely = {one.label: probability(one.evidence) for one in found}
    kept: list[GoalCandidate] = []
    for one in sorted(found, key=lambda one: likely[one.label], reverse=True):
        shared = any(overlap(one.best.span, other.best.span) for other in kept)
        if likely[one.label] >= (OF_SHARED if shared else LOWER):
            kept.append(one)
    return sorted(kept, key=lambda one: one.best.span.start)
