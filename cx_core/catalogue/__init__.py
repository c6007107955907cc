"""What the business decided, as data: the nouns of the knowledge folder, one file a topic.

`adapters/knowledge/knowledge_folder.py` reads them; the stages use them. A wrong file is a KnowledgeError.
"""

from cx_core.catalogue.actions import ActionForm, ActionSpec, ArgumentSpec, FactSpec, Verification, action_of
from cx_core.catalogue.articles import Article
from cx_core.catalogue.company import Company, OneTimeCode, RatingQuestion, StatedFacts, Tone
from cx_core.catalogue.folder import Knowledge, Labelled
from cx_core.catalogue.macros import SLOT_OF_MACRO, Macro
from cx_core.catalogue.record_kinds import FieldSpec, RecordSpec
from cx_core.catalogue.service_levels import WEEKDAYS, ServiceLevels, Targets, Weekday
from cx_core.catalogue.task_types import ELSE, Case, LookupSpec, StepSpec, TaskType

__all__ = [
    "ELSE",
    "SLOT_OF_MACRO",
    "WEEKDAYS",
    "ActionForm",
    "ActionSpec",
    "ArgumentSpec",
    "Article",
    "Case",
    "Company",
    "FactSpec",
    "FieldSpec",
    "Knowledge",
    "Labelled",
    "LookupSpec",
    "Macro",
    "OneTimeCode",
    "RatingQuestion",
    "RecordSpec",
    "ServiceLevels",
    "StatedFacts",
    "StepSpec",
    "Targets",
    "TaskType",
    "Tone",
    "Verification",
    "Weekday",
    "action_of",
]
