"""Changes of accounts by an administrator or the command line, each on record and under a new seal.

What takes access away is done even where it cannot be put on record, nor sealed: whoever has to be kept out must not
stay in because a disk is full. That is logged, and told to whoever did it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from cx_core.adapters.accounts.account_seals import AccountSeals
from cx_core.adapters.accounts.sign_in_record import EventWriter, SignInRecord
from cx_core.adapters.sql.database import reading, to_text, transaction
from cx_core.adapters.sql.tables import account, session
from cx_core.errors import AuditUnavailable, BadInput
from cx_core.ports import Clock, Sealer
from cx_core.ports.sealing import Renewal
from cx_core.records import Person, PersonId, Role
from cx_core.views import AccountState

COMMAND = "command line"
"""Who is on record where nobody was signed in."""
ADOPTABLE = (
    "This account was changed outside Rung, so it opens nothing. Whoever has the machine can look at it and take it "
    "over: python -m cx_core account adopt"
)

_log = logging.getLogger(__name__)


class AccountChanges:
    """A part of `Accounts`."""

    def __init__(self, engine: sa.Engine, clock: Clock, sealer: Sealer, audit: EventWriter, *, demo: bool) -> None:
        self._engine = engine
        self._clock = clock
        self._seals = AccountSeals(sealer)
        self._record = SignInRecord(audit, clock)
        self._demo = demo

    def end_all(self, person_id: PersonId, by: str = COMMAND) -> bool:
        """End every session of a person, wherever they are signed in; none of them can be put back.

        False: it was done, but is not on record.
        """
        return self._take_away(person_id, "sessions_ended", by)

    def set_disabled(self, person_id: PersonId, disabled: bool, by: str = COMMAND) -> bool:
        """Lock an account (and end its sessions), or open it again. Raises BadInput for the last administrator.

        False: it was locked, but that is not on record. Opening needs the record, and raises AuditUnavailable.
        """
        if disabled:
            return self._take_away(person_id, "account_disabled", by, disabled=True)
        self._change(person_id, "account_enabled", by, disabled=False)
        return True

    def set_role(self, person_id: PersonId, role: Role, by: str = COMMAND) -> None:
        """What a person may do from now on; they sign in anew. Raises BadInput for the last administrator."""
        self._change(person_id, "role_changed", by, role=role.value)

    def end_session(self, token_hash: str) -> None:
        """End this one session, on record if that can be."""
        where = session.c.token_hash == token_hash
        for recorded in (True, False):
            try:
                with transaction(self._engine) as connection:
                    owner = connection.scalar(sa.select(session.c.account).where(where))
                    if owner is not None and recorded:
                        self._record.signed_out(connection, PersonId(owner))
                    connection.execute(sa.delete(session).where(where))
                return
            except AuditUnavailable as trouble:
                _log.error("NOT ON RECORD: a session ends all the same. %s", trouble)

    def listed(self) -> tuple[AccountState, ...]:
        """Every account, open or not, with what is the matter with it."""
        with transaction(reading(self._engine)) as connection:
            rows = connection.execute(sa.select(account).order_by(account.c.name, account.c.id)).mappings().all()
            live = sa.select(session.c.account, sa.func.count()).where(session.c.expires_at > to_text(self._clock()))
            sessions = {row[0]: row[1] for row in connection.execute(live.group_by(session.c.account))}
        genuine = self._seals.genuine(rows)
        return tuple(
            AccountState(
                person=person_of(row),
                disabled=row["disabled"],
                demo=row["demo"],
                sessions=sessions.get(row["id"], 0),
                genuine=row["id"] in genuine,
            )
            for row in rows
        )

    def seal_once(self) -> None:
        """Seal the accounts of an installation from before there were seals, once, and end all sessions.

        What another process sealed a moment ago stays as it is, with the sessions begun since.
        """
        if self._seals.adopted:
            return
        with self._seals.renewing() as renewal, transaction(self._engine) as connection:
            rows = connection.execute(sa.select(account).with_for_update()).mappings().all()
            unsealed = self._seals.unsealed(rows)
            if unsealed and not self._seals.adopted:
                for row in unsealed:
                    self._seal(connection, row, renewal)
                connection.execute(sa.delete(session))
        self._seals.adopt()

    def take_over(self, person_id: PersonId, password_hash: str, by: str = COMMAND) -> None:
        """An account that is not as it was left here, as it is now but with another password: nobody can see whose
        password it has. Raises BadInput where it is as it was left here.
        """
        with self._seals.renewing() as renewal, transaction(self._engine) as connection:
            row = _held(connection, person_id)
            if self._seals.is_account(row):
                raise BadInput("This account is as it was left here: there is nothing to adopt.")
            after = {**row, "password_hash": password_hash, "role": person_of(row).role.value}
            self._record.changed(
                connection, "account_adopted", by, person_id, role=after["role"], disabled=bool(row["disabled"])
            )
            self._write(connection, after, self._seals.account(after, renewal))

    def _take_away(self, id: PersonId, kind: str, by: str, **values: object) -> bool:
        """Do it on record; else under a seal alone; else without one, so that a locked account opens nothing."""
        try:
            self._change(id, kind, by, **values)
        except AuditUnavailable as trouble:
            _log.critical("NOT ON RECORD: %s of account %s by %s is done all the same. %s", kind, id, by, trouble)
        else:
            return True
        try:
            self._apply(id, values)
        except AuditUnavailable as trouble:
            _log.critical("The keys are away, so account %s is changed without a seal. %s", id, trouble)
            self._apply(id, values, sealed=False)
        return False

    def _change(self, id: PersonId, kind: str, by: str, **values: object) -> None:
        """A change on record, under a new seal: no session from before it lives. Raises BadInput."""
        self._apply(id, values, record=lambda connection: self._record.changed(connection, kind, by, id, **values))

    def _apply(
        self,
        id: PersonId,
        values: Mapping[str, object],
        *,
        sealed: bool = True,
        record: Callable[[sa.Connection], None] | None = None,
    ) -> None:
        with self._seals.renewing() as renewal, transaction(self._engine) as connection:
            row = _held(connection, id)
            if sealed and not self._seals.is_account(row):
                raise BadInput(ADOPTABLE)
            after = {**row, **values}
            if self._leads(row) and not self._leads(after) and not self._another_leads(connection, id, sealed):
                raise BadInput("This is the last administrator who can sign in. Make another one first.")
            if record is not None:
                record(connection)
            self._write(connection, after, self._seals.account(after, renewal) if sealed else str(row["mark"]))

    def _write(self, connection: sa.Connection, row: Mapping[str, object], mark: str) -> None:
        """The account as it is now; every session of it from before ends."""
        of_it = sa.update(account).where(account.c.id == row["id"])
        connection.execute(of_it.values({**row, "mark": mark}))
        connection.execute(sa.delete(session).where(session.c.account == row["id"]))

    def _seal(self, connection: sa.Connection, row: sa.RowMapping | Mapping[str, object], renewal: Renewal) -> None:
        of_it = sa.update(account).where(account.c.id == row["id"])
        connection.execute(of_it.values(mark=self._seals.account(row, renewal)))

    def _leads(self, row: sa.RowMapping | Mapping[str, object]) -> bool:
        return self._opens(row) and row["role"] == Role.ADMINISTRATOR.value

    def _another_leads(self, connection: sa.Connection, but: PersonId, sealed: bool) -> bool:
        rows = connection.execute(sa.select(account).where(account.c.id != but)).mappings().all()
        leading = [row for row in rows if self._leads(row)]
        return bool(self._seals.genuine(leading)) if sealed else bool(leading)

    def _opens(self, row: sa.RowMapping | Mapping[str, object]) -> bool:
        """Whether somebody may sign in with this account, if it is as it was left here."""
        return not row["disabled"] and (self._demo or not row["demo"])


def person_of(row: sa.RowMapping | Mapping[str, Any]) -> Person:
    """The person whose account this is. A role that nobody here has given is shown as the least."""
    role = Role(row["role"]) if row["role"] in tuple(Role) else Role.EDITOR
    return Person(id=row["id"], email=row["email"], name=row["name"], role=role)


def _held(connection: sa.Connection, id: PersonId) -> sa.RowMapping:
    """The account, held against other writers until the transaction ends. Raises BadInput where there is none."""
    row = connection.execute(sa.select(account).where(account.c.id == id).with_for_update()).mappings().one_or_none()
    if row is None:
        raise BadInput("There is no such account.")
    return row
