"""WireMock, which others wrote, as a line in front of a system: it forwards every request, or answers with a fault.

Its faults replace the call: a stub that forwards and has a fault forwards and leaves the fault out (3.13.2). For an act
that was done and whose answer was lost, `WireMockLine` therefore hands the request to the system itself, drops the
system's answer, and hands the same request to WireMock for the faulty one.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.connectors.faulty_line import Line, message, reset
from tests.connectors.served import Json
from tests.mail_servers import free_port

VERSION = "3.13.2"
LATE_MILLISECONDS = 900
FAULTS: Mapping[str, Json] = {
    **{
        name: {"fault": name}
        for name in (
            "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK", "RANDOM_DATA_THEN_CLOSE",
        )
    },
    **{f"status {status}": {"status": status, "jsonBody": {}} for status in (500, 503, 429)},
    "delay": {"status": 200, "jsonBody": {}, "fixedDelayMilliseconds": LATE_MILLISECONDS},
    "dribble": {
        "status": 200, "jsonBody": {"id": "of nobody"},
        "chunkedDribbleDelay": {"numberOfChunks": 5, "totalDuration": 2 * LATE_MILLISECONDS},
    },
}  # fmt: skip
"""The answer of WireMock's stub under each fault."""

SLOW = ("delay", "dribble")
"""Faults that cost every call a time-out."""


def jar() -> Path | None:
    """The jar that `RUNG_WIREMOCK` names, or that npm's package ships; None where it cannot be had."""
    if named := os.environ.get("RUNG_WIREMOCK"):
        return Path(named) if Path(named).exists() else None
    place = Path(tempfile.gettempdir()) / f"rung-wiremock-{VERSION}"
    shipped = place / "node_modules" / "wiremock" / "build" / f"wiremock-standalone-{VERSION}.jar"
    if not shipped.exists():
        if os.environ.get("RUNG_INSTALL_SYSTEMS") != "1":
            return None
        install = ["npm", "install", "--ignore-scripts", "--prefix", str(place), f"wiremock@{VERSION}"]
        if subprocess.run(install, check=False, capture_output=True, timeout=300).returncode != 0:
            return None
    return shipped


class WireMockLine(Line):
    """Forwards each connection to WireMock; `carries_out`: what is a write reaches the system first."""

    def __init__(self, wiremock: str, system: str, is_write: Callable[[bytes], bool]) -> None:
        self._system = _host_and_port(system)
        self._admin = httpx.Client(base_url=f"{wiremock}/__admin")
        self._faulty = False
        self.carries_out = False
        super().__init__(wiremock, is_write)
        self._admin.post("/reset").raise_for_status()
        self._stub({"proxyBaseUrl": system}, priority=10)

    def close(self) -> None:
        super().close()
        self._admin.close()

    def answer_writes_with(self, fault: str) -> None:
        """Set the fault that `faulty` switches on."""
        request = {"method": "POST", "urlPathPattern": "/refunds|/rpc/BookRefund"}
        self._stub(FAULTS[fault], priority=1, request=request, scenarioName="line", requiredScenarioState="faulty")

    @contextmanager
    def faulty(self) -> Iterator[None]:
        """Every write meets the fault meanwhile."""
        self._switch("faulty")
        yield
        self._switch("")

    def _switch(self, state: str) -> None:
        """To a state of the scenario; the first has no stub that names it, and comes by resetting."""
        named = {"state": state} if state else None
        self._admin.put("/scenarios/line/state", json=named).raise_for_status()
        self._faulty = bool(state)

    def _stub(self, response: Json, request: Json | None = None, **rest: Json) -> None:
        stub = {"request": request or {"urlPathPattern": ".*"}, "response": response, **rest}
        self._admin.post("/mappings", json=stub).raise_for_status()

    def _answer(self, client: socket.socket, request: bytes, fault: str) -> None:
        if self._faulty and self._is_write(request):
            self.met += 1
            if self.carries_out:
                with socket.create_connection(self._system, timeout=10) as system:
                    system.sendall(request)
                    message(system)
        with socket.create_connection(self._target, timeout=10) as wiremock:
            first, _, rest = request.partition(b"\r\n")
            wiremock.sendall(first + b"\r\nConnection: close\r\n" + rest)
            try:
                while part := wiremock.recv(65536):
                    client.sendall(part)
            except ConnectionResetError:
                reset(client)


@contextmanager
def running() -> Iterator[str]:
    """The address of a WireMock without stubs."""
    port = free_port()
    options = ["--port", str(port), "--bind-address", "127.0.0.1", "--no-request-journal", "--disable-banner"]
    process = subprocess.Popen(
        ["java", "-jar", str(jar()), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/__admin/mappings")
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _host_and_port(address: str) -> tuple[str, int]:
    url = httpx.URL(address)
    return url.host, int(url.port or 80)
