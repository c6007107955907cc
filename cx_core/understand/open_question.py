"""What an answer to our own question takes up: what was put, what it offered, and which of that the customer chose.

Where the last thing we said asks something, the words before it are still open, and "2", "the late one", "Tuesday" or
"yes" say as much as what was put to them. It is given back as words of theirs, in the place where it stands in ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.records import Message, MessageId, OfferedTime, TimeWish
from cx_core.service_rules.unread_messages import to_read
from cx_core.text.agreeing import declines, identifies, is_open, offers, only_agrees, takes_up, without_yes
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.spans import Span
from cx_core.understand.offered_options import Offered, asks_which, choices, either_or, is_all, last_question
from cx_core.understand.offered_times import TakenTimes, in_words, offered_times, taken_times, with_long_days
from cx_core.understand.stance.taken_option import (
    asks_other,
    cannot_tell,
    chosen,
    corrected,
    fitting,
    is_left,
    named,
    other,
    says_only,
    takes_all,
    takes_none,
)
from cx_core.understand.time_mentions import mentions
from cx_core.understand.time_wishes import time_wishes

MOST_TURNS = 4
"""So many of our questions are gone back over."""

MOST_OF_A_MOMENT = 12
"""Words of a message that only asks us to wait."""

_INITIALS = re.compile(r"(?<=[.!?\n])[ \t]*(?!NO\b|OK\b)(?:[A-Z]\.(?: ?[A-Z]\.){0,2}|[A-Z]{2,3})$")
_MOMENT = re.compile(
    r"\b(?:hang on|hold on|bear with|one (?:sec(?:ond)?|moment|minute|min)|just a (?:sec(?:ond)?|moment|minute|min)"
    r"|give me a|let me (?:just )?(?:check|ask|look|see|think)"
    r"|(?:i[’']?ll|will|have to|need to) (?:just )?(?:check|ask)"
    r"|checking|brb|back in a)\b",
    re.I,
)

_PLAIN = re.compile(r"[a-z']+")
_THANKS = frozenset(
    (
        "ok",
        "okay",
        "k",
        "yes",
        "yeah",
        "yep",
        "thanks",
        "thank",
        "you",
        "so",
        "much",
        "great",
        "fine",
        "good",
        "lovely",
        "perfect",
        "super",
        "cheers",
        "ta",
        "will",
        "do",
        "sure",
        "alright",
        "all",
        "right",
        "no",
        "problem",
    )
)
_CAN = re.compile(r"\b(?:can|could|would|may)\b(?!\s?(?:not|['’]t))", re.I)


class _Offer(NamedTuple):
    """A message of ours and the choices that it leaves."""

    put: Message
    choices: tuple[tuple[Offered, ...], ...]

    @property
    def of_times(self) -> bool:
        return any(option.key for one in self.choices for option in one)


class _Choice(NamedTuple):
    """What was taken of an offer: `message` is it as their words, `put` all that we wrote; `ways` and `way` as in `OpenTalk`."""

    message: Message
    put: str
    took: str
    ways: tuple[str, ...]
    way: str = ""


class _Correction(NamedTuple):
    """What an answer says behind its second thought, and what that says of time; empty where it has none."""

    text: str
    wishes: Sequence[TimeWish]

    @staticmethod
    def of(words: Sequence[Message], text: str, zone: str) -> _Correction:
        return _Correction(text, time_wishes([words[-1].replace(text=text)], zone) if text and words else ())


class AskedBefore(NamedTuple):
    """What we put, the message of theirs that answers it first, and whether they took it up."""

    answered_by: MessageId
    text: str
    taken: bool


class OpenTalk(NamedTuple):
    """`said` are the customer's words, oldest first: those that our open questions go back to, the new ones, and what
    of ours they took up, each behind the words that took it. `earlier` counts those before the new ones.

    `put` is the last question of ours that the new words answer. `agreed` is a question of ours that they said yes to
    last, or chose from; `declined` are those that they said no to. `answer` is what they said to the last one: "yes",
    "no", or what they chose, in our words; `ways` is what we wrote with only that left of the offer, then with only
    each thing that they did not choose; `way` is the one thing that they chose where no time tells it apart. `asked` are all questions of ours that were gone back over, oldest first.
    `which` is a question of ours with several answers to which the last words gave none: a mere yes, or of several
    times none, and no other day. `times` are those that they took of the times we offered last.
    `open_choice`: the last question leaves a choice of which they took nothing. `picked` are messages that took
    something of ours in our own words and say nothing besides.
    """

    said: tuple[Message, ...]
    new: tuple[Message, ...]
    taken: frozenset[str] = frozenset()
    agreed: str = ""
    declined: tuple[str, ...] = ()
    put: str = ""
    answer: str = ""
    ways: tuple[str, ...] = ()
    way: str = ""
    answers: bool = False
    asked: tuple[AskedBefore, ...] = ()
    which: str = ""
    times: TakenTimes = TakenTimes()
    open_choice: bool = False
    picked: frozenset[MessageId] = frozenset()


def answered(messages: Sequence[Message], zone: str) -> OpenTalk:
    """The newest words of a conversation with what they answer; `zone` says which day "tomorrow" is."""
    new = to_read(messages)
    blocks = _open_blocks(messages, new, zone)
    said: list[Message] = []
    taken: set[str] = set()
    agreed, declined, said_to_it = "", list[str](), ""
    ways, way = tuple[str, ...](), ""
    which, times = "", TakenTimes()
    picked: set[MessageId] = set()
    so_far = _TimesSoFar(zone)
    offers: list[_Offer] = []
    for put, words in blocks:
        agreed, said_to_it, ways, way = "", "", (), ""
        said += words
        if put is None:
            so_far.hear(time_wishes(words, zone))
            continue
        offers.append(_Offer(put, choices(put.text[:MOST_READ], _day(put, zone))))
        answer = own_text(words)
        wishes = time_wishes(words, zone)
        later = _Correction.of(words, corrected(answer), zone)
        times = so_far.answered(put, words, answer, later)
        so_far.hear(wishes)
        choice = _choice(offers[-1:], later.text, later.wishes, times, zone) if later.text else None
        choice = choice or _choice(offers, answer, wishes, times, zone)
        several = bool(offers[-1].choices) or asks_which(put.text)
        unknown = choice is None and several and cannot_tell(answer)
        if choice is not None:
            picked |= {one.id for one in words if says_only(one.text, choice.put)}
            said = [one for one in said if one.id != choice.message.id]  # what they choose last of one offer counts
            said.append(choice.message)
            taken.add(choice.message.id)
            agreed, said_to_it, ways, way = choice.put, choice.took, choice.ways, choice.way
        elif takes_none(answer):
            said_to_it = "no"
            if not offers[-1].of_times:
                declined.append(put.text)
            offers.clear()
        elif not offers[-1].choices and takes_up(put.text, answer):
            said.append(put.replace(sender="customer"))
            taken.add(put.id)
            agreed, said_to_it = put.text, "yes"
        elif (gone := {one.put.id for one in offers if one.of_times} & taken) and _names_a_day(wishes):
            said = [one for one in said if one.id not in gone]  # another day than they took before, and none of ours
            taken -= gone
        elif not unknown and declines(put.text, answer):
            said_to_it = "no"
            if not identifies(put.text) and not asks_other(answer):
                declined.append(put.text)
        open_times = choice is None and not said_to_it and any(one.of_times for one in offers[-1:])
        open_times = open_times and not _names_a_day(wishes)
        which = "" if len(times.taken) == 1 else _left_open(put.text[:MOST_READ], answer, open_times or unknown)
        which = in_words(times.taken) if len(times.taken) > 1 else which
    return OpenTalk(
        said=tuple(said),
        new=new,
        taken=frozenset(taken),
        agreed=agreed,
        declined=tuple(declined),
        put=next((put.text for put, _ in reversed(blocks) if put is not None), ""),
        answer=said_to_it,
        ways=ways,
        way=way,
        answers=len(blocks) > 1,
        asked=tuple(
            AskedBefore(words[0].id, put.text, put.id in taken) for put, words in blocks if put is not None and words
        ),
        which=which,
        times=times,
        picked=frozenset(picked),
        open_choice=bool(offers) and bool(offers[-1].choices) and not ways and not said_to_it and not times.taken,
    )


def _left_open(put: str, answer: str, open_times: bool) -> str:
    """The question of ours to which the answer says yes though it was an either-or, or took none of the times put."""
    either = either_or(put) if only_agrees(answer) else ""
    return either or (last_question(put) if open_times else "")


def _day(message: Message, zone: str) -> date:
    return message.at.astimezone(ZoneInfo(zone)).date()


def own_text(words: Sequence[Message]) -> str:
    """What they wrote now, without greetings, quoted mail, signatures and initials."""
    own = "\n".join(part.of(message.text) for message in words for part in own_words(message.text[:MOST_READ]))
    end = own.rstrip()
    return end[:-12] + _INITIALS.sub("", end[-12:])


def _open_blocks(
    messages: Sequence[Message], new: Sequence[Message], zone: str
) -> list[tuple[Message | None, tuple[Message, ...]]]:
    """Question and answer, oldest first; the first has no question, or one that is not gone behind."""
    blocks: list[tuple[Message | None, tuple[Message, ...]]] = []
    answer = tuple(new)
    ids = {message.id for message in new}
    before = list(messages[: next((n for n, one in enumerate(messages) if one.id in ids), len(messages))])
    turns = [(ours, tuple(block)) for ours, block in groupby(before, lambda message: message.sender != "customer")]
    while turns and turns[-1][0] and len(blocks) < MOST_TURNS:
        put = turns.pop()[1]
        whole = next((one for one in reversed(put) if _open(one, answer, zone)), None)
        if whole is None and turns and _waits(turns[-1][1]) and not _only_acknowledges(answer):
            answer = (*turns.pop()[1], *answer)
            continue
        if whole is None:
            break
        blocks.append((whole, answer))
        answer = turns.pop()[1] if turns else ()
    blocks.append((None, answer))
    return blocks[::-1]


def _open(put: Message, answer: Sequence[Message], zone: str) -> bool:
    """Whether a message of ours asks something, names what can be chosen, or can do something on a day that the answer
    to it speaks of by naming a time as well."""
    text, today = put.text[:MOST_READ], _day(put, zone)
    if is_open(text) or (offers(text) and choices(text, today)):
        return True
    answered_by_time = any(_days_in(one.text, _day(one, zone)) for one in answer)
    return answered_by_time and any(
        _CAN.search(sentence) and _days_in(sentence, today) for sentence in text.split("\n")
    )


class _TimesSoFar:
    """The times that were offered last, and the days that were named so far, by us and by them."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._offered: Sequence[OfferedTime] = ()
        self._days: list[date] = []

    def hear(self, wishes: Sequence[TimeWish]) -> None:
        self._days += [
            one.first for one in wishes if one.kind == "days" and one.first is not None and one.first == one.last
        ]

    def answered(self, put: Message, words: Sequence[Message], answer: str, later: _Correction) -> TakenTimes:
        """What an answer takes of the times that `put` offers, or else of those offered before it; what is said behind
        a second thought counts where it takes one of them by itself."""
        text = put.text[:MOST_READ]
        here = offered_times(text, _day(put, self._zone), self._days)
        self._days += [one.day for one in here if one.day is not None]
        self._offered = here if len(here) > 1 else self._offered
        if len(self._offered) < 2 or (not here and choices(text, _day(put, self._zone))):
            return TakenTimes()
        if later.text:
            taken = taken_times(self._offered, later.wishes, later.text, put_now=len(here) > 1)
            if len(taken.taken) == 1:
                return taken
        meant = [message.replace(text=with_long_days(message.text, self._offered)) for message in words]
        return taken_times(self._offered, time_wishes(meant, self._zone), answer, put_now=len(here) > 1)


def _only_acknowledges(words: Sequence[Message]) -> bool:
    """Whether they say no more than that they have read us: a yes behind "let me check" may be to our patience."""
    said = _PLAIN.findall(" ".join(one.text for one in words).lower())
    return all(word in _THANKS for word in said)


def _waits(words: Sequence[Message]) -> bool:
    """Whether they only asked us to wait for their answer."""
    return (
        bool(words) and _MOMENT.search(words[-1].text) is not None and len(words[-1].text.split()) <= MOST_OF_A_MOMENT
    )


def _names_a_day(wishes: Sequence[TimeWish]) -> bool:
    return any(one.wanted and one.kind == "days" for one in wishes)


def _days_in(text: str, today: date) -> bool:
    return any(one.kind == "days" for one in mentions(text[:MOST_READ], today))


def _choice(
    offered: Sequence[_Offer], answer: str, wishes: Sequence[TimeWish], times: TakenTimes, zone: str
) -> _Choice | None:
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
                or _taken(offer.put, one, offered[-1].put, answer, wishes, _day(offer.put, zone))
            )
        ]
        first = offer.choices[0] if offer.choices else ()
        if first and not first[0].key and first not in [one for one, _ in took] and takes_all(answer):
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
            return _Choice(message, text, what, tuple(ways) if len(ways) > 1 else (), way)
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
    if fits is not None and (len(fits) < len(one) or _names_a_day(wishes)):  # several on one day
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
