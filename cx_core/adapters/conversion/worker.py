"""The process in which untrusted files are parsed: bytes in, words out, nothing else within reach.

What a parser may take is limited by the kernel: memory, processor time, no file written, no other process, no network.
Run by `process.Conversions`; speaks frames on its standard input and output: a length in four bytes, JSON, bytes.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import struct
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib import import_module
from typing import BinaryIO

from cx_core.adapters.conversion.encodings import assumed
from cx_core.adapters.conversion.kinds import PACKED, PDF, Kind, kind_of, said_by_page
from cx_core.adapters.conversion.shape import Read
from cx_core.errors import BadInput

READERS: dict[Kind, tuple[str, str]] = {
    "pdf": ("pdf", "read"),
    "docx": ("word", "read"),
    "pptx": ("slides", "read"),
    "xlsx": ("rows", "read_workbook"),
    "csv": ("rows", "read_csv"),
    "html": ("html", "read"),
    "markdown": ("text", "read_markdown"),
    "text": ("text", "read_text"),
}
AT_LEAST, AN_MB = 4, 8
"""Seconds of the processor for a text, and more for each MB of it: honest pages take one for each, large tables six."""
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of the kernel's <linux/sched.h>."""
Answer = Callable[[str, bytes, str], tuple[dict[str, object], bytes]]
_NEVER = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.chmod",
)


def main() -> None:
    """Serve until nobody asks any more."""
    memory, seconds, most_bytes, bare = (int(given) for given in sys.argv[1:5])

    def answer(name: str, content: bytes, refused: str) -> tuple[dict[str, object], bytes]:
        if refused and not bare:
            return {"unprotected": refused}, b""  # nothing of the file is looked at
        return _answer(name, content, most_bytes)

    serve(answer, memory, seconds)


def serve(answer: Answer, memory: int, seconds: int) -> None:
    """Answer one frame after the other, within limits. `answer` is told why this process still has a network, or ""."""
    source, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log, not between the frames
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # for Rung, not for us: what is read now may yet be finished
    refused = confine(memory)
    while (asked := _frame(source)) is not None:
        header, content = asked
        more_seconds(allowed(content, seconds))
        told, tail = answer(str(header["name"]), content, refused)
        raw = json.dumps(told).encode()
        out.write(struct.pack(">I", len(raw)) + raw + tail)
        out.flush()


def converted(name: str, content: bytes, most_bytes: int) -> Read:
    """Raises BadInput, and whatever a parser raises of a file that nobody foresaw."""
    kind = kind_of(name, content)
    if kind == "zip":
        from cx_core.adapters.conversion import archive

        return archive.read(name, content, most_bytes=most_bytes)
    module, function = READERS[kind]
    found: Read = getattr(import_module(f"cx_core.adapters.conversion.{module}"), function)(name, content)
    if kind in ("text", "markdown", "csv", "html") and not (kind == "html" and said_by_page(content)):
        return replace(found, notes=(*filter(None, [assumed(content)]), *found.notes))
    return found


def allowed(content: bytes, most: int) -> int:
    """Seconds for one file. A text that takes long for its size was made to; what is packed is larger than it looks."""
    packed = content.startswith(PACKED) or PDF in content[:1024]
    return most if packed else min(most, AT_LEAST + AN_MB * len(content) // 1_000_000 + 1)


def _answer(name: str, content: bytes, most_bytes: int) -> tuple[dict[str, object], bytes]:
    try:
        read = converted(name, content, most_bytes)
    except BadInput as error:
        return {"refused": str(error)}, b""
    except MemoryError:
        return {"refused": "it takes more memory than any file may. Divide it, or save it anew", "worn": True}, b""
    except RecursionError:
        return {
            "refused": "what is in it stands in each other too deep, as no document of people does. Save it anew"
        }, b""
    except Exception as error:  # noqa: BLE001  # a parser met what nobody foresaw; the process says so and goes on
        return {"refused": "it is damaged: it cannot be read. Save it again", "error": type(error).__name__}, b""
    members = [{"name": one.name, "size": len(one.content), "trouble": one.trouble} for one in read.members]
    answer: dict[str, object] = {
        "parts": [asdict(part) | {"about": _plain(part.about)} for part in read.parts],
        "notes": read.notes,
        "hidden": read.hidden,
        "members": members,
    }
    return answer, b"".join(one.content for one in read.members)


def _plain(about: dict[str, object]) -> dict[str, object]:
    """Dates and other values of YAML as words."""
    return {
        name: [str(one) for one in value] if isinstance(value, list) else str(value) for name, value in about.items()
    }


def confine(memory: int) -> str:
    """Take everything from this process that no parser needs. Return why it still has a network, or ""."""
    refused = _leave_the_network()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    sys.setrecursionlimit(2_000)
    sys.addaudithook(_refuse)
    return refused


def _leave_the_network() -> str:
    """Move into a network of its own, with nobody in it. Return the system's reason where it refuses, or "".

    With a namespace of users first: whoever is not root may make a network only there. Where such are switched off,
    root can do without.
    """
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is None:
        return "this system has no such call"
    for namespaces in (_NEW_USER | _NEW_NETWORK, _NEW_NETWORK):
        if unshare(namespaces) == 0:
            return ""
    return os.strerror(ctypes.get_errno())


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """What no parser needs. The hook cannot be taken off again."""
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event.startswith(_NEVER) or (writes and arguments[0] != os.devnull):
        raise PermissionError(f"{event} is not for a process that reads files")


def more_seconds(more: int) -> None:
    """Of the processor, from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    at = int(used.ru_utime + used.ru_stime) + more + 1
    resource.setrlimit(resource.RLIMIT_CPU, (at, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _frame(source: BinaryIO) -> tuple[dict[str, object], bytes] | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    header: dict[str, object] = json.loads(source.read(struct.unpack(">I", head)[0]))
    return header, source.read(int(str(header["size"])))


if __name__ == "__main__":
    main()
