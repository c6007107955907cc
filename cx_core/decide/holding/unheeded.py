"""What a customer refuses that nothing in the plan heeds: "forget what I wrote", behind all that they want.

It goes by the clauses of all their words and trusts no goal: a refusal is heeded where it speaks of a way of putting it
right, of a time, of a thing of theirs, of another matter than the step's, or of all the rest that is to stay as it is.
One that is not, and stands behind what asks for the step, may be about the step itself. Where it says so in general
words ("forget it", "I've changed my mind") or in few, the step is not proposed: the draft asks. Other words ("I did not
drop it", "I don't want to hear about your values") say nothing of it: in 600 tickets all steps beside such were wanted.
What refuses is learnt: a clause without any word that could refuse must be the surer, as "both things" is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from cx_core.catalogue import ActionSpec
from cx_core.decide.last_check.clauses import phrase, plain
from cx_core.decide.last_check.stance import may_refuse, takes_back
from cx_core.decide.remedies import remedies
from cx_core.records import ActionName, Evidence, MessageId, Statement, TaskTypeName, Triage
from cx_core.text.segments import sentence_begins

PLAINLY = 0.7
"""Probability from which a clause refuses plainly."""
SURELY = 0.85
"""The same of a clause without a word that could refuse anything."""
FEW_WORDS, FEWER_WORDS = 8, 4
"""Words of a clause that may be about all that they want though it only says "not" or "keep"; or not even that."""
AGAIN = 0.6
"""Probability from which something is wanted behind a refusal, so that the refusal was of a detail."""
_IF = re.compile(
    r"\b(?:if|unless|otherwise|in case|provided|providing|supposing|as long as|should (?:it|that|this)|when there)\b"
    r"|^\s*(?:and |but )?(?:should|when)\b",
    re.I,
)
"""What makes a sentence hold only in a case: a "should" or a "when" does where it begins it."""
_ANNOUNCES = re.compile(
    r"\b(?:questions?|something|one) (?:\w+ )?(?:for|about|of)\b|\bfor (?:the )?(?:future|later)\b", re.I
)
"""What goes before a refusal that is of what is asked next."""
_DETAIL = re.compile(
    r"\W*(?:(?:but|and|only|please) )*not\b"
    r"(?! (?:going|doing|after all|the whole|all of|any ?more|any longer|interested|this|that|now|sure"
    r"|(?:until|till|before) (?:i|we)\b))",
    re.I,
)
"""What is not meant of something, and no taking back: "not in the middle of a month"."""
_WAITS = re.compile(
    r"\b(?:not|never|no account|none|nothing)\b.*\b(?:(?:carry|carried) (?:\w+ ){0,2}out|go ahead|proceed"
    r"|what i (?:have )?(?:asked|wrote|written|said|described))\b|"
    r"\brather (?:you|it|we)\b|\bnot (?:until|till|before) (?:i|we)\b"
    r"|\bdo not want (?:it|this|that|them|any of (?:it|this))\b"
)
"""What puts all off, or wants none of it."""
_OF_SELF = re.compile(r"\W*(?:(?:and|but|so|no|just|only) )*(?:(?:i|we) (?:am|are|do|did|will|would) not|not \w+ing)\b")
"""How a refusal begins that tells of oneself and not us what to do."""
_POINTS_BACK = re.compile(r"\W*(?:and |but |so )?(?:those|these|they|that one)\b", re.I)
"""How a clause begins that goes on about what was just named."""
_WORD = re.compile(r"[a-z]{3,}", re.I)
_LEADS = re.compile(r"\b(?:and|but|actually|sorry|please|well|however|though|no|oh|wait|hmm|thanks|thank you)\b", re.I)
"""What stands before a clause without being one."""
_TELLS_OF_SELF = re.compile(
    r"\W*(?:(?:and|but|so|as|because|since)\W+)*(?:i|we) "
    r"(?:did not (?:even )?(?:(?:drop|break|spill|touch|lose|damage) (?:it|them|this|that|anything|either)"
    r"|let (?:it|them|that) fall)\W*"
    r"|(?:will |shall )?leave the (?:gate|door|key|keys|garage|porch)"
    r"(?: (?:open|unlocked|with|under|at|in)\b(?! to\b).*)?\W*)$",
    re.I,
)
"""What they did or will do themselves, as far as it cannot be meant of what we are to do: "I did not drop it"."""


def unheeded(
    task_type: TaskTypeName,
    triage: Triage,
    evidence: Evidence,
    texts: Mapping[MessageId, str],
    actions: Mapping[ActionName, ActionSpec],
) -> str:
    """The last refusal that nothing heeds and that stands behind what wants this; empty if there is none.

    Where a person said that this is wanted, only words that came after are looked at.
    """
    told = any(goal.told_by for goal in triage.goals if goal.task_type == task_type)
    said = [one for one in triage.said if not (told and one.message in triage.judged)]
    things, goals = _things(evidence), {goal.task_type for goal in triage.goals if goal.sure}
    wants = [n for n, one in enumerate(said) if one.does in ("wants", "reports") and one.about == task_type]
    for n, one in reversed(list(enumerate(said))[max(wants, default=-1) + 1 :]):
        if one.does == "wants" and one.probability >= AGAIN:
            return ""
        text = texts.get(one.message, "")
        clause = text[one.start : one.end].strip()
        plainly = PLAINLY if may_refuse(clause) else SURELY
        if one.does == "refuses" and one.probability >= plainly and clause:
            of_another = one.about not in ("", task_type) or _of_question(said[:n], clause, task_type, goals)
            of_time = any(map(one.holds, (*triage.times, *triage.set_aside)))
            spares = one.spares or _goes_on_sparing(said[:n], one, text)
            if spares or _DETAIL.match(clause) or conditional(one, text) or of_what_follows(one, text):
                continue
            heeded = of_another or of_time or things & _words(clause) or remedies([one], texts, actions)
            if not heeded and _of_all(clause, begins=_begins_sentence(one, text)):
                return clause
    return ""


def of_what_follows(one: Statement, text: str) -> bool:
    """Whether it stands before a colon: "a question, please don't do anything about it yet: what would it cost"."""
    before, colon, behind = text[one.start :].partition(":")
    announced = _ANNOUNCES.search(text, sentence_begins(text, one.start), one.start)
    ends = before.rstrip() == text[one.start : one.end].rstrip().rstrip(":")
    return bool(colon and behind.strip() and announced) and ends


def _goes_on_sparing(before: Sequence[Statement], one: Statement, text: str) -> bool:
    """Whether it goes on about what its sentence spares: "leave the headphones out of it, those stay on my head"."""
    last = before[-1] if before else None
    if last is None or last.message != one.message or sentence_begins(text, one.start) > last.end:
        return False
    return last.does == "refuses" and last.spares and _POINTS_BACK.match(text[one.start :]) is not None


def _of_all(clause: str, *, begins: bool) -> bool:
    """Whether it may be of all that they want: "leave it", "I've thought again"; not "I don't want to hear of it".

    `begins`: it is no piece from within a sentence, such as the end of "I am old and hear not so good".
    """
    words = plain(clause)
    if _TELLS_OF_SELF.match(words):
        return False
    few = FEW_WORDS if may_refuse(clause) else FEWER_WORDS
    return takes_back(clause) or _WAITS.search(words) is not None or (begins and len(words.split()) <= few)


def _begins_sentence(one: Statement, text: str) -> bool:
    return not _WORD.search(_LEADS.sub("", text[sentence_begins(text, one.start) : one.start]))


def _of_question(before: Sequence[Statement], clause: str, task_type: TaskTypeName, goals: Collection[str]) -> bool:
    """Whether a refusal is of what they only asked about just before: "what was that £5? I don't want it fought over".

    One that takes back, or tells us what to do, is of all: "forget it", "don't do it".
    """
    words = plain(clause)
    if phrase("taken_back").search(words) or not _OF_SELF.match(words):
        return False
    last = next((one for one in reversed(before) if one.about in goals), None)
    return last is not None and last.does == "asks" and last.about != task_type


def conditional(one: Statement, text: str) -> bool:
    """Whether its sentence says when it holds: "if it isn't, leave it"."""
    return _IF.search(text[sentence_begins(text, one.start) : one.end]) is not None


def _things(evidence: Evidence) -> frozenset[str]:
    """Words of the things in the records that were read."""
    records = [record for lookup in evidence.lookups for record in (*lookup.records, *lookup.others)]
    lists = [items for record in records if isinstance(items := record.fields.get("items"), tuple)]
    return frozenset(word for items in lists for name in items for word in _words(name))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
