"""Whether an act lies inside the limits of its task type, and if not, why, in words for whoever gets it instead."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cx_core.records import Money, Perimeter
from cx_core.text.wording import say

NO_LIMITS = "nobody has set any"


@dataclass(frozen=True)
class LimitedAct:
    """What of an act limits speak of. `amount`: minor units that go out, None where it is not money out."""

    task_type: str
    customer: str
    tier: str
    channel: str
    identity: int
    quiet: bool
    upset: bool
    amount: int | None
    currency: str


def outside(limits: Perimeter | None, act: LimitedAct) -> str:
    """The first limit that the act is beyond; empty: it is inside all of them. What a day may take is counted later."""
    if limits is None:
        return NO_LIMITS
    if act.tier not in limits.tiers:
        return f"customers of the tier “{act.tier or 'unknown'}” are for people"
    if act.channel not in limits.channels:
        return f"what comes by {act.channel} is for people"
    if act.identity < limits.identity:
        return f"identity {act.identity}, and at least {limits.identity} is asked for"
    if act.quiet and not limits.any_hour:
        return "it is outside opening hours"
    if act.upset and not limits.upset:
        return "the customer is upset or in a hurry"
    if act.amount is not None and act.amount > limits.act_most:
        return f"{_money(act.amount, act)} is more than the {_money(limits.act_most, act)} of one act"
    if not in_share(act.customer, act.task_type, limits.share):
        return f"this customer is not among the {limits.share} % it is tried with"
    return ""


def beyond_day(most: int, amount: int, before: int, currency: str) -> str:
    """Why a day of `most` does not take this amount after what went out `before`; empty: it does. In minor units."""
    if amount + before <= most:
        return ""
    at_most, gone = (say(Money(minor=minor, currency=currency)) for minor in (most, before))
    return f"{gone} went out today, and the day takes at most {at_most}"


def in_share(customer: str, task_type: str, share: int) -> bool:
    """Whether this customer is among that many in a hundred: always the same ones, and others for other task types."""
    return int.from_bytes(sha256(f"{task_type}\n{customer}".encode()).digest()[:8], "big") % 100 < share


def _money(minor: int, act: LimitedAct) -> str:
    return say(Money(minor=minor, currency=act.currency))
