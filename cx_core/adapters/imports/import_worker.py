"""The process in which exports are parsed, with the limits of the one for documents. Run by `import_process`.

It is told which file it is, asks for its pieces, and tells record after record. It never sees the disk or a network.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from typing import BinaryIO

from cx_core.adapters.conversion.worker import confine, more_seconds
from cx_core.adapters.imports.export_files import ExportFile, ExportReading
from cx_core.adapters.imports.range_file import buffered, framed, send
from cx_core.errors import BadInput


def main() -> None:
    memory, seconds, _, bare = (int(given) for given in sys.argv[1:5])
    source, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log, not between the frames
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    refused = confine(memory)
    asked = json.loads(framed(source))
    if refused and not bare:
        send(out, {"unprotected": refused})
        return
    more_seconds(seconds)
    _tell(source, out, asked, seconds)


def _tell(source: BinaryIO, out: BinaryIO, asked: dict[str, object], seconds: int) -> None:
    start = int(str(asked["start"]))
    reading = ExportReading(ours=[*map(str, asked["ours"])], zone=str(asked["zone"]), start=start)  # type: ignore[call-overload]
    file = ExportFile(buffered(source, out, int(str(asked["size"]))), reading, lambda: more_seconds(seconds))
    try:
        for record in file.records():
            if record.number > start:
                send(out, {"record": record.model_dump(mode="json")})
    except BadInput as error:
        send(out, {"refused": str(error)})
        return
    send(out, {"end": True})


if __name__ == "__main__":
    main()
