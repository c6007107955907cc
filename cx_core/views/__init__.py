"""What people are shown and asked: the queue, a ticket opened, a step as a card, a kind no. One file a topic."""

from cx_core.views.case_file import CaseEntry, CaseFact, CaseFile
from cx_core.views.channels.programs import ApiArticle, ApiCustomer, ApiMessage, ApiTicket, IssuedToken, Taken
from cx_core.views.connections import (
    Connections,
    Failing,
    NotificationState,
    NotificationTrial,
    NotificationView,
    Subscribed,
    SubscriptionView,
)
from cx_core.views.day import DayFigures, Measured, MyDay
from cx_core.views.floor import Figure, Floor, Worker
from cx_core.views.lookup import Fact, Hit, LookedUp, LookupResult, Stretch
from cx_core.views.model import Drafted, ModelBounds, ModelOverview, ModelStanding, ModelUse, PromptVersion, SideBySide
from cx_core.views.people import AccountChanged, AccountRow, AccountState, Colleague, DemoAccount
from cx_core.views.queue import QueueFilter, QueuePage, QueueRow
from cx_core.views.refusals import Refusal
from cx_core.views.stops import OpenPlan, Stop, StopReach
from cx_core.views.tickets import Approved, Packet, StepCard, TicketView
from cx_core.views.writing import DraftSoFar, MacroChoice, Reworded, Unconfirmed, Way

__all__ = [
    "AccountChanged",
    "AccountRow",
    "AccountState",
    "ApiArticle",
    "ApiCustomer",
    "ApiMessage",
    "ApiTicket",
    "Approved",
    "CaseEntry",
    "CaseFact",
    "CaseFile",
    "Colleague",
    "Connections",
    "DayFigures",
    "DemoAccount",
    "DraftSoFar",
    "Drafted",
    "Fact",
    "Failing",
    "Figure",
    "Floor",
    "Hit",
    "IssuedToken",
    "LookedUp",
    "LookupResult",
    "MacroChoice",
    "Measured",
    "ModelBounds",
    "ModelOverview",
    "ModelStanding",
    "ModelUse",
    "MyDay",
    "NotificationState",
    "NotificationTrial",
    "NotificationView",
    "OpenPlan",
    "Packet",
    "PromptVersion",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "Refusal",
    "Reworded",
    "SideBySide",
    "StepCard",
    "Stop",
    "StopReach",
    "Stretch",
    "Subscribed",
    "SubscriptionView",
    "Taken",
    "TicketView",
    "Unconfirmed",
    "Way",
    "Worker",
]
