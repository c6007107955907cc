"""A connector's back office on a database of its own, for tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

from cx_core.act.step_effect import Effects
from cx_core.adapters.network.pinned_connections import PinnedConnections
from cx_core.adapters.openapi.acts import KeptActs
from cx_core.adapters.openapi.back_office import ConnectorBackOffice
from cx_core.adapters.openapi.calls import Secret, SystemCalls, ToolServer
from cx_core.adapters.openapi.operations import read_api
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.migrate import migrate
from cx_core.catalogue import ActionSpec
from cx_core.catalogue.connected_actions import action_spec
from cx_core.records import ActionName, Argument, Connector, ImportedApi, Source, Step, StepId, Value
from tests.conftest import SetClock
from tests.connectors.served import Json

HERE = ("127.0.0.1",)


class ConnectedOffice(NamedTuple):
    """A back office over one system, and what a test needs to look behind it."""

    office: ConnectorBackOffice
    actions: Mapping[ActionName, ActionSpec]
    effects: Effects
    clock: SetClock
    acts: KeptActs


def imported(document: Json) -> ImportedApi:
    return read_api(json.dumps(document).encode())


def marked(key: str) -> str:
    """As the product makes of our key one that tells a system nothing."""
    return f"rung-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def no_tools() -> NoReturn:
    raise AssertionError("a system by its file has no tools")


@contextmanager
def connected_office(
    folder: Path,
    connector: Connector,
    secret: Secret,
    clock: SetClock,
    *,
    seconds: float = 5.0,
    listed: Collection[str] = HERE,
    url: str = "",
    tools: Callable[[], ToolServer] = no_tools,
) -> Iterator[ConnectedOffice]:
    engine = connect(url or f"sqlite:///{folder / 'rung.db'}")
    migrate(engine)
    acts = KeptActs(engine)
    calls = SystemCalls(PinnedConnections(listed, "CX_CONNECTOR_HOSTS", seconds, 4000), lambda _: secret, tools)
    office = ConnectorBackOffice(lambda: (connector,), calls, acts, clock, marked)
    actions = {one.action: action_spec(connector, one) for one in connector.classified}
    yield ConnectedOffice(office, actions, Effects(office, actions, clock), clock, acts)
    engine.dispose()


def step(action: str, values: Mapping[str, Value]) -> Step:
    source = Source(kind="advisor")
    arguments = tuple(Argument(name=name, value=value, source=source) for name, value in values.items())
    return Step(id=StepId("s1"), goal=0, action=ActionName(action), arguments=arguments)
