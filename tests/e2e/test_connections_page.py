"""An administrator has a webhook told, in a real browser: added, its secret copied, tested, and told of a stop."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from tests.e2e.at_work import sign_in, stop_everything
from tests.e2e.conftest import Served
from tests.receivers import await_until, hooked

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMINISTRATOR = "owen.price@example.com"


def test_that_an_administrator_adds_a_webhook_tests_it_and_it_is_told(served: Served, page: Page) -> None:
    with hooked() as hook:
        sign_in(page, served.url, ADMINISTRATOR)
        page.goto(f"{served.url}/connections")
        page.get_by_role("radio", name="Webhook").click()
        page.get_by_label("Web address").fill(hook.url)
        page.get_by_label("Notify about").fill("stopped")
        page.get_by_role("option", name="The copilot is stopped, or goes on").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Add", exact=True).click()
        secret = page.locator(".st-key-secret code").inner_text().strip()
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("The test was sent. It answered 204 No Content.")).to_be_visible()
        call = hook.calls[0]
        assert Webhook(secret).verify(call.body, call.headers)["type"] == "test"
        page.get_by_role("button", name="I have saved it").click()
        expect(page.get_by_text(secret)).to_have_count(0)

        stop_everything(page, served.url, "A look at what is told")
        page.get_by_role("button", name="Resume").click()
        await_until(lambda: len(hook.calls) == 3, 30)
        verified = [Webhook(secret).verify(call.body, call.headers)["data"]["stopped"] for call in hook.calls[1:]]
        assert verified == [True, False]
        page.goto(f"{served.url}/connections")
        expect(page.get_by_role("heading", name=hook.url)).to_be_visible()
