"""One reply open in two tabs: neither overwrites the other in silence, and neither text is lost."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from cx_core.records import StepId, TicketId
from tests.pages.demo_desk import DemoDesk
from tests.pages.pressing import papers, pressed, send_button, shown
from tests.pages.test_inbox import COMPOUND, DRAFT, has_button, inbox
from tests.scripted import MARIA, Hand
from tests.signed_in import someone, token


def area(at: AppTest) -> str:
    return str(at.text_area(key=DRAFT).value)


def writes(at: AppTest, text: str) -> None:
    at.text_area(key=DRAFT).input(text).run()
    assert not at.exception


def kept(desk: DemoDesk) -> tuple[str, tuple[str, ...]]:
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    return draft.text, draft.earlier


def test_that_one_tab_writes_on_and_an_untouched_one_follows(desk: DemoDesk) -> None:
    first, second = inbox(COMPOUND), inbox(COMPOUND)
    writes(first, "One")
    writes(first, "One, two")
    second.run()
    assert (area(second), kept(desk)) == ("One, two", ("One, two", ()))
    writes(second, "One, two, three")
    first.run()
    assert area(first) == "One, two, three"
    assert not has_button(first, "use-other")


def test_that_words_written_in_both_tabs_are_both_kept_and_one_is_chosen(desk: DemoDesk) -> None:
    first, second = inbox(COMPOUND), inbox(COMPOUND)
    writes(first, "From the first")
    writes(second, "From the second")
    assert kept(desk)[0] == "From the first"
    assert area(second) == "From the second"
    assert send_button(second).disabled
    second.button(key="keep-own").click().run()
    assert (area(second), kept(desk)) == ("From the second", ("From the second", ("From the first",)))
    assert not send_button(second).disabled
    writes(second, "From the second, on")
    assert kept(desk)[0] == "From the second, on"


def test_that_the_other_text_can_be_used_and_gone_back_from(desk: DemoDesk) -> None:
    first, second = inbox(COMPOUND), inbox(COMPOUND)
    writes(first, "From the first")
    writes(second, "From the second")
    second.button(key="use-other").click().run()
    assert (area(second), kept(desk)) == ("From the first", ("From the first", ("From the second",)))
    second.button(key="rewrite-back").click().run()
    assert area(second) == "From the second"


def test_that_a_tab_does_not_send_over_words_it_has_not_seen(desk: DemoDesk) -> None:
    first, second = inbox(COMPOUND), inbox(COMPOUND)
    writes(second, "From the second")
    send_button(first).click().run()
    assert desk.approved == []
    assert area(first) == "From the second"
    send_button(first).click().run()
    assert [approval.reply for approval in desk.approved] == ["From the second"]


def reply_area(at: AppTest) -> TextArea:
    return next(area for area in at.text_area if str(area.key).startswith("draft-"))


def leaves_out(at: AppTest, ticket: TicketId, step: str, why: str) -> None:
    at.checkbox(key=f"do-{ticket}-{step}").uncheck().run()
    at.text_input(key=f"why-{ticket}-{step}").input(why).run()
    pressed(at, f"out-{step}")


def test_that_a_step_left_out_elsewhere_stays_left_out_on_a_page_that_was_open(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    first, second = (shown("inbox", token(hand.desk, "Ines"), ticket=ticket) for _ in range(2))
    area = reply_area(first)
    area.input("Dear Maria, we look into it.").run()
    second.run()
    leaves_out(first, ticket, "s1", "the bank does it")
    # the same words, kept by a page that has not seen the plan: no conflict, and the newest revision is its own now
    second.text_area(key=str(area.key)).input("Dear Maria, we look into it").run()
    if has_button(second, "keep-own"):
        pressed(second, "keep-own")
    assert not second.checkbox(key=f"do-{ticket}-s1").value
    kept = hand.view(ticket).draft
    assert kept is not None
    assert kept.choices.skipped == {StepId("s1"): "the bank does it"}


def test_that_choosing_a_text_keeps_what_either_page_left_out(desk: DemoDesk) -> None:
    first, second = inbox(COMPOUND), inbox(COMPOUND)
    second.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    leaves_out(first, COMPOUND, "s1", "the bank does it")
    writes(first, "From the first")
    second.text_area(key=DRAFT).input("From the second")
    second.text_input(key=f"why-{COMPOUND}-s2").input("not wanted")
    pressed(second, "out-s2")
    pressed(second, "use-other")
    assert area(second) == "From the first"
    assert not second.checkbox(key=f"do-{COMPOUND}-s1").value
    assert not second.checkbox(key=f"do-{COMPOUND}-s2").value
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    assert draft.choices.skipped == {StepId("s1"): "the bank does it", StepId("s2"): "not wanted"}


def test_that_words_which_a_colleague_was_quicker_than_stay_in_sight(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    page = shown("inbox", token(hand.desk, "Callum"), ticket=ticket)
    ines = someone(hand.desk, "Ines")
    assert hand.desk.inbox.save_draft(ines, ticket, 1, "From Ines") is None
    reply_area(page).input("From Callum").run()
    assert "From Callum" in papers(page)
    page.run()
    assert "From Callum" in papers(page)
    assert has_button(page, "aside-gone")
    hand.desk.inbox.release(ines, ticket)
    page.run()
    drawn = papers(page) + str(reply_area(page).value)
    assert "From Callum" in drawn
    assert "From Ines" in drawn


def test_that_words_written_after_a_colleague_sent_the_reply_stay_in_sight(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    page = shown("inbox", token(hand.desk, "Callum"), ticket=ticket)
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply is not None
    hand.desk.approvals.approve(someone(hand.desk, "Ines"), ticket, 1, reply=view.proposal.reply.text)
    reply_area(page).input("From Callum").run()
    page.run()
    assert "Written after the reply, and not sent" in papers(page)
    assert "From Callum" in papers(page)
