"""My day over the real desk: one's own figures, a colleague's for those who lead, and the simulated apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Ticket, TicketId
from cx_core.settings import ROOT, Settings
from tests.conftest import SetClock
from tests.pages.pressing import served, shown
from tests.signed_in import someone, token

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings, SetClock(NOON)) as made:
        yield made


def page(desk: Desk, first: str) -> AppTest:
    return shown("day", token(desk, first))


def answered(desk: Desk, first: str, kind: str, at: datetime, seconds: float = 60, *, simulated: bool = False) -> None:
    ticket = Ticket(
        id=TicketId(f"T-{kind}-{at:%d%H%M}"),
        subject="",
        channel="email",
        address="a@example.com",
        opened_at=at,
        updated_at=at,
        simulated=simulated,
    )
    person = someone(desk, first).id
    with desk._store.begin() as unit:
        unit.tickets.measure(ticket, kind, at, seconds=seconds, person=person)


def figures(at: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def test_that_an_advisor_sees_their_own_day_and_no_choice_of_others(desk: Desk) -> None:
    answered(desk, "Ines", "approve", NOON - timedelta(hours=2), 50)
    answered(desk, "Ines", "edit", NOON - timedelta(hours=1), 150)
    answered(desk, "Ines", "edit", NOON - timedelta(minutes=40), 170)
    answered(desk, "Callum", "approve", NOON - timedelta(hours=3), 999)
    at = page(desk, "Ines")
    shown = figures(at)
    assert (shown["Answered"], shown["As proposed"], shown["Edited"], shown["Rejected"]) == ("3", "1", "2", "0")
    assert (shown["Median time"], shown["Satisfaction"]) == ("2 min 30 s", "—")
    assert not at.selectbox
    assert not at.dataframe, "nothing in the week before"


def test_that_a_supervisor_chooses_whose_day(desk: Desk) -> None:
    answered(desk, "Ines", "approve", NOON - timedelta(hours=2))
    at = page(desk, "Nadia")
    assert figures(at)["Answered"] == "0"
    ines = next(one for one in desk.ticket_lifecycle.colleagues(someone(desk, "Nadia")) if one.name == "Ines Duarte")
    at.selectbox(key="whose").select(ines.id).run()
    assert figures(at)["Answered"] == "1"


def test_that_the_simulated_week_is_a_table_of_its_own(desk: Desk) -> None:
    answered(desk, "Ines", "approve", NOON - timedelta(days=1))
    answered(desk, "Ines", "approve", NOON - timedelta(days=2), simulated=True)
    answered(desk, "Ines", "edit", NOON - timedelta(days=2), simulated=True)
    at = page(desk, "Ines")
    real, made_up = (frame.value for frame in at.dataframe)
    assert list(real["Answered"]) == [1, 0, 0, 0, 0, 0, 0]
    assert list(made_up["Answered"]) == [0, 2, 0, 0, 0, 0, 0]
    assert "Previous 7 days, simulated" in [one.value for one in at.subheader]
    assert figures(at)["Answered"] == "0"


def test_that_a_live_desk_shows_nothing_simulated(desk: Desk) -> None:
    answered(desk, "Ines", "approve", NOON - timedelta(days=1))
    assert [one.value for one in page(desk, "Ines").subheader][-1] == "Previous 7 days"


def test_that_who_answers_nobody_has_no_day(desk: Desk) -> None:
    at = page(desk, "Edith")
    assert not at.metric


def test_that_what_comes_back_today_is_shown_with_the_way_to_it(desk: Desk) -> None:
    ticket = Ticket(
        id=TicketId("T-back"),
        subject="x",
        channel="email",
        address="a@example.com",
        status="pending",
        work="ready",
        assignee=someone(desk, "Ines").id,
        opened_at=NOON,
        updated_at=NOON,
        wake_at=NOON + timedelta(hours=2),
    )
    with desk._store.begin() as unit:
        unit.tickets.put(ticket)
    at = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=20)
    at.user = {"session": token(desk, "Ines")}
    at.switch_page("day.py").run()
    assert not at.exception
    (link,) = at.get("page_link")
    assert (link.proto.page, link.proto.query_string) == ("", "ticket=T-back")
