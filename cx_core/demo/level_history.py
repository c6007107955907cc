"""Writes how task types came to level 3 in the simulated past: their tickets, decisions, reviews and incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cx_core.audit.simulated_events import simulated
from cx_core.catalogue import Knowledge
from cx_core.decide.supposed_evidence import Invention
from cx_core.demo.history import BATCH, put_past, record_pasts
from cx_core.demo.level_careers import CAREERS
from cx_core.demo.simulated_levels import RIPE, CareerTeller
from cx_core.demo.simulated_records import CareerTicket, Deed, SimulatedCareer
from cx_core.demo.story_dice import MONTH_DAYS, Teller
from cx_core.evidence.promotion import SHOWN_WEIGHT, Promotion
from cx_core.ports import Clock, Store, Telling, Unit
from cx_core.records import APPROVERS, BusinessRecord, Money, Perimeter, Role, subject
from cx_core.service_rules.perimeter_check import LimitedAct, outside
from cx_core.service_rules.suggested_limits import suggested
from cx_core.views import Colleague
from cx_core.views.level_views import DryRun, KeptBack, RaiseProposal

LONGEST = 122
"""Days that are told at most; a shorter past is told in fewer, with more tickets a day."""
TRIED = timedelta(days=28)


class LevelHistorian:
    """Told once: where the simulated past has levels already, nothing is added."""

    def __init__(
        self,
        knowledge: Knowledge,
        store: Store,
        people: Sequence[Colleague],
        customers: Sequence[BusinessRecord],
        invention: Invention,
        clock: Clock,
    ) -> None:
        self._knowledge, self._store, self._clock = knowledge, store, clock
        self._people = [one for one in people if one.role in APPROVERS]
        self._leads = [one for one in people if one.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)]
        self._customers, self._invention = customers, invention

    def write(self, *, months: int, seed: int) -> int:
        """How many tickets were written; 0 where they are there, or nobody could sign."""
        with self._store.look() as unit:
            there = bool(unit.levels.decisions(simulated=True))
        if there or len(self._leads) < 2 or not self._customers:
            return 0
        careers = self._careers(months, seed)
        for career in careers:
            for start in range(0, len(career.tickets), BATCH):
                batch = career.tickets[start : start + BATCH]
                with self._store.begin() as unit:
                    fresh = [one for one in batch if unit.tickets.get(one.past.ticket.id) is None]
                    for one in fresh:
                        _put(unit, one)
                    record_pasts(unit, [one.past for one in fresh])
                    _record_reviews(unit, fresh)
        with self._store.begin() as unit:
            self._decisions(unit, careers)
        return sum(len(one.tickets) for one in careers)

    def _careers(self, months: int, seed: int) -> list[SimulatedCareer]:
        zone = ZoneInfo(self._knowledge.company.timezone)
        end = datetime.combine(self._clock().astimezone(zone).date(), time(), zone)
        begin = end - timedelta(days=min(months * MONTH_DAYS, LONGEST))
        teller = Teller(self._knowledge, seed, months, end, people=len(self._people), customers=len(self._customers))
        told = [
            CareerTeller(
                career,
                self._knowledge,
                teller,
                self._people,
                self._leads,
                self._customers,
                self._invention,
                seed=seed,
                begin=begin,
                end=end,
            ).career()
            for name, career in CAREERS.items()
            if name in self._knowledge.task_types
        ]
        return [one for one in told if one is not None]

    def _decisions(self, unit: Unit, careers: Sequence[SimulatedCareer]) -> None:
        deeds: list[Deed] = []
        for one in careers:
            for level in one.levels:
                unit.levels.put_decision(level, simulated=True)
            if one.incident is not None:
                unit.reviews.put_incident(one.incident)
            deeds += one.deeds
            if one.proposed is not None and not one.levels and (made := self._proposal(one)) is not None:
                unit.levels.put_raise(made)
                payload = {"task_type": one.task_type, "cases": made.cases, "wrong": made.wrong}
                deeds.append(Deed(kind="raise_proposed", at=one.proposed, actor="rung", payload=payload))
        told = [simulated(one.kind, one.at, one.payload) for one in sorted(deeds, key=lambda one: one.at)]
        actors = [one.actor for one in sorted(deeds, key=lambda one: one.at)]
        unit.record_all([Telling(kind, actor, payload) for (kind, payload), actor in zip(told, actors, strict=True)])

    def _proposal(self, career: SimulatedCareer) -> RaiseProposal | None:
        now = career.proposed
        if now is None:
            return None
        counted = [one for one in career.tickets if one.trial and one.trial.at + RIPE <= now]
        promotion = Promotion()
        for one in counted:
            shown = one.trial is not None and one.trial.shown
            promotion = promotion.see(one.wrong, SHOWN_WEIGHT if shown else 1.0)
        acts = [(one, self._act(one)) for one in counted]
        limits = suggested((one.past.ticket.opened_at.date(), act) for one, act in acts if not one.wrong)
        if limits is None:
            return None
        return RaiseProposal(
            task_type=career.task_type,
            at=now,
            cases=len(counted),
            wrong=sum(one.wrong for one in counted),
            error_at_most=round(promotion.upper, 4),
            limits=limits,
            dry_run=self._tried([pair for pair in acts if pair[0].past.ticket.opened_at >= now - TRIED], limits),
            simulated=True,
        )

    def _tried(self, acts: Sequence[tuple[CareerTicket, LimitedAct]], limits: Perimeter) -> DryRun:
        whys = [(one, act, outside(limits, act)) for one, act in acts]
        alone = [(one, act) for one, act, why in whys if not why]
        kept = Counter(why for _, _, why in whys if why)
        return DryRun(
            days=TRIED.days,
            cases=len(acts),
            alone=len(alone),
            differently=(),
            money=Money(minor=sum(act.amount or 0 for _, act in alone), currency=self._knowledge.company.currency),
            kept_back=tuple(KeptBack(why=why, cases=number) for why, number in kept.most_common()),
            caught=sum(one.wrong for one, _, why in whys if why),
            lost=0,
            tiers=tuple(sorted({act.tier for _, act in acts})),
        )

    def _act(self, one: CareerTicket) -> LimitedAct:
        ticket = one.past.ticket
        sums = [value for step in one.past.proposals[0].steps for value in step.values().values()]
        return LimitedAct(
            task_type=ticket.task_types[0],
            customer=str(ticket.customer),
            tier=ticket.tier,
            channel=ticket.channel,
            identity=ticket.identity,
            quiet=False,
            upset=False,
            amount=sum(value.minor for value in sums if isinstance(value, Money)) or None,
            currency=self._knowledge.company.currency,
        )


def _put(unit: Unit, one: CareerTicket) -> None:
    put_past(unit, one.past)
    if one.trial is not None:
        unit.trials.put(one.trial)
    if one.first is not None:
        unit.trials.put_first(one.first)
    if one.case is not None:
        unit.reviews.put_case(one.case)
    for review in one.reviews:
        unit.reviews.put_review(review)


def _record_reviews(unit: Unit, tickets: Sequence[CareerTicket]) -> None:
    """What was said first, and what reviewers said, on record beside the rest of the ticket."""
    told: list[tuple[datetime, Telling]] = []
    for one in tickets:
        customer = subject(one.past.ticket)
        if one.first is not None:
            acts = [act.model_dump(mode="json") for act in one.first.acts]
            kind, payload = simulated("answered_first", one.first.at, {"version": one.first.version, "acts": acts})
            told.append((one.first.at, Telling(kind, one.first.person, payload, one.past.ticket.id, customer)))
        for review in one.reviews:
            card = {**review.card.model_dump(mode="json"), "wrong": review.card.wrong}
            kind, payload = simulated("case_reviewed", review.at, {"version": review.version, **card})
            told.append((review.at, Telling(kind, review.person, payload, one.past.ticket.id, customer)))
    unit.record_all([telling for _, telling in sorted(told, key=lambda pair: pair[0])])
