"""What people and programs may ask for. Pages, API and command line call only this.

Every call names the person and checks the role. A no that belongs to ordinary work is a Refusal, a value with
words for people; a role that does not cover a call is NotAllowed. The calls themselves are those of the services, which
lie in the folders beside this file, by what they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from typing import Protocol

from cx_core.catalogue import TaskType
from cx_core.desk.accounts.account_admin import AccountService
from cx_core.desk.accounts.first_administrator import FirstAdministrator
from cx_core.desk.accounts.invitations import InvitationService
from cx_core.desk.channels.mail_fetching import MailFetching
from cx_core.desk.channels.mail_sending import MailSending
from cx_core.desk.channels.mailbox_admin import MailboxService
from cx_core.desk.channels.mailbox_watch import MailboxWatch
from cx_core.desk.channels.mails_set_apart import MailsSetApart
from cx_core.desk.chat.chat_presence import ChatPresence
from cx_core.desk.chat.chat_states import ChatStates
from cx_core.desk.chat.chat_widgets import ChatWidgetService
from cx_core.desk.chat.transcripts import ChatTranscripts
from cx_core.desk.chat.visitors import ChatVisitors
from cx_core.desk.governance.advisor_work import AdvisorWork
from cx_core.desk.governance.audit_access import AuditAccessService
from cx_core.desk.governance.autonomy_levels import LevelService
from cx_core.desk.governance.case_reviews import CaseReviews
from cx_core.desk.governance.coming_down import ComingDown
from cx_core.desk.governance.connectors import ConnectorService
from cx_core.desk.governance.customer_erasure import ErasureService
from cx_core.desk.governance.erasure_scope import ErasureScopeService
from cx_core.desk.governance.kill_switches import KillSwitchService
from cx_core.desk.governance.mass_undo import MassUndo
from cx_core.desk.governance.model_admin import ModelService
from cx_core.desk.governance.planted_errors import PlantedErrors
from cx_core.desk.governance.policies import PolicyService
from cx_core.desk.governance.policy_sets import PolicySetService
from cx_core.desk.governance.raise_proposals import RaiseProposals
from cx_core.desk.governance.startup_faults import StartupFaultService
from cx_core.desk.governance.system_watch import SystemWatch
from cx_core.desk.imports.import_runs import ImportRuns
from cx_core.desk.imports.import_work import ImportWork
from cx_core.desk.imports.imported_articles import ImportedArticles
from cx_core.desk.imports.imports import ImportService
from cx_core.desk.ingestion.article_import import ArticleImport
from cx_core.desk.ingestion.duplicate_files import DuplicateFiles
from cx_core.desk.ingestion.file_ingestion import FileIngestion
from cx_core.desk.ingestion.folder_sync import FolderSync
from cx_core.desk.ingestion.ingestion_queue import IngestionQueue
from cx_core.desk.ingestion.uploads import UploadService
from cx_core.desk.knowledge.article_lifecycle import ArticleService
from cx_core.desk.knowledge.article_owners import ArticleOwnerService
from cx_core.desk.knowledge.article_usage import ArticleUsageService
from cx_core.desk.knowledge.article_writer import ArticleWriter
from cx_core.desk.knowledge.health_rounds import HealthRounds
from cx_core.desk.knowledge.knowledge_health import HealthService
from cx_core.desk.knowledge.knowledge_questions import QuestionService
from cx_core.desk.knowledge.unanswered_requests import UnansweredService
from cx_core.desk.messengers.messenger_admin import MessengerService
from cx_core.desk.messengers.messenger_intake import MessengerIntake
from cx_core.desk.messengers.messenger_sending import MessengerSending
from cx_core.desk.operations.maintenance import MaintenanceService
from cx_core.desk.operations.notification_delivery import NotificationDelivery
from cx_core.desk.operations.notification_settings import NotificationSettings
from cx_core.desk.programs.agent_access import AgentAccess
from cx_core.desk.programs.api_tokens import ApiTokenService
from cx_core.desk.programs.article_access import ArticleAccess
from cx_core.desk.programs.program_access import ProgramAccess
from cx_core.desk.reporting.advisor_stats import AdvisorStatsService
from cx_core.desk.reporting.floor import FloorService
from cx_core.desk.service import EVERYBODY, Means, allow
from cx_core.desk.set_up.company import CompanyService
from cx_core.desk.set_up.first_steps import SetUpService
from cx_core.desk.simulation.simulations import SimulationService
from cx_core.desk.task_types.own_task_type_forms import OwnTaskTypeForms
from cx_core.desk.task_types.own_task_type_trials import OwnTaskTypeTrials
from cx_core.desk.task_types.own_task_types import OwnTaskTypeService
from cx_core.desk.tickets.added_actions import AddedActionService
from cx_core.desk.tickets.approvals import Approvals
from cx_core.desk.tickets.callbacks import CallbackService
from cx_core.desk.tickets.case_files import CaseFiles
from cx_core.desk.tickets.customer_confirmation import CustomerConfirmation
from cx_core.desk.tickets.customer_ratings import RatingService
from cx_core.desk.tickets.customer_tickets import CustomerTickets
from cx_core.desk.tickets.dual_approval import DualApproval
from cx_core.desk.tickets.first_answers import FirstAnswers
from cx_core.desk.tickets.goal_correction import GoalCorrection
from cx_core.desk.tickets.inbound_messages import InboundMessages
from cx_core.desk.tickets.inbox import Inbox
from cx_core.desk.tickets.lookup import LookupService
from cx_core.desk.tickets.notes import NoteService
from cx_core.desk.tickets.pending_decisions import PendingDecisions
from cx_core.desk.tickets.rewrites import RewriteService
from cx_core.desk.tickets.solved_case_collection import SolvedCaseCollection
from cx_core.desk.tickets.streamed_drafts import StreamedDraftService
from cx_core.desk.tickets.ticket_attachments import AttachmentService
from cx_core.desk.tickets.ticket_lifecycle import TicketLifecycle
from cx_core.desk.tickets.ticket_macros import MacroService
from cx_core.errors import AuditUnavailable
from cx_core.records import Inbound, Person, TicketId
from cx_core.views import DemoAccount, Refusal
from cx_core.views.reopening import Reopening

ROUND_SECONDS = 60.0
"""How often work that fell out of the workers' hands is looked for."""
HEALTH_SECONDS = 10.0
"""How often it is looked whether an article changed since the knowledge was gone through."""
READ_SECONDS = 5.0
"""How often a process says that it still has files to read, and looks for those of one that has gone."""
UNDO_SECONDS = 3.0
"""How often it is looked whether there is something to take back."""
SYSTEM_SECONDS = 10.0
"""How often it is looked whether a system that failed answers again: an outage is known after three looks."""
SIMULATE_SECONDS = 2.0
"""How often it is looked whether there is a simulation to run."""
IMPORT_SECONDS = 2.0
"""How often it is looked whether there is an export to look through or to take."""
SEND_SECONDS = 3.0
"""How often it is looked whether there are notifications to send."""
CHAT_SECONDS = 1.0
"""How often visitors of web chat are told that their conversation stands otherwise."""

MAIL_SECONDS = 3.0
"""How often it is looked whether a mailbox has no fetcher, a mail waits to be read, or one to be sent."""

MESSAGE_SECONDS = 1.0
"""How often it is looked whether a message waits to be delivered to a messenger."""


class BackgroundWork(Protocol):
    """Workers and what they need, started after the first page can be served."""

    def start(self) -> None: ...

    def every(self, seconds: float, work: Callable[[], object], *, at_once: bool = True) -> None:
        """Do `work` now, and again every so often until closed; each work in a thread of its own."""
        ...

    def after_learning(self, work: Callable[[str], object]) -> None:
        """Do `work` once all is learnt, if people were served by classifiers that had learnt less: their version."""
        ...

    def feed(self, receive: Callable[[Inbound], TicketId]) -> None:
        """Begin the demonstration's live feed, if this is a demonstration."""
        ...

    def close(self) -> None: ...

    def health(self) -> dict[str, str]: ...

    def copilot_health(self) -> dict[str, str]:
        """The same but for the database: from memory, so that every page may ask."""
        ...

    @property
    def reopening(self) -> Reopening:
        """Whether a desk with what is on file now is opening beside this one, or why it could not."""
        ...


class Desk:
    """One per process; safe to call from many threads. Each service is named as its module."""

    def __init__(self, means: Means, machinery: BackgroundWork, presence: ChatPresence | None = None) -> None:
        """`presence`: of the desk that this one takes over from, so that open chats stay open."""
        self._machinery = machinery
        self._accounts, self._knowledge = means.accounts, means.knowledge
        self._store, self._durable = means.store, means.durable
        self._ways_in = means.channels
        self._governance(means)
        self._tickets(means)
        writer = ArticleWriter(means)
        self._articles(means, writer)
        self._ingestion(means, writer)
        self._operations(means, writer)
        self._channels(means)
        self._chat(means, presence)

    # --- the services, by folder ------------------------------------------------------------

    def _governance(self, means: Means) -> None:
        self.kill_switches = KillSwitchService(means)
        self.autonomy_levels = LevelService(means)
        self.raise_proposals = RaiseProposals(means, self.autonomy_levels)
        self.coming_down = ComingDown(means)
        self.system_watch = SystemWatch(means)
        self.planted_errors = PlantedErrors(means)
        self.simulations = SimulationService(means)
        self.case_reviews = CaseReviews(means, self.coming_down)
        self.advisor_work = AdvisorWork(means, self.case_reviews)
        self.policies = PolicyService(means)
        self.policy_sets = PolicySetService(means)
        self.startup_faults = StartupFaultService(means)
        self.audit_access = AuditAccessService(means)
        self.customer_erasure = ErasureService(means, ErasureScopeService(means))
        self.model_admin = ModelService(means)
        self.account_admin = AccountService(means)
        self.first_administrator = FirstAdministrator(means)
        self.invitations = InvitationService(means)
        self.connectors = ConnectorService(means)
        self.own_task_types = OwnTaskTypeService(means)
        self.own_task_type_forms = OwnTaskTypeForms(means, self.own_task_types)
        self.own_task_type_trials = OwnTaskTypeTrials(means, self.own_task_types)
        self.company = CompanyService(means)

    def _tickets(self, means: Means) -> None:
        self.inbound_messages = InboundMessages(means)
        self.set_up = SetUpService(means, self.inbound_messages)
        self.inbox = Inbox(means, self.kill_switches)
        self.dual_approval = DualApproval(means)
        self.approvals = Approvals(means, self.dual_approval, self.planted_errors)
        self.mass_undo = MassUndo(means, self.approvals, self.dual_approval)
        self.goal_correction = GoalCorrection(means)
        self.added_actions = AddedActionService(means, self.planted_errors)
        self.first_answers = FirstAnswers(means)
        self.customer_confirmation = CustomerConfirmation(means)
        self.case_files = CaseFiles(means)
        self.ticket_lifecycle = TicketLifecycle(means)
        self.notes = NoteService(means)
        self.callbacks = CallbackService(means)
        self.customer_tickets = CustomerTickets(means)
        self.ticket_attachments = AttachmentService(means)
        self.lookup = LookupService(means)
        self.ticket_macros = MacroService(means)
        self.customer_ratings = RatingService(means)
        self.rewrites = RewriteService(means)
        self.streamed_drafts = StreamedDraftService(means)
        self.solved_case_collection = SolvedCaseCollection(means)
        self.pending_decisions = PendingDecisions(means, self.customer_erasure, self.raise_proposals)

    def _articles(self, means: Means, writer: ArticleWriter) -> None:
        self.article_owners = ArticleOwnerService(means)
        self.article_lifecycle = ArticleService(means, self.article_owners, writer)
        self.article_usage = ArticleUsageService(means)
        self.knowledge_questions = QuestionService(means)
        requests = UnansweredService(means)
        self.health_rounds = HealthRounds(means, self.article_owners, requests)
        self.knowledge_health = HealthService(means, self.health_rounds, self.article_owners, requests)

    def _ingestion(self, means: Means, writer: ArticleWriter) -> None:
        imports, duplicates = ArticleImport(means, writer), DuplicateFiles(means)
        self.file_ingestion = FileIngestion(means, imports, duplicates)
        self.ingestion_queue = IngestionQueue(means, self.file_ingestion)
        self.uploads = UploadService(means, self.file_ingestion, imports, self.ingestion_queue)
        self.folder_sync = FolderSync(means, self.file_ingestion, imports, duplicates, writer)
        runs = ImportRuns(means, ImportedArticles(means, self.file_ingestion))
        self.imports = ImportService(means, runs)
        self.import_work = ImportWork(means, runs, writer)

    def _operations(self, means: Means, writer: ArticleWriter) -> None:
        self.maintenance = MaintenanceService(means, self.planted_errors)
        self.notification_settings = NotificationSettings(means)
        self.notification_delivery = NotificationDelivery(means, self.notification_settings)
        self.advisor_stats = AdvisorStatsService(means)
        self.floor = FloorService(means)
        self.api_tokens = ApiTokenService(means)
        self.program_access = ProgramAccess(means, self.inbound_messages)
        self.article_access = ArticleAccess(means, writer)
        self.agent_access = AgentAccess(means)

    def _channels(self, means: Means) -> None:
        self.mail_fetching = MailFetching(means)
        self.mailbox_watch = MailboxWatch(means, self.mail_fetching, self.receive_waiting)
        self.mail_sending = MailSending(means)
        self.mailbox_admin = MailboxService(means, self.mail_fetching)
        self.messenger_admin = MessengerService(means)
        self.messenger_intake = MessengerIntake(means, self.inbound_messages)
        self.messenger_sending = MessengerSending(means)
        self.mails_set_apart = MailsSetApart(means)

    def _chat(self, means: Means, presence: ChatPresence | None) -> None:
        self.chat_states = ChatStates(means)
        self.chat_presence = presence or ChatPresence(means)
        self.chat_widgets = ChatWidgetService(means, self.chat_presence)
        self.chat_transcripts = ChatTranscripts(means)
        self.chat_visitors = ChatVisitors(means, self.inbound_messages, self.customer_ratings, self.chat_states)

    # --- life -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the workers, take up what was left undone, and go on looking for such work.

        Mail is fetched from the first moment: it need not wait until the copilot can read.
        """
        self._machinery.every(MAIL_SECONDS, self.mailbox_watch.look_after)
        self._machinery.every(MAIL_SECONDS, self.receive_waiting, at_once=False)
        self._machinery.every(MAIL_SECONDS, self.mail_sending.send_mails, at_once=False)
        self._machinery.every(MESSAGE_SECONDS, self.messenger_sending.send_messages, at_once=False)
        self._machinery.after_learning(self.maintenance.read_again_after)
        self._machinery.start()
        self._machinery.every(ROUND_SECONDS, self.take_up)
        self._machinery.every(READ_SECONDS, self.ingestion_queue.read_on)
        self._machinery.every(SYSTEM_SECONDS, self.system_watch.round, at_once=False)
        self._machinery.every(UNDO_SECONDS, self.mass_undo.go_on)
        self._machinery.every(SIMULATE_SECONDS, self.simulations.go_on, at_once=False)
        self._machinery.every(IMPORT_SECONDS, self.import_work.go_on, at_once=False)
        self._machinery.every(HEALTH_SECONDS, self.health_rounds.look_at_knowledge, at_once=False)
        self._machinery.every(SEND_SECONDS, self.notification_delivery.send_notifications, at_once=False)
        self._machinery.every(CHAT_SECONDS, self.chat_states.follow, at_once=False)
        self._machinery.feed(self.inbound_messages.receive)

    def take_up(self) -> None:
        """Hand the workers what the tickets say is not done: after a crash in between, or a run that failed.

        What the workers have already is not handed over twice. And time does its work: see `MaintenanceService`.
        """
        for ticket, messages in self._store.unread():
            self._durable.prepare(ticket, messages)
        for ticket, version in self._store.carrying():
            self._durable.carry_out(ticket, version)
        self.maintenance.tidy()
        self.case_reviews.draw()
        self.advisor_work.draw()
        self.coming_down.round()
        self.raise_proposals.round()
        self.notification_delivery.watch()
        self.solved_case_collection.remember()
        self.mail_sending.forget_old()
        self.messenger_sending.forget_old()
        self.chat_visitors.tidy()
        self.import_work.tidy()

    def receive_waiting(self) -> int:
        """Take in what any channel has and the desk has not; returns how many messages."""
        return sum(channel.receive(self.inbound_messages.receive) for channel in self._ways_in)

    def close(self) -> None:
        """End all work, each part of it even where another cannot be ended."""
        with ExitStack() as ends:
            ends.callback(self._machinery.close)  # the last of them
            for end in (self.import_work.close, self.simulations.close, self.ingestion_queue.stop_reading):
                ends.callback(end)
            ends.callback(self.mailbox_watch.close)

    @property
    def machinery(self) -> BackgroundWork:
        return self._machinery

    def reopening(self) -> Reopening:
        """Whether a desk with what is on file now is opening beside this one, or why it could not."""
        return self._machinery.reopening

    def health(self) -> dict[str, str]:
        return self._machinery.health()

    def copilot_health(self) -> dict[str, str]:
        return self._machinery.copilot_health()

    # --- who --------------------------------------------------------------------------------

    def sign_in(self, email: str, password: str, address: str) -> str | Refusal:
        return self._accounts.sign_in(email, password, address)

    def sign_out(self, token: str) -> None:
        """End a session, whatever else is in trouble; the tickets of whoever leaves are free again."""
        person = None
        with suppress(AuditUnavailable):
            person = self._accounts.who(token)
        self._accounts.sign_out(token)
        if person is not None:
            self.inbox.let_go(person)

    def who(self, token: str) -> Person | None:
        return self._accounts.who(token)

    def living(self, tokens: Collection[str]) -> frozenset[str]:
        return self._accounts.living(tokens)

    def demo_accounts(self) -> tuple[DemoAccount, ...]:
        return self._accounts.demo_accounts()

    def without_accounts(self) -> bool:
        """Whether nobody can sign in yet, so that the first account has to be made."""
        return self.first_administrator.wanted()

    # --- what the business decided ----------------------------------------------------------

    def timezone(self) -> str:
        """The name of the zone in which the business tells the time."""
        return self._knowledge.company.timezone

    def currency(self) -> str:
        """ISO 4217, in which the business counts."""
        return self._knowledge.company.currency

    def customer_tiers(self) -> tuple[str, ...]:
        """Return the tiers that the service levels name. Customers may have others too."""
        levels = self._knowledge.company.service_levels
        return tuple(tier for tier in levels.respond_minutes | levels.solve_minutes if tier != "other")

    def task_types(self, person: Person) -> tuple[TaskType, ...]:
        allow(person, *EVERYBODY)
        return tuple(self._knowledge.task_types.values())
