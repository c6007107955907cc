"""Orders planted in what the world writes, set apart before anything else reads it: for people to see, never obeyed.

They may stand in a message or its subject, in the name of a file, in an article, in a field of a record. The ticket
keeps every message as it came; what is worked with afterwards does not hold what was set apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.records import BusinessRecord, Evidence, Finding, Lookup, Message, Passage, Value
from cx_core.understand.weighing import Kept, Scale, Strictness

MESSAGE = Strictness(sure=0.65, whole=True)
"""At most one plain message in five hundred is touched at this bound."""
ARTICLE = Strictness(sure=0.75, whole=False)
"""Articles speak to advisors and customers in orders all the time, so that a sentence must say it by itself."""
FIELD = Strictness(sure=0.5, whole=False)
NAME = Strictness(sure=0.5, whole=True)
"""Of a file: nothing reads it, so that one too many costs a remark."""
SHORTEST = 3
"""Words of a record's field below which it can say nothing to anybody."""
LONGEST_QUOTE = 160

Screened = tuple[tuple[Message, ...], str, tuple[Finding, ...]]


class Screen:
    """Holds no state of a ticket; several threads may share one."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale

    def words(self, messages: Sequence[Message], subject: str) -> Screened:
        """Messages and subject as they may be read, and a finding for each of them that something was taken from."""
        mine = [message.sender == "customer" for message in messages]
        *kept, title = self._scale.read([*(message.text for message in messages), subject], MESSAGE)
        read = tuple(
            message.model_copy(update={"text": one.text}) if theirs and one.apart else message
            for message, one, theirs in zip(messages, kept, mine, strict=True)
        )
        findings = [_found("The message", one) for one, theirs in zip(kept, mine, strict=True) if theirs and one.apart]
        findings += [_found("The subject", title)] if title.apart else []
        return read, title.text.strip(), tuple(findings)

    def names(self, files: Sequence[str]) -> tuple[Finding, ...]:
        """A finding for each name of a file that gives orders. Nothing reads such names: only people are shown them."""
        kept = self._scale.read(files, NAME)
        return tuple(_found("The name of a file", one) for one in kept if one.apart)

    def evidence(self, evidence: Evidence) -> tuple[Evidence, tuple[Finding, ...]]:
        """The same for what was read of articles and records."""
        passages, findings = self._passages(evidence.passages)
        lookups = evidence.lookups
        records = [r for lookup in lookups for r in (*lookup.records, *lookup.others)]
        clean, more = self._records([*records, *([evidence.customer] if evidence.customer else [])])
        if not findings and not more:
            return evidence, ()
        update = {
            "passages": passages,
            "lookups": tuple(_with(lookup, clean) for lookup in lookups),
            "customer": clean.get(evidence.customer.ref, evidence.customer) if evidence.customer else None,
        }
        return evidence.model_copy(update=update), (*findings, *more)

    def _passages(self, passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], tuple[Finding, ...]]:
        kept = self._scale.read([passage.text for passage in passages], ARTICLE)
        read = tuple(
            passage.model_copy(update={"text": _closed(one.text)}) if one.apart else passage
            for passage, one in zip(passages, kept, strict=True)
        )
        pairs = zip(passages, kept, strict=True)
        return read, tuple(_found(f"The article “{passage.title}”", one) for passage, one in pairs if one.apart)

    def _records(self, records: Sequence[BusinessRecord]) -> tuple[dict[str, BusinessRecord], tuple[Finding, ...]]:
        """Those that something was taken from, by reference."""
        unique = {record.ref: record for record in records}
        texts = list(dict.fromkeys(text for record in unique.values() for text in _texts(record)))
        kept = {text: one for text, one in zip(texts, self._scale.read(texts, FIELD), strict=True) if one.apart}
        changed: dict[str, BusinessRecord] = {}
        findings: dict[str, Finding] = {}
        for ref, record in unique.items():
            fields = {name: _cleaned(value, kept) for name, value in record.fields.items()}
            if fields == record.fields:
                continue
            changed[ref] = record.model_copy(update={"fields": fields})
            for text in _texts(record):
                if text in kept and text not in findings:
                    findings[text] = _found(f"A field of {record.kind} {record.id}", kept[text])
        return changed, tuple(findings.values())


def _texts(record: BusinessRecord) -> list[str]:
    values = [inner for v in record.fields.values() for inner in (v if isinstance(v, tuple) else (v,))]
    return [value for value in values if isinstance(value, str) and len(value.split()) >= SHORTEST]


def _cleaned(value: Value, kept: Mapping[str, Kept]) -> Value:
    if isinstance(value, str):
        return _closed(kept[value].text) if value in kept else value
    if isinstance(value, tuple):
        return tuple(_closed(kept[inner].text) if inner in kept else inner for inner in value)
    return value


def _with(lookup: Lookup, clean: Mapping[str, BusinessRecord]) -> Lookup:
    update = {
        name: tuple(clean.get(record.ref, record) for record in getattr(lookup, name)) for name in ("records", "others")
    }
    return lookup.model_copy(update=update)


def _closed(text: str) -> str:
    """Without the blanks that stand for what was cut."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _found(where: str, kept: Kept) -> Finding:
    quotes = "; ".join(f"“{_short(piece)}”" for piece in kept.apart[:3])
    text = f"{where} holds text that tells the copilot what to do. It was not followed: {quotes}"
    return Finding(step=None, text=text, planted=True)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
