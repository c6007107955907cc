"""What one administrator asks for and a second one signs: who may, and the marks that show it is what they saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, Protocol, Self, TypeVar

from cx_core.ports import Accounts, Clock, Sealer, Unit
from cx_core.records import Person, Role
from cx_core.views import Refusal

ALONE_AFTER = timedelta(minutes=30)
"""Where there is one administrator only, they sign a second time with their password, not before this time is over."""


_NOT_ASKED = Refusal(
    code="denied", text="It is not on file as somebody asked for it here. Withdraw it, look at it, and ask anew."
)


class Signable(Protocol):
    """A version of something that comes in force by two signatures."""

    @property
    def state(self) -> str: ...

    @property
    def asked_by(self) -> str: ...

    @property
    def asked_at(self) -> datetime | None: ...

    @property
    def mark(self) -> str: ...

    def replace(self, **fields: object) -> Self: ...


VersionT = TypeVar("VersionT", bound=Signable)


class TwoSignatures(Generic[VersionT]):
    """The steps from a draft to what is in force, and back. `exact` gives the name of a version's mark, and all that
    the mark is made over."""

    def __init__(
        self, accounts: Accounts, sealer: Sealer, clock: Clock, exact: Callable[[VersionT], tuple[str, str]]
    ) -> None:
        self._accounts, self._sealer, self._clock, self._exact = accounts, sealer, clock, exact

    def asked(self, unit: Unit, person: Person, draft: VersionT) -> VersionT:
        """The draft, waiting for a second signature."""
        made = draft.replace(state="waiting", asked_by=person.id, asked_at=self._clock(), mark="")
        return made.replace(mark=unit.mark_anew(*self._waiting(made)))

    def void(self, unit: Unit, one: VersionT) -> None:
        """Put back as it waited, nobody asks for it any more."""
        if one.state == "waiting":
            unit.mark_anew(self._waiting(one)[0], "")

    def own_refused(self, person: Person, seen: VersionT, password: str) -> Refusal | None:
        """Why this person may not sign what they asked for themselves; None: they may, or somebody else asked."""
        if seen.asked_by != person.id:
            return None
        return own_signature_refused(self._accounts, person, seen.asked_at, self._clock(), password)

    def alone_from(self, one: VersionT) -> datetime | None:
        """Return from when on whoever asked may sign alone; None where nothing waits, or another can sign."""
        if one.state != "waiting" or one.asked_at is None or _another(self._accounts, one.asked_by):
            return None
        return one.asked_at + ALONE_AFTER

    def refused(self, seen: VersionT) -> Refusal | None:
        """Why nobody may sign it: it is not on file as it was asked for, or whoever asked may not any more."""
        if not self._sealer.marked_last(*self._waiting(seen), seen.mark):
            return _NOT_ASKED
        return asker_refused(self._accounts, seen.asked_by)

    def signed(self, unit: Unit, person: Person, seen: VersionT, **fields: object) -> VersionT:
        """The version in force; `fields` change with it."""
        made = seen.replace(state="active", approved_by=person.id, active_at=self._clock(), mark="", **fields)
        made = made.replace(mark=unit.mark_anew(*self._exact(made)))
        self.void(unit, seen)
        return made

    def end(self, unit: Unit, in_force: VersionT) -> None:
        """Put back as it was, it is in force no more."""
        unit.mark_anew(self._exact(in_force)[0], "")

    def genuine(self, in_force: VersionT) -> bool:
        """Whether this is the version that two people signed last."""
        return self._sealer.marked_last(*self._exact(in_force), in_force.mark)

    def _waiting(self, one: VersionT) -> tuple[str, str]:
        name, exact = self._exact(one)
        return f"{name} asked", exact


def own_signature_refused(
    accounts: Accounts, person: Person, asked_at: datetime | None, now: datetime, password: str
) -> Refusal | None:
    """Why a person may not sign what they asked for themselves; None: they may."""
    if _another(accounts, person.id):
        return Refusal(code="denied", text="You asked for it, so another administrator decides.")
    if asked_at is None or now < asked_at + ALONE_AFTER:
        minutes = int(ALONE_AFTER.total_seconds() // 60)
        text = f"You are the only administrator, so you sign again, {minutes} minutes after you asked for it."
        return Refusal(code="later", text=text)
    return accounts.confirm(person, password)


def _another(accounts: Accounts, person: str) -> bool:
    """Whether there is an administrator besides this person."""
    return any(one.role is Role.ADMINISTRATOR and one.id != person for one in accounts.people())


def asker_refused(accounts: Accounts, asked_by: str) -> Refusal | None:
    """Why what somebody asked for cannot be signed any more: they are no administrator now."""
    asker = next((one for one in accounts.people() if one.id == asked_by), None)
    if asker is not None and asker.role is Role.ADMINISTRATOR:
        return None
    return Refusal(code="denied", text="Whoever asked for it is no administrator any more. Withdraw it.")
