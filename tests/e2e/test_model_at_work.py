"""With a language model: words rewritten where they are written, and a draft that streams; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.at_work import sign_in, take
from tests.e2e.conftest import Served
from tests.model_server import Body, ModelServer, model_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STREAMED = "Thank you for telling us. **Bold** is not ours."
WARM = "Hello Aisha, thank you for asking. We will look at once."


def _says(body: Body) -> object:
    if body.get("stream"):
        return STREAMED
    name = body["response_format"]["json_schema"]["name"]
    nothing = {"ProposedPlan": {"steps": []}, "Paragraphs": {"paragraphs": []}, "Retold": {"summary": ""}}
    return nothing.get(name, {"text": WARM})


@pytest.fixture(scope="module", autouse=True)
def model() -> Iterator[ModelServer]:
    """Before the app starts, so that it finds its model."""
    with model_server(answer=_says) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k", "CX_MODEL": "scripted", "CX_MODEL_TIMEOUT": "10",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        yield server


def test_that_words_are_rewritten_and_given_back(served: Served, page: Page) -> None:
    served.customer_writes("rewrite-1", "aisha.rahman@example.com", "Where is my order O-15?")
    sign_in(page, served.url)
    take(page, "Aisha Rahman")
    reply = page.get_by_role("textbox", name="Reply")
    reply.fill("Hello Aisha, we will look at once.")
    page.get_by_role("button", name="Rewrite").click()
    page.get_by_role("menuitem", name="Warmer").click()
    expect(reply).to_have_value(re.compile(re.escape(WARM)))
    page.get_by_role("button", name="Back to my words").click()
    expect(reply).to_have_value("Hello Aisha, we will look at once.")


def test_that_a_draft_streams_and_ends_before_what_is_not_ours(served: Served, page: Page, model: ModelServer) -> None:
    served.customer_writes("stream-1", "grace.lin@example.com", "Where is my order O-16?")
    model.pace = 0.05
    sign_in(page, served.url)
    take(page, "Grace Lin")
    mine = page.get_by_role("textbox", name="Reply").input_value()
    page.get_by_role("button", name="New draft").click()
    expect(page.get_by_text("This draft is not whole: it spoke of *, which nothing backs.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply")).to_have_value(mine)
    page.get_by_role("button", name="Use it", exact=True).click()
    expect(page.get_by_role("textbox", name="Reply")).to_have_value(
        re.compile("Hello Grace,\n\nThank you for telling us.\n\n")
    )
