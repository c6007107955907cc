"""What is loaded before the first sign-in page: nothing that only the copilot's work needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cx_core.settings import ROOT

HEAVY = ("torch", "pandas", "chromadb", "sklearn", "dbos", "scipy", "transformers", "sentence_transformers", "cedarpy")
SERVE = f"""
import sys
from starlette.testclient import TestClient
import app
from pages import wiring

wiring.GRACE = 600
with TestClient(app.app, base_url="http://127.0.0.1") as browser:
    page = browser.get("/login")
    assert page.status_code == 200 and "Sign in" in page.text, page.text[:500]
    print(sorted(set({HEAVY!r}) & sys.modules.keys()))
    import os
    sys.stdout.flush()
    os._exit(0)
"""


def test_that_the_sign_in_page_is_served_without_what_only_the_work_needs(tmp_path: Path) -> None:
    given = {"CX_DEMO": "1", "CX_DATA_DIR": str(tmp_path), "CX_FEED_SECONDS": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=os.environ | given, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr[-2000:]
