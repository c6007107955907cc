"""Conditions of rules, made up at random from atoms: joined, denied, chosen between."""

from __future__ import annotations

from hypothesis import strategies as st


def conditions(atoms: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    """Of these atoms, so many of them in one condition at most."""
    return st.recursive(
        atoms,
        lambda below: (
            st.tuples(below, st.sampled_from(["&&", "||"]), below).map(lambda parts: f"({' '.join(parts)})")
            | below.map(lambda part: f"!({part})")
            | st.tuples(below, below, below).map(lambda p: f"(if {p[0]} then {p[1]} else {p[2]})")
        ),
        max_leaves=most,
    )
