"""What stretches of a message say to each task type.

Every clause, every sentence and the message as a whole are read in one pass of the encoder. A task type that is the
likeliest of any of them is a candidate. How likely it is as a goal of the message is judged (`judge`) from what
its best clause, the sentence around that, and the whole say to it together, from what these words do, and from what
else they may mean: a clause alone is easily mistaken, a long message drowns its one request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.text.segments import Sentence, sentences
from cx_core.text.spans import Span

Floats = NDArray[np.float32]

Read = Callable[[Sequence[str]], Sequence[tuple[Floats, Floats, Floats, Floats, Floats]]]
"""Gives row, vector, acts, matters of gravity and remedies of each stretch."""

OTHER = ""
"""The classifier's label for words that ask for nothing of ours."""

LONGEST = 2000
"""Characters of a message that are read as a whole."""

_PLAIN = 0.7
"""Probability from which on a stretch says a label plainly: a longer one around it is left to other labels."""

_FLOOR = 0.01
"""Probabilities are kept this far from 0 and 1: no single view decides alone."""

_NONE = -4.0
"""Log-odds of a rival where there is none: less than any that is kept."""


class MessageReading(NamedTuple):
    """A stretch of a message and what the classifiers say to it: a probability for each label, and for each thing
    that a customer's words may do (`speech_acts`), each matter of `gravity`, and each way of putting things right that
    they may ask for or rule out (`sought_actions`)."""

    span: Span
    row: Floats
    vector: Floats
    acts: Floats
    grave: Floats
    remedies: Floats = np.empty(0, np.float32)

    @property
    def top(self) -> int:
        return int(self.row.argmax())


class Seen(NamedTuple):
    """A sentence: itself, and its clauses where it has several."""

    whole: MessageReading
    clauses: tuple[MessageReading, ...]

    @property
    def all(self) -> tuple[MessageReading, ...]:
        return (*self.clauses, self.whole)


class GoalEvidence(NamedTuple):
    """What speaks for a task type as a goal of a message. Log-odds are natural logarithms, probabilities 0..1."""

    own: float
    """Log-odds that its best words are about it."""
    sentence: float
    """The same of the sentence around them."""
    whole: float
    """The same of the whole message. Both as `own` where one sentence is all there is and plainly says something else
    in other words as well: then it tells about neither of the two."""
    wants: float
    """Probability that its best words ask for something; the same for the next four."""
    reports: float
    asks: float
    refuses: float
    tells: float
    shared: float
    """The highest log-odds of another candidate by best words that overlap these."""
    rival: float
    """The highest log-odds of another candidate by the whole message."""
    length: float
    """Logarithm of the number of sentences."""
    first: float
    """1 where no other candidate's best words say more of it; else 0."""


class GoalCandidate(NamedTuple):
    """A task type some words of a message speak for. `sentence` is the place of its best words' sentence."""

    label: int
    best: MessageReading
    sentence: int
    evidence: GoalEvidence


class Sight(NamedTuple):
    """One text as seen: its sentences, and all of it as one (of one sentence, that sentence)."""

    sentences: tuple[Seen, ...]
    whole: MessageReading | None


def sights(texts: Sequence[str], read: Read) -> tuple[Sight, ...]:
    """Clauses, sentences and wholes of all texts; all stretches are read in one call."""
    cut = [sentences(text) for text in texts]
    wholes = [_together(text, found) for text, found in zip(texts, cut, strict=True)]
    spans = [
        (n, span)
        for n, found in enumerate(cut)
        for sentence in found
        for span in dict.fromkeys((*sentence, _whole(sentence)))
    ]
    known = read([*(span.of(texts[n]) for n, span in spans), *filter(None, wholes)])
    each = {key: MessageReading(key[1], *found) for key, found in zip(spans, known[: len(spans)], strict=True)}
    rest = iter(known[len(spans) :])
    return tuple(
        _sight(n, found, each, MessageReading(Span(0, len(texts[n])), *next(rest)) if wholes[n] else None)
        for n, found in enumerate(cut)
    )


def candidates(sight: Sight, labels: Sequence[str], acts: Sequence[str]) -> list[GoalCandidate]:
    """Labels that are the likeliest of some stretch, with the evidence for each as goals of the whole text.

    `acts`: what words may do, in the order of `MessageReading.acts`.
    """
    if sight.whole is None:
        return []
    readings = [(n, reading) for n, seen in enumerate(sight.sentences) for reading in seen.all]
    tops = {reading.top for _, reading in readings} | {sight.whole.top}
    best = {
        label: max(_closest(readings, label), key=lambda pair: _speaks(pair[1], label))
        for label in sorted(tops)
        if labels[label] != OTHER
    }
    return [
        GoalCandidate(label, own, at, _evidence(label, at, best, sight, sight.whole, acts))
        for label, (at, own) in best.items()
    ]


def _evidence(
    label: int,
    at: int,
    best: Mapping[int, tuple[int, MessageReading]],
    sight: Sight,
    whole: MessageReading,
    acts: Sequence[str],
) -> GoalEvidence:
    own, sentence = best[label][1], sight.sentences[at].whole
    others = [(other, reading) for other, (_, reading) in best.items() if other != label]
    rest = (one for n, one in others if one.row[n] >= _PLAIN and not overlap(one.span, own.span))
    shared = len(sight.sentences) == 1 and own.row[label] >= _PLAIN and any(rest)
    does = dict(zip(acts, map(float, own.acts), strict=True))
    return GoalEvidence(
        own=_logit(float(own.row[label])),
        sentence=_logit(float((own if shared else sentence).row[label])),
        whole=_logit(float((own if shared else whole).row[label])),
        wants=does["wants"],
        reports=does["reports"],
        asks=does["asks"],
        refuses=does["refuses"],
        tells=does["tells"],
        shared=max((_logit(float(one.row[n])) for n, one in others if overlap(one.span, own.span)), default=_NONE),
        rival=max((_logit(float(whole.row[n])) for n, _ in others), default=_NONE),
        length=math.log(len(sight.sentences)),
        first=float(all(own.row[label] >= one.row[n] for n, one in others)),
    )


def _closest(readings: Sequence[tuple[int, MessageReading]], label: int) -> list[tuple[int, MessageReading]]:
    """Stretches without those that hold a shorter one which says the label plainly: that leaves others their words."""
    plain = [reading.span for _, reading in readings if reading.row[label] >= _PLAIN]
    return [
        (n, one)
        for n, one in readings
        if not any(
            span != one.span and overlap(span, one.span)
            for span in plain
            if span.end - span.start < one.span.end - one.span.start
        )
    ]


def _speaks(reading: MessageReading, label: int) -> tuple[float, int]:
    """How well a stretch says a label; the longer of two that say it equally well."""
    return (float(reading.row[label]), reading.span.end - reading.span.start)


def _sight(
    n: int, cut: Sequence[Sentence], each: dict[tuple[int, Span], MessageReading], whole: MessageReading | None
) -> Sight:
    seen = tuple(
        Seen(each[n, _whole(found)], tuple(each[n, span] for span in found) if len(found) > 1 else ()) for found in cut
    )
    return Sight(seen, whole or (seen[0].whole if seen else None))


def _together(text: str, cut: Sequence[Sentence]) -> str:
    """All sentences as one text, if there are several."""
    return "\n".join(_whole(found).of(text) for found in cut)[:LONGEST] if len(cut) > 1 else ""


def _whole(sentence: Sentence) -> Span:
    return Span(sentence[0].start, sentence[-1].end)


def overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def _logit(probability: float) -> float:
    held = min(1 - _FLOOR, max(_FLOOR, probability))
    return math.log(held / (1 - held))
