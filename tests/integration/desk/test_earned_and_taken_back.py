"""Charged twice earns level 3, acts, is reviewed, comes down when billing fails, and is taken back to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from cx_core.adapters.fernline import FernlineOutbox
from cx_core.evidence.sampling import FULL
from cx_core.records import TicketId
from cx_core.views.level_views import Evidenced
from tests.alone.billing import Fault
from tests.alone.house import ASKS, GRANTS, NAME, AloneHouse, ripe
from tests.alone.soak import Soak
from tests.conftest import MONDAY, SetClock

DONE = 6
MOST = 8
"""Acts after which errors that are all seen must have brought the level down."""


class Earned(NamedTuple):
    """A house on disk in which enough tickets were answered first; what was shown at once, and a week later."""

    folder: Path
    at_once: Evidenced
    later: Evidenced


@pytest.fixture(scope="module")
def earned(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Earned:
    folder, clock = tmp_path_factory.mktemp("earned") / "data", SetClock(MONDAY)
    with closing(AloneHouse.on_copy(furnished, folder, clock)) as house:
        assert house.desk.autonomy_levels.set_blind(GRANTS, NAME, 100) is None
        for _ in range(FULL):
            clock.forward(minutes=1)
            house.answers_first(house.writes())
        at_once = house.level().evidence
        ripe(clock)
        later = house.level().evidence
        assert at_once is not None
        assert later is not None
        assert house.desk.autonomy_levels.set_blind(GRANTS, NAME, 0) is None
        assert house.verified()
    return Earned(folder, at_once, later)


@pytest.fixture
def house(earned: Earned, data_dir: Path) -> Iterator[AloneHouse]:
    clock = SetClock(MONDAY)
    ripe(clock)
    with closing(AloneHouse.on_copy(earned.folder, data_dir, clock, FULL)) as made:
        yield made


def alone(house: AloneHouse, count: int) -> list[TicketId]:
    """So many customers write, half a minute after one another."""
    tickets = []
    for _ in range(count):
        house.clock.forward(seconds=30)
        tickets.append(house.writes())
    return tickets


def until_down(house: AloneHouse) -> list[TicketId]:
    """Customers write and what was done is looked at, until the level comes down; their tickets."""
    tickets: list[TicketId] = []
    while house.level().level == 3 and len(tickets) < MOST:
        tickets += alone(house, 1)
        house.reviews()
        house.desk.take_up()
    return tickets


def test_that_cases_answered_first_are_evidence_a_week_later_and_not_before(earned: Earned) -> None:
    assert (earned.at_once.cases, earned.at_once.too_new, earned.at_once.earned) == (0, FULL, False)
    assert (earned.later.cases, earned.later.wrong, earned.later.earned) == (FULL, 0, True)
    assert earned.later.error_at_most <= 0.05


def test_that_charged_twice_climbs_acts_comes_down_and_is_taken_back_to_the_cent(house: AloneHouse) -> None:
    granted = house.grants()
    assert (granted.level, granted.how) == (3, "earned")

    right, before = alone(house, DONE), house.books()
    assert [house.view(id).ticket.work for id in right] == ["done"] * DONE
    assert [house.refunded(id) for id in right] == [
        {house.charged[id].repeat: house.charged[id].amount.minor} for id in right
    ]
    sent = FernlineOutbox(house.works.fernline, house.clock).sent(house.charged[right[0]].payer.email)
    assert sum("no person has looked at it" in one.text and "£32.00" in one.text for one in sent) == 1
    assert house.reviews() == 0
    (figures,) = house.desk.case_reviews.figures(GRANTS)
    assert (figures.cases, figures.reviewed, figures.wrong, figures.waiting) == (DONE, DONE, 0, 0)
    assert house.out() == house.counted_out()
    assert house.verified()

    house.works.billing.fault = "wrong payment named"
    since = house.clock.forward(minutes=1)
    wrong = until_down(house)
    down = house.level()
    assert (down.level, down.how) == (2, "came_down")
    assert len(wrong) < MOST
    assert not any(house.is_right(id) for id in wrong)
    (incident,) = house.incidents()
    assert (incident.before, incident.level) == (3, 2)
    assert set(incident.cases) == {*right, *wrong}
    assert incident.wrong == len(wrong)
    assert house.verified()

    (kept,) = alone(house, 1)
    assert house.view(kept).ticket.work == "ready", "an advisor's approval is waited for"
    assert house.refunded(kept) == {}

    shifted = {id: house.charged[id] for id in wrong}
    progress = house.takes_back(since)
    assert (progress.acts, progress.undone, progress.failed, progress.finished) == (len(wrong), len(wrong), (), True)
    after = house.books()
    fresh = after.payments.keys() - before.payments.keys()
    assert len(fresh) == 2 * (len(shifted) + 1), "only what customers paid meanwhile is new"
    assert after._replace(payments={n: p for n, p in after.payments.items() if n not in fresh}) == before
    assert house.out() == house.counted_out()
    assert {house.view(id).ticket.status for id in wrong} == {"open"}
    told = house.desk.mass_undo.tell(ASKS, progress.id, progress.message)
    assert told == (len(wrong), ())
    assert house.verified()


@pytest.mark.parametrize("fault", ["refund of another payment", "another amount read back"])
def test_that_refunds_which_do_not_read_back_are_taken_back_at_once_and_bring_the_level_down(
    house: AloneHouse, fault: Fault
) -> None:
    house.grants()
    before = house.books()
    house.works.billing.fault = fault
    tickets = until_down(house)
    assert (house.level().level, house.level().how) == (2, "came_down")
    assert len(tickets) < MOST
    assert house.books().refunded == before.refunded
    assert house.out() == house.counted_out()
    for id in tickets:
        view = house.view(id)
        assert view.ticket.work == "returned"
        assert "its record does not show it" in (view.proposal.why if view.proposal else "")
        assert not any(one.sender == "copilot" for one in view.messages), "nothing was said to be done"
    assert house.verified()


def test_that_the_stages_of_the_soak_hold_for_a_few_tickets(house: AloneHouse) -> None:
    """`make soak` puts thousands through them, from the first case on."""
    house.grants()
    soak = Soak(house)
    soak.alone(12)
    soak.undo(soak.fault(MOST))
    soak.afterwards(3)
    told = soak.figures
    assert told["alone.tickets"] == 12
    assert told["alone.reviewed"] == told["alone.alone"]
    assert 2 <= told["fault.acts_until_down"] < MOST
    assert told["undo.taken_back"] == told["undo.told"] == told["fault.acts_until_down"]
    assert told["undo.money_back"] == told["fault.money_out_alone"]
    assert {told[f"{stage}.audit_verified"] for stage in ("alone", "fault", "undo", "afterwards")} == {1}
    assert {told[f"{stage}.ledger_difference"] for stage in ("alone", "fault", "undo", "afterwards")} == {0.0}
