"""A task type at level 3 acts alone inside the limits that were decided, and nowhere else."""

from __future__ import annotations

import pytest

from cx_core.records import MessageId, Perimeter, PersonId, TaskTypeName, TicketId
from cx_core.service_rules.levels_in_force import Levels
from cx_core.views.level_views import LevelSet
from tests.conftest import SetClock
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks, letter

NAME, ASKS = TaskTypeName("callback"), "Please ring me about my plan."
WIDE = Perimeter(tiers=("standard", "plus"), share=100, any_hour=True)


def set_at(
    works: InlineWorks, level: int, perimeter: Perimeter | None, *, mark: str = "", name: TaskTypeName = NAME
) -> None:
    """Decided here; `mark`: written into the database by somebody else."""
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    one = LevelSet(
        task_type=name, level=level, how="granted", at=works.clock(), person=PersonId("two"), perimeter=perimeter
    )
    with works.store.begin() as unit:
        unit.levels.put(one.replace(mark=mark) if mark else levels.marked(unit, one))


def calls(hand: Hand) -> int:
    return len(hand.read("callbacks", customer="C-7"))


def ticket(hand: Hand, works: InlineWorks) -> TicketId:
    given = letter(ASKS, works.clock, id="alone", sender=LENA)
    return hand.desk.inbound_messages.receive(given.replace(identity=2))


def test_that_inside_its_limits_it_acts_verifies_and_answers_without_a_person(hand: Hand, works: InlineWorks) -> None:
    set_at(works, 3, WIDE)
    id = ticket(hand, works)
    assert hand.outcome(id).status == "done"
    assert calls(hand) == 1
    assert len(hand.sent()) == 1
    view = hand.view(id)
    assert view.proposal is not None
    assert view.proposal.route == "act"
    assert view.ticket.work == "done"


def test_that_what_leaves_nothing_to_take_back_goes_without_a_yes(hand: Hand, works: InlineWorks) -> None:
    set_at(works, 3, WIDE, name=TaskTypeName("invoice_copy"))
    given = letter(COPY, works.clock, id="copy", sender=LENA)
    id = hand.desk.inbound_messages.receive(given.replace(identity=2))
    assert hand.outcome(id).status == "done"
    [sent] = hand.sent()
    assert "We've sent invoice I-21" in sent


@pytest.mark.parametrize(
    ("perimeter", "says"),
    [
        (None, "nobody has set any"),
        (WIDE.replace(channels=("chat",)), "what comes by email is for people"),
        (WIDE.replace(tiers=("standard",)), "customers of the tier “plus” are for people"),
    ],
)
def test_that_beyond_a_limit_a_person_gets_it_and_reads_why(
    hand: Hand, works: InlineWorks, perimeter: Perimeter | None, says: str
) -> None:
    set_at(works, 3, perimeter)
    view = hand.view(ticket(hand, works))
    assert calls(hand) == 0
    assert hand.sent() == []
    assert view.proposal is not None
    assert view.proposal.route == "advisor"
    assert says in view.proposal.why


def test_that_limits_which_change_before_the_act_hold_at_the_act(hand: Hand, works: InlineWorks) -> None:
    set_at(works, 3, WIDE)
    works.work.held = True
    id = ticket(hand, works)
    set_at(works, 3, WIDE.replace(channels=("chat",)))
    works.work.release()
    assert calls(hand) == 0
    assert hand.sent() == []
    assert hand.view(id).ticket.work != "done"


def test_that_limits_which_nobody_decided_here_let_nothing_happen(hand: Hand, works: InlineWorks) -> None:
    set_at(works, 3, WIDE.replace(tiers=("standard",)))
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    with works.store.begin() as unit:
        real = unit.levels.get(NAME)
        assert real is not None
        unit.levels.put(real.replace(perimeter=WIDE))
    assert levels.perimeters() == {}
    assert levels.now()[NAME] == 0
    assert calls(hand) == 0
    assert hand.view(ticket(hand, works)).ticket.work != "done"
    assert calls(hand) == 0


def test_that_the_three_questions_are_answered_each_for_itself(hand: Hand, works: InlineWorks) -> None:
    assert hand.view(ticket(hand, works)).alone == (), "below the level nobody asks"
    set_at(works, 3, WIDE.replace(channels=("chat",)))
    given = letter(ASKS, works.clock, id="kept back", sender=MARIA)
    id = hand.desk.inbound_messages.receive(given.replace(identity=2))
    now, permitted, earned = hand.view(id).alone
    assert (now.why_not, earned.why_not) == ("", "")
    assert "what comes by email is for people" in permitted.why_not
    assert hand.desk.kill_switches.stop(SAM, NAME, "A pause") is None
    assert hand.view(id).alone[0].why_not == "it is stopped"


def test_that_it_is_counted_how_often_a_person_is_asked_for_afterwards(
    hand: Hand, works: InlineWorks, clock: SetClock
) -> None:
    set_at(works, 3, WIDE)
    for number, after in enumerate(("A PERSON please", "Thanks!")):
        given = letter(ASKS, works.clock, id=f"a{number}", sender=(LENA, MARIA)[number], thread=f"t{number}")
        hand.desk.inbound_messages.receive(given.replace(identity=2))
        clock.forward(minutes=5)
        hand.desk.inbound_messages.receive(given.replace(id=MessageId(f"b{number}"), text=after))
        clock.forward(days=1)
    (counted,) = hand.desk.autonomy_levels.persons_wanted(SAM)
    assert (counted.task_type, counted.answers, counted.wanted) == (NAME, 2, 1)
    clock.forward(days=28)
    assert hand.desk.autonomy_levels.persons_wanted(SAM) == ()
