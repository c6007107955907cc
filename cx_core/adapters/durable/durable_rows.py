"""Keeps rows of durable work data: DBOS may decode JSON from them, and nothing else.

DBOS 3.4.0 says in each row how it was written, and unpickles whatever is marked `py_pickle`, whichever serializer it
was given: whoever can write to its tables would run code in this process. Every read goes through the class that is
disabled here; DBOS then closes such a run as failed and goes on. This rests on that version's insides, so another
version, or one in which a pickle is read elsewhere, is refused at start.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

from cx_core.errors import UncheckedLibrary

if TYPE_CHECKING:
    from dbos._serialization import Serializer

CHECKED = "3.4.0"
"""The version of DBOS whose every way of reading a row was looked at."""
_PROBE = base64.b64encode(b"N.").decode()
"""None, pickled."""

_log = logging.getLogger(__name__)


class PickleRefused(ValueError):
    """A row of durable work was not written as JSON, so it is not read."""


def json_only() -> Serializer:
    """Take from DBOS, in this process, the means to unpickle; the serializer that it is to be given.

    Raises UncheckedLibrary where that cannot be made sure.
    """
    installed = version("dbos")
    if installed != CHECKED:
        raise UncheckedLibrary(
            f"DBOS {installed} is installed, and only {CHECKED} is known never to unpickle a row. Install that version."
        )
    from dbos import _serialization as inside

    inside.DefaultSerializer.deserialize = _refuse  # type: ignore[assignment, method-assign]
    inside.DefaultSerializer.serialize = _bare  # type: ignore[assignment, method-assign]
    inside.pickle = SimpleNamespace(loads=_refuse, dumps=_refuse)  # type: ignore[assignment, attr-defined]
    _probe()
    return inside.DBOSPortableJSON


def _refuse(*_anything: object) -> NoReturn:
    """In the place of unpickling. What is in the row is not even told: it is a stranger's."""
    _log.error("A row of durable work is pickled, which Rung never writes: it is refused unread. Who wrote it?")
    raise PickleRefused("A pickled row is not read.")


def _bare(_serializer: object, value: object) -> str:
    """What DBOS writes into a refused row: the name of the error."""
    return json.dumps(type(value).__name__)


def _probe() -> None:
    """Raises UncheckedLibrary unless every function that reads a row refuses a pickle."""
    from dbos import _serialization as inside

    readers = (inside.deserialize_value, inside.deserialize_args, inside.deserialize_exception)
    pickle_mark = inside.DefaultSerializer().name()
    _log.disabled = True
    try:
        for reader in readers:
            try:
                reader(_PROBE, pickle_mark, inside.DBOSPortableJSON)
            except PickleRefused:
                continue
            raise UncheckedLibrary(f"DBOS unpickles rows in {reader.__name__}: no work is begun.")
    finally:
        _log.disabled = False
    others = [
        name
        for name, module in sys.modules.items()
        if name.startswith("dbos.") and module is not inside and hasattr(module, "pickle")
    ]
    if others:
        raise UncheckedLibrary(f"DBOS pickles in {', '.join(sorted(others))}: no work is begun.")
