"""Where an act is not what was put to the customer: fewer or more items, another record, variant, day or amount.

It speaks up only where the words mean something else clearly, and nothing in them can mean what the act does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from cx_core.catalogue import ActionSpec, ArgumentSpec
from cx_core.decide.policy.conversation_facts import amounts, names, words
from cx_core.decide.policy.declared_facts import KnownRecords
from cx_core.decide.policy.descriptions import Descriptions, Thing, alternatives, parts_of, tokens
from cx_core.decide.policy.offers import Offer, Talk, adds, clauses, sentences, stays, turned_down
from cx_core.text.agreeing import agrees
from cx_core.text.dates import dates

_ALL = re.compile(
    r"\b(?:all|both|every|each)\s+(?:of\s+)?(?:the\s+|my\s+|your\s+|these\s+|those\s+|them\b|two\s+|three\s+|four\s+)*"
    r"(?:of\s+|items?|things|products|lines)?|\beverything\b|\b(?:whole|entire|complete|full) (?:order|\w+)\b",
    re.I,
)
_EACH_PART = re.compile(
    r"\b(?:all|both|every|each)(?:\s+(?:of|the|my|your|these|those|two|three|four|five|six))*"
    r"\s+(?:items?|things|products|pieces|them|it)\b|\beverything\b|\b(?:whole|entire|complete|full) order\b",
    re.I,
)
_SEVERAL = re.compile(r"\b(?:all|both|every|each)\b(?! (?:right|good|fine|set|done))", re.I)
_CLOSING = re.compile(
    r"that(?:['’]s| is) (?:all|everything)|all right|at all|everything (?:i|we) need"
    r"|everything else (?:is|stays|remains|looks)",
    re.I,
)
_ONLY = re.compile(r"\b(?:only|just|yes to|yes for|ok to|not the|go ahead with)\b", re.I)
_FEW = 8
"""Words of an answer that does nothing but choose."""
_MANY = 40
"""So many values of a field are no choice that anybody speaks of."""
_WITHIN = frozenset(("of", "from", "in", "on", "within"))


def not_as_put(spec: ActionSpec, known: KnownRecords, read: Sequence[object]) -> tuple[str, ...]:
    """What of an act is not what was put to the customer last, in words."""
    talk = Talk(spec, known)
    found: list[str] = []
    record = _record(spec, known)
    has_parts = False
    for name, value in known.arguments.items():
        argument = spec.arguments.get(name)
        if argument is None or value is None:
            continue
        title = argument.title or name.replace("_", " ")
        if argument.type == "items":
            ids = [str(one) for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []
            parts = parts_of(record, ids) if record and ids else None
            has_parts = has_parts or parts is not None
            if parts is not None:
                found += _items(title, ids, parts, talk, *_among_theirs(spec, known))
            elif not argument.among:
                found += (text for id in ids for text in _variant(title, id, read, talk))
        else:
            found += _single(title, name, value, argument, known, read, talk)
    if record is not None and not has_parts and not any(a.type == "items" for a in spec.arguments.values()):
        found += _whole_for_part(spec, known, record, talk)
    if talk.offers and talk.takes_up_another(talk.offers[0]):
        found.append("Of what was put to the customer they took up something else, and were silent about this")
    return tuple(dict.fromkeys(found))


def _record(spec: ActionSpec, known: KnownRecords) -> Mapping[str, object] | None:
    """The record that the act is done to: the first it names that is not the customer's own."""
    for name, argument in spec.arguments.items():
        own = argument.type == "record" and not argument.shared and not known.is_customer(argument.of)
        if own and isinstance(known.arguments.get(name), str):
            return known.find(argument.of, str(known.arguments[name]))
    return None


def _single(
    title: str,
    name: str,
    value: object,
    argument: ArgumentSpec,
    known: KnownRecords,
    read: Sequence[object],
    talk: Talk,
) -> Iterator[str]:
    """Of an argument with one value."""
    match argument.type:
        case "record" if (theirs := known.siblings(name)) is not None and not argument.among:
            yield from _one_of_theirs(title, str(value), theirs, talk)
        case "date" if isinstance(value, str):
            yield from _day(title, value, known, talk)
        case "money" if isinstance(value, (int, float)):
            yield from _amount(title, float(value), talk)
        case "text" if isinstance(value, str) and argument.one_of and all(map(tokens, argument.one_of)):
            yield from _said(title, value, _texts(argument.one_of), talk, by_clause=True)
        case "text" if isinstance(value, str) and not argument.among:
            others = _same_field(value, read)
            if others is not None:
                yield from _said(title, value, others, talk, by_clause=True)
            else:
                yield from _variant(title, value, read, talk)


def _one_of_theirs(title: str, id: str, theirs: Descriptions, talk: Talk) -> Iterator[str]:
    """Of a record: whether anybody named it, and whether it is the one that was put. Who asks for all names each."""
    put, answer = (talk.onwards(talk.offers[0].put), talk.offers[0].answer) if talk.offers else ("", "")
    if _several(put) or _several(answer):
        return
    if not any(map(_several, talk.theirs)):
        if len(theirs) > 1 and id in theirs and not _ever(id, theirs, talk):
            yield f"{title}: nobody named {id}, and the customer has {len(theirs)}"
            return
    elif not theirs.by_id(put):
        return
    yield from _said(title, id, theirs, talk, by_clause=True)


def _several(text: str) -> bool:
    return bool(_SEVERAL.search(_CLOSING.sub("", text)))


def _variant(title: str, id: str, read: Sequence[object], talk: Talk) -> Iterator[str]:
    others = alternatives(id, read)
    if others is not None and 1 < len(others) <= _MANY:
        yield from _said(title, id, others, talk, by_clause=False)


def _said(title: str, value: str, things: Descriptions, talk: Talk, *, by_clause: bool) -> Iterator[str]:
    """Where the last offer that tells these things apart means another than this one."""
    if len(things) < 2 or value not in things:
        return
    for offer in talk.offers:
        put, answer = " . ".join(talk.about(offer.put)), " . ".join(talk.about(offer.answer))
        meant, chosen = things.fit(put), things.fit(answer) or things.by_id(offer.answer)
        if chosen and value not in chosen and _settles(value, offer, meant | _singly(offer.put, things), things, talk):
            yield _instead(title, value, chosen)
            return
        texts = (talk.onwards(offer.put), talk.wished(offer.answer)) if meant else offer
        loose = {id for text in texts for id in things.fit(text)}
        if by_clause:
            loose |= {id for text in texts for part in clauses(text) for id in things.fit(part)}
        if value in loose:
            return
        if meant or (chosen and not adds(offer.answer)):
            yield _instead(title, value, meant or chosen)
            return


def _singly(text: str, things: Descriptions) -> frozenset[str]:
    """All that some clause means alone."""
    fits = [things.fit(clause) for clause in clauses(text)]
    return frozenset(id for fit in fits if len(fit) == 1 for id in fit)


def _settles(value: str, offer: Offer, meant: frozenset[str], things: Descriptions, talk: Talk) -> bool:
    """Whether what an answer names is its choice among what was put, or against it: not another wish besides."""
    if adds(offer.answer):
        return False
    plain = len(words(offer.answer)) <= _FEW or talk.asks_for(offer.answer) or bool(things.by_id(offer.answer))
    return plain and (len(meant) > 1 or not agrees(offer.put, offer.answer))


def _instead(title: str, value: str, meant: Iterable[str]) -> str:
    return f"{title}: what was put to the customer was {' or '.join(sorted(meant)[:3])}, not {value}"


def _ever(value: str, things: Descriptions, talk: Talk) -> bool:
    """Whether anybody named or described this one, however loosely."""
    return any(value in things.fit(part) for text in talk.texts for part in (text, *clauses(text)))


def _texts(values: Sequence[str]) -> Descriptions:
    return Descriptions(Thing(value, tokens(value.replace("_", " "))) for value in values)


def _same_field(value: str, read: Sequence[object]) -> Descriptions | None:
    """A text beside all others that stand under the same name in what was read."""
    keys = {key for held in read for key, one in _fields(held) if one == value}
    others = {one for held in read for key, one in _fields(held) if key in keys}
    return _texts(sorted(others)) if 1 < len(others) <= _MANY else None


def _fields(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(one, str):
                yield str(key), one
            else:
                yield from _fields(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _fields(one)


def _day(title: str, value: str, known: KnownRecords, talk: Talk) -> Iterator[str]:
    today = known.now.date()
    for offer in talk.offers:
        put, answer = " . ".join(talk.about(offer.put)), " . ".join(talk.about(offer.answer))
        chosen, offered = _days(answer, today), _days(put, today)
        settled = len(offered) > 1 or not agrees(offer.put, offer.answer)
        if settled and chosen and not adds(offer.answer) and not _dated(value, chosen, answer):
            yield _instead(title, value, chosen)
            return
        if _dated(value, offered | chosen, f"{offer.put} {offer.answer}"):
            return
        if offered or chosen:
            yield _instead(title, value, offered or chosen)
            return


def _days(text: str, today: date) -> set[str]:
    """The dates in a text: of readings of the same words the longest."""
    found = list(dates(text, today))
    return {
        one.value
        for one in found
        if not any(o.start <= one.start and one.end <= o.end and o.end - o.start > one.end - one.start for o in found)
    }


def _dated(value: str, found: Iterable[str], text: str) -> bool:
    """Whether a day stands there: among the dates that were read in it, written out, or by its weekday alone."""
    said = words(text)
    if value in found or names(said, value):
        return True
    return any(value[: len(one)] == one for one in found) if value[:4].isdecimal() else True


def _amount(title: str, value: float, talk: Talk) -> Iterator[str]:
    for offer in talk.offers:
        told = amounts(offer.put) + amounts(offer.answer)
        if any(abs(one - value) < 0.005 for one in told):
            return
        put = [one for clause in talk.about(offer.put) for one in amounts(clause)]
        put = put or (told if len(set(told)) == 1 else [])
        if put:
            yield _instead(title, f"{value:.2f}", [f"{one:.2f}" for one in put])
            return


def _among_theirs(spec: ActionSpec, known: KnownRecords) -> tuple[str, list[str]]:
    """The record that the act is done to, and all others of its kind that the customer has, by id."""
    for name in spec.arguments:
        theirs, id = known.siblings(name), str(known.arguments.get(name))
        if theirs is not None and id in theirs:
            return id, [other for other in theirs.things if other != id]
    return "", []


def _items(
    title: str, ids: Sequence[str], parts: Descriptions, talk: Talk, record: str, others: Sequence[str]
) -> Iterator[str]:
    """Fewer or more of a record's parts than were put, or than the customer took up of them."""
    if len(parts) < 2:
        return
    for offer in talk.offers:
        put = _meant(talk.about(offer.put, record, others), parts)
        answer = _meant(talk.about(offer.answer, record, others), parts)
        texts = (talk.onwards(offer.put) if put else offer.put, offer.answer)
        loose = {id for text in texts for part in clauses(text) if not stays(part) for id in parts.fit(part)}
        down = {id for part in turned_down(offer.answer) for id in parts.fit(part) if len(parts.fit(part)) == 1}
        everything = any(map(_every, texts)) and not down
        if not put and not answer and not down:
            said = any(_EACH_PART.search(_CLOSING.sub("", text)) for text in texts)
            if everything and said and (rest := set(parts.things) - set(ids)):
                yield f"{title}: all of them were spoken of, and {_listed(rest)} is left out"
                return
            if everything or _settled_loosely(ids, loose):
                return
            continue
        chose = _only(offer, answer, put, talk)
        meant = answer if chose else (put | answer) - down
        more = [id for id in ids if id in down or (id not in (answer if chose else loose) and not everything)]
        if chose:
            more = [id for id in more if id not in _loosely(offer.answer, parts) or id in down]
        left = [] if everything and not meant else [id for id in meant if id not in ids and (chose or id in put)]
        if more and (meant or down):
            yield f"{title}: {_listed(more)} is more than was put to the customer"
        if left:
            yield f"{title}: {_listed(left)} was put to the customer as well, and is left out"
        return


def _settled_loosely(ids: Sequence[str], loose: set[str]) -> bool:
    return bool(loose) and set(ids) <= loose


def _meant(said: Sequence[str], parts: Descriptions) -> frozenset[str]:
    """Parts that some clause means and no other part."""
    by_id = {id for clause in said for id in parts.by_id(clause)}
    return frozenset(by_id or {id for clause in said for id in _alone(clause, parts)})


def _alone(clause: str, parts: Descriptions) -> frozenset[str]:
    """The one part that a clause means by more than a number; () where it means none or several."""
    fit, touched = parts.fit(clause), parts.touched(clause)
    told = len(fit) == 1 and any(word.isalpha() for id in fit for word in touched.get(id, ()))
    return fit if told else frozenset()


def _loosely(text: str, parts: Descriptions) -> set[str]:
    return {id for part in (text, *clauses(text)) for id in parts.fit(part)}


def _only(offer: Offer, answer: frozenset[str], put: frozenset[str], talk: Talk) -> bool:
    """Whether the answer takes up these and is silent about the others."""
    if not answer or adds(offer.answer):
        return False
    plain = len(words(offer.answer)) <= _FEW or talk.asks_for(offer.answer) or bool(_ONLY.search(offer.answer))
    return plain or not put


def _every(text: str) -> bool:
    return bool(_ALL.search(_CLOSING.sub("", text)))


def _whole_for_part(spec: ActionSpec, known: KnownRecords, record: Mapping[str, object], talk: Talk) -> Iterator[str]:
    """Where an act on a whole record was put, or only asked, as one on a part of it: "cancel the lamp"."""
    parts = parts_of(record)
    kinds = {argument.of for argument in spec.arguments.values() if argument.type == "record"}
    if parts is None or len(parts) < 2:
        return
    for offer in talk.offers:
        said = [one for text in (offer.put, offer.answer) for one in sentences(text)]
        if talk.asks_for(offer.put) or not offer.put:
            said = [one for one in said if talk.asks_for(one)]
        if any(_whole(one, kinds, parts) for one in said) or _every(offer.put) or _every(offer.answer):
            return
        meant = _meant([clause for one in said for clause in clauses(one)], parts)
        if meant and len(meant) < len(parts):
            yield f"Only {_listed(meant)} was put to the customer, and this is done to all of it"
            return


def _whole(sentence: str, kinds: Iterable[str], parts: Descriptions) -> bool:
    """Whether it speaks of the record itself: "order 7", "the order with the lamp", but not "the lamp of order 7"."""
    for kind in kinds:
        noun = re.escape(kind.replace("_", " ")) + "|(?:the|this|that) one"
        for match in re.finditer(rf"\b(?:{noun})s?\b", sentence, re.I):
            before = sentence[: match.start()]
            if not _WITHIN & set(before.casefold().split()[-3:]) or not parts.fit(before):
                return True
    return False


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids)[:4])
