"""Whether an answer is plainly and only a yes to an act that was put to somebody.

Every word has to belong to a yes. What is not known to belong to one (a condition, a question, another thing, day or
amount, a word nobody thought of) makes it none: a yes that is missed goes to a person, one that is none does harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from cx_core.text.agreeing import lines
from cx_core.text.mail_parts import new_part
from cx_core.text.shorthand import written_out

LONGEST = 300
"""Characters of an answer that is still only a yes."""
_SIGNS = re.compile("[👍👌✅]\ufe0f?[\U0001f3fb-\U0001f3ff]?")
_STRANGE = re.compile(r"[^\w\s.,!;:'£€$&-]|\.\.|_")
_ENDS = re.compile(r"[.!,;:]+(?=\s|$)|\s-+\s")
_QUOTED = re.compile(r"\s*[>|]")
_PROGRAM = re.compile(
    r"(?:on|am|le|el|w dniu) [^\n]{5,200}(?:wrote|schrieb|a écrit|escribió|napisał\(a\)):"
    r"|(?:from|sent|to|cc|date|reply-to): [^\n]{1,120}|subject: (?:re: ?)*[^\n]{0,120}"
    r"|-{2,}\s?(?:original message|forwarded message)\s?-{2,}|[-_=*]{2,}"
    r"|sent from (?:my|outlook for|yahoo mail on|mail for) [a-z]+(?: [a-z]+)?|get outlook for [a-z]+"
)
"""Lines that mail programs write."""
_WORD = re.compile(r"\S+")
_BEFORE_ACT = (
    "(?:(?:i|we) (?:want|would like|'d like|wish)(?: you)? to |(?:you )?(?:can|may|should) |go ahead and |do )?"
)
_BACK = r"(?: and (?:please )?(?:send|pay|refund|return|give)(?: me)?(?: back)? (?:the )?{amount}(?: back)?)?"


def plain_yes(answer: str, act: str, amount: str = "", names: str = "", put: str = "") -> bool:
    """Whether the sender's own words say yes to this act (`act`: "cancel order O-31"), and nothing besides.

    `amount` is the sum that was named in the offer, as it was written there; `names` the sender's own and ours; `put`
    all of the message that holds the offer. What the answer quotes must stand in that: words written between or below
    quoted lines, or in a signature, may take the yes back.
    """
    if len(answer) > LONGEST * 20:
        return False
    new = "\n".join(part.of(answer) for part in new_part(answer))  # with the farewell: more may be said behind it
    kept = [line for line in new.splitlines() if not _QUOTED.match(line)]
    if not _only_quoted(answer, kept, put, names):
        return False
    own = written_out(unicodedata.normalize("NFKC", "\n".join(kept))).text
    own = _SIGNS.sub(" yes ", own.replace("’", "'")).strip()
    if not own or len(own) > LONGEST or _STRANGE.search(own):
        return False
    yes, beside = _ways("plain_yes"), _ways("beside_a_yes")
    named = rf"|{_any(names.casefold().split())}" if names.strip() else ""
    whole = re.compile(rf"(?:(?P<yes>{yes}|{_act(act, amount)})|{beside}{named})(?= |$) ?")
    text, agreed = " ".join(_ENDS.sub(" ", own.casefold()).split()), False
    while text:
        found = whole.match(text)
        if found is None:
            return False
        agreed = agreed or found["yes"] is not None
        text = text[found.end() :]
    return agreed


def _only_quoted(answer: str, kept: Sequence[str], put: str, names: str) -> bool:
    """Whether each line that is not read as the sender's own is one of ours, a mail program's, or a name.

    A question mark or a thumb alone is nobody's quotation.
    """
    own, ours = set(kept), _flat(put)
    known = set(_flat(names).split())
    for line in answer.splitlines():
        words = _flat(line)
        signs = line.strip(" \t>|-_=*•.")
        if not words and line not in own and signs and signs not in put:
            return False
        if line in own or not words or _PROGRAM.fullmatch(line.strip(" >|\t").casefold()):
            continue
        if words not in ours and not set(words.split()) <= known:
            return False
    return True


def _flat(text: str) -> str:
    """Words alone, in one spelling and one line."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


@cache
def _ways(name: str) -> str:
    return _any(lines(name))


def _any(phrases: list[str] | tuple[str, ...]) -> str:
    """A pattern of these, the longest first."""
    ordered = sorted(phrases, key=lambda one: (-len(_WORD.findall(one)), -len(one)))
    return "|".join(re.escape(one) for one in ordered)


def _act(act: str, amount: str) -> str:
    """A pattern of how the act itself may be repeated: by its verb, and "it", its words, or the number it names."""
    verb, *rest = act.casefold().split()
    if not rest:
        return r"(?!)"
    ids = [word for word in rest if any(one.isdigit() for one in word)]
    kinds = [word for word in rest if word.isalpha()]
    things = ["it", " ".join(rest), *ids] if len(ids) < 2 else ["it", " ".join(rest)]
    if len(kinds) == 1:
        things += [f"{which} {kinds[0]}" for which in ("the", "my", "this")]
        things += [f"{which} {kinds[0]} {id}" for which in ("the", "my") for id in ids]
    back = _BACK.format(amount=re.escape(amount.casefold())) if amount else ""
    return rf"(?:please )?{_BEFORE_ACT}(?:please )?{re.escape(verb)} (?:{_any(things)}){back}"
