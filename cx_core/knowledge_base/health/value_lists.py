"""Sentences that list several values of one kind: "10 GB for £12.00 and 50 GB for £19.00".

Where two lists are as long, what stands in one place belongs to what stands there in the other; and where all but one
place agree, that one is what somebody changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from cx_core.knowledge_base.health.claims import ArticleClaim
from cx_core.knowledge_base.health.quantities import agree

Standing = Literal["apart", "alone", ""]


class Lists:
    """Which claims of a sentence are of one kind, in their order."""

    def __init__(self, claims: Sequence[ArticleClaim]) -> None:
        self._claims = claims
        held: dict[tuple[str, int, str], list[int]] = defaultdict(list)
        for n, claim in enumerate(claims):
            held[claim.article, claim.sentence, claim.quantity.kind].append(n)
        self._of = {
            n: sorted(members, key=lambda n: claims[n].quantity.start)
            for members in held.values()
            if len(members) > 1
            for n in members
        }

    def standing(self, i: int, j: int) -> Standing:
        """Of two lists that agree but for one place: "alone" if the two stand in that place, "apart" if elsewhere."""
        mine, theirs = self._of.get(i, []), self._of.get(j, [])
        if not mine or len(mine) != len(theirs):
            return ""
        differ = [
            (a, b)
            for a, b in zip(mine, theirs, strict=True)
            if not agree(self._claims[a].quantity, self._claims[b].quantity)
        ]
        if len(differ) != 1:
            return ""
        return "alone" if differ[0] == (i, j) else "apart"
