"""Whether published words answer a message as asked, and all of it: nothing else is good enough to leave by itself.

That a passage is near in meaning is not enough: it must speak of everything that carries meaning in the question, in a
few sentences side by side, and hold the kind of answer that is asked for. Where two articles say different things, or
a person still has to look at what an article says, nothing is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Article
from cx_core.records import ArticleId, Message, Passage, PublicAnswer, Triage
from cx_core.search.answer_kinds import figures, fits
from cx_core.search.question_reading import QuestionPart, Terms, read
from cx_core.search.unread_sentences import overlooked
from cx_core.text.segments import sentence_texts
from cx_core.text.wording import without_tables

ENGLISH = "en"
NEAR = 0.35
"""Cosine of question and passage below which words that agree agree by chance; chosen on
bench/level1/questions.yaml, as are the numbers below."""
LIKE, LIKE_ONE = 0.55, 0.65
"""Cosine of question and answering sentences, with or without their heading, below which they do not answer; the
second where only one word of the question carries anything."""
LEAD = 0.03
"""So much nearer to the question than the answer, a sentence elsewhere says that the answer is not there."""
FIRST = 3
"""The answer is among so many passages that the index puts first; where one word alone carries anything, it is the
first."""
SENTENCES = 3
"""So many side by side hold an answer."""
ALIKE, BEHIND = 0.5, 0.2
"""Another article speaks of the same from this share of what the question carries, and where its sentence is no
farther from the question than this; then it must not say otherwise."""
NEARER = "another passage is nearer to the question, and does not speak of everything that is asked"
UNREAD = "what else is published about it could not be read"
SHORT = 320
"""Characters of a section that is sent whole: cutting would only take away what qualifies it."""

_REPLIED = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|wg)\s*:)+", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])")
_LEANS = re.compile(
    r"^(?:it|they|them|this|that|these|those|he|she|then|there|below|above|after that|before that|otherwise|but"
    r"|however|if not|if it|in that case|both|also|so|because|with(?:out)? (?:it|this)|each|the same|where it)\b",
    re.I,
)
_FIGURES = re.compile(r"\d|@")
"""What names a thing of somebody's: a weekday or "next month" does not."""


class Answers(NamedTuple):
    """The answers, or in words why there are none."""

    answers: tuple[PublicAnswer, ...] = ()
    why_not: str = ""


class Sought(NamedTuple):
    """Passages for a question, best first, and how likely one of them answers."""

    passages: tuple[Passage, ...]
    answered: float


Articles = Mapping[ArticleId, Article]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Seek = Callable[[str], Sought]
"""Published, customer-facing passages that hold today, by a question's words."""
Against = Callable[[PublicAnswer, Collection[ArticleId]], str]
"""What speaks against an answer, in words; empty: nothing. With the articles that speak of much the same."""


class Answerer:
    """Keeps nothing of a ticket; threads may share one."""

    def __init__(self, encode: Encode, terms: Terms, same: Iterable[Sequence[str]], likely: float) -> None:
        """`encode` gives vectors of unit length, `terms` stems, `same` groups of words that mean the same.

        What the index takes for less than `likely` to be answered is not.
        """
        self._encode = encode
        self._terms = terms
        self._likely = likely
        self._meanings: dict[str, set[int]] = {}
        self._phrases: list[tuple[tuple[str, ...], int]] = []
        for number, group in enumerate(same):
            for words in group:
                stems = tuple(terms(words))
                if len(stems) == 1:
                    self._meanings.setdefault(stems[0], set()).add(number)
                elif stems:
                    self._phrases.append((stems, number))

    def answer(
        self, said: Sequence[str], seek: Seek, articles: Articles, against: Against = lambda _answer, _near: ""
    ) -> Answers:
        """To a message of these sentences. What speaks `against` an answer keeps it back."""
        asked = [one for one in (read(text, self._terms) for text in said) if one.carries or one.own]
        questions = [one for one in asked if one.question and one.carries]
        if not questions:
            return Answers(why_not="nothing is asked that an article could answer")
        if any(one.own for one in asked):
            return Answers(why_not="it is about the customer's own matter, or asks for something to be done")
        found: list[PublicAnswer] = []
        spoken: set[str] = set()
        for question in questions:
            around = [one.text for one in asked if not one.question] if len(questions) == 1 else []
            whole = " ".join([*around, question.text])
            sought = seek(whole)
            best = self._best(question, whole, sought, articles)
            if isinstance(best, str):
                return Answers(why_not=best)
            beside = seek(best.answer.text).passages
            why = self._elsewhere(question, whole, best, (*sought.passages, *beside), articles) if beside else UNREAD
            if why := why or against(best.answer, {one.article for one in beside}):
                return Answers(why_not=why)
            found.append(best.answer)
            spoken |= best.words
        unsaid = [one.text for one in asked if not one.question and self._missing(one.carries, spoken)]
        if unsaid:
            return Answers(why_not=f"the article says nothing of “{unsaid[0].strip()[:80]}”")
        return Answers(tuple({(one.article, one.span): one for one in found}.values()))

    def _best(self, asked: QuestionPart, whole: str, sought: Sought, articles: Articles) -> _Held | str:
        """What answers one question; else why nothing does. `whole`: the question with what is said around it."""
        if not sought.passages or sought.answered < self._likely:
            return "no article answers it"
        first = sought.passages[: FIRST if len(asked.carries) > 1 else 1]
        near = [one for one in sought.passages if one.score >= NEAR and one.article in articles]
        said = self._said(whole, near)
        asks = self._heading_that_asks(asked, whole, near)
        holding = [
            held
            for one in near
            if one in first
            for held in self._held(asked, one, articles[one.article], about_it=asks is not None and asks.over(one))
        ]
        if not holding:
            return "no published passage speaks of everything that is asked"
        vectors = self._encode([whole, *(held.window for held in holding), *(held.headed for held in holding)])
        own = np.maximum(*np.split(vectors[1:] @ vectors[0], 2))
        likeness = np.maximum(own, [asks.likeness if asks and held.about_it else -1.0 for held in holding])
        at = max(range(len(holding)), key=lambda n: (likeness[n], own[n]))
        best = holding[at]
        if likeness[at] < (LIKE if len(asked.carries) > 1 else LIKE_ONE):
            return "no published passage is near enough to what is asked"
        if any(one.likeness > likeness[at] + LEAD and one.passage.heading != best.answer.heading for one in said):
            return NEARER
        return best._replace(likeness=float(likeness[at]))

    def _heading_that_asks(self, asked: QuestionPart, whole: str, near: Sequence[Passage]) -> _Heading | None:
        """The heading that says just what is asked, of two things or more, and is nearer to the question than every
        other heading and title."""
        named = [(one.article, words) for one in near for words in (one.heading, one.title) if words]
        if len(asked.carries) < 2 or not any(self._says_just(words, asked) for _, words in named):
            return None
        vectors = self._encode([whole, *(words for _, words in named)])
        likeness = vectors[1:] @ vectors[0]
        at = int(np.argmax(likeness))
        return _Heading(*named[at], float(likeness[at])) if self._says_just(named[at][1], asked) else None

    def _says_just(self, words: str, asked: QuestionPart) -> bool:
        beyond = self._missing(read(words, self._terms).carries, self._spoken(asked.text))
        return not beyond and not self._missing(asked.carries, self._spoken(words))

    def _elsewhere(
        self, asked: QuestionPart, whole: str, best: _Held, passages: Iterable[Passage], articles: Articles
    ) -> str:
        """What any sentence of these passages has against the answer, weighed as the answer is: with its heading, or
        without. Who asks and who wrote the answer use other words, so what is like the one may be unlike the other."""
        served = {(one.article, one.text): one for one in passages if one.article in articles}
        for one in self._said(whole, tuple(served.values())):
            if one.sentence == one.passage.heading:
                continue
            if one.likeness > best.likeness + LEAD and one.passage.heading != best.answer.heading:
                return NEARER
            if one.passage.article == best.answer.article or one.headed < best.likeness - BEHIND:
                continue
            if self._otherwise(asked, best, one):
                return f"“{best.answer.title}” and “{one.passage.title}” say different things"
        return ""

    def _said(self, whole: str, near: Sequence[Passage]) -> list[_Said]:
        """Every sentence and heading of these passages, with how near it is to the question."""
        told = [(one, text[a:b]) for one in near for text in [one.text.strip()] for a, b in _pieces(text)]
        told += [(one, one.heading) for one in near if one.heading]
        if not told:
            return []
        headed = [f"{one.heading}. {sentence}" for one, sentence in told]
        vectors = self._encode([whole, *(sentence for _, sentence in told), *headed])
        plain, under = np.split(vectors[1:] @ vectors[0], 2)
        return [
            _Said(one, sentence, float(like), float(max(like, more)))
            for (one, sentence), like, more in zip(told, plain, under, strict=True)
        ]

    def _held(self, asked: QuestionPart, passage: Passage, article: Article, *, about_it: bool) -> Iterator[_Held]:
        """Sentences side by side that answer, with enough around them to be understood. `about_it`: their heading says
        just what is asked, so that the first of them need not say it again."""
        text = passage.text.strip()
        start = article.text.find(text)
        if start < 0 or without_tables(text) != text:  # published words leave as they stand, and nobody writes tables
            return
        about, everything = self._spoken(f"{passage.title}. {passage.heading}"), self._spoken(text)
        if self._missing(asked.carries, about | everything):
            return
        pieces = _pieces(text)
        for size in range(1, SENTENCES + 1):
            for first in range(len(pieces) - size + 1):
                window = text[pieces[first][0] : pieces[first + size - 1][1]]
                here = self._spoken(window)
                if self._missing(asked.carries, about | here):
                    continue
                if not ((about_it and first == 0) or self._shared(asked.carries, here)):
                    continue
                if not fits(asked.wants, window) or self._missing(asked.measured, here):
                    continue
                span = _whole(text, pieces, first, first + size - 1)
                answer = PublicAnswer(
                    question=asked.text.strip(),
                    article=passage.article,
                    number=article.number,
                    version=article.version,
                    title=article.title,
                    heading=passage.heading,
                    span=(start + span[0], start + span[1]),
                    text=text[span[0] : span[1]],
                    probability=round(max(0.0, float(passage.score)), 4),
                )
                headed = f"{passage.heading}. {window}"
                yield _Held(answer, frozenset(about | everything), window, headed, about_it)

    def _otherwise(self, asked: QuestionPart, best: _Held, other: _Said) -> bool:
        """Whether another article speaks of much the same, with figures of the kind asked for that are all others."""
        mine, theirs = figures(asked.wants, best.window), figures(asked.wants, other.sentence)
        if not mine or not theirs or theirs & mine:
            return False
        spoken = self._spoken(f"{other.passage.title}. {other.passage.heading}. {other.sentence}")
        share = 1 - len(self._missing(asked.carries, spoken)) / len(asked.carries)
        return share >= ALIKE

    def _spoken(self, text: str) -> set[str]:
        """The stems of a text, with a mark for each group of words of the same meaning."""
        stems = list(self._terms(text))
        marks = {f"={number}" for stem in stems for number in self._meanings.get(stem, ())}
        joined = f" {' '.join(stems)} "
        marks |= {f"={number}" for phrase, number in self._phrases if f" {' '.join(phrase)} " in joined}
        return {*stems, *marks}

    def _missing(self, carries: Sequence[str], spoken: Iterable[str]) -> list[str]:
        """What the question carries and the text does not speak of."""
        there = set(spoken)
        return [
            stem
            for stem in carries
            if stem not in there and not any(f"={number}" in there for number in self._meanings.get(stem, ()))
        ]

    def _shared(self, carries: Sequence[str], spoken: set[str]) -> bool:
        return len(self._missing(carries, spoken)) < len(carries)


class Answering:
    """The same for a ticket, on the articles as they are served now."""

    def __init__(
        self,
        answerer: Answerer,
        seek: Callable[[str, str], Sought],
        articles: Callable[[], Articles],
        against: Against,
    ) -> None:
        """`seek` finds passages by words and language."""
        self._answerer, self._seek, self._articles, self._against = answerer, seek, articles, against

    def of(self, subject: str, messages: Sequence[Message], triage: Triage) -> Answers:
        """To what the customer has written since they were last answered. Raises SystemTrouble."""
        if triage.language != ENGLISH:
            return Answers(why_not="what is asked is read closely enough in English only")
        named = next((one for one in triage.entities if one.kind != "product" and _FIGURES.search(one.text)), None)
        if named is not None:
            return Answers(why_not=f"it names {named.text}, which no article knows of")
        if any(overlooked(message.text) for message in messages):
            return Answers(why_not="not everything that the customer wrote was read, and more may be asked there")
        said = [text for message in messages for text in sentence_texts(message.text)]
        first = _REPLIED.sub("", subject).strip()
        if first and first.casefold() not in " ".join(said).casefold():
            said.insert(0, first)
        return self._answerer.answer(
            said, lambda words: self._seek(words, triage.language), self._articles(), self._against
        )


class _Heading(NamedTuple):
    """Of an article, and the cosine of it and the question."""

    article: ArticleId
    words: str
    likeness: float

    def over(self, passage: Passage) -> bool:
        """Whether the passage stands below it."""
        return (passage.article, passage.heading) == (self.article, self.words)


class _Held(NamedTuple):
    """Sentences that answer; `words`: the stems of all their section. `headed`: with its heading, which says just what
    is asked where they are `about_it`."""

    answer: PublicAnswer
    words: frozenset[str]
    window: str
    headed: str
    about_it: bool
    likeness: float = 0.0


class _Said(NamedTuple):
    """A sentence of a passage, and the cosine of it and the question;
    `headed`: or with its heading, if that is more."""

    passage: Passage
    sentence: str
    likeness: float
    headed: float


def _pieces(text: str) -> list[tuple[int, int]]:
    """Sentences by their places."""
    cuts = [0, *(found.end() for found in _SENTENCE.finditer(text)), len(text)]
    return [(a, a + len(text[a:b].rstrip())) for a, b in pairwise(cuts) if text[a:b].strip()]


def _whole(text: str, pieces: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """The place of these sentences with those that they lean on, and those that lean on them; a short text whole."""
    if len(text) <= SHORT:
        return 0, len(text)
    while first > 0 and _LEANS.match(text[pieces[first][0] : pieces[first][1]]):
        first -= 1
    while last + 1 < len(pieces) and _LEANS.match(text[pieces[last + 1][0] : pieces[last + 1][1]]):
        last += 1
    return pieces[first][0], pieces[last][1]
