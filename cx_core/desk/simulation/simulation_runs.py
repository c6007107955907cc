"""The tickets of a simulation, judged one after the other. It reads, and changes nothing.

At level 3 past and open tickets are judged by the proposals that were kept, with the facts of their day. At level 1,
and for a file, the words are read again as if the task type stood at that level, with today's records and articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property, partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from cx_core.desk.governance.case_reviews import MINUTES_EACH
from cx_core.desk.governance.earned_levels import CAME
from cx_core.desk.service import Service
from cx_core.desk.simulation.simulation_cases import Judgement, SimulationRules, at_level_one, at_level_three
from cx_core.desk.simulation.simulation_file import SimulationLine
from cx_core.desk.tickets.solved_case_collection import own_texts
from cx_core.errors import AuditUnavailable, BadInput, StoreUnavailable, SystemTrouble
from cx_core.ports import Unit
from cx_core.privacy.anonymisation import Anonymiser, Whose
from cx_core.privacy.masked_model import KnownPersonalData
from cx_core.privacy.masking import Masker
from cx_core.records import (
    EvidenceCase,
    Inbound,
    Message,
    MessageId,
    Money,
    Perimeter,
    Proposal,
    Ticket,
    TicketId,
)
from cx_core.service_rules.levels_in_force import ALONE, SupposedLevels
from cx_core.service_rules.trial_cases import differences
from cx_core.understand import intake
from cx_core.views.simulation_views import SimulationCase, SimulationFigures, SimulationSpec, reasons_of
from cx_core.workflows.proposal_inputs import ProposalInputs

if TYPE_CHECKING:  # its stages load numpy, and no page waits for that
    from cx_core.workflows.proposing import Proposer

MOST_TICKETS = 5_000
"""Newest tickets of the task type that are judged at most."""
EXCERPT = 200
"""Characters of a customer's words that are shown, masked."""
MADE_UP = TicketId("simulation")
"""Under which words are read: no ticket has this name, so nothing that was done in one is found."""
HIDDEN = "(not shown: it names somebody)"

Trials = Mapping[tuple[TicketId, int], EvidenceCase]


class Judged(NamedTuple):
    """How many tickets are looked at in all, and the cases as they come; None: not about the task type."""

    tickets: int
    steps: int
    cases: Iterator[SimulationCase | None]


class SimulationRuns(Service):
    """Judges tickets. It is told what to judge by `SimulationService`, which checks who asks."""

    def judge(self, spec: SimulationSpec, lines: tuple[SimulationLine, ...]) -> Judged:
        """Begin. Raises SystemTrouble, AuditUnavailable where levels or policies cannot be read."""
        rules = self._rules(spec)
        if spec.source == "file":
            return Judged(len(lines), len(lines), self._lines(lines, spec, rules))
        with self._store.look() as unit:
            if spec.source == "past" and spec.since and spec.until:
                tickets, count = unit.simulations.past_tickets(spec.task_type, spec.since, spec.until, MOST_TICKETS)
            else:
                tickets, count = unit.simulations.open_tickets(spec.task_type, MOST_TICKETS)
        found = self._reread(tickets, spec, rules) if spec.level < ALONE else self._kept(tickets, spec, rules)
        return Judged(count, len(tickets), found)

    def figures(self, tickets: int, cases: list[SimulationCase], spec: SimulationSpec) -> SimulationFigures:
        """Add the cases up."""
        alone = [one for one in cases if one.alone]
        kept = [one for one in cases if not one.alone and not one.unknown]
        return SimulationFigures(
            tickets=tickets,
            cases=len(cases),
            alone=len(alone),
            kept=len(kept),
            unknown=len(cases) - len(alone) - len(kept),
            compared=sum(one.compared for one in alone),
            differently=sum(bool(one.otherwise) for one in alone),
            caught=sum(bool(one.otherwise) for one in kept),
            money=Money(minor=sum(one.amount for one in alone), currency=self._knowledge.company.currency),
            reasons=reasons_of(cases),
            review_minutes=MINUTES_EACH * len(alone) if spec.level >= ALONE else 0.0,
        )

    def _rules(self, spec: SimulationSpec) -> SimulationRules:
        return SimulationRules(
            task_type=spec.task_type,
            limits=spec.limits or Perimeter(),
            levels=self._supposed(spec).now(),
            perimeters=self._at_level.perimeters(),
            engine=self._policies().active,
            actions=self._knowledge.actions,
            task_types=self._knowledge.task_types,
            company=self._knowledge.company,
            stopped=tuple(one.name for one in self._store.switches()),
        )

    def _supposed(self, spec: SimulationSpec) -> SupposedLevels:
        return SupposedLevels(self._at_level, spec.task_type, spec.level, spec.limits)

    # --- proposals that were kept ------------------------------------------------------------

    def _kept(
        self, tickets: tuple[Ticket, ...], spec: SimulationSpec, rules: SimulationRules
    ) -> Iterator[SimulationCase | None]:
        with self._store.look() as unit:
            since = min((one.opened_at for one in tickets), default=None)
            trials = {(one.ticket, one.version): one for one in unit.trials.of(spec.task_type, since)}
        gone: Counter[date] = Counter()
        for place, ticket in enumerate(tickets):
            with self._store.look() as unit:
                case = self._kept_case(unit, place, ticket, rules, gone, trials)
            if case is not None and case.alone:
                gone[self._day(case.at)] += case.amount
            yield case

    def _kept_case(
        self, unit: Unit, place: int, ticket: Ticket, rules: SimulationRules, gone: Mapping[date, int], trials: Trials
    ) -> SimulationCase | None:
        """Of the first version that would have gone alone; else of the one that was answered, else of the last."""
        chosen: tuple[Proposal, Judgement] | None = None
        answered = False
        for version in range(1, ticket.version + 1):
            proposal = unit.proposals.get(ticket.id, version)
            if proposal is None or all(one.task_type != rules.task_type for one in proposal.triage.goals):
                continue
            judgement = at_level_three(proposal, rules, gone.get(self._day(proposal.made_at), 0))
            if judgement.alone or not answered:
                chosen = proposal, judgement
            if judgement.alone:
                break
            answered = answered or unit.proposals.approval(ticket.id, version) is not None
        if chosen is None:
            return None
        proposal, judgement = chosen
        compared, otherwise = self._compared(unit, proposal, trials)
        return self._case(place, proposal.made_at, judgement, proposal).replace(
            ticket=ticket.id,
            words=self._masked(_first_words(unit.tickets.messages(ticket.id)), proposal),
            compared=compared,
            otherwise=tuple(self._masked((one,), proposal) for one in otherwise),
        )

    def _compared(self, unit: Unit, proposal: Proposal, trials: Trials) -> tuple[bool, tuple[str, ...]]:
        """Whether a person answered this very version, and what they did otherwise or what came of it."""
        trial = trials.get((proposal.ticket, proposal.version))
        if trial is not None:
            return True, (*trial.differences, *filter(None, [CAME.get(trial.spoiled)]))
        approval = unit.proposals.approval(proposal.ticket, proposal.version)
        if approval is None or approval.role is None:
            return False, ()
        return True, differences(proposal, approval, self._knowledge.actions)

    # --- words that are read again -----------------------------------------------------------

    def _reread(
        self, tickets: tuple[Ticket, ...], spec: SimulationSpec, rules: SimulationRules
    ) -> Iterator[SimulationCase | None]:
        stages = self._journey().supposing(self._supposed(spec))
        for place, ticket in enumerate(tickets):
            with self._store.look() as unit:
                messages = unit.tickets.messages(ticket.id)
                answers = [unit.proposals.approval(ticket.id, version) for version in range(1, ticket.version + 1)]
            said = tuple(takewhile(lambda one: one.sender == "customer", messages))
            if not said:
                yield None
                continue
            inputs = ProposalInputs(MADE_UP, ticket.subject, said, ticket.address, said[-1].identity, ticket.channel)
            case = self._read_case(place, inputs, stages, rules, 0, said[0].at)
            by_person = next((one for one in answers if one is not None and one.role is not None), None)
            if case is None or by_person is None:
                yield case and case.replace(ticket=ticket.id)
                continue
            did = () if by_person.decision == "reject" else by_person.steps
            more = tuple(f"{self._knowledge.actions[one.action].title} was done" for one in did)
            yield case.replace(ticket=ticket.id, compared=True, otherwise=more)

    def _lines(
        self, lines: Iterable[SimulationLine], spec: SimulationSpec, rules: SimulationRules
    ) -> Iterator[SimulationCase | None]:
        stages = self._journey().supposing(self._supposed(spec))
        gone: Counter[date] = Counter()
        for place, line in enumerate(lines):
            at = line.received_at or self._clock()
            try:
                inputs = self._inputs(line, at)
            except BadInput as error:
                yield SimulationCase(place=place, line=line.line, at=at, unknown=str(error))
                continue
            case = self._read_case(place, inputs, stages, rules, gone[self._day(at)], at)
            if case is not None and case.alone:
                gone[self._day(at)] += case.amount
            yield case and case.replace(line=line.line)

    def _inputs(self, line: SimulationLine, at: datetime) -> ProposalInputs:
        inbound = intake.accept(
            Inbound(
                id=MessageId(f"simulation/{line.line}"),
                channel=line.channel,
                address=line.address,
                identity=line.identity,
                subject=line.subject,
                text=line.text,
                received_at=at,
            ),
            self._clock(),
        )
        message = intake.message(inbound, MADE_UP, self._knowledge.company.contacts)
        return ProposalInputs(MADE_UP, inbound.subject, (message,), inbound.address, line.identity, line.channel)

    def _read_case(
        self,
        place: int,
        inputs: ProposalInputs,
        stages: Proposer,
        rules: SimulationRules,
        gone: int,
        at: datetime,
    ) -> SimulationCase | None:
        try:
            proposal = stages.propose(inputs)
        except (AuditUnavailable, StoreUnavailable):
            raise
        except SystemTrouble as trouble:
            return SimulationCase(place=place, at=at, unknown=str(trouble))
        except Exception as error:  # noqa: BLE001  # the journey's edge: what ends one ticket must not end the rest
            return SimulationCase(place=place, at=at, unknown=f"it could not be read ({type(error).__name__})")
        if all(one.task_type != rules.task_type for one in proposal.triage.goals):
            return None
        level = rules.levels[rules.task_type]
        judgement = at_level_three(proposal, rules, gone, at) if level >= ALONE else at_level_one(proposal, rules)
        words = self._masked(_first_words(inputs.messages), proposal)
        return self._case(place, at, judgement, proposal).replace(words=words)

    # --- what both share ---------------------------------------------------------------------

    def _case(self, place: int, at: datetime, judgement: Judgement, proposal: Proposal) -> SimulationCase:
        """Reasons may quote the customer, so they are masked as well; sums and days in them are ours and stay."""
        known = KnownPersonalData(proposal.evidence)
        hide = partial(self._masker.hide, known=known)
        return SimulationCase(
            place=place,
            at=at,
            alone=judgement.alone,
            acts=judgement.acts,
            amount=judgement.amount,
            available=hide(judgement.available),
            permitted=hide(judgement.permitted),
            earned=hide(judgement.earned),
            unknown=hide(judgement.unknown),
        )

    @cached_property
    def _masker(self) -> Masker:
        return Masker(keep=own_texts(self._knowledge))

    @cached_property
    def _nobodys(self) -> Anonymiser:
        return Anonymiser(own_texts(self._knowledge))

    def _masked(self, texts: Iterable[str], proposal: Proposal) -> str:
        """Words without anything that tells whose they were."""
        hidden = self._nobodys.words(tuple(texts), Whose(proposal.evidence, {}))
        if hidden is None:
            return HIDDEN
        plain = " ".join(hidden.split())
        return plain if len(plain) <= EXCERPT else f"{plain[: EXCERPT - 1]}…"

    def _day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self._knowledge.company.timezone)).date()


def _first_words(messages: Iterable[Message]) -> tuple[str, ...]:
    return tuple(one.text for one in messages if one.sender == "customer")[:1]
