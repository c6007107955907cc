"""The pack that docs/packs.md writes step by step is one that loads, and whose cases hold."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.adapters.policy.case_files import checked
from cx_core.settings import ROOT

BLOCK = re.compile(r"^ +```\n(.*?)^ +```$", re.S | re.M)
FILES = (
    "actions/cancel_order.yaml",
    "policies/shop.cedar",
    "policies/cases/best.yaml",
    "policies/cases/shop.yaml",
)


def test_that_the_pack_of_the_document_works(tmp_path: Path) -> None:
    blocks = [dedent(block) for block in BLOCK.findall((ROOT / "docs" / "packs.md").read_text("utf-8"))]
    user, order = blocks[0].splitlines()
    texts = {"records/user.yaml": user, "records/order.yaml": order, **dict(zip(FILES, blocks[1:], strict=True))}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    actions, _ = load_catalogue(tmp_path)
    engine, done = checked(tmp_path / "policies", actions)
    assert engine.trouble == ""
    assert [one.wrong for one in done.tried] == ["", ""]
    assert {trouble.partition(": ")[2] for trouble in done.troubles} == {
        f"rule {rule} has no {answer} case" for rule in ("10", "11", "21") for answer in ("ALLOW", "DENY")
    }
