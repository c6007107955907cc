"""What was done for a request before: the same again is refused, and so is what it leaves no room for."""

from __future__ import annotations

import pytest

from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.decide.policy import guard
from cx_core.records import APPROVERS
from tests.policies import shipped
from tests.unit.test_put_to_customer import LAMP, PAYPAL, SHOP, SPEAKER, Did, ruled

CANCEL = ("Cancel W4300", "us: Shall I cancel order W4300?", "Yes")
MOVE = ("Move W4300 to 23 March", "us: Shall I move order W4300 to 23 March?", "Yes")
LATER = ("us: Done.", "Move it to 21 March", "us: Shall I move order W4300 to 21 March?", "Yes")
BACK = ("us: Done.", "Back to 23 March, please", "us: Shall I move order W4300 back to 23 March?", "Yes")
DAYS = SHOP.days


def test_that_the_same_act_is_refused_to_everyone_and_says_so() -> None:
    again = (*CANCEL, Did("cancel", 0, {}), "us: Done.", "Yes, perfect")
    told, reasons = ruled(again, "cancel", 0)
    assert told == "deny"
    assert "Already done for this request" in reasons


def test_that_going_back_to_what_was_changed_in_between_is_no_repeat() -> None:
    first: Did = Did("day", 0, {"day": "2026-03-23"})
    then: Did = Did("day", 0, {"day": "2026-03-21"})
    assert ruled((*MOVE, first, *LATER, then, *BACK), "day", 0, day="2026-03-23")[0] == "allow"
    assert ruled((*MOVE, first, "us: Done.", *MOVE), "day", 0, day="2026-03-23")[0] == "deny"


@pytest.mark.parametrize(
    ("name", "put", "what"),
    [
        ("day", "move order W4300 to 20 March", {"day": "2026-03-20"}),
        ("payment", "pay for order W4300 with your paypal", {"pay": SHOP.orders[0].way}),
        ("address", "send order W4300 to the address in Cardiff", {"address": SHOP.orders[0].address}),
    ],
)
def test_that_an_act_that_changes_nothing_is_refused(name: str, put: str, what: dict[str, object]) -> None:
    told, reasons = ruled((f"please {put}", f"us: Shall I {put}?", "Yes"), name, 0, **what)
    assert told == "deny"
    assert "Already so" in reasons


def test_that_nothing_is_done_to_what_was_cancelled() -> None:
    after = (*CANCEL, Did("cancel", 0, {}), "us: Done.", *MOVE)
    told, reasons = ruled(after, "day", 0, day="2026-03-23")
    assert told == "ask"
    assert "“Cancel an order” was done for this request" in reasons


@pytest.mark.parametrize(("first", "then"), [("return", "exchange"), ("exchange", "return")])
def test_that_acts_that_exclude_each_other_do_so_in_either_order(first: str, then: str) -> None:
    said = (f"{first} the lamp of W4351", f"us: Shall I {first} the Desk Lamp of order W4351? PayPal is used.", "Yes")
    next_ = (f"{then} the bottle", f"us: Shall I {then} the Water Bottle of order W4351? PayPal is used.", "Yes")
    lines = LAMP.lines
    done = Did(first, 3, {"lines": lines[1:2], "pay": PAYPAL})
    assert ruled((*said, done, "us: Done.", *next_), then, 3, lines=lines[2:], pay=PAYPAL)[0] == "ask"
    other = (f"{then} the speaker", f"us: Shall I {then} the Bluetooth Speaker of order W4334? PayPal is used.", "Yes")
    new = {"lines": SPEAKER.lines[:1], "pay": PAYPAL}
    assert ruled((*said, done, "us: Done.", *other), then, 2, **new)[1].count("done for this request") == 0


def test_that_no_rule_and_no_role_lets_through_what_is_already_so() -> None:
    engine: CedarEngine = shipped.engine()
    step, facts = shipped.step("cancel_order"), shipped.facts("cancel_order").replace(already=("Already so",))
    ruling = guard.rule(step, facts, engine)
    assert (ruling.answer, ruling.reasons) == ("deny", ("Already so",))
    for role in APPROVERS:
        assert guard.may(role, step, facts, engine) == (False, ("Already so",))
    assert not guard.decide(None, step, facts, engine).allowed
