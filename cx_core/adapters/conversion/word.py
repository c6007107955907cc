"""Word documents to Markdown: by Mammoth to HTML, once what Word itself does not show was taken out."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from xml.sax.saxutils import unescape

import mammoth
from lxml import etree

from cx_core.adapters.conversion.html import of_html
from cx_core.adapters.conversion.kinds import BROKEN
from cx_core.adapters.conversion.shape import Read
from cx_core.errors import BadInput

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STORIES = re.compile(r"word/(document\d*|footnotes|endnotes)\.xml")
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Heading 4'] => h5:fresh
p[style-name='Heading 5'] => h6:fresh
comment-reference =>
"""
TINY = 4
"""Half points: letters of two points nobody reads."""

BROKEN_XML = (etree.XMLSyntaxError, KeyError, ValueError, AttributeError, TypeError, IndexError, *BROKEN)
"""What damaged documents make these libraries raise."""


def safe_parser() -> etree.XMLParser:
    """Neither entities nor the network."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def read(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    try:
        seen, hidden, title = _seen(content)
        made = mammoth.convert_to_html(
            BytesIO(seen), style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _: {"src": ""})
        )
    except BROKEN_XML as error:
        raise BadInput("it is damaged: what should be a Word document cannot be read. Save it again") from error
    return of_html(name, f"<html><body>{made.value}</body></html>", title=title, hidden=hidden)


def _seen(content: bytes) -> tuple[bytes, tuple[str, ...], str]:
    """The document without what is hidden in it, that, and the title it says it has."""
    hidden: list[str] = []
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as made:
        for entry in source.infolist():
            part = source.read(entry)
            if _STORIES.fullmatch(entry.filename):
                part = _without_hidden(part, hidden)
            made.writestr(entry.filename, part)
        core = source.read("docProps/core.xml") if "docProps/core.xml" in source.namelist() else b""
    title = re.search(r"<dc:title>([^<]{3,200})</dc:title>", core.decode("utf-8", "replace"))
    named = unescape(title[1]).strip() if title else ""
    return (
        out.getvalue(),
        tuple(hidden),
        "" if re.match(r"(?i)microsoft word|document\d*$|untitled|word document", named) else named,
    )


def _without_hidden(part: bytes, hidden: list[str]) -> bytes:
    root = etree.fromstring(part, safe_parser())
    for paragraph in root.iter(f"{_W}p"):
        gone = [run for run in paragraph.iter(f"{_W}r") if _unseen(run)]
        words = " ".join(text.text or "" for run in gone for text in run.iter(f"{_W}t"))
        for run in gone:
            parent = run.getparent()
            if parent is not None:
                parent.remove(run)
        if words.strip():
            hidden.append(words)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _unseen(run: etree._Element) -> bool:
    """Hidden, letters too small to read, or white on nothing."""
    said = run.find(f"{_W}rPr")
    if said is None:
        return False
    vanish = said.find(f"{_W}vanish")
    if vanish is not None and vanish.get(f"{_W}val", "1") not in ("0", "false", "off"):
        return True
    size = said.find(f"{_W}sz")
    if size is not None and str(size.get(f"{_W}val", "99")).isdigit() and int(str(size.get(f"{_W}val", "99"))) <= TINY:
        return True
    colour = said.find(f"{_W}color")
    shaded = said.find(f"{_W}shd") is not None or said.find(f"{_W}highlight") is not None or _on_colour(run)
    return colour is not None and _white(str(colour.get(f"{_W}val", ""))) and not shaded


def _on_colour(run: etree._Element) -> bool:
    """Whether the paragraph or the cell around it is shaded, as heads of tables are."""
    for parent in run.iterancestors(f"{_W}p", f"{_W}tc", f"{_W}tbl"):
        if next(parent.iter(f"{_W}shd"), None) is not None or next(parent.iter(f"{_W}tblStyle"), None) is not None:
            return True
    return False


def _white(colour: str) -> bool:
    return bool(re.fullmatch(r"(?i)f[8-f]f[8-f]f[8-f]", colour))
