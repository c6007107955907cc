"""The command line: `python -m cx_core COMMAND`."""

from __future__ import annotations

import sys

from cx_core.cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
