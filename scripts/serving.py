"""The real app in a process of its own, for tests, benches and screenshots."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A running app. `url` has no slash at its end; `seconds` is from start to the first sign-in page."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    seconds: float


@contextmanager
def serving(data_dir: Path, settings: Mapping[str, str] | None = None, *, patience: float = 120) -> Iterator[Server]:
    """Start `streamlit run app.py` in demonstration mode on a free port, and end it afterwards.

    `settings` are further CX_* variables. Raises RuntimeError with the end of the log if no sign-in page
    is served within `patience` seconds.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "CX_DEMO": "1",
        "CX_DATA_DIR": str(data_dir),
        **(settings or {}),
    }
    log = data_dir / "server.log"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless",
        "true",
        "--server.address",
        "127.0.0.1",
        "--server.port",
        str(port),
    ]
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _await_page(f"{url}/login", process, log, patience)
        yield Server(url, process, log, time.perf_counter() - began)
    finally:
        _end(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _await_page(url: str, process: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  always http on loopback
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"The app served no page.\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C would; a process that does not go is killed."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
