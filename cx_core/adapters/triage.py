"""A working Triager: classifiers trained on the knowledge folder's examples, or read from where they were kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cx_core.adapters.classifier import OTHER, LabelClassifier, open_classifier
from cx_core.adapters.language import LangId
from cx_core.catalogue import Knowledge
from cx_core.ports import Clock, Encoder
from cx_core.understand.triage import Triager


def open_triage(knowledge: Knowledge, encoder: Encoder, data_dir: Path, clock: Clock) -> tuple[Triager, str]:
    """The triage stage, and the version of its classifiers for the audit.

    The first time with new examples takes some ten seconds: they are encoded and fitted, and the weights kept in
    `data_dir/classifiers`. Raises SystemTrouble when the encoder cannot be loaded.
    """
    folder = data_dir / "classifiers"
    goals = goal_classifier(knowledge, encoder, folder)
    sentiment = open_classifier(folder, "sentiment", knowledge.sentiment.labels, encoder, foreign=False)
    urgency = open_classifier(folder, "urgency", knowledge.urgency.labels, encoder, foreign=False)
    version = hashlib.sha256("|".join((goals.version, sentiment.version, urgency.version)).encode()).hexdigest()[:12]
    return Triager(knowledge, encoder, goals, sentiment, urgency, LangId(), clock), version


def goal_classifier(knowledge: Knowledge, encoder: Encoder, folder: Path) -> LabelClassifier:
    """Task types from their examples, with the sentences that ask for nothing beside them."""
    examples = {str(name): task_type.examples for name, task_type in knowledge.task_types.items()}
    return open_classifier(folder, "goals", {**examples, OTHER: knowledge.other}, encoder)
