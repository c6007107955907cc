"""Exchanges with an MCP server: its tools are listed, and one is called, within one deadline.

Nothing is offered to the server: no sampling, no elicitation, no roots. What it asks all the same is answered with an
error by the SDK, what it announces is not listened to.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx2
from mcp import Client, MCPError, types
from mcp.client.streamable_http import streamable_http_client
from pydantic import TypeAdapter

from cx_core.adapters.mcp.pinned_transport import MOST_BYTES, PinnedTransport
from cx_core.adapters.mcp.tool_listing import ToolListing
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable

SECONDS = 4.0
"""For one exchange, whatever the server does."""
MOST_PAGES = 10
Raw = dict[str, Any]
"""A result as it came, checked by the SDK to be one of the protocol's shapes."""

_RAW: TypeAdapter[Any] = TypeAdapter(Raw)
_US = types.Implementation(name="Rung", version="1")
for _name in ("mcp.client", "mcp.shared", "client"):  # what the SDK logs holds what servers sent
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class Era(NamedTuple):
    """How a server was found to be spoken to: a version without sessions and what it said of itself, or "legacy"."""

    mode: str
    discovered: types.DiscoverResult | None = None


class Listed(NamedTuple):
    """What an exchange gave: the listing where it was asked for, and the result where a tool was called."""

    era: Era
    listing: ToolListing | None
    result: Raw | None


class ToolError(SystemRefused):
    """The server refused the call by an error of the protocol that says that the tool did not run."""


class ToolCall(NamedTuple):
    """A tool and what it is called with."""

    name: str
    arguments: Raw


Approve = Callable[[ToolListing], None]
"""Looks at a listing before the tool is called; raises SystemTrouble, and then it is not."""


def exchanged(
    transport: PinnedTransport,
    address: str,
    seconds: float,
    era: Era | None = None,
    call: ToolCall | None = None,
    approve: Approve | None = None,
) -> Listed:
    """List the tools, where none is called or `approve` is to look at them first, and call one.

    Raises SystemUnreachable; whether the call left is told by `transport.called`. Raises ToolError where it did and
    the server says that nothing was done, and what `approve` raises.
    """
    outcome = _Outcome()
    try:
        asyncio.run(asyncio.wait_for(_exchange(outcome, transport, address, era, call, approve), seconds))
    except Exception as error:  # noqa: BLE001 - what reads the words of others may fail in any way
        outcome.final = outcome.final or isinstance(error, TimeoutError)
        outcome.trouble = outcome.trouble or _told(error)
    if outcome.listed is not None:
        return outcome.listed  # the end of a session may fail: the result is there
    if outcome.trouble is not None and outcome.final:
        raise outcome.trouble
    raise transport.trouble or outcome.trouble or SystemUnreachable("The server’s answer is not understood.")


class _Outcome:
    """What became of an exchange. `final`: its trouble is told, whatever else went wrong on the way."""

    def __init__(self) -> None:
        self.listed: Listed | None = None
        self.trouble: SystemTrouble | None = None
        self.final = False


async def _exchange(
    outcome: _Outcome,
    transport: PinnedTransport,
    address: str,
    era: Era | None,
    call: ToolCall | None,
    approve: Approve | None,
) -> None:
    async with httpx2.AsyncClient(transport=transport, timeout=None, trust_env=False) as http:
        streams = streamable_http_client(address, http_client=http, max_sse_event_size=MOST_BYTES)
        mode, discovered = era or Era("auto")
        async with Client(streams, client_info=_US, mode=mode, prior_discover=discovered, cache=None) as client:
            listing = await _listing(client) if call is None or approve is not None else None
            if listing is not None and approve is not None:
                try:
                    approve(listing)
                except SystemTrouble as trouble:
                    outcome.trouble, outcome.final = trouble, True
                    return
            result = await _called(outcome, client, call) if call is not None else None
            if call is None or result is not None:
                outcome.listed = Listed(_era(client), listing, result)


async def _listing(client: Client) -> ToolListing:
    """All tools, page by page. Raises SystemUnreachable where the pages do not end."""
    tools: list[types.Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if not cursor:
            known = client.server_info
            return ToolListing(known.name if known else "", known.version if known else "", tuple(tools))
    raise SystemUnreachable("The server’s list of tools does not end.")


async def _called(outcome: _Outcome, client: Client, call: ToolCall) -> Raw | None:
    """The result as it came: `Client.call_tool` would judge it by a schema that nobody has signed."""
    params = types.CallToolRequestParams(name=call.name, arguments=call.arguments)
    try:
        result = await client.session.send_request(types.CallToolRequest(params=params), _RAW)
    except MCPError as error:
        outcome.trouble = _protocol_error(error)
        outcome.final = isinstance(outcome.trouble, ToolError)
        return None
    return dict(result)


def _era(client: Client) -> Era:
    discovered = client.session.discover_result
    return Era(client.protocol_version, discovered) if discovered is not None else Era("legacy")


def _protocol_error(error: MCPError) -> SystemTrouble:
    """Only what the protocol calls a wrong request says that nothing was done."""
    if error.code in (types.METHOD_NOT_FOUND, types.INVALID_PARAMS):
        return ToolError(f"The server refused the call ({error.code}).")
    return SystemUnreachable(f"The server answered with an error ({error.code}).")


def _told(error: Exception) -> SystemTrouble:
    """In words of ours: what the SDK says may quote the server."""
    if isinstance(error, SystemTrouble):
        return error
    if isinstance(error, TimeoutError):
        return SystemUnreachable("It did not answer in time.")
    inner = getattr(error, "exceptions", ())
    if inner:
        return _told(inner[0]) if isinstance(inner[0], Exception) else SystemUnreachable("It broke off.")
    if isinstance(error, MCPError):
        return SystemUnreachable(f"The server answered with an error ({error.code}).")
    return SystemUnreachable(f"The server’s answer is not understood ({type(error).__name__}).")
