"""The Review page: a case read as a story, answered with a scorecard, and the figures that come of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.governance import case_reviews
from cx_core.records import Perimeter, Person, Role, TaskTypeName, TicketId
from cx_core.views.review_views import ReviewStory
from tests.pages.pressing import opened, papers
from tests.scripted import LENA, MARIA, SAM, Hand, letter
from tests.signed_in import someone

CALLBACK = TaskTypeName("callback")
WIDE = Perimeter(tiers=("standard", "plus", "vip"), share=100, any_hour=True, identity=0)


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


def done_alone(hand: Hand, *senders: str) -> tuple[TicketId, ...]:
    levels = hand.desk.autonomy_levels
    assert levels.ask_level(someone(hand.desk, Role.SUPERVISOR), CALLBACK, 3, "A trial", WIDE) is None
    granter = someone(hand.desk, Role.ADMINISTRATOR)
    waiting = next(one.waiting for one in levels.levels(granter) if one.task_type == CALLBACK)
    assert waiting is not None
    assert levels.grant_level(granter, CALLBACK, waiting) is None
    made = []
    for sender in senders:
        hand.works.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
        given = letter("Please ring me about my plan.", hand.works.clock, id=sender, sender=sender)
        made.append(hand.desk.inbound_messages.receive(given.replace(identity=2)))
    return tuple(made)


def review(hand: Hand) -> AppTest:
    return opened(hand, "review", Role.ADMINISTRATOR)


def pressed(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def test_that_a_page_without_cases_says_what_comes_here(hand: Hand) -> None:
    at = review(hand)
    assert "All reviewed" in papers(at)
    assert not at.exception


def test_that_a_right_case_is_one_press_and_the_next_one_follows(hand: Hand) -> None:
    first, second = done_alone(hand, LENA, MARIA)
    at = review(hand)
    assert "Please ring me about my plan." in papers(at)
    pressed(at, f"review-fine-{first}-1")
    assert at.radio(key="review-case").value == f"{second}:1"
    assert [option for option in at.radio(key="review-case").options if first in option] == []
    pressed(at, f"review-fine-{second}-1")
    assert "All reviewed" in papers(at)
    row = at.dataframe[0].value.iloc[0]
    assert (row["Without a person"], row["Reviewed"], row["Wrong"]) == (2, 2, 0)


def test_that_a_case_without_a_reply_has_no_answer(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    done_alone(hand, LENA)
    assert "It answered" in papers(review(hand))
    tell = hand.desk.case_reviews.story

    def silent(someone: Person, ticket: TicketId, version: int) -> ReviewStory:
        story = tell(someone, ticket, version)
        assert isinstance(story, ReviewStory)
        return story.replace(told="", acts=())

    monkeypatch.setattr(hand.desk.case_reviews, "story", silent)
    told = papers(review(hand))
    assert "It answered" not in told
    assert "Nothing was changed." in told
    assert "Nothing was sent to the customer." in told


def test_that_an_error_must_be_named_and_a_critical_one_brings_the_level_down(hand: Hand) -> None:
    (first,) = done_alone(hand, LENA)
    at = review(hand)
    assert not at.button(key=f"review-fine-{first}-1").disabled
    at.checkbox(key=f"review-right_act-{first}-1").uncheck().run()
    assert at.button(key=f"review-fine-{first}-1").disabled, "one key would throw the objection away"
    assert "A line is unticked: grade it minor (Alt + M) or critical (Alt + C)." in papers(at)
    pressed(at, f"review-save-{first}-1")
    assert "say whether that was minor or critical" in papers(at)
    at.button_group(key=f"review-severity-{first}-1").set_value("critical").run()
    at.text_area(key=f"review-note-{first}-1").input("Rang somebody else").run()
    pressed(at, f"review-save-{first}-1")
    assert "All reviewed" in papers(at), papers(at)
    autonomy = opened(hand, "autonomy", Role.ADMINISTRATOR)
    assert "came down by itself from 3" in papers(autonomy)
    close = next(one.key for one in autonomy.button if str(one.key).startswith("incident-close-"))
    words = str(close).replace("close", "words")
    autonomy.text_input(key=words).input("Two customers share a number; the record is mended").run()
    pressed(autonomy, str(close))
    assert not [one for one in autonomy.button if str(one.key).startswith("incident-close-")]


def test_that_the_case_file_opens_at_once_and_the_card_is_as_it_was_afterwards(hand: Hand) -> None:
    first, second = done_alone(hand, LENA, MARIA)
    at = review(hand)
    at.radio(key="review-case").set_value(f"{second}:1").run()
    at.checkbox(key=f"review-right_act-{second}-1").uncheck().run()
    at.button_group(key=f"review-severity-{second}-1").set_value("minor").run()
    at.text_area(key=f"review-note-{second}-1").input("Rang somebody else")
    pressed(at, f"review-file-{second}")
    assert "What the customer was told" in papers(at)
    assert at.query_params["ticket"] in (second, [second])
    at.switch_page("review.py").run()
    assert at.radio(key="review-case").value == f"{second}:1"
    assert at.text_area(key=f"review-note-{second}-1").value == "Rang somebody else"
    assert not at.checkbox(key=f"review-right_act-{second}-1").value
    assert at.button(key=f"review-fine-{second}-1").disabled
    pressed(at, f"review-save-{second}-1")
    assert at.radio(key="review-case").value == f"{first}:1"


def test_that_what_was_done_alone_is_taken_back_and_told_from_the_autonomy_page(hand: Hand) -> None:
    done = done_alone(hand, LENA, MARIA)
    at = opened(hand, "autonomy", Role.ADMINISTRATOR)
    assert at.dataframe[0].value.iloc[0]["Done alone"] == "2, 2 to review"
    assert "Today: 2 done alone, 0 reviewed, 0 wrong." in papers(at)
    at.date_input(key="undo-since").set_value(hand.works.clock().date() - timedelta(days=1))
    pressed(at, "FormSubmitter:undo-form-Show what there is")
    assert "2 acts. 2 can be taken back, in 2 tickets." in papers(at)
    at.text_input(key="undo-reason").input("The wrong number was rung")
    pressed(at, "undo-start")
    hand.desk.mass_undo.go_on()
    at.run()
    assert "2 of 2 acts taken back" in papers(at)
    tell = next(str(one.key) for one in at.button if str(one.key).startswith("undo-tell-"))
    pressed(at, tell)
    assert "Sent to 2 customers." in papers(at)
    assert [hand.view(id).ticket.status for id in done] == ["open", "open"]


def test_that_a_persons_answer_is_reviewed_without_a_name_and_stands_beside_the_copilots(hand: Hand) -> None:
    company = hand.works.knowledge.company.model_copy(update={"people_reviewed": 100.0})
    hand.desk.advisor_work._knowledge = hand.works.knowledge.replace(company=company)
    given = letter("Please ring me about my plan.", hand.works.clock, id="one", sender=LENA)
    id = hand.desk.inbound_messages.receive(given.replace(identity=2))
    hand.approve(id)
    at = review(hand)
    assert "drawn by chance" in papers(at)
    assert "Why without a person" not in papers(at)
    assert SAM.name not in papers(at)
    pressed(at, f"review-skip-{id}-1")
    assert "All reviewed" in papers(at)
    hand.works.clock.now += timedelta(days=2)  # type: ignore[attr-defined]
    other = opened(hand, "review", Role.SUPERVISOR)
    pressed(other, f"review-fine-{id}-1")
    assert "Right: copilot not reviewed yet, people 100.0% of 1" in papers(other)
    autonomy = opened(hand, "autonomy", Role.ADMINISTRATOR)
    assert "people 100.0% of 1" in papers(autonomy)
