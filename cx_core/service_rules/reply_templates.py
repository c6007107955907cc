"""Whether a reply keeps to a template of a messenger, and what it puts into the template's gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cx_core.records.channels.messengers import GAP, ReplyTemplate

LONGEST_VALUE = 500
"""Characters in one gap."""


class Fitted(NamedTuple):
    """A template with what stands in its gaps, in the order of their numbers."""

    template: ReplyTemplate
    values: tuple[str, ...]


def fitted(templates: Sequence[ReplyTemplate], text: str) -> Fitted | None:
    """The first template that this text keeps to, word by word; None: it keeps to none."""
    for template in templates:
        values = _values(template, text)
        if values is not None:
            return Fitted(template, values)
    return None


def _values(template: ReplyTemplate, text: str) -> tuple[str, ...] | None:
    """None: other words, a gap that was left as it is, or one number with two values.

    Each piece between two gaps is looked for from the left, and the last one at the end: if any way of filling the
    gaps gives this text, this one does, in a time that grows with its length alone.
    """
    pieces, rest = GAP.split(_spaced(template.text)), _spaced(text)
    words, numbers = pieces[::2], pieces[1::2]
    if not rest.startswith(words[0]):
        return None
    rest, values = rest[len(words[0]) :], dict[int, str]()
    for place, number in enumerate(numbers, 1):
        last = place == len(numbers)
        at = len(rest) - len(words[place]) if last else rest.find(words[place], 1)
        if at < 1 or not rest.startswith(words[place], at):
            return None
        value, rest = rest[:at].strip(), rest[at + len(words[place]) :]
        if (
            not value
            or len(value) > LONGEST_VALUE
            or GAP.search(value)
            or values.setdefault(int(number), value) != value
        ):
            return None
    return tuple(values[number] for number in sorted(values)) if not rest else None


def _spaced(text: str) -> str:
    """Runs of white space as one space: a text field adds some at its ends, and providers do not tell them apart."""
    return " ".join(text.split())
