"""What a Word document holds and Word does not show: taken out before anybody reads it, whatever its parts are called.

A run may hide by itself, by its style, or by its paragraph's; the nearest that says something holds (ECMA-376, 17.7.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from lxml import etree

from cx_core.errors import BadInput

SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""As most programs write it, and as the strict form of the standard has it."""
TINY = 4
"""Half points: letters of two points nobody reads."""
MOST_RUNS = 150_000
"""Paragraphs and stretches of one look; a book of a thousand pages has some fifty thousand."""
_DEEPEST = 12
"""Styles that a style stands on, one after the other."""


def safe_parser() -> etree.XMLParser:
    """Neither entities nor the network."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def space_of(part: bytes) -> str:
    """The namespace of Word's own elements in a part; "" where there is none."""
    plain = part.replace(b"\x00", b"")
    found = next((space for space in SPACES if space.encode() in plain), "")
    return found if plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") else ""


class Styles:
    """The styles of a document, by what they say of letters."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._by_id: dict[str, etree._Element] = {}
        self._default = ""
        for part in parts:
            space = space_of(part)
            for style in etree.fromstring(part, safe_parser()).iter(f"{{{space}}}style"):
                id = str(style.get(f"{{{space}}}styleId") or "")
                self._by_id.setdefault(id, style)
                if style.get(f"{{{space}}}default") in ("1", "true") and style.get(f"{{{space}}}type") == "paragraph":
                    self._default = self._default or id

    def chain(self, id: str, space: str) -> Iterator[etree._Element]:
        """A style and those it stands on, nearest first. Without a name: that of every paragraph."""
        id = id or self._default
        for _ in range(_DEEPEST):
            style = self._by_id.get(id)
            if style is None:
                return
            yield style
            id = _value(style.find(f"{{{space}}}basedOn"), space)


class DocumentStory:
    """One part of a document that holds words."""

    def __init__(self, part: bytes, styles: Styles) -> None:
        self._w = space_of(part)
        self._root = etree.fromstring(part, safe_parser())
        self._styles = styles
        count = sum(1 for _ in self._root.iter(self._("r"), self._("p")))
        if count > MOST_RUNS:
            raise BadInput(f"it has {count} paragraphs and changes of look, far more than any guide. Divide it")

    def without_unseen(self) -> tuple[bytes, list[str]]:
        """The part, and the words taken out of it, by paragraph."""
        hidden: list[str] = []
        for paragraph in self._root.iter(self._("p")):
            gone = [run for run in paragraph.iter(self._("r")) if self._unseen(run, paragraph)]
            words = " ".join(text.text or "" for run in gone for text in run.iter(self._("t")))
            for run in gone:
                parent = run.getparent()
                if parent is not None:
                    parent.remove(run)
            if words.strip():
                hidden.append(words)
        made = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return bytes(made), hidden

    def _(self, name: str) -> str:
        return f"{{{self._w}}}{name}"

    def _unseen(self, run: etree._Element, paragraph: etree._Element) -> bool:
        """Hidden, letters too small to read, or white on nothing."""
        own = run.find(self._("rPr"))
        named = "" if own is None else _value(own.find(self._("rStyle")), self._w)
        of_paragraph = paragraph.find(self._("pPr"))
        style = "" if of_paragraph is None else _value(of_paragraph.find(self._("pStyle")), self._w)
        hidden, on_colour = self._of_styles(named, style)
        said = {**hidden, **({} if own is None else self._said(own))}
        if said.get("vanish", "0") not in ("0", "false", "off"):
            return True
        if said.get("sz", "").isdigit() and int(said["sz"]) <= TINY:
            return True
        if not _white(said.get("color", "")) or self._dark:
            return False
        shaded = on_colour or (own is not None and _shades(own, self._w)) or self._behind(run)
        return not shaded

    def _of_styles(self, run: str, paragraph: str) -> tuple[Mapping[str, str], bool]:
        """What the styles say of letters, and whether they stand on a colour."""
        key = (run, paragraph)
        if key not in self._known:
            chain = [*(self._styles.chain(run, self._w) if run else ()), *self._styles.chain(paragraph, self._w)]
            said: dict[str, str] = {}
            for style in reversed(chain):
                own = style.find(self._("rPr"))
                said |= {} if own is None else self._said(own)
            shaded = any(_shades(inner, self._w) for style in chain for inner in style)
            self._known[key] = (said, shaded)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Mapping[str, str], bool]]:
        return {}

    @cached_property
    def _dark(self) -> bool:
        """Whether the pages have a colour of their own."""
        return self._root.find(self._("background")) is not None

    def _said(self, look: etree._Element) -> dict[str, str]:
        found = ((name, look.find(self._(name))) for name in ("vanish", "sz", "color"))
        return {
            name: _value(one, self._w) or ("1" if name == "vanish" else "") for name, one in found if one is not None
        }

    def _behind(self, run: etree._Element) -> bool:
        """Whether the paragraph or the cell around it is shaded, as heads of tables are."""
        for parent in run.iterancestors(self._("p"), self._("tc"), self._("tbl")):
            if (
                next(parent.iter(self._("shd")), None) is not None
                or next(parent.iter(self._("tblStyle")), None) is not None
            ):
                return True
        return False


def _value(one: etree._Element | None, space: str) -> str:
    return "" if one is None else str(one.get(f"{{{space}}}val") or "")


def _shades(look: etree._Element, space: str) -> bool:
    return look.find(f"{{{space}}}shd") is not None or look.find(f"{{{space}}}highlight") is not None


def _white(colour: str) -> bool:
    return len(colour) == 6 and all(
        a in "fF" and b in "89abcdefABCDEF" for a, b in zip(colour[::2], colour[1::2], strict=True)
    )
