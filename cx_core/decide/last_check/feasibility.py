"""Conditions that only say "if you can": what is planned can be done, so that the plan has answered them.

"If you've anything on Friday, put me down for that" holds by the step for Friday, whose day is checked as such; "if you
can't, leave it" has fallen away with it. Only words that ask for nothing else make such a condition ("if you can do it
for nothing" is another), and it must be of the step: the times that it names are the step's, and the act is what is
wanted then. What is wanted in the other case falls away as far as it is plainly that, and no further.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cx_core.decide.last_check.act_words import Act
from cx_core.decide.last_check.clauses import Clause
from cx_core.text.agreeing import lines

_IF = re.compile(
    r"\b(?P<if>(?:only )?(?:if|unless|in case|provided(?: that)?|providing(?: that)?|assuming(?: that)?))\b"
    r"|^(?:(?:and|but|so) )?(?P<should>should)\b"
)
_TIMES = (
    r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|satur|sat|sun)(?:day)?s?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:[a-z]*(?:y|ch|il|e|st|r))?|\d{1,2}(?:st|nd|rd|th)"
    r"|\d{1,2}(?::\d\d)?(?:am|pm)|mornings?|afternoons?|evenings?|noon|lunch|lunchtime|midday|today|tonight|tomorrow"
    r"|christmas|easter)"
)
_TIME = re.compile(_TIMES)
_THEN = re.compile(
    r"\b(?:then|in which case|would (?:i|we)|(?:i|we) (?:would|will|shall|want|am|are|do|wish)|please|kindly|just"
    r"|so be it|(?<!can )(?<!could )(?<!not )(?<!to )(?:forget|leave|keep|cancel|do (?:it|that|so|this)))\b"
)
"""Where what is to be done in that case begins."""
_OTHERWISE = re.compile(
    rf"^(?:(?:and|but|or) )?(?:otherwise|or else|failing that|if not(?=\W*(?:$|then|{_TIMES}\b)))\b"
)
_ABLE = re.compile(
    r"\b(?:you|it|that|this|one) (?:still |really )?(?:can|could)\b|\bable to\b"
    r"|\b(?:is|are|be) (?:still |not )?possible\b"
    r"|\byou (?:do not |still )*(?:have got|have|got|manage) "
    r"(?=any|some|an?\b|one\b|another|no|space|room|time|\d|\w+day)"
    r"|\bthere (?:is|are) (?:still )?(?:anything|something|nothing|none|space|room|\w+day"
    r"|(?:an?|any|no) (?:\w+ )?(?:slot|space|room|time|day|appointment|way|chance)s?)\b|\bneither\b"
    r"|\byou (?:do|have|can)(?: not)?$|\bthere is(?: not)?$|\bthat (?:also |still )?is not there$"
)
"""What speaks of whether we can: no "if I can't", and no "if it isn't there"."""
_NO_MORE = re.compile(r"\b(?:gone|full|taken|available|free)\b")
"""The same of a time, where one is named."""
_NEGATIVE = frozenset(("not", "no", "neither", "nothing", "none", "gone", "full", "taken"))
_BARE_DAY = re.compile(r"\b(\d{1,2})(?= (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))")
_NOT = re.compile(r"\b(?:(?:can|could|do|is|are|have) )?(?:not|no|never|nothing)\b")
_HOW_LONG = re.compile(r"\bin (?:one|an?|\d+) (?:day|hour|week)s?\b")
_LEAVES = re.compile(r"(?:(?:then|just|please|kindly|so) )*(?:forget|leave|ignore|scrap|skip|drop|never mind)\b")
"""What asks for nothing to be done."""
_WANTED_THEN = re.compile(
    rf"{_LEAVES.pattern}|(?:it|all|everything|that) stays?\b"
    rf"|(?:(?:then|just|please) )*(?:(?:i|we) (?:will|would|shall)\b|(?:on |the |in the )*{_TIMES}\b)"
)
"""How what is wanted in the other case begins: to leave it, what they do then themselves, another time."""


class _Condition(NamedTuple):
    """A condition of this kind, with what stands before and behind it in its clause.

    `can`: it is the case that it can be done; else that it cannot. `governs`: what stands before it is wanted in its
    case; that of an "unless" in the other.
    """

    can: bool
    before: str
    behind: str
    governs: bool


class Feasibility:
    """Which clauses the plan has settled: conditions that hold, and what is said for the case that it can't be done.

    `requests`: whether a clause asks for the act; `meets`: whether the step meets all times and things in some words.
    """

    def __init__(
        self,
        said: Sequence[Clause],
        act: Act,
        requests: Callable[[Clause], bool],
        meets: Callable[[str], bool],
    ) -> None:
        self._act, self._requests = act, requests
        self._holding: set[Clause] = set()
        self._fallen_away: set[Clause] = set()
        asked = possible = False
        for n, one in enumerate(said):
            if one in self._fallen_away:
                continue
            found = _condition(one, act, meets)
            if found is None and possible and (otherwise := _OTHERWISE.search(one.plain)):
                found = _Condition(False, "", one.plain[otherwise.end() :], governs=False)
            if found is None:
                asked = asked or requests(one)
            elif found.can:
                after = [other for other in said[n + 1 : n + 2] if other.sentence == one.sentence]
                more = [other for other in after if other.plain.startswith("and ") and not requests(other)]
                if meets(one.plain) and not more and (asked or any(map(requests, (one, *after)))):
                    asked = possible = True
                    self._holding.add(one)
            elif asked:
                before, behind = ([c for c in part if c.sentence == one.sentence] for part in (said[:n], said[n + 1 :]))
                self._fallen_away.update(_fallen_away(found, one, before, behind, self._speaks))

    def _speaks(self, one: Clause) -> bool:
        """Whether a clause may ask for the act: more than for the act that is to be done if it can be."""
        return self._requests(one) or self._act.own.search(one.plain) is not None

    def settles(self, one: Clause) -> bool:
        return one in self._holding or one in self._fallen_away

    def has_fallen_away(self, sentence: Sequence[Clause]) -> bool:
        """Whether all of a sentence is for the case that it can't be done."""
        return all(one in self._fallen_away for one in sentence)


def _fallen_away(
    found: _Condition,
    one: Clause,
    before: Sequence[Clause],
    behind: Sequence[Clause],
    speaks: Callable[[Clause], bool],
) -> tuple[Clause, ...]:
    """A clause with a condition for the case that it can't be done, and what is wanted then; none if that may be the
    act.

    `before` and `behind` are the other clauses of its sentence.
    """
    rest = [one._replace(plain=found.behind.strip()), *behind]
    wanted = rest
    if found.governs and not any(other.plain for other in rest):  # "cancel it if you can't"
        wanted = [*before, one._replace(plain=found.before.strip())]
    if any(speaks(other) for other in wanted if not _LEAVES.match(other.plain)):
        return ()
    then, *more = [other for other in rest if other.plain.strip(" .,!?")] or [one]
    if not _WANTED_THEN.match(then.plain) or any(_NOT.search(other.plain) for other in more):
        return ()
    return one, then


def _condition(one: Clause, act: Act, meets: Callable[[str], bool]) -> _Condition | None:
    found = _IF.search(one.plain)
    if found is None:
        return None
    behind = one.plain[found.end() :]
    then = _THEN.search(behind)
    condition, rest = (behind[: then.start()], behind[then.start() :]) if then else (behind, "")
    condition = re.sub(r"['’]s\b|\bsame (?=\w+day\b)", "", condition).strip(" .,!?")
    condition = _BARE_DAY.sub(r"\1th", condition)
    words = re.findall(r"[a-z0-9:]+", condition)
    able = _ABLE.search(condition) or (_NO_MORE.search(condition) and any(map(_TIME.fullmatch, words)))
    if not able or _HOW_LONG.search(condition) or not all(_of_ability(word, act) for word in words):
        return None
    negative = bool(_NEGATIVE & set(words))
    if (found["if"] == "unless" and not negative) or not meets(_NOT.sub(" ", condition)):
        return None  # "leave it unless you can do Friday": what stands before it is the other case
    return _Condition(not negative, one.plain[: found.start()], rest, governs=found["if"] != "unless")


def _of_ability(word: str, act: Act) -> bool:
    if word in lines("if_it_can_be_done") or word in _NEGATIVE or _TIME.fullmatch(word):
        return True
    return bool(act.own.fullmatch(word))
