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
from cx_core.adapters.conversion.unseen import DocumentStory, Styles, space_of
from cx_core.errors import BadInput

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
BROKEN_XML = (etree.XMLSyntaxError, KeyError, ValueError, AttributeError, TypeError, IndexError, *BROKEN)
"""What damaged documents make these libraries raise."""


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
        parts = {entry.filename: source.read(entry) for entry in source.infolist()}
        stories = {name: part for name, part in parts.items() if space_of(part)}
        styles = Styles(list(stories.values()))
        for name, part in parts.items():
            shown, gone = DocumentStory(part, styles).without_unseen() if name in stories else (part, [])
            made.writestr(name, shown)
            hidden += gone
        core = source.read("docProps/core.xml") if "docProps/core.xml" in source.namelist() else b""
    title = re.search(r"<dc:title>([^<]{3,200})</dc:title>", core.decode("utf-8", "replace"))
    named = unescape(title[1]).strip() if title else ""
    return (
        out.getvalue(),
        tuple(hidden),
        "" if re.match(r"(?i)microsoft word|document\d*$|untitled|word document", named) else named,
    )
