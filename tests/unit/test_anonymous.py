"""A ticket's words for colleagues who never knew the customer: the matter stays, whose it was goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.privacy.anonymisation import Anonymiser, Whose
from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.records import BusinessRecord, CustomerId, Evidence, Lookup, Money

MARIA = BusinessRecord(
    kind="customer",
    id="C-1",
    customer=CustomerId("C-1"),
    fields={
        "name": "Maria Keller",
        "email": "maria.keller@example.com",
        "phone": "+44 7700 900001",
        "address": "4 Alder Road, Fernbridge FN1 2AB",
        "born": "1970-02-04",
    },
)
ORDER = BusinessRecord(
    kind="order",
    id="O-1042",
    customer=MARIA.customer,
    fields={"item": "Desk lamp", "amount": Money(minor=5400), "tracking": "TRK00998"},
)
EVIDENCE = Evidence(customer=MARIA, lookups=(Lookup(goal=0, name="orders", records=(ORDER,)),))
WHOSE = Whose(EVIDENCE, {"full_name": "Ines Duarte", "email": "mk@example.org"})
OWN = ("Fernline", "Your desk lamp and your router. We send a refund to your card within 3 working days.")


def masked(*texts: str) -> str:
    said = Anonymiser(OWN).words(texts, WHOSE)
    assert said is not None
    return said


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My order O-1042 never came.", "My order ⟪order⟫ never came."),
        ("order 1042 and order no. 77 never came", "order ⟪ref⟫ and order no. ⟪ref⟫ never came"),
        ("I paid £54.00, that is 54 pounds.", "I paid ⟪amount⟫, that is ⟪amount⟫."),
        ("It is under TRK00998 or SIM-4411-s1.", "It is under ⟪ref⟫ or ⟪ref⟫."),
        ("Write to mk@example.org please", "Write to ⟪email⟫ please"),
        ("There is a fault in FN1 again", "There is a fault in ⟪area⟫ again"),
        ("The desk lamp flickers, and 2 of 3 bulbs are dead", "The desk lamp flickers, and 2 of 3 bulbs are dead"),
        ("I have 100 GB and used 20 % of it", "I have 100 GB and used 20 % of it"),
        ("Within 3 working days", "Within 3 working days"),
    ],
)
def test_that_what_tells_one_matter_from_another_goes_and_the_matter_stays(text: str, left: str) -> None:
    assert masked(text) == left


def test_that_greeting_signature_and_what_was_quoted_are_left_out() -> None:
    text = "Hello Ines,\n\nthe lamp came broken.\n\nKind regards\nMaria Keller\n\n> On Monday you wrote:\n> Dear Maria"
    assert masked(text) == "the lamp came broken."


@pytest.mark.parametrize("said", ["maria keller", "KELLER", "4 alder road", "fn12ab", "07700 900001", "4 Feb 1970"])
def test_that_what_the_records_know_is_found_however_it_is_written(said: str) -> None:
    found = masked(f"please note that {said} is on the parcel")
    assert said.casefold() not in found.casefold()
    assert "⟪" in found


def test_that_a_text_in_which_something_known_would_stay_is_nobodys() -> None:
    """Should the masking miss what the records know, nobody sees the text."""

    class Blind(Whose):
        def find(self, text: str) -> Iterator[PersonalSpan]:
            return iter(())

    blind = Blind(EVIDENCE, {})
    assert Anonymiser(OWN).words(["the lamp of maria keller is broken"], blind) is None


SECRETS = (
    "Maria Keller",
    "maria.keller@example.com",
    "+44 7700 900001",
    "4 Alder Road",
    "FN1 2AB",
    "O-1042",
    "£54.00",
    "TRK00998",
    "1970-02-04",
    "Ines Duarte",
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*SECRETS, "my lamp", "came broken", "please", "and", "twice", ".", "\n"]),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([" ", "  ", " - ", ": "]),
)
def test_that_nothing_known_is_left_wherever_it_stands(words: list[str], joint: str) -> None:
    said = Anonymiser(OWN).words([joint.join(words)], WHOSE)
    for secret in SECRETS:
        assert said is None or not re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", said)


@pytest.mark.parametrize("drawn", ["-" * 80_000, "a-" * 40_000, "1-" * 40_000, "*" * 80_000])
def test_that_a_drawn_line_is_read_to_its_end(drawn: str) -> None:
    """A pattern that goes astray never comes back from a text of this length."""
    assert "O-1042" not in masked(f"my lamp came broken\n{drawn}\nit was O-1042")
