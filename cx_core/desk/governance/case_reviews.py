"""What the copilot did without a person, looked at by people: which cases, by whom, and what it says of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from cx_core.act.step_cards import words as act_words
from cx_core.catalogue import ActionSpec, action_of
from cx_core.desk.governance.cases_done_alone import PACE, DoneAlone, ErrorRates, done_alone, error_rates
from cx_core.desk.governance.coming_down import ComingDown
from cx_core.desk.governance.earned_levels import CAME
from cx_core.desk.governance.review_dealing import Turns, dealt, turns
from cx_core.desk.service import LEADS, Means, Service, allow
from cx_core.ports import Unit
from cx_core.records import (
    EVERYTHING,
    SPEAKS,
    ActionName,
    Argument,
    AutonomousCase,
    CaseReview,
    Money,
    Outcome,
    Person,
    PersonId,
    Scorecard,
    SourceKind,
    Step,
    StepId,
    TaskTypeName,
    Ticket,
    TicketId,
    subject,
)
from cx_core.service_rules.levels_in_force import ALONE, FAQ
from cx_core.service_rules.opening_hours import day_began
from cx_core.text.wording import say
from cx_core.views import Refusal
from cx_core.views.review_views import AloneNow, ReviewDesk, ReviewedAct, ReviewFigures, ReviewItem, ReviewStory

if TYPE_CHECKING:
    from cx_core.evidence.sampling import ReviewPlan

MINUTES_EACH = 2.0
TWICE = 0.1
"""Of the cases drawn, reviewed by two people who do not see each other's scorecard."""
SHOWN = 50

GONE = Refusal(code="stale", text="This case does not wait for you any more. The next one is below.")


class CaseReviews(Service):
    """For supervisors and administrators. Nobody reviews what they handled themselves."""

    def __init__(self, means: Means, coming_down: ComingDown) -> None:
        super().__init__(means)
        self._coming_down = coming_down

    def draw(self) -> int:
        """Decide which of the new cases are reviewed; how many were decided."""
        with self._store.look() as unit:
            if not unit.reviews.undrawn():
                return 0
        with self._store.begin() as unit:
            fresh = unit.reviews.undrawn()
            plan, seed = self._plan(done_alone(unit, self._clock())[0]), self._sealer.mark("which cases are reviewed")
            for case in fresh:
                draw = plan.draw(seed, f"{case.ticket}:{case.version}", case.stratum, exception=case.exception)
                unit.reviews.put_case(case.replace(drawn=draw.reviewed, probability=draw.probability))
        return len(fresh)

    def open(self, person: Person) -> ReviewDesk:
        """What waits for this reviewer, and how things stand."""
        from cx_core.evidence.agreement import krippendorff_alpha

        allow(person, *LEADS)
        self.draw()
        with self._store.look() as unit:
            found, past = done_alone(unit, self._clock())
            cases = [(case, one.of(case)) for one in (found, past) for case in one.cases]
            cases.sort(key=lambda one: (one[0].simulated, not one[0].exception, one[0].at))
            waits = (case for case, done in cases if self._waits(unit, case, done, person.id))
            waiting = tuple(map(self._item, self._dealt(unit, found, list(islice(waits, SHOWN)), person.id)))
        plan = self._plan(found)
        twice, past_twice = found.twice(), past.twice()
        return ReviewDesk(
            waiting=waiting,
            figures=(*self._figures(found, plan), *self._figures(past, self._plan(past))),
            minutes=plan.minutes,
            missing_minutes=plan.missing_minutes,
            agreement=krippendorff_alpha(twice),
            twice=len(twice),
            past_agreement=krippendorff_alpha(past_twice),
            past_twice=len(past_twice),
        )

    def alone_now(self, person: Person) -> AloneNow:
        """What acts alone at this moment: at level 1 or 3, neither stopped nor paused. And what came of it today."""
        allow(person, *LEADS)
        off, now = {one.name for one in self._store.switches()}, self._clock()
        with self._store.look() as unit:
            levels = self._at_level.within(unit)
            paused = {name for one in self._systems.shown(unit) for name in one.task_types}
            today = unit.reviews.cases(day_began(self._knowledge.company, now))
            cards = [
                [one for one in unit.reviews.reviews(case.ticket) if one.version == case.version] for case in today
            ]
        at_level = [name for name, level in levels.items() if level in (FAQ, ALONE)]
        nothing = EVERYTHING in off or self._systems.learning
        held = [name for name in at_level if nothing or name in off or name in paused]
        wrong = (
            case.came in SPEAKS or any(one.card.wrong for one in mine) for case, mine in zip(today, cards, strict=True)
        )
        return AloneNow(
            titles=tuple(self._title(name) for name in at_level if name not in held),
            task_types=len(levels),
            held=tuple(map(self._title, held)),
            stopped=EVERYTHING in off,
            done=len(today),
            reviewed=sum(map(bool, cards)),
            wrong=sum(wrong),
        )

    def figures(self, person: Person) -> tuple[ReviewFigures, ...]:
        """How often what was done without a person was wrong, by task type."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            both = [found for found in done_alone(unit, self._clock()) if found.all]
        return tuple(one for found in both for one in self._figures(found, self._plan(found)))

    def story(self, person: Person, ticket: TicketId, version: int) -> ReviewStory | Refusal:
        """The case as it was, for somebody who reviews it."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            case, of = unit.reviews.case(ticket, version), unit.tickets.get(ticket)
            proposal, approval = unit.proposals.get(ticket, version), unit.proposals.approval(ticket, version)
            if case is None or of is None or proposal is None or approval is None:
                return GONE
            messages = unit.tickets.messages(with_merged(unit, ticket)[-1].id)
            # nothing simulated has a seal, and nobody is told of it
            read = unit.proposals.outcomes(ticket) if case.simulated else self._outcomes.read(unit, ticket).outcomes
            outcomes = {step: one for (at, step), one in read.items() if at == version}
        asked = [one.text for one in messages if one.sender == "customer" and one.at <= approval.at]
        sent = [one.text for one in messages if one.sender == "copilot" and one.at >= approval.at]
        return ReviewStory(
            item=self._item(case),
            subject=of.subject,
            asked=tuple(asked),
            understood=tuple(self._title(goal.task_type) for goal in proposal.triage.goals),
            acts=told_acts(approval.steps, outcomes, self._knowledge.actions),
            told=sent[0] if sent else "",
            why_alone=proposal.why,
            against=case.trouble or CAME.get(case.came, ""),
        )

    def review(self, person: Person, ticket: TicketId, version: int, card: Scorecard) -> Refusal | None:
        """Keep a scorecard. A level that it brings down comes down in the same transaction."""
        allow(person, *LEADS)
        if (refusal := at_fault(card)) is not None:
            return refusal
        self.draw()
        with self._store.begin() as unit:
            case, of = unit.reviews.case(ticket, version), unit.tickets.get(ticket)
            done = [one for one in unit.reviews.reviews(ticket) if one.version == version]
            if case is None or of is None or not self._waits(unit, case, done, person.id):
                return GONE
            made = CaseReview(ticket=ticket, version=version, person=person.id, at=self._clock(), card=card)
            unit.reviews.put_review(made)
            payload = {"version": version, **card.model_dump(mode="json"), "wrong": card.wrong}
            payload |= {"simulated_case": True} if case.simulated else {}
            unit.record("case_reviewed", actor=person.id, payload=payload, ticket=ticket, customer=subject(of))
            self._coming_down.look(unit, case.task_types)
        return None

    def skip(self, person: Person, ticket: TicketId, version: int) -> Refusal | None:
        """Leave a case, of the copilot's or a person's, to other reviewers. It comes back if all of them leave it."""
        allow(person, *LEADS)
        with self._store.begin() as unit:
            of = unit.tickets.get(ticket)
            if of is None:
                return GONE
            unit.reviews.skip(ticket, version, person.id)
            payload = {"version": version}
            unit.record("review_skipped", actor=person.id, payload=payload, ticket=ticket, customer=subject(of))
        return None

    def rotation(self, unit: Unit, found: DoneAlone) -> Turns:
        """Who takes turns at reviewing, and when each of them last reviewed which task types."""
        names = {(case.ticket, case.version): case.task_types for case in found.cases}
        done = [(one.person, one.at, names.get(key, ())) for key, reviews in found.reviews.items() for one in reviews]
        people = unit.reviews.advisor_cases("reviewed")
        done += [(one.reviewer, one.reviewed_at, one.task_types) for one in people if one.reviewer and one.reviewed_at]
        return turns(done, self._clock())

    def _dealt(self, unit: Unit, found: DoneAlone, cases: list[AutonomousCase], me: PersonId) -> list[AutonomousCase]:
        """Of those that wait for this reviewer, the ones whose turn it is. The simulated past is for everybody."""
        skips = unit.reviews.skips()

        def may(case: AutonomousCase, person: PersonId) -> bool:
            return self._waits(unit, case, found.of(case), person)

        real = [case for case in cases if not case.simulated]
        mine = dealt(real, me, self.rotation(unit, found), may, skips, self.reviewers(), self._clock())
        return mine + [case for case in cases if case.simulated]

    def reviewers(self) -> frozenset[PersonId]:
        """Whoever has an account and may review."""
        return frozenset(one.id for one in self._accounts.people() if one.role in LEADS)

    def _waits(self, unit: Unit, case: AutonomousCase, done: Sequence[CaseReview], person: PersonId) -> bool:
        if len(done) >= self._wanted(case, done) or any(one.person == person for one in done):
            return False
        return all(no_part(unit, ticket, person) for ticket in with_merged(unit, case.ticket))

    def _may_come(self, reviewers: frozenset[PersonId], case: AutonomousCase, done: Sequence[CaseReview]) -> bool:
        """Whether another review is wanted, and there is anybody to make it."""
        return len(done) < self._wanted(case, done) and bool(reviewers - {one.person for one in done})

    def _wanted(self, case: AutonomousCase, done: Sequence[CaseReview]) -> int:
        """By how many people it is reviewed: once more where something that speaks for itself came after a review."""
        from cx_core.evidence.sampling import chance

        if not (case.drawn or case.exception):
            return 0
        if case.simulated:
            return 1
        again = chance(self._sealer.mark("which cases are reviewed twice"), f"{case.ticket}:{case.version}") < TWICE
        late = case.came in SPEAKS and case.came_at is not None
        more = late and len(done) > 0 and all(one.at <= case.came_at for one in done if case.came_at)
        return (2 if case.drawn and again else 1) + more

    def _plan(self, found: DoneAlone) -> ReviewPlan:
        """Which share of each stratum is drawn next, as far as the reviewers' time goes."""
        from cx_core.evidence.sampling import Stratum, review_plan

        clean: Counter[str] = Counter()
        known = [(mine[0].at, case, mine) for case in found.cases if (mine := found.of(case))]
        known += [(case.heard_at, case, ()) for case in found.cases if case.came in SPEAKS or case.failed]
        for _, case, mine in sorted(known, key=lambda one: one[0]):  # in the order in which it became known
            wrong = not mine or any(one.card.wrong for one in mine)
            clean[case.stratum] = 0 if wrong else clean[case.stratum] + 1
        since = self._clock() - PACE
        pace = Counter(case.stratum for case in found.cases if case.at > since)
        for one in found.plain:
            pace[one.stratum] += one.recent
        names = dict.fromkeys(one.stratum for one in found.all)
        full = {one.stratum for one in found.all if found.granted.intersection(one.task_types)}
        strata = [
            Stratum(name, pace[name] / PACE.days, MINUTES_EACH, 0 if name in full else clean[name]) for name in names
        ]
        return review_plan(strata, self._knowledge.company.review_minutes)

    def _figures(self, found: DoneAlone, plan: ReviewPlan) -> tuple[ReviewFigures, ...]:
        names = dict.fromkeys(name for one in found.all for name in one.task_types)
        waits = partial(self._may_come, self.reviewers())
        return tuple(self._figure(error_rates(name, found, waits), name, found, dict(plan.shares)) for name in names)

    def _figure(
        self, rates: ErrorRates, name: TaskTypeName, found: DoneAlone, shares: Mapping[str, float]
    ) -> ReviewFigures:
        return ReviewFigures(
            task_type=name,
            title=self._title(name),
            cases=rates.cases,
            reviewed=rates.reviewed,
            wrong=rates.wrong,
            waiting=rates.waiting,
            share=min((shares.get(one.stratum, 1.0) for one in found.all if name in one.task_types), default=1.0),
            error=rates.estimate,
            error_at_most=rates.at_most,
            more=rates.more,
            simulated=found.simulated,
        )

    def _item(self, case: AutonomousCase) -> ReviewItem:
        money = Money(minor=case.amount, currency=self._knowledge.company.currency) if case.amount else None
        if case.exception:
            why = case.trouble or CAME.get(case.came, "")
        else:
            share = round((case.probability or 1) * 100)
            why = "all of these are reviewed" if share == 100 else f"drawn: {share} % of these are reviewed"
        return ReviewItem(
            ticket=case.ticket,
            version=case.version,
            at=case.at,
            title=" + ".join(map(self._title, case.task_types)),
            amount=money,
            why=why,
            exception=case.exception,
            simulated=case.simulated,
        )

    def _title(self, name: TaskTypeName) -> str:
        spec = self._knowledge.task_types.get(name)
        return spec.title if spec else str(name)


def at_fault(card: Scorecard) -> Refusal | None:
    """Refuse a scorecard that does not say how bad an error was, and what."""
    if card.severity == "fine" and card.faulted:
        return Refusal(code="empty", text="A line is unticked: say whether that was minor or critical.")
    if card.severity != "fine" and not card.note.strip():
        return Refusal(code="empty", text="Say in a line what was wrong, for whoever mends it.")
    return None


def told_acts(
    steps: Sequence[Step], outcomes: Mapping[StepId, Outcome], actions: Mapping[ActionName, ActionSpec]
) -> tuple[ReviewedAct, ...]:
    """What was done of these steps, in words, and what backs it."""
    acts = []
    for step in steps:
        one, spec = outcomes.get(step.id), action_of(actions, step.action)
        done = one is not None and one.status == "done"
        said = act_words(step, spec, one) if done else f"{spec.title}: not done"
        acts.append(ReviewedAct(words=said, verified=bool(one and one.verified), sources=sources_of(step, spec)))
    return tuple(acts)


def with_merged(unit: Unit, ticket: TicketId) -> list[Ticket]:
    """The ticket and those that it was merged into; the messages are in the last one."""
    found = []
    one = unit.tickets.get(ticket)
    while one is not None:
        found.append(one)
        one = unit.tickets.get(one.merged_into) if one.merged_into is not None else None
    return found


def no_part(unit: Unit, ticket: Ticket, person: PersonId) -> bool:
    """Whether this person neither has the ticket nor did or answered anything in it."""
    if ticket.erased or ticket.assignee == person or unit.tickets.touched(ticket.id, person):
        return False
    answers = (unit.proposals.approval(ticket.id, version) for version in range(1, ticket.version + 1))
    return all(one is None or one.person != person for one in answers)


_FROM: Mapping[SourceKind, str] = {
    "words": "the customer's words",
    "record": "a record",
    "article": "an article",
    "derived": "the rules of the task type",
    "arithmetic": "a calculation",
    "none": "nothing",
}


def sources_of(step: Step, spec: ActionSpec) -> tuple[str, ...]:
    """Each argument with what backs it."""
    return tuple(_backed(one, spec) for one in step.arguments if one.value is not None)


def _backed(one: Argument, spec: ActionSpec) -> str:
    by = _FROM.get(one.source.kind, one.source.kind)
    exact = f" “{one.source.quote}”" if one.source.quote else ""
    return f"{_named(one.name, spec)}: {say(one.value)}, from {by}{exact}"


def _named(name: str, spec: ActionSpec) -> str:
    given = spec.arguments.get(name)
    return (given.title if given else "") or name.replace("_", " ").capitalize()
