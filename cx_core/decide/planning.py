"""Goals and evidence in, a plan and what to say out, from the cases of each task type.

The small language of cases is described in `catalogue`: lookups are named, conditions count or
compare them, steps take their arguments from them, and each argument keeps its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cx_core.catalogue import ActionSpec, Case, Company, Knowledge, StepSpec, TaskType
from cx_core.decide.conflicting_goals import answered_by, disagreement, left_open
from cx_core.decide.holding.held_steps import ENDED_OR_MOVED, KEPT, held
from cx_core.decide.item_remedies import shares
from cx_core.decide.own_words.call_topic import call_topic
from cx_core.decide.own_words.reason_given import reason_given
from cx_core.decide.own_words.said_values import said_values
from cx_core.decide.own_words.tried_advice import tried
from cx_core.decide.own_words.words_to_pass_on import words_to_pass_on
from cx_core.decide.remedies import as_sought, remedies_of, remedies_said
from cx_core.decide.situation import PLACE, Situation, label
from cx_core.decide.strict_wishes import this_or_nothing
from cx_core.decide.wished_day import wished_day
from cx_core.decide.wished_hours import wished_hours
from cx_core.records import (
    ActionName,
    Argument,
    Citation,
    Evidence,
    Finding,
    GoalLine,
    Message,
    MessageId,
    Option,
    Part,
    Passage,
    Record,
    Source,
    SpokenHours,
    Step,
    StepId,
    TaskTypeName,
    Triage,
)
from cx_core.text.wording import without_tables

PERHAPS = 0.5
"""Probability from which a goal that is not sure is planned for, if none is sure: a person sees that it is not."""
UNKNOWN_SENDER = "unknown_sender"
"""The case of whoever wants something done and is no customer we know: nothing is, and they are asked who they are."""

ACKNOWLEDGED = "acknowledged"
"""The case of what is grave or in another language: sentences that say who answers, and nothing that is done."""

UNPROVEN = "unproven_sender"
"""The case of whoever only claims to be a customer and would be told, or have done, what is that customer's alone."""

ASKED = "asked_in_general"
"""The case of a question about what a task type does, where none of its cases answers one."""

ANSWERED = "answered_in_general"
"""The case of a question that a published passage answers, whatever its task type does otherwise."""

NO_CASE = "no_case"
"""The case of a goal that none of its task type's cases is for: a person goes on with it."""


class Plan(Record):
    """What planning made: steps in order, a part per goal, and what was read but cannot go with the rest.

    `wanted` are the numbers of the goals that it is a plan for; `lines` say what becomes of every goal.
    """

    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    findings: tuple[Finding, ...] = ()
    wanted: tuple[int, ...] = ()
    lines: tuple[GoalLine, ...] = ()


def acknowledged(triage: Triage, company: Company, *, first: bool = True) -> Part | None:
    """What is said before a person answers: of something grave, or in a language that is not served.

    `first`: we have not written yet. That somebody who speaks their language will answer is said once.
    """
    if company.foreign(triage.language):
        ours = company.acknowledged_in.get(triage.language) if first else None
        return Part(goal=0, case=ACKNOWLEDGED, text=ours.message, hands_on=True, whole=True) if ours else None
    text = company.acknowledges(triage.grave, named=triage.grave_named)
    nameless = triage.grave in company.nameless
    return Part(goal=0, case=ACKNOWLEDGED, text=text, hands_on=True, nameless=nameless) if text else None


def plan(
    triage: Triage,
    evidence: Evidence,
    knowledge: Knowledge,
    today: date,
    first_step: int = 1,
    said: Sequence[Message] = (),
    *,
    proven: bool = True,
    talk: Sequence[Message] = (),
) -> Plan:
    """One plan over all goals that go together. Steps are named s1, s2, ... from `first_step` on.

    `said` are the messages that the triage read, `talk` all of the conversation. `proven`: somebody vouches for it that
    the sender is the customer; else nothing of the customer's records is told or changed, and they are asked to show
    who they are.
    """
    certain = any(goal.sure for goal in triage.goals)
    wanted = {
        number: knowledge.task_types[goal.task_type]
        for number, goal in enumerate(triage.goals)
        if goal.task_type in knowledge.task_types and (goal.sure or (not certain and goal.probability >= PERHAPS))
        if not knowledge.task_types[goal.task_type].people_only
    }
    findings: list[Finding] = []
    while True:
        made, asked = _together(wanted, triage, evidence, knowledge, today, first_step, said, proven, talk)
        aside = disagreement(made.steps, triage.goals, knowledge.actions) or left_open(
            made.steps, asked, triage.goals, knowledge.actions
        )
        if aside is None:
            return made.replace(findings=tuple(findings), wanted=tuple(wanted))
        left, kept = wanted.pop(aside.goal), wanted[aside.instead_of_it]
        if any(step.goal == aside.instead_of_it for step in made.steps):
            findings.append(Finding(step=None, text=_aside(left, kept, aside.record)))


def _aside(left: TaskType, kept: TaskType, record: str) -> str:
    return (
        f"Read as “{left.title}” and as “{kept.title}”, which cannot both be done to {record}. "
        f"Planned is “{kept.title}”: correct it if the other was meant."
    )


def _together(
    wanted: Mapping[int, TaskType],
    triage: Triage,
    evidence: Evidence,
    knowledge: Knowledge,
    today: date,
    first_step: int,
    said: Sequence[Message],
    proven: bool,
    talk: Sequence[Message],
) -> tuple[Plan, list[Step]]:
    """The plan, and the steps of which it is asked whether their record is to be ended instead."""
    texts = {message.id: message.text for message in said}
    steps: list[Step] = []
    asked: list[Step] = []
    parts: list[Part] = []
    covered: set[TaskTypeName] = set()
    own_articles = {article for one in knowledge.task_types.values() for article in one.articles}
    remedies = remedies_said(triage.said, texts, knowledge.actions)
    heard = {at: remedies_of(remedies, {one.name for n, one in wanted.items() if n != at}) for at in wanted}
    only = this_or_nothing(triage, texts)
    each = (
        (number, task_type, share)
        for number, task_type in wanted.items()
        for share in shares(number, task_type, evidence, triage.said, texts, knowledge.actions, heard[number].asked_for)
    )
    for number, task_type, share in each:
        goal = as_sought(triage.goals[number], task_type, triage.said, texts, knowledge.actions)
        situation = Situation(
            number,
            goal,
            triage,
            share.evidence,
            task_type,
            today,
            own_articles,
            share.remedies,
            tried(task_type, triage.said, texts),
            _holidays(knowledge),
            only,
            call_topic(triage, goal.task_type, texts),
            _hours(triage, goal.task_type, texts, today, knowledge),
            words_to_pass_on(triage, number, texts),
            said_values(task_type.said, triage.said, texts),
            reason_given(talk, share.evidence),
            heard[number].plainly,
        )
        case = next((case for case in task_type.cases if situation.holds(case)), None)
        other = _said_instead(situation, case, number, knowledge.company, proven)
        if other is not None:
            if other.case not in (KEPT, UNKNOWN_SENDER, UNPROVEN) or not any(part.case == other.case for part in parts):
                parts.append(other)
            continue
        if case is None:
            parts.append(Part(goal=number, case=NO_CASE, text="", hands_on=True))
            continue
        made = _steps(case, situation, knowledge.actions, number, first_step - 1 + len(steps))
        if (holding := held(made, situation, said, knowledge)) is not None:
            parts += [holding] if all(part.note != holding.note for part in parts) else []
            asked += made if holding.case == ENDED_OR_MOVED else []
            continue
        if made and all(_repeats(step, steps) for step in made):
            continue
        steps += made
        covered |= set(case.covers)
        parts.append(_part(case, situation, made, number))
    busy = {step.goal for step in steps}
    idle = {number: one for number, one in wanted.items() if number not in busy}
    meant = answered_by(idle, steps, triage, evidence, knowledge.actions, texts)
    cases = {number: {case.name for case in one.cases if not case.hands_on} for number, one in idle.items()}
    left = [part for part in parts if part.goal not in meant or part.case not in cases[part.goal]]
    kept = [part for part in left if part.goal in busy or wanted[part.goal].name not in covered]
    return Plan(steps=tuple(steps), parts=tuple(kept)), asked


def _hours(
    triage: Triage, task_type: TaskTypeName, texts: Mapping[MessageId, str], today: date, knowledge: Knowledge
) -> SpokenHours | None:
    day = wished_day(triage.times, today, _holidays(knowledge))
    return wished_hours(triage, task_type, texts, day[1] if day else None)


def _holidays(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(knowledge.company.service_levels.holidays)


def _repeats(step: Step, others: Sequence[Step]) -> bool:
    """Whether the same is done to the same already, for another goal."""
    return any(
        other.action == step.action
        and all(one.value == other.values().get(one.name) for one in step.arguments if one.source.kind == "record")
        for other in others
    )


def in_order(steps: Sequence[Step], actions: Mapping[ActionName, ActionSpec]) -> tuple[Step, ...]:
    """Dependencies hold; among independent steps the reversible go first (then as planned)."""
    left, done, ordered = list(steps), set[StepId](), list[Step]()
    present = {step.id for step in steps}
    while left:
        ready = [step for step in left if all(id in done or id not in present for id in step.after)]
        if not ready:  # a circle cannot come from a task type; an approval never makes one
            raise ValueError("steps wait for each other in a circle")
        first = min(ready, key=lambda step: not actions[step.action].reversible)
        left.remove(first)
        done.add(first.id)
        ordered.append(first)
    return tuple(ordered)


def _steps(
    case: Case, situation: Situation, actions: Mapping[ActionName, ActionSpec], goal: int, before: int
) -> list[Step]:
    made: list[Step] = []
    for spec in case.steps:
        after = tuple(step.id for step in made if step.action in spec.after)
        arguments = tuple(
            _argument(name, spec, situation, actions[spec.action]) for name in actions[spec.action].arguments
        )
        id = StepId(f"s{before + len(made) + 1}")
        made.append(Step(id=id, goal=goal, action=spec.action, arguments=arguments, after=after))
    return made


def _argument(name: str, spec: StepSpec, situation: Situation, action: ActionSpec) -> Argument:
    place = spec.arguments.get(name)
    value, source = situation.value(place) if place else (None, Source(kind="none"))
    options: tuple[Option, ...] = ()
    if name in spec.options:
        options = tuple(
            Option(value=record.id, label=label(record), source=Source(kind="record", ref=record.ref, field="id"))
            for record in situation.all_records(spec.options[name])
        )
    return Argument(name=name, value=value, source=source, options=options)


def _said_instead(
    situation: Situation,
    case: Case | None,
    goal: int,
    company: Company,
    proven: bool,
) -> Part | None:
    """What is said where a case is not taken: what they keep or ask about, and who they are."""
    wish = situation.goal
    if situation.answer is not None and not _better_than_words(case, situation.evidence):
        return _answered(situation.answer, goal)
    if wish.polarity == "kept" and company.kept:
        return Part(goal=goal, case=KEPT, text=company.kept.strip())
    if case is None:
        return _asked(situation, company, goal) if wish.polarity == "asked" else None
    if case.steps and situation.evidence.customer is None and company.unknown_sender:
        return Part(goal=goal, case=UNKNOWN_SENDER, text=company.unknown_sender.strip(), asks=True)
    if not proven and situation.evidence.customer is not None and (case.steps or _tells(case, situation)):
        text = (company.unproven or company.unknown_sender).strip()
        return Part(goal=goal, case=UNPROVEN, text=text, asks=bool(text), hands_on=not text)
    return None


def _tells(case: Case, situation: Situation) -> bool:
    """Whether a case rests on the customer's own records, or its words hold anything of them."""
    names = {match[1] for match in PLACE.finditer(case.reply)} | {name.partition(".")[0] for name in case.when}
    return any(record.customer or record.kind == "customer" for name in names for record in situation.all_records(name))


def _better_than_words(case: Case | None, evidence: Evidence) -> bool:
    """Whether a question asked in general gets more from this case than from the passage that answers it: something is
    done or told about the customer's own records, or the case quotes an article itself."""
    if case is None or not case.settles:
        return False
    return bool("{article." in case.reply or (evidence.customer is not None and (case.steps or "{" in case.reply)))


def _answered(passage: Passage, goal: int) -> Part:
    return Part(
        goal=goal,
        case=ANSWERED,
        text=without_tables(passage.text.strip()),
        note=f"Article: {passage.title}.",
        citations=(_cited(passage),),
    )


def _asked(situation: Situation, company: Company, goal: int) -> Part:
    """The passage that is found for it; a person answers where there is none."""
    if situation.article is not None:
        return _answered(situation.article, goal)
    return Part(goal=goal, case=ASKED, text=company.asked.strip(), hands_on=True)


def _cited(passage: Passage) -> Citation:
    return Citation(ref=f"article/{passage.article}", title=passage.title, quote=passage.text[:300])


def _part(case: Case, situation: Situation, steps: Sequence[Step], goal: int) -> Part:
    slots = {str(step.action): step.id for step in steps}
    citations = []
    if "{article." in case.reply and situation.article is not None:
        citations.append(_cited(situation.article))
    seen: set[str] = set()
    for name in {match[1] for match in PLACE.finditer(case.reply)} - set(slots):
        for record in situation.records(name)[:1]:
            if record.ref not in seen and record.kind != "customer":
                seen.add(record.ref)
                citations.append(Citation(ref=record.ref, title=f"{record.kind.capitalize()} {record.id}"))
    return Part(
        goal=goal,
        case=case.name,
        text=situation.fill(case.reply, slots).strip(),
        note=situation.fill(case.note, {}).strip(),
        citations=tuple(sorted(citations, key=lambda citation: citation.ref)),
        asks=case.asks,
        hands_on=case.hands_on,
    )
