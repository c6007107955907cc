"""The Inbox over the desk in memory: `streamlit run tests/pages/run_demo.py`. For looking, nothing is kept."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.pages.demo_desk import ADVISOR, DemoDesk  # noqa: E402 (found through the path above)


def stand_in() -> None:
    """Put the desk in memory where pages look for theirs."""
    if getattr(sys.modules.get("pages.wiring"), "demo", False):
        return
    kept = DemoDesk()
    wiring, page = ModuleType("pages.wiring"), ModuleType("pages.parts.page")
    wiring.__dict__.update(demo=True, desk=lambda: kept, person=lambda: ADVISOR)
    page.__dict__.update(require=lambda *roles: ADVISOR, told=nullcontext)
    sys.modules.update({"pages.wiring": wiring, "pages.parts.page": page})


stand_in()
st.set_page_config("Rung", layout="wide", initial_sidebar_state="collapsed")
st.navigation([st.Page(ROOT / "pages" / "inbox.py", title="Inbox", default=True)], position="top").run()
