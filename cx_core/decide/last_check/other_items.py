"""Things of a record that are named where the step is for others, or for more or fewer of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.decide.last_check.clauses import NOT_MEANT
from cx_core.decide.last_check.named_things import thing_name
from cx_core.decide.last_check.step_values import StepValues

_WITHOUT = re.compile(r"\bwithout (?:the |my )?$")
_WITH = re.compile(r"(?:^|[,;:] )with (?:the |my |our )?$")
_BOUGHT_TOO = re.compile(r"^ (?:i|we) (?:also )?(?:bought|ordered|got|had)\b")
_CAME_WITH = re.compile(
    r"\b(?:came|come|comes|arrived|bought|ordered|delivered|sold|supplied|sent|included|together|along) "
    r"with (?:the |my |our )?$"
)
"""In front of what another thing came or was bought with: "the cover that came with the tablet"."""
_FINE = re.compile(
    r"^[^,.;]{0,30}?(?:\b(?:is|are|was|were|works?|came|arrived)|'s)"
    r"(?: all| both| just| absolutely| perfectly| quite| totally| really| still| undamaged and)?"
    r" (?:fine|ok|okay|here|there|good|perfect|great|lovely|intact|undamaged|alright|all right|brilliant|excellent"
    r"|fantastic|superb|fab|sound|spot on)\b"
    r"|^ (?:can |will |should )?stays?\b|^ works?\b(?! not)|^ out of (?:it|this)\b"
    r"|^ (?:that |which )?(?:i|we) (?:(?:am|are|will|shall|want to|would like to|would rather) )?"
    r"keep(?:ing)?\b(?! \w+ing\b)"
)
"""Behind what nothing is wrong with."""
_TOLD_NOT_TO = re.compile(
    r"\b(?:do not|no need to|never) (?:please )?(?:be )?"
    r"(?:send|ship|post|replac|swap|includ|add|bring|collect|tak|touch)\w{0,4}\b(?:(?!\b(?:and|but|just|only)\b)[^,.;])*$"
)
"""In front of what we are told not to do something with: "do not be sending me a second router"."""
_EVERY = re.compile(
    r"\b(?:(?<!and )everything|and everything(?= (?:in|from|of|on|that|i|we)\b)"
    r"|all of (?:it|them|that|this|the|my|order|o-)|all (?:the|my|these|those) (?:items|things"
    r"|articles|goods)"
    r"|the lot\b|(?:whole|entire|complete|full) (?:order|lot|parcel|delivery|set)|both (?:of|items|things)"
    r"|(?:each and )?every (?:single |last )?(?:thing|item|bit|piece|one)|(?:whole|entire) (?=o-\d))"
)
_ONLY = re.compile(r"\b(?:only|just|solely)(?: (?:the|my|our|one|of|about|for|to|cancel|return|take|send|off)\b)*\s?$")
_EXCEPT = re.compile(r"\b(?:except|but|apart from|other than|not)\b[^,.;!?]*")
_REST = re.compile(r"\b(?:everything|all) (?:else|the rest|other)\b|\bthe (?:rest|others?)\b")
_NOT_KEPT = re.compile(r"\b(?:not|never) (?:be )?keep")


class OtherItem(NamedTuple):
    """Their words, what the step is for instead, and whether none of its things is named as wanted."""

    words: str
    has: str
    another: bool


def other_items(values: StepValues, said: Mapping[str, str]) -> Iterator[OtherItem]:
    """`said`: each sentence of theirs with its plain words.

    Of a step that sends things again the own ones may be named with others: what is missing stands beside what was in
    the parcel.
    """
    yield from _only_some(values.whole, said)
    goods, every = values.goods, values.all_goods
    if not goods:
        return
    told = f"the step is for {', '.join(goods)}"
    wanted, out = _named(goods, every, said)
    for item, sentence in out.items():
        yield OtherItem(sentence, told, item not in wanted)
    if len(every) < 2:
        return
    everything = [one for one, words in said.items() if _EVERY.search(words) and not _REST.search(words)]
    if wanted and not everything and set(wanted) != set(goods):
        yield OtherItem(" and ".join(wanted.values()), told, not (values.gives_again and set(goods) <= set(wanted)))
    elif everything and set(goods) != set(every) - _left_out(everything, every, said):
        yield OtherItem(everything[0], f"{told} only", another=True)


def _left_out(everything: Sequence[str], every: Sequence[str], said: Mapping[str, str]) -> set[str]:
    """What is left out of all: "everything except the lamp"."""
    out = [found[0] for one in everything for found in _EXCEPT.finditer(said[one])]
    return {item for item in every for words in out if any(thing_name(item, every).places(words))}


def _named(
    goods: Sequence[str], every: Sequence[str], said: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The words for each thing that is meant, and the sentence that rules out one of the step's things."""
    wanted: dict[str, str] = {}
    out: dict[str, str] = {}
    places = (
        (sentence, words, item, *place)
        for sentence, words in said.items()
        for item in every
        for place in thing_name(item, every).places(words)
    )
    for sentence, words, item, start, end in places:
        bought_too = _WITH.search(words[:start]) and _BOUGHT_TOO.match(words[end:])
        if item not in goods and (bought_too or _CAME_WITH.search(words[:start])):
            continue
        if not _ruled_out(words, start, end):
            wanted[item] = words[start:end]
        elif item not in goods:
            wanted.pop(item, None)  # "oh wait, not the router: the headphones"
        elif item not in wanted and not _NOT_KEPT.search(words):
            out[item] = sentence
    return wanted, out


def _only_some(whole: Sequence[str], said: Mapping[str, str]) -> Iterator[OtherItem]:
    """Things named as all that is meant, where the step takes the record as a whole: "only the headphones"."""
    for sentence, words in said.items():
        named = {item: place for item in whole for place in thing_name(item, whole).places(words)}
        only = [item for item, (start, _) in named.items() if _ONLY.search(words[:start])]
        if only and len(only) < len(whole) and not _EVERY.search(words):
            yield OtherItem(sentence, f"the step is for {', '.join(whole)}", another=True)


def stands(name: str, among: Sequence[str], words: str, *, out: bool) -> bool:
    """Whether it is named there, and as what is not meant or not."""
    return any(_ruled_out(words, *place) == out for place in thing_name(name, among).places(words))


def _ruled_out(words: str, start: int, end: int) -> bool:
    before = words[:start]
    not_it = NOT_MEANT.search(before) or _WITHOUT.search(before) or _TOLD_NOT_TO.search(before)
    return bool(not_it or _FINE.search(words[end:]))
