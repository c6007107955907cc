"""Shorthand of chats written out: "can u send it 2moro pls, im out n dont have ur nr".

All that reads what customers write reads it so; what is shown and quoted stays as they wrote it. A word is written out
where it stands for one thing only, or where the words beside it say which: "its broken" but "its box", "ill call" but
"I was ill".
"""

from __future__ import annotations

import re
from functools import lru_cache

from cx_core.text.respelling import Respelled, put

_NEGATED = "do does did is are was were has have had would could should must need"
_SAID_SHORT = (
    "go do com say gett tak mak ask look wait sitt work hav try pay send be call ring tell wonder noth someth anyth "
    "everyth morn even mov leav giv putt us show talk think liv runn bring chang need charg start stay los miss feel"
)
"""Before "in" where "ing" is meant: "just askin"."""
_WORDS = {
    **{f"{verb}nt": f"{verb}n't" for verb in _NEGATED.split()},
    **{"cant": "can't", "wont": "won't", "aint": "isn't", "cannt": "can't"},
    **{"im": "i'm", "ive": "i've", "youre": "you're", "youve": "you've", "youll": "you'll", "youd": "you'd"},
    **{"theyre": "they're", "theyve": "they've", "theyll": "they'll", "weve": "we've", "itll": "it'll"},
    **{"thats": "that's", "thatll": "that'll", "thatd": "that'd", "theres": "there's", "heres": "here's"},
    **{"whats": "what's", "wheres": "where's", "hows": "how's", "whos": "who's", "whens": "when's"},
    **{"hes": "he's", "shes": "she's", "couldve": "could've", "shouldve": "should've", "wouldve": "would've"},
    **{"u": "you", "ya": "you", "urs": "yours", "r": "are", "n": "and", "nd": "and"},
    **{"pls": "please", "plz": "please", "plse": "please", "pleez": "please"},
    **{"thx": "thanks", "thnx": "thanks", "tnx": "thanks", "thanx": "thanks"},
    **{"tho": "though", "altho": "although", "cos": "because", "coz": "because", "cuz": "because", "bcos": "because"},
    **{"b4": "before", "til": "till", "thru": "through", "abt": "about", "l8r": "later", "gr8": "great"},
    **{"2moro": "tomorrow", "2morrow": "tomorrow", "2mrw": "tomorrow", "tmrw": "tomorrow", "tmw": "tomorrow"},
    **{"tmoro": "tomorrow", "tomoz": "tomorrow", "2day": "today", "2nite": "tonight", "tonite": "tonight"},
    **{"wanna": "want to", "gonna": "going to", "gotta": "have to", "gimme": "give me", "lemme": "let me"},
    **{"dunno": "don't know", "ppl": "people", "sb": "somebody", "sbdy": "somebody", "smb": "somebody"},
    **{"smbdy": "somebody", "msg": "message", "appt": "appointment", "w/o": "without"},
    **{"wot": "what", "wat": "what", "wut": "what", "wen": "when", "wich": "which", "smth": "something"},
    **{"summat": "something", "sum1": "someone", "some1": "someone", "any1": "anyone"},
    **{"wud": "would", "wld": "would", "cud": "could", "cld": "could", "shud": "should", "shld": "should"},
    **{"hav": "have", "giz": "give us", "gona": "going to", "gunna": "going to"},
    **{"yday": "yesterday", "yest": "yesterday", "nite": "night", "nxt": "next", "agen": "again", "agn": "again"},
    **{"jus": "just", "wiv": "with", "wid": "with", "dat": "that"},
    **{"tbh": "to be honest", "idk": "I don't know", "soz": "sorry", "probs": "probably"},
    **{"pw": "password", "acct": "account"},
    **{f"{verb}in": f"{verb}ing" for verb in _SAID_SHORT.split()},
    **{"wk": "week", "wks": "weeks", "wkend": "weekend", "mth": "month", "mths": "months"},
}
"""What each stands for wherever it stands."""

_BEGINS = r"(?:^|[.!?;:,(\n–-]\s{0,3}|\b(?:and|n|but|so|then|or|if|cos|because|ok|okay|yes|no|please|pls|that|when)\s)"
_NO_MORE = r"(?=\s*(?:$|[.,;:!?\n)]))"
_UNLIKE_VERBS = (
    r"health|and|n|or|but|with|at|in|on|from|since|for|as|again|now|then|today|this|last|because|cos|so|to|too|after"
    r"|before|until|while|when|all|a|an|the|my|of|people|person|husband|wife|mother|mum|father|dad|child|son|daughter"
)
_BESIDE = tuple(
    (re.compile(pattern, re.I), becomes)
    for pattern, becomes in (
        (
            rf"(?<![\w'’])(?P<short>ur)(?=\s(?:at|not|going|able|welcome|sure|still|doing|getting|sending|coming|being"
            rf"|saying|telling|asking|all|too|so|ok|okay|just|right|wrong|the)\b|{_NO_MORE[3:-1]})",
            "you're",
        ),
        (r"(?<![\w'’])(?P<short>ur)\b(?!['’-])", "your"),
        (
            r"(?<![\w'’])(?P<short>its)(?=\s(?:not|a|an|the|my|your|ur|been|still|only|just|already|now|too|so|very|really"
            r"|quite|all|no|never|always|in|on|at|from|for|about|because|cos|gone|going|coming|getting|got|here|there"
            r"|that|this|what|how|why|when|due|ok|okay|fine|good|bad|\w{3,}(?:ed|n['’]?t)|broken|late|wrong|dead|down)\b"
            r"(?!['’]))",
            "it's",
        ),
        (
            rf"{_BEGINS}(?P<short>its)(?=\s[a-z]{{3,}}(?:\s(?:then|to|if|for|but|now|tho|though)\b|\s*(?:$|[.!?\n])))",
            "it's",
        ),
        (
            rf"{_BEGINS}(?P<short>ill)(?=\s(?!(?:{_UNLIKE_VERBS})\b)[a-z]{{2,}})"
            r"|(?<!\bam)(?<!\bim)(?<!['’]m)(?<!['’]s)(?<!\bis)(?<!\bwas)(?<!\bbeen)(?<!\bbe)(?<!\bare)(?<!\bwere)"
            r"(?<!\bso)(?<!\bvery)(?<!\bfell)(?<!\bfeel)(?<!\bfall)(?<!\bthe)(?<!\ban)(?<!\bmy)(?<!\bno)(?<!\bof)"
            r"(?<!ly)(?<!ing)(?<!\btoo)(?<!\bgot)\s(?P<other>ill)(?=\s(?:\w+ly\s|just\s|also\s|then\s)?"
            r"(?:be|do|have|take|get|go|send|call|ring|pay|keep|leave|wait|let|try|need|come|give|bring|make|fix|use"
            r"|\w+\s(?:it|that|this|them|you|u|the|my|one|a))\b)",
            "i'll",
        ),
        (
            rf"{_BEGINS}(?P<short>id)(?=\s(?:like|love|rather|prefer|want|appreciate|be|need|also|really|say|hate"
            r"|have thought)\b)",
            "i'd",
        ),
        (rf"{_BEGINS}(?P<short>lets)(?=\s[a-z])", "let's"),
    )
)
"""What they stand for where the words beside them say so."""

_NAMES = frozenset(("wen", "wat", "dat", "hav", "jus", "wid", "giz", "wich", "nite", "agen"))
"""Names of people, firms and places as well, where they have a capital: "Mrs Wen Li"."""
_SINGLE = frozenset("urn")
"""Single letters. A capital is an initial, unless it begins a sentence in small letters or all is shouted."""

_LONGEST_FIRST = "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
_TOKEN = re.compile(rf"(?<![\w@./&£$€%#'’-])(?:{_LONGEST_FIRST})(?![\w@&%/'’-]|\.\w)", re.I)
_ANY = re.compile(rf"{_TOKEN.pattern}|(?<!\w)(?:ur|its|ill|id|lets)(?!\w)", re.I)
_ADDRESS = re.compile(r"(?<!\S)\S*(?:@|://|www\.)\S*")
_ENDS = re.compile(r"[.!?\n]")
_NAMED = re.compile(
    r"\b(?:flat|block|row|type|grade|plug|labelled|initials?|unit|size)(?: (?:is|are))?(?: \w and)?\s$", re.I
)
"""In front of a single letter that is no word."""
_NEAR = 200
"""So many characters around a word tell whether its sentence is shouted."""
_SHOUTED = 4
"""Words of a sentence in capitals that is no name."""
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?\n])\s*$")


@lru_cache(maxsize=2048)
def written_out(text: str) -> Respelled:
    """The text with its shorthand written out."""
    return put(text, shorthand(text))


def shorthand(text: str) -> dict[tuple[int, int], str]:
    """The words that stand in for shorthand, by the places of it."""
    if _ANY.search(text) is None:
        return {}
    found = {match.span(): _WORDS[match[0].lower()] for match in _TOKEN.finditer(text) if not _is_initial(match, text)}
    for pattern, becomes in _BESIDE:
        for match in pattern.finditer(text):
            found.setdefault(match.span("short" if match["short"] else "other"), becomes)
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    return {at: word for at, word in found.items() if not any(start <= at[0] < end for start, end in addresses)}


def _is_initial(match: re.Match[str], text: str) -> bool:
    """Whether it is a name, a code or a grade: "Mr R Smith", "U plug", "COS order", "B4 7RT", "flat n"."""
    ahead = text[match.end() : match.end() + 3]
    if match[0].lower() in _NAMES:
        return not match[0].islower()
    if match[0].lower() not in _SINGLE:
        return match[0].isupper() and not _shouted(text, match.start())
    if match[0].islower():
        named = _NAMED.search(text[max(0, match.start() - 30) : match.start()]) is not None
        return named or (ahead[:1] == "." and (match[0] != "u" or ahead[1:2].isalnum()))
    begins = _SENTENCE_BEGINS.search(text[max(0, match.start() - 4) : match.start()])
    small = re.match(r"\s[a-z]", text[match.end() : match.end() + 2])
    return not (begins and small) and not _shouted(text, match.start())


def _shouted(text: str, at: int) -> bool:
    """Whether the sentence at a place is all in capitals."""
    start = max(text.rfind(mark, max(0, at - _NEAR), at) for mark in ".!?\n") + 1 or max(0, at - _NEAR)
    sentence = _ENDS.split(text[start : at + _NEAR], maxsplit=1)[0]
    return sentence.isupper() and len(sentence.split()) >= _SHOUTED
