"""Orders planted in what the world writes, set apart before anything else reads it: for people to see, never obeyed.

They may stand in a message or its subject, in the name of a file, in an article, in a field of a record. The ticket
keeps every message as it came; what is worked with afterwards does not hold what was set apart. What only may be an
order stays where it is, and people are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from cx_core.prompt_injection.document_screening import DocumentScreen
from cx_core.prompt_injection.weighing import BESIDE, KeptText, Scale, Strictness, sentences_of
from cx_core.records import BusinessRecord, Evidence, Finding, Lookup, Message, Passage, Value
from cx_core.text.segments import MOST_READ

MESSAGE = Strictness(sure=0.75, whole=True, doubt=0.4)
"""Below `sure` plain messages with quotes, foreign words or much to say about rules would lose their sentences too.
Below `doubt` one ordinary message in thirty would be pointed out, and few more attacks."""
ARTICLE = Strictness(sure=0.75, whole=False, doubt=0.6, spoken=0.35)
"""Articles speak to advisors and customers in orders all the time, so that a sentence must say it by itself."""
FIELD = Strictness(sure=0.5, whole=False, doubt=0.35, spoken=0.35)
NAME = Strictness(sure=0.5, whole=True, doubt=0.25)
"""Of a file: nothing reads it, so that one too many costs a remark."""
SHORTEST = 3
"""Words of a record's field below which it can say nothing to anybody."""
LONG = 12
"""Words of a record's field above which it may be something else with an order behind it, and no full stop between."""
MOST_TAILS = 6
MOST_DECODED = 100
"""Sentences of what was decoded that are weighed."""
LONGEST_QUOTE = 160
MOST_ARTICLES = 1000
"""Passages whose reading is remembered: the same ones are found for many tickets."""

_SIGNS = re.compile(r"[^\w.]+|_+")
"""What is kept of a name has low lines for what no name may hold."""
_CAPITAL = re.compile(r"\s([A-Z])[\w']*(?=\s)")


class Screened(NamedTuple):
    """Messages and subject as they may be read, what people are told, and passages that stay and may be orders.

    `unread` is told only of tickets in a language that is served: in others nothing can be read.
    """

    messages: tuple[Message, ...]
    subject: str
    findings: tuple[Finding, ...] = ()
    doubted: tuple[str, ...] = ()
    unread: tuple[Finding, ...] = ()

    def undoubted(self) -> Screened:
        """The same without the passages that may be orders. Blanks stand for them, so that the rest keeps its place."""
        read = tuple(message.replace(text=_blanked(message.text, self.doubted)) for message in self.messages)
        return self._replace(messages=read, subject=_blanked(self.subject, self.doubted).strip())


class Screen:
    """Holds no state of a ticket; several threads may share one."""

    def __init__(self, scale: Scale, documents: DocumentScreen, unread: Callable[[str], Sequence[str]]) -> None:
        """`scale` weighs what customers write; `documents` has learnt how a company's own texts speak; `unread` names
        the passages of a text that nobody could read."""
        self._scale, self._documents, self._unread = scale, documents, unread
        self._article = lru_cache(MOST_ARTICLES)(self._read_article)

    def words(self, messages: Sequence[Message], subject: str) -> Screened:
        """The same without what is surely an order, and a finding for each that something was taken from."""
        mine = [message.sender == "customer" for message in messages]
        texts = [*(message.text for message in messages), subject]
        *kept, title = self._scale.read(texts, MESSAGE, self._coded(texts))
        read = tuple(
            message.replace(text=one.text) if theirs and one.apart else message
            for message, one, theirs in zip(messages, kept, mine, strict=True)
        )
        told = [_found("The message", one) for one, theirs in zip(kept, mine, strict=True) if theirs]
        findings = tuple(finding for finding in (*told, _found("The subject", title)) if finding)
        weighed = (*(one for one, theirs in zip(kept, mine, strict=True) if theirs), title)
        unread = tuple(passage for one in weighed for passage in self._unread(one.text))
        doubted = (*(passage for one in weighed for passage in one.doubted), *unread)
        return Screened(read, title.text.strip(), findings, doubted, _unreadable(unread))

    def names(self, files: Sequence[str]) -> tuple[Finding, ...]:
        """A finding for each name of a file that gives orders. Nothing reads such names: only people are shown them."""
        read = self._scale.read([*files, *(_SIGNS.sub(" ", name).strip() for name in files)], NAME)
        pairs = zip(read[: len(files)], read[len(files) :], strict=True)
        told = [_found("The name of a file", one) or _found("The name of a file", other) for one, other in pairs]
        return tuple(finding for finding in told if finding)

    def evidence(self, evidence: Evidence) -> tuple[Evidence, tuple[Finding, ...]]:
        """The same for what was read of articles and records."""
        passages, findings = self._passages(evidence.passages)
        lookups = evidence.lookups
        records = [r for lookup in lookups for r in (*lookup.records, *lookup.others)]
        clean, more = self._records([*records, *([evidence.customer] if evidence.customer else [])])
        if not findings and not more:
            return evidence, ()
        return evidence.replace(
            passages=passages,
            lookups=tuple(_with(lookup, clean) for lookup in lookups),
            customer=clean.get(evidence.customer.ref, evidence.customer) if evidence.customer else None,
        ), (*findings, *more)

    def _coded(self, texts: Sequence[str]) -> dict[str, list[str]]:
        """By text, the passages that are orders once they are decoded: whoever writes so hides what it says."""
        said = (
            (unit, (text, one.passage))
            for text in texts
            for one in self._documents.reader.decoded(text[:MOST_READ])
            for unit in sentences_of(one.says)
        )
        weighed = list(islice(said, MOST_DECODED))
        found: dict[str, list[str]] = {}
        for (_, (text, passage)), score in zip(weighed, self._scale.scores([unit for unit, _ in weighed]), strict=True):
            if score >= BESIDE:
                found.setdefault(text, []).append(passage)
        return found

    def _passages(self, passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], tuple[Finding, ...]]:
        kept = [self._article(passage.text) for passage in passages]
        read = tuple(
            passage.replace(text=_closed(one.text)) if one.apart else passage
            for passage, one in zip(passages, kept, strict=True)
        )
        told = [_found(article_of(passage), one) for passage, one in zip(passages, kept, strict=True)]
        return read, tuple(finding for finding in told if finding)

    def _read_article(self, text: str) -> KeptText:
        """What gives orders by itself is cut; what only sounds so and is foreign to the rest is pointed out."""
        [kept] = self._documents.scale.read([text], ARTICLE)
        return kept if kept.apart or kept.doubted else kept._replace(doubted=self._documents.found([text]))

    def _records(self, records: Sequence[BusinessRecord]) -> tuple[dict[str, BusinessRecord], tuple[Finding, ...]]:
        """Those that something was taken from, by reference."""
        unique = {record.ref: record for record in records}
        texts = list(dict.fromkeys(text for record in unique.values() for text in texts_of(record)))
        kept = self._fields(texts)
        changed: dict[str, BusinessRecord] = {}
        findings: dict[str, Finding] = {}
        for ref, record in unique.items():
            fields = {name: _cleaned(value, kept) for name, value in record.fields.items()}
            if fields != record.fields:
                changed[ref] = record.replace(fields=fields)
            for text in texts_of(record):
                if text not in findings and (finding := _found(field_of(record), kept[text])):
                    findings[text] = finding
        return changed, tuple(findings.values())

    def _fields(self, texts: Sequence[str]) -> dict[str, KeptText]:
        """Where only the later part of a text gives orders nothing is set apart, but it is pointed out."""
        tails = [(text, tail) for text in texts for tail in _tails(text)]
        read = self._scale.read([*texts, *(tail for _, tail in tails)], FIELD)
        kept = dict(zip(texts, read, strict=False))
        for (text, tail), one in zip(tails, read[len(texts) :], strict=True):
            if (one.apart or one.doubted) and not (kept[text].apart or kept[text].doubted):
                kept[text] = KeptText(text, doubted=(tail,))
        return kept


def article_of(passage: Passage) -> str:
    """How a finding about a passage begins."""
    return f"The article “{passage.title}”"


def field_of(record: BusinessRecord) -> str:
    """How a finding about a text in a record begins."""
    return f"A field of {record.kind} {record.id}"


def texts_of(record: BusinessRecord) -> list[str]:
    """Those of a record's fields that can say something to somebody."""
    values = [inner for v in record.fields.values() for inner in (v if isinstance(v, tuple) else (v,))]
    return [value for value in values if isinstance(value, str) and len(value.split()) >= SHORTEST]


def _tails(text: str) -> list[str]:
    """A long text from each capital on that may begin a sentence in it."""
    if len(text.split()) <= LONG:
        return []
    return [text[start.start(1) :] for start in islice(_CAPITAL.finditer(text), 1, MOST_TAILS + 1)]


def _cleaned(value: Value, kept: Mapping[str, KeptText]) -> Value:
    if isinstance(value, str):
        return _closed(kept[value].text) if value in kept and kept[value].apart else value
    if isinstance(value, tuple):
        return tuple(_closed(kept[inner].text) if inner in kept and kept[inner].apart else inner for inner in value)
    return value


def _with(lookup: Lookup, clean: Mapping[str, BusinessRecord]) -> Lookup:
    update = {
        name: tuple(clean.get(record.ref, record) for record in getattr(lookup, name)) for name in ("records", "others")
    }
    return lookup.replace(**update)


def _blanked(text: str, passages: Sequence[str]) -> str:
    for passage in passages:
        text = text.replace(passage, " " * len(passage))
    return text.rstrip()


def _closed(text: str) -> str:
    """Without the blanks that stand for what was cut."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _found(where: str, kept: KeptText) -> Finding | None:
    quotes = _quoted(kept.apart or kept.doubted)
    if kept.apart:
        text = f"{where} holds text that tells the copilot what to do. It was not followed: {quotes}"
        return Finding(step=None, text=text, planted=True)
    if kept.doubted:
        return Finding(step=None, text=f"{where} may hold orders to the copilot: {quotes}", doubt=True)
    return None


def _unreadable(passages: Sequence[str]) -> tuple[Finding, ...]:
    text = f"The message holds words that the copilot cannot read. It followed none of them: {_quoted(passages)}"
    return (Finding(step=None, text=text, doubt=True),) if passages else ()


def _quoted(passages: Sequence[str]) -> str:
    return "; ".join(f"“{_short(passage)}”" for passage in passages[:3])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
