"""Business systems that people connect by an OpenAPI file, or as MCP servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from cx_core.records import (
    ActionName,
    BusinessRecord,
    Connector,
    ConnectorFailure,
    ImportedApi,
    KeptConnector,
    Value,
)


class ConnectorRepository(Protocol):
    """Connected systems on file."""

    def all(self) -> tuple[KeptConnector, ...]:
        """By name."""
        ...

    def get(self, id: str) -> KeptConnector | None: ...

    def put(self, draft: Connector) -> None:
        """Keep the version that is worked on; the one in force stays."""
        ...

    def put_in_force(self, id: str, connector: Connector | None) -> None:
        """Put a version in force with the credentials that it names, or none."""
        ...

    def put_secret(self, id: str, sealed: bytes) -> None:
        """Keep credentials for the version that is worked on; those in force stay until it is."""
        ...

    def drop(self, id: str) -> None: ...

    def failures(self, id: str, most: int) -> tuple[ConnectorFailure, ...]:
        """Newest first."""
        ...


class ConnectedSystems(Protocol):
    """Reads OpenAPI files and lists of tools, and reaches the systems they describe."""

    @property
    def used(self) -> bool:
        """Whether this installation works on connected systems, as CX_BACK_OFFICE says."""
        ...

    def read_file(self, content: bytes) -> ImportedApi:
        """Raises BadInput naming the line or JSON pointer and the reason."""
        ...

    def read_tools(self, connector: Connector, value: str = "", name: str = "") -> ImportedApi:
        """The tools of the MCP server at the connector's address, which is shown the kept credentials or `value`.

        Raises BadInput where it cannot be reached, or offers no tool that can be used.
        """
        ...

    def refuses(self, address: str) -> str:
        """Why a system is never called at this address; empty if it may be."""
        ...

    def out_of_use(self, action: ActionName, kind: Literal["read", "write"]) -> str:
        """Why an action of a connected system cannot be called now: stopped, or its file changed; empty if it can."""
        ...

    def sealed(self, id: str, value: str, name: str) -> bytes:
        """Credentials, encrypted for this connector alone."""
        ...

    def try_read(
        self, connector: Connector, action: ActionName, arguments: Mapping[str, Value]
    ) -> tuple[BusinessRecord, ...]:
        """Call a read of a connector that need not be in force. Raises SystemTrouble."""
        ...
