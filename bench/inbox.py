"""What an advisor waits for with 10,000 open tickets, and what the first visitor waits for after a start."""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from bench.desks import KNOWLEDGE, works
from bench.figures import Figures, spread
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.bootstrap import Works, now, open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Inbound, Message, MessageId, Person, PersonId, Proposal, Role, Ticket, TicketId
from cx_core.settings import ROOT
from cx_core.views import QueueFilter, Refusal
from pages import wiring
from scripts.serving import serving

TICKETS = 10_000
PATTERNS = 24
"""Real tickets, prepared from the feed, of which the others are copies."""

AT_ONCE = 500
TIMES = 40
STARTS = 3
ADVISOR = Person(id=PersonId("P-bench"), email="bench@example.com", name="Bench", role=Role.ADVISOR)


def measure(knowledge: Path = KNOWLEDGE) -> Figures:
    """Over tickets of the feed of this knowledge folder, copied."""
    found: Figures = {"open_tickets": TICKETS}
    with works(knowledge) as (made, _):
        desk = open_desk(made.settings, works=made)
        ids = _fill(made, _patterns(made, desk, knowledge))
        newest, _changed = desk.inbox.changes_since(0)
        for name, asks in {
            "queue_first": [_page(desk, QueueFilter(), 1)] * TIMES,
            "queue_last": [_page(desk, QueueFilter(), TICKETS // 50)] * TIMES,
            "queue_search": [_page(desk, QueueFilter(text=words), 1) for words in searches(knowledge)],
            "queue_filtered": [_page(desk, QueueFilter(routes=("person",)), 1)] * TIMES,
        }.items():
            changed = [_changing(made, id, ask) for id, ask in zip(ids, asks, strict=False)]
            found |= spread(f"{name}.changed", _timed_after(changed))
            found |= spread(f"{name}.again", _timed([asks[-1]] * TIMES))
        found |= spread("changes", _timed([lambda: desk.inbox.changes_since(newest)] * TIMES))
        step = len(ids) // TIMES
        found |= spread("ticket_view", _timed([_view(desk, id) for id in ids[::step]]))
        found |= _drawn(desk, ids[::step])
    return found | _starts()


def searches(knowledge: Path) -> tuple[str, ...]:
    """Words that customers write, another each time, so that no search finds the page of one before it."""
    written = (word.lower() for message in load_feed(knowledge) for word in message.text.split())
    return tuple(islice(dict.fromkeys(word for word in written if word.isalpha() and len(word) > 4), TIMES))


def _page(desk: Desk, filter: QueueFilter, page: int) -> Callable[[], object]:
    return lambda: desk.inbox.queue(ADVISOR, filter, page)


def _changing(made: Works, id: TicketId, ask: Callable[[], object]) -> tuple[Callable[[], None], Callable[[], object]]:
    """A change to one ticket, after which no page that was kept is true any more, and what is asked then."""

    def change() -> None:
        with made.store.begin() as unit:
            ticket = unit.tickets.get(id)
            if ticket is not None:
                unit.tickets.put(ticket.replace(updated_at=now()))

    return change, ask


def _timed_after(asks: Sequence[tuple[Callable[[], None], Callable[[], object]]]) -> list[float]:
    """Milliseconds of what is asked after each change; the change itself does not count."""
    series = []
    for change, ask in asks:
        change()
        began = time.perf_counter()
        ask()
        series.append((time.perf_counter() - began) * 1000)
    return series[1:]


def _drawn(desk: Desk, ids: Sequence[TicketId]) -> Figures:
    """The Inbox as Streamlit runs it for one session, without the browser's part."""
    from streamlit.testing.v1 import AppTest

    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it warns that no browser is there
    account = next(account for account in desk.demo_accounts() if account.role is Role.ADVISOR)
    wiring.put(desk)
    try:
        page = AppTest.from_file(str(ROOT / "pages" / "inbox.py"), default_timeout=60)
        page.user = {"session": desk.sign_in(account.email, account.password, "127.0.0.1")}
        found = spread("page_with_queue", _timed([page.run] * TIMES))

        def opened(id: TicketId) -> Callable[[], object]:
            def run() -> None:
                page.query_params["ticket"] = id
                if page.run().exception:
                    raise RuntimeError(str(page.exception))

            return run

        return found | spread("page_with_ticket", _timed([opened(id) for id in ids]))
    finally:
        wiring.put(None)


def _view(desk: Desk, id: TicketId) -> Callable[[], object]:
    def view() -> None:
        if isinstance(answer := desk.inbox.ticket(ADVISOR, id), Refusal):
            raise RuntimeError(answer.text)

    return view


def _timed(asks: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each, the first left out: it fills caches."""
    series = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        series.append((time.perf_counter() - began) * 1000)
    return series[1:]


def _patterns(made: Works, desk: Desk, knowledge: Path) -> list[tuple[Ticket, Proposal, str]]:
    """Tickets as the journey prepares them, with their text."""
    found = []
    for message in [each for each in load_feed(knowledge) if each.after is None][:PATTERNS]:
        told = message.model_dump(include={"id", "channel", "identity", "subject", "text"})
        inbound = Inbound.model_validate({**told, "address": message.sender, "received_at": now()})
        id = desk.inbound_messages.receive(inbound)
        made.journey().prepare(id, 1, lambda _, work: work())
        view = desk.inbox.ticket(ADVISOR, id)
        if not isinstance(view, Refusal) and view.proposal is not None:
            found.append((view.ticket, view.proposal, message.text))
    return found


def _fill(made: Works, patterns: Sequence[tuple[Ticket, Proposal, str]]) -> list[TicketId]:
    """Copies until there are `TICKETS`; the audit log is not asked to remember what did not happen."""
    ids = [TicketId(f"T-bench-{number:05d}") for number in range(TICKETS - len(patterns))]
    for start in range(0, len(ids), AT_ONCE):
        with made.store.begin() as unit:
            for number, id in enumerate(ids[start : start + AT_ONCE]):
                ticket, proposal, text = patterns[number % len(patterns)]
                unit.tickets.put(ticket.replace(id=id), thread="")
                unit.tickets.add_message(
                    Message(id=MessageId(f"{id}-1"), ticket=id, sender="customer", text=text, at=ticket.opened_at)
                )
                unit.proposals.put(proposal.replace(ticket=id))
    return ids


def _starts() -> Figures:
    """Seconds from the command to the sign-in page: on an empty data folder, then the median of restarts."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for _ in range(STARTS + 1):
            with serving(Path(folder) / "data", {"CX_FEED_SECONDS": "0"}) as server:
                seconds.append(server.seconds)
    return {
        "first_start_to_signin_seconds": round(seconds[0], 2),
        "restart_to_signin_seconds": round(statistics.median(seconds[1:]), 2),
    }
