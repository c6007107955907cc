"""Which styles make words invisible: what a reader of the page never sees, a copilot must not read either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MOST_RULES = 2_000
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_DECLARATION = re.compile(r"\s*([\w-]+)\s*:\s*([^;]*)")
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh|cm|in)?")
_WORDED = re.compile(r"(?:xx?-|xxx-)?(?:small|large)|medium|initial")
_PIXELS = {
    "px": 1.0,
    "": 1.0,
    "pt": 1.33,
    "em": 15.0,
    "rem": 15.0,
    "%": 15.0,
    "vw": 12.0,
    "vh": 8.0,
    "cm": 38.0,
    "in": 96.0,
}
TINY = 2.0
"""Pixels of letters that nobody reads."""
_FAR = -400.0
"""Pixels out of the page."""

_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?")
_NAMED = {"white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "black": (0, 0, 0)}
_ALIKE = 12
"""Of 255, by which two colours may differ in each part and still look alike."""


def hides(style: str, behind: str = "") -> bool:
    """Whether these declarations make an element's words invisible. `behind`: those of what it stands in."""
    said = _declared(style)
    if said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse"):
        return True
    return _number(said.get("opacity", "1")) == 0 or _outside(said) or _clipped(said) or _blends(said, behind)


def letters(style: str) -> float | None:
    """Pixels of the letters that these declarations choose; None where they leave them as they are around it."""
    said = _declared(style)
    short = re.search(r"(?<![\w.#-])[\d.]+(?:px|pt|rem|cm|in)\b", said.get("font", ""))
    value = said.get("font-size") or (short[0] if short else "")
    if _WORDED.fullmatch(value):
        return _PIXELS["em"]
    match = _LENGTH.match(value)
    if match is None:
        return None
    size = _pixels(value)
    return size if size <= TINY or match[2] not in ("em", "%") else None


def unread(style: str) -> bool:
    """Whether their letters are too small."""
    size = letters(style)
    return size is not None and size <= TINY


def rules(sheet: str) -> Iterator[str]:
    """The selectors of a style sheet that hide what they select, on a screen and at once."""
    for match in islice(_RULE.finditer(_without_media(_COMMENT.sub("", sheet))), MOST_RULES):
        selector = match[1].strip()
        if not selector.startswith("@") and ":" not in selector and (hides(match[2]) or unread(match[2])):
            yield selector


def _without_media(sheet: str) -> str:
    """Without what holds for other media, small screens or moving pictures."""
    return re.sub(r"@(?:media|supports|keyframes|font-face)[^{}@]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)


def _declared(style: str) -> dict[str, str]:
    found = (_DECLARATION.match(part) for part in style.lower().split(";"))
    return {match[1]: match[2].replace("!important", "").strip() for match in found if match and match[2].strip()}


def _outside(said: dict[str, str]) -> bool:
    placed = said.get("position") in ("absolute", "fixed", "relative")
    sides = ("left", "top", "right", "bottom") if placed else ()
    moved = [said[name] for name in (*sides, "text-indent", "margin-left", "margin-top") if name in said]
    moved += re.findall(r"translate[xy]?\(\s*(-?[\d.]+\w*)", said.get("transform", ""))
    return any(_pixels(value) <= _FAR for value in moved)


def _clipped(said: dict[str, str]) -> bool:
    small = any(name in said and _pixels(said[name]) <= 1 for name in ("width", "height", "max-height", "max-width"))
    cut = said.get("overflow") in ("hidden", "clip")
    shape = re.search(r"rect\((?:\s*0|\s*1px)|inset\(\s*(?:50|100)%", said.get("clip", "") + said.get("clip-path", ""))
    return (small and cut) or bool(shape)


def _blends(said: dict[str, str], behind: str) -> bool:
    """Words in the colour of what is behind them; where nothing says so, pages are white."""
    if "color" not in said:
        return False
    colour, alpha = _colour(said["color"])
    if alpha == 0 or said["color"] == "transparent":
        return True
    own = said.get("background-color") or said.get("background")
    grounds = [own] if own else re.findall(r"background(?:-color)?\s*:\s*([^;]+)", behind.lower())
    grounds = [ground for ground in grounds if ground.strip()]
    if grounds and "url(" in grounds[0]:
        return False
    ground = _colour(grounds[0])[0] if grounds else (255, 255, 255)
    return (
        colour is not None
        and ground is not None
        and all(abs(a - b) <= _ALIKE for a, b in zip(colour, ground, strict=True))
    )


def _colour(value: str) -> tuple[tuple[int, int, int] | None, float]:
    if match := _HEX.search(value):
        digits = match[1] if len(match[1]) >= 6 else "".join(digit * 2 for digit in match[1])
        alpha = int(digits[6:8], 16) / 255 if len(digits) >= 8 else 1.0
        return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)), alpha
    if match := _RGB.search(value):
        return (int(match[1]), int(match[2]), int(match[3])), _number(match[4] or "1")
    return next((rgb for name, rgb in _NAMED.items() if re.search(rf"\b{name}\b", value)), None), 1.0


def _pixels(value: str) -> float:
    match = _LENGTH.match(value.strip())
    return float(match[1]) * _PIXELS[match[2] or ""] if match else 100.0


def _number(value: str) -> float:
    match = re.match(r"-?\d*\.?\d+", value.strip())
    return float(match[0]) if match else 1.0
