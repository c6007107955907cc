"""A connected system, as it is worked on and as it is in force."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Literal

from pydantic import Field

from cx_core.records.connectors.classified import ClassifiedOperation
from cx_core.records.connectors.imported import ImportedApi, ImportedOperation, SecurityScheme
from cx_core.records.values import Record

ConnectorState = Literal["draft", "waiting", "active", "stopped"]


class Connector(Record):
    """One business system: its file, how it is reached, and what was decided about its operations."""

    id: str
    name: str
    address: str = Field(description="what all paths are appended to")
    security: SecurityScheme = SecurityScheme()
    credentials: str = Field(default="", description="SHA-256 of its credentials as they are kept, encrypted")
    api: ImportedApi
    classified: tuple[ClassifiedOperation, ...] = ()
    state: ConnectorState = "draft"
    made_by: str = ""
    made_at: datetime | None = None
    asked_by: str = ""
    asked_at: datetime | None = None
    approved_by: str = ""
    active_at: datetime | None = None
    mark: str = Field(default="", description="over all that was signed, by the key store")
    stopped: dict[str, str] = Field(
        default_factory=dict, description="by operation: how a newer file differs from what was classified"
    )

    def operation(self, id: str) -> ImportedOperation | None:
        return next((one for one in self.api.operations if one.id == id), None)


class ConnectorFailure(Record):
    """A call of a system that went wrong, without a word of a customer."""

    action: str
    at: datetime
    trouble: str


class KeptConnector(Record):
    """A system on file: the version that is worked on, and the one in force."""

    draft: Connector
    in_force: Connector | None = None
    secret_kept: bool = False


def as_draft(one: Connector) -> Connector:
    """Return the same, to be worked on: nobody has asked for it as it will be."""
    return one.replace(state="draft", asked_by="", asked_at=None, approved_by="", active_at=None, mark="", stopped={})


def credentials_digest(sealed: bytes) -> str:
    """What a version names its credentials by; encrypted with a nonce, the same secret never has the same twice."""
    return sha256(sealed).hexdigest()


def connector_exact(connector: Connector) -> tuple[str, str]:
    """The name of the mark over a version that waits or is in force, and all that it is made over.

    What is as by default is left out, so that a field that a newer Rung adds breaks no mark.
    """
    exact = connector.model_dump(mode="json", exclude={"mark", "stopped"}, exclude_defaults=True)
    return f"connector {connector.id}", json.dumps({"connector": exact}, sort_keys=True)
