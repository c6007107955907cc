"""The reply holds chips in place of slots: what is expected, in marks, and stored and approved as the slot it is."""

from __future__ import annotations

from cx_core.records import Draft
from tests.pages.demo_desk import DemoDesk
from tests.pages.pressing import papers, pressed, send_button
from tests.pages.test_inbox import COMPOUND, DRAFT, inbox


def kept(desk: DemoDesk) -> Draft:
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    return draft


def test_that_no_braces_are_shown_and_the_slots_are_approved(desk: DemoDesk) -> None:
    proposal = desk.views[COMPOUND].proposal
    assert proposal is not None
    assert proposal.reply is not None
    at = inbox(COMPOUND)
    shown = str(at.text_area(key=DRAFT).value)
    assert "⟨£54.00⟩" in shown
    assert "{" not in shown
    assert "{s1" not in papers(at)
    send_button(at).click().run()
    assert desk.approved[-1].reply == proposal.reply.text


def test_that_words_around_a_chip_are_kept_with_its_slot(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).input("You get ⟨£54.00⟩ on ⟨Friday 27 November, 08:00-12:00⟩.").run()
    assert kept(desk).text == "You get {s1.amount} on {s2.label}."
    again = inbox(COMPOUND)
    assert again.text_area(key=DRAFT).value == "You get ⟨£54.00⟩ on ⟨Friday 27 November, 08:00-12:00⟩."


def test_that_a_chip_whose_inside_was_changed_is_plain_words_and_looks_like_it(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).input("You get ⟨£540.00⟩ ⟨soon⟩, ⟨£54.00⟩ now.").run()
    assert kept(desk).text == "You get £540.00 soon, {s1.amount} now."
    assert at.text_area(key=DRAFT).value == "You get £540.00 soon, ⟨£54.00⟩ now."


def test_that_a_chip_says_what_is_expected_once_the_plan_was_changed(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).input("You get ⟨£54.00⟩.").run()
    at.button(key="edit-s1").click().run()
    at.number_input(key=f"field-{COMPOUND}-1-s1-amount-0").set_value(20.0).run()
    pressed(at, "edited-s1")
    assert at.text_area(key=DRAFT).value == "You get ⟨£20.00⟩."
    assert kept(desk).text == "You get {s1.amount}."
    at.text_area(key=DRAFT).input("Soon you get ⟨£20.00⟩, not ⟨£54.00⟩.").run()
    assert kept(desk).text.startswith("Soon you get {s1.amount}")
