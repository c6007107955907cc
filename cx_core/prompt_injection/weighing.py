"""How much each sentence of a text sounds like an order to whoever handles the matter, and what is cut out for it.

A classifier has learnt from `planted/`: ways of speaking to the one who handles a matter about its role, its rules,
approvals and checks, beside plain requests that sound alike. A sentence beside one that is cut needs less to go too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from cx_core.ports import Classifier, Encoder
from cx_core.prompt_injection.disguise import disguised, pasted, unseen, weighable
from cx_core.text.segments import MOST_READ
from cx_core.text.spans import Span

PLAIN = ""
"""The classifier's label for words that are what they seem."""
PLANTED = "planted"

BESIDE = 0.35
"""Probability from which a sentence goes with one that is cut, or in a paragraph with a mark of programs."""
MOST_UNITS = 100
PIECE = 2_500
"""Characters of a long text that are cut together; more may hold more sentences than are weighed at once."""
LEFT = 4
"""Words that must be left of a text for a whole paragraph of it to be cut."""

_FOLDER = Path(__file__).resolve().parent / "planted"
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
_UNIT_END = re.compile(
    r"(?<![.!?…])[.!?…]+[\"'’”)\]]*(?=\s)|;(?=\s)|[\u200b\u2060\ufeff]{2,}"
    r"|(?<![^\n]{40})\n|\n(?![a-z])"  # a long line that goes on in small letters was only wrapped
)
_MARKER = re.compile(
    r"[^\w\n]{0,6}(?:system|assistant|copilot|bot|chatbot|ai|model|developer|parser|machine)s?\b[^\n:]{0,25}:\s", re.I
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPOKEN = re.compile(r"\b(?:I(?![\w-])|me|my|mine|myself)\b")
"""Somebody speaks for themselves, as articles and records of a company do not. Names such as "My Page" do not count."""


class Strictness(NamedTuple):
    """`sure`: probability from which a sentence is cut. `whole`: whether its paragraph is weighed and goes with it.

    `doubt`: probability from which a sentence that stays is pointed out. `spoken`: the same where somebody says "I" in
    what is no letter, there also of two sentences that follow one another.
    """

    sure: float
    whole: bool
    doubt: float
    spoken: float = 1.1


class KeptText(NamedTuple):
    """A text without what was set apart, and that, piece by piece, as it stood there; `doubted` stayed in it."""

    text: str
    apart: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()


class _Paragraph(NamedTuple):
    span: Span
    units: tuple[Span, ...]


def examples() -> dict[str, list[str]]:
    """What the classifier learns from, by label."""
    found: dict[str, list[str]] = {PLAIN: [], PLANTED: []}
    for path in sorted(_FOLDER.glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found[PLAIN if path.stem == "plain" else PLANTED] += lines
    return found


class Scale:
    """Holds no state of a ticket; several threads may share one."""

    def __init__(self, encoder: Encoder, classifier: Classifier) -> None:
        self._encoder, self._classifier = encoder, classifier
        self._planted = classifier.labels.index(PLANTED)

    def read(
        self, texts: Sequence[str], strictness: Strictness, coded: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> tuple[KeptText, ...]:
        """Each text by itself, all in one pass. Raises SystemTrouble when the encoder fails.

        `coded`: passages of a text that are orders once they are decoded. They are cut whatever they weigh.
        """
        cut = [tuple(_paragraphs(text)) for text in texts]
        views = [view for text, parts in zip(texts, cut, strict=True) for view in _views(text, parts, strictness)]
        scores = iter(self.scores(views))
        hidden = ([*unseen(text[:MOST_READ]), *_places(text, coded.get(text, ()))] for text in texts)
        return tuple(
            _kept(text, parts, scores, strictness, spans) for text, parts, spans in zip(texts, cut, hidden, strict=True)
        )

    def scores(self, texts: Sequence[str]) -> list[float]:
        """Probability that each is an order to the one who reads it."""
        if not texts:
            return []
        vectors = np.hstack(self._encoder.layers(texts))
        return [float(row[self._planted]) for row in self._classifier.classify(texts, vectors)]


def sentences_of(text: str) -> Iterator[str]:
    """All units of a text, however long it is."""
    for start in range(0, len(text), PIECE):
        piece = text[start : start + PIECE]
        for paragraph in _paragraphs(piece):
            yield from (unit.of(piece).strip() for unit in paragraph.units)


def marked(unit: str) -> bool:
    """Whether it begins as programs begin what they say to each other, or people what they say to programs."""
    return _MARKER.match(unit) is not None


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    at, left = 0, MOST_UNITS
    text = text[:MOST_READ]
    for end in (*(match.span() for match in _PARAGRAPH.finditer(text)), (len(text), len(text))):
        span = Span(at, end[0])
        at = end[1]
        if span.of(text).strip():
            units = tuple(_units(text, span))[:left]
            left -= len(units)
            yield _Paragraph(span, units)


def _units(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    ends = [match.end() for match in _UNIT_END.finditer(text, span.start, span.end)]
    for end in (*ends, span.end):
        if text[at:end].strip():
            yield Span(at, end)
            at = end


def _views(text: str, paragraphs: Sequence[_Paragraph], strictness: Strictness) -> Iterator[str]:
    """What is weighed, in the order `_kept` takes the scores: each unit, then what is wider."""
    for paragraph in paragraphs:
        for span in (*paragraph.units, *_wider(text, paragraph, strictness)):
            yield weighable(span.of(text))


def _wider(text: str, paragraph: _Paragraph, strictness: Strictness) -> list[Span]:
    """A paragraph of several units as a whole, or else each two that follow one another and say "I"."""
    if strictness.whole:
        return [paragraph.span] if len(paragraph.units) > 1 else []
    pairs = (Span(one.start, other.end) for one, other in pairwise(paragraph.units))
    return [pair for pair in pairs if _SPOKEN.search(pair.of(text))]


def _places(text: str, passages: Sequence[str]) -> Iterator[Span]:
    for passage in passages:
        if (at := text.find(passage)) >= 0:
            yield Span(at, at + len(passage))


def _kept(
    text: str,
    paragraphs: Sequence[_Paragraph],
    scores: Iterator[float],
    strictness: Strictness,
    hidden: Sequence[Span],
) -> KeptText:
    cut: list[list[Span]] = []
    doubted: list[str] = []
    for paragraph in paragraphs:
        weighed = [(unit, next(scores)) for unit in paragraph.units]
        wider = [(span, next(scores)) for span in _wider(text, paragraph, strictness)]
        whole = wider[0][1] if strictness.whole and wider else 0.0
        unwanted = _unwanted(text, paragraph, weighed, whole, strictness)
        cut.append([*unwanted, *(span for span in hidden if paragraph.span.start <= span.start < paragraph.span.end)])
        doubted += [span.of(text).strip() for span in _doubted(text, weighed, wider, strictness)]
    if not any(cut):
        return KeptText(text, doubted=tuple(doubted))
    rest = sum(len(_WORD.findall(p.span.of(text))) for p, unwanted in zip(paragraphs, cut, strict=True) if not unwanted)
    whole_ones = strictness.whole and rest >= LEFT
    pairs = [(p, unwanted) for p, unwanted in zip(paragraphs, cut, strict=True) if unwanted]
    kept = _without(text, [span for p, unwanted in pairs for span in ([p.span] if whole_ones else unwanted)])
    return kept._replace(doubted=tuple(passage for passage in doubted if passage in kept.text))


def _unwanted(
    text: str, paragraph: _Paragraph, weighed: Sequence[tuple[Span, float]], whole: float, strictness: Strictness
) -> list[Span]:
    """The units of a paragraph to be cut; all of it where only the whole says so, or where little would be left."""
    marked = disguised(paragraph.span.of(text))
    sure = BESIDE if marked or pasted(paragraph.span.of(text)) else strictness.sure
    found = []
    for unit, score in weighed:
        bound = BESIDE if _MARKER.match(unit.of(text)) else sure
        found.append(score >= bound or disguised(unit.of(text)))
    if not strictness.whole:
        return [unit for (unit, _), cut in zip(weighed, found, strict=True) if cut]
    if not any(found) and not marked and whole < sure:
        return []
    near = [unit for (unit, score), cut in zip(weighed, found, strict=True) if cut or score >= BESIDE]
    lost = sum(unit.end - unit.start for unit in near)
    return near if near and lost < (paragraph.span.end - paragraph.span.start) / 2 else [paragraph.span]


def _doubted(
    text: str, weighed: Sequence[tuple[Span, float]], wider: Sequence[tuple[Span, float]], strictness: Strictness
) -> list[Span]:
    """What is to be pointed out where nothing is cut: units, or what sounds so only as a whole."""

    def bound(span: Span) -> float:
        return strictness.spoken if not strictness.whole and _SPOKEN.search(span.of(text)) else strictness.doubt

    units = [unit for unit, score in weighed if score >= bound(unit)]
    return units or [span for span, score in wider if score >= bound(span)][:1]


def _without(text: str, spans: Sequence[Span]) -> KeptText:
    """Blanks stand where something was cut, so that what is left keeps its place. Pieces that touch are one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    left = list(text)
    for span in merged:
        left[span.start : span.end] = " " * (span.end - span.start)
    return KeptText("".join(left).rstrip(), tuple(span.of(text).strip() for span in merged))
