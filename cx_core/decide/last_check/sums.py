"""Sums that are named, and whether they are those of a step."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.decide.policy.conversation_facts import amounts


def minor_amounts(text: str) -> list[int]:
    """In minor units of the currency, as they are named."""
    return [round(100 * one) for one in amounts(text)]


def explains(named: Sequence[int], given: int) -> bool:
    """Whether it is one of the sums, or what one makes twice, or two of them together or apart."""
    pairs = ((one, other) for one in named for other in named)
    return given in named or any(given in (one + other, abs(one - other)) for one, other in pairs)
