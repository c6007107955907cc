"""Files in both directions in a real browser: a photo comes in and is seen, a PDF goes out and stays in sight."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cx_core.records import File
from cx_core.settings import ROOT
from tests.e2e.at_work import draft, sign_in, take
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO = (ROOT / "knowledge" / "photos" / "cracked_tablet.jpg").read_bytes()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BROKEN = "My Fern tablet arrived with a cracked screen."


def went_out(served: Served) -> list[str]:
    """Names of the files that customers got."""
    with sqlite3.connect(served.log.parent / "data" / "fernline.db") as sandbox:
        return [name for (name,) in sandbox.execute("SELECT name FROM delivered_file")]


def test_that_a_customers_photo_is_seen_and_saved_and_a_program_is_not_kept(served: Served, page: Page) -> None:
    sent = (File(name="../cracked.jpg", content=PHOTO), File(name="x.exe", content=b"MZ\x00\x01"))
    served.customer_writes("photo-1", "aisha.rahman@example.com", BROKEN, files=sent)
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    conversation = page.get_by_role("region", name="Conversation")
    picture = conversation.get_by_role("img", name="Picture cracked.jpg")
    expect(picture).to_be_visible()
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=picture.element_handle())
    expect(conversation).to_contain_text("“x.exe” was not kept: files of its kind are not taken.")
    with page.expect_download() as saved:
        conversation.get_by_role("link", name="Save cracked.jpg").click()
    assert saved.value.suggested_filename == "cracked.jpg"
    assert Path(saved.value.path()).read_bytes() == PHOTO


def test_that_an_attached_pdf_outlives_a_reload_and_goes_with_the_reply(served: Served, page: Page) -> None:
    served.customer_writes("terms-1", "priya.nair@example.org", "Could I have your terms as a file, please?")
    sign_in(page, served.url)
    take(page, "Priya Nair")
    page.get_by_role("button", name="Attach a file").click()
    upload = page.locator('[class*="st-key-attach-"] input[type="file"]')
    upload.set_input_files({"name": "terms.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.locator(".st-key-attached-1")).to_contain_text("terms.pdf")
    page.get_by_role("button", name="Attach a file").click()  # the menu closed after its act
    upload.set_input_files({"name": "also.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x00"})
    expect(page.get_by_text("“also.pdf” was not attached")).to_be_visible()
    page.reload()
    expect(page.locator(".st-key-attached-1")).to_contain_text("terms.pdf")
    draft(page).fill("Here they are.")
    draft(page).press("Control+Enter")
    ours = page.get_by_role("article", name="From Ines Duarte")
    expect(ours).to_contain_text("Here they are.")
    expect(ours).to_contain_text("terms.pdf")
    assert went_out(served) == ["terms.pdf"]
    expect(page.locator(".st-key-attached-1")).to_have_count(0)
