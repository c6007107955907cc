"""The Set up page over the real desk: what is done, what is next, and the forms."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.records import Role
from cx_core.views import Refusal
from cx_core.views.reopening import Reopening
from tests.pages.pressing import opened, papers, pressed
from tests.scripted import Hand
from tests.signed_in import someone


@pytest.fixture
def page(hand: Hand) -> AppTest:
    """As an administrator sees it. Its address is not its file's name, so the pages are drawn up first."""
    at = opened(hand, "inbox", Role.ADMINISTRATOR)
    at.switch_page("setup.py").run()
    assert not at.exception
    return at


def test_that_the_business_is_set_and_the_next_step_is_offered(hand: Hand, page: AppTest) -> None:
    assert "0 of 5 needed" not in papers(page), "the demonstration has articles and people"
    assert "Next: your business." in papers(page)
    page.text_input(key="facts-name").input("Kettle & Co")
    page.text_input(key="facts-country").input("ie")
    page.text_input(key="facts-hours-sunday").input("17:00-10:00")
    pressed(page, "Save")
    assert "Opening hours" in papers(page)
    owen = someone(hand.desk, "Owen")
    assert hand.desk.company.facts(owen).name == "Fernline", "what was refused is not kept"
    assert page.text_input(key="facts-name").value == "Kettle & Co"
    page.text_input(key="facts-hours-sunday").input("")
    pressed(page, "Save")
    facts = hand.desk.company.facts(owen)
    assert (facts.name, facts.country, facts.set_by) == ("Kettle & Co", "IE", owen.id)
    kept = facts.model_dump(exclude={"set_by", "set_at"})
    assert not isinstance(hand.desk.company.save(owen, {**kept, "name": "Theirs"}), Refusal)
    page.text_input(key="facts-name").input("Mine")
    pressed(page, "Save")
    assert "saved these facts meanwhile" in papers(page)
    assert (page.text_input(key="facts-name").value, hand.desk.company.facts(owen).name) == ("Mine", "Theirs")
    pressed(page, "Load what is saved now")
    assert page.text_input(key="facts-name").value == "Theirs"
    pressed(page, "Next: a mailbox or web chat")
    assert "A mailbox or web chat" in [heading.value for heading in page.subheader]


def test_that_a_message_is_written_as_a_customer_would_and_opened_in_the_inbox(hand: Hand, page: AppTest) -> None:
    page.button(key="step-ticket").click().run()
    page.text_area(key="test-text").input("Hello, where is my parcel?")
    pressed(page, "Send as a customer")
    assert "Sent. Open it in the Inbox." in papers(page)
    with hand.works.store.look() as unit:
        tickets = [ticket for ticket in unit.tickets.changed(None, 10) if ticket.test]
    assert [ticket.subject for ticket in tickets] == ["Test: Hello, where is my parcel?"]


def test_that_somebody_is_invited_and_a_desk_that_could_not_reopen_is_told(hand: Hand, page: AppTest) -> None:
    hand.works.reopening = Reopening(trouble="company.yaml: line 3: mend it", failed_at=hand.works.clock())
    page.run()
    assert "company.yaml: line 3: mend it" in papers(page)
    page.button(key="step-people").click().run()
    page.text_input(key="invite-name").input("Tess")
    page.text_input(key="invite-email").input("tess@x.example")
    pressed(page, "Make an invitation")
    assert "/join?invitation=" in page.code[0].value
