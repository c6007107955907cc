"""Somebody signed in at a desk with the demonstration's accounts: named by role, or by the beginning of their name."""

from __future__ import annotations

from cx_core.desk.desk import Desk
from cx_core.records import Person, Role


def token(desk: Desk, who: Role | str) -> str:
    """Of a session that has just begun."""
    offered = desk.demo_accounts()
    account = next(one for one in offered if (one.role is who if isinstance(who, Role) else one.name.startswith(who)))
    answer = desk.sign_in(account.email, account.password, "127.0.0.1")
    assert isinstance(answer, str)
    return answer


def someone(desk: Desk, who: Role | str) -> Person:
    person = desk.who(token(desk, who))
    assert person
    return person
