"""What a proposal lacks to be carried out without a person, where it is one thing that the customer can give."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cx_core.act.reply import reply_slots
from cx_core.catalogue import Knowledge
from cx_core.decide.policy.authority import Authority
from cx_core.decide.policy.reply_step import REPLY, reply_saying
from cx_core.ports import Clock
from cx_core.records import Consent, ConsentOffer, CustomerId, Money, Part, Proposal, Step, act_digest
from cx_core.service_rules.confirmed_identity import CONFIRMED
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.text.wording import say
from cx_core.workflows.proposal_inputs import ProposalInputs

Propose = Callable[[ProposalInputs], Proposal]
ASKS_CONSENT = "What cannot be undone is put to the customer first"
_NAME = re.compile(r"\{([a-z_]+)\}")


class CustomerAsk(NamedTuple):
    """What to ask the customer for: a code, or a yes to an offer, which the proposal with it puts to them."""

    code: bool = False
    offer: ConsentOffer | None = None
    proposal: Proposal | None = None


class Lacking:
    """Makes the proposal once more with what the customer could give, and looks whether it would go alone then.

    It only ever says what may be asked for: what is given is looked at again when the proposal is made with it.
    """

    def __init__(self, propose: Propose, knowledge: Knowledge, authority: Authority, clock: Clock) -> None:
        self._propose, self._authority, self._clock = propose, authority, clock
        self._knowledge, self._company = knowledge, knowledge.company

    def of(self, case: ProposalInputs, made: Proposal) -> CustomerAsk:
        """What this proposal for the case lacks; nothing where a person has to look at it for another reason."""
        if not self._near(made):
            return CustomerAsk()
        given = self._propose(replace(case, supposing=True))
        if given.route == "act":
            return self._asking(case, given)
        if self._company.one_time_code is None or case.identity >= CONFIRMED:
            return CustomerAsk()
        known = self._propose(replace(case, supposing=True, identity=CONFIRMED))
        return CustomerAsk(code=known.route == "act" and all(map(self._can_be_put, self._final(known))))

    def _near(self, made: Proposal) -> bool:
        """Whether the levels let it go alone, and a person has it for another reason; costs nothing to find out."""
        goals = made.triage.goals
        levels = all(goal.level >= ALONE and goal.sure and not goal.told_by for goal in goals)
        return made.route in ("advisor", "supervisor") and bool(goals) and levels

    def _final(self, given: Proposal) -> tuple[Step, ...]:
        """The steps that cannot be undone."""
        return tuple(step for step in given.steps if not given.rulings[step.id].facts.get("reversible"))

    def _can_be_put(self, step: Step) -> bool:
        return self._company.consent is not None and bool(self._knowledge.actions[step.action].final)

    def _asking(self, case: ProposalInputs, given: Proposal) -> CustomerAsk:
        """The proposal that puts the one step to the customer, and does nothing; none where it cannot be put."""
        final, customer, consent = self._final(given), given.evidence.customer, self._company.consent
        if len(final) != 1 or not self._can_be_put(final[0]) or customer is None or consent is None:
            return CustomerAsk()
        (step,), action = final, self._knowledge.actions[final[0].action]
        minor = given.rulings[step.id].facts.get("amount")
        if minor is not None and (not isinstance(minor, int) or minor < 0):
            return CustomerAsk()
        amount = say(Money(minor=minor, currency=self._company.currency)) if minor else ""
        now = self._clock()
        until = now + timedelta(hours=consent.hours)
        act = _filled(action.offer, step)
        values = {
            "act": act,
            "money": consent.money.replace("{amount}", amount) if amount else "",
            "final": _filled(action.final, step),
            "until": _day_and_time(until.astimezone(ZoneInfo(self._company.timezone))),
        }
        words = " ".join(_NAME.sub(lambda match: values.get(match[1], ""), consent.text).split())
        offer = ConsentOffer(
            ticket=case.ticket,
            version=case.version,
            customer=CustomerId(customer.id),
            step=Consent(act=act_digest(step), amount=minor),
            act=act,
            amount=amount,
            words=words,
            identity=case.identity,
            at=now,
            until=until,
        )
        proposal = self._putting(case, given, step, words)
        return CustomerAsk(offer=offer, proposal=proposal) if proposal is not None else CustomerAsk()

    def _putting(self, case: ProposalInputs, given: Proposal, step: Step, words: str) -> Proposal | None:
        """It says these words and does nothing, if the policies let the copilot say them."""
        part = Part(goal=step.goal, case="consent", text=words, asks=True)
        around = case.act_context(given.triage, given.evidence)
        ruling = self._authority.rulings((reply_saying(words),), around)[REPLY.id]
        if ruling.answer != "allow":
            return None
        reply = reply_slots.compose((part,), self._company, given.evidence.customer, given.frame, alone=True)
        lines = tuple(line.replace(state="asks") for line in given.lines)
        made: dict[str, object] = {
            "steps": (),
            "rulings": {},
            "parts": (part,),
            "lines": lines,
            "reply": reply,
            "reply_ruling": ruling,
        }
        return given.replace(**(made | {"why": ASKS_CONSENT}))


def _filled(template: str, step: Step) -> str:
    values = {name: say(value) for name, value in step.values().items()}
    return _NAME.sub(lambda match: values.get(match[1], ""), template)


def _day_and_time(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B, %H:%M}"
