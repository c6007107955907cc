"""PDFs to Markdown: PDFium tells letters and where they stand; headings, lists and paragraphs are told by their look.

A PDF knows no headings: a line is one where its letters are larger than those of most of the text, or bold and alone.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from cx_core.adapters.conversion.shape import Read, clipped, shaped, table
from cx_core.errors import BadInput

MOST_PAGES = 1_500
LARGER = 1.12
"""So much larger than the body's letters are a heading's."""
TINY = 2.0
"""Points below which nobody reads."""
LONGEST_HEADING = 140
SCANNED = 25
"""Letters a page, on average, below which its words are in pictures."""
_BULLET = re.compile(r"\s*[•▪◦‣●○■□➢➤–·∙*]\s+(?=\S)|\s*[\uf0b7\uf0a7\uf076]\s*")
_NUMBERED = re.compile(r"\s*\d{1,3}[.)]\s+\S")
_CELL = 1.5
"""Widths of a letter between two words that stand in columns of their own."""


@dataclass
class Line:
    text: str
    size: float
    bold: bool
    top: float
    bottom: float
    page: int


@dataclass(frozen=True)
class _Look:
    """How the letters of one text object look."""

    bold: bool
    white: bool
    unseen: bool


_Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the page's lower left corner."""


class _Word(NamedTuple):
    text: str
    box: _Box
    look: _Look


class _Page:
    """One page: lines that are seen, and words that are not."""

    def __init__(self, page: pdfium.PdfPage, number: int) -> None:
        self._page, self._number = page, number
        self._text = page.get_textpage()
        self._rect = raw.FS_RECTF()
        self._looks: dict[int, _Look] = {}
        self._grounds: list[_Box] | None = None
        self._box = page.get_mediabox() or (0.0, 0.0, 612.0, 792.0)
        self.pictures = sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        self.hidden: list[str] = []
        self.letters = 0

    def lines(self) -> Iterator[Line]:
        words: list[_Word] = []
        begun, text = 0, ""
        count = raw.FPDFText_CountChars(self._text)
        letter = raw.FPDFText_GetUnicode
        for index in range(count + 1):
            mark = chr(letter(self._text, index) or 0xFFFD) if index < count else "\n"
            if not mark.isspace():
                begun, text = (begun, text + mark) if text else (index, mark)
                continue
            if text:
                words.append(_Word(text, self._box_of(begun, index - 1), self._look(begun)))
                text = ""
            if mark in "\r\n" and words:
                yield from self._line(words)
                words = []

    def _line(self, words: Sequence[_Word]) -> Iterator[Line]:
        unseen = [word for word in words if self._hidden(word.box, word.look)]
        seen = [word for word in words if word not in unseen] if unseen else words
        if unseen:
            self.hidden.append(" ".join(word.text for word in unseen))
        if not seen:
            return
        self.letters += sum(len(word.text) for word in seen)
        boxes = [word.box for word in seen]
        bold = sum(word.look.bold for word in seen) > len(seen) * 0.8
        yield Line(
            _spaced(seen),
            round(median(box[3] - box[1] for box in boxes), 1),
            bold,
            max(b[3] for b in boxes),
            min(b[1] for b in boxes),
            self._number,
        )

    def _box_of(self, first: int, last: int) -> _Box:
        raw.FPDFText_GetLooseCharBox(self._text, first, self._rect)
        left, bottom, right, top = self._rect.left, self._rect.bottom, self._rect.right, self._rect.top
        if last > first:
            raw.FPDFText_GetLooseCharBox(self._text, last, self._rect)
            right = max(right, self._rect.right)
        return left, bottom, right, top

    def _look(self, index: int) -> _Look:
        thing = raw.FPDFText_GetTextObject(self._text, index)
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if key not in self._looks:
            r, g, b, a = (ctypes.c_uint() for _ in range(4))
            raw.FPDFText_GetFillColor(self._text, index, r, g, b, a)
            mode = raw.FPDFTextObj_GetTextRenderMode(thing) if key else raw.FPDF_TEXTRENDERMODE_FILL
            white = min(r.value, g.value, b.value) >= 248 and mode != raw.FPDF_TEXTRENDERMODE_FILL_STROKE
            gone = mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP) or a.value == 0
            self._looks[key] = _Look(raw.FPDFText_GetFontWeight(self._text, index) >= 600, white, bool(key) and gone)
        return self._looks[key]

    def _hidden(self, box: _Box, look: _Look) -> bool:
        """Invisible letters over a picture are what a scanner recognised in it, and are seen there."""
        if look.unseen and not self.pictures:
            return True
        left, bottom, right, top = self._box
        if box[2] < left or box[0] > right or box[3] < bottom or box[1] > top or 0 < box[3] - box[1] < TINY:
            return True
        return (
            look.white
            and not look.unseen
            and not any(
                ground[0] - 1 <= box[0]
                and box[2] <= ground[2] + 1
                and ground[1] - 1 <= (box[1] + box[3]) / 2 <= ground[3] + 1
                for ground in self._coloured()
            )
        )

    def _coloured(self) -> list[_Box]:
        """Where something that is not white lies behind letters."""
        if self._grounds is None:
            self._grounds = []
            kinds = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING]
            for thing in self._page.get_objects(filter=kinds, max_depth=4):
                if thing.type != raw.FPDF_PAGEOBJ_PATH or _filled(thing):
                    self._grounds.append(thing.get_bounds())
        return self._grounds


def read(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    try:
        made = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise BadInput(_why(error)) from error
    if len(made) > MOST_PAGES:
        raise BadInput(f"it has {len(made)} pages, more than the {MOST_PAGES} that are taken of one file. Divide it")
    lines: list[Line] = []
    hidden: list[str] = []
    pictures = letters = 0
    pages = len(made)
    for number in range(pages):
        try:
            page = _Page(made[number], number)
            lines += page.lines()
        except pdfium.PdfiumError as error:
            raise BadInput(f"it is damaged: page {number + 1} cannot be read. Save it again as PDF") from error
        hidden += page.hidden
        pictures += page.pictures
        letters += page.letters
    if pages and letters < SCANNED * pages and pictures:
        raise BadInput("it holds pictures of pages, and hardly any text. Have it recognised (OCR) first")
    notes = [f"{pictures} {'picture was' if pictures == 1 else 'pictures were'} not read."] if pictures else []
    lines, repeated = _without_repeated(lines, pages)
    if repeated:
        notes.append(f"Lines at the head or foot of every page were left out: “{repeated[0]}”.")
    title = _own_title(made)
    return shaped(_markdown(lines), name, title=title, notes=notes, hidden=hidden)


def _why(error: pdfium.PdfiumError) -> str:
    if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
        return "it is locked with a password. Save it without one and hand it in again"
    if getattr(error, "err_code", None) == raw.FPDF_ERR_SECURITY:
        return "it is protected in a way that cannot be opened. Save it without protection"
    return "it is damaged: what should be a PDF cannot be read. Save or send it again"


def _own_title(made: pdfium.PdfDocument) -> str:
    """What it says its title is, unless a program put a file's name or nothing there."""
    title = clipped(made.get_metadata_value("Title"))
    said = re.search(
        r"(?i)\.(docx?|pptx?|pdf|indd|tex|html?)$|^(microsoft|untitled|document\d*$|slide\b|\(?anonymous)", title
    )
    return "" if said else title


def _filled(thing: pdfium.PdfObject) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, mode, stroke)
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(thing, r, g, b, a)
    return mode.value != raw.FPDF_FILLMODE_NONE and a.value > 0 and min(r.value, g.value, b.value) < 230


def _spaced(words: Sequence[_Word]) -> str:
    """The words of a line; a tab where they stand so far apart that they are in columns."""
    said = words[0].text
    for before, word in pairwise(words):
        letter = max(word.box[3] - word.box[1], 1.0) * 0.5
        said += ("\t" if word.box[0] - before.box[2] > _CELL * letter else " ") + word.text
    return re.sub("[\x02\ufffe]$", "-", said)


def _without_repeated(lines: list[Line], pages: int) -> tuple[list[Line], list[str]]:
    """Without the heads and feet of pages: lines at the same height of most pages, figures aside."""
    if pages < 3:
        return lines, []
    seen: Counter[tuple[str, int]] = Counter()
    for line in lines:
        seen[_mark(line)] += 1
    gone = {mark for mark, count in seen.items() if count >= max(3, pages * 0.6)}
    told = list(dict.fromkeys(line.text.replace("\t", " ") for line in lines if _mark(line) in gone))
    kept = [line for line in lines if _mark(line) not in gone]
    return (kept, told) if kept else (lines, [])  # pages that say nothing else say this


def _mark(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.top / 4)


def _markdown(lines: list[Line]) -> str:
    if not lines:
        return ""
    body = _body(lines)
    sizes = sorted({round(line.size) for line in lines if line.size >= body * LARGER and _short(line)}, reverse=True)[
        :4
    ]
    blocks: list[str] = []
    for group in _blocks(lines, body):
        first = group[0]
        text = " ".join(line.text.replace("\t", " ") for line in group)
        large = first.size >= body * LARGER and round(first.size) in sizes
        if large and len(text) <= LONGEST_HEADING and re.search(r"[^\W\d_]", text):
            blocks.append(f"{'#' * (sizes.index(round(first.size)) + 1)} {text}")
        elif first.bold and len(group) == 1 and _short(first) and text[-1] not in ".,;:" and "\t" not in first.text:
            blocks.append(f"{'#' * (len(sizes) + 1)} {text}")
        else:
            blocks.append(_paragraph(group))
    return "\n\n".join(blocks)


def _body(lines: Iterable[Line]) -> float:
    """The size most letters have."""
    weight: Counter[float] = Counter()
    for line in lines:
        weight[line.size] += len(line.text)
    return max(weight, key=lambda size: weight[size])


def _short(line: Line) -> bool:
    return 1 < len(line.text) <= LONGEST_HEADING


def _blocks(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    """Lines that belong together: alike, one below the other, without a gap."""
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group[-1], line, body):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _goes_on(before: Line, line: Line, body: float) -> bool:
    in_columns = "\t" in before.text and before.text.count("\t") == line.text.count("\t")
    if abs(before.size - line.size) > max(0.6, 0.06 * body) or (before.bold != line.bold and not in_columns):
        return False
    if ("\t" in before.text or "\t" in line.text) and not in_columns:
        return False
    if before.page != line.page:
        return not before.text.rstrip().endswith((".", "!", "?", ":")) and line.text[:1].islower()
    step = before.bottom - line.bottom
    if in_columns:
        return 0 < step <= max(before.size, line.size) * 2.5
    return -1 <= step <= max(before.size, line.size) * (1.25 if line.bold or line.size > body * LARGER else 1.5)


def _paragraph(group: Sequence[Line]) -> str:
    """A table where lines have columns, points of a list, or one paragraph."""
    if len(group) > 1 and len({line.text.count("\t") for line in group}) == 1 and "\t" in group[0].text:
        return table([line.text.split("\t") for line in group])
    said: list[str] = []
    for line in group:
        text = line.text.replace("\t", " ")
        bullet = _BULLET.match(text)
        if bullet or _NUMBERED.match(text):
            said.append(f"\n- {text[bullet.end() :]}" if bullet else f"\n{text}")
        elif said and said[-1].endswith("-") and text[:1].islower() and not said[-1].endswith(" -"):
            said[-1] = said[-1][:-1] + text
        else:
            said.append(text)
    return " ".join(said).replace(" \n", "\n").strip()
