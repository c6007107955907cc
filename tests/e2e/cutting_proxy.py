"""A TCP line to a server that can be cut at any moment, as mobile networks do."""

from __future__ import annotations

import contextlib
import random
import socket
import threading


class CuttingProxy:
    """Relays bytes to a port of this machine. `cut` resets what is open; `down` also refuses what comes after."""

    def __init__(self, port: int, *, seed: int = 1) -> None:
        self._target = port
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.cuts = 0
        self.down = False
        self.loss = 0.0  # chance that a connection is cut when the server's answer begins
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset every open connection."""
        with self._lock:
            cut, self._open = self._open, set()
        self.cuts += len(cut) // 2
        for one in cut:
            _reset(one)

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.down:
                _reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _reset(client)
                continue
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._relay, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, client, True), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                if answers and self.loss and self._chance.random() < self.loss:
                    self.cuts += 1  # the server has done what was asked, and the other side never hears of it
                    break
                sink.sendall(content)
        with self._lock:
            self._open -= {source, sink}
        _reset(source)
        _reset(sink)


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
