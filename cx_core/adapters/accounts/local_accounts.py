"""Local accounts and sessions: argon2 for passwords, and of a session only a digest is kept.

Whoever reads the database can neither sign in as somebody nor take over a session.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from threading import BoundedSemaphore
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from cx_core.adapters.accounts.account_changes import COMMAND, AccountChanges, person_of
from cx_core.adapters.accounts.sign_in_record import EventWriter
from cx_core.adapters.sql.database import from_text, reading, to_text, transaction
from cx_core.adapters.sql.tables import account, attempt, session
from cx_core.errors import BadInput
from cx_core.ports import Clock, Sealer
from cx_core.ports.sealing import Renewal
from cx_core.records import Person, PersonId, Role
from cx_core.views import Colleague, DemoAccount, Refusal

WINDOW = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 120
"""A whole office may come from one address in the same minute, and mistype. Each e-mail still has its own limit."""

SHORTEST_PASSWORD = 12

DEMO_PASSWORD = "rung-on-the-ladder"  # noqa: S105  shown on the sign-in page, in demonstration mode only
DEMO_PEOPLE = (
    ("ines.duarte@example.com", "Ines Duarte", Role.ADVISOR),
    ("callum.reid@example.com", "Callum Reid", Role.ADVISOR),
    ("nadia.haddad@example.com", "Nadia Haddad", Role.SUPERVISOR),
    ("edith.larsen@example.com", "Edith Larsen", Role.EDITOR),
    ("owen.price@example.com", "Owen Price", Role.ADMINISTRATOR),
    ("farah.aziz@example.com", "Farah Aziz", Role.ADMINISTRATOR),
)

_hashing = BoundedSemaphore(2)
"""One hash takes 64 MiB on purpose; without a bound, a flood of attempts would take all memory."""


class Accounts(AccountChanges):
    """Implements ports.Accounts, and what the command line needs to make and end accounts."""

    def __init__(
        self,
        engine: sa.Engine,
        clock: Clock,
        session_hours: float,
        sealer: Sealer,
        audit: EventWriter,
        *,
        demo: bool = False,
        hasher: PasswordHasher | None = None,
    ) -> None:
        super().__init__(engine, clock, sealer, audit, demo=demo)
        self._hours = timedelta(hours=session_hours)
        self._hasher = hasher or PasswordHasher()  # its defaults follow RFC 9106

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        """A new session's token, or a refusal in words. `address` is the network address it came from."""
        email, now = _normal(email), self._clock()
        until = self._count_attempt(email, address, now)
        if until is not None:
            return self._later(until)
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(sa.select(account).where(account.c.email == email)).mappings().first()
        nobody = self._nobodys_hash
        if not self._fits(row["password_hash"] if row else nobody, password) or row is None or not self._may(row):
            self._failed(row, email, address)
            return Refusal(code="denied", text="That e-mail address and password do not go together.")
        return self._open(row, password, address, now)

    def _failed(self, row: sa.RowMapping | None, email: str, address: str) -> None:
        """On record, with the account that was tried but never with what was typed."""
        with transaction(self._engine) as connection:
            if row is None:
                self._record.failed_unknown(connection, address)
                return
            known = sa.select(sa.func.count()).select_from(attempt).where(attempt.c.email_hash == _digest(email))
            last = connection.execute(known).scalar_one() == FAILURES_PER_EMAIL
            self._record.failed(connection, PersonId(row["id"]), address, last=last)

    def confirm(self, person: Person, password: str) -> Refusal | None:
        """Why this is not the password of somebody who is signed in; as many tries as for signing in."""
        until = self._count_attempt(person.email, "", self._clock())
        if until is not None:
            return self._later(until)
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(sa.select(account).where(account.c.id == person.id)).mappings().first()
        if row is None or not self._may(row) or not self._fits(row["password_hash"], password):
            self._failed(row, person.email, "")
            return Refusal(code="denied", text="That is not your password. Nothing was done.")
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(attempt).where(attempt.c.email_hash == _digest(person.email)))
        return None

    def who(self, token: str) -> Person | None:
        """Who this session belongs to, unless it ended, expired, or its account was disabled."""
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(self._sessions([_digest(token)])).mappings().first()
        return person_of(row) if row is not None and self._lives(row) else None

    def living(self, tokens: Collection[str]) -> frozenset[str]:
        """Those of these sessions that `who` would know, in one question."""
        digests = {_digest(token): token for token in tokens}
        with transaction(reading(self._engine)) as connection:
            rows = connection.execute(self._sessions(list(digests))).mappings().all()
        opening = [row for row in rows if self._opens(row)]
        genuine = self._seals.genuine(list({row["id"]: row for row in opening}.values()))
        return frozenset(
            digests[row["token_hash"]]
            for row in opening
            if row["id"] in genuine and self._seals.is_session(row, row["mark"])
        )

    def _sessions(self, digests: Sequence[str]) -> sa.Select[Any]:
        """Sessions that have not expired, each with its account."""
        return (
            sa.select(
                account,
                session.c.token_hash,
                session.c.account,
                session.c.created_at,
                session.c.expires_at,
                session.c.mark.label("session_mark"),
            )
            .join(session, session.c.account == account.c.id)
            .where(session.c.token_hash.in_(digests), session.c.expires_at > to_text(self._clock()))
        )

    def people(self) -> tuple[Colleague, ...]:
        """Everyone whose account is open, by name; demonstration accounts in a demonstration only."""
        with transaction(reading(self._engine)) as connection:
            rows = connection.execute(sa.select(account).order_by(account.c.name, account.c.id)).mappings().all()
        opening = [row for row in rows if self._opens(row)]
        genuine = self._seals.genuine(opening)
        return tuple(
            Colleague(id=PersonId(row["id"]), name=row["name"], role=Role(row["role"]), team=row["team"])
            for row in opening
            if row["id"] in genuine
        )

    def account(self, id: PersonId) -> Person | None:
        """Somebody whose account is open."""
        row = self._row(id)
        return person_of(row) if row is not None and self._may(row) else None

    def barred(self, id: PersonId) -> bool:
        """Whether there is an account of this id that does not open: disabled, or changed outside Rung."""
        row = self._row(id)
        return row is not None and not self._may(row)

    def names(self) -> dict[PersonId, str]:
        """Who everyone is or was, closed accounts too: a record names people who left."""
        with transaction(reading(self._engine)) as connection:
            return {PersonId(row[0]): row[1] for row in connection.execute(sa.select(account.c.id, account.c.name))}

    def sign_out(self, token: str) -> None:
        """End this one session."""
        self.end_session(_digest(token))

    def adopt(self, person_id: PersonId, password: str, by: str = COMMAND) -> None:
        """Take over an account that was changed outside Rung, with a password that is known to be its owner's.

        Raises BadInput, or AuditUnavailable where this cannot be put on record: then nothing was changed.
        """
        self.take_over(person_id, self._hash(_long_enough(password)), by)

    def _add(self, connection: sa.Connection, row: dict[str, object], renewal: Renewal, by: str) -> None:
        """A sealed account, on record unless it is the demonstration's own."""
        connection.execute(sa.insert(account).values(row))
        self._seal(connection, row, renewal)
        if by:
            self._record.changed(connection, "account_made", by, PersonId(str(row["id"])), role=row["role"])

    def create(
        self, email: str, name: str, role: Role, password: str, by: str = COMMAND, *, first: bool = False
    ) -> Person:
        """A new account. `first`: only while there is none, and no second one that way ever after.

        Raises BadInput saying what to change.
        """
        email, name = _normal(email), name.strip()
        if len(email) > 320 or not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise BadInput("That is not an e-mail address. Give one such as name@example.com.")
        if not 0 < len(name) <= 120:
            raise BadInput("Give a name of 1 to 120 characters.")
        hashed = self._hash(_long_enough(password))
        person = Person(id=_new_id(), email=email, name=name, role=role)
        try:
            with self._seals.renewing() as renewal, transaction(self._engine) as connection:
                if first:
                    self._take_first(connection, renewal)
                self._add(connection, _row(person, hashed, demo=False), renewal, by)
        except sa.exc.IntegrityError as error:
            raise BadInput(f"There is an account for {email} already. Use another address.") from error
        return person

    def none_yet(self) -> bool:
        """Whether there is no account, and never was one that was made as the first."""
        if self._demo:
            return False
        with transaction(reading(self._engine)) as connection:
            there = connection.execute(sa.select(account.c.id).limit(1)).first() is not None
        return not there and not self._seals.first_made

    def attempt(self, what: str, address: str) -> Refusal | None:
        """Count a try at something that is guarded as signing in is; a refusal where there were too many."""
        until = self._count_attempt(what, address, self._clock())
        return self._later(until) if until is not None else None

    def _take_first(self, connection: sa.Connection, renewal: Renewal) -> None:
        """Raises BadInput unless this account is the first: of two at once, one is."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE")
        if self._seals.first_made or connection.execute(sa.select(account.c.id).limit(1)).first() is not None:
            raise BadInput("There is an account already. Sign in.")
        self._seals.mark_first(renewal)

    def seed_demo(self) -> None:
        """Make the demonstration accounts that are missing; does nothing outside demonstration mode."""
        if not self._demo:
            return
        with transaction(reading(self._engine)) as connection:
            known = set(connection.scalars(sa.select(account.c.email)))
        missing = [person for person in DEMO_PEOPLE if person[0] not in known]
        if not missing:
            return
        hashed = self._hash(DEMO_PASSWORD)
        with self._seals.renewing() as renewal, transaction(self._engine) as connection:
            for email, name, role in missing:
                # Looked up again under the lock: another process may have been quicker.
                if connection.scalar(sa.select(account.c.id).where(account.c.email == email)) is None:
                    person = Person(id=_new_id(), email=email, name=name, role=role)
                    self._add(connection, _row(person, hashed, demo=True), renewal, "")

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        """What the sign-in page may offer; empty outside demonstration mode."""
        if not self._demo:
            return ()
        with transaction(reading(self._engine)) as connection:
            seeded = set(connection.scalars(sa.select(account.c.email).where(account.c.demo, ~account.c.disabled)))
        return tuple(
            DemoAccount(email=email, name=name, role=role, password=DEMO_PASSWORD)
            for email, name, role in DEMO_PEOPLE
            if email in seeded
        )

    def _count_attempt(self, email: str, address: str, now: datetime) -> datetime | None:
        """Count one attempt before the password is looked at; or the time from which one may try again.

        Counting first, in one transaction, is what keeps a hundred simultaneous guesses from all
        being the fifth. A refused attempt does not count, so waiting always helps.
        """
        limits = (
            (attempt.c.email_hash, _digest(email), FAILURES_PER_EMAIL),
            (attempt.c.address, address[:64], FAILURES_PER_ADDRESS),
        )
        with transaction(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE attempt IN SHARE ROW EXCLUSIVE MODE")
            connection.execute(sa.delete(attempt).where(attempt.c.at <= to_text(now - WINDOW)))
            until = []
            for column, value, most in limits:
                newest = sa.select(attempt.c.at).where(column == value).order_by(attempt.c.at.desc()).limit(most)
                times = connection.scalars(newest).all()
                if len(times) == most:
                    until.append(from_text(times[-1]) + WINDOW)
            if until:
                return max(until)
            connection.execute(
                sa.insert(attempt).values(email_hash=_digest(email), address=address[:64], at=to_text(now))
            )
        return None

    def _later(self, until: datetime) -> Refusal:
        minutes = max(1, ceil((until - self._clock()).total_seconds() / 60))
        again = "in a minute" if minutes == 1 else f"in {minutes} minutes"
        return Refusal(code="later", text=f"Too many attempts. Try again {again}.")

    def _open(self, row: sa.RowMapping, password: str, address: str, now: datetime) -> str | Refusal:
        """The password was right: forget the failures, mend an old hash, begin a session."""
        mended = self._hash(password) if self._hasher.check_needs_rehash(row["password_hash"]) else None
        token = secrets.token_urlsafe(32)
        with self._seals.renewing() as renewal, transaction(self._engine) as connection:
            connection.execute(sa.delete(attempt).where(attempt.c.email_hash == _digest(row["email"])))
            connection.execute(sa.delete(session).where(session.c.expires_at <= to_text(now)))
            query = sa.select(account).where(account.c.id == row["id"]).with_for_update()
            current = connection.execute(query).mappings().one_or_none()
            if current is None or current["mark"] != row["mark"]:
                return Refusal(code="denied", text="That account was changed a moment ago. Sign in again.")
            self._record.signed_in(connection, PersonId(row["id"]), address)
            mark = current["mark"]
            if mended:
                mark = self._seals.account({**current, "password_hash": mended}, renewal)
                same = sa.update(account).where(account.c.id == row["id"])
                connection.execute(same.values(password_hash=mended, mark=mark))
            begun = {
                "token_hash": _digest(token),
                "account": row["id"],
                "created_at": to_text(now),
                "expires_at": to_text(now + self._hours),
            }
            connection.execute(sa.insert(session).values(**begun, mark=self._seals.session(begun, mark)))
        return token

    def _lives(self, row: sa.RowMapping) -> bool:
        """Whether this session, in a row with its account, is one that began here and may go on."""
        return self._may(row) and self._seals.is_session(row, row["mark"])

    def _row(self, id: PersonId) -> sa.RowMapping | None:
        with transaction(reading(self._engine)) as connection:
            return connection.execute(sa.select(account).where(account.c.id == id)).mappings().one_or_none()

    def _may(self, row: sa.RowMapping) -> bool:
        return self._opens(row) and self._seals.is_account(row)

    def _hash(self, password: str) -> str:
        with _hashing:
            return self._hasher.hash(password)

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            with _hashing:
                return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False

    @cached_property
    def _nobodys_hash(self) -> str:
        """Verified when nobody has the address, so that the time taken does not tell who has an account."""
        return self._hash(secrets.token_urlsafe(32))


def _row(person: Person, password_hash: str, *, demo: bool) -> dict[str, object]:
    closed = {"disabled": False, "team": ""}
    return {**person.model_dump(mode="json"), "password_hash": password_hash, "demo": demo, **closed}


def _long_enough(password: str) -> str:
    """The same. Raises BadInput saying what to change."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"The password is too short. Use at least {SHORTEST_PASSWORD} characters.")
    return password


def _new_id() -> PersonId:
    return PersonId(f"p-{secrets.token_hex(8)}")


def _normal(email: str) -> str:
    return email.strip().casefold()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
