"""ZIP archives: their files as bytes, with limits, and names that lead nowhere. Nothing is ever written."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator

from cx_core.adapters.conversion.kinds import MOST_UNPACKED, Bomb, inflated, is_archive, opened
from cx_core.adapters.conversion.shape import Member, Read
from cx_core.errors import BadInput

MOST_FILES = 1_000
DEEPEST = 1
"""Archives in an archive are opened once."""

_LITTER = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$[^/]*|\._[^/]*)")


def read(name: str, content: bytes, *, most_bytes: int) -> Read:
    """Raises BadInput where nothing of it can be read."""
    left = [MOST_UNPACKED, MOST_FILES]
    members = tuple(_members(content, "", most_bytes, left, 0))
    if not members:
        raise BadInput("there are no files in it. Look whether it is the right archive")
    count = "one file, which is" if len(members) == 1 else f"{len(members)} files, each"
    return Read(members=members, notes=(f"It is an archive of {count} told of by itself.",))


def _members(content: bytes, before: str, most_bytes: int, left: list[int], depth: int) -> Iterator[Member]:
    """`left`: bytes and files that may still come, over all archives in it."""
    taken: set[str] = set()
    with opened(content) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or _LITTER.fullmatch(entry.filename):
                continue
            name = before + harmless(entry.filename)
            left[1] -= 1
            if left[1] < 0:
                raise BadInput(f"it holds more than the {MOST_FILES} files that are taken of one archive. Divide it")
            try:
                if name in taken:
                    raise BadInput("another file of this name is in the archive. Rename one of them")
                taken.add(name)
                found = _content(archive, entry, most_bytes, left)
                if is_archive(name, found):
                    if depth >= DEEPEST:
                        raise BadInput("it is an archive in an archive in an archive. Hand it in by itself")
                    yield from _members(found, f"{name}/", most_bytes, left, depth + 1)
                    continue
            except BadInput as error:
                if left[0] <= 0 or left[1] < 0:
                    raise
                yield Member(name, trouble=str(error))
            else:
                yield Member(name, found)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most_bytes: int, left: list[int]) -> bytes:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadInput("it is a link to another file. Put the file itself into the archive")
    if entry.flag_bits & 1:
        raise BadInput("it is locked with a password. Pack it without one")
    if entry.file_size > most_bytes:
        raise BadInput(
            f"it has {entry.file_size / 1e6:.0f} MB, more than the {most_bytes / 1e6:.0f} MB taken. Divide it"
        )
    try:
        found = inflated(archive, entry, min(left[0], most_bytes), "Pack fewer files together")
    except Bomb as error:
        if left[0] > most_bytes:
            raise
        left[0] = 0
        much = (
            f"it unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB in all, as a bomb would. Pack fewer files together"
        )
        raise Bomb(much) from error
    left[0] -= len(found)
    return found


def harmless(name: str) -> str:
    """A path inside the archive as a name: no drive, no way up, nothing that a screen shows turned around."""
    parts = [part.strip() for part in re.split(r"[/\\]+", name)]
    parts = [part for part in parts if part not in ("", ".", "..") and not re.fullmatch(r"[A-Za-z]:", part)]
    return "/".join(parts) or "file"
