"""How events of a simulated past stand in the audit log, so that nobody takes one for something that happened.

Every kind begins with "simulated_", and the payload says so again, with the time that the story gives it: the event's
own time is when it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cx_core.records import AuditEvent

PREFIX = "simulated_"
_MARK, _AT = "simulated", "simulated_at"


def simulated(kind: str, at: datetime, payload: Mapping[str, object], **more: object) -> tuple[str, dict[str, object]]:
    """Kind and payload for the log. `more` is what only the one who simulates knows: the right label, the error."""
    told = {f"{PREFIX}{name}": value for name, value in more.items()}
    return f"{PREFIX}{kind}", {_MARK: True, _AT: at, **told, **payload}


def as_told(event: AuditEvent) -> AuditEvent:
    """The event as its story tells it; one that happened stays as it is."""
    if not event.kind.startswith(PREFIX) or event.payload is None:
        return event
    payload = {name: value for name, value in event.payload.items() if name != _MARK and not name.startswith(PREFIX)}
    at = datetime.fromisoformat(str(event.payload[_AT]))
    return event.replace(kind=event.kind.removeprefix(PREFIX), at=at, payload=payload)
