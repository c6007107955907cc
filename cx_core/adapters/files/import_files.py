"""Exports that administrators handed in, until they are taken: encrypted in pieces, so that none is whole in memory.

A file is a row of pieces of one size, each AES-256-GCM under a key of Rung's own, with the file's name, the piece's
number and whether it is the last bound to it: none can be left out, put elsewhere or cut off unseen.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cx_core.adapters.files.attachment_files import disk_trouble
from cx_core.adapters.files.handed_in_files import NAME, ages
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import BadInput, StoreUnavailable
from cx_core.ports.outside.imports import StoredFile

KEY = "imports"
PIECE = 1 << 20
_NONCE, _TAG = 12, 16
_STORED = _NONCE + PIECE + _TAG


class EncryptedImports:
    """See ports.imports.ImportFiles."""

    def __init__(self, folder: Path, keys: KeyStore) -> None:
        self._folder, self._keys = folder, keys

    def keep(self, id: str, source: BinaryIO, most: int) -> tuple[int, str]:
        place, sealer = self._place(id), self._sealer()
        size, digest, number = 0, hashlib.sha256(), 0
        with disk_trouble():
            self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            beside = place.with_name(f"{id}.{secrets.token_hex(4)}.part")
            try:
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    piece = _read_piece(source)
                    while True:
                        following = _read_piece(source)
                        size += len(piece)
                        if size > most:
                            raise BadInput(f"The file has more than {most / 1e6:,.0f} MB. Divide it.")
                        digest.update(piece)
                        out.write(_sealed(sealer, id, number, piece, last=not following))
                        if not following:
                            break
                        piece, number = following, number + 1
                    out.flush()
                    os.fsync(out.fileno())
                beside.replace(place)
            finally:
                beside.unlink(missing_ok=True)
        return size, digest.hexdigest()

    def open(self, id: str) -> StoredFile | None:
        if not NAME.fullmatch(id):
            return None
        with disk_trouble():
            try:
                stored = self._place(id).stat().st_size
            except FileNotFoundError:
                return None
        return _Stored(self._place(id), id, stored, self._sealer())

    def remove(self, ids: Iterable[str]) -> None:
        with disk_trouble():
            for id in ids:
                if NAME.fullmatch(id):
                    self._place(id).unlink(missing_ok=True)

    def ages(self) -> dict[str, float]:
        """What a process began to write that was killed meanwhile is removed on the way."""
        return ages(self._folder.glob("*"))

    def _sealer(self) -> AESGCM:
        return AESGCM(self._keys.secret(KEY))

    def _place(self, id: str) -> Path:
        if not NAME.fullmatch(id):
            raise ValueError("An import's id is 32 hexadecimal digits.")
        return self._folder / id


class _Stored:
    """See ports.imports.StoredFile."""

    def __init__(self, place: Path, id: str, stored: int, sealer: AESGCM) -> None:
        self._place, self._id, self._sealer = place, id, sealer
        self._pieces = max(1, -(-stored // _STORED))
        self.size = max(0, stored - self._pieces * (_NONCE + _TAG))
        self._piece = lru_cache(maxsize=4)(self._opened)

    def read_at(self, offset: int, size: int) -> bytes:
        end, found = min(offset + size, self.size), b""
        while offset < end:
            number, within = divmod(offset, PIECE)
            part = self._piece(number)[within : within + end - offset]
            if not part:
                break
            found, offset = found + part, offset + len(part)
        return found

    def _opened(self, number: int) -> bytes:
        with disk_trouble(), self._place.open("rb") as file:
            file.seek(number * _STORED)
            raw = file.read(_STORED)
        try:
            bound = _bound(self._id, number, last=number == self._pieces - 1)
            return self._sealer.decrypt(raw[:_NONCE], raw[_NONCE:], bound)
        except (InvalidTag, ValueError) as error:
            raise StoreUnavailable("The file that was handed in was changed on the disk. Hand it in again.") from error


def _read_piece(source: BinaryIO) -> bytes:
    """A whole piece, unless the file ends: some sources give less than they are asked for."""
    parts, left = list[bytes](), PIECE
    while left and (part := source.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _sealed(sealer: AESGCM, id: str, number: int, piece: bytes, *, last: bool) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + sealer.encrypt(nonce, piece, _bound(id, number, last=last))


def _bound(id: str, number: int, *, last: bool) -> bytes:
    return f"{id}:{number}:{'last' if last else 'more'}".encode()
