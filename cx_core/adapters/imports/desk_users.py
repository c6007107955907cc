"""A user of the other desk, as its export tells of them: a customer or an agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cx_core.adapters.imports.record_fields import Fields, address, flag, line, text


class DeskUser(NamedTuple):
    """A user of the other desk."""

    name: str = ""
    address: str = ""
    agent: bool = False


DeskUsers = Mapping[str, DeskUser]
"""By their number over there."""


def contact(fields: Fields) -> DeskUser:
    """Whoever such a record describes."""
    role = line(fields, "role", "roles").lower()
    agent = role in ("agent", "admin", "owner", "4", "2") or flag(fields, "helpdesk_agent") is True
    reached = address(text(fields, "email")) or line(fields, "phone", "mobile", most=40)
    return DeskUser(line(fields, "name"), reached, agent or flag(fields, "helpdesk-agent") is True)
