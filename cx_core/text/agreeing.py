"""Whether somebody agreed to what was put to them. The words are in `english/`, a way of saying it a line.

What was said last counts: "yes. Oh wait" is none, "no, nothing else, go ahead" is one. What is neither is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cx_core.text.shorthand import written_out

_FOLDER = Path(__file__).resolve().parent / "english"
_PART = re.compile(r"[^.!?;,\n]+[.!?;,\n]*")
_DASH = re.compile(r"\s+[–—-]+\s+")
_ENDS = frozenset(".!?;\n")
_OPEN = re.compile(
    r"\b(?:i will|i'll|i can|me to|like to|want to|shall i|should i|can i|may i|could i|going to|we can|we will|to)"
    r"\s+(?:go ahead and\s+|also\s+|now\s+|then\s+|proceed to\s+)?(\w+)",
    re.I,
)
"""The verb of what is offered: "Shall I cancel it?", "I will return the lamp"."""
_WISH = re.compile(
    r"^(?:(?:please|just|so|and|well|oh|then|yes|kindly|do|now)\s+)*"
    r"(?:(?:i|we)(?:'d| would| do)? (?:want|like|need|wish|prefer)(?: you)?(?: to)?\s+(?:have (?:it|them|that)\s+)?"
    r"|(?:can|could|would|will) you\s+(?:please\s+)?|(?:let's|go ahead and|you can|you may)\s+)?"
    r"(?:(?:please|just|also|now)\s+)*(\w+)"
)
"""The verb of a wish: "please cancel it", "I want to cancel it", "could you cancel it"."""
_NO_VERB = frozenset(("be", "have", "do", "know", "help", "confirm", "you", "the", "your", "it", "make", "let", "tell"))
_QUERY = 2
"""Words of a yes that only asks, with a question mark: "Yes?"."""
_ASKING = frozenset(("why", "what", "how", "when", "where", "who", "which"))
_HELP = frozenset(("help", "helping", "assistance", "everything", "support", "patience"))
_SHORT = 4
"""Words of a part that takes a yes back; a longer one says no to something else: "and no need to write"."""
_WORD = re.compile(r"\w+(?:['’]\w+)*|[👍👌✅]")


class _Phrase(NamedTuple):
    """A way of saying it. `anywhere`: not only at the beginning; `alone`: with nothing else beside it."""

    words: tuple[str, ...]
    anywhere: bool
    alone: bool

    def stands(self, said: Sequence[str]) -> bool:
        many = len(self.words)
        places = range(len(said) - many + 1) if self.anywhere else (0,)
        return any(tuple(said[at : at + many]) == self.words for at in places) and not (self.alone and len(said) > many)


def agrees(put: str, answer: str, verbs: Collection[str] = ()) -> bool:
    """Whether the last that the answer says is yes, and not only in passing to ask something.

    A yes stays one with a question, a reason or another wish behind it. It is none where something is to come first,
    where it hangs on a condition, where a "but" asks for something, and where "ok" or "great" only opens a question.
    `verbs` are other words for what was put, by which a wish repeats it.
    """
    meant = {one[1].casefold() for one in _OPEN.finditer(put)} | set(verbs)
    agreed, firm, asked, thanked = False, False, False, False
    objecting = False
    for part, mark in _marked(answer):
        said = _agreement(meant, part, question="?" in mark)
        waits = _waits(part)
        objecting = objecting or _objects(part)
        if waits or ("?" in mark and objecting and not _takes_up_a_wish(meant, part)):
            agreed, firm = False, False
        elif said is not None:
            agreed, firm = said, said and (firm or not _only_acknowledges(part))
        asked = asked or ("?" in mark and said is not True)
        thanked = thanked or (said is None and _thanks_for_another(part))
        objecting = objecting and not set(mark) & _ENDS
    return agreed and (firm or not (asked or thanked))


@cache
def lines(name: str) -> tuple[str, ...]:
    """The ways of saying something, one a line, as `english/NAME.txt` has them."""
    read = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(line.strip() for line in read if line.strip() and not line.startswith("#"))


@cache
def _phrases(name: str) -> tuple[_Phrase, ...]:
    return tuple(_Phrase(_words(line), line.startswith("…"), line.endswith(".")) for line in lines(name))


def _verdict(part: Sequence[str]) -> bool | None:
    """Whether a part of a sentence is a yes, or a no; None: neither. Of two ways of beginning the longer one counts."""
    if _anywhere("refusal", part) or _corrects(part):
        return False
    no, yes = _begins("refusal", part), _begins("assent", part)
    if no or yes:
        return yes > no
    return True if _anywhere("assent", part) else None


def _begins(name: str, part: Sequence[str]) -> int:
    """How many words of a part say it at its beginning, or behind words such as "oh"."""
    fillers = set(lines("filler"))
    starts = [at for at in range(len(part)) if set(part[:at]) <= fillers]
    found = (len(one.words) for one in _phrases(name) for at in starts if not one.anywhere and one.stands(part[at:]))
    return max(found, default=0)


def _anywhere(name: str, part: Sequence[str]) -> bool:
    return any(one.stands(part) for one in _phrases(name) if one.anywhere)


def _corrects(part: Sequence[str]) -> bool:
    said = " ".join(part)
    return _begins("correction", part) > 0 or any(said.endswith(f" {mark}") for mark in lines("afterthought"))


def _agreement(meant: Collection[str], part: Sequence[str], *, question: bool) -> bool | None:
    """Whether a part of an answer says yes or no to what was put; None: neither."""
    if _begins("exception", part) and not _begins("assent", part):
        return None
    if question and part[:1] and part[0] in _ASKING:
        return None
    said = _verdict(part)
    if said is None:
        return _takes_up_a_wish(meant, part) or None
    return None if said and question and len(part) <= _QUERY else said


def _takes_up_a_wish(meant: Collection[str], part: Sequence[str]) -> bool:
    """Whether a wish repeats what was put, by its verb: "please cancel it" after "Shall I cancel order 7?"."""
    match = _WISH.match(" ".join(part))
    if match is None or match[1] in _NO_VERB:
        return False
    return match[1] in meant


def wished(answer: str) -> frozenset[str]:
    """The verbs of what it asks for: "return" of "Yes, please return the lamp"."""
    found = (_WISH.match(" ".join(part[_begins("assent", part) :])) for part in _parts(answer))
    return frozenset(match[1] for match in found if match is not None)


def _waits(part: Sequence[str]) -> bool:
    """Whether it sets a condition or wants something done first."""
    said = f" {' '.join(part)} "
    for phrase in lines("politeness"):
        said = said.replace(f" {phrase} ", " ")
    left = tuple(said.split())
    if _begins("condition", left) or _anywhere("condition", left) or said.endswith(" first "):
        return True
    before = next((at for at, word in enumerate(left) if word == "if"), -1)
    openers = {*lines("filler"), "only"}
    return before >= 0 and len([word for word in left[:before] if word not in openers]) <= _begins("assent", left)


def _objects(part: Sequence[str]) -> bool:
    """Whether it begins, behind a yes, with "but" or "though", and asks for nothing more besides."""
    return ("but" in part[:_SHORT] or "though" in part[:_SHORT]) and not {"also", "too"} & set(part)


def _thanks_for_another(part: Sequence[str]) -> bool:
    """Whether it thanks for something that was done, and not merely for the help."""
    return part[:1] in (("thanks",), ("thank",)) and "for" in part and not _HELP & set(part)


def _only_acknowledges(part: Sequence[str]) -> bool:
    """Whether its yes is one that may only show that something was heard."""
    return 0 < _begins("acknowledgement", part) >= _begins("assent", part) and not _anywhere("assent", part)


def _marked(text: str) -> list[tuple[tuple[str, ...], str]]:
    """The parts of an answer up to where they give a reason, each with the marks behind it."""
    found: list[tuple[tuple[str, ...], str]] = []
    for match in _PART.finditer(_DASH.sub(", ", text)):
        said = _words(match[0])
        reason = next((at for at in range(1, len(said)) if _begins_at("reason", said[at:])), len(said))
        if not _begins_at("reason", said):
            found.append((said[:reason], match[0][len(match[0].rstrip(".!?;,\n")) :]))
    return found


def _begins_at(name: str, part: Sequence[str]) -> bool:
    return any(one.stands(part) for one in _phrases(name) if not one.anywhere)


def _parts(text: str) -> list[tuple[str, ...]]:
    return [_words(match[0]) for match in _PART.finditer(text)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold().replace("’", "'") for match in _WORD.finditer(written_out(text).text))


def asks(put: str) -> bool:
    """Whether it wants an answer."""
    return "?" in put or any(_anywhere("asking", part) for part in _parts(put))


def is_open(put: str) -> bool:
    """Whether it asks something that an answer would settle; "Anything else?" does not."""
    return any(asks(part) for part in _not_closing(put))


def offers(put: str) -> bool:
    """Whether it says what there is to choose from."""
    return any(_anywhere("offering", words) for part in _not_closing(put) for words in _parts(part))


def identifies(put: str) -> bool:
    """Whether it only asks which thing is meant: a no to it turns down the thing, not what is to be done."""
    return any(_anywhere("identifying", words) for part in _not_closing(put) for words in _parts(part))


def _not_closing(put: str) -> list[str]:
    sentences = re.split(r"(?<=[.!?\n])\s+", put)
    return [one for one in sentences if not any(_anywhere("closing", words) for words in _parts(one))]


def takes_up(put: str, answer: str) -> bool:
    """Whether an answer begins with yes to a question, whatever else it goes on to say, and no part of it says no."""
    said = [(no, yes, len(part)) for part in _parts(answer) for no, yes in [_weighed(part)] if no or yes]
    taken_back = any(no > yes and long <= _SHORT for no, yes, long in said)
    return bool(said) and asks(put) and said[0][1] > said[0][0] and not taken_back


def only_agrees(answer: str) -> bool:
    """Whether an answer says yes and nothing else: "yes that's right", "Correct, thanks"."""
    yes = {one.words for one in _phrases("assent")}
    beside = {*lines("filler"), *lines("politeness"), "thanks", "cheers"}
    agreed = False
    for part in _parts(answer):
        left = list(part)
        while left:
            longest = next((n for n in range(len(left), 0, -1) if tuple(left[:n]) in yes), 0)
            if not longest and left[0] not in beside:
                return False
            agreed = agreed or longest > 0
            left = left[longest or 1 :]
    return agreed


def without_yes(answer: str) -> str:
    """The parts of an answer that say more than yes: "the pod" of "yes that's right, the pod"."""
    return "".join(match[0] for match in _PART.finditer(answer) if not only_agrees(match[0])).strip()


def declines(put: str, answer: str) -> bool:
    """Whether the last that the answer says to a question is no. Behind a no, "I'll have it" takes nothing up."""
    said: list[bool] = []
    for part in _parts(answer):
        no, yes = _weighed(part)
        if (no or yes) and not (said and said[-1] and _begins("having", part)):
            said.append(no > yes)
    return bool(said) and said[-1] and asks(put)


def _weighed(part: Sequence[str]) -> tuple[int, int]:
    """How many words of a part say no, and how many yes; "instead" says neither of a question."""
    part = [word for word in part if word != "instead"]
    no = max(_begins("refusal", part), int(_anywhere("refusal", part)))
    return no, max(_begins("assent", part), int(_anywhere("assent", part)))
