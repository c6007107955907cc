"""Where one goal stands: the conditions and values that the cases of its task type speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from cx_core.catalogue import ELSE, Case, TaskType
from cx_core.decide.own_words.call_topic import CallTopic
from cx_core.decide.own_words.words_to_pass_on import WordsToPassOn
from cx_core.decide.wished_day import times_of, wished_day, wished_start
from cx_core.records import (
    ActionName,
    BusinessRecord,
    Entity,
    Evidence,
    Goal,
    Lookup,
    Money,
    Passage,
    Source,
    SpokenHours,
    StepId,
    TimeWish,
    Triage,
    Value,
)
from cx_core.text.ages import WEEKDAYS, aged, day_of_value, next_working_day
from cx_core.text.postal_address import AddressParts, address_parts
from cx_core.text.wording import say, without_tables

ANSWERS = 0.45
"""Cosine below which a passage is not taken for an answer; chosen on the shipped articles and questions."""

LIKELY, NEAR = 0.5, 0.4
"""From which a question asked in general is answered by the first passage found for it: how likely something there
answers, and its cosine. Chosen on 30 questions asked of the shipped articles, which are not those of the benches."""

PLACE = re.compile(r"\{([a-z_]+)\.([a-z_0-9]+)\}")
WISHED_START = "wish:start"
"""The day from which they want it."""
WISHED_END = "wish:end"
"""The last day by which they need it: of "before Sunday" the Saturday."""
WISHED_DAY = "wish:day"
"""The first day that fits all they said about time, see `wished_day`."""
WISHED_WHEN = "wish:when"
"""Any day, span or bound that they want, and that is not the day of what they speak of."""
WISHED_ABOUT = "wish:about"
"""What a call is to be about, in their own words, see `call_topic`."""
WISHED_HOUR = "wish:hour"
"""The hours they named, as said, see `wished_hours`."""
WISHED_ONLY = "wish:only"
"""That it is the time they named or nothing."""
WISHED_NOTE = "wish:note"
"""What they want passed on, in their own words, see `words_to_pass_on`."""
WISHED_REASON = "wish:reason"
"""Why they want it, in their own words, see `reason_given`."""
ADDRESS_PARTS = tuple(f"wish:{part}" for part in AddressParts._fields)
"""Parts of the address that they named last, see `address_parts`."""
TASK_TYPE = "task type"
"""What the source of a literal refers to: the business's own words for a case."""
_LITERAL_DAYS = re.compile(r"=\+(\d+)(w?)d")


class Situation:
    """What is known for one goal, by the names its cases use."""

    def __init__(
        self,
        number: int,
        goal: Goal,
        triage: Triage,
        evidence: Evidence,
        task_type: TaskType,
        today: date,
        named: Collection[str] = (),
        remedies: Mapping[ActionName, bool] | None = None,
        tried: Collection[str] = (),
        holidays: Collection[str] = (),
        only: str = "",
        about: CallTopic | None = None,
        hours: SpokenHours | None = None,
        note: WordsToPassOn | None = None,
        said: Mapping[str, str] | None = None,
        reason: WordsToPassOn | None = None,
        plainly: frozenset[ActionName] = frozenset(),
    ) -> None:
        """`named`: articles that some task type names as its own; `remedies`: see `remedies.remedies`; `tried`: what
        of the task type's advice they have done already; `holidays`: days that are no working days; `only`: see
        `strict_wishes.this_or_nothing`; `about`: see `call_topic`; `hours`: see `wished_hours`;
        `note`: see `words_to_pass_on`; `said`: see `said_values`;
        `reason`: see `reason_given`; `plainly`: see `remedies.RemediesOfGoal`."""
        self._plainly = plainly
        self._said, self._advice = said or {}, task_type.advice
        self._only, self._hours = only, hours
        self._words: dict[str, CallTopic | SpokenHours | WordsToPassOn | None] = {
            WISHED_ABOUT: about,
            WISHED_HOUR: hours,
            WISHED_NOTE: note,
            WISHED_REASON: reason,
        }
        self._remedies = remedies or {}
        self._tried, self._holidays = tried, holidays
        self.today, self.evidence = today, evidence
        self._lookups = {found.name: found for found in evidence.lookups if found.goal == number}
        if evidence.customer is not None:
            self._lookups["customer"] = Lookup(goal=number, name="customer", records=(evidence.customer,))
        self.article = _answer(evidence.passages, number, task_type, named)
        rows = {at for at, other in enumerate(triage.goals) if at == number or not other.sure}
        self.answer = _general_answer(evidence, rows)
        self.triage = triage
        self.goal = goal

    def holds(self, case: Case) -> bool:
        """Whether a case is the one. None does what was ruled out, or does anything where they only ask."""
        if any(self._remedies.get(step.action) is False for step in case.steps):
            return False
        if case.steps and self.goal.polarity != "wanted":
            return False
        if case.puts_right and not all(step.action in self._plainly for step in case.steps):
            return False
        return all(self._condition(name, wanted) for name, wanted in case.when.items())

    def _condition(self, name: str, wanted: str | tuple[str, ...]) -> bool:
        if name.startswith(("wants:", "refuses:")):
            does, _, action = name.partition(":")
            count = int(self._remedies.get(ActionName(action)) is (does == "wants"))
        elif name.startswith("tried:"):
            count = int(name.removeprefix("tried:") in self._tried)
        elif name.endswith((".age", ".weekday", ".outside")):
            place, _, asked = name.rpartition(".")
            wants = (wanted,) if isinstance(wanted, str) else wanted
            return self._out_of_hours(wants) if asked == "outside" else self._of_day(place, asked, wants)
        elif name.endswith(".named"):
            found = self._lookups.get(name.removesuffix(".named"))
            count = int(found is not None and found.named)
        elif name.endswith(".rest"):
            count = len(self.all_records(name.removesuffix(".rest"))) - len(self.records(name.removesuffix(".rest")))
        elif "." in name:
            value = self.value(name)[0]
            wants = (wanted,) if isinstance(wanted, str) else wanted
            return any(self._is(value, one) for one in wants)
        elif name == "article":
            count = int(self.article is not None)
        elif name.startswith("wish:"):
            count = self._counted(name)
        elif name.startswith("entity:"):
            count = int(self.entity(name) is not None)
        else:
            count = len(self.records(name))
        return {"none": count == 0, "one": count == 1, "some": count >= 1, "many": count > 1}.get(str(wanted), False)

    def _counted(self, name: str) -> int:
        if name == WISHED_WHEN:
            return len(self._wanted_days())
        return int(self.value(name)[0] is not None)

    def _of_day(self, place: str, asked: str, wanted: Collection[str]) -> bool:
        """Whether a day is as long ago as a condition says, or is one of these days of the week; no day is neither."""
        day = day_of_value(self.value(place)[0])
        if day is None:
            return False
        if asked == "weekday":
            return WEEKDAYS[day.weekday()] in wanted
        return any(aged(day, one, self.today, self._holidays) for one in wanted)

    def _out_of_hours(self, wanted: Collection[str]) -> bool:
        """Whether the hours they named are all outside of hours such as "08:00-20:00"."""
        hours = self._hours
        return hours is not None and any(hours.outside(*one.split("-")) for one in wanted)

    def _is(self, value: Value, wanted: str) -> bool:
        """Whether a field is what a condition says, or what another field is that it names in braces."""
        other = PLACE.fullmatch(wanted)
        if other is not None:
            return value is not None and value == self.value(f"{other[1]}.{other[2]}")[0]
        return ("true" if value is True else "false" if value is False else str(value)) == wanted

    def records(self, name: str) -> tuple[BusinessRecord, ...]:
        return self._lookups[name].records if name in self._lookups else ()

    def all_records(self, name: str) -> tuple[BusinessRecord, ...]:
        found = self._lookups.get(name)
        return (*found.records, *found.others) if found else ()

    def entity(self, place: str) -> Entity | None:
        """The last entity of a kind, in this goal's words if there are any: later words correct earlier.

        A date is what the customer wants only if it is to come, is not the date of what they speak of, and is neither
        turned down nor only told of.
        """
        kind = place.removeprefix("entity:")
        named = [e for e in self.triage.entities if e.kind == kind]
        if kind == "date":
            named = [e for e in named if e.value >= self.today.isoformat() and e.value not in self._dates()]
            named = [e for e in named if not any(_tells(one, e) for one in self.triage.times)]
        own = [e for e in named if e.text in self.goal.quote]
        return (own or named or [None])[-1]  # type: ignore[list-item]

    def _wished(self, place: str) -> tuple[Value, Source]:
        if place == WISHED_START:
            return self._start()
        if place == WISHED_END:
            return self._end()
        if place == WISHED_ONLY:
            return self._only or None, Source(kind="none")
        if place in self._words:
            return self._own_words(place)
        if place in ADDRESS_PARTS:
            return self._part_of_address(place.removeprefix("wish:"))
        found = wished_day(times_of(self.triage, self.goal), self.today, self._holidays)
        if found is None:
            return None, Source(kind="none")
        return found[0].isoformat(), Source(kind="words", ref=found[1].message, quote=found[1].text)

    def _part_of_address(self, part: str) -> tuple[Value, Source]:
        named = self.entity("entity:address")
        parts = address_parts(named.text) if named is not None else None
        value = getattr(parts, part) if parts is not None else ""
        if named is None or not value:
            return None, Source(kind="none")
        return value, Source(kind="words", ref=named.message, quote=named.text)

    def _own_words(self, place: str) -> tuple[Value, Source]:
        """Words of theirs; of hours as they are put in a sentence."""
        held = self._words[place]
        if held is None:
            return None, Source(kind="none")
        quote = held.text if isinstance(held, SpokenHours) else held.words
        return held.words, Source(kind="words", ref=held.message, quote=quote)

    def _wanted_days(self) -> list[TimeWish]:
        """Which days were wished for; a day to come of a record of theirs only says which one is meant."""
        return [one for one in self._said_of_time() if one.wanted and one.kind != "part"]

    def _said_of_time(self) -> list[TimeWish]:
        """All that was said of time but for the days to come of their records."""
        days = filter(None, map(day_of_value, self._dates()))
        of_records = {day for day in days if day >= self.today}
        return [one for one in self.triage.times if not any(one.names(day) for day in of_records)]

    def _start(self) -> tuple[Value, Source]:
        found = wished_start(self.triage.times, self.goal, self.today)
        if found is None:
            return None, Source(kind="none")
        return found[0].isoformat(), Source(kind="words", ref=found[1].message, quote=found[1].text)

    def _end(self) -> tuple[Value, Source]:
        """By when it is needed: the bound that was said last."""
        bounds = [one for one in self.triage.times if one.wanted and one.kind == "bound"]
        ends = [one for one in bounds if one.last is not None and one.last >= self.today]
        own = [one for one in ends if one.text in self.goal.quote] or ends
        if not own or own[-1].last is None:
            return None, Source(kind="none")
        return own[-1].last.isoformat(), Source(kind="words", ref=own[-1].message, quote=own[-1].text)

    def _dates(self) -> frozenset[str]:
        """Dates of the records this goal is about; a free slot is about nothing yet."""
        found = (r for lookup in self._lookups.values() for r in lookup.records if r.customer is not None)
        return frozenset(str(value) for record in found for value in record.fields.values())

    def nearest(self, name: str) -> str:
        """The two records of a lookup that come nearest to what was said, where none is what was meant."""
        return " or ".join(label(record) for record in self.all_records(name)[:2]) or "another one"

    def others(self, name: str) -> str:
        """Two more records of a lookup than the first, as a choice in words: of what is meant where there is more."""
        labels = [label(record) for record in (self.records(name)[1:3] or self.all_records(name)[1:3])]
        return " or ".join(labels) or "another one"

    def value(self, place: str) -> tuple[Value, Source]:
        """What "lookup.field", "entity:kind" or "=literal" stands for, and its source; of "one else other" the first
        that stands for anything."""
        first, or_else, other = place.partition(ELSE)
        if or_else:
            found = self.value(first)
            return found if found[0] is not None else self.value(other)
        if place.startswith("="):
            return literal(place, self.today), Source(kind="derived", ref=TASK_TYPE, field=place)
        if place.startswith("wish:"):
            return self._wished(place)
        if place.startswith("said:"):
            meant = self._said.get(place.removeprefix("said:"))
            return meant, Source(kind="derived", ref=TASK_TYPE, field=f"={meant}") if meant else Source(kind="none")
        if place.startswith("goal."):
            return getattr(self.goal, place.removeprefix("goal.")), Source(kind="none")
        if place.startswith("entity:"):
            entity = self.entity(place)
            if entity is None:
                return None, Source(kind="none")
            return spoken_value(entity), Source(kind="words", ref=entity.message, quote=entity.text)
        name, _, field = place.partition(".")
        records = self.records(name)
        if not records:
            return None, Source(kind="none")
        value = records[0].id if field == "id" else records[0].fields.get(field)
        if isinstance(value, tuple):  # a list of several records is all of theirs
            lists = (held for record in records if isinstance(held := record.fields.get(field), tuple))
            value = tuple(dict.fromkeys(part for held in lists for part in held))
        return value, Source(kind="record" if value is not None else "none", ref=records[0].ref, field=field)

    def fill(self, text: str, slots: Mapping[str, StepId]) -> str:
        """Facts put in; {action.field} becomes {step.field}, a slot to be filled from a receipt."""

        def put(match: re.Match[str]) -> str:
            name, field = match[1], match[2]
            if name in slots:
                return "{" + f"{slots[name]}.{field}" + "}"
            if name == "wish":
                return self._only
            if name == "advice":
                return " ".join(text for advice, text in self._advice.items() if advice not in self._tried)
            if name == "article" and self.article is not None:
                return self.article.title if field == "title" else without_tables(self.article.text.strip())
            if field == "names":
                return say(tuple(label(record) for record in self.records(name)))
            if field == "listed":
                return say(tuple(listed(record) for record in self.records(name)))
            if field in ("others", "nearest"):
                return self.others(name) if field == "others" else self.nearest(name)
            return say(self.value(f"{name}.{field}")[0])

        return PLACE.sub(put, text)


def _tells(wish: TimeWish, date: Entity) -> bool:
    """Whether these words for a time are of a date that is not wanted."""
    same = wish.message == date.message and wish.start < date.end and date.start < wish.end
    return same and (wish.passing or not wish.wanted)


def spoken_value(entity: Entity) -> Value:
    """What a customer named, as an argument takes it: an amount as money."""
    if entity.kind != "amount":
        return entity.value
    minor, _, currency = entity.value.partition(" ")
    return Money(minor=int(minor), currency=currency)


def literal(place: str, today: date) -> str:
    """What "=text" stands for; "=today" and "=+3d" are days, "=+1wd" the first from Monday to Friday from then on."""
    if place == "=today":
        return today.isoformat()
    days = _LITERAL_DAYS.fullmatch(place)
    if days is None:
        return place[1:]
    count = int(days[1])
    return (next_working_day(today, count) if days[2] else today + timedelta(days=count)).isoformat()


def label(record: BusinessRecord) -> str:
    """How a record is called in a list of choices."""
    shown = record.fields.get("label") or record.fields.get("item") or record.fields.get("name")
    return str(shown) if shown else record.number


def listed(record: BusinessRecord) -> str:
    """How a record is called where it is to be told from others: with its number and the day that counts; a line of an
    invoice by what it comes to, and by its invoice."""
    invoice, period = record.fields.get("invoice"), record.fields.get("period")
    if record.kind == "line" and invoice and period:
        return f"{say(record.fields.get('amount'))} on invoice {invoice} for {period}"
    for field in ("delivered", "date"):
        if day := day_of_value(record.fields.get(field)):
            how = "delivered" if field == "delivered" else "of"
            return f"{label(record)} ({record.number}, {how} {say(day.isoformat())})"
    return f"{label(record)} ({record.number})"


def _general_answer(evidence: Evidence, rows: Collection[int]) -> Passage | None:
    """The first passage for customers, where what is asked in general is likely answered and it is near enough.

    `rows`: the goal's, and those of goals that are not sure, since its words may have been read as theirs.
    """
    likely = {row for row in rows if row < len(evidence.answered) and evidence.answered[row] >= LIKELY}
    if not evidence.general:
        return None
    found = (one for one in evidence.passages if likely.intersection(one.goals) and one.audience == "customer")
    return next((one for one in found if one.score >= NEAR), None)


def _answer(passages: Sequence[Passage], number: int, task_type: TaskType, named: Collection[str]) -> Passage | None:
    """The best customer-facing passage found for this goal that is near enough: of its task type, or of none at all,
    as what an editor uploads without saying what it is for; only then one that is for other task types."""
    near = [p for p in passages if number in p.goals and p.audience == "customer" and p.score >= ANSWERS]
    meant = [
        p
        for p in near
        if p.article in task_type.articles or task_type.name in p.task_types or not (p.task_types or p.article in named)
    ]
    return (meant or near or [None])[0]  # type: ignore[list-item]
