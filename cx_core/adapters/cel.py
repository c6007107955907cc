"""Expressions in knowledge, in CEL (Google's Common Expression Language): it ends, and it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import cel

from cx_core.errors import KnowledgeError, UnknownFact

_COMPILED = 2048


class CelExpression:
    """`ports.Expression`."""

    def __init__(self, source: str) -> None:
        try:
            self._program = cel.compile(source)
        except (ValueError, RuntimeError, TypeError) as error:
            raise KnowledgeError(f"{source}: {_first_line(error)}") from error
        self.source = source
        self.variables = frozenset(self._program.variables())
        self.names = self.variables | frozenset(self._program.functions())

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
