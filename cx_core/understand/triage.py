"""Messages in, triage out: goals with their words, entities, language, mood, priority.

Every rule here is about language or statistics; what a business calls its matters comes with the examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cx_core.catalogue import Knowledge
from cx_core.ports import Classifier, Clock, Detector, Encoder, TimeReader
from cx_core.records import Entity, Goal, Message, TaskTypeName, Triage
from cx_core.text.person_wish import asks_for_person, tells_of_self
from cx_core.text.record_numbers import RecordNumbers
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.shorthand import written_out
from cx_core.understand.answered_goals import in_answer, our_texts
from cx_core.understand.entities import entities
from cx_core.understand.goals import FoundGoal, GoalReader, HeardGoal
from cx_core.understand.gravity import Gravity, in_plain_words, is_grave, may_be_spoken_of
from cx_core.understand.language import language, opening_language
from cx_core.understand.mail_headers import handed_on, nobody_wrote
from cx_core.understand.message_purpose import SURE
from cx_core.understand.mood import mood, priority_of, sentiment_of, trend_of, urgency_of
from cx_core.understand.offered_options import asks_topic, questions
from cx_core.understand.open_question import OpenTalk
from cx_core.understand.reading_limits import MOST_MESSAGES
from cx_core.understand.references import unreferenced
from cx_core.understand.stance.beside_the_answer import (
    without_answered,
    without_done,
    without_the_time,
    words_of,
)
from cx_core.understand.stance.said_clauses import statements, taken_up
from cx_core.understand.stance.time_goals import by_time, says_when_to_talk, sets_time
from cx_core.understand.stance.topic_reading import ConversationTopics
from cx_core.understand.time_mentions import mentions
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.contradicted_days import as_asked
from cx_core.understand.times.named_again import as_named_again
from cx_core.understand.times.sensed_wishes import as_meant
from cx_core.understand.times.spoken_hours import spoken_hours
from cx_core.understand.times.telling_clauses import as_told

MOST_GOALS = 6

LATER = 0.8
"""Probability from which a later message adds a goal to sure ones: most only say more about the first."""

_BRINGS = frozenset(("wants", "reports", "asks"))
"""What words do that bring a matter up, whatever is written below them."""

_TOPIC = "wish:about"
"""Where a step of a task type takes what a talk is to be about."""
_PLAINLY = 0.6
"""Probability from which a subject does so: "Please cancel my visit" does, "My visit" only names it."""

PERSON_COSINE = 0.68
"""Likeness to one of the company's phrases from which a clause asks for a person."""

_AROUND = frozenset(("a", "the", "please", "pls", "thanks", "thank", "you", "hi", "hello", "yes", "i", "want", "need"))
"""Words that may stand around the one that reaches a person."""

_SUBJECT_MARK = re.compile(r"^(?:\s{0,3}(?:re|fw|fwd|aw|wg|antw)\s{0,2}:)+\s{0,3}", re.I)
_NOT_WORD = re.compile(r"[^\w]+")

Floats = NDArray[np.float32]


class Triager:
    """Reads a ticket's messages. Holds no state of a ticket; several threads may share one."""

    def __init__(
        self,
        knowledge: Knowledge,
        encoder: Encoder,
        goals: GoalReader,
        sentiment_classifier: Classifier,
        urgency_classifier: Classifier,
        detector: Detector,
        clock: Clock,
        times: TimeReader | None = None,
    ) -> None:
        self.times = times
        self._knowledge = knowledge
        self._company = knowledge.company
        self._entities = partial(
            entities,
            country=knowledge.company.country,
            zone=knowledge.company.timezone,
            currency=knowledge.company.currency,
            numbers=RecordNumbers(knowledge.numbered),
        )
        self._encoder = encoder
        self.goals = goals
        self._sentiment, self._urgency = sentiment_classifier, urgency_classifier
        self._detector = detector
        self._clock = clock
        self._acts = {
            str(name): frozenset(str(step.action) for step in one.own_steps)
            for name, one in self._knowledge.task_types.items()
        }
        self._may = {
            str(name): frozenset(step.action for step in one.steps) for name, one in self._knowledge.task_types.items()
        }
        self._type_words = words_of(self._knowledge)
        self._topical = {
            str(name)
            for name, one in self._knowledge.task_types.items()
            if any(place.startswith(_TOPIC) for step in one.steps for place in step.arguments.values())
        }
        self._phrases = tuple(_plain(phrase) for phrase in self._company.person_phrases)
        self._phrase_vectors = encoder.encode(self._company.person_phrases) if self._phrases else None

    def read(
        self, subject: str, messages: Sequence[Message], talk: OpenTalk | None = None, letters: Sequence[str] = ()
    ) -> tuple[Triage, Floats]:
        """Triage of the customer's messages, oldest first, and one vector per goal for retrieval.

        `talk` says which of them answer a question of ours, and what they took up of it; `letters` are their texts as
        they came, to tell the language by, where something was left out.

        Without goals there is one row, of the newest message as a whole. Of a message the first 12,000 characters
        are read. Raises SystemTrouble when the encoder fails.
        """
        read = [message for message in messages if message.sender == "customer"][-MOST_MESSAGES:]
        taken = talk.taken if talk else frozenset()
        own = [message for message in read if message.id not in taken]
        texts = [message.text[:MOST_READ] for message in own]
        subject = "" if handed_on(subject) else _SUBJECT_MARK.sub("", subject).strip()[:200]
        named = tuple(entity for message in read for entity in self._entities(message))
        tongue = self._language(subject, [text[:MOST_READ] for text in letters[-MOST_MESSAGES:]] or texts)
        if tongue not in self._company.languages:
            return self._abroad(tongue, named, own, texts, subject)
        ours = our_texts(talk) if talk and talk.answers else []
        read_all = self.goals.read([*texts, subject, *ours])
        heard, title = read_all[: len(texts)], read_all[len(texts)]
        put = dict(zip(ours, read_all[len(texts) + 1 :], strict=True))
        alone = put
        if talk and talk.answers and heard:
            heard, put = self._in_talk(own, heard, put, talk)
        goals = self._all_goals(heard, title, [*texts, subject])
        written = {message.id: message.text for message in read}
        times = time_wishes(read, self._company.timezone, taken)
        said = (*statements(own, heard), *taken_up([message for message in read if message.id in taken], alone))
        times = as_asked(as_meant(as_told(times, said, written), written, self.times, taken), said, written)
        times = as_named_again(times, written)
        names_a_time = bool(own) and any(one.wanted for one in times if one.message == own[-1].id)
        if own and nobody_wrote(own[-1].by_program):
            goals = []
        elif talk and talk.answers and heard:
            whole = put[talk.put[:MOST_READ]]
            seeks = {act for one in said if one.message in taken for act in one.seeks}
            goals, newest = without_the_time(goals, heard, whole, talk.put, own[-1], self._type_words)
            goals = in_answer(
                goals,
                newest,
                put,
                alone,
                talk,
                texts[-1],
                self._acts,
                corrects=names_a_time,
                kinds=self._type_words.kinds,
                sought=frozenset(name for name, acts in self._may.items() if not acts.isdisjoint(seeks)),
            )
            goals = without_answered(goals, newest, whole, talk.put, self._type_words)
            goals = without_done(goals, newest, talk.put, self._type_words)
        elif heard:
            goals = _as_meant(goals, heard[-1], title, heard[:-1], corrects=names_a_time)
        if own:
            today = own[-1].at.astimezone(ZoneInfo(self._company.timezone)).date()
            goals = by_time(goals, said, times, today, self._knowledge)
        goals = goals[:MOST_GOALS]
        moods = [mood(one, text, self._sentiment, self._urgency) for one, text in zip(heard, texts, strict=True)]
        grave = _gravest([*heard, title])
        urgency, trend = "high" if grave.matter else urgency_of(moods, self._urgency.bounds), trend_of(moods)
        sentiment = sentiment_of(moods, self._sentiment.bounds[1])
        given = [self._knowledge.task_types[TaskTypeName(goal.task_type)].priority for goal in goals]
        triage = Triage(
            goals=tuple(_goal(found, agreed=talk is not None and talk.answer == "yes") for found in goals),
            entities=named,
            language=tongue,
            urgency=urgency,
            sentiment=sentiment,
            trend=trend,
            priority="urgent" if grave.matter else priority_of(given, urgency, sentiment, trend),
            grave=grave.matter,
            grave_quote=grave.quote,
            grave_named=may_be_spoken_of(grave),
            wants_person=self._wants_person(*_since(talk, own, texts, heard))
            and not says_when_to_talk(goals, times, own, self._knowledge),
            said=said,
            times=times,
            hours=spoken_hours(read, taken),
            which=talk.which if talk else "",
            unanswered=tuple(one.id for one in talk.new) if talk else (),
            taken_times=talk.times.taken if talk else (),
            turned_down=talk.times.turned_down if talk else (),
        )
        return triage, np.stack([goal.vector for goal in goals]) if goals else self._whole(texts, subject)

    def _in_talk(
        self, own: Sequence[Message], heard: Sequence[HeardGoal], ours: Mapping[str, HeardGoal], talk: OpenTalk
    ) -> tuple[tuple[HeardGoal, ...], dict[str, HeardGoal]]:
        """What was heard from them, and in `ours`, each as a turn of the conversation that it stands in."""
        types = self._knowledge.task_types
        today = own[-1].at.astimezone(ZoneInfo(self._company.timezone)).date()
        topics = ConversationTopics(
            self.goals.shares,
            {name: one.topic for name, one in types.items()},
            {name for name, one in types.items() if sets_time(one, self._knowledge)},
            lambda words: any(one.kind in ("days", "bound") for one in mentions(words, today)),
            {name: self._knowledge.done_to(name) for name in types},
        )
        asked = {one.answered_by: one.text[:MOST_READ] for one in talk.asked}
        read, turns = dict(ours), list[HeardGoal]()
        for message, one in zip(own, heard, strict=True):
            if text := asked.get(message.id, ""):
                if text == talk.agreed[:MOST_READ]:
                    ways = {way[:MOST_READ]: self._way(way[:MOST_READ], ours) for way in talk.ways}
                    read |= {way: topics.reads(one, ours=True) for way, one in ways.items()}
                read[text] = topics.hears(ours[text], ours=True)
                if (put := questions(text)) and put in ours:
                    read[put] = topics.reads(ours[put], ours=False)
            told = one._replace(goals=()) if message.id in talk.picked or self._only_tells(text, topics) else one
            turns.append(topics.hears(told, ours=False) if message is not own[-1] else topics.reads(told, ours=False))
        return tuple(turns), read

    def _only_tells(self, put: str, topics: ConversationTopics) -> bool:
        """Whether what answers a question of ours is what a call is to be about, and no order by itself."""
        return asks_topic(put) and any(name in self._topical for name in topics.open)

    def _way(self, text: str, ours: Mapping[str, HeardGoal]) -> HeardGoal:
        """What we wrote with one thing left of an offer; as a whole where no part says enough."""
        heard = ours[text]
        if any(found.sure for found in heard.goals):
            return heard
        whole = self.goals.together([text])
        return heard._replace(goals=(whole,)) if whole else heard

    def leaves_open(self, words: str, meant: TaskTypeName, other: TaskTypeName) -> bool:
        """Whether words taken for one task type may as well be for the other. Raises SystemTrouble as `read` does."""
        return self.goals.leaves_open(words[:MOST_READ], meant, other)

    def _abroad(
        self, tongue: str, named: tuple[Entity, ...], own: Sequence[Message], texts: Sequence[str], subject: str
    ) -> tuple[Triage, Floats]:
        """Triage of a language that is not served, as far as an English encoder can: names, numbers, cognates.

        Nothing is sure. Of 160 sentences in German, French, Spanish and Polish 30 get a task type, 18 of them the right
        one, about as often as the probabilities say.
        """
        *heard, title = self.goals.read([*texts, subject])
        goals = [] if own and nobody_wrote(own[-1].by_program) else self._all_goals(heard, title, [*texts, subject])
        grave = next(
            (found for text in [*texts[::-1], subject] if (found := self._in_plain_words(text, tongue)).matter),
            Gravity(),
        )
        triage = Triage(
            goals=tuple(_goal(found._replace(sure=False)) for found in goals),
            entities=named,
            language=tongue,
            urgency="high" if grave.matter else "normal",
            priority="urgent" if grave.matter else "normal",
            grave=grave.matter,
            grave_quote=grave.quote,
        )
        return triage, np.stack([goal.vector for goal in goals]) if goals else self._whole(texts, subject)

    def _in_plain_words(self, text: str, tongue: str) -> Gravity:
        return in_plain_words("\n".join(part.of(text) for part in own_words(text)), tongue)

    def _language(self, subject: str, texts: Sequence[str]) -> str:
        """Of how the newest message opens where that is ours, else of all together."""
        own = [" ".join(part.of(text) for part in own_words(text)) for text in texts]
        opening = opening_language(own[-1], self._company.languages, self._detector) if own else ""
        return opening or language("\n".join([*own[::-1], subject]), self._company.languages, self._detector)

    def _whole(self, texts: Sequence[str], subject: str) -> Floats:
        newest = texts[-1] if texts else ""
        own = " ".join(part.of(newest) for part in own_words(newest))
        return self._encoder.encode([own.strip() or subject])

    def _all_goals(self, heard: Sequence[HeardGoal], title: HeardGoal, texts: Sequence[str]) -> list[FoundGoal]:
        """Of all messages. A later doubtful goal does not join sure ones.

        The subject counts where nothing is sure, and where it asks for another matter by itself ("Please cancel the
        engineer"). One of one word ("Order O-12") names a thing: it only says more of what is written below.
        """
        kept: dict[str, FoundGoal] = {}
        for one in heard:
            sure = any(found.sure for found in kept.values())
            for found in one.goals:
                adds = found.sure and found.probability >= LATER
                if adds or found.task_type in kept or not sure:
                    kept[found.task_type] = _newer(kept.get(found.task_type), found)
        if any(found.sure for found in kept.values()):
            if any(clause.act in _BRINGS and clause.probability >= _PLAINLY for clause in title.clauses):
                more = [found for found in title.goals if found.sure and found.probability >= LATER]
                kept |= {found.task_type: found for found in more if found.task_type not in kept}
        else:
            telling = len(unreferenced(texts[-1]).split()) > 1
            for found in title.goals:
                if found.sure and (telling or not kept or found.task_type in kept):
                    kept = {found.task_type: _newer(found, kept.get(found.task_type, found))}
        if not kept:
            whole = self.goals.together([texts[-1], *texts[:-1]])
            kept = {whole.task_type: whole} if whole else {}
        return sorted(kept.values(), key=lambda found: not found.sure)[:MOST_GOALS]

    def _wants_person(self, texts: Sequence[str], heard: Sequence[HeardGoal]) -> bool:
        if not texts:
            return False
        own = [" ".join(part.of(text) for part in own_words(text)) for text in texts[-3:]]
        if any(self._only_person(text) for text in texts[-3:]) or any(map(asks_for_person, own)):
            return True
        if any(map(tells_of_self, own)):
            return False
        said = f" {_plain(' '.join(part for one in heard[-3:] for part in one.parts))} "
        if any(f" {phrase} " in said for phrase in self._phrases):
            return True
        vectors = self._phrase_vectors
        return vectors is not None and any(
            bool((one.vectors @ vectors.T).max() >= PERSON_COSINE) for one in heard[-3:] if one.parts
        )

    def _only_person(self, text: str) -> bool:
        """Whether somebody answered with the word that automatic answers name, and with nothing that says more."""
        own = _plain(" ".join(part.of(text) for part in own_words(text)))
        return [word for word in own.split() if word not in _AROUND] == [_plain(self._company.person_word)]


def _gravest(heard: Sequence[HeardGoal]) -> Gravity:
    """The gravest of all that was said and is open, if it is grave."""
    grave = (one.gravity for one in heard if is_grave(one.gravity))
    return max(grave, key=lambda gravity: gravity.probability, default=Gravity())


def _since(
    talk: OpenTalk | None, own: Sequence[Message], texts: Sequence[str], heard: Sequence[HeardGoal]
) -> tuple[list[str], list[HeardGoal]]:
    """The texts, and what was heard in them, that are no answered words: who wanted a person then has had one."""
    new = {message.id for message in talk.new} if talk else {message.id for message in own}
    kept = [n for n, message in enumerate(own) if message.id in new]
    return [texts[n] for n in kept], [heard[n] for n in kept]


def _as_meant(
    goals: Sequence[FoundGoal],
    newest: HeardGoal,
    title: HeardGoal,
    earlier: Sequence[HeardGoal],
    *,
    corrects: bool,
) -> list[FoundGoal]:
    """Without goals where the newest words want no answer, but for what was surely asked `earlier` and is still open;
    kept where they only take back what was said before. `corrects`: they name a time."""
    likeliest = max((found.probability for found in goals), default=0.0)
    before = {found.task_type for one in earlier for found in one.goals if found.sure}
    if newest.purpose.nothing >= max(SURE, likeliest) and not any(found.sure for found in title.goals):
        return [found for found in goals if found.task_type in before]
    if newest.purpose.keep >= SURE and not newest.goals and not (corrects and earlier):
        return [found._replace(polarity="kept") for found in goals]
    return list(goals)


def _newer(earlier: FoundGoal | None, later: FoundGoal) -> FoundGoal:
    """One task type said in two messages: the later words, unless only the earlier ones were sure."""
    return later if earlier is None or later.sure or not earlier.sure else earlier


def _goal(found: FoundGoal, *, agreed: bool = False) -> Goal:
    probability = min(1.0, round(found.probability, 4))
    return Goal(
        task_type=TaskTypeName(found.task_type),
        probability=probability,
        sure=found.sure,
        quote=found.quote,
        polarity=found.polarity,
        agreed=agreed and found.sure and found.polarity == "wanted",
    )


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", written_out(text).text.lower().replace("’", "'").replace("'", "")).strip()
