"""Pages drawn by AppTest over the real desk: opened as somebody, read, and pressed."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from cx_core.records import Role
from cx_core.settings import ROOT
from tests.scripted import Hand


def opened(hand: Hand, page: str, role: Role, **query: str) -> AppTest:
    """The page `page` (a file's name) as somebody of this role sees it."""
    account = next(one for one in hand.desk.demo_accounts() if one.role is role)
    at = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=30)
    at.switch_page(f"{page}.py")
    at.user = {"session": hand.desk.sign_in(account.email, account.password, "127.0.0.1")}
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def papers(at: AppTest) -> str:
    """All that the page's papers say."""
    return "\n".join(json.dumps(json.loads(one.proto.json)) for one in at.get("bidi_component"))


def pressed(at: AppTest, named: str) -> AppTest:
    """A button, by its key or by what stands on it."""
    next(one for one in at.button if named in (one.key, one.label)).click().run()
    assert not at.exception
    return at
