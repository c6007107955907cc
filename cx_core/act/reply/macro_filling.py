"""Ready words for replies: slots filled from what is known of a ticket; what is not known stays as a gap to be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cx_core.catalogue import SLOT_OF_MACRO, Company, Macro, RecordSpec
from cx_core.records import BusinessRecord, Evidence, Person, Ticket, Value
from cx_core.text.wording import say
from cx_core.views import Refusal


class MacroValues:
    """What a macro's slots can be filled with for one ticket: {root.field}.

    `root` is customer, agent, company, ticket, or a kind of record of which the evidence holds exactly one.
    """

    def __init__(
        self,
        ticket: Ticket,
        evidence: Evidence | None,
        person: Person,
        company: Company,
        kinds: Mapping[str, RecordSpec],
    ) -> None:
        """What `kinds` hides is told to nobody, what they restrict to nobody whom not even the channel vouches for."""
        self.ticket, self._kinds, self._vouched_for = ticket, kinds, ticket.identity >= 1
        customer = dict(evidence.customer.fields) if evidence and evidence.customer else {}
        customer.setdefault("name", ticket.customer_name)
        self._roots: dict[str, dict[str, Value]] = {
            "customer": _with_first_name(customer),
            "agent": _with_first_name({"name": person.name}),
            "company": {"name": company.name},
            "ticket": {"id": ticket.id, "subject": ticket.subject},
        }
        for kind, record in _only_ones(evidence).items():
            self._roots.setdefault(kind, {"id": record.id, **record.fields})

    def value(self, root: str, field: str) -> str:
        """As a reply says it; empty if it is not known."""
        value = self._roots.get(root, {}).get(field)
        kind = self._kinds.get(root)
        kept_back = kind is not None and field in (kind.hidden if self._vouched_for else kind.hidden | kind.restricted)
        return "" if value in (None, "", ()) or kept_back else say(value)

    def contradicts(self, macro: Macro, today: date) -> bool:
        """Whether a record says that the macro's words are not true of it. What is not known contradicts nothing."""
        for slot, values in macro.only_if.items():
            root, _, field = slot.partition(".")
            value = self._roots.get(root, {}).get(field)
            if value not in (None, "", ()) and _states(value, today).isdisjoint(values):
                return True
        return False


def fill(macro: Macro, known: MacroValues) -> str:
    """The macro's text for this ticket, gaps where nothing is known."""
    return SLOT_OF_MACRO.sub(lambda slot: known.value(slot[1], slot[2]) or gap(slot[1], slot[2]), macro.text.strip())


def gap(root: str, field: str) -> str:
    """[order expected]: seen by whoever reads the reply, and by `unfilled`."""
    return f"[{root} {field}]".replace("_", " ")


def gaps(macro: Macro) -> tuple[str, ...]:
    """Every gap this macro could leave."""
    return tuple(dict.fromkeys(gap(root, field) for root, field in SLOT_OF_MACRO.findall(macro.text)))


def unfilled(reply: str, macros: Iterable[Macro]) -> Refusal | None:
    """A reply with a macro's gap in it is not sent."""
    low = reply.casefold()
    left = dict.fromkeys(gap for macro in macros for gap in gaps(macro) if gap.casefold() in low)
    if not left:
        return None
    return Refusal(
        code="slots", text=f"The reply still says {', '.join(left)}. Write what belongs there, or take it out."
    )


def placed(reply: str, passage: str, company: Company, *, inline: bool = False) -> str:
    """The reply with more words at the end of its body, before closing, signature and disclosure where they stand.

    `inline`: the words go on with the last sentence, as a date or an amount does; else they are a paragraph.
    """
    body, before = reply.rstrip(), ""
    while body != before:
        before = body
        for tail in (company.disclosure, company.signature, company.closing):
            body = body.removesuffix(tail.strip()).rstrip()
    tail = reply[len(body) :].strip()
    joined = f"{body} {passage.strip()}" if inline and body else "\n\n".join(filter(None, (body, passage.strip())))
    return "\n\n".join(filter(None, (joined, tail)))


def _states(value: Value, today: date) -> set[str]:
    """What a condition may say of a value: as it is, and of a day (ISO text) whether it lies ahead."""
    try:
        return {str(value), "ahead" if date.fromisoformat(str(value)[:10]) >= today else "past"}
    except ValueError:
        return {str(value)}


def _with_first_name(fields: dict[str, Value]) -> dict[str, Value]:
    return {**fields, "first_name": str(fields.get("name") or "").split(" ")[0]}


def _only_ones(evidence: Evidence | None) -> dict[str, BusinessRecord]:
    """By kind, the record that is meant; several of a kind that are meant could each be, so none is."""
    found: dict[str, dict[str, BusinessRecord]] = {}
    for lookup in evidence.lookups if evidence else ():
        for record in lookup.records:
            found.setdefault(record.kind, {})[record.id] = record
    return {kind: next(iter(records.values())) for kind, records in found.items() if len(records) == 1}
