"""Which task types a customer's words ask for, how surely, and with which words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cx_core.ports import Classifier, Encoder
from cx_core.records import ActionName, Polarity
from cx_core.text.segments import own_words
from cx_core.text.spans import Span
from cx_core.understand.denials import Denial, denials, without
from cx_core.understand.goal_candidates.evidence import (
    LONGEST,
    OTHER,
    GoalCandidate,
    GoalEvidence,
    MessageReading,
    Seen,
    Sight,
    candidates,
    overlap,
    sights,
)
from cx_core.understand.goal_candidates.judge import LOWER, UPPER, probability
from cx_core.understand.goal_candidates.left_over import with_left_over
from cx_core.understand.gravity import ORDINARY, Gravity, gravity_of, matter_of
from cx_core.understand.message_purpose import SURE, Purpose, PurposeJudge
from cx_core.understand.stance.conditional_orders import only_supposed, ordered_if_so
from cx_core.understand.stance.followed_advice import FollowedAdvice
from cx_core.understand.stance.goal_polarity import FAINT, MORE, WANTED, Weighed, polarity, turned_down
from cx_core.understand.stance.plain_wishes import as_request, as_wish, asks_for_sending, plainly_wishes
from cx_core.understand.stance.sought_actions import SoughtActions
from cx_core.understand.stance.sparing_refusals import SparingRefusals
from cx_core.understand.unplanned import UnplannedWishes

Floats = NDArray[np.float32]


class FoundGoal(NamedTuple):
    """A goal of one text. `quote`: "" where only the whole ticket says it; `rivals`: what its best words may as well be
    of, and all of the text is likelier about, the likeliest first."""

    task_type: str
    probability: float
    sure: bool
    quote: str
    vector: Floats
    polarity: Polarity = "wanted"
    rivals: tuple[str, ...] = ()


_EVEN = 0.4
"""Probability from which a doubtful goal beside a sure one is named: it is shown as unsure, and never planned for."""

_TOGETHER = 0.45
"""The most that a doubtful goal is given of which no clause and no sentence says enough."""

_OPEN = 0.02
"""Share of the likelihood of what was taken to be meant from which on another may be: words that name a visit leave a
parcel less than a thousandth, "could it come on Friday instead" a tenth."""

_OWN = 0.7
"""Probability of a task type from which on a clause says by itself what it is about."""

_PLAINLY = 0.75
"""Probability of a goal from which words that refuse are no refusal of it: "the cable isn't in the box"."""

_FEW = 4
"""Words of a clause below which what it refuses stands in the rest of its sentence."""


class HeardClause(NamedTuple):
    """A clause: what it does (see `speech_acts`), how surely, the task type that it is nearest to, or "", whether what
    it wants is near to none (`unplanned`), whether it refuses another thing (`sparing_refusals`), the actions that it
    asks for and rules out (`sought_actions`), all task types that it may be about, and advice that was followed."""

    span: Span
    act: str
    probability: float
    about: str
    unplanned: bool = False
    spares: bool = False
    seeks: tuple[ActionName, ...] = ()
    rules_out: tuple[ActionName, ...] = ()
    perhaps_about: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()


class HeardGoal(NamedTuple):
    """One text, read. `vectors` has one row per sentence of `parts`, `clause_vectors` one per clause."""

    goals: tuple[FoundGoal, ...]
    parts: tuple[str, ...]
    vectors: Floats
    clauses: tuple[HeardClause, ...] = ()
    purpose: Purpose = Purpose()
    gravity: Gravity = Gravity()
    clause_vectors: Floats = np.empty((0, 0), dtype=np.float32)


class GoalReader:
    """Reads texts; keeps nothing. `acts` says what words do; `spell` puts them right before they are read; `examples`
    of each task type say which words are its own; `learning` gives the vectors of texts that ship."""

    def __init__(
        self,
        encoder: Encoder,
        classifier: Classifier,
        acts: Classifier,
        purposes: PurposeJudge,
        gravity: Classifier,
        sought: SoughtActions,
        followed: FollowedAdvice,
        spell: Callable[[str], str] = str,
        examples: Mapping[str, Sequence[str]] | None = None,
        learning: Encoder | None = None,
    ) -> None:
        self._encoder, self._classifier, self._spell = encoder, classifier, spell
        self._acts, self._purposes, self._gravity = acts, purposes, gravity
        self._sought, self._followed = sought, followed
        shipped = learning or encoder
        self._unplanned, self._sparing = UnplannedWishes(shipped, classifier.labels, examples), SparingRefusals(shipped)
        self._ours = [n for n, label in enumerate(classifier.labels) if label != OTHER]

    def read(self, texts: Sequence[str]) -> tuple[HeardGoal, ...]:
        """Each text by itself. What a customer denies is left out where the rest says enough."""
        denied = [denials(text) for text in texts]
        rests = [without(text, found) for text, found in zip(texts, denied, strict=True) if found]
        seen = sights([*texts, *rests], self._readings)
        heard = [self._heard(text, sight) for text, sight in zip(texts, seen[: len(texts)], strict=True)]
        left = iter(zip(rests, seen[len(texts) :], strict=True))
        for n, found in enumerate(denied):
            if found:
                rest = self._heard(*next(left))
                heard[n] = _agreed(heard[n], rest, self._unwanted(seen[n], found))
        return tuple(heard)

    def _unwanted(self, sight: Sight, denied: Sequence[Denial]) -> set[str]:
        """The task types that are denied in plain words."""
        plain = {one.span for one in denied if one.plain}
        readings = [reading for seen in sight.sentences for reading in seen.all if reading.span in plain]
        return {self._classifier.labels[reading.top] for reading in readings}

    def together(self, texts: Sequence[str]) -> FoundGoal | None:
        """All texts as one, for a ticket whose parts alone say nothing; what is not sure is too faint to plan for."""
        whole = "\n".join(part.of(text) for text in texts for part in own_words(text)).strip()[:LONGEST]
        if not whole:
            return None
        reading = MessageReading(Span(0, len(whole)), *self._readings([whole])[0])
        sight = Sight((Seen(reading, ()),), reading)
        found = [self._found(one, "", sight) for one in self._candidates(sight)]
        one = found[0] if found and found[0].probability >= LOWER else None
        return one._replace(probability=min(one.probability, _TOGETHER)) if one and not one.sure else one

    def evidence(self, text: str) -> list[tuple[str, GoalEvidence]]:
        """Each candidate's task type with the evidence for it, for measuring and fitting the judge."""
        sight = sights([text], self._readings)[0]
        return [(self._classifier.labels[one.label], one.evidence) for one in self._candidates(sight)]

    def leaves_open(self, text: str, meant: str, other: str) -> bool:
        """Whether the other task type is near enough in words that were taken for one: they name no thing."""
        shares = self.shares([text])[0]
        return shares[other] >= _OPEN * shares[meant]

    def shares(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Of each text as a whole, the share of every task type."""
        labels = self._classifier.labels
        return [dict(zip(labels, map(float, row[0]), strict=True)) for row in self._readings(texts)]

    def _readings(self, words: Sequence[str]) -> list[tuple[Floats, Floats, Floats, Floats, Floats]]:
        spelt = [self._spell(text) for text in words]
        sense, wording = self._encoder.layers(spelt)
        both = np.hstack((sense, wording))
        rows, acts = self._classifier.classify(spelt, both), self._acts.classify(spelt, both)
        grave, ways = self._gravity.classify(spelt, both), self._sought.remedies(spelt, both)
        for n, text in enumerate(spelt):
            if plainly_wishes(text):
                acts[n], ways[n] = as_wish(acts[n], ways[n], self._acts.labels, self._sought.labels)
            elif asks_for_sending(text):
                acts[n] = as_request(acts[n], self._acts.labels)
        return list(zip(rows, sense, acts, grave, ways, strict=True))

    def _heard(self, text: str, sight: Sight) -> HeardGoal:
        kept = with_left_over(text, sight, self._candidates, self._readings)
        purpose = self._purposes.purpose(sight, text)
        found = [
            (self._found(one, _quote(text, one, kept, sight), sight), self._weighed(one.label, sight)) for one in kept
        ]
        last, ordered = self._last_refused(sight), self._ordered_if_so(text, sight)
        purpose = purpose if self._takes_back(text, sight) else purpose._replace(keep=0.0)
        found = _without_echoes(found)
        alone = sum(goal.sure for goal, _ in found) <= 1 and not _only_asked_beside_a_wish(found)
        goals = [
            goal._replace(polarity=polarity(weighed, purpose, last, goal.probability, alone=alone, ordered=ordered))
            for goal, weighed in found
            if len(found) == 1 or goal.probability >= _PLAINLY or not turned_down(weighed)
        ]
        goals = [one._replace(polarity="asked") if only_supposed(one.quote) else one for one in goals]
        parts = tuple(seen.whole.span.of(text) for seen in sight.sentences)
        rows = _stacked(seen.whole.vector for seen in sight.sentences)
        clauses, each = self._clauses(text, sight, goals), _stacked(one.vector for one in _clauses_of(sight))
        return HeardGoal(tuple(goals), parts, rows, tuple(clauses), purpose, self._grave(text, sight), each)

    def _grave(self, text: str, sight: Sight) -> Gravity:
        """By the gravest of a text's sentences, or of it all as one; where the whole is ordinary it must be graver.

        So one line that sounds grave in an otherwise ordinary mail needs to be plain.
        """
        readings = [*(seen.whole for seen in sight.sentences), *filter(None, [sight.whole])]
        if not readings:
            return Gravity()
        labels = self._gravity.labels
        ordinary = labels.index(ORDINARY)
        worst = min(readings, key=lambda reading: float(reading.grave[ordinary]))
        whole = sight.whole or worst
        matter = matter_of(worst.grave, [reading.grave for reading in readings], labels)
        found = gravity_of(1 - float(worst.grave[ordinary]), 1 - float(whole.grave[ordinary]), len(readings))
        return Gravity(found, matter, worst.span.of(text).strip())

    def _clauses(self, text: str, sight: Sight, goals: Sequence[FoundGoal]) -> Iterator[HeardClause]:
        """Each clause, or the sentence that is one; `goals`: of this text."""
        certain = any(goal.sure for goal in goals)
        found = [self._classifier.labels.index(goal.task_type) for goal in goals if goal.sure or not certain]
        for seen in sight.sentences:
            for reading in seen.clauses or (seen.whole,):
                act = int(reading.acts.argmax())
                name, does = self._classifier.labels[reading.top], self._acts.labels[act]
                far = self._unplanned.has(reading, reading.span.of(text), does, self._ours, found)
                spares = does == "refuses" and self._spares(reading, seen.whole, text)
                seeks, out = self._sought.of(reading.vector, reading.remedies, does)
                done = self._followed.of(reading.vector, does)
                near = self._perhaps_about(reading, seen.whole)
                yield HeardClause(
                    reading.span, does, float(reading.acts[act]), name, far, spares, seeks, out, near, done
                )

    def _perhaps_about(self, clause: MessageReading, sentence: MessageReading) -> tuple[str, ...]:
        """By its own words; where these say nothing plainly, by its sentence as well."""
        plain = float(clause.row[self._ours].max()) >= _OWN
        rows = [clause.row] if plain else [clause.row, sentence.row]
        return tuple(self._classifier.labels[n] for n in self._ours if max(row[n] for row in rows) >= FAINT)

    def _candidates(self, sight: Sight) -> list[GoalCandidate]:
        return candidates(sight, self._classifier.labels, self._acts.labels)

    def _found(self, one: GoalCandidate, quote: str, sight: Sight) -> FoundGoal:
        likely = probability(one.evidence)
        name = self._classifier.labels[one.label]
        return FoundGoal(name, likely, likely >= UPPER, quote, one.best.vector, rivals=self._rivals(one, sight))

    def _rivals(self, one: GoalCandidate, sight: Sight) -> tuple[str, ...]:
        """The likeliest of them first."""
        if sight.whole is None:
            return ()
        own, whole = one.best.row, sight.whole.row
        rivals = [n for n in self._ours if own[n] >= _OPEN * own[one.label] and whole[n] > whole[one.label]]
        return tuple(self._classifier.labels[n] for n in sorted(rivals, key=lambda n: -float(whole[n])))

    def _weighed(self, label: int, sight: Sight) -> Weighed:
        readings = _clauses_of(sight)
        share = np.array([[float(one.row[label] * act) for act in one.acts] for one in readings])
        names = self._acts.labels
        wants = int(share[:, names.index("wants")].argmax())
        return Weighed(dict(zip(names, map(float, share.max(axis=0)), strict=True)), readings[wants].span.start)

    def _last_refused(self, sight: Sight) -> int:
        """Where the last clause that plainly refuses begins; before all words where none does."""
        refuses = self._acts.labels.index("refuses")
        return max((one.span.start for one in _clauses_of(sight) if one.acts[refuses] >= SURE), default=-1)

    def _takes_back(self, text: str, sight: Sight) -> bool:
        """Whether what refuses may be about the wish itself: all of it does not only spare another thing."""
        refuses = self._acts.labels.index("refuses")
        found = [
            self._spares(one, seen.whole, text)
            for seen in sight.sentences
            for one in (seen.clauses or (seen.whole,))
            if int(one.acts.argmax()) == refuses
        ]
        return not found or not all(found)

    def _spares(self, clause: MessageReading, sentence: MessageReading, text: str) -> bool:
        """A clause of few words is told by its sentence as well: "the oak bed is in daily use, hands off"."""
        if self._sparing.has(clause.vector):
            return True
        return len(clause.span.of(text).split()) < _FEW and self._sparing.has(sentence.vector)

    def _ordered_if_so(self, text: str, sight: Sight) -> bool:
        wants = self._acts.labels.index("wants")
        return any(ordered_if_so(one.span.of(text), float(one.acts[wants])) for one in _clauses_of(sight))


def _agreed(heard: HeardGoal, rest: HeardGoal, unwanted: Collection[str]) -> HeardGoal:
    """The goals of the rest if one is sure; else all, but of what is not wanted none is sure."""
    if any(goal.sure for goal in rest.goals):
        return heard._replace(goals=rest.goals)
    doubted = [goal._replace(sure=goal.sure and goal.task_type not in unwanted) for goal in heard.goals]
    return heard._replace(goals=tuple(doubted))


def _stacked(vectors: Iterable[Floats]) -> Floats:
    given = list(vectors)
    return np.stack(given) if given else np.empty((0, 0), dtype=np.float32)


def _clauses_of(sight: Sight) -> list[MessageReading]:
    return [one for seen in sight.sentences for one in (seen.clauses or (seen.whole,))]


def _without_echoes(found: list[tuple[FoundGoal, Weighed]]) -> list[tuple[FoundGoal, Weighed]]:
    """Leave out what is too faint beside a sure goal; its words are read all the same."""
    if not any(goal.sure for goal, _ in found):
        return found
    return [(goal, weighed) for goal, weighed in found if goal.sure or goal.probability >= _EVEN]


def _only_asked_beside_a_wish(found: Sequence[tuple[FoundGoal, Weighed]]) -> bool:
    """Whether a sure goal is asked about in plain words and what is wanted is another one: "put me on the bigger plan,
    and remind me what I used"."""
    return any(
        goal.sure
        and weighed.does["asks"] >= WANTED
        and weighed.does["asks"] >= MORE * weighed.does["wants"]
        and any(other.does["wants"] >= WANTED for one, other in found if one is not goal)
        for goal, weighed in found
    )


def _quote(text: str, one: GoalCandidate, kept: Sequence[GoalCandidate], sight: Sight) -> str:
    """The best words, with the rest of their sentence and those beside it as far as they say the same and
    are no other goal's."""
    others = [other.best.span for other in kept if other is not one]

    def free(at: int) -> bool:
        whole = sight.sentences[at].whole
        return whole.top == one.label and not any(overlap(whole.span, span) for span in others)

    first = last = one.sentence
    if not free(first):
        return one.best.span.of(text)
    while first > 0 and free(first - 1):
        first -= 1
    while last < len(sight.sentences) - 1 and free(last + 1):
        last += 1
    return text[sight.sentences[first].whole.span.start : sight.sentences[last].whole.span.end]
