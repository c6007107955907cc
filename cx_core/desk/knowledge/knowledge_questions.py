"""Asking the knowledge, as a customer would be answered from it; and test questions, asked again after every change."""

from __future__ import annotations

import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from cx_core.catalogue import Article
from cx_core.desk.service import EDITORS, EVERYBODY, Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.knowledge_base.health.word_stems import STOP
from cx_core.knowledge_base.questions import PLACES, FoundPassage, Placed, QuestionResult, TestQuestion, Trial
from cx_core.ports import Encoder, Index
from cx_core.ports.language import Searcher
from cx_core.records import ArticleId, Message, MessageId, Passage, Person, TicketId
from cx_core.views import Refusal
from cx_core.workflows.proposal_inputs import ProposalInputs

LONGEST = 2000
SHOWN = 8
"""Passages shown for a question."""

NOBODY = "nobody@rung.invalid"
"""Who asks: no customer, so that nothing of anybody's account comes in."""

_STARTING = Refusal(code="later", text="The copilot is starting. Ask again in a moment.")
_WORD = re.compile(r"[^\W_]{4,}")


class QuestionService(Service):
    """Everybody may ask; editors and administrators keep the test questions."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._came_out = CameOut()

    def ask_knowledge(self, person: Person, question: str) -> QuestionResult | Refusal:
        """What is found for it, in order, and the draft that a customer's message of these words would get."""
        allow(person, *EVERYBODY)
        text = " ".join(question.split())[:LONGEST]
        if len(text) < 3:
            return Refusal(code="empty", text="Write the question as a customer would.")
        meaning = self._meaning()
        if meaning is None:
            return _STARTING
        encoder, index = meaning
        today = self._knowledge.company.today(self._clock())
        try:
            vector = encoder.encode([text])[0]
            found = index.search(text, vector, most=SHOWN, internal=True, language=None, today=today)
            made = self._journey().propose(self._asked_case(text))
        except SystemTrouble as trouble:
            return _in_trouble(trouble)
        told = made.reply.citations if made.reply else ()
        cited = [one.ref.removeprefix("article/") for one in told if one.ref.startswith("article/")]
        return QuestionResult(
            question=text,
            answered=found.answered,
            trouble=found.trouble,
            found=tuple(FoundPassage(passage=one, shared=_shared(text, one)) for one in found.passages),
            draft=made.reply.text if made.reply else "",
            cited=tuple(ArticleId(id) for id in dict.fromkeys(cited)),
            route=made.route,
            why=made.why,
        )

    def _asked_case(self, text: str) -> ProposalInputs:
        ticket, now = TicketId("asked"), self._clock()
        message = Message(id=MessageId("asked/0"), ticket=ticket, sender="customer", text=text, at=now)
        return ProposalInputs(ticket, "", (message,), NOBODY, 0, "web")

    # --- test questions ---------------------------------------------------------------------

    def test_questions(self, person: Person) -> tuple[TestQuestion, ...]:
        allow(person, *EDITORS)
        with self._store.look() as unit:
            return unit.articles.test_questions()

    def keep_question(
        self, person: Person, folder: str, text: str, article: ArticleId | None
    ) -> TestQuestion | Refusal:
        """Save a question with the article that answers it; None: nothing here should."""
        allow(person, *EDITORS)
        folder, text = " ".join(folder.split())[:80], " ".join(text.split())[:500]
        if not folder or len(text) < 3:
            return Refusal(code="empty", text="Give the question, and a folder to keep it in.")
        if article is not None and article not in self._shelf.articles():
            return Refusal(code="stale", text="That article is not published. Publish it first, or choose another.")
        made = TestQuestion(
            id=uuid.uuid4().hex, folder=folder, text=text, article=article, made_by=person.id, made_at=self._clock()
        )
        with self._store.begin() as unit:
            if any(
                (one.folder, one.text.casefold()) == (folder, text.casefold()) for one in unit.articles.test_questions()
            ):
                return Refusal(code="already", text="That question is in this folder already.")
            unit.articles.put_test_question(made)
            unit.record("test_question_kept", actor=person.id, payload=made.model_dump(mode="json"))
        return made

    def drop_question(self, person: Person, id: str) -> None:
        allow(person, *EDITORS)
        with self._store.begin() as unit:
            unit.articles.drop_test_question(id)
            unit.record("test_question_dropped", actor=person.id, payload={"id": id})

    def run_questions(self, person: Person) -> tuple[Placed, ...] | Refusal:
        """Every test question, asked of what is published now."""
        questions, meaning = self.test_questions(person), self._meaning()
        if meaning is None:
            return _STARTING
        encoder, index = meaning
        try:
            return self._placed(questions, encoder, lambda: index, self._state_of(index))
        except SystemTrouble as trouble:
            return _in_trouble(trouble)

    def try_version(self, person: Person, id: ArticleId) -> Trial | Refusal:
        """Every test question as it comes out now, and as it would with the latest version of this one published."""
        questions, meaning = self.test_questions(person), self._meaning()
        with self._store.look() as unit:
            entry = unit.articles.get(id)
        if entry is None:
            return Refusal(code="stale", text="There is no such article any more. Look again.")
        if meaning is None:
            return _STARTING
        encoder, index = meaning
        version = self._shelf.version
        articles: Mapping[ArticleId, Article] = {**self._shelf.articles(), id: entry.latest.seen()}
        try:
            now = self._placed(questions, encoder, lambda: index, self._state_of(index))
            then = self._placed(
                questions,
                encoder,
                lambda: index.beside(articles.values()),
                lambda: f"{self._shelf.version} {id} {entry.latest.version}" if self._shelf.version == version else "",
            )
            return Trial(now=now, then=then)
        except SystemTrouble as trouble:
            return _in_trouble(trouble)

    def _placed(
        self,
        questions: Sequence[TestQuestion],
        encoder: Encoder,
        among: Callable[[], Searcher],
        state: Callable[[], str],
    ) -> tuple[Placed, ...]:
        """As they came out before, while `state` says that what is searched is the same; else they are asked now."""
        today, searched = self._knowledge.company.today(self._clock()), state()
        kept = self._came_out.of(f"{searched} {today}") if searched else {}
        new = [one for one in questions if one not in kept]
        if not new:
            return tuple(kept[one] for one in questions)
        found = self._asked_now(new, encoder, among(), today)
        if searched and state() == searched:
            self._came_out.keep(f"{searched} {today}", {one.question: one for one, sure in found if sure})
        placed = {**kept, **{one.question: one for one, _ in found}}
        return tuple(placed[one] for one in questions)

    def _asked_now(
        self, questions: Sequence[TestQuestion], encoder: Encoder, index: Searcher, today: date
    ) -> list[tuple[Placed, bool]]:
        """How each comes out, and whether all that finds was there."""
        placed = []
        for question in questions:
            vector = encoder.encode([question.text])[0]
            found = index.search(question.text, vector, most=3 * PLACES, internal=True, language=None, today=today)
            order = list(dict.fromkeys(one.article for one in found.passages))[:PLACES]
            place = order.index(question.article) + 1 if question.article in order else None
            first = found.passages[0].title if found.passages else ""
            one = Placed(question=question, place=place, first=first, answered=found.answered)
            placed.append((one, not found.trouble))
        return placed

    @staticmethod
    def _state_of(index: Index) -> Callable[[], str]:
        return lambda: index.state


class CameOut:
    """How test questions came out lately, by what was searched: a page is drawn again far more often than that changes.

    Several threads may share one.
    """

    MOST = 8

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Mapping[TestQuestion, Placed]] = OrderedDict()

    def of(self, state: str) -> Mapping[TestQuestion, Placed]:
        with self._lock:
            if state in self._kept:
                self._kept.move_to_end(state)
            return self._kept.get(state, {})

    def keep(self, state: str, placed: Mapping[TestQuestion, Placed]) -> None:
        with self._lock:
            self._kept[state] = {**self._kept.get(state, {}), **placed}
            self._kept.move_to_end(state)
            while len(self._kept) > self.MOST:
                self._kept.popitem(last=False)


def _in_trouble(trouble: SystemTrouble) -> Refusal:
    return Refusal(code="later", text=f"{trouble} Ask again in a moment.")


def _shared(question: str, passage: Passage) -> tuple[str, ...]:
    there = _words([passage.title, passage.heading, passage.text])
    asked = dict.fromkeys(word.casefold() for word in _WORD.findall(question))
    return tuple(word for word in asked if word in there and word not in STOP)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))
