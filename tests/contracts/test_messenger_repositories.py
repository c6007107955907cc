"""What any store keeps of messengers: a customer's messages in their turn, and when a customer last wrote."""

from __future__ import annotations

from cx_core.records import Message, MessageId, PersonId, TicketId
from cx_core.records.channels.messengers import Messenger, MessengerState, OutgoingMessage
from tests.contracts import made
from tests.contracts.conftest import Kept
from tests.contracts.made import NOW, ONE, at

PIGEON = Messenger(id="p1", name="Pigeon", address="https://pigeon.example/in", by=PersonId("p"), at=NOW)
TOM, ADA = "+447700900002", "+447700900003"


def going_out(number: int, address: str = TOM, **other: object) -> OutgoingMessage:
    fields: dict[str, object] = {
        "key": f"{ONE}:{number}",
        "base": f"msg_{number}",
        "ticket": ONE,
        "messenger": "p1",
        "address": address,
        "exact": "0" * 64,
        "next_try": at(number),
        "at": at(number),
    }
    return OutgoingMessage.model_validate(fields | other)


def begun(kept: Kept) -> None:
    with kept.store.begin() as unit:
        unit.messengers.put(PIGEON)
        unit.tickets.put(made.ticket(channel="messenger", address=TOM), thread=f"p1:{TOM}")


def test_that_messages_to_one_customer_are_due_one_after_the_other(kept: Kept) -> None:
    begun(kept)
    first, second, other = going_out(1), going_out(2), going_out(3, ADA)
    with kept.store.begin() as unit:
        for one in (first, second, other):
            unit.outgoing_messages.add(one, b"sealed")
        assert unit.outgoing_messages.due(at(9), 5) == (first, other)
        put_off = first.replace(tries=1, next_try=at(30), words="It answered 503.")
        unit.outgoing_messages.put(put_off)
        assert unit.outgoing_messages.due(at(9), 5) == (other,)
        assert unit.outgoing_messages.queued("p1") == (put_off, second, other)
        refused = put_off.replace(state="refused", by_them=True, next_try=None, settled_at=at(10))
        unit.outgoing_messages.put(refused)
        assert unit.outgoing_messages.due(at(9), 1) == (second,)
        assert unit.outgoing_messages.failed("p1", NOW, 5) == (refused,)
        assert unit.outgoing_messages.failed("p1", at(11), 5) == ()
        assert unit.outgoing_messages.by_base("p1", "msg_1") == refused
        assert unit.outgoing_messages.by_base("p2", "msg_1") is None
        unit.outgoing_messages.put(second.replace(state="delivered", next_try=None, settled_at=at(12)))
        assert unit.outgoing_messages.last_delivered("p1") == at(12)
        unit.outgoing_messages.forget_before(at(11))
        assert unit.outgoing_messages.sealed(first.key) is None
        assert unit.outgoing_messages.sealed(second.key) == b"sealed"


def test_that_a_customers_last_words_are_those_by_this_channel_alone(kept: Kept) -> None:
    begun(kept)
    with kept.store.begin() as unit:
        assert unit.messengers.last_words(ONE) is None
        for id, sender, moment in (("messenger:p1:a", "customer", 1), ("email:x", "customer", 5), ("r", "advisor", 7)):
            said = {"ticket": ONE, "sender": sender, "text": "Hello", "at": at(moment)}
            unit.tickets.add_message(Message.model_validate({"id": MessageId(id), **said}))
        unit.tickets.put(made.ticket(TicketId("T-2"), channel="messenger", address=TOM), thread=f"p1:{TOM}")
        later = {"ticket": TicketId("T-2"), "sender": "customer", "text": "Again", "at": at(9)}
        unit.tickets.add_message(Message.model_validate({"id": MessageId("messenger:p1:b"), **later}))
        unit.tickets.put(made.ticket(TicketId("T-3"), channel="chat"), thread="p1")
        assert unit.messengers.last_words(ONE) == at(9)
        assert (unit.messengers.of_ticket(ONE), unit.messengers.of_ticket(TicketId("T-3"))) == ("p1", "")
        assert unit.messengers.last_words(TicketId("T-3")) is None


def test_that_a_removed_messenger_is_known_by_its_tickets_only(kept: Kept) -> None:
    begun(kept)
    with kept.store.begin() as unit:
        unit.messengers.put_state("p1", MessengerState(received_at=NOW))
        unit.messengers.put(PIGEON.replace(name="Dove"))
        assert unit.messengers.state("p1").received_at == NOW
        assert [one.name for one in unit.messengers.all()] == ["Dove"]
        unit.messengers.remove("p1")
        assert (unit.messengers.all(), unit.messengers.get("p1"), unit.messengers.of_ticket(ONE)) == ((), None, "p1")


def test_that_only_words_since_our_last_ones_are_put_in_order(kept: Kept) -> None:
    begun(kept)
    with kept.store.begin() as unit:
        for id, sender, moment in (
            ("a", "customer", 9),
            ("b", "advisor", 3),
            ("c", "customer", 5),
            ("d", "customer", 4),
        ):
            said = {"ticket": ONE, "sender": sender, "text": id, "at": at(moment)}
            unit.tickets.add_message(Message.model_validate({"id": MessageId(id), **said}))
        unit.tickets.put_in_order(ONE)
        assert [one.text for one in unit.tickets.messages(ONE)] == ["a", "b", "d", "c"]
