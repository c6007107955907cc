"""Rung proposes level 3 where the evidence suffices; people ask, grant or put off. A grant without it is watched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.act.notification_rules import announced
from cx_core.desk.governance import case_reviews
from cx_core.errors import NotAllowed
from cx_core.records import Incident, Role, Scorecard, TicketId
from cx_core.views import Refusal
from cx_core.views.level_views import LevelView, RaiseProposal
from tests.integration.desk.test_reviewing_what_was_done_alone import ADA, CALLBACK, WIDE, alone, granted
from tests.scripted import LENA, MARIA, SAM, Hand, InlineWorks, enrolled, letter, person

NED = person(Role.SUPERVISOR, "Ned")


@pytest.fixture(autouse=True)
def colleagues(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(hand.works, SAM, NED, ADA)
    monkeypatch.setattr(case_reviews, "TWICE", 0.0)


def earned(hand: Hand, works: InlineWorks, cases: int = 80) -> None:
    """One ticket that was answered, and as many cases like it of other customers."""
    given = letter("Please ring me about my plan.", works.clock, id="one", sender=LENA)
    hand.approve(hand.desk.inbound_messages.receive(given.replace(identity=2)))
    more(works, cases)
    works.clock.now += timedelta(days=8)  # type: ignore[attr-defined]


def more(works: InlineWorks, cases: int, begin: int = 0) -> None:
    with works.store.begin() as unit:
        first = unit.trials.of(CALLBACK)[0]
        for number in range(begin, begin + cases):
            like = {"ticket": TicketId(f"T-{number}"), "customer": f"X-{number}", "shown": False}
            unit.trials.put(first.replace(**like))


def proposed(hand: Hand) -> tuple[RaiseProposal, ...]:
    hand.desk.raise_proposals.round()
    return hand.desk.raise_proposals.open(NED)


def view(hand: Hand) -> LevelView:
    return next(one for one in hand.desk.autonomy_levels.levels(NED) if one.task_type == CALLBACK)


def kinds(works: InlineWorks) -> list[str]:
    return [one.kind for one in works.audit.events(most=500)]


def test_that_a_raise_is_proposed_once_with_limits_as_wide_as_the_cases(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works, 60)
    assert proposed(hand) == (), "not enough yet"
    more(works, 30, 60)
    (one,) = proposed(hand)
    assert (one.task_type, one.cases, one.wrong) == (CALLBACK, 91, 0)
    limits = one.limits
    assert (limits.act_most, limits.channels, limits.identity, limits.share) == (0, ("email",), 2, 10)
    assert (limits.any_hour, limits.upset) == (False, False)
    assert one.dry_run.cases == 1
    assert proposed(hand) == (one,)
    assert kinds(works).count("raise_proposed") == 1
    assert announced("raise_proposed", {"task_type": CALLBACK})
    assert hand.desk.pending_decisions.decisions_waiting(NED) == {"autonomy": 1}
    with pytest.raises(NotAllowed):
        hand.desk.raise_proposals.open(person())


def test_that_one_asks_for_it_and_another_grants_it_as_earned(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works)
    (one,) = proposed(hand)
    assert isinstance(hand.desk.raise_proposals.ask(NED, one, " "), Refusal), "a reason is needed"
    assert hand.desk.raise_proposals.ask(NED, one, "The evidence is there") is None
    assert proposed(hand) == ()
    waiting = view(hand).waiting
    assert waiting is not None
    assert waiting.perimeter == one.limits
    assert isinstance(hand.desk.autonomy_levels.grant_level(NED, CALLBACK, waiting), Refusal)
    assert hand.desk.autonomy_levels.grant_level(ADA, CALLBACK, waiting) is None
    assert (view(hand).level, view(hand).how) == (3, "earned")
    assert proposed(hand) == ()


def test_that_what_is_put_off_comes_back_after_two_weeks_or_more_cases(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works)
    (one,) = proposed(hand)
    assert isinstance(hand.desk.raise_proposals.put_off(NED, one, ""), Refusal)
    assert hand.desk.raise_proposals.put_off(NED, one, "After the holidays") is None
    (off,) = proposed(hand)
    assert off.put_off is not None
    assert (off.put_off.name, off.put_off.reason) == (NED.name, "After the holidays")
    assert hand.desk.pending_decisions.decisions_waiting(NED) == {}
    assert isinstance(hand.desk.raise_proposals.put_off(NED, off, "Again"), Refusal)
    more(works, 19, 100)
    assert proposed(hand) == (off,)
    more(works, 1, 200)
    (again,) = proposed(hand)
    assert (again.put_off, again.cases) == (None, 101)
    assert hand.desk.raise_proposals.put_off(NED, again, "Not yet") is None
    works.clock.now += timedelta(days=13)  # type: ignore[attr-defined]
    assert proposed(hand)[0].put_off is not None
    works.clock.now += timedelta(days=1)  # type: ignore[attr-defined]
    assert proposed(hand)[0].put_off is None


def test_that_what_is_put_off_stays_so_though_it_could_not_be_proposed_for_a_while(
    hand: Hand, works: InlineWorks
) -> None:
    earned(hand, works)
    (one,) = proposed(hand)
    assert hand.desk.raise_proposals.put_off(NED, one, "After the holidays") is None
    before = works.clock.now - timedelta(days=60)  # type: ignore[attr-defined]
    incident = Incident(
        id="i", task_type=CALLBACK, at=before, before=3, level=2, why="A test", reviewed=1, wrong=1, cases=()
    )
    with works.store.begin() as unit:
        unit.reviews.put_incident(incident)
    assert proposed(hand) == ()
    assert isinstance(hand.desk.raise_proposals.ask(NED, one, "All the same"), Refusal)
    assert hand.desk.coming_down.close(NED, "i", "Mended") is None
    (off,) = proposed(hand)
    assert off.put_off is not None
    assert off.put_off.reason == "After the holidays"
    assert kinds(works).count("raise_proposed") == 1
    works.clock.now += timedelta(days=14)  # type: ignore[attr-defined]
    (again,) = proposed(hand)
    assert again.put_off is None
    assert kinds(works).count("raise_proposed") == 2


def test_that_what_is_put_off_comes_back_though_the_cases_of_its_limits_are_gone(
    hand: Hand, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    earned(hand, works)
    (one,) = proposed(hand)
    assert hand.desk.raise_proposals.put_off(NED, one, "After the holidays") is None
    monkeypatch.setattr("cx_core.desk.governance.raise_proposals.planned_acts", lambda *_: None)
    works.clock.now += timedelta(days=14)  # type: ignore[attr-defined]
    (again,) = proposed(hand)
    assert (again.put_off, again.limits) == (None, one.limits)


def test_that_nothing_is_proposed_while_an_incident_is_open_or_after_a_refusal(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works)
    before = works.clock.now - timedelta(days=60)  # type: ignore[attr-defined]
    incident = Incident(
        id="i", task_type=CALLBACK, at=before, before=3, level=2, why="A test", reviewed=1, wrong=1, cases=()
    )
    with works.store.begin() as unit:
        unit.reviews.put_incident(incident)
    assert proposed(hand) == ()
    assert hand.desk.coming_down.close(NED, "i", "Mended") is None
    (one,) = proposed(hand)
    assert hand.desk.raise_proposals.ask(NED, one, "Now") is None
    assert hand.desk.autonomy_levels.withdraw_level(ADA, CALLBACK) is None
    assert proposed(hand) == (), "it was refused"
    assert isinstance(hand.desk.raise_proposals.ask(NED, one, "All the same"), Refusal)
    works.clock.now += timedelta(days=14)  # type: ignore[attr-defined]
    assert len(proposed(hand)) == 1


def test_that_what_came_down_is_not_proposed_on_what_was_before(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works)
    incident = Incident(
        id="i", task_type=CALLBACK, at=works.clock(), before=3, level=2, why="A test", reviewed=1, wrong=1, cases=()
    )
    with works.store.begin() as unit:
        unit.reviews.put_incident(incident)
    assert hand.desk.coming_down.close(NED, "i", "Mended") is None
    assert proposed(hand) == ()


def test_that_a_proposal_of_the_simulated_past_permits_nothing(hand: Hand, works: InlineWorks) -> None:
    earned(hand, works)
    (one,) = proposed(hand)
    told = one.replace(simulated=True)
    with works.store.begin() as unit:
        unit.levels.put_raise(told)
        unit.levels.drop_raise(CALLBACK)
    assert isinstance(hand.desk.raise_proposals.ask(NED, told, "It looks good"), Refusal)
    assert isinstance(hand.desk.raise_proposals.put_off(NED, told, "Later"), Refusal)
    assert view(hand).waiting is None


def test_that_a_level_granted_without_evidence_is_reviewed_in_full_until_it_is_earned(
    hand: Hand, works: InlineWorks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sampling would lower the share after one right review here."""
    from cx_core.evidence import sampling

    usual = sampling.review_plan
    monkeypatch.setattr(sampling, "review_plan", lambda strata, minutes: usual(strata, minutes, full=1))
    granted(hand, WIDE)
    for number in range(2):
        id = alone(hand, works, str(number), (LENA, MARIA)[number])
        assert hand.desk.case_reviews.review(NED, id, 1, Scorecard()) is None
        assert [one.share for one in hand.desk.case_reviews.figures(NED)] == [1.0]
    with works.store.begin() as unit:
        (level,) = [one for one in unit.levels.all() if one.task_type == CALLBACK]
        unit.levels.put(hand.desk.autonomy_levels._levels().marked(unit, level.replace(how="earned")))
    assert hand.desk.case_reviews.figures(NED)[0].share < 1


def test_that_a_granted_level_is_called_earned_once_the_evidence_is_there(hand: Hand, works: InlineWorks) -> None:
    given = letter("Please ring me about my plan.", works.clock, id="one", sender=LENA)
    hand.approve(hand.desk.inbound_messages.receive(given.replace(identity=2)))
    granted(hand, WIDE)
    hand.desk.raise_proposals.round()
    assert (view(hand).level, view(hand).how) == (3, "granted")
    more(works, 90)
    works.clock.now += timedelta(days=8)  # type: ignore[attr-defined]
    hand.desk.raise_proposals.round()
    assert (view(hand).level, view(hand).how, view(hand).perimeter) == (3, "earned", WIDE)
    assert "level_earned" in kinds(works)
