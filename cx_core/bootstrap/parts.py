"""The adapters, made from the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from cx_core.adapters.accounts.local_accounts import Accounts
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.chat.host_tokens import KeyedHostTokens
from cx_core.adapters.files.attachment_files import EncryptedFiles
from cx_core.adapters.files.import_files import EncryptedImports
from cx_core.adapters.files.waiting_files import WaitingFiles
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.keys.vault import KeyedVault
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.messenger.signed_calls import SignedMessengerCalls
from cx_core.adapters.notify.dispatch import Dispatches
from cx_core.adapters.openapi.systems import OpenApiSystems
from cx_core.adapters.openapi.unconnected_outbox import UnconnectedOutbox
from cx_core.adapters.search.served_articles import LiveShelf, take_in
from cx_core.adapters.sql.database import Engine, connect
from cx_core.adapters.sql.migrate import migrate
from cx_core.adapters.sql.own_task_type_rows import OwnTaskTypesInForce
from cx_core.adapters.sql.store import SqlStore
from cx_core.adapters.sql.switch_rows import SEAL
from cx_core.bootstrap.own_business import own_business
from cx_core.bootstrap.own_task_types import LaidOverTaskTypes
from cx_core.catalogue import Knowledge
from cx_core.catalogue.connected_actions import with_connected
from cx_core.desk.channels.channel_outbox import ChannelOutbox
from cx_core.desk.channels.mail_channel import MailChannel
from cx_core.desk.channels.outbox_channel import OutboxChannel
from cx_core.desk.chat.chat_channel import ChatChannel
from cx_core.desk.messengers.messenger_channel import MessengerChannel
from cx_core.ports import (
    BackOffice,
    BusinessSystems,
    Clock,
    Detector,
    Encoder,
    Index,
    LanguageModel,
    Outbox,
    SolvedCases,
)
from cx_core.ports.channels import Channel
from cx_core.ports.conversion import Converter
from cx_core.ports.imports import ExportReader
from cx_core.ports.outside.mailboxes import MailFormat, MailServers
from cx_core.privacy import log_masking
from cx_core.records import ActionName
from cx_core.service_rules.mail_threads import MailThreads
from cx_core.settings import Settings

if TYPE_CHECKING:
    from cx_core.adapters.policy.policy_in_force import Policies
    from cx_core.adapters.search.contradiction_check import Opposed
    from cx_core.workflows.model_drafting import Drafter

ANCHOR = "audit.anchor"
CONNECTORS = "connectors"
"""The value of CX_BACK_OFFICE that stands for the systems connected on the Systems page."""


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class Parts:
    """What the stages and the Desk are made of. What is light is made at once, the rest when it is first asked for."""

    def __init__(self, settings: Settings, clock: Clock = now, *, encoder: Encoder | None = None) -> None:
        """`encoder`: one that is loaded already, instead of one of its own."""
        self.settings = settings
        self.clock = clock
        self._given_encoder = encoder
        log_masking.install(settings.log_lines)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.data_dir.chmod(0o700)
        self.knowledge: Knowledge = load(settings.knowledge)
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
        take_in(self.store, self.knowledge.articles, clock)
        self.shelf = LiveShelf(self.engine)
        self.accounts = Accounts(
            self.engine, clock, settings.session_hours, self.sealer, self.audit, demo=settings.demo
        )
        self.accounts.seal_once()
        if settings.demo:
            self.accounts.seed_demo()
        self.dispatcher = Dispatches(settings, self.keys, clock)
        self.vault = KeyedVault(self.keys)
        hosts = [host.strip().lower() for host in settings.connector_hosts.split(",")]
        listed, used = [host for host in hosts if host], settings.back_office == CONNECTORS
        self.connected_systems = OpenApiSystems(
            self.engine, self.keys, self.sealer, clock, self.store, listed, used=used
        )
        self._connected: frozenset[ActionName] = frozenset()
        if used:
            own = self.knowledge.actions.keys()
            self.knowledge = with_connected(self.knowledge, self.connected_systems.active())
            self._connected = frozenset(self.knowledge.actions.keys() - own)
        in_force = OwnTaskTypesInForce(self.engine, self.sealer)
        self.own_task_types = LaidOverTaskTypes(self.knowledge, in_force.now, self.connected_systems, self._connected)
        self.knowledge = self.own_task_types.knowledge()
        self.host_tokens = KeyedHostTokens(self.keys)
        webhooks = [host.strip().lower() for host in settings.webhook_hosts.split(",")]
        self.messenger_calls = SignedMessengerCalls(self.keys, clock, [host for host in webhooks if host])

    @cached_property
    def encoder(self) -> Encoder:
        from cx_core.adapters.encoder.minilm import MiniLM

        return self._given_encoder or MiniLM(self.settings.encoder)

    @cached_property
    def index(self) -> Index:
        from cx_core.adapters.search.article_index import open_index
        from cx_core.adapters.search.index_updates import FollowingIndex

        settings, articles = self.settings, self.shelf.articles()
        index = open_index(
            settings.data_dir / "index",
            articles.values(),
            self.encoder,
            url=settings.chroma_url,
            earlier=self._earlier_encoder,
        )
        return FollowingIndex(index, self.shelf, articles)

    def _earlier_encoder(self, version: str) -> Encoder | None:
        """The packaged encoder, where the vectors that are there were made by it."""
        from cx_core.adapters.encoder.minilm import MiniLM

        packaged = MiniLM()
        return packaged if packaged.version == version else None

    @cached_property
    def cases(self) -> SolvedCases:
        from cx_core.adapters.search.solved_case_index import CaseIndex

        made = CaseIndex(self.engine, self.encoder)
        made.refresh(0)  # what is encoded already is found from the first ticket on
        return made

    @cached_property
    def opposed(self) -> Opposed:
        from cx_core.adapters.search.contradiction_check import Opposed

        return Opposed(self.encoder.encode, self.clock)

    @cached_property
    def policies(self) -> Policies:
        from cx_core.adapters.policy.policy_in_force import Policies
        from cx_core.adapters.sql.policy_rows import ActiveSets

        folder, sets = self.settings.knowledge / "policies", ActiveSets(self.engine)
        currency, actions = self.knowledge.company.currency, self.knowledge.actions
        connected = [name for name in self._connected if actions[name].kind == "write"]
        own = self.own_task_types.laid_over
        return Policies(folder, actions, sets, self.sealer, currency, connected=connected, own=own)

    @cached_property
    def fernline(self) -> Engine:
        from cx_core.adapters.fernline import open_fernline

        return open_fernline(self.settings.url("fernline"), self.clock)

    @cached_property
    def business(self) -> BusinessSystems:
        """The systems that the settings name; Fernline's where they name none."""
        if self.settings.back_office == CONNECTORS:
            return BusinessSystems(self.connected_systems.back_office, UnconnectedOutbox())
        if self.settings.back_office:
            return own_business(self.settings.back_office)(self.settings, self.clock)
        from cx_core.adapters.fernline import Fernline, FernlineOutbox

        return BusinessSystems(Fernline(self.fernline, self.clock), FernlineOutbox(self.fernline, self.clock))

    @cached_property
    def back_office(self) -> BackOffice:
        return self.business.back_office

    @cached_property
    def outbox(self) -> Outbox:
        """By the mailbox, chat or messenger that a ticket came by; else as the business systems send it."""
        return ChannelOutbox(self.channels, OutboxChannel(self.business.outbox), self.store)

    @cached_property
    def mail_servers(self) -> MailServers:
        from cx_core.adapters.mailbox.mail_servers import NetworkMailServers

        settings = self.settings
        most = settings.mail_mb * 1_000_000
        return NetworkMailServers(self.store, self.vault, self.clock, most, settings.mail_ca_file)

    @cached_property
    def mail_format(self) -> MailFormat:
        from cx_core.adapters.mail.mail_format import InternetMail

        return InternetMail(self.clock, self.knowledge.company.contacts)

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        automatic_hour = self.settings.mail_automatic_hour
        return (
            MailChannel(self.store, self.vault, self.mail_format, MailThreads(self.sealer), self.clock, automatic_hour),
            ChatChannel(self.store, self.accounts.names, self.clock),
            MessengerChannel(self.store, self.vault, self.clock),
        )

    @cached_property
    def model(self) -> LanguageModel | None:
        """A language model, where one is configured; else the built-in drafts are all there is."""
        if not self.settings.has_model:
            return None
        from cx_core.adapters.llm.chat_completions import OpenAIModel

        return OpenAIModel(self.settings, self.engine, self.clock)

    @cached_property
    def drafter(self) -> Drafter | None:
        from cx_core.workflows.model_drafting import Drafter

        return Drafter(self.model, self.knowledge) if self.model is not None else None

    @cached_property
    def converter(self) -> Converter:
        from cx_core.adapters.conversion.process import Conversions

        settings = self.settings
        return Conversions(settings.upload_mb * 1_000_000, unprotected=settings.uploads_unprotected)

    @cached_property
    def export_reader(self) -> ExportReader:
        from cx_core.adapters.imports.import_process import ExportProcesses

        return ExportProcesses(unprotected=self.settings.uploads_unprotected)

    @cached_property
    def detector(self) -> Detector:
        from cx_core.adapters.classifier.language_detection import LangId

        return LangId()
