"""What became of the passages in a simulated ticket, worked out as it is for a real one."""

from __future__ import annotations

from datetime import datetime

from cx_core.demo.simulated_records import Past
from cx_core.knowledge_base.articles import PassageUse
from cx_core.knowledge_base.passage_usage import CAME_BACK, of_answer, of_proposal, of_solving

Dated = dict[tuple[int, PassageUse], datetime]


def uses(past: Past) -> tuple[tuple[int, PassageUse, datetime], ...]:
    """With the version of the proposal, and when it became so."""
    found: Dated = {(one.version, use): one.made_at for one in past.proposals for use in of_proposal(one)}
    proposals = {one.version: one for one in past.proposals}
    for deed in past.deeds:
        if deed.kind == "reply_begun":
            proposal = proposals[int(str(deed.payload["version"]))]
            answered = of_answer(proposal, str(deed.payload["text"]))
            found |= {(proposal.version, use): deed.at for use in answered}
    solved: datetime | None = None
    for figure in past.figures:
        if figure.kind == "solved":
            solved = figure.at
            sent = [one for one, at in found.items() if at <= solved]
            found |= {one: solved for one in of_solving(sent)}
        elif figure.kind == "reopened" and solved is not None and figure.at - solved <= CAME_BACK:
            found = _came_back(found, figure.at)
    return tuple((version, use, at) for (version, use), at in found.items())


def _came_back(found: Dated, at: datetime) -> Dated:
    return {
        (version, use.replace(kind="reopened") if use.kind == "solved" else use): at if use.kind == "solved" else when
        for (version, use), when in found.items()
    }
