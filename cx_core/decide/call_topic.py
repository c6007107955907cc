"""What a call is to be about, in the customer's own words: an adviser who rings should know before they do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from cx_core.records import MessageId, Statement, TaskTypeName, Triage

LONGEST = 100
"""Characters of a topic."""
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|with regard to|to do with|on the subject of|through)\s"
    r"(?!(?:it|that|this|them|you|me|us|half|quarter|noon|midday|an hour|time|a day|\d)\b)(?P<what>[^.;!?\n]{3,})",
    re.I,
)
_ENDS = re.compile(r"\s[-–]\s|\s\(|,\s(?:please|and|but|so|or|because|as|since|if|when|i|we|my|thank\w*)\b", re.I)
_TAIL = re.compile(r"[\s,]*(?:\bplease|\bpls|\bthanks?|\bthank you)?[\s,]*$", re.I)


class CallTopic(NamedTuple):
    """Words of a message."""

    words: str
    message: MessageId


def call_topic(triage: Triage, task_type: TaskTypeName, texts: Mapping[MessageId, str]) -> CallTopic | None:
    """What they name behind "about", else the clause that is plainest of another matter, else their request itself.

    None where not a word of theirs is known.
    """
    for message, text in reversed([(id, text) for id, text in texts.items() if _theirs(triage, id)]):
        named = _ABOUT.search(text)
        if named is not None and (words := _cut(named["what"])):
            return CallTopic(words, message)
    others = [one for one in triage.said if one.about not in ("", task_type) and one.message in texts]
    telling = [one for one in others if not any(map(one.holds, triage.times))]
    if telling:
        one = max(telling, key=lambda each: each.probability)
        return _quoted(one, texts)
    own = next((one for one in triage.said if one.about == task_type and one.message in texts), None)
    return _quoted(own, texts) if own is not None else None


def _theirs(triage: Triage, message: MessageId) -> bool:
    return any(one.message == message for one in triage.said)


def _quoted(one: Statement, texts: Mapping[MessageId, str]) -> CallTopic | None:
    words = _cut(texts[one.message][one.start : one.end])
    return CallTopic(words, one.message) if words else None


def _cut(words: str) -> str:
    """The first part of it, at most LONGEST characters of whole words."""
    first = _TAIL.sub("", _ENDS.split(words.strip())[0]).strip(" .,;:!?")
    if len(first) <= LONGEST:
        return first
    return first[:LONGEST].rpartition(" ")[0].rstrip(" ,;:")
