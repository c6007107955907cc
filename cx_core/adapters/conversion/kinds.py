"""What a file is, told by what is in it; its name must not say something else.

Magic numbers as in the WHATWG's MIME Sniffing Standard and the formats' own specifications.
"""

from __future__ import annotations

import codecs
import lzma
import re
import zipfile
import zlib
from io import BytesIO
from typing import Literal

from cx_core.adapters.conversion.encodings import marked_utf_16, windows_1252
from cx_core.errors import BadInput

Kind = Literal["pdf", "docx", "pptx", "xlsx", "html", "markdown", "csv", "text", "zip"]

ENDINGS: dict[str, Kind] = {
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "md": "markdown",
    "markdown": "markdown",
    "csv": "csv",
    "tsv": "csv",
    "txt": "text",
    "text": "text",
    "zip": "zip",
}
NAMES: dict[Kind, str] = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "pptx": "a presentation",
    "xlsx": "a workbook",
    "html": "a web page",
    "markdown": "Markdown",
    "csv": "a table",
    "text": "plain text",
    "zip": "a ZIP archive",
}
WANTED = "Hand it in as Markdown, HTML, PDF, DOCX, PPTX, XLSX, CSV or plain text, or several of those in a ZIP"
MOST_PARTS = 5_000
MOST_UNPACKED = 150_000_000
"""Bytes that all of an archive, or an Office file, may unpack to."""

BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError)
"""What unpacking a damaged archive raises; its libraries have no root in common."""

_PROGRAMS = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x00asm", "a program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"#!", "a script"),
    (b"dex\n", "a program"),
)
_OTHERS = (
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"RIFF", "sound, film or a picture"),
    (b"\x1f\x8b", "an archive of another kind"),
    (b"7z\xbc\xaf", "an archive of another kind"),
    (b"Rar!", "an archive of another kind"),
    (b"\xfd7zXZ", "an archive of another kind"),
    (b"BZh", "an archive of another kind"),
    (b"{\\rtf", "a rich text file"),
    (b"SQLite format 3", "a database"),
    (b"ID3", "sound"),
    (b"OggS", "sound or film"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"%!PS", "a PostScript file"),
)
_ADVICE = {
    "a picture": "Its words would have to be recognised first, or typed",
    "an archive of another kind": "Unpack it, or pack the files as a ZIP",
    "a rich text file": "Save it as DOCX",
}
SCRIPTS = frozenset(
    [
        "bat",
        "cmd",
        "com",
        "cpl",
        "exe",
        "dll",
        "scr",
        "msi",
        "js",
        "jse",
        "mjs",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "psm1",
        "sh",
        "bash",
        "zsh",
        "py",
        "rb",
        "pl",
        "php",
        "jar",
        "lnk",
        "reg",
        "url",
        "scpt",
        "applescript",
        "jsp",
        "asp",
        "aspx",
        "cgi",
    ]
)
_MACROS = frozenset(["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam", "sldm"])
PDF = b"%PDF-"
PACKED = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(r"\s*(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<\?xml|\s*<!doctype\s+(?!html)|\s*<svg\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|section|article|main|span|body|br|a|dl|title)\b[^<>]{0,2000}>", re.I
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_PAGES_IN = {
    "utf-8",
    "iso8859-1",
    "iso8859-15",
    "iso8859-2",
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8-r",
    "shift_jis",
    "euc_jp",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "euc_kr",
    "ascii",
    "utf-16",
}
_PARTS: tuple[tuple[str, Kind], ...] = (
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "docx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xlsx"),
)


class Bomb(BadInput):
    """What unpacks to more than is allowed."""


def ending(name: str) -> str:
    """In small letters; "" if there is none."""
    last = re.split(r"[/\\]", name)[-1]
    return last.rpartition(".")[2].strip().lower() if "." in last[1:] else ""


def kind_of(name: str, content: bytes) -> Kind:
    """Raises BadInput for what is not read, and for what its name says is something else."""
    if not content.strip():
        raise BadInput("it is empty. Look whether it was saved, and hand it in again")
    said = ending(name)
    if said in _MACROS:
        raise BadInput(f"it can hold macros, which are programs (.{said}). Save it without macros, such as .docx")
    if said in SCRIPTS:
        raise BadInput(
            f"its name says that it is a program or a script (.{said}). Programs and scripts are never taken"
        )
    found = _by_bytes(content)
    if found is None:
        found = _text_kind(said, _words_of(said, content))
    given = ENDINGS.get(said)
    if given is not None and given != found:
        raise BadInput(
            f"its name says {NAMES[given]} (.{said}), but in it is {NAMES[found]}. Look whether it is the right file,"
            " and give it the right ending"
        )
    if given is None and said and found == "zip":
        raise BadInput(
            f"it ends in .{said} and is packed as a ZIP, as the files of many programs are. If it is an archive of"
            f" documents, let its name end in .zip. {WANTED}"
        )
    if given is None and said and found not in ("pdf", "docx", "pptx", "xlsx"):
        raise BadInput(f"files that end in .{said} are not read. {WANTED}")
    return found


def _words_of(said: str, content: bytes) -> str:
    """The words of what has the signs of no document. Raises BadInput, with what its name says it should be."""
    given = ENDINGS.get(said)
    try:
        return text_of(content, page=given == "html")
    except BadInput as error:
        if given not in ("pdf", "docx", "pptx", "xlsx", "zip"):
            raise
        raise BadInput(
            f"its name says {NAMES[given]} (.{said}), but in it is nothing of the kind: it is damaged, or has the wrong"
            " ending. Open it and save it anew, or send it again"
        ) from error


def is_archive(name: str, content: bytes) -> bool:
    """One that is opened: it is called .zip, or nothing. `kind_of` refuses any other."""
    if not content.startswith(PACKED) or ending(name) not in ("", "zip"):
        return False
    with opened(content) as archive:
        names = {entry.filename for entry in archive.infolist()}
        return "[Content_Types].xml" not in names and _archive(archive, names) == "zip"


def _by_bytes(content: bytes) -> Kind | None:
    """None of a text."""
    for magic, what in _PROGRAMS:
        if content.startswith(magic):
            raise BadInput(f"it is {what}. Programs and scripts are never taken")
    if PDF in content[:1024]:
        return "pdf"
    if content.startswith(PACKED):
        return _packed(content)
    if content.startswith(_OLE):
        raise BadInput(_old_office(content))
    for magic, what in _OTHERS:
        if content.startswith(magic):
            raise BadInput(f"it is {what}. {_ADVICE.get(what, WANTED)}")
    if content[4:12] in (b"ftypisom", b"ftypmp42", b"ftypM4A ", b"ftypqt  "):
        raise BadInput(f"it is sound or film. {WANTED}")
    return None


def _old_office(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "it is locked with a password. Save it without one and hand it in again"
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        return "it is an old Office file with macros, which are programs. Save it as DOCX, PPTX or XLSX"
    return "it is in the format of Office before 2007, or an installer. Save it as DOCX, PPTX or XLSX"


def _packed(content: bytes) -> Kind:
    """An archive, or a document that is one. Everything in it is unpacked once, to see how much it really is."""
    with opened(content) as archive:
        names = {entry.filename for entry in archive.infolist()}
        if "[Content_Types].xml" not in names:
            return _archive(archive, names)
        return _office(archive, names)


def opened(content: bytes) -> zipfile.ZipFile:
    """Raises BadInput for a broken one, and for one with too many files."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeError) as error:
        raise BadInput("it is damaged: its list of contents cannot be read. Save or send it again") from error
    if len(archive.infolist()) > MOST_PARTS:
        raise BadInput(
            f"it holds {len(archive.infolist())} files, more than the {MOST_PARTS} that are taken. Divide it"
        )
    return archive


def _archive(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "AndroidManifest.xml" in names or ("META-INF/MANIFEST.MF" in names and any(n.endswith(".class") for n in names)):
        raise BadInput("it is a program. Programs and scripts are never taken")
    if "mimetype" in names and len(names) > 1:
        raise BadInput("it is an OpenDocument file or an e-book. Save it as DOCX, PPTX, XLSX or PDF")
    return "zip"


def _office(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    unpacked = 0
    types = ""
    for entry in archive.infolist():
        if entry.flag_bits & 1:
            raise BadInput("it is locked with a password. Save it without one and hand it in again")
        left = MOST_UNPACKED - unpacked
        text = inflated(archive, entry, left, "Save it anew; a picture or a sheet in it is far too large")
        unpacked += len(text)
        if entry.filename == "[Content_Types].xml":
            types = text.decode("utf-8", "replace")
        if declares(text) if entry.filename.lower().endswith((".xml", ".rels")) else _defines(text):
            raise BadInput("it declares entities, which no Office program does: it may be an attack. It is not read")
    lowered = types.lower()
    if any(name.lower().endswith("vbaproject.bin") for name in names) or "macroenabled" in lowered:
        raise BadInput("it holds macros, which are programs. Save it without macros, such as .docx")
    for content_type, kind in _PARTS:
        if content_type in lowered:
            return kind
    raise BadInput(f"it is an Office file of a kind that is not read, such as a template or a drawing. {WANTED}")


def inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, advice: str) -> bytes:
    """A file of an archive, unpacked as far as is allowed. Raises BadInput."""
    try:
        with archive.open(entry) as source:
            content = source.read(most + 1)
    except BROKEN as error:
        raise BadInput(
            f"it is damaged: “{entry.filename[-80:]}” in it cannot be unpacked. Save or send it again"
        ) from error
    except RuntimeError as error:
        raise BadInput("it is locked with a password. Save it without one and hand it in again") from error
    if len(content) > most:
        raise Bomb(f"it unpacks to more than {most / 1e6:.0f} MB, as a bomb would. {advice}")
    return content


def _defines(part: bytes) -> bool:
    """Whether a part that is not called XML is, and declares entities: a part may be called anything."""
    seen = part.replace(b"\x00", b"")
    return seen.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and b"<!ENTITY" in seen


def declares(xml: bytes) -> bool:
    """Whether an XML text has a document type, in whatever encoding."""
    seen = xml.replace(b"\x00", b"").upper()
    return b"<!DOCTYPE" in seen or b"<!ENTITY" in seen


def text_of(content: bytes, *, page: bool = False) -> str:
    """The words of a text. UTF-8, UTF-16 with its mark, what a web page says of itself, or Windows-1252 where nothing
    speaks against it. Raises BadInput."""
    encoding = "utf-16" if marked_utf_16(content) else (said_by_page(content) if page else "") or "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = _eight_bits(content, error, declared=encoding != "utf-8-sig")
    if found := _BINARY.search(text):
        line = text[: found.start()].count("\n") + 1
        raise BadInput(f"line {line} has characters that no text has: it is damaged, or no text. {WANTED}")
    return text


def said_by_page(content: bytes) -> str:
    """The encoding of eight bits or more that a web page names at its beginning; "" where it names none we read."""
    declared = _CHARSET.search(content[:4096])
    try:
        name = codecs.lookup(declared[1].decode()).name if declared else ""
    except LookupError:
        name = ""
    return name if name in _PAGES_IN - {"utf-8", "utf-16"} else ""


def _eight_bits(content: bytes, error: UnicodeDecodeError, *, declared: bool) -> str:
    if _BINARY.search(content[:4096].decode("latin-1")):
        raise BadInput(f"files of its kind are not read. {WANTED}") from error
    text = None if declared else windows_1252(content)
    if text is None:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput(
            f"line {line} is neither UTF-8 text nor Windows-1252. Save it with the encoding UTF-8 and hand it in again"
        ) from error
    return text


def _text_kind(said: str, text: str) -> Kind:
    if _PAGE.match(text):
        return "html"
    if _XML.match(text):
        if "<html" not in text[:2000].lower():
            raise BadInput(f"it is XML or a drawing. {WANTED}")
        return "html"
    given = ENDINGS.get(said)
    if given == "html":
        return "html" if _TAG.search(text) else "text"
    return given if given in ("markdown", "csv") else "text"
