"""What was said so far, as facts a rule may ask for. They come from words, so they only ever narrow what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from cx_core.records import Message, Record
from cx_core.text.agreeing import agrees

_WORD = re.compile(r"[\w]+(?:['’][\w]+)*")
_AMOUNT = re.compile(
    r"(?P<before>[$£€]|\b(?:GBP|EUR|USD)\s)\s?(?P<first>\d[\d,]*(?:\.\d+)?)"
    r"|(?<![\w.,-])(?P<second>\d[\d,]*(?:\.\d+)?)\s?(?:dollars?|pounds?|euros?|usd|gbp|eur)\b",
    re.I,
)
_SENTENCE = re.compile(r"\n|(?<=[.!?;])\s")
_TOTAL = ("total", "cost", "charge", "difference", "due", "additional", "fee", "amount", "pay")
_LIMIT = (
    "up to",
    "at most",
    "no more than",
    "not more than",
    "under",
    "below",
    "less than",
    "within",
    "budget",
    "maximum",
)
_EACH = ("per", "each", "apiece")
_ISO_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_OTHER = 3
"""So many times an amount is another amount."""
_FILLERS = 2
"""So many words may stand between those of a name: "gift and debit cards"."""


class Turn(Record):
    """One message. `ours`: by an advisor or the copilot."""

    ours: bool
    text: str


def conversation(messages: Sequence[Message]) -> Heard:
    """A ticket's messages, oldest first."""
    return Heard([Turn(ours=message.sender != "customer", text=message.text) for message in messages])


class Heard:
    """The conversation up to an act, oldest turn first."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = tuple(turns)
        last = next((n for n in reversed(range(len(turns))) if not turns[n].ours), -1)
        before = next((n for n in reversed(range(last)) if turns[n].ours), -1) if last >= 0 else -1
        self.answer = " ".join(turn.text for turn in turns[before + 1 : last + 1] if not turn.ours)
        """What the customer said last, since we said something."""
        self.put = turns[before].text if before >= 0 else ""
        """What that answers."""
        self._words = tuple(words(turn.text) for turn in self.turns)

    def functions(self) -> dict[str, Callable[..., object]]:
        """By the names that formulas in knowledge use."""
        return {name: getattr(self, name) for name in FUNCTIONS}

    def asked(self, called: Sequence[str]) -> bool:
        """Whether the customer used any of these words, in any form."""
        return any(mentions(said, called) for said, turn in self._each() if not turn.ours)

    def spoken(self, called: Sequence[str]) -> bool:
        """Whether anybody used any of these words, in any form."""
        return any(mentions(said, called) for said, _ in self._each())

    def said(self, value: object) -> bool:
        """Whether the customer named this very value."""
        return any(names(said, value) for said, turn in self._each() if not turn.ours)

    def named(self, value: object) -> bool:
        """Whether anybody named this very value."""
        return any(names(said, value) for said, _ in self._each())

    def answered(self, called: Sequence[str]) -> bool:
        """Whether the customer's last words, since we said something, use any of these words, in any form."""
        return mentions(words(self.answer), called)

    def told(self, called: Sequence[str]) -> bool:
        """Whether what those last words answer uses any of these words, in any form."""
        return mentions(words(self.put), called)

    def agreed(self, verbs: Sequence[str] = ()) -> bool:
        """Whether the customer's last words say yes to what was put to them, or ask for it again in these `verbs`."""
        return bool(self.put) and agrees(self.put, self.answer, verbs)

    def totals_told(self) -> list[float]:
        """What we said last that something costs in all, in whole units; a price for each of several is no total."""
        said = (part for part in _SENTENCE.split(self.put) if mentions(words(part), _TOTAL))
        return [amount for part in said if not mentions(words(part), _EACH) for amount in amounts(part)]

    def more_than_told(self, amount: float) -> bool:
        """Whether that is more than any total we put to the customer last, though we did name one."""
        told = self.totals_told()
        return bool(told) and float(amount) > max(told) + 0.005

    def over_limit(self, amount: float) -> bool:
        """Whether that is above the limit the customer set, and no total as high was put to them and answered since.

        A total many times as high is of something else: the price, where this is the difference.
        """
        answered = False
        for turn in reversed(self.turns):
            parts = [(part, words(part)) for part in _SENTENCE.split(turn.text)]
            if turn.ours:
                told = [one for part, said in parts if mentions(said, _TOTAL) for one in amounts(part)]
                if answered and any(amount <= one <= _OTHER * amount for one in told):
                    return False
                continue
            answered = True
            limits = [one for part, said in parts if mentions(said, _LIMIT) for one in amounts(part)]
            if limits:
                return float(amount) > max(limits) + 0.005
        return False

    def brings_up(self, matters: Mapping[str, Sequence[str]]) -> str:
        """The first of these matters that the customer spoke of, by the words for each; empty: none."""
        return next((matter for matter, called in matters.items() if self.asked(called)), "")

    def latest(self, called: Sequence[str]) -> str:
        """The customer's last message that uses any of these words; empty if there is none."""
        found = (turn.text for said, turn in reversed(tuple(self._each())) if not turn.ours and mentions(said, called))
        return next(found, "")

    def _each(self) -> Sequence[tuple[tuple[str, ...], Turn]]:
        return tuple(zip(self._words, self.turns, strict=True))


FUNCTIONS = (
    "asked",
    "spoken",
    "said",
    "named",
    "answered",
    "told",
    "agreed",
    "totals_told",
    "more_than_told",
    "over_limit",
    "latest",
)
"""What formulas may call. What rests on any of these rests on words, so no permit may rest on it."""


def words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold() for match in _WORD.finditer(text))


def mentions(said: Sequence[str], called: Sequence[str]) -> bool:
    """Whether any of these names stands there: its words in order, each in any form, few others between."""
    return any(_stands(said, words(name)) for name in called)


def _stands(said: Sequence[str], name: Sequence[str]) -> bool:
    if not name:
        return False
    starts = [n for n, word in enumerate(said) if alike(word, name[0])]
    for start in starts:
        place = start
        for part in name[1:]:
            window = range(place + 1, min(place + 2 + _FILLERS, len(said)))
            place = next((n for n in window if alike(said[n], part)), -1)
            if place < 0:
                break
        if place >= 0:
            return True
    return False


_ENDINGS = ("", "s", "es", "d", "ed", "ing", "led", "ling", "ped", "ping", "lation", "ation", "ion", "y", "ies", "ied")


def alike(word: str, name: str) -> bool:
    """One word in another form: bag, bags; cancel, cancelled, cancellation. Numbers only as they are."""
    if word == name:
        return True
    if len(name) < 3 or name.isdecimal():
        return False
    stem = name[:-1] if name[-1] in "ey" and len(name) > 3 else name
    return word.startswith(stem) and word[len(stem) :] in _ENDINGS


_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def names(said: Sequence[str], value: object) -> bool:
    """Whether this very value stands there: an id, a code, a whole number; a date also in words."""
    if isinstance(value, bool) or value is None:
        return False
    wanted = words(str(value))
    if _ISO_DATE.fullmatch(str(value)) and _dated(said, str(value)):
        return True
    if not wanted:
        return False
    many = len(wanted)
    return any(tuple(said[n : n + many]) == wanted for n in range(len(said) - many + 1))


def _dated(said: Sequence[str], date: str) -> bool:
    """Day and month side by side ("19 May", "May 19th"), or the three numbers in any order ("05/19/2026")."""
    numbers = {int(date[:4]), int(date[5:7]), int(date[8:10])}
    for n in range(len(said) - 2):
        three = said[n : n + 3]
        if all(part.isdecimal() and len(part) < 5 for part in three) and {int(part) for part in three} == numbers:
            return True
    month, day = _MONTHS[int(date[5:7]) - 1], str(int(date[8:10]))
    months = [n for n, word in enumerate(said) if word in (month, month[:3])]
    days = {day, day.zfill(2), f"{day}th", f"{day}st", f"{day}nd", f"{day}rd"}
    return any(said[place] in days for n in months for place in (n - 1, n + 1) if 0 <= place < len(said))


def amounts(text: str) -> list[float]:
    found = (match["first"] or match["second"] for match in _AMOUNT.finditer(text))
    return [float(one.replace(",", "")) for one in found]


def leaves(value: object) -> list[object]:
    """All single values in a nested one."""
    if isinstance(value, Mapping):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]
