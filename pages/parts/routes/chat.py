"""/chat/…: what the widget on somebody's site asks for. See docs/connect-chat.md.

The widget's id in the path says which origins may ask; the token in the Authorization header says whose conversation
it is. No cookie is read or set. A wrong token, a widget that is not there and an origin that is not allowed look alike.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from cx_core.errors import BadInput
from cx_core.records import File
from cx_core.records.chat import ChatSession, ChatWidget
from cx_core.views import Refusal
from cx_core.views.channels.chat import Admission, TranscriptWords
from pages.parts.routes.chat_streams import ChatStreams
from pages.parts.routes.rate_limits import RateLimit

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

FOLDER = Path(__file__).resolve().parents[1] / "chat"
MOST_JSON = 32 * 1024
STATUSES = {"empty": 422, "too_long": 422, "file": 422, "too_large": 413, "already": 409, "later": 429}
"""Of refusals, by their code; any other is 403."""
_Call = Callable[[Request, ChatWidget, ChatSession | None], Awaitable[Response]]
_MIDDLE: Mapping[str, str] = {"cross-origin-resource-policy": "cross-origin", "vary": "Origin"}


class ChatLimits(NamedTuple):
    """At most so many at once, and a minute in the long run. An office shares one address."""

    sessions: tuple[int, float] = (30, 30)
    messages: tuple[int, float] = (10, 20)
    of_address: tuple[int, float] = (120, 240)
    calls: tuple[int, float] = (60, 120)
    transcripts: tuple[int, float] = (5, 1)


class ChatRoutes:
    """Every path takes POST, so that browsers always say where a request comes from."""

    def __init__(
        self,
        desk: Callable[[], Desk],
        streams: ChatStreams,
        came: Callable[[], None] = lambda: None,
        limits: ChatLimits | None = None,
    ) -> None:
        """`came` is told of each message that was taken."""
        limits = limits or ChatLimits()
        self._desk = desk
        self._streams = streams
        self._came = came
        self._sessions = RateLimit(*limits.sessions)
        self._messages = RateLimit(*limits.messages)
        self._of_address = RateLimit(*limits.of_address)
        self._calls = RateLimit(*limits.calls)
        self._transcripts = RateLimit(*limits.transcripts)
        self._words: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text(encoding="utf-8"))
        self._script = (FOLDER / "widget.js").read_bytes()

    def routes(self) -> list[Route]:
        calls = {"hello": self._hello, "sessions": self._begin}
        visitors = {
            "stream": self._stream,
            "messages": self._say,
            "files": self._attach,
            "file": self._file,
            "typing": self._typing,
            "rating": self._rate,
            "transcript": self._transcript,
            "end": self._end,
        }
        return [
            Route("/chat/widget.js", self._widget),
            *(
                Route(f"/chat/{{widget}}/{name}", self._answered(call), methods=["POST"])
                for name, call in (calls | {name: _of_visitor(call) for name, call in visitors.items()}).items()
            ),
            Route("/chat/{widget}/{call}", self._preflight, methods=["OPTIONS"]),
        ]

    async def _widget(self, _request: Request) -> Response:
        headers = {"cross-origin-resource-policy": "cross-origin", "cache-control": "public, max-age=300"}
        return Response(self._script, media_type="text/javascript; charset=utf-8", headers=headers)

    async def _preflight(self, request: Request) -> Response:
        if (await self._admitted(request)).widget is None:
            return _no(404)
        headers = {
            "access-control-allow-methods": "POST",
            "access-control-allow-headers": "authorization, content-type, last-event-id",
            "access-control-max-age": "600",
        }
        return Response(status_code=204, headers={**_shared(request), **headers})

    def _answered(self, call: _Call) -> Callable[[Request], Awaitable[Response]]:
        """The call behind its checks; the answer readable by the page that asked, and by no other."""

        async def answer(request: Request) -> Response:
            widget, session = await self._admitted(request)
            if widget is None:
                return _no(404)
            try:
                response = await call(request, widget, session)
            except BadInput as error:
                response = JSONResponse({"error": "bad", "text": str(error)}, 400)
            except ClientDisconnect:
                response = _no(400)
            for name, value in _shared(request).items():
                response.headers[name] = value
            return response

        return answer

    async def _admitted(self, request: Request) -> Admission:
        """Widget and session by one look in another thread: each costs a wait where the copilot is reading."""
        id, origin = str(request.path_params["widget"]), request.headers.get("origin", "")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" and len(token) <= 200 else ""
        if not origin:
            return Admission(None, None)
        return await to_thread.run_sync(lambda: self._desk().chat_visitors.admitted(id, origin, token))

    async def _hello(self, request: Request, widget: ChatWidget, _session: ChatSession | None) -> Response:
        given = await _fields(request)
        welcome, offered = await to_thread.run_sync(
            lambda: (self._desk().chat_visitors.welcome(widget), self._desk().chat_transcripts.offered())
        )
        language = self._language(given.get("languages"))
        told = welcome.model_dump(mode="json") | {"transcript": offered}
        told |= {"active": widget.active, "language": language, "words": self._words[language]}
        return JSONResponse(told)

    def _language(self, wanted: object) -> str:
        """The first that we have words in."""
        named = [str(one)[:2].lower() for one in wanted] if isinstance(wanted, list) else []
        return next((one for one in named if one in self._words), "en")

    async def _begin(self, request: Request, widget: ChatWidget, _session: ChatSession | None) -> Response:
        if not self._sessions.allows(_address(request)):
            return _no(429, "later")
        given = await _fields(request)
        language = self._language([given.get("language")])
        token, email = str(given.get("token") or ""), str(given.get("email") or "")
        made = await to_thread.run_sync(
            lambda: self._desk().chat_visitors.begin(widget, token=token, email=email, language=language)
        )
        return _refused(made) if isinstance(made, Refusal) else JSONResponse(made.model_dump(mode="json"), 201)

    async def _stream(self, request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        if self._streams.full(session) or not self._calls.allows(session.id):
            return _no(429, "later")
        last = request.headers.get("last-event-id", "0")
        after = int(last) if last.isascii() and last.isdecimal() and len(last) < 10 else 0
        await to_thread.run_sync(lambda: self._desk().chat_visitors.refresh(session))
        told = self._streams.told(session, after)
        return StreamingResponse(told, media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    async def _say(self, request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        if not self._may_write(request, session):
            return _no(429, "later")
        given = await _fields(request)
        asks_person = given.get("person") is True
        text = self._words[session.language]["person_text"] if asks_person else str(given.get("text") or "")
        return await self._taken(session, str(given.get("id") or ""), text, None, asks_person=asks_person)

    async def _attach(self, request: Request, widget: ChatWidget, session: ChatSession) -> Response:
        if not self._may_write(request, session):
            return _no(429, "later")
        most = (await to_thread.run_sync(lambda: self._desk().chat_visitors.welcome(widget))).most_bytes
        content = await _body(request, most)
        if content is None:
            return _no(413, "too_large")
        name = request.query_params.get("name", "")[:200] or "file"
        return await self._taken(session, request.query_params.get("id", ""), "", File(name=name, content=content))

    def _may_write(self, request: Request, session: ChatSession) -> bool:
        return self._messages.allows(session.id) and self._of_address.allows(_address(request))

    async def _taken(
        self, session: ChatSession, id: str, text: str, file: File | None, *, asks_person: bool = False
    ) -> Response:
        desk = self._desk()
        desk.chat_presence.visitor_sent(session)
        refusal = await to_thread.run_sync(
            lambda: desk.chat_visitors.say(session, id, text, file, asks_person=asks_person)
        )
        if refusal is not None:
            return _refused(refusal)
        self._came()
        self._streams.look_now()
        return Response(status_code=204, background=BackgroundTask(self._refresh, session))

    async def _refresh(self, session: ChatSession) -> None:
        """When an answer comes is said after the message was taken: the advisor's side does not wait for it."""
        await to_thread.run_sync(lambda: self._desk().chat_visitors.refresh(session))
        self._streams.look_now()

    async def _file(self, request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        given = await _fields(request)
        number, place = given.get("number"), given.get("place")
        if type(number) is not int or type(place) is not int:
            return _no(404)
        found = await to_thread.run_sync(lambda: self._desk().chat_visitors.file(session, number, place))
        if found is None:
            return _no(404)
        disposition = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
        headers = {"content-disposition": disposition, "content-security-policy": "default-src 'none'; sandbox"}
        return Response(found.content, media_type="application/octet-stream", headers=headers)

    async def _typing(self, _request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        if self._calls.allows(session.id):
            self._desk().chat_presence.visitor_types(session)
        return Response(status_code=204)

    async def _rate(self, request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        given = await _fields(request)
        score, comment = given.get("score"), str(given.get("comment") or "")
        if type(score) is not int:
            return _no(422, "empty")
        refusal = await to_thread.run_sync(lambda: self._desk().chat_visitors.rate(session, score, comment))
        return _refused(refusal) if refusal is not None else Response(status_code=204)

    async def _transcript(self, request: Request, widget: ChatWidget, session: ChatSession) -> Response:
        if not self._transcripts.allows(_address(request)):
            return _no(429, "later")
        email, said = str((await _fields(request)).get("email") or ""), self._words[session.language]
        business = (await to_thread.run_sync(lambda: self._desk().chat_visitors.welcome(widget))).business
        title = said["transcript_subject"].replace("{name}", business)
        words = TranscriptWords(title, said["transcript_intro"], said["you"], said["ai"], said["notice"])
        refusal = await to_thread.run_sync(lambda: self._desk().chat_transcripts.send(session, email, words))
        return _refused(refusal) if refusal is not None else Response(status_code=204)

    async def _end(self, _request: Request, _widget: ChatWidget, session: ChatSession) -> Response:
        await to_thread.run_sync(lambda: self._desk().chat_visitors.end(session))
        return Response(status_code=204)


def _of_visitor(call: Callable[[Request, ChatWidget, ChatSession], Awaitable[Response]]) -> _Call:
    """For those only whose token opens a session by this widget."""

    async def answer(request: Request, widget: ChatWidget, session: ChatSession | None) -> Response:
        return await call(request, widget, session) if session is not None else _no(401)

    return answer


def _shared(request: Request) -> dict[str, str]:
    """Only after its origin was found among the widget's."""
    return {"access-control-allow-origin": request.headers["origin"], **_MIDDLE}


def _no(status: int, code: str = "unknown") -> Response:
    return JSONResponse({"error": code}, status)


def _refused(refusal: Refusal) -> Response:
    return JSONResponse({"error": refusal.code, "text": refusal.text}, STATUSES.get(refusal.code, 403))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _fields(request: Request) -> dict[str, object]:
    """The JSON object of a small request. Raises BadInput when it is none."""
    body = await _body(request, MOST_JSON)
    if body is None:
        raise BadInput("That is too much.")
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadInput("That is not JSON.") from error
    if not isinstance(value, dict):
        raise BadInput("That is not a JSON object.")
    return value


async def _body(request: Request, most: int) -> bytes | None:
    """The whole body; None if it is larger than this, and then the rest is not read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
