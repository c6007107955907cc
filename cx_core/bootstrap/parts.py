"""The adapters, made from the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from cx_core.adapters.callbacks.callback_office import SCHEDULE, CallbackOffice
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.openapi.unconnected_outbox import UnconnectedOutbox
from cx_core.adapters.search.served_articles import take_in
from cx_core.adapters.sql.database import Engine
from cx_core.bootstrap.laid_over import LaidOver
from cx_core.bootstrap.own_business import own_business
from cx_core.bootstrap.own_task_types import LaidOverTaskTypes, digest
from cx_core.bootstrap.stores import CONNECTORS, Stores
from cx_core.catalogue import Knowledge
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
from cx_core.ports.outside.imports import ExportReader
from cx_core.ports.outside.mailboxes import MailFormat, MailServers
from cx_core.records import ActionName
from cx_core.service_rules.mail_threads import MailThreads
from cx_core.settings import Settings

if TYPE_CHECKING:
    from cx_core.adapters.policy.policy_in_force import Policies
    from cx_core.adapters.search.contradiction_check import Opposed
    from cx_core.workflows.model_drafting import Drafter

OWN_SYSTEM = "rung"
"""The system of actions that Rung carries out itself."""

SHARED = frozenset({"encoder", "index", "cases", "opposed", "model", "converter", "detector", "fernline"})
"""Parts that depend on nothing that is laid over the knowledge: a desk that opens beside another takes them over."""


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class Parts:
    """What the stages and the Desk are made of. What is light is made at once, the rest when it is first asked for."""

    def __init__(
        self, settings: Settings, clock: Clock = now, *, encoder: Encoder | None = None, beside: Parts | None = None
    ) -> None:
        """`encoder`: one that is loaded already, instead of one of its own. `beside`: the parts at work now, with which
        these share the databases and whatever does not depend on what the business decided."""
        self.settings = settings
        self.clock = clock
        self._given_encoder: Encoder | None = encoder or (beside._given_encoder if beside is not None else None)
        folder = load(settings.knowledge)
        self.stores: Stores = beside.stores if beside is not None else Stores(settings, clock)
        self.engine = self.stores.engine
        self.keys = self.stores.keys
        self.sealer = self.stores.sealer
        self.files = self.stores.files
        self.waiting_files = self.stores.waiting_files
        self.audit = self.stores.audit
        self.store = self.stores.store
        self.accounts = self.stores.accounts
        self.shelf = self.stores.shelf
        self.dispatcher = self.stores.dispatcher
        self.vault = self.stores.vault
        self.host_tokens = self.stores.host_tokens
        self.connected_systems = self.stores.connected_systems
        self.import_files = self.stores.import_files
        self.messenger_calls = self.stores.messenger_calls
        if beside is not None:
            self.__dict__ |= {name: made for name, made in beside.__dict__.items() if name in SHARED}
        take_in(self.store, folder.articles, clock)
        self.opened_with = self.laid_over()
        known = self.opened_with.over(folder)
        self._connected: frozenset[ActionName] = frozenset(known.actions.keys() - folder.actions.keys())
        in_force = self.stores.task_types_in_force
        self.own_task_types = LaidOverTaskTypes(known, in_force.now, self.connected_systems, self._connected)
        self.knowledge: Knowledge = self.own_task_types.knowledge()

    def laid_over(self) -> LaidOver:
        """What people set on pages, as it is on file at this moment."""
        systems = self.connected_systems
        with self.store.look() as unit:
            facts = unit.company_facts.get()
        task_types = digest(self.stores.task_types_in_force.now())
        return LaidOver(facts, systems.active() if systems.used else (), task_types)

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
        return self.with_callbacks(self.business.back_office)

    def with_callbacks(self, systems: BackOffice) -> BackOffice:
        """The systems, and before them Rung's own list of callbacks where the knowledge has one."""
        schedule = self.knowledge.actions.get(SCHEDULE)
        if schedule is None or schedule.system != OWN_SYSTEM:
            return systems
        return CallbackOffice(self.engine, self.clock, self.knowledge.company.timezone, systems)

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
