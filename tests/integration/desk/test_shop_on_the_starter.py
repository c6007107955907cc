"""A shop connected by a business that begins with the starter knowledge: who approves what, up to what."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.bootstrap.starter import STARTER
from cx_core.desk.desk import Desk
from cx_core.records import FieldUse, OwnLimits, OwnTaskType, Ruling
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.connectors import shop
from tests.connectors.served import served
from tests.integration.desk.own_shop import IDA, REFUND, ShopWorks, kept, tried
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SAM,
    SECOND,
    connected_shop,
    in_force,
    made,
    own,
)
from tests.scripted import enrolled, letter

__all__ = ["own"]
Fields = tuple[FieldUse, ...]
Connected = Callable[[Fields], Desk]
Reopened = Callable[[], tuple[ShopWorks, Desk]]
ADVISORS = REFUND.replace(limits=OwnLimits(least="advisor"))
WITHOUT_AGE = tuple(use for use in shop.CUSTOMER_FIELDS if use.name != "minor")


@pytest.fixture
def state() -> shop.Shop:
    return shop.Shop(orders=1)


@pytest.fixture
def knowledge(own: Settings) -> Path:
    """The business's own folder, as it begins."""
    return shutil.copytree(STARTER, own.data_dir.parent / "knowledge")


@pytest.fixture
def reopened(own: Settings, clock: SetClock, knowledge: Path) -> Iterator[Reopened]:
    """The desk on that folder, opened anew as often as a test asks."""
    running: list[ShopWorks] = []

    def again() -> tuple[ShopWorks, Desk]:
        if running:
            running.pop().close()
        works = ShopWorks(own.replace(knowledge=knowledge), clock)
        running.append(works)
        return works, open_desk(works.settings, clock, works)

    yield again
    for one in running:
        one.close()


@pytest.fixture
def connected(reopened: Reopened, state: shop.Shop) -> Iterator[Connected]:
    """Gives a desk with the shop in force, and of its customers these fields read."""
    with served(state.handle) as address:

        def connect(fields: Fields) -> Desk:
            works, desk = reopened()
            enrolled(works, ROOTS, SECOND, SAM)
            one = connected_shop(desk, address)
            for decided in one.classified:
                if decided.record == "customer":
                    made(desk.connectors.classify(ROOTS, one.id, decided.replace(fields=fields)))
            in_force(desk, one)
            return reopened()[1]

        yield connect


def ruling_on(desk: Desk, one: OwnTaskType) -> Ruling:
    """What the policy says of the refund that a trial plans."""
    (step,) = tried(desk, kept(desk.own_task_types.save(ROOTS, one))).steps
    return step.ruling


# --- who is a minor ---------------------------------------------------------------------------------


def test_that_rules_about_minors_say_nothing_where_the_shop_tells_no_age(connected: Connected) -> None:
    ruling = ruling_on(connected(WITHOUT_AGE), ADVISORS)
    assert (ruling.answer, ruling.ask) == ("ask", "advisor"), ruling.reasons
    assert not [why for why in ruling.reasons if "minor" in why]


@pytest.mark.parametrize("told", [None, True, "left out"])
def test_that_whoever_may_be_a_minor_needs_a_supervisor_where_the_shop_tells_ages(
    connected: Connected, state: shop.Shop, told: object
) -> None:
    if told == "left out":
        del state.customers["c1"]["minor"]
    else:
        state.customers["c1"]["minor"] = told
    ruling = ruling_on(connected(shop.CUSTOMER_FIELDS), ADVISORS)
    assert (ruling.answer, ruling.ask) == ("ask", "supervisor")
    assert "The customer is a minor: a supervisor approves" in ruling.reasons


def test_that_an_adult_of_a_shop_that_tells_ages_needs_an_advisor(connected: Connected) -> None:
    ruling = ruling_on(connected(shop.CUSTOMER_FIELDS), ADVISORS)
    assert (ruling.answer, ruling.ask) == ("ask", "advisor"), ruling.reasons


# --- up to what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "who", "people"),
    [
        (OwnLimits(least="advisor", advisor_most=15_000), "advisor", 1),
        (OwnLimits(least="advisor", advisor_most=5_000), "supervisor", 1),
        (OwnLimits(least="advisor", two_above=10_000), "advisor", 2),
        (OwnLimits(least="advisor", advisor_most=5_000, two_above=10_000), "supervisor", 2),
        (OwnLimits(least="supervisor", two_above=0), "supervisor", 2),
    ],
)
def test_that_limits_of_sums_hold_where_no_other_rule_is_about_money(
    connected: Connected, limits: OwnLimits, who: str, people: int
) -> None:
    desk, one = connected(WITHOUT_AGE), REFUND.replace(limits=limits)
    assert desk.own_task_type_forms.of(ROOTS, one.replace(id="", number=1)).faults == ()
    ruling = ruling_on(desk, one)
    assert (ruling.answer, ruling.ask, ruling.people) == ("ask", who, people), ruling.reasons


# --- one-time codes ---------------------------------------------------------------------------------


def test_that_codes_are_sent_once_the_texts_of_the_guide_are_added(
    connected: Connected, reopened: Reopened, knowledge: Path
) -> None:
    connected(WITHOUT_AGE)
    works, desk = reopened()
    ticket = desk.inbound_messages.receive(letter("Hello, a question.", works.clock, id="m1", sender=IDA))
    refused = desk.customer_confirmation.send_code(SAM, ticket)
    assert isinstance(refused, Refusal)
    guide = (ROOT / "docs" / "own-business.md").read_text("utf-8")
    for named in ("company.yaml", "one_time_code", "docs/own-business.md", "One-time codes"):
        assert named in refused.text
        assert named in guide or named == "docs/own-business.md"
    (texts,) = re.findall(r"```yaml\n(one_time_code:\n.*?)```", guide, re.DOTALL)
    with (knowledge / "company.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\n{texts}")
    works, desk = reopened()
    assert desk.customer_confirmation.send_code(SAM, ticket) is None
    mail, told = works.sent.texts
    assert re.search(r"Your code is \d{6}\. It counts for 15 minutes\.", mail)
    assert "i…@example.com" in told
    assert not re.search(r"[{}]", mail + told), "every slot is filled"
