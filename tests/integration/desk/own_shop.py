"""A task type made from pages for the sample shop: the refund of an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from cx_core.desk.desk import Desk
from cx_core.ports import Outbox
from cx_core.records import (
    ActionName,
    File,
    OwnArgument,
    OwnCondition,
    OwnLimits,
    OwnReplies,
    OwnStep,
    OwnTaskType,
)
from cx_core.views import Refusal
from cx_core.views.own_task_type_views import TaskTypeTried
from tests.integration.desk.test_connecting_systems import ROOTS, SECOND, OwnWorks

IDA = "ida@example.com"
EXAMPLES = (
    "I want my money back for my order",
    "please refund what I paid for order 12",
    "could you return the payment for my purchase",
    "I'd like a refund of the order I placed last week",
    "refund my order please",
    "give me back what the order cost",
)
REFUND = OwnTaskType(
    id="",
    title="Refund of an order",
    topic="a refund",
    examples=EXAMPLES,
    read="shop_orders",
    choose=("order", "date", "amount"),
    conditions=(OwnCondition(field="status", one_of=("open",)), OwnCondition(field="placed", age="up to 30 days")),
    steps=(
        OwnStep(
            action=ActionName("shop_refund"),
            arguments=(
                OwnArgument(argument="order", source="record", value="id"),
                OwnArgument(argument="amount", source="record", value="total"),
                OwnArgument(argument="reason", source="fixed", value="Refund agreed"),
            ),
        ),
    ),
    replies=OwnReplies(
        done="We've refunded [Refund an order: amount] for order [order number].",
        none="I can't find an order of yours. Which one do you mean?",
        several="You have more than one order with us. Which one is it?",
        asked="Order [order number] can be refunded. Tell me if you would like that.",
        unmet="Order [order number] is [order status], so it can't be refunded any more.",
    ),
    limits=OwnLimits(least="advisor", advisor_most=15_000, two_above=30_000),
)


class Sent(Outbox):
    """A way out that keeps what left."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        self.texts.append(text)
        return key


class ShopWorks(OwnWorks):
    """The shipped parts on connected systems, with a way out."""

    @cached_property
    def sent(self) -> Sent:
        return Sent()

    @cached_property
    def outbox(self) -> Outbox:
        return self.sent


def kept(answer: OwnTaskType | Refusal) -> OwnTaskType:
    assert isinstance(answer, OwnTaskType), answer
    return answer


def tried(desk: Desk, one: OwnTaskType, text: str = EXAMPLES[0], address: str = IDA) -> TaskTypeTried:
    answer = desk.own_task_type_trials.try_out(ROOTS, one.id, address, text)
    assert isinstance(answer, TaskTypeTried), answer
    return answer


def signed(desk: Desk, one: OwnTaskType) -> OwnTaskType:
    """Kept, tried, asked for by one administrator and put in force by the other."""
    draft = kept(desk.own_task_types.save(ROOTS, one))
    tried(desk, draft)
    asked = kept(desk.own_task_types.ask(ROOTS, draft.id))
    return kept(desk.own_task_types.put_in_force(SECOND, asked))
