"""Customers who write by mail and web chat while the floor works: sent as they send, and accounted for at the end.

Mail is delivered by LMTP to a real Dovecot, from which the app's own fetcher takes it. Chat goes to the endpoint that
widgets use, each message from an anonymous visitor of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import cycle
from pathlib import Path
from typing import Literal, NamedTuple, cast

import httpx2
import sqlalchemy as sa

from bench.figures import Figures, spread
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import Works, open_desk
from cx_core.errors import BadInput
from cx_core.ports.outside.mailboxes import MailboxSecret
from cx_core.records import Inbound, Mailbox, MailServer, MessageId, Person, PersonId, Role, TicketId
from cx_core.records.chat import ChatWidget
from cx_core.understand.intake import ticket_id
from cx_core.views.channels.chat import ChatOpened
from tests.mail_servers import DOVECOT, MISSING, PASSWORD, Dovecot, dovecot
from tests.receivers import Letterbox, letterbox

Source = Literal["mail", "chat"]

ADDRESS = "help@rung.example"
ORIGIN = "https://shop.example"
LOOKS = 0.1
"""Seconds between two looks at which tickets the advisors are shown."""

_ADMINISTRATOR = Person(id=PersonId("P-bench"), email="b@example.com", name="B", role=Role.ADMINISTRATOR)


class Visit(NamedTuple):
    """An anonymous visitor's token, and the ticket that their first message opens."""

    token: str
    ticket: TicketId


class Arrival(NamedTuple):
    """A message that was handed over and acknowledged: by the mail server, or by the app's chat."""

    source: Source
    ticket: TicketId
    token: str
    began: float


def sources_of(given: str) -> tuple[Source, ...]:
    """The sources named in "mail,chat". Raises BadInput for another one."""
    named = tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    if other := set(named) - {"mail", "chat"}:
        raise BadInput(f"No such source: {', '.join(sorted(other))}. There are mail and chat.")
    return cast(tuple[Source, ...], named)


class Customers:
    """Write one message every so many seconds, by each source in turn, in the words of the feed."""

    def __init__(
        self, sources: Sequence[Source], texts: Sequence[str], server: Dovecot | None, box: Letterbox | None
    ) -> None:
        self._sources, self._texts, self._server, self._box = sources, texts, server, box
        self._widget, self._visits = "", list[Visit]()
        self.arrivals: list[Arrival] = []
        self.errors: list[str] = []
        self._taken: list[tuple[Source, float]] = []
        self._shown: dict[TicketId, float] = {}

    def furnish(self, works: Works, visits: int) -> None:
        """Connect the mailbox and open so many chat sessions, before the app starts.

        Sessions are begun here because one address may begin only so many a minute.
        """
        if not self._sources:
            return
        desk = open_desk(works.settings, works=works)
        if self._server is not None and self._box is not None:
            connect_mailbox(works, self._server, self._box.port)
        if "chat" in self._sources:
            widget = desk.chat_widgets.add(_ADMINISTRATOR, "Bench", [ORIGIN])
            assert isinstance(widget, ChatWidget)
            self._widget = widget.id
            for number in range(visits):
                opened = desk.chat_visitors.begin(widget)
                assert isinstance(opened, ChatOpened)
                session = desk.chat_visitors.who(widget, opened.token)
                assert session is not None
                self._visits.append(Visit(opened.token, _ticket("chat", f"{session.id}:{_client(number)}")))

    async def write(self, url: str, every: float, count: int) -> None:
        """Send so many messages, one every so many seconds; none waits for the one before."""
        writing = []
        turns = zip(range(count), cycle(self._sources), cycle(self._texts), strict=False)
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            for number, source, text in turns:
                writing.append(asyncio.create_task(self._one(http, source, number, text)))
                await asyncio.sleep(every)
            await asyncio.gather(*writing)

    async def _one(self, http: httpx2.AsyncClient, source: Source, number: int, text: str) -> None:
        token = _token(number)
        words = f"{text}\n\n(sent as {token})"
        began = time.monotonic()
        try:
            if source == "mail":
                ticket = await asyncio.to_thread(self._mail, number, words)
            else:
                ticket = await self._chat(http, number // len(self._sources), words)
        except (OSError, httpx2.HTTPError, BadInput) as trouble:
            self.errors.append(f"{source} {number}: {type(trouble).__name__}: {trouble}")
            return
        self._taken.append((source, time.monotonic() - began))
        self.arrivals.append(Arrival(source, ticket, token, began))

    def _mail(self, number: int, words: str) -> TicketId:
        assert self._server is not None
        id, sender = f"<bench-{number}@customers.example>", f"customer{number}@customers.example"
        made = EmailMessage()
        made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, ADDRESS, "A question", id
        made.set_content(words)
        self._server.deliver([made.as_bytes()], ADDRESS, sender)
        return _ticket("email", id)

    async def _chat(self, http: httpx2.AsyncClient, number: int, words: str) -> TicketId:
        visit = self._visits[number]
        answer = await http.post(
            f"/chat/{self._widget}/messages",
            json={"id": _client(number), "text": words},
            headers={"origin": ORIGIN, "authorization": f"Bearer {visit.token}"},
        )
        if answer.status_code != 204:
            raise BadInput(f"HTTP {answer.status_code} {answer.text[:200]}")
        return visit.ticket

    async def watch(self, shown: Callable[[], Iterator[str]]) -> None:
        """Note when each ticket is first in an advisor's queue with its proposal, or for a person."""
        while True:
            now = time.monotonic()
            for id in shown():
                self._shown.setdefault(TicketId(id), now)
            await asyncio.sleep(LOOKS)

    def sent(self) -> list[str]:
        """The text of every reply that went out by mail."""
        parts = [letter.get_body(("plain",)) for letter in self._box.letters] if self._box else []
        return [str(part.get_content()) for part in parts if part is not None]

    def figures(self, works: Works) -> Figures:
        """Per source: from sending to acknowledged, to the proposal shown, and what is lost or twice in the end."""
        found: Figures = {}
        for source in self._sources:
            own = [arrival for arrival in self.arrivals if arrival.source == source]
            shown = [1000 * (self._shown[each.ticket] - each.began) for each in own if each.ticket in self._shown]
            taken = [1000 * seconds for which, seconds in self._taken if which == source]
            lost, doubled = kept_of(works, own)
            found |= {f"{source}.sent": len(own), **spread(f"{source}.taken", taken)}
            found |= {f"{source}.shown.n": len(shown), **spread(f"{source}.shown", shown)}
            found |= {f"{source}.lost": lost, f"{source}.doubled": doubled}
        return found | ({"customers.errors": len(self.errors)} if self._sources else {})


@contextmanager
def customers(sources: Sequence[Source], knowledge: Path) -> Iterator[Customers]:
    """Customers with the servers that they need: Dovecot, and an SMTP server that keeps what they are answered."""
    if "mail" in sources and DOVECOT is None:
        raise BadInput(MISSING)
    texts = [message.text for message in load_feed(knowledge) if message.after is None]
    with ExitStack() as ends:
        server = ends.enter_context(dovecot()) if "mail" in sources else None
        box = ends.enter_context(letterbox()) if "mail" in sources else None
        yield Customers(sources, texts, server, box)


def kept_of(works: Works, arrivals: Sequence[Arrival]) -> tuple[int, int]:
    """How many of these messages are in no ticket, and how many are there more often than once."""
    with works.engine.connect() as connection:
        ids = connection.execute(sa.select(t.ticket.c.id)).scalars().all()
    times: Counter[str] = Counter()
    with works.store.look() as unit:
        for id in ids:
            for message in unit.tickets.messages(TicketId(id)):
                times[message.text.rpartition("(sent as ")[2].partition(")")[0]] += 1
    lost = sum(not times[arrival.token] for arrival in arrivals)
    return lost, sum(max(0, times[arrival.token] - 1) for arrival in arrivals)


def connect_mailbox(works: Works, server: Dovecot, smtp: int) -> None:
    """Connect `ADDRESS`, which takes in what is there already and sends by this port."""
    mailbox = Mailbox(
        id="box-bench",
        address=ADDRESS,
        imap=MailServer(host="127.0.0.1", port=server.imap, security="none"),
        smtp=MailServer(host="127.0.0.1", port=smtp, security="none"),
        user=ADDRESS,
        with_earlier=True,
        by=_ADMINISTRATOR.id,
        at=datetime.now(UTC),
    )
    with works.store.begin() as unit:
        unit.mailboxes.put(mailbox)
        secret = works.mail_servers.keep_secret(mailbox, MailboxSecret(password=PASSWORD))
        unit.mailboxes.put_secret(mailbox.id, secret)


def _ticket(channel: Literal["email", "chat"], id: str) -> TicketId:
    return ticket_id(
        Inbound(id=MessageId(id), channel=channel, address="a@example.com", text="-", received_at=datetime.now(UTC))
    )


def _client(number: int) -> str:
    return f"bench-{number:06d}"


def _token(number: int) -> str:
    """Letters only, so that no rule about numbers looks at it."""
    return "zs" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")
