"""What the stages need from outside, as protocols. `adapters/` implements them; nothing else may."""

from cx_core.ports.business import (
    BackOffice,
    BusinessSystems,
    CountedAnswers,
    Dispatch,
    Dispatcher,
    Expression,
    Outbox,
    PolicyEngine,
)
from cx_core.ports.durable import Clock, Durable, StepRunner
from cx_core.ports.language import Answer, Classifier, Detector, Encoder, Index, LanguageModel, TimeReader, TimeSense
from cx_core.ports.policies import InForce, PoliciesInForce
from cx_core.ports.sealing import Sealer
from cx_core.ports.solved_cases import SolvedCases
from cx_core.ports.store import Accounts, AuditLog, Files, Store, WaitingFiles
from cx_core.ports.unit import Telling, Unit

__all__ = [
    "Accounts",
    "Answer",
    "AuditLog",
    "BackOffice",
    "BusinessSystems",
    "Classifier",
    "Clock",
    "CountedAnswers",
    "Detector",
    "Dispatch",
    "Dispatcher",
    "Durable",
    "Encoder",
    "Expression",
    "Files",
    "InForce",
    "Index",
    "LanguageModel",
    "Outbox",
    "PoliciesInForce",
    "PolicyEngine",
    "Sealer",
    "SolvedCases",
    "StepRunner",
    "Store",
    "Telling",
    "TimeReader",
    "TimeSense",
    "Unit",
    "WaitingFiles",
]
