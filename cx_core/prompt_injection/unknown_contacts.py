"""Mail addresses, web hosts and telephone numbers that texts name and that are neither ours nor the customer's.

That is a fact, whatever the text around it wants: nothing is set apart for it, and people are told. Of a message only
its mail addresses count, in its own words, since people give numbers and links of others all the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from cx_core.catalogue import Company, Knowledge
from cx_core.errors import SystemTrouble
from cx_core.prompt_injection.disguise import revealed
from cx_core.prompt_injection.screening import article_of, field_of, texts_of
from cx_core.records import BusinessRecord, Evidence, Finding, Message, TaskTypeName, Triage
from cx_core.text.segments import MOST_READ, own_words
from cx_core.understand.entities import EMAIL, phones

_HOST = re.compile(r"(?:https?://|(?<![\w.])(?=www\.))([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})", re.I)
_FIGURES = 10
"""Of a telephone number at least: shorter ones may be dates or numbers of parcels."""
MOST_NAMED = 3

Owner = Callable[[str], tuple[BusinessRecord | None, int]]
"""The customer with an address, and how many share it."""


class Contact(NamedTuple):
    """As it stands in a text, and in the one form in which it is compared."""

    text: str
    value: str


class Letter(NamedTuple):
    """What a customer wrote, without what was set apart in it, and the address it came from."""

    words: Sequence[Message]
    subject: str
    files: Sequence[str]
    sender: str


class Strangers:
    """Holds no state of a ticket; several threads may share one."""

    def __init__(self, knowledge: Knowledge, owner: Owner) -> None:
        self._company = knowledge.company
        self._owner = owner
        self._ours = tuple(_plain(contact, self._company) for contact in self._company.contacts)
        self._entered = {name: _entered(knowledge, name) for name in knowledge.task_types}

    def words(self, letter: Letter, triage: Triage, evidence: Evidence) -> tuple[Finding, ...]:
        """None of an unknown sender, for whom nothing is on file; none where a step shows the address it enters."""
        customer = evidence.customer
        if customer is None or any(self._entered.get(goal.task_type) for goal in triage.goals):
            return ()
        mine = [message.text[:MOST_READ] for message in letter.words if message.sender == "customer"]
        said = [part.of(text) for text in mine for part in own_words(text)]
        files = [revealed(name) for name in letter.files]
        places = (("The message", said), ("The subject", [letter.subject]), ("The name of a file", files))
        known = {letter.sender.strip().lower()} | self._on_file(evidence)
        told = ((where, (one for text in texts for one in _mails(text))) for where, texts in places)
        return tuple(self._findings(told, known))

    def evidence(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Of articles, where it is known what is ours, and of texts in records."""
        told: list[tuple[str, Iterable[Contact]]] = []
        if self._ours:
            told += [(article_of(p), contacts(p.text, self._company.country)) for p in evidence.passages]
        for record in _records(evidence):
            told += [(field_of(record), contacts(text, self._company.country)) for text in texts_of(record)]
        return tuple(self._findings(told, self._on_file(evidence)))

    def _findings(self, told: Iterable[tuple[str, Iterable[Contact]]], known: Collection[str]) -> Iterator[Finding]:
        """One for each place, and each contact once."""
        seen = set(known)
        for where, named in told:
            new = {one.value: one.text for one in named if one.value not in seen and not self._is_ours(one.value)}
            seen |= new.keys()
            if others := [text for value, text in new.items() if self._another_s(value)]:
                yield _found(f"{where} names {_listed(others)}: another customer's.")
            if strange := [text for text in new.values() if text not in others]:
                yield _found(f"{where} names {_listed(strange)}: neither ours nor on the customer's file.")

    def _is_ours(self, value: str) -> bool:
        domain = value.rpartition("@")[2]
        return any(ours in (value, domain) or domain.endswith(f".{ours}") for ours in self._ours)

    def _another_s(self, value: str) -> bool:
        if "@" not in value:
            return False
        try:
            found, several = self._owner(value)
        except SystemTrouble:
            return False
        return found is not None or several > 0

    def _on_file(self, evidence: Evidence) -> set[str]:
        """What stands alone in a field of a record that was read is on file."""
        values = (value for record in _records(evidence) for value in record.fields.values())
        return {_plain(value, self._company) for value in values if isinstance(value, str)}


def contacts(text: str, country: str) -> Iterator[Contact]:
    """Every mail address, web host and full telephone number, kind by kind."""
    yield from _mails(text)
    yield from (Contact(match[1], match[1].lower()) for match in _HOST.finditer(text))
    for start, end, value in phones(text, country):
        if sum(character.isdigit() for character in text[start:end]) >= _FIGURES:
            yield Contact(text[start:end], value)


def _mails(text: str) -> Iterator[Contact]:
    return (Contact(match.group(), match.group().lower()) for match in EMAIL.finditer(text))


def _entered(knowledge: Knowledge, name: TaskTypeName) -> bool:
    """Whether a step of this task type takes a mail address from the customer's words to put it on file.

    An argument that is an address by its type is somewhere to send to, and no such step.
    """
    steps = knowledge.task_types[name].steps
    return any(
        place == "entity:email" and knowledge.actions[step.action].arguments[argument].type != "email"
        for step in steps
        for argument, place in step.arguments.items()
    )


def _records(evidence: Evidence) -> Iterator[BusinessRecord]:
    if evidence.customer:
        yield evidence.customer
    for lookup in evidence.lookups:
        yield from (*lookup.records, *lookup.others)


def _plain(contact: str, company: Company) -> str:
    number = next((value for start, end, value in phones(contact, company.country) if start == 0), "")
    return number or contact.strip().lower()


def _listed(named: Sequence[str]) -> str:
    return " and ".join(named[:MOST_NAMED])


def _found(text: str) -> Finding:
    return Finding(step=None, text=text, doubt=True)
