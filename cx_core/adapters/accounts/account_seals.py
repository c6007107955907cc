"""Seals of accounts and sessions: whoever can write to the database, but has not the keys, can sign nobody in.

An account's seal covers its role, its password and whether it is open, and is the last of its kind: an account put
back as it was once is not believed. A session's seal covers the account's: every change of an account ends its
sessions. What is left to somebody who writes to the database and has stolen a token as well: putting back a session
that its owner ended, until it expires.

An installation from before there were seals has its accounts sealed as they are at its first start with this version,
and everybody signs in anew. Whoever could write to the database before then may have made an account or changed one;
`account list` shows what there is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import sqlalchemy as sa

from cx_core.ports.sealing import Marked, Renewal, Sealer

ADOPTED = "accounts"
"""The name of the mark that says that accounts were sealed: from then on one without a seal is nobody's."""
FIRST = "first account"
"""The name of the mark that says that the first account was made in the browser."""
_ACCOUNT = ("id", "email", "name", "role", "password_hash", "demo", "disabled", "team")
_SESSION = ("token_hash", "account", "created_at", "expires_at")

Row = sa.RowMapping | Mapping[str, object]

_log = logging.getLogger(__name__)


class AccountSeals:
    """Makes and checks both. Every method raises AuditUnavailable when the keys cannot be read."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._told: set[str] = set()

    def renewing(self) -> AbstractContextManager[Renewal]:
        return self._sealer.renewing()

    def account(self, row: Row, renewal: Renewal) -> str:
        """Its mark from the commit on; every earlier one is void then."""
        return renewal.mark(_name(row), _exact(row, _ACCOUNT))

    def is_account(self, row: Row) -> bool:
        """Whether it is as it was left here. What is not is logged, once."""
        return bool(self.genuine([row]))

    def genuine(self, rows: Sequence[Row]) -> frozenset[str]:
        """The ids of those accounts that are as they were left here, in one query of the keys."""
        unsealed = {str(row["id"]) for row in self.unsealed(rows)}
        for id in unsealed - self._told:
            self._told.add(id)
            _log.error("Account %s was changed outside Rung: nobody is let in with it. See `account list`.", id)
        return frozenset(str(row["id"]) for row in rows) - unsealed

    def unsealed(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Those that are not as they were left here."""
        marked = [Marked(_name(row), _exact(row, _ACCOUNT), str(row["mark"])) for row in rows]
        names = self._sealer.all_marked_last(marked)
        return tuple(row for row in rows if _name(row) not in names)

    def session(self, row: Row, account_mark: str) -> str:
        return self._sealer.mark(_exact(row, _SESSION) + account_mark)

    def is_session(self, row: Row, account_mark: str) -> bool:
        """Whether it was begun here, and its account is as it was then."""
        genuine = self._sealer.marked(_exact(row, _SESSION) + account_mark, str(row["session_mark"]))
        if not genuine and str(row["token_hash"]) not in self._told:
            self._told.add(str(row["token_hash"]))
            _log.warning("A session of account %s is from before a change of it, or was not begun here", row["account"])
        return genuine

    @property
    def adopted(self) -> bool:
        return self._sealer.ever_marked(ADOPTED)

    def adopt(self) -> None:
        """From now on an account without a seal is nobody's. Called after the seals were committed."""
        with self._sealer.renewing() as renewal:
            renewal.mark(ADOPTED, "")

    @property
    def first_made(self) -> bool:
        return self._sealer.ever_marked(FIRST)

    def mark_first(self, renewal: Renewal) -> None:
        """Once the transaction has committed, no account is made as the first any more."""
        renewal.mark(FIRST, "")


def _name(row: Row) -> str:
    return f"account {row['id']}"


def _exact(row: Row, fields: tuple[str, ...]) -> str:
    exact = {name: bool(row[name]) if name in ("demo", "disabled") else row[name] for name in fields}
    return json.dumps(exact, sort_keys=True)
