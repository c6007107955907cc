"""Credentials of a connected system are in force when two people have signed them, and until then the old ones are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from cx_core.adapters.sql import tables
from cx_core.desk.desk import Desk
from cx_core.errors import SystemUnreachable
from cx_core.records import ActionName, Connector
from cx_core.views import Refusal
from tests.connectors import shop
from tests.connectors.served import Request, served
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SECOND,
    OwnWorks,
    connected_shop,
    desk,
    in_force,
    made,
    own,
    works,
)

__all__ = ["desk", "own", "works"]
NEW = "another-account-4712"
ORDER = ActionName("order"), {"order": "o1"}


@pytest.fixture
def shown() -> list[str]:
    """What the shop was shown, call by call."""
    return []


@pytest.fixture
def address(shown: list[str]) -> Iterator[str]:
    state = shop.Shop()

    def handle(request: Request) -> tuple[int, object]:
        shown.append(request.headers.get("authorization", "").removeprefix("Bearer "))
        return state.handle(request._replace(headers={**request.headers, "authorization": f"Bearer {shop.TOKEN}"}))

    with served(handle) as url:
        yield url


@pytest.fixture
def active(desk: Desk, address: str) -> Connector:
    return in_force(desk, connected_shop(desk, address))


def test_that_new_credentials_wait_for_a_second_person_and_the_old_ones_stay_in_use(
    desk: Desk, works: OwnWorks, active: Connector, shown: list[str]
) -> None:
    changed = made(desk.connectors.set_access(ROOTS, active.id, active.security, NEW))
    assert changed.state == "draft"
    works.back_office.read(*ORDER)
    assert shown == [shop.TOKEN]
    asked = made(desk.connectors.ask(ROOTS, active.id))
    assert isinstance(desk.connectors.put_in_force(ROOTS, asked), Refusal)
    works.back_office.read(*ORDER)
    assert shown == [shop.TOKEN] * 2
    made(desk.connectors.put_in_force(SECOND, asked))
    works.back_office.read(*ORDER)
    assert shown == [shop.TOKEN, shop.TOKEN, NEW]


def test_that_new_credentials_are_tried_before_they_are_in_force(
    desk: Desk, works: OwnWorks, active: Connector, shown: list[str]
) -> None:
    made(desk.connectors.set_access(ROOTS, active.id, active.security, NEW))
    assert desk.connectors.try_read(ROOTS, active.id, *ORDER).records
    works.back_office.read(*ORDER)
    assert shown == [NEW, shop.TOKEN]


def test_that_credentials_that_were_changed_after_they_were_asked_for_are_not_signed(
    desk: Desk, active: Connector
) -> None:
    made(desk.connectors.set_access(ROOTS, active.id, active.security, NEW))
    asked = made(desk.connectors.ask(ROOTS, active.id))
    made(desk.connectors.set_access(ROOTS, active.id, active.security, "a-third-one"))
    assert isinstance(desk.connectors.put_in_force(SECOND, asked), Refusal)


def test_that_credentials_that_nobody_signed_are_not_used(
    desk: Desk, works: OwnWorks, active: Connector, shown: list[str]
) -> None:
    made(desk.connectors.set_access(ROOTS, active.id, active.security, NEW))
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.connector).values(secret=tables.connector.c.next_secret))
    with pytest.raises(SystemUnreachable, match="No credentials are kept"):
        works.back_office.read(*ORDER)
    assert shown == []


def test_that_it_is_on_record_who_changed_credentials_and_never_what_they_are(
    desk: Desk, works: OwnWorks, active: Connector
) -> None:
    made(desk.connectors.set_access(ROOTS, active.id, active.security, NEW))
    event = next(one for one in works.audit.events(most=50) if one.kind == "connector_access_set")
    assert (event.actor, (event.payload or {})["secret_changed"]) == (ROOTS.id, True)
    kept = [path.read_bytes() for path in works.settings.data_dir.rglob("*.db*")]
    assert not any(NEW.encode() in content for content in kept)
