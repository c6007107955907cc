"""What stands around an act when the policy is asked about it: the same for every step of a proposal, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cx_core.decide.policy.conversation_facts import Heard
from cx_core.records import Consent, Evidence, Finding, PublicAnswer, Triage
from cx_core.service_rules.auto_send_checks import Whom


@dataclass(frozen=True)
class ActContext:
    """`identity` and `channel` are the ticket's. `answers` are the published words that the reply is made of, `whom` it
    goes to; without the one it is no published answer, and without the other it is never let go alone.
    """

    triage: Triage
    evidence: Evidence
    identity: int
    channel: str
    heard: Heard
    findings: Sequence[Finding] = ()
    answers: Sequence[PublicAnswer] = ()
    whom: Whom | None = None
    consents: Sequence[Consent] = ()
    """What the customer has said yes to, as it was put to them; each counts for exactly that act."""
    supposing: bool = False
    """As if they had said yes to all: to find out what is worth asking. Nothing is done on it."""
