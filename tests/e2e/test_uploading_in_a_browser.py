"""Thirty files dropped at once, good and bad: each is told of, none is lost, and the page answers meanwhile."""

from __future__ import annotations

import re
import sqlite3
import time
from statistics import median

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from bench import documents
from tests.e2e.at_work import drawn, sign_in
from tests.e2e.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EDITOR = "edith.larsen@example.com"
PATIENCE = 240_000
SLOWER = 3.0
"""So many times as long as before may another page take to be there while files are read, on two cores that also draw
the browser; and a second."""


def thirty() -> list[documents.Sample]:
    """Every kind that is read, three times a manual of some length, one of each planted kind, and bad ones."""
    good = [
        documents.Sample(f"good-{n}.{ending}", make(n), "read", "") for n, (ending, make) in enumerate(documents.GOOD)
    ]
    long = [documents.Sample(f"manual-{n}.pdf", documents.pdf(n, pages=40), "read", "") for n in range(3)]
    odd = [documents.Sample(name, make(n), "quarantined", "") for n, (name, make) in enumerate(documents.PLANTED)]
    bad = [
        documents.Sample(f"{n}-{name}", make(n), "refused", says)
        for n, (name, make, says) in enumerate(documents.BAD)
        if "." in name and name != "large.txt"
    ]
    return [*good, *long, *odd, *bad][:30]


def told(served: Served) -> dict[str, str]:
    with sqlite3.connect(served.log.parent / "data" / "rung.db") as database:
        rows = database.execute("SELECT json_extract(body, '$.name'), state FROM upload").fetchall()
    return dict(rows)


def opened(served: Served, other: Page) -> float:
    """Seconds until another page of the same person is there."""
    began = time.monotonic()
    other.goto(f"{served.url}/knowledge?show=Articles")
    expect(other.get_by_role("navigation", name="Articles")).to_be_visible()
    return time.monotonic() - began


def test_that_thirty_mixed_files_are_read_while_the_page_stays_usable(
    served: Served, page: Page, context: BrowserContext
) -> None:
    samples = thirty()
    other = context.new_page()
    sign_in(page, served.url, EDITOR, shows="Articles")
    page.get_by_role("radio", name="Upload").or_(page.get_by_role("button", name="Upload")).first.click()
    before = median([opened(served, other) for _ in range(3)])
    uploader = page.locator(".st-key-upload-files input[type=file]")
    payload: list[FilePayload] = [
        {"name": one.name, "mimeType": "application/octet-stream", "buffer": one.content} for one in samples
    ]
    uploader.set_input_files(payload)
    expect(page.locator(".st-key-upload-files")).to_contain_text(re.compile(r"good-0\.md"))
    drawn(page)
    page.get_by_role("button", name="Upload files").click()
    expect(page.get_by_text(re.compile(r"of 30 files are read|Upload results")).first).to_be_visible()
    waits = []
    while "waiting" in told(served).values():
        waits.append(opened(served, other))
        assert len(waits) < PATIENCE / 1000
    assert not waits or median(waits) < SLOWER * before + 1, (before, waits)
    expect(page.get_by_role("button", name="Release")).to_have_count(len(documents.PLANTED), timeout=PATIENCE)
    states = told(served)
    assert {one.name: states.get(one.name) for one in samples} == {one.name: one.becomes for one in samples}
    listed = page.get_by_role("list", name="Files")
    for one in samples:
        if one.becomes != "quarantined":
            expect(listed).to_contain_text(one.name)
    page.reload()
    expect(page.get_by_role("list", name="Files")).to_contain_text("manual-2.pdf")
    first = page.locator(".st-key-apart-0")
    first.get_by_label("Why it may be taken in").fill("It is an example for colleagues")
    first.get_by_label("Why it may be taken in").press("Tab")
    first.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Released. Your reason has been recorded.")).to_be_visible()
    expect(page.get_by_role("button", name="Release")).to_have_count(len(documents.PLANTED) - 1)
