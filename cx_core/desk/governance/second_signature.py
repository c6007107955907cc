"""Who may sign what somebody asked for: another administrator, or the only one once more."""

from __future__ import annotations

from datetime import datetime, timedelta

from cx_core.ports import Accounts
from cx_core.records import Person, Role
from cx_core.views import Refusal

ALONE_AFTER = timedelta(minutes=30)
"""Where there is one administrator only, they sign a second time with their password, not before this time is over."""


def alone_from(state: str, asked_at: datetime | None) -> datetime | None:
    """Return from when on the only administrator may sign what waits; None where nothing waits."""
    return asked_at + ALONE_AFTER if state == "waiting" and asked_at else None


def own_signature_refused(
    accounts: Accounts, person: Person, asked_at: datetime | None, now: datetime, password: str
) -> Refusal | None:
    """Why a person may not sign what they asked for themselves; None: they may."""
    if any(one.role is Role.ADMINISTRATOR and one.id != person.id for one in accounts.people()):
        return Refusal(code="denied", text="You asked for it, so another administrator decides.")
    if asked_at is None or now < asked_at + ALONE_AFTER:
        minutes = int(ALONE_AFTER.total_seconds() // 60)
        text = f"You are the only administrator, so you sign again, {minutes} minutes after you asked for it."
        return Refusal(code="later", text=text)
    return accounts.confirm(person, password)


def asker_refused(accounts: Accounts, asked_by: str) -> Refusal | None:
    """Why what somebody asked for cannot be signed any more: they are no administrator now."""
    asker = next((one for one in accounts.people() if one.id == asked_by), None)
    if asker is not None and asker.role is Role.ADMINISTRATOR:
        return None
    return Refusal(code="denied", text="Whoever asked for it is no administrator any more. Withdraw it.")
