"""A shop system that others wrote, from its OpenAPI description to tickets whose effects Medusa itself shows.

Needs Medusa and PostgreSQL: `RUNG_MEDUSA` names an installed folder, or `RUNG_INSTALL_SYSTEMS=1` installs it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cx_core.adapters.openapi.calls import Secret
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import (
    ActionName,
    Approval,
    Money,
    Outcome,
    OwnArgument,
    OwnCondition,
    OwnReplies,
    OwnStep,
    OwnTaskType,
    Proposal,
    TicketId,
)
from cx_core.settings import Settings
from tests.conftest import SetClock
from tests.connectors import medusa
from tests.connectors.connected import ConnectedOffice, connected_office, imported, step
from tests.integration.desk.own_shop import ShopWorks, signed
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SAM,
    desk,
    drafted,
    in_force,
    own,
    works,
)
from tests.integration.desk.test_own_task_types import seen, written
from tests.scripted import SAID

__all__ = ["desk", "own", "works"]
REPLIES = OwnReplies(
    done="It is done for order [order number].", none="I can't find an order of yours.",
    several="Which order is it?", asked="Order [order number] can be changed.",
    unmet="Order [order number] is [order status].",
)  # fmt: skip


def task_type(title: str, action: str, words: str, payment: str = "") -> OwnTaskType:
    """One about an order that is paid and open, done by this action with the order's total."""
    about = OwnArgument(argument="payment" if payment else "order", source="record", value=payment or "id")
    amount = OwnArgument(argument="amount", source="record", value="total")
    paid = OwnCondition(field="payment_status", one_of=("captured",))
    return OwnTaskType(
        id="", title=title, topic=f"a {title.lower()}", read="medusa_orders",
        examples=tuple(f"{words} {which}" for which in ("1", "of mine", "please", "from last week", "today", "now")),
        conditions=(OwnCondition(field="status", one_of=("pending",)), paid),
        steps=(OwnStep(action=ActionName(action), arguments=(about, amount)),), replies=REPLIES,
    )  # fmt: skip


REFUND = task_type("Refund of a lamp", "medusa_refund", "send my money back for order", payment="payment")
CANCEL = task_type("Cancelled lamp", "medusa_cancel", "call off the order")
MOVE = REFUND.replace(
    title="New address",
    topic="a new address",
    examples=tuple(f"send order {which} to another address" for which in ("1", "2", "3", "4", "of mine", "please")),
    conditions=(),
    steps=(
        OwnStep(
            action=ActionName("medusa_address"),
            arguments=(
                OwnArgument(argument="order", source="record", value="id"),
                OwnArgument(argument="address_1", source="words", value="street"),
                OwnArgument(argument="city", source="words", value="town"),
                OwnArgument(argument="postal_code", source="words", value="postcode"),
            ),
        ),
    ),
    replies=REPLIES.replace(done="Order [order number] goes to your new address.", missing="Where shall it go?"),
)


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest) -> Iterator[medusa.Medusa]:
    if medusa.folder() is None:
        pytest.skip("Medusa is not here: RUNG_MEDUSA names its folder, RUNG_INSTALL_SYSTEMS=1 installs it by npm")
    with medusa.running(request.getfixturevalue("postgresql")) as made:
        yield made


@pytest.fixture
def opened(
    shop: medusa.Medusa, own: Settings, clock: SetClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ShopWorks]:
    """The desk with Medusa in force and the two task types, opened anew."""
    document = medusa.api(shop.address)
    in_force(desk, drafted(desk, medusa.connected(shop.address, imported(document)), document, shop.key))
    folder = own.data_dir.parent / "knowledge"  # rules of the shipped folder are read once for all tests
    shutil.copytree(own.knowledge, folder)
    for one in (REFUND, CANCEL, MOVE):
        before = ShopWorks(own.replace(knowledge=folder), clock)
        signed(open_desk(before.settings, clock, before), one)
        before.close()
    monkeypatch.setitem(SAID, "my money back", "refund_of_a_lamp")
    monkeypatch.setitem(SAID, "call off the order", "cancelled_lamp")
    monkeypatch.setitem(SAID, "another address", "new_address")
    made = ShopWorks(own.replace(knowledge=folder), clock)
    yield made
    made.close()


def planned(works: ShopWorks, text: str) -> tuple[TicketId, Proposal]:
    """A customer's mail, and what the copilot proposes."""
    desk = open_desk(works.settings, works.clock, works)
    ticket = written(works, desk, text)
    proposal = seen(desk, ticket).proposal
    assert proposal is not None
    assert len(proposal.steps) == 1, proposal.why
    return ticket, proposal


def approved(works: ShopWorks, ticket: TicketId, version: int = 1, reply: str = "") -> Outcome:
    """What came of the act, approved by a supervisor and, where two are needed, by another person."""
    desk = open_desk(works.settings, works.clock, works)
    approval = desk.approvals.approve(SAM, ticket, version, reply=reply)
    if isinstance(approval, Approval) and approval.waits:
        approval = desk.approvals.approve(ROOTS, ticket, version, reply=reply)
    assert isinstance(approval, Approval), approval
    with works.store.look() as unit:
        return next(one for one in unit.proposals.outcomes(ticket).values() if one.action.startswith("medusa"))


def carried_out(works: ShopWorks, text: str) -> Outcome:
    ticket, proposal = planned(works, text)
    assert proposal.reply is not None
    return approved(works, ticket, proposal.version, proposal.reply.text)


def test_that_a_refund_of_medusa_is_planned_approved_and_read_back(opened: ShopWorks, shop: medusa.Medusa) -> None:
    order = shop.paid_order()
    outcome = carried_out(opened, "Please send my money back.")
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    assert outcome.receipt is not None
    assert outcome.receipt.reference.startswith("ref_"), "Medusa's answer does not say which refund is the new one"
    assert shop.refunds(order) == [109]
    (text,) = [text for text in opened.sent.texts if "/rate/" not in text]
    assert f"order {shop.seen(order)['display_id']}." in text
    shop_cancelled(shop, order)


def test_that_a_cancellation_gives_back_what_was_approved(opened: ShopWorks, shop: medusa.Medusa) -> None:
    order = shop.paid_order()
    outcome = carried_out(opened, "Can you call off the order please.")
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    assert (shop.seen(order)["status"], shop.refunds(order)) == ("canceled", [109])


def test_that_an_address_in_one_sentence_reaches_medusa_in_parts_and_is_put_back(
    opened: ShopWorks, shop: medusa.Medusa
) -> None:
    orders = [shop.paid_order(), shop.paid_order()]
    number = shop.seen(orders[0])["display_id"]
    text = f"I have another address now. Please send #{number} to 12 Mill Lane, York YO1 7AA, thank you."
    ticket, proposal = planned(opened, text)
    assert proposal.reply is not None
    outcome = approved(opened, ticket, proposal.version, proposal.reply.text)
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    where = shop.seen(orders[0])["shipping_address"]
    assert (where["address_1"], where["city"], where["postal_code"]) == ("12 Mill Lane", "York", "YO1 7AA")
    assert shop.seen(orders[1])["shipping_address"]["city"] == "Leeds"
    desk = open_desk(opened.settings, opened.clock, opened)
    taken_back = desk.approvals.undo(SAM, ticket, proposal.version, outcome.step)
    assert isinstance(taken_back, Outcome), taken_back
    where = shop.seen(orders[0])["shipping_address"]
    assert (where["address_1"], where["city"], where["postal_code"]) == ("1 High Street", "Leeds", "LS1 1AA")
    for order in orders:
        shop_cancelled(shop, order)


@pytest.fixture
def connected(shop: medusa.Medusa, tmp_path: Path, clock: SetClock) -> Iterator[ConnectedOffice]:
    """Medusa as a back office, without a desk before it."""
    connector = medusa.connected(shop.address, imported(medusa.api(shop.address)))
    with connected_office(tmp_path, connector, Secret(shop.key), clock, seconds=30.0) as made:
        yield made


def test_that_a_cancellation_that_gives_back_more_than_said_is_no_success(
    connected: ConnectedOffice, shop: medusa.Medusa
) -> None:
    wrong = step("medusa_cancel", {"order": shop.paid_order(), "amount": Money(minor=1)})
    outcome = connected.effects.do(wrong, "T-1:a")
    assert (outcome.status, outcome.verified, outcome.unknown) == ("failed", False, True)


def test_that_an_address_of_medusa_is_changed_and_put_back(connected: ConnectedOffice, shop: medusa.Medusa) -> None:
    order = shop.paid_order()
    moved = {"address_1": "12 Mill Lane", "city": "York", "postal_code": "YO1 7AA"}
    outcome = connected.effects.do(step("medusa_address", {"order": order, **moved}), "T-1:b")
    assert (outcome.status, outcome.verified) == ("done", True), outcome.message
    assert moved.items() <= shop.seen(order)["shipping_address"].items()
    connected.effects.take_back("T-1:b")
    was = {"address_1": "1 High Street", "city": "Leeds", "postal_code": "LS1 1AA"}
    assert was.items() <= shop.seen(order)["shipping_address"].items()


def shop_cancelled(shop: medusa.Medusa, order: str) -> None:
    """Out of the way of the next test, by Medusa's own means."""
    with shop.staff as staff:
        staff.post(f"/admin/orders/{order}/cancel").raise_for_status()
