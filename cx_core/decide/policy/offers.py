"""What was put to the customer, offer by offer, and which clauses of it speak of a given act."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.conversation_facts import Turn, mentions, names, words
from cx_core.decide.policy.declared_facts import KnownRecords
from cx_core.text.agreeing import agrees, lines, wished

_CLAUSE = re.compile(r"[!?;:\n]+|[.,](?!\d)|\s(?:and|but|plus|then|or|while)\s|\s[–—-]\s", re.I)
_SENTENCE = re.compile(r"[!?;\n]+|\.(?!\d)")
_OFFERS = re.compile(
    r"\b(?:i(?:['’]ll|['’]d| will| would| can| could| should| am| may| shall)|i['’]m (?:going|about)|shall i|should i"
    r"|can i|may i|could i|let me|do you want|would you like)\b",
    re.I,
)
_REPORT = re.compile(
    r"\b(?:has|have|was|were|been)\s+(?:now\s+|already\s+|successfully\s+|been\s+)*\w+(?:ed|en|lt|nt|nged)\b"
    r"|\bsuccessfully\b|\bdone\b",
    re.I,
)
_STAYS = re.compile(
    r"\b(?:keep|keeping|stays?|remains?|remaining|not|except|without|leave|other than|rather than|apart from|"
    r"don['’]t|won['’]t|isn['’]t|no)\b",
    re.I,
)

_LEFT = re.compile(
    r"\b(?:keep|keeping|leave|except|without|apart from|other than|rather than|instead of)\b"
    r"|\bnot\s+(?:the|my|that|this|those|for)\b|\b(?:stays?|remains?)\b",
    re.I,
)
_WHY = re.compile(r"\s*(?:because|since|as|cause)\b", re.I)
_QUESTION = re.compile(r"[^.!?\n]*\?")


class Offer(NamedTuple):
    """What we said, and what the customer answered to it."""

    put: str
    answer: str


def offers(turns: Sequence[Turn]) -> Iterator[Offer]:
    """Last first. What we said since the customer's last words is none yet."""
    answer: list[str] = []
    put: list[str] = []
    for turn in reversed(turns):
        if turn.ours and answer:
            put.append(turn.text)
        elif not turn.ours:
            if put:
                yield Offer("\n".join(reversed(put)), "\n".join(reversed(answer)))
                answer, put = [], []
            answer.append(turn.text)
    if answer:
        yield Offer("\n".join(reversed(put)), "\n".join(reversed(answer)))


class Talk:
    """A conversation as it bears on one act."""

    def __init__(self, spec: ActionSpec, known: KnownRecords) -> None:
        self._mine = _words_for(spec)
        others = {word for other in known.writes.values() if other.name != spec.name for word in _words_for(other)}
        self._others = tuple(sorted(others - set(self._mine)))
        self._turns = known.heard.turns

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Last first."""
        return tuple(offers(self._turns))

    @property
    def texts(self) -> Iterator[str]:
        """All that was said, by anybody."""
        return (turn.text for turn in self._turns)

    @property
    def theirs(self) -> Iterator[str]:
        """All that the customer said."""
        return (turn.text for turn in self._turns if not turn.ours)

    def about(self, text: str, record: str = "", others: Collection[str] = ()) -> list[str]:
        """The clauses that speak of this act; where none does by a word for it, those that speak of no other.

        What is told as done, and what is to stay as it is, is not put to anybody. What stands under the id of one of
        the `others`, up to that of the `record`, is told of that one.
        """
        mine: list[str] = []
        neither: list[tuple[int, str]] = []
        now, elsewhere = "", False
        pieces = [(n, clause) for n, one in enumerate(sentences(self.onwards(text))) for clause in clauses(one)]
        for sentence, clause in pieces:
            said = words(clause)
            if any(names(said, id) for id in (record, *others)):
                elsewhere = not names(said, record)
            if elsewhere:
                continue
            if mentions(said, self._mine):
                if not now:  # "take back the lamp and the mat and return the money"
                    mine = [one for place, one in neither if place == sentence]
                now = "mine"
            elif self._others and mentions(said, self._others):
                now = "other"
            if _REPORT.search(clause) or _STAYS.search(clause):
                continue
            if now == "mine":
                mine.append(clause)
            elif not now:
                neither.append((sentence, clause))
        return mine or [one for _, one in neither]

    def onwards(self, text: str) -> str:
        """From the first sentence on with a word for this act, or else one that offers something: what was told before,
        such as all that an order holds, is no offer."""
        ends = [match.end() for match in _SENTENCE.finditer(text)]
        spans = list(zip([0, *ends], [*ends, len(text)], strict=True))
        mine = next((start for start, end in spans if self.asks_for(text[start:end])), -1)
        offered = next((start for start, end in spans if _OFFERS.search(text[start:end])), 0)
        return text[mine if mine >= 0 else offered :]

    def wished(self, answer: str) -> str:
        """An answer without its questions about something else than this act."""
        return _QUESTION.sub(lambda match: match[0] if self.asks_for(match[0]) else " . ", answer)

    def asks_for(self, text: str) -> bool:
        """Whether it has a word for this act."""
        return mentions(words(text), self._mine)

    def takes_up_another(self, offer: Offer) -> bool:
        """Whether this act and another were put, and the answer asks for the other alone."""
        if not (self.asks_for(offer.put) and mentions(words(offer.put), self._others)) or adds(offer.answer):
            return False
        verbs = tuple(wished(offer.answer))
        alone = mentions(verbs, self._others) and not self.asks_for(offer.answer)
        return alone and agrees(offer.put, offer.answer)


def adds(text: str) -> bool:
    """Whether it asks for more than was spoken of before."""
    return mentions(words(text), lines("more"))


def clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()]


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def turned_down(text: str) -> list[str]:
    """The clauses that say what is to stay as it is: "keep the lamp", "not the lamp"; not why it is to go."""
    return [clause for clause in clauses(text) if _LEFT.search(clause) and not _WHY.match(clause)]


def stays(clause: str) -> bool:
    """Whether it says that nothing is done to what it names."""
    return bool(_STAYS.search(clause))


def _words_for(spec: ActionSpec) -> tuple[str, ...]:
    """The verbs of its name and title, and what people call it."""
    verbs = (spec.name.replace("_", " ").split()[0], *words(spec.title)[:1])
    return tuple(dict.fromkeys((*verbs, *spec.called)))
