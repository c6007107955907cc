"""People who work here."""

from __future__ import annotations

from enum import StrEnum

from cx_core.records.ids import PersonId
from cx_core.records.values import Record


class Role(StrEnum):
    """What a person may do. A knowledge editor approves nothing."""

    EDITOR = "editor"
    ADVISOR = "advisor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


APPROVERS = (Role.ADVISOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Roles that may approve, least first."""


class Person(Record):
    """Somebody signed in."""

    id: PersonId
    email: str
    name: str
    role: Role
