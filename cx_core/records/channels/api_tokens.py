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
    "identity:vouch",
    "knowledge:read",
    "knowledge:internal",
    "personal:read",
]

API_SCOPES: dict[ApiScope, str] = {
    "tickets:read": "read tickets and their messages",
    "tickets:write": "create tickets and add customers’ messages",
    "customers:read": "look customers up by address or id",
    "articles:read": "read published articles",
    "identity:vouch": "vouch for who wrote (identity 1)",
    "knowledge:read": "search the knowledge (MCP)",
    "knowledge:internal": "search internal articles too (MCP)",
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
