"""Of two matters in one message both are goals, by the real encoder: every first with every second of another kind."""

from __future__ import annotations

import pytest

from tests.integration.test_triage import Read, read, sure, triager

__all__ = ["read", "triager"]

FIRST = {
    "late_fee": "Please remove the late payment charge from my November bill, it is the first I ever had.",
    "duplicate_charge": "My bank shows you collected the same bill two times on the 18th, kindly return one of them.",
    "change_delivery_date": "Nobody is in on Thursday, so have the parcel come on Saturday instead.",
}
SECOND = {
    "callback": "I'd also like somebody to ring me about adding my mother to my account.",
    "invoice_copy": "And could you send me the September bill once more, my broker wants it.",
    "payment_failed": "Could you also email me a link so that I can pay October with my card.",
    "password_reset": "And I can't get into the app any more, it won't have my password.",
}


@pytest.mark.parametrize("first", FIRST)
def test_that_the_second_wish_is_heard(read: Read, first: str) -> None:
    heard = [
        sure(read(f"Good morning. {FIRST[first]} {words}")[0]) >= {first, second} for second, words in SECOND.items()
    ]
    assert sum(heard) >= len(heard) - 1, heard
