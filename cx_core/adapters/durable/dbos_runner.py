"""Durable work on DBOS: it lives in Rung's own database, and goes on after a crash where it stopped.

Workflows carry ids only, never words of a customer, so that erasing a customer leaves nothing here. They are kept as
JSON, and nothing else is read from their rows: see `durable_rows`.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from cx_core.adapters.durable.durable_rows import json_only
from cx_core.adapters.durable.hand_over import HandOver
from cx_core.records import TicketId

if TYPE_CHECKING:
    from cx_core.workflows.journey import Journey

PREPARE, CARRY_OUT, SET_ASIDE = "prepare", "carry_out", "set_aside"
POLL_SECONDS = 0.25
"""Between two looks for work. Each costs 5 ms of processor time; at 0.1 that was a tenth of a busy desk's."""
VERSION = "5"
"""Of the workflows' shape: raised when a half-finished one could not be finished by the new code.

It is part of every id, so that after an upgrade `Desk.start` begins anew, under new ids, what the tickets
say is not done; the old runs are left alone, and so are never decoded: before 5 they were pickled.
"""
EXECUTOR = "rung"
"""All processes on one database are one executor: whoever starts takes up what another left half done, or is
still doing. Steps must therefore bear being done by two at once; see `act/execution.py`."""
ATTEMPTS, PAUSE_SECONDS, SLOWER = 4, 0.5, 2.0
"""Only trouble with our own database gets as far as here. After 4 attempts within 3.5 s the run ends in error,
and the next round (`Desk.take_up`) begins another."""
HOPELESS = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", HOPELESS})
MOST_READINGS, MOST_TRIES = 5, 20
"""A run that goes under with its process is begun again by the next, so often: after that a person gets the ticket.
Reading strange words is the likelier end of a process, and has nothing half done to look after."""
STOP_SECONDS = 4
"""Whole seconds in which what is under way may still end when the process stops."""

_log = logging.getLogger(__name__)


class StepFailed(Exception):
    """A step's error without its words, which may be a customer's: the runner keeps and logs what it is given."""


class _Cut(logging.Filter):
    """A run that is cut off by the end of its process is no error: it is told in words, without a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = False

    def filter(self, record: logging.LogRecord) -> bool:
        from dbos import error as trouble

        if not (self.stopping and record.exc_info and isinstance(record.exc_info[1], trouble.DBOSException)):
            return True
        _log.info("Stopped with work under way; the next process finishes it")
        return False


class DbosDurable:
    """One per process, since DBOS is. Until `start`, what is asked for waits in the database or here."""

    def __init__(self, url: str, journey: Callable[[], Journey], workers: int) -> None:
        self._url = url
        self._journey = journey
        self._workers = workers
        self._lock = threading.Lock()
        self._early: list[Callable[[], None]] = []
        self._dbos: Any = None
        self._hand_over: HandOver
        self._cut = _Cut()
        self._prepare: Any = None
        self._carry_out: Any = None
        self._set_aside: Any = None

    def serve(self, journey: Callable[[], Journey]) -> None:
        """Do what begins from now on by this journey. A run that is under way ends with the one it began with."""
        self._journey = journey

    def start(self) -> None:
        """Launch DBOS: recover what a crash left, then take work from the queues. Raises UncheckedLibrary.

        Running already, it goes on as it is.
        """
        if self.running:
            return
        from dbos import DBOS, DBOSConfig
        from dbos._validation import pydantic_args_validator as typed

        serializer = json_only()
        logging.getLogger("dbos").setLevel(logging.WARNING)
        logging.getLogger("dbos").addFilter(self._cut)
        self._cut.stopping = False
        config = DBOSConfig(
            name="rung",
            system_database_url=self._url,
            application_version=VERSION,
            executor_id=EXECUTOR,
            enable_otlp=False,
            console_log_level="WARNING",
            log_level="WARNING",
            serializer=serializer,
        )
        DBOS(config=config)

        @DBOS.workflow(name=PREPARE, max_recovery_attempts=MOST_READINGS, validate_args=typed)
        def prepare(ticket: str, messages: int) -> str:
            journey = self._journey()
            done = journey.prepare(TicketId(ticket), messages, _step)
            alone = int(_step("look for what goes alone", lambda: str(journey.going_alone(TicketId(ticket)))))
            if alone:
                self.carry_out(TicketId(ticket), alone, after_seconds=journey.undo_seconds)
            return done

        @DBOS.workflow(name=CARRY_OUT, max_recovery_attempts=MOST_TRIES, validate_args=typed)
        def carry_out(ticket: str, version: int) -> str:
            journey = self._journey()
            done = journey.carry_out(TicketId(ticket), version, _step)
            left = int(_step("look for new words", lambda: str(journey.left(TicketId(ticket)))))
            if left:
                self.prepare(TicketId(ticket), left, again=f"after {version}")
            self._prepare_overtaken(ticket, version)
            return done

        @DBOS.workflow(name=SET_ASIDE, validate_args=typed)
        def set_aside(ticket: str) -> str:
            return self._journey().set_aside(TicketId(ticket), _step)

        self._prepare, self._carry_out, self._set_aside = prepare, carry_out, set_aside
        DBOS.launch()
        DBOS.register_queue(PREPARE, worker_concurrency=self._workers, polling_interval_sec=POLL_SECONDS)
        DBOS.register_queue(CARRY_OUT, worker_concurrency=self._workers, polling_interval_sec=POLL_SECONDS)
        with self._lock:
            self._dbos, self._hand_over = DBOS, HandOver()
            early, self._early = self._early, []
        for ask in early:
            self._ask(ask)

    def _prepare_overtaken(self, ticket: str, version: int) -> None:
        """As part of a run: have the customer's other tickets read again whose plans this one has overtaken."""
        overtaken = _step(
            "look for overtaken plans", lambda: _pairs(self._journey().overtaken(TicketId(ticket), version))
        )
        for line in overtaken.splitlines():
            other, number = line.split()
            self.prepare(TicketId(other), int(number), again=f"after {ticket} {version}")

    def close(self) -> None:
        """Stop taking work; what is under way is finished by the next process."""
        with self._lock:
            dbos, self._dbos = self._dbos, None
        if dbos is not None:
            self._hand_over.close(STOP_SECONDS)
            self._cut.stopping = True
            dbos.destroy(workflow_completion_timeout_sec=STOP_SECONDS)

    @property
    def running(self) -> bool:
        return self._dbos is not None

    def prepare(self, ticket: TicketId, messages: int, *, after_seconds: float = 0.0, again: str = "") -> None:
        id = f"{PREPARE}:{VERSION}:{ticket}:{messages}" + (f":{again}" if again else "")
        self._ask(lambda: self._enqueue(PREPARE, id, after_seconds, self._prepare, ticket, messages), soon=True)

    def carry_out(self, ticket: TicketId, version: int, *, after_seconds: float = 0.0) -> None:
        id = f"{CARRY_OUT}:{VERSION}:{ticket}:{version}"
        self._ask(lambda: self._enqueue(CARRY_OUT, id, after_seconds, self._carry_out, ticket, version))

    def _ask(self, ask: Callable[[], None], *, soon: bool = False) -> None:
        """Before DBOS runs, work waits here. What cannot be handed over, `Desk.take_up` finds in the tickets later:
        whoever asked has done their part, and it is committed.

        `soon`: whoever asks need not wait for it. A run does, since its steps must not depend on the moment.
        """
        with self._lock:
            if self._dbos is None:
                self._early.append(ask)
                return
            if soon and self._dbos.workflow_id is None:
                self._hand_over.put(ask)
                return
        from dbos import error as trouble

        try:
            ask()
        except (trouble.DBOSException, sa.exc.SQLAlchemyError) as error:
            _log.warning("Work could not be handed to the workers (%s); it is tried again", type(error).__name__)

    def _enqueue(self, queue: str, id: str, delay: float, workflow: Any, *arguments: object) -> None:  # noqa: ANN401
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        id, hopeless = _open(id)
        if hopeless:
            (id, _), delay, workflow, arguments = _open(f"{SET_ASIDE}:{id}"), 0.0, self._set_aside, arguments[:1]
        with SetWorkflowID(id), SetEnqueueOptions(delay_seconds=delay or None):
            DBOS.enqueue_workflow(queue, workflow, *arguments)


def _open(id: str) -> tuple[str, bool]:
    """This id, or the next whose run has not ended. Whoever asks still sees the work undone: a run that ended
    (in an error, or before the ticket was put back to be read) is not one to wait for. True: begin none, since
    the last one ended with its process, again and again."""
    from dbos import DBOS

    if DBOS.workflow_id is not None:  # asked from inside a run, whose steps must not depend on the moment
        return id, False
    open_ = id
    for number in itertools.count(1):
        open_ = id if number == 1 else f"{id}:{number}"
        status = DBOS.get_workflow_status(open_)
        if status is None or status.status not in ENDED:
            break
        if status.status == HOPELESS:
            return open_, True
    return open_, False


def _pairs(tickets: Iterable[tuple[TicketId, int]]) -> str:
    """As a step may answer: a line for each ticket with a number."""
    return "\n".join(f"{id} {number}" for id, number in tickets)


def _step(name: str, work: Callable[[], str]) -> str:
    from dbos import DBOS, StepOptions

    def bare() -> str:
        try:
            return work()
        except Exception as error:  # noqa: BLE001  # whatever it is, it goes on under its bare name
            raise StepFailed(type(error).__name__) from None

    options: StepOptions = {
        "name": name,
        "retries_allowed": True,
        "max_attempts": ATTEMPTS,
        "interval_seconds": PAUSE_SECONDS,
        "backoff_rate": SLOWER,
    }
    return DBOS.run_step(options, bare)
