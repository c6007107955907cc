"""What was done without a person is taken back together: shown first, done once, told to whom it concerns."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cx_core.errors import NotAllowed
from cx_core.knowledge_base.articles import PassageUse
from cx_core.records import ArticleId, Perimeter, Person, Role, TaskTypeName, TicketId, UndoScope
from cx_core.service_rules.levels_in_force import Levels
from cx_core.views import Refusal
from cx_core.views.level_views import LevelSet
from tests.scripted import LENA, MARIA, SAM, TOM, Hand, InlineWorks, letter, person

ADA, ADVISOR = person(Role.ADMINISTRATOR, "Ada"), person(Role.ADVISOR, "Ines")
CALLBACK = TaskTypeName("callback")
WIDE = Perimeter(tiers=("standard", "plus", "vip"), share=100, any_hour=True, identity=0)


@pytest.fixture
def done(hand: Hand, works: InlineWorks) -> tuple[TicketId, ...]:
    """Three calls arranged without a person."""
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    one = LevelSet(task_type=CALLBACK, level=3, how="granted", at=works.clock(), person=ADA.id, perimeter=WIDE)
    with works.store.begin() as unit:
        unit.levels.put(levels.marked(unit, one))
    made = []
    for number, sender in enumerate((LENA, MARIA, TOM)):
        given = letter("Please ring me about my plan.", works.clock, id=f"n{number}", sender=sender)
        made.append(hand.desk.inbound_messages.receive(given.replace(identity=2)))
    return tuple(made)


def all_of(works: InlineWorks, **more: object) -> UndoScope:
    since: datetime = works.clock() - timedelta(hours=1)
    return UndoScope.model_validate({"task_type": CALLBACK, "since": since, **more})


def supervisor(hand: Hand) -> Person:
    known = next(one for one in hand.works.accounts.people() if one.role is Role.SUPERVISOR)
    return SAM.replace(id=known.id, name=known.name)


def test_that_what_would_be_reached_is_shown_and_nothing_is_changed(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    reach = hand.desk.mass_undo.reach(SAM, all_of(works))
    assert (len(reach.acts), reach.can, reach.tickets) == (3, 3, 3)
    assert hand.desk.mass_undo.reach(SAM, all_of(works, policy="another")).acts == ()
    later = all_of(works).replace(since=works.clock() + timedelta(hours=1))
    assert hand.desk.mass_undo.reach(SAM, later).acts == ()
    assert hand.outcome(done[0]).status == "done"
    with pytest.raises(NotAllowed):
        hand.desk.mass_undo.reach(ADVISOR, all_of(works))


def test_that_all_of_it_is_taken_back_once_and_each_ticket_goes_to_a_person(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    lead = supervisor(hand)
    assert isinstance(hand.desk.mass_undo.start(lead, all_of(works), " "), Refusal)
    assert hand.desk.mass_undo.start(lead, all_of(works), "The wrong number was rung") is None
    hand.desk.mass_undo.go_on()
    hand.desk.mass_undo.go_on()
    (progress,) = hand.desk.mass_undo.progress(ADA)
    assert (progress.acts, progress.undone, progress.failed, progress.finished) == (3, 3, (), True)
    assert [hand.outcome(id).status for id in done] == ["undone"] * 3
    assert [hand.view(id).ticket.status for id in done] == ["open"] * 3
    assert isinstance(hand.desk.mass_undo.start(lead, all_of(works), "Again"), Refusal)


def test_that_a_batch_that_was_interrupted_goes_on(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    lead, undo, calls = supervisor(hand), hand.desk.approvals.take_step_back, []

    def until_the_second(*given: object) -> object:
        calls.append(given)
        if len(calls) == 2:
            raise Killed
        return undo(*given)  # type: ignore[arg-type]

    assert hand.desk.mass_undo.start(lead, all_of(works), "The wrong number was rung") is None
    monkeypatch.setattr(hand.desk.approvals, "take_step_back", until_the_second)
    with pytest.raises(Killed):
        hand.desk.mass_undo.go_on()
    (progress,) = hand.desk.mass_undo.progress(ADA)
    assert (progress.undone, progress.finished) == (1, False)
    hand.desk.mass_undo.go_on()
    (progress,) = hand.desk.mass_undo.progress(ADA)
    assert (progress.undone, progress.finished, len(calls)) == (3, True, 4)


def test_that_whoever_may_not_any_more_takes_nothing_back(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    lead = supervisor(hand)
    assert hand.desk.mass_undo.start(lead, all_of(works), "The wrong number was rung") is None
    works.accounts.set_disabled(lead.id, True)
    hand.desk.mass_undo.go_on()
    (progress,) = hand.desk.mass_undo.progress(ADA)
    assert (progress.undone, len(progress.failed), progress.finished) == (0, 3, True)
    assert [hand.outcome(id).status for id in done] == ["done"] * 3


def test_that_those_affected_are_written_to_in_one_go_and_once(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    lead, sent = supervisor(hand), len(hand.sent())
    assert hand.desk.mass_undo.start(lead, all_of(works), "The wrong number was rung") is None
    (open_,) = hand.desk.mass_undo.progress(ADA)
    assert isinstance(hand.desk.mass_undo.tell(lead, open_.id, open_.message), Refusal), "not finished yet"
    hand.desk.mass_undo.go_on()
    (progress,) = hand.desk.mass_undo.progress(ADA)
    assert progress.untold == 3
    assert isinstance(hand.desk.mass_undo.tell(lead, progress.id, "Sorry!"), Refusal), "it names nothing"
    told = hand.desk.mass_undo.tell(lead, progress.id, progress.message)
    assert told == (3, ())
    assert len(hand.sent()) == sent + 1, "to each of them"
    assert "it was our mistake" in hand.sent()[-1]
    assert "Scheduled callback" in hand.sent()[-1]
    assert hand.desk.mass_undo.tell(lead, progress.id, progress.message) == (0, ())
    assert [hand.view(id).ticket.status for id in done] == ["open"] * 3


def test_that_acts_are_counted_and_narrowed_by_what_made_them(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    undo = hand.desk.mass_undo
    reach = undo.reach(SAM, all_of(works))
    by_kind = {one.kind: one for one in reach.made_by}
    assert set(by_kind) == {"policy", "classifier", "model"}
    assert by_kind["policy"].value == works.policies.active.version
    assert by_kind["policy"].title == "in force now"
    assert (by_kind["classifier"].value, by_kind["model"].value) == ("scripted", "embedded")
    assert {(one.acts, one.can) for one in reach.made_by} == {(3, 3)}
    for one in reach.made_by:
        narrowed = one.narrows(all_of(works))
        assert undo.reach(SAM, narrowed).can == 3
        other = one.replace(value="another").narrows(all_of(works))
        assert undo.reach(SAM, other).acts == ()
        assert undo.reach(SAM, other).made_by == reach.made_by, "the choice stays"
        assert isinstance(undo.start(supervisor(hand), other, "None of them"), Refusal)


def test_that_acts_under_another_policy_version_are_left_alone(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    """The ruling says under which policies an act went, whatever the process that proposed it began with."""
    with works.store.begin() as unit:
        proposal = unit.proposals.get(done[0], 1)
        assert proposal
        step = proposal.steps[0].id
        older = proposal.rulings[step].replace(policy_version="older")
        unit.proposals.put(proposal.replace(rulings={**proposal.rulings, step: older}))
    reach = hand.desk.mass_undo.reach(SAM, all_of(works, policy="older"))
    assert [one.ticket for one in reach.acts] == [done[0]]
    assert {(one.value, one.acts) for one in reach.made_by if one.kind == "policy"} == {
        ("older", 1),
        (works.policies.active.version, 2),
    }
    lead = supervisor(hand)
    assert hand.desk.mass_undo.start(lead, all_of(works, policy="older"), "Those policies were wrong") is None
    hand.desk.mass_undo.go_on()
    assert [hand.outcome(id).status for id in done] == ["undone", "done", "done"]


def test_that_acts_that_rested_on_a_version_of_an_article_are_taken_back_alone(
    hand: Hand, works: InlineWorks, done: tuple[TicketId, ...]
) -> None:
    """What was only found for a ticket is nothing that its act rested on."""
    article = next(iter(works.knowledge.articles))
    for id, number, kind in ((done[0], 1, "cited"), (done[1], 2, "cited"), (done[2], 1, "retrieved")):
        use = PassageUse(article=ArticleId(article), number=number, kind=kind)  # type: ignore[arg-type]
        with works.store.begin() as unit:
            unit.article_use.add_uses(hand.view(id).ticket, 1, (use,), works.clock())
    reach = hand.desk.mass_undo.reach(SAM, all_of(works))
    told = [(one.value, one.number, one.acts, bool(one.title)) for one in reach.made_by if one.kind == "article"]
    assert sorted(told) == [(article, 1, 1, True), (article, 2, 1, True)]
    any_version = hand.desk.mass_undo.reach(SAM, all_of(works, article=article))
    assert {one.ticket for one in any_version.acts} == {done[0], done[1]}
    scope = all_of(works, article=article, article_number=2)
    assert hand.desk.mass_undo.start(supervisor(hand), scope, "The article was wrong") is None
    hand.desk.mass_undo.go_on()
    assert [hand.outcome(id).status for id in done] == ["done", "undone", "done"]
