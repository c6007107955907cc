"""Connected systems, as administrators see them."""

from __future__ import annotations

from datetime import datetime

from cx_core.records import BusinessRecord, ClassifiedOperation, Connector, ConnectorFailure, ImportedOperation, Record


class OperationView(Record):
    """An operation of a file, what was decided about it, and what a person is offered to begin with."""

    operation: ImportedOperation
    decided: ClassifiedOperation | None = None
    proposed: ClassifiedOperation
    changes: tuple[str, ...] = ()


class ConnectorView(Record):
    """One system: the version that is worked on, what is in force, and how it does."""

    draft: Connector
    in_force: Connector | None = None
    secret_kept: bool = False
    operations: tuple[OperationView, ...] = ()
    faults: tuple[str, ...] = ()
    failures: tuple[ConnectorFailure, ...] = ()
    alone_from: datetime | None = None


class ReadTried(Record):
    """What a trial of a read gave."""

    records: tuple[BusinessRecord, ...] = ()
    trouble: str = ""
