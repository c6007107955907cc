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


def article_text(article: Article) -> None:
    """The text alone, for pages that head it themselves."""
    paper(node("article", *_sections(article.text), cls="reading"), key=f"article-{article.id}-{article.number}")


def _sections(text: str) -> list[Node]:
    """One node a `##` heading, with the paragraphs below it."""
    made: list[Node] = []
    for part in re.split(r"(?m)^(?=## )", text):
        heading, _, body = part.partition("\n") if part.startswith("## ") else ("", "", part)
        if not part.strip():
            continue
        kids = [node("h3", heading.removeprefix("## ").strip())] if heading else []
        made.append(node("section", *kids, *_blocks(body), cls="stack tight section"))
    return made


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
