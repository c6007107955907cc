"""How far what we wrote has come, as the conversation shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.ports.channels import Channel
from cx_core.records import Message, MessageId
from cx_core.views.mailboxes import SendingShown


def sendings_of(messages: Sequence[Message], channel: Channel) -> dict[MessageId, SendingShown]:
    """By message: a reply's id is the key that it was sent under."""
    found = {one.id: channel.sending(one.id) for one in messages if one.sender != "customer"}
    return {
        id: SendingShown(
            key=sending.key,
            state=sending.state,
            words=sending.words,
            at=sending.settled_at,
            next_try=sending.next_try,
            can_retry=sending.can_retry,
        )
        for id, sending in found.items()
        if sending is not None
    }
