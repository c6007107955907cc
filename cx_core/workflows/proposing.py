"""Words to a proposal: the stages from triage to reply, in their order. It reads, and changes nothing.

The built-in stages make the proposal. A language model may better what waits for a person anyway; what is noticed
about the draft and the customer's files comes last, whoever wrote it (`findings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from cx_core.act.recent_acts import RecentActs
from cx_core.act.reply import reply_slots as replies
from cx_core.act.reply.already_done import telling_what_was_done
from cx_core.act.reply.upset_customer import answered_as_upset
from cx_core.catalogue import Knowledge
from cx_core.decide import autonomy, grounding, planning
from cx_core.decide.described_records import describes
from cx_core.decide.goal_states import accounted
from cx_core.decide.goals_by_records import borne_out, instead, none_fits
from cx_core.decide.holding.doubtful_steps import put_first
from cx_core.decide.named_object import names_only
from cx_core.decide.planning import Plan
from cx_core.decide.policy.authority import Authority
from cx_core.decide.policy.published_reply import part_of
from cx_core.decide.policy.reply_step import REPLY, reply_saying
from cx_core.decide.sure_to_end import sure_to_end
from cx_core.ports import Clock
from cx_core.prompt_injection.screening import Screen, Screened
from cx_core.prompt_injection.unknown_contacts import Letter, Strangers
from cx_core.records import (
    CONVERSATIONS,
    BusinessRecord,
    Evidence,
    Finding,
    Goal,
    Message,
    Part,
    Proposal,
    PublicAnswer,
    Route,
    Ruling,
    Step,
    StepId,
    TaskTypeName,
    Triage,
    Versions,
)
from cx_core.search.earlier_tickets import Memory
from cx_core.search.published_answer_match import Answering, Answers
from cx_core.search.retrieval import Retriever
from cx_core.service_rules.levels_in_force import FAQ, Levels
from cx_core.service_rules.unread_messages import from_program, to_read
from cx_core.understand.direction import directed, joined
from cx_core.understand.open_question import answered
from cx_core.understand.reading_limits import readable, wordless
from cx_core.understand.summary import summarise
from cx_core.understand.triage import Triager
from cx_core.workflows import findings
from cx_core.workflows.findings import BARRED
from cx_core.workflows.goal_details import goal_details
from cx_core.workflows.model_drafting import Drafter
from cx_core.workflows.proposal_inputs import ProposalInputs, Understood
from cx_core.workflows.route_limits import OutOfUse, limited, out_of_use, taken_up, usable
from cx_core.workflows.screened_triage import screened_triage, screened_words
from cx_core.workflows.stage_watch import StageWatch
from cx_core.workflows.unlearnt_words import as_if_learnt

PROVEN = 1
"""The least identity of a sender who is told, or has done, what is a customer's alone: the channel vouches for them."""


class Proposer:
    """Knows the order of the stages that end in a proposal."""

    def __init__(
        self,
        knowledge: Knowledge,
        triager: Triager,
        retriever: Retriever,
        authority: Authority,
        clock: Clock,
        versions: Versions,
        *,
        drafter: Drafter | None = None,
        screen: Screen | None = None,
        memory: Memory | None = None,
        levels: Levels,
        answering: Answering | None = None,
        recent: RecentActs | None = None,
        out_of_use: OutOfUse = usable,
    ) -> None:
        """`answering` finds published words that answer a whole message; `out_of_use`: why nothing is planned now."""
        self._out_of_use = out_of_use
        self._recent = recent
        self._levels, self._answering = levels, answering
        self._knowledge = knowledge
        self._triager = triager
        self._retriever = retriever
        self._authority = authority
        self._clock = clock
        self._versions = versions
        self._drafter = drafter
        self._screen = screen
        self._memory = memory
        self._strangers = Strangers(knowledge, retriever.customer)

    def propose(self, case: ProposalInputs) -> Proposal:
        """Everything up to the ask. Raises SystemTrouble when even reading the customer is impossible."""
        built_in, read = self._built_in(case)
        return findings.noticed(case, self._bettered(case, built_in, read), self._knowledge.company)

    def side_by_side(self, case: ProposalInputs) -> tuple[Proposal, Proposal]:
        """The proposal as the built-in stages make it, and as a language model betters that very one."""
        built_in, read = self._built_in(case)
        bettered, company = self._bettered(case, built_in, read), self._knowledge.company
        return findings.noticed(case, built_in, company), findings.noticed(case, bettered, company)

    def _built_in(self, case: ProposalInputs) -> tuple[Proposal, Understood]:
        """The proposal, and what it was made from."""
        watch = StageWatch()
        limits = readable(case.messages, to_read(case.messages))
        case = replace(case, messages=limits.messages)
        read = self._understood(case, watch)
        words, triage, evidence, noticed = read.words, read.triage, read.evidence, read.noticed
        proven = case.identity >= PROVEN
        with watch.stage("planning"):
            published = self._published(case, read.title, words, triage, evidence, (*limits.findings, *noticed))
            screened = {one.id: one for one in words}
            made = (
                planning.plan(
                    triage,
                    evidence,
                    self._knowledge,
                    self._today(),
                    case.first_step,
                    read.said,
                    proven=proven,
                    talk=[screened.get(one.id, one) for one in case.messages],
                )
                if published is None
                else Plan(
                    parts=tuple(part_of(published.answers, self._knowledge.company) for _ in published.answers[:1])
                )
            )
        with watch.stage("grounding"):
            grounded = self._grounded(case, made.steps, words, triage, evidence, read.said)
            made, grounded = put_first(made, grounded, triage, evidence, self._knowledge)
        with watch.stage("accounting"):
            if published is None:
                made = accounted(made, triage, words, self._knowledge)
                known = evidence if proven else evidence.replace(recent=())
                parts, done = telling_what_was_done(made.parts, made.steps, triage, known, case.ticket, self._knowledge)
                parts = answered_as_upset(parts, triage, case.messages, self._knowledge)
                made = made.replace(parts=parts, findings=(*made.findings, *done))
            findings = (*limits.findings, *noticed, *made.findings, *grounded.findings)
        with watch.stage("guard"):
            answers = published.answers if published else ()
            rulings = self._rulings(case, grounded.steps, triage, evidence, findings, made.parts, answers)
        with watch.stage("autonomy"):
            route, why = self._route(triage, rulings, read.written, published)
            route, why = limited(
                route, why, case, triage, limits, read.words, made, noticed, published=published is not None
            )
            route, why = out_of_use(route, why, triage, evidence, self._knowledge.task_types, self._out_of_use)
        with watch.stage("reply"):
            parts, steps = (made.parts, grounded.steps) if route != "person" else ((), ())
            if acknowledged := self._acknowledged(case, triage):
                parts = (acknowledged,)
            answers = answers if route == "act" else ()
            greeted = None if answers else evidence.customer  # whoever writes may only claim the address
            letter = case.channel not in CONVERSATIONS
            frame = replies.frame_after(case.messages, self._knowledge.company, alone=route == "act", letter=letter)
            drafted = replies.compose(parts, self._knowledge.company, greeted, frame, alone=route == "act")
            summary = summarise(
                triage,
                evidence,
                made.parts,
                self._knowledge.task_types,
                self._knowledge.company.foreign(triage.language),
            )
        proposal = Proposal(
            ticket=case.ticket,
            version=case.version,
            messages=case.read or len(case.messages),
            triage=triage,
            evidence=evidence,
            summary=summary,
            details=goal_details(read, self._knowledge, self._today()),
            steps=steps,
            rulings={step.id: rulings[step.id] for step in steps},
            findings=findings,
            reply_ruling=rulings[REPLY.id] if drafted or triage.grave else None,
            parts=parts,
            lines=made.lines,
            frame=frame,
            taken_up=taken_up(case.messages),
            answers=answers,
            reply=drafted,
            route=route,
            why=why,
            first_step=case.first_step,
            versions=self._versions,
            made_at=self._clock(),
            ms=watch.ms,
        )
        return proposal, read

    def _understood(self, case: ProposalInputs, watch: StageWatch) -> Understood:
        """The stages that say what the customer wants and what there is about it."""
        with watch.stage("triage"):
            talk = answered(case.messages, self._knowledge.company.timezone)
            theirs = tuple(message for message in talk.said if message.id not in talk.taken)
            read = self._screen.words(theirs, case.subject) if self._screen else Screened(theirs, case.subject)
            new = {message.id for message in talk.new}
            given = tuple(message for message in screened_words(talk.said, read) if message.id in new)
            planted = (*read.findings, *(self._screen.names(case.files) if self._screen else ()))
            read, triage, vectors = screened_triage(self._triager, read, talk)
            title, said = read.subject, screened_words(talk.said, read)
            words = tuple(message for message in said if message.id in new)
            triage, vectors = directed(triage, vectors, case.direction, case.messages, words)
            triage = as_if_learnt(triage, case.learnt, words)
            triage, vectors = joined(triage, vectors, case.known, words)
            triage = triage.at_levels(self._levels.now())
            if not self._knowledge.company.foreign(triage.language):
                planted = (*planted, *read.unread)
        with watch.stage("retrieval"):
            customer, others = self._retriever.customer(case.address)
            evidence = self._retriever.gather(triage, vectors, said, customer)
            triage, evidence = self._by_their_records(triage, evidence, vectors, said, customer)
            triage = sure_to_end(triage, self._knowledge, talk.agreed)
            evidence = evidence.replace(others_with_name=others)
            if self._recent is not None:
                evidence = self._recent.into(evidence, case.ticket, case.messages)
            evidence, more = self._screen.evidence(evidence) if self._screen else (evidence, ())
            letter = Letter(given, title, case.files, case.address)
            strange = (*self._strangers.words(letter, triage, evidence), *self._strangers.evidence(evidence))
        with watch.stage("memory"):
            if self._memory is not None:
                evidence = self._memory.recall(evidence, case.ticket, triage, vectors, words)
        return Understood(talk, theirs, words, said, title, triage, evidence, (*planted, *more, *strange))

    def _by_their_records(
        self,
        triage: Triage,
        evidence: Evidence,
        vectors: NDArray[np.float32],
        said: Sequence[Message],
        customer: BusinessRecord | None,
    ) -> tuple[Triage, Evidence]:
        """Where the customer has nothing that a goal could be about, or describes none of it, the task type that it may
        be instead, if they have or describe something for that: "another day" is one for a visit where no parcel is to
        come. Not where they name the thing: who writes of a visit and has none is told so, and no parcel is moved."""
        texts = [message.text for message in said if message.sender == "customer"]
        for number, goal in enumerate(triage.goals):
            task_type = self._knowledge.task_types.get(goal.task_type)
            if task_type is None or goal.told_by or not task_type.or_else or goal != triage.goals[number]:
                continue
            fits = not none_fits(number, triage, evidence, self._knowledge, self._today())
            if fits and describes(number, triage, evidence, texts, self._today()):
                continue
            for other in task_type.or_else:
                if fits and other in {one.task_type for one in triage.goals if one.sure}:
                    continue
                tried = instead(triage, number, other).at_levels(self._levels.now())
                read = self._retriever.gather(tried, vectors, said, customer)
                described = describes(number, tried, read, texts, self._today())
                if (fits and not described) or none_fits(number, tried, read, self._knowledge, self._today()):
                    continue
                if self._leaves_open("" if described else goal.quote, goal, other, texts):
                    triage, evidence = tried, read
                    break
        return triage if self._knowledge.company.foreign(triage.language) else borne_out(triage, evidence), evidence

    def _leaves_open(self, quote: str, goal: Goal, other: TaskTypeName, texts: Sequence[str]) -> bool:
        """Whether the words, all of them without a quote, may be of the other type as well and name no thing."""
        if any(names_only(text, goal.task_type, other, self._knowledge) for text in (goal.quote, *texts[-1:])):
            return False
        return self._triager.leaves_open(quote or "\n".join(texts), goal.task_type, other)

    def _bettered(self, case: ProposalInputs, built_in: Proposal, read: Understood) -> Proposal:
        """With what a language model adds, where a person looks at it: its steps are ruled on like any.

        None is asked about a ticket in which somebody gave it orders, or may have, nor to write to somebody who only
        claims to be the customer whose records it would be shown.
        """
        doubtful = any(finding.planted or finding.doubt for finding in built_in.findings)
        claimed = case.identity < PROVEN and built_in.evidence.customer is not None
        if self._drafter is None or doubtful or claimed or built_in.route in ("act", "person"):
            return built_in
        watch = StageWatch(dict(built_in.ms))
        with watch.stage("model"):
            made = self._drafter.draft(built_in, read.words)
        made = made.replace(ms=watch.ms)
        if made.steps == built_in.steps:
            return made
        triage, evidence = made.triage, made.evidence
        general = tuple(finding for finding in made.findings if finding.step is None)
        grounded = self._grounded(case, made.steps, read.words, triage, evidence, read.said)
        findings = (*general, *grounded.findings)
        rulings = self._rulings(case, grounded.steps, triage, evidence, findings, made.parts)
        route, why = self._route(triage, rulings, read.written)
        if route == "person":
            return built_in
        route, why = autonomy.not_alone(route, why, "A language model proposed steps, so a person looks at them")
        kept = {step.id: rulings[step.id] for step in grounded.steps}
        return made.replace(
            steps=grounded.steps, findings=findings, rulings=kept, route=route, why=why, reply_ruling=rulings[REPLY.id]
        )

    def _grounded(
        self,
        case: ProposalInputs,
        steps: Sequence[Step],
        words: Sequence[Message],
        triage: Triage,
        evidence: Evidence,
        said: Sequence[Message],
    ) -> grounding.Grounded:
        asked = {message.id for message in to_read(case.messages)}
        before = tuple(takewhile(lambda message: message.id not in asked, case.messages))
        times = self._triager.times
        made = grounding.ground(steps, words, triage, evidence, self._knowledge, self._today(), before, said, times)
        done = self._recent.steps_done(case.ticket) if self._recent is not None and steps else ()
        around = case.act_context(triage, evidence)
        found = (
            Finding(step=step.id, text=f"{why}.")
            for step in made.steps
            for why in self._authority.left_undone(step, around, done)[:1]
        )
        return made.replace(findings=(*made.findings, *found))

    def _today(self) -> date:
        return self._knowledge.company.today(self._clock())

    def _published(
        self,
        case: ProposalInputs,
        subject: str,
        words: Sequence[Message],
        triage: Triage,
        evidence: Evidence,
        noticed: Sequence[Finding],
    ) -> Answers | None:
        """Published words that answer all of it, or why none do; None where no goal is at the level for that.

        They are looked for last, where nothing else keeps them back.
        """
        if not any(goal.level == FAQ for goal in triage.goals):
            return None
        if noticed:
            return Answers(why_not=noticed[0].text)
        if case.files:
            return Answers(why_not="the customer sent files, which the copilot has not looked into")
        if self._answering is None or len(triage.goals) > 1 or triage.goals[0].told_by or triage.wants_person:
            return Answers(why_not="no article was looked for that answers all of it")
        if barred := self._authority.bars_any_answer(case.act_context(triage, evidence)):
            return Answers(why_not=f"{BARRED}: {barred}")
        return self._answering.of(subject, words, triage)

    def _rulings(
        self,
        case: ProposalInputs,
        steps: Sequence[Step],
        triage: Triage,
        evidence: Evidence,
        findings: Sequence[Finding],
        parts: Sequence[Part],
        answers: Sequence[PublicAnswer] = (),
    ) -> dict[StepId, Ruling]:
        """Of the steps, and of the reply that goes with them."""
        reply = reply_saying(" ".join(part.text for part in parts))
        around = replace(case.act_context(triage, evidence), findings=findings, answers=answers)
        return self._authority.rulings((*steps, reply), around)

    def _acknowledged(self, case: ProposalInputs, triage: Triage) -> Part | None:
        """Nothing where a program wrote in another language: it reads no thanks."""
        first = all(message.sender == "customer" for message in case.messages) and not from_program(case.messages)
        return planning.acknowledged(triage, self._knowledge.company, first=first)

    def _route(
        self, triage: Triage, rulings: dict[StepId, Ruling], words: Sequence[Message], published: Answers | None = None
    ) -> tuple[Route, str]:
        if why := wordless(words):
            return "person", why
        return autonomy.route(
            triage.goals,
            rulings,
            self._knowledge.task_types,
            foreign=self._knowledge.company.foreign(triage.language),
            wants_person=triage.wants_person,
            grave=triage.grave,
            unanswered=published.why_not if published else "nothing was looked up that answers it",
        )
