"""The process that reads untrusted files: killed, worn out or misled, whoever asked only gets a refusal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bench import documents
from cx_core.adapters.conversion.process import Conversions, WorkerProcess
from cx_core.errors import BadInput, NotIsolated
from cx_core.settings import ROOT


@pytest.fixture
def converter() -> Iterator[Conversions]:
    made = Conversions(25_000_000, seconds=5)
    yield made
    made.rest()


def test_that_one_process_serves_many_files_and_a_new_one_what_comes_after_its_death(converter: Conversions) -> None:
    assert converter.read("a.md", b"# A\n\nb").pieces[0].title == "A"
    first = converter._idle.get_nowait()
    converter._idle.put(first)
    assert converter.read("b.md", b"# B\n\nc").pieces[0].title == "B"
    assert first.served == 2
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()
    assert converter.read("c.md", b"# C\n\nd").pieces[0].title == "C"


def test_that_what_is_read_when_everything_is_told_to_stop_is_read_to_its_end(converter: Conversions) -> None:
    converter.read("a.md", b"# A\n\nb")
    (one,) = converter._idle.queue
    os.kill(one._process.pid, signal.SIGTERM)
    assert converter.read("b.md", b"# B\n\nc").pieces[0].title == "B"
    assert one.served == 2


def test_that_a_file_that_takes_too_long_is_refused_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    converter = Conversions(25_000_000, seconds=1)
    slow = b"<!doctype html><p>" + b"<a>x" * 140_000  # fewer than are taken of one page
    began = time.monotonic()
    with pytest.raises(BadInput, match=r"too long|too deep|each other"):
        converter.read("slow.html", slow)
    assert time.monotonic() - began < 10
    assert converter.read("a.md", b"# A\n\nb").pieces
    converter.rest()


def test_that_memory_has_an_end() -> None:
    converter = Conversions(200_000_000, memory_mb=300)
    with pytest.raises(BadInput, match=r"memory|gave up"):
        converter.read("a.md", b"# A\n\n" + b"word " * 20_000_000)
    converter.rest()


def test_that_such_a_process_reaches_nothing(converter: Conversions) -> None:
    """Run in the place of a reader: no file, no socket, no other process."""
    code = (
        "import socket, subprocess, sys;"
        "from cx_core.adapters.conversion.worker import confine; confine(1000000000);\n"
        "def tried(act):\n"
        "    try: act()\n"
        "    except OSError: return\n"
        "    sys.exit(3)\n"
        "tried(lambda: open('/tmp/rung-escape', 'w'));"
        "tried(lambda: socket.create_connection(('127.0.0.1', 9)));"
        "tried(lambda: subprocess.run(['true']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


REFUSED = (sys.executable, "-B", str(ROOT / "tests" / "refuse_unshare.py"))
"""Launches a reader to which the kernel refuses namespaces."""


def test_that_where_the_kernel_refuses_a_network_of_its_own_nothing_is_read() -> None:
    converter = Conversions(25_000_000, launch=REFUSED)
    with pytest.raises(NotIsolated, match=r"Operation not permitted.*administrator.*user namespaces"):
        converter.read("a.md", b"# A\n\nb")
    assert "no document is read" in converter.trouble()
    converter.rest()


def test_that_an_administrator_may_have_files_read_without_that_protection() -> None:
    converter = Conversions(25_000_000, unprotected=True, launch=REFUSED)
    assert converter.read("a.md", b"# A\n\nb").pieces[0].title == "A"
    assert converter.trouble() == ""
    converter.rest()


def test_that_a_reader_has_a_network_with_nobody_in_it(converter: Conversions) -> None:
    assert converter.trouble() == ""
    (one,) = converter._idle.queue
    assert os.readlink(f"/proc/{one._process.pid}/ns/net") != os.readlink("/proc/self/ns/net")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_that_whoever_is_not_root_may_cut_readers_off_as_well() -> None:
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-B")
    converter = Conversions(25_000_000, launch=nobody)
    assert converter.trouble() == ""
    converter.rest()


def test_that_it_is_told_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret-key")
    one = WorkerProcess(1_000_000_000, 5, 1_000)
    one.ask("a.md", b"# A\n\nb")
    with open(f"/proc/{one._process.pid}/environ", "rb") as told:
        assert b"secret-key" not in told.read()
    one.end()


def test_that_every_sample_is_read_or_refused_as_it_should_be(converter: Conversions) -> None:
    for sample in documents.mixed(60):
        if sample.becomes != "refused":
            read = converter.read(sample.name, sample.content)
            assert read.pieces or read.members, sample.name
