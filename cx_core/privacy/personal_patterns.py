"""Personal data that has a shape of its own: addresses of mail and of machines, links, postal codes, ids.

Each pattern is bounded or possessive, so that no text takes more than time linear in its length.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from cx_core.privacy.personal_spans import LabelBefore, PersonalSpan, inner

_SITE = re.compile(
    r"(?<![\w@.-])(?:https?://|www\.)?(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|info|biz|io|co|me|uk|us|de|fr|es|it|nl|se|ch|at|ie"
    r"|eu|ca|au|in|pl|pt|br|ru|jp|cn|dk|no|fi|be|nz|za|gl|name|site|online|shop|blog|dev|app)\b(?!\.\w|\()",
    re.IGNORECASE,
)
_BARE_POSTCODE = re.compile(
    r"(?<![\w.,:£$€#/-])\d{5,6}(?=,?\s[A-ZÀ-Þ][a-zà-ÿ])|\b[A-ZÀ-Þ][a-zà-ÿ]{2,30},?\s(?P<it>\d{5,6})(?![\w/-])"
)
_BROAD = (("link", _SITE), ("postcode", _BARE_POSTCODE))

_EMAIL = re.compile(
    r"(?<![\w.+-])\w[\w.+'’-]{0,127}+(?:@|%40)(?:[\w-]{1,63}+\.){1,8}[^\W\d_]{2,24}"
    r"|(?<![\w.+-])\w[\w.+-]{0,63}\s?[(\[]at[)\]]\s?[\w-]{1,63}(?:\s?(?:\.|[(\[]dot[)\]])\s?[a-z]{2,24}){1,4}\b"
    r"|(?<![\w.+-])\w[\w.+-]{0,63} at [\w-]{1,63} dot [a-z]{2,24}\b",
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?=[0-9A-Fa-f:]*\d)[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_IP_WORDS = re.compile(r"\b(?:ip|host|address|client|from)\b")
_DEVICE = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])")
_QUERY = re.compile(r"[?&;][\w.\[\]-]{1,64}+=(?P<it>[^&\s\"'<>#;)\]]{1,4000})")
_USERINFO = re.compile(r"://(?P<it>[^\s/@]{1,200}+)@")
_PROFILE = re.compile(
    r"\b(?:https?://)?(?:www\.|[a-z]{2}\.)?(?:facebook|instagram|linkedin|twitter|tiktok|x|t|github|snapchat)"
    r"\.(?:com|me)/[\w./%@-]{2,200}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@/])@[A-Za-z_]\w{2,30}(?![\w.(])")
_UK_POSTCODE = re.compile(
    r"(?<![\w-])(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKPS-UW]? ?\d[ABD-HJLNP-UW-Z]{2})(?![\w-])"
)
_OTHER_POSTCODE = re.compile(
    r"(?<![\w-])(?:[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d"
    r"|[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}(?= [A-Z][a-z]|,|\n|$))"
    r"(?![\w-])"
)
_ANY_POSTCODE = re.compile(
    r"\b(?:post(?:al)?\s?code|zip(?:\s?code)?)(?:\s(?:is|was|to))?\s?[:#]?\s?"
    r"(?P<it>(?=[a-z]{0,2}\d|\d)[a-z0-9]{2,5}(?:[ -]?\d[a-z0-9]{2,3})?)\b",
    re.IGNORECASE,
)
_US_ZIP = re.compile(r"(?<![\w.-])(?:(?<=[A-Z]{2} )\d{5}(?:-\d{4})?|(?<=[A-Z]{2}, )\d{5}|\d{5}-\d{4})(?![\w-])")
_NATIONAL = re.compile(
    r"(?<![\w-])(?:[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
    r"|[A-Z9]{5}\d{6}[A-Z9]{2}\d[A-Z]{2})(?![\w-])"
)
_NAMED_ID = re.compile(
    r"\b(?:passport|driv(?:er|ing)[’']?s? licen[cs]e|licen[cs]e|social security|national insurance|ssn|nhs|tax"
    r"|identity card|id card|medicare|national id)(?:\s(?:no\.?|number|num|id|card|#))?(?:\s(?:is|was|are))?\s?[:#]?\s?"
    r"(?P<it>(?=[A-Z-]{0,6}\d)[A-Z0-9][A-Z0-9-]{4,19})\b",
    re.IGNORECASE,
)
_CARD_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|security code|csc)(?:\s(?:is|number|code))?\s?[:#]?\s?(?P<it>\d{3,4})\b"
    r"|\bexp(?:iry|ires|iration)?\.?(?:\s(?:date|is|on))?\s?:?\s?(?P<it2>(?:0[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d{2})\b",
    re.IGNORECASE,
)
_CARD_END = re.compile(
    r"\b(?:card|visa|mastercard|amex|maestro)(?:[^\n\d]{0,40}?\b(?:end(?:s|ing)?|digits|number|no))?"
    r"(?: in| with| are| is| on)?\W{1,3}(?P<it>\d{4})(?![\d/.-]?\d)"
    r"|\b(?:end(?:s|ing)|last (?:four|4)(?: digits)?)(?: in| with| are| is| on)?:? ?(?P<it2>(?!19|20)\d{4})(?!\d)"
    r"|(?<![*•·×x#])(?:[*•·×x#]{2,}+[ -]?){1,4}(?P<it3>\d{4})(?!\d)",
    re.IGNORECASE,
)
"""The last digits, by which people are known as well as by the whole number. Without a card a year is none."""


def find_patterns(text: str) -> Iterator[PersonalSpan]:
    """Every shaped datum; spans may overlap."""
    for kind, pattern, check in _PATTERNS:
        for match in pattern.finditer(text):
            if check is None or check(match):
                yield PersonalSpan(*inner(match), kind)


def find_broad(text: str) -> Iterator[PersonalSpan]:
    """By what somebody could be guessed: web sites, postal codes without a form of their own."""
    for kind, pattern in _BROAD:
        for match in pattern.finditer(text):
            yield PersonalSpan(*inner(match), kind)


def _host(match: re.Match[str]) -> bool:
    """An address of a machine that could be somebody's; this machine itself is nobody's, nor is a version number."""
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return False
    if address.version == 4 and max(address.packed) < 20:
        return LabelBefore(match.string, match.start()).says(_IP_WORDS, within=20)
    return not (address.is_loopback or address.is_unspecified)


_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool] | None], ...] = (
    ("email", _EMAIL, None),
    ("ip", _IPV4, _host),
    ("ip", _IPV6, _host),
    ("device", _DEVICE, None),
    ("link", _QUERY, None),
    ("link", _USERINFO, None),
    ("link", _PROFILE, None),
    ("handle", _HANDLE, None),
    ("postcode", _UK_POSTCODE, None),
    ("postcode", _OTHER_POSTCODE, None),
    ("postcode", _ANY_POSTCODE, None),
    ("postcode", _US_ZIP, None),
    ("id", _NATIONAL, None),
    ("id", _NAMED_ID, None),
    ("card", _CARD_CODE, None),
    ("card", _CARD_END, None),
)
