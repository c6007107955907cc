"""Photographs the Inbox of the running demonstration into docs/images/inbox.png, at 1440 by 900.

The picture is taken of one customer's ticket, when the first messages of the feed have been read.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from scripts.chromium import CHROMIUM, MISSING, chromium
from scripts.serving import ROOT, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURE = ROOT / "docs" / "images" / "inbox.png"
FIRST = 12
"""Messages that the feed delivers at once; the next one must not arrive while the picture is taken."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshot", description=__doc__)
    parser.add_argument("--to", type=Path, default=PICTURE)
    parser.add_argument("--customer", default="Maria Keller", help="whose ticket is opened")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    given = parser.parse_args()
    if not CHROMIUM.exists():
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        feed = {"CX_FEED_SECONDS": "300", "CX_GATHER_SECONDS": "0"}
        with serving(Path(folder) / "data", feed) as server, chromium() as browser:
            page = browser.new_page(
                viewport={"width": given.width, "height": given.height},
                color_scheme="dark" if given.dark else "light",
                locale="en-GB",
            )
            page.set_default_timeout(60_000)
            _sign_in(page, server.url)
            _open_ticket(page, given.customer)
            given.to.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(given.to))
    print(f"{given.to} is there.")
    return 0


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.locator(".demo button", has_text="Advisor").first.click()
    page.get_by_role("listbox").first.wait_for()


def _open_ticket(page: Page, customer: str) -> None:
    """A customer's ticket, once every ticket has been read."""
    tickets = page.get_by_role("option")
    until = time.monotonic() + 180
    while tickets.count() < FIRST - 3 or tickets.filter(has_text="Reading").count():
        if time.monotonic() > until:
            raise RuntimeError("The tickets of the feed were not all read.")
        page.wait_for_timeout(500)
    tickets.filter(has_text=customer).first.click()
    expect(page.get_by_role("button", name=re.compile("^Send and do"))).to_be_enabled()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # fonts and the last refresh settle


if __name__ == "__main__":
    sys.exit(main())
