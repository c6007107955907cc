"""Which of two task types the thing that a customer names belongs to: the thing decides what is meant."""

from __future__ import annotations

import re

from cx_core.catalogue import Knowledge
from cx_core.records import TaskTypeName

_WORD = re.compile(r"[a-z]+")


def names_only(words: str, own: TaskTypeName, other: TaskTypeName, knowledge: Knowledge) -> bool:
    """Whether the words name what `own` is done to and nothing that `other` is done to.

    The names are those by which the actions of both are told (`told_by.about`).
    """
    said = set(_WORD.findall(words.lower()))
    mine, others = knowledge.done_to(own), knowledge.done_to(other)
    return _named(said, mine - others) and not _named(said, others - mine)


def _named(said: set[str], names: frozenset[str]) -> bool:
    return any(name in said or f"{name}s" in said for name in names)
