"""The connected systems of an installation: those in force as they were signed, credentials, and trials of reads."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.network.pinned_connections import PinnedConnections
from cx_core.adapters.openapi.acts import KeptActs
from cx_core.adapters.openapi.back_office import ConnectorBackOffice
from cx_core.adapters.openapi.calls import Secret, SystemCalls
from cx_core.adapters.openapi.connector_rows import kept_connectors, named_secret
from cx_core.adapters.openapi.operations import operation_hash, read_api
from cx_core.adapters.openapi.reads import SystemReads
from cx_core.adapters.openapi.working_actions import WorkingActions
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import reading
from cx_core.catalogue.connector_check import operation_changes
from cx_core.desk.governance.tool_drift import put_drift_on_record
from cx_core.errors import BadInput, SystemRefused, SystemTrouble
from cx_core.ports import Clock, Sealer, Store
from cx_core.records import ActionName, BusinessRecord, Connector, ImportedApi, KeptConnector, Value, connector_exact

if TYPE_CHECKING:
    from cx_core.adapters.mcp.tool_calls import ToolCalls

KEY = "connectors"
MARK_KEY = "connector marks"
HOSTS = "CX_CONNECTOR_HOSTS"
SECONDS = 20.0
LONGEST_ADDRESS = 4_000
_NONCE = 12


class OpenApiSystems:
    """Implements ports.connectors.ConnectedSystems, and gives the back office made of what is in force."""

    def __init__(
        self,
        engine: sa.Engine,
        keys: KeyStore,
        sealer: Sealer,
        clock: Clock,
        store: Store,
        listed: Collection[str] = (),
        *,
        used: bool = True,
    ) -> None:
        self.used = used
        self._engine = engine
        self._reader = reading(engine)
        self._keys = keys
        self._sealer = sealer
        self._clock = clock
        self._store = store
        self._listed = tuple(listed)
        self._ways = PinnedConnections(listed, HOSTS, SECONDS, LONGEST_ADDRESS)
        self._calls = SystemCalls(self._ways, self._secret, lambda: self._tools)

    @cached_property
    def back_office(self) -> ConnectorBackOffice:
        return ConnectorBackOffice(self.active, self._calls, KeptActs(self._engine), self._clock, self._marked)

    @cached_property
    def _tools(self) -> ToolCalls:
        """Made when it is first needed: its library takes a second to load."""
        from cx_core.adapters.mcp.tool_calls import ToolCalls

        drifted = partial(put_drift_on_record, self._store)
        return ToolCalls(self._listed, HOSTS, LONGEST_ADDRESS, drifted)

    def active(self) -> tuple[Connector, ...]:
        """Systems in force as two people signed them; of a newer file only its differences count, and they stop."""
        with self._reader.begin() as connection:
            kept = kept_connectors(connection)
        return tuple(
            _narrowed(one.in_force, one)
            for one in kept
            if one.in_force is not None and self._sealer.marked_last(*connector_exact(one.in_force), one.in_force.mark)
        )

    def read_file(self, content: bytes) -> ImportedApi:
        return read_api(content)

    def read_tools(self, connector: Connector, value: str = "", name: str = "") -> ImportedApi:
        try:
            shown = self._calls.shown(connector, Secret(value, name) if value else None)
            return self._tools.look(connector.address, shown)
        except SystemTrouble as trouble:
            raise BadInput(f"The tools could not be listed: {trouble}") from None

    def refuses(self, address: str) -> str:
        return self._ways.refuses(address)

    def out_of_use(self, action: ActionName, kind: Literal["read", "write"]) -> str:
        try:
            WorkingActions(self.active).get(action, kind)
        except SystemRefused as why:
            return str(why)
        return ""

    def sealed(self, id: str, value: str, name: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        plain = json.dumps({"value": value, "name": name}).encode()
        return nonce + AESGCM(self._keys.secret(KEY)).encrypt(nonce, plain, id.encode())

    def try_read(
        self, connector: Connector, action: ActionName, arguments: Mapping[str, Value]
    ) -> tuple[BusinessRecord, ...]:
        working = WorkingActions(lambda: (connector,)).get(action, "read")
        return SystemReads(self._calls).read(working, arguments)

    def _secret(self, connector: Connector) -> Secret:
        """The credentials that this version was signed with, or that its draft would be."""
        id, c = connector.id, t.connector.c
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(c.secret, c.next_secret).where(c.id == id)).one_or_none()
        kept = named_secret(connector, row.secret, row.next_secret) if row is not None else None
        if kept is None:
            return Secret()
        try:
            plain = AESGCM(self._keys.secret(KEY)).decrypt(kept[:_NONCE], kept[_NONCE:], id.encode())
        except (InvalidTag, ValueError):
            return Secret()
        return Secret(**json.loads(plain))

    def _marked(self, key: str) -> str:
        """The key that a system is sent: the same for the same act, and different in every installation."""
        return "rung-" + hmac.new(self._keys.secret(MARK_KEY), key.encode(), sha256).hexdigest()[:32]


def _narrowed(signed: Connector, kept: KeptConnector) -> Connector:
    """The signed version, with what a newer file describes otherwise stopped. Nothing of that file is used."""
    newer = kept.draft.api
    if newer.hash == signed.api.hash and newer == signed.api:
        return signed
    stopped: dict[str, str] = {}
    for one in signed.classified:
        before = signed.operation(one.operation)
        after = next((other for other in newer.operations if other.id == one.operation), None)
        if before is not None and (after is None or operation_hash(after) != before.hash):
            stopped[one.operation] = "; ".join(operation_changes(before, after))[:300]
    return signed.replace(stopped=stopped)
