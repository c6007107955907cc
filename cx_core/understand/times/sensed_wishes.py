"""Wishes about time as their clauses mean them, where the sense of a clause says more than the words beside a time.

"On Thursday I must now go to a funeral": no word turns the Thursday down. What the sense says is learnt
(`time_senses`); words that are plain about it, such as "not before", are read by `time_wishes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cx_core.ports import TimeReader, TimeSense
from cx_core.records import MessageId, TimeWish
from cx_core.understand.times.telling_clauses import says_only_when

PLAIN = 0.4
"""Probability from which the sense of a clause counts where no word turns the time down or makes it a bound."""

SURE = 0.6
"""The same for leaving out a time that would be a wish by its words, and for one that its words turn down."""


def as_meant(
    wishes: Sequence[TimeWish],
    texts: Mapping[MessageId, str],
    reader: TimeReader | None,
    taken: Collection[str] = (),
) -> tuple[TimeWish, ...]:
    """The wishes of these messages; `taken` are words of ours that they took up, which stay as they were read.

    A part of the day that is wanted in a message is not turned down there by its sense alone: "that very morning I
    can't, but it must be a morning". A sentence that is nothing but a time has no sense of its own. Raises
    SystemTrouble.
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
        meant = [
            wish if says_only_when(text, wish) else _meant(wish, sense) for wish, sense in zip(own, senses, strict=True)
        ]
        found += _without_denied_parts(own, meant)
    return tuple(found)


def _without_denied_parts(own: Sequence[TimeWish], meant: Sequence[TimeWish | None]) -> Iterator[TimeWish]:
    """Without a part of the day that only its sense turns down where the same part is wanted in the same message."""
    wanted = [one for one in meant if one is not None and one.kind == "part" and one.wanted and not one.passing]
    parts = {(one.begins, one.ends) for one in wanted}
    for before, one in zip(own, meant, strict=True):
        if one is not None and (one.wanted or not before.wanted or (one.begins, one.ends) not in parts):
            yield one


def _meant(wish: TimeWish, learnt: TimeSense) -> TimeWish | None:
    """None: it is no wish. A bound that words make is one, and what words turn down needs a sure sense to be wanted."""
    if learnt.probability < PLAIN or wish.kind == "bound":
        return wish
    sure = learnt.probability >= SURE
    if learnt.sense in ("told", "booked"):
        if not wish.wanted:
            return wish
        return None if learnt.sense == "told" and sure and not wish.beside else wish.replace(passing=True)
    if learnt.sense == "unwanted":
        return wish.replace(wanted=False, passing=False)
    if not wish.wanted and not sure:
        return wish
    named = {"wanted": True, "passing": False, "engaged": False}
    one_day = wish.kind == "days" and wish.first is not None and wish.first == wish.last
    if learnt.sense in ("from", "by") and not sure:
        return wish
    if learnt.sense == "from" and one_day:
        return wish.replace(kind="bound", last=None, weekdays=(), begins="", ends="", **named)
    if learnt.sense == "by" and one_day:
        return wish.replace(kind="bound", first=None, weekdays=(), begins="", ends="", **named)
    if learnt.sense == "fallback":
        return wish.replace(fallback=True, **named)
    return wish.replace(**named) if learnt.sense == "wanted" else wish
