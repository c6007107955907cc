"""Log lines without personal data, whoever writes them: Rung, DBOS, Streamlit, uvicorn or any other library.

Masking happens where a record is made, so it holds for every handler and format, those that a library brings along
included. Tracebacks are rendered and masked at the same place, and the exception itself goes no further. What a
caller adds to a record as `extra` fields is not read; the formats here do not print it.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from cx_core.privacy.masking import Masker

LONGEST = 20_000
"""Characters of one message or traceback; the rest is cut off, so that no line costs more than some milliseconds."""

PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("rung", "cx_core")
ROWS = ("sqlalchemy",)
"""What would print whole rows of the tables at its talkative levels: it only ever warns, whatever the root says."""
_UNPRINTABLE = (TypeError, ValueError, LookupError, AttributeError)
"""What formatting a message raises when its arguments do not fit; the library would print them all then."""

Lines = Literal["plain", "json"]
_Triple = tuple[type[BaseException], BaseException, TracebackType | None]
_lock = threading.Lock()


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        more = {"traceback": record.exc_text, "stack": record.stack_info}
        return json.dumps(line | {name: text for name, text in more.items() if text}, ensure_ascii=False)


class MaskedRecords:
    """Makes log records as before, and masks each before anybody sees it."""

    def __init__(self, made: Callable[..., logging.LogRecord]) -> None:
        self._made = made
        self._masker = Masker()

    def __call__(self, *args: object, **kwargs: object) -> logging.LogRecord:
        record = self._made(*args, **kwargs)
        self._message(record)
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._hide("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._hide(record.stack_info)
        return record

    def _message(self, record: logging.LogRecord) -> None:
        """Left as it is when nothing in it is personal, since some formatters want the arguments one by one."""
        try:
            written = record.getMessage()
        except _UNPRINTABLE:
            record.msg, record.args = self._hide(f"{record.msg} (arguments that do not fit: {record.args!r})"), ()
            return
        hidden = self._hide(written)
        if hidden == written:
            return
        if record.name == "uvicorn.access" and isinstance(record.args, tuple):
            record.args = tuple(self._hide(part) if isinstance(part, str) else part for part in record.args)
        else:
            record.msg, record.args = hidden, ()

    def _hide(self, text: str) -> str:
        return self._masker.hide(text if len(text) <= LONGEST else text[:LONGEST] + "…")


def install(lines: Lines = "plain") -> None:
    """Mask all records of this process from now on, and give them a handler if they have none. Again changes nothing.

    Exceptions that nobody catches are logged as well, since Python would print them unmasked.
    """
    with _lock:
        made = logging.getLogRecordFactory()
        if isinstance(made, MaskedRecords):
            return
        logging.setLogRecordFactory(MaskedRecords(made))
        logging.captureWarnings(True)
        _handle(lines)
        _catch()


def _handle(lines: Lines) -> None:
    root = logging.getLogger()
    formatter = JsonLines() if lines == "json" else logging.Formatter(PLAIN)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in ROWS:
        logging.getLogger(name).setLevel(logging.WARNING)
    if not root.handlers:
        ours = logging.StreamHandler()
        ours.setFormatter(formatter)
        root.addHandler(ours)
    if lines == "json":
        # DBOS brings a handler of its own unless it finds one.
        logging.getLogger("dbos").addHandler(logging.StreamHandler())
        logging.getLogger("dbos").propagate = False
        loggers = [logging.getLogger(name) for name in list(root.manager.loggerDict)]
        for handler in (handler for logger in loggers for handler in logger.handlers):
            handler.setFormatter(formatter)


def _catch() -> None:
    """Log what nobody catches, unless somebody else, such as a test runner, does so already."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger("rung").critical("ended by an error nobody caught", exc_info=(kind, error, trace))


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is None or issubclass(given.exc_type, SystemExit):
        return
    name = given.thread.name if given.thread else "?"
    triple: _Triple = (given.exc_type, given.exc_value, given.exc_traceback)
    logging.getLogger("rung").error("thread %s ended by an error nobody caught", name, exc_info=triple)
