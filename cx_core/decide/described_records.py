"""Whether the customer's words describe a record that a goal would be about: its number, a day of it, what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from cx_core.decide.policy.conversation_facts import alike
from cx_core.records import BusinessRecord, Evidence, Triage
from cx_core.text.ages import day_of_value

_WORD = re.compile(r"[a-z]+")
_CALLED = ("items", "kind")
"""Fields that say what is to come: the things of an order, the kind of a visit."""
_TO_COME = ("expected", "date")


def named(record: BusinessRecord, triage: Triage) -> bool:
    """Whether they name its number or a day of it."""
    days = set(filter(None, map(day_of_value, record.fields.values())))
    said = {entity.value for entity in triage.entities}
    return record.id in said or any(day.isoformat() in said or any(w.names(day) for w in triage.times) for day in days)


def describes(number: int, triage: Triage, evidence: Evidence, texts: Sequence[str], today: date) -> bool:
    """Whether the words describe what is to come of the records that a goal is about: by its number, its day or what
    it is. "The repair man on the 22nd" is a visit, whatever else is to come."""
    words = set(_WORD.findall(" ".join(texts).lower()))
    found = (record for lookup in evidence.lookups if lookup.goal == number for record in lookup.records)
    return any(
        record.customer is not None and _is_to_come(record, today) and (named(record, triage) or _called(record, words))
        for record in found
    )


def _is_to_come(record: BusinessRecord, today: date) -> bool:
    day = next((day for name in _TO_COME if (day := day_of_value(record.fields.get(name)))), None)
    return day is not None and day >= today


def _called(record: BusinessRecord, words: Collection[str]) -> bool:
    """Whether a word says what it is: of "Aurora desk lamp" the last, of a visit its kind."""
    for held in map(record.fields.get, _CALLED):
        for name in held if isinstance(held, tuple) else (held,):
            heads = [word for word in _WORD.findall(str(name or "").lower()) if len(word) > 1]
            if heads and any(alike(word, heads[-1]) for word in words):
                return True
    return False
