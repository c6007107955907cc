"""What a proposal is made from: the ticket's words, and what the stages read them to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cx_core.decide.policy.act_context import ActContext
from cx_core.decide.policy.conversation_facts import conversation
from cx_core.records import (
    Attachment,
    Channel,
    Consent,
    Direction,
    Evidence,
    Finding,
    Goal,
    Message,
    TaskTypeName,
    Ticket,
    TicketId,
    Triage,
)
from cx_core.service_rules.auto_send_checks import Whom
from cx_core.service_rules.unread_messages import of_the_matter, to_read
from cx_core.understand.open_question import OpenTalk


@dataclass(frozen=True)
class Understood:
    """A case as it was read, and what was looked up.

    `written` is what the customer wrote that is still open; `words` the newest of it, without what was planted there;
    `said` all of it so, with what they took up of our questions.
    """

    talk: OpenTalk
    written: tuple[Message, ...]
    words: tuple[Message, ...]
    said: tuple[Message, ...]
    title: str
    triage: Triage
    evidence: Evidence
    noticed: tuple[Finding, ...]


@dataclass(frozen=True)
class ProposalInputs:
    """The words, who wrote, and how well we know them."""

    ticket: TicketId
    subject: str
    messages: tuple[Message, ...]
    address: str
    identity: int
    channel: Channel
    version: int = 1
    first_step: int = 1
    direction: Direction | None = None
    learnt: TaskTypeName | None = None
    """A task type that is only tried, to be read as if its examples were learnt."""
    known: tuple[Goal, ...] = ()
    """What was read in tickets that were merged into this one."""
    files: tuple[str, ...] = ()
    """Names of what came with the words that are not answered yet."""
    consents: tuple[Consent, ...] = ()
    """What the customer has said yes to, as it was put to them."""
    supposing: bool = False
    """As if they had said yes to all; see `Lacking`."""
    read: int = 0
    """How many messages the ticket has, those that are not about the matter too; 0: as many as `messages`."""

    def act_context(self, triage: Triage, evidence: Evidence) -> ActContext:
        """What stands around an act that is proposed for this case."""
        return ActContext(
            triage=triage,
            evidence=evidence,
            identity=self.identity,
            channel=self.channel,
            heard=conversation(self.messages),
            whom=Whom(self.ticket, self.address, self.messages),
            consents=self.consents,
            supposing=self.supposing,
        )

    @classmethod
    def of(
        cls,
        ticket: Ticket,
        messages: tuple[Message, ...],
        version: int,
        first_step: int = 1,
        attached: Sequence[Attachment] = (),
        known: tuple[Goal, ...] = (),
        identity: int | None = None,
    ) -> ProposalInputs:
        """The ticket as of these messages, for this version of its proposal. `identity`: as it is known now; without it
        as the channels vouch for it."""
        new = {message.id for message in to_read(messages)}
        return cls(
            ticket=ticket.id,
            subject=ticket.subject,
            messages=of_the_matter(messages),
            read=len(messages),
            address=ticket.address,
            identity=ticket.identity if identity is None else identity,
            channel=ticket.channel,
            version=version,
            first_step=first_step,
            direction=_of_the_matter(ticket.direction, messages),
            known=known,
            files=tuple(one.name for one in attached if one.message in new),
        )


def _of_the_matter(direction: Direction | None, messages: Sequence[Message]) -> Direction | None:
    """Counted in the messages that are about the matter."""
    if direction is None:
        return None
    return direction.replace(messages=len(of_the_matter(messages[: direction.messages])))
