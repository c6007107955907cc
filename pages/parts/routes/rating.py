"""/rate/TOKEN: the one page a customer sees. Plain HTML, one click; who has the link may answer it, once."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Protocol

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cx_core.errors import BadInput
from cx_core.records import Rating
from cx_core.views import Refusal
from pages.parts.routes.signin import form_of, framed

SCORES = ((5, "Very well"), (4, "Well"), (3, "All right"), (2, "Not well"), (1, "Badly"))


class Rated(Protocol):
    """The part of the desk that is told."""

    def rating(self, token: str) -> Rating | None: ...

    def rate(self, token: str, score: int, comment: str = "") -> Refusal | None: ...


def routes(desk: Callable[[], Rated]) -> list[Route]:
    """GET shows the question, POST takes the answer. Following the link alone changes nothing."""

    async def ask(request: Request) -> Response:
        token = request.path_params["token"]
        found = await to_thread.run_sync(lambda: desk().rating(token))
        if found is None:
            return framed("<h1>This link is not valid or has expired.</h1>", 404, title="Rung")
        if found.answered_at is not None:
            return framed("<h1>Thank you, we have already received your rating.</h1>", title="Thank you")
        return framed(_question(), title="How did we do?")

    async def answer(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            form = await form_of(request)
            score = int(form.get("score", "0"))
        except (BadInput, ValueError):
            return framed(_question("Please choose one of the five options."), 400, title="How did we do?")
        comment = form.get("comment", "")
        refusal = await to_thread.run_sync(lambda: desk().rate(token, score, comment))
        if isinstance(refusal, Refusal):
            return framed(f"<h1>{escape(refusal.text)}</h1>", 400, title="Rung")
        return framed("<h1>Thank you for your feedback.</h1>", title="Thank you")

    return [Route("/rate/{token}", ask), Route("/rate/{token}", answer, methods=["POST"])]


def _question(alert: str = "") -> str:
    said = f'<p class="say" role="alert">{escape(alert)}</p>' if alert else ""
    choices = "".join(
        f'<li><button name="score" value="{score}"><span class="face" aria-hidden="true">{score}</span>'
        f'<span class="name">{words}</span></button></li>'
        for score, words in SCORES
    )
    return (
        f'<h1>How well did we help you?</h1>{said}<form method="post">'
        '<label for="comment">Anything to add? (optional)</label>'
        f'<input id="comment" name="comment" maxlength="2000"><section class="demo"><ul>{choices}</ul></section></form>'
    )
