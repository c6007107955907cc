"""The life of a ticket in people's hands: put off, handed over, merged."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cx_core.act.approval_seals import REPLY
from cx_core.act.first_approval import void
from cx_core.act.manual_handling import leave_to_person, take_up
from cx_core.act.outcomes import latest
from cx_core.act.reply.owed_corrections import MERGED
from cx_core.catalogue import Knowledge, action_of
from cx_core.decide.policy.reply_step import reply_saying, reply_that
from cx_core.desk.service import Service, allow, assigned
from cx_core.ports import Unit
from cx_core.records import APPROVERS, Note, Outcome, Person, PersonId, Role, Ticket, TicketId, subject
from cx_core.service_rules.consents import void_consent
from cx_core.service_rules.unread_messages import unanswered
from cx_core.views import Colleague, Refusal
from cx_core.views.tickets import NeedsRole

WITH_SOMEBODY = ("ready", "returned", "failed")
"""Work on a ticket that somebody has to go on with, though every message of it may be answered."""
BY_HAND = "Somebody had to go on with the ticket that was merged into this one."
ROLE_WORDS = {Role.ADVISOR: "an advisor", Role.SUPERVISOR: "a supervisor", Role.ADMINISTRATOR: "an administrator"}
LONGEST_SNOOZE = timedelta(days=90)
MORNING = time(9)
UNANSWERED = Refusal(
    code="denied",
    text="Nobody has answered this customer yet: they wait for you. Answer first, or snooze it until a time; its "
    "promised time runs on.",
)
SOLVED = Refusal(code="already", text="It is solved. Reopen it first.")


class TicketLifecycle(Service):
    """For everyone who answers customers. Each act is on record and frees the ticket for the next person."""

    def colleagues(self, person: Person) -> tuple[Colleague, ...]:
        """Everyone a ticket can be handed to, by name."""
        allow(person, *APPROVERS)
        return tuple(found for found in self._accounts.people() if found.role in APPROVERS)

    def teams(self, person: Person) -> tuple[str, ...]:
        allow(person, *APPROVERS)
        return self._knowledge.company.teams

    def snooze_times(self, person: Person) -> tuple[tuple[str, datetime], ...]:
        """Times people put tickets off to, with what to call them; mornings are the business's own."""
        allow(person, *APPROVERS)
        now, zone = self._clock(), ZoneInfo(self._knowledge.company.timezone)
        today = now.astimezone(zone).date()

        def morning(days: int) -> datetime:
            return datetime.combine(today + timedelta(days=days), MORNING, zone).astimezone(UTC)

        return (
            ("In two hours", now + timedelta(hours=2)),
            ("Tomorrow morning", morning(1)),
            ("On Monday morning", morning(7 - today.weekday())),
            ("In a week", morning(7)),
        )

    def snooze(self, person: Person, ticket_id: TicketId, until: datetime, reason: str = "") -> Refusal | None:
        """Out of the queue until then, or until the customer writes."""
        allow(person, *APPROVERS)
        now = self._clock()
        if not now < until <= now + LONGEST_SNOOZE:
            return Refusal(code="denied", text="Choose a time from now on, at most 90 days ahead.")
        return self._put_off(person, ticket_id, until, reason)

    def customer_waits(self, person: Person, ticket_id: TicketId) -> bool:
        """Whether the customer wrote something that nobody has answered yet."""
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            return bool(unanswered(unit.tickets.messages(ticket_id)))

    def wait_for_customer(self, person: Person, ticket_id: TicketId, reason: str = "") -> Refusal | None:
        """Out of the queue until the customer writes. Refused while the customer waits for us."""
        allow(person, *APPROVERS)
        return self._put_off(person, ticket_id, None, reason)

    def _put_off(self, person: Person, ticket_id: TicketId, until: datetime | None, reason: str) -> Refusal | None:
        with self._store.begin() as unit:
            ticket = self._mine(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            if ticket.status == "solved":
                return SOLVED
            waits = bool(unanswered(unit.tickets.messages(ticket_id)))
            if waits and until is None:
                return UNANSWERED
            told = ticket.escalated_at if waits else None  # its promised time runs on
            unit.tickets.put(
                assigned(ticket, person).replace(
                    status="pending", wake_at=until, escalated_at=told, updated_at=self._clock()
                )
            )
            unit.colleagues.drop_lease(ticket_id)
            payload = {"until": until.isoformat() if until else None, "reason": reason.strip()}
            unit.record("pending", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "pending", self._clock(), person=person.id)
        return None

    def wake(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """Back into the queue now."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = self._mine(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            if ticket.status != "pending":
                return Refusal(code="already", text="This ticket is not snoozed.")
            take_up(unit, ticket, f"It was snoozed, and {person.name} moved it back to open.", self._clock())
            unit.record("woken", actor=person.id, payload={}, ticket=ticket_id, customer=subject(ticket))
        return None

    def reopen(self, person: Person, ticket_id: TicketId) -> Refusal | None:
        """A solved ticket, for the person to go on with: there is more to write or to do."""
        allow(person, *APPROVERS)
        with self._store.begin() as unit:
            ticket = self._mine(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            if ticket.status != "solved":
                return Refusal(code="already", text="It is open already.")
            if ticket.simulated:
                return Refusal(code="denied", text="It never happened: there is nobody to write to.")
            take_up(unit, assigned(ticket, person), f"{person.name} reopened it.", self._clock())
            unit.article_use.unsolve(ticket_id, self._clock())
            unit.record("reopened", actor=person.id, payload={}, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "taken_up", self._clock(), person=person.id)
        return None

    def transfer(
        self, person: Person, ticket_id: TicketId, *, to: PersonId | None = None, team: str = "", note: str
    ) -> Refusal | None:
        """Hand it to a colleague or a team, with a line of why; the draft and the case file go with it."""
        allow(person, *APPROVERS)
        if not note.strip():
            return Refusal(code="empty", text="Say in a line what the next person should know.")
        colleague = next((found for found in self.colleagues(person) if found.id == to), None)
        if (colleague is None) == (team not in self._knowledge.company.teams):
            return Refusal(code="denied", text="Choose one colleague or one team from the list.")
        with self._store.begin() as unit:
            ticket = self._mine(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            if ticket.status == "solved":
                return SOLVED
            take_up(
                unit,
                ticket.replace(
                    assignee=colleague.id if colleague else None,
                    team=team,
                    assignee_name=colleague.name if colleague else "",
                    updated_at=self._clock(),
                ),
                f"{person.name} handed it over.",
                self._clock(),
            )
            unit.colleagues.drop_lease(ticket_id)
            payload = {"from": ticket.assignee, "to": to, "team": team, "note": note.strip()}
            unit.record("transferred", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "transferred", self._clock(), person=person.id)
            to_whom = colleague.name if colleague else f"team {team}"
            unit.colleagues.add_note(
                Note(
                    id=uuid4().hex,
                    ticket=ticket_id,
                    person=person.id,
                    name=person.name,
                    at=self._clock(),
                    text=f"Handed over to {to_whom}: {note.strip()}",
                )
            )
            if colleague is not None:
                unit.colleagues.notify(colleague.id, ticket_id, "transferred", person.name, note.strip(), self._clock())
        return None

    def reply_needs(self, person: Person, ticket_id: TicketId, text: str) -> NeedsRole | None:
        """The role that has to answer in this person's place, where its rulings say that one may; approving asks the
        same. Without words yet, for words that tell nothing.
        """
        allow(person, *APPROVERS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
        if ticket is None or proposal is None or not (proposal.needs or proposal.triage.grave):
            return None
        reply = reply_saying(text) if text.strip() else reply_that((), published=False, answered=False)
        may = self._journey().permission.may
        allowed, reasons = may(person.role, reply, ticket, proposal)
        above = APPROVERS[APPROVERS.index(person.role) + 1 :]
        role = None if allowed else next((one for one in above if may(one, reply, ticket, proposal)[0]), None)
        return NeedsRole(role=role, why=reasons[0]) if role is not None and reasons else None

    def hand_to_role(self, person: Person, ticket_id: TicketId, role: Role, note: str) -> tuple[str, ...] | Refusal:
        """Hand it to whoever has this role, where only they may go on; the names of those who are told.

        It is nobody's then, so that the first of them who is free takes it. Where nobody has the role, those above it.
        """
        allow(person, *APPROVERS)
        if role not in APPROVERS[APPROVERS.index(person.role) + 1 :]:
            return Refusal(code="denied", text="Hand it over to a role above yours.")
        if not (note := note.strip()):
            return Refusal(code="empty", text="Say in a line what the next person should know.")
        others = [one for one in self._accounts.people() if one.id != person.id and one.role in APPROVERS]
        able = [one for one in others if APPROVERS.index(one.role) >= APPROVERS.index(role)]
        told = [one for one in able if one.role is role] or able
        if not told:
            return Refusal(code="denied", text=f"Nobody else here is {ROLE_WORDS[role]}.")
        with self._store.begin() as unit:
            ticket = self._mine(unit, person, ticket_id)
            if isinstance(ticket, Refusal):
                return ticket
            if ticket.status == "solved":
                return SOLVED
            now, before = self._clock(), f"{person.name} handed it over."
            take_up(unit, ticket.replace(assignee=None, assignee_name="", team="", updated_at=now), before, now)
            unit.colleagues.drop_lease(ticket_id)
            payload = {"from": ticket.assignee, "to": None, "team": "", "role": role, "note": note}
            unit.record("transferred", actor=person.id, payload=payload, ticket=ticket_id, customer=subject(ticket))
            unit.tickets.measure(ticket, "transferred", now, person=person.id)
            text = f"Handed over to {ROLE_WORDS[role]}: {note}"
            unit.colleagues.add_note(
                Note(id=uuid4().hex, ticket=ticket_id, person=person.id, name=person.name, at=now, text=text)
            )
            unit.colleagues.drop_notices(ticket_id, "for_role")  # handed over twice, it is told once
            for one in told:
                unit.colleagues.notify(one.id, ticket_id, "for_role", person.name, note, now)
        return tuple(one.name for one in told)

    def merge(self, person: Person, ticket_id: TicketId, into: TicketId) -> Refusal | None:
        """Two tickets about one matter become one: the words of `ticket_id` go to `into`, which is read again."""
        allow(person, *APPROVERS)
        if ticket_id == into:
            return Refusal(code="denied", text="Choose another ticket to merge into.")
        with self._store.begin() as unit:
            in_order = sorted((ticket_id, into))  # the same for everyone, so that two never wait for each other
            held = {id: self._mine(unit, person, id) for id in in_order}
            source, target = held[ticket_id], held[into]
            if isinstance(source, Refusal):
                return source
            if isinstance(target, Refusal):
                return target
            if subject(source) != subject(target):
                return Refusal(code="denied", text="They are not from the same customer, so they cannot be merged.")
            number, to_read = self._merge(unit, person, source, target)
        if to_read:
            self._durable.prepare(into, number, again=uuid4().hex)
        return None

    def _merge(self, unit: Unit, person: Person, source: Ticket, target: Ticket) -> tuple[int, bool]:
        """Return how many messages the merged ticket has, and whether any of them is not answered yet.

        Those stand last: an answer in one of the tickets is no answer to what was written in the other.
        """
        now = self._clock()
        target = void(unit, target, person.id, "Another ticket was merged into it", now)
        waiting = [message.id for one in (source, target) for message in unanswered(unit.tickets.messages(one.id))]
        self._say_what_was_done(unit, person, source, target.id)
        for one in (source, target):
            void_consent(unit, one.id, self._sealer)
        unit.tickets.move_messages(source, target.id, last=waiting)
        unit.tickets.put(
            source.replace(
                status="closed", work="done", merged_into=target.id, escalated_at=None, wake_at=None, updated_at=now
            )
        )
        unit.colleagues.drop_draft(source.id)
        unit.colleagues.drop_lease(source.id)
        dues = [due for due in (source.respond_by, target.respond_by) if due is not None]
        kept: dict[str, object] = {
            "respond_by": min(dues, default=None),
            "identity": min(source.identity, target.identity),
            "confirmed": None,
        }
        number, proposal = len(unit.tickets.messages(target.id)), unit.proposals.get(target.id, target.version)
        if waiting:
            kept |= {"work": "reading", "status": "open", "wake_at": None, "direction": None}
        elif proposal is not None:  # all of it is answered: nothing is left to read
            unit.proposals.put(proposal.replace(messages=number))
        opened = {"opened_at": min(source.opened_at, target.opened_at), "updated_at": now}
        merged = target.replace(**(kept | opened))
        unit.tickets.put(merged)
        if not waiting and proposal is not None and target.work == "done" and source.work in WITH_SOMEBODY:
            before = unit.proposals.get(source.id, source.version)
            leave_to_person(unit, merged, proposal, (before.why if before else "") or BY_HAND, now)
        for ticket, payload in ((source, {"into": target.id}), (target, {"merged": source.id})):
            unit.record("merged", actor=person.id, payload=payload, ticket=ticket.id, customer=subject(ticket))
        unit.tickets.measure(source, "merged", now, person=person.id)
        for ticket in (source, target):
            unit.solved_cases.keep_case(ticket.id, None, now)
        return number, bool(waiting)

    def _say_what_was_done(self, unit: Unit, person: Person, source: Ticket, into: TicketId) -> None:
        """Leave a note in the other ticket of what was done in this one, and of what was taken back again."""
        outcomes = latest(self._outcomes.read(unit, source.id).outcomes).values()
        before = [note.text for note in unit.colleagues.notes(source.id) if note.text.startswith(MERGED)]
        told = [
            _told(one, self._knowledge)
            for one in outcomes
            if one.step != REPLY and (one.unknown or one.status != "failed")
        ]
        here = f"{MERGED} {source.id}. {' '.join(told)}" if told else ""
        if text := "\n".join([*before, *([here] if here else [])]):
            unit.colleagues.add_note(
                Note(id=uuid4().hex, ticket=into, person=person.id, name=person.name, at=self._clock(), text=text)
            )

    def _mine(self, unit: Unit, person: Person, ticket_id: TicketId) -> Ticket | Refusal:
        """The ticket, if nobody else has it and nothing is under way."""
        ticket = unit.tickets.get(ticket_id)
        if ticket is None:
            return Refusal(code="stale", text="There is no such ticket.")
        if ticket.status == "closed":
            return Refusal(
                code="stale", text="This ticket is closed. If the customer writes again, a new ticket will be opened."
            )
        if ticket.work in ("sending", "carrying"):
            return Refusal(code="already", text="It is being carried out now. Wait until that is done.")
        holder = unit.colleagues.lease(ticket_id, self._clock())
        if holder and holder[0] != person.id:
            return Refusal(code="taken", text=f"{holder[1]} has this ticket. It is yours once they let it go.")
        return ticket


def _told(outcome: Outcome, knowledge: Knowledge) -> str:
    """What became of a step, for whoever goes on in another ticket."""
    title = action_of(knowledge.actions, outcome.action).title
    if outcome.unknown:
        return f"{title}: it is not known whether it was done there. Look in the system before it is tried again."
    if outcome.status == "undone":
        return f"{title}: done there and undone again. The customer may have been told otherwise: write to them."
    return f"{title}: done there."
