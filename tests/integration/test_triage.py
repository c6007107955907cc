"""Triage of real words by the shipped knowledge, with the real encoder and classifiers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.classifier.triager import open_triage
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge import knowledge_folder
from cx_core.records import Message, MessageId, TicketId, Triage
from cx_core.settings import ROOT
from cx_core.understand.triage import Triager

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Read = Callable[..., tuple[Triage, NDArray[np.float32]]]


@pytest.fixture(scope="session")
def triager(encoder: MiniLM, prepared: Path) -> Triager:
    knowledge = knowledge_folder.load(ROOT / "knowledge")
    return open_triage(knowledge, encoder, prepared, lambda: NOW)[0]


@pytest.fixture
def read(triager: Triager) -> Read:
    def reading(*texts: str, subject: str = "") -> tuple[Triage, NDArray[np.float32]]:
        messages = [
            Message(
                id=MessageId(f"m{n}"), ticket=TicketId("t"), sender="customer", text=text, at=NOW + timedelta(minutes=n)
            )
            for n, text in enumerate(texts)
        ]
        return triager.read(subject, messages)

    return reading


def sure(triage: Triage) -> set[str]:
    return {goal.task_type for goal in triage.goals if goal.sure}


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "I was charged twice and can't be home for the engineer on Thursday.",
            {
                "duplicate_charge": "I was charged twice",
                "reschedule_installation": "can't be home for the engineer on Thursday.",
            },
        ),
        (
            "Two things: my headset arrived in pieces. Also, I'd like the invoice for it again.",
            {"damaged_item": "my headset arrived in pieces", "invoice_copy": "the invoice for it again"},
        ),
        (
            "The parcel with my headphones came smashed and you took the money twice, I need a new pair before Sunday",
            {"damaged_item": "came smashed", "duplicate_charge": "you took the money twice"},
        ),
    ],
)
def test_that_each_goal_of_a_compound_ticket_comes_with_its_words(
    read: Read, text: str, quotes: dict[str, str]
) -> None:
    triage, vectors = read(text)
    assert {str(goal.task_type) for goal in triage.goals if goal.sure} == set(quotes)
    assert vectors.shape == (len(triage.goals), 384)
    for goal in triage.goals:
        assert quotes[goal.task_type] in goal.quote
        assert goal.quote in text


def test_that_background_yields_nothing_and_one_type_is_one_goal(read: Read) -> None:
    triage, _ = read(
        "Hi, hope you're well. I looked at my card statement this morning. You debited £54 on the 3rd. "
        "The same £54 went again on the 3rd. Please refund one of them."
    )
    assert [goal.task_type for goal in triage.goals] == ["duplicate_charge"]


@pytest.mark.parametrize(
    "text",
    [
        "What's the best way to cook a goose?",
        "My train was cancelled and the railway owes me money",
        "Good morning",
        "asdkjh qwoieu",
        "Thanks so much!",
    ],
)
def test_that_foreign_matters_and_small_talk_are_never_sure(read: Read, text: str) -> None:
    assert sure(read(text)[0]) == set()


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("I don't want to cancel the installation, only another day for the engineer", "reschedule_installation"),
        ("This isn't about my bill. My broadband is very slow every evening.", "fault"),
        ("I'm not trying to return the headphones, I'd just like the invoice for them", "invoice_copy"),
    ],
)
def test_that_what_is_denied_is_no_goal(read: Read, text: str, goal: str) -> None:
    assert sure(read(text)[0]) == {goal}


def test_that_a_denial_whose_rest_says_nothing_leaves_nobody_sure(read: Read) -> None:
    assert sure(read("I don't want to cancel my contract. That's all, have a nice day!")[0]) == set()


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("Where is my parcel?", "order_status"),
        ("deliver on Friday instead", "change_delivery_date"),
        ("deliver it to my office", "change_delivery_address"),
        ("cancel my order", "cancel_order"),
        ("I want to return this", "return_item"),
        ("the tablet came broken", "damaged_item"),
        ("part of my order is missing", "missing_item"),
        ("I was charged twice.", "duplicate_charge"),
        ("send me the invoice", "invoice_copy"),
        ("explain my bill", "invoice_explained"),
        ("charged for going over my data", "data_overage"),
        ("remove the late fee", "late_fee"),
        ("my payment failed", "payment_failed"),
        ("change my email address", "contact_details"),
        ("move my installation", "reschedule_installation"),
        ("cancel my installation", "cancel_installation"),
        ("my internet is down", "fault"),
        ("is there an outage", "outage"),
        ("I want a bigger plan", "plan_change"),
        ("how do I set up the router", "router_setup"),
        ("Reset my password", "password_reset"),
        ("please call me back", "callback"),
        ("what are your opening hours", "general_question"),
        ("cancel my contract", "cancel_service"),
        ("my account was hacked", "suspected_fraud"),
        ("I want to complain", "complaint"),
        ("delete my data", "privacy_request"),
    ],
)
def test_that_the_plainest_words_for_a_task_type_are_enough(read: Read, text: str, goal: str) -> None:
    assert sure(read(text)[0]) == {goal}


def test_that_thanks_after_a_question_change_nothing(read: Read) -> None:
    before, _ = read("Please resend invoice I-21.")
    after, _ = read("Please resend invoice I-21.", "Thank you, have a nice evening!")
    assert [goal.task_type for goal in after.goals] == [goal.task_type for goal in before.goals] == ["invoice_copy"]
    assert after.entities == before.entities


def test_that_goals_of_earlier_messages_stay_beside_later_ones(read: Read) -> None:
    triage, _ = read("Where is my parcel?", "Also you charged me twice for the same invoice")
    assert sure(triage) == {"order_status", "duplicate_charge"}


def test_that_quoted_mail_raises_no_goal(read: Read) -> None:
    triage, _ = read("Great, thank you.\n\nOn Mon, 2 Nov 2026, Jo wrote:\n> I was charged twice for invoice I-3")
    assert triage.goals == ()


def test_that_a_subject_alone_can_say_it(read: Read) -> None:
    assert sure(read("See above please", subject="Re: I was charged twice")[0]) == {"duplicate_charge"}


SECOND = {
    "order_status": "Where has my parcel got to?",
    "cancel_installation": "Please cancel my engineer visit",
    "duplicate_charge": "You took my payment twice",
    "password_reset": "Please send me a new password",
}
"""Plain words of four matters, each of which stands well alone."""


@pytest.mark.parametrize(("first", "second"), [(one, two) for one in SECOND for two in SECOND if one != two])
def test_that_a_subject_that_asks_for_another_matter_counts(read: Read, first: str, second: str) -> None:
    triage, _ = read(SECOND[first], subject=SECOND[second])
    assert sure(triage) == {first, second}


def test_that_a_subject_that_names_a_thing_adds_nothing(read: Read) -> None:
    triage, _ = read("Please send me a new password", subject="My engineer visit")
    assert sure(triage) == {"password_reset"}


@pytest.mark.parametrize("joint", [". ", ", and ", ". Also, ", " AND ", "\n\n"])
@pytest.mark.parametrize("first", SECOND)
def test_that_no_second_matter_is_lost(read: Read, first: str, joint: str) -> None:
    for second, words in SECOND.items():
        if first != second:
            triage, _ = read(f"{SECOND[first].rstrip('?')}{joint}{words}")
            assert {goal.task_type for goal in triage.goals} >= {first, second}, second


def test_that_a_language_nobody_serves_has_no_goals_but_names_things(read: Read) -> None:
    triage, vectors = read(
        "Guten Tag, könnten Sie mir bitte die Rechnung I-3 noch einmal zusenden? Vielen Dank im Voraus!"
    )
    assert (triage.language, triage.goals) == ("de", ())
    assert [entity.value for entity in triage.entities] == ["I-3"]
    assert vectors.shape == (1, 384)


@pytest.mark.parametrize(
    "text",
    ["wher is my ordr", "no internet", "O-12", "pls cancel", "Router kaputt??", "ok", "password reset", "Hannah Moore"],
)
def test_that_short_and_misspelt_english_is_not_called_foreign(read: Read, text: str) -> None:
    assert read(text)[0].language == "en"


def test_that_anger_shows_in_sentiment_and_trend(read: Read) -> None:
    triage, _ = read("Where is my parcel?", "This is an absolute disgrace, worst company ever, I am furious!!")
    assert (triage.sentiment, triage.trend) == ("negative", "worse")
    assert read("the tablet arrived with a crack in the screen")[0].sentiment == "neutral"


def test_that_urgency_raises_priority(read: Read) -> None:
    calm, _ = read("Could I have a copy of my bill? No rush at all, take your time.")
    assert (calm.urgency, calm.priority) == ("low", "low")
    assert read("This is an emergency, I need help right now, today!")[0].urgency == "high"


def test_that_asking_for_a_person_is_heard(read: Read) -> None:
    assert read("Can I please speak to a human?")[0].wants_person
    assert read("let me talk to somebody real")[0].wants_person
    assert not read("The person who delivered it was rude")[0].wants_person


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "\x00\x01\ufffd",
        "🙂🙂🙂",
        "我的订单在哪里",
        "أين طلبي",
        "1234 5678",
        "?" * 5000,
        "<script>alert(1)</script>",
    ],
)
def test_that_what_cannot_be_read_has_no_sure_goal(read: Read, text: str) -> None:
    triage, vectors = read(text)
    assert sure(triage) == set()
    assert vectors.shape[1] == 384


def test_that_a_ticket_without_messages_is_read(read: Read) -> None:
    triage, vectors = read()
    assert (triage.goals, vectors.shape) == ((), (1, 384))


def test_that_a_megabyte_is_one_sure_goal(read: Read) -> None:
    triage, _ = read("I was charged twice for invoice I-3. " * 27_000)
    assert [goal.task_type for goal in triage.goals if goal.sure] == ["duplicate_charge"]


def test_that_weights_are_kept_and_used_again(encoder: MiniLM, tmp_path: Path) -> None:
    from cx_core.adapters.classifier import model_cache

    examples = {
        "colour": ["paint it red", "I like blue", "is it green?", "make it yellow"],
        "number": ["give me two", "seven of them", "I want five", "only one left"],
    }
    first = model_cache.open_classifier(tmp_path, "toy", examples, encoder)
    model_cache._fitted.pop(first.version)
    again = model_cache.open_classifier(tmp_path, "toy", examples, encoder)
    words = ["please paint it blue", "I need three"]
    found = again.classify(words, encoder.encode(words))
    np.testing.assert_allclose(found, first.classify(words, encoder.encode(words)), atol=1e-6)
    assert [again.labels[n] for n in found.argmax(axis=1)] == ["colour", "number"]
    assert bool((found.sum(axis=1) <= 1 + 1e-5).all())
    (tmp_path / f"toy-{first.version}.npz").write_bytes(b"torn")
    model_cache._fitted.pop(first.version)
    assert model_cache.open_classifier(tmp_path, "toy", examples, encoder).version == first.version


def test_that_a_subject_of_one_word_only_says_more_of_what_is_written_below(read: Read) -> None:
    broken = "The O-9999 I bought from you turned up in bits. What are the differences between one python and another?"
    goals = {goal.task_type for goal in read(broken, subject="Order O-9999")[0].goals}
    assert "cancel_order" not in goals
    assert sure(read("See above.", subject="Please cancel my order")[0]) == {"cancel_order"}
