"""Accounts as administrators see and change them. They are made on the command line."""

from __future__ import annotations

from typing import Literal

from cx_core.desk.service import Service, allow, let_go
from cx_core.errors import BadInput
from cx_core.records import Person, PersonId, Role
from cx_core.views import AccountChanged, AccountRow, Refusal

AccountChange = Literal["disable", "enable", "end_sessions"]
OWN = Refusal(code="unconfirmed", text="This is your own account: you would be signed out. Confirm that it is meant.")


class AccountService(Service):
    """For administrators."""

    def accounts(self, person: Person) -> tuple[AccountRow, ...]:
        """Every account, open or not, by name."""
        allow(person, Role.ADMINISTRATOR)
        assigned = self._store.assigned()
        return tuple(
            AccountRow(state=state, mine=state.person.id == person.id, tickets=assigned.get(state.person.id, 0))
            for state in self._accounts.listed()
        )

    def change_account(
        self, person: Person, account: PersonId, change: AccountChange, *, own: bool = False
    ) -> AccountChanged | Refusal:
        """Disable an account, open it again or end its sessions. `own`: one's own is meant.

        Raises AuditUnavailable where an account cannot be opened on record; what takes access away is done without.
        """
        allow(person, Role.ADMINISTRATOR)
        if account == person.id and not own:
            return OWN
        try:
            if change == "end_sessions":
                changed = AccountChanged(recorded=self._accounts.end_all(account, person.id))
            else:
                changed = AccountChanged(recorded=self._accounts.set_disabled(account, change == "disable", person.id))
        except BadInput as refused:
            return Refusal(code="denied", text=str(refused))
        if change != "enable":
            with self._store.begin() as unit:
                let_go(unit, account, self._clock())
        return changed
