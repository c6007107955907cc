#!/usr/bin/env bash
# Creates the virtual environment named as first argument with the first Python that is new enough.
# PYTHON=... chooses one.
set -euo pipefail

enough='import sys; sys.exit(sys.version_info < (3, 11))'
for candidate in ${PYTHON:-python3.11 python3 python3.12 python3.13}; do
    if command -v "$candidate" >/dev/null && "$candidate" -c "$enough" 2>/dev/null; then
        echo "Creating $1 with $("$candidate" --version)"
        "$candidate" -m venv "$1"
        exit 0
    fi
done
echo "Rung needs Python 3.11 or newer and found none. Install it, or say where it is: make run PYTHON=/path/to/python3.11" >&2
exit 1
