"""Tokens of programs, within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from cx_core.records import ApiToken


class ApiTokenRepository(Protocol):
    """Tokens by the digest of their secret. A row that was changed outside Rung is nobody's token."""

    def all(self) -> tuple[ApiToken, ...]:
        """Newest first; those that were changed outside Rung are left out."""
        ...

    def by_digest(self, digest: str) -> ApiToken | None:
        """The token whose secret has this SHA-256, in hexadecimal. Raises AuditUnavailable."""
        ...

    def put(self, token: ApiToken, digest: str = "") -> None:
        """In place of the one before; `digest` for a new one. Raises AuditUnavailable."""
        ...

    def used(self, id: str, at: datetime) -> None: ...
