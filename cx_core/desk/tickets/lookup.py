"""Looking anything up, from anywhere: customers and their records, articles by meaning, earlier tickets.

Who looks at a customer's record outside a ticket of that customer is on record before they see it.
"""

from __future__ import annotations

import re
from datetime import date

from cx_core.catalogue import ActionSpec, Article
from cx_core.desk.knowledge.article_in_full import audience, in_full, place_of, standing
from cx_core.desk.service import EVERYBODY, Service, allow
from cx_core.desk.tickets.solved_case_search import case_hit, case_in_full, cases_like, kept_case
from cx_core.errors import SystemTrouble
from cx_core.privacy.personal_numbers import luhn
from cx_core.records import (
    APPROVERS,
    ActionName,
    ArticleId,
    BusinessRecord,
    CustomerId,
    Person,
    Ticket,
    TicketId,
    Value,
    subject,
)
from cx_core.text.wording import say
from cx_core.views import Fact, Hit, LookedUp, LookupResult, QueueFilter, QueueRow, Refusal, Stretch

RECORDS, ARTICLES, TICKETS, LINKED = 8, 5, 6, 6
"""How many of each are shown; LINKED is for each kind of record that belongs to another."""

NEAR = 0.3
"""Cosine similarity from which an article is about what was asked. Below it are the articles about anything else."""

LONGEST, SHORTEST_QUESTION = 200, 8
"""Characters: of what is searched for, and of what may be a matter rather than a name's beginning."""
TELLING = ("item", "plan", "kind", "model", "label", "period", "topic", "amount", "monthly", "status", "date", "window")
"""Fields that tell records of one kind apart, in this order."""

_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){9,15}(\d{4})(?!\d)")
_NOT_DIGITS = re.compile(r"\D")
OVER = ("solved", "closed")
_MAIL = re.compile(r"([^@\s])[^@\s]*@")
_STARTING = "The copilot is starting: until then articles are found by their words, not by meaning."
_NOBODY_THERE = Refusal(code="stale", text="It is not there any more. Search again.")


class LookupService(Service):
    """A search over everything, and one thing in full."""

    def find(self, person: Person, text: str) -> LookupResult:
        """What fits the text, best first, for people to choose from. Editors find articles only."""
        allow(person, *EVERYBODY)
        wanted = " ".join(text.split())[:LONGEST]
        if len(wanted) < 2 and not wanted.isdigit():
            return LookupResult()
        hits: list[Hit] = []
        troubles: list[str] = []
        if person.role in APPROVERS:
            try:
                hits += [_record_hit(one) for one in self._back_office().search(wanted, RECORDS)]
            except SystemTrouble as trouble:
                troubles.append(f"Customers and their records could not be searched: {trouble}")
        if self._meaning() is None:
            troubles.append(_STARTING)
        try:
            hits += self._articles(wanted)
        except SystemTrouble as trouble:
            troubles.append(f"Articles could not be searched by meaning: {trouble}")
        if person.role in APPROVERS:
            hits += self._solved_before(wanted, troubles)
            rows = self._store.queue(QueueFilter(statuses=(), text=wanted), person, 1).rows
            live_first = sorted(rows, key=lambda row: (row.status in OVER, -row.updated_at.timestamp()))
            hits += [_ticket_hit(row) for row in live_first[:TICKETS]]
        order = list(dict.fromkeys(hit.kind for hit in hits))
        unique = {hit.ref: hit for hit in hits}.values()
        return LookupResult(hits=tuple(sorted(unique, key=lambda hit: order.index(hit.kind))), troubles=tuple(troubles))

    def look_up(self, person: Person, ref: str, ticket: TicketId | None = None) -> LookedUp | Refusal:
        """One thing in full. `ticket`: the one that is open; its customer's records are part of the work on it.

        Raises AuditUnavailable: then nobody looks.
        """
        allow(person, *EVERYBODY)
        kind, _, id = ref.partition("/")
        if kind == "article":
            return self._article_in_full(id)
        allow(person, *APPROVERS)
        if kind == "case":
            case = kept_case(self._store, TicketId(id))
            return case_in_full(case) if case else _NOBODY_THERE
        if kind == "ticket":
            return self._ticket_in_full(person, TicketId(id), ticket)
        record = self._read_record(kind, id)
        if record is None:
            return _NOBODY_THERE
        if record.customer is not None:
            self._looked(person, ref, record.customer, ticket)
        return LookedUp(hit=_record_hit(record), facts=self._facts(record), linked=self._linked(record))

    # --- articles ---------------------------------------------------------------------------

    def _articles(self, wanted: str) -> list[Hit]:
        """By the words of their titles and by meaning; until the encoder is there, by all their words."""
        meaning = self._meaning()
        holding = [one for one in self._shelf.articles().values() if one.valid(self._today())]
        named = [one for one in holding if _holds(one, wanted, whole=meaning is None)]
        hits = {one.id: Hit(ref=f"article/{one.id}", title=one.title, about=audience(one)) for one in named}
        if meaning is not None and len(wanted) > 2:
            encoder, index = meaning
            found = index.search(
                wanted,
                encoder.encode([wanted])[0],
                most=2 * ARTICLES,
                internal=True,
                language=None,
                today=self._today(),
            )
            for passage in found.passages:
                article = self._shelf.articles().get(passage.article)
                if article is not None and passage.score >= NEAR:
                    about = " · ".join(part for part in (passage.heading, audience(article)) if part)
                    hits.setdefault(article.id, Hit(ref=passage.ref, title=article.title, about=about))
        return list(hits.values())[:ARTICLES]

    def where_it_stands(self, person: Person, ref: str, shown: Article) -> tuple[int, int] | None:
        """The characters of a passage, named as in `Passage.ref`, in a version that is shown; none if it is gone."""
        allow(person, *EVERYBODY)
        id, place = place_of(ref.removeprefix("article/"))
        return standing(place, shown, self._text_of).span if id == shown.id else None

    def _article_in_full(self, ref: str) -> LookedUp | Refusal:
        id, place = place_of(ref)
        article = self._shelf.articles().get(id)
        if article is None:
            return _NOBODY_THERE
        return in_full(article, holds=article.valid(self._today()), stands=standing(place, article, self._text_of))

    def _text_of(self, id: ArticleId, number: int) -> str | None:
        with self._store.look() as unit:
            return next((one.content.text for one in unit.articles.article_versions(id) if one.number == number), None)

    def _today(self) -> date:
        return self._knowledge.company.today(self._clock())

    # --- tickets ----------------------------------------------------------------------------

    def _solved_before(self, wanted: str, troubles: list[str]) -> list[Hit]:
        """Like tickets that went well, masked, once the encoder is there."""
        meaning, cases = self._meaning(), self._cases()
        if meaning is None or cases is None or len(wanted) < SHORTEST_QUESTION:
            return []
        try:
            return [case_hit(case) for case in cases_like(wanted, cases, meaning[0], self._store)]
        except SystemTrouble as trouble:
            troubles.append(f"Earlier tickets could not be searched by meaning: {trouble}")
            return []

    def _ticket_in_full(self, person: Person, id: TicketId, opened: TicketId | None) -> LookedUp | Refusal:
        with self._store.look() as unit:
            ticket = unit.tickets.get(id)
            if ticket is None:
                return _NOBODY_THERE
            proposal, messages = unit.proposals.get(id, ticket.version), unit.tickets.messages(id)
            if self._veiled(unit, ticket):
                proposal = None
        self._looked(person, f"ticket/{id}", subject(ticket), opened)
        asked = next((m.text for m in reversed(messages) if m.sender == "customer"), "")
        answered = next((m.text for m in reversed(messages) if m.sender != "customer"), "")
        texts = (
            ("Summary", proposal.summary if proposal else ""),
            ("Customer’s last message", asked),
            ("We answered last", answered),
        )
        linked = (Hit(ref=f"customer/{ticket.customer}", title=ticket.customer_name),) if ticket.customer else ()
        return LookedUp(
            hit=_ticket_hit(ticket),
            facts=self._ticket_facts(ticket),
            linked=linked,
            texts=tuple(Stretch(heading=heading, text=_masked(text)) for heading, text in texts if text),
        )

    def _ticket_facts(self, ticket: Ticket) -> tuple[Fact, ...]:
        types = self._knowledge.task_types
        wanted = tuple(types[name].title if name in types else name for name in ticket.task_types)
        given: dict[str, Value] = {
            "ticket": ticket.id,
            "customer": ticket.customer_name or ticket.address,
            "about": wanted or None,
            "status": f"{ticket.status}, simulated" if ticket.simulated else ticket.status,
            "opened": self._knowledge.company.today(ticket.opened_at).isoformat(),
            "channel": ticket.channel,
            "answered_by": ticket.assignee_name or None,
        }
        return tuple(_fact(name, value) for name, value in given.items() if value is not None)

    # --- records ----------------------------------------------------------------------------

    def _read_record(self, kind: str, id: str) -> BusinessRecord | None:
        """A record by its id, through the read that is named as its kind is."""
        action = self._knowledge.actions.get(ActionName(kind))
        if action is None or action.kind != "read" or set(action.arguments) != {kind}:
            return None
        return next(iter(self._back_office().read(action.name, {kind: id})), None)

    def _facts(self, record: BusinessRecord) -> tuple[Fact, ...]:
        given = {"id": record.id, **record.fields}
        kind = self._knowledge.records.get(record.kind)
        hidden = kind.hidden if kind else frozenset()
        said = [
            Fact(name=name, hidden=True) if name in hidden else _fact(name, value)
            for name, value in given.items()
            if value not in (None, "", ())
        ]
        joined = {fact.words for fact in said if isinstance(fact.value, str)}
        return tuple(f for f in said if not (isinstance(f.value, tuple) and ", ".join(f.value) in joined))

    def _linked(self, record: BusinessRecord) -> tuple[Hit, ...]:
        """Whose it is, the records its fields name, and those that reads give for it, some of each kind."""
        hits: dict[str, Hit] = {}
        if record.customer is not None and record.kind != "customer":
            owner = self._read_record("customer", record.customer)
            hits[f"customer/{record.customer}"] = (
                _record_hit(owner) if owner else Hit(ref=f"customer/{record.customer}", title=record.customer)
            )
        for name, value in record.fields.items():
            if (
                isinstance(value, str)
                and (found := self._read_record(name, value))
                and found.customer == record.customer
            ):
                hits[found.ref] = _record_hit(found)
        for read in self._gives(record.kind):
            for one in self._back_office().read(read.name, {record.kind: record.id})[:LINKED]:
                hits.setdefault(one.ref, _record_hit(one))
        return tuple(hits.values())

    def _gives(self, kind: str) -> list[ActionSpec]:
        """Reads of the records that belong to one of this kind and to nobody else."""
        return [
            action
            for action in self._knowledge.actions.values()
            if action.gives and set(action.arguments) == {kind} and not self._shared(action.gives)
        ]

    def _shared(self, kind: str) -> bool:
        arguments = (one for action in self._knowledge.actions.values() for one in action.arguments.values())
        return any(one.of == kind and one.shared for one in arguments)

    def _looked(self, person: Person, ref: str, whose: CustomerId, opened: TicketId | None) -> None:
        """On record, unless it belongs to the ticket that this person has open."""
        if opened is not None:
            with self._store.look() as unit:
                ticket = unit.tickets.get(opened)
            if ticket is not None and whose == subject(ticket):
                return
        self._audit.append("looked_up", actor=person.id, payload={"what": ref}, customer=whose)


def _fact(name: str, value: Value) -> Fact:
    shown = _masked(value) if isinstance(value, str) else value
    return Fact(name=name, value=shown, words=say(shown))


def _record_hit(record: BusinessRecord) -> Hit:
    name = record.fields.get("name")
    told = [say(record.fields[field]) for field in TELLING if record.fields.get(field) not in (None, "", ())]
    if record.kind == "customer":
        mail = _MAIL.sub(r"\1•••@", str(record.fields.get("email") or ""))
        about = [record.id, str(record.fields.get("tier") or ""), mail]
        return Hit(ref=record.ref, title=str(name or record.id), about=" · ".join(part for part in about if part))
    title = f"{record.kind.replace('_', ' ').capitalize()} {record.id}"
    return Hit(ref=record.ref, title=title, about=_masked(" · ".join([str(name)] * bool(name) + told[:4])))


def _ticket_hit(ticket: Ticket | QueueRow) -> Hit:
    made_up = "simulated" if ticket.simulated else "imported" if ticket.imported else ""
    about = (ticket.id, ticket.customer_name, made_up, ticket.status, say(f"{ticket.updated_at:%Y-%m-%d}"))
    return Hit(
        ref=f"ticket/{ticket.id}", title=_masked(ticket.subject) or ticket.id, about=" · ".join(filter(None, about))
    )


def _holds(article: Article, wanted: str, *, whole: bool) -> bool:
    """Whether each word stands in the title, or, of a `whole` article, anywhere."""
    text = f"{article.title} {article.text if whole else ''}".casefold()
    return all(word in text for word in wanted.casefold().split())


def _masked(text: str) -> str:
    """Card numbers down to their last four digits, wherever they were written."""
    return _CARD.sub(lambda m: f"•••• {m[1]}" if luhn(_NOT_DIGITS.sub("", m[0])) else m[0], text)
