"""What a sentence is restricted to: "For business customers ...", "During the holidays ...", "Until 2024 ...".

What holds in one case contradicts nothing that holds in another, or in all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cx_core.knowledge_base.health.quantities import Quantity
from cx_core.knowledge_base.health.word_stems import stems

NEXT = 14
"""Characters after the first words of a case within which a number is part of it."""
_CASE = re.compile(
    r"(?:^|[:?]\s+)"
    r"(?:(?:For|With|On|In|As(?=\san?\s)|Only|If you (?:have|are|use)|When you (?:have|are|use))\s(?P<words>[^,.;:]+)"
    r"|(?:At|By|During|Throughout|Until|Till|Before|Since|Outside(?:\sof)?|Under)\s(?P<set>[^,.;:]+),)"
)
"""Openings that restrict what is said after them, also after a label or a question."""
_WHOM = re.compile(
    r"\b(?:for|of|to|by|with|as)\s(?:(?:an?|all|any|every|other|our|most|the)\s)*"
    r"(?P<words>(?:[\w'’-]+\s){0,2}?(?:customers?|clients?|accounts|members?|users?|subscribers?|people|persons?"
    r"|employees?|staff|colleagues|companies|businesses|firms|organisations|charities|schools|students?|pupils?"
    r"|apprentices?|pensioners|seniors|adults|children|families|couples|groups|guests|residents|tenants|patients"
    r"|visitors|buyers|shoppers|passengers|travellers|drivers|owners|holders|teachers|parents|carers|veterans))\b",
    re.I,
)
_OURS = re.compile(
    r"(?:of|to|by|with)\s(?:.*\bour\s.*|(?:(?:the|any|one|other|of)\s)*)(?:staff|employees|colleagues)$", re.I
)
"""Those who serve, not those who are served: "hand it to our staff", "checked by staff"."""
_ANYBODY = stems("customer client account holder owner member user subscriber people person")
"""Stems of words for those whom a business serves, whoever they are."""
_CONNECTS = re.compile(
    r"(?:At (?:any|all|no|this|that|first|last|least|most|best|worst|once|present)\b"
    r"|At a (?:minimum|maximum|glance)\b|By (?:contrast|comparison|and large)\b"
    r"|Under (?:(?:normal|most|all|ordinary|usual)\b"
    r"|(?:our|the|your) (?:policy|policies|terms|rules|contract|law)(?=,|\sand\b))"
    r"|Since (?:we|you|it|this|these)\b"
    r"|At the (?:same|moment|end|latest|earliest)\b"
    r"|By (?:the way|default|itself|then|now|law|all means|that time)\b"
    r"|(?:For|With|On|In|At|By) (?:which|what|how|who|whom|whose)\b|Until (?:then|now|further)\b|Before (?:that|then)\b"
    r"|For (?:your|further|more) \w+|For (?:now|short|sure)"
    r"|On (?:top of (?:that|this)|the (?:other|one) hand|balance|average|the whole|request)"
    r"|In (?:short|brief|general|all|addition|fact|practice|principle|any case|most cases|other words|particular"
    r"|the end|total|summary|turn|return|future)"
    r"|As (?:a (?:general )?rule|a reminder|a result|usual|always|ever|such|well|before|above|of now|far as|soon as"
    r"|long as|if|you|we))\b"
)
"""Openings that join a sentence to others and restrict it to nothing."""
_YEAR = re.compile(
    r"\b(?:until|till|before|since|in|from|up to|after)\s(?:[\w ]{1,15}\s)?(?P<year>(?:19|20)\d\d)\b", re.I
)
_EXAMPLE = re.compile(r"(?:for (?:example|instance)|example|e\.g\.|say|suppose|imagine)\b", re.I)


def case(line: str, quantities: Sequence[Quantity]) -> frozenset[str]:
    """Stems of what the sentence begins with, a year, an example."""
    words = frozenset[str]()
    for found in _CASE.finditer(line):
        at = max(found.start("words"), found.start("set"))
        if _CONNECTS.match(found[0].lstrip(":? ")):
            continue
        if any(at <= one.start < min(at + NEXT, found.end()) for one in quantities):
            continue  # "For £21 a month", "If you are more than 10 minutes late": the number restricts, not the words
        words |= stems(" ".join((found["words"] or found["set"]).split()[:5]))
    return words | {m["year"] for m in _YEAR.finditer(line)} | ({"example 1"} if _EXAMPLE.match(line) else set())


def whom(line: str, quantities: Sequence[Quantity]) -> frozenset[str]:
    """Stems of those for whom alone it holds; "for 5 people" is how many."""
    named = (
        found["words"]
        for found in _WHOM.finditer(line)
        if not _OURS.match(found[0]) and all(one.end <= found.start() or found.end() <= one.start for one in quantities)
    )
    return stems(" ".join(named)) - _ANYBODY
