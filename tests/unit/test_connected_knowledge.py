"""What kinds of records are known to hold once systems are connected, and whether any of it tells an age."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.openapi.operations import unique_names
from cx_core.bootstrap.starter import STARTER
from cx_core.catalogue import Knowledge
from cx_core.catalogue.connected_actions import with_connected
from cx_core.catalogue.record_kinds import FieldSpec, RecordSpec
from cx_core.records import Connector, FieldUse
from cx_core.settings import ROOT
from tests.connectors import shop
from tests.connectors.connected import imported

ADDRESS = "https://shop.example.com"
NAMED = (FieldUse(name="name", at="/name"), FieldUse(name="email", at="/email"))
OF_AGE = (
    "minor", "is_minor", "isMinor", "minors", "underage", "under_age", "under18", "age", "aged", "adult", "isAdult",
    "born", "birth_year", "yearOfBirth", "birthday", "birthDate", "birthdate", "dateofbirth", "date_of_birth", "dob",
    "DOB", "DoB", "over18", "over_18", "isOver18", "isover18", "over-18", "youth", "child",
)  # fmt: skip
around = st.lists(st.text(string.ascii_letters, min_size=1, max_size=8), max_size=2)
"""What a place is nested in, or what follows in a name."""


@pytest.fixture(scope="module")
def starter() -> Knowledge:
    return load(STARTER)


def reading(*fields: FieldUse, only: tuple[str, ...] = ()) -> Connector:
    """The shop with these fields of customers; `only`: by these operations alone, all others leave theirs out."""
    one = shop.connected(ADDRESS, imported(shop.api(ADDRESS)))
    return one.replace(
        classified=tuple(
            decided.replace(fields=fields if not only or decided.operation in only else NAMED)
            if decided.record == "customer"
            else decided
            for decided in one.classified
        )
    )


def customer(knowledge: Knowledge, *systems: Connector) -> RecordSpec:
    return with_connected(knowledge, systems).records["customer"]


def test_that_a_kind_without_fields_in_the_folder_has_those_of_the_systems(starter: Knowledge) -> None:
    assert starter.records["customer"].fields == {}
    assert customer(starter).may_tell_age, "until a system is connected, any field is possible"
    assert set(customer(starter, reading(*NAMED)).fields) == {"name", "email"}


@pytest.mark.parametrize(
    ("fields", "tells"),
    [
        ((), False),
        (NAMED, False),
        ((*NAMED, FieldUse(name="minor", at="/minor")), True),
        ((*NAMED, FieldUse(name="Minor", at="/minor")), True),
        ((*NAMED, FieldUse(name="date_of_birth", at="/born")), True),
    ],
)
def test_that_an_age_is_told_where_a_field_that_is_read_could(
    starter: Knowledge, fields: tuple[FieldUse, ...], tells: bool
) -> None:
    assert customer(starter, reading(*fields)).may_tell_age is tells


def with_field(name: str) -> RecordSpec:
    return RecordSpec(name="customer", key="id", fields={"email": FieldSpec(type="text"), name: FieldSpec(type="text")})


@given(before=around, word=st.sampled_from(OF_AGE), after=around, mark=st.sampled_from("/_-."))
@example(before=["profile"], word="date_of_birth", after=[], mark="/")
@example(before=["person"], word="age", after=[], mark="/")
@example(before=["flags"], word="minor", after=[], mark="/")
@example(before=[], word="birth", after=["year"], mark="_")
@example(before=["is"], word="over18", after=[], mark="_")
@example(before=["profile"], word="DoB", after=[], mark="/")
def test_that_an_age_is_told_wherever_it_stands_and_whatever_is_around_it(
    before: list[str], word: str, after: list[str], mark: str
) -> None:
    place = mark.join([*before, word, *(after if word != "DoB" else [])])
    assert with_field(place).may_tell_age, "as somebody types it"
    (name,) = unique_names([f"/{place}"])
    assert with_field(name).may_tell_age, "as it is proposed from the file"
    _, numbered = unique_names([f"/{place}", f"/{place}"])
    assert with_field(numbered).may_tell_age, "as the second of its name"


@pytest.mark.parametrize(
    "name",
    ["language", "profile_image_url", "page", "manager", "package", "agent", "message", "stage_2", "admin_order",
     "mobile", "created_at", "tier", "discovered", "consent_marketing"],
)  # fmt: skip
def test_that_letters_of_an_age_inside_another_word_tell_none(name: str) -> None:
    assert not with_field(name).may_tell_age


def test_that_one_read_that_tells_an_age_is_enough(starter: Knowledge) -> None:
    minor = FieldUse(name="minor", at="/minor")
    assert customer(starter, reading(*NAMED, minor, only=("getCustomer",))).may_tell_age
    both = reading(*NAMED, minor), reading(*NAMED).replace(id="other")
    assert customer(starter, *both).may_tell_age
    assert customer(starter, *reversed(both)).may_tell_age


def test_that_the_demonstrations_customers_still_tell_it_beside_a_system_that_does_not() -> None:
    assert customer(load(ROOT / "knowledge"), reading(*NAMED)).may_tell_age
