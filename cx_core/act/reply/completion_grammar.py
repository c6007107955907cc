"""Tell from a clause's grammar whether it says that something was done or is under way, in whatever words.

`act_claims` knows the words that each action declares; people find others. Read here is how English says that a thing
is so by now: what we did or are doing, what has been done, what is so now, and what has set out. What is asked, wished,
possible, general, the customer's own doing, or only looked at and talked about is none of that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Sign = Literal["", "weak", "strong"]
"""How a clause says that something is done. A weak sign counts where the clause names what an action is about."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written with spaces between them."""
    return frozenset(text.split())


HARMLESS = word_set(
    "asked checked looked seen found read received heard understood noted noticed thought spoken talked "
    "tried tested compared reviewed explained mentioned apologised apologized waited charged billed "
    "missed failed forgotten written replied answered called needed wanted wished hoped enjoyed liked "
    "used shared discussed described expected agreed decided learnt learned considered investigated "
    "searched verified confirmed attached promised offered passed forwarded said stated listed referred "
    "measured counted had been "
)
"""What people do without changing anything in a business system: look, say, think, wait."""
IRREGULAR = word_set("sent gave put made took paid set told got given taken done gone reset")
"""Participles and past forms without -ed that tell of an act wherever `act_claims` reads one."""

_PAST = IRREGULAR | word_set(
    "brought built chose chosen dealt did drew drawn redid redone rewrote rewritten sold swept threw thrown undid "
    "undone withdrew withdrawn struck resent stood"
)
_QUIET = HARMLESS | word_set(
    "happened arrived seemed appeared turned worked caused realised realized believed remembered worried appreciated "
    "regretted loved managed started delivered affected delayed experienced suffered reported occurred resulted based "
    "related supposed required interested concerned pleased delighted excited surprised thrilled attached included "
    "detailed outlined linked damaged scheduled booked registered recorded handled signed owed copied pasted quoted "
    "guessed named aged wired marked need indeed speed feed red shed bed hundred proceed exceed succeed"
)
"""Words that end like an act and tell of none by themselves: what is seen, felt, is so anyway, happened, or a noun."""
_QUIET_ING = word_set(
    "looking checking hoping wondering waiting trying going asking thinking investigating reading seeing working "
    "having being getting contacting writing calling following missing offering speaking coming concerning regarding "
    "including according starting beginning making experiencing billing charging using paying living happening wanting "
    "planning expecting aiming discussing reviewing awaiting struggling choosing leaving moving doing enjoying "
    "attaching forwarding hearing sitting standing helping"
)
_WE = word_set("i we colleague colleagues team manager supervisor system billing warehouse department office")
_NOT_WE = word_set("you they customer he she who which that it nobody")
_MODAL = word_set("will would can could may might shall should must cannot ll d want wish like need let please able")
_BEFORE = word_set(
    "now already just also today since then all both again even indeed therefore yet still being been have"
)
_GENERAL = re.compile(
    r"\b(?:if|when|whenever|unless|once|usually|normally|always|automatically|typically|generally|within|each|every|"
    r"anyone|customers|please|before|after|until|how|why|what|whether|ever|any time)\b"
    r"|\b(?:days|weeks?|months?|years?) ago\b"
    r"|\byou(?:['’]ve| have)? (?:said|told|mentioned|wrote|say|reported|asked|described|noticed|found)\b",
    re.IGNORECASE,
)
_LATELY = (
    r"(?:just|today|now|this (?:morning|afternoon|evening)|(?:a|some|an) (?:moment|minute|while|hour)s? ago|already)"
)
_BE = r"(?:is|are|am|['’]s|['’]re|['’]m)"
_SO_NOW = re.compile(
    rf"\b{_BE}(?: all| already| both)* (?:now|officially)\b|(?<!right )(?<!for )(?<!by )(?<!until )\bnow"
    r"(?=$|[.!,]| on\b| in\b| at\b| set\b| live\b| back\b| going\b)"
    r"|\bas of (?:today|now|this)|\bwith (?:immediate )?effect from\b|\bno longer\b"
    rf"|\b{_BE} (?:all )?(?:set|sorted|gone|done|live|active|off|wiped|cleared|in hand|under ?way|in motion|"
    r"running|in progress|being \w+ed)\b"
    r"|\b(?:i|we)(?:['’]ve)? (?:have )?(?:got|had) (?:the|your|that|it|this)\b.{0,40}\b\w+ed\b",
    re.IGNORECASE,
)
_SET_OUT = re.compile(
    rf"\b{_BE} (?:\w+ ){{0,2}}(?:winging|en route to you|heading (?:to you|your way)|coming your way|"
    r"with the courier|in your inbox|out for delivery|off your|back in your)\b"
    rf"|\b(?:has |have |['’]ve |['’]s )?(?:just |now |already )?left (?:our|the) (?:warehouse|depot)\b"
    r"(?!.{0,40}\b(?:yesterday|last|on)\b)"
    rf"|\bwent (?:out|off|through|back)\b.{{0,40}}\b{_LATELY}"
    r"|\b(?:heading|winging its way|on its way) (?:to you|your way)\b|\bhereby\b",
    re.IGNORECASE,
)
_REGARD = re.compile(r"\b(?:consider|count|treat|regard)\b.{1,60}\b(?:cancelled|closed|done|gone|paid|sorted)\b", re.I)
_WITH_THAT = re.compile(r"^\W*(?:and |so |right |ok(?:ay)? )?that['’]s (?:you|your|the|both|all)\b.*\b\w+ed\b", re.I)
_DATED = re.compile(r"\b(?:on|in|at|last|yesterday|since|by|during|when)\b|\d", re.IGNORECASE)
"""When something was: told of what is long done, and may be on record."""


def sign_of_done(clause: str, words: Sequence[str]) -> Sign:
    """How a clause, given with its words in lower case, says that something is done or under way."""
    if _GENERAL.search(clause):
        return ""
    if _REGARD.search(clause) or _found(_SET_OUT, clause, words):
        return "strong"
    if _WITH_THAT.search(clause) or _found(_SO_NOW, clause, words):
        return "weak"
    return "weak" if any(_done_at(words, place, clause) for place in range(len(words))) else ""


def _found(sign: re.Pattern[str], clause: str, words: Sequence[str]) -> bool:
    """Whether the sign is there, and neither wished nor possible nor only looked at."""
    found = sign.search(clause)
    if found is None or not _MODAL.isdisjoint(re.findall(r"\w+", clause[: found.end()].casefold())):
        return False
    return _QUIET_ING.isdisjoint(words) or {"i", "we", "m", "re"}.isdisjoint(words)


def _done_at(words: Sequence[str], place: int, clause: str) -> bool:
    """Whether the word at this place is a verb by which we did, are doing or have had something done."""
    word, before = words[place].removeprefix("re-"), tuple(words[max(0, place - 6) : place])
    if not _MODAL.isdisjoint(before):
        return False
    if word.endswith("ing") and len(word) > 5:
        doing = not {"am", "m", "are", "re", "is", "s"}.isdisjoint(before[-3:])
        ours = not _WE.isdisjoint(before[-5:]) or "currently" in words
        return word not in _QUIET_ING and ((doing and ours) or before[-2:] == ("process", "of"))
    if not (word.endswith("ed") or word in _PAST) or word in _QUIET:
        return False
    return _by_us(words, place, clause)


def _by_us(words: Sequence[str], place: int, clause: str) -> bool:
    """Whether the past form at this place is our doing, or was done to something."""
    at = place - 1
    while at >= 0 and (words[at] in _BEFORE or words[at].endswith("ly")):
        at -= 1
    if at < 0:  # "Pushed your delivery back", "Have just re-sent it"; "Set it to on" is no past form
        return len(words) > place + 1 and (place > 0 or words[place].endswith("ed"))
    nearest, between = words[max(0, at - 3) : at + 1], words[at + 1 : place]
    ours = not _WE.isdisjoint(nearest) and _NOT_WE.isdisjoint(nearest)
    if words[at] in ("ve", "has", "s", "got", "had", "having") or "have" in between or "been" in between:
        return "been" in between or ours
    if words[at] in ("was", "were"):
        return re.search(rf"\b{_LATELY}\b", clause, re.IGNORECASE) is not None or not _DATED.search(clause)
    return ours or _bare(words, place)


def _bare(words: Sequence[str], place: int) -> bool:
    """Whether a participle follows its noun without any verb: "Delivery address amended on order 88213"."""
    verbs = word_set("is are was were has have had s re ve do does did am be test tests need needs see go and or")
    subjects = _WE | _NOT_WE | word_set("your our engineer driver courier")
    return place <= 5 and verbs.isdisjoint(words[: place + 1]) and subjects.isdisjoint(words[:place])
