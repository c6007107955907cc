"""Whether an answer is plainly and only a yes to an act that was put to somebody.

Every word has to belong to a yes. What is not known to belong to one (a condition, a question, another thing, day or
amount, a word nobody thought of) makes it none: a yes that is missed goes to a person, one that is none does harm.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from cx_core.text.agreeing import lines
from cx_core.text.mail_parts import new_part

LONGEST = 300
"""Characters of an answer that is still only a yes."""
_SIGNS = re.compile("[👍👌✅]\ufe0f?[\U0001f3fb-\U0001f3ff]?")
_STRANGE = re.compile(r"[^\w\s.,!;:'£€$&-]|\.\.|_")
_ENDS = re.compile(r"[.!,;:]+(?=\s|$)|\s-+\s")
_QUOTED = re.compile(r"\s*[>|]")
_WORD = re.compile(r"\S+")
_BEFORE_ACT = (
    "(?:(?:i|we) (?:want|would like|'d like|wish)(?: you)? to |(?:you )?(?:can|may|should) |go ahead and |do )?"
)
_BACK = r"(?: and (?:please )?(?:send|pay|refund|return|give)(?: me)?(?: back)? (?:the )?{amount}(?: back)?)?"


def plain_yes(answer: str, act: str, amount: str = "", names: str = "") -> bool:
    """Whether the sender's own words say yes to this act (`act`: "cancel order O-31"), and nothing besides.

    `amount` is the sum that was named in the offer, as it was written there; `names` the sender's own and ours.
    """
    if len(answer) > LONGEST * 20:
        return False
    new = "\n".join(part.of(answer) for part in new_part(answer))  # with the farewell: more may be said behind it
    own = unicodedata.normalize("NFKC", "\n".join(line for line in new.splitlines() if not _QUOTED.match(line)))
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
