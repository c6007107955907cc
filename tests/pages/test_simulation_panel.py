"""Simulating a level on the Autonomy page, over the real desk: begun, looked at after a reload, downloaded, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.bootstrap import now
from cx_core.desk.desk import Desk
from cx_core.records import Money, Perimeter, Role, TaskTypeName, TicketId
from cx_core.settings import Settings
from cx_core.views import Refusal
from cx_core.views.simulation_views import Simulation, SimulationCase, SimulationFigures, SimulationSpec, reasons_of
from cx_core.views.undo_views import MadeBy
from pages.parts.governance.undo import version_words
from tests.pages.pressing import papers, pressed, served, shown
from tests.signed_in import someone, token

EVIL = "<b>bold</b> :green-badge[APPROVED] ![x](https://example.com/x.png)"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def opened(desk: Desk, role: Role = Role.SUPERVISOR) -> AppTest:
    return shown("autonomy", token(desk, role))


def chosen(at: AppTest, task_type: str = "callback") -> AppTest:
    at.selectbox(key="sim-type").select(task_type).run()
    return at


def recent(desk: Desk) -> tuple[Simulation, ...]:
    return tuple(one.simulation for one in desk.simulations.recent(someone(desk, Role.ADMINISTRATOR)))


def finished(desk: Desk, *cases: SimulationCase) -> Simulation:
    """One that has run, with these cases."""
    spec = SimulationSpec(task_type=TaskTypeName("callback"), level=3, limits=Perimeter(), source="open")
    begun = desk.simulations.begin(someone(desk, Role.SUPERVISOR), spec)
    assert isinstance(begun, Simulation)
    figures = SimulationFigures(
        tickets=9,
        cases=len(cases),
        alone=sum(one.alone for one in cases),
        kept=sum(not one.alone for one in cases),
        money=Money(minor=0, currency="GBP"),
        reasons=reasons_of(cases),
    )
    done = begun.replace(state="done", done=len(cases), total=len(cases), figures=figures)
    with desk._store.begin() as unit:
        unit.simulations.put(done)
        unit.simulations.put_cases(done.id, cases)
    return done


def test_that_one_is_begun_runs_in_the_background_and_is_there_after_a_reload(desk: Desk) -> None:
    at = chosen(opened(desk))
    at.number_input(key="sim-act").set_value(20.0).run()
    at.number_input(key="sim-day").set_value(100.0).run()
    pressed(at, "sim-begin")
    assert "Begun. It goes on in the background" in papers(at)
    (begun,) = recent(desk)
    assert (begun.state, begun.spec.task_type, begun.spec.level, begun.spec.source) == (
        "waiting",
        "callback",
        3,
        "past",
    )
    assert begun.spec.limits
    assert (begun.spec.limits.act_most, begun.spec.limits.day_most) == (2_000, 10_000)
    assert begun.spec.since
    assert begun.spec.until
    assert begun.spec.until - begun.spec.since >= timedelta(days=28)
    desk.simulations.go_on()
    again = opened(desk, Role.ADMINISTRATOR)
    assert "is about this task type" in papers(again)
    assert again.get("download_button")


def test_that_one_that_goes_on_can_be_stopped(desk: Desk) -> None:
    pressed(chosen(opened(desk)), "sim-begin")
    (begun,) = recent(desk)
    at = opened(desk)
    pressed(at, f"sim-stop-{begun.id}")
    assert "Stopped. Nothing of it is kept." in papers(at)
    assert recent(desk)[0].state == "stopped"


def test_that_a_refusal_is_said_and_nothing_is_begun(desk: Desk) -> None:
    at = chosen(opened(desk))
    at.multiselect(key="sim-channels").set_value([]).run()
    pressed(at, "sim-begin")
    assert "at least one tier and one channel" in papers(at)
    at = chosen(opened(desk))
    at.button_group(key="sim-source").set_value("file").run()
    pressed(at, "sim-begin")
    assert "Choose a file first." in papers(at)
    assert recent(desk) == ()


def test_that_a_bad_file_is_told_by_its_lines(desk: Desk) -> None:
    at = chosen(opened(desk))
    at.button_group(key="sim-source").set_value("file").run()
    at.file_uploader(key="sim-file").upload("tickets.jsonl", b'{"text": "Hi"}\n{"subject": "Hi"}', "text/plain").run()
    pressed(at, "sim-begin")
    assert "Line 2: text is missing" in papers(at)
    assert recent(desk) == ()


def test_that_the_tickets_are_shown_with_the_three_questions_and_customers_words_are_no_markup(desk: Desk) -> None:
    at = now()
    alone = SimulationCase(place=0, ticket=TicketId("T-1"), at=at, words=EVIL, alone=True, acts=("Send the reply",))
    kept = SimulationCase(place=1, line=2, at=at, earned="The answer asks something", permitted="A rule asks a person")
    done = finished(desk, alone, kept)
    page = opened(desk)
    assert "Of 9 tickets 2 are about this task type" in papers(page)
    assert "Not earned by the ticket" not in papers(page)
    page.toggle(key=f"sim-show-{done.id}").set_value(True).run()
    assert "1 \\u00d7 The answer asks something" in papers(page)
    assert "Not earned by the ticket" in papers(page)
    table = next(one.value for one in page.dataframe if "What would become of it" in one.value)
    assert list(table["Customer"]) == [EVIL, ""]
    assert "Not permitted: A rule asks a person." in table["What would become of it"].iloc[1]
    assert not [one for one in page.markdown if "APPROVED" in one.value]
    taken = desk.simulations.report(someone(desk, Role.SUPERVISOR), done.id)
    assert not isinstance(taken, Refusal)
    assert b"<b>" not in taken
    assert b"&lt;b&gt;bold" in taken


def test_that_a_version_is_told_with_its_acts_and_days(desk: Desk) -> None:
    day = now().replace(year=2026, month=11, day=3)
    one = MadeBy(kind="article", value="refunds", number=3, title="Refunds", acts=5, can=3, first=day, last=day)
    assert version_words(one) == "Article Refunds, version 3: 5 acts, 2 cannot be taken back, 03/11/2026"
    policies = one.replace(kind="policy", value="ab12", number=0, title="in force now", can=5, last=day.replace(day=4))
    assert version_words(policies) == "Policies ab12 (in force now): 5 acts, 03/11/2026 to 04/11/2026"
