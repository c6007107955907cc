"""How fast mails in a real mailbox become tickets: fetched, stored, read, threaded and handed to the workers.

The app's own fetcher and its own round of taking in, over a Dovecot that it starts. What the copilot makes of the
tickets is not measured: the workers take the work and wait.
"""

from __future__ import annotations

import logging
import resource
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from bench.desks import KNOWLEDGE
from bench.figures import Figures
from bench.floor.sources import ADDRESS, connect_mailbox
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import reading
from cx_core.bootstrap import Works, open_desk
from cx_core.desk.desk import MAIL_SECONDS
from cx_core.errors import BadInput, StoreUnavailable
from cx_core.settings import Settings
from cx_core.workflows.journey import Journey
from tests.mail_servers import DOVECOT, MISSING, Dovecot, dovecot

MAILS = 1_000
LATEST = 600.0
"""Seconds after which what is not in counts as lost."""
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60_000)
"""A file as large as a photograph sent from a telephone after it was made smaller; it does not open."""


class Letter(NamedTuple):
    """A mail as it is delivered, from whom, and whether it becomes a message of a ticket."""

    raw: bytes
    sender: str
    readable: bool


def measure(knowledge: Path = KNOWLEDGE, *, mails: int = MAILS) -> Figures:
    if DOVECOT is None:
        raise BadInput(MISSING)
    texts = [message.text for message in load_feed(knowledge) if message.after is None]
    letters = written(texts, mails)
    with tempfile.TemporaryDirectory() as folder, dovecot() as server:
        made = Works(Settings(data_dir=Path(folder) / "data", knowledge=knowledge, demo=True, feed_seconds=0))
        held = threading.Event()
        try:
            return _measured(made, server, letters, held)
        finally:
            held.set()
            made.close()


def written(texts: list[str], count: int) -> list[Letter]:
    """So many mails in the feed's words. Of 20, four are HTML, two carry a file and three go on with an earlier one.

    One has no Message-ID, one is delivered a second time, and every fiftieth cannot be read.
    """
    letters: list[Letter] = []
    for number, text in zip(range(count), cycle(texts), strict=False):
        kind = number % 20
        sender = f"customer{number if kind not in (4, 9, 14) else number - 1}@customers.example"
        if kind == 19:
            letters.append(letters[-1])
        elif number % 50 == 25:
            letters.append(Letter(f"Subject: {number}\r\n\r\nFrom nobody.\r\n".encode(), sender, readable=False))
        else:
            letters.append(Letter(_mail(number, kind, sender, text), sender, readable=True))
    return letters


def _mail(number: int, kind: int, sender: str, text: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, ADDRESS, f"A question ({number})"
    made["Date"] = format_datetime(datetime.now(UTC))
    if kind != 7:
        made["Message-ID"] = f"<{number}@customers.example>"
    if kind in (4, 9, 14):
        made["In-Reply-To"] = made["References"] = f"<{number - 1}@customers.example>"
        text = f"{text}\n\nOn Monday somebody wrote:\n> Hello\n> And thank you"
    made.set_content(text)
    if kind in (1, 5, 11, 15):
        made.add_alternative(f"<html><body><p>{text}</p><blockquote>Hello</blockquote></body></html>", subtype="html")
    if kind in (3, 13):
        made.add_attachment(PICTURE, maintype="image", subtype="png", filename="picture.png")
    return made.as_bytes()


def _measured(made: Works, server: Dovecot, letters: list[Letter], held: threading.Event) -> Figures:
    desk = open_desk(made.settings, works=made)
    connect_mailbox(made, server, smtp=9)  # no reply is sent
    for letter in letters:
        server.deliver([letter.raw], ADDRESS, letter.sender)
    made.durable.serve(lambda: _held(held))
    made.durable.start()
    logging.getLogger("dbos").setLevel(logging.CRITICAL)  # what is held fails in the end, which says nothing
    commits = _counted(made.engine)
    spent, began = _processor(), time.perf_counter()
    made.every(MAIL_SECONDS, desk.mailbox_watch.look_after)
    made.every(MAIL_SECONDS, desk.receive_waiting, at_once=False)
    wanted = len({letter.raw for letter in letters})
    states = _awaited(made, wanted, began)
    seconds = time.perf_counter() - began
    desk.mailbox_watch.close()
    made.mail_format.rest()  # what reads mails is a process, counted when it ends
    used = _processor() - spent
    return {
        "mails": len(letters),
        "seconds": round(seconds, 1),
        "per_second": round(wanted / seconds, 1),
        "cpu_ms_per_mail": round(1000 * used / wanted, 1),
        "commits_per_mail": round(commits[""] / wanted, 2),
        **_account(made, letters, states),
    }


def _held(held: threading.Event) -> Journey:
    """What a worker asks for first: it waits here for as long as is measured, and then gets none."""
    held.wait()
    raise StoreUnavailable("The bench is over.")


def _counted(engine: sa.Engine) -> Counter[str]:
    """Counts what is committed from now on, other than what only read."""
    commits: Counter[str] = Counter()

    @sa.event.listens_for(engine, "commit")
    def _note(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            commits[""] += 1

    return commits


def _processor() -> float:
    """Seconds of this process and of those that it began and that have ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _awaited(made: Works, mails: int, began: float) -> Counter[str]:
    """What became of the mails, once all are on file and none waits."""
    reader = reading(made.engine)
    while True:
        with reader.connect() as connection:
            states = Counter(connection.execute(sa.select(t.arrived_mail.c.state)).scalars().all())
        done = states.total() >= mails and not states["waiting"]
        if done or time.perf_counter() - began > LATEST:
            return states
        time.sleep(0.2)


def _account(made: Works, letters: list[Letter], states: Counter[str]) -> Figures:
    """Tickets and messages there are; whose mail is in none, and whose is in more than one."""
    query = sa.select(t.ticket.c.address, t.message.c.id).join(t.message, t.message.c.ticket == t.ticket.c.id)
    with made.engine.connect() as connection:
        tickets = connection.execute(sa.select(sa.func.count()).select_from(t.ticket)).scalar_one()
        kept = Counter(connection.execute(query.with_only_columns(t.ticket.c.address)).scalars().all())
    sent = Counter(letter.sender for letter in {letter.raw: letter for letter in letters}.values() if letter.readable)
    return {
        "tickets": int(tickets),
        "set_apart": states["apart"],
        "lost": sum(max(0, count - kept[sender]) for sender, count in sent.items()),
        "doubled": sum(max(0, count - sent[sender]) for sender, count in kept.items()),
    }
