"""Thousands of tickets through a level that is earned, used, reviewed, brought down and taken back: figures per stage.

`python -m tests.alone.soak --tickets 5000 [--json FILE]`, on shipped policies and the sandbox, with a scripted reading
and a clock of its own. It ends in an error where something is not as it must be.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import NamedTuple

from bench.figures import Figures, keep, machine, table
from cx_core.records import TicketId
from cx_core.views import Refusal
from tests.alone.billing import add_payers
from tests.alone.house import ADVISOR, ASKS, GRANTS, NAME, WORDS, AloneHouse
from tests.conftest import MONDAY, SetClock
from tests.scripted import furnish

SEED = 18
A_DAY = 40
PAYERS = 1_000
"""Many enough that nobody is charged twice again within a week."""

LEFT = 100
"""Tickets kept for the fault and what comes after it, at most; a tenth of few."""


class Other(NamedTuple):
    """A ticket that a person gets: up to which throw of the dice, and how it differs. `minor` 0: as the others."""

    most: float
    words: str = WORDS
    minor: int = 0
    identity: int = 2


OTHERS = (
    Other(0.06, minor=7_200),
    Other(0.10, identity=1),
    Other(0.14, f"{WORDS} Put me through to a PERSON."),
    Other(0.17, f"{WORDS} And I can't be home on that day."),
    Other(0.20, f"{WORDS} This is a disgrace!!"),
)


class Soak:
    """One run. Each stage adds its figures under its own name."""

    def __init__(self, house: AloneHouse, a_day: int = A_DAY) -> None:
        self.house, self._a_day = house, a_day
        self._dice = random.Random(SEED)
        self._today = 0
        self.figures: Figures = {}

    # --- the stages -------------------------------------------------------------------------

    def earning(self) -> None:
        """Advisors answer first, in every ticket, until the cases are enough; then two people grant the level."""
        house = self.house
        assert house.desk.autonomy_levels.set_blind(GRANTS, NAME, 100) is None
        with self._stage("earning"):
            while not ((seen := house.level().evidence) and seen.earned):
                for _ in range(5):
                    self._ticket()
        assert house.desk.autonomy_levels.set_blind(GRANTS, NAME, 0) is None
        self.figures |= {"earning.cases": seen.cases, "earning.error_at_most": seen.error_at_most}
        assert house.grants().how == "earned"

    def alone(self, tickets: int) -> None:
        """It acts inside its limits; reviewers look once a day."""
        with self._stage("alone"):
            for _ in range(tickets):
                self._ticket()
            self._evening()
        wrong = [one.ticket for one in self.house.cases() if not self.house.is_right(one.ticket)]
        assert wrong == [], wrong
        assert self.house.level().level == 3, self.house.incidents()

    def fault(self, most: int) -> datetime:
        """Billing names wrong payments; customers write every 20 seconds, and reviewers look after every fifth."""
        house = self.house
        house.works.billing.fault = "wrong payment named"
        self._next_day()
        since, before, seen = house.clock(), len(house.cases()), self._looked()
        with self._stage("fault"):
            for number in range(most):
                house.clock.forward(seconds=20)
                self._writes()
                if number % 5 == 4:
                    house.reviews()
                    house.desk.take_up()
                if house.level().level != 3:
                    break
        assert house.level().how == "came_down", "the fault was not noticed"
        self.figures["fault.acts_until_down"] = len(house.cases()) - before
        self.figures["fault.reviewed_until_down"] = self._looked()[0] - seen[0]
        return since

    def undo(self, since: datetime) -> None:
        """All that was done since then is taken back together, and the customers are told."""
        house = self.house
        out = house.out()
        with self._stage("undo"):
            progress = house.takes_back(since)
            told = house.desk.mass_undo.tell(ASKS, progress.id, progress.message)
        assert not isinstance(told, Refusal), told
        wrong = [one.ticket for one in house.cases() if one.at >= since and not house.is_right(one.ticket)]
        self.figures |= {
            "undo.acts": progress.acts,
            "undo.taken_back": progress.undone,
            "undo.failed": len(progress.failed),
            "undo.money_back": _money(out - house.out()),
            "undo.told": told[0],
            "undo.wrong_left": len(wrong),
        }

    def afterwards(self, tickets: int) -> None:
        """Billing is mended; nothing goes alone until it is earned once more."""
        self.house.works.billing.fault = ""
        before = len(self.house.cases())
        with self._stage("afterwards"):
            for _ in range(tickets):
                self._ticket()
            self._evening()
        assert len(self.house.cases()) == before

    # --- a day ------------------------------------------------------------------------------

    def _ticket(self) -> None:
        if self._today == self._a_day:
            self._evening()
            self._next_day()
        self._today += 1
        self.house.clock.forward(minutes=10)
        ticket = self._writes()
        if self.house.view(ticket).first_answer:
            self.house.answers_first(ticket)

    def _writes(self) -> TicketId:
        luck, minor = self._dice.random(), self._dice.randrange(300, 1_500)
        how = next((one for one in OTHERS if luck < one.most), Other(1.0))
        return self.house.writes(how.minor or minor, how.words, identity=how.identity)

    def _evening(self) -> None:
        """What waits for a person is answered by one, and what was done alone is looked at."""
        house = self.house
        for ticket in house.waiting():
            if isinstance(house.approves(ticket), Refusal):
                version = house.view(ticket).ticket.version
                assert not isinstance(house.desk.approvals.reject(ADVISOR, ticket, version, "Not like that"), Refusal)
        house.desk.take_up()
        house.reviews()

    def _next_day(self) -> None:
        self._today = 0
        clock = self.house.clock
        clock.now = datetime.combine(clock.now.date() + timedelta(days=1), hour(9), clock.now.tzinfo)
        while clock.now.weekday() > 4 or f"{clock.now:%m-%d}" in ("12-25", "12-26", "01-01"):
            clock.forward(days=1)

    # --- figures ----------------------------------------------------------------------------

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        house, began = self.house, time.perf_counter()
        tickets, cases, seen, out = len(house.charged), house.cases(), self._looked(), house.out()
        yield
        ours = len(house.charged) - tickets
        seconds = time.perf_counter() - began
        self.figures |= {
            f"{name}.tickets": ours,
            f"{name}.alone": len(house.cases()) - len(cases),
            f"{name}.money_out_alone": _money(sum(one.amount for one in house.cases()[len(cases) :])),
            f"{name}.reviewed": self._looked()[0] - seen[0],
            f"{name}.wrong_found": self._looked()[1] - seen[1],
            f"{name}.money_out_in_all": _money(house.out() - out),
            f"{name}.ledger_difference": _money(abs(house.out() - house.counted_out())),
            f"{name}.audit_verified": int(house.verified()),
            f"{name}.seconds": round(seconds, 1),
        }
        assert house.out() == house.counted_out()
        assert self.figures[f"{name}.audit_verified"]

    def _looked(self) -> tuple[int, int]:
        """Cases that were reviewed, and those of them in which somebody found an error."""
        with self.house.works.store.look() as unit:
            reviews = unit.reviews.reviews()
        wrong = {(one.ticket, one.version) for one in reviews if one.card.wrong}
        return len({(one.ticket, one.version) for one in reviews}), len(wrong)


def _money(minor: int) -> float:
    return round(minor / 100, 2)


def run(house: AloneHouse, tickets: int) -> Figures:
    """Put so many tickets through all stages."""
    add_payers(house.works.fernline, house.clock, PAYERS)
    house.find_payers()
    soak, left = Soak(house), min(LEFT, tickets // 10)
    soak.earning()
    soak.alone(max(0, tickets - len(house.charged) - left))
    soak.undo(soak.fault(left))
    soak.afterwards(max(0, tickets - len(house.charged)))
    return soak.figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.alone.soak", description=__doc__)
    parser.add_argument(
        "--tickets", type=int, default=5_000, help="in all (5000); some 400 are needed to earn the level"
    )
    parser.add_argument("--json", type=Path, default=None, help="write the figures here as one flat JSON object")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clock = SetClock(MONDAY)
        furnish(Path(folder) / "made", clock)
        with closing(AloneHouse.on_copy(Path(folder) / "made", Path(folder) / "data", clock)) as house:
            figures = run(house, given.tickets)
    sys.stdout.write(table(f"soak ({machine()})", figures) + "\n")
    if given.json:
        keep(figures, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
