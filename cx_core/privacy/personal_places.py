"""Where somebody lives: street addresses as they are written in several countries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cx_core.privacy.personal_spans import PersonalSpan

_NUMBER = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
_WORD = r"[A-ZÀ-ÖØ-ÞĀ-Ɏ][\w'’-]{0,30}\.?"
_ENDING = (
    r"(?:Street|Str|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Court|Ct|Close|Crescent|Cres|Way|Place|Pl|Square|Sq|Terrace|Ter"
    r"|Boulevard|Blvd|Highway|Hwy|Parkway|Pkwy|Row|Gardens|Gdns|Grove|Hill|Mews|Park|Walk|Green|Circle|Cir|Trail|Trl|Loop"
    r"|Pike|Alley|Rise|Quay|Wharf|Broadway|Esplanade|Parade|Pde|Heights|Vale|View|Yard|Bridge|Crossing|Run|Plaza|Turnpike|Hollow)"
)
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm)\.?\s?#?\w{1,6}\b|,?\s#\s?\w{1,6}\b)"
_POSTCODE = r"(?:[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}|(?:[A-Z]{1,2}[- ])?\d{4,6}(?:-\d{3,4})?|[A-Z]\d[A-Z]\s?\d[A-Z]\d)\b"
_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ɏ][\w'’-]{0,30}"
_TOWN = rf"(?:{_NAME}[ -]){{0,3}}{_NAME}"
_TAIL = (
    rf"(?:{_UNIT})?(?:\s?[,\n]\s?{_TOWN}(?=[,.\s]|$)){{0,3}}(?:,?\s(?:[A-Z]{{2}},?\s)?{_POSTCODE}(?:\s{_TOWN})?)?"
    rf"(?:,\s?(?:UK|USA?|U\.S\.A\.|{_WORD}))?"
)
_COMPASS = r"(?:(?:[NSEW]{1,2}|North|South|East|West)\.?\s)?"
_GERMANIC = (
    "straße",
    "strasse",
    "str.",
    "weg",
    "gasse",
    "platz",
    "allee",
    "ring",
    "damm",
    "ufer",
    "laan",
    "straat",
    "plein",
    "gracht",
    "gatan",
    "vägen",
    "gade",
    "vej",
    "veien",
    "gata",
    "katu",
    "tie",
)
_AFTER_WORD = re.compile(rf"(?<=[a-zß.])\s{_NUMBER}(?!\w){_TAIL}")
_LAST_WORDS = re.compile(rf"(?:{_WORD}[ -]){{0,2}}[\w-]{{1,40}}\.?$")
_ROMANCE = (
    r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Rr]oute|[Qq]uai|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Cc]alle|[Aa]venida|[Pp]laza|[Rr]ua"
    r"|[Cc]/|ul\.|[Uu]lica|[Cc]arrer|[Pp]aseo|[Ss]trada)"
)
_OF = r"(?:(?:d[eiu]l?|des|della|dei|la|las|los|le|les|do|da|dos)\s|d['’]|l['’])*"

_STREETS = (
    re.compile(
        rf"(?<![\w£$€.])(?:(?:Flat|Apt\.?|Apartment|Unit|Suite)\s\w{{1,5}},?\s)?{_NUMBER},?\s{_COMPASS}"
        rf"(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}?{_ENDING}\b\.?(?:\s(?:[NSEW]{{1,2}}|North|South|East|West)\b)?{_TAIL}"
    ),
    re.compile(
        rf"(?<!\w)(?:{_NUMBER},?\s)?{_ROMANCE}\s{_OF}{_WORD}(?:[ -]{_OF}{_WORD}){{0,3}}(?:,?\s{_NUMBER}(?!\w))?{_TAIL}"
    ),
    re.compile(rf"(?<!\w)(?:P\.?\s?O\.?\s?Box|[Pp]ostfach)\s?#?\d{{1,6}}{_TAIL}", re.IGNORECASE),
    re.compile(
        r"(?<![\w£$€.])\d{1,5}[a-z]?,?\s(?:[a-z'’]{2,20}\s){1,3}(?:street|road|avenue|lane|crescent|boulevard|terrace)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![\w£$€.]){_NUMBER},?\s(?:{_WORD},?\s){{1,6}}(?:[A-Z]{{1,2}}\d[\dA-Z]?\s?\d[A-Z]{{2}}|[A-Z]{{2}},?\s\d{{5}}(?:-\d{{4}})?)(?!\w)"
    ),
)
_ORDINARY = re.compile(
    r"\b(?:order|invoice|payment|ticket|account|ref|reference|number|no|nr|version|error|code|item|total|amount|step|page|chapter"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:address(?:\sis|\sto|:)?|liv(?:e|es|ed|ing)\s(?:at|on|in)|mov(?:e|ed|ing)\sto|deliver(?:ed|y)?\s(?:it\s)?to"
    r"|ship(?:ped)?\s(?:it\s)?to|resid(?:e|es|ing)\s(?:at|on)|sen[dt]\s(?:it\s|them\s)?to|located\s(?:at|on|in))\s?:?\s",
    re.IGNORECASE,
)
_PLACED = re.compile(
    rf"(?:{_NUMBER},?\s(?:{_WORD},?\s?){{1,6}}|(?:{_WORD}[ -]){{0,3}}{_WORD},?\s{_NUMBER}(?!\w)){_TAIL}"
)


_POSTAL = rf"(?:(?:[A-Z]{{1,3}}-)?\d{{4,6}}\s{_TOWN}|{_TOWN},?\s(?:[A-Z]{{2}},?\s)?{_POSTCODE})(?:,?\s{_TOWN})?"
_BEFORE_POSTAL = re.compile(rf"(?:{_WORD}[ -]){{1,4}}{_NUMBER}(?:,\s?|\s?\n){_POSTAL}")
_LINE = re.compile(r"^[ \t]*(?P<it>[^\n]{3,70}?),?[ \t]*$", re.MULTILINE)
_POSTAL_LINE = re.compile(_POSTAL)
_HOUSE = r"\d{1,5}[A-Za-z]?(?:[/-]\d+)?"
_STREET_LINE = re.compile(
    rf"(?:{_WORD}(?:,?\s|-(?=[A-ZÀ-Þ]))|(?:de|del|della|di|do|da|des|du|la|le|van|von|der|den|u)\.?\s|{_HOUSE},?\s){{1,6}}"
    rf"(?:{_WORD}|{_HOUSE}\.?)"
)


def find_addresses(text: str, *, broad: bool = False) -> Iterator[PersonalSpan]:
    """Addresses by their form or by what is said of them; `broad` takes any line that could be one."""
    for pattern in (*_STREETS, _BEFORE_POSTAL):
        for match in pattern.finditer(text):
            if any(letter.isdigit() for letter in match[0]):
                yield PersonalSpan(*match.span(), "address")
    yield from _germanic(text)
    yield from _blocks(text, broad)
    for said in _SAID.finditer(text):
        placed = _PLACED.match(text, said.end())
        if placed:
            yield PersonalSpan(placed.start(), placed.start() + len(placed[0].rstrip(" ,\n")), "address")


def _blocks(text: str, broad: bool) -> Iterator[PersonalSpan]:
    """Lines as on an envelope: one with a postal code and a town, and the street in the line above it."""
    above: re.Match[str] | None = None
    for line in _LINE.finditer(text):
        written = line["it"]
        if not any(letter.isdigit() for letter in written):
            above = None
            continue
        street = _STREET_LINE.fullmatch(written) is not None and not _ORDINARY.search(written)
        if _POSTAL_LINE.fullmatch(written):
            yield PersonalSpan(*line.span("it"), "address")
            if above is not None and above.end() + 1 == line.start():
                yield PersonalSpan(*above.span("it"), "address")
        elif street and broad:
            yield PersonalSpan(*line.span("it"), "address")
        above = line if street else None


def _germanic(text: str) -> Iterator[PersonalSpan]:
    """Hauptstraße 5, Storgatan 12: found by the number, since the street's word may begin with anything."""
    for match in _AFTER_WORD.finditer(text):
        if text.endswith(_GERMANIC, max(0, match.start() - 40), match.start()):
            begin = max(0, match.start() - 60)
            words = _LAST_WORDS.search(text[begin : match.start()])
            if words:
                yield PersonalSpan(begin + words.start(), match.end(), "address")
