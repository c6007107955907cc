"""What a reply states, compared: other words are the same, other facts are not."""

from __future__ import annotations

import pytest

from cx_core.service_rules.trial_cases import stated


@pytest.mark.parametrize(
    ("drafted", "sent", "same"),
    [
        ("It comes on 12th June at 9am.", "We bring it on 12 June, 9am.", True),
        ("It comes on 12th June.", "It comes on 13th June.", False),
        ("Between 9am and 11am.", "Between 9am and 12pm.", False),
        ("It comes on Friday.", "It comes on Saturday.", False),
        ("£45 goes back.", "£45.00 goes back.", True),
        ("£5 goes back.", "£6 goes back.", False),
        ("You have 20GB.", "You have 30GB.", False),
        ("In five days.", "In 5 days.", True),
        ("In five days.", "In three days.", False),
        ("It will arrive tomorrow.", "It will arrive today.", False),
        ("You may ring us.", "You can ring us.", True),
        ("There is a fee.", "There is no fee.", False),
        ("Write to a@b.example.", "Write to c@b.example.", False),
        ("It's £1,045.00.", "That is £1045.", True),
    ],
)
def test_that_other_words_are_the_same_and_other_facts_are_not(drafted: str, sent: str, same: bool) -> None:
    assert (stated(drafted) == stated(sent)) is same
