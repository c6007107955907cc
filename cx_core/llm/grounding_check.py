"""Whether a text says more than what is known: what a language model wrote is shown only if all of it is backed.

It looks at what can do harm when it is invented: numbers, identifiers, days, links, addresses, slots, markup, and
sentences made of the customer's own words. Whether a sentence is true beyond that, a person reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from pydantic import Field

from cx_core.catalogue import ActionSpec, Company
from cx_core.llm.prompt_context import records_of
from cx_core.records import Evidence, Message, Record
from cx_core.text.segments import SENTENCE_GAP
from cx_core.text.wording import say

SLOT = re.compile(r"\{s\d+\.[a-z_0-9]+\}")
_LINK = re.compile(r"\w+://\S+|\bwww\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[^\s,;()“”\"'’]*\d[^\s;()“”\"]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL = re.compile(r"\d{1,2}")
"""What an article alone backs: a number of days or hours, but no amount, telephone number or link. One article that
somebody tampered with must not reach a customer by way of a model; what the built-in draft took from it may stay."""
_MARKUP = re.compile(r"[<>\[\]{}|\\`*_#~^$⟪⟫⟨⟩]")
_COUNTS = frozenset(
    (
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "january",
        "february",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "tomorrow",
        "tonight",
        "pound",
        "pounds",
        "euro",
        "euros",
        "dollar",
        "dollars",
    )
)
"""Words that are numbers, days and money."""
_GIVEN = frozenset(
    (
        "approved",
        "guarantee",
        "guaranteed",
        "promise",
        "promised",
        "free",
        "waived",
        "compensation",
        "complimentary",
    )
)
"""Words that give something away."""
ECHO = 0.75
"""From this share on, a sentence whose content is nothing but the customer's words is not ours."""


class KnownFacts(Record):
    """What may be said: normalised numbers, links, words and signs; and the words only the customer used."""

    numbers: frozenset[str]
    links: frozenset[str]
    words: frozenset[str]
    signs: frozenset[str]
    slots: frozenset[str]
    customers: frozenset[str]
    done: frozenset[str] = Field(description="beginnings of the verbs of all actions: none is said to be done")


def facts(
    evidence: Evidence,
    company: Company,
    drafted: Iterable[str],
    actions: Iterable[ActionSpec],
    said: Sequence[Message],
    slots: Iterable[str] = (),
    *,
    own_words: bool = False,
) -> KnownFacts:
    """`drafted`: what the built-in stages wrote. `own_words`: theirs count too, as in a summary."""
    drafted = tuple(drafted)
    values = [say(v) for record in records_of(evidence) for v in record.fields.values()]
    values += [str(v) for record in records_of(evidence) for v in record.fields.values()]
    ids = [record.id for record in records_of(evidence)]
    told = [f"{p.title} {p.text}" for p in evidence.passages if p.audience == "customer"]
    us = [company.name, company.signature, company.greeting, company.closing, company.disclosure]
    theirs = [message.text for message in said]
    text = "\n".join([*values, *ids, *us, *drafted])
    meant = "\n".join([text, *(theirs if own_words else ())])
    words = _words("\n".join([meant, *told]))
    counts = {number for number in _numbers("\n".join(told)) if _SMALL.fullmatch(number)}
    return KnownFacts(
        numbers=frozenset(_numbers(meant)) | counts,
        links=frozenset(_links(text)),
        words=words,
        signs=frozenset("".join(drafted)),
        slots=frozenset(slots),
        customers=_words("\n".join(theirs)) - words,
        done=frozenset(_stem(action.title.split()[0].casefold()) for action in actions if action.kind == "write"),
    )


def unbacked(text: str, known: KnownFacts) -> tuple[str, ...]:
    """What of the text nothing backs, in the words of the text; empty if all is well."""
    plain = SLOT.sub(" ", text)
    found = [slot for slot in SLOT.findall(text) if slot not in known.slots]
    found += [sign for sign in _MARKUP.findall(plain) if sign not in known.signs]
    found += [unicodedata.name(sign, "a sign without a name").lower() for sign in plain if _odd(sign)]
    found += [link for link in _links(plain) if link not in known.links]
    found += [number for number in _numbers(plain) if number not in known.numbers]
    stems = {_stem(word) for word in known.words}
    for word in sorted(_words(plain) - known.words):
        acts = len(word) > 4 and _stem(word) in known.done and _stem(word) not in stems
        if word in _COUNTS or word in _GIVEN or acts or not word.isascii():
            found.append(word)
    found += [sentence for sentence in SENTENCE_GAP.split(plain) if _echoes(sentence, known)]
    return tuple(dict.fromkeys(one[:80] for one in found))


def _odd(sign: str) -> bool:
    """Signs that cannot be seen, turn the text round, or have no meaning."""
    return unicodedata.category(sign)[0] == "C" and sign != "\n"


def _echoes(sentence: str, known: KnownFacts) -> bool:
    content = {word for word in _words(sentence) if len(word) > 3}
    return bool(content) and len(content & known.customers) / len(content) >= ECHO


def _words(text: str) -> frozenset[str]:
    return frozenset(match[0].casefold().replace("’", "'") for match in _WORD.finditer(text))


def _stem(word: str) -> str:
    """Enough to know refunded by refund; short words are whole."""
    return word[:5]


def _links(text: str) -> Iterator[str]:
    return (match[0].casefold().rstrip(".,;:!?)") for match in _LINK.finditer(text))


def _numbers(text: str) -> Iterator[str]:
    """Every token with a digit in it. £54.00, £54 and 54.00 are one, and something else than 54 of anything."""
    for match in _NUMBER.finditer(text):
        for token in match[0].replace(",", " ").split():
            bare = token.casefold().strip(".:!?*-–—'’\"/")
            plain = bare.strip("£$€")
            if any(sign.isdigit() for sign in plain):
                yield f"{plain}.00" if plain != bare and plain.isdecimal() else plain
