"""Where each argument of an act comes from: the customer's words, a record that was read, or nowhere.

Computed from the conversation and the records, whoever proposed the act. What traces to nothing, and what goes against
the customer's own choice, is named; the guard then asks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from cx_core.catalogue import ActionSpec, ArgumentSpec
from cx_core.decide.policy.conversation_facts import Turn, alike, leaves, mentions, names, words
from cx_core.decide.policy.declared_facts import Compile, KnownRecords
from cx_core.decide.policy.earlier_acts import excluded
from cx_core.decide.policy.put_to_customer import not_as_put
from cx_core.errors import UnknownFact
from cx_core.records import Record

_LEAST = ("smallest", "lowest", "least", "smaller", "lower")
_MOST = ("largest", "highest", "biggest", "most", "larger", "higher", "bigger", "greatest")
_SHARE = 2 / 3
"""Of the words of a longer text, so many must have been said or read: people write an address in several ways."""
_CHOOSE = ("use", "pay", "payment", "charge", "apply", "cover", "prefer", "refund", "switch", "choose", "pick", "take")
"""Words of choosing: a question about a voucher chooses nothing."""
_SPOKE = "the customer spoke of"
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 3
_NOTHING = (None, "", 0, 0.0, False, "no", "none")
"""Values that do nothing: nobody needs to ask for them."""


class Choice(Record):
    """One of several things an argument could name. `called` are its names, the last one its most exact."""

    id: str
    called: tuple[str, ...] = ()
    amount: float | None = None


def untraced(spec: ActionSpec, known: KnownRecords, read: Sequence[object], compile: Compile) -> tuple[str, ...]:
    """What is wrong with the arguments, in words; () where each traces to somebody or something.

    `read` holds the values of all that was read for this customer by then.
    """
    found: list[str] = []
    seen = _Seen(known, read)
    for name, value in known.arguments.items():
        argument = spec.arguments.get(name)
        if argument is None:
            found.append(f"{name} is no argument of {spec.title}")
            continue
        title = argument.title or name.replace("_", " ")
        if argument.called and not _asked(argument, value, known):
            found.append(f"{title}: nobody spoke of it, but it is {_shown(value)}")
        strangers = [] if argument.one_of else [leaf for leaf in leaves(value) if not seen.knows(leaf)]
        if argument.one_of and value not in argument.one_of:
            found.append(f"{title}: {_shown(value)} is not one of {', '.join(argument.one_of)}")
        elif strangers:
            found.append(f"{title}: {_shown(strangers[0])} was neither said nor read")
        elif argument.among:
            found.extend(_against(title, _ids(value), argument, known, compile))
    found += [
        f"{argument.title or name} is missing"
        for name, argument in spec.arguments.items()
        if not argument.optional and known.arguments.get(name) is None
    ]
    found += [*excluded(spec, known), *not_as_put(spec, known, read)]
    return tuple(dict.fromkeys(found))


class _Seen:
    """Every value that was said or read by then."""

    def __init__(self, known: KnownRecords, read: Sequence[object]) -> None:
        self._said = [words(turn.text) for turn in known.heard.turns]
        self._read = {_plain(leaf) for value in read for leaf in _with_keys(value)}
        self._every = {word for said in self._said for word in said}
        self._every |= {word for text in self._read for word in words(text)}

    def knows(self, value: object) -> bool:
        """Numbers are found by `called` and by rules over formulas: most of them stand in some record by chance."""
        if not isinstance(value, str) or value in _NOTHING:
            return True
        if _plain(value) in self._read or any(names(said, value) for said in self._said):
            return True
        parts = words(value.replace("_", " "))
        return len(parts) > 1 and sum(part in self._every for part in parts) >= _SHARE * len(parts)


def _with_keys(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        yield from value.keys()
        for part in value.values():
            yield from _with_keys(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _with_keys(part)
    else:
        yield value


def _plain(value: object) -> str:
    return str(value).strip().casefold()


def _asked(argument: ArgumentSpec, value: object, known: KnownRecords) -> bool:
    return value in _NOTHING or known.heard.spoken(argument.called)


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(leaf) for leaf in leaves(value) if isinstance(leaf, str))


def _against(
    title: str, ids: Sequence[str], argument: ArgumentSpec, known: KnownRecords, compile: Compile
) -> tuple[str, ...]:
    """Where the customer chose otherwise, or nobody chose, among several."""
    try:
        choices = choices_of(known.work_out(compile(argument.among)))
    except UnknownFact as trouble:
        return (f"{title}: the choices could not be read: {trouble}",)
    by_id = {choice.id: choice for choice in choices}
    if foreign := [id for id in ids if id not in by_id]:
        return (f"{title}: {foreign[0]} is not among this customer's",)
    meant, by, said = chosen(choices, known, ids, many=argument.type == "items")
    theirs = {name for id in meant for name in by_id[id].called}
    others = [id for id in ids if id not in meant and not _hinted(by_id[id], theirs, said)] if meant else ()
    if others:
        return (f"{title}: {by} {_listed(meant, by_id)}, not of {_called(by_id[others[0]])}",)
    if argument.type == "text" and not meant and len(choices) > 1:
        silent = [id for id in ids if not _spoken(by_id[id], known) and not known.holds(id)]
        return tuple(f"{title}: nobody named {_called(by_id[id])}, one of {len(choices)}" for id in silent)
    return ()


def _spoken(choice: Choice, known: KnownRecords) -> bool:
    """Whether anybody used any of its names."""
    return known.heard.spoken((*choice.called, choice.id))


def _hinted(choice: Choice, theirs: Collection[str], said: Sequence[str]) -> bool:
    """Whether any name stands there that none of those that are meant has: too little to accuse, enough to defend."""
    further = [name for name in (*choice.called, choice.id) if name not in theirs]
    return any(mentions(_without_longer(said, name, theirs), (name,)) for name in further)


def choices_of(value: object) -> tuple[Choice, ...]:
    """Raises UnknownFact where the formula gives something else."""
    if not isinstance(value, list):
        raise UnknownFact("a list of choices is expected")
    try:
        return tuple(Choice.model_validate(one) for one in value)
    except ValueError as error:
        raise UnknownFact(f"a choice has an id, what it is called and perhaps an amount: {value!r}"[:200]) from error


def chosen(
    choices: Sequence[Choice], known: KnownRecords, ids: Sequence[str], *, many: bool = False
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Those the customer chose last, or else those that we put to them last; whose choice it was; what was said.

    () where nobody chose, where all are meant, or where they let stand what we put to them: `ids`. Of several (`many`)
    a later choice adds to those before it.
    """
    turns, chose = known.heard.turns, False
    since: dict[str, None] = {}
    said: tuple[str, ...] = ()
    for place in reversed(range(len(turns))):
        meant = _meant(choices, turns[place].text)
        if turns[place].ours and all(later.ours for later in turns[place + 1 :]):
            continue
        said += words(turns[place].text)
        if not turns[place].ours:
            if meant and _chooses(turns, place, choices, known.called):
                if not many:
                    return (meant, _SPOKE, said) if len(meant) < len(choices) else ((), "", said)
                chose = True
            since |= dict.fromkeys(meant)
        elif set(ids) <= {*meant, *since}:
            return (), "", said
        elif 0 < len(meant) < len(choices) and turns[place].text == known.heard.put:
            return (*meant, *since), "what was put to the customer speaks of", said
    return (tuple(since), _SPOKE, said) if chose and len(since) < len(choices) else ((), "", said)


def _chooses(turns: Sequence[Turn], place: int, choices: Sequence[Choice], called: Sequence[str]) -> bool:
    """Whether a customer's turn has words of choosing or of the act, or answers which one it should be."""
    if mentions(words(turns[place].text), (*_CHOOSE, *called)):
        return True
    put = next((turn.text for turn in reversed(turns[:place]) if turn.ours), "")
    return "?" in put and len(_meant(choices, put)) > 1


def _meant(choices: Sequence[Choice], text: str) -> tuple[str, ...]:
    """Of what it names: among choices of one name, those that its further names fit best."""
    said = words(text)
    kinds: dict[str, list[Choice]] = {}
    for choice in choices:
        kinds.setdefault(choice.called[0] if choice.called else choice.id, []).append(choice)
    meant: list[str] = []
    for kind, members in kinds.items():
        named = mentions(_without_longer(said, kind, kinds), (kind,))
        found = {one: _exactly(one, said, named) for one in members}
        exact = _best(found)
        if exact and named and _plural(kind, said) and not any(map(_numbered, frozenset().union(*found.values()))):
            meant += [one.id for one in members]
        elif exact:
            meant += [one.id for one in exact]
        elif named:
            meant += [one.id for one in _extreme(members, said)]
    return tuple(meant)


def _without_longer(said: Sequence[str], kind: str, kinds: Iterable[str]) -> tuple[str, ...]:
    """The words without the names of other kinds that this one is part of: a gift card is no card."""
    name, left = words(kind), list(said)
    for longer in map(words, kinds):
        if len(longer) <= len(name) or not set(name) <= set(longer):
            continue
        for at in range(len(left) - len(longer) + 1):
            if all(alike(word, part) for word, part in zip(left[at : at + len(longer)], longer, strict=True)):
                left[at : at + len(longer)] = [""] * len(longer)
    return tuple(left)


def _exactly(choice: Choice, said: Sequence[str], named: bool) -> frozenset[str]:
    """Its further names that stand there: without the name of its kind only such as a number tells from others."""
    further = (name for name in (*choice.called[1:], choice.id) if named or _numbered(name))
    return frozenset(name for name in further if mentions(said, (name,)))


def _numbered(name: str) -> bool:
    return len(_DIGIT.findall(name)) >= _LEAST_DIGITS


def _plural(kind: str, said: Sequence[str]) -> bool:
    """Whether several of a kind are spoken of: "both bottles", of which each may be another."""
    last = words(kind)[-1:]
    return any(word in (f"{name}s", f"{name}es") for name in last for word in said)


def _best(found: Mapping[Choice, frozenset[str]]) -> list[Choice]:
    """Without those of which nothing was said, and those of which only part was said of what was of another."""
    return [one for one, names in found.items() if names and not any(names < others for others in found.values())]


def _extreme(members: Sequence[Choice], said: Sequence[str]) -> Sequence[Choice]:
    """The smallest or largest of them, where the customer says so."""
    sized = [one for one in members if one.amount is not None]
    if not sized:
        return members
    pick = min if any(word in _LEAST for word in said) else max if any(word in _MOST for word in said) else None
    if pick is None:
        return members
    bound = pick(one.amount for one in sized if one.amount is not None)
    return [one for one in sized if one.amount == bound]


def _called(choice: Choice) -> str:
    return " ".join((*choice.called[:1], choice.id)) if choice.called else choice.id


def _listed(ids: Sequence[str], by_id: Mapping[str, Choice]) -> str:
    return " or ".join(_called(by_id[id]) for id in ids)


def _shown(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)
