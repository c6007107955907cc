"""Whether a goal is wanted, only asked about or left as it is: its own words against what the message is for."""

from __future__ import annotations

import pytest

from cx_core.understand.message_purpose import Purpose
from cx_core.understand.stance import goal_polarity
from cx_core.understand.stance.goal_polarity import Weighed

QUESTION = Purpose(request=0.1, question=0.9)
NO_ANSWER = Purpose(request=0.15, question=0.1, keep=0.05, nothing=0.7)
PLAINLY_NONE = Purpose(request=0.05, question=0.0, keep=0.05, nothing=0.9)
KEEPS = Purpose(request=0.1, question=0.0, keep=0.75, nothing=0.15)
ACTS = ("wants", "asks", "reports", "tells", "refuses")


def polarity(purpose: Purpose, act: str, *, alone: bool, likely: float = 0.9, refused_at: int = -1) -> str:
    """Of a goal whose own words plainly do one thing."""
    weighed = Weighed({one: 0.8 if one == act else 0.05 for one in ACTS}, 0)
    return goal_polarity.polarity(weighed, purpose, refused_at, likely, alone=alone, ordered=False)


def test_that_a_wish_beside_a_question_is_a_wish() -> None:
    assert polarity(QUESTION, "wants", alone=False) == "wanted"
    assert polarity(QUESTION, "wants", alone=False, refused_at=40) == "wanted"
    assert polarity(QUESTION, "asks", alone=False) == "asked"
    assert polarity(QUESTION, "wants", alone=True) == "asked"


@pytest.mark.parametrize("alone", [True, False])
def test_that_what_is_told_is_wanted_where_a_message_only_seems_to_want_no_answer(alone: bool) -> None:
    assert polarity(NO_ANSWER, "tells", alone=alone) == "wanted"
    assert polarity(NO_ANSWER, "tells", alone=alone, likely=0.6) == "kept"
    assert polarity(NO_ANSWER, "asks", alone=alone, likely=0.6) == "asked"
    assert polarity(PLAINLY_NONE, "tells", alone=alone, likely=0.95) == "kept"


@pytest.mark.parametrize("act", ["tells", "asks", "refuses"])
def test_that_what_is_to_stay_as_it_is_is_kept(act: str) -> None:
    assert polarity(KEEPS, act, alone=True) == "kept"
    assert polarity(KEEPS, act, alone=False) == "kept"
