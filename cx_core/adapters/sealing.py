"""Seals marked with HMAC-SHA256 (RFC 2104), by a key that lies with the other keys, apart from what it marks."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256

from cx_core.adapters.key_store import KeyStore
from cx_core.records import Seal

KEY = "proof"


class KeyedSealer:
    """ports.Sealer. Whoever can write to Rung's database, but has not its keys, can make no mark."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, bare: Seal) -> Seal:
        return bare.model_copy(update={"mark": self._mark(bare)})

    def check(self, seal: Seal) -> bool:
        return hmac.compare_digest(self._mark(seal).encode(), seal.mark.encode())

    def _mark(self, seal: Seal) -> str:
        exact = json.dumps(seal.model_dump(mode="json", exclude={"mark"}), sort_keys=True).encode("ascii")
        return hmac.new(self._keys.secret(KEY), exact, sha256).hexdigest()
