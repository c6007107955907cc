"""A process whose workers meet rows that somebody wrote into the runner's tables.

`python -m tests.integration.rows_driver URL TICKET...`: it starts the workers, has these tickets read, and stops when
they have been and nothing else waits. Standard output: the tickets that were read. What is logged goes to standard
error.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import cast

import sqlalchemy as sa

from cx_core.adapters.durable.dbos_runner import VERSION, DbosDurable
from cx_core.ports import StepRunner
from cx_core.records import TicketId
from cx_core.workflows.journey import Journey

PATIENCE = 40
WAITS = sa.text(
    "SELECT count(*) FROM workflow_status "
    "WHERE coalesce(application_version, :version) = :version AND status IN ('ENQUEUED', 'PENDING', 'DELAYED')"
)


class Reading:
    """In the place of the journey: it notes what it is given."""

    def __init__(self) -> None:
        self.read: list[TicketId] = []

    def prepare(self, ticket: TicketId, _messages: int, run: StepRunner) -> str:
        done = run("propose", lambda: "ready")
        self.read.append(ticket)
        return done

    def going_alone(self, _ticket: TicketId) -> int:
        return 0


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    url, tickets = sys.argv[1], [TicketId(id) for id in sys.argv[2:]]
    reading, engine = Reading(), sa.create_engine(url)
    durable = DbosDurable(url, lambda: cast(Journey, reading), workers=1)
    durable.start()
    for ticket in tickets:
        durable.prepare(ticket, 1)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with engine.connect() as connection:
            left = connection.execute(WAITS, {"version": VERSION}).scalar_one()
        if not left and set(tickets) <= set(reading.read):
            break
        time.sleep(0.1)
    durable.close()
    sys.stdout.write(f"{' '.join(sorted(reading.read))}\n")


if __name__ == "__main__":
    main()
