"""Two hundred damaged mails: each is read or set apart within one look at the mailbox, and the next is in at once."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from cx_core.desk.channels.mail_intake import TRIES
from tests.integration.mail.mail_hand import MailHand, mail
from tests.scripted import MARIA

MUTATED, SECONDS = 200, 5.0
_JUNK = (
    b"\x00",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"=?utf-8?b?",
    b"Content-Type: multipart/mixed; boundary=",
    b"--",
    b'"',
    b"<>",
)


def mutated(dice: random.Random, number: int) -> bytes:
    """A sound mail with some bytes cut, doubled or put in; whatever follows SMTP's rules of lines."""
    raw = bytearray(mail(f"Number {number}.", id=f"<m{number}@example.com>", sender=f"m{number}@example.com"))
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(raw))
        match dice.randrange(4):
            case 0:
                del raw[at : at + dice.randint(1, 40)]
            case 1:
                raw[at:at] = dice.choice(_JUNK) * dice.randint(1, 50)
            case 2:
                raw[at:at] = raw[max(0, at - 30) : at] * dice.randint(1, 20)
            case _:
                raw[at] = dice.randrange(256)
    return bytes(raw) or b"x"


@pytest.mark.slow
def test_that_damaged_mails_are_read_or_set_apart_at_once_and_the_next_is_taken(hand: MailHand) -> None:
    dice = random.Random(19)
    with hand.server.signed_in(hand.mailbox.user) as client:
        for number in range(MUTATED):
            client.append("INBOX", mutated(dice, number))
    hand.fetch()
    states = Counter(one.state for one in hand.arrived())
    assert set(states) <= {"taken", "apart", "ended"}, states
    assert states["taken"] > MUTATED / 2
    assert all(one.why for one in hand.arrived() if one.state == "apart")
    assert all(one.tries <= TRIES for one in hand.arrived())
    assert hand.fetch() == 0
    hand.deliver(mail(id="<next@example.com>", sender=MARIA))
    begun = time.monotonic()
    hand.fetch()
    assert time.monotonic() - begun < SECONDS
    assert MARIA in {ticket.address for ticket in hand.tickets()}
