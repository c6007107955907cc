"""Nothing grows until one cannot find one's way in it: folders, modules and names. And the picture of it is true."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from pathlib import Path

from cx_core.settings import ROOT

MOST_MODULES = 25
MOST_LINES = 400
PORTS = {"Accounts", "WaitingFiles"}
"""Ports whose adapter is named as they are."""

MODULES = sorted(path for folder in ("cx_core", "pages") for path in (ROOT / folder).rglob("*.py"))


def test_that_no_folder_holds_more_modules_than_one_can_look_over() -> None:
    beside: dict[Path, int] = defaultdict(int)
    for module in MODULES:
        beside[module.parent] += module.name != "__init__.py" and module.parent.name != "versions"
    assert {folder: count for folder, count in beside.items() if count > MOST_MODULES} == {}


def test_that_a_module_can_be_read_at_one_go() -> None:
    long = {module: len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {module: lines for module, lines in long.items() if lines > MOST_LINES} == {}


def test_that_one_public_class_name_is_one_class() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in MODULES:
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(module.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in PORTS} == {}


def test_that_the_picture_of_the_packages_is_what_is_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    drawn = "\n".join("   ".join(part.strip("() ") for part in layer.split("|")) for layer in layers)
    assert f"```text\n{drawn}\n```" in (ROOT / "docs" / "architecture.md").read_text()
