"""The last check's bench: both lots have wordings for all that it proposes."""

from __future__ import annotations

import yaml

from bench.last_check import APPENDED, LOTS, MEANT_OTHERWISE, RIGHT, WORDS


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
