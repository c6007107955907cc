"""Conditions that only say "if you can": what is planned can be done, so that the plan has answered them.

"If you've anything on Friday, put me down for that" holds by the step for Friday, whose day is checked as such; "if you
can't, leave it" has fallen away with it. Only words that ask for nothing else make such a condition ("if you can do it
for nothing" is another), and what is to be done in the other case is never taken for what they want.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from cx_core.decide.last_check.act_words import Act
from cx_core.decide.last_check.clauses import Clause
from cx_core.text.agreeing import lines


class Branch(Enum):
    """In which case what a condition belongs to is wanted."""

    CAN = "it can be done"
    CANNOT = "it cannot be done"


_IF = re.compile(
    r"\b(?P<if>(?:only )?(?:if|unless|in case|provided(?: that)?|providing(?: that)?|assuming(?: that)?))\b"
    r"|^(?:(?:and|but|so) )?(?P<should>should)\b"
)
_THEN = re.compile(
    r"\b(?:then|in which case|would (?:i|we)|(?:i|we) (?:would|will|shall|want|am|are|do|wish)|please|kindly|just"
    r"|so be it|(?<!can )(?<!could )(?<!not )(?<!to )(?:forget|leave|keep|cancel|do (?:it|that|so|this)))\b"
)
"""Where what is to be done in that case begins."""
_OTHERWISE = re.compile(r"^(?:(?:and|but|or) )?(?:otherwise|or else|failing that|if not|if no|if neither)\b")
_ABLE = re.compile(
    r"\b(?:you|it|that|this|one) (?:still |really )?(?:can|could)\b|\bable to\b"
    r"|\b(?:is|are|be) (?:still |not )?possible\b"
    r"|\byou (?:do not |still )*(?:have got|have|got|manage) "
    r"(?=any|some|an?\b|one\b|another|no|space|room|time|\d|\w+day)"
    r"|\bthere (?:is|are) (?:still )?(?:anything|something|nothing|none|space|room|\w+day"
    r"|(?:an?|any|no) (?:\w+ )?(?:slot|space|room|time|day|appointment|way|chance)s?)\b|\bneither\b"
    r"|\byou (?:do|have|can)(?: not)?$|\bthere is(?: not)?$|\bthat (?:also |still )?is not there$"
    r"|\byou (?:still |also )?(?:work|deliver|come|are open)\b"
)
"""What speaks of whether we can: no "if I can't", and no "if it isn't there"."""
_NO_MORE = re.compile(r"\b(?:gone|full|taken|available|free)\b")
"""The same of a time, where one is named."""
_NEGATIVE = frozenset(("not", "no", "neither", "nothing", "none", "gone", "full", "taken"))
_LEAVES = re.compile(r"(?:(?:then|just|please|kindly|so) )*(?:forget|leave|ignore|scrap|skip|drop|never mind)\b")
"""What asks for nothing to be done."""
_TIME = re.compile(
    r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|satur|sat|sun)(?:day)?s?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:[a-z]*(?:y|ch|il|e|st|r))?|\d{1,2}(?:st|nd|rd|th)?"
    r"|\d{1,2}(?::\d\d)?(?:am|pm)?|mornings?|afternoons?|evenings?|noon|lunch|lunchtime|midday|today|tonight|tomorrow"
    r"|christmas|easter|year|eve"
)


class _Condition(NamedTuple):
    """A condition of this kind, with what stands before and behind it in its clause.

    `governs`: what stands before it is wanted in its case; that of an "unless" in the other.
    """

    case: Branch
    before: str
    behind: str
    governs: bool


def _condition(one: Clause, act: Act) -> _Condition | None:
    found = _IF.search(one.plain)
    if found is None:
        return None
    behind = one.plain[found.end() :]
    then = _THEN.search(behind)
    condition, rest = (behind[: then.start()], behind[then.start() :]) if then else (behind, "")
    condition = re.sub(r"['’]s\b", "", condition).strip(" .,!?")
    words = re.findall(r"[a-z0-9:]+", condition)
    able = _ABLE.search(condition) or (_NO_MORE.search(condition) and any(map(_TIME.fullmatch, words)))
    if not able or not all(_of_ability(word, act) for word in words):
        return None
    negative = bool(_NEGATIVE & set(words))
    if found["if"] == "unless" and not negative:
        return None  # "leave it unless you can do Friday": what stands before it is the other case
    return _Condition(
        Branch.CANNOT if negative else Branch.CAN, one.plain[: found.start()], rest, found["if"] != "unless"
    )


def _of_ability(word: str, act: Act) -> bool:
    if word in lines("if_it_can_be_done") or word in _NEGATIVE or _TIME.fullmatch(word):
        return True
    return bool(act.own.fullmatch(word) or act.does.fullmatch(word))


class Feasibility:
    """Which clauses the plan has settled: conditions that hold, and what is said for the case that it can't be done."""

    def __init__(self, said: Sequence[Clause], act: Act, requests: Callable[[Clause], bool]) -> None:
        self._holding: set[Clause] = set()
        self._fallen_away: set[Clause] = set()
        asked = possible = False
        fallback = ""
        for n, one in enumerate(said):
            fallback = fallback if one.sentence == fallback else ""
            found = _condition(one, act)
            if found is None and possible and (otherwise := _OTHERWISE.search(one.plain)):
                found = _Condition(Branch.CANNOT, "", one.plain[otherwise.end() :], governs=False)
            if found is None:
                asked = asked or (not fallback and requests(one))
            elif found.case is Branch.CAN:
                asked = possible = True
                self._holding.add(one)
                continue
            elif asked and not any(requests(w) for w in _wanted_then(found, said, n) if not _LEAVES.match(w.plain)):
                fallback = one.sentence
            if fallback:
                self._fallen_away.add(one)

    def settles(self, one: Clause) -> bool:
        return one in self._holding or one in self._fallen_away

    def has_fallen_away(self, sentence: Sequence[Clause]) -> bool:
        """Whether all of a sentence is for the case that it can't be done."""
        return all(one in self._fallen_away for one in sentence)


def _wanted_then(found: _Condition, said: Sequence[Clause], n: int) -> list[Clause]:
    """What is wanted in the case of a condition: what stands behind it in its sentence, or else before it."""
    same = [other for other in said if other.sentence == said[n].sentence]
    at = next(m for m, other in enumerate(same) if other is said[n])
    behind = [said[n]._replace(plain=found.behind.strip()), *same[at + 1 :]]
    if not found.governs or any(one.plain for one in behind):
        return behind
    return [*same[:at], said[n]._replace(plain=found.before.strip())]
