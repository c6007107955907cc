"""People who work here, as others see them."""

from __future__ import annotations

from cx_core.records import Person, PersonId, Record, Role


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


class AccountState(Record):
    """An account as an administrator sees it."""

    person: Person
    disabled: bool
    demo: bool
    sessions: int
    genuine: bool = True
    """False: somebody changed it outside Rung, so nobody is let in with it."""


class AccountRow(Record):
    """An account on the page of accounts, with what taking it away would reach."""

    state: AccountState
    mine: bool
    """Of whoever looks."""
    tickets: int
    """Open ones that are assigned to them: they stay so."""


class AccountChanged(Record):
    """What was asked for is done."""

    recorded: bool
    """False: it took access away, which is done even where it cannot be put on record."""
