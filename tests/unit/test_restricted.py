"""What of a customer's restricted data a text tells."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.decide.policy.conversation_facts import Heard, Turn
from cx_core.decide.policy.restricted_data import tells
from cx_core.records import BusinessRecord, Evidence, Lookup
from cx_core.settings import ROOT

_, KINDS = load_catalogue(ROOT / "knowledge")
CUSTOMER = BusinessRecord(
    kind="customer",
    id="C-1",
    fields={"name": "Maria Keller", "born": "1990-05-04", "phone": "+44 7700 900123", "address": "12 Mill Lane, Ashby"},
)
PAYMENT = BusinessRecord(kind="payment", id="P-8", fields={"card_last4": "4242", "status": "settled"})
EVIDENCE = Evidence(customer=CUSTOMER, lookups=(Lookup(goal=0, name="payments", records=(PAYMENT,)),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Your payment P-8 is settled, Maria Keller.", ()),
        ("It was paid with the card ending in 4242.", ("payment.card_last4",)),
        ("You were born on 4 May 1990.", ("customer.born",)),
        ("We call you on +44 7700 900123.", ("customer.phone",)),
        ("It goes to 12 mill lane,\nAshby.", ("customer.address",)),
        ("It goes to Mill Lane.", ()),
        ("", ()),
    ],
)
def test_that_a_restricted_value_is_seen_however_it_is_written(text: str, told: tuple[str, ...]) -> None:
    assert tells(text, EVIDENCE, KINDS) == told


def test_that_a_kind_nobody_defined_has_nothing_restricted() -> None:
    assert tells("It ends in 4242.", EVIDENCE, {}) == ()
    assert tells("It ends in 4242.", Evidence(), KINDS) == ()


@pytest.mark.parametrize(
    ("turns", "matter"),
    [
        ([(False, "My solicitor will write to you.")], "law"),
        ([(False, "I had an electric shock."), (True, "Sorry."), (False, "Thanks")], "danger"),
        ([(True, "You may write to the ombudsman.")], ""),
        ([(False, "My phone died, and the courier was shockingly late.")], ""),
    ],
)
def test_that_a_matter_is_brought_up_by_the_customer_only(turns: list[tuple[bool, str]], matter: str) -> None:
    heard = Heard([Turn(ours=ours, text=text) for ours, text in turns])
    assert heard.brings_up({"danger": ("electric shock",), "law": ("solicitor", "ombudsman")}) == matter
