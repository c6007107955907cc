"""The last check's bench: both lots have wordings for all that it proposes, and what it counts."""

from __future__ import annotations

from collections import Counter

import yaml

from bench import last_check
from bench.last_check import APPENDED, LOTS, MEANT_OTHERWISE, RIGHT, WORDS, Case


def test_that_both_lots_word_the_same_actions_in_every_way() -> None:
    lots = [yaml.safe_load((WORDS / f"{lot}.yaml").read_text(encoding="utf-8")) for lot in LOTS]
    assert lots[0]["actions"].keys() == lots[1]["actions"].keys()
    for lot in lots:
        assert all(lot[name] for name in APPENDED)
        assert all(own[kind] for own in lot["actions"].values() for kind in (RIGHT, *MEANT_OTHERWISE))


def test_that_the_lots_share_no_wording() -> None:
    def wordings(lot: str) -> set[str]:
        read = yaml.safe_load((WORDS / f"{lot}.yaml").read_text(encoding="utf-8"))
        own = [one for action in read["actions"].values() for kind in action.values() for one in kind]
        return {*own, *(one for name in APPENDED for one in read[name])}

    assert not wordings(LOTS[0]) & wordings(LOTS[1])


def test_that_altered_steps_are_caught_and_right_ones_are_not_held() -> None:
    seen: Counter[tuple[str, bool]] = Counter()

    def told(lot: str, case: Case, found: str) -> None:
        seen[lot, case.kind == RIGHT] += 1
        assert not found or found.startswith("They wrote “")

    figures = last_check.measure(told, many=1_000)
    for lot in LOTS:
        assert seen[lot, True] + seen[lot, False] == figures[f"{lot}.proposals"] == 1_000
        assert seen[lot, True] > 250
    assert figures["tuning.caught"] >= 0.97
    assert figures["tuning.right_held"] <= 0.02
    assert figures["held_out.caught"] >= 0.9
    assert figures["held_out.right_held"] <= 0.08
