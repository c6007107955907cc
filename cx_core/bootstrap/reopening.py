"""A desk that opens beside the one at work, once something was set on a page that only counts when a desk opens."""

from __future__ import annotations

import logging
from datetime import timedelta

from cx_core.bootstrap.opening import open_desk
from cx_core.bootstrap.works import Works
from cx_core.desk.desk import Desk
from cx_core.errors import AuditUnavailable, KnowledgeError, RungError, StoreUnavailable
from cx_core.views.reopening import Reopening

AGAIN, LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""After a failure the same is tried again then, after each further one in twice the time, up to the longest;
something else that is set meanwhile is tried at once."""

_LOG = logging.getLogger("rung")


def reopened(desk: Desk) -> Desk | None:
    """A desk with what is on file now, to which durable work has been handed; None where this one stays.

    It learns what it has to learn before it is given, and this one answers meanwhile. Whoever gets it lets this one
    retire and starts the new one. Why one could not be opened is told by `Desk.reopening` of this one.
    """
    before = desk.machinery
    if not isinstance(before, Works):
        return None
    try:
        wanted = before.laid_over().revision
    except (StoreUnavailable, AuditUnavailable):
        return None
    if wanted == before.opened_with.revision:
        before.reopening = Reopening()
        return None
    state = before.reopening
    if before.refused == wanted and state.next_try is not None and before.clock() < state.next_try:
        return None
    return _opened(desk, before, wanted)


def _opened(desk: Desk, before: Works, wanted: str) -> Desk | None:
    before.reopening = before.reopening.replace(under_way=True)
    try:
        after = before.opened_beside()
        after.journey()
        if (trouble := after.policies.active.trouble) and not before.policies.active.trouble:
            raise KnowledgeError(trouble)
        made = open_desk(after.settings, after.clock, after, desk.chat_presence)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with what was set, the desk at work stays
        _LOG.exception("The desk could not reopen with what was set; it goes on as it was opened before")
        words = str(error) if isinstance(error, RungError) else "The server’s log says why."
        failures = before.reopening.failures + 1 if before.refused == wanted else 1
        before.refused, at = wanted, before.clock()
        again = at + min(LONGEST, AGAIN * 2 ** min(failures - 1, 10))
        before.reopening = Reopening(trouble=words, failed_at=at, failures=failures, next_try=again)
        return None
    after.take_over(before)
    _LOG.info("The desk has reopened with what was set (revision %s)", wanted)
    return made
