"""Every table of Rung's own database, one file a topic. Changed only together with a migration beside it.

Times are stored as ISO 8601 text in UTC with a fixed width, so that they sort as text on every database.
"""

from cx_core.adapters.sql.tables.acts import (
    approval,
    autonomous_case,
    case_review,
    erasure,
    first_approval,
    incident,
    level,
    outcome,
    policy_set,
    seal_use,
    spending,
    switch,
    switch_seal,
    trial,
)
from cx_core.adapters.sql.tables.audit import audit_event
from cx_core.adapters.sql.tables.colleagues import flag, note, notice
from cx_core.adapters.sql.tables.knowledge import (
    article,
    article_change,
    article_version,
    health_finding,
    health_round,
    passage_use,
    solved_case,
    test_question,
    upload,
)
from cx_core.adapters.sql.tables.outside import alarm, model_use, notification, subscription
from cx_core.adapters.sql.tables.schema import metadata
from cx_core.adapters.sql.tables.sign_in import account, attempt, session
from cx_core.adapters.sql.tables.tickets import (
    attachment,
    change,
    draft,
    lease,
    measure,
    message,
    proposal,
    rating,
    rewording,
    ticket,
    viewer,
)

__all__ = [
    "account",
    "alarm",
    "approval",
    "article",
    "article_change",
    "article_version",
    "attachment",
    "attempt",
    "audit_event",
    "autonomous_case",
    "case_review",
    "change",
    "draft",
    "erasure",
    "first_approval",
    "flag",
    "health_finding",
    "health_round",
    "incident",
    "lease",
    "level",
    "measure",
    "message",
    "metadata",
    "model_use",
    "note",
    "notice",
    "notification",
    "outcome",
    "passage_use",
    "policy_set",
    "proposal",
    "rating",
    "rewording",
    "seal_use",
    "session",
    "solved_case",
    "spending",
    "subscription",
    "switch",
    "switch_seal",
    "test_question",
    "ticket",
    "trial",
    "upload",
    "viewer",
]
