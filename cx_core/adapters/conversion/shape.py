"""What a reader gives, and how headings, titles and length are made alike whatever a document came as.

Plain values only: this is imported where untrusted files are parsed, which should start quickly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cx_core.adapters.knowledge.paragraphs import one_line_a_paragraph
from cx_core.errors import BadInput

LONGEST = 100_000
"""Characters from which a document is cut into several articles, at its own headings."""

MOST_OUT = 4_000_000
"""Characters that are taken of one document in all; a novel has about a million."""

LONGEST_TITLE = 160
LONGEST_HEADING = 1_000
"""Characters; what is longer is no heading, whatever stands before it. A piece of a long section has room for it."""
_FLAGS = (
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""England, Scotland and Wales: a black flag, and unseen signs that say which. Unicode recommends no others."""
UNSEEN = re.compile(
    rf"({_FLAGS})|"
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""What Unicode calls Default_Ignorable_Code_Point, and marks of annotations."""
_AMONG_LATIN = re.compile(
    "(?<=[A-Za-z])[\u061c\u200c-\u200f\ufe00-\ufe0f]+"
    "|(?<![\u00a9\u00ae\u2000-\U0001faff])[\u061c\u200c-\u200f\ufe00-\ufe0f]+(?=[A-Za-z])"
)
"""Joiners, direction and looks, which other scripts and signs need and Latin letters do not. The second: but after
signs, of which many are pictures, and may stand right before a letter."""
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)$")
_FENCE = re.compile(r"[ \t]*(?=(```|~~~))(?:`+(?![^`]*`)|~)")
"""But for code between words, which begins and ends on one line."""
_TAGS = re.compile(f"(?:{_FLAGS})|([\U000e0000-\U000e007f]+)")
_LOOKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
"""Many in a row change no look; each stands for one of 256 values."""
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""As tables, slides and programs end lines and pages: left out, they would join two words."""
_REVERSED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TABLE_HEAD = re.compile(r"\|[^\n]{1,5000}\n\|[ \t:|-]{1,2000}\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class DocumentPart:
    """One article to be: `about` is what the document says of itself, as it says it."""

    title: str
    text: str
    about: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """A file of an archive, or why it is not read."""

    name: str
    content: bytes = b""
    trouble: str = ""


@dataclass(frozen=True)
class Read:
    """`notes`: what was not read, and why. `hidden`: text that nobody sees, which is left out."""

    parts: tuple[DocumentPart, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()


def shaped(
    markdown: str,
    name: str,
    *,
    title: str = "",
    about: dict[str, object] | None = None,
    notes: Iterable[str] = (),
    hidden: Iterable[str] = (),
) -> Read:
    """Markdown with any headings to articles: a title, and sections that begin at `##`. Raises BadInput."""
    text, unseen = plain(markdown)
    lines = list(_levelled(text.splitlines()))
    found, lines = _titled(lines, plain(title)[0].strip())
    body = one_line_a_paragraph("\n".join(line for _, line in _deepened(lines)))
    body = re.sub(r"\n{3,}", "\n\n", body).strip()
    if not body:
        raise BadInput("there are no words in it that could be read. Look whether it is the right file")
    if len(body) > MOST_OUT:
        raise BadInput(
            f"it holds {len(body) / 1e6:.1f} million characters, more than the {MOST_OUT / 1e6:.0f} million that are"
            " taken of one file. Divide it"
        )
    said = list(notes)
    left_out = tuple(dict.fromkeys(one for text in (*hidden, *unseen) if (one := " ".join(text.split()))))
    if left_out:
        said.append(_told_hidden(left_out))
    parts = tuple(_cut(clipped(found or stem(name)), body, about or {}))
    if len(parts) > 1:
        said.append(f"It is long, so it became {len(parts)} articles, cut at its headings or between its paragraphs.")
    return Read(parts, tuple(said), left_out)


def plain(text: str) -> tuple[str, list[str]]:
    """Without characters that nobody sees, and the words that were written in them."""
    written = ["".join(chr(ord(mark) - 0xE0000) for mark in match[1] or "") for match in _TAGS.finditer(text)]
    written += [bytes(map(_value, match[0])).decode("utf-8", "replace") for match in _LOOKS.finditer(text)]
    text = UNSEEN.sub(r"\1", _REVERSED.sub("", _LOOKS.sub("", text)))
    text = _LINE_END.sub("\n", _AMONG_LATIN.sub("", text))
    return _CONTROL.sub("", text).translate({0xA0: " ", 0x2800: " "}), [one for one in written if one.strip()]


def _value(look: str) -> int:
    """Of 256, as texts are hidden in signs that choose how the sign before them looks."""
    return ord(look) - 0xFE00 if ord(look) < 0xE0000 else ord(look) - 0xE0100 + 16


def clipped(title: str) -> str:
    """A title on one line, not too long, cut between words."""
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"


def stem(name: str) -> str:
    """The last part of a path, as words."""
    last = re.split(r"[/\\]", name)[-1].rpartition(".")
    words = re.sub(r"[_\-\s]+", " ", last[0] or last[2]).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head."""
    width = max(map(len, rows))
    cells = [[" ".join(cell.split()).replace("|", "/") for cell in row] for row in rows]
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in cells]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _told_hidden(hidden: Sequence[str]) -> str:
    first = hidden[0] if len(hidden[0]) <= 80 else f"{hidden[0][:80]}…"
    more = f" and {len(hidden) - 1} more" if len(hidden) > 1 else ""
    return f"Text that nobody sees was left out: “{first}”{more}."


def _levelled(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each line with the level of the heading it is, 0 for any other. What stands in a fence is no heading."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or fence == mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence or mark else _HEADING.match(line)
        words = heading[2].rstrip(" \t#").strip() if heading else ""
        if heading and not words:
            continue
        if heading and len(words) <= LONGEST_HEADING:
            yield len(heading[1]), words
        else:
            yield 0, words or line


def _titled(lines: list[tuple[int, str]], given: str) -> tuple[str, list[tuple[int, str]]]:
    """The title, and the lines without it.

    The document's own first heading is its title if it stands above all others: before any of its level, and first.
    """
    levels = [level for level, _ in lines if level]
    top = min(levels, default=0)
    first = next((place for place, (level, _) in enumerate(lines) if level), None)
    if first is not None and lines[first][0] == top:
        before = [line for _, line in lines[:first] if line.strip()]
        alone = levels.count(top) == 1 and (top == 1 or not given)
        if (alone and not before) or lines[first][1].casefold() == given.casefold():
            return lines[first][1], lines[:first] + lines[first + 1 :]
    return given, lines


def _deepened(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """With the highest level there is at `##`, each with a blank line before and after it."""
    kept = list(lines)
    top = min((level for level, _ in kept if level), default=2)
    for level, line in kept:
        if not level:
            yield 0, line
            continue
        deep = min(6, level - top + 2)
        yield 0, ""
        yield deep, f"{'#' * deep} {line}"


def _cut(title: str, body: str, about: dict[str, object]) -> Iterator[DocumentPart]:
    """One article, or of a very long text several: sections stay whole, unless one alone is too long."""
    if len(body) <= LONGEST:
        yield DocumentPart(title, body, about)
        return
    pieces: list[str] = []
    for section in re.split(r"(?m)^(?=## )", body):
        for piece in _shorter(section):
            if pieces and len(pieces[-1]) + len(piece) <= LONGEST:
                pieces[-1] += piece
            else:
                pieces.append(piece)
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    for number, piece in enumerate(pieces, 1):
        said = about if number == 1 else {name: value for name, value in about.items() if name != "id"}
        yield DocumentPart(f"{title} (part {number} of {len(pieces)})", piece, said)


def _shorter(section: str) -> Iterator[str]:
    """A section that is too long by itself, cut between its paragraphs, each piece under its heading."""
    heading = section.partition("\n")[0] if section.startswith("## ") else ""
    while len(section) > LONGEST:
        at = section.rfind("\n\n", LONGEST // 2, LONGEST)
        at = at if at > 0 else section.rfind("\n", LONGEST // 2, LONGEST)
        at = at if at > 0 else section.rfind(" ", LONGEST // 2, LONGEST)
        at = at if at > 0 else LONGEST
        head = _head_over(section, at)
        yield section[:at] + "\n\n"
        section = f"{heading}\n{head}{section[at:].lstrip()}" if heading else f"{head}{section[at:].lstrip()}"
    yield section


def _head_over(section: str, at: int) -> str:
    """The head of the table that is cut here, which says what its columns are; "" where none is."""
    if not section.startswith("\n|", at):
        return ""
    table = section[section.rfind("\n\n", 0, at) + 1 : at].lstrip("\n")
    head = _TABLE_HEAD.match(table)
    return head[0] if head else ""
