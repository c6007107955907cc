"""A process that is killed while it acts alone, brings a level down or takes acts back leaves nothing twice or undone.

Real processes, really killed. `RUNG_SOAK=1` has all points and a batch of 200 acts; else a slice of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline import FernlineOutbox
from cx_core.adapters.fernline import tables as fernline
from cx_core.records import ActionName, TicketId
from tests.alone.house import GRANTS, NAME, AloneHouse
from tests.alone.processes import KILLED, ended, workers
from tests.conftest import MONDAY, SetClock

pytestmark = pytest.mark.slow

SOAK = bool(os.environ.get("RUNG_SOAK"))
ACTS = 200 if SOAK else 12

ALL_POINTS = (
    "triage",
    "guard",
    "proposed",
    "proposed:committed",
    "carry_out asked",
    "act_begun",
    "act_begun:committed",
    "refund_payment",
    "refund_payment:committed",
    "act_done",
    "act_done:committed",
    "reply_begun",
    "reply_begun:committed",
    "delivered",
    "replied",
    "replied:committed",
)
POINTS = ALL_POINTS if SOAK else ("proposed:committed", "act_begun:committed", "refund_payment:committed", "replied")

DEMOTING = ("case_reviewed", "level_came_down") if SOAK else ("level_came_down",)
"""Before anything of it is committed: the review is given anew."""
DEMOTED = ("level_came_down:committed", "level_came_down:unanchored") if SOAK else ("level_came_down:committed",)

ALL_UNDOS = (
    "undo_batch_begun:committed",
    "undo_begun",
    "undo_begun:committed:2",
    "undo",
    "undo:committed",
    "undone:2",
    "undone:committed:3",
    "undo_batch_done",
    "undo_batch_done:committed",
)
UNDOS = ALL_UNDOS if SOAK else ("undo:committed:3", "undone:2")
"""The first of them is met by the process that began the batch, the others by those that go on with it. Two end it."""


@pytest.fixture
def house(furnished: Path, data_dir: Path) -> Iterator[AloneHouse]:
    """Charged twice is at level 3."""
    with closing(AloneHouse.on_copy(furnished, data_dir, SetClock(MONDAY))) as made:
        made.grants()
        yield made


def live(house: AloneHouse, *groups: Sequence[dict[str, Any]]) -> list[int]:
    """Run these processes a minute after what was done here; how each one ended."""
    with workers(house, groups) as running:
        return ended(running)


def events(house: AloneHouse) -> Counter[str]:
    with house.works.engine.connect() as connection:
        return Counter(connection.exec_driver_sql("SELECT kind FROM audit_event").scalars())


def refunds(house: AloneHouse, ticket: TicketId) -> list[int]:
    """What was given back of the repeated payment, each time."""
    found = house.works.back_office.read(ActionName("refunds"), {"payment": house.charged[ticket].repeat})
    return [one.fields["amount"].minor for one in found if one.fields["status"] == "issued"]  # type: ignore[union-attr]


def done_once(house: AloneHouse, ticket: TicketId) -> None:
    view = house.view(ticket)
    assert (view.ticket.status, view.ticket.work) == ("solved", "done")
    assert refunds(house, ticket) == [house.charged[ticket].amount.minor]
    assert [message.sender for message in view.messages] == ["customer", "copilot"]
    sent = FernlineOutbox(house.works.fernline, house.clock).sent(view.ticket.address)
    assert [one.text for one in sent if "/rate/" not in one.text] == [view.messages[1].text]
    assert [one.ticket for one in house.cases()].count(ticket) == 1


def test_that_what_is_killed_while_it_acts_alone_is_done_once(house: AloneHouse) -> None:
    links = []
    for number, point in enumerate(POINTS):
        charged = house.will_write(f"crash-{number}")
        links.append([{"point": point, "does": [f"write crash-{number} {charged.payer.email}"]}])

    ends = live(house, *links, [{}])

    assert ends == [*[KILLED] * len(POINTS), 0], list(zip(ends, (*POINTS, "end"), strict=True))
    tickets = house.found_written()
    assert len(tickets) == len(POINTS)
    for point, ticket in zip(POINTS, tickets, strict=True):
        try:
            done_once(house, ticket)
        except AssertionError as error:
            error.add_note(f"killed at: {point}")
            raise
    assert house.out() == house.counted_out() == sum(house.charged[id].amount.minor for id in tickets)
    assert house.verified()


@pytest.mark.parametrize("last", DEMOTED)
def test_that_a_level_which_is_killed_while_it_comes_down_is_down_once(house: AloneHouse, last: str) -> None:
    """The review counts with the level or not at all, and what waits then goes to people."""
    done = [house.writes() for _ in range(2)]
    late = house.will_write("late")
    under_way = [house.will_write(f"way-{number}") for number in range(4)]
    writes = [f"write way-{number} {one.payer.email}" for number, one in enumerate(under_way)]
    tried = [*DEMOTING, last]
    before = [[{"point": point, "does": ["critical"]}] for point in DEMOTING]

    ends = live(
        house,
        *before,
        [{"point": last, "does": [*writes, "critical"]}],
        [{"does": [f"write late {late.payer.email}"]}],
    )

    assert ends == [*[KILLED] * len(tried), 0], list(zip(ends, (*tried, "end"), strict=True))
    level = house.level()
    assert (level.level, level.how) == (2, "came_down")
    (incident,) = house.incidents()
    assert (incident.task_type, incident.before) == (NAME, 3)
    assert events(house)["level_came_down"] == events(house)["case_reviewed"] == 1
    for ticket in done:
        done_once(house, ticket)
    for ticket in house.found_written():
        either_done_once_or_with_a_person(house, ticket)
    assert_nothing_begins_after(house, "level_came_down")
    (waits,) = [id for id in house.found_written() if house.charged[id] == late]
    assert house.view(waits).ticket.work == "ready"
    assert house.out() == house.counted_out()
    assert house.verified()


def either_done_once_or_with_a_person(house: AloneHouse, ticket: TicketId) -> None:
    if house.view(ticket).ticket.work == "done":
        done_once(house, ticket)
    else:
        assert house.view(ticket).ticket.work in ("ready", "returned")
        if given := refunds(house, ticket):
            assert given == [house.charged[ticket].amount.minor]
            assert ticket in [one.ticket for one in house.cases()], "done, not told: somebody looks at it"


def assert_nothing_begins_after(house: AloneHouse, kind: str) -> None:
    """In the order of the audit log no act of the copilot's own begins after the event of this kind."""
    with house.works.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT seq, kind FROM audit_event ORDER BY seq").all()
    (at,) = [seq for seq, one in rows if one == kind]
    assert [seq for seq, one in rows if one == "act_begun" and seq > at] == []


def test_that_a_batch_of_undos_which_is_killed_again_and_again_takes_each_act_back_once(house: AloneHouse) -> None:
    before = house.books().refunded
    tickets = [house.writes(100) for _ in range(ACTS)]
    assert house.out() == ACTS * 100

    killed = [
        [{"point": point, "does": [] if number else ["undo"], "from_start": number > 0}]
        for number, point in enumerate(UNDOS)
    ]
    ends = live(house, *killed, [{}, {}])

    assert ends == [*[KILLED] * len(UNDOS), 0, 0], list(zip(ends, UNDOS, strict=False))
    (progress,) = house.desk.mass_undo.progress(GRANTS)
    assert (progress.acts, progress.undone, progress.failed, progress.finished) == (ACTS, ACTS, (), True)
    assert house.books().refunded == before
    assert house.out() == house.counted_out() == 0
    with house.works.fernline.connect() as connection:
        undos = sa.select(fernline.receipt.c.undoes).where(fernline.receipt.c.undoes.is_not(None))
        assert len(connection.execute(undos).all()) == ACTS
    assert (events(house)["undone"], events(house)["undo_batch_done"]) == (ACTS, 1)
    assert {house.view(id).ticket.status for id in tickets} == {"open"}
    assert house.verified()
