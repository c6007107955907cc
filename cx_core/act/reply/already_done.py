"""Paragraphs of a draft that speak of what was done for the customer lately: they say so, and never deny it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from cx_core.act.reply.act_claims import claims
from cx_core.act.reply.redrafting import holds_words, writes
from cx_core.catalogue import Knowledge, action_of
from cx_core.records import BusinessRecord, Evidence, Finding, Part, RecentAct, Step, TicketId, Triage
from cx_core.text.wording import say

SAYS_SO = "The draft says so: check that it answers what is asked now."


def telling_what_was_done(
    parts: Sequence[Part],
    steps: Iterable[Step],
    triage: Triage,
    evidence: Evidence,
    ticket: TicketId,
    knowledge: Knowledge,
) -> tuple[tuple[Part, ...], tuple[Finding, ...]]:
    """Paragraphs that plan nothing begin with what was done about the same matter; and a finding for each such act.

    One that denies an act gives way to what was done: whatever else it says was said for that reason.
    """
    busy = {step.goal for step in steps}
    told, acts = list[Part](), dict[str, RecentAct]()
    for part in parts:
        about = (
            []
            if part.goal in busy or part.goal >= len(triage.goals)
            else _about(part, triage, evidence, ticket, knowledge)
        )
        if not about:
            told.append(part)
            continue
        said = " ".join(dict.fromkeys(act.told for act in about if not _tells_itself(part, act, knowledge)))
        acts |= {act.words: act for act in about}
        false = any(denied(part.text, [act], knowledge) for act in about)
        note = " ".join(f"{act.words}." for act in about)
        notes = (note,) if false else (note, part.note)
        texts = (said,) if false else (said, part.text)
        told.append(part.replace(text=" ".join(filter(None, texts)), note=" ".join(filter(None, notes))))
    return tuple(told), tuple(_finding(act, ticket) for act in acts.values())


def denied(text: str, acts: Collection[RecentAct], knowledge: Knowledge) -> tuple[tuple[str, RecentAct], ...]:
    """Each sentence that says that none of what an act did was done, with the act."""
    able = {name: spec for name, spec in writes(knowledge).items() if name in {act.action for act in acts}}
    return tuple(
        (claim.sentence, act)
        for claim in (claims(text, able) if able else ())
        if claim.denied
        for act in acts
        if act.action in claim.actions
    )


def done_words(act: RecentAct, ticket: TicketId) -> str:
    """ "Refunded £100.00 of payment P-21 on 23 November (T-8)", without the ticket where it is this one."""
    where = "" if act.ticket == ticket else f" ({act.ticket})"
    return f"{act.words} on {say(act.at.date().isoformat())}{where}"


def _about(part: Part, triage: Triage, evidence: Evidence, ticket: TicketId, knowledge: Knowledge) -> list[RecentAct]:
    """The acts that this goal could ask for, or that were done on this ticket, to a record that it is about."""
    task_type = knowledge.task_types.get(triage.goals[part.goal].task_type)
    own = {spec.action for spec in task_type.steps} if task_type else set()
    meant = {record.id for record in _meant(part.goal, evidence)}
    return [
        act
        for act in evidence.recent
        if act.told and not act.over and (act.action in own or act.ticket == ticket) and not meant.isdisjoint(act.refs)
    ]


def _tells_itself(part: Part, act: RecentAct, knowledge: Knowledge) -> bool:
    """Whether a paragraph tells of an act: it names the return or replacement that was made, and does not deny it."""
    if denied(part.text, [act], knowledge):
        return False
    made = [act.fields.get(name) for name in action_of(knowledge.actions, act.action).told_by.made]
    return any(isinstance(id, str) and holds_words(part.text, id) for id in made)


def _meant(goal: int, evidence: Evidence) -> list[BusinessRecord]:
    """The records that a goal is about; where none stands out, all that were read for it."""
    read = [lookup for lookup in evidence.lookups if lookup.goal == goal]
    chosen = [record for lookup in read for record in lookup.records]
    return chosen or [record for lookup in read for record in lookup.others]


def _finding(act: RecentAct, ticket: TicketId) -> Finding:
    return Finding(step=None, text=f"{done_words(act, ticket)}. {SAYS_SO}")
