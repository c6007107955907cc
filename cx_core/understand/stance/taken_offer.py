"""What an answer takes of the offers that we made: of the newest one of which it takes something.

It is given back as words of theirs, in the place where it stands in ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.records import Message, TimeWish
from cx_core.text.agreeing import declines, without_yes
from cx_core.text.spans import Span
from cx_core.understand.offered_options import Offered, is_all
from cx_core.understand.stance.repeated_offers import repeated
from cx_core.understand.stance.taken_option import (
    asks_other,
    by_number,
    chosen,
    fitting,
    is_left,
    leaves_to_us,
    left_over,
    named,
    other,
    takes_all,
)
from cx_core.understand.time_mentions import mentions


class OurOffer(NamedTuple):
    """A message of ours and the choices that it leaves."""

    put: Message
    choices: tuple[tuple[Offered, ...], ...]

    @property
    def of_times(self) -> bool:
        return any(option.is_time for one in self.choices for option in one)


class TakenOffer(NamedTuple):
    """What was taken of an offer: `message` is it as their words, `put` all that we wrote; `ways` as in `OpenTalk`.

    `time`: it is one time and no other; `left`: of several times those that the answer leaves, in our words; `sides` of
    an "or": the one that was taken, then the others.
    """

    message: Message
    put: str
    took: str
    ways: tuple[str, ...]
    time: bool = False
    left: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


def day_of(message: Message, zone: str) -> date:
    return message.at.astimezone(ZoneInfo(zone)).date()


def names_a_day(wishes: Sequence[TimeWish]) -> bool:
    return any(one.wanted and one.kind == "days" for one in wishes)


def taken_of(offered: Sequence[OurOffer], answer: str, wishes: Sequence[TimeWish], zone: str) -> TakenOffer | None:
    """What they took of the newest offer of which they took something.

    "The other" is the one that what we put after the offer did not speak of.
    """
    for newest in reversed(offered):
        offer, text = newest, newest.put.text
        took: _Took = [
            (one, at)
            for one in offer.choices
            if (at := _taken(offer.put, one, offered[-1].put, answer, wishes, day_of(offer.put, zone)))
        ]
        first = offer.choices[0] if offer.choices else ()
        if first and not first[0].key and first not in [one for one, _ in took] and takes_all(answer):
            took.insert(0, (first, tuple(range(len(first)))))
        if (again := _repeated(offer, took, offered)) is not None:
            offer, took = again
            text = offer.put.text
        if took:
            places = {one: at for one, at in took}
            blanks = [span for one in offer.choices for span in _rest(one, places.get(one, ()))]
            last, at = took[-1]
            if len(at) == 1 and last[at[0]].is_time:
                blanks += _other_times(text, last[at[0]], day_of(offer.put, zone))
            ways = [_without(text, blanks)]
            if len(at) == 1:
                beside = [span for one in offer.choices if one != last for span in _rest(one, places.get(one, ()))]
                others = (n for n in range(len(last)) if n not in at)
                ways += [_without(text, [*beside, *_rest(last, (n,))]) for n in others]
            what = "; ".join(one[n].of(text).strip() for one, at in took for n in at)
            message = offer.put.replace(sender="customer", text=ways[0])
            one_time = len(at) == 1 and last[at[0]].is_time
            left = tuple(last[n].of(text).strip() for n in at) if len(at) > 1 and last[0].is_time else ()
            sides = [last[n].of(text).strip(" ?.,") for n in (*at, *(n for n in range(len(last)) if n not in at))]
            of_acts = len(at) == 1 and not any(option.key or option.window[0] for option in last)
            all_ways = tuple(ways) if len(ways) > 1 else ()
            return TakenOffer(message, text, what, all_ways, one_time, left, tuple(sides) if of_acts else ())
    return None


_Took = list[tuple[tuple[Offered, ...], tuple[int, ...]]]


def _repeated(offer: OurOffer, took: _Took, offered: Sequence[OurOffer]) -> tuple[OurOffer, _Took] | None:
    """The earlier offer of the same time, with its date, where they took a weekday that only repeats it."""
    if len(took) != 1 or len(took[0][1]) != 1:
        return None
    option = took[0][0][took[0][1][0]]
    for before in reversed(offered[: offered.index(offer)]):
        if (found := repeated(option, offer.put.text, before.choices)) is not None:
            return before, [(found[0], (found[1],))]
    return None


def _taken(
    put: Message, one: Sequence[Offered], newest: Message, answer: str, wishes: Sequence[TimeWish], today: date
) -> tuple[int, ...]:
    """The places of what they took of one choice; () where they took nothing, or it is not clear what."""
    if not (answer := without_yes(answer)):
        return ()
    texts, keys = [each.of(put.text) for each in one], [each.key for each in one]
    if (numbered := by_number(len(one), answer)) is not None:
        return (numbered,)
    out = named(texts, newest.text) if newest is not put else None
    at = other(len(one), out, answer)
    if at is not None:
        return (at,)
    if (left := is_left(texts, answer)) is not None:
        return (left,)
    fits = fitting(one, wishes, answer)
    if fits is not None and len(fits) < 2:
        return fits
    if asks_other(answer) and declines(newest.text, answer):
        return ()
    if fits is not None and (len(fits) < len(one) or names_a_day(wishes)):  # several on one day
        when = [f"{keys[n]} {one[n].window[0]}" for n in fits]
        at = chosen(when, [texts[n] for n in fits], answer, today)
        return (fits[at],) if at is not None else fits[:1] if leaves_to_us(answer) else fits
    at = chosen(keys, texts, answer, today)
    at = left_over(texts, answer) if at is None else at
    if at is not None and is_all(one[at], put.text):
        return tuple(range(len(one)))
    return () if at is None else (at,)


def _other_times(text: str, taken: Offered, today: date) -> list[Span]:
    """What else of ours names a day or an hour, such as what they had said: it is none that they took."""
    return [
        Span(one.start, one.end)
        for one in mentions(text, today)
        if one.kind in ("days", "part")
        and not one.said.get("beside")
        and not any(span.start < one.end and one.start < span.end for span in taken.spans)
    ]


def _rest(one: Sequence[Offered], taken: Sequence[int]) -> tuple[Span, ...]:
    """The places of what was not taken of a choice."""
    own = {span for n in taken for span in one[n].spans}
    return tuple(span for n, each in enumerate(one) if n not in taken for span in each.spans if span not in own)


def _without(text: str, left_out: Sequence[Span]) -> str:
    """A text with blanks in the place of what is left out, so that all else stays where it is."""
    for span in left_out:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
