"""What kinds of records are known to hold once systems are connected, and whether any of it tells an age."""

from __future__ import annotations

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.bootstrap.starter import STARTER
from cx_core.catalogue import Knowledge
from cx_core.catalogue.connected_actions import with_connected
from cx_core.catalogue.record_kinds import RecordSpec
from cx_core.records import Connector, FieldUse
from cx_core.settings import ROOT
from tests.connectors import shop
from tests.connectors.connected import imported

ADDRESS = "https://shop.example.com"
NAMED = (FieldUse(name="name", at="/name"), FieldUse(name="email", at="/email"))


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


def test_that_one_read_that_tells_an_age_is_enough(starter: Knowledge) -> None:
    minor = FieldUse(name="minor", at="/minor")
    assert customer(starter, reading(*NAMED, minor, only=("getCustomer",))).may_tell_age
    both = reading(*NAMED, minor), reading(*NAMED).replace(id="other")
    assert customer(starter, *both).may_tell_age
    assert customer(starter, *reversed(both)).may_tell_age


def test_that_the_demonstrations_customers_still_tell_it_beside_a_system_that_does_not() -> None:
    assert customer(load(ROOT / "knowledge"), reading(*NAMED)).may_tell_age
