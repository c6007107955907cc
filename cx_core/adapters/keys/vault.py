"""What must be read again and nobody else may read: secrets of mailboxes, and mails that wait."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cx_core.adapters.keys.key_store import KeyStore

KEY = "mailboxes"
_NONCE = 12


class KeyedVault:
    """Implements ports.mailboxes.Vault: nonce, then AES-256-GCM with what it is about bound to it.

    The key lies in the key store, apart from the database that holds what was sealed.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, content: bytes, about: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher().encrypt(nonce, content, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes | None:
        try:
            return self._cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        return AESGCM(self._keys.secret(KEY))
