"""Earlier tickets that were solved, for whoever answers a like one. They are named in the evidence, and no more.

What stands in them is another customer's. It is shown to people, masked; planning, grounding, drafting and a language
model never see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray

from cx_core.errors import RungError
from cx_core.knowledge_base.solved_cases import Recalled
from cx_core.ports import SolvedCases
from cx_core.records import Evidence, Message, TicketId, Triage

MOST = 3
"""Shown beside a ticket: what is read at a glance."""


class Memory:
    """Finds cases of the goals' own task types; where nothing was understood, of any."""

    def __init__(self, cases: SolvedCases) -> None:
        self._cases = cases

    def recall(
        self,
        evidence: Evidence,
        ticket: TicketId,
        triage: Triage,
        vectors: NDArray[np.float32],
        messages: Sequence[Message],
    ) -> Evidence:
        """The evidence with the best for each goal in turn. `vectors`: one row per goal, or one for all of it.

        An advisor can do without: in trouble nothing is found, and the findings say so.
        """
        whole = " ".join(message.text for message in messages)
        rows: list[tuple[Recalled, ...]] = []
        try:
            for number, vector in enumerate(vectors):
                goal = triage.goals[number] if number < len(triage.goals) else None
                wanted = (goal.task_type,) if goal else ()
                words = goal.quote if goal and goal.quote else whole
                rows.append(self._cases.search(words, vector, most=MOST, task_types=wanted, but=ticket))
        except RungError as trouble:
            said = f"Earlier tickets could not be searched: {trouble}"
            return evidence.replace(findings=(*evidence.findings, said))
        by_rank = chain.from_iterable(zip_longest(*rows))
        found = tuple(dict.fromkeys(one.ticket for one in by_rank if one is not None))[:MOST]
        return evidence.replace(earlier=found)
