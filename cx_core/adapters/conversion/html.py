"""Web pages to Markdown: the words a reader sees, without navigation, scripts, and what styles hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import Comment, Doctype, NavigableString, Tag
from lxml import etree
from markdownify import MarkdownConverter

from cx_core.adapters.conversion.kinds import text_of
from cx_core.adapters.conversion.laid_out import without_columns, without_small_letters
from cx_core.adapters.conversion.shape import Read, shaped
from cx_core.adapters.conversion.styles import hides, rules
from cx_core.errors import BadInput

DEEPEST = 200
"""Levels of elements; a page that people wrote has some thirty."""

MOST_ELEMENTS = 150_000
"""A table of five thousand rows and ten columns has some sixty thousand."""
LONGEST_BLANK = 200
"""Blanks in a row, above which they are one: looking for a line's end in them takes their number squared."""

NEVER_TEXT = (
    "script",
    "style",
    "template",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "noscript",
    "button",
    "input",
    "select",
    "textarea",
    "audio",
    "video",
    "map",
    "dialog",
    "math",
)
_AROUND = ("nav", "aside", "footer", "menu")
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "alert", "dialog"}
_MOST_OF = 0.4
"""Share of a page's words that its main part must hold to stand for all of it."""


_BLANKS = re.compile(r"[ \t\r\n]{200,}")
_OPTIONS: dict[str, Any] = {
    "heading_style": "atx",
    "bullets": "-",
    "escape_asterisks": False,
    "escape_underscores": False,
    "escape_misc": False,
    "table_infer_header": True,
    "strip": ["b", "strong", "i", "em", "u", "code", "kbd", "samp", "sub", "sup", "del", "s", "mark", "cite", "q"],
}


class _Plain(MarkdownConverter):
    """Structure only. Replies quote passages as they are, so that words get no marks of emphasis."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as the library declares them
        super().__init__(**options)
        self._places: dict[int, dict[int, int]] = {}

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Its number is looked up: the library counts, for each, all that stand before it."""
        parent = el.parent
        if parent is None or parent.name != "ol" or not text.strip():
            return str(super().convert_li(el, text, parent_tags))  # type: ignore[misc]  # the stubs leave it out
        if id(parent) not in self._places:
            points = (one for one in parent.children if isinstance(one, Tag) and one.name == "li")
            self._places[id(parent)] = {id(one): place for place, one in enumerate(points)}
        first = str(parent.get("start") or "")
        number = (int(first) if re.fullmatch(r"[0-9]{1,6}", first) else 1) + self._places[id(parent)][id(el)]
        return f"{number}. {re.sub(r'(?m)^(?=.)', ' ' * (len(str(number)) + 2), text.strip()).lstrip()}\n"

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        if len(el) > LONGEST_BLANK and _BLANKS.search(el):
            shorter = NavigableString(_BLANKS.sub(lambda match: "\n" if "\n" in match[0] else " ", el))
            el.replace_with(shorter)
            el = shorter
        return str(super().process_text(el, parent_tags))  # type: ignore[misc]  # the stubs leave it out

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The words, and where they lead where that is an address of the web."""
        words, target = text.strip(), str(el.get("href") or "").strip()
        leads = re.match(r"https?://[^\s<>()]+$", target) and target not in words
        mail = target.removeprefix("mailto:") if target.startswith("mailto:") and "@" in target else ""
        if leads and words:
            return f"{words} ({target})"
        return f"{words} ({mail})" if mail and words and mail not in words else words

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return ""


def read(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    text = text_of(content, page=True)
    return of_html(name, text)


def of_html(
    name: str, html: str, *, title: str = "", notes: tuple[str, ...] = (), hidden: tuple[str, ...] = ()
) -> Read:
    """Also of what other formats were made into on the way. Raises BadInput."""
    soup = parsed(html)
    if title == "" and soup.title is not None:
        title = re.split(r" [|·–—-] ", " ".join(soup.title.get_text(" ").split()))[0]
    unseen = [*hidden, *taken_out(soup)]
    pictures = len(soup.find_all("img"))
    forms = len(soup.find_all("form"))
    for tag in soup.find_all([*NEVER_TEXT, "head"]):
        tag.decompose()
    body = _main(soup)
    _leave_out_frame(body)
    without_columns(body)
    _head_by_bold(body)
    said = list(notes)
    if pictures:
        said.append(f"{pictures} {'picture was' if pictures == 1 else 'pictures were'} not read.")
    if forms:
        said.append("A form on the page was not read." if forms == 1 else f"{forms} forms on the page were not read.")
    markdown = str(_Plain(**_OPTIONS).convert_soup(body))
    return shaped(_tidy(markdown), name, title=title, notes=said, hidden=unseen)


def parsed(html: str) -> BeautifulSoup:
    """Raises BadInput for elements in elements without end, which are counted before any of them is kept."""
    counted = _Counted()
    counting = etree.HTMLParser(target=counted, encoding="utf-8")
    counting.feed(html.encode("utf-8", "replace"))
    counting.close()
    if counted.deepest > DEEPEST:
        raise BadInput(
            f"its elements stand in each other more than {DEEPEST} deep, as no page of people does. Save it anew"
        )
    if counted.all > MOST_ELEMENTS:
        raise BadInput(f"it has {counted.all} elements, more than the {MOST_ELEMENTS} that are taken. Divide it")
    return BeautifulSoup(html, "lxml")


class _Counted:
    """How many elements a page has, and how deep they stand in each other."""

    def __init__(self) -> None:
        self.all = self.deepest = self._depth = 0

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        self.all += 1
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)

    def end(self, tag: str | bytes) -> None:
        self._depth -= 1

    def data(self, data: str | bytes) -> None:
        return None

    def comment(self, text: str | bytes) -> None:
        return None

    def close(self) -> None:
        return None


def taken_out(soup: BeautifulSoup) -> Iterator[str]:
    """Comments and elements that nobody sees, removed; their words, if they have some."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        text = str(comment)
        comment.extract()
        if not text.lstrip().lower().startswith(("[if ", "<![endif")) and not isinstance(comment, Doctype):
            yield re.sub(r"<[^<>]{0,500}>", " ", text)
    sheets = "\n".join(sheet.get_text() for sheet in soup.find_all("style"))
    found: list[Tag] = []
    for selector in _that_may_match(rules(sheets), soup):
        try:
            found += soupsieve.select(selector, soup, limit=2_000)
        except (soupsieve.SelectorSyntaxError, ValueError):
            continue
    found += [tag for tag in soup.find_all(True) if _hidden(tag)]
    for tag in found:
        if tag.decomposed or tag.name in ("html", "body", "head", *NEVER_TEXT):
            continue
        words = tag.get_text(" ", strip=True)
        tag.decompose()
        if words:
            yield words
    yield from without_small_letters(soup)


def _that_may_match(selectors: Iterable[str], soup: BeautifulSoup) -> Iterator[str]:
    """Without those that name a class or an id that nothing on the page has: sheets are made for whole sites."""
    there = {f".{name}" for tag in soup.find_all(class_=True) for name in tag.get_attribute_list("class")}
    there |= {f"#{tag['id']}" for tag in soup.find_all(id=True)}
    for selector in selectors:
        if "[" in selector or "\\" in selector:
            yield selector
            continue
        for one in selector.split(","):
            if all(name in there for name in re.findall(r"[.#][\w-]+", one)):
                yield one


def _hidden(tag: Tag) -> bool:
    if tag.has_attr("hidden") and tag.get("hidden") != "until-found":
        return True
    style = str(tag.get("style") or "")
    if not style and tag.name != "font":
        return False
    if tag.name == "font":
        style += f";color:{tag.get('color') or ''}"
    return hides(style, _behind(tag))


def _behind(tag: Tag) -> str:
    """Styles of what an element stands in, for its background; the nearest first."""
    return ";".join(
        f"{parent.get('style') or ''};background:{parent.get('bgcolor') or ''}"
        for parent in tag.parents
        if parent.has_attr("style") or parent.has_attr("bgcolor")
    )


def _main(soup: BeautifulSoup) -> Tag:
    """The part of the page that it says is the main one, if most of its words are there."""
    body = soup.body or soup
    whole = len(body.get_text(" ", strip=True))
    for found in (soup.find_all("main"), soup.find_all(True, attrs={"role": "main"}), soup.find_all("article")):
        if len(found) == 1 and len(found[0].get_text(" ", strip=True)) >= _MOST_OF * whole:
            return found[0]
    return body


def _leave_out_frame(body: Tag) -> None:
    for tag in body.find_all(True):
        if tag.decomposed:
            continue
        role = str(tag.get("role") or "").lower()
        frame = tag.name in _AROUND or role in _ROLES or (tag.name == "header" and not tag.find(["h1", "h2"]))
        if frame or str(tag.get("aria-hidden")).lower() == "true":
            tag.decompose()


def _head_by_bold(body: Tag) -> None:
    """Where there are no headings, short paragraphs in bold type are."""
    if body.find(["h1", "h2", "h3", "h4"]):
        return
    for paragraph in body.find_all("p"):
        kids = [kid for kid in paragraph.children if not (isinstance(kid, NavigableString) and not kid.strip())]
        words = paragraph.get_text(" ", strip=True)
        bold = kids and all(isinstance(kid, Tag) and kid.name in ("strong", "b") for kid in kids)
        if bold and 2 < len(words) <= 90 and words[-1] not in ".,;:" and not paragraph.find_parent(["li", "td", "th"]):
            paragraph.name = "h2"


def _tidy(markdown: str) -> str:
    lines = [re.sub(r"(?<=\S)[ \t]{2,}", " ", line.rstrip()) for line in markdown.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
