"""Each cue in the customer's open words that speaks of a step must be bound to something in it; what is not is named.

A day, a part of the day, a thing, a number, a sum, an address; and what the words do, see `stance`. None of it goes by
what triage read, so that one misreading cannot pass both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cx_core.catalogue import Knowledge
from cx_core.decide.last_check.clauses import NOT_MEANT, clauses, plain, spelt_as, with_exceptions
from cx_core.decide.last_check.contacts import other_contacts
from cx_core.decide.last_check.days import SaidDays, SaidHours, as_written, said_days, said_hours
from cx_core.decide.last_check.offered_day import as_offered, since_offered
from cx_core.decide.last_check.open_sentences import OpenSentences, fits, said_beside
from cx_core.decide.last_check.other_items import other_items, stands
from cx_core.decide.last_check.step_values import ISO, Rivals, StepValues, sums_of
from cx_core.decide.last_check.sums import explains, minor_amounts
from cx_core.ports import TimeReader
from cx_core.records import BusinessRecord, EntityKind, Evidence, Message, Money, Step
from cx_core.text.dates import whole_dates
from cx_core.text.record_numbers import RecordNumbers, names, same_number
from cx_core.text.wording import say

_NUMBERED = re.compile(r"\b([A-Z]{1,3})-?(\d{1,9})\b", re.I)
_SAME = r"\bsame (?:day|date|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
_SAME_DAY = re.compile(rf"^(?!.*\b(?:not|nor|no)\b[^,.;]*{_SAME}).*{_SAME}")
_LEFT_OUT = re.compile(r"\b(?:not|no|never|keep\w*|leave|except|apart|other|rather|instead|without|fine|right)\b")
"""In the clause of a day that may not be the one that is meant."""
_SOON = 14
"""Days within which a bare weekday may be the one after next."""
_WEEK = 7
"""Days: a span of fewer is as good as a day that is named."""
_MOST = 90
"""Characters of theirs in a finding."""

Cue = tuple[str, str]
"""Their words, and what the step has instead."""


class Objection(NamedTuple):
    """Words of theirs that the step is not bound to, and all of it as a sentence.

    `another`: they name another value than the step has and not its own, so that the step is likely a misreading.
    """

    words: str
    text: str
    another: bool


def objection(
    step: Step,
    said: Sequence[Message],
    evidence: Evidence,
    knowledge: Knowledge,
    today: date,
    before: Sequence[Message] = (),
    others: Sequence[Step] = (),
    times: TimeReader | None = None,
) -> Objection | None:
    """What they wrote that the step is not bound to, if anything: another value before all else.

    `said` are the customer's open words, `before` the messages up to them, ours among them; `others` are the other
    steps of the proposal: what is bound to one of them needs no place in this one. `times` reads times by their sense.
    """
    mine = [message.text for message in said if message.sender == "customer"]
    values, *beside = (
        StepValues(one, knowledge.actions[one.action], evidence, knowledge.records) for one in (step, *others)
    )
    ours = {message.id for message in before if message.sender != "customer"}
    taken = [message.text for message in said if message.id in ours]
    on_file = evidence.customer.fields.values() if evidence.customer else ()
    theirs = said_beside(mine, values, step, knowledge, today, times, taken, others)
    since = since_offered(said, before, values, today)
    later = theirs
    if since is not None:
        later = said_beside(since, values, step, knowledge, today, times, others=others)
        later = later._replace(days=as_offered(later.days, values.days[0]))
    check = _Check(values, theirs, later, today, {str(one) for one in on_file}, knowledge.numbered, beside)
    put = before[-1].text if before and before[-1].sender != "customer" else ""
    found = check.objections(put, " ".join(mine))
    first = next(found, None)
    return first if first is None or first.another else next((one for one in found if one.another), first)


class StepRefusal(NamedTuple):
    """A clause of theirs that refuses the step; `keeps`: it names the day that the step would take its record from."""

    words: str
    keeps: bool


def refusals(
    step: Step, said: Sequence[Message], evidence: Evidence, knowledge: Knowledge, today: date
) -> Iterator[StepRefusal]:
    """What they wrote that refuses the step, with nothing behind it that asks for it."""
    mine = [message.text for message in said if message.sender == "customer"]
    values = StepValues(step, knowledge.actions[step.action], evidence, knowledge.records)
    left = values.present_days - set(values.days)
    for one in said_beside(mine, values, step, knowledge, today, None).stances.refusals():
        days = said_days(one.text, today, values.present_days)
        yield StepRefusal(one.text, any(day.first == day.last and day.first in left for day in days))


class _Check:
    """One step beside all open sentences that are about it."""

    def __init__(
        self,
        values: StepValues,
        said: OpenSentences,
        times: OpenSentences,
        today: date,
        on_file: Collection[str],
        forms: Mapping[EntityKind, str],
        beside: Sequence[StepValues],
    ) -> None:
        """`times`: what counts of it for days and hours; `on_file`: what the customer's record holds, as an old number
        beside the new one is no other choice; `forms`: what stands before a number, see `RecordNumbers`."""
        self._values, self._said, self._times = values, said, times
        self._today, self._on_file = today, on_file
        self._forms, self._beside = forms, beside
        goods = {word for item in (*values.all_goods, *values.whole) for word in plain(item).split()}
        self._plain = {one: spelt_as(plain(one), goods) for one in said.sentences}

    def objections(self, put: str, answer: str) -> Iterator[Objection]:
        for words, has, another in self._days():
            yield _instead(words, has, another=another)
        for words, has, another in self._hours():
            yield _instead(words, has, another=another and not self._hours_named())
        for words, has, another in other_items(self._values, self._plain):
            yield _instead(words, has, another=another)
        for words, has, another in self._records():
            yield _instead(words, has, another=another)
        for look in (self._sums, self._contacts):
            for words, has in look():
                yield _instead(words, has, another=True)
        if (stance := self._said.stances.against(put, answer)) is not None:
            text = f"They wrote “{_cut(stance.words)}”, which {stance.does}: nothing in the step answers to that."
            yield Objection(_cut(stance.words), text, another=False)

    def _day_named(self) -> bool:
        """Whether they wrote the step's own day or week as wanted, and then neither ruled it out nor corrected it."""
        left = False
        for one in self._said.days:
            if self._is_named(one):
                left = False
            elif one.sense == "on":
                left = left or one.corrects
            elif one.sense == "out":
                left = left or any(map(one.holds, self._values.days))
        return not left and any(map(self._is_named, self._times.days))

    def _is_named(self, said: SaidDays) -> bool:
        named = ("on", "by") if self._values.has_deadline else ("on",)
        if said.sense not in named or (said.last - said.first).days >= _WEEK:
            return False
        today = said.first == said.last == self._today
        held = any(map(said.holds, self._values.days)) and not today  # "I'm writing today"
        return held or (today and self._same_weekday(said))

    def _hours_named(self) -> bool:
        """The same of the hours at which it begins."""
        windows, every = self._values.windows, self._times.every
        said = [part for one in every for clause in clauses(one) for part in said_hours(clause.text)]
        own = [part for hour in windows.values() for part in said if part.holds(hour)]
        if any(part.out for part in own):
            return False
        return any(part.numbered for part in own) or any(
            as_written(window).search(plain(one)) for window in windows for one in every
        )

    def _days(self) -> Iterator[tuple[str, str, bool]]:
        """Another day, a day that is ruled out, or one outside a bound; and whether it cannot be the step's: a day that
        is named beside what only has a latest day is likely of something else."""
        named = self._day_named()
        wanted: list[SaidDays] = []
        bound = self._values.has_deadline and any(
            said.sense == "by" and said.last in self._values.days for said in self._times.days
        )  # "here by Saturday the 5th: it is his birthday on the Sunday"
        for said in () if named else self._said.days:  # what was ruled out stays so, whatever we offered since
            if said.sense == "out" and any(self._forbidden(said, day) for day in self._values.days):
                yield said.words, f"the step is for {say(self._values.days[0].isoformat())}", True
        for said in self._times.days:
            for day in self._values.days:
                if self._forbidden(said, day) and not (named and said.sense == "out"):
                    merely_today = said.first == said.last == self._today
                    yield said.words, f"the step is for {say(day.isoformat())}", not (merely_today or named)
            wished = said.sense == "on" or (said.sense == "from" and "from" in self._values.values)
            one_day = said.first == said.last
            at_once = one_day and said.first == self._today and self._values.has_deadline  # as soon as can be
            wished = wished and not at_once
            present = one_day and said.first in self._values.present_days
            another = one_day and self._elsewhere(said.first)
            if wished and (not (present or another) or fits(said, self._values)):
                wanted = [said] if said.corrects else [*wanted, said]
        if (
            wanted
            and not (bound or named)
            and self._values.days
            and not any(fits(said, self._values) for said in wanted)
        ):
            merely_today = wanted[-1].first == wanted[-1].last == self._today
            another = not (self._values.has_deadline or merely_today or any(map(self._same_weekday, wanted)))
            yield wanted[-1].words, f"the step is for {say(self._values.days[0].isoformat())}", another

    def _same_weekday(self, said: SaidDays) -> bool:
        """Whether a weekday may be the step's, which is soon."""
        return any(said.may_be(day) and day - self._today <= timedelta(days=_SOON) for day in self._values.days)

    def _forbidden(self, said: SaidDays, day: date) -> bool:
        """Whether a step on this day goes against it; not where they turn down the day it is on now and want another
        hour of it: "the same day, but earlier"."""
        if not said.forbids(day) or said.sense != "out" or day not in self._values.present_days:
            return said.forbids(day)
        return not any(_SAME_DAY.search(plain(one)) for one in self._times.sentences)

    def _elsewhere(self, day: date) -> bool:
        """Whether a day is over, or one that another step is for or has its record from."""
        over = day < self._today <= min(self._values.days, default=self._today)
        return over or any(day in one.days or day in one.present_days for one in self._beside)

    def _hours(self) -> Iterator[tuple[str, str, bool]]:
        """Another part of the day, and whether it cannot be of another day that is named with it."""
        pieces = [piece for one in self._times.sentences for piece in with_exceptions(clauses(one))]
        said = [(part, not self._of_another_day(piece)) for piece in pieces for part in self._hours_of(piece)]
        wanted = [part for part, _ in said if not part.out]
        of_the_step = [part for part, own in said if own and not part.out]
        for window, begins in self._values.windows.items():
            ruled_out = [(part, own) for part, own in said if part.out and part.holds(begins)]
            if ruled_out:
                yield ruled_out[0][0].words, f"the step is for {window}", any(own for _, own in ruled_out)
            if wanted and not any(part.holds(begins) for part in wanted):
                yield (of_the_step or wanted)[-1].words, f"the step is for {window}", bool(of_the_step)

    def _hours_of(self, clause: str) -> Iterator[SaidHours]:
        """Those in a clause that are not of when it is now: "Monday afternoon, but I have the dentist"."""
        present, now = self._values.present_days, self._values.present_hours
        single = {one.first for one in said_days(clause, self._today, present) if one.first == one.last}
        if single and single <= present - set(self._values.days):
            return iter(())
        of_now = bool(single) and single <= present
        return (one for one in said_hours(clause) if not (of_now and any(map(one.holds, now))))

    def _of_another_day(self, clause: str) -> bool:
        """Whether it names a day, and not the step's: "Sunday evening is when you have somebody coming"."""
        single = [one for one in said_days(clause, self._today, self._values.present_days) if one.first == one.last]
        return bool(single) and not any(one.first in self._values.days for one in single)

    def _records(self) -> Iterator[tuple[str, str, bool]]:
        """Another record than they named by number, by its things or by its day; and whether its own is not named."""
        for rivals in self._values.rivals:
            told = f"the step is for {rivals.title()}"
            numbered = (
                self._other_number(rivals.used) if rivals.used.kind in self._forms else self._other_written(rivals)
            )
            if named := numbered or self._other_name(rivals):
                yield named, told, True
            elif dated := self._other_date(rivals):
                own = self._own_dated(rivals) or self._own_named(rivals)
                yield dated, told, not (own or _dated_in(rivals.used, self._month_of(dated)))

    def _other_number(self, one: BusinessRecord) -> str:
        """A number of this kind that they wrote, where none is the step's own; or its own, where that is ruled out."""
        letters = one.id.partition("-")[0]
        bare = re.compile(rf"\b{re.escape(one.kind)}(?: number| no\.?| #)? ?#?(?P<figures>\d+)(?![\w-])", re.I)
        written: dict[str, tuple[re.Match[str], str]] = {}
        for sentence in self._said.sentences:
            written |= {f"{m[1].upper()}-{m[2]}": (m, sentence) for m in _NUMBERED.finditer(sentence)}
            written |= {f"{letters}-{m['figures']}": (m, sentence) for m in bare.finditer(sentence)}
        same = {id: found for id, found in written.items() if id.partition("-")[0] == letters}
        out = {id for id, (match, sentence) in same.items() if NOT_MEANT.search(plain(sentence[: match.start()]) + " ")}
        if one.id in out:
            return same[one.id][0][0]
        linked = self._values.texts_of_own().union(*({used.id for used in beside.own} for beside in self._beside))
        others = [match[0] for id, (match, _) in same.items() if id not in out | linked]
        return others[0] if others and one.id not in same else ""

    def _other_written(self, rivals: Rivals) -> str:
        """The same of a business whose numbers have no form of their own: those that stand behind the word for their
        kind, and those of another record of this kind."""
        one, others = rivals.used, list[str]()
        named = False
        for sentence in self._said.sentences:
            for number in RecordNumbers(self._forms).find(sentence):
                bears = [record for record in (one, *rivals.others) if names(number.kind, number.value, record)]
                words = sentence[number.start : number.end]
                ruled_out = bool(NOT_MEANT.search(plain(sentence[: number.start]) + " "))
                if one in bears and ruled_out:
                    return words
                named = named or one in bears
                linked = any(same_number(number.value, text) for text in self._values.texts_of_own())
                if not ruled_out and not linked and one not in bears and (bears or number.kind == one.kind):
                    others.append(words)
        return others[0] if others and not named else ""

    def _other_name(self, rivals: Rivals) -> str:
        """The sentence in which only another is named by what it holds or is called."""
        if self._own_named(rivals) or any(rivals.used.id.casefold() in words for words in self._plain.values()):
            return ""
        beside = {used.id for one in self._beside for used in one.own}
        for sentence, words in self._plain.items():
            if not self._values.goods and any(stands(name, rivals.every, words, out=True) for name in rivals.own):
                return sentence
            for other in (one for one in rivals.others if one.id not in beside):
                called = [name for name in rivals.called[other.id] if name not in rivals.own]
                if self._values.changed_from(other, called):
                    continue
                if any(stands(name, rivals.every, words, out=False) for name in called):
                    return sentence
        return ""

    def _own_named(self, rivals: Rivals) -> bool:
        """Whether they name what the step's own record holds."""
        return any(
            stands(name, rivals.every, words, out=False) for words in self._plain.values() for name in rivals.own
        )

    def _own_dated(self, rivals: Rivals) -> bool:
        """Whether they name the day of the step's own record, and not as what is not meant."""
        return any(
            len(one.value) > len("2026-11")
            and _is_of(rivals.used, one.value)
            and not _LEFT_OUT.search(plain(re.split(r"[,;]", sentence[: one.start])[-1]))
            for sentence in self._said.sentences
            for one in whole_dates(sentence, self._today)
        )

    def _other_date(self, rivals: Rivals) -> str:
        """A day or month that they wrote and that another record of theirs is of, and not this one."""
        others = [other for other in rivals.others if other.customer is not None]
        for sentence in self._said.sentences if others else ():
            for one in whole_dates(sentence, self._today):
                if NOT_MEANT.search(plain(sentence[: one.start]) + " ") or _is_of(rivals.used, one.value):
                    continue
                wished = any(one.value == day.isoformat() for day in self._values.days)
                wished |= any(_is_of(used, one.value) for beside in self._beside for used in beside.own)
                if not wished and any(_is_of(other, one.value) for other in others):
                    return sentence[one.start : one.end]
        return ""

    def _month_of(self, words: str) -> str:
        """The month that these words name, as YYYY-MM; empty where they name a day."""
        months = [one.value for one in whole_dates(words, self._today) if len(one.value) == len("2026-11")]
        return months[0] if months else ""

    def _sums(self) -> Iterator[Cue]:
        """Another sum than named, or a sum of another record."""
        given = [value for value in self._values.values.values() if isinstance(value, Money)]
        held = sums_of(self._values.used)
        others = sums_of(other for rivals in self._values.rivals for other in rivals.others)
        for sentence in self._said.sentences:
            named = minor_amounts(sentence)
            asked = [minor_amounts(one.text) for one in clauses(sentence) if self._said.stances.requests(one)]
            for money in given:
                if any(said and not explains(said, money.minor) for said in (named, *asked)):
                    yield sentence, f"the step is about {say(money)}"
            if not given and named and held and not held & set(named) and others & set(named):
                yield sentence, f"the step is about {say(Money(minor=min(held)))}"

    def _contacts(self) -> Iterator[Cue]:
        """Another mail address, phone number or place than they wrote."""
        words = " ".join(self._said.sentences)
        for written, value in other_contacts(self._values.values.values(), words, self._on_file):
            yield written, f"the step has {value}"


def _instead(words: str, has: str, *, another: bool) -> Objection:
    return Objection(_cut(words), f"They wrote “{_cut(words)}”: {has}.", another)


def _is_of(record: BusinessRecord, value: str) -> bool:
    """Whether it is of this day, or its period is this month."""
    if not ISO.fullmatch(value):
        value = f"{date.fromisoformat(value + '-01'):%B %Y}"
    return value in record.fields.values()


def _dated_in(record: BusinessRecord, month: str) -> bool:
    """Whether a day of it is in this month: "the November one" of an invoice for October that came in November."""
    return bool(month) and any(
        str(value).startswith(month) for value in record.fields.values() if ISO.fullmatch(str(value))
    )


def _cut(words: str) -> str:
    short = " ".join(words.split()).rstrip(".")
    return short if len(short) <= _MOST else f"{short[: _MOST - 1]}…"
