"""A small web server for tests: routes are methods, effects are counted by the key that was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

Json = Any
"""Whatever a test's system takes and gives."""


class Request(NamedTuple):
    """One request, read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json


Handler = Callable[[Request], tuple[int, Json]]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is what these tests are about."""


@contextmanager
def served(handle: Handler, port: int = 0) -> Iterator[str]:
    """The address of a server that answers with what `handle` gives; port 0 is any that is free."""
    lock = threading.Lock()

    class Routes(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            parts = urlsplit(self.path)
            form = "urlencoded" in (self.headers.get("Content-Type") or "")
            body = dict(parse_qsl(raw.decode())) if form else json.loads(raw) if raw else {}
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                status, answer = handle(Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if 300 <= status < 400:
                self.send_header("Location", answer["Location"])
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = _Server(("127.0.0.1", port), Routes)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
