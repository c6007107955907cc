"""People who work here, as others see them."""

from __future__ import annotations

from cx_core.records import PersonId, Record, Role


class DemoAccount(Record):
    """An account that the sign-in page offers in demonstration mode only."""

    email: str
    name: str
    role: Role
    password: str


class Colleague(Record):
    """Somebody else who works here."""

    id: PersonId
    name: str
    role: Role
    team: str = ""
