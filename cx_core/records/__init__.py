"""Every noun of Rung, frozen. Read this package first; `views` holds what people see.

In the order a ticket meets them:

- `ids`: types of their own for ids, so that one is never taken for another.
- `values`: what every record is made of.
- `people`: people who work here.
- `messages`: what comes in by a channel, and what was said and sent in a ticket.
- `channels`: what programs sign in with; messengers. `connectors`: business systems that are called by an OpenAPI file.
- `own_task_types`: task types that administrators make, beside those of the knowledge folder.
- `mail`: one mail as it was read, before it becomes a message; mailboxes, and mails on their way out.
- `chat`: web chat: widgets, sessions of visitors, and what each visitor was sent.
- `tickets`: a customer's matter and where it stands.
- `customer_checks`: one-time codes that show who writes, and consents.
- `triage`: what the messages say, as the copilot understood them; `time_wishes`: when something is wanted;
  `statements`: what each clause does; `goal_details`: both in a few words, as a person reads them.
- `evidence`: what was looked up, and where each value comes from.
- `plan`: what is to be done for a ticket, what backs it, and the guard's answer to each step.
- `proposal`: what the copilot puts to a person: summary, plan and reply for one version of a ticket.
- `approval`: what a person answered, and the seals that prove it to whoever carries it out.
- `outcome`: what business systems did, as they say and as it was read back.
- `spending`: money that goes out, counted before an act and after it.
- `perimeter`: limits inside which acts are done alone; `trial`: a case of evidence that they may be,
  and a planted error; `review`: what
  was done alone and what reviewers say of it.
- `draft`: an advisor's work on a ticket that is not approved yet.
- `rating`: how well a customer was helped, in their own opinion.
- `colleagues`: what colleagues tell each other about a ticket, and about the copilot's work.
- `switches`: what a person stopped, and what that covers.
- `notifications`: what is told outside Rung, to whom and how.
- `imports`: what is read of another help desk's export.
- `audit`: the log of what happened, as it is read.

Whoever needs one imports it from `cx_core.records`. Money is integer minor units (pence, cents) with an ISO 4217
currency. Times are aware, UTC. Dates inside values are ISO 8601 text. Scores called probability lie in 0..1.
"""

from cx_core.records.approval import Approval, Leaves, Seal
from cx_core.records.audit import AuditEvent, AuditReport
from cx_core.records.channels.api_tokens import API_SCOPES, ApiScope, ApiToken
from cx_core.records.colleagues import FlagTarget, Note, Notice
from cx_core.records.connectors.classified import (
    EARLIER,
    RECEIPT_REFERENCE,
    ArgumentUse,
    ClassifiedOperation,
    EffectProof,
    FailureSign,
    FieldUse,
    IdempotencyKey,
    ResultPages,
    ValueFormat,
    earlier_values,
)
from cx_core.records.connectors.connector import (
    Connector,
    ConnectorFailure,
    ConnectorState,
    KeptConnector,
    as_draft,
    connector_exact,
    credentials_digest,
)
from cx_core.records.connectors.imported import (
    AnswerField,
    ImportedApi,
    ImportedOperation,
    OperationArgument,
    PinnedTool,
    Place,
    SecurityScheme,
    SkippedOperation,
    ValueType,
    Wire,
)
from cx_core.records.customer_checks import SEND_CODE, CodeState, Confirmation, Consent, ConsentOffer, IdentityCode
from cx_core.records.draft import Choices, Draft, Rewording
from cx_core.records.evidence import (
    Audience,
    BusinessRecord,
    Evidence,
    Lookup,
    Passage,
    Reading,
    RecentAct,
    Retrieved,
    Source,
    SourceKind,
)
from cx_core.records.goal_details import DetailKind, GoalDetail
from cx_core.records.ids import (
    EVERY_TICKET,
    ActionName,
    ArticleId,
    AttachmentId,
    CustomerId,
    MessageId,
    PersonId,
    StepId,
    TaskTypeName,
    TicketId,
)
from cx_core.records.mail import (
    ArrivalState,
    ArrivedMail,
    Bounce,
    Mailbox,
    MailboxState,
    MailParty,
    MailServer,
    OutgoingMail,
    ReadMail,
    SendingState,
    Trust,
    Watermark,
)
from cx_core.records.messages import (
    CONVERSATIONS,
    IDENTITIES,
    Attachment,
    Channel,
    File,
    Identity,
    Inbound,
    Message,
    Sender,
)
from cx_core.records.notifications import Notification, NotificationEvent, NotificationWay, Subscription
from cx_core.records.outcome import Outcome, Receipt
from cx_core.records.own_task_types.own_task_type import (
    ArgumentFrom,
    KeptOwnTaskType,
    OwnArgument,
    OwnCondition,
    OwnLimits,
    OwnReplies,
    OwnStep,
    OwnTaskType,
    OwnTaskTypeState,
    WordsKind,
    own_task_type_exact,
)
from cx_core.records.people import APPROVERS, Person, Role
from cx_core.records.perimeter import Perimeter
from cx_core.records.plan import Argument, Finding, Option, Ruling, Step, act_digest, digest
from cx_core.records.proposal import (
    Citation,
    Frame,
    GoalLine,
    GoalState,
    Part,
    Proposal,
    PublicAnswer,
    Reply,
    Versions,
)
from cx_core.records.rating import Rating
from cx_core.records.review import (
    SPEAKS,
    AdvisorCase,
    AutonomousCase,
    CaseReview,
    Incident,
    Scorecard,
    Severity,
    UndoBatch,
    UndoItem,
    UndoScope,
    item_key,
)
from cx_core.records.spending import UNKNOWN_SUM, Spending, Spent
from cx_core.records.statements import Polarity, SpeechAct, Statement
from cx_core.records.switches import EVERYTHING, Switch, own_switch, switches_over
from cx_core.records.tickets import (
    IMPORTED_ID,
    PRIORITIES,
    SENDER,
    SYSTEMS,
    Direction,
    FirstApproval,
    ImportMark,
    ImportSystem,
    Priority,
    Route,
    Status,
    Ticket,
    Work,
    awaits_second,
    key_owner,
    subject,
)
from cx_core.records.time_wishes import OfferedTime, SpokenHours, TimeWish, WordsPlace
from cx_core.records.triage import NUMBERED, PREPARES, Entity, EntityKind, Goal, Triage
from cx_core.records.trial import EvidenceCase, FirstAct, FirstAnswer, PlantedDecision, PlantedError
from cx_core.records.values import Money, Record, Value

__all__ = [
    "API_SCOPES",
    "APPROVERS",
    "CONVERSATIONS",
    "EARLIER",
    "EVERYTHING",
    "EVERY_TICKET",
    "IDENTITIES",
    "IMPORTED_ID",
    "NUMBERED",
    "PREPARES",
    "PRIORITIES",
    "RECEIPT_REFERENCE",
    "SENDER",
    "SEND_CODE",
    "SPEAKS",
    "SYSTEMS",
    "UNKNOWN_SUM",
    "ActionName",
    "AdvisorCase",
    "AnswerField",
    "ApiScope",
    "ApiToken",
    "Approval",
    "Argument",
    "ArgumentFrom",
    "ArgumentUse",
    "ArrivalState",
    "ArrivedMail",
    "ArticleId",
    "Attachment",
    "AttachmentId",
    "Audience",
    "AuditEvent",
    "AuditReport",
    "AutonomousCase",
    "Bounce",
    "BusinessRecord",
    "CaseReview",
    "Channel",
    "Choices",
    "Citation",
    "ClassifiedOperation",
    "CodeState",
    "Confirmation",
    "Connector",
    "ConnectorFailure",
    "ConnectorState",
    "Consent",
    "ConsentOffer",
    "CustomerId",
    "DetailKind",
    "Direction",
    "Draft",
    "EffectProof",
    "Entity",
    "EntityKind",
    "Evidence",
    "EvidenceCase",
    "FailureSign",
    "FieldUse",
    "File",
    "Finding",
    "FirstAct",
    "FirstAnswer",
    "FirstApproval",
    "FlagTarget",
    "Frame",
    "Goal",
    "GoalDetail",
    "GoalLine",
    "GoalState",
    "IdempotencyKey",
    "Identity",
    "IdentityCode",
    "ImportMark",
    "ImportSystem",
    "ImportedApi",
    "ImportedOperation",
    "Inbound",
    "Incident",
    "KeptConnector",
    "KeptOwnTaskType",
    "Leaves",
    "Lookup",
    "MailParty",
    "MailServer",
    "Mailbox",
    "MailboxState",
    "Message",
    "MessageId",
    "Money",
    "Note",
    "Notice",
    "Notification",
    "NotificationEvent",
    "NotificationWay",
    "OfferedTime",
    "OperationArgument",
    "Option",
    "Outcome",
    "OutgoingMail",
    "OwnArgument",
    "OwnCondition",
    "OwnLimits",
    "OwnReplies",
    "OwnStep",
    "OwnTaskType",
    "OwnTaskTypeState",
    "Part",
    "Passage",
    "Perimeter",
    "Person",
    "PersonId",
    "PinnedTool",
    "Place",
    "PlantedDecision",
    "PlantedError",
    "Polarity",
    "Priority",
    "Proposal",
    "PublicAnswer",
    "Rating",
    "ReadMail",
    "Reading",
    "Receipt",
    "RecentAct",
    "Record",
    "Reply",
    "ResultPages",
    "Retrieved",
    "Rewording",
    "Role",
    "Route",
    "Ruling",
    "Scorecard",
    "Seal",
    "SecurityScheme",
    "Sender",
    "SendingState",
    "Severity",
    "SkippedOperation",
    "Source",
    "SourceKind",
    "SpeechAct",
    "Spending",
    "Spent",
    "SpokenHours",
    "Statement",
    "Status",
    "Step",
    "StepId",
    "Subscription",
    "Switch",
    "TaskTypeName",
    "Ticket",
    "TicketId",
    "TimeWish",
    "Triage",
    "Trust",
    "UndoBatch",
    "UndoItem",
    "UndoScope",
    "Value",
    "ValueFormat",
    "ValueType",
    "Versions",
    "Watermark",
    "Wire",
    "WordsKind",
    "WordsPlace",
    "Work",
    "act_digest",
    "as_draft",
    "awaits_second",
    "connector_exact",
    "credentials_digest",
    "digest",
    "earlier_values",
    "item_key",
    "key_owner",
    "own_switch",
    "own_task_type_exact",
    "subject",
    "switches_over",
]
