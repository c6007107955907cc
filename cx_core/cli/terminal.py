"""What the command line asks and tells: the way to the first account, and how the knowledge is."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from typing import Protocol, TextIO

from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import HealthFinding, KnowledgeHealth
from cx_core.records import Person, PersonId, Role
from cx_core.views import AccountState

NOT_ON_RECORD = "NOT ON RECORD: the audit log could not be written. See the log of this command, and `audit verify`."


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


class AccountBook(Protocol):
    """The part of the accounts that the command line changes."""

    def listed(self) -> tuple[AccountState, ...]: ...

    def set_disabled(self, person_id: PersonId, disabled: bool) -> bool: ...

    def end_all(self, person_id: PersonId) -> bool: ...

    def adopt(self, person_id: PersonId, password: str) -> None: ...


def change_account(accounts: AccountBook, change: str, email: str) -> str:
    """Do it, and say so. Raises BadInput saying why not."""
    person = _account_of(accounts, email).person
    if change == "end-sessions":
        recorded = accounts.end_all(person.id)
        did = f"{person.name} is signed out everywhere."
    else:
        recorded = accounts.set_disabled(person.id, change == "disable")
        closed = "can sign in no more, and is signed out everywhere" if change == "disable" else "can sign in again"
        did = f"{person.name} {closed}."
    return did if recorded else f"{did}\n{NOT_ON_RECORD}"


def adopt_account(accounts: AccountBook, email: str, *, sure: bool, source: TextIO) -> str:
    """Show an account that was changed outside Rung and, if whoever has the machine is `sure`, take it over.

    It gets a new password, since nobody can see whose the one on file is. Raises BadInput saying why not.
    """
    state = _account_of(accounts, email)
    if state.genuine:
        raise BadInput(f"The account of {email} is as it was left here: there is nothing to adopt.")
    shown = accounts_text([state])
    if not sure:
        return f"{shown}\nIf this is how it should be, take it over with a new password: add --yes to this command."
    accounts.adopt(state.person.id, _password(source))
    open_ = "It stays disabled" if state.disabled else f"{state.person.name} can sign in with the new password"
    return f"{shown}\nAdopted, and on record. {open_}."


def _account_of(accounts: AccountBook, email: str) -> AccountState:
    wanted = email.strip().casefold()
    state = next((one for one in accounts.listed() if one.person.email == wanted), None)
    if state is None:
        raise BadInput(f"There is no account for {email}. `account list` names them.")
    return state


def accounts_text(accounts: Sequence[AccountState]) -> str:
    """One line an account."""
    return "\n".join(
        f"{_state(one):<32} {one.person.role.value:<13} {one.sessions:>3} sessions  {one.person.email}  "
        f"{one.person.name}"
        for one in accounts
    )


def _state(account: AccountState) -> str:
    if not account.genuine:
        return f"changed outside Rung{', disabled' if account.disabled else ''}"
    return "disabled" if account.disabled else "open, demonstration" if account.demo else "open"


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
    lines = [f"Knowledge: {seen.score} of 100, {seen.not_judged} points unknown"]
    lines += [
        " ".join(filter(None, (f"  {part.name}: {part.points:g} of {part.share}.", part.unknown_says, part.says)))
        for part in seen.parts
    ]
    lines += [line for one in still for line in _finding_text(one)]
    return "\n".join([*lines, f"{len(still)} open finding{'' if len(still) == 1 else 's'}."])


def _finding_text(found: HealthFinding) -> list[str]:
    about = f"{found.kind.replace('_', ' ')}: {found.says}"
    places = [
        f"    {q.article}{f', {q.heading}' if q.heading else ''}: {' '.join(q.text.split())}" for q in found.quotes
    ]
    told = [f"    {found.earlier.state} before: “{found.earlier.reason}”. {found.again}"] if found.earlier else []
    return ["", about, *told, *places]
