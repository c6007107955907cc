"""Stale and unused articles, gaps and the score: plain functions over records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.knowledge_base.articles import ArticleVersion, Content, FindingKind, HealthFinding, UseCount, UseKind
from cx_core.knowledge_base.health.health_score import LookedAt, figures, parts, score
from cx_core.knowledge_base.health.knowledge_gaps import Unanswered, draft, gaps
from cx_core.knowledge_base.health.staleness import REVIEW_AFTER, both_hold, stale
from cx_core.knowledge_base.health.unused_articles import ENOUGH, OFTEN_CITED, unused
from cx_core.knowledge_base.health.word_stems import stems
from cx_core.records import ArticleId, TaskTypeName, TicketId
from cx_core.settings import ROOT

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OTHER = TaskTypeName("general_question")


def version(id: str = "tea", made: datetime = NOW, **content: object) -> ArticleVersion:
    said = Content.model_validate({"title": id.title(), "text": "Hot.", **content})
    return ArticleVersion(
        article=ArticleId(id), number=1, content=said, version=said.digest(), made_by="folder", made_at=made
    )


@pytest.mark.parametrize(
    ("one", "weight"),
    [
        (version(review_by=date(2026, 11, 21)), 1.0),
        (version(review_by=date(2026, 11, 22)), None),
        (version(valid_until=date(2026, 11, 21)), 1.0),
        (version(valid_until=date(2026, 12, 1)), 0.5),
        (version(valid_until=date(2027, 12, 1)), None),
        (version(made=NOW - REVIEW_AFTER - timedelta(days=1)), 0.5),
        (version(made=NOW - REVIEW_AFTER - timedelta(days=1), review_by=date(2027, 1, 1)), None),
    ],
)
def test_that_an_article_is_stale_when_its_time_is_over(one: ArticleVersion, weight: float | None) -> None:
    assert [found.weight for found in stale([one], NOW, NOW.date())] == ([] if weight is None else [weight])


def used(**counts: int) -> dict[UseKind, UseCount]:
    kinds: tuple[UseKind, ...] = ("retrieved", "kept", "edited_out")
    return {kind: UseCount(tickets=counts[kind]) for kind in kinds if kind in counts}


def test_that_what_is_never_found_is_told_only_where_there_is_traffic() -> None:
    old = NOW - timedelta(days=90)
    both = [
        version("tea", old),
        version("mate", old),
        version("new", NOW),
        version("spring", old, valid_from=NOW.date()),
    ]
    assert not unused(both, {"tea": used(retrieved=ENOUGH - 1)}, UseCount(tickets=ENOUGH - 1), NOW)
    made_up = UseCount(tickets=ENOUGH, simulated=1)
    assert not unused(both, {"tea": used(retrieved=ENOUGH)}, made_up, NOW)
    (found,) = unused(both, {"tea": used(retrieved=ENOUGH)}, UseCount(tickets=ENOUGH), NOW)
    assert (found.kind, found.articles) == ("never_found", ("mate",))


def test_that_a_waiver_outlives_a_change_that_says_nothing_else() -> None:
    old, many = NOW - timedelta(days=90), UseCount(tickets=ENOUGH)
    past = {"review_by": date(2026, 11, 1)}

    def ids(**about: object) -> list[str]:
        one = version("tea", old, **past, **about)
        return [found.id for found in (*unused([one], {}, many, NOW), *stale([one], NOW, NOW.date()))]

    assert len(set(ids())) == 2
    assert ids(tags=("hot",)) == ids()
    assert set(ids(text="Cold.")) & set(ids()) == set(ids()[1:])


@pytest.mark.parametrize(
    ("zone", "stale_now"), [("Europe/London", False), ("Pacific/Auckland", True), ("America/New_York", False)]
)
def test_that_a_day_ends_at_midnight_where_the_business_is(zone: str, stale_now: bool) -> None:
    company = load(ROOT / "knowledge").company.replace(timezone=zone)
    evening = datetime(2026, 11, 21, 14, tzinfo=UTC)  # 3 in the morning of the 22nd in Auckland
    found = stale([version(review_by=date(2026, 11, 21))], evening, company.today(evening))
    assert bool(found) == stale_now
    early = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London, in summer
    assert load(ROOT / "knowledge").company.today(early) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("until", "first", "kept"),
    [
        ("2026-12-31", "2027-01-01", False),
        ("2026-12-31", "2026-12-31", True),
        ("2026-11-21", None, False),
        ("2026-11-22", None, True),
    ],
)
def test_that_what_never_holds_on_one_day_is_no_contradiction(until: str, first: str | None, kept: bool) -> None:
    both = [version("old", valid_until=until), version("new", valid_from=first)]
    one = finding("contradiction").replace(articles=(ArticleId("old"), ArticleId("new")))
    assert bool(both_hold(both, [one], NOW.date())) == kept


def test_that_no_record_of_today_is_held_against_what_does_not_hold_yet() -> None:
    told = finding("disagrees").replace(articles=(ArticleId("tea"),))
    assert both_hold([version()], [told], NOW.date())
    assert both_hold([version(valid_from=NOW.date())], [told], NOW.date())
    assert not both_hold([version(valid_from=date(2026, 11, 23))], [told], NOW.date())


def test_that_what_people_take_out_is_told_from_what_they_keep() -> None:
    half = OFTEN_CITED // 2
    (found,) = unused([version()], {"tea": used(kept=half, edited_out=half)}, UseCount(), NOW)
    assert found.kind == "edited_out"
    assert not unused([version()], {"tea": used(kept=half + 1, edited_out=half - 1)}, UseCount(), NOW)
    assert not unused([version()], {"tea": used(kept=0, edited_out=OFTEN_CITED - 1)}, UseCount(), NOW)


def test_that_made_up_tickets_are_no_use() -> None:
    counts: dict[UseKind, UseCount] = {"edited_out": UseCount(tickets=OFTEN_CITED, simulated=OFTEN_CITED)}
    assert not unused([version()], {"tea": counts}, UseCount(), NOW)


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """By the words kite, stamp and thanks; others are near nothing."""
    rows = [[float(word in text.lower()) for word in ("kite", "stamp", "thanks")] + [0.01] for text in texts]
    made = np.asarray(rows, dtype=np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def cluster(vectors: NDArray[np.float32]) -> Sequence[int]:
    return [int(row.argmax()) for row in vectors]


def asked(number: int, words: str, answered: str = "", customer: str | None = None) -> Unanswered:
    whose = f"C-{number}" if customer is None else customer
    return Unanswered(
        ticket=TicketId(f"T-{number}"), asked=words, answered=answered, task_types=(OTHER,), customer=whose
    )


REQUESTS = [
    asked(
        1, "Do you insure a kite?", "We do not insure a kite yet. Thanks, ⟪name⟫ will call you. Kites fly over Hull."
    ),
    asked(2, "Is the kite of my aunt insured, please?", "A kite we do not insure yet. Your aunt may keep her kite."),
    asked(3, "Insurance for a kite of ⟪name⟫?", "We do not insure a kite by Zebedee yet.", customer=""),
    asked(4, "Where are stamps?"),
    asked(5, "Stamps, please."),
]


def test_that_requests_that_found_nothing_are_gathered_named_and_counted() -> None:
    (found,) = gaps(REQUESTS, encode, cluster, {OTHER: "General question"}, NOW)
    assert found.tickets == ("T-1", "T-2", "T-3")
    assert "kite" in found.says
    assert "3 tickets" in found.says
    assert "General question" in found.says
    assert not gaps(REQUESTS[1:], encode, cluster, {}, NOW)


def test_that_only_words_of_several_customers_on_record_name_a_gap() -> None:
    (found,) = gaps(REQUESTS, encode, cluster, {}, NOW)
    assert set(found.terms) == {"kite", "insure"}
    assert "aunt" not in found.says
    (nobodys,) = gaps([one.replace(customer="") for one in REQUESTS], encode, cluster, {}, NOW)
    assert (nobodys.terms, nobodys.says) == ((), "3 tickets found nothing that answers.")
    (one_alone,) = gaps([one.replace(customer="C-1") for one in REQUESTS], encode, cluster, {}, NOW)
    assert one_alone.terms == ()


def test_that_a_draft_has_once_what_several_customers_were_told() -> None:
    made = draft(REQUESTS[:3], encode, ("kite", "insure"), "General question")
    assert (made.title, made.audience) == ("Draft: General question: kite, insure", "internal")
    _, asks, answered = made.text.split("## ")
    assert asks.split("\n", 1)[1].strip() == "General question: kite, insure"
    assert answered.split("\n", 1)[1].strip() == "We do not insure a kite yet."


@pytest.mark.parametrize("whose", ["", "C-1"])
def test_that_a_draft_has_nothing_that_one_customer_alone_was_told(whose: str) -> None:
    made = draft([one.replace(customer=whose) for one in REQUESTS[:3]], encode, (), "")
    assert "kite" not in made.text.lower()
    assert made.title == "Draft: What nothing answers yet"


def test_that_words_of_the_business_may_be_told_to_one_customer_alone() -> None:
    pair = [asked(1, "?", "A kite is never insured on Sundays."), asked(2, "?", "The kite is never insured by us.")]
    assert "Sundays" not in draft(pair, encode, (), "").text
    assert "never insured on Sundays" in draft(pair, encode, (), "", plain=stems("Sundays")).text
    figure = asked(3, "?", "A kite is never insured on Sundays at 4.")
    assert "at 4" not in draft([pair[1], figure], encode, (), "", plain=stems("Sundays")).text


def finding(kind: FindingKind, state: str = "open", weight: float = 1.0) -> HealthFinding:
    return HealthFinding.model_validate(
        {"id": f"{kind}-{state}-{weight}", "kind": kind, "says": "?", "state": state, "weight": weight, "found_at": NOW}
    )


def test_that_only_open_findings_lower_the_score_each_in_its_part() -> None:
    clean = parts([finding("stale", "waived"), finding("duplicate", "resolved")], ALL_KNOWN)
    assert score(clean) == 100
    one = parts([finding("stale")], ALL_KNOWN)
    assert {part.name: part.points for part in one if part.points < part.share} == {"Freshness": 18.0}
    assert score(parts([finding("stale", weight=1 + n / 100) for n in range(10)], ALL_KNOWN)) == 80


ALL_KNOWN = LookedAt(articles=50, no_review=0, no_owner=0, sentences=400, no_figure=0, asked=20, tickets=300)


def test_that_points_are_earned_only_for_what_could_be_looked_at() -> None:
    nothing = parts([], LookedAt(50, no_review=50, no_owner=50, sentences=400, no_figure=400, asked=0, tickets=299))
    assert {part.name: (part.points, part.not_judged) for part in nothing if part.name != "Once only"} == {
        "Freshness": (0, 20),
        "Looked after": (0, 10),
        "Agreement": (0, 30),
        "Coverage": (0, 20),
        "Use": (0, 10),
    }
    said = {part.name: part.unknown_says for part in nothing}
    assert said["Looked after"] == "unknown: 50 of 50 articles have no owner"
    assert said["Use"].endswith("it takes 300 tickets to judge, and there were 299")
    assert said["Coverage"] == "no request was looked through yet"
    half = parts([finding("stale")], ALL_KNOWN._replace(no_review=25))[0]
    assert (half.points, half.not_judged) == (9.0, 10.0), "the known half loses what is wrong with it"
    assert score(parts([], LookedAt(0, 0, 0, 0, 0, 0, 0))) == 0


def test_that_sentences_without_a_figure_are_counted() -> None:
    assert figures("## Back\nWithin 30 days. After a week or two. It is free.\n\n## Light\nIt turns green.") == (4, 2)
