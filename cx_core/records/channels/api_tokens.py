"""What a program signs in with: a token of its own, which may do what its scopes say until it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from cx_core.records.ids import PersonId
from cx_core.records.values import Record

ApiScope = Literal[
    "tickets:read",
    "tickets:write",
    "customers:read",
    "articles:read",
    "articles:write",
    "articles:internal",
    "identity:vouch",
    "personal:read",
]

API_SCOPES: dict[ApiScope, str] = {
    "tickets:read": "read tickets and their messages",
    "tickets:write": "create tickets and add customers’ messages",
    "customers:read": "look customers up by address or id",
    "articles:read": "read published articles",
    "articles:write": "hand in articles as drafts",
    "articles:internal": "read and hand in articles for colleagues only, too",
    "identity:vouch": "vouch for who wrote (identity 1)",
    "personal:read": "see personal data unmasked (MCP)",
}
"""Each scope in words, in the order in which pages list them."""


class ApiToken(Record):
    """A program's token, without its secret."""

    id: str = Field(description="names the token in logs and records; it is no secret")
    name: str = Field(description="the program's, as the administrator called it")
    scopes: tuple[ApiScope, ...]
    person: PersonId = Field(description="who issued it")
    at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = Field(default=None, description="of the last use, to the minute")
