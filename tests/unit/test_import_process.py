"""The process that reads exports: what it may not do, and what ends it; and the file that it is handed pieces of."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cx_core.adapters.files import import_files
from cx_core.adapters.files.import_files import EncryptedImports
from cx_core.adapters.imports.import_process import ExportProcesses
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import BadInput, NotIsolated, StoreUnavailable
from cx_core.records.imports import ImportedTicket, RowFault
from cx_core.settings import ROOT
from tests.export_samples import ndjson, zendesk_ticket

ID = "0123456789abcdef0123456789abcdef"
REFUSED = (sys.executable, "-B", str(ROOT / "tests" / "refuse_unshare.py"))
DIES_AT_TWO = """
import os, sys
from cx_core.adapters.imports import import_worker, zendesk
sys.argv = sys.argv[2:]
read = zendesk.ticket
def dying(fields, known):
    if fields["id"] == 2:
        os.kill(os.getpid(), 9)
    return read(fields, known)
zendesk.ticket = dying
import_worker.main()
"""


@pytest.fixture
def stored(tmp_path: Path) -> EncryptedImports:
    return EncryptedImports(tmp_path / "imports", KeyStore(f"sqlite:///{tmp_path / 'keys.db'}"))


def test_that_a_record_that_ends_the_process_is_a_fault_and_the_next_one_is_read(stored: EncryptedImports) -> None:
    stored.keep(ID, io.BytesIO(ndjson(*(zendesk_ticket(number) for number in (1, 2, 3)))), 1_000_000)
    reader = ExportProcesses(launch=(sys.executable, "-B", "-c", DIES_AT_TWO))
    file = stored.open(ID)
    assert file is not None
    rows = [row for record in reader.records(file, ours=(), zone="UTC") for row in record.rows]
    assert [row.key for row in rows if isinstance(row, ImportedTicket)] == ["1", "3"]
    (fault,) = [row for row in rows if isinstance(row, RowFault)]
    assert (fault.place, "made to do harm" in fault.why) == ("record 2", True)


def test_that_nothing_is_read_where_the_process_keeps_its_network(stored: EncryptedImports) -> None:
    stored.keep(ID, io.BytesIO(ndjson(zendesk_ticket())), 1_000_000)
    file = stored.open(ID)
    assert file is not None
    with pytest.raises(NotIsolated, match="CX_UPLOADS_UNPROTECTED"):
        list(ExportProcesses(launch=REFUSED).records(file, ours=(), zone="UTC"))


def test_that_a_file_is_read_by_pieces_and_a_change_on_the_disk_is_seen(
    stored: EncryptedImports, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(import_files, "PIECE", 10)
    monkeypatch.setattr(import_files, "_STORED", 10 + 28)
    content = b"0123456789" * 3 + b"abc"
    assert stored.keep(ID, io.BytesIO(content), 100)[0] == len(content)
    place = tmp_path / "imports" / ID
    whole = place.read_bytes()
    for offset, size in ((0, 33), (8, 5), (19, 2), (30, 100), (33, 1), (500, 1)):
        file = stored.open(ID)
        assert file is not None
        assert file.size == len(content)
        assert file.read_at(offset, size) == content[offset : offset + size]
    for changed in (
        whole[:38] + whole[76:],
        whole[: 38 * 2],
        whole[:5] + bytes([whole[5] ^ 1]) + whole[6:],
        whole[38:76] + whole[38:],
    ):
        place.write_bytes(changed)
        file = stored.open(ID)
        assert file is not None
        with pytest.raises(StoreUnavailable):
            file.read_at(0, 33)
    with pytest.raises(BadInput):
        stored.keep(ID, io.BytesIO(content), 20)
    stored.remove([ID])
    assert stored.open(ID) is None
