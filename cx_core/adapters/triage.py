"""A working Triager: classifiers trained on the knowledge folder's examples, or read from where they were kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cx_core.adapters.classifier import OTHER, LabelClassifier, open_classifier
from cx_core.adapters.language import LangId
from cx_core.catalogue import Knowledge
from cx_core.ports import Clock, Encoder
from cx_core.understand.triage import Triager

_PLAIN = 0.5
"""Probability of every other label below which a task type's example is taken for a matter-of-fact one."""

_PLAIN_PER_EXAMPLE = 2
"""How many of those are added for each example that the label has already; more would drown the other labels."""


def open_triage(knowledge: Knowledge, encoder: Encoder, data_dir: Path, clock: Clock) -> tuple[Triager, str]:
    """The triage stage, and the version of its classifiers for the audit.

    The first time with new examples takes some ten seconds: they are encoded and fitted, and the weights kept in
    `data_dir/classifiers`. Raises SystemTrouble when the encoder cannot be loaded.
    """
    folder = data_dir / "classifiers"
    goals = goal_classifier(knowledge, encoder, folder)
    sentiment = mood_classifier(knowledge, "sentiment", encoder, folder)
    urgency = mood_classifier(knowledge, "urgency", encoder, folder)
    version = hashlib.sha256("|".join((goals.version, sentiment.version, urgency.version)).encode()).hexdigest()[:12]
    return Triager(knowledge, encoder, goals, sentiment, urgency, LangId(), clock), version


def goal_classifier(knowledge: Knowledge, encoder: Encoder, folder: Path) -> LabelClassifier:
    """Task types from their examples, with the sentences that ask for nothing beside them."""
    examples = {str(name): task_type.examples for name, task_type in knowledge.task_types.items()}
    return open_classifier(folder, "goals", {**examples, OTHER: knowledge.other}, encoder)


def mood_classifier(knowledge: Knowledge, name: str, encoder: Encoder, folder: Path) -> LabelClassifier:
    """Sentiment or urgency.

    Few people write "neutral" examples about broken goods and late parcels, so that a classifier of the given
    examples alone takes every trouble for anger. It is therefore trained twice: those of the task types' and the
    other examples in which the first sees nothing join the middle label for the second.
    """
    labels = (knowledge.sentiment if name == "sentiment" else knowledge.urgency).labels
    middle = "neutral" if name == "sentiment" else "normal"
    first = open_classifier(folder, f"{name}-given", labels, encoder, foreign=False)
    asked = (text for task_type in knowledge.task_types.values() for text in task_type.examples)
    matters = sorted({*asked, *knowledge.other})
    found = first.classify(matters, encoder.encode(matters))
    others = [column for column, label in enumerate(first.labels) if label != middle]
    plain = [text for text, row in zip(matters, found, strict=True) if np.all(row[others] < _PLAIN)]
    return open_classifier(folder, name, _widened(labels, middle, plain), encoder, foreign=False)


def _widened(labels: Mapping[str, Sequence[str]], middle: str, plain: Sequence[str]) -> dict[str, Sequence[str]]:
    """With plain examples, evenly taken, under the middle label."""
    most = len(labels[middle]) * _PLAIN_PER_EXAMPLE
    step = max(1, -(-len(plain) // most))
    return {**labels, middle: (*labels[middle], *plain[::step])}
