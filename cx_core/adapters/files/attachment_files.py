"""Attachments' bytes in a folder of their own, encrypted with the keys of the customers they came from or go to.

A file is named by its attachment's id, which is ours, and served by nothing but the desk. Once a customer's key is
destroyed, what is left of theirs on any disk or in any copy is noise.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import StoreUnavailable
from cx_core.records import AttachmentId, CustomerId, key_owner

_MARK = b"RUNG1"
_REF, _NONCE = 32, 12
_NAME = re.compile(r"[0-9a-f]{32}")


class EncryptedFiles:
    """See ports.Files. A file is: mark, the key's reference, nonce, AES-256-GCM with the file's name bound to it."""

    def __init__(self, folder: Path, keys: KeyStore) -> None:
        self._folder = folder
        self._keys = keys

    def keep(self, id: AttachmentId, owner: CustomerId, content: bytes, preview: bytes = b"") -> None:
        """On the disk when this returns. The same id again takes the place of what was there."""
        key = self._keys.for_customer(key_owner(owner, f"file:{id}"))
        for place, plain in ((self._place(id), content), (self._place(id, preview=True), preview)):
            if plain:
                nonce = secrets.token_bytes(_NONCE)
                sealed = AESGCM(key.key).encrypt(nonce, plain, place.name.encode())
                write_whole(place, _MARK + key.ref.encode() + nonce + sealed)

    def read(self, id: AttachmentId, *, preview: bool = False) -> bytes | None:
        """None if there is none, or nobody can read it any more."""
        if not _NAME.fullmatch(id):
            return None
        place = self._place(id, preview=preview)
        with disk_trouble():
            try:
                raw = place.read_bytes()
            except FileNotFoundError:
                return None
        head = len(_MARK) + _REF
        ref, nonce, sealed = raw[len(_MARK) : head], raw[head : head + _NONCE], raw[head + _NONCE :]
        key = self._keys.by_refs({ref.decode("ascii", "replace")}).get(ref.decode("ascii", "replace"))
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(nonce, sealed, place.name.encode())
        except (InvalidTag, ValueError):
            return None

    def remove(self, ids: Iterable[AttachmentId]) -> None:
        with disk_trouble():
            for id in ids:
                self._place(id).unlink(missing_ok=True)
                self._place(id, preview=True).unlink(missing_ok=True)

    def _place(self, id: AttachmentId, *, preview: bool = False) -> Path:
        if not _NAME.fullmatch(id):
            raise ValueError("An attachment's id is 32 hexadecimal digits.")
        return self._folder / id[:2] / (f"{id}.preview" if preview else id)


def write_whole(place: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    with disk_trouble():
        place.parent.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        beside = place.with_name(f"{place.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def disk_trouble() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable("Files cannot be kept or read now. Is the disk full, or away?") from error
