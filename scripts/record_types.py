"""What mypy needs to know of `Record.replace`: it takes the fields of that very record, each with its type."""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, ARG_STAR2, CallExpr
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import CallableType, FunctionLike, Instance, get_proper_type

RECORD = "cx_core.records.values.Record"


class RecordTypes(Plugin):
    """Named in pyproject.toml, and loaded by mypy alone."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        return _fields_of if fullname.endswith(".replace") else None


def _fields_of(context: MethodSigContext) -> FunctionLike:
    """The signature of `replace` for the record it is called on: that of its constructor, with nothing required.

    Fields given as one mapping are checked when the record is made, as everything is.
    """
    record, call = get_proper_type(context.type), context.context
    mapped = isinstance(call, CallExpr) and ARG_STAR2 in call.arg_kinds
    ours = isinstance(record, Instance) and record.type.has_base(RECORD)
    made = record.type.get("__init__") if isinstance(record, Instance) and ours else None
    init = get_proper_type(made.type) if made is not None and made.type is not None else None
    if mapped or not isinstance(init, CallableType):
        return context.default_signature
    fields = [
        (name, type) for name, type in zip(init.arg_names[1:], init.arg_types[1:], strict=True) if name is not None
    ]
    return context.default_signature.copy_modified(
        arg_names=[name for name, _ in fields],
        arg_types=[type for _, type in fields],
        arg_kinds=[ARG_NAMED_OPT] * len(fields),
    )


def plugin(_version: str) -> type[Plugin]:
    """As mypy asks for it."""
    return RecordTypes
