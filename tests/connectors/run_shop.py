"""Starts the sample shop of docs/connect-systems.md: `python -m tests.connectors.run_shop 8600`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from tests.connectors.served import served
from tests.connectors.shop import TOKEN, Shop, api


def main() -> None:
    """Serve until stopped; its OpenAPI file is written beside."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8600
    with served(Shop().handle, port) as address:
        file = Path("shop-openapi.json")
        file.write_text(json.dumps(api(address), indent=1), "utf-8")
        sys.stdout.write(f"The shop is on {address}. Its file is {file}, its token {TOKEN}.\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
