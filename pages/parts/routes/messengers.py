"""/channels/…: what messengers call with, each call signed (Standard Webhooks). See docs/connect-messenger.md.

A channel that is not there and a signature that does not fit look alike. A message is stored before it is acknowledged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cx_core.errors import BadInput, RungError
from cx_core.records.channels.messengers import Messenger
from cx_core.views import Refusal
from cx_core.views.channels.messengers import MessageGiven, ReceiptGiven
from pages.parts.api.problems import Wrong, problem
from pages.parts.routes.rate_limits import RateLimit

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

MOST_MESSAGE, MOST_RECEIPT = 15_000_000, 16_000
"""Bytes of a call: a message may bring files in base64."""
MOST_DOUBTED = 64_000
"""Bytes that are read for a channel that is not there, and from a network address whose calls were not believed too
often: enough for a text, so that nobody who shares its address can keep a messenger out."""
BURST, PER_MINUTE = 100, 1_200.0
"""Calls of one channel that are believed: so many in a row, and so many on the whole."""
SENDER_BURST, SENDER_PER_MINUTE = 20, 30.0
"""Messages of one customer by one channel."""
WRONG_BURST, WRONG_PER_MINUTE = 20, 12.0
"""Calls that are not believed, from one network address."""
_STATUS = {"already": 409, "stale": 404, "later": 503}
"""Of refusals, by their code; any other is 422."""
_NOT_BELIEVED = "The call is not signed for a channel that is here, or not fresh. The channel's card says more."

GivenT = TypeVar("GivenT", bound=BaseModel)


class MessengerRoutes:
    """Two calls for each channel."""

    def __init__(self, desk: Callable[[], Desk], came: Callable[[], None] = lambda: None) -> None:
        """`came` is told of each message that was taken."""
        self._desk, self._came = desk, came
        self._calls = RateLimit(BURST, PER_MINUTE)
        self._senders = RateLimit(SENDER_BURST, SENDER_PER_MINUTE)
        self._wrong = RateLimit(WRONG_BURST, WRONG_PER_MINUTE)

    def routes(self) -> list[Route]:
        return [
            Route("/channels/{channel}/messages", self._messages, methods=["POST"]),
            Route("/channels/{channel}/receipts", self._receipts, methods=["POST"]),
        ]

    async def _messages(self, request: Request) -> Response:
        return await self._answered(request, MOST_MESSAGE, MessageGiven, self._take)

    async def _receipts(self, request: Request) -> Response:
        return await self._answered(request, MOST_RECEIPT, ReceiptGiven, self._receipt)

    async def _answered(
        self,
        request: Request,
        most: int,
        kind: type[GivenT],
        act: Callable[[Messenger, GivenT], Response],
    ) -> Response:
        """Believe the call, read it, and do as it says; every failure is a problem document."""
        client = request.client.host if request.client else ""
        channel, headers = str(request.path_params["channel"]), dict(request.headers)
        doubted = self._wrong.until_allowed(client)
        try:
            body = await _body(request, min(most, MOST_DOUBTED) if doubted or await self._nowhere(channel) else most)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            if doubted and most > MOST_DOUBTED:
                return _later(doubted)
            return problem(413, f"A call may have {most:,} bytes at most.", headers={"Connection": "close"})

        def answer() -> Response:
            messenger = self._desk().messenger_intake.believed(channel, headers, body)
            if messenger is None:
                wait = self._wrong.wait(client)
                return _later(wait) if wait else problem(401, _NOT_BELIEVED)
            if wait := self._calls.wait(messenger.id):
                return _later(wait)
            try:
                return act(messenger, kind.model_validate_json(body))
            except ValidationError as error:
                return problem(422, "Something in the call cannot be used; `errors` says what.", errors=_errors(error))
            except BadInput as error:
                return problem(422, str(error))

        try:
            return await to_thread.run_sync(answer)
        except RungError:
            return problem(503, "A system that is needed does not answer. Deliver it again.", headers=_AGAIN)

    async def _nowhere(self, channel: str) -> bool:
        """Whether there is no such channel. Where that is not known now the call is read, to be asked for again."""
        try:
            return not await to_thread.run_sync(lambda: self._desk().messenger_intake.known(channel))
        except RungError:
            return False

    def _take(self, messenger: Messenger, given: MessageGiven) -> Response:
        if wait := self._senders.wait(f"{messenger.id} {given.sender}"):
            return _later(wait)
        taken = self._desk().messenger_intake.take(messenger, given)
        if isinstance(taken, Refusal):
            return _no(taken)
        self._came()
        return JSONResponse({"id": given.id, "anew": taken}, 201 if taken else 200)

    def _receipt(self, messenger: Messenger, given: ReceiptGiven) -> Response:
        refusal = self._desk().messenger_intake.receipt(messenger, given)
        if refusal is not None:
            return _no(refusal)
        self._came()
        return Response(status_code=204)


_AGAIN = {"Retry-After": "10"}


def _no(refusal: Refusal) -> Response:
    status = _STATUS.get(refusal.code, 422)
    return problem(status, refusal.text, headers=_AGAIN if status == 503 else None)


def _later(wait: float) -> Response:
    seconds = max(1, math.ceil(wait))
    return problem(429, f"Too many calls. Wait {seconds} s.", headers={"Retry-After": str(seconds)})


def _errors(error: ValidationError) -> list[Wrong]:
    """What is wrong and where, without what was given."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:20]
    return [Wrong(at="/".join(["body", *map(str, one["loc"])]), what=one["msg"]) for one in found]


async def _body(request: Request, most: int) -> bytes | None:
    """All of it; None where it is longer than may be."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > most:
        return None
    whole = bytearray()
    async for piece in request.stream():
        whole += piece
        if len(whole) > most:
            return None
    return bytes(whole)
