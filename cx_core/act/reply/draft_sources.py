"""What a draft rests on that has changed since: an article it cites, published anew, taken back, or no longer valid;
and the task types by which the ticket was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from cx_core.catalogue import Article, Knowledge
from cx_core.catalogue.own_task_types import PageTaskType
from cx_core.records import ArticleId, Passage, Proposal


def outdated(
    proposal: Proposal, articles: Mapping[ArticleId, Article], knowledge: Knowledge, now: datetime
) -> tuple[str, ...]:
    """A sentence for each task type of the business's own that came into force since, and for each cited passage that
    search would not give any more as it is.

    A new version that still says the passage word for word changes nothing for this draft.
    """
    newer = (
        f"“{one.title}” came into force after this ticket was read."
        for one in knowledge.task_types.values()
        if isinstance(one, PageTaskType) and one.since is not None and one.since > proposal.made_at
    )
    return (*newer, *_of_articles(proposal, articles, knowledge.company.today(now)))


def _of_articles(proposal: Proposal, articles: Mapping[ArticleId, Article], today: date) -> tuple[str, ...]:
    if proposal.reply is None:
        return ()
    told = (
        _changed(passage, articles.get(passage.article), today)
        for passage in proposal.evidence.passages
        if passage.audience == "customer" and any(one.of(passage) for one in proposal.reply.citations)
    )
    return tuple(dict.fromkeys(text for text in told if text))


def _changed(passage: Passage, now: Article | None, today: date) -> str:
    title = f"“{passage.title}”"
    if now is None:
        return f"{title} is not published any more, and this draft rests on it."
    if now.audience == "internal":
        return f"{title} is internal now and must not be quoted, but this draft rests on it."
    if not now.valid(today):
        return f"{title} is no longer valid, and this draft is based on it."
    if passage.text.strip() not in now.text:
        return f"{title} has changed since this draft was made (version {passage.number}, now {now.number})."
    return ""
