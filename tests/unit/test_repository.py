"""Pins, imports and the vendor contract stay in step with each other."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from cx_core.settings import ROOT

OURS = {"cx_core", "pages", "bench", "scripts", "tests", "app"}
STAGES_MAY_USE = {"numpy", "pydantic", "pydantic_core", "dateutil", "dateparser", "phonenumbers"}
"""Libraries of plain values and words, allowed anywhere in the core."""

STARTED_NOT_IMPORTED = {"uvicorn"}
"""`streamlit run` serves an ASGI app with it."""

COMES_WITH_PYDANTIC = {"pydantic_core"}


def _imports(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], path


def _third_party(*folders: str) -> set[str]:
    found = {name for folder in folders for name, _ in _imports(ROOT / folder)}
    return found - set(sys.stdlib_module_names) - OURS


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {_canonical(distribution): version for distribution, version in pins}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_that_what_is_pinned_is_what_was_tested(name: str) -> None:
    tested = _pins("constraints.txt")
    assert {pin: tested.get(pin) for pin in _pins(name)} == _pins(name)


def test_that_what_the_program_imports_is_pinned_and_what_is_pinned_is_used() -> None:
    owners = packages_distributions()
    imported = _third_party("app.py", "pages", "cx_core", "bench")
    needed = {_canonical(owners[name][0]) for name in imported - COMES_WITH_PYDANTIC} | STARTED_NOT_IMPORTED
    only_measured_with = set(_pins("requirements-dev.txt"))  # a bench goes without them, and says so
    assert needed - only_measured_with == set(_pins("requirements.txt"))


def test_that_no_vendor_escapes_the_contract() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    kept = next(
        contract for contract in tools["importlinter"]["contracts"] if contract["name"] == "Vendors live in adapters"
    )
    assert set(kept["protected_modules"]) == _third_party("cx_core") - STAGES_MAY_USE
