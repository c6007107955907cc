"""A house in which charged twice earns level 3: its desk, its people, customers who write in, and what it comes to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from cx_core.adapters.fernline import Fernline
from cx_core.adapters.fernline import tables as fernline
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.ports import BackOffice
from cx_core.records import (
    ActionName,
    Approval,
    AutonomousCase,
    Incident,
    MessageId,
    Perimeter,
    Role,
    Scorecard,
    TaskTypeName,
    TicketId,
    UndoScope,
    Value,
)
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal, TicketView
from cx_core.views.level_views import LevelView
from cx_core.views.undo_views import UndoProgress
from tests.alone.billing import Books, Charged, FaultyBilling, Payer, books, charge_twice, payers
from tests.conftest import SetClock
from tests.scripted import InlineWorks, enrolled, letter, person

NAME, REFUND = TaskTypeName("duplicate_charge"), ActionName("refund_payment")
LIMITS = Perimeter(
    act_most=4_999, day_most=100_000, tiers=("standard", "plus", "vip"), channels=("email",), share=100, identity=2
)
ASKS, GRANTS = person(Role.SUPERVISOR, "Nadia Lead"), person(Role.ADMINISTRATOR, "Owen Chief")
REVIEWER, SECOND = person(Role.SUPERVISOR, "Rosa Reads"), person(Role.SUPERVISOR, "Tess Twice")
ADVISOR = person(Role.ADVISOR, "Ines Answers")
PEOPLE = (ASKS, GRANTS, REVIEWER, SECOND, ADVISOR)
WORDS = "I was charged twice."


NOTHING: Mapping[str, object] = MappingProxyType({})


class AloneWorks(InlineWorks):
    """The shipped parts with a scripted reading, work done at once, and billing in which a fault can be planted."""

    def __init__(self, settings: Settings, clock: SetClock) -> None:
        super().__init__(settings, clock)

        for engine in (self.engine, self.fernline):
            sa.event.listen(engine, "connect", _quick)
            engine.dispose()

    @cached_property
    def billing(self) -> FaultyBilling:
        return FaultyBilling(Fernline(self.fernline, self.clock, self._called))

    @cached_property
    def back_office(self) -> BackOffice:
        return self.billing


def _quick(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no power cut is tested here


class AloneHouse:
    """What customers, advisors and those who lead do in it; its time goes on only when somebody says so."""

    def __init__(self, settings: Settings, clock: SetClock, tickets: int = 0) -> None:
        self.clock = clock
        self.works = AloneWorks(settings, clock)
        self.desk = open_desk(settings, clock, self.works)
        if not tickets:
            enrolled(self.works, *PEOPLE)
        self.find_payers()
        self.charged: dict[TicketId, Charged] = {}
        self._count = tickets
        self._elsewhere: dict[str, Charged] = {}

    @classmethod
    def on_copy(
        cls,
        of: Path,
        folder: Path,
        clock: SetClock,
        tickets: int = 0,
        more: Mapping[str, object] = MappingProxyType({}),
    ) -> AloneHouse:
        """On a copy of a data folder; `tickets`: that have been written in it already; `more`: settings."""
        shutil.copytree(of, folder, dirs_exist_ok=True)
        given = {"data_dir": folder, "knowledge": ROOT / "knowledge", "demo": True, "feed_seconds": 0}
        return cls(Settings.model_validate({**given, "gather_seconds": 0, "undo_seconds": 0, **more}), clock, tickets)

    def close(self) -> None:
        self.works.fernline.dispose()
        self.works.close()

    def find_payers(self) -> None:
        """Who may write in."""
        self.payers = payers(self.works.fernline)

    # --- customers and advisors -------------------------------------------------------------

    def payer(self) -> Payer:
        """The next customer in turn."""
        return self.payers[self._count % len(self.payers)]

    def writes(self, minor: int = 3_200, words: str = WORDS, *, identity: int = 2) -> TicketId:
        """The next customer is charged twice and says so."""
        payer = self.payer()
        charged = charge_twice(self.works.fernline, self.clock, payer, minor)
        self._count += 1
        given = letter(words, self.clock, id=f"charge-{self._count}", sender=payer.email)
        ticket = self.desk.inbound_messages.receive(given.model_copy(update={"identity": identity}))
        self.charged[ticket] = charged
        return ticket

    def will_write(self, id: str, minor: int = 3_200) -> Charged:
        """The next customer is charged twice; another process has them write under this id."""
        charged = charge_twice(self.works.fernline, self.clock, self.payer(), minor)
        self._count += 1
        self._elsewhere[id] = charged
        return charged

    def found_written(self) -> list[TicketId]:
        """The tickets of those who wrote in another process, in the order of `will_write`."""
        found = []
        with self.works.store.look() as unit:
            for id, charged in self._elsewhere.items():
                message = unit.tickets.message(MessageId(f"email:{id}"))
                assert message is not None, id
                self.charged[message.ticket] = charged
                found.append(message.ticket)
        return found

    def answers_first(self, ticket: TicketId) -> None:
        """An advisor says what they would do before they see the proposal, as the books have it; then they approve."""
        view, charged = self.view(ticket), self.charged[ticket]
        assert view.first_answer, view.ticket
        meant: dict[str, Value] = {"payment": charged.repeat, "amount": charged.amount}
        assert self.desk.first_answers.answer(ADVISOR, ticket, view.ticket.version, [(REFUND, meant)]) is None
        self.approves(ticket)

    def approves(self, ticket: TicketId) -> Approval | Refusal:
        """As it was drafted."""
        view = self.view(ticket)
        assert view.proposal is not None
        drafted = view.proposal.reply.text if view.proposal.reply else "A person will write."
        reply = view.draft.text if view.draft else drafted
        return self.desk.approvals.approve(ADVISOR, ticket, view.ticket.version, reply=reply)

    def waiting(self) -> list[TicketId]:
        """Tickets that wait for a person's answer."""
        with self.works.store.look() as unit:
            return [one.ticket for one in unit.open_plans.among() if one.work in ("ready", "returned")]

    def view(self, ticket: TicketId) -> TicketView:
        view = self.desk.inbox.ticket(ADVISOR, ticket)
        assert isinstance(view, TicketView)
        return view

    # --- those who lead ---------------------------------------------------------------------

    def level(self) -> LevelView:
        return next(one for one in self.desk.autonomy_levels.levels(GRANTS) if one.task_type == NAME)

    def grants(self, limits: Perimeter = LIMITS) -> LevelView:
        """One asks for level 3 with its limits, another one grants it."""
        asked = self.desk.autonomy_levels.ask_level(ASKS, NAME, 3, "It has earned it", limits)
        assert asked is None, asked
        waiting = self.level().waiting
        assert waiting is not None
        assert self.desk.autonomy_levels.grant_level(GRANTS, NAME, waiting) is None
        return self.level()

    def reviews(self) -> int:
        """Whoever reviews looks at all that waits for them, in the books; how many cases were wrong."""
        wrong = 0
        for reviewer in (REVIEWER, SECOND):
            while waiting := self.desk.case_reviews.open(reviewer).waiting:
                for item in waiting:
                    right = self.is_right(item.ticket)
                    wrong += not right
                    card = Scorecard() if right else Scorecard(right_act=False, severity="minor", note="Another one")
                    done = self.desk.case_reviews.review(reviewer, item.ticket, item.version, card)
                    assert done is None, done
        return wrong

    def is_right(self, ticket: TicketId) -> bool:
        """Whether what stands refunded for this ticket's customer is what was charged twice, and nothing else."""
        charged, given = self.charged[ticket], self.refunded(ticket)
        return given in ({charged.repeat: charged.amount.minor}, {})

    def refunded(self, ticket: TicketId) -> dict[str, int]:
        """What this ticket's own acts have given back, by payment, as their receipts say."""
        with self.works.store.look() as unit:
            outcomes = unit.proposals.outcomes(ticket).values()
        done = [one.receipt.fields for one in outcomes if one.status == "done" and one.receipt and one.action == REFUND]
        return {str(fields["payment"]): fields["amount"].minor for fields in done}  # type: ignore[union-attr]

    def takes_back(self, since: datetime, reason: str = "The wrong payments were refunded") -> UndoProgress:
        """Everything since then that was done without a person, in one batch, to its end."""
        begun = self.desk.mass_undo.start(ASKS, UndoScope(task_type=NAME, since=since), reason)
        assert begun is None, begun
        self.desk.mass_undo.go_on()
        return self.desk.mass_undo.progress(GRANTS)[0]

    # --- what it came to --------------------------------------------------------------------

    def books(self) -> Books:
        return books(self.works.fernline)

    def out(self) -> int:
        """Minor units that are given back now through Rung."""
        with self.works.fernline.connect() as connection:
            made = connection.execute(sa.select(fernline.receipt.c.before)).scalars()
            ours = {int(before["refund"]) for before in made if "refund" in before}
            c = fernline.refund.c
            refunds = connection.execute(sa.select(c.number, c.amount).where(c.status == "issued")).all()
        return sum(amount for number, amount in refunds if number in ours)

    def counted_out(self) -> int:
        """The same as Rung counts it."""
        s = tables.spending.c
        with self.works.engine.connect() as connection:
            total = sa.select(sa.func.coalesce(sa.func.sum(s.minor), 0)).where(s.state == "spent")
            return int(connection.execute(total).scalar_one())

    def cases(self) -> Sequence[AutonomousCase]:
        """What was done without a person, oldest first."""
        with self.works.store.look() as unit:
            return unit.reviews.cases()

    def incidents(self) -> tuple[Incident, ...]:
        return self.desk.coming_down.incidents(GRANTS)

    def verified(self) -> bool:
        return self.works.audit.verify().ok


def ripe(clock: SetClock) -> None:
    """Let cases become evidence; it is a weekday again at the same hour."""
    clock.now += timedelta(days=14)
