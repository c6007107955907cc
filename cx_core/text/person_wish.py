"""Whether words ask for a person: somebody is to speak to them, take over or answer, and no machine.

It reads how the asking is built, not single words: who is asked for (a human, somebody real, one of our roles), and by
which wish. What is only told of people, of what was said earlier, or of others' people is none.
"""

from __future__ import annotations

import re

from cx_core.text.shorthand import written_out


def _or(*ways: str) -> str:
    return rf"(?:{'|'.join(ways)})"


_REAL = r"(?:real|actual|live|living|proper|genuine|flesh and blood)"
_ANYBODY = r"(?:somebody|someone|anybody|anyone)"
_ONE = rf"(?:person|human(?: being)?s?|people|{_ANYBODY}|individual)"
_JOB = r"(?:agent|advis[eo]r|representative|rep|operator|employee|manager|supervisor|team leader|boss)"
_ROLE = _or(
    rf"(?:customer )?(?:service )?{_JOB}",
    r"member of (?:the |your )?(?:staff|team)",
    r"colleagues?",
    r"staff",
    r"customer (?:service|support|care)(?: staff)?",
    r"one of (?:your|the) (?:people|colleagues|team|staff|agents|advis[eo]rs)",
)
_HUMAN = _or(
    rf"{_REAL} {_ONE}", rf"{_REAL} {_ROLE}", rf"(?:{_ANYBODY}|person) (?:real|human|alive)", r"human(?: being)?s?"
)
_OURS = rf"(?:{_ANYBODY}|a person)(?: else)?" + _or(
    r" (?:from|in|on|of) (?:your|the) (?:team|side|staff|company|office|end)",
    r" (?:who|that) (?:works|can|is|knows)\b",
    r" in charge",
)
_WHOSE = r"(?:(?:a|an|the|your|another|some|any|this|one of your) )"
_HEAD = _or(
    _OURS,
    rf"{_WHOSE}?(?:[a-z]+ )?{_HUMAN}",
    rf"{_WHOSE}?{_ROLE}",
    r"an? (?:person|individual)",
    r"person",
    _ANYBODY,
)
"""Whoever is asked for where the wish itself is plain: "speak to an agent"."""
_SURE = _or(
    rf"{_WHOSE}?{_HUMAN}",
    r"an? (?:person|individual)",
    _OURS,
    r"an? (?:colleague|member)(?: of (?:yours|staff|your (?:staff|team)))?",
)
"""Whoever is one of us, or a human and no machine, by these words alone."""
_STAFF = _or(_SURE, rf"(?:an?|your) {_ROLE}", r"one of your \w+")
_ELSEWHERE = r"(?! (?:abroad|in [a-z]+|overseas|named|at reception|on the phone|on wi))"
_TALK = _or(
    r"speak(?:ing)?",
    r"talk(?:ing)?",
    r"chat(?:ting)?",
    r"deal(?:ing)?",
    r"connect(?:ed)?",
    r"correspond|discuss|in touch",
    r"have a (?:word|chat|conversation)",
)
_ACT = (
    r"(?:answer|look|read|take|deal|handle|check|call|ring|phone|reply|respond|decide|get in touch|contact|sort|help"
    r"|review|write)"
)
_DONE = (
    r"(?:handled|answered|dealt with|read|looked at|reviewed|checked|decided|done|seen|served|helped|contacted|called"
    r"|rung|phoned)"
)
_MOVE = r"(?:put|pass|send|let|hand|transfer|connect|escalate|refer|forward|switch|direct|route)"
_OVER = r"(?: (?:through|over|on|up))?,? (?:to|with|in (?:touch|contact) with)"
_WANT = r"(?:want|need|prefer|like|demand|rather(?: have)?|insist on|ask for|asking for|request)"
_MAY = r"(?:let|have|get|can|could|may|would|will|should|please ask)"
_WISHES = (
    rf"\b{_TALK}(?: \w+){{0,3}}? (?:to|with) {_HEAD}\b{_ELSEWHERE}",
    rf"\b(?:reach|contact|get hold of|get through to|get to|find) {_STAFF}\b",
    rf"\b{_MOVE} (?:me|us|this|it|my \w+|the \w+){_OVER} {_HEAD}\b",
    rf"\b(?:get|give|send|find|fetch|bring) (?:me|us) {_STAFF}\b",
    rf"\b(?:put|assign|allocate) {_STAFF} (?:on|to)\b",
    rf"\bput through to {_WHOSE}?(?:\w+ )?(?:{_HUMAN}|{_ROLE}|person)\b",
    rf"\b(?:{_ANYBODY}|a person) to (?:talk|speak|chat) (?:to|with)\b",
    rf"\b(?:let me|can i|could i|may i|want to|like to) (?:please )?(?:have|get|see) {_STAFF}(?: |$)",
    rf"\b{_WHOSE}(?:{_REAL} )?human(?: being)?s?\b(?! (?:error|voice|right|mistake|resources))",
    rf"\b(?:{_SURE}|people|{_ANYBODY}) (?:(?:that|who|whom) )?(?:i|we) (?:can|could|may) (?:speak|talk|chat|turn)",
    rf"\b(?:make|in|get into) contact with {_HEAD}\b",
    r"\b(?:only|rather|prefer to|will) (?:deal|speak|talk) (?:to|with) (?:real )?(?:people|humans|persons)\b",
    rf"\b{_WANT} {_SURE}(?: |$)",
    rf"\bfrom an? {_HUMAN}",
    rf"\b{_MAY} {_STAFF}(?: please| kindly)?(?: to)? {_ACT}",
    rf"\b{_DONE} by (?:an? (?:person|individual|{_ROLE})|{_SURE})\b",
    rf"\bis there {_HEAD}(?: \w+)?(?: (?:that|who|whom))? (?:i|we) (?:can|could|may|might)\b",
    r"\bwho (?:can|could|do|should) (?:i|we) (?:speak|talk|turn|escalate)(?: (?:to|with))?(?: please| here)?$",
)
_WISH = re.compile("|".join(f"(?:{one})" for one in _WISHES))
_BARE = re.compile(
    r"(?:(?:please|pls|plz|hello|hi|now|just|only|an?|the|some|i said|thanks|thank you|ok) )*"
    + _or(_HUMAN, rf"{_REAL} {_ROLE}", r"person", _JOB, rf"customer service(?: {_ROLE})?")
    + r"(?: (?:please|pls|plz|now|thanks|thank you|asap))*"
)
"""All of a sentence, where there is no wish but who is wished for."""
_NO_NEED = r"(?:don't|do not|no|didn't|needn't|without|rather not|not) (?:need |want |have |having |wish )?(?:to )?"
_TOLD = re.compile(
    r"\b(?:when|whenever|while|if|since|after|before) (?:i|we|you|they|my \w+)\b"
    r"|\b(?:after|by|of|from|was|were|been|keep|kept) (?:speaking|talking|chatting|dealing)\b"
    rf"|\b{_NO_NEED}(?:speak|talk|chat|speaking|talking|a person|a human)\b"
    r"|\b(?:i|we|he|she|they|it)(?:'m| am|'re| are|'s| is| was| were) an? (?:real|actual|normal)? ?(?:person|human)"
    r"|\b(?:i|we|he|she|they) (?:already |just |had |have |'ve )*(?:spoken|talked|spoke|chatted|dealt)\b"
)
"""What is told of talking or of oneself, or is not wanted."""
_MACHINE = re.compile(
    r"\b(?:\w+(?:'\w+)? ){0,5}(?:speak|talk|chat|deal|speaking|talking|chatting|dealing|spoken|talked)(?: again)?"
    r" (?:to|with) (?:an?|the|your|this|another|some) (?:\w+ )?"
    r"(?:bot|chatbot|machine|computer|robot|program|programme|ai|assistant)\b"
)
"""Talking to a machine, told or turned down: it says nothing against the wish for a person beside it."""
_THEIRS = re.compile(
    r"\b(?:my|our|his|her|their) (?:\w+ )?(?:agent|manager|supervisor|boss|colleague|operator|friends?)\b"
)
_SELF = re.compile(r"\b(?:i'm|i am|we're|we are) (?:just |only )?an? (?:real|actual|normal) (?:person|human)")
_SENTENCE = re.compile(r"[.!?;\n]+")
_WORD = re.compile(r"\w+(?:'\w+)*")


def asks_for_person(text: str) -> bool:
    """Whether any sentence of these words, which are the sender's own, asks for a person."""
    return any(map(_asks, _SENTENCE.split(_written(text))))


def tells_of_self(text: str) -> bool:
    """Whether somebody only says that they are a person themselves."""
    return _SELF.search(_written(text)) is not None


def _written(text: str) -> str:
    return written_out(text).text.casefold().replace("’", "'")


def _asks(sentence: str) -> bool:
    said = " ".join("to" if word == "2" else word for word in _WORD.findall(sentence))
    if not said:
        return False
    if _BARE.fullmatch(said):
        return True
    said = _MACHINE.sub(" ", _THEIRS.sub("them", said))
    start = 0
    for found in _WISH.finditer(said):
        if not _TOLD.search(said, start, found.end()):
            return True
        start = found.end()
    return False
