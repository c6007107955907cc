"""Limits of acting alone: each of them keeps out what is beyond it, and no act is inside where there are none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.records import Perimeter
from cx_core.service_rules.perimeter_check import NO_LIMITS, LimitedAct, beyond_day, in_share, outside

ACT = LimitedAct(
    task_type="duplicate_charge",
    customer="C-1",
    tier="standard",
    channel="email",
    identity=2,
    quiet=False,
    upset=False,
    amount=2000,
    currency="GBP",
)
WIDE = Perimeter(act_most=5000, day_most=20_000, share=100)


def test_that_what_is_inside_every_limit_is_inside() -> None:
    assert outside(WIDE, ACT) == ""
    assert outside(None, ACT) == NO_LIMITS


@pytest.mark.parametrize(
    ("act", "wider"),
    [
        (replace(ACT, tier="vip"), {"tiers": ("standard", "vip")}),
        (replace(ACT, channel="chat"), {"channels": ("email", "chat")}),
        (replace(ACT, identity=1), {"identity": 1}),
        (replace(ACT, quiet=True), {"any_hour": True}),
        (replace(ACT, upset=True), {"upset": True}),
        (replace(ACT, amount=5001), {"act_most": 5001}),
    ],
)
def test_that_each_limit_keeps_out_what_only_a_wider_one_lets_in(act: LimitedAct, wider: dict[str, object]) -> None:
    assert outside(WIDE, act)
    assert outside(Perimeter.model_validate({**WIDE.model_dump(), **wider}), act) == ""


@given(most=st.integers(0, 10**6), amount=st.integers(1, 10**6), before=st.integers(0, 10**6))
def test_that_a_day_never_takes_more_than_it_may(most: int, amount: int, before: int) -> None:
    assert (beyond_day(most, amount, before, "GBP") == "") == (amount + before <= most)


@given(customer=st.text(min_size=1), share=st.integers(1, 99))
def test_that_a_customer_who_is_in_stays_in_as_the_share_grows(customer: str, share: int) -> None:
    if in_share(customer, "fault", share):
        assert in_share(customer, "fault", share + 1)
    assert in_share(customer, "fault", 100)


@pytest.mark.parametrize("share", [5, 10, 50])
def test_that_the_share_is_about_so_many_and_others_for_another_task_type(share: int) -> None:
    customers = [f"C-{number}" for number in range(4000)]
    mine, others = ({one for one in customers if in_share(one, name, share)} for name in ("fault", "callback"))
    for found in (mine, others):
        assert abs(len(found) / len(customers) - share / 100) < 0.03
    assert mine != others
