"""Expressions in knowledge, in CEL (Google's Common Expression Language): it ends, and it changes nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

from cx_core.errors import KnowledgeError, UnknownFact

if TYPE_CHECKING:
    import cel

_COMPILED = 2048
_SYNTAX = re.compile(r"<input>:(\d+):(\d+): (.*)")
_OWN = frozenset(
    (
        "size",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "type",
        "dyn",
        "timestamp",
        "duration",
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getHours",
        "getMinutes",
        "getSeconds",
        "getMilliseconds",
    )
)
"""What this build of CEL can call by itself. Operators and macros (has, all, exists, filter, map) have no such name."""


def _engine() -> ModuleType:
    """The package's compiled module alone: its face imports a command line, prompts and colours besides, for a sixth
    of the time in which a Desk opens."""
    face = find_spec("cel")
    found = PathFinder.find_spec("cel.cel", face.submodule_search_locations if face else None)
    if found is None or found.loader is None:
        import cel

        return cel
    module = sys.modules.setdefault("cel.cel", module_from_spec(found))  # it can be made once in a process
    found.loader.exec_module(module)
    return module


if not TYPE_CHECKING:
    cel = _engine()


class CelExpression:
    """`ports.Expression`."""

    def __init__(self, source: str) -> None:
        try:
            self._program = cel.compile(source)
        except (ValueError, RuntimeError, TypeError) as error:
            raise KnowledgeError(f"{_why(error)}, in {source}") from error
        self.source = source
        self.variables = frozenset(self._program.variables())
        functions = frozenset(self._program.functions())
        self.names = self.variables | functions
        self.calls = frozenset(name for name in functions - _OWN if name[:1].isalpha())
        """Functions that are not CEL's own."""

    def __call__(self, values: Mapping[str, object], functions: Mapping[str, Callable[..., object]]) -> object:
        context = cel.Context(variables={name: value for name, value in values.items() if name in self.names})
        for name, function in functions.items():
            if name in self.names:
                context.add_function(name, function)
        try:
            return self._program.execute(context)
        except (ValueError, RuntimeError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise UnknownFact(_first_line(error)) from error


@lru_cache(_COMPILED)
def expression(source: str) -> CelExpression:
    """The same source is compiled once. Raises KnowledgeError where it cannot be read."""
    return CelExpression(source)


def _first_line(error: Exception) -> str:
    return str(error.args[0] if error.args else error).strip().partition("\n")[0][:200]


def _why(error: Exception) -> str:
    """ "character 16 of line 1: Syntax error: mismatched input '<EOF>'": without all that it could have been."""
    if found := _SYNTAX.search(str(error.args[0] if error.args else error)):
        return f"character {found[2]} of line {found[1]}: {found[3].partition(' expecting ')[0]}"
    return _first_line(error)
