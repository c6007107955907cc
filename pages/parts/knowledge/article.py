"""An article drawn for reading, as plain text: its marks become headings and lists, never markup."""

from __future__ import annotations

import re
from itertools import groupby

from cx_core.catalogue import Article
from pages.parts.components import Node, node, paper

AUDIENCES = {"customer": "For customers", "internal": "Internal, never quoted to customers"}
_ITEM = re.compile(r"(?:[-*]|\d+[.)])\s+")


def article_page(article: Article, audience: str) -> None:
    """Title, audience, and the text section by section."""
    version = node("span", f"Version {article.version[:12]}", cls="small muted")
    about = node("div", node("span", audience, cls="chip"), version, cls="row")
    head = node("header", node("h2", article.title), about, cls="stack tight section")
    paper(node("article", head, *_sections(article.text), cls="reading"), key=f"article-{article.id}")


def article_text(article: Article, found: tuple[int, int] | None = None) -> None:
    """The text alone, for pages that head it themselves. `found` are the characters to mark and to bring in view."""
    drawn = node("article", *_sections(article.text, found), cls="reading")
    told = f"{article.number}:{found[0]}-{found[1]}" if found else ""
    paper(drawn, key=f"article-{article.id}-{article.number}", newest=told)


def _sections(text: str, found: tuple[int, int] | None = None) -> list[Node]:
    """One node a `##` heading, with the paragraphs below it."""
    made: list[Node] = []
    end = 0
    for part in re.split(r"(?m)^(?=## )", text):
        start, end = end, end + len(part)
        if not part.strip():
            continue
        heading, _, body = part.partition("\n") if part.startswith("## ") else ("", "", part)
        kids = [node("h3", heading.removeprefix("## ").strip())] if heading else []
        drawn = (
            _marked(body, found, end - len(body)) if found and found[0] < end and start < found[1] else _blocks(body)
        )
        made.append(node("section", *kids, *drawn, cls="stack tight section"))
    return made


def _marked(body: str, found: tuple[int, int], at: int) -> list[Node]:
    """The paragraphs, those that were found apart. `at`: where in the text the body begins."""
    start, end = max(found[0] - at, 0), max(found[1] - at, 0)
    line = body.rfind("\n", 0, start) + 1
    if _ITEM.fullmatch(body[line:start].lstrip()):  # the mark of a list goes with its words
        start = line
    return [
        *_blocks(body[:start]),
        node("section", *_blocks(body[start:end]), cls="found newest stack tight", label="Found here"),
        *_blocks(body[end:]),
    ]


def _blocks(body: str) -> list[Node]:
    """Paragraphs, and lists where lines begin with a dash or a number."""
    made: list[Node] = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        joined: list[str] = []
        for line in lines:
            if joined and not _ITEM.match(line):
                joined[-1] += f" {line}"  # a wrapped line goes on with the one before
            else:
                joined.append(line)
        for is_list, group in groupby(joined, key=lambda line: bool(_ITEM.match(line))):
            if is_list:
                made.append(
                    node("ul", *[node("li", "• " + _ITEM.sub("", line, count=1)) for line in group], cls="stack tight")
                )
            else:
                made.extend(node("p", line, cls="lead") for line in group)
    return made
