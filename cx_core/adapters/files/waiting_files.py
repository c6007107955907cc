"""Files that editors handed in, until they are read: in a folder of their own, encrypted as attachments are.

They are about no customer, so one key of Rung's is theirs. A file is named by its upload's id, which is ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cx_core.adapters.files.attachment_files import disk_trouble, write_whole
from cx_core.adapters.files.handed_in_files import NAME, ages
from cx_core.adapters.keys.key_store import KeyStore

KEY = "uploads"
_NONCE = 12


class WaitingFiles:
    """See ports.WaitingFiles. A file is: nonce, AES-256-GCM with the file's name bound to it."""

    def __init__(self, folder: Path, keys: KeyStore) -> None:
        self._folder = folder
        self._keys = keys

    def keep(self, id: str, content: bytes) -> None:
        place, nonce = self._place(id), secrets.token_bytes(_NONCE)
        write_whole(place, nonce + self._sealer().encrypt(nonce, content, place.name.encode()))

    def read(self, id: str) -> bytes | None:
        if not NAME.fullmatch(id):
            return None
        place = self._place(id)
        with disk_trouble():
            try:
                raw = place.read_bytes()
            except FileNotFoundError:
                return None
        try:
            return self._sealer().decrypt(raw[:_NONCE], raw[_NONCE:], place.name.encode())
        except (InvalidTag, ValueError):
            return None

    def remove(self, ids: Iterable[str]) -> None:
        with disk_trouble():
            for id in ids:
                if NAME.fullmatch(id):
                    self._place(id).unlink(missing_ok=True)

    def ages(self) -> dict[str, float]:
        """What a process began to write that was killed meanwhile is removed on the way."""
        return ages(self._folder.glob("??/*"))

    def _sealer(self) -> AESGCM:
        return AESGCM(self._keys.secret(KEY))

    def _place(self, id: str) -> Path:
        if not NAME.fullmatch(id):
            raise ValueError("An upload's id is 32 hexadecimal digits.")
        return self._folder / id[:2] / id
