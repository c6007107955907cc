"""Whatever a customer writes, only the very code that was sent confirms them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cx_core.records import Confirmation, CustomerId, Ticket, TicketId
from cx_core.service_rules.confirmed_identity import identity_now
from cx_core.text.entered_codes import entered, says_nothing_else, without_code
from tests.integration.desk.test_identity_codes import EWAN, TWICE, codes, refunds, write
from tests.scripted import Hand, InlineWorks, let_alone

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIGITS = st.from_regex(r"[0-9]{6}", fullmatch=True)


@given(text=st.text(max_size=80), code=DIGITS)
def test_that_a_message_without_the_digits_enters_no_code(text: str, code: str) -> None:
    if code not in "".join(entered(text)):
        assert entered(text) != (code,)


@given(before=st.text(max_size=30), code=DIGITS, after=st.text(max_size=30))
def test_that_a_code_is_hidden_wherever_it_stands(before: str, code: str, after: str) -> None:
    around = f"{before} {code} {after}"
    assert code not in entered(without_code(around, code))


@given(code=DIGITS, words=st.sampled_from(["and cancel my order", "but wait", "no", "why?", "order 77", "a person"]))
def test_that_a_wish_beside_a_code_is_read(code: str, words: str) -> None:
    assert says_nothing_else(f"Here is the code {code}, thanks")
    assert not says_nothing_else(f"{code} {words}")


@given(
    customer=st.sampled_from(["C-7", "C-8", None]),
    address=st.sampled_from([EWAN, EWAN.upper(), "other@example.com"]),
    age=st.integers(min_value=-10, max_value=60),
    identity=st.sampled_from([0, 1, 2]),
    marked=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_that_a_confirmation_counts_for_its_own_customer_address_and_day(
    works: InlineWorks, customer: str | None, address: str, age: int, identity: int, marked: bool
) -> None:
    bare = Confirmation(code="x", customer=CustomerId("C-7"), address=EWAN, at=NOW, until=NOW + timedelta(hours=24))
    id = TicketId("T-1")
    confirmed = bare.replace(mark=works.sealer.mark(bare.exact(id)) if marked else "0" * 64)
    ticket = Ticket(
        id=id,
        subject="",
        channel="email",
        address=address,
        identity=identity,
        confirmed=confirmed,
        opened_at=NOW,
        updated_at=NOW,
    )
    whose = CustomerId(customer) if customer else None
    known = identity_now(ticket, whose, works.sealer, NOW + timedelta(hours=age))
    raised = marked and identity == 1 and customer == "C-7" and address.lower() == EWAN and age < 24
    assert known == (2 if raised else identity)


@pytest.mark.parametrize("off", [1, -1, 10, 100_000, 899_999])
def test_that_a_code_that_is_off_by_a_digit_does_nothing(hand: Hand, monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    let_alone(monkeypatch)
    write(hand, TWICE)
    (code,) = codes(hand)
    write(hand, f"{(int(code) + off) % 10**6:06d}")
    assert refunds(hand) == 0
