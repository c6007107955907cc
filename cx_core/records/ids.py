"""Types of their own for ids, so that one is never taken for another."""

from __future__ import annotations

from typing import NewType

TicketId = NewType("TicketId", str)
EVERY_TICKET = TicketId("*")
"""Named by a change that all open pages have to show."""

AttachmentId = NewType("AttachmentId", str)
MessageId = NewType("MessageId", str)
CustomerId = NewType("CustomerId", str)
PersonId = NewType("PersonId", str)
ArticleId = NewType("ArticleId", str)
StepId = NewType("StepId", str)
ActionName = NewType("ActionName", str)
TaskTypeName = NewType("TaskTypeName", str)
