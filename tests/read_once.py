"""What every desk does when it opens and what never differs in a run: done once or cheaply for all tests of a process.

A desk of its own for each test reads the shipped knowledge and its rules anew, which took longer than most tests do,
and hashes a password, which is slow by intention.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from argon2 import PasswordHasher

from cx_core.adapters.accounts import local_accounts
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_in_force import Files, Policies
from cx_core.adapters.policy.policy_schema import schema_text
from cx_core.bootstrap import parts
from cx_core.catalogue import Knowledge
from cx_core.settings import ROOT

SHIPPED = ROOT / "knowledge"

_read = cache(load)
_rules_of_folder = Policies._of_folder
_parse = Policies._parse
_engines: dict[tuple[Files, str, str], CedarEngine] = {}


def read_once() -> None:
    """From now on in this process. Another folder than the shipped one is read whenever it is asked for."""
    parts.load = _knowledge  # type: ignore[assignment, attr-defined]  # the name it has where it is used
    Policies._of_folder = _rules  # type: ignore[assignment, method-assign]
    Policies._parse = _parsed  # type: ignore[assignment, method-assign]
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    local_accounts.PasswordHasher = cheap  # type: ignore[assignment, attr-defined]  # the name it has where used


def _knowledge(folder: Path) -> Knowledge:
    if folder != SHIPPED:
        return load(folder)
    shipped = _read(folder)
    own = {name: dict(value) for name, value in shipped if isinstance(value, dict)}  # a test may add to its own
    return shipped.replace(**own)


def _rules(policies: Policies) -> CedarEngine:
    return _shipped_rules() if policies._folder == SHIPPED / "policies" else _rules_of_folder(policies)


def _parsed(policies: Policies, files: Files) -> CedarEngine:
    """The same rules over the same actions are parsed once: a desk that is opened again has them at once."""
    key = (files, schema_text(policies._actions), policies._currency)
    if key not in _engines:
        _engines[key] = _parse(policies, files)
    return _engines[key]


@cache
def _shipped_rules() -> CedarEngine:
    shipped = _read(SHIPPED)
    return CedarEngine(SHIPPED / "policies", shipped.actions, currency=shipped.company.currency)
