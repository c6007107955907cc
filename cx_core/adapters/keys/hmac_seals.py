"""Seals marked with HMAC-SHA256 (RFC 2104), by a key that lies with the other keys, apart from what it marks.

Rows of which only the last version counts are marked with a key of their own for each version. Row and key lie in two
databases, which cannot commit as one. So the new key is written first and counts beside the old one; when the row has
committed, the new one is confirmed and the old one destroyed. If the process dies in between, either version of the
row is genuine, and the next check of the row that is there confirms its key. What is left to somebody who can write to
the database: putting the old row back after such a death, before anybody has looked at the new one.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from cx_core.adapters.keys.key_store import KeyStore, SealKey
from cx_core.errors import AuditUnavailable
from cx_core.ports.sealing import Marked
from cx_core.records import Seal

KEY = "proof"
_TEXT = "text\n"
"""Before any text but a seal's, which begins with a brace: no mark of the one passes for one of the other."""

_log = logging.getLogger(__name__)


class KeyedSealer:
    """ports.Sealer. Whoever can write to Rung's database, but has not its keys, can make no mark."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._uncommitted: set[int] = set()
        """Keys of marks in transactions of this process that are open."""

    def seal(self, bare: Seal) -> Seal:
        return bare.replace(mark=self._made(_of(bare)))

    def check(self, seal: Seal) -> bool:
        return _same(self._made(_of(seal)), seal.mark)

    def mark(self, exact: str) -> str:
        return self._made(_TEXT + exact)

    def marked(self, exact: str, mark: str) -> bool:
        return _same(self._made(_TEXT + exact), mark)

    @contextmanager
    def renewing(self) -> Iterator[KeyedRenewal]:
        renewal = KeyedRenewal(self._keys, self._uncommitted)
        try:
            yield renewal
            self._confirm(renewal.ids)
        finally:
            self._uncommitted.difference_update(renewal.ids)

    def ever_marked(self, name: str) -> bool:
        secret = _secret_of(name)
        return any(key.confirmed for key in self._keys.seal_keys([secret]).get(secret, ()))

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        return name in self.all_marked_last([Marked(name, exact, mark)])

    def all_marked_last(self, rows: Collection[Marked]) -> frozenset[str]:
        kept = self._keys.seal_keys({_secret_of(row.name) for row in rows})
        fitting = {row.name: _fitting(kept.get(_secret_of(row.name), ()), row) for row in rows}
        genuine = {name: key for name, key in fitting.items() if key is not None}
        # A transaction that is still open sees its own rows, which may yet be rolled back.
        committed = [key.id for key in genuine.values() if not key.confirmed and key.id not in self._uncommitted]
        self._confirm(committed)
        return frozenset(genuine)

    def _confirm(self, ids: Collection[int]) -> None:
        """What the keys cannot be told now, the next check of the row tells them."""
        if not ids:
            return
        try:
            self._keys.confirm_seal_keys(ids)
        except AuditUnavailable as trouble:
            _log.error("A seal was renewed, but the one before it is not void yet: %s", trouble)

    def _made(self, exact: str) -> str:
        return _by(self._keys.secret(KEY), exact)


class KeyedRenewal:
    """ports.Renewal: each mark is made with a key of its own."""

    def __init__(self, keys: KeyStore, uncommitted: set[int]) -> None:
        self._keys = keys
        self._uncommitted = uncommitted
        self.ids: list[int] = []

    def mark(self, name: str, exact: str) -> str:
        made = self._keys.new_seal_key(_secret_of(name))
        self._uncommitted.add(made.id)
        self.ids.append(made.id)
        return _by(made.key, _TEXT + exact)


def _fitting(keys: Sequence[SealKey], row: Marked) -> SealKey | None:
    return next((key for key in keys if _same(_by(key.key, _TEXT + row.exact), row.mark)), None)


def _by(key: bytes, exact: str) -> str:
    return hmac.new(key, exact.encode(), sha256).hexdigest()


def _secret_of(name: str) -> str:
    """Each name has keys of its own, another one with every mark."""
    return f"one:{sha256(name.encode()).hexdigest()[:16]}"


def _of(seal: Seal) -> str:
    return json.dumps(seal.model_dump(mode="json", exclude={"mark"}), sort_keys=True)


def _same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), given.encode())
