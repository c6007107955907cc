"""The app as it is shipped, with a slot: each line on standing input is a message from a customer, as JSON.

Served by `uvicorn tests.e2e.letterbox:app` from the repository's root, so that tests can let customers write while
somebody works, through the same door as any channel.
"""

from __future__ import annotations

import sys
import threading

from app import app
from cx_core.records import Inbound
from pages import wiring

__all__ = ["app"]


def _deliver() -> None:
    for line in sys.stdin:
        wiring.desk().inbound_messages.receive(Inbound.model_validate_json(line))


threading.Thread(target=_deliver, name="letterbox", daemon=True).start()
