"""Numbers in figures and words."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: Mapping[str, float] = {word: float(n) for n, word in enumerate(_ONES)} | {
    word: float(20 + 10 * n) for n, word in enumerate(_TENS)
}
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(sorted(_ONES[1:], key=len)[::-1])})"
_SCALED = (
    rf"(?:{_WORD}|\d{{1,2}})[ \n]and[ \n]a[ \n]half|(?:{_WORD}|an?)[ \n](?:hundred|thousand|dozen)"
    r"|a[ \n]couple[ \n]of|hundred|dozen"
)
FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = rf"(?<![\w.,])(?:{_SCALED}|{FIGURE}|{_WORD})(?![\w]*\d)"
"""One number, as a pattern."""
TO = r"\s?(?:[-–—]|\bto\b|\bor\b|\band\b)\s?"
"""What stands between the ends of a range, as a pattern."""


def number(text: str) -> float:
    """A number in figures or words: "1,172", "twenty-four", "a dozen"."""
    word = re.sub(r"\s+", " ", text.lower().strip())
    if word.endswith(" and a half"):
        return number(word.removesuffix(" and a half")) + 0.5
    if word[0].isdigit():
        return float(word.replace(",", ""))
    if word.startswith("a couple"):
        return 2.0
    *front, last = word.replace("-", " ").split(" ")
    scale = {"hundred": 100.0, "thousand": 1000.0, "dozen": 12.0}.get(last)
    if scale is not None:
        return scale * (sum(_WORDS.get(part, 1.0) for part in front) if front else 1.0)
    return sum(_WORDS[part] for part in (*front, last))
