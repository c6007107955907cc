"""A proxy that does to requests what networks and servers do to them."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

FAULTS = (
    "reset before", "reset after", "500 before", "500 after", "429 after", "drip", "garbage", "cut short",
    "twice", "closed without a word",
)  # fmt: skip


LATE_SECONDS = 1.0
"""With "late" a connection breaks, and the request arrives all the same after this time."""


class Line:
    """Forwards each connection to `target`; the next writes have the `faults` that a test put here."""

    def __init__(self, target: str, is_write: Callable[[bytes], bool]) -> None:
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._is_write = is_write
        self.faults: list[str] = []
        self.met = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            request = message(client)
            if not request:
                return
            fault = ""
            if self.faults and self._is_write(request):
                fault = self.faults.pop(0)
                self.met += 1
            self._answer(client, request, fault)

    def _answer(self, client: socket.socket, request: bytes, fault: str) -> None:
        if fault.endswith("before"):
            _instead(client, fault)
            return
        if fault == "late":
            reset(client)
            time.sleep(LATE_SECONDS)
        answer = self._forward(request)
        if fault == "late":
            return
        if fault == "twice":
            answer = self._forward(request)
        if fault in ("", "twice"):
            client.sendall(answer)
        elif fault == "cut short":
            client.sendall(answer[: len(answer) - 9])
        elif fault == "drip":
            for one in answer:
                client.sendall(bytes([one]))
                time.sleep(0.05)
        else:
            _instead(client, fault)

    def _forward(self, request: bytes) -> bytes:
        with socket.create_connection(self._target, timeout=10) as server:
            server.sendall(request)
            return message(server)


def _instead(client: socket.socket, fault: str) -> None:
    """What comes in the place of the answer."""
    if fault.startswith("reset"):
        reset(client)
    elif fault.startswith("500"):
        client.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}")
    elif fault.startswith("429"):
        client.sendall(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}")
    elif fault == "garbage":
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html>\xff\xfe\x00{[")


def message(connection: socket.socket) -> bytes:
    """One request or answer with its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = connection.recv(65536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def faulty(target: str, is_write: Callable[[bytes], bool]) -> Iterator[Line]:
    line = Line(target, is_write)
    try:
        yield line
    finally:
        line.close()
