"""Reads of business systems: all pages of a list, by GET tried again once where no answer came."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.adapters.openapi.answers import (
    NothingFound,
    WireAnswer,
    at,
    check_success,
    parsed,
    records_in,
    refusal,
)
from cx_core.adapters.openapi.calls import SystemCalls
from cx_core.adapters.openapi.requests import WireRequest, as_text, made_request
from cx_core.adapters.openapi.values import Exact, Unreadable
from cx_core.adapters.openapi.working_actions import WorkingAction
from cx_core.errors import SystemRefused, SystemUnreachable
from cx_core.records import BusinessRecord, Value

TRIES = 2
READING = ("GET", "POST")
"""Some systems search by POST. Whatever else an operation is classified as, no other method is a read."""
GONE = (404, 410)


class SystemReads:
    """Reads without an effect."""

    def __init__(self, calls: SystemCalls) -> None:
        self._calls = calls

    def read(self, working: WorkingAction, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        """All records. Raises SystemRefused, and SystemUnreachable also where a list does not end."""
        if working.operation.method not in READING:
            raise SystemRefused(f"{working.operation.method} changes something, so it is no read.")
        request = made_request(working.operation, working.classified, arguments)
        classified, found, mark = working.classified, list[BusinessRecord](), ""
        for page in range(classified.pages.most_pages):
            body = self._answered(working, _paged(working, request, page, len(found), mark))
            records = records_in(classified, body, arguments)
            found += records
            mark = _next(working, body, records)
            if not mark:
                return tuple(found)
        raise SystemUnreachable(f"{working.connector.name} answered more pages than are read.")

    def _answered(self, working: WorkingAction, request: WireRequest) -> Exact:
        for left in reversed(range(TRIES if request.method == "GET" else 1)):
            try:
                return self._body(working, self._calls.send(working.connector, request))
            except SystemUnreachable:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _body(self, working: WorkingAction, answer: WireAnswer) -> Exact:
        if answer.status in GONE:
            return None
        if 400 <= answer.status < 500 and answer.status not in (408, 425, 429):
            raise refusal(answer)
        if not 200 <= answer.status < 300:
            raise SystemUnreachable(f"{working.connector.name} answered {answer.status}.")
        body = parsed(answer)
        try:
            check_success(working.classified, body)
        except NothingFound:
            return None
        return body


def _paged(working: WorkingAction, request: WireRequest, page: int, read: int, mark: str) -> WireRequest:
    """The request for a page; the first is asked for as it is."""
    pages = working.classified.pages
    if page == 0 or pages.by == "none":
        return request
    value = {"page": str(page + 1), "offset": str(read)}.get(pages.by, mark)
    argument = next((one for one in working.operation.arguments if one.name == pages.argument), None)
    if argument is None or argument.place not in ("query", "body"):
        raise SystemUnreachable(f"{working.classified.title}: nothing says how the next page is asked for.")
    made = WireRequest(request.method, request.path, list(request.query), dict(request.headers), request.kind)
    made.fields = dict(request.fields)
    if argument.place == "body":
        made.put(argument.at, int(value) if argument.wire == "integer" else value)
    else:
        made.query = [pair for pair in made.query if pair[0] != argument.at] + [(argument.at, value)]
    return made


def _next(working: WorkingAction, body: Exact, records: tuple[BusinessRecord, ...]) -> str:
    """What the next page is asked for by; empty at the end."""
    pages = working.classified.pages
    if pages.by == "none" or not records:
        return ""
    if pages.more_at and str(at(body, pages.more_at)).lower() != "true":
        return ""
    if pages.by == "mark":
        mark = at(body, pages.next_at)
        if isinstance(mark, dict | list | bool):
            raise Unreadable("The system’s answer cannot be read: the mark of the next page is not a text.")
        return "" if mark is None else as_text(mark)
    return records[-1].id
