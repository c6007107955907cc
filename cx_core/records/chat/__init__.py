"""Web chat: widgets, sessions of visitors, and what each visitor was sent (`conversations`)."""

from cx_core.records.chat.conversations import (
    ChatEvent,
    ChatEventKind,
    ChatPhase,
    ChatSession,
    ChatState,
    ChatWidget,
    HostAlgorithm,
)

__all__ = ["ChatEvent", "ChatEventKind", "ChatPhase", "ChatSession", "ChatState", "ChatWidget", "HostAlgorithm"]
