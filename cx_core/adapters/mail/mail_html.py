"""HTML mail as plain text, and as HTML that is safe to show: without what nobody sees, remote content and scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype, NavigableString, PageElement, Tag

from cx_core.adapters.conversion.html import NEVER_TEXT, parsed, taken_out
from cx_core.adapters.conversion.shape import plain

DEEPEST_QUOTE = 12
"""Quotations in each other; deeper ones are at this depth."""
LONGEST_LINK = 200
"""Characters of an address that are named beside its words; its host is always among them."""
_TAGS = {
    *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "del", "a", "ul", "ol", "li", "blockquote", "pre"),
    *("code", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "dl"),
    *("dt", "dd", "sub", "sup", "small"),
}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"}
_BLOCKS = {
    "div",
    "li",
    "tr",
    "dt",
    "dd",
    "article",
    "section",
    "header",
    "footer",
    "center",
    "address",
    "caption",
    "form",
}
_LINE, _PARAGRAPH = "\ue000", "\ue001"
"""At least one line's end, and an empty line: signs of Unicode's private area, which are taken out of texts first."""


class HtmlWords(NamedTuple):
    """What a mail in HTML says."""

    text: str
    html: str
    hidden: bool
    """Whether words were left out that nobody sees."""


def html_words(html: str) -> HtmlWords:
    """Raises BadInput for what is too long, or too deep."""
    soup = parsed(re.sub(f"[\x00{_LINE}{_PARAGRAPH}]", "", html))
    hidden = [found for found in taken_out(soup) if found.strip()]
    for tag in soup.find_all([*NEVER_TEXT, "head", "title", "meta", "link", "base"]):
        tag.decompose()
    _pictures_as_words(soup)
    _name_links(soup)
    text, unseen = plain(_tidy(_text(soup.body or soup)))
    return HtmlWords(text.strip(), _sanitised(str(soup.body or soup)), bool(hidden or unseen))


def _sanitised(html: str) -> str:
    """No styles, so that nothing can be hidden or laid over the page; no address but links."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()


def _pictures_as_words(soup: BeautifulSoup) -> None:
    for picture in soup.find_all("img"):
        picture.replace_with(NavigableString(" ".join(str(picture.get("alt") or "").split())[:300]))


def _name_links(soup: BeautifulSoup) -> None:
    """Put the address behind each link's words, where they are not the address itself."""
    for link in soup.find_all("a"):
        address = named_address(str(link.get("href") or ""))
        said = " ".join(link.get_text(" ").split())
        if address and _bare(said) != _bare(address):
            link.insert_after(NavigableString(f" ({address})" if said else f"({address})"))


def named_address(target: str) -> str:
    """Where a link leads, as it is told to people; empty for what leads nowhere outside."""
    whole = "".join(target.split())[:4000]
    if whole.lower().startswith(("mailto:", "tel:")):
        return whole.partition(":")[2].partition("?")[0][:LONGEST_LINK]
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host[:253].encode("idna").decode()
    except ValueError:  # UnicodeError is one
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    rest = f"{parts.path}{'?' + parts.query if parts.query else ''}{'#' + parts.fragment if parts.fragment else ''}"
    address = f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}{rest}"
    return address if len(address) <= LONGEST_LINK else f"{address[: LONGEST_LINK - 1]}…"


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:|tel:)", "", address.strip().casefold()).rstrip("/")


def _text(root: Tag) -> str:
    pieces: list[str] = []
    for child in root.children:
        _write(child, pieces)
    return "".join(pieces)


def _write(node: PageElement, pieces: list[str]) -> None:
    if isinstance(node, NavigableString):
        if not isinstance(node, (Comment, Doctype)):
            pieces.append(re.sub(r"[ \t\r\n\f\xa0]+", " ", node))
        return
    if not isinstance(node, Tag):
        return
    special = _SPECIAL.get(node.name)
    if special:
        special(node, pieces)
        return
    around = _PARAGRAPH if node.name in _PARAGRAPHS else _LINE if node.name in _BLOCKS else ""
    pieces.append(around)
    for child in node.children:
        _write(child, pieces)
    pieces.append(around)


def _break(node: Tag, pieces: list[str]) -> None:
    pieces.append("\n")
    for child in node.children:
        _write(child, pieces)


def _rule(node: Tag, pieces: list[str]) -> None:
    pieces.append(f"{_LINE}{'_' * 20}{_LINE}")


def _quote(node: Tag, pieces: list[str]) -> None:
    """Lines that somebody quotes begin with ">", as in plain mails."""
    if len(list(islice(node.find_parents("blockquote"), DEEPEST_QUOTE))) == DEEPEST_QUOTE:
        _break(node, pieces)
        return
    inside = _tidy(_text(node))
    if inside:
        quoted = "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        pieces.append(f"{_LINE}{quoted}{_PARAGRAPH}")


def _cell(node: Tag, pieces: list[str]) -> None:
    if pieces and pieces[-1][-1:] not in ("", " ", _LINE, _PARAGRAPH):
        pieces.append(" ")
    for child in node.children:
        _write(child, pieces)


def _point(node: Tag, pieces: list[str]) -> None:
    pieces.append(f"{_LINE}- ")
    for child in node.children:
        _write(child, pieces)
    pieces.append(_LINE)


def _preformatted(node: Tag, pieces: list[str]) -> None:
    pieces.append(f"{_PARAGRAPH}{node.get_text()}{_PARAGRAPH}")


_SPECIAL: dict[str, Callable[[Tag, list[str]], None]] = {
    "br": _break,
    "hr": _rule,
    "blockquote": _quote,
    "td": _cell,
    "th": _cell,
    "li": _point,
    "pre": _preformatted,
}


def _tidy(marked: str) -> str:
    """Signs of breaks as line ends: one, or an empty line, and never more than that in a row."""
    marked = re.sub(r"\n{3,}", "\n\n", re.sub(r" +", " ", marked).replace("\n ", "\n"))  # keeps what follows linear
    text = re.sub(
        rf"[ \n]*((?:[{_LINE}{_PARAGRAPH}][ \n]*)+)", lambda found: "\n\n" if _PARAGRAPH in found[1] else "\n", marked
    )
    lines = [re.sub(r"(?<=\S) {2,}", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
