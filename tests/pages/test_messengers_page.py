"""Messengers on the Connections page, and the reply to a ticket that came by one, outside the time for free text."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cx_core.records import MessageId, Role
from cx_core.records.channels.messengers import ReplyTemplate
from cx_core.views.channels.messengers import MessageGiven, MessengerAdded, MessengerForm
from tests.conftest import SetClock
from tests.pages.pressing import opened, papers
from tests.scripted import Hand
from tests.signed_in import someone

NEWS = ReplyTemplate(name="news", text="Hello {1}, we have news of {2}. Please answer here.")


def press(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception


def test_that_a_messenger_is_connected_and_its_secret_shown_once(hand: Hand) -> None:
    page = opened(hand, "connections", Role.ADMINISTRATOR)
    page.segmented_control("section").set_value("Messengers").run()
    page.text_input("messenger-name-new").set_value("Pigeon")
    page.text_input("messenger-address-new").set_value("https://pigeon.example/in")
    press(page, "Connect")
    (shown,) = hand.desk.messenger_admin.messengers(someone(hand.desk, Role.ADMINISTRATOR))
    assert page.code[0].value.startswith("whsec_")
    press(page, "I have saved it")
    assert not any(one.value.startswith("whsec_") for one in page.code)
    id = shown.messenger.id
    page.text_input(f"template-name-{id}").set_value("news")
    page.text_area(f"template-text-{id}").set_value(NEWS.text)
    press(page, "Add template")
    press(page, "Pause")
    (shown,) = hand.desk.messenger_admin.messengers(someone(hand.desk, Role.ADMINISTRATOR))
    assert (shown.messenger.templates, shown.messenger.active) == ((NEWS,), False)


def test_that_the_composer_says_that_only_templates_go_and_offers_them(hand: Hand, clock: SetClock) -> None:
    administrator = someone(hand.desk, Role.ADMINISTRATOR)
    added = hand.desk.messenger_admin.add(administrator, MessengerForm(name="Pigeon", address="https://p.example/in"))
    assert isinstance(added, MessengerAdded)
    hand.desk.messenger_admin.put_template(administrator, added.id, NEWS)
    with hand.works.store.look() as unit:
        messenger = unit.messengers.get(added.id)
    assert messenger is not None
    given = MessageGiven.model_validate({"id": "m-1", "from": "+447700900002", "text": "ring me"})
    assert hand.desk.messenger_intake.take(messenger, given) is True
    with hand.works.store.look() as unit:
        message = unit.tickets.message(MessageId(f"messenger:{added.id}:m-1"))
    assert message is not None
    page = opened(hand, "inbox", Role.SUPERVISOR, ticket=message.ticket)
    assert "Free text until" in papers(page)
    clock.forward(hours=25)
    page = opened(hand, "inbox", Role.SUPERVISOR, ticket=message.ticket)
    assert "only a template may be sent" in papers(page)
    assert "Only a template can be sent now" in papers(page)
    gaps = [one for one in page.text_input if one.label.startswith("Gap")]
    for gap, value in zip(gaps, ("Tom", "your order"), strict=True):
        gap.set_value(value)
    page.run()
    press(page, "Use template")
    assert "Hello Tom, we have news of your order. Please answer here." in [one.value for one in page.text_area]
    assert "Only a template can be sent now" not in papers(page)
