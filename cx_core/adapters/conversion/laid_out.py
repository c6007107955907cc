"""What pages and mails do for their looks alone: tables to set columns, letters of no size around others."""

from __future__ import annotations

from collections.abc import Iterator

from bs4.element import NavigableString, PageElement, Tag

from cx_core.adapters.conversion.styles import TINY, letters

_CELLS = ("tbody", "thead", "tfoot", "tr", "td", "th", "center")
_BLOCKS = ["table", "h1", "h2", "h3", "h4", "h5", "h6"]


def without_small_letters(root: Tag) -> Iterator[str]:
    """Words in letters that nobody can read, removed; what stands in them in letters of a size of its own is seen."""
    small: dict[int, bool] = {id(root): False}
    gone: list[NavigableString] = []
    one: PageElement
    for one in root.descendants:
        inherited = one.parent is not None and small[id(one.parent)]
        if isinstance(one, Tag):
            size = letters(str(one.get("style") or ""))
            small[id(one)] = inherited if size is None else size <= TINY
        elif inherited and isinstance(one, NavigableString) and one.strip():
            gone.append(one)
    for words in gone:
        words.extract()
        yield " ".join(words.split())


def without_columns(body: Tag) -> None:
    """Tables that hold headings, other tables or one column, or say that they are for looks, are as their cells."""
    for table in body.find_all("table"):
        if _for_looks(table):
            table.name = "div"
            for part in table.find_all(_CELLS):
                if not part.find_parent("table"):
                    part.name = "div"


def _for_looks(table: Tag) -> bool:
    if str(table.get("role") or "").lower() in ("presentation", "none") or table.find(_BLOCKS):
        return True
    return all(len(row.find_all(["td", "th"], limit=2)) < 2 for row in table.find_all("tr"))
