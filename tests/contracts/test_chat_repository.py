"""What any `ChatRepository` keeps: events numbered without a gap in each session, once per key, also at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from cx_core.ports.outside.chat import ChatTelling
from cx_core.records import MessageId, PersonId
from cx_core.records.chat import ChatSession, ChatState, ChatWidget
from tests.contracts import made
from tests.contracts.conftest import Kept
from tests.contracts.made import NOW, ONE

WIDGET = ChatWidget(id="w1", name="Shop", origins=("https://shop.example",), by=PersonId("p"), at=NOW)


def session(id: str = "s1") -> ChatSession:
    return ChatSession(id=id, widget="w1", thread=f"w-{id}", address="a@example.com", at=NOW, seen_at=NOW)


def begin(kept: Kept, *ids: str) -> None:
    with kept.store.begin() as unit:
        unit.chat.put_widget(WIDGET)
        for id in ids:
            unit.chat.put_session(session(id), f"digest of {id}")


def test_that_events_are_numbered_in_each_session(kept: Kept) -> None:
    begin(kept, "s1", "s2")
    with kept.store.begin() as unit:
        numbers = [unit.chat.tell(id, ChatTelling("message", key, {"text": key}), NOW) for id, key in _TOLD]
    assert numbers == [1, 1, 2, None, 3]
    with kept.store.look() as unit:
        assert [(one.number, one.body["text"]) for one in unit.chat.events("s1", 1, 10)] == [(2, "b"), (3, "c")]
        assert [one.number for one in unit.chat.events("s1", 0, 2)] == [1, 2]
        assert unit.chat.newest(["s1", "s2", "none"]) == {"s1": 3, "s2": 1}


_TOLD = (("s1", "a"), ("s2", "a"), ("s1", "b"), ("s1", "a"), ("s1", "c"))


def test_that_numbers_have_no_gap_and_no_double_when_many_write_at_once(kept: Kept) -> None:
    begin(kept, "s1")

    def tell(number: int) -> int | None:
        with kept.store.begin() as unit:
            return unit.chat.tell("s1", ChatTelling("message", f"k{number // 2}", {}), NOW)

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(tell, range(20)))
    assert sorted(number for number in numbers if number) == list(range(1, 11))


def test_that_the_words_of_a_message_are_those_on_file(kept: Kept) -> None:
    begin(kept, "s1")
    with kept.store.begin() as unit:
        unit.tickets.put(made.ticket(), thread="")
        unit.tickets.add_message(made.message("chat:1"))
        unit.chat.tell("s1", ChatTelling("message", "chat:1", {"text": ""}, ONE, MessageId("chat:1")), NOW)
    with kept.store.look() as unit:
        (event,) = unit.chat.events("s1", 0, 10)
        assert event.body["text"] == unit.tickets.messages(ONE)[-1].text


def test_that_a_session_is_found_by_its_token_until_its_widget_is_removed(kept: Kept) -> None:
    begin(kept, "s1")
    with kept.store.begin() as unit:
        assert unit.chat.session_by_token("digest of s1") == session()
        unit.chat.put_state("s1", ChatState(phase="waiting", by=NOW))
        assert unit.chat.state("s1") == ChatState(phase="waiting", by=NOW)
        unit.chat.remove_widget("w1")
    with kept.store.look() as unit:
        assert unit.chat.session_by_token("digest of s1") is None
        assert unit.chat.widget("w1") is None
        assert unit.chat.widgets() == ()


def test_that_what_is_unused_is_deleted_with_its_events(kept: Kept) -> None:
    begin(kept, "s1", "s2")
    with kept.store.begin() as unit:
        unit.chat.tell("s1", ChatTelling("message", "a", {}), NOW)
        unit.chat.put_session(session("s2").replace(seen_at=NOW + timedelta(days=2)))
        unit.chat.forget_sessions_before(NOW + timedelta(days=1))
        assert unit.chat.session("s1") is None
        assert unit.chat.events("s1", 0, 10) == ()
        assert unit.chat.session("s2") is not None
