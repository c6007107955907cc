"""Workbooks and comma-separated tables: questions with their answers become sections, anything else stays a table."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from cx_core.adapters.conversion.kinds import text_of
from cx_core.adapters.conversion.shape import Read, shaped, stem, table
from cx_core.adapters.conversion.word import BROKEN_XML
from cx_core.errors import BadInput

Rows = list[list[str]]
MOST_ROWS = 5_000
MOST_MERGED = 500_000
"""Cells that are merged into others: each of them is made one by one."""
MOST_SHEET = 60_000_000
"""Bytes of a sheet's XML; more is data, and no knowledge."""

QUESTION = re.compile(
    r"(?i)(?:customer\s+|frequent(?:ly asked)?\s+|sample\s+)?(?:questions?|q|faqs?|query|queries|asked|frage[n]?)\b.*"
)
ANSWER = re.compile(
    r"(?i)(?:our\s+|official\s+|short\s+|suggested\s+|standard\s+)?"
    r"(?:answers?|a|responses?|repl(?:y|ies)|solutions?|resolutions?|antwort(?:en)?)\b.*"
)
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*")
_CORNERS = re.compile(rb"\b([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\b")
_ASKS = 0.5
"""Share of a first column that must end with a question mark for a table without a header to be one of questions."""


def read_csv(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    text = text_of(content)
    try:
        rows = _columns(text)
    except csv.Error as error:
        raise BadInput(f"it is no table of columns: {error}. Save it again as CSV, UTF-8") from error
    rows = _filled(rows)
    if max(map(len, rows), default=0) < 2:
        raise BadInput("there are no columns in it. Put commas, semicolons or tabs between them, or call it .txt")
    return _read(name, [(stem(name), rows)], [])


def _columns(text: str) -> Rows:
    """By the sign that divides most lines into the same number of columns."""
    best: tuple[float, int, str] = (0.0, 0, ",")
    for mark in ",;\t|":
        some = [len(row) for row in csv.reader(text.splitlines()[:200], delimiter=mark) if row]
        width = max(set(some), key=some.count, default=0)
        if width > 1:
            best = max(best, (some.count(width) / len(some), width, mark))
    found = csv.reader(io.StringIO(text, newline=""), delimiter=best[2])
    return [[cell.strip() for cell in row] for row in found]


def read_workbook(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    _fits(content)
    notes: list[str] = []
    try:
        book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        sheets = [(sheet.title, _cells(sheet, notes)) for sheet in book.worksheets if _shown(sheet, notes)]
        title = str(book.properties.title or "")
    except (InvalidFileException, *BROKEN_XML) as error:
        raise BadInput("it is damaged: what should be a workbook cannot be read. Save it again") from error
    return _read(name, [(title, rows) for title, rows in sheets if rows], notes, title)


def _fits(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/") and entry.file_size > MOST_SHEET:
                raise BadInput("a sheet in it is far too large for knowledge. Keep the rows that matter")
            if entry.file_size <= MOST_SHEET and _merged(archive.read(entry)) > MOST_MERGED:
                raise BadInput("cells of a sheet in it are merged over far more than is filled. Part them")


def _merged(part: bytes) -> int:
    """How many cells are merged into others, as a part of a workbook says."""
    count = 0
    for match in _MERGE.finditer(part.replace(b"\x00", b"")):
        corners = _CORNERS.search(match[0].replace(b"$", b"").upper())
        if corners is None and b"&" in match[0]:
            return MOST_MERGED + 1  # no program writes letters of a place as entities
        if corners is None:
            continue
        wide = column_index_from_string(corners[3].decode()) - column_index_from_string(corners[1].decode()) + 1
        count += abs(wide * (int(corners[4]) - int(corners[2]) + 1))
    return count


def _shown(sheet: Worksheet, notes: list[str]) -> bool:
    if sheet.sheet_state != "visible":
        notes.append(f"The hidden sheet “{sheet.title}” was left out.")
        return False
    return True


def _cells(sheet: Worksheet, notes: list[str]) -> Rows:
    """Those that are shown and hold something: many sheets are formatted far beyond what is in them."""
    said = {place: _said(cell.value) for place, cell in sheet._cells.items() if cell.value is not None}
    said = {place: words for place, words in said.items() if words}
    rows, columns = {row for row, _ in said}, {column for _, column in said}
    if len(rows) > MOST_ROWS * 4:
        raise BadInput(
            f"the sheet “{sheet.title}” has {len(rows)} rows, which is data and no knowledge. Keep what matters"
        )
    hidden_rows = {row for row in rows if sheet.row_dimensions[row].hidden}
    hidden_columns = _hidden_among(columns, sheet)
    if hidden_columns:
        notes.append(f"{len(hidden_columns)} hidden columns of “{sheet.title}” were left out.")
    if hidden_rows:
        notes.append(f"{len(hidden_rows)} hidden rows of “{sheet.title}” were left out.")
    shown = sorted(columns - hidden_columns)
    return _filled([said.get((row, column), "") for column in shown] for row in sorted(rows - hidden_rows))


def _hidden_among(columns: Iterable[int], sheet: Worksheet) -> set[int]:
    """One entry of a sheet may speak of many columns."""
    spans: list[tuple[int, int]] = []
    for one in sheet.column_dimensions.values():
        one.reindex()
        if one.hidden and one.min and one.max:
            spans.append((one.min, one.max))
    return {column for column in columns if any(first <= column <= last for first, last in spans)}


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _filled(rows: Iterable[list[str]]) -> Rows:
    """Without rows and columns that hold nothing."""
    kept = [row for row in rows if any(row)]
    width = max(map(len, kept), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in kept]
    used = [place for place in range(width) if any(row[place] for row in full)]
    return [[row[place] for place in used] for row in full]


def _read(name: str, sheets: Sequence[tuple[str, Rows]], notes: list[str], title: str = "") -> Read:
    if not sheets:
        raise BadInput("there are no filled cells in it that are shown. Look whether it is the right file")
    if (count := sum(len(rows) for _, rows in sheets)) > MOST_ROWS:
        raise BadInput(f"it has {count} rows, more than the {MOST_ROWS} that are taken of one file. Divide it")
    blocks = [_sheet(sheet, rows, notes, several=len(sheets) > 1) for sheet, rows in sheets]
    return shaped("\n\n".join(blocks), name, title=title or stem(name), notes=notes)


def _sheet(sheet: str, rows: Rows, notes: list[str], *, several: bool) -> str:
    places = _question_and_answer(rows)
    if places is None:
        which = f"“{sheet}”" if several else "It"
        notes.append(f"{which} has no columns of questions and answers, so it became a table.")
        return f"## {sheet}\n\n{table(rows)}"
    question, answer, first = places
    head = rows[0] if first else []
    sections, unanswered = [], 0
    for row in rows[first:]:
        if not row[question] or not row[answer]:
            unanswered += 1
            continue
        more = [
            f"{head[place] or 'More'}: {cell}"
            for place, cell in enumerate(row)
            if first and cell and place not in (question, answer) and not _counts(head[place])
        ]
        asked = " ".join(row[question].split()).lstrip("# ")
        sections.append("\n\n".join([f"## {asked}", _safe(row[answer]), *more]))
    if unanswered:
        which = f" of “{sheet}”" if several else ""
        notes.append(f"{unanswered} rows{which} without a question or an answer were not read.")
    if not sections:
        raise BadInput("no row of it has both a question and an answer. Look whether it is the right file")
    return "\n\n".join(sections)


def _question_and_answer(rows: Rows) -> tuple[int, int, int] | None:
    """The columns of the questions and of the answers, and in which row they begin. None if it is no such table."""
    head = rows[0]
    asked = next((place for place, cell in enumerate(head) if QUESTION.fullmatch(cell.strip())), None)
    answered = next(
        (place for place, cell in enumerate(head) if ANSWER.fullmatch(cell.strip()) and place != asked), None
    )
    if asked is not None and answered is not None and len(rows) > 1:
        return asked, answered, 1
    for first in (1, 0):  # with a header in other words, or without one
        body = [row for row in rows[first:] if len(row) >= 2]
        pairs = [(row, _asking(row)) for row in body]
        places = {place for _, place in pairs if place is not None}
        if body and len(places) == 1 and sum(place is not None for _, place in pairs) >= max(1, _ASKS * len(body)):
            question = places.pop()
            answer = _longest(body, question)
            if answer is not None and not (first and _asking(head) == question):
                return question, answer, first
    return None


def _asking(row: Sequence[str]) -> int | None:
    return next((place for place, cell in enumerate(row[:-1]) if cell.rstrip(" \"'”").endswith("?")), None)


def _longest(rows: Rows, question: int) -> int | None:
    """The column behind the question that says most."""
    behind = range(question + 1, len(rows[0]))
    sizes = {place: sum(len(row[place]) for row in rows if place < len(row)) for place in behind}
    return max(sizes, key=lambda place: sizes[place], default=None)


def _counts(head: str) -> bool:
    """Whether a column only numbers the rows."""
    return bool(re.fullmatch(r"(?i)(?:#|no\.?|nr\.?|id|number|row)?", head.strip()))


def _safe(answer: str) -> str:
    """An answer stays in its section: what begins a line like a heading is no heading."""
    lines = re.sub(r"(?m)^(#+)(?=\s)", "", answer).strip().splitlines()
    return re.sub(r"\n+(?=[-*] )", "\n", "\n\n".join(line.strip() for line in lines if line.strip()))
