"""Knowledge: the articles that answers rest on, for reading; for editors, where they are written and kept true."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cx_core.records import Person, Role
from pages.parts.knowledge import (
    article_reader,
    article_usage,
    bulk_actions,
    knowledge_articles,
    knowledge_asking,
    knowledge_health,
    upload,
)
from pages.parts.outcome import answer_here
from pages.parts.page import require, told

VIEWS: dict[str, Callable[[Person], None]] = {
    "Articles": knowledge_articles.show,
    "Bulk edit": bulk_actions.show,
    "Upload": upload.show,
    "Usage": article_usage.show,
    "Ask": knowledge_asking.show,
    "Health": knowledge_health.show,
}
"""For those who change knowledge; everybody else reads what is published."""

someone = require()
with told():
    if someone.role in (Role.EDITOR, Role.ADMINISTRATOR):
        view = st.segmented_control(
            "Show",
            list(VIEWS),
            default="Articles",
            key="show",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
        )
        answer_here("knowledge")
        VIEWS[view or "Articles"](someone)
    else:
        article_reader.show(someone)
