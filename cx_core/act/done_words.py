"""Tell from a clause's grammar whether it says that something was done or is under way, whatever it was.

`act_claims` knows the words that each action declares; people find others. Read here is only how English says that a
thing is so by now: what we did or are doing, what has been done, what is so now, and what has set out. What is asked,
wished, possible, general, denied, the customer's own doing, or only looked at and talked about is none of that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HARMLESS = _words(
    "asked checked looked seen found read received heard understood noted noticed thought spoken talked "
    "tried tested compared reviewed explained mentioned apologised apologized waited charged billed "
    "missed failed forgotten written replied answered called needed wanted wished hoped enjoyed liked "
    "used shared discussed described expected agreed decided learnt learned considered investigated "
    "searched verified confirmed attached promised offered passed forwarded said stated listed referred "
    "measured counted had been "
)
"""What people do without changing anything in a business system: look, say, think, wait."""
IRREGULAR = _words("sent gave put made took paid set told got given taken done gone reset")
"""Participles and past forms without -ed that tell of an act wherever `act_claims` reads one."""

_PAST = IRREGULAR | _words(
    "brought built chose chosen cut dealt did drew drawn held kept left let ran rang redid redone rewrote rewritten "
    "sold shut stood swept threw thrown undid undone went withdrew withdrawn wrote written struck resent"
)
_QUIET = HARMLESS | _words(
    "saw knew was were felt came meant spoke wrote went left kept held happened arrived seemed appeared turned "
    "worked caused realised realized believed remembered worried appreciated regretted loved managed started began "
    "delivered affected delayed experienced suffered reported occurred resulted based related supposed required "
    "interested concerned pleased delighted sorry attached included detailed outlined linked damaged scheduled booked "
    "registered recorded due handled signed owed wrote let"
)
"""Forms that end like an act's and tell of none by themselves: what is seen, felt, is so anyway, or happened."""
_QUIET_ING = _words(
    "looking checking hoping wondering waiting trying going asking thinking investigating reading seeing working "
    "having being getting contacting writing calling following missing offering speaking coming concerning regarding "
    "including according starting beginning making experiencing billing charging using paying living happening wanting "
    "planning expecting aiming discussing reviewing awaiting struggling choosing leaving moving"
)
_WE = _words("i we colleague colleagues team manager supervisor system billing warehouse engineers department office")
_NOT_WE = _words("you they customer he she who which that it")
_MODAL = _words("will would can could may might shall should must cannot ll d want wish like need let please able")
_BEFORE = _words(
    "now already just also today since then all both again even indeed therefore yet still being been have"
)
_GENERAL = re.compile(
    r"\b(?:if|when|whenever|unless|once|usually|normally|always|automatically|typically|generally|within|each|every|"
    r"anyone|customers|please|before|after|until|how|why|what|whether|ever|any time)\b"
    r"|\b(?:days|weeks?|months?|years?) ago\b"
    r"|\byou(?:['’]ve| have)? (?:said|told|mentioned|wrote|say|reported|asked|described|noticed|found)\b",
    re.IGNORECASE,
)
_LATELY = r"(?:just|today|now|this (?:morning|afternoon|evening)|(?:a|some) (?:moment|minute|while)s? ago|already)"
_BE = r"(?:is|are|am|['’]s|['’]re|['’]m)"
_SO_NOW = re.compile(
    rf"\b{_BE}(?: all| already| both)* (?:now|officially)\b|(?<!right )(?<!for )(?<!by )(?<!until )\bnow"
    r"(?=$|[.!,]| on\b| in\b| at\b| set\b| live\b| back\b| going\b)"
    r"|\bas of (?:today|now|this)|\bhereby\b|\bwith (?:immediate )?effect from\b"
    r"|\b(?:as|like) (?:you )?(?:requested|asked)\b|\bno longer\b"
    rf"|\b{_BE} (?:all )?(?:set|sorted|gone|done|live|active|off|out(?! of)|wiped|cleared|in hand|under ?way|in motion|"
    r"running|in progress|being \w+ed)\b"
    r"|\b(?:i|we)(?:['’]ve)? (?:have )?(?:got|had) (?:the|your|that|it|this|a|an)\b.{0,40}\b\w+ed\b",
    re.IGNORECASE,
)
_SET_OUT = re.compile(
    rf"\b{_BE} (?:\w+ ){{0,2}}(?:on (?:its|the|their) way|winging|heading|headed|en route|coming your way|flying|"
    r"racing|with the courier|in the post|in your inbox|out for delivery|off your|back in your|sitting)\b"
    r"|\b(?:has|have|['’]ve|['’]s) (?:just |now |already )?(?:left|gone|headed|set off)\b"
    rf"|\b(?:left|went|came|gone) (?:out|off|through|back|our|the (?:warehouse|depot))\b.*\b{_LATELY}"
    rf"|(?<!had )\b{_LATELY} (?:left|went|gone)\b|\bwent (?:out|off|through)\b"
    r"|\b(?:heading|coming|winging its way|on its way) (?:to you|your way)\b",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:on|in|at|last|yesterday|since|by|during|when)\b|\d", re.IGNORECASE)
"""When something was: told of what is long done, and may be on record."""
_REGARD = re.compile(
    r"\b(?:consider|count|treat|regard|call)\b.{1,60}\b(?:\w+ed|done|gone|paid|undone)\b", re.IGNORECASE
)
_WITH_THAT = re.compile(
    r"^\W*(?:and |so |right |ok(?:ay)? )?that['’]s (?:you|your|the|a|both|all)\b.*\b\w+ed\b", re.IGNORECASE
)


def says_done(clause: str, words: Sequence[str]) -> bool:
    """Whether a clause, given with its words in lower case, says that something is done or under way."""
    if _GENERAL.search(clause):
        return False
    if _WITH_THAT.search(clause) or _REGARD.search(clause):
        return True
    for pattern in (_SO_NOW, _SET_OUT):
        found = pattern.search(clause)
        if found and _asserted(clause[: found.end()]) and not _only_looks(words):
            return True
    return any(_done_at(words, place, clause) for place in range(len(words)))


def _asserted(text: str) -> bool:
    """Whether nothing before the sign makes it a wish, a possibility or somebody else's doing."""
    return _MODAL.isdisjoint(re.findall(r"\w+", text.casefold()))


def _only_looks(words: Sequence[str]) -> bool:
    """Whether the one act named is looking, asking, thinking or waiting."""
    return any(word in _QUIET_ING for word in words) and {"i", "we", "m", "re"} & set(words) != set()


def _done_at(words: Sequence[str], place: int, clause: str) -> bool:
    """Whether the word at this place is a verb by which we did, are doing or have had something done."""
    word, before = words[place].removeprefix("re-"), tuple(words[:place])
    if not _MODAL.isdisjoint(before[-6:]):
        return False
    if word.endswith("ing") and len(word) > 5 and word not in _QUIET_ING:
        doing = {"am", "m", "are", "re", "is", "s"} & set(before[-3:])
        ours = bool(_WE & set(before[-5:])) or "currently" in words
        return (bool(doing) and ours) or before[-2:] == ("process", "of")
    if not (word.endswith("ed") or word in _PAST) or word in _QUIET:
        return False
    at = place - 1
    while at >= 0 and (words[at] in _BEFORE or words[at].endswith("ly")):
        at -= 1
    if at < 0:  # "Pushed your delivery back", "Have just re-sent it"
        return len(words) > place + 1
    nearest = words[max(0, at - 3) : at + 1]
    between = words[at + 1 : place]
    if words[at] in ("ve", "has", "s", "got", "had", "having") or "have" in between or "been" in between:
        return "been" in between or (not _WE.isdisjoint(nearest) and _NOT_WE.isdisjoint(nearest))
    if words[at] in ("was", "were"):
        return re.search(rf"\b{_LATELY}\b", clause, re.IGNORECASE) is not None or not _DATED.search(clause)
    if not _WE.isdisjoint(nearest) and _NOT_WE.isdisjoint(nearest):
        return True
    return _bare(words, place)


def _bare(words: Sequence[str], place: int) -> bool:
    """Whether a participle follows its noun without any verb: "Delivery address amended on order 88213"."""
    verbs = {"is", "are", "was", "were", "has", "have", "had", "s", "re", "ve", "do", "does", "did", "am", "be"}
    return place <= 5 and verbs.isdisjoint(words) and (_WE | _NOT_WE | {"your", "our"}).isdisjoint(words[:place])
