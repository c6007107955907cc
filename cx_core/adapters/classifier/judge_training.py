"""Teaching the judge of goals on messages made from examples, read by classifiers that have not seen them.

One message has one, two or three requests, or none, with sentences around that ask for nothing, joined as people
join them. Examples of task types hidden from a classifier play matters it knows nothing of. What the judge learns is
how far to trust what a clause, its sentence and the whole message say to it together, and from where on to be sure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.linear import OTHER, LabelClassifier
from cx_core.adapters.classifier.training import Blind, Learnt
from cx_core.ports import Encoder
from cx_core.understand.evidence import GoalCandidate, Judge, candidates, sights

Floats = NDArray[np.float32]

MESSAGES = 600
"""Made in all, in equal parts for the classifiers that are kept from some of the examples."""

STRANGERS = 180
"""Examples of hidden task types that are read, in equal parts, by the classifiers that do not know them."""

FOREIGN = 0.1
"""Weight of a stranger beside a message: few of the messages a business gets are none of its matters."""

LOWER = 0.35
"""Below it a goal is as good as none."""

WRONG_AND_SURE = 0.22
"""Share of sure goals that may be wrong in made messages. In 360 that people wrote it is below half of that (8 of 100,
and half of what lies between 0.5 and 0.6): made ones put requests together that nobody would."""

UPPER_LEAST, UPPER_MOST = 0.6, 0.95

_ASKED = (1,) * 11 + (2,) * 5 + (3,) * 2 + (0,) * 3
_AROUND = (0, 0, 0, 1, 1, 2, 3, 4)
_JOINTS = (". ", ". ", "\n", ", and ", " and also ", ". Also, ", ", ")
_OPENINGS = ("", "", "", "Hi, ", "Hello,\n", "Good morning,\n\n")

_UNREAD = np.zeros(0, np.float32)


class Made(NamedTuple):
    """A message and the labels of the requests in it."""

    text: str
    goals: frozenset[str]


class Lesson(NamedTuple):
    """One candidate of a made message: its evidence, whether it is a goal, and how much that counts."""

    evidence: tuple[float, ...]
    right: bool
    weight: float


def rehearsed(learnt: Learnt, texts: Sequence[str], labels: Sequence[str], vectors: Floats, encoder: Encoder) -> Floats:
    """The judge as numbers: weights of the evidence, then the lower and the upper bound."""
    judge = taught(list(lessons(learnt.blind, texts, labels, vectors, encoder)))
    return np.array([*judge.weights, *judge.bounds], dtype=np.float32)


def lessons(
    blind: Sequence[Blind], texts: Sequence[str], labels: Sequence[str], vectors: Floats, encoder: Encoder
) -> Iterator[Lesson]:
    """Candidates of made messages. Every stretch is encoded once, all in one job. `vectors`: all columns."""
    chance = random.Random(0)
    kinds = Counter(one.hidden for one in blind)
    made = [
        _messages(one, texts, labels, chance, (STRANGERS if one.hidden else MESSAGES) // kinds[one.hidden])
        for one in blind
    ]
    known = dict(zip(texts, vectors, strict=True))
    _learn(known, [one.text for messages in made for one in messages], encoder)
    for one, messages in zip(blind, made, strict=True):
        reader = LabelClassifier(one.weights, "")
        weight = FOREIGN if one.hidden else 1.0
        for message, found in zip(messages, _found(reader, messages, known), strict=True):
            for candidate in found:
                yield Lesson(candidate.evidence, reader.labels[candidate.label] in message.goals, weight)


def _messages(
    blind: Blind, texts: Sequence[str], labels: Sequence[str], chance: random.Random, most: int
) -> list[Made]:
    held = [int(n) for n in blind.held]
    if blind.hidden:
        return [Made(texts[n], frozenset()) for n in chance.sample(held, min(most, len(held)))]
    asked = [(texts[n], labels[n]) for n in held if labels[n] != OTHER]
    around = [texts[n] for n in held if labels[n] == OTHER]
    return [made_of(asked, around, chance) for _ in range(most)]


def made_of(asked: Sequence[tuple[str, str]], around: Sequence[str], chance: random.Random) -> Made:
    """Requests of different labels, with other sentences before, between and after them."""
    goals = {label: text for text, label in chance.sample(asked, min(len(asked), chance.choice(_ASKED)))}
    parts = list(goals.values())
    for _ in range(chance.choice(_AROUND) if parts else chance.randint(1, 3)):
        if around:
            parts.insert(chance.randint(0, len(parts)), chance.choice(around))
    text = parts[0] if parts else ""
    for part in parts[1:]:
        joint = chance.choice(_JOINTS)
        text = f"{text.rstrip('.') if not joint.isspace() else text}{joint}{part}"
    return Made(chance.choice(_OPENINGS) + text, frozenset(goals))


def taught(lessons: Sequence[Lesson]) -> Judge:
    """Logistic regression over the evidence; the upper bound is where few enough of the sure ones are wrong."""
    from sklearn.linear_model import LogisticRegression

    evidence = np.array([lesson.evidence for lesson in lessons])
    right = np.array([lesson.right for lesson in lessons])
    weight = np.array([lesson.weight for lesson in lessons])
    if len(set(right.tolist())) < 2:
        return Judge((1.0, *(0.0 for _ in evidence[0][1:])), (LOWER, UPPER_MOST))
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500).fit(evidence, right, sample_weight=weight)
    probability = model.predict_proba(evidence)[:, 1]
    order = np.argsort(-probability)
    wrong = np.cumsum((~right * weight)[order]) / np.cumsum(weight[order])
    kept = np.flatnonzero(wrong <= WRONG_AND_SURE)
    upper = float(probability[order][kept[-1]]) if len(kept) else UPPER_MOST
    bounds = (LOWER, min(UPPER_MOST, max(UPPER_LEAST, upper)))
    return Judge(tuple(float(weight) for weight in model.coef_[0]), bounds)


def _found(reader: LabelClassifier, messages: Sequence[Made], known: Mapping[str, Floats]) -> list[list[GoalCandidate]]:
    def read(words: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats]]:
        vectors = np.stack([known[text] for text in words])
        rows = reader.classify(words, vectors)
        return [(row, vector, _UNREAD, _UNREAD) for row, vector in zip(rows, vectors, strict=True)]

    return [candidates(sight, reader.labels) for sight in sights([made.text for made in messages], read)]


def _learn(known: dict[str, Floats], texts: Sequence[str], encoder: Encoder) -> None:
    """Vectors of all stretches of these texts that are not known yet."""
    wanted: dict[str, None] = {}

    def note(words: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats]]:
        wanted.update(dict.fromkeys(text for text in words if text not in known))
        return [(np.zeros(1, np.float32), np.zeros(1, np.float32), _UNREAD, _UNREAD) for _ in words]

    sights(texts, note)
    new = list(wanted)
    known.update(zip(new, np.hstack(encoder.layers(new)), strict=True))
