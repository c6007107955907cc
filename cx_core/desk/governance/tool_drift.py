"""Stops tools of MCP servers that are described otherwise than two people signed, and puts that on record."""

from __future__ import annotations

from collections.abc import Mapping

from cx_core.catalogue.connector_check import operation_changes
from cx_core.ports import Store
from cx_core.records import Connector, ImportedOperation, as_draft

RUNG = "rung"


def put_drift_on_record(store: Store, signed: Connector, seen: Mapping[str, ImportedOperation | None]) -> None:
    """Make what was `seen` (None: the server has it no more) part of the draft, which stops these tools.

    A tool stays stopped until a person looks at the server again, even if the server goes back to what was signed: a
    server that shows two faces writes one event for each tool, and nothing else.
    """
    with store.begin() as unit:
        kept = unit.connectors.get(signed.id)
        if kept is None or kept.in_force is None or kept.in_force.mark != signed.mark:
            return
        draft = kept.draft
        anew = {
            id: operation
            for id, operation in seen.items()
            if (shown := draft.operation(id)) is not None and (before := signed.operation(id)) and shown == before
        }
        if not anew:
            return
        now = tuple(operation for one in draft.api.operations if (operation := anew.get(one.id, one)) is not None)
        unit.connectors.put(as_draft(draft).replace(api=draft.api.replace(operations=now)))
        changes = {id: list(operation_changes(before, anew[id])) for id in anew if (before := signed.operation(id))}
        payload = {"connector": signed.id, "name": signed.name, "changes": changes}
        unit.record("tool_drifted", actor=RUNG, payload=payload)
