"""A draft that rests on an article is told of when that article says something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cx_core.act.reply.draft_sources import outdated
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Article
from cx_core.catalogue.own_task_types import PageTaskType
from cx_core.records import ArticleId, Citation, Evidence, Passage, Proposal, Reply, TaskTypeName, TicketId, Triage
from cx_core.settings import ROOT
from tests.scripted import VERSIONS

KNOWLEDGE = load(ROOT / "knowledge")
READ = datetime(2026, 11, 23, tzinfo=UTC)
SAYS = "A late fee is 5.00."
NOW = Article(id="fees", title="Fees", text=f"## Late\n{SAYS}\n\n## Early\nNone.", version="b", number=2)


def resting_on(text: str = SAYS, *, cites: bool = True) -> Proposal:
    passages = (
        Passage(article=ArticleId("fees"), title="Fees", heading="Late", text=text, version="a", score=0.8),
        Passage(article=ArticleId("fees"), title="Fees", heading="Early", text="Never any.", version="a", score=0.5),
        Passage(article=ArticleId("gone"), title="Gone", text="Not cited.", version="a", score=0.4),
    )
    citations = (Citation(ref="article/fees", title="Fees", quote=text[:300]),) if cites else ()
    return Proposal(
        ticket=TicketId("T-1"),
        version=1,
        messages=1,
        summary="",
        steps=(),
        rulings={},
        route="advisor",
        why="",
        triage=Triage(goals=(), entities=(), language="en", sentiment="neutral", urgency="low", priority="normal"),
        evidence=Evidence(customer=None, passages=passages),
        reply=Reply(text="Dear Ann", citations=citations),
        versions=VERSIONS,
        made_at=READ,
    )


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (NOW, ""),
        (NOW.replace(text=NOW.text.replace("5.00", "6.00")), "has changed"),
        (NOW.replace(audience="internal"), "internal now"),
        (NOW.replace(valid_until=date(2026, 11, 22)), "is no longer valid"),
        (NOW.replace(valid_from=date(2026, 11, 24)), "is no longer valid"),
        (None, "not published any more"),
    ],
)
def test_that_a_change_of_what_is_cited_is_told(now: Article | None, told: str) -> None:
    found = outdated(resting_on(), {ArticleId("fees"): now} if now else {}, KNOWLEDGE, READ)
    assert len(found) == bool(told)
    assert all(told in text for text in found)


def test_that_what_is_not_cited_is_not_told() -> None:
    assert outdated(resting_on(cites=False), {}, KNOWLEDGE, READ) == ()


def test_that_a_task_type_that_came_into_force_since_is_told() -> None:
    name = TaskTypeName("plants")
    made = PageTaskType(name=name, title="Plants", topic="plants", ceiling=2, examples=("a plant",))
    for since, told in ((None, 0), (READ - timedelta(days=1), 0), (READ + timedelta(days=1), 1)):
        knowledge = KNOWLEDGE.replace(task_types={name: made.replace(since=since)})
        assert len(outdated(resting_on(cites=False), {}, knowledge, READ)) == told
