"""What a process keeps however often its desk reopens: databases, keys, accounts, and what is made of them alone."""

from __future__ import annotations

from cx_core.adapters.accounts.local_accounts import Accounts
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.chat.host_tokens import KeyedHostTokens
from cx_core.adapters.files.attachment_files import EncryptedFiles
from cx_core.adapters.files.import_files import EncryptedImports
from cx_core.adapters.files.waiting_files import WaitingFiles
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.keys.vault import KeyedVault
from cx_core.adapters.messenger.signed_calls import SignedMessengerCalls
from cx_core.adapters.notify.dispatch import Dispatches
from cx_core.adapters.openapi.systems import OpenApiSystems
from cx_core.adapters.search.served_articles import LiveShelf
from cx_core.adapters.sql.database import connect
from cx_core.adapters.sql.migrate import migrate
from cx_core.adapters.sql.set_up.own_task_type_rows import OwnTaskTypesInForce
from cx_core.adapters.sql.store import SqlStore
from cx_core.adapters.sql.switch_rows import SEAL
from cx_core.ports import Clock
from cx_core.privacy import log_masking
from cx_core.settings import Settings, hosts

ANCHOR = "audit.anchor"
CONNECTORS = "connectors"
"""The value of CX_BACK_OFFICE that stands for the systems connected on the Systems page."""


class Stores:
    """One per process."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        log_masking.install(settings.log_lines)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.data_dir.chmod(0o700)
        self.engine = connect(settings.url("rung"))
        migrate(self.engine)
        self.keys = KeyStore(settings.url("keys"))
        self.sealer = KeyedSealer(self.keys)
        self.files = EncryptedFiles(settings.data_dir / "files", self.keys)
        self.waiting_files = WaitingFiles(settings.data_dir / "uploads", self.keys)
        self.import_files = EncryptedImports(settings.data_dir / "imports", self.keys)
        self.audit = SqlAuditLog(self.engine, self.keys, settings.data_dir / ANCHOR, clock)
        self.store = SqlStore(self.engine, self.audit, self.sealer)
        if not self.sealer.ever_marked(SEAL):
            with self.store.begin() as unit:
                unit.switches.seal_switches_once()
        self.shelf = LiveShelf(self.engine)
        self.accounts = Accounts(
            self.engine, clock, settings.session_hours, self.sealer, self.audit, demo=settings.demo
        )
        self.accounts.seal_once()
        if settings.demo:
            self.accounts.seed_demo()
        self.dispatcher = Dispatches(settings, self.keys, clock)
        self.vault = KeyedVault(self.keys)
        self.host_tokens = KeyedHostTokens(self.keys)
        self.messenger_calls = SignedMessengerCalls(self.keys, clock, hosts(settings.webhook_hosts))
        self.task_types_in_force = OwnTaskTypesInForce(self.engine, self.sealer)
        self.connected_systems = OpenApiSystems(
            self.engine,
            self.keys,
            self.sealer,
            clock,
            self.store,
            hosts(settings.connector_hosts),
            used=settings.back_office == CONNECTORS,
        )

    def close(self) -> None:
        self.keys.close()
        self.engine.dispose()
