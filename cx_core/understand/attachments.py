"""Files at the door: what is kept, under which name, as what. Nothing a sender says about a file is believed.

A type is told by content, as the WHATWG's MIME Sniffing Standard does it for text and markup.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable

from cx_core.errors import BadInput
from cx_core.records import File

MOST_FILES = 10
"""With one message."""

LONGEST_NAME = 100
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".csv", ".log", ".md"),
}
"""What is kept, and the endings its name may have."""

WANTED = "Send it as a picture (JPEG, PNG, WebP, GIF), PDF or plain text"
_MARKUP = re.compile(
    rb"\s*(<\?xml|<!--|<!doctype|<(svg|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|math)[\s>/])",
    re.IGNORECASE,
)
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_FORBIDDEN = re.compile(r'[<>:"|?*/\\\u2028\u2029]')
_PATH = re.compile(r"(?:[A-Za-z]:|\.{1,2})?[/\\]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

Look = Callable[[bytes], tuple[str, bytes] | None]
"""(media type, preview) of a picture, None of anything else. Raises BadInput if it is one that cannot be shown."""


def inspected(file: File, most_bytes: int, look: Look) -> tuple[File, bytes]:
    """The file with a name and type of our own, and its preview, empty if it is no picture. Raises BadInput."""
    size = len(file.content)
    if not size:
        raise BadInput("it is empty. Attach it again")
    if size > most_bytes:
        raise BadInput(f"it has {size / 1e6:.1f} MB, more than the {most_bytes / 1e6:.0f} MB taken. Make it smaller")
    seen = look(file.content)
    media_type, preview = seen or (_other(file.content), b"")
    return File(name=named(file.name, media_type), content=file.content, media_type=media_type), preview


def named(given: str, media_type: str = "") -> str:
    """A name fit to be shown and saved: no path, nothing invisible or reversing, an ending that says what it is.

    Folders are dropped where it begins as a path; other strokes are replaced, so that nothing written is lost.
    """
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1] if _PATH.match(name) else name
    name = "".join(mark for mark in name if unicodedata.category(mark)[0] != "C")
    name = " ".join(_FORBIDDEN.sub("_", name).split()).rstrip(". ")
    stem, _, ending = name.rpartition(".")
    endings = SUFFIXES.get(media_type, ())
    suffix = f".{ending.lower()}"
    if suffix not in endings:
        stem, suffix = name, (*endings, "")[0]
    stem = stem.strip(". ")[: LONGEST_NAME - len(suffix)] or "file"
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}{suffix}"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _other(content: bytes) -> str:
    """The type of what is no picture."""
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-1024:]:
            raise BadInput("the PDF is not whole. Send it again")
        return "application/pdf"
    text = _text(content)
    if text is None:
        raise BadInput(f"files of its kind are not taken. {WANTED}")
    if _MARKUP.match(text.lstrip("\ufeff")[:1445].encode()):
        raise BadInput(f"it is a web page or drawing that could run on its own (HTML, SVG, XML). {WANTED}")
    return "text/plain"


def _text(content: bytes) -> str | None:
    """The words of a plain text; None if bytes in it are none."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return None if _BINARY.search(text) else text
