"""Tokens that programs sign in with: issued, listed and revoked by administrators."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from cx_core.desk.service import Service, allow
from cx_core.records import API_SCOPES, ApiScope, ApiToken, Person, Role
from cx_core.views import IssuedToken, Refusal

PREFIX = "rung_"
"""What every secret begins with, so that scanners of repositories and logs find one that leaked."""
MOST = 50
LONGEST_NAME = 60
MOST_DAYS = 366
USED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: no call waits for a write more often than that."""


class ApiTokenService(Service):
    """For administrators; `who` is for the HTTP API."""

    def tokens(self, person: Person) -> tuple[ApiToken, ...]:
        """Newest first, with those that have ended."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            return unit.api_tokens.all()

    def issue(self, person: Person, name: str, scopes: Collection[ApiScope], days: int) -> IssuedToken | Refusal:
        """A token and its secret, which is told this once: only its digest is kept."""
        allow(person, Role.ADMINISTRATOR)
        name, chosen = " ".join(name.split()), tuple(scope for scope in API_SCOPES if scope in scopes)
        if not name or len(name) > LONGEST_NAME:
            return Refusal(code="empty", text=f"Name the program, in 1 to {LONGEST_NAME} characters.")
        if not chosen:
            return Refusal(code="empty", text="Choose what the program may do.")
        if not 1 <= days <= MOST_DAYS:
            return Refusal(code="denied", text=f"A token lasts 1 to {MOST_DAYS} days.")
        now, secret = self._clock(), PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(
            id=secrets.token_hex(6),
            name=name,
            scopes=chosen,
            person=person.id,
            at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._store.begin() as unit:
            valid = [one for one in unit.api_tokens.all() if one.revoked_at is None and one.expires_at > now]
            if len(valid) >= MOST:
                return Refusal(code="denied", text=f"There are {MOST} tokens, which is the most. Revoke one first.")
            unit.api_tokens.put(token, digest(secret))
            unit.record("api_token_issued", actor=person.id, payload=_on_record(token))
        return IssuedToken(token=token, secret=secret)

    def revoke(self, person: Person, id: str) -> Refusal | None:
        """From the next call on the token is nobody's."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            token = next((one for one in unit.api_tokens.all() if one.id == id), None)
            if token is None:
                return Refusal(code="stale", text="There is no such token any more.")
            if token.revoked_at is not None:
                return Refusal(code="already", text="It was revoked already.")
            unit.api_tokens.put(token.replace(revoked_at=self._clock()))
            unit.record("api_token_revoked", actor=person.id, payload=_on_record(token))
        return None

    def who(self, secret: str) -> ApiToken | None:
        """The token with this secret, while it lasts. Raises AuditUnavailable where the keys cannot be read."""
        if not secret.startswith(PREFIX) or len(secret) > 200:
            return None
        now = self._clock()
        with self._store.look() as unit:
            token = unit.api_tokens.by_digest(digest(secret))
        if token is None or token.revoked_at is not None or token.expires_at <= now:
            return None
        if token.used_at is None or now - token.used_at >= USED_EVERY:
            with self._store.begin() as unit:
                unit.api_tokens.used(token.id, now)
        return token


def digest(secret: str) -> str:
    """SHA-256 serves: a secret of 256 random bits is not found by trying, unlike a password."""
    return sha256(secret.encode()).hexdigest()


def _on_record(token: ApiToken) -> dict[str, object]:
    return {
        "token": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "expires_at": token.expires_at.isoformat(),
    }
