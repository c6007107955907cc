"""A messenger by signed webhooks: what comes in is taken once, what may be sent is said before it is written."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Approval, MessageId, Role, TicketId
from cx_core.records.channels.messengers import ReplyTemplate
from cx_core.views import Refusal
from cx_core.views.channels.messengers import MessengerForm
from pages.parts.routes.messengers import MOST_DOUBTED
from tests.conftest import SetClock
from tests.integration.messenger.conftest import ADMINISTRATOR
from tests.integration.messenger.provider import PHONE, Provider
from tests.scripted import SAM, Hand, InlineWorks, enrolled, erased, person

REMINDER = ReplyTemplate(name="reminder", language="en_GB", text="Hello {1}, we have news of {2}. Please answer here.")


def reply(hand: Hand, ticket: TicketId, text: str) -> Approval | Refusal:
    return hand.desk.approvals.approve(SAM, ticket, hand.view(ticket).ticket.version, reply=text, leaves="pending")


def replied(hand: Hand, ticket: TicketId, text: str = "Thank you for your message.") -> str:
    """The key of a reply that was queued."""
    answer = reply(hand, ticket, text)
    assert isinstance(answer, Approval), answer
    return str(next(one.id for one in hand.view(ticket).messages if one.text == text))


def test_that_a_message_is_taken_once_and_a_customer_is_known_by_their_phone(provider: Provider, hand: Hand) -> None:
    body = {"id": "m-1", "from": "+447700900002", "text": "Please send me a copy of my invoice I-21."}
    first, again = provider.call("messages", body), provider.call("messages", body)
    assert (first.status_code, first.json()["anew"]) == (201, True)
    assert (again.status_code, again.json()["anew"]) == (200, False)
    other = provider.call("messages", {**body, "text": "Cancel my contract."})
    assert other.status_code == 409
    ticket = provider.says(str(body["text"]))
    view = hand.view(ticket)
    assert [one.text for one in view.messages] == [body["text"]]
    assert (view.ticket.channel, view.ticket.address, view.ticket.identity) == ("messenger", "+447700900002", 0)
    assert view.ticket.customer == "C-2"


def test_that_only_a_channel_that_vouches_does(provider: Provider, desk: Desk, hand: Hand, hook_url: str) -> None:
    desk.messenger_admin.change(ADMINISTRATOR, provider.id, MessengerForm(name="P", address=hook_url, vouches=True))
    assert hand.view(provider.says("ring me")).ticket.identity == 1


@pytest.fixture
def hook_url(provider: Provider) -> str:
    return provider.hook.url


def test_that_words_are_read_in_the_order_in_which_they_were_written(
    provider: Provider, hand: Hand, clock: SetClock
) -> None:
    now = clock()
    second = provider.says("No, keep it, please.", "m-2", sent_at=(now - timedelta(seconds=1)).isoformat())
    first = provider.says("Call my order off.", "m-1", sent_at=(now - timedelta(seconds=9)).isoformat())
    assert first == second
    assert [one.text for one in hand.view(first).messages] == ["Call my order off.", "No, keep it, please."]


@pytest.mark.parametrize("wrong", ["secret", "old", "early", "body", "none", "channel"])
def test_that_nothing_is_taken_that_is_not_signed_for_here_and_now(
    provider: Provider, works: InlineWorks, clock: SetClock, wrong: str, desk: Desk
) -> None:
    body = json.dumps({"id": "m-1", "from": PHONE, "text": "ring me"})
    apart = {"old": timedelta(minutes=-6), "early": timedelta(minutes=6)}.get(wrong, timedelta())
    if wrong == "secret":
        provider.secret = "whsec_" + "A" * 32
    headers = {} if wrong == "none" else provider.signed(body, clock() + apart)
    sent = body.replace("ring me", "ring us") if wrong == "body" else body
    channel = "0" * 12 if wrong == "channel" else provider.id
    answer = provider.client.post(f"/channels/{channel}/messages", content=sent.encode(), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    with works.store.look() as unit:
        assert unit.tickets.message(MessageId(f"messenger:{provider.id}:m-1")) is None
    (shown,) = desk.messenger_admin.messengers(ADMINISTRATOR)
    assert bool(shown.state.turned_away) == (wrong != "channel")


def test_that_calls_are_bounded_and_a_stranger_keeps_nobody_out(provider: Provider, works: InlineWorks) -> None:
    works.work.held = True
    wrong = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    path = f"/channels/{provider.id}/messages"
    statuses = [provider.client.post(path, content=b"{}", headers=wrong).status_code for _ in range(22)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    assert provider.client.post(path, content=b"x" * 70_000, headers=wrong).status_code == 429
    assert provider.call("messages", {"id": "m-1", "from": PHONE, "text": "ring me"}).status_code == 201
    assert provider.call("receipts", {"message": "x" * 20_000, "state": "sent"}).status_code == 413
    flood = [
        provider.call("messages", {"id": f"f-{n}", "from": PHONE, "text": "ring me"}).status_code for n in range(21)
    ]
    assert flood[-1] == 429
    assert provider.call("messages", {"id": "n-1", "from": "+447700900003", "text": "ring me"}).status_code == 201
    bad = provider.call("messages", {"id": "a b", "from": PHONE, "text": "secret words", "sent_at": "then"})
    assert (bad.status_code, "secret words" in bad.text) == (422, False)


def test_that_a_reply_is_signed_delivered_and_followed_to_its_receipt(
    provider: Provider, hand: Hand, desk: Desk
) -> None:
    ticket = provider.says("ring me")
    key = replied(hand, ticket)
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "queued"
    desk.messenger_sending.send_messages()
    desk.messenger_sending.send_messages()
    (got,) = provider.got()
    assert (got["to"], got["text"], got["template"]) == ("+447700900002", "Thank you for your message.", None)
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "sent"
    told = [provider.report(str(got["id"]), state) for state in ("delivered", "sent", "failed", "delivered")]
    assert told == [204] * 4
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "delivered"
    assert provider.report("msg_unknown_1", "delivered") == 404
    (shown,) = desk.messenger_admin.messengers(ADMINISTRATOR)
    assert (shown.delivered_at is not None, shown.queued, shown.refused) == (True, 0, ())


def test_that_a_receipt_before_the_answer_is_not_taken_back_by_it(provider: Provider, hand: Hand, desk: Desk) -> None:
    ticket = provider.says("ring me")
    key = replied(hand, ticket)
    provider.hook.heard = lambda: provider.told.append(provider.report(provider.hook.calls[0].id, "delivered"))
    desk.messenger_sending.send_messages()
    assert provider.told == [204]
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "delivered"


def test_that_a_refusal_comes_back_with_their_words_and_can_be_sent_again_under_another_id(
    provider: Provider, hand: Hand, desk: Desk
) -> None:
    ticket = provider.says("ring me")
    key = replied(hand, ticket)
    provider.hook.answers, provider.hook.says = [400, 202], b'{"detail": "Number \\u0007 is not\\nregistered."}'
    desk.messenger_sending.send_messages()
    view = hand.view(ticket)
    sending = view.way_out.sendings[MessageId(key)]
    assert (sending.state, sending.can_retry) == ("refused", True)
    assert sending.words.endswith("Number is not registered.")
    assert view.ticket.status == "open"
    (shown,) = desk.messenger_admin.messengers(ADMINISTRATOR)
    assert [one.key for one in shown.refused] == [key]
    assert desk.mailbox_admin.send_again(SAM, key) is None
    desk.messenger_sending.send_messages()
    first, second = (str(one["id"]) for one in provider.got())
    assert first.rpartition("_")[0] == second.rpartition("_")[0]
    assert first != second
    provider.report(first, "failed", words="late news")
    assert hand.view(ticket).way_out.sendings[MessageId(key)].state == "sent"


def test_that_what_does_not_answer_is_tried_again_under_one_id_and_keeps_its_turn(
    provider: Provider, hand: Hand, desk: Desk, clock: SetClock
) -> None:
    provider.hook.answers = [503, 202]
    ticket = provider.says("ring me")
    replied(hand, ticket, "Thank you.")
    desk.messenger_sending.send_messages()
    clock.forward(seconds=1)
    provider.says("ring me again, please", "m-2")
    replied(hand, ticket, "Good morning.")
    desk.messenger_sending.send_messages()
    assert len(provider.got()) == 1
    clock.forward(seconds=20)
    desk.messenger_sending.send_messages()
    got = provider.got()
    assert [one["text"] for one in got] == ["Thank you.", "Thank you.", "Good morning."]
    assert got[0]["id"] == got[1]["id"]


def test_that_outside_the_window_only_a_template_goes_and_it_is_said_before(
    provider: Provider, hand: Hand, desk: Desk, clock: SetClock
) -> None:
    ticket = provider.says("ring me")
    assert hand.view(ticket).way_out.until == clock() + timedelta(hours=24)
    clock.forward(hours=24, minutes=1)
    assert hand.view(ticket).way_out.sends == "nothing"
    assert desk.messenger_admin.put_template(ADMINISTRATOR, provider.id, REMINDER) is None
    way = hand.view(ticket).way_out
    assert (way.sends, way.templates, "24 hours" in way.why) == ("template", (REMINDER,), True)
    for text in ("Sorry, we are late.", REMINDER.text, "Hello Tom, we have news of it. Please answer here. Bye."):
        refused = reply(hand, ticket, text)
        assert isinstance(refused, Refusal)
        assert "only a template" in refused.text
    replied(hand, ticket, "Hello Tom, we have news of your order. Please answer here.")
    desk.messenger_sending.send_messages()
    (got,) = provider.got()
    assert got["template"] == {"name": "reminder", "language": "en_GB", "values": ["Tom", "your order"]}
    answered = provider.says("Thanks, ring me.", "m-2")
    assert answered == ticket  # a template begins no second conversation
    assert hand.view(ticket).way_out.sends == "text"


def test_that_what_waited_past_the_window_is_not_sent(
    provider: Provider, hand: Hand, desk: Desk, clock: SetClock
) -> None:
    ticket = provider.says("ring me")
    clock.forward(hours=23, minutes=59)
    key = replied(hand, ticket)
    clock.forward(minutes=2)
    desk.messenger_sending.send_messages()
    assert provider.got() == []
    sending = hand.view(ticket).way_out.sendings[MessageId(key)]
    assert (sending.state, "Not sent in time" in sending.words) == ("refused", True)


def test_that_a_paused_channel_loses_nothing_and_a_removed_one_ends(
    provider: Provider, hand: Hand, desk: Desk, clock: SetClock
) -> None:
    ticket = provider.says("ring me")
    replied(hand, ticket)
    assert desk.messenger_admin.pause(ADMINISTRATOR, provider.id, active=False) is None
    desk.messenger_sending.send_messages()
    waits = provider.call("messages", {"id": "m-2", "from": PHONE, "text": "And now?"})
    assert (waits.status_code, waits.headers["Retry-After"], provider.got()) == (503, "10", [])
    desk.messenger_admin.pause(ADMINISTRATOR, provider.id, active=True)
    clock.forward(minutes=2)
    desk.messenger_sending.send_messages()
    assert len(provider.got()) == 1
    assert desk.messenger_admin.remove(ADMINISTRATOR, provider.id) is None
    assert provider.call("messages", {"id": "m-3", "from": PHONE, "text": "And now?"}).status_code == 401
    assert hand.view(ticket).way_out.sends == "nothing"


def test_that_a_new_secret_ends_the_one_before(provider: Provider, desk: Desk) -> None:
    renewed = desk.messenger_admin.new_secret(ADMINISTRATOR, provider.id)
    assert not isinstance(renewed, Refusal)
    assert renewed.secret != provider.secret
    assert provider.call("messages", {"id": "m-1", "from": PHONE, "text": "ring me"}).status_code == 401
    provider.secret = renewed.secret
    assert provider.call("messages", {"id": "m-1", "from": PHONE, "text": "ring me"}).status_code == 201


def test_that_only_an_administrator_connects_and_only_to_where_we_may_call(desk: Desk, provider: Provider) -> None:
    for role in (Role.ADVISOR, Role.SUPERVISOR, Role.EDITOR):
        with pytest.raises(NotAllowed):
            desk.messenger_admin.messengers(person(role))
    for address in ("http://pigeon.example/in", "https://10.0.0.1/in", "https://a:b@pigeon.example/in", ""):
        refused = desk.messenger_admin.add(ADMINISTRATOR, MessengerForm(name="Pigeon", address=address))
        assert isinstance(refused, Refusal), address
    for name, text in (("a b", "Hi"), ("a", ""), ("a", "Hi {2}"), ("a", "{1}{2} hi"), ("a", "{1}")):
        template = ReplyTemplate(name=name, text=text)
        assert isinstance(desk.messenger_admin.put_template(ADMINISTRATOR, provider.id, template), Refusal), text


def test_that_erasing_a_customer_takes_what_waits_and_the_words_that_went(
    provider: Provider, hand: Hand, desk: Desk, works: InlineWorks
) -> None:
    key = replied(hand, provider.says("ring me"))
    enrolled(works, person(Role.ADMINISTRATOR, "Otto Admin"))
    erased(desk, "C-2")
    with works.store.look() as unit:
        assert unit.outgoing_messages.get(key) is None
    desk.messenger_sending.send_messages()
    assert provider.got() == []


def test_that_a_name_that_users_choose_makes_nobody_a_customer(hand: Hand, desk: Desk, provider: Provider) -> None:
    """Whoever calls themselves as we number a customer there is vouched for as nobody here."""
    form = MessengerForm(name="Pigeon", address=provider.hook.url, vouches=True)
    assert desk.messenger_admin.change(ADMINISTRATOR, provider.id, form) is None
    chosen = hand.view(provider.says("ring me", id="m-7", sender="C-1042")).ticket
    assert chosen.identity == 0
    assert hand.view(provider.says("ring me", id="m-8")).ticket.identity == 1


def test_that_little_is_read_of_a_call_to_no_channel(provider: Provider) -> None:
    answer = provider.client.post("/channels/nowhere/messages", content=b"x" * (MOST_DOUBTED + 1))
    assert answer.status_code == 413
