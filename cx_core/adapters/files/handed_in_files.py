"""How old files are that people handed in and that wait, by their names, and what was only begun and is removed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path

from cx_core.adapters.files.attachment_files import disk_trouble

NAME = re.compile(r"[0-9a-f]{32}")
"""What a file is named by, which is ours: the id of an upload or an import."""

_BEGUN = 3600.0
"""Seconds after which nobody still writes what was begun."""


def ages(places: Iterable[Path]) -> dict[str, float]:
    """Return the seconds since each was written. What a process that was killed had begun to write is removed."""
    found: dict[str, float] = {}
    with disk_trouble():
        for place in places:
            try:
                age = time.time() - place.stat().st_mtime
            except FileNotFoundError:  # it was read and removed just now
                continue
            if NAME.fullmatch(place.name):
                found[place.name] = age
            elif age > _BEGUN:
                place.unlink(missing_ok=True)
    return found
