"""What a text says once its disguises are off, and signs in it that people who write to a company do not make.

Nothing here knows what any text wants: it is about hidden characters, look-alike letters, coded text and the forms
that programs write to each other. The character classes follow Unicode Technical Standard 39 (confusables).
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from cx_core.text.spans import Span

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What Unicode calls Default_Ignorable_Code_Point, marks of annotations, and what turns a text around."""
_LOOKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
"""Signs that choose how the one before them looks: one after another, each stands for a value of a hidden text."""
_FLAGS = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""England, Scotland and Wales: a black flag, and unseen signs that say which. Unicode recommends no others."""
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_STRUNG = re.compile("(?:[A-Za-z ][\u200b-\u200d\u2060-\u2064\ufeff]+){4,}")
"""Signs of no width behind letter after letter: no script that is written with them has such letters."""
_BETWEEN_LETTERS = re.compile(rf"(?<=[^\W\d_])[{_UNSEEN}]+(?=[^\W\d_])")
_ELSEWHERE = re.compile(rf"[{_UNSEEN}]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BULLET = re.compile(r"^[ \t]*[-*•–]\s+", re.M)
_FILE_NAME = re.compile(r"(?<!\S)[\w()]+(?:[-_+.][\w()]+){3,}(?!\S)")
_CODED = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w+/=-])")
_LIKE = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмтвнАЕОРСУХІЈЅНКМТВοανικρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwkmtbhAEOPCYXIJSHKMTBoavikptuxABEZHIKMNOPTYX",
        strict=False,
    )
)
_FIGURES_WITHIN = re.compile(r"\b[A-Za-z][a-z]*(?:[013457][a-z]+)+\b")
_LETTERS = str.maketrans("013457", "oieast")
_BETWEEN_PROGRAMS = re.compile(
    r"<\|[^|\n]{1,40}\|>|\[/?INST\]|<</?SYS>>"  # turns of a conversation, as models are given them
    r"|</?(?:system|assistant|instructions?|prompt|tool\w*|function\w*)\b[^>\n]{0,80}>"
    r"|!\[[^\]\n]{0,200}\]\s?\((?:https?:)?//"  # pictures of the web, not those that came with a mail
    r"|(?<![\w:]):[a-z]+(?:-[a-z]+)*\[|\$\\[a-zA-Z]+"  # badges and signs of markup
    r"|https?://\S*[{<]\w+[}>]",  # an address to be filled in
    re.IGNORECASE,
)
_DATA = re.compile(r"""\{\s*["'][\w .-]{1,40}["']\s*:|(?:^|\n)```""")
_COMMENT = re.compile(
    r"<!--.*?(?:-->|\Z)|/\*.*?\*/"
    r"|<(\w+)\b[^<>]{0,500}(?:display\s*:\s*none|hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])"
    r"|(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white|transparent))[^<>]{0,500}>.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)


def revealed(text: str) -> str:
    """The text as a reader would take it: no unseen characters or bullets, plain letters for look-alikes, words of
    file names apart, and coded text in clear."""
    text = unicodedata.normalize("NFKC", _ELSEWHERE.sub(" ", _BETWEEN_LETTERS.sub("", text)).replace("\u2800", " "))
    text = _WORD.sub(lambda match: _latin(match[0]), text)
    text = _BULLET.sub("", _CODED.sub(lambda match: decoded(match[0]) or match[0], text))
    return _FILE_NAME.sub(lambda match: re.sub(r"[-_+.]+", " ", match[0]), text)


def weighable(text: str) -> str:
    """What is weighed of a text: the same, with letters for figures within words ("cr3dit"), which `revealed` keeps
    for addresses and codes."""
    return _FIGURES_WITHIN.sub(lambda match: match[0].translate(_LETTERS), revealed(text)).strip()


def decoded(text: str) -> str:
    """The words that stand in base64 or in hexadecimal figures; "" where there are none."""
    for read in (_from_base64, bytes.fromhex):
        try:
            said = read(text).decode("utf-8")
        except (ValueError, binascii.Error):
            continue
        if said.isprintable() and len(re.findall(r"[^\W\d_]{2,}(?=\W|$)", said)) >= 3:
            return said
    return ""


def disguised(text: str) -> bool:
    """Whether it holds coded words, letters of two scripts in one word, or forms that programs write."""
    if _BETWEEN_PROGRAMS.search(text) or _TAGS.search(_FLAGS.sub("", text)):
        return True
    if _LOOKS.search(text) or _STRUNG.search(text):
        return True
    if any(decoded(match[0]) for match in _CODED.finditer(text)):
        return True
    return any(_scripts(match[0]) for match in _WORD.finditer(text))


def pasted(text: str) -> bool:
    """Whether data stand in it as programs write them. Customers paste such too: what an error message says."""
    return bool(_DATA.search(text))


def unseen(text: str) -> tuple[Span, ...]:
    """Stretches of markup that nobody sees on a page: comments and hidden elements."""
    return tuple(Span(*match.span()) for match in _COMMENT.finditer(text))


def _from_base64(text: str) -> bytes:
    padded = text.rstrip("=")
    return base64.b64decode(padded + "=" * (-len(padded) % 4), altchars=b"-_" if set(text) & {"-", "_"} else None)


def _scripts(word: str) -> bool:
    """Whether a word of Latin letters has some that only look like it. Single signs such as µ or Ω are let be."""
    if word.isascii() or len(word) < 4:
        return False
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in word)
    alike = sum(letter in _LIKE for letter in word)
    return latin > 0 and alike > 0 and latin + alike >= len(word) - 1


def _latin(word: str) -> str:
    alike = all(letter in _LIKE or letter.isascii() for letter in word)
    return "".join(_LIKE.get(letter, letter) for letter in word) if alike or _scripts(word) else word
