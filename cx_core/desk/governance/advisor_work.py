"""Answers that people gave or approved, reviewed by the same scorecard as the copilot's: one measure for both.

A share is drawn by a hash with a secret key. The reviewer is not told whose work it is. None of it touches a level or
the copilot's error rate.
"""

from __future__ import annotations

from itertools import islice

from cx_core.desk.governance.case_reviews import GONE, SHOWN, CaseReviews, at_fault, no_part, told_acts, with_merged
from cx_core.desk.governance.cases_done_alone import done_alone
from cx_core.desk.governance.review_dealing import dealt
from cx_core.desk.service import LEADS, Means, Service, allow
from cx_core.ports import Unit
from cx_core.records import AdvisorCase, Person, PersonId, Scorecard, TaskTypeName, TicketId, subject
from cx_core.views import Refusal
from cx_core.views.review_views import ReviewItem, ReviewStory, RightShare, SameMeasure

WHY = "a person's work, drawn by chance"


class AdvisorWork(Service):
    """For supervisors and administrators. Nobody reviews what they handled themselves."""

    def __init__(self, means: Means, case_reviews: CaseReviews) -> None:
        super().__init__(means)
        self._case_reviews = case_reviews

    def draw(self) -> int:
        """Decide which of the new answers by people are reviewed; how many are. Of the others nothing is kept."""
        from cx_core.evidence.sampling import chance

        with self._store.look() as unit:
            if not unit.reviews.advisor_cases("undrawn"):
                return 0
        share = self._knowledge.company.people_reviewed / 100
        seed, drawn = self._sealer.mark("which answers of people are reviewed"), 0
        with self._store.begin() as unit:
            for case in unit.reviews.advisor_cases("undrawn"):
                if chance(seed, f"{case.ticket}:{case.version}") < share:
                    unit.reviews.put_advisor_case(case.replace(probability=share))
                    drawn += 1
                else:
                    unit.reviews.drop_advisor_case(case.ticket, case.version)
        return drawn

    def waiting(self, person: Person) -> tuple[ReviewItem, ...]:
        """What waits for this reviewer, oldest first."""
        allow(person, *LEADS)
        self.draw()
        with self._store.look() as unit:
            waits = (case for case in unit.reviews.advisor_cases("waiting") if _may(unit, case, person.id))
            cases, reviewers = list(islice(waits, SHOWN)), self._case_reviews.reviewers()
            found, skips = done_alone(unit, self._clock())[0], unit.reviews.skips()
            rotation = self._case_reviews.rotation(unit, found)
            mine = dealt(
                cases,
                person.id,
                rotation,
                lambda case, whoever: _may(unit, case, whoever),
                skips,
                reviewers,
                self._clock(),
            )
        return tuple(map(self._item, mine))

    def story(self, person: Person, ticket: TicketId, version: int) -> ReviewStory | Refusal:
        """The case as it was, without the name of whoever answered."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            case, of = unit.reviews.advisor_case(ticket, version), unit.tickets.get(ticket)
            proposal, approval = unit.proposals.get(ticket, version), unit.proposals.approval(ticket, version)
            if case is None or of is None or proposal is None or approval is None or not _may(unit, case, person.id):
                return GONE
            messages = unit.tickets.messages(with_merged(unit, ticket)[-1].id)
            outcomes = {
                step: one for (at, step), one in self._outcomes.read(unit, ticket).outcomes.items() if at == version
            }
        sent = [one.text for one in messages if one.sender == "advisor" and one.at >= approval.at]
        return ReviewStory(
            item=self._item(case),
            subject=of.subject,
            asked=tuple(one.text for one in messages if one.sender == "customer" and one.at <= approval.at),
            understood=tuple(self._title(goal.task_type) for goal in proposal.triage.goals),
            acts=told_acts(approval.steps, outcomes, self._knowledge.actions),
            told=sent[0] if sent else "",
            why_alone="",
        )

    def review(self, person: Person, ticket: TicketId, version: int, card: Scorecard) -> Refusal | None:
        """Keep a scorecard. No level depends on it."""
        allow(person, *LEADS)
        if (refusal := at_fault(card)) is not None:
            return refusal
        with self._store.begin() as unit:
            case, of = unit.reviews.advisor_case(ticket, version), unit.tickets.get(ticket)
            if case is None or of is None or case.probability is None or not _may(unit, case, person.id):
                return GONE
            unit.reviews.put_advisor_case(case.replace(reviewer=person.id, reviewed_at=self._clock(), card=card))
            payload = {"version": version, **card.model_dump(mode="json"), "wrong": card.wrong}
            unit.record("person_case_reviewed", actor=person.id, payload=payload, ticket=ticket, customer=subject(of))
        return None

    def same_measure(self, person: Person) -> tuple[SameMeasure, ...]:
        """How often the copilot and people were right: of all task types first, then of each that has both or one."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            found = done_alone(unit, self._clock())[0]
            people = unit.reviews.advisor_cases("reviewed")
        ours = [
            (case.task_types, case.probability, not mine[0].card.wrong)
            for case in found.cases
            if case.drawn and case.probability and (mine := found.of(case))
        ]
        theirs = [
            (one.task_types, one.probability, not one.card.wrong) for one in people if one.card and one.probability
        ]
        if not ours and not theirs:
            return ()
        names = sorted({name for types, _, _ in (*ours, *theirs) for name in types}, key=self._title)
        whole = SameMeasure(title="", copilot=_share(ours), people=_share(theirs))
        each = (
            SameMeasure(
                title=self._title(name),
                copilot=_share([one for one in ours if name in one[0]]),
                people=_share([one for one in theirs if name in one[0]]),
            )
            for name in names
        )
        return (whole, *each)

    def _item(self, case: AdvisorCase) -> ReviewItem:
        return ReviewItem(
            ticket=case.ticket,
            version=case.version,
            at=case.at,
            title=" + ".join(map(self._title, case.task_types)) or "No task type",
            why=WHY,
            by_person=True,
        )

    def _title(self, name: TaskTypeName) -> str:
        spec = self._knowledge.task_types.get(name)
        return spec.title if spec else str(name)


def _may(unit: Unit, case: AdvisorCase, person: PersonId) -> bool:
    """Whether this person may review it: it is open, and they had no part in its ticket."""
    if case.card is not None or case.person == person:
        return False
    return all(no_part(unit, ticket, person) for ticket in with_merged(unit, case.ticket))


def _share(cases: list[tuple[tuple[TaskTypeName, ...], float, bool]]) -> RightShare | None:
    from cx_core.evidence.right_share import drawn_share

    found = drawn_share([(probability, right) for _, probability, right in cases])
    if found is None:
        return None
    return RightShare(reviewed=found.cases, right=found.share, low=found.low, high=found.high)
