"""What a call is to be about, in the customer's own words: an adviser who rings should know before they do."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from cx_core.records import MessageId, SpokenHours, Statement, TaskTypeName, TimeWish, Triage

LONGEST = 100
"""Characters of a topic."""
_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|with regard to|to do with|on the subject of|through)\s"
    r"(?!(?:it|that|this|them|you|me|us|half|quarter|noon|midday|an hour|time|a day|\d)\b)(?P<what>[^.;!?\n]{3,})",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'][a-z]+)?|\d+", re.I)
_EMPTY = """
    a an the and or but so if of on in at to for from by with within outside inside between before after until till
    it that this them there then i i'm i'll i'd i've we we're us me my our you your is are be am was will would could
    can may might do does please pls thanks thank not no as soon just only some any something anything
    time times day days date hour hours minute minutes week moment slot o'clock am pm ish what when which whenever how
    long early earlier late later convenient possible suits suit best better good free available home back works work
    working business office opening normal morning afternoon evening night today tonight tomorrow
"""
"""Words that say only when, or nothing by themselves."""
_CALLING = """
    call calls called calling callback ring rang phone phoned telephone bell dial speak talk chat discuss contact get
    give have arrange schedule book want wants need like prefer rather glad love try reach during break somebody
    someone anybody anyone person people one adviser advisor advisers advisors colleague team human real
    number mobile landline about again him her
    phones rings
"""
"""Words that only ask for a call."""
_ENDS = re.compile(r"\s[-–]\s|\s\(|,\s(?:please|and|but|so|or|because|as|since|if|when|i|we|my|thank\w*)\b", re.I)
_TAIL = re.compile(r"[\s,]*(?:\bplease|\bpls|\bthanks?|\bthank you)?[\s,]*$", re.I)


class CallTopic(NamedTuple):
    """Words of a message."""

    words: str
    message: MessageId


def call_topic(triage: Triage, task_type: TaskTypeName, texts: Mapping[MessageId, str]) -> CallTopic | None:
    """What they name behind "about", else the clause that is plainest of another matter, else their request itself
    where it says more than that they want a call. What only says when is no topic. None where none is plain."""
    for message, text in reversed([(id, text) for id, text in texts.items() if _theirs(triage, id)]):
        for named in _ABOUT.finditer(text):
            words = _cut(named["what"])
            if words and _telling(words, named.start("what"), message, triage):
                return CallTopic(words, message)
    others = [one for one in triage.said if one.about not in ("", task_type) and one.message in texts]
    others = [one for one in others if _tells(one, triage, texts)]
    goals = {goal.task_type for goal in triage.goals}
    timeless = [one for one in others if not any(map(one.holds, triage.times))]
    telling = timeless or [one for one in others if one.about in goals]
    if telling:
        one = max(telling, key=lambda each: each.probability)
        return _quoted(one, texts)
    own = [one for one in triage.said if one.about == task_type and one.message in texts]
    plain = next((one for one in own if _tells(one, triage, texts, _CALLING.split())), None)
    return _quoted(plain, texts) if plain is not None else None


def _tells(one: Statement, triage: Triage, texts: Mapping[MessageId, str], besides: Collection[str] = ()) -> bool:
    quoted = _quoted(one, texts)
    if quoted is None:
        return False
    start = texts[one.message].index(quoted.words, one.start)
    return _telling(quoted.words, start, one.message, triage, besides)


def _telling(words: str, start: int, message: MessageId, triage: Triage, besides: Collection[str] = ()) -> bool:
    """Whether words of a message, from `start` on, say more than when, and than the words `besides`."""
    left = list(words)
    spoken: tuple[TimeWish | SpokenHours, ...] = (*triage.times, *triage.hours)
    for time in spoken:
        if time.message == message:
            begin, end = (min(max(0, at - start), len(left)) for at in (time.start, time.end))
            left[begin:end] = " " * (end - begin)
    said = {word.lower().replace("’", "'") for word in _WORD.findall("".join(left))}
    return any(not word.isdigit() for word in said - {*_EMPTY.split(), *besides})


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
