"""A system and a task type made on pages count without a restart, together: put in force, used, and withdrawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.records import Approval, OwnTaskType, Person, Role, TicketId
from cx_core.settings import Settings
from cx_core.views import Refusal, TicketView
from tests.conftest import SetClock
from tests.connectors import shop
from tests.connectors.served import served
from tests.integration.desk.own_shop import EXAMPLES, IDA, REFUND, ShopWorks, kept, signed, tried
from tests.integration.desk.test_connecting_systems import ROOTS, SAM, SECOND, connected_shop, in_force, own
from tests.integration.desk.test_reopening import looked
from tests.scripted import SAID, enrolled, letter, person

__all__ = ["own"]
ADA = person(Role.ADVISOR, "Ada Quill")


@pytest.fixture
def state() -> shop.Shop:
    return shop.Shop(orders=1)


@pytest.fixture
def works(own: Settings, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopWorks]:
    folder = own.data_dir.parent / "knowledge"
    shutil.copytree(own.knowledge, folder)
    monkeypatch.setitem(SAID, "money back for my order", "refund_of_an_order")
    with closing(ShopWorks(own.replace(knowledge=folder), clock)) as made:
        enrolled(made, ROOTS, SECOND, SAM, ADA)
        yield made


@pytest.fixture
def desk(works: ShopWorks, state: shop.Shop) -> Iterator[Desk]:
    """A desk with the shop in force, which has reopened with it."""
    with served(state.handle) as address:
        first = open_desk(works.settings, works.clock, works)
        in_force(first, connected_shop(first, address))
        yield reopened_desk(first)


def reopened_desk(desk: Desk) -> Desk:
    after = looked(desk)
    assert after is not desk, desk.reopening().trouble
    return after


def written(desk: Desk, id: str) -> TicketView:
    machinery = desk.machinery
    assert isinstance(machinery, ShopWorks)
    ticket = desk.inbound_messages.receive(letter(EXAMPLES[0], machinery.clock, id=id, sender=IDA))
    return seen(desk, ticket)


def seen(desk: Desk, ticket: TicketId, someone: Person = ADA) -> TicketView:
    view = desk.inbox.ticket(someone, ticket)
    assert isinstance(view, TicketView)
    return view


def approved(desk: Desk, view: TicketView, someone: Person = ADA) -> Approval | Refusal:
    assert view.proposal is not None
    assert view.proposal.reply is not None
    reply = view.proposal.reply.text
    return desk.approvals.approve(someone, view.ticket.id, view.ticket.version, reply=reply)


def steps(view: TicketView) -> list[str]:
    assert view.proposal is not None
    return [step.action for step in view.proposal.steps]


def test_the_whole_way_from_a_system_in_force_to_a_task_type_withdrawn(desk: Desk, state: shop.Shop) -> None:
    one = signed(desk, REFUND)
    assert desk.own_task_types.all(ROOTS).to_be_taken_in
    desk = reopened_desk(desk)
    shown = desk.own_task_types.all(ROOTS)
    assert (shown.made[0].taken_in, shown.to_be_taken_in) == (True, False)
    view = written(desk, "m1")
    assert steps(view) == ["shop_refund"]
    waiting = [written(desk, id) for id in ("m2", "m3")]
    assert isinstance(approved(desk, view), Approval)
    assert [(refund["order_id"], refund["amount"]) for refund in state.refunds.values()] == [("o1", 120.5)]
    kept(desk.own_task_types.withdraw(ROOTS, one.id, "The shop pays by itself now"))
    after = reopened_desk(desk)
    assert one.name not in {task_type.name for task_type in after.task_types(ADA)}
    for there, view in zip((desk, after), waiting, strict=True):  # a page may still hold the desk from before
        refused = approved(there, view, SAM)
        assert isinstance(refused, Refusal)
        assert refused.code == "stale"
        assert steps(seen(after, view.ticket.id)) == []
    new = written(after, "m4")
    assert new.proposal is not None
    assert (new.proposal.steps, new.proposal.route) == ((), "person")
    assert len(state.refunds) == 1
    assert looked(after) is after
    after.close()


def test_that_what_was_approved_is_not_done_once_its_task_type_is_withdrawn(
    desk: Desk, state: shop.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = signed(desk, REFUND)
    desk = reopened_desk(desk)
    machinery = desk.machinery
    assert isinstance(machinery, ShopWorks)
    view = written(desk, "m1")
    with monkeypatch.context() as later:
        later.setattr(machinery.work, "carry_out", lambda *_, **__: None)
        assert isinstance(approved(desk, view), Approval)
    kept(desk.own_task_types.withdraw(ROOTS, one.id, "It pays too much"))
    machinery.work.carry_out(view.ticket.id, view.ticket.version)
    assert not state.refunds
    assert seen(desk, view.ticket.id).ticket.work == "returned"
    desk.close()


def test_that_a_plan_of_an_earlier_version_is_made_anew(desk: Desk, state: shop.Shop, clock: SetClock) -> None:
    one = signed(desk, REFUND)
    desk = reopened_desk(desk)
    view = written(desk, "m1")
    clock.forward(minutes=1)
    stricter = REFUND.replace(conditions=(REFUND.conditions[0].replace(one_of=("unpaid",)),))
    changed(desk, one, stricter)
    after = reopened_desk(desk)
    refused = approved(after, view)
    assert isinstance(refused, Refusal)
    assert "changed after this was planned" in refused.text
    assert steps(seen(after, view.ticket.id)) == []
    assert not state.refunds
    after.close()


def changed(desk: Desk, before: OwnTaskType, after: OwnTaskType) -> None:
    """Another version put in force."""
    tried(desk, kept(desk.own_task_types.save(ROOTS, after, before)))
    kept(desk.own_task_types.put_in_force(SECOND, kept(desk.own_task_types.ask(ROOTS, before.id))))
