"""What is noticed about a proposal that is made, whoever wrote it, and what follows: a person looks at it."""

from __future__ import annotations

from cx_core.act.reply import tone
from cx_core.catalogue import Company, Knowledge
from cx_core.decide import autonomy
from cx_core.records import Finding, Proposal
from cx_core.service_rules.unread_messages import from_program, unanswered
from cx_core.workflows.proposal_inputs import ProposalInputs

BARRED = "the policy keeps it back"
"""Begins why no published words are looked for, where policies let none leave alone."""


def noticed(case: ProposalInputs, made: Proposal, company: Company) -> Proposal:
    """With findings about how it sounds, the customer's files and who wrote."""
    return _with_program(case, _with_files(case, _heard(made, company)))


def _heard(made: Proposal, company: Company) -> Proposal:
    """With what does not sound like the company. Such a draft goes out by a person only."""
    foreign = any(part.whole for part in made.parts)
    heard = tone.remarks(made.reply.text, company, letter=made.frame.letter) if made.reply and not foreign else ()
    if not heard:
        return made
    findings = (*made.findings, *(Finding(step=None, text=text) for text in heard))
    return looked_at(made.replace(findings=findings), heard[0])


def _with_files(case: ProposalInputs, made: Proposal) -> Proposal:
    """The copilot does not look into files, so it says that they are there, and never acts alone where some are."""
    if not case.files:
        return made
    several = "a file" if len(case.files) == 1 else f"{len(case.files)} files"
    finding = Finding(step=None, text=f"The customer sent {several}, which the copilot has not looked into.")
    return looked_at(made.replace(findings=(finding, *made.findings)), finding.text)


def _with_program(case: ProposalInputs, made: Proposal) -> Proposal:
    """Whoever reads it is told that no person may have written it."""
    shown = from_program(unanswered(case.messages))
    if not shown:
        return made
    finding = Finding(
        step=None, text=f"This looks like an automated message ({shown}), so it will not be answered automatically."
    )
    return made.replace(findings=(finding, *made.findings))


def looked_at(made: Proposal, because: str) -> Proposal:
    """A proposal that does not go alone `because`; an answer of published words is no draft then, as at level 0."""
    route, why = autonomy.not_alone(made.route, made.why, because)
    if not made.answers:
        return made.replace(route=route, why=why)
    return made.replace(
        parts=(), answers=(), reply=None, reply_ruling=None, route="person", why=f"A person answers: {because}"
    )


def in_doubt(made: Proposal, why: str, knowledge: Knowledge) -> Proposal:
    """A proposal for a person, without steps and draft, where somebody else may be writing; no `why`: as it is."""
    if not why:
        return made
    code = knowledge.company.one_time_code
    matter = knowledge.task_types.get(code.denied) if code is not None and code.denied is not None else None
    advice = f"{why}. {matter.title}: {matter.next_step}" if matter is not None else f"{why}."
    kept = tuple(one for one in made.findings if one.step is None and one.text != advice)
    return made.replace(
        steps=(),
        rulings={},
        parts=(),
        answers=(),
        reply=None,
        reply_ruling=None,
        findings=(Finding(step=None, text=advice), *kept),
        route="person",
        why=why,
    )
