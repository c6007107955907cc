"""Tells day by day, by the rules that hold for real ones, how simulated task types came to level 3 and lost it.

People answer first, and what they did otherwise counts against the proposal. Where the evidence suffices, one of those
who lead asks and another one grants. What is then done alone is drawn for review and reviewed, and the level comes down
where the detector says so. None of it permits anything: levels in force are other rows, with a mark that nothing here
has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from cx_core.act.autonomous_cases import case_of
from cx_core.catalogue import Knowledge
from cx_core.decide.supposed_evidence import Invention
from cx_core.demo.level_careers import Career
from cx_core.demo.scenery import SIMULATED
from cx_core.demo.simulated_past import tell
from cx_core.demo.simulated_records import CareerTicket, Deed, Past, SimulatedCareer
from cx_core.demo.story_dice import Teller
from cx_core.evidence.demotion import Demotion
from cx_core.evidence.promotion import SHOWN_WEIGHT, Promotion
from cx_core.evidence.sampling import wanted_share
from cx_core.records import (
    AutonomousCase,
    BusinessRecord,
    CaseReview,
    EvidenceCase,
    FirstAct,
    FirstAnswer,
    Incident,
    Proposal,
    Scorecard,
    TicketId,
)
from cx_core.service_rules.perimeter_check import in_share
from cx_core.service_rules.trial_cases import trial_of
from cx_core.views import Colleague
from cx_core.views.level_views import LevelSet

RIPE = timedelta(days=7)
FIRST_SHARE = 0.85
"""Of the tickets of these task types, in which the advisor answers before they see the proposal."""
CASES = 120
"""About so many cases of evidence until the level is earned."""
ALONE_CASES = 62
"""About so many done alone in half of the time: few enough that all of them are reviewed."""
LATER = 0.4
"""Of the pace before, once it was enough: fewer are asked to answer first then."""
WORSE = 0.3
"""The share of errors once it goes wrong."""
TWICE = 0.1
TRIES = 200
"""Stories that are thrown until one is of the kind that is needed."""


class CareerTeller:
    """Tells one career. `leads`: at least two who may ask for levels and grant them."""

    def __init__(
        self,
        career: Career,
        knowledge: Knowledge,
        teller: Teller,
        people: Sequence[Colleague],
        leads: Sequence[Colleague],
        customers: Sequence[BusinessRecord],
        invention: Invention,
        *,
        seed: int,
        begin: datetime,
        end: datetime,
    ) -> None:
        self._career, self._knowledge, self._teller = career, knowledge, teller
        self._people, self._leads, self._customers = people, leads, customers
        self._invention, self._seed, self._begin, self._end = invention, seed, begin, end
        self._dice = Random(f"{seed}:career:{career.task_type}")
        self._zone = ZoneInfo(knowledge.company.timezone)
        self._span = (end - begin) / timedelta(days=1)
        self._tickets: list[CareerTicket] = []
        self._levels: list[LevelSet] = []
        self._deeds: list[Deed] = []
        self._due: list[tuple[datetime, int]] = []
        self._reviews: dict[int, list[CaseReview]] = {}
        self._clean: Counter[str] = Counter()
        self._incident: Incident | None = None
        self._proposed: datetime | None = None
        self._thrown = 0

    def career(self) -> SimulatedCareer | None:
        """All of it; None where no case of this task type can be told."""
        for day in self._days():
            self._morning(self._at(day, 9))
            for at in self._hours(day):
                if not self._ticket(at) and not self._tickets:
                    return None
        reviewed = [one.replace(reviews=tuple(self._reviews.get(n, ()))) for n, one in enumerate(self._tickets)]
        return SimulatedCareer(
            task_type=self._career.task_type,
            tickets=tuple(reviewed),
            levels=tuple(self._levels),
            incident=self._incident,
            proposed=self._proposed,
            deeds=tuple(self._deeds),
        )

    # --- when -------------------------------------------------------------------------------

    def _days(self) -> Iterator[date]:
        """Working days from when people began to answer first."""
        day = (self._begin + timedelta(days=self._span * self._career.begins)).date()
        while day < self._end.date() - timedelta(days=1):
            day += timedelta(days=1)
            if day.weekday() < 5:
                yield day

    def _hours(self, day: date) -> list[datetime]:
        working = 5 / 7
        if self._alone:
            rate = ALONE_CASES / (self._span * 0.5 * working)
        else:
            rate = CASES / (max(self._span * 0.4 - RIPE.days, 4) * working)
        if self._proposed and not self._alone:
            rate *= LATER
        number = int(rate) + (self._dice.random() < rate % 1)
        return sorted(self._at(day, self._dice.uniform(9.2, 16.8)) for _ in range(number))

    def _at(self, day: date, hour: float) -> datetime:
        return (datetime.combine(day, time(), self._zone) + timedelta(hours=hour)).astimezone(UTC)

    @property
    def _alone(self) -> bool:
        return bool(self._levels) and self._levels[-1].level == 3

    # --- what is decided --------------------------------------------------------------------

    def _morning(self, now: datetime) -> None:
        """What those who lead find in the morning, and decide."""
        self._review(now)
        if self._alone:
            self._come_down(now)
        elif self._incident is None and self._proposed is None and self._evidence(now).earned:
            self._proposed = now
            if self._career.ending != "proposed":
                self._raised(now)

    def _evidence(self, now: datetime) -> Promotion:
        promotion = Promotion()
        for one in self._tickets:
            case = one.trial
            if case is not None and (case.wrong or case.at + RIPE <= now):
                promotion = promotion.see(case.wrong, SHOWN_WEIGHT if case.shown else 1.0)
        return promotion

    def _raised(self, now: datetime) -> None:
        """Asked for in the morning, granted before noon by another person."""
        asker, granter = self._leads[:2]
        asked_at, at = now + timedelta(minutes=20), now + timedelta(hours=2, minutes=10)
        career = self._career
        made = LevelSet(
            task_type=career.task_type,
            level=3,
            how="earned",
            reason=career.asked,
            person=granter.id,
            asked_by=asker.id,
            at=at,
            perimeter=career.limits,
        )
        self._levels.append(made)
        shared = {"task_type": career.task_type, "level": 3, "reason": career.asked}
        limits = career.limits.model_dump(mode="json")
        self._deeds += [
            Deed(kind="level_asked", at=asked_at, actor=asker.id, payload={**shared, "limits": limits}),
            Deed(
                kind="level_granted",
                at=at,
                actor=granter.id,
                payload={**shared, "before": 2, "asked_by": asker.id, "earned": True, "limits": limits},
            ),
        ]

    def _come_down(self, now: datetime) -> None:
        """As `desk.governance.coming_down`, by what was reviewed until now."""
        done = [(number, one.case) for number, one in enumerate(self._tickets) if one.case is not None]
        known = [(mine[0].at, mine[0].card.wrong) for number, _ in done if (mine := self._reviews.get(number))]
        detector = Demotion()
        for _, wrong in sorted(known):
            detector = detector.see(wrong)
        if not detector.called:
            return
        errors, career = sum(wrong for _, wrong in known), self._career
        why = f"{errors} of {len(known)} cases that were looked at were wrong"
        self._levels.append(LevelSet(task_type=career.task_type, level=2, how="came_down", reason=why, at=now))
        closer, closed = self._leads[-1], now + timedelta(days=4 if now.weekday() > 1 else 2, hours=3)
        self._incident = Incident(
            id=f"simulated-{career.task_type}",
            task_type=career.task_type,
            at=now,
            before=3,
            level=2,
            why=why,
            reviewed=len(known),
            wrong=errors,
            cases=tuple(case.ticket for _, case in reversed(done)),
            closed_by=closer.id if closed < self._end else None,
            closed_at=closed if closed < self._end else None,
            closing=career.closing if closed < self._end else "",
            simulated=True,
        )
        shared = {"task_type": career.task_type, "incident": self._incident.id}
        payload = {**shared, "before": 3, "level": 2, "why": why, "cases": len(done)}
        self._deeds.append(Deed(kind="level_came_down", at=now, actor="rung", payload=payload))
        if closed < self._end:
            payload = {**shared, "words": career.closing}
            self._deeds.append(Deed(kind="incident_closed", at=closed, actor=closer.id, payload=payload))

    def _review(self, now: datetime) -> None:
        """Every review whose time has come, in the order of the cases."""
        due = [number for at, number in self._due if at <= now]
        self._due = [one for one in self._due if one[0] > now]
        for number in due:
            ticket = self._tickets[number]
            case = ticket.case
            if case is None:
                continue
            card = Scorecard()
            if ticket.wrong:
                note = self._dice.choice(self._career.errors)
                card = Scorecard(right_act=False, same=False, severity="minor", note=note)
            reviewers = self._dice.sample(list(self._leads), 2)[: 2 if self._dice.random() < TWICE else 1]
            at = max(now - timedelta(minutes=self._dice.uniform(5, 55)), case.at + timedelta(minutes=30))
            self._reviews[number] = [
                CaseReview(
                    ticket=case.ticket,
                    version=case.version,
                    person=one.id,
                    at=at + timedelta(minutes=20 * place),
                    card=card,
                )
                for place, one in enumerate(reviewers)
            ]
            self._clean[case.stratum] = 0 if card.wrong else self._clean[case.stratum] + 1

    # --- tickets ----------------------------------------------------------------------------

    def _ticket(self, at: datetime) -> bool:
        """One more ticket, done alone or answered by a person; whether one could be told."""
        alone, dice = self._alone, self._dice
        if alone:
            worse = self._career.worse < (at - self._begin) / timedelta(days=1) / self._span
            wrong = dice.random() < (WORSE if worse else 0.008)
        else:
            wrong = len(self._tickets) == self._career.slip > 0
        for _ in range(TRIES):
            past = self._told(at, alone=alone, wrong=wrong)
            made = self._alone_case(past, wrong=wrong) if alone else self._evidence_case(past, wrong=wrong)
            if made is not None:
                self._tickets.append(made)
                return True
        return False

    def _told(self, at: datetime, *, alone: bool, wrong: bool) -> Past:
        self._thrown += 1
        career, dice = self._career, self._dice
        name = career.task_type
        allowed = [
            place
            for place, one in enumerate(self._customers)
            if one.fields.get("tier") in career.limits.tiers
            and (not alone or in_share(one.id, name, career.limits.share))
        ]
        story = self._teller.story(1_000_000 + self._thrown)
        story = story.replace(
            id=TicketId(f"H{self._seed}-{career.letter}{self._thrown:04d}"),
            opened_at=at,
            month=int((at - self._begin) / timedelta(days=30.4)),
            labels=(name,),
            guessed=(name,),
            examples=(dice.randrange(len(self._knowledge.task_types[name].examples)),),
            channel=dice.choice(career.limits.channels),
            customer=dice.choice(allowed),
            slip="wrong_value" if wrong and not alone else "",
            upset=False,
            answered_after=min(60, 5 + int(dice.expovariate(0.05))),
            transferred=False,
            noted=False,
            flagged=False,
            undone=False,
            score=max(story.score, 4) if story.score and not wrong else story.score,
            alone=alone,
            reopened_after=dice.uniform(8, 60) if alone and wrong and dice.random() < 0.3 else None,
        )
        person = self._people[story.person]
        return tell(story, self._knowledge, self._customers[story.customer], person, self._invention, self._end)

    def _evidence_case(self, past: Past, *, wrong: bool) -> CareerTicket | None:
        if len(past.proposals) != 1 or len(past.approvals) != 1 or not past.proposals[0].steps:
            return None
        proposal, approval = past.proposals[0], past.approvals[0]
        shown = self._dice.random() > FIRST_SHARE
        first = None if shown else _first(proposal, approval.person, approval.at)
        trial = trial_of(proposal, approval, past.ticket, self._knowledge, first)
        if trial is None or trial.wrong is not wrong or self._again(trial):
            return None
        return CareerTicket(past=past, trial=trial.replace(simulated=True, basis=SIMULATED), first=first, wrong=wrong)

    def _again(self, trial: EvidenceCase) -> bool:
        """Whether this customer has a case of that day: only one of them would count."""
        mine = (one.trial for one in self._tickets if one.trial is not None)
        return any((one.customer, one.at.date()) == (trial.customer, trial.at.date()) for one in mine)

    def _alone_case(self, past: Past, *, wrong: bool) -> CareerTicket | None:
        proposal, approval = past.proposals[0], past.approvals[0]
        if not proposal.steps or any(part.asks or part.hands_on for part in proposal.parts):
            return None
        outcomes = {(version, one.step): one for version, one in past.outcomes if version == approval.version}
        sent = max(one.at for one in outcomes.values()) + timedelta(seconds=1)
        case = case_of(proposal, approval, outcomes, sent)
        if case is None or case.amount > self._career.limits.act_most:
            return None
        drawn = self._drawn(case, len(self._tickets))
        return CareerTicket(past=past, case=drawn, wrong=wrong)

    def _drawn(self, case: AutonomousCase, number: int) -> AutonomousCase:
        """Whether it is reviewed, and when: mostly the next morning."""
        share = float(wanted_share(self._clean[case.stratum]))
        drawn = self._dice.random() < share
        if drawn:
            self._due.append((case.at + timedelta(hours=self._dice.uniform(14, 30)), number))
        return case.replace(simulated=True, probability=share, drawn=drawn)


def _first(proposal: Proposal, person: str, at: datetime) -> FirstAnswer:
    """What the advisor said before they saw it: the same acts, with nothing more said of them."""
    acts = tuple(FirstAct(action=step.action) for step in proposal.steps)
    return FirstAnswer.model_validate(
        {
            "ticket": proposal.ticket,
            "version": proposal.version,
            "person": person,
            "at": at - timedelta(minutes=1),
            "acts": acts,
        }
    )
