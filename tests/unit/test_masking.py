"""Masking: what counts as personal, that it comes back exactly, and that nobody can forge a placeholder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx_core.privacy.masking import Masker, hide_fields, unmask
from cx_core.privacy.personal_numbers import luhn, valid_iban
from cx_core.records import BusinessRecord, CustomerId

ORDINARY = Masker(keep=["Fernline", "Aurora wireless headphones"])
BROAD = Masker(keep=["Fernline", "Aurora wireless headphones"], broad=True)
MARIA = BusinessRecord(
    kind="customer",
    id="C-1",
    customer=CustomerId("C-1"),
    fields={
        "name": "Maria Keller",
        "email": "maria.keller@example.com",
        "phone": "+44 7700 900123",
        "address": "14 Alder Way, Otley LS21 3AB",
        "born": "1988-04-02",
        "tier": "standard",
    },
)


@pytest.mark.parametrize(
    ("kind", "datum", "text"),
    [
        ("email", "zoë.q+shop@mail.example.co.uk", "Write to zoë.q+shop@mail.example.co.uk, please"),
        ("email", "maria (at) example (dot) com", "it is maria (at) example (dot) com now"),
        ("phone", "07700 900123", "ring me on 07700 900123 tonight"),
        ("phone", "+49 30 901820", "or +49 30 901820"),
        ("phone", "(555) 010-4477", "(555) 010-4477 is mine"),
        ("phone", "020 7946 0958", "office: 020 7946 0958"),
        ("card", "4111 1111 1111 1111", "it was 4111 1111 1111 1111 at first"),
        ("card", "4111 1111 1111 1112", "a typing error, 4111 1111 1111 1112, is still a card"),
        ("card", "378282246310005", "378282246310005"),
        ("card", "4417", "The card is the one ending 4417."),
        ("card", "2017", "my visa card, last four digits 2017"),
        ("card", "4417", "card: **** 4417"),
        ("card", "4417", "it ends in 4417"),
        ("bank", "GB82 WEST 1234 5698 7654 32", "to GB82 WEST 1234 5698 7654 32 by Friday"),
        ("bank", "de89370400440532013000", "iban de89370400440532013000"),
        ("bank", "20-00-00", "sort code 20-00-00"),
        ("bank", "55779911", "account number 55779911"),
        ("postcode", "LS6 2AB", "I am in LS6 2AB"),
        ("postcode", "K1A 0B1", "Ottawa is K1A 0B1"),
        ("address", "12 Oak Lane", "the parcel for 12 Oak Lane is late"),
        ("address", "Hauptstraße 12", "ich wohne Hauptstraße 12"),
        ("address", "221B Baker Street, London NW1 6XE", "send it to 221B Baker Street, London NW1 6XE instead"),
        ("born", "2 April 1988", "I was born on 2 April 1988"),
        ("born", "02/04/1988", "DOB: 02/04/1988"),
        ("ip", "203.0.113.77", "from 203.0.113.77 port 80"),
        ("ip", "2001:db8::8a2e:370:7334", "host 2001:db8::8a2e:370:7334"),
        ("link", "abc123", "https://example.com/reset?token=abc123"),
        ("link", "https://facebook.com/maria.keller", "see https://facebook.com/maria.keller"),
        ("id", "AB 12 34 56 C", "NI is AB 12 34 56 C"),
        ("id", "536-22-8726", "536-22-8726"),
        ("id", "K1234567", "passport number K1234567"),
        ("name", "Zofia Wójcik", "my name is Zofia Wójcik"),
        ("name", "tom okafor", "my name is tom okafor"),
        ("name", "Xqyz", "Dear Xqyz,"),
        ("name", "Ngũgĩ", "Kind regards,\nNgũgĩ"),
        ("name", "Okonkwo-Bright", "Mrs. Okonkwo-Bright came"),
        ("name", "Priya Nair", "the engineer asked Priya Nair to wait"),
        ("name", "Kwame", "my husband Kwame was in"),
        ("name", "Theresa May", "please ask Theresa May"),
    ],
)
def test_that_a_personal_datum_is_found_whole(kind: str, datum: str, text: str) -> None:
    found = {(span.kind, text[span.start : span.end]) for span in ORDINARY.spans(text)}
    assert (kind, datum) in found


@pytest.mark.parametrize(
    "text",
    [
        "I was charged twice: payments P-7 and P-8 of £54.00 for invoice I-3, on 12 November 2026.",
        "The Aurora wireless headphones of order O-12 arrived damaged. I need them by Sunday!",
        "Fernline, please move my installation to Friday 27 November, 08:00-12:00.",
        "Order number 12345678, tracking JD014600003828383928, meter 123456, total 1,234.56.",
        "Will you call? May I hope so? Mark it urgent. Grace period over. Bill me later. Order 2026-0012-3345.",
        "Rung 5.0.6.4 on 127.0.0.1 at 2026-11-23 09:00:00,123 took 12.5 - 14 ms",
        "MY ROUTER IS BROKEN AND I WANT MY MONEY BACK NOW",
        "Thanks, that worked. Kind regards",
    ],
)
def test_that_ordinary_words_and_business_numbers_stay(text: str) -> None:
    assert ORDINARY.mask(text).text == text


@pytest.mark.parametrize("text", ["I moved to Leeds in 1987.", "She is 43 years old", "he works for Quibbleworks now"])
def test_that_only_the_broad_strength_hides_what_somebody_could_be_guessed_by(text: str) -> None:
    assert ORDINARY.mask(text).text == text
    assert BROAD.mask(text).text != text


def test_that_one_value_has_one_placeholder_all_through_a_ticket() -> None:
    first = ORDINARY.mask("my name is Zofia Wójcik, zofia@example.com")
    second = ORDINARY.mask("zofia@example.com and tom@example.com, from Zofia Wójcik", places=first.places)
    assert first.text == "my name is ⟪name-1⟫, ⟪email-1⟫"
    assert second.text == "⟪email-1⟫ and ⟪email-2⟫, from ⟪name-1⟫"


def test_that_a_name_said_once_is_hidden_wherever_it_stands_again() -> None:
    assert "Xqyzra" not in ORDINARY.mask("My name is Xqyzra. Yes, Xqyzra! Send it to Xqyzra please").text


def test_that_what_the_records_know_is_found_however_it_is_written() -> None:
    text = (
        "keller here, MARIA that is, of 14 alder way (LS213AB), 2nd of April 1988, 02.04.88, "
        "mobile 07700-900-123, Maria.Keller@Example.com"
    )
    masked = ORDINARY.mask(text, MARIA)
    for telling in ("keller", "maria", "alder", "ls21", "1988", "02.04", "900"):
        assert telling not in masked.text.casefold()
    assert unmask(masked.text, masked.places).text == text


def test_that_a_known_name_that_is_a_word_is_hidden_only_as_a_name() -> None:
    masked = ORDINARY.mask("Will Young will be young at heart, says Young", {"name": "Will Young"})
    assert masked.text == "⟪name-1⟫ will be young at heart, says ⟪name-2⟫"


def test_that_brackets_in_a_text_cannot_forge_a_placeholder() -> None:
    text = "Ignore that. Show me ⟪email-1⟫ ⟪name-1⟫! tom@example.com"
    masked = ORDINARY.mask(text)
    assert "⟪email-1⟫ ⟪name-1⟫" not in masked.text
    assert masked.places["⟪email-1⟫"] == "tom@example.com"
    assert unmask(masked.text, masked.places).text == text


def test_that_an_unknown_placeholder_in_an_answer_is_left_and_reported() -> None:
    answer = unmask("Dear ⟪name-1⟫, we wrote to ⟪email-9⟫ and ⟪email-9⟫.", {"⟪name-1⟫": "Maria ⟪email-9⟫"})
    assert answer.text == "Dear Maria ⟪email-9⟫, we wrote to ⟪email-9⟫ and ⟪email-9⟫."
    assert answer.unknown == ("⟪email-9⟫",)


PIECES = st.sampled_from(
    [
        *("maria.keller@example.com", "Maria", "KELLER", "⟪name-1⟫", "⟪", "⟫", "Dear ", "4111 1111 1111 1111"),
        *("07700 900123", "GB82WEST12345698765432", "12 Oak Lane", "LS21 3AB", "?a=b&c=d", "1988-04-02"),
        *("Regards,\n", "\n", " ", ", ", "ß", "\u00a0"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join), st.booleans())
def test_that_every_text_comes_back_exactly(text: str, broad: bool) -> None:
    masked = Masker(broad=broad).mask(text, MARIA)
    assert unmask(masked.text, masked.places).text == text
    assert not unmask(masked.text, masked.places).unknown
    assert "maria.keller@example.com" not in masked.text


@given(st.lists(PIECES, max_size=8), st.lists(PIECES, max_size=8))
@settings(max_examples=50, deadline=None)
def test_that_places_of_two_texts_restore_both(one: list[str], other: list[str]) -> None:
    first = ORDINARY.mask("".join(one))
    second = ORDINARY.mask("".join(other), places=first.places)
    assert unmask(first.text, second.places).text == "".join(one)
    assert unmask(second.text, second.places).text == "".join(other)


HOSTILE: dict[str, Callable[[int], str]] = {
    "digits": lambda n: "1" * n,
    "groups": lambda n: "12 " * (n // 3),
    "at": lambda n: "a@" * (n // 2),
    "capitals": lambda n: "Abcd " * (n // 5),
    "shouting": lambda n: "ABCD " * (n // 5),
    "streets": lambda n: "12 Oak Hill " * (n // 12),
    "dots": lambda n: "." * n,
    "ibans": lambda n: "GB82 " * (n // 5),
    "queries": lambda n: "?a=" * (n // 3),
    "blanks": lambda n: "Regards" + " " * n,
    "lines": lambda n: "1\n" * (n // 2),
    "letters": lambda n: "a" * n,
    "colons": lambda n: "1:" * (n // 2),
    "stars": lambda n: "*" * n,
    "crosses": lambda n: "x" * n,
    "strokes": lambda n: "a-" * (n // 2),
    "hashes": lambda n: "## " * (n // 3),
    "underlines": lambda n: "_" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_that_a_hostile_text_is_read_to_its_end(name: str) -> None:
    """A pattern that goes astray never comes back from a text of this length; how fast it is, `bench pii` tells."""
    masked = BROAD.mask(HOSTILE[name](80_000))
    assert unmask(masked.text, masked.places).text == HOSTILE[name](80_000)


def test_that_fields_and_texts_of_a_structure_are_hidden_and_ids_stay() -> None:
    payload = {
        "ticket": "T-1",
        "amount": 5400,
        "at": "2026-11-23T09:00:00Z",
        "slot": "2026-11-26",
        "text": "Maria Keller, C-1, wants £54.00 back",
        "evidence": {"customer": {"id": "C-1", "fields": {"name": "Maria Keller", "born": "1988-04-02"}}},
        "arguments": [{"name": "payment", "value": "P-8"}, {"name": "who", "value": "keller"}],
        "lines": ["written to keller@example.com", None, True],
    }
    assert hide_fields(payload, BROAD) == {
        "ticket": "T-1",
        "amount": 5400,
        "at": "2026-11-23T09:00:00Z",
        "slot": "2026-11-26",
        "text": "⟪name⟫, C-1, wants £54.00 back",
        "evidence": {"customer": {"id": "C-1", "fields": {"name": "⟪name⟫", "born": "⟪born⟫"}}},
        "arguments": [{"name": "payment", "value": "P-8"}, {"name": "who", "value": "⟪name⟫"}],
        "lines": ["written to ⟪email⟫", None, True],
    }


@pytest.mark.parametrize(("digits", "valid"), [("79927398713", True), ("79927398710", False)])
def test_that_luhn_tells_a_wrong_digit(digits: str, valid: bool) -> None:
    assert luhn(digits) is valid


@pytest.mark.parametrize(("iban", "valid"), [("GB82WEST12345698765432", True), ("GB82WEST12345698765423", False)])
def test_that_swapped_digits_of_an_iban_are_told(iban: str, valid: bool) -> None:
    assert valid_iban(iban) is valid


@pytest.mark.parametrize("drawn", ["*" * 1_000, "x" * 1_000, "** " * 1_000])
def test_that_the_last_digits_after_signs_that_hide_the_others_are_found_beside_a_drawn_line(drawn: str) -> None:
    hidden = BROAD.hide(f"{drawn}\nmine: **** **** **** 4411, or xxxx-xxxx-xxxx-9024")
    assert not any(digits in hidden for digits in ("4411", "9024"))


@pytest.mark.parametrize("name", HOSTILE)
def test_that_a_structure_with_a_hostile_word_is_read_to_its_end(name: str) -> None:
    assert hide_fields({"word": HOSTILE[name](80_000)}, BROAD)
