"""Wishes about time as their clauses mean them, where the sense of a clause says more than the words beside a time.

"On Thursday I must now go to a funeral": no word turns the Thursday down. What the sense says is learnt
(`time_senses`); words that are plain about it, such as "not before", are read by `time_wishes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cx_core.ports import TimeReader, TimeSense
from cx_core.records import MessageId, TimeWish

PLAIN = 0.4
"""Probability from which the sense of a clause counts before single words of it."""

SURE = 0.6
"""The same for leaving out a time that would be a wish by its words."""


def as_meant(
    wishes: Sequence[TimeWish],
    texts: Mapping[MessageId, str],
    reader: TimeReader | None,
    taken: Collection[str] = (),
) -> tuple[TimeWish, ...]:
    """The wishes of these messages; `taken` are words of ours that they took up, which stay as they were read.

    A part of the day that is wanted somewhere is turned down nowhere: "that very morning I can't, but it must be a
    morning". Raises SystemTrouble.
    """
    if reader is None:
        return tuple(wishes)
    found: list[TimeWish] = []
    for message, text in texts.items():
        own = [wish for wish in wishes if wish.message == message]
        if message in taken:
            found += own
            continue
        senses = reader.senses(text, [(wish.start, wish.end) for wish in own])
        for wish, sense in zip(own, senses, strict=True):
            found += _meant(wish, sense)
    parts = {(one.begins, one.ends) for one in found if one.kind == "part" and one.wanted and not one.passing}
    return tuple(one for one in found if one.wanted or one.kind != "part" or (one.begins, one.ends) not in parts)


def _meant(wish: TimeWish, learnt: TimeSense) -> Iterator[TimeWish]:
    sense = learnt.sense if learnt.probability >= PLAIN else ""
    bound = wish.kind == "bound"
    if sense == "told" and learnt.probability >= SURE and not wish.beside:
        return
    if sense in ("told", "booked"):
        yield wish.replace(passing=True) if wish.wanted else wish
    elif sense == "unwanted" and not bound:
        yield wish.replace(wanted=False, passing=False)
    elif sense == "wanted" and not bound:
        yield wish.replace(wanted=True, passing=False, engaged=False)
    elif sense == "from" and not bound and wish.first is not None:
        yield wish.replace(kind="bound", wanted=True, passing=False, engaged=False, last=None, weekdays=())
    elif sense == "by" and not bound and wish.last is not None:
        yield wish.replace(kind="bound", wanted=True, passing=False, engaged=False, first=None, weekdays=())
    else:
        yield wish
