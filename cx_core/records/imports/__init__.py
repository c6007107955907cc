"""Imports of another help desk's history: what is read of its export (`rows`)."""

from cx_core.records.imports.rows import (
    CUT_SHORT,
    LONGEST_BODY,
    MOST_MESSAGES,
    ImportedArticle,
    ImportedMessage,
    ImportedRow,
    ImportedTicket,
    ImportItem,
    ImportRecord,
    RowFault,
)

__all__ = [
    "CUT_SHORT",
    "LONGEST_BODY",
    "MOST_MESSAGES",
    "ImportItem",
    "ImportRecord",
    "ImportedArticle",
    "ImportedMessage",
    "ImportedRow",
    "ImportedTicket",
    "RowFault",
]
