"""What the customer said about each goal beyond the goal itself, gathered from what the stages read it to be.

It says what counts: a day that only names the visit that is booked, and what later words took back, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cx_core.catalogue import Knowledge, TaskType
from cx_core.decide.remedies import remedies_said
from cx_core.decide.situation import WISHED_START, label
from cx_core.records import DetailKind, Goal, GoalDetail, Lookup, MessageId, SpeechAct, TimeWish
from cx_core.search.fitting_times import Booked, booked_on, counting, day_of, in_force
from cx_core.search.goal_words import said_of, times_of
from cx_core.search.meant_items import mentioned
from cx_core.text.time_words import time_phrases
from cx_core.text.wording import say
from cx_core.understand.open_question import own_text
from cx_core.workflows.proposal_inputs import Understood

LONGEST = 160
"""Characters of the customer's words beside a detail."""


def goal_details(read: Understood, knowledge: Knowledge, today: date) -> tuple[GoalDetail, ...]:
    """All of it, goal by goal; then how they answered our question. Of what is only perhaps meant nothing is said
    where something is sure: it is not planned for, and the words are shown there."""
    texts = {message.id: message.text for message in read.said}
    certain = any(goal.sure for goal in read.triage.goals)
    made: list[GoalDetail] = []
    for number, goal in enumerate(read.triage.goals):
        task_type = knowledge.task_types.get(goal.task_type)
        if task_type is not None and (goal.sure or not certain):
            made += _Teller(number, read, knowledge, today, texts).details(task_type)
    return (*made, *_answer(read))


class _Teller:
    """Knows one goal, and what is said about it."""

    def __init__(
        self, number: int, read: Understood, knowledge: Knowledge, today: date, texts: Mapping[MessageId, str]
    ) -> None:
        self._number, self._triage, self._texts = number, read.triage, texts
        self._knowledge, self._today = knowledge, today
        self._goal: Goal = read.triage.goals[number]
        self._said = said_of(read.triage, self._goal, texts)
        self._lookups = [lookup for lookup in read.evidence.lookups if lookup.goal == number]

    def details(self, task_type: TaskType) -> Iterator[GoalDetail]:
        if self._goal.polarity == "kept":
            yield self._made("keeps", quote=self._clause_that("refuses"))
            return
        if self._goal.polarity == "asked":
            yield self._made("asks", self._clause_that("asks"))
        yield from self._remedies(task_type)
        yield from self._things()
        free = self._free(task_type)
        if free is not None:
            yield from self._times(free)

    def _made(
        self,
        kind: DetailKind,
        text: str = "",
        *,
        quote: str = "",
        wishes: Sequence[TimeWish] = (),
        by: str = "",
    ) -> GoalDetail:
        times = tuple(wish.place for wish in wishes)
        return GoalDetail(goal=self._number, kind=kind, text=text, quote=quote, times=times, by=by)

    def _clause_that(self, does: SpeechAct) -> str:
        """The words that most plainly do so, of those of this goal if there are any."""
        found = [one for one in self._said if one.does == does]
        own = [one for one in found if one.about == self._goal.task_type] or found
        best = max(own, key=lambda one: one.probability, default=None)
        return self._words(best.message, best.start, best.end) if best is not None else ""

    def _words(self, message: MessageId, start: int, end: int) -> str:
        return _short(self._texts.get(message, "")[start:end])

    def _remedies(self, task_type: TaskType) -> Iterator[GoalDetail]:
        """What they ask for and rule out, of all that this task type may do."""
        ours = {step.action for step in task_type.steps}
        for name, (wanted, clause) in remedies_said(self._said, self._texts, self._knowledge.actions).items():
            action = self._knowledge.actions[name]
            if name in ours and not (wanted and self._goal.polarity == "asked"):
                text = action.wish or action.called[0]
                quote = self._words(clause.message, clause.start, clause.end)
                yield self._made("wants" if wanted else "refuses", text, quote=quote)

    def _things(self) -> Iterator[GoalDetail]:
        """Which of several they named, where others were left out."""
        for lookup in self._lookups:
            if lookup.named and lookup.records and lookup.others:
                names = tuple(label(record) for record in lookup.records)
                yield self._made("about", say(names), quote=self._clause_naming(names))

    def _clause_naming(self, names: Sequence[str]) -> str:
        first = next((one for one in self._said if mentioned(names, [one], self._texts)), None)
        return self._words(first.message, first.start, first.end) if first is not None else ""

    def _free(self, task_type: TaskType) -> Lookup | None:
        """What is free to choose from by what was said about time; empty where only a first day is taken from it."""
        for lookup in self._lookups:
            every = (*lookup.records, *lookup.others)
            if any(record.customer is None and day_of(record) for record in every):
                return lookup
        places = [*(name for case in task_type.cases for name in case.when)]
        places += [place for step in task_type.steps for place in step.arguments.values()]
        return Lookup(goal=self._number, name="") if WISHED_START in places else None

    def _times(self, free: Lookup) -> Iterator[GoalDetail]:
        booked = self._booked()
        said = times_of(self._triage, self._goal, self._texts)
        own = [wish for wish in said if not wish.passing]
        every = (*free.records, *free.others)
        counted = counting(every, said, booked) or own or said
        for phrase in time_phrases(_with_fallback(counted, booked), self._today):
            yield self._made("when", phrase.text, quote=self._quoted(phrase.wishes), wishes=phrase.wishes)
        aside = times_of(self._triage.replace(times=self._triage.set_aside), self._goal, self._texts)
        for phrase in time_phrases(aside, self._today):
            quote, by = self._quoted(phrase.wishes), self._triage.set_aside_by
            yield self._made("set_aside", phrase.text, quote=quote, wishes=phrase.wishes, by=by)

    def _booked(self) -> Booked | None:
        own = (record for lookup in self._lookups for record in lookup.records if record.customer is not None)
        return next((booked for record in own if (booked := booked_on(record))), None)

    def _quoted(self, wishes: Sequence[TimeWish]) -> str:
        """The clauses in which it was said, else the words alone."""
        return _short(" … ".join(dict.fromkeys(self._clause_around(wish) for wish in wishes)))

    def _clause_around(self, wish: TimeWish) -> str:
        inside = (one for one in self._triage.said if one.message == wish.message)
        clause = next((one for one in inside if one.start <= wish.start and wish.end <= one.end), None)
        return self._words(wish.message, *((clause.start, clause.end) if clause else (wish.start, wish.end)))


def _with_fallback(wishes: Sequence[TimeWish], booked: Booked | None) -> list[TimeWish]:
    """What counts, and what is only taken where nothing else can be had."""
    first = in_force([wish for wish in wishes if not wish.fallback], booked)
    return [*first, *(wish for wish in wishes if wish.fallback)]


def _answer(read: Understood) -> Iterator[GoalDetail]:
    if read.talk.answer:
        quote = _short(own_text(read.talk.new))
        yield GoalDetail(goal=None, kind="answers", text=_short(read.talk.answer), quote=quote)


def _short(text: str) -> str:
    plain = " ".join(text.split()).rstrip(" ,;:")
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
