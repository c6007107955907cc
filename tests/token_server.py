"""A provider of access tokens on this machine: renews them (RFC 6749, 6) and tells a mail server of them (RFC 7662)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """Gives a new access token, and a new refresh token, to whoever has the present one.

    `whose`: of each access token that counts, the user. Who ends one takes it out.
    """

    refresh: str = "r0"
    lasts: int = 3600
    user: str = ""
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    introspected: list[str] = field(default_factory=list)
    whose: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, object]]:
        if path == "/introspect":
            return 200, self._told_of(given.get("token", ""))
        self.asked.append(given)
        if given.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant"}
        self.refresh, token = f"r{len(self.asked)}", f"t{len(self.asked)}"
        self.whose[token] = self.user
        return 200, {"access_token": token, "expires_in": self.lasts, "refresh_token": self.refresh}

    def _told_of(self, token: str) -> dict[str, object]:
        self.introspected.append(token)
        return {"active": True, "email": self.whose[token]} if token in self.whose else {"active": False}


@contextmanager
def token_server() -> Iterator[TokenServer]:
    made = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = made.answer(self.path, given)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
