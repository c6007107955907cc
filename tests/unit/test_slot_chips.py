"""A reply's slots as chips, and back: nothing is lost, nothing is made up, and no mark stays in what is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.views.slot_chips import SLOT, all_labels, labelled, relabelled, with_chips, with_slots

AMOUNT, OTHER, DAY = "{s1.amount}", "{s2.amount}", "{s3.label}"
LABELS = labelled([(AMOUNT, "£54.00"), (OTHER, "£54.00"), (DAY, "Friday")])

names = st.sampled_from([f"{{s{step}.{field}}}" for step in range(1, 5) for field in ("amount", "label", "reference")])
plain = st.text(st.characters(exclude_characters="⟨⟩", exclude_categories=["Cs"]), max_size=12)
texts = st.lists(st.one_of(names, plain), max_size=12).map("".join)
expected = st.lists(st.tuples(names, st.text(max_size=8)), unique_by=lambda pair: pair[0], max_size=8)


def stored(shown: str, labels: dict[str, str] = LABELS) -> str:
    return with_slots(shown, {label: slot for slot, label in labels.items()})


def test_that_a_slot_is_shown_as_what_is_expected_and_equal_values_are_numbered() -> None:
    assert with_chips(f"{AMOUNT}, {OTHER} on {DAY}.", LABELS) == "⟨£54.00⟩, ⟨£54.00 (2)⟩ on ⟨Friday⟩."


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("⟨£54.00 (2)⟩ then ⟨£54.00⟩", f"{OTHER} then {AMOUNT}"),  # moved
        ("Only ⟨£54.00 (2)⟩.", f"Only {OTHER}."),  # the first one deleted
        ("⟨£54.00⟩ and ⟨£54.00⟩", f"{AMOUNT} and {AMOUNT}"),  # copied
        ("⟨£55.00⟩ is yours", "£55.00 is yours"),  # its inside changed: somebody's own words
        ("⟨ £54.00⟩", " £54.00"),
        ("⟨⟩⟨", ""),
        ("£54.00⟩ and ⟨Friday", "£54.00 and Friday"),  # a mark deleted
        ("⟨⟨Friday⟩⟩", DAY),
    ],
)
def test_that_what_was_done_to_a_chip_decides_what_it_is(shown: str, kept: str) -> None:
    assert stored(shown) == kept


@given(texts, expected)
def test_that_a_stored_text_comes_back_as_it_was(text: str, values: list[tuple[str, str]]) -> None:
    labels = all_labels(text, labelled(values))
    assert stored(with_chips(text, labels), labels) == text


@given(st.text(), expected)
def test_that_no_mark_is_ever_stored_and_none_makes_a_slot_that_the_plan_has_not(
    shown: str, values: list[tuple[str, str]]
) -> None:
    labels = labelled(values)
    kept = stored(shown, labels)
    assert "⟨" not in kept
    assert "⟩" not in kept
    assert {match[0] for match in SLOT.finditer(kept)} <= labels.keys() | {match[0] for match in SLOT.finditer(shown)}


@given(texts, expected)
def test_that_no_slot_is_shown_in_braces(text: str, values: list[tuple[str, str]]) -> None:
    assert not SLOT.search(with_chips(text, labelled(values)))


@given(expected)
def test_that_every_slot_has_a_label_of_its_own(values: list[tuple[str, str]]) -> None:
    labels = labelled(values)
    assert len(set(labels.values())) == len(labels) == len(values)


def test_that_a_chip_follows_a_changed_value_and_nothing_else_does() -> None:
    slots = {label: slot for slot, label in LABELS.items()}
    now = labelled([(AMOUNT, "£20.00"), (OTHER, "£54.00"), (DAY, "Friday")])
    shown = "⟨£54.00⟩, ⟨£54.00 (2)⟩, ⟨mine⟩ and £54.00"
    assert relabelled(shown, slots, now) == "⟨£20.00⟩, ⟨£54.00⟩, ⟨mine⟩ and £54.00"
