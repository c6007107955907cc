"""Business systems by OpenAPI file or MCP server: imported, classified one by one, put in force by two people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from cx_core.catalogue.connector_check import connector_faults, operation_changes, operation_faults, pointer_faults
from cx_core.catalogue.operation_proposal import proposed
from cx_core.desk.governance.second_signature import TwoSignatures
from cx_core.desk.service import Means, Service, allow
from cx_core.errors import SystemTrouble
from cx_core.ports import Unit
from cx_core.records import (
    ActionName,
    ClassifiedOperation,
    Connector,
    ImportedApi,
    ImportedOperation,
    KeptConnector,
    Person,
    PersonId,
    Role,
    SecurityScheme,
    Value,
    as_draft,
    connector_exact,
    credentials_digest,
)
from cx_core.views import Refusal
from cx_core.views.channels.connector_views import ConnectorView, OperationView, ReadTried, StoppingAction

SHOWN_FAILURES = 10
LONGEST_SECRET = 4_000
_GONE = Refusal(code="stale", text="Somebody has moved this system on meanwhile. Look again.")


class ConnectorService(Service):
    """For administrators alone."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._connected = means.connected_systems
        self._signatures = TwoSignatures(means.accounts, means.sealer, means.clock, connector_exact)

    def all(self, person: Person) -> tuple[ConnectorView, ...]:
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            return tuple(self._view(unit, one) for one in unit.connectors.all())

    def used(self, person: Person) -> bool:
        """Whether this installation works on connected systems; otherwise they can be tried and are not called."""
        allow(person, Role.ADMINISTRATOR)
        return self._connected.used

    def import_file(
        self, person: Person, name: str, content: bytes, address: str = "", id: str = ""
    ) -> Connector | Refusal:
        """A new system, or (`id`) a newer file of one: what it describes otherwise stops until it is classified anew.

        Raises BadInput naming the line or JSON pointer of what is wrong with the file.
        """
        allow(person, Role.ADMINISTRATOR)
        api = self._connected.read_file(content)
        where = (address.strip() or (api.servers[0] if api.servers else "")).rstrip("/")
        with self._store.begin() as unit:
            kept = unit.connectors.all()
            earlier = next((one for one in kept if one.draft.id == id), None)
            if id and (earlier is None or earlier.draft.api.kind != api.kind):
                return _GONE
            if earlier is not None:
                made = as_draft(earlier.draft).replace(api=api)
            elif (refusal := self._new_refused(name, where, kept)) is not None:
                return refusal
            else:
                security = api.security[0] if api.security else SecurityScheme()
                made = self._new(person, name, where, api, security)
            self._put(unit, person, "connector_imported", made, file=api.hash, operations=len(api.operations))
        return made

    def stopped_by(self, person: Person, id: str, content: bytes) -> tuple[StoppingAction, ...]:
        """What of a system in force would stop as soon as this newer file of it is imported. Nothing is kept.

        Raises BadInput as `import_file` does.
        """
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            kept = next((one for one in unit.connectors.all() if one.draft.id == id), None)
        in_force = kept.in_force if kept is not None else None
        if in_force is None:
            return ()
        after = {operation.id: operation for operation in self._connected.read_file(content).operations}
        stopping = (
            (one, operation_changes(before, after.get(one.operation)))
            for one in in_force.classified
            if (before := in_force.operation(one.operation)) is not None
        )
        return tuple(
            StoppingAction(title=one.title, finds_customers=one.finds.startswith("customers"), changes=changes)
            for one, changes in stopping
            if changes
        )

    def import_tools(
        self, person: Person, name: str, address: str, security: SecurityScheme, value: str = ""
    ) -> Connector | Refusal:
        """A new system: the MCP server at this address, with the tools that it lists. `value` is its secret.

        Raises BadInput where the server cannot be reached, or offers no tool that can be used.
        """
        allow(person, Role.ADMINISTRATOR)
        if len(value) > LONGEST_SECRET:
            return Refusal(code="denied", text="That is too long for a secret.")
        where = address.strip()
        with self._store.look() as unit:
            refusal = self._new_refused(name, where, unit.connectors.all())
        if refusal is not None:
            return refusal
        nothing_yet = ImportedApi(kind="mcp", title="", version="", operations=(), hash="")
        made = self._new(person, name, where, nothing_yet, security)
        made = made.replace(api=self._connected.read_tools(made, value))
        sealed = self._connected.sealed(made.id, value, "") if value else b""
        made = made.replace(credentials=credentials_digest(sealed) if sealed else "")
        with self._store.begin() as unit:
            if (refusal := self._new_refused(name, where, unit.connectors.all())) is not None:
                return refusal
            self._put(
                unit, person, "connector_imported", made, tools=made.api.hash, operations=len(made.api.operations)
            )
            if sealed:
                unit.connectors.put_secret(made.id, sealed)
        return made

    def look_again(self, person: Person, id: str) -> Connector | Refusal:
        """List the tools of an MCP server again: those that are described otherwise stop until classified anew.

        Raises BadInput as `import_tools` does.
        """
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            kept = next((one for one in unit.connectors.all() if one.draft.id == id), None)
        if kept is None or kept.draft.api.kind != "mcp":
            return _GONE
        api = self._connected.read_tools(kept.draft)
        with self._store.begin() as unit:
            now = unit.connectors.get(id)
            if now is None or now.draft.address != kept.draft.address:
                return _GONE
            if now.draft.api == api:
                return now.draft
            made = as_draft(now.draft).replace(api=api)
            self._put(unit, person, "connector_imported", made, tools=api.hash, operations=len(api.operations))
        return made

    def set_access(
        self, person: Person, id: str, security: SecurityScheme, value: str = "", user: str = ""
    ) -> Connector | Refusal:
        """How the system is shown who calls. `value` is the secret, kept encrypted; empty: the one that is there.

        What is in force keeps its own until two people have signed the new one.
        """
        allow(person, Role.ADMINISTRATOR)
        if len(value) > LONGEST_SECRET:
            return Refusal(code="denied", text="That is too long for a secret.")
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None:
                return _GONE
            made = kept.draft
            sealed = self._connected.sealed(id, value, user) if value else b""
            if security != made.security or sealed:
                credentials = credentials_digest(sealed) if sealed else made.credentials
                made = as_draft(made).replace(security=security, credentials=credentials)
            self._put(unit, person, "connector_access_set", made, shown_by=security.kind, secret_changed=bool(value))
            if sealed:
                unit.connectors.put_secret(id, sealed)
        return made

    def classify(self, person: Person, id: str, decided: ClassifiedOperation) -> Connector | Refusal:
        """What a person decided about an operation as it is in the file now. Nothing is kept where a place in the
        answer is not written as one."""
        allow(person, Role.ADMINISTRATOR)
        if wrong := pointer_faults(decided):
            return Refusal(code="denied", text=f"Not saved: {wrong[0]}")
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            operation = kept.draft.operation(decided.operation) if kept else None
            if kept is None or operation is None or operation.hash != decided.hash:
                return _GONE
            others = [one for one in kept.draft.classified if one.operation != decided.operation]
            made = as_draft(kept.draft).replace(classified=(*others, decided))
            self._put(unit, person, "operation_classified", made, decided=decided.model_dump(mode="json"))
        return made

    def leave_out(self, person: Person, id: str, operation: str) -> Connector | Refusal:
        """The operation is no action any more."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None:
                return _GONE
            left = tuple(one for one in kept.draft.classified if one.operation != operation)
            made = as_draft(kept.draft).replace(classified=left)
            self._put(unit, person, "operation_left_out", made, operation=operation)
        return made

    def ask(self, person: Person, id: str) -> Connector | Refusal:
        """Ask for the draft to be put in force."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None or kept.draft.state == "waiting":
                return _GONE
            if faults := self._faults(unit, kept):
                return Refusal(code="denied", text=f"It cannot be in force: {faults[0]}")
            made = self._signatures.asked(unit, person, kept.draft)
            self._put(unit, person, "connector_asked", made)
        return made

    def withdraw(self, person: Person, id: str) -> Connector | Refusal:
        """A system that waits is a draft again."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None or kept.draft.state != "waiting":
                return _GONE
            self._signatures.void(unit, kept.draft)
            made = as_draft(kept.draft)
            self._put(unit, person, "connector_withdrawn", made)
        return made

    def put_in_force(self, person: Person, seen: Connector, password: str = "") -> Connector | Refusal:
        """Put a system that waits in force, as this person has `seen` it: a second administrator, or the only one
        once more, with their password and after a delay."""
        allow(person, Role.ADMINISTRATOR)
        if (refusal := self._signatures.own_refused(person, seen, password)) is not None:
            return refusal
        with self._store.begin() as unit:
            kept = unit.connectors.get(seen.id)
            if kept is None or kept.draft != seen or seen.state != "waiting":
                return _GONE
            if (refusal := self._signatures.refused(seen)) is not None:
                return refusal
            if faults := self._faults(unit, kept):
                return Refusal(code="denied", text=f"It cannot be in force: {faults[0]}")
            made = self._signatures.signed(unit, person, seen)
            unit.connectors.put_in_force(made.id, made)
            actions = [one.action for one in made.classified]
            self._put(
                unit,
                person,
                "connector_in_force",
                made,
                asked_by=seen.asked_by,
                alone=seen.asked_by == person.id,
                actions=actions,
            )
        return made

    def stop(self, person: Person, id: str, reason: str) -> Connector | Refusal:
        """Take a system out of force at once; one administrator may."""
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, for the record.")
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None or kept.in_force is None:
                return _GONE
            self._signatures.void(unit, kept.draft)
            self._signatures.end(unit, kept.in_force)
            made = as_draft(kept.draft).replace(state="stopped")
            unit.connectors.put_in_force(id, None)
            self._put(unit, person, "connector_stopped", made, reason=reason.strip())
        return made

    def try_read(self, person: Person, id: str, action: ActionName, arguments: Mapping[str, Value]) -> ReadTried:
        """Call a read of the version that is worked on, and put it on record.

        Nothing is called that could not be a read in force; a POST only where two people said that it is one.
        """
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            kept = unit.connectors.get(id)
            if kept is None:
                return ReadTried(trouble=_GONE.text)
            if why := self._untried(kept, action):
                return ReadTried(trouble=why)
            unit.record("connector_read_tried", actor=person.id, payload={"connector": id, "action": action})
        try:
            return ReadTried(records=self._connected.try_read(kept.draft, action, arguments))
        except SystemTrouble as trouble:
            return ReadTried(trouble=str(trouble))

    def _untried(self, kept: KeptConnector, action: ActionName) -> str:
        """Why a read is not tried; empty if it may be."""
        draft = kept.draft
        signed = kept.in_force is not None and kept.in_force == draft and self._signatures.genuine(kept.in_force)
        for one in draft.classified:
            if one.action != action or one.kind != "read":
                continue
            if faults := operation_faults(draft, one):
                return f"It cannot be tried: {faults[0]}"
            operation = draft.operation(one.operation)
            if not signed and (operation is None or operation.method != "GET"):
                return "Only a read by GET is tried before two people have put the system in force."
        return ""

    def _new(self, person: Person, name: str, address: str, api: ImportedApi, security: SecurityScheme) -> Connector:
        return Connector(
            id=uuid.uuid4().hex, name=name.strip()[:80], address=address, api=api, made_by=person.id,
            security=security, made_at=self._clock(),
        )  # fmt: skip

    def _new_refused(self, name: str, address: str, kept: tuple[KeptConnector, ...]) -> Refusal | None:
        if not name.strip():
            return Refusal(code="empty", text="Give the system a name, so that people can tell it from the others.")
        if name.strip().casefold() in {one.draft.name.casefold() for one in kept}:
            return Refusal(code="already", text="There is a system of this name. Choose another name.")
        if not address:
            return Refusal(code="empty", text="Give the address; the file names none that all paths could follow.")
        why = self._connected.refuses(address)
        return Refusal(code="denied", text=f"It cannot be called there: {why}") if why else None

    def _faults(self, unit: Unit, kept: KeptConnector) -> tuple[str, ...]:
        others = {
            action.action: other.draft.name
            for other in unit.connectors.all()
            if other.in_force is not None and other.draft.id != kept.draft.id
            for action in other.in_force.classified
        }
        found = connector_faults(kept.draft, others)
        if kept.draft.security.kind != "none" and not kept.secret_kept:
            found = (*found, "No credentials are kept for it yet.")
        return found

    def _view(self, unit: Unit, kept: KeptConnector) -> ConnectorView:
        draft, before = kept.draft, kept.in_force
        decided = {one.operation: one for one in draft.classified}
        operations = []
        for operation in draft.api.operations:
            was = before.operation(operation.id) if before else None
            changes = operation_changes(was, operation) if was else ()
            one = decided.get(operation.id)
            operations.append(
                OperationView(operation=operation, decided=one, proposed=self._proposed(operation), changes=changes)
            )
        for one in draft.classified:  # shown as long as it is classified, so that it can be left out
            was = before.operation(one.operation) if before else None
            if was is not None and draft.operation(one.operation) is None:
                gone = operation_changes(was, None)
                operations.append(OperationView(operation=was, decided=one, proposed=self._proposed(was), changes=gone))
        return ConnectorView(
            draft=draft,
            in_force=before if before and self._signatures.genuine(before) else None,
            secret_kept=kept.secret_kept,
            operations=tuple(operations),
            faults=self._faults(unit, kept) if draft.state in ("draft", "stopped") else self._unsigned(before),
            failures=unit.connectors.failures(draft.id, SHOWN_FAILURES),
            alone_from=self._signatures.alone_from(draft),
            asked_by=self._accounts.names().get(PersonId(draft.asked_by), "") if draft.state == "waiting" else "",
        )

    def _unsigned(self, in_force: Connector | None) -> tuple[str, ...]:
        if in_force is None or self._signatures.genuine(in_force):
            return ()
        return ("What is in force is not as it was signed, and is not called. Save an operation, and ask for it anew.",)

    def _proposed(self, operation: ImportedOperation) -> ClassifiedOperation:
        return proposed(operation, self._knowledge.company.currency)

    def _put(self, unit: Unit, person: Person, kind: str, made: Connector, **told: object) -> None:
        unit.connectors.put(made)
        unit.record(kind, actor=person.id, payload={"connector": made.id, "name": made.name, **told})
