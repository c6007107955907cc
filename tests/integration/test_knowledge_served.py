"""A published change reaches the next draft; what was drafted before says so; a trial changes nothing."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from cx_core.bootstrap import Works, open_desk
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import ArticleEntry, Content
from cx_core.knowledge_base.questions import QuestionResult, Trial
from cx_core.records import ArticleId, Inbound, MessageId, Role
from cx_core.views import Refusal, TicketView
from tests.scripted import Inline, person

EDITOR, ADA = person(Role.EDITOR, "Ed Word"), person()
CHARGES = ArticleId("delivery-times")
QUESTION = "What is the delivery charge for accessories?"


@pytest.fixture
def desk(works: Works) -> Desk:
    works.durable = Inline(works.journey)  # type: ignore[assignment]
    made = open_desk(works.settings, works.clock, works)
    works.journey()
    return made


def published(desk: Desk, id: ArticleId, old: str, new: str) -> None:
    """Every place of `old` in the article says `new` from now on."""
    entry = next(one for one in desk.article_lifecycle.article_entries(EDITOR) if one.id == id)
    text = entry.latest.content.text
    assert old in text
    content = entry.latest.content.replace(text=text.replace(old, new))
    edited = desk.article_lifecycle.edit_article(EDITOR, id, entry.latest.number, content)
    assert isinstance(edited, ArticleEntry)
    assert isinstance(desk.article_lifecycle.move_article(EDITOR, id, edited.latest.number, "published"), ArticleEntry)


def opened(desk: Desk, id: str) -> TicketView:
    ticket = desk.inbound_messages.receive(
        Inbound(
            id=MessageId(id),
            channel="web",
            address="someone@example.org",
            text=QUESTION,
            received_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        )
    )
    view = desk.inbox.ticket(ADA, ticket)
    assert isinstance(view, TicketView)
    return view


def test_that_a_changed_price_reaches_the_next_draft_and_the_draft_before_says_so(desk: Desk) -> None:
    before = opened(desk, "one")
    assert before.proposal
    assert before.proposal.reply
    assert "3.50" in before.proposal.reply.text
    assert before.outdated == ()
    began = time.monotonic()
    published(desk, CHARGES, "3.50", "6.50")
    time.sleep(1.1)  # a process looks for changes once a second
    after = opened(desk, "two")
    assert after.proposal
    assert after.proposal.reply
    assert "6.50" in after.proposal.reply.text
    assert "3.50" not in after.proposal.reply.text
    assert time.monotonic() - began < 20
    then = desk.inbox.ticket(ADA, before.ticket.id)
    assert isinstance(then, TicketView)
    assert "version 1, now 2" in then.outdated[0]
    assert after.outdated == ()
    assert desk.inbox.read_again(ADA, before.ticket.id) is None
    again = desk.inbox.ticket(ADA, before.ticket.id)
    assert isinstance(again, TicketView)
    assert again.outdated == ()


def test_asking_shows_what_is_found_and_the_draft(desk: Desk) -> None:
    asked = desk.knowledge_questions.ask_knowledge(EDITOR, QUESTION)
    assert isinstance(asked, QuestionResult)
    assert asked.found[0].passage.article == CHARGES
    assert "delivery" in asked.found[0].shared
    assert not {"what", "does", "have", "your"} & set(asked.found[0].shared)  # what tells nothing of a passage
    assert asked.route == "advisor"
    assert CHARGES in asked.cited
    assert asked.found[0].passage.text[:20] in asked.draft
    assert isinstance(desk.knowledge_questions.ask_knowledge(EDITOR, " ? "), Refusal)


def test_that_a_new_article_answers_though_nobody_said_what_it_is_for(desk: Desk) -> None:
    words = (
        "## Lending a hand truck\nBorrow a hand truck from our depot for two days. The deposit is £18. We deliver it."
    )
    made = desk.article_lifecycle.write_article(EDITOR, Content(title="Hand trucks", text=words))
    assert isinstance(made, ArticleEntry)
    assert isinstance(desk.article_lifecycle.move_article(EDITOR, made.id, 1, "published"), ArticleEntry)
    time.sleep(1.1)
    asked = desk.knowledge_questions.ask_knowledge(EDITOR, "What does delivery of a hand truck cost?")
    assert isinstance(asked, QuestionResult)
    assert asked.found[0].passage.article == made.id
    assert asked.cited == (made.id,)
    assert "£18" in asked.draft


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("By how many days after the due date is a late payment fee charged?", "Seven days after the due date"),
        ("After how many wrong passwords is an account locked?", "After 5 wrong passwords"),
        ("Until when can a delivery be moved to another day?", "Until the evening before"),
    ],
)
def test_that_a_question_is_answered_though_its_task_type_asks_for_a_record(
    desk: Desk, question: str, says: str
) -> None:
    asked = desk.knowledge_questions.ask_knowledge(EDITOR, question)
    assert isinstance(asked, QuestionResult)
    assert asked.is_answered
    assert says in " ".join(asked.draft.split())


@pytest.mark.parametrize(
    "question",
    [
        "Do you sell garden furniture?",
        "Will your TV box show the final of the cup?",
        "I was charged a late payment fee last month. Why?",
        "How can you charge me a fee on invoice I-22 when I have paid?",
    ],
)
def test_that_the_verdict_is_what_the_draft_does(desk: Desk, question: str) -> None:
    asked = desk.knowledge_questions.ask_knowledge(EDITOR, question)
    assert isinstance(asked, QuestionResult)
    assert not asked.is_answered
    assert asked.found, "something is near, and says nothing of whether it answers"
    assert not any(one.passage.text.strip() in asked.draft for one in asked.found)


def test_that_a_table_reaches_a_customer_in_words(desk: Desk) -> None:
    words = "## What a hand truck costs\n| Value | Deposit |\n|---|---|\n| up to £50 | £5 |\n| above £50 | £18 |"
    made = desk.article_lifecycle.write_article(EDITOR, Content(title="Deposits for hand trucks", text=words))
    assert isinstance(made, ArticleEntry)
    assert isinstance(desk.article_lifecycle.move_article(EDITOR, made.id, 1, "published"), ArticleEntry)
    time.sleep(1.1)
    asked = desk.knowledge_questions.ask_knowledge(EDITOR, "What is the deposit for a hand truck?")
    assert isinstance(asked, QuestionResult)
    assert asked.cited == (made.id,)
    assert "- Value up to £50: deposit £5\n- Value above £50: deposit £18" in asked.draft
    assert "|" not in asked.draft


def test_that_a_trial_tells_what_gets_better_and_worse_and_changes_nothing(desk: Desk) -> None:
    kept = desk.knowledge_questions.keep_question(EDITOR, "Fees", QUESTION, CHARGES)
    boat = desk.article_lifecycle.write_article(
        EDITOR, Content(title="Boats", text="## Mooring\nWe do not serve boats.")
    )
    assert isinstance(boat, ArticleEntry)
    assert isinstance(
        desk.knowledge_questions.keep_question(EDITOR, "Boats", "Do you serve moorings?", boat.id), Refusal
    )
    assert isinstance(desk.knowledge_questions.keep_question(EDITOR, "Fees", QUESTION, CHARGES), Refusal)
    trial = desk.knowledge_questions.try_version(EDITOR, boat.id)
    assert isinstance(trial, Trial)
    assert (trial.better, trial.worse) == ((), ())
    spoilt = next(one for one in desk.article_lifecycle.article_entries(EDITOR) if one.id == CHARGES)
    content = spoilt.latest.content.replace(text="## Moved\nSee elsewhere.", title="Something else")
    assert isinstance(desk.article_lifecycle.edit_article(EDITOR, CHARGES, spoilt.latest.number, content), ArticleEntry)
    trial = desk.knowledge_questions.try_version(EDITOR, CHARGES)
    assert isinstance(trial, Trial)
    assert [one.question for one in trial.worse] == [kept]
    now = desk.knowledge_questions.run_questions(EDITOR)
    assert not isinstance(now, Refusal)
    assert [one.right for one in now] == [True]
