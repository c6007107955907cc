"""Tickets that went well become knowledge for colleagues, masked; and stop being so when they turn out otherwise."""

from __future__ import annotations

import re
from functools import cached_property

from cx_core.catalogue import Company, Knowledge, action_of
from cx_core.desk.service import Service
from cx_core.errors import AuditUnavailable, StoreUnavailable, SystemTrouble
from cx_core.knowledge_base import good_outcomes
from cx_core.knowledge_base.good_outcomes import Course
from cx_core.knowledge_base.solved_cases import SETTLED, SolvedCase
from cx_core.ports import Unit
from cx_core.privacy.anonymisation import Anonymiser, Whose
from cx_core.records import ArticleId, Evidence, Proposal, Ticket, TicketId
from cx_core.workflows.proposal_inputs import ProposalInputs

AT_ONCE = 100
"""Tickets looked at in one round, and cases encoded in one: some seconds of one core."""
IMPORTED_AT_ONCE = 25
"""Of those that were imported, which the copilot has to read first: a tenth of a second each."""
READ_UNDER = TicketId("imported")
"""No ticket has this name, so nothing that was done in one is found."""
LONGEST_ASKED, LONGEST_ANSWERED = 800, 1600
"""Characters; what is longer is cut at a word."""
SHORTEST = 12
_KEPT = ("kept", "solved")


class SolvedCaseCollection(Service):
    """Done in rounds, each ticket in a transaction of its own."""

    @cached_property
    def _anonymiser(self) -> Anonymiser:
        return Anonymiser(own_texts(self._knowledge))

    def remember(self, most: int = AT_ONCE) -> int:
        """One round: tickets solved for some days are looked at, and new cases made ready to be found.

        How many there may still be.
        """
        found = self._store.unlearnt(self._clock() - SETTLED, most, imported=False)
        for id in found:
            self._look_back(id)
        cases = self._cases()
        reads = cases is not None and not self._systems.learning
        more = self._look_at_imported(min(most, IMPORTED_AT_ONCE)) if reads else 0
        try:
            left = cases.refresh(most) if cases is not None else 0
        except SystemTrouble:
            left = 0  # the next round tries again; until then they are found by nobody
        return left + more + (len(found) if len(found) == most else 0)

    def _look_at_imported(self, most: int) -> int:
        """The same for what another desk answered. How many there may still be."""
        found = self._store.unlearnt(self._clock() - SETTLED, most, imported=True)
        for id in found:
            read = self._read_anew(id)
            with self._store.begin() as unit:
                ticket, now = unit.tickets.get(id), self._clock()
                if ticket is None or ticket.imported is None or good_outcomes.not_yet(ticket, now):
                    continue
                if read is not None and not ticket.task_types:
                    ticket = ticket.replace(
                        task_types=tuple(dict.fromkeys(goal.task_type for goal in read.triage.goals))
                    )
                    unit.tickets.put(ticket)
                course = _course(unit, ticket)
                course = course.replace(proposals=(read,) if read is not None else course.proposals)
                good = read is not None and not good_outcomes.why_not_imported(course, self._knowledge.task_types)
                unit.solved_cases.keep_case(id, self._case(unit, course) if good else None, now)
        return len(found) if len(found) == most else 0

    def _read_anew(self, id: TicketId) -> Proposal | None:
        """What its words are about, and whose records tell what to mask. Nothing of it is kept, and no model asked."""
        with self._store.look() as unit:
            ticket, messages = unit.tickets.get(id), unit.tickets.messages(id)
        said = tuple(one for one in messages if one.sender == "customer")
        if ticket is None or ticket.erased or not said:
            return None
        inputs = ProposalInputs(READ_UNDER, ticket.subject, said, ticket.address, 0, ticket.channel)
        try:
            return self._journey().supposing(self._at_level).propose(inputs)
        except (AuditUnavailable, StoreUnavailable):
            raise
        except Exception:  # noqa: BLE001  # the journey's edge: what cannot be read is nobody's example
            return None

    def _look_back(self, id: TicketId) -> None:
        with self._store.begin() as unit:
            ticket, now = unit.tickets.get(id), self._clock()
            if ticket is None or good_outcomes.not_yet(ticket, now):
                return
            course = _course(unit, ticket)
            good = not good_outcomes.why_not(course, self._knowledge.task_types)
            unit.solved_cases.keep_case(id, self._case(unit, course) if good else None, now)

    def _case(self, unit: Unit, course: Course) -> SolvedCase | None:
        """None where it cannot be told without saying whose it was, or says nothing."""
        ticket, evidence = course.ticket, _all_read(course)
        authors = " ".join({message.author for message in course.messages if message.author})
        told = {"customer_name": ticket.customer_name, "full_name": authors, "email": ticket.address}
        known = Whose(evidence, told)
        said = [message.text for message in course.messages if message.sender == "customer"]
        asked = self._anonymiser.words(said, known)
        last = without_frame(good_outcomes.answers(course)[-1].text, self._knowledge.company)
        answered = self._anonymiser.words([last], known)
        if not asked or not answered or min(len(asked), len(answered)) < SHORTEST or ticket.solved_at is None:
            return None
        outcomes = good_outcomes.done(unit.proposals.outcomes(ticket.id))
        titles = {p.article: p.title for one in course.proposals for p in one.evidence.passages}
        used = dict.fromkeys(use.article for _, use in unit.article_use.uses(ticket.id) if use.kind in _KEPT)
        return SolvedCase(
            ticket=ticket.id,
            task_types=ticket.task_types,
            asked=_cut(asked, LONGEST_ASKED),
            done=tuple(dict.fromkeys(action_of(self._knowledge.actions, one.action).title for one in outcomes)),
            answered=_cut(answered, LONGEST_ANSWERED),
            at=ticket.solved_at,
            simulated=ticket.simulated,
            imported=ticket.imported is not None,
            articles=tuple((ArticleId(id), titles.get(id, id)) for id in used),
        )


def without_frame(text: str, company: Company) -> str:
    """An answer without what stands around every answer."""
    for said in (company.disclosure, company.signature, company.closing):
        text = text.replace(said, "") if said else text
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def own_texts(knowledge: Knowledge) -> tuple[str, ...]:
    """What the business itself has written: its words are nobody's."""
    company = knowledge.company
    texts = [company.name, company.signature, company.closing, company.disclosure]
    texts += [f"{one.title} {one.text}" for one in knowledge.articles.values()]
    texts += [f"{one.title} {one.topic} {' '.join(one.examples)}" for one in knowledge.task_types.values()]
    texts += [one.title for one in knowledge.actions.values()]
    return tuple(texts)


def _course(unit: Unit, ticket: Ticket) -> Course:
    versions = range(1, ticket.version + 1)
    proposals = (unit.proposals.get(ticket.id, version) for version in versions)
    approvals = (unit.proposals.approval(ticket.id, version) for version in versions)
    return Course(
        ticket=ticket,
        messages=unit.tickets.messages(ticket.id),
        rating=unit.ratings.get(ticket.id),
        proposals=tuple(one for one in proposals if one is not None),
        approvals=tuple(one for one in approvals if one is not None),
        outcomes=tuple(unit.proposals.outcomes(ticket.id).values()),
    )


def _all_read(course: Course) -> Evidence:
    """What any version had read."""
    evidences = [one.evidence for one in course.proposals]
    customer = next((one.customer for one in reversed(evidences) if one.customer is not None), None)
    return Evidence(customer=customer, lookups=tuple(lookup for one in evidences for lookup in one.lookups))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"
