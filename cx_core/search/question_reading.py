"""What a message asks: each sentence with the words that carry its meaning, and what kind of answer it wants.

Rules about the English language, none about a business. Words that only ask, frame or are polite carry nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from cx_core.text.shorthand import written_out

Wants = Literal["money", "time", "count", "number", "place", "yes", "telling"]
"""What an answer must hold: a sum (or that it is free), a time or period, a number, a number to dial, a place, whether
it is so, or anything else."""

Terms = Callable[[str], Sequence[str]]
"""The stems of a text's words, in order."""

_WORD = re.compile(r"[^\W_]+(?:['’.:-][^\W_]+)*")
_WITHOUT_WEIGHT = """
a an the this that these those some any each every all both there here it its they them their he she his her we
us our ours you your yours i me my mine myself yourself one ones oneself and or but if then so as than because
while of to in on at by for from with into onto about up down out off over under per via between through during
before after within until till am is are was were be been being do does did doing done have has had having can
could will would shall should may might must need needs needed let lets get gets got getting go goes going make
makes made take takes took taken want wants wanted like likes know knows knew tell tells told ask asks asking
say says said see give gives given please pls plz thanks thank thankyou hello hi hey dear sir madam regards kind
best cheers many good morning afternoon evening day sorry quick question questions wondering wonder curious just
also only really actually possible possibly maybe perhaps able not no yes don't doesn't didn't isn't aren't
can't cannot won't wouldn't i'm i'd i've i'll you're it's that's what's where's who's how's when's there's time
what which who whom whose where when why how much long far often soon quickly exactly usually normally generally
roughly something anything somebody someone anybody anyone thing things way ways sort mean means stand stands
happen happens ok okay well too very more most yet else such help info information enquiry inquiry query general
hope fine whether u ur r whats wheres hows im ive id dont cant does't work works use used using uses
"""
_EMPTY = frozenset(_WITHOUT_WEIGHT.split())
"""Words that carry nothing by themselves: of grammar, of asking, of politeness."""
_QUESTION = re.compile(
    r"^\W*(?:(?:and|but|so|also|or|hi|hello|hey|ok|please|pls|quick question|just wondering|one more thing)\W+)*"
    r"(?:what|whats|which|who|whom|whose|where|wheres|when|why|how|hows|is|are|am|was|were|do|does|did|can|could|will"
    r"|would|shall|should|may|must|has|have|had|need|tell me|let me know|i'd like to know|i would like to know"
    r"|i want to know|could you tell|can you tell|please tell|any idea|in which|at what|at which|for how|for which"
    r"|by when|until when|until what|till when|from which|from when|to which|on which|up to)\b",
    re.I,
)
_ASKED_INSIDE = re.compile(r"[,;:]\s*(?:and\s+)?(?:what|which|where|when|why|how|is there|can i|do i|does it)\b", re.I)
_OWN = re.compile(
    r"\b(?:is|are|was|were|has|have|had|did|am|where's|when's|what's|how's|isn't|aren't|wasn't|hasn't|haven't|didn't)\s+"
    r"(?:my|our|mine|ours|i|we)\b(?!\s+to\b)|\b(?:when|where)\s+(?:will|does|do)\s+(?:my|our)\b"
    r"|\b(?:my|our|i|we)\s+(?:still|already|just)\b|\b(?:i've|we've|i'm|we're)\b"
    r"|\b(?:i|we)\s+(?:have|had|was|were|am|are|got|ordered|paid|sent|returned|waited|moved|never|want|wish)"
    r"\b(?! to\b)",
    re.I,
)
_WISH = re.compile(
    r"^\W*(?:(?:and|also|then|so|but)\W+)*(?:please\s+)?(?:cancel|send|change|refund|book|move|upgrade|take|give|add|stop"
    r"|close|open|order|resend|call|ring|return|replace|pay|put|delete|remove|switch|transfer|waive|credit|block|unblock)"
    r"\b|\bplease\s+(?!tell\b|let me know\b|could you tell\b|advise\b|confirm\b)[a-z]+\b"
    r"|\b(?:could|can|would|will) you\s+(?!tell\b|explain\b|let me know\b|say\b|advise\b|take\b|accept\b|send\b|deliver"
    r"\b)"
    r"(?:please\s+)?(?:cancel|change|refund|book|move|upgrade|stop|close|order|resend|call|replace|check|look|put|delete"
    r"|remove|switch|transfer|waive|credit)\b",
    re.I,
)
_MONEY = re.compile(
    r"\b(?:how much(?! (?:data|of|time|notice|speed|space))|cost|costs|price|prices|charge for|fee|fees"
    r"|expensive|charges?)\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?:how long(?! (?:is the (?:cable|cord)))|when|what time|which time|how (?:soon|quickly|fast)|until when"
    r"|till when|how many (?:days|hours|weeks|months|years|minutes|working days)|which day|what day|opening hours"
    r"|hours)\b",
    re.I,
)
_COUNT = re.compile(r"\b(?:how many|how much (?:data|of)|how often)\b", re.I)
_DIAL = re.compile(
    r"\b(?:which|what|whats|what's)\b[^?]{0,20}\b(?:phone |telephone )?number\b[^?]*"
    r"|\b(?:phone|telephone) number\b",
    re.I,
)
_MEASURED = re.compile(
    r"\bhow (?:long|high|big|large|old|far|fast|thick|wide|deep|heavy) (?:is|are|was|were) "
    r"(?P<what>(?:(?!(?:on|in|of|for|if|when|after|before|with|at|from|to|that|which)\b)[\w'’-]+[ ]?){1,4})",
    re.I,
)
"""What itself is measured: "how long is the warranty on ..." asks for no other period that a warranty brings along."""
_YES = re.compile(
    r"^\W*(?:(?:and|but|so|also|hi|hello|ok)\W+)*(?:is|are|do|does|did|can|could|will|would|may|must|has"
    r"|have|should|shall)\b",
    re.I,
)


_COURTESY = re.compile(
    r"^\W*(?:(?:thanks|thank you)(?: in advance)?|many thanks|cheers|(?:kind|best|warm|with kind|with best) "
    r"(?:regards|wishes)|regards|best|(?:yours )?(?:sincerely|faithfully)|yours(?: \w+)?)"
    r"(?:[.,!…]*(?:\s+|$)|[,!]+)",
    re.I,
)
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")
_DO = re.compile(
    r"^(?:activate|check|confirm|deactivate|explain|fix|help|renew|repair|reset|unsubscribe|update)\b", re.I
)
_TYPE_WORDS: dict[Wants, str] = {
    "money": "cost costs price prices charge charges fee fees pay paid expensive amount much",
    "place": "place spot find located location put",
    "number": "number telephone phone call ring dial reach",
    "time": "time hours long",
}
"""Words that only say which kind of answer is wanted: an answer of that kind need not repeat them."""


class QuestionPart(NamedTuple):
    """One sentence of a message. `own`: it is about what is this customer's, or wants something done. `measured`: of
    what it carries, the thing itself of which a length or size is asked."""

    text: str
    carries: tuple[str, ...]
    question: bool
    wants: Wants
    own: bool
    measured: tuple[str, ...] = ()


def courtesy(text: str) -> bool:
    """Whether a line only thanks or takes leave, with at most a name."""
    found = _COURTESY.match(text)
    return found is not None and named(text[found.end() :])


def named(text: str) -> bool:
    """Whether these are at most the words of a name, which ask for nothing; a domain is no name."""
    words = [word for word in (word.strip(",.!–—-") for word in text.split()) if re.search(r"\w", word)]
    asks = _WISH.search(text) or _DO.search(text) or any(word.casefold() in _EMPTY for word in words)
    return len(words) <= 3 and not asks and all(_NAME.fullmatch(word) for word in words)


def read(text: str, terms: Terms) -> QuestionPart:
    """One sentence, as it is asked."""
    words = written_out(text).text
    if courtesy(words):
        return QuestionPart(text, (), question=False, wants="telling", own=False)
    wants = _wanted(words)
    question = bool(_QUESTION.search(words) or words.rstrip().endswith("?") or _ASKED_INSIDE.search(words))
    own = bool(_OWN.search(words) or _WISH.search(words))
    said = _TYPE_WORDS.get(wants, "").split()
    found = _MEASURED.search(words)
    return QuestionPart(
        text,
        tuple(one for one in carried(words, terms) if one not in _stems(said, terms)),
        question,
        wants,
        own,
        carried(found["what"], terms) if found else (),
    )


def in_general(sentences: Sequence[str]) -> bool:
    """Return whether these ask something, and none of them is about what is the customer's own or wants it done."""
    asked = [one for one in (read(text, _no_terms) for text in sentences)]
    return any(one.question for one in asked) and not any(one.own for one in asked)


def _no_terms(_text: str) -> Sequence[str]:
    return ()


def carried(text: str, terms: Terms) -> tuple[str, ...]:
    """The stems of the words that carry meaning, each once."""
    kept = [word for word in _WORD.findall(text.replace("’", "'")) if word.casefold() not in _EMPTY]
    return tuple(dict.fromkeys(stem for word in kept for stem in terms(word)))


def _stems(words: Sequence[str], terms: Terms) -> set[str]:
    return {stem for word in words for stem in terms(word)}


def _wanted(text: str) -> Wants:
    if _DIAL.search(text) and not _YES.search(text):
        return "number"
    if _YES.search(text):
        return "yes"
    for kind, pattern in (("time", _TIME), ("count", _COUNT), ("money", _MONEY)):
        if pattern.search(text):
            return kind  # type: ignore[return-value]  # literals of Wants
    return "place" if re.search(r"\bwhere\b", text, re.I) else "telling"
