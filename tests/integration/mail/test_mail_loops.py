"""Programs that answer each other come to an end: two desks that act alone, and vacation responders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, default
from pathlib import Path
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from cx_core.bootstrap import open_desk
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.integration.mail.mail_hand import MailHand, mail
from tests.mail_servers import Dovecot, free_port
from tests.receivers import Letterbox
from tests.scripted import LENA, MARIA, copied, let_alone

WRITES = "Please ring me about my plan."
VOUCHES = "mx.rung.example"
MOST = 3
"""Mails until there is quiet, the one that a person wrote included."""
Responder = Callable[[EmailMessage], EmailMessage]


@dataclass
class Relay:
    """Everybody's SMTP server: what it takes is in the recipient's mailbox, and answered where a responder is there."""

    server: Dovecot
    responders: dict[str, Responder] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.carry(cast(bytes, envelope.content), envelope.rcpt_tos[0], envelope.mail_from or "")
        return "250 OK"

    def carry(self, raw: bytes, to: str, sender: str) -> None:
        read = BytesParser(policy=default).parsebytes(raw)
        self.mails.append(read)
        if to in self.responders:
            answer = self.responders[to](read)
            self.carry(answer.as_bytes(), str(answer["To"]), to)
        else:
            domain = sender.rpartition("@")[2]
            vouched = f"Authentication-Results: {VOUCHES}; dmarc=pass header.from={domain}\r\n".encode()
            took = (
                f"Received: from sender.example by {VOUCHES} with ESMTP; Mon, 23 Nov 2026 09:00:00 +0000\r\n".encode()
            )
            self.server.deliver([vouched + took + raw], to, sender or "nobody@example.com")


@contextmanager
def relay(server: Dovecot) -> Iterator[Relay]:
    made = Relay(server, port=free_port())
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


def away(**headers: str) -> Responder:
    """A responder that answers every single mail, whatever it is."""

    def answer(read: EmailMessage) -> EmailMessage:
        made = EmailMessage(policy=SMTP.clone(max_line_length=900))
        made["From"], made["To"], made["Subject"] = read["To"], read["From"].addresses[0].addr_spec, "I am away"
        made["Message-ID"] = f"<away-{hash(read['Message-ID'])}@example.com>"
        made["In-Reply-To"] = made["References"] = str(read["Message-ID"])
        for name, value in headers.items():
            made.replace_header(name, value) if name in made else made.__setitem__(name.replace("_", "-"), value)
        made.set_content("I am away until Monday.\n\n" + "".join(f"> {line}\n" for line in WRITES.splitlines()))
        return made

    return answer


@pytest.fixture
def post(server: Dovecot) -> Iterator[Relay]:
    with relay(server) as made:
        yield made


@contextmanager
def desk_at(
    address: str, post: Relay, furnished: Path, settings: Settings, clock: SetClock, folder: Path
) -> Iterator[MailHand]:
    """A desk of its own whose mailbox has this address."""
    with closing(copied(furnished, settings.replace(data_dir=folder), clock)) as works:
        hand = MailHand(open_desk(works.settings, works.clock, works), works, post.server, Letterbox(port=post.port))
        hand.mailbox = hand.connect(address=address, user=address, authserv_id=VOUCHES, removes_forged=True)
        yield hand


def play(*hands: MailHand) -> None:
    """Until nothing moves any more, and at most for so many rounds."""
    for _ in range(8):
        for hand in hands:
            hand.fetch()
            hand.send()


def test_that_two_desks_that_act_alone_settle(
    post: Relay, furnished: Path, settings: Settings, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_alone(monkeypatch)
    with ExitStack() as stack:
        here, there = (
            stack.enter_context(desk_at(address, post, furnished, settings, clock, tmp_path / name))
            for name, address in (("here", MARIA), ("there", LENA))
        )
        post.carry(mail(WRITES, id="<first@example.com>", sender=LENA, to=MARIA), MARIA, LENA)
        play(here, there)
        assert 2 <= len(post.mails) <= MOST, [str(one["Subject"]) for one in post.mails]


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Subject": "Automatic reply: away"}, {}])
def test_that_a_desk_and_a_vacation_responder_settle(
    headers: dict[str, str],
    post: Relay,
    furnished: Path,
    settings: Settings,
    clock: SetClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_alone(monkeypatch)
    address = f"desk{len(headers)}{'s' if 'Subject' in headers else ''}@rung.example"
    post.responders[LENA] = away(**headers)
    with desk_at(address, post, furnished, settings, clock, tmp_path / "desk") as hand:
        post.carry(mail(WRITES, id="<first@example.com>", sender=LENA, to=address), address, LENA)
        play(hand)
        ours = [one for one in post.mails if address in str(one["From"])]
        assert 1 <= len(ours) <= MOST, [str(one["Subject"]) for one in post.mails]
