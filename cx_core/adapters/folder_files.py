"""The files of a folder, for syncing: in order, without hidden ones, none from outside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cx_core.errors import BadInput
from cx_core.services.syncing import Found

LITTER = {"Thumbs.db", "desktop.ini"}


def files_of(folder: Path, most_bytes: int) -> list[Found]:
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
        if not path.resolve().is_relative_to(home):
            trouble = "it is a link to somewhere outside the folder. Put the file itself there"
        elif not path.is_file():
            if path.is_dir():
                continue
            trouble = "it is no file that can be read. Take it out of the folder"
        elif (size := path.stat().st_size) > most_bytes:
            trouble = f"it has {size / 1e6:.0f} MB, more than the {most_bytes / 1e6:.0f} MB that are taken. Divide it"
        found.append(Found(name=inside.as_posix(), read=partial(path.read_bytes), trouble=trouble))
    return found
