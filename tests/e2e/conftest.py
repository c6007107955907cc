"""The shipped app on a free port with a folder of its own, and a slot for what customers write."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Error, Page

from cx_core.records import File, Inbound, MessageId
from cx_core.settings import ROOT
from tests.prepared_copy import copy_prepared

READY_SECONDS = 300


@dataclass
class Served:
    """A running app."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def customer_writes(
        self,
        id: str,
        address: str,
        text: str,
        *,
        thread: str = "",
        identity: int = 1,
        files: Sequence[File] = (),
        subject: str = "",
    ) -> None:
        """A message arrives by mail."""
        inbound = Inbound.model_validate(
            {
                "id": MessageId(id),
                "channel": "email",
                "address": address,
                "identity": identity,
                "subject": subject or f"Message {id}",
                "text": text,
                "received_at": datetime.now(UTC),
                "thread": thread or id,
                "files": tuple(files),
            }
        )
        assert self.process.stdin
        self.process.stdin.write(inbound.model_dump_json() + "\n")
        self.process.stdin.flush()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _working(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=5) as answer:
            return b'"work":"ok"' in answer.read().replace(b" ", b"")
    except (URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, prepared: Path
) -> Iterator[Served]:
    """Demonstration mode without the feed; new words are read at once. A module's UNDO_SECONDS holds answers back."""
    folder, port = tmp_path_factory.mktemp("served"), _free_port()
    copy_prepared(prepared, folder / "data")
    environment = os.environ | {
        "CX_DATA_DIR": str(folder / "data"),
        "CX_DEMO": "1",
        "CX_FEED_SECONDS": "0",
        "CX_GATHER_SECONDS": "0",
        "CX_PLANTED_ERRORS": "0",
        "CX_UNDO_SECONDS": str(getattr(request.module, "UNDO_SECONDS", 0)),
        "CX_WEBHOOK_HOSTS": "127.0.0.1",
        "HF_HUB_OFFLINE": "1",
    }
    log = folder / "log.txt"
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "tests.e2e.letterbox:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=out, stderr=out, text=True
        )
    running = Served(f"http://127.0.0.1:{port}", process, log)
    try:
        until = time.monotonic() + READY_SECONDS
        while not _working(running.url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.3)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the page showed and the app logged, beside what failed."""
    report = yield
    values = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed:
        if isinstance(page := values.get("page"), Page):
            report.sections.append(("what the page showed", _shown(page)))
        if isinstance(served := values.get("served"), Served):
            told = [line for line in served.log.read_text().splitlines() if " HTTP/1.1" not in line]
            report.sections.append(("what the app logged", "\n".join(told[-30:])))
    return report


def _shown(page: Page) -> str:
    try:
        return page.locator("body").aria_snapshot(timeout=5000)[:5000]
    except Error as error:
        return str(error)
