"""A working Triager: classifiers trained on the knowledge folder's examples, or read from where they were kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cx_core.adapters.classifier.clause_encoder import ClauseEncoder
from cx_core.adapters.classifier.language_detection import LangId
from cx_core.adapters.classifier.linear import OTHER, LabelClassifier
from cx_core.adapters.classifier.model_cache import digest, kept_array, open_classifier
from cx_core.adapters.classifier.purpose_training import taught
from cx_core.adapters.classifier.shipped_vectors import ShippedVectors
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.catalogue import Knowledge
from cx_core.ports import Clock, Encoder
from cx_core.prompt_injection.disguise import weighable
from cx_core.prompt_injection.document_screening import DocumentScreen, document_examples
from cx_core.prompt_injection.illegible import illegible
from cx_core.prompt_injection.screening import Screen
from cx_core.prompt_injection.weighing import PLAIN, PLANTED, Scale, examples, sentences_of
from cx_core.text.shorthand import written_out
from cx_core.text.spelling import Speller
from cx_core.understand import gravity, message_purpose, speech_acts
from cx_core.understand.goals import GoalReader
from cx_core.understand.language import language
from cx_core.understand.message_purpose import PurposeJudge
from cx_core.understand.references import unreferenced
from cx_core.understand.stance.followed_advice import FollowedAdvice
from cx_core.understand.stance.sought_actions import SoughtActions, remedy_examples
from cx_core.understand.times.time_senses import TimeSenses, put_right, time_examples
from cx_core.understand.triage import Triager

_PLAIN = 0.5
"""Probability of every other label below which a task type's example is taken for a matter-of-fact one."""

_PLAIN_PER_EXAMPLE = 1
"""How many of those are added for each example that the label has already; more would drown the other labels."""


_GRAVE = 0.7
"""Probability from which an example of the business's own is too grave to be taught as ordinary."""


_HOSTILE = 0.5
"""Probability from which a sentence that is no matter of ours is taken for an order, and teaches nothing plain."""


_NEAR_PLANTED = 8.0
"""The nearest example says more of planted orders than of goals: with 4, more clean texts are set apart."""


Few = Callable[[Mapping[str, Sequence[str]]], Mapping[str, Sequence[str]]]
"""Which of the examples are learnt from: `dict` for all of them, or `thinned`."""

_EVERY, _ENOUGH = 5, 30
"""Every so manyth example is learnt from when it must go fast, and of each label so many at least, where there are."""


def thinned(examples: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """A fifth of the examples, evenly taken, so that a new installation reads within a minute or two."""
    steps = {label: max(1, min(_EVERY, len(texts) // _ENOUGH)) for label, texts in examples.items()}
    return {label: list(texts)[:: steps[label]] for label, texts in examples.items()}


def _told(knowledge: Knowledge, few: Few) -> Knowledge:
    """The knowledge with the examples that are learnt from."""
    kept = few({str(name): one.examples for name, one in knowledge.task_types.items()})
    task_types = {name: one.replace(examples=tuple(kept[str(name)])) for name, one in knowledge.task_types.items()}
    return knowledge.replace(task_types=task_types, other=tuple(few({OTHER: knowledge.other})[OTHER]))


class NotLearnt(Exception):
    """What reads messages is not on disk, or not for these examples."""


class Untaught:
    """Implements ports.Encoder, for `learning`: whatever would have to be learnt first raises NotLearnt."""

    def __init__(self, encoder: Encoder) -> None:
        self.version = encoder.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise NotLearnt

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        raise NotLearnt


def open_triage(
    knowledge: Knowledge,
    encoder: Encoder,
    data_dir: Path,
    clock: Clock,
    learning: Encoder | None = None,
    few: Few = dict,
) -> tuple[Triager, str]:
    """The triage stage, and the version of its classifiers for the audit. `learning`: see `remembering`.

    The first time with new examples takes four or five minutes: they are encoded and fitted, and the weights kept in
    `data_dir/classifiers`; with `thinned` for `few` about one. Raises SystemTrouble when the encoder cannot be loaded.
    """
    folder = data_dir / "classifiers"
    spell = reading_of(speller_for(knowledge, encoder))
    read = cache(spell)  # of examples, which are learnt from several times
    told = _told(knowledge, few)
    examples = goal_examples(told, read)
    once = learning or remembering(encoder)
    goals = open_classifier(folder, "goals", examples, once, layers=True)
    sentiment = mood_classifier(told, "sentiment", once, folder, read)
    urgency = mood_classifier(told, "urgency", once, folder, read)
    acts = open_classifier(
        folder, "speech-acts", _spelt(few(speech_acts.examples()), read), once, foreign=False, layers=True
    )
    purposes = few(message_purpose.examples())
    learnt_from = digest(purposes, f"{encoder.version}|{acts.version}|senses")
    weights_of_purpose = kept_array(folder, "purposes", learnt_from, lambda: taught(purposes, acts, once, read))
    grave = gravity_classifier(told, once, folder, read, few)
    remedies = open_classifier(
        folder, "remedies", _spelt(few(remedy_examples()), read), once, foreign=False, layers=True
    )
    times = times_classifier(once, folder, read, few)
    named = (goals, sentiment, urgency, acts, grave, remedies, times)
    version = hashlib.sha256("|".join((*(one.version for one in named), learnt_from)).encode()).hexdigest()[:12]
    purpose = PurposeJudge(weights_of_purpose)
    standing = ShippedVectors(encoder, folder)
    sought = SoughtActions(standing, knowledge.actions, remedies)
    own = {str(name): task_type.examples for name, task_type in knowledge.task_types.items()}
    followed = FollowedAdvice(standing, knowledge.task_types.values())
    reader = GoalReader(encoder, goals, acts, purpose, grave, sought, followed, _written(spell), own, standing)
    senses = TimeSenses(encoder, times, _written(spell))
    return Triager(knowledge, encoder, reader, sentiment, urgency, LangId(), clock, senses), version


def open_times(knowledge: Knowledge, encoder: Encoder, data_dir: Path) -> TimeSenses:
    """What reads times by their sense, by itself."""
    spell = reading_of(speller_for(knowledge, encoder))
    classifier = times_classifier(remembering(encoder), data_dir / "classifiers", cache(spell))
    return TimeSenses(encoder, classifier, _written(spell))


def open_screen(
    knowledge: Knowledge, encoder: Encoder, data_dir: Path, learning: Encoder | None = None, few: Few = dict
) -> Screen:
    """What sets planted orders apart. The task types' examples are plain texts of its classifier.

    So are the sentences that are no matter of ours, but for those that a first classifier takes for orders: people
    collect there whatever they do not serve, attacks among it. `learning`, `few`: as for `open_triage`.
    """
    folder, once = data_dir / "classifiers", learning or remembering(encoder)
    learnt, told = _orders(few), _told(knowledge, few)
    spell = cache(reading_of(speller_for(knowledge, encoder)))  # as the goals' examples, so that each is encoded once
    learnt[PLAIN] += [spell(text) for task_type in told.task_types.values() for text in task_type.examples]
    others = [spell(text) for text in told.other]
    open_planted = partial(open_classifier, folder, foreign=False, layers=True, neighbour=_NEAR_PLANTED)

    def chosen() -> Mapping[str, Sequence[str]]:
        first = open_planted(name="planted-given", examples=learnt, encoder=once)
        found = first.classify(others, np.hstack(once.layers(others)))
        hostile = found[:, first.labels.index(PLANTED)] >= _HOSTILE
        return {**learnt, PLAIN: [*learnt[PLAIN], *compress(others, ~hostile)]}

    given = {**learnt, "none of ours": others}
    classifier = open_planted(name="planted", examples=given, encoder=once, chosen=chosen)
    articles = _document_classifier(told, once, folder, few)
    return Screen(Scale(encoder, classifier), DocumentScreen(encoder, articles), illegible_to(knowledge, encoder))


def illegible_to(knowledge: Knowledge, encoder: Encoder) -> Callable[[str], tuple[str, ...]]:
    """What names the passages that are in no language this business serves."""
    served, detector = knowledge.company.languages, LangId()
    knows = speller_for(knowledge, encoder).knows if served == ("en",) else None  # the words it lists are English
    return lambda text: illegible(text, knows, lambda unit: language(unit, served, detector) not in served)


def open_document_screen(
    knowledge: Knowledge, encoder: Encoder, data_dir: Path, learning: Encoder | None = None
) -> DocumentScreen:
    """What finds planted orders in documents."""
    folder = data_dir / "classifiers"
    return DocumentScreen(encoder, _document_classifier(knowledge, learning or remembering(encoder), folder))


def _orders(few: Few) -> dict[str, list[str]]:
    """Planted orders and plain texts beside them, which may be added to."""
    return {label: list(texts) for label, texts in few(examples()).items()}


def _document_classifier(knowledge: Knowledge, encoder: Encoder, folder: Path, few: Few = dict) -> LabelClassifier:
    """Planted orders against how documents and articles speak: these tell their readers what to do all the time.

    It learns the business's own articles sentence by sentence. Others of the same hand are then taken for what they
    are as well: with the other half of them learnt, half as many sentences sound like orders.
    """
    learnt = _orders(few)
    written = (unit for article in knowledge.articles.values() for unit in sentences_of(article.text))
    learnt[PLAIN] += [*document_examples(), *knowledge.other, *dict.fromkeys(map(weighable, written))]
    return open_classifier(
        folder, "planted-documents", learnt, encoder, foreign=False, layers=True, neighbour=_NEAR_PLANTED
    )


def remembering(encoder: Encoder) -> Encoder:
    """An encoder that does each text once, for what learns from the same texts. Not for a ticket's: it forgets none."""
    return _Once(encoder)


class _Once:
    """Implements ports.Encoder: examples are learnt from several times when there is nothing on disk."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._done: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    @property
    def version(self) -> str:
        return self._encoder.version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.layers(texts)[0]

    def layers(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        new = list(dict.fromkeys(text for text in texts if text not in self._done))
        if new:
            self._done.update(zip(new, zip(*self._encoder.layers(new), strict=True), strict=True))
        if not texts:
            return self._encoder.layers(texts)
        sense, wording = zip(*(self._done[text] for text in texts), strict=True)
        return np.stack(sense), np.stack(wording)


def speller_for(knowledge: Knowledge, encoder: Encoder) -> Speller:
    """Of the words of examples and articles. Without the encoder's own words, rare ones would pass for slips."""
    words = encoder.words() if isinstance(encoder, MiniLM) else frozenset()
    asked = (text for task_type in knowledge.task_types.values() for text in task_type.examples)
    written = (article.text for article in knowledge.articles.values())
    return _speller((*asked, *knowledge.other, *written) if words else (), words)


_speller = lru_cache(maxsize=1)(Speller)
"""Whatever opens for a business reads by the same one: it takes a moment to make, and remembers what it corrected."""


def reading_of(speller: Speller) -> Callable[[str], str]:
    """Words as the classifier of goals gets them: put right, without marks that only say which one."""
    return lambda text: unreferenced(speller.text(text))


_NEIGHBOUR_OF_TIMES = 2.0
"""The nearest example says less of a time than the words beside it."""


def _written(spell: Callable[[str], str]) -> Callable[[str], str]:
    """The same of customers' words, whose shorthand is written out first."""
    return lambda text: spell(written_out(text).text)


def goal_examples(knowledge: Knowledge, spell: Callable[[str], str]) -> dict[str, list[str]]:
    """Task types' examples and our questions, and sentences that put nothing, put right as messages will be when they
    are read."""
    given = {str(one.name): (*one.examples, *one.questions) for one in knowledge.task_types.values()}
    given[OTHER] = (*knowledge.other, *knowledge.remarks)
    return {name: list(dict.fromkeys(map(spell, texts))) for name, texts in given.items()}


def _spelt(examples: Mapping[str, Sequence[str]], spell: Callable[[str], str]) -> dict[str, list[str]]:
    return {label: list(dict.fromkeys(map(spell, texts))) for label, texts in examples.items()}


def times_classifier(encoder: Encoder, folder: Path, spell: Callable[[str], str], few: Few = dict) -> LabelClassifier:
    """What a time is to what a customer wants. Single words decide: "bar Tuesday", "or Tuesday"."""
    given = few(time_examples())
    examples = {sense: list(dict.fromkeys(put_right(text, spell) for text in texts)) for sense, texts in given.items()}
    clauses = ClauseEncoder(encoder)
    return open_classifier(
        folder, "times", examples, clauses, foreign=False, layers=True, neighbour=_NEIGHBOUR_OF_TIMES, each_gram=True
    )


def gravity_classifier(
    knowledge: Knowledge, encoder: Encoder, folder: Path, spell: Callable[[str], str], few: Few = dict
) -> LabelClassifier:
    """Grave matters against ordinary ones: the given ones, and the business's own that a first classifier finds so.

    What task types for people are learnt from is left out: complaints and cancellations hold what is grave.
    """
    given = _spelt(few(gravity.examples()), spell)
    ours = [one.examples for one in knowledge.task_types.values() if not one.people_only]
    matters = sorted({spell(text) for texts in (*ours, knowledge.other) for text in texts})
    open_gravity = partial(open_classifier, folder, foreign=False, layers=True)

    def chosen() -> Mapping[str, Sequence[str]]:
        first = open_gravity(name="gravity-given", examples=given, encoder=encoder)
        found = first.classify(matters, np.hstack(encoder.layers(matters)))
        plain = found[:, first.labels.index(gravity.ORDINARY)] >= 1 - _GRAVE
        return {**given, gravity.ORDINARY: [*given[gravity.ORDINARY], *compress(matters, plain)]}

    examples = {**given, "ours": matters}
    return open_gravity(name="gravity", examples=examples, encoder=encoder, chosen=chosen)


def mood_classifier(
    knowledge: Knowledge, name: str, encoder: Encoder, folder: Path, spell: Callable[[str], str]
) -> LabelClassifier:
    """Sentiment or urgency.

    Few people write "neutral" examples about broken goods and late parcels, so that a classifier of the given
    examples alone takes every trouble for anger. It is therefore trained twice: those of the task types' and the
    other examples in which the first sees nothing join the middle label for the second. A second one that was kept
    is known by what it would choose from: nothing is encoded again to find out what it chose.
    """
    labels = (knowledge.sentiment if name == "sentiment" else knowledge.urgency).labels
    middle = "neutral" if name == "sentiment" else "normal"
    asked = (text for task_type in knowledge.task_types.values() for text in task_type.examples)
    matters = sorted({spell(text) for text in (*asked, *knowledge.other)})

    def chosen() -> Mapping[str, Sequence[str]]:
        first = open_classifier(folder, f"{name}-given", labels, encoder, foreign=False)
        found = first.classify(matters, encoder.encode(matters))
        others = [column for column, label in enumerate(first.labels) if label != middle]
        plain = [text for text, row in zip(matters, found, strict=True) if np.all(row[others] < _PLAIN)]
        return _widened(labels, middle, plain)

    given = {**labels, f"{middle} of": matters}
    return open_classifier(folder, name, given, encoder, foreign=False, chosen=chosen)


def _widened(labels: Mapping[str, Sequence[str]], middle: str, plain: Sequence[str]) -> dict[str, Sequence[str]]:
    """With plain examples, evenly taken, under the middle label."""
    most = len(labels[middle]) * _PLAIN_PER_EXAMPLE
    step = max(1, -(-len(plain) // most))
    return {**labels, middle: (*labels[middle], *plain[::step])}
