"""With a language model: words rewritten where they are written, and a draft that streams; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.at_work import send_button, sign_in, take
from tests.e2e.conftest import Served
from tests.e2e.test_axe import ADMINISTRATOR, check, laptop
from tests.model_server import Body, ModelServer, content_of, model_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STREAMED = "Thank you for telling us. **Bold** is not ours."
WARM = "Hello Aisha, thank you for asking. We will look at once."
MINE = "Hello Aisha, we will look at once."
GERMAN, TOLD = "Guten Tag,\n\nwir sehen sofort nach.", "Eine KI hat beim Schreiben geholfen."


def _says(body: Body) -> object:
    if body.get("stream"):
        return STREAMED
    name = body["response_format"]["json_schema"]["name"]
    unknown = {"goal": 0, "action": "give_everything", "arguments": []}
    drafted = {"ProposedPlan": {"steps": [unknown]}, "Paragraphs": {"paragraphs": []}, "Retold": {"summary": ""}}
    german = "translate into German" in content_of(body)
    return drafted.get(name, {"text": f"{GERMAN}\n\n{TOLD}" if german else WARM})


@pytest.fixture(scope="module", autouse=True)
def model() -> Iterator[ModelServer]:
    """Before the app starts, so that it finds its model."""
    with model_server(answer=_says) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": "k",
            "CX_MODEL": "scripted",
            "CX_MODEL_TIMEOUT": "10",
        }.items():
            patch.setenv(name, value)
        yield server


def test_that_words_are_rewritten_and_given_back(served: Served, page: Page) -> None:
    served.customer_writes("rewrite-1", "aisha.rahman@example.com", "Where is my order O-15?")
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    reply = page.get_by_role("textbox", name="Reply")
    reply.fill(MINE)
    _rewrite(page, "Warmer")
    expect(reply).to_have_value(re.compile(re.escape(WARM)))
    reply.fill("Hello Aisha, it's late and we'll look at once.")
    _rewrite(page, "More formal")
    expect(reply).to_have_value(re.compile(re.escape(WARM)))
    page.reload()
    page.get_by_role("button", name="Restore my text").click()
    expect(reply).to_have_value("Hello Aisha, it's late and we'll look at once.")
    page.get_by_role("button", name="Restore my text").click()
    expect(reply).to_have_value(MINE)
    expect(page.get_by_role("button", name="Restore my text")).to_have_count(0)


def _rewrite(page: Page, way: str) -> None:
    page.get_by_role("button", name="Rewrite").click()
    page.get_by_role("menuitem", name=way).click()


def test_that_a_translation_is_sent_with_its_disclosure_though_it_was_deleted(served: Served, page: Page) -> None:
    words = "Guten Tag, wo ist meine Bestellung? Ich warte schon seit einer Woche auf das Paket."
    served.customer_writes("rewrite-2", "lena.fischer@example.com", words)
    sign_in(page, served.url)
    take(page, "Lena Fischer")
    reply = page.get_by_role("textbox", name="Reply")
    reply.fill("Hello,\n\nwe will look at once.")
    reply.blur()
    _rewrite(page, "Translate to German")
    expect(reply).to_have_value(f"{GERMAN}\n\n{TOLD}")
    reply.fill(GERMAN)
    reply.blur()
    expect(page.get_by_text("Added when it is sent")).to_be_visible()
    send_button(page).click()
    expect(page.get_by_role("article", name="From Ines Duarte")).to_contain_text(TOLD)


def test_that_a_draft_streams_and_ends_before_what_is_not_ours(served: Served, page: Page, model: ModelServer) -> None:
    served.customer_writes("stream-1", "grace.lin@example.com", "Where is my order O-16?")
    model.pace = 0.05
    sign_in(page, served.url)
    take(page, "Grace Lin")
    reply = page.get_by_role("textbox", name="Reply")
    expect(reply).to_have_value(re.compile("Hello Grace"))  # the field is there a moment before its text
    mine = reply.input_value()
    page.get_by_role("button", name="New draft").click()
    expect(page.get_by_text("This draft is not whole: it spoke of *, which nothing backs.")).to_be_visible()
    expect(reply).to_have_value(mine)
    page.get_by_role("button", name="Use it", exact=True).click()
    expect(reply).to_have_value(re.compile("Hello Grace,\n\nThank you for telling us.\n\n"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_two_drafts_side_by_side_are_for_everybody(
    scheme: Literal["light", "dark"], served: Served, browser: Browser
) -> None:
    served.customer_writes("beside-1", "maria.keller@example.com", "I was charged twice for my invoice.")
    with laptop(browser, scheme) as page:
        sign_in(page, served.url, ADMINISTRATOR)
        take(page, "Maria Keller")
        page.goto(f"{served.url}/model")
        page.get_by_role("button", name="Draft it twice").click()
        expect(page.get_by_text("Nothing of this is kept or sent.")).to_be_visible()
        expect(page.get_by_role("heading", name="Built-in")).to_be_visible()
        check(page, "two drafts")
