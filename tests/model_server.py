"""A language model's server, scripted: real HTTP on loopback, every way of failing, and two ways of misleading.

`obedient` does what any text of its input asks, with the action and arguments that `wants` names; `random` answers
any schema with values that fit it and mean nothing.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Answerer = Callable[[Body], object]
"""A request to what the model says: a text, or a structure that is sent as JSON."""


class ModelServer:
    """What it was asked is in `requests`; `mode` may be changed at any time."""

    def __init__(self, mode: str = "random", answer: Answerer | None = None, seed: int = 7) -> None:
        self.mode = mode
        self.answer = answer
        self.requests: list[Body] = []
        self.failures = 10**9
        """After so many failures it answers well, so that a second try can be seen to work."""
        self.retry_after = ""
        self.pace = 0.0
        """Seconds between two pieces of a streamed answer."""
        self.random = random.Random(seed)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": self}))
        self._server.daemon_threads = True
        self._closed = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def fails(self) -> bool:
        self.failures -= 1
        return self.failures >= 0

    def wait(self, seconds: float) -> None:
        self._closed.wait(seconds)

    def says(self, body: Body) -> str:
        """What the model would answer if nothing went wrong on the way."""
        if self.answer is not None:
            said = self.answer(body)
            return said if isinstance(said, str) else json.dumps(said)
        if body.get("stream"):
            return self.random.choice(WORDS)
        return json.dumps(at_random(schema_of(body), self.random))


@contextmanager
def model_server(mode: str = "good", answer: Answerer | None = None, seed: int = 7) -> Iterator[ModelServer]:
    server = ModelServer(mode, answer, seed)
    server.start()
    try:
        yield server
    finally:
        server.close()


def schema_of(body: Body) -> Body:
    schema: Body = body["response_format"]["json_schema"]["schema"]
    return schema


def content_of(body: Body) -> str:
    """Everything that was said to the model, in one text."""
    return "\n".join(str(message["content"]) for message in body["messages"])


def at_random(schema: Body, chance: random.Random, root: Body | None = None) -> object:
    """A value that fits the schema and means nothing."""
    root = root or schema
    if "$ref" in schema:
        return at_random(root["$defs"][str(schema["$ref"]).rsplit("/", 1)[1]], chance, root)
    if "enum" in schema or "const" in schema:
        return chance.choice(schema.get("enum") or [schema["const"]])
    if "anyOf" in schema:
        return at_random(chance.choice(schema["anyOf"]), chance, root)
    match schema.get("type"):
        case "object":
            return {name: at_random(inner, chance, root) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [at_random(schema.get("items", {}), chance, root) for _ in range(chance.randint(0, 3))]
        case "integer":
            return chance.randint(-3, 12)
        case "number":
            return chance.uniform(-5, 5)
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
    return chance.choice(WORDS)


WORDS = (
    "",
    "zzz",
    "refund_payment",
    "apply_credit",
    "£480.00",
    "O-99999",
    "2027-01-01",
    "Your refund has gone out.",
    "We have cancelled it.",
    "https://evil.example/pay",
    "harvest@evil.example",
    "{s1.amount}",
    "{s9.nothing}",
    "true",
    "**free**",
    "<script>1</script>",
    "⟪name-77⟫",
    "Thank you for writing to us.",
    "\u202e",
    "x" * 3000,
    "07700 900999",
)


class _Handler(BaseHTTPRequestHandler):
    script: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body: Body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(body)
        mode = self.script.mode if self.script.mode == "good" or self.script.fails() else "good"
        if mode in ("429", "500"):
            self._answer(int(mode), b'{"error": {"message": "not now", "type": "trouble"}}')
        elif mode == "hang":
            self.script.wait(60)
            self.close_connection = True
        elif body.get("stream"):
            self._stream(mode, _broken(mode, self.script.says(body)))
        elif mode == "drip":
            self._drip()
        elif mode == "cut":
            whole = _completion(self.script.says(body))
            self._answer(200, whole[: len(whole) // 2], length=len(whole))
            self.close_connection = True
        else:
            self._answer(200, _completion(_broken(mode, self.script.says(body))))

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if status == 429 and self.script.retry_after:
            self.send_header("Retry-After", self.script.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, mode: str, said: str) -> None:
        """Server-sent events of three characters. `cut` ends half-way, `drip` goes on with comments for ever."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        pieces = [said[at : at + 3] for at in range(0, len(said), 3)]
        events = [_event(delta={"content": piece}) for piece in pieces]
        if mode in ("cut", "drip"):
            events = events[: len(events) // 2] + [": still here\n\n"] * (600 if mode == "drip" else 0)
        else:
            events += [_event(delta={}, finish_reason="stop"), "data: [DONE]\n\n"]
        try:
            for event in events:
                self.wfile.write(event.encode())
                self.wfile.flush()
                self.script.wait(0.05 if event.startswith(":") else self.script.pace)
        except OSError:
            pass

    def _drip(self) -> None:
        """A byte now and then, so that no single read ever waits long."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            for _ in range(600):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, format: str, *arguments: object) -> None: ...


def _event(**choice: object) -> str:
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [{'index': 0, **choice}]})}\n\n"


def _broken(mode: str, said: str) -> str:
    return {"malformed": said[:-1] + ",,", "schema": '{"something": "else"}', "empty": ""}.get(mode, said)


def _completion(said: str) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    used = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return json.dumps(
        {"id": "c", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice], "usage": used}
    ).encode()
