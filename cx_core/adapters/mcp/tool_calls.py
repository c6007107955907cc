"""Calls of tools that two people signed, each looked at again first: one that is described otherwise is not called."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from mcp import types

from cx_core.adapters.mcp.pinned_transport import PinnedTransport
from cx_core.adapters.mcp.tool_listing import ToolListing, read_tools, tool_operation
from cx_core.adapters.mcp.tool_results import wire_answer
from cx_core.adapters.mcp.tool_sessions import SECONDS, Era, ToolCall, ToolError, exchanged
from cx_core.adapters.network.pinned_connections import PinnedConnections
from cx_core.adapters.openapi.answers import WireAnswer
from cx_core.adapters.openapi.calls import NotSent, Shown
from cx_core.adapters.openapi.requests import WireRequest
from cx_core.catalogue.connector_check import operation_changes
from cx_core.errors import BadInput, SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.records import Connector, ImportedApi, ImportedOperation

LOOKED_SECONDS = 10.0
"""How long a read relies on the last look at the tools. A write always looks."""

Drifted = Callable[[Connector, Mapping[str, ImportedOperation | None]], None]
"""Puts on record which operations of a system in force are described otherwise now; None: not at all."""


class _Look(NamedTuple):
    era: Era
    until: float


class ToolCalls:
    """Implements openapi.calls.ToolServer."""

    def __init__(
        self, listed: tuple[str, ...], setting: str, longest: int, drifted: Drifted, seconds: float = SECONDS
    ) -> None:
        self._ways = PinnedConnections(listed, setting, seconds, longest)
        self._seconds = seconds
        self._drifted = drifted
        self._looks: dict[tuple[str, str], _Look] = {}
        self._lock = threading.Lock()

    def look(self, address: str, shown: Shown) -> ImportedApi:
        """All tools of a server as they are now. Raises SystemTrouble, and BadInput where none can be used."""
        transport = self._transport(address, shown)
        listing = exchanged(transport, address, self._seconds).listing
        if listing is None:
            raise SystemUnreachable("The server did not list its tools.")
        return read_tools(listing)

    def call(self, connector: Connector, request: WireRequest, shown: Shown, *, writes: bool) -> WireAnswer:
        """The tool's result as an answer of status 200, or 422 where the server says that nothing was done.

        Raises NotSent, also where the tool is described otherwise than signed, and SystemUnreachable.
        """
        operation = next((one for one in connector.api.operations if one.path == request.path), None)
        if operation is None or operation.tool is None:
            raise NotSent("The system has no such tool.")
        place = (connector.id, connector.mark)
        look = None if writes or "x-mcp-header" in operation.tool.input_schema else self._fresh(place)
        call = ToolCall(operation.tool.name, json.loads(request.body or b"{}"))
        transport = self._transport(connector.address, shown)
        approve = None if look is not None else lambda listing: self._approve(connector, operation, listing)
        try:
            listed = exchanged(transport, connector.address, self._seconds, look.era if look else None, call, approve)
        except ToolError as refusal:
            return WireAnswer(422, json.dumps({"message": str(refusal)}).encode())
        except SystemTrouble as trouble:
            self._forget(place)
            if transport.called:
                raise
            raise NotSent(str(trouble)) from None
        if look is None:
            self._keep(place, listed.era)
        if listed.result is None:
            raise SystemUnreachable("The server did not answer the call.")
        return wire_answer(operation.tool, listed.result)

    def _transport(self, address: str, shown: Shown) -> PinnedTransport:
        try:
            return PinnedTransport(self._ways, address, shown.headers, shown.query)
        except SystemRefused as refusal:
            raise NotSent(f"The system cannot be called: {refusal}") from None

    def _approve(self, connector: Connector, called: ImportedOperation, listing: ToolListing) -> None:
        """Raises NotSent unless the tool that is called is what was signed; all that drifted is put on record."""
        differ: dict[str, ImportedOperation | None] = {}
        for one in connector.classified:
            signed, seen = connector.operation(one.operation), _seen(listing, one.operation)
            if signed is not None and (seen is None or seen.hash != signed.hash):
                differ[signed.id] = seen
        if differ:
            self._drifted(connector, differ)
        if called.id in differ:
            how = "; ".join(operation_changes(called, differ[called.id]))[:300]
            raise NotSent(f"The tool {called.id} is not what was signed, so it was not called: {how}")

    def _fresh(self, place: tuple[str, str]) -> _Look | None:
        with self._lock:
            look = self._looks.get(place)
        return look if look is not None and look.until > time.monotonic() else None

    def _keep(self, place: tuple[str, str], era: Era) -> None:
        with self._lock:
            self._looks[place] = _Look(era, time.monotonic() + LOOKED_SECONDS)

    def _forget(self, place: tuple[str, str]) -> None:
        with self._lock:
            self._looks.pop(place, None)


def _seen(listing: ToolListing, name: str) -> ImportedOperation | None:
    """The tool of this name as the server describes it now; None where it has none or several, or one out of bounds."""
    tools: list[types.Tool] = [tool for tool in listing.tools if tool.name == name]
    if len(tools) != 1:
        return None
    try:
        return tool_operation(listing.server, tools[0])
    except BadInput:
        return None
