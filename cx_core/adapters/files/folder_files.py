"""The files of a folder, for syncing: in order, without hidden ones, none from outside it."""

from __future__ import annotations

from errno import EFBIG, ELOOP
from functools import partial
from pathlib import Path

from cx_core.desk.ingestion.folder_sync import FoundFile
from cx_core.errors import BadInput

_OUTSIDE = "it is a link to itself, or to somewhere outside the folder. Put the file itself there"
LITTER = {"Thumbs.db", "desktop.ini"}


def files_of(folder: Path, most_bytes: int) -> list[FoundFile]:
    """Raises BadInput if there is no such folder. `most_bytes`: more is not even opened."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder.")
    home = folder.resolve()
    found = []
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        if any(part.startswith((".", "~$")) for part in inside.parts) or path.name in LITTER:
            continue
        trouble = ""
        if not _inside(path, home):
            trouble = _OUTSIDE
        elif not path.is_file():
            if path.is_dir():
                continue
            trouble = "it is no file that can be read. Take it out of the folder"
        elif (size := path.stat().st_size) > most_bytes:
            trouble = f"it has {size / 1e6:.0f} MB, more than the {most_bytes / 1e6:.0f} MB that are taken. Divide it"
        found.append(FoundFile(name=inside.as_posix(), read=partial(_bytes, path, home, most_bytes), trouble=trouble))
    return found


def _inside(path: Path, home: Path) -> bool:
    try:
        return path.resolve().is_relative_to(home)
    except (RuntimeError, OSError):  # links that lead to each other
        return False


def _bytes(path: Path, home: Path, most: int) -> bytes:
    """What is there now: it may have been put in another's place since it was looked at. Raises OSError."""
    if not _inside(path, home):
        raise OSError(ELOOP, "it leads out of the folder now")
    with path.open("rb") as source:
        content = source.read(most + 1)
    if len(content) > most:
        raise OSError(EFBIG, "it has grown too large meanwhile")
    return content
