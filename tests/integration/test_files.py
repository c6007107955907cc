"""Attachments' bytes on the disk: encrypted, whole, gone with their customer's key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cx_core.adapters.files.attachment_files import EncryptedFiles
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import StoreUnavailable
from cx_core.records import AttachmentId, CustomerId

ONE, TWO = AttachmentId("1" * 32), AttachmentId("2" * 32)
MARIA, TOM = CustomerId("C-1"), CustomerId("C-2")
WORDS = b"a photo of the broken box " * 40


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    store = KeyStore(f"sqlite:///{tmp_path / 'keys' / 'keys.db'}")
    yield store
    store.close()


@pytest.fixture
def files(tmp_path: Path, keys: KeyStore) -> EncryptedFiles:
    return EncryptedFiles(tmp_path / "files", keys)


def on_disk(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_that_bytes_come_back_and_nothing_of_them_can_be_read_on_the_disk(
    files: EncryptedFiles, tmp_path: Path
) -> None:
    files.keep(ONE, MARIA, WORDS, b"small")
    assert (files.read(ONE), files.read(ONE, preview=True)) == (WORDS, b"small")
    assert len(on_disk(tmp_path)) == 2
    assert not any(b"photo" in path.read_bytes() for path in on_disk(tmp_path))
    assert {path.stat().st_mode & 0o777 for path in on_disk(tmp_path)} == {0o600}


def test_that_what_is_kept_again_takes_the_place_of_the_first(files: EncryptedFiles, tmp_path: Path) -> None:
    files.keep(ONE, MARIA, b"first")
    files.keep(ONE, MARIA, b"second")
    assert files.read(ONE) == b"second"
    assert len(on_disk(tmp_path)) == 1


def test_that_a_forgotten_customers_files_are_noise_and_others_stay(files: EncryptedFiles, keys: KeyStore) -> None:
    files.keep(ONE, MARIA, WORDS)
    files.keep(TWO, TOM, WORDS)
    keys.forget(MARIA)
    assert files.read(ONE) is None
    assert files.read(TWO) == WORDS


def test_that_one_file_put_in_anothers_place_does_not_open(files: EncryptedFiles, tmp_path: Path) -> None:
    files.keep(ONE, MARIA, b"one")
    files.keep(TWO, MARIA, b"two")
    (tmp_path / "files" / "22" / TWO).write_bytes((tmp_path / "files" / "11" / ONE).read_bytes())
    assert files.read(TWO) is None


def test_that_a_removed_file_is_gone_with_its_preview(files: EncryptedFiles, tmp_path: Path) -> None:
    files.keep(ONE, MARIA, WORDS, b"small")
    files.remove([ONE, TWO])
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize("id", ["../keys/keys.db", "", "1" * 31, "G" * 32, "1" * 32 + "\n"])
def test_that_an_id_leads_nowhere_but_into_the_folder(files: EncryptedFiles, id: str) -> None:
    assert files.read(AttachmentId(id)) is None
    with pytest.raises(ValueError, match="hexadecimal"):
        files.keep(AttachmentId(id), MARIA, b"x")


def test_that_a_disk_in_trouble_is_said_in_words(files: EncryptedFiles, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="Is the disk full"):
        files.keep(ONE, MARIA, b"x")
