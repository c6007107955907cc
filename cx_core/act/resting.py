"""What a draft rests on that has changed since: an article it cites, published anew, taken back, or no longer valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cx_core.catalogue import Article
from cx_core.records import ArticleId, Passage, Proposal

ARTICLE = "article/"


def outdated(proposal: Proposal, articles: Mapping[ArticleId, Article], today: date) -> tuple[str, ...]:
    """A sentence for each cited passage that search would not give any more as it is.

    A new version that still says the passage word for word changes nothing for this draft.
    """
    if proposal.reply is None:
        return ()
    cited = {ref.removeprefix(ARTICLE) for ref in (c.ref for c in proposal.reply.citations) if ref.startswith(ARTICLE)}
    told = (
        _changed(passage, articles.get(passage.article), today)
        for passage in proposal.evidence.passages
        if passage.article in cited and passage.audience == "customer" and _used(passage, proposal)
    )
    return tuple(dict.fromkeys(text for text in told if text))


def _used(passage: Passage, proposal: Proposal) -> bool:
    """Whether a citation quotes this passage, of several that were found in one article."""
    assert proposal.reply is not None  # noqa: S101  # the caller looked
    quotes = [c.quote for c in proposal.reply.citations if c.ref == f"{ARTICLE}{passage.article}"]
    return any(passage.text.startswith(quote) or quote.startswith(passage.text) for quote in quotes)


def _changed(passage: Passage, now: Article | None, today: date) -> str:
    title = f"“{passage.title}”"
    if now is None:
        return f"{title} is not published any more, and this draft rests on it."
    if now.audience == "internal":
        return f"{title} is internal now and must not be quoted, but this draft rests on it."
    if not now.valid(today):
        return f"{title} does not hold any more, and this draft rests on it."
    if passage.text.strip() not in now.text:
        return f"{title} has changed since this draft was made (version {passage.number}, now {now.number})."
    return ""
