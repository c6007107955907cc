"""A ticket's words without anything that tells whose they were: for colleagues who meet the same matter again.

More is taken than before a log or a model: beside what the broad masking finds, every identifier and amount, and all
that the records which were read say of the customer, since a sum and a day lead to an invoice and that to a person.
Nothing is ever put back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from cx_core.privacy.masked_model import KnownPersonalData
from cx_core.privacy.masking import Masker
from cx_core.privacy.personal_known import Wanted
from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.privacy.personal_words import lexicon
from cx_core.records import BusinessRecord, Evidence
from cx_core.text.segments import own_words

_AMOUNT = re.compile(
    r"[£$€]\s?\d[\d,]*(?:\.\d{1,2})?"
    r"|\b(?:GBP|EUR|USD)\s?\d[\d,]*(?:\.\d{1,2})?"
    r"|(?<![\w.,])\d[\d,]*(?:\.\d{1,2})?\s?(?:pounds?|quid|euros?|dollars?|pence|gbp|eur|usd|[£$€])(?!\w)"
    r"|(?<![\w.,/:-])\d{1,3}(?:,\d{3})*\.\d{2}(?![\w./:%]|\s?(?:am|pm|gb|mb|mbps|ghz)\b)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:(?<!\w)[A-Za-z]{1,8}-\d[\w-]*|(?<![\w-])[\w-]*?\d{3}[\w-]*)(?!\w|\s?(?:[GM]B|Mbps)\b)", re.IGNORECASE
)
"""Letters, a stroke and figures (O-1042), or anything with three figures in a row (TRK0099, 10452)."""
_NUMBERED = re.compile(
    r"\b(?:order|parcel|invoice|bill|payment|appointment|booking|contract|account|customer|reference|ref|case|ticket)"
    r"(?:\s(?:no|nr|number|id|reference))?\.?\s?[:#№]?\s?(?P<it>\d[\w-]*)\b",
    re.IGNORECASE,
)
_AREA = re.compile(r"\b(?P<it>[A-Z]{1,2}\d[A-Z\d]?) ?\d[A-Z]{2}\b")
"""The first half of a postal code, by which replies speak of where somebody lives."""
_CODED = re.compile(r"(?=\S*\d)\S+")
_WORD = re.compile(r"[^\W\d_]+")
_LONG_ENOUGH = 4
"""Characters of a record's value that is sought in the words: shorter ones stand in every text."""


class Whose(KnownPersonalData):
    """What is known of the customer and what the records say, with all that looks like an identifier or an amount."""

    def __init__(self, evidence: Evidence, others: Mapping[str, str]) -> None:
        """`others`: more that is known of people in the ticket, by fields as `Wanted` has them."""
        super().__init__(evidence)
        self._others = Wanted(others)
        self._customer = Wanted(evidence.customer)
        self._values = tuple(_values(evidence))

    def find(self, text: str) -> Iterator[PersonalSpan]:
        yield from super().find(text)
        yield from self._others.find(text)
        for kind, pattern in chain(self._values, (("amount", _AMOUNT), ("ref", _NUMBERED), ("ref", _CODE))):
            for match in pattern.finditer(text):
                yield PersonalSpan(*(match.span("it") if "it" in pattern.groupindex else match.span()), kind)

    def personal(self, text: str) -> Iterator[PersonalSpan]:
        """What names or reaches the customer or another person known."""
        yield from self._customer.find(text)
        yield from self._others.find(text)


class Anonymiser:
    """Holds nothing of what it has seen. `own`: the business's own texts, whose words are nobody's."""

    def __init__(self, own: Iterable[str]) -> None:
        words = {word.casefold() for text in own for word in _WORD.findall(text)}
        people = lexicon().given | lexicon().surnames
        self.plain = frozenset(words - people)
        """Words of the business that are nobody's name."""
        self._masker = Masker(keep=self.plain, broad=True)

    def words(self, texts: Sequence[str], known: Whose) -> str | None:
        """What somebody wrote themselves, masked.

        None where something known of the customer is still in it: then nobody sees it.
        """
        whole = "\n".join(span.of(text).strip() for text in texts for span in own_words(text))
        hidden = self._masker.hide(whole, known)
        return None if any(known.personal(hidden)) else hidden


def _values(evidence: Evidence) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Identifiers of the records that were read, and their values that could tell one from another."""
    own = [evidence.customer] if evidence.customer else []
    records = [*own, *(one for lookup in evidence.lookups for one in (*lookup.records, *lookup.others))]
    said: dict[str, str] = {}
    if own and (area := _AREA.search(str(own[0].fields.get("address") or ""))):
        said[area["it"]] = "area"
    for record in records:
        said.setdefault(record.id, record.kind)
        for value in _telling(record):
            said.setdefault(value, "ref")
    for value, kind in sorted(said.items(), key=lambda pair: -len(pair[0])):
        yield kind.partition("_")[0][:12], re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)


def _telling(record: BusinessRecord) -> Iterator[str]:
    """Values of one word with a figure in it: tracking codes, serial numbers, days. Names of goods are nobody's."""
    for value in record.fields.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and len(one) >= _LONG_ENOUGH and _CODED.fullmatch(one):
                yield one
