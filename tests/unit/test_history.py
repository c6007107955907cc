"""The simulated past: the same for the same seed, labelled, plausible, and whole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cx_core.adapters.fernline.past import FernlinePast
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.catalogue import Knowledge
from cx_core.demo.simulated_past import tell
from cx_core.demo.simulated_records import Past
from cx_core.demo.story_dice import Story, Teller
from cx_core.records import BusinessRecord, CustomerId, PersonId, Role, TaskTypeName
from cx_core.settings import ROOT
from cx_core.views import Colleague
from cx_core.views.slot_chips import SLOT

END = datetime(2026, 11, 21, tzinfo=UTC)
INES = Colleague(id=PersonId("p-ines"), name="Ines Duarte", role=Role.ADVISOR)
MARIA = BusinessRecord(
    kind="customer",
    id="C-1",
    customer=CustomerId("C-1"),
    fields={"name": "Maria Keller", "email": "maria@example.com", "tier": "plus", "address": "4 Alder Road"},
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(Path(ROOT / "knowledge"))


@pytest.fixture(scope="module")
def stories(knowledge: Knowledge) -> list[Story]:
    teller = Teller(knowledge, 1, 4, END, people=3, customers=200)
    return [teller.story(number) for number in range(1, 1501)]


@pytest.fixture(scope="module")
def pasts(knowledge: Knowledge, stories: list[Story]) -> list[Past]:
    return [told(knowledge, story) for story in stories[:400]]


def told(knowledge: Knowledge, story: Story) -> Past:
    return tell(story, knowledge, MARIA, INES, FernlinePast(), END)


def test_that_a_seed_tells_the_same_past_and_another_seed_another(knowledge: Knowledge, stories: list[Story]) -> None:
    again = Teller(knowledge, 1, 4, END, people=3, customers=200)
    assert again.story(700) == stories[699], "however many were told before"
    assert told(knowledge, again.story(700)) == told(knowledge, stories[699])
    other = Teller(knowledge, 2, 4, END, people=3, customers=200)
    assert [other.story(n).labels for n in range(1, 30)] != [story.labels for story in stories[:29]]


def test_that_every_task_type_has_tickets_with_its_own_words(knowledge: Knowledge, stories: list[Story]) -> None:
    assert {label for story in stories for label in story.labels} == set(knowledge.task_types)
    for story in stories[:50]:
        words = told(knowledge, story).messages[0].text.casefold()
        for label, place in zip(story.labels, story.examples, strict=True):
            example = knowledge.task_types[label].examples[place]
            assert example.casefold() in words or any(letter.isdigit() for letter in example)


def test_that_agreement_differs_by_task_type_and_grows_over_the_months(stories: list[Story]) -> None:
    agreed = [[story.slip == "" for story in stories if story.month == month] for month in range(4)]
    shares = [sum(month) / len(month) for month in agreed]
    assert shares[3] > shares[0] + 0.05
    assert all(0.6 < share < 0.9 for share in shares)
    teller_sees = Counter(story.labels[0] for story in stories)
    often = [name for name, number in teller_sees.items() if number > 60]
    by_type = [sum(s.slip == "" for s in stories if s.labels[0] == name) / teller_sees[name] for name in often]
    assert max(by_type) - min(by_type) > 0.1


def test_that_errors_are_of_known_kinds_and_none_falls_on_what_is_for_people(
    knowledge: Knowledge, stories: list[Story]
) -> None:
    slips = Counter(story.slip for story in stories)
    assert set(slips) == {"", "wording", "wrong_value", "wrong_goal", "missed_goal", "failed_step"}
    for story in stories:
        if knowledge.task_types[story.labels[0]].people_only:
            assert story.slip == ""
        assert (story.guessed == story.labels) == (story.slip not in ("wrong_goal", "missed_goal"))


def test_that_days_are_fuller_than_nights_and_weekdays_than_sundays(stories: list[Story]) -> None:
    hours = Counter(story.opened_at.hour for story in stories)
    days = Counter(story.opened_at.weekday() for story in stories)
    assert sum(hours[h] for h in range(8, 20)) > 6 * sum(hours[h] for h in (23, 0, 1, 2, 3, 4))
    assert days[0] > 1.8 * days[6]
    assert all(END - timedelta(days=122) <= story.opened_at < END for story in stories)
    assert {story.person for story in stories} == {0, 1, 2}
    assert {story.channel for story in stories} == {"email", "chat", "web"}


def test_that_everything_told_is_whole_and_over(pasts: list[Past]) -> None:
    for past in pasts:
        ticket = past.ticket
        assert (ticket.simulated, ticket.status, ticket.work) == (True, "closed", "done")
        assert ticket.version == len(past.proposals) == past.proposals[-1].version
        versions = {(p.version, tuple(s.id for s in p.steps)) for p in past.proposals}
        assert len(versions) == len(past.proposals)
        assert not any(SLOT.search(message.text) for message in past.messages)
        assert max(one.at for one in past.figures) <= END
        assert {"received", "proposed", "first_response", "solved", "closed"} <= {one.kind for one in past.figures}
        times = [message.at for message in past.messages]
        assert times == sorted(times)
        assert {approval.person for approval in past.approvals} == {INES.id}


def test_that_what_became_of_a_proposal_goes_with_how_it_erred(pasts: list[Past]) -> None:
    for past in pasts:
        first = past.approvals[0].decision
        if past.slip == "" and past.proposals[0].route != "person":
            assert first == "approve", past.labels
        if past.slip == "wrong_goal":
            assert first == "reject"
            assert past.approvals[0].reason
            assert past.approvals[1].decision == "edit"
        if past.slip in ("wording", "wrong_value", "missed_goal"):
            assert first == "edit"
    kinds = {figure.kind for past in pasts for figure in past.figures}
    assert {"reopened", "undone", "given_back", "rated", "transferred", "flagged", "pending"} <= kinds


def test_that_receipts_are_of_their_own_and_name_nothing_of_today(pasts: list[Past]) -> None:
    done = [one for past in pasts for _, one in past.outcomes if one.receipt]
    assert len(done) > 100
    assert all(one.receipt and one.receipt.reference.startswith("SIM-") for one in done)
    assert all(one.receipt and one.receipt.undo_until is None for one in done), "nothing can be taken back any more"
    for past in pasts:
        for lookup in past.proposals[0].evidence.lookups:
            for record in lookup.records:
                number = record.id.partition("-")[2]
                assert not number.isdigit() or int(number) >= 70_000


def test_that_an_article_is_quoted_by_the_section_that_fits(knowledge: Knowledge, stories: list[Story]) -> None:
    asked = [story for story in stories if "general_question" in story.guessed][:12]
    quoted = [one for story in asked for one in told(knowledge, story).proposals[0].evidence.passages]
    assert len(quoted) > 5
    for passage in quoted:
        article = knowledge.articles[passage.article].text
        assert "## " not in passage.text
        assert passage.text
        assert passage.text in article
        assert len(passage.text) < len(article)


def test_that_one_story_is_not_the_other(pasts: list[Past]) -> None:
    assert len({past.ticket.id for past in pasts}) == len(pasts)
    assert len({message.id for past in pasts for message in past.messages}) == sum(len(p.messages) for p in pasts)
    named = [label for past in pasts for label in past.ticket.task_types]
    assert set(named) >= {TaskTypeName("duplicate_charge"), TaskTypeName("complaint")}
