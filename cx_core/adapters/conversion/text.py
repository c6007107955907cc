"""Markdown and plain text: what is said above it, its headings, and words without marks of emphasis."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from html import unescape
from html.entities import html5

import yaml

from cx_core.adapters.conversion.kinds import text_of
from cx_core.adapters.conversion.shape import Read, clipped, plain, shaped
from cx_core.adapters.conversion.styles import hides, unread
from cx_core.errors import BadInput

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL)
DEEPEST_FRONT = 5
MOST_FRONT = 20_000
"""Characters that a document may say of itself above its text."""
_SIMPLE = (str, int, float, date, type(None))
_FIELD = re.compile(r"[A-Za-z_][\w -]{0,40}:")
_REMARKS = re.compile(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*")
_FENCE = r"^[ \t]*(`{3,}(?![^\n`]*`)|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)"
_FENCED = re.compile(_FENCE, re.DOTALL | re.MULTILINE)
_UNSEEN = re.compile(
    rf"{_FENCE}|<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<block>script|style|template|iframe|noscript)\b[^<>]*>.*?(?:</(?P=block)\s*>|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""Comments and scripts, and fences, in which they are shown as they were written: what begins first holds the other."""
_OPENED = re.compile(r"<(\w+)\b([^<>]*)>")
_CLOSED = re.compile(r"</(\w+)\s*>")
_TAG = re.compile(
    r"</?(?:p|div|span|b|i|u|em|strong|small|sub|sup|font|center|details|summary|a|kbd|code|mark|section|article|h[1-6]"
    r"|ul|ol|li|dl|dt|dd|hr|table|tr|td|th|tbody|thead)\b[^<>]*>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PICTURE = re.compile(
    r"!\[[^\[\]]*\]\([^)\n]{0,2000}\)|<img\b[^<>]*>|!\[[^\[\]]*\]\[[^\[\]]*\]|!\[[^\[\]]*\]\(data:[^()\s]*\)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]+)\]\(\s{0,9}<?([^\s)>\[]{1,2000})>?(?:\s{1,9}[\"'][^)\n]{0,300}[\"'])?\s{0,9}\)"
)
_REFERENCE = re.compile(r"(?m)^ {0,3}\[[^\]\n]+\]:[ \t]+\S+.*$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\1")
_ITALIC = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"
)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_REFERRING = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INDENT = re.compile(r"[ \t]{0,40}")
_POINT = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_SETEXT = re.compile(r"(?m)^(?![ \t]*(?:[-*+>|#]|\d+[.)])[ \t])(?=\S)([^\n]+)\n(=+|-{3,})[ \t]*$")


def read_markdown(name: str, content: bytes) -> Read:
    """Raises BadInput."""
    text = text_of(content).replace("\r\n", "\n").replace("\r", "\n")
    about, body = _front(text)
    _, tagged = plain(body)
    body, hidden = _unhidden(body)
    pictures = len(_PICTURE.findall(body))
    notes = [f"{pictures} {'picture was' if pictures == 1 else 'pictures were'} not read."] if pictures else []
    title = about.pop("title", None)
    return shaped(
        unmarked(body),
        name,
        title=clipped(str(title)) if title else "",
        about=about,
        notes=notes,
        hidden=[*hidden, *tagged],
    )


def read_text(name: str, content: bytes) -> Read:
    """Raises BadInput. The first line is the title if it stands alone like one."""
    text, tagged = plain(text_of(content))
    lines = text.strip().splitlines()
    title = ""
    if (
        len(lines) > 2
        and not lines[1].strip()
        and 2 < len(lines[0].strip()) <= 100
        and lines[0].strip()[-1] not in ".,;:"
    ):
        title, text = lines[0].strip().lstrip("# "), "\n".join(lines[1:])
    elif len(lines) > 2 and re.fullmatch(r"\s*[=\-*_~]{3,}\s*", lines[1]):
        title, text = lines[0].strip(), "\n".join(lines[2:])
    return shaped(_SETEXT.sub(r"## \1", text), name, title=title, hidden=tagged)


def unmarked(text: str) -> str:
    """Without marks of emphasis, pictures and markup, but for what stands in fences; links say where they lead."""
    parts, at = [], 0
    for fence in (*_FENCED.finditer(text), None):
        parts.append(_unmarked(text[at : fence.start() if fence else len(text)]))
        if fence:
            parts.append(fence[0])
            at = fence.end()
    return "".join(parts)


def _unmarked(text: str) -> str:
    text = _SETEXT.sub(lambda match: f"{'#' if match[2][0] == '=' else '##'} {match[1]}", text)
    text = _BREAK.sub("\n", _PICTURE.sub("", _REFERENCE.sub("", text)))
    text = re.sub(r"<(https?://[^\s<>]+)>", r"\1", text)
    text = _LINK.sub(_link, _TAG.sub("", text))
    for _ in range(2):  # bold in italics, and the other way round
        text = _BOLD.sub(r"\2", text)
        text = _ITALIC.sub(lambda match: match[1] or match[2], text)
    return "".join(_referred(text))


def _referred(text: str) -> Iterator[str]:
    """With references such as &amp; read, but for what stands in code: that is shown as it was written."""
    listed = code = False
    blank = True
    for line in text.splitlines(keepends=True):
        indented = line.startswith(("    ", "\t"))
        code = indented and not listed and (code or blank)
        if line.strip() and not code:
            listed = bool(_POINT.match(line)) or (listed and (line.startswith((" ", "\t")) or not blank))
        blank = not line.strip()
        spans = [line] if code else _CODE.split(line)
        spans[::2] = spans[::2] if code else [_REFERRING.sub(_reference, words) for words in spans[::2]]
        yield "".join(spans)


def _reference(match: re.Match[str]) -> str:
    """What it stands for, but no mark that makes a line another than it was: a heading, a fence, a cell."""
    said = unescape(match[0]) if match[0][1] == "#" else html5.get(match[0][1:], match[0])
    indent = _INDENT.match(match.string)
    first = indent.end() if indent else 0
    if first == match.start() and said[:1] in ("#", "`", "~"):
        return match[0]
    if said == "|" and match.string[first] == "|":
        return "/"
    return " " if said.isspace() else said


def _link(match: re.Match[str]) -> str:
    words, target = match[1], match[2]
    return f"{words} ({target})" if target.startswith(("http://", "https://")) and target != words else words


def _front(text: str) -> tuple[dict[str, object], str]:
    """What the document says of itself above its text. A line of dashes alone begins no such thing."""
    match = _FRONT.match(text.lstrip("\ufeff"))
    if match is None or not match[1] or not _FIELD.match(_REMARKS.sub("", match[1])):
        return {}, text
    if len(match[1]) > MOST_FRONT:
        raise BadInput(f"what stands above the text has over {MOST_FRONT} characters. Shorten it, or put it below")
    try:
        given = yaml.safe_load(match[1]) if _is_flat(match[1]) else {"": [[]]}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise BadInput(
            f"line {line}: what stands above the text is not YAML: {error.problem}. Mend that line"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput("what stands above the text is not YAML. Mend it, or take it out") from error
    if not isinstance(given, dict):
        return {}, text
    for name, value in given.items():
        if not all(isinstance(one, _SIMPLE) for one in (value if isinstance(value, list) else [value])):
            where = f" at “{name}”" if name else ""
            raise BadInput(f"what stands above the text has lists in lists{where}. Write words, or a list of them")
    return {str(name): value for name, value in given.items() if value is not None}, match[2]


def _is_flat(front: str) -> bool:
    """Whether nothing stands in each other deeper than lists of words do: to build more takes very long."""
    depth = 0
    for event in yaml.parse(front, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_FRONT:
            return False
    return True


def _unhidden(text: str) -> tuple[str, list[str]]:
    """Without comments, hidden elements and scripts; the words of the first two."""
    hidden: list[str] = []

    def shown(match: re.Match[str]) -> str:
        if match["comment"] is not None:
            hidden.append(match["comment"])
        return match[0] if match[1] else ""

    text = _UNSEEN.sub(shown, text)
    return _shown(text, hidden), hidden


def _shown(text: str, hidden: list[str]) -> str:
    """Without hidden elements, wherever they stand; one that is never closed is let be. Each sign is looked at once."""
    fences = [match.span() for match in _FENCED.finditer(text)]
    closed: dict[str, list[tuple[int, int]]] = {}
    for match in _CLOSED.finditer(text):
        closed.setdefault(match[1].lower(), []).append(match.span())
    kept, at = [], 0
    for match in _OPENED.finditer(text):
        if match.start() < at or not _hides(match[2].lower()) or _within(match.start(), fences):
            continue
        ends = closed.get(match[1].lower(), [])
        place = bisect_left(ends, (match.end(), 0))
        if place < len(ends):
            hidden.append(re.sub(r"<[^<>]*>", " ", text[match.end() : ends[place][0]]))
            kept.append(text[at : match.start()])
            at = ends[place][1]
    return "".join([*kept, text[at:]])


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    before = bisect_right(spans, place, key=lambda span: span[0])
    return before > 0 and place < spans[before - 1][1]


def _hides(attributes: str) -> bool:
    """By its style, or by the word itself, which says nothing in an address, a title, or of a box's edges."""
    style = re.search(r"style\s{0,9}=\s{0,9}[\"']([^\"']*)", attributes)
    words = re.sub(r"(?<!class=)(?:\"[^\"]*\"|'[^']*')", "", attributes)
    return bool(re.search(r"(?<![\w-])hidden(?![\w-])", words)) or bool(style and (hides(style[1]) or unread(style[1])))
