"""The live feed on the shipped messages, the real stores and the sandbox, by a clock that a test moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from cx_core.adapters.fernline import FernlineOutbox
from cx_core.adapters.fernline.live_feed import FIRST, FOLLOW_UP_AFTER, NOTHING_LEFT, Feed
from cx_core.adapters.fernline.past import customers
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.demo.feed_messages import FeedMessage, is_true_of
from cx_core.ports import BackOffice
from cx_core.records import ActionName, Inbound, MessageId, TicketId
from cx_core.settings import ROOT, Settings
from tests.conftest import SetClock
from tests.scripted import LENA, MARIA, Hand, let_alone

PAUSE = 120.0
SHIPPED = load_feed(ROOT / "knowledge")


class Day:
    """A feed that plays as fast as the test's clock is moved: what waits, moves it."""

    def __init__(self, hand: Hand, messages: Sequence[FeedMessage], clock: SetClock) -> None:
        self.came: list[Inbound] = []
        self.hand, self.clock, self.messages = hand, clock, messages
        self.receive: Callable[[Inbound], TicketId] = hand.desk.inbound_messages.receive
        self._left = 0
        self.feed = self.again()

    def again(self) -> Feed:
        """As another process would go on."""
        works = self.hand.works
        self.feed = Feed(
            self.messages,
            self._put_in,
            works.store,
            works.back_office,
            lambda: customers(works.fernline),
            self.clock,
            PAUSE,
            ROOT / "knowledge",
            FernlineOutbox(works.fernline, self.clock).sent,
            self._wait,
        )
        return self.feed

    def play(self, waits: int) -> list[Inbound]:
        """What comes until the feed has waited so often for `PAUSE`."""
        before, self._left = len(self.came), waits
        self.feed.play()
        return self.came[before:]

    def _put_in(self, inbound: Inbound) -> TicketId:
        self.came.append(inbound)
        self.clock.forward(seconds=0.1)
        return self.receive(inbound)

    def _wait(self, seconds: float) -> bool:
        if seconds and not self._left:
            return True
        self._left -= bool(seconds)
        self.clock.forward(seconds=seconds)
        return False


@pytest.fixture
def quiet(hand: Hand) -> Hand:
    """Nobody reads what comes in: that is not what is tried here."""
    hand.works.work.held = True
    return hand


def conversation(sender: str = MARIA, text: str = "I was charged twice.", **changes: object) -> tuple[FeedMessage, ...]:
    """A message and what follows its answer."""
    first: dict[str, object] = {"id": "a", "channel": "email", "from": sender, "identity": 2, "text": text}
    after = first | {"id": "b", "after": "a", "text": "Thank you!"} | changes
    return FeedMessage.model_validate(first), FeedMessage.model_validate(after)


def test_that_a_dozen_come_at_once_and_then_one_every_two_minutes_each_at_its_own_time(
    quiet: Hand, clock: SetClock
) -> None:
    day, began = Day(quiet, SHIPPED, clock), clock()
    came = day.play(waits=30)
    assert Settings().feed_seconds == PAUSE
    assert len(came) == FIRST + 30
    times = [message.received_at for message in came]
    assert times == sorted(set(times))
    assert times[FIRST - 1] - began < timedelta(seconds=10)
    assert min(later - time for time, later in zip(times[FIRST - 1 :], times[FIRST:], strict=False)) >= timedelta(
        seconds=PAUSE
    )
    with quiet.works.store.look() as unit:
        kept = [unit.tickets.message(MessageId(f"{message.channel}:{message.id}")) for message in came]
    assert [message and message.at for message in kept] == times


def test_that_a_restart_goes_on_at_the_same_pace_and_repeats_nothing(quiet: Hand, clock: SetClock) -> None:
    day = Day(quiet, SHIPPED, clock)
    first = day.play(waits=3)
    day.again()
    second = day.play(waits=3)
    assert len(second) == 3
    assert not {message.id for message in first} & {message.id for message in second}


@pytest.mark.parametrize(("when", "comes"), [("answered", True), ("solved", True), ("unsolved", False)])
def test_that_a_follow_up_comes_some_time_after_an_answer_that_it_fits(
    hand: Hand, clock: SetClock, when: str, comes: bool
) -> None:
    day = Day(hand, conversation(when=when), clock)
    (first,) = day.play(waits=0)
    assert day.play(waits=5) == []
    ticket = hand.desk.inbound_messages.receive(first)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    assert day.play(waits=FOLLOW_UP_AFTER - 1) == []
    assert [message.text for message in day.play(waits=1)] == (["Thank you!"] if comes else [])
    if comes:
        assert len({message.ticket for message in hand.view(ticket).messages}) == 1
        assert hand.view(ticket).messages[-1].at == clock() - timedelta(seconds=0.1)
    assert day.play(waits=5) == []


@pytest.mark.parametrize(
    ("sender", "text", "comes"), [(MARIA, "I was charged twice.", True), (LENA, "A copy of my I-21 please.", False)]
)
def test_that_a_refund_is_thanked_for_only_by_whoever_had_one(
    hand: Hand, clock: SetClock, sender: str, text: str, comes: bool
) -> None:
    needs = {"payments": {"status": "refunded"}}
    day = Day(hand, conversation(sender, text, when="solved", needs=needs), clock)
    (first,) = day.play(waits=0)
    ticket = hand.desk.inbound_messages.receive(first)
    hand.approve(ticket)
    assert hand.view(ticket).ticket.status == "solved"
    assert bool(day.play(waits=FOLLOW_UP_AFTER + 3)) == comes


def test_that_hours_of_it_repeat_nothing_thank_for_nothing_and_are_true_of_the_senders(
    quiet: Hand, clock: SetClock
) -> None:
    """Eight hours, nobody answers: all the written messages, then what is true of other customers as well."""
    day, works = Day(quiet, SHIPPED, clock), quiet.works
    came = day.play(waits=240)
    for inbound in came:
        assert_true(works.back_office, inbound, clock)
    assert len(came) == FIRST + 240
    assert len({message.text for message in came}) == len(came)
    assert {message.id.split("-")[1] for message in came} >= {"1", "2"}
    follow_ups = tuple(f"-{message.id}" for message in SHIPPED if message.after is not None)
    assert not [message.id for message in came if message.id.endswith(follow_ups)]


def assert_true(office: BackOffice, inbound: Inbound, clock: SetClock) -> None:
    message = next(message for message in SHIPPED if inbound.id.endswith(f"-{message.id}"))
    for read, wanted in message.needs.items():
        (customer,) = office.find_customers(inbound.address)
        assert is_true_of(office.read(read, {"customer": customer.id}), wanted, clock().date()), inbound


def test_that_every_record_a_shipped_message_names_is_its_senders_or_wrong_on_purpose(hand: Hand) -> None:
    office = hand.works.back_office
    for message in SHIPPED:
        named = set(re.findall(r"\b[A-Z]-\d+\b", f"{message.subject} {message.text}"))
        if not named or message.mistaken:
            continue
        (customer,) = office.find_customers(message.sender)
        reads = ("orders", "invoices", "appointments", "payments", "contracts")
        own = {record.id for read in reads for record in office.read(ActionName(read), {"customer": customer.id})}
        assert named <= own, message.id


def test_that_a_feed_with_nothing_left_rests_and_says_so_once(
    quiet: Hand, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    day = Day(quiet, conversation()[:1], clock)
    day.play(waits=5)
    assert len(day.came) == 1
    assert caplog.messages.count(NOTHING_LEFT) == 1


def test_that_a_customer_of_the_feed_enters_the_code_that_reached_them(
    hand: Hand, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_alone(monkeypatch)
    given = {"id": "twice", "channel": "email", "from": "ewan.jones.77@example.com", "identity": 1}
    wrote = FeedMessage.model_validate({**given, "text": "I was charged twice."})
    day = Day(hand, [wrote], clock)
    opening, code = day.play(2)
    ticket = hand.view(day.receive(opening)).ticket
    assert code.text.startswith("Here is the code: ")
    assert code.thread == opening.thread
    assert ticket.confirmed is not None
    assert ticket.work == "done"
