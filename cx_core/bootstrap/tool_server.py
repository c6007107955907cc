"""The MCP server over a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cx_core.desk.desk import Desk

if TYPE_CHECKING:
    from cx_core.adapters.mcp.served_tools import AsgiApp


def tool_server(desk: Callable[[], Desk]) -> AsgiApp:
    """An ASGI application for requests that a doorkeeper let in. Loads the protocol's library."""
    from cx_core.adapters.mcp.served_tools import tool_app

    return tool_app(lambda: desk().agent_access)
