"""How far a message has come, and that it never goes back."""

from __future__ import annotations

from cx_core.records import SendingState

_RANKS: dict[SendingState, int] = {"queued": 0, "sent": 1, "refused": 2, "bounced": 2, "delivered": 3}
"""What was delivered is delivered, whatever is told of it afterwards; what was refused may prove to have arrived."""


def goes_on(before: SendingState, after: SendingState) -> bool:
    """Whether news of a message says more than is known. Reports come late, twice and out of order."""
    return _RANKS[after] > _RANKS[before]
