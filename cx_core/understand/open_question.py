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

from cx_core.records import Message, MessageId, OfferedTime, TimeWish
from cx_core.service_rules.unread_messages import to_read
from cx_core.text.agreeing import declines, identifies, is_open, offers, only_agrees, takes_up
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.shorthand import written_out
from cx_core.understand.offered_options import (
    asks_for_facts,
    asks_which,
    choices,
    either_or,
    last_question,
    takes_no_yes,
)
from cx_core.understand.offered_times import TakenTimes, in_words, offered_times, taken_times, with_long_days
from cx_core.understand.stance.taken_choice import OpenOffer, Said, choice_of, day_of, names_a_day
from cx_core.understand.stance.taken_option import asks_other, cannot_tell, says_only, takes_none
from cx_core.understand.stance.told_deeds import tells_of_deeds
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

_LEANS = re.compile(
    r"(?:(?:ok(?:ay)?|great|fine|good|lovely|perfect|yes|yeah|sure|right|well|oh|then|and|so|thanks"
    r"|thank you|super)\W+)*"
    r"(?:(?:i|we)(?:[’']d| would|[’']ll| will)?(?: really| very much)? (?:like|love|want|take|have|prefer|go for)"
    r"|(?:please |can you |could you )*(?:send|do|book|move|change|get|make))"
    r"\s(?:it|that|this|them|those|one)(?: one)?(?:\s(?:to (?:me|us)|then|please|instead|too))*\W*",
    re.I,
)
_MOST_THAT_LEAN = 10
"""Words of a message that wants what was spoken of before: "OK great, I'd like that"."""
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
    each thing that they did not choose; `way` is the one thing that they chose where no time tells it apart. `asked`
    are all questions of ours that were gone back over, oldest first.
    `which` is a question of ours with several answers to which the last words gave none: a mere yes, or of several
    times none, and no other day, or that they cannot say. `times` are those that they took of the times we offered
    last.
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
    ways, way, which, times = tuple[str, ...](), "", "", TakenTimes()
    picked: set[MessageId] = set()
    so_far = _TimesSoFar(zone)
    offers: list[OpenOffer] = []
    for put, words in blocks:
        agreed, said_to_it, ways, way = "", "", (), ""
        said += [one.replace(sender="customer") for one in words]
        if put is None:
            taken |= {one.id for one in words if one.sender != "customer"}
            so_far.hear(time_wishes(words, zone))
            continue
        offers.append(OpenOffer(put, choices(put.text[:MOST_READ], day_of(put, zone))))
        answer = written_out(own_text(words)).text
        wishes = time_wishes(words, zone)
        later = Said.behind_second_thought(words, answer, zone)
        times = so_far.answered(put, words, answer, later)
        so_far.hear(wishes)
        choice = choice_of(offers, Said(answer, wishes), later, times, zone)
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
        elif not offers[-1].choices and not takes_no_yes(put.text[:MOST_READ]) and takes_up(put.text, answer):
            said.append(put.replace(sender="customer"))
            taken.add(put.id)
            agreed, said_to_it = put.text, "yes"
        elif (gone := {one.put.id for one in offers if one.of_times} & taken) and names_a_day(wishes):
            said = [one for one in said if one.id not in gone]  # another day than they took before, and none of ours
            taken -= gone
        elif not unknown and declines(put.text, answer):
            said_to_it = "no"
            if not identifies(put.text) and not asks_other(answer) and not asks_for_facts(put.text[:MOST_READ]):
                declined.append(put.text)
        untaken = choice is None and not said_to_it and any(one.of_times for one in offers[-1:])
        open_times = unknown or (untaken and not names_a_day(wishes))
        which = _left_open(put.text[:MOST_READ], answer, times.taken, open_times)
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


def _left_open(put: str, answer: str, taken: Sequence[OfferedTime], open_times: bool) -> str:
    """The question of ours to which the answer says yes though it was an either-or, or takes several of the times put,
    or none."""
    if taken:
        return in_words(taken) if len(taken) > 1 else ""
    either = either_or(put) if only_agrees(answer) else ""
    return either or (last_question(put) if open_times else "")


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
        if whole is None and turns and _leans(answer) and not tells_of_deeds(put[-1].text[:MOST_READ]):
            answer = (*turns.pop()[1], put[-1], *answer)
            break
        if whole is None:
            break
        blocks.append((whole, answer))
        answer = turns.pop()[1] if turns else ()
    blocks.append((None, answer))
    return blocks[::-1]


def _open(put: Message, answer: Sequence[Message], zone: str) -> bool:
    """Whether a message of ours asks something, names what can be chosen, or can do something on a day that the answer
    to it speaks of by naming a time as well."""
    text, today = put.text[:MOST_READ], day_of(put, zone)
    if is_open(text) or (offers(text) and choices(text, today)):
        return True
    answered_by_time = any(_days_in(one.text, day_of(one, zone)) for one in answer)
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

    def answered(self, put: Message, words: Sequence[Message], answer: str, later: Said) -> TakenTimes:
        """What an answer takes of the times that `put` offers, or else of those offered before it; what is said behind
        a second thought counts where it takes one of them by itself."""
        text = put.text[:MOST_READ]
        here = offered_times(text, day_of(put, self._zone), self._days)
        self._days += [one.day for one in here if one.day is not None]
        self._offered = here if len(here) > 1 else self._offered
        if len(self._offered) < 2 or (not here and choices(text, day_of(put, self._zone))):
            return TakenTimes()
        if later.text:
            taken = taken_times(self._offered, later.wishes, later.text, put_now=len(here) > 1)
            if len(taken.taken) == 1:
                return taken
        meant = [message.replace(text=with_long_days(message.text, self._offered)) for message in words]
        return taken_times(self._offered, time_wishes(meant, self._zone), answer, put_now=len(here) > 1)


def _only_acknowledges(words: Sequence[Message]) -> bool:
    """Whether they say no more than that they have read us: a yes behind "let me check" may be to our patience."""
    said = _PLAIN.findall(written_out(" ".join(one.text for one in words)).text.lower())
    return all(word in _THANKS for word in said)


def _waits(words: Sequence[Message]) -> bool:
    """Whether they only asked us to wait for their answer."""
    last = written_out(words[-1].text).text if words else ""
    return _MOMENT.search(last) is not None and len(last.split()) <= MOST_OF_A_MOMENT


def _leans(words: Sequence[Message]) -> bool:
    """Whether they want what was spoken of before, and name nothing: what it is stands in what they wrote before."""
    text = written_out(" ".join(one.text for one in words)).text
    return len(text.split()) <= _MOST_THAT_LEAN and _LEANS.fullmatch(text.strip()) is not None


def _days_in(text: str, today: date) -> bool:
    return any(one.kind == "days" for one in mentions(text[:MOST_READ], today))
