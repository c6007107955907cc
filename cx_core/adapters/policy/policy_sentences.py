"""Whether the sentence of a rule tells what its condition says: the sentence is what people approve and are shown.

`{amount.limit}` in a sentence is filled with the number that this very rule compares `amount` with, so it cannot be
left behind when the number changes. A number or a role that is written out must be one that the rule compares with,
or belong to the meaning of a fact that it asks ("within 24 hours"); an amount that it compares with must be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cedarpy import pst

from cx_core.adapters.policy.policy_logic import parts_of
from cx_core.errors import KnowledgeError
from cx_core.records import APPROVERS, Money, Role

_COMPARISONS = frozenset({"eq", "not_eq", "less", "less_eq", "greater", "greater_eq"})
_LIMIT = re.compile(r"\{([a-z_]+)\.limit\}")
_IN_BRACES = re.compile(r"\{[^}]*\}")
_NUMBER = re.compile(r"(?<![\w.,])([£€$]\s?)?(\d+(?:,\d{3})*)(?:\.(\d\d))?(?![\w]|[.,]\d)")
_UP_TO_TWENTY = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
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
)
_WORDS = {word: number for number, word in enumerate(_UP_TO_TWENTY, start=2)} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1000,
}
"""Numbers as words. One is left out: in a sentence it is mostly no number."""
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_RANKS: Mapping[int, str] = {rank: role.value for rank, role in enumerate(APPROVERS, start=1)}
_ROLE = re.compile(rf"\b({'|'.join(role.value for role in Role)})\b", re.IGNORECASE)


class Meanings(NamedTuple):
    """What sentences are held against besides their rule: facts that are money, and what facts mean, in words."""

    money: frozenset[str]
    facts: Mapping[str, str]
    currency: str = "GBP"


class _Comparison(NamedTuple):
    """A number in the condition of a rule, and the attributes it is compared with."""

    number: int
    attributes: tuple[str, ...]


class Sentence(NamedTuple):
    """The words of a rule with its numbers filled in, and what they say that the rule does not."""

    says: str
    untrue: tuple[str, ...]


def sentence_of(policy: pst.Template, says: str, meanings: Meanings) -> Sentence:
    """Fill the limits of a sentence and check all other numbers and roles. Raises KnowledgeError for a wrong limit."""
    compared = tuple(_comparisons(policy.clauses))
    filled = _LIMIT.sub(lambda found: _limit(found[1], compared, meanings), says)
    plain = _IN_BRACES.sub(" ", says)
    untrue = (*_strange(plain, policy, compared, meanings), *_roles(plain, compared))
    return Sentence(filled, untrue or tuple(_untold(says, filled, compared, meanings)))


def _comparisons(node: object) -> Iterator[_Comparison]:
    for part in _all(node):
        if isinstance(part, pst.BinaryOp) and part.op in _COMPARISONS:
            for number, other in ((part.left, part.right), (part.right, part.left)):
                if isinstance(number, pst.LongLit):
                    asked = (one.attr for one in _all(other) if isinstance(one, pst.GetAttr))
                    yield _Comparison(number.value, tuple(dict.fromkeys(asked)))


def _all(node: object) -> Iterator[object]:
    yield node
    for part in parts_of(node):
        yield from _all(part)


def _limit(attribute: str, compared: Sequence[_Comparison], meanings: Meanings) -> str:
    """The number that an attribute is compared with, as people write it. Raises KnowledgeError."""
    limits = {one.number for one in compared if attribute in one.attributes}
    if len(limits) != 1:
        how = "several numbers: make it a rule for each" if limits else "no number"
        raise KnowledgeError(f"its sentence says {{{attribute}.limit}}, and it compares {attribute} with {how}")
    (number,) = limits
    if attribute == "rank":
        return _RANKS.get(number, str(number))
    return str(Money(minor=number, currency=meanings.currency)) if attribute in meanings.money else str(number)


def _strange(plain: str, policy: pst.Template, compared: Sequence[_Comparison], meanings: Meanings) -> Iterator[str]:
    """Numbers that are neither compared with in the rule nor part of what a fact that it asks means."""
    minor = {one.number for one in compared if not meanings.money.isdisjoint(one.attributes)} if compared else set()
    literals = [part for part in _all(policy.clauses) if isinstance(part, pst.LongLit | pst.StringLit)]
    whole = {part.value for part in literals if isinstance(part, pst.LongLit)} - minor
    asked = {part.attr for part in _all(policy.clauses) if isinstance(part, pst.GetAttr)}
    texts = [part.value for part in literals if isinstance(part, pst.StringLit)]
    texts += [meanings.facts.get(name, "") for name in asked]
    whole |= {value for text in texts for _, value, cents in _numbers(text) if not cents}
    for written, value, cents in _numbers(plain):
        as_minor = value * 100 + cents
        if as_minor not in minor and (cents or value not in whole):
            yield f"its sentence says {written}, which it compares with nothing"


def _numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """Each number of a text: as written, its whole part, and its two decimals."""
    for found in _NUMBER.finditer(text):
        yield found[0], int(found[2].replace(",", "")), int(found[3] or 0)
    for found in _WORD.finditer(text):
        yield found[0], _WORDS[found[0].lower()], 0


def _roles(plain: str, compared: Sequence[_Comparison]) -> Iterator[str]:
    """Roles that the rule does not ask for, where it asks for one."""
    ranks = {_RANKS.get(one.number, "") for one in compared if "rank" in one.attributes}
    ranks |= {Role.EDITOR.value} if _RANKS[1] in ranks else set()  # below the least rank is who approves nothing
    for name in dict.fromkeys(found[0].lower() for found in _ROLE.finditer(plain)):
        if ranks and name not in ranks:
            yield f"its sentence names {_named(name)}, and it asks for {_named(min(ranks))}"


def _named(role: str) -> str:
    return f"{'an' if role[:1] in 'aeiou' else 'a'} {role}" if role else "another rank"


def _untold(says: str, filled: str, compared: Sequence[_Comparison], meanings: Meanings) -> Iterator[str]:
    """Amounts of money that decide and that the sentence keeps to itself."""
    told = {value * 100 + cents for _, value, cents in _numbers(_IN_BRACES.sub(" ", filled))}
    for one in compared:
        money = next((name for name in one.attributes if name in meanings.money), None)
        if money is not None and one.number > 0 and one.number not in told:
            amount = Money(minor=one.number, currency=meanings.currency)
            yield f"it compares {money} with {amount}, which its sentence does not say: write {{{money}.limit}}"
