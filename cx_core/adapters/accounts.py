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

from cx_core.adapters.database import from_text, reading, to_text, transaction
from cx_core.adapters.tables import account, attempt, session
from cx_core.errors import BadInput
from cx_core.ports import Clock
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


class Accounts:
    """Implements ports.Accounts, and what the command line needs to make and end accounts."""

    def __init__(
        self,
        engine: sa.Engine,
        clock: Clock,
        session_hours: float,
        *,
        demo: bool = False,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._hours = timedelta(hours=session_hours)
        self._demo = demo
        self._hasher = hasher or PasswordHasher()  # its defaults follow RFC 9106

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        """A new session's token, or a refusal in words. `address` is the network address it came from."""
        email, now = _normal(email), self._clock()
        until = self._count_attempt(email, address, now)
        if until is not None:
            minutes = max(1, ceil((until - now).total_seconds() / 60))
            again = "in a minute" if minutes == 1 else f"in {minutes} minutes"
            return Refusal(code="later", text=f"Too many attempts. Try again {again}.")
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(sa.select(account).where(account.c.email == email)).mappings().first()
        nobody = self._nobodys_hash
        if not self._fits(row["password_hash"] if row else nobody, password) or row is None or not self._may(row):
            return Refusal(code="denied", text="That e-mail address and password do not go together.")
        return self._open(row, password, now)

    def who(self, token: str) -> Person | None:
        """Who this session belongs to, unless it ended, expired, or its account was disabled."""
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(self._sessions([_digest(token)])).mappings().first()
        return _person(row) if row is not None and self._may(row) else None

    def living(self, tokens: Collection[str]) -> frozenset[str]:
        """Those of these sessions that `who` would know, in one question."""
        digests = {_digest(token): token for token in tokens}
        with transaction(reading(self._engine)) as connection:
            rows = connection.execute(self._sessions(list(digests))).mappings().all()
        return frozenset(digests[row["token_hash"]] for row in rows if self._may(row))

    def _sessions(self, digests: Sequence[str]) -> sa.Select[Any]:
        """Sessions that have not expired, each with its account."""
        return (
            sa.select(account, session.c.token_hash)
            .join(session, session.c.account == account.c.id)
            .where(session.c.token_hash.in_(digests), session.c.expires_at > to_text(self._clock()))
        )

    def people(self) -> tuple[Colleague, ...]:
        """Everyone whose account is open, by name; demonstration accounts in a demonstration only."""
        with transaction(reading(self._engine)) as connection:
            rows = connection.execute(sa.select(account).order_by(account.c.name, account.c.id)).mappings().all()
        return tuple(
            Colleague(id=PersonId(row["id"]), name=row["name"], role=Role(row["role"]), team=row["team"])
            for row in rows
            if self._may(row)
        )

    def account(self, id: PersonId) -> Person | None:
        """Somebody whose account is open."""
        with transaction(reading(self._engine)) as connection:
            row = connection.execute(sa.select(account).where(account.c.id == id)).mappings().one_or_none()
        return _person(row) if row is not None and self._may(row) else None

    def names(self) -> dict[PersonId, str]:
        """Who everyone is or was, closed accounts too: a record names people who left."""
        with transaction(reading(self._engine)) as connection:
            return {PersonId(row[0]): row[1] for row in connection.execute(sa.select(account.c.id, account.c.name))}

    def sign_out(self, token: str) -> None:
        """End this one session."""
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(session).where(session.c.token_hash == _digest(token)))

    def end_all(self, person_id: PersonId) -> None:
        """End every session of a person, wherever they are signed in."""
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(session).where(session.c.account == person_id))

    def set_disabled(self, person_id: PersonId, disabled: bool) -> None:
        """Lock an account (and end its sessions), or open it again."""
        with transaction(self._engine) as connection:
            connection.execute(sa.update(account).where(account.c.id == person_id).values(disabled=disabled))
            if disabled:
                connection.execute(sa.delete(session).where(session.c.account == person_id))

    def create(self, email: str, name: str, role: Role, password: str) -> Person:
        """A new account. Raises BadInput saying what to change."""
        email, name = _normal(email), name.strip()
        if len(email) > 320 or not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise BadInput("That is not an e-mail address. Give one such as name@example.com.")
        if not 0 < len(name) <= 120:
            raise BadInput("Give a name of 1 to 120 characters.")
        if len(password) < SHORTEST_PASSWORD:
            raise BadInput(f"The password is too short. Use at least {SHORTEST_PASSWORD} characters.")
        person = Person(id=_new_id(), email=email, name=name, role=role)
        try:
            with transaction(self._engine) as connection:
                connection.execute(sa.insert(account).values(_row(person, self._hash(password), demo=False)))
        except sa.exc.IntegrityError as error:
            raise BadInput(f"There is an account for {email} already. Use another address.") from error
        return person

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
        with transaction(self._engine) as connection:
            for email, name, role in missing:
                # Looked up again under the lock: another process may have been quicker.
                if connection.scalar(sa.select(account.c.id).where(account.c.email == email)) is None:
                    person = Person(id=_new_id(), email=email, name=name, role=role)
                    connection.execute(sa.insert(account).values(_row(person, hashed, demo=True)))

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
        limits = ((attempt.c.email_hash, _digest(email), FAILURES_PER_EMAIL),
                  (attempt.c.address, address[:64], FAILURES_PER_ADDRESS))  # fmt: skip
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

    def _open(self, row: sa.RowMapping, password: str, now: datetime) -> str | Refusal:
        """The password was right: forget the failures, mend an old hash, begin a session."""
        mended = self._hash(password) if self._hasher.check_needs_rehash(row["password_hash"]) else None
        token = secrets.token_urlsafe(32)
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(attempt).where(attempt.c.email_hash == _digest(row["email"])))
            connection.execute(sa.delete(session).where(session.c.expires_at <= to_text(now)))
            if connection.scalar(sa.select(account.c.disabled).where(account.c.id == row["id"])) is not False:
                return Refusal(code="denied", text="That account was closed a moment ago.")
            if mended:
                same = (account.c.id == row["id"]) & (account.c.password_hash == row["password_hash"])
                connection.execute(sa.update(account).where(same).values(password_hash=mended))
            connection.execute(
                sa.insert(session).values(
                    token_hash=_digest(token),
                    account=row["id"],
                    created_at=to_text(now),
                    expires_at=to_text(now + self._hours),
                )
            )
        return token

    def _may(self, row: sa.RowMapping) -> bool:
        return not row["disabled"] and (self._demo or not row["demo"])

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
    return {**person.model_dump(mode="json"), "password_hash": password_hash, "demo": demo}


def _person(row: sa.RowMapping) -> Person:
    return Person(id=row["id"], email=row["email"], name=row["name"], role=Role(row["role"]))


def _new_id() -> PersonId:
    return PersonId(f"p-{secrets.token_hex(8)}")


def _normal(email: str) -> str:
    return email.strip().casefold()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
