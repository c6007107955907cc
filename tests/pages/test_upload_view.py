"""The view Upload of the page Knowledge, over the real desk: chosen, read, told of, decided."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from bench import documents
from cx_core.adapters.conversion.process import Conversions
from cx_core.knowledge_base.articles import Upload
from cx_core.records import Role
from tests.pages.pressing import opened, papers, pressed
from tests.scripted import Hand, person, read_with
from tests.unit.test_conversion_process import REFUSED

EDITH = person(Role.EDITOR, "Edith Larsen")


def shown(hand: Hand, role: Role = Role.EDITOR) -> AppTest:
    return opened(hand, "knowledge", role, show="Upload")


def read(hand: Hand) -> None:
    until = time.monotonic() + 60
    while any(one.state == "waiting" for one in hand.desk.uploads.recent(EDITH)):
        assert time.monotonic() < until
        time.sleep(0.05)


def handed(at: AppTest, *files: tuple[str, bytes]) -> None:
    at.file_uploader(key="upload-files").set_value([(name, content, "text/plain") for name, content in files])
    pressed(at, "Upload files")


def test_that_files_are_handed_in_and_each_is_told_of(hand: Hand) -> None:
    at = shown(hand)
    handed(at, ("fees.md", b"# Late fees\n\nFive."), ("setup.exe", b"MZ\x00"))
    read(hand)
    at.run()
    said = papers(at)
    assert "Article: Late fees" in said
    assert "Programs and scripts are never taken." in said
    assert "1 not read" in said


def test_that_what_was_set_apart_shows_why_and_is_released_only_with_a_reason(hand: Hand) -> None:
    at = shown(hand)
    handed(at, ("plain.md", documents.PLANTED[0][1](1)))
    read(hand)
    at.run()
    assert documents.ORDER in papers(at)
    (one,) = hand.desk.uploads.recent(EDITH)
    at.button(key=f"release-{one.id}").click().run()
    assert "the reason goes on record" in papers(at)
    at.text_input(key=f"why-{one.id}").set_value("An example").run()
    at.button(key=f"release-{one.id}").click().run()
    assert not at.exception
    assert hand.desk.uploads.recent(EDITH)[0].state == "released"


def test_that_what_all_files_wait_for_is_said(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Upload(id="x", name="a.md", sha256="0", size=1, state="waiting", person=EDITH.id, at=hand.works.clock())
    with hand.works.store.begin() as unit:
        unit.uploads.put(row)
    assert "go on working" in shown(hand).get("progress")[0].proto.text
    monkeypatch.setattr(hand.desk.uploads, "_screen_ready", lambda: False)
    assert "They wait until the copilot can tell orders" in shown(hand).get("progress")[0].proto.text


def test_that_progress_counts_the_files_that_came_together(hand: Hand) -> None:
    row = Upload(id="a", name="a.md", sha256="0", size=1, state="read", person=EDITH.id, at=hand.works.clock())
    rows = [
        row,
        row.replace(id="b", batch="2"),
        row.replace(id="c", batch="2", state="waiting"),
    ]
    with hand.works.store.begin() as unit:
        for one in rows:
            unit.uploads.put(one)
    assert shown(hand).get("progress")[0].proto.text.startswith("1 of 2 files are read.")


def test_that_what_was_read_leads_to_its_drafts(hand: Hand) -> None:
    at = shown(hand)
    handed(at, ("fees.md", b"# Late fees\n\nFive."))
    read(hand)
    at = pressed(at.run(), "Look at the draft")
    assert at.session_state["show"] == "Articles"
    assert at.session_state["article-state"] == "Draft"


def test_that_pressing_without_files_says_what_to_do(hand: Hand) -> None:
    at = pressed(shown(hand), "Upload files")
    assert "Choose files first" in papers(at)


def test_that_the_uploader_names_the_limit_that_holds(hand: Hand) -> None:
    uploader = shown(hand).file_uploader(key="upload-files")
    one, archive = hand.desk.file_ingestion.upload_limits()
    assert (one, archive) == (25_000_000, 100_000_000)
    assert uploader.label == "Documents, up to 25 MB each, ZIPs up to 100 MB"
    assert uploader.proto.max_upload_size_mb == 100


def test_that_what_a_text_was_taken_for_is_said_on_its_line(hand: Hand) -> None:
    at = shown(hand)
    handed(at, ("fees.txt", "Fees\n\nA café pays £5.00.".encode("cp1252")))
    read(hand)
    at.run()
    assert "it was read as Windows-1252" in papers(at)


def test_that_where_readers_cannot_be_cut_off_the_page_says_so_and_takes_nothing(hand: Hand) -> None:
    converter = Conversions(25_000_000, launch=REFUSED)
    read_with(hand.desk, converter)
    at = shown(hand)
    assert "An administrator can allow user namespaces" in papers(at)
    assert at.file_uploader(key="upload-files").disabled
    assert not hand.desk.uploads.recent(EDITH)
    converter.rest()


def test_that_uploads_without_protection_are_told_of(hand: Hand) -> None:
    converter = Conversions(25_000_000, unprotected=True, launch=REFUSED)
    read_with(hand.desk, converter)
    at = shown(hand)
    assert "CX_UPLOADS_UNPROTECTED is set" in papers(at)
    handed(at, ("fees.md", b"# Late fees\n\nFive."))
    read(hand)
    assert [one.state for one in hand.desk.uploads.recent(EDITH)] == ["read"]
    converter.rest()
