"""What becomes of a ticket once its reply is sent stands as it was suggested, whatever is made of the words; and what
is said where nothing is sent.
"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from cx_core.records import Status, StepId, TaskTypeName, TicketId
from tests import scripted
from tests.pages.pressing import papers, pressed, send_button, shown
from tests.pages.test_inbox import has_button
from tests.pages.test_two_tabs import leaves_out, reply_area
from tests.scripted import LENA, MARIA, Hand
from tests.signed_in import someone, token

NOTHING = "Nothing is sent to the customer."


def opened(hand: Hand, ticket: TicketId) -> AppTest:
    return shown("inbox", token(hand.desk, "Ines"), ticket=ticket)


def after(at: AppTest) -> Selectbox[str]:
    return next(one for one in at.selectbox if one.label == "Afterwards")


def rewritten(at: AppTest, text: str) -> None:
    reply_area(at).input(text).run()
    assert not at.exception


@pytest.fixture
def nobody_knows(monkeypatch: pytest.MonkeyPatch, hand: Hand) -> TicketId:
    """The draft says that somebody looks into it: it is kept open."""
    monkeypatch.setattr(scripted, "SAID", {"drones": TaskTypeName("general_question")})
    return hand.ticket("Do you insure drones?", MARIA)


def stays_when_rewritten(hand: Hand, ticket: TicketId, status: Status, words: str) -> None:
    """What is suggested stands while the reply is rewritten, and is what the ticket becomes."""
    at = opened(hand, ticket)
    assert after(at).value == status
    rewritten(at, words)
    assert after(at).value == status
    send_button(at).click().run()
    assert hand.view(ticket).ticket.status == status


def test_that_what_the_draft_leaves_to_a_colleague_stands_in_the_plan(hand: Hand, nobody_knows: TicketId) -> None:
    seen = papers(opened(hand, nobody_knows))
    assert "Left for a person to do" in seen
    assert "The draft says that a colleague sees to this." in seen
    assert "No action needed" not in seen


def test_that_rewriting_a_promise_keeps_the_ticket_open(hand: Hand, nobody_knows: TicketId) -> None:
    stays_when_rewritten(hand, nobody_knows, "open", "Hello Maria, good that you ask. More soon.")


def test_that_rewriting_a_question_keeps_waiting_for_its_answer(hand: Hand) -> None:
    ticket = hand.ticket("Please ring me.", sender="stranger@example.net")
    stays_when_rewritten(hand, ticket, "pending", "Hello, tell us the address of your account. Then we call.")


def test_that_a_choice_goes_before_what_is_suggested(hand: Hand, nobody_knows: TicketId) -> None:
    at = opened(hand, nobody_knows)
    after(at).select("solved").run()
    rewritten(at, "Hello Maria, we do not insure drones.")
    assert after(at).value == "solved"
    send_button(at).click().run()
    assert hand.view(nobody_knows).ticket.status == "solved"


def test_that_an_action_left_out_suggests_to_keep_it_open(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    at = opened(hand, ticket)
    assert after(at).value == "solved"
    leaves_out(at, ticket, "s1", "the bank does it")
    assert after(at).value == "open"


def test_that_a_ticket_is_closed_without_what_was_drafted_and_nothing_is_sent(
    hand: Hand, nobody_knows: TicketId
) -> None:
    hand.desk.approvals._undo_seconds = 5
    hand.works.work.held = True
    at = opened(hand, nobody_knows)
    after(at).select("solved").run()
    silent = send_button(at, "silent")
    assert silent.label == "Close without a reply"
    silent.click().run()
    assert f"It takes effect in a few seconds. {NOTHING}" in papers(at)
    assert "It goes out" not in papers(at)
    hand.works.work.release()
    assert (hand.view(nobody_knows).ticket.status, hand.sent(MARIA)) == ("solved", [])
    assert "Closed without a reply." in papers(at.run())


def test_that_closing_is_not_offered_over_words_of_ones_own(hand: Hand, nobody_knows: TicketId) -> None:
    at = opened(hand, nobody_knows)
    rewritten(at, "Hello Maria, we do not insure drones.")
    assert not has_button(at, "silent")


def test_that_closing_is_not_offered_while_a_step_would_be_run(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    at = opened(hand, ticket)
    assert not has_button(at, "silent")
    leaves_out(at, ticket, "s1", "the bank does it")
    rewritten(at, "")
    assert send_button(at, "silent").label == "Keep open without a reply"
    after(at).select("solved").run()
    assert send_button(at, "silent").label == "Close without a reply"


def test_that_what_the_field_suggests_is_what_becomes_of_it_without_a_reply(hand: Hand, nobody_knows: TicketId) -> None:
    at = opened(hand, nobody_knows)
    assert after(at).value == "open"
    assert send_button(at, "silent").label == "Keep open without a reply"
    pressed(at, "silent")
    assert (hand.view(nobody_knows).ticket.status, hand.sent(MARIA)) == ("open", [])


def test_that_the_button_says_what_was_chosen_for_the_ticket(hand: Hand, nobody_knows: TicketId) -> None:
    at = opened(hand, nobody_knows)
    after(at).select("pending").run()
    assert send_button(at, "silent").label == "Mark waiting without a reply"
    pressed(at, "silent")
    assert (hand.view(nobody_knows).ticket.status, hand.sent(MARIA)) == ("pending", [])


@pytest.mark.parametrize("by_macro", [True, False])
def test_that_what_was_chosen_for_one_reply_is_not_chosen_for_the_next(hand: Hand, by_macro: bool) -> None:
    hand.ticket("I was charged twice.", MARIA)
    ticket = hand.ticket("A copy of my invoice I-21, please.", LENA, thread="t")
    at = opened(hand, ticket)
    drafted = str(reply_area(at).value)
    assert after(at).value == "solved"
    if by_macro:
        at.session_state["macros-0"] = True
        at.run()
        at.selectbox(key=f"macro-{ticket}").set_value("photo_of_the_damage").run()
        pressed(at, "macro-insert")
        rewritten(at, f"{drafted}\n\nThank you.")
    else:
        after(at).select("pending").run()
    assert after(at).value == "pending"
    pressed(at, "approve-next")
    assert ticket not in at.query_params["ticket"]
    assert hand.view(ticket).ticket.status == "pending"
    assert hand.ticket("And a copy of my invoice I-22, please.", LENA, thread="t") == ticket
    at.session_state["open"] = ticket
    at.query_params["ticket"] = ticket
    at.run()
    assert send_button(at).key == f"approve-{ticket}-2"
    assert after(at).value == "solved"


def test_that_steps_done_without_a_reply_say_so(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    ines = someone(hand.desk, "Ines")
    hand.works.work.held = True
    hand.desk.approvals.approve(ines, ticket, 1, reply="", leaves="solved")
    at = opened(hand, ticket)
    assert f"The steps are being carried out. {NOTHING}" in papers(at)
    hand.works.work.release()
    assert hand.outcome(ticket).status == "done"
    assert [card.step.id for card in hand.view(ticket).cards] == [StepId("s1")]
    assert "Closed without a reply." in papers(at.run())
