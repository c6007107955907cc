"""Opening is light: what finds meaning is loaded after the first page could be served."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cx_core.settings import ROOT, Settings

HEAVY = [
    "alembic",
    "chromadb",
    "dbos",
    "numpy",
    "openai",
    "pandas",
    "prompt_toolkit",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "torch",
]
LOADED = f"import json, sys; print(json.dumps([one for one in {HEAVY} if one in sys.modules]))"
DESK = (
    "from cx_core import settings; from cx_core.bootstrap import open_desk; open_desk(settings.load()).demo_accounts()"
)


@pytest.mark.parametrize("opening", [DESK, "import app"], ids=["desk", "app"])
def test_that_opening_loads_nothing_that_the_first_page_need_not_wait_for(opening: str, settings: Settings) -> None:
    made = {"CX_DATA_DIR": str(settings.data_dir), "CX_DEMO": "1"}
    for again in (False, True):  # the first opening makes the tables
        run = subprocess.run(
            [sys.executable, "-c", f"{opening}; {LOADED}"],
            env=os.environ | made,
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        loaded = json.loads(run.stdout.splitlines()[-1])
        assert loaded == ([] if again or opening != DESK else ["alembic"])
