from __future__ import annotations

import pytest

from cx_core.understand.stance.pointing_back import points_back


@pytest.mark.parametrize("clause", ["take it off?", "could you send me that one please", "do so", "cancel them"])
def test_that_a_short_clause_with_a_word_for_a_thing_points_back(clause: str) -> None:
    assert points_back(clause)


@pytest.mark.parametrize(
    "clause", ["cancel the order", "ring me", "I told the lady on the phone last week that it should be cancelled"]
)
def test_that_a_clause_that_names_a_thing_or_tells_a_story_does_not(clause: str) -> None:
    assert not points_back(clause)
