"""Starts the sample MCP server of docs/connect-systems.md: `python -m tests.connectors.run_tool_shop 8601`."""

from __future__ import annotations

import sys
import time

from tests.connectors.tool_shop import TOKEN, ToolShop, tool_server


def main() -> None:
    """Serve until stopped."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8601
    with tool_server(ToolShop(), port) as address:
        sys.stdout.write(f"The shop's tools are on {address}. Its token is {TOKEN}.\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
