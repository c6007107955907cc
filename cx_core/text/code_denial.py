"""Whether somebody who was sent a one-time code says that they did not ask for it, or that somebody else is writing.

It reads how the saying is built, sentence by sentence, as `person_wish` does. Told of something else ("it wasn't me who
broke it", "I didn't ask for a refund") it is none. It only ever hands a ticket to a person, so in doubt it is one.
"""

from __future__ import annotations

import re

from cx_core.text.mail_parts import new_part
from cx_core.text.segments import MOST_READ
from cx_core.text.shorthand import written_out


def _or(*ways: str) -> str:
    return rf"(?:{'|'.join(ways)})"


_DID_NOT = _or(
    r"did(?:n't| not)",
    r"have(?:n't| not)",
    r"had(?:n't| not)",
    r"never",
    r"was(?:n't| not)",
    r"am not",
    r"'m not",
    r"do(?:n't| not)",
)
_ASKED = _or(
    r"ask(?:ed|ing)?(?: you)? for",
    r"request(?:ed|ing)?",
    r"order(?:ed|ing)?",
    r"want(?:ed)?",
    r"need(?:ed)?",
    r"initiate[d]?",
    r"trigger(?:ed)?",
    r"start(?:ed)?",
    r"expect(?:ed|ing)?",
)
_CODE = r"(?:(?:a|an|any|the|this|that|your|such|one of these) )?(?:\w+[- ]){0,3}?(?:code|codes|password|pin|passcode)"
_THIS = r"(?:this|that|it|one|anything|any of (?:this|that|it))"
_CONTACTED = _or(
    r"(?:contact|messag|e-?mail|call|text)(?:ed|ing)? (?:you|your|fernline|anybody|anyone)",
    r"(?:written|wrote|write|writing|written in|spoken|been in touch|got in touch|get in touch|been in contact)"
    r"(?: (?:to|with))? (?:you|your|anybody|anyone)",
    r"(?:wrote|written|write|send|sent) (?:this|that|it|any of this|any (?:message|mail|e-?mail)s?)",
)
_SUBJECT = r"(?:this|that|it|(?:this|that|the) (?:request|message|mail|e-?mail|code))"
_ME = r"(?:me|from me|mine|by me|my request)"
_END = (
    r"(?:$|,|;| at all| and | but | so | please| writing| asking| who (?:asked|wrote|requested|contacted|is|sent you))"
)
_ELSE = r"(?:somebody|someone|some other person|another person|anybody|anyone)(?: else)?"
_WAYS = (
    rf"\bi(?: \w+)? ?{_DID_NOT}(?: \w+)? {_ASKED} {_CODE}\b",
    rf"\bi(?: \w+)? ?{_DID_NOT}(?: \w+)? (?:ask(?:ed)?(?: you)? for|request(?:ed)?) {_THIS}{_END}",
    rf"\bi(?: \w+)? ?{_DID_NOT}(?: \w+)? {_CONTACTED}",
    rf"\b{_SUBJECT}(?:'s| is| was)?(?:n't| not|(?: definitely| certainly)? not)(?: \w+)? {_ME}{_END}",
    r"\b(?:not me|wasn't me|was not me)(?:$|,|;| who (?:asked|wrote|requested|contacted|is))",
    rf"\b{_CODE} (?:that )?i (?:did(?:n't| not)|never) (?:ask|request|order|want)",
    r"\bi (?:know nothing|do(?:n't| not) know anything|have no idea) (?:about|of) (?:this|that|any|the|a|your)"
    r"(?: \w+){0,2} ?(?:code|request|mail|e-?mail|message)?(?:$|,)",
    rf"\b{_ELSE} (?:\w+ ){{0,4}}?(?:pretend(?:s|ing)? to be me|is using my|uses my|used my|has my|got into my|hacked"
    r"|get into my|access to my|is writing|writes|wrote (?:to you|this|in my)|in my name|impersonat\w+)",
    r"\b(?:i have been|i've been|i was|my (?:account|e-?mail|mail) (?:has been|was|is|got))"
    r" (?:hacked|phished|compromised|hijacked)",
    r"\bnot (?:asked for|requested|wanted|ordered) by me\b",
    r"\b(?:nobody|no one|none of us)(?: \w+){0,2} (?:asked for|requested|ordered)\b",
    rf"\b(?:unrequested|unsolicited|unwanted) {_CODE}\b",
)
_DENIAL = re.compile("|".join(f"(?:{one})" for one in _WAYS))
_SENTENCE = re.compile(r"[.!?\n]+")
_WORD = re.compile(r"[\w-]+(?:'\w+)*|[,;]")
_QUOTED = re.compile(r"\s*[>|]")


def denies_code(text: str) -> bool:
    """Whether any sentence that its sender wrote themselves denies that they asked for a code, or that they write."""
    part = text[:MOST_READ]
    own = "\n".join(one.of(part) for one in new_part(part))
    kept = "\n".join(line for line in own.splitlines() if not _QUOTED.match(line))
    return any(map(_denies, _SENTENCE.split(written_out(kept).text.casefold().replace("’", "'"))))


def _denies(sentence: str) -> bool:
    said = " ".join(_WORD.findall(sentence)).replace(" ,", ",").replace(" ;", ";")
    return _DENIAL.search(said) is not None
