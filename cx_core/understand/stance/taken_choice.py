"""What an answer takes of an offer of ours, given back in the words of the offer.

What stands behind a second thought counts before the rest: "number two. No, wait, the third one".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.records import Message, OfferedTime, TimeWish
from cx_core.text.agreeing import declines, without_yes
from cx_core.text.spans import Span
from cx_core.understand.offered_options import Offered, is_all
from cx_core.understand.offered_times import TakenTimes
from cx_core.understand.stance.taken_option import (
    asks_other,
    chosen,
    corrected,
    fitting,
    is_left,
    named,
    other,
    takes_all,
)
from cx_core.understand.time_wishes import time_wishes


class OpenOffer(NamedTuple):
    """A message of ours and the choices that it leaves."""

    put: Message
    choices: tuple[tuple[Offered, ...], ...]

    @property
    def of_times(self) -> bool:
        return any(option.key for one in self.choices for option in one)


class TakenChoice(NamedTuple):
    """What was taken of an offer: `message` is it as their words, `put` all that we wrote; `ways` and `way` as in
    `OpenTalk`."""

    message: Message
    put: str
    took: str
    ways: tuple[str, ...]
    way: str = ""


class Said(NamedTuple):
    """Words of an answer, and what they say of time."""

    text: str
    wishes: Sequence[TimeWish]

    @staticmethod
    def behind_second_thought(words: Sequence[Message], answer: str, zone: str) -> Said:
        """What an answer says behind its last second thought; empty where it has none."""
        text = corrected(answer)
        return Said(text, time_wishes([words[-1].replace(text=text)], zone) if text and words else ())


def day_of(message: Message, zone: str) -> date:
    return message.at.astimezone(ZoneInfo(zone)).date()


def names_a_day(wishes: Sequence[TimeWish]) -> bool:
    return any(one.wanted and one.kind == "days" for one in wishes)


def choice_of(
    offered: Sequence[OpenOffer], said: Said, later: Said, times: TakenTimes, zone: str
) -> TakenChoice | None:
    """What they took of the newest offer of which they took something; `later` as in `Said.behind_second_thought`."""
    choice = _choice(offered[-1:], later, times, zone) if later.text else None
    return choice or _choice(offered, said, times, zone)


def _choice(offered: Sequence[OpenOffer], said: Said, times: TakenTimes, zone: str) -> TakenChoice | None:
    """What they took of the newest offer of which they took something.

    "The other" is the one that what we put after the offer did not speak of.
    """
    for offer in reversed(offered):
        text = offer.put.text
        took = [
            (one, at)
            for one in offer.choices
            if (
                at := _at_times(one, times.taken)
                or _taken(offer.put, one, offered[-1].put, said.text, said.wishes, day_of(offer.put, zone))
            )
        ]
        first = offer.choices[0] if offer.choices else ()
        if first and not first[0].key and first not in [one for one, _ in took] and takes_all(said.text):
            took.insert(0, (first, tuple(range(len(first)))))
        if took:
            places = {one: at for one, at in took}
            blanks = [span for one in offer.choices for span in _rest(one, places.get(one, ()))]
            last, at = took[-1]
            ways = [_without(text, blanks)]
            if len(at) == 1:
                beside = [span for one in offer.choices if one != last for span in _rest(one, places.get(one, ()))]
                others = (n for n in range(len(last)) if n not in at)
                ways += [_without(text, [*beside, *_rest(last, (n,))]) for n in others]
            what = "; ".join(one[n].of(text).strip() for one, at in took for n in at)
            message = offer.put.replace(sender="customer", text=ways[0])
            way = what if len(took) == len(at) == 1 < len(ways) and not last[at[0]].key else ""
            return TakenChoice(message, text, what, tuple(ways) if len(ways) > 1 else (), way)
    return None


def _at_times(one: Sequence[Offered], taken: Sequence[OfferedTime]) -> tuple[int, ...]:
    """The place of the option that is of the time taken; () where that is no one of them."""
    at = tuple(
        n
        for n, option in enumerate(one)
        for time in taken
        if option.key[:10] == str(time.day) and (not option.window[0] or option.window[0] == time.begins)
    )
    return at if len(at) == 1 else ()


def _taken(
    put: Message, one: Sequence[Offered], newest: Message, answer: str, wishes: Sequence[TimeWish], today: date
) -> tuple[int, ...]:
    """The places of what they took of one choice; () where they took nothing, or it is not clear what."""
    if not (answer := without_yes(answer)):
        return ()
    texts, keys = [each.of(put.text) for each in one], [each.key for each in one]
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
        return fits if at is None else (fits[at],)
    at = chosen(keys, texts, answer, today)
    if at is not None and is_all(one[at], put.text):
        return tuple(range(len(one)))
    return () if at is None else (at,)


def _rest(one: Sequence[Offered], taken: Sequence[int]) -> tuple[Span, ...]:
    """The places of what was not taken of a choice."""
    own = {span for n in taken for span in one[n].spans}
    return tuple(span for n, each in enumerate(one) if n not in taken for span in each.spans if span not in own)


def _without(text: str, left_out: Sequence[Span]) -> str:
    """A text with blanks in the place of what is left out, so that all else stays where it is."""
    for span in left_out:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
