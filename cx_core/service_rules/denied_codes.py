"""A one-time code that whoever was sent it did not ask for: somebody else may be writing in its ticket.

From then on nothing is done in that ticket without a person, however well its sender is known.
"""

from __future__ import annotations

from datetime import timedelta

from cx_core.ports import Unit
from cx_core.records import TicketId

DENIED = "The customer says that they did not ask for the one-time code, so somebody else may be writing here"
LASTS = timedelta(hours=24)
"""So long after a code was sent such words are taken to be about it: as long as what it confirms lasts."""


def denied(unit: Unit, ticket: TicketId) -> str:
    """Return why nothing is done without a person in this ticket; empty: nobody denied its codes."""
    return DENIED if unit.identity_codes.denied(ticket) else ""
