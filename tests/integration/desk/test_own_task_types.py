"""From an imported operation to a working task type: made, tried, signed by two, and a customer's mail carried out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Approval, Money, OwnLimits, OwnTaskType, Person, Role, TicketId
from cx_core.settings import Settings
from cx_core.views import Refusal, TicketView
from tests.conftest import SetClock
from tests.connectors import shop
from tests.connectors.served import served
from tests.integration.desk.own_shop import EXAMPLES, IDA, REFUND, ShopWorks, kept, signed, tried
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SAM,
    SECOND,
    connected_shop,
    desk,
    in_force,
    made,
    own,
    works,
)
from tests.scripted import SAID, enrolled, letter, person

__all__ = ["desk", "own", "works"]
ADA = person(Role.ADVISOR, "Ada Quill")
Opened = Callable[[], tuple[ShopWorks, Desk]]


@pytest.fixture
def state() -> shop.Shop:
    return shop.Shop(orders=1)


@pytest.fixture
def address(state: shop.Shop) -> Iterator[str]:
    with served(state.handle) as url:
        yield url


@pytest.fixture
def opened(own: Settings, clock: SetClock, desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """The desk, opened anew as often as a test asks; the shop is in force."""
    in_force(desk, connected_shop(desk, address))
    folder = own.data_dir.parent / "knowledge"  # rules of the shipped folder are read once for all tests
    shutil.copytree(own.knowledge, folder)
    running: list[ShopWorks] = []

    def again() -> tuple[ShopWorks, Desk]:
        if running:
            running.pop().close()
        running.append(ShopWorks(own.replace(knowledge=folder), clock))
        if ADA.id not in {one.id for one in running[0].accounts.people()}:
            enrolled(running[0], ADA)
        return running[0], open_desk(running[0].settings, clock, running[0])

    monkeypatch.setitem(SAID, "money back for my order", "refund_of_an_order")  # type: ignore[arg-type]
    yield again
    for one in running:
        one.close()


def written(works: ShopWorks, desk: Desk, text: str = EXAMPLES[0], id: str = "m1") -> TicketId:
    return desk.inbound_messages.receive(letter(text, works.clock, id=id, sender=IDA))


def seen(desk: Desk, ticket: TicketId, someone: Person = SAM) -> TicketView:
    view = desk.inbox.ticket(someone, ticket)
    assert isinstance(view, TicketView)
    return view


# --- from a task type to a verified outcome ---------------------------------------------------------


def test_that_a_mail_is_planned_approved_and_carried_out_once(opened: Opened, state: shop.Shop) -> None:
    _, before = opened()
    signed(before, REFUND)
    works, desk = opened()
    ticket = written(works, desk)
    view = seen(desk, ticket, ADA)
    assert view.proposal is not None
    (step,) = view.proposal.steps
    assert step.values() == {"order": "o1", "amount": Money(minor=12050), "reason": "Refund agreed"}
    sources = {one.name: (one.source.kind, one.source.ref, one.source.field) for one in step.arguments}
    assert sources["order"] == ("record", "order/o1", "id")
    assert sources["amount"] == ("record", "order/o1", "total")
    ruling = view.proposal.rulings[step.id]
    assert (ruling.answer, ruling.ask, view.proposal.route) == ("ask", Role.ADVISOR, "advisor"), ruling.reasons
    assert view.proposal.reply is not None
    approval = desk.approvals.approve(ADA, ticket, view.ticket.version, reply=view.proposal.reply.text)
    assert isinstance(approval, Approval), approval
    again = desk.approvals.approve(ADA, ticket, view.ticket.version, reply=view.proposal.reply.text)
    assert isinstance(again, Refusal)
    assert [(one["order_id"], one["amount"]) for one in state.refunds.values()] == [("o1", 120.5)]
    assert sum(state.effects.values()) == 1
    with works.store.look() as unit:
        outcomes = [one for one in unit.proposals.outcomes(ticket).values() if one.action == "shop_refund"]
    assert [(one.status, one.verified) for one in outcomes] == [("done", True)]
    (text,) = [text for text in works.sent.texts if "/rate/" not in text]
    assert "We've refunded £120.50 for order o1." in text
