"""Seals marked with HMAC-SHA256 (RFC 2104), by a key that lies with the other keys, apart from what it marks."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

from cx_core.adapters.key_store import KeyStore
from cx_core.records import Seal

KEY = "proof"
_TEXT = "text\n"
"""Before any text but a seal's, which begins with a brace: no mark of the one passes for one of the other."""


class KeyedSealer:
    """ports.Sealer. Whoever can write to Rung's database, but has not its keys, can make no mark."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, bare: Seal) -> Seal:
        return bare.model_copy(update={"mark": self._made(_of(bare))})

    def check(self, seal: Seal) -> bool:
        return _same(self._made(_of(seal)), seal.mark)

    def mark(self, exact: str) -> str:
        return self._made(_TEXT + exact)

    def marked(self, exact: str, mark: str) -> bool:
        return _same(self._made(_TEXT + exact), mark)

    def mark_anew(self, name: str, exact: str) -> str:
        return _by(self._keys.renewed(_secret_of(name)), _TEXT + exact)

    def marked_last(self, name: str, exact: str, mark: str) -> bool:
        key = self._keys.last(_secret_of(name))
        return key is not None and _same(_by(key, _TEXT + exact), mark)

    def _made(self, exact: str) -> str:
        return _by(self._keys.secret(KEY), exact)


def _by(key: bytes, exact: str) -> str:
    return hmac.new(key, exact.encode(), sha256).hexdigest()


def _secret_of(name: str) -> str:
    """Each name has a key of its own, which is another one with every mark."""
    return f"one:{sha256(name.encode()).hexdigest()[:16]}"


def _of(seal: Seal) -> str:
    return json.dumps(seal.model_dump(mode="json", exclude={"mark"}), sort_keys=True)


def _same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), given.encode())
