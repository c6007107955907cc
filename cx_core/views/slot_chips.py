"""A reply's slots as whoever writes it sees them: ⟨£129.00⟩ in place of {s1.amount}, and back.

What is stored stays in slots. Each slot of a plan has a label of its own, so that the way back needs neither place nor
order: a chip that was moved or deleted leaves the others as they are. A chip whose inside was changed, and anything
else in marks, is somebody's own words: the marks go and the words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

SLOT = re.compile(r"\{(s\d+)\.([a-z_0-9]+)\}")
MARKS = "⟨⟩"
"""Kept for chips: a text that is stored or sent holds none."""

_CHIP = re.compile(r"⟨([^⟨⟩\n]*)⟩")
_NOT_IN_A_LABEL = re.compile(r"[⟨⟩{}\s]+")
_ANY_MARK = re.compile(r"[⟨⟩]")


def labelled(expected: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a label for each slot, from the value that is expected in it: equal values are numbered in order."""
    labels: dict[str, str] = {}
    for slot, value in expected:
        _add(labels, slot, value)
    return labels


def all_labels(text: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels with those of slots that only the text knows, such as one of a step that is gone."""
    every = dict(labels)
    for match in SLOT.finditer(text):
        if match[0] not in every:
            _add(every, match[0], "")
    return every


def with_chips(text: str, labels: Mapping[str, str]) -> str:
    """Return a stored text as it is shown: no braces of slots, and no marks but those of chips."""
    every = all_labels(text, labels)
    return SLOT.sub(lambda match: f"⟨{every[match[0]]}⟩", without_marks(text))


def with_slots(shown: str, slots: Mapping[str, str]) -> str:
    """Return what a shown text is stored as. `slots` leads from a label to its slot."""
    return without_marks(_CHIP.sub(lambda match: slots.get(match[1], match[1]), shown))


def relabelled(shown: str, slots: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return a shown text whose chips say what is expected now, and nothing else of it changed."""

    def now(match: re.Match[str]) -> str:
        slot = slots.get(match[1], "")
        return f"⟨{labels[slot]}⟩" if slot in labels else match[0]

    return _CHIP.sub(now, shown)


def without_marks(text: str) -> str:
    """Return the text without what is kept for chips."""
    return _ANY_MARK.sub("", text)


def _add(labels: dict[str, str], slot: str, value: str) -> None:
    field = slot.strip("{}").partition(".")[2].replace("_", " ")
    plain = _NOT_IN_A_LABEL.sub(" ", value).strip() or field
    taken, label, number = set(labels.values()), plain, 2
    while label in taken:
        label, number = f"{plain} ({number})", number + 1
    labels[slot] = label
