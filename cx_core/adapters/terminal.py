"""`python -m cx_core account add`: the way to the first account of an installation without demonstration."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TextIO

from cx_core.errors import BadInput
from cx_core.records import Person, Role


def add_account(
    create: Callable[[str, str, Role, str], Person], *, email: str, name: str, role: str, source: TextIO
) -> Person:
    """Make an account with a password from a prompt, or from the first line of `source` if that is no terminal.

    A password is never an argument: arguments are seen by everyone on the machine and kept in the
    shell's history. Raises BadInput saying what to change.
    """
    if role not in tuple(Role):
        raise BadInput(f"There is no role {role!r}. Use one of {', '.join(Role)}.")
    return create(email, name, Role(role), _password(source))


def _password(source: TextIO) -> str:
    if not source.isatty():
        return source.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise BadInput("The two passwords differ. Try again.")
    return password
