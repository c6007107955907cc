"""What the command line asks and tells: the way to the first account, and how the knowledge is."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TextIO

from cx_core.articles import HealthFinding, KnowledgeHealth
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


def health_text(seen: KnowledgeHealth) -> str:
    """The score by its parts, then every open finding with its passages."""
    still = [one for one in seen.findings if one.state == "open"]
    lines = [f"Knowledge: {seen.score} of 100"]
    lines += [f"  {part.name}: {part.points:g} of {part.share}. {part.says}" for part in seen.parts]
    lines += [line for one in still for line in _finding_text(one)]
    return "\n".join([*lines, f"{len(still)} open finding{'' if len(still) == 1 else 's'}."])


def _finding_text(found: HealthFinding) -> list[str]:
    about = f"{found.kind.replace('_', ' ')}: {found.says}"
    places = [
        f"    {q.article}{f', {q.heading}' if q.heading else ''}: {' '.join(q.text.split())}" for q in found.quotes
    ]
    told = [f"    {found.earlier.state} before: “{found.earlier.reason}”. {found.again}"] if found.earlier else []
    return ["", about, *told, *places]
