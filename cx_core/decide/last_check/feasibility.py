"""Conditions that only say "if you can": what is planned can be done, so that the plan has answered them.

"If you've anything on Friday, put me down for that" holds by the step for Friday, whose day is checked as such; "if you
can't, leave it" has fallen away with it. Only words that ask for nothing else make such a condition ("if you can do it
for nothing" is another), and it must be of the step: the times that it names are the step's, and the act is what is
wanted then. What is wanted in the other case falls away as far as it is plainly that, and no further.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from cx_core.decide.last_check.act_words import Act
from cx_core.decide.last_check.clauses import Clause
from cx_core.decide.last_check.stance_words import TIMES
from cx_core.text.agreeing import lines

_IF = re.compile(
    r"\b(?P<if>(?:only )?(?:if|unless|in case|provided(?: that)?|providing(?: that)?|assuming(?: that)?))\b"
    r"|^(?:(?:and|but|so) )?(?P<should>should)\b"
)
_TIME = re.compile(TIMES)
_THEN = re.compile(
    r"\b(?:(?<!by )(?<!until )(?<!till )(?<!before )then|in which case|would (?:i|we)"
    r"|(?:i|we) (?:would|will|shall|want|am|are|do|wish)"
    r"(?! (?:not )?(?:still|too|in)\b)"
    r"|please|kindly|just|so be it|(?:can|could|would|will) you|(?<!i )have (?:it|them|that|this)"
    r"|(?<!can )(?<!could )(?<!not )(?<!to )(?:forget|leave|keep|cancel|send|let|do (?:it|that|so|this)|do not))\b"
)
"""Where what is to be done in that case begins."""
_OTHERWISE = re.compile(rf"^(?:(?:and|but|or) )?(?:otherwise|or else|failing that|if not(?=\W*(?:$|then|{TIMES}\b)))\b")
_ABLE = re.compile(
    r"\b(?:you|it|that|this|one|order|parcel|address|day|date) (?:still |really )?(?:can|could)\b|\bable to\b"
    r"|\b(?:can|could) (?:still )?be\b"
    r"|\b(?:is|are|be) (?:still |not )?possible\b"
    r"|\byou (?:do not |still )*(?:happen to )?(?:have got|have|got|manage) "
    r"(?=any|some|an?\b|one\b|another|no|space|room|time|\d|\w+day)"
    r"|\bthere (?:is|are|happens to be) (?:still )?(?:anything|something|nothing|none|space|room|\w+day"
    r"|(?:an?|any|no) (?:\w+ )?(?:slot|space|room|time|day|appointment|way|chance)s?|one)\b|\bneither\b"
    r"|\byou (?:do|have|can)(?: not)?$|\bthere is(?: not)?$|\bis (?:also |still )?not there$"
)
"""What speaks of whether we can: no "if I can't", and no "if it isn't there"."""
_SUBJECT = r"(?P<what>it|they|that|this|(?:the|my|our|this|that) (?:\w+ ){0,3}\w+)"
_SENT = r"(?:sent|shipped|dispatched|posted)"
_AWAY = rf"(?:away|gone|gone out|out|out of the door|(?:on|in) (?:its|the|their) (?:way|road|post|van)|{_SENT})"
_STILL_CAN = re.compile(
    rf"{_SUBJECT} (?:(?:can|could) still be (?:stopped|changed|cancelled|caught|sent)"
    rf"|(?:is|are) (?:still (?:with you|in (?:the|your) warehouse)|not (?:yet )?(?:{_AWAY}|too late)(?: yet)?)"
    rf"|(?:has|have) not (?:yet )?(?:left|gone(?: out)?|been {_SENT})(?: you| the warehouse)?(?: yet)?)"
    r"|(?P<in_time>i am (?:still )?(?:in time|(?:inside|within) (?:the|your|my) (?:return )?"
    r"(?:thirty days|30 days|period|return period|window))|there is (?:still )?time)"
    r"(?: for (?:it|that)| to \w+ (?:it|them|that|this))?"
)
"""What says that it is early enough, for an act whose own rules say so as well."""
_TOO_LATE = re.compile(
    rf"{_SUBJECT} (?:(?:is|are) (?:already |now )*"
    rf"(?:{_AWAY}|too late(?: for (?:that|it|this))?|impossible)(?: already| now)?"
    rf"|(?:has|have) (?:already )?(?:left|gone(?: out)?|been {_SENT})(?: already)?)"
    r"|(?P<in_time>i am too late|i have left it too long)(?: for (?:it|that))?"
)
"""What says that it is too late."""
_THE_ONE = ("one i ordered", "one i bought", "one")
_FEW = 5
"""Words of a condition that only says that the thing is so: "if it is an outage"."""
_ELLIPSIS = re.compile(r"(?:it|they|that|this|there|you|i) (?:has|have|is|are|am|does|do|can|could)(?: not)?")
"""A condition that only says that the one before it holds, or does not: "if it has"."""
_NO_MORE = re.compile(r"\b(?:gone|full|taken|available|free)\b")
"""The same of a time, where one is named."""
_NEGATIVE = frozenset(("not", "no", "neither", "nothing", "none", "never"))
_TAKEN = frozenset(("gone", "full", "taken"))
_BARE_DAY = re.compile(r"\b(\d{1,2})(?= (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))")
_NOT = re.compile(r"\b(?:(?:can|could|do|is|are|have) )?(?:not|no|never|nothing)\b")
_GLADLY = re.compile(
    r"\b(?:grab|take|have|prefer|love|like) (?:it|that|this|one|the|him|her)\b"
    r"|\b(?:grab|put|book|slot|squeeze|give|get) (?:me|us|that|it)\b"
)
"""What takes what there may be."""
_CAN_IT = re.compile(r"\b(?:can|could|may) (?:i|we|you|it|this|that|they)\b")
_NEAR = 6
"""Clauses before and behind a condition within which it is said what is wanted then."""
_SO = re.compile(r"(?:yes|so|that is so)")
_FROM = re.compile(r"\b(?:of|from) (?:this |last |the |earlier )*(?:morning|today|yesterday|week|month|\w+day)\b")
"""From when what they have ordered is."""
_BACK = re.compile(r"\b(?:send|give|bring|post|take) (?:it|them|that|this|the \w+) back\b")
_HOW_LONG = re.compile(r"\bin (?:one|an?|\d+) (?:day|hour|week)s?\b")
_LEAVES = re.compile(
    r"(?:(?:then|just|please|kindly|so|fine) )*(?:forget|leave|ignore|scrap|skip|drop|never ?mind|do not"
    r"|no (?:worries|matter|fuss|problem|need)|nothing|fine)\b"
)
"""What asks for nothing to be done."""
_TELLS = re.compile(
    r"(?:(?:and|but|so|please|only|just|kindly|then) )*(?:come back to|get back to|tell|let|write to|call|ring"
    r"|phone|text|email|contact|ask) (?:me|us)\b"
)
_WANTED_THEN = re.compile(
    rf"(?:(?:and|but) )?(?:{_LEAVES.pattern}|{_TELLS.pattern}|(?:it|all|everything|that) stays?\b"
    r"|(?:(?:then|just|please) )*"
    r"(?:(?:(?:i|we) (?:will|would|shall)|(?:would|do) (?:i|we) (?:want|rather|like|prefer))\b"
    rf"|(?:on |the |in the |an? )*{TIMES}\b))"
)
"""How what is wanted in the other case begins: to leave it, what they do then themselves, another time."""


class _Condition(NamedTuple):
    """A condition of this kind, with what stands before and behind it in its clause.

    `can`: it is the case that it can be done; else that it cannot. `governs`: what stands before it is wanted in its
    case; that of an "unless" in the other. `seen`: no other time that is free is one that it names, so that it holds.
    """

    can: bool
    before: str
    behind: str
    governs: bool
    seen: bool = False


class PlannedStep(NamedTuple):
    """What the plan is held against: `requests`: whether a clause asks for the act; `meets`: whether the step meets all
    times and things in some words; `names`: whether words name a thing of it; `free`: whether something else that it
    could have had meets them, None where nothing is offered."""

    requests: Callable[[Clause], bool]
    meets: Callable[[str], bool]
    names: Callable[[str], bool]
    free: Callable[[str], bool | None]


class Feasibility:
    """Which clauses the plan has settled: conditions that hold, and what is said for the other case.

    Of two cases with an act each, "if it can still be stopped, cancel it; if it has left, bring it on Monday", only the
    first is settled by a plan for it, since the act's own rules say whether it can be done.
    """

    def __init__(self, said: Sequence[Clause], act: Act, plan: PlannedStep) -> None:
        plan = plan._replace(requests=cache(plan.requests))  # it looks at a clause's whole sentence
        self._act, self._plan = act, plan
        self._holding: set[Clause] = set()
        self._fallen_away: set[Clause] = set()
        asked = possible = False
        last: _Condition | None = None
        for n, one in enumerate(said):
            if one in self._fallen_away:
                continue
            found = self._condition(one, last, said[n - 1] if n else None)
            if found is None and possible and (otherwise := _OTHERWISE.search(one.plain)):
                found = _Condition(False, "", one.plain[otherwise.end() :], governs=False)
            if found is None:
                asked = asked or plan.requests(one)
                continue
            last = found
            near = said[max(0, n - _NEAR) : n], said[n + 1 : n + 1 + _NEAR]
            before, behind = ([other for other in part if other.sentence == one.sentence] for part in near)
            own = list(takewhile(lambda other: _IF.search(other.plain) is None, behind))
            then = [one, *own] if found.behind.strip() or own else [*before, one]
            other_act = any(act.elsewhere.search(other.plain) for other in then)
            of_ours = not other_act or any(act.does.search(other.plain) for other in then)
            wanted = of_ours and any(plan.requests(other) or _GLADLY.search(other.plain) for other in then)
            if found.seen:
                self._holding.add(one)
                asked = True
            elif found.can:
                after = behind[:1]
                more = [other for other in after if other.plain.startswith("and ") and not plan.requests(other)]
                here = wanted or (asked and not other_act)
                if here and plan.meets(one.plain) and not more:
                    asked = possible = True
                    self._holding.add(one)
            elif asked:
                self._fallen_away.update(_fallen_away(found, one, before, behind, self._speaks))

    def _speaks(self, one: Clause) -> bool:
        """Whether a clause may ask for the act: more than for the act that is to be done if it can be."""
        return self._plan.requests(one) or self._act.own.search(_BACK.sub(" ", one.plain)) is not None

    def settles(self, one: Clause) -> bool:
        return one in self._holding or one in self._fallen_away

    def has_fallen_away(self, sentence: Sequence[Clause]) -> bool:
        """Whether all of a sentence is for the case that it can't be done."""
        return all(one in self._fallen_away for one in sentence)

    def _condition(self, one: Clause, last: _Condition | None, before: Clause | None) -> _Condition | None:
        """`last`: the condition in front of it, which an "if it has" is the other of; `before`: the clause in front of
        it, which an "if so" is of."""
        found = _IF.search(one.plain)
        if found is None:
            return None
        before_it, behind = one.plain[: found.start()], one.plain[found.end() :]
        then = _THEN.search(behind)
        condition, rest = (behind[: then.start()], behind[then.start() :]) if then else (behind, "")
        condition = re.sub(r"['’]s\b|\bsame (?=\w*day\b)", "", condition).strip(" .,!?")
        condition = _BARE_DAY.sub(r"\1th", condition)
        governs = found["if"] != "unless"
        if _SO.fullmatch(condition):
            asked = before.plain if before is not None and before.asked else ""
            of_it = _ABLE.search(asked) or _CAN_IT.search(asked)
            return _Condition(True, before_it, rest, governs) if of_it else None
        if last is not None and _ELLIPSIS.fullmatch(condition):
            return _Condition(not last.can, before_it, rest, governs)
        for pattern, can in ((_STILL_CAN, True), (_TOO_LATE, False)):
            state = pattern.fullmatch(" ".join(_FROM.sub(" ", condition).split()))
            if state is not None and (state["in_time"] or self._is_ours(state["what"])):
                return _Condition(can == governs, before_it, rest, governs) if can or governs else None
        words = re.findall(r"[a-z0-9:]+", condition)
        timed = any(map(_TIME.fullmatch, words))
        of_the_act = any(map(self._act.own.fullmatch, words)) and not (_NEGATIVE & set(words)) and len(words) <= _FEW
        able = of_the_act or _ABLE.search(condition) or (_NO_MORE.search(condition) and timed)
        if not able or _HOW_LONG.search(condition) or not all(map(self._of_ability, words)):
            return None
        negative = bool(_NEGATIVE & set(words)) != bool(_TAKEN & set(words))
        plain = _NOT.sub(" ", condition)
        seen = negative and timed and not self._plan.meets(plain) and self._plan.free(plain) is False
        if (found["if"] == "unless" and not negative) or not (seen or self._plan.meets(plain)):
            return None  # "leave it unless you can do Friday": what stands before it is the other case
        return _Condition(not negative, before_it, rest, governs, seen)

    def _is_ours(self, what: str) -> bool:
        """Whether it is "it", or what the step is about."""
        rest = what.partition(" ")[2]
        return not rest or self._plan.names(what) or any(map(self._act.own.fullmatch, rest.split())) or rest in _THE_ONE

    def _of_ability(self, word: str) -> bool:
        if word in lines("if_it_can_be_done") or word in _NEGATIVE | _TAKEN or _TIME.fullmatch(word):
            return True
        return bool(self._act.own.fullmatch(word))


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
    if wanted is not rest and all(_TELLS.match(other.plain) for other in wanted if other.plain.strip()):
        return (one,)  # "only come back to me if you can't"
    then, *more = [other for other in rest if other.plain.strip(" .,!?")] or [one]
    if not _WANTED_THEN.match(then.plain) or any(_NOT.search(_LEAVES.sub(" ", other.plain)) for other in more):
        return ()
    return one, then, *(other for other in more if _WANTED_THEN.match(other.plain))
