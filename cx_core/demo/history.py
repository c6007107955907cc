"""Writes a simulated past into the store: `python -m cx_core history`.

Everything goes through the same unit as live work, so it lies where pages look, is encrypted under the customer's key
and stands in the audit chain, where each kind of event begins with "simulated". No business system hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from cx_core.audit.simulated_events import simulated
from cx_core.catalogue import Knowledge
from cx_core.decide.supposed_evidence import Invention
from cx_core.demo.level_careers import CAREERS
from cx_core.demo.scenery import SIMULATED
from cx_core.demo.simulated_past import tell
from cx_core.demo.simulated_records import Past
from cx_core.demo.simulated_usage import uses
from cx_core.demo.story_dice import Story, Teller
from cx_core.errors import BadInput
from cx_core.ports import Clock, Store, Telling, Unit
from cx_core.records import APPROVERS, BusinessRecord, Record, subject
from cx_core.service_rules.trial_cases import trial_of
from cx_core.views import Colleague

BATCH = 25
"""Tickets in one transaction: few enough that a running desk never waits long for its turn."""
MOST_MONTHS, MOST_TICKETS = 24, 50_000


class WrittenPast(Record):
    """How many tickets the past has now, and how many of them are new."""

    tickets: int
    new: int


class Historian:
    """Tells the past up to last midnight, and writes what is not there yet."""

    def __init__(
        self,
        knowledge: Knowledge,
        store: Store,
        people: Sequence[Colleague],
        customers: Sequence[BusinessRecord],
        invention: Invention,
        clock: Clock,
    ) -> None:
        self._knowledge = knowledge
        self._store = store
        self._people = [one for one in people if one.role in APPROVERS]
        self._customers = customers
        self._invention = invention
        self._clock = clock

    def write(
        self, *, months: int, tickets: int, seed: int, told: Callable[[int, int], None] = lambda _new, _of: None
    ) -> WrittenPast:
        """Ticket by ticket whole; run again, it adds only those that are missing. `told` hears how far it is.

        Raises BadInput.
        """
        if not 1 <= months <= MOST_MONTHS or not 1 <= tickets <= MOST_TICKETS:
            raise BadInput(f"Choose 1 to {MOST_MONTHS} months and 1 to {MOST_TICKETS:,} tickets.")
        if not self._people or not self._customers:
            raise BadInput("There is nobody to write about: it takes an account that answers tickets, and customers.")
        end = self._midnight()
        teller = Teller(self._knowledge, seed, months, end, people=len(self._people), customers=len(self._customers))
        stories = [teller.story(number) for number in range(1, tickets + 1)]
        missing = sorted(self._missing(stories), key=lambda story: story.opened_at)
        for done, batch in enumerate(_batches(missing), 1):
            pasts = [self._told(story, end) for story in batch]
            with self._store.begin() as unit:
                fresh = [past for past in pasts if unit.tickets.get(past.ticket.id) is None]
                for past in fresh:
                    put_past(unit, past)
                    self._weigh(unit, past)
                record_pasts(unit, fresh)
            told(min(done * BATCH, len(missing)), len(missing))
        return WrittenPast(tickets=tickets, new=len(missing))

    def _weigh(self, unit: Unit, past: Past) -> None:
        """The evidence that its answers would have been, marked as simulated."""
        made = {one.version: one for one in past.proposals}
        for approval in past.approvals:
            trial = trial_of(made[approval.version], approval, past.ticket, self._knowledge)
            if trial is not None and trial.task_type not in CAREERS:  # those have cases of their own: `level_history`
                unit.trials.put(trial.replace(simulated=True, basis=SIMULATED))

    def _midnight(self) -> datetime:
        zone = ZoneInfo(self._knowledge.company.timezone)
        return datetime.combine(self._clock().astimezone(zone).date(), time(), zone).astimezone(UTC)

    def _missing(self, stories: Sequence[Story]) -> list[Story]:
        with self._store.look() as unit:
            return [story for story in stories if unit.tickets.get(story.id) is None]

    def _told(self, story: Story, end: datetime) -> Past:
        customer, colleague = self._customers[story.customer], self._people[story.person]
        return tell(story, self._knowledge, customer, colleague, self._invention, end)


def _batches(stories: Sequence[Story]) -> Iterator[Sequence[Story]]:
    return (stories[first : first + BATCH] for first in range(0, len(stories), BATCH))


def put_past(unit: Unit, past: Past) -> None:
    """The ticket with all that belongs to it."""
    ticket = past.ticket
    unit.tickets.put(ticket)
    for message in past.messages:
        unit.tickets.add_message(message)
    for proposal in past.proposals:
        unit.proposals.put(proposal)
    for approval in past.approvals:
        unit.proposals.put_approval(approval)
    for version, outcome in past.outcomes:
        unit.proposals.put_outcome(ticket.id, version, outcome)
    for note in past.notes:
        unit.colleagues.add_note(note)
    for flag in past.flags:
        unit.colleagues.add_flag(ticket.id, flag.version, flag.what, flag.note, flag.person, flag.at)
    for version, use, at in uses(past):
        unit.article_use.add_uses(ticket, version, (use,), at)
    if past.rating is not None:
        unit.ratings.put(past.rating, f"simulated {ticket.id}")  # no link has this for its digest
    for one in past.figures:
        unit.tickets.measure(ticket, one.kind, one.at, seconds=one.seconds, solved_by=one.solved_by, person=one.person)


def record_pasts(unit: Unit, pasts: Sequence[Past]) -> None:
    """The audit events last, since other writers wait from the first of them on; oldest first.

    The first event of a ticket also says what it was about in truth, and how the copilot erred.
    """
    known = {past.ticket.id: {"labels": list(past.labels), "slip": past.slip} for past in pasts}
    events: list[Telling] = []
    deeds = sorted(((one, past.ticket) for past in pasts for one in past.deeds), key=lambda pair: pair[0].at)
    for deed, ticket in deeds:
        kind, payload = simulated(deed.kind, deed.at, deed.payload, **known.pop(ticket.id, {}))
        events.append(Telling(kind, deed.actor, payload, ticket.id, subject(ticket)))
    unit.record_all(events)
