"""A business's own systems, connected by a function that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from cx_core.errors import BadInput
from cx_core.ports import BusinessSystems, Clock
from cx_core.settings import Settings

Connect = Callable[[Settings, Clock], BusinessSystems]
HOW = "CX_BACK_OFFICE names a function as package.module:function"


def own_business(name: str) -> Connect:
    """The function of this name, as `shop.systems:connect`. Raises BadInput saying what is wrong with the name."""
    module, colon, function = name.partition(":")
    if not (module and colon and function.isidentifier()):
        raise BadInput(f"{HOW}; “{name}” is no such name.")
    try:
        found = getattr(import_module(module), function, None)
    except ImportError as error:
        raise BadInput(f"{HOW}; {module} could not be imported: {error}.") from error
    if not callable(found):
        raise BadInput(f"{HOW}; {module} has no function {function}.")
    connect: Connect = found
    return connect
