"""The rules as people see them: in words and in Cedar, and what each decided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from cx_core.act import step_cards
from cx_core.decide.policy.kept_facts import asked_of, facts_again
from cx_core.decide.policy.policy_facts import SUMS
from cx_core.decide.policy.reply_step import OWN_ACTS, REPLY, spec_of
from cx_core.decide.policy.ruling_explanation import against, askers
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import KnowledgeError
from cx_core.ports.policies import PolicyShelf
from cx_core.records import Person, Proposal, Ruling, Step, TicketId
from cx_core.views import Refusal
from cx_core.views.policy_views import (
    DAYS,
    Decided,
    PoliciesView,
    PolicyFile,
    PolicyRule,
    PolicySet,
    RuledStep,
    RulingExplained,
    Tally,
)

MOST = 5_000
"""Proposals that are counted, newest first."""
EXAMPLES = 5
_GROUPS = {"writes": "every act on a business system", "money_out": "money going out"}
_TITLE = re.compile(r"[_\W]+")


class PolicyService(Service):
    """Supervisors may read; only administrators change anything."""

    def in_force(self, person: Person) -> PoliciesView:
        """The rules in force. Those of a broken policy are there as far as they could be read."""
        allow(person, *LEADS)
        shelf = self._policies()
        active, set = shelf.now()
        with self._store.look() as unit:
            made = next((one for one in unit.policies.all() if one.id == set), None)
        files = made.files if made else shelf.shipped()
        return PoliciesView(
            name=made.name if made else "As shipped",
            version=active.version,
            since=made.activated_at if made else None,
            trouble=active.trouble,
            files=grouped(active.contents, {**files, **shelf.made(files)}),
            acts=self._acts(),
            behind=behind(made, shelf),
        )

    def tally(self, person: Person) -> Tally:
        """What each rule decided, from the rulings on the steps of proposals and on their replies."""
        allow(person, *LEADS)
        ruled = self._store.ruled(self._clock() - timedelta(days=DAYS), MOST)
        by_rule: dict[str, list[RuledStep]] = defaultdict(list)
        for one in ruled:
            for rule in one.ruling.policies:
                by_rule[rule].append(one)
        proposals = {(one.ticket, one.version) for one in ruled}
        return Tally(
            rulings=len(ruled),
            by_rule={rule: _decided(named) for rule, named in by_rule.items()},
            cut=len(proposals) >= MOST,
        )

    def rulings_on(self, person: Person, ticket_id: TicketId) -> tuple[RulingExplained, ...] | Refusal:
        """The rulings on the steps of a ticket's plan and on its reply, explained by the rules in force now."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            veiled = self._veiled(unit, ticket) if ticket else None
        if ticket is None or veiled is not None:
            return veiled or Refusal(code="stale", text="There is no such ticket.")
        if proposal is None or not (proposal.rulings or proposal.reply_ruling):
            return Refusal(code="stale", text="Its plan has no steps and no reply is drafted, so nothing was ruled.")
        ruled = [(step, proposal.rulings[step.id]) for step in proposal.steps if step.id in proposal.rulings]
        ruled += [(REPLY, proposal.reply_ruling)] if proposal.reply_ruling else []
        return tuple(self._explained(proposal, step, ruling) for step, ruling in ruled)

    def _explained(self, proposal: Proposal, step: Step, ruling: Ruling) -> RulingExplained:
        active, spec = self._policies().active, spec_of(self._knowledge.actions, step.action)
        facts = facts_again(ruling.facts, asked_of(active.contents, step.action), spec)
        answers = askers(step.action, facts, active) if facts and not active.trouble else ()
        return RulingExplained(
            ruled=RuledStep(
                ticket=proposal.ticket,
                version=proposal.version,
                step=step.id,
                action=step.action,
                ruling=ruling,
                at=proposal.made_at,
            ),
            title=spec.title,
            words=step_cards.words(step, spec, None),
            currency=self._knowledge.company.currency,
            same_rules=active.version == ruling.policy_version,
            kept=facts is not None,
            sums=SUMS | facts.sums if facts else SUMS,
            askers=answers,
            against=against(step.action, facts, active, active.contents, answers) if facts else (),
        )

    def _acts(self) -> dict[str, str]:
        titles = {str(spec.name): spec.title for spec in self._knowledge.actions.values() if spec.kind == "write"}
        return titles | _GROUPS | {str(spec.name): spec.title for spec in OWN_ACTS}


def behind(made: PolicySet | None, shelf: PolicyShelf) -> tuple[str, ...]:
    """Files of the knowledge folder that were changed, added or taken away since this set was put in force."""
    if made is None or not made.folder:
        return ()
    try:
        now = digests(shelf.shipped())
    except KnowledgeError:
        now = {}
    return tuple(sorted(name for name in made.folder.keys() | now.keys() if made.folder.get(name) != now.get(name)))


def digests(files: Mapping[str, str]) -> dict[str, str]:
    return {name: sha256(text.encode()).hexdigest() for name, text in files.items()}


def _decided(named: Sequence[RuledStep]) -> Decided:
    count = {answer: sum(1 for one in named if one.ruling.answer == answer) for answer in ("allow", "ask", "deny")}
    tickets: Iterable[TicketId] = dict.fromkeys(one.ticket for one in named)
    return Decided.model_validate({**count, "examples": tuple(tickets)[:EXAMPLES]})


def grouped(rules: Sequence[PolicyRule], files: Mapping[str, str]) -> tuple[PolicyFile, ...]:
    """Rules by their file, with what the file says of itself."""
    return tuple(
        PolicyFile(
            name=name, title=_title(name), about=_about(text), rules=tuple(rule for rule in rules if rule.file == name)
        )
        for name, text in sorted(files.items())
        if name.endswith(".cedar")
    )


def _title(name: str) -> str:
    words = _TITLE.sub(" ", name.removesuffix(".cedar")).strip()
    return words.lstrip("0123456789 ").capitalize() or words


def _about(text: str) -> str:
    """The comment a file begins with, in one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return " ".join(line for line in lines if line)
