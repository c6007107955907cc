"""Knowledge with facts altered by a script: what a contradiction finder is to find, and what it must leave alone.

The script picks facts and what becomes of them by a seeded generator. It knows numbers by patterns of its own, not by
the reading that is measured. There are two ways of altering:

- natural: of a fact that the articles state in two places in their own words, one place is altered;
- restated: a sentence with a number is put into another article that fits, as it is, with its clauses turned, cut
  short or reworded, and its number is altered, left, written in another unit, or said of something else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cx_core.catalogue import Article
from cx_core.ports import Encoder

WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fourteen": 14,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
}
_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_FACT = re.compile(
    r"£(?P<price>\d+(?:\.\d\d)?)"
    rf"|(?<![\w.,£-])(?P<count>\d+|{'|'.join(WORDS)})(?P<between>\s(?:full\s|working\s)?)(?P<unit>{_UNIT})(?![\w’'])"
    r"|(?<=[a-z] )(?P<number>\d{1,3})(?=\s(?:per cent|or over|wrong|(?!works|includes|is\b|as\b|needs)[a-z]{3,}s\b))"
)
_ANY = re.compile(
    rf"£(?P<price>\d+(?:\.\d\d)?)"
    rf"|(?<![\w.,£-])(?P<count>\d+|{'|'.join(WORDS)})(?P<between>\s(?:full\s|working\s)?)(?P<unit>{_UNIT})"
    rf"|(?<![\w.,£-])(?P<number>\d+|{'|'.join(WORDS)})(?![\w.,]*\d)"
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\d)[^.!?\n]*|\n(?!\n|#)[^.!?\n]*)*[.!?](?=\s|$)")
_NAMED = re.compile(r"(?<!^)\b[A-Z]\w*\s$")
_LEANS = re.compile(
    r"(?:And|Or|Which|Then|It|This|They|That|These|Below|Both|The others?|Goes|For up|After that|There|\x00)\b"
)
_OTHERS = (
    "business accounts",
    "customers of our partners",
    "orders from abroad",
    "members of the loyalty scheme",
    "pensioners",
    "the Harbour 900 package",
    "the Gold cover",
    "bulk orders",
)
_SYNONYMS = {
    "usually": "normally",
    "normally": "as a rule",
    "receive": "get",
    "get": "receive",
    "invoice": "bill",
    "bill": "invoice",
    "parcel": "package",
    "item": "product",
    "tell us": "let us know",
    "choose": "select",
    "need": "require",
    "buy": "purchase",
    "bought": "purchased",
    "must": "has to",
    "at least": "no less than",
    "after": "following",
    "before": "prior to",
    "send": "dispatch",
    "customers": "clients",
    "within": "in no more than",
    "free of charge": "at no cost",
    "fee": "charge",
    "charge": "fee",
    "phone": "telephone",
    "may": "can",
    "can": "may",
    "costs": "is priced at",
    "takes": "lasts",
    "delivery": "the delivery",
    "reaches you": "arrives",
    "kept": "held",
    "about": "roughly",
    "until": "up to the moment that",
    "engineer": "technician",
    "visit": "appointment",
    "return": "send back",
    "device": "appliance",
    "week": "week",
    "locked": "blocked",
    "link": "web link",
    "works": "stays usable",
    "check": "inspect",
    "confirm": "acknowledge",
}


class Change(NamedTuple):
    """One thing that was done. `wrong`: the sentences disagree now, so it must be found."""

    kind: str
    """number, period or price; what it became: same, unit or other."""
    style: str
    wrong: bool
    article: str
    sentence: str
    source: str
    original: str


def altered(
    articles: Mapping[str, Article], encoder: Encoder, seed: int, *, of_each: int = 6
) -> tuple[dict[str, Article], tuple[Change, ...]]:
    """A copy with about `of_each` changes of each kind and style, and what was changed."""
    chance = random.Random(seed)
    facts = [(id, heading, m) for id, article in sorted(articles.items()) for heading, m in _sentences(article)]
    chance.shuffle(facts)
    homes = _homes(articles, encoder)
    texts = {id: article.text for id, article in articles.items()}
    changes: list[Change] = []
    wanted = {
        (kind, style): of_each
        for kind in ("number", "period", "price")
        for style in ("verbatim", "turned", "short", "reworded")
    }
    wanted |= {
        (kind, style): of_each // 2
        for kind in ("same", "unit", "other")
        for style in ("verbatim", "turned", "short", "reworded")
    }
    for id, heading, sentence in facts:
        for (kind, style), left in sorted(wanted.items(), key=lambda _: chance.random()):
            made = _made(sentence, kind, style, chance) if left else None
            if made is not None:
                home = chance.choice(homes[id])
                above = f"## {heading}\n" if style == "verbatim" and heading else ""
                texts[home] = f"{texts[home]}\n\n{above}{made}"
                changes.append(Change(kind, style, kind in ("number", "period", "price"), home, made, id, sentence))
                wanted[kind, style] -= 1
                break
    changed = {
        id: article.replace(text=texts[id], version=f"{seed}-{article.version}") for id, article in articles.items()
    }
    return changed, tuple(changes)


def natural(
    articles: Mapping[str, Article], facts: Sequence[Sequence[tuple[str, str]]], seed: int
) -> tuple[dict[str, Article], tuple[Change, ...]]:
    """A copy in which a half of the facts that are stated in several places are altered in one of them.

    A fact is its places: an article, and the words with the number as they stand there.
    """
    chance = random.Random(seed)
    texts = {id: article.text for id, article in articles.items()}
    changes: list[Change] = []
    for places in chance.sample(list(facts), len(facts) // 2):
        (one, words), (other, restated) = chance.sample(list(places), 2)
        written = re.compile(r"\s+".join(map(re.escape, words.split())))
        found = written.search(texts[one])
        fact = list(_ANY.finditer(found[0]))[-1] if found else None
        if found is None or fact is None:
            continue
        made = found[0][: fact.start()] + another(fact, chance) + found[0][fact.end() :]
        texts[one] = texts[one][: found.start()] + made + texts[one][found.end() :]
        changes.append(Change(fact_kind(fact), "natural", True, one, made, other, restated))
    return {id: article.replace(text=texts[id]) for id, article in articles.items()}, tuple(changes)


def _sentences(article: Article) -> list[tuple[str, str]]:
    """(heading, sentence) of those with a number."""
    made = []
    for part in re.split(r"(?m)^(?=## )", article.text):
        heading, _, body = part.partition("\n") if part.startswith("## ") else ("", "", part)
        made += [
            (heading.removeprefix("## ").strip(), m[0].strip()) for m in _SENTENCE.finditer(body) if _FACT.search(m[0])
        ]
    return made


def _homes(articles: Mapping[str, Article], encoder: Encoder) -> dict[str, list[str]]:
    """For each article the three others that fit best."""
    ids = sorted(articles)
    vectors = encoder.encode([f"{articles[id].title}. {articles[id].text[:400]}" for id in ids])
    near = np.argsort(-(vectors @ vectors.T), axis=1)
    return {id: [ids[j] for j in row if ids[j] != id][:3] for id, row in zip(ids, near.tolist(), strict=True)}


def _made(sentence: str, kind: str, style: str, chance: random.Random) -> str | None:
    facts = [m for m in _FACT.finditer(sentence) if not (m["number"] and _NAMED.search(sentence[: m.start()]))]
    fitting = [m for m in facts if kind in ("same", "other", fact_kind(m)) or (kind == "unit" and _rewritten(m))]
    if not fitting:
        return None
    fact = chance.choice(fitting)
    new = fact[0] if kind == "same" else _rewritten(fact) if kind == "unit" else another(fact, chance)
    mark = "\x00"
    held = sentence[: fact.start()] + mark + sentence[fact.end() :]
    shaped = _shaped(held, style, mark, chance)
    if shaped is None or (style != "verbatim" and shaped == held) or mark not in shaped:
        return None
    if style != "verbatim" and _LEANS.match(shaped):
        return None  # without what stood before it, nobody could tell what it speaks of
    if kind == "other":
        shaped = (
            f"For {chance.choice(_OTHERS)} " + shaped[0].lower() + shaped[1:] if not shaped.startswith(mark) else None
        )
        if shaped is None:
            return None
    return " ".join(shaped.replace(mark, new or "").split())


def _shaped(text: str, style: str, mark: str, chance: random.Random) -> str | None:
    match style:
        case "turned":
            return _turned(text)
        case "short":
            return _short(text, mark)
        case "reworded":
            return _reworded(text, chance)
    return text


def _turned(text: str) -> str | None:
    """ "If A, B." as "B if A.", and "A, and B." as "B, and A."."""
    condition = re.match(r"(If|When|Once|As long as|After) ([^,]+), ([^,]{15,})\.$", text)
    if condition:
        return f"{condition[3][0].upper()}{condition[3][1:]} {condition[1].lower()} {condition[2]}."
    halves = re.match(r"([^,;]{15,})(,|;)(?: and)? ([^,;]{15,})\.$", text)
    return f"{halves[3][0].upper()}{halves[3][1:]}, and {halves[1][0].lower()}{halves[1][1:]}." if halves else None


def _short(text: str, mark: str) -> str | None:
    """Only the clauses around the number."""
    parts = re.split(r"(?:,|;|:| and| but)\s+", text.rstrip("."))
    at = next((n for n, part in enumerate(parts) if mark in part), 0)
    kept = parts[at]
    if len(kept.split()) < 5 and at:
        kept = f"{parts[at - 1]}, {kept}"
    return f"{kept[0].upper()}{kept[1:]}." if len(kept.split()) >= 5 else None


def _reworded(text: str, chance: random.Random) -> str | None:
    """With two to four words that mean the same."""
    there = [word for word in _SYNONYMS if re.search(rf"\b{word}\b", text)]
    chance.shuffle(there)
    if len(there) < 2:
        return None
    for word in there[:4]:
        text = re.sub(rf"\b{word}\b", f"\x01{there.index(word)}\x01", text)
    return re.sub("\x01(\\d+)\x01", lambda m: _SYNONYMS[there[int(m[1])]], text)


def fact_kind(fact: re.Match[str]) -> str:
    return "price" if fact["price"] else "period" if fact["unit"] else "number"


def facts_in(text: str) -> list[re.Match[str]]:
    """Its numbers, periods and prices; names of products hold none."""
    return [m for m in _ANY.finditer(text) if not (m["number"] and _NAMED.search(text[: m.start()]))]


def _value(fact: re.Match[str]) -> tuple[str, float, str]:
    number = fact["price"] or fact["count"] or fact["number"]
    unit = (fact["unit"] or "").rstrip("s")
    return fact_kind(fact), float(WORDS.get(number, number if number[0].isdigit() else 0)), unit


def another(fact: re.Match[str], chance: random.Random) -> str:
    """The fact with another number: a half to four times as much, never the same."""
    kind, value, unit = _value(fact)
    while True:
        low = fact.string[: fact.start()].endswith(" to ")  # the end of a range stays above its beginning
        new = (
            round(value * chance.choice((1.5, 2, 3)))
            if low
            else round(value * chance.choice((0.3, 0.5, 0.6, 0.7, 1.3, 1.5, 2, 2.5, 3, 4))) + chance.choice((0, 0, 1))
        )
        if kind == "price":
            new = max(new, 1)
            written = f"£{new}.{chance.choice(('00', '50', '99'))}"
            if abs(float(written[1:]) - value) > 0.01:
                return written
        elif new >= 2 and new != value:
            break
    if kind == "number":
        return str(new)
    if chance.random() < 0.2:
        units = [u for u in ("minute", "hour", "day", "week", "month") if u != unit]
        return f"{fact['count']}{fact['between']}{chance.choice(units)}s".replace("working ", "").replace("full ", "")
    return f"{new}{fact['between']}{unit}s"


def _rewritten(fact: re.Match[str]) -> str | None:
    """The same value in other words."""
    kind, value, unit = _value(fact)
    if kind == "price":
        return f"{value:g} pounds" if value == int(value) else f"{value:.2f} GBP"
    if kind != "period" or fact["between"].strip():
        return None
    names = {v: k for k, v in WORDS.items()}
    if unit == "day" and value % 7 == 0:
        return (
            "a fortnight"
            if value == 14
            else f"{names.get(int(value // 7), int(value // 7))} weeks"
            if value > 7
            else "one week"
        )
    bigger = {"hour": ("days", 24), "month": ("years", 12), "minute": ("hours", 60), "second": ("minutes", 60)}.get(
        unit
    )
    smaller = {"day": ("hours", 24), "year": ("months", 12), "hour": ("minutes", 60), "minute": ("seconds", 60)}.get(
        unit
    )
    if bigger and value % bigger[1] == 0 and value > bigger[1]:
        return f"{int(value // bigger[1])} {bigger[0]}"
    if smaller and value <= 3:
        return f"{int(value * smaller[1])} {smaller[0]}"
    return (
        names.get(int(value), str(int(value))) + f" {unit}s"
        if fact["count"].isdigit() and int(value) in names
        else None
    )
