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

from cx_core.records import Message, MessageId, TimeWish
from cx_core.service_rules.unread_messages import to_read
from cx_core.text.agreeing import declines, identifies, is_open, offers, only_agrees, takes_up
from cx_core.text.segments import MOST_READ, own_words
from cx_core.understand.offered_options import Offered, choices, either_or, last_question
from cx_core.understand.stance.repeated_offers import as_before
from cx_core.understand.stance.taken_offer import OurOffer, TakenOffer, day_of, names_a_day, taken_of
from cx_core.understand.stance.taken_option import asks_other, takes_none
from cx_core.understand.time_mentions import mentions
from cx_core.understand.time_wishes import time_wishes

MOST_TURNS = 4
"""So many of our questions are gone back over."""

_KEEPS = re.compile(r"\W*(?:wait|keep|leave|stay|hold on|stick)\b", re.I)
_TELLING = re.compile(r"[^\W\d_]{4,}")
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
    each thing that they did not choose. `asked` are all questions of ours that were gone back over, oldest first.
    `which` is a question of ours with several answers to which the last words gave none, or more than one: a mere yes,
    a day with two times, or of several times none, and no other day. `settled` are messages of theirs before a time of
    ours that they took: what these said about time is over; `chose` are the messages that took one out of several.
    `keeps`: of what was put last they chose to wait, or to leave all as it is. `sides`: what they chose of it, then the
    rest, each in our few words, where these are no times. `turned_down`: of the times that were put last they took none
    and named no other day.
    """

    said: tuple[Message, ...]
    new: tuple[Message, ...]
    taken: frozenset[str] = frozenset()
    agreed: str = ""
    declined: tuple[str, ...] = ()
    put: str = ""
    answer: str = ""
    ways: tuple[str, ...] = ()
    answers: bool = False
    asked: tuple[AskedBefore, ...] = ()
    which: str = ""
    settled: frozenset[MessageId] = frozenset()
    chose: frozenset[MessageId] = frozenset()
    keeps: bool = False
    sides: tuple[str, ...] = ()
    turned_down: bool = False


def answered(messages: Sequence[Message], zone: str) -> OpenTalk:
    """The newest words of a conversation with what they answer; `zone` says which day "tomorrow" is."""
    new = to_read(messages)
    blocks = _open_blocks(messages, new, zone)
    heard = _Heard(zone)
    for put, words in blocks:
        heard.hears(put, words)
    return OpenTalk(
        said=tuple(heard.said),
        new=new,
        taken=frozenset(heard.taken),
        agreed=heard.agreed,
        declined=tuple(heard.declined),
        put=next((put.text for put, _ in reversed(blocks) if put is not None), ""),
        answer=heard.answer,
        ways=heard.ways,
        answers=len(blocks) > 1,
        asked=tuple(
            AskedBefore(words[0].id, put.text, put.id in heard.taken)
            for put, words in blocks
            if put is not None and words
        ),
        which=heard.which,
        settled=frozenset(heard.settled),
        chose=frozenset(heard.chose),
        sides=heard.sides,
        turned_down=heard.turned_down,
        keeps=_KEEPS.match(heard.answer) is not None,
    )


class _Heard:
    """A talk as far as it was heard; what it holds is named as in `OpenTalk`."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._offers: list[OurOffer] = []
        self.said: list[Message] = []
        self.taken: set[MessageId] = set()
        self.settled: set[MessageId] = set()
        self.chose: set[MessageId] = set()
        self.declined: list[str] = []
        self._forget()

    def _forget(self) -> None:
        self.agreed, self.answer, self.which = "", "", ""
        self.turned_down = False
        self.ways: tuple[str, ...] = ()
        self.sides: tuple[str, ...] = ()

    def hears(self, put: Message | None, words: Sequence[Message]) -> None:
        """One question of ours, if there is one, and what they wrote to it."""
        self._forget()
        self.said += words
        if put is None:
            return
        text = put.text[:MOST_READ]
        self._offers.append(OurOffer(put, as_before(choices(text, day_of(put, self._zone)), text, self._choices())))
        answer, wishes = own_text(words), time_wishes(words, self._zone)
        choice = taken_of(self._offers, answer, wishes, self._zone)
        if choice is not None:
            self._takes(choice, words)
        elif takes_none(answer):
            self._takes_none(put, wishes)
        elif not self._offers[-1].choices and takes_up(put.text, answer):
            self._agrees(put, words, wishes)
        elif (gone := {one.put.id for one in self._offers if one.of_times} & self.taken) and names_a_day(wishes):
            self.said = [one for one in self.said if one.id not in gone]  # another day than they took, and none of ours
            self.taken -= gone
        elif declines(put.text, answer):
            self._declines(put, answer)
        if choice is not None and choice.left:
            self.which = f"{last_question(text)} ({', or '.join(choice.left)})"
        else:
            open_times = choice is None and not self.answer and any(one.of_times for one in self._offers[-1:])
            self.which = _left_open(text, answer, open_times and not names_a_day(wishes))

    def _choices(self) -> list[tuple[Offered, ...]]:
        """Of all offers, newest first."""
        return [one for offer in reversed(self._offers) for one in offer.choices]

    def _takes(self, choice: TakenOffer, words: Sequence[Message]) -> None:
        self.said = [one for one in self.said if one.id != choice.message.id]  # what they choose last of one offer
        self.said.append(choice.message)
        self.taken.add(choice.message.id)
        self.agreed, self.answer, self.ways = choice.put, choice.took, choice.ways
        self.sides = choice.sides
        if choice.time:
            self._settles(words)
            self.chose |= {one.id for one in words}

    def _takes_none(self, put: Message, wishes: Sequence[TimeWish]) -> None:
        self.answer = "no"
        self.turned_down = self._offers[-1].of_times and not any(
            one.wanted and one.kind in ("days", "span") for one in wishes
        )
        if not self._offers[-1].of_times:
            self.declined.append(put.text)
        self._offers.clear()

    def _agrees(self, put: Message, words: Sequence[Message], wishes: Sequence[TimeWish]) -> None:
        """A day that they name beside their yes is rather meant than the one that was put."""
        behind = len(self.said) - (len(words) if _another_day(wishes, put, self._zone) else 0)
        self.said.insert(behind, put.replace(sender="customer"))
        self.taken.add(put.id)
        self.agreed, self.answer = put.text, "yes"
        if _days_in(put.text, day_of(put, self._zone)):
            self._settles(words)

    def _declines(self, put: Message, answer: str) -> None:
        self.answer = "no"
        if not identifies(put.text) and not asks_other(answer):
            self.declined.append(put.text)

    def _settles(self, words: Sequence[Message]) -> None:
        """What they said about time before these words is over: they took a time that we put."""
        self.settled |= {one.id for one in self.said if one.id not in self.taken and one not in words}


def _another_day(wishes: Sequence[TimeWish], put: Message, zone: str) -> bool:
    """Whether a yes goes on with another day than was put: "yes, but on the Friday"."""
    days = [one.first for one in time_wishes([put.replace(sender="customer")], zone) if one.wanted and one.first]
    named = [one for one in wishes if one.wanted and one.kind == "days" and not one.beside]
    return bool(days and named) and not any(one.holds(day, ("", ""), None) for one in named for day in days)


def _left_open(put: str, answer: str, open_times: bool) -> str:
    """The question of ours to which the answer says yes though it was an either-or, or took none of the times put."""
    either = either_or(put) if only_agrees(answer) else ""
    return either or (last_question(put) if open_times else "")


def own_text(words: Sequence[Message]) -> str:
    """What they wrote now, without greetings, quoted mail and signatures."""
    return "\n".join(part.of(message.text) for message in words for part in own_words(message.text[:MOST_READ]))


def repeats(answer: str, put: str) -> bool:
    """Whether an answer says nothing but words of the question: it names which, and wishes for nothing more."""
    own = {word.lower() for word in _TELLING.findall(answer)}
    return own <= {word.lower() for word in _TELLING.findall(put)} | {"please", "thanks", "that", "think"}


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


def _days_in(text: str, today: date) -> bool:
    return any(one.kind == "days" for one in mentions(text[:MOST_READ], today))
