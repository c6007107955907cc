"""What a goal is for: wanted, only asked about, or to stay as it is; by what its clauses do and the message is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cx_core.records import Polarity
from cx_core.understand.message_purpose import SURE, Purpose

SAID = 0.3
"""From which on a goal's clauses say plainly enough that it is asked about or turned down."""

WANTED = 0.5
"""From which on a goal's own words, behind all that refuses, outweigh that the message as a whole seems to keep."""

REQUESTED = 0.35
"""From which on a message that says that much stays as it is seems to ask for something all the same."""

NOTHING = 0.85
"""From which on a message plainly wants no answer, whatever it speaks of."""

MORE = 2.0
"""So many times as strongly as that it is wanted."""

FAINT = 0.05
"""Probability of a task type, in a clause or in its sentence, below which the clause is not about it at all."""


class Weighed(NamedTuple):
    """How strongly the clauses of a goal do each thing: at most its share in a clause times that of the act; and where
    the clause begins that wants it most."""

    does: Mapping[str, float]
    wants_at: int


def polarity(
    found: Weighed, purpose: Purpose, refused_at: int, likely: float, *, alone: bool, ordered: bool
) -> Polarity:
    """`alone`: there is no other goal, so that what the message as a whole is for is what is wanted of this one;
    `ordered`: what is asked about is to be done if the answer is yes."""
    weighed = found.does
    if ordered and purpose.keep + purpose.nothing < SURE:
        return "wanted"
    if purpose.question >= SURE:
        of_another = not alone or weighed["asks"] < FAINT  # no clause asks about this
        return "wanted" if of_another and _wants_itself(weighed) else "asked"
    if _leaves(purpose, likely, weighed) and purpose.request < REQUESTED:
        told = weighed["reports"] >= WANTED
        plainly = weighed["wants"] >= WANTED and found.wants_at > refused_at
        return "wanted" if plainly or told else "kept"
    if alone and purpose.request >= SURE:
        return "wanted"
    wanted = max(weighed["wants"], weighed["reports"])
    return "asked" if weighed["asks"] >= SAID and weighed["asks"] >= MORE * wanted else "wanted"


def _wants_itself(weighed: Mapping[str, float]) -> bool:
    """Whether a goal's own words plainly want it: "send me the bill again, and what was that £20 on it?"."""
    return weighed["wants"] >= WANTED and weighed["wants"] >= MORE * weighed["asks"]


def _leaves(purpose: Purpose, likely: float, weighed: Mapping[str, float]) -> bool:
    """Whether it leaves things as they are. What seems to want no answer does if its goal is no likelier than that."""
    seems = purpose.keep < purpose.nothing < NOTHING
    answered = seems and (likely > purpose.nothing or weighed["asks"] >= WANTED)
    return purpose.keep + purpose.nothing >= SURE and not answered


def turned_down(found: Weighed) -> bool:
    weighed = found.does
    others = max(weighed[act] for act in ("wants", "reports", "asks"))
    return weighed["refuses"] >= SAID and weighed["refuses"] >= MORE * others
