"""The levers of the Autonomy page, over the real desk: asked by one, granted by another, lowered at once, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import EVERYTHING, EvidenceCase, Money, Perimeter, Role, TaskTypeName, TicketId
from cx_core.settings import Settings
from cx_core.views.level_views import (
    DryRun,
    KeptBack,
    LevelSet,
    LevelView,
    PersonsWanted,
    RaiseProposal,
    WrongCase,
)
from pages.parts.governance.dry_run import in_words
from tests.pages.pressing import served, shown
from tests.signed_in import someone, token

FAQS = TaskTypeName("general_question")
CALLBACK = TaskTypeName("callback")
ASK = "FormSubmitter:dry-run-form-Ask for level 3 with these limits"
WHY = "The articles were gone through"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def opened(desk: Desk, role: Role) -> AppTest:
    return shown("autonomy", token(desk, role))


def moved(at: AppTest, level: int, why: str) -> None:
    """The lever is set for general questions, and its button pressed."""
    at.selectbox(key="level-type").select(FAQS).run()
    at.selectbox(key="level-to").select(level).run()
    at.text_input(key="level-reason").input(why).run()
    pressed(at, "level-ask" if level == 1 else "level-set")


def pressed(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def papers(at: AppTest) -> str:
    return "\n".join(json.dumps(json.loads(one.proto.json)) for one in at.get("bidi_component"))


def stands(desk: Desk) -> LevelView:
    return next(one for one in desk.autonomy_levels.levels(someone(desk, Role.ADMINISTRATOR)) if one.task_type == FAQS)


def row(at: AppTest) -> dict[str, str]:
    table = at.dataframe[0].value
    return {str(name): str(value) for name, value in table[table["Task type"] == stands_title(at)].iloc[0].items()}


def stands_title(at: AppTest) -> str:
    return next(option for option in at.selectbox(key="level-type").options if "question" in option.lower())


def test_that_one_asks_and_another_grants(desk: Desk) -> None:
    asker = opened(desk, Role.SUPERVISOR)
    moved(asker, 1, WHY)
    assert "Nothing changes until another supervisor or administrator grants it" in papers(asker)
    assert (stands(desk).level, stands(desk).waiting is not None) == (2, True)
    assert not [one for one in asker.button if str(one.key).startswith("grant-")], "nobody grants what they asked for"
    granter = opened(desk, Role.ADMINISTRATOR)
    assert WHY in papers(granter)
    pressed(granter, f"grant-{FAQS}")
    assert "Granted. It applies from the next ticket." in papers(granter)
    assert (stands(desk).level, stands(desk).how, stands(desk).waiting) == (1, "granted", None)
    assert opened(desk, Role.ADMINISTRATOR).dataframe[0].value["Task type"].iloc[0] == stands_title(granter)
    told = row(opened(desk, Role.SUPERVISOR))
    assert (told["Level"], told["Why"]) == ("1 · FAQ, granted, not earned", WHY)


def test_that_what_was_asked_for_is_withdrawn(desk: Desk) -> None:
    asker = opened(desk, Role.SUPERVISOR)
    moved(asker, 1, WHY)
    pressed(asker, f"withdraw-{FAQS}")
    assert (stands(desk).level, stands(desk).waiting) == (2, None)
    assert "Withdrawn." in papers(asker)


def test_that_a_grant_of_what_has_moved_on_changes_nothing(desk: Desk) -> None:
    """Two pages are open: on one it is withdrawn and asked for anew, with another reason."""
    asker = opened(desk, Role.SUPERVISOR)
    moved(asker, 1, WHY)
    granter = opened(desk, Role.ADMINISTRATOR)
    pressed(asker, f"withdraw-{FAQS}")
    moved(asker, 1, "Another reason")
    pressed(granter, f"grant-{FAQS}")
    assert "Somebody has changed this level in the meantime" in papers(granter)
    assert stands(desk).level == 2


def test_that_one_person_lowers_it_at_once(desk: Desk) -> None:
    moved(opened(desk, Role.SUPERVISOR), 1, WHY)
    pressed(opened(desk, Role.ADMINISTRATOR), f"grant-{FAQS}")
    at = opened(desk, Role.SUPERVISOR)
    moved(at, 0, "A wrong answer left")
    assert "It applies from the next ticket" in papers(at)
    assert (stands(desk).level, stands(desk).how, stands(desk).reason) == (0, "set", "A wrong answer left")
    assert row(at)["Level"] == "0 · manual, set by a person"


@pytest.mark.parametrize("level", [0, 1])
def test_that_nothing_moves_without_a_reason(desk: Desk, level: int) -> None:
    at = opened(desk, Role.SUPERVISOR)
    moved(at, level, "  ")
    assert "Say why" in papers(at)
    assert (stands(desk).level, stands(desk).waiting) == (2, None)


def test_that_matters_for_people_cannot_be_chosen(desk: Desk) -> None:
    offered = set(opened(desk, Role.SUPERVISOR).selectbox(key="level-type").options)
    people = {one.title for one in desk.autonomy_levels.levels(someone(desk, Role.ADMINISTRATOR)) if one.people_only}
    assert people
    assert not people & offered


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.EDITOR])
def test_that_a_role_lost_meanwhile_moves_nothing(desk: Desk, role: Role) -> None:
    """The levers are on the screen of somebody who by now is an advisor or editor."""
    at = opened(desk, Role.SUPERVISOR)
    at.selectbox(key="level-type").select(FAQS).run()
    at.selectbox(key="level-to").select(0).run()
    at.text_input(key="level-reason").input(WHY)
    at.user = {"session": token(desk, role)}
    at.button(key="level-set").click().run()
    assert not at.exception
    assert stands(desk).level == 2
    assert not [one for one in at.button if one.key == "level-set"]


def test_that_a_stop_shows_beside_the_level(desk: Desk) -> None:
    at = opened(desk, Role.SUPERVISOR)
    at.selectbox(key="stop-name").select(FAQS)
    pressed(at, "stop-open")
    at.text_input(key="stop-reason").input("A price is wrong online")
    pressed(at, "stop-now")
    assert row(at)["State"] == "stopped"
    assert "State" in at.dataframe[0].proto.column_order
    pressed(at, f"resume-{FAQS}")
    assert row(at)["State"] == "on"
    assert "State" not in at.dataframe[0].proto.column_order, "it would say nothing"


def test_that_after_a_stop_and_a_resume_the_choice_is_what_it_was(desk: Desk) -> None:
    """In an emergency whatever is chosen is what gets stopped."""
    at = opened(desk, Role.SUPERVISOR)
    assert at.selectbox(key="stop-name").value == EVERYTHING
    pressed(at, "stop-open")
    at.text_input(key="stop-reason").input("A price is wrong online")
    pressed(at, "stop-now")
    assert at.selectbox(key="stop-name").value == EVERYTHING
    assert at.button(key="stop-open").disabled, "it is stopped already"
    pressed(at, f"resume-{EVERYTHING}")
    assert at.selectbox(key="stop-name").value == EVERYTHING
    assert not at.button(key="stop-open").disabled
    assert set(at.selectbox(key="stop-name").options) >= {"Everything", "Call me back"}


def test_that_the_first_line_says_what_is_done_alone_now(desk: Desk) -> None:
    at = opened(desk, Role.SUPERVISOR)
    assert "Nothing is done alone now." in papers(at)
    moved(at, 1, WHY)
    pressed(opened(desk, Role.ADMINISTRATOR), f"grant-{FAQS}")
    at = opened(desk, Role.SUPERVISOR)
    kinds = len(desk.autonomy_levels.levels(someone(desk, Role.SUPERVISOR)))
    said = papers(at)
    assert f"1 of {kinds} task types acts alone: {stands_title(at)}." in said
    assert "Today: 0 done alone, 0 reviewed, 0 wrong." in said
    assert desk.kill_switches.stop(someone(desk, Role.SUPERVISOR), FAQS, "A price is wrong online") is None
    said = papers(opened(desk, Role.SUPERVISOR))
    assert f"Nothing is done alone now. Stopped or paused: {stands_title(at)}." in said
    assert desk.kill_switches.stop(someone(desk, Role.SUPERVISOR), EVERYTHING, "A price is wrong online") is None
    assert "Nothing is done alone now: everything is stopped." in papers(opened(desk, Role.SUPERVISOR))


def test_that_no_level_is_offered_that_nobody_can_grant(desk: Desk) -> None:
    at = opened(desk, Role.SUPERVISOR)
    assert set(at.dataframe[0].value["Up to"]) <= {"0", "1", "2", "3"}
    assert "ceiling 4 (not available yet: up to 3)" in papers(at)


def test_that_a_refusal_is_shown_to_whoever_asked(desk: Desk) -> None:
    moved(opened(desk, Role.SUPERVISOR), 1, WHY)
    lead = opened(desk, Role.ADMINISTRATOR)
    assert lead.button(key=f"withdraw-{FAQS}").label == "Refuse"
    pressed(lead, f"withdraw-{FAQS}")
    assert "Declined. The person who asked will see this here." in papers(lead)
    assert "was refused by" in papers(opened(desk, Role.SUPERVISOR))


def test_that_evidence_is_pictured_and_said_in_words(desk: Desk) -> None:
    at = opened(desk, Role.SUPERVISOR)
    assert "No task type has shown anything yet" in papers(at)
    answered = datetime.now(UTC) - timedelta(days=10)
    with desk.autonomy_levels._store.begin() as unit:
        for number in range(3):
            unit.trials.put(
                EvidenceCase(
                    ticket=TicketId(f"T-{number}"),
                    version=1,
                    task_type=FAQS,
                    customer=f"C-{number}",
                    at=answered,
                    differences=("no reply was sent",) if number == 0 else (),
                    basis="one",
                )
            )
    at = opened(desk, Role.SUPERVISOR)
    assert "3 cases, 1 wrong. That rules out no error rate yet; level 3 asks for 5 %." in papers(at)
    assert "In 3 the advisor saw the proposal before answering" in papers(at)
    assert [str(one) for one in at.dataframe[1].value["Against it"]] == ["no reply was sent"]
    assert row(at)["Evidence"] == "3 cases, 1 wrong"
    pressed(at, "FormSubmitter:dry-run-form-Try them")
    assert "In the last 28 days no proposal was answered that was complete and sure." in papers(at)
    at.multiselect(key="limit-tiers").set_value([])
    pressed(at, "FormSubmitter:dry-run-form-Try them")
    assert "Choose at least one tier and one channel" in papers(at)


def test_that_a_dry_run_is_said_in_words() -> None:
    run = DryRun(
        days=28,
        cases=9,
        alone=5,
        differently=(WrongCase(ticket=TicketId("T-1"), at=datetime.now(UTC), why=("no reply was sent",)),),
        money=Money(minor=124_000, currency="GBP"),
        kept_back=(KeptBack(why="it is outside opening hours", cases=3),),
        caught=1,
        lost=1,
        tiers=("standard",),
    )
    assert in_words(run) == (
        "Of 9 cases 5 would have gone alone, 1 of them differently from the advisor; £1240.00 moved. "
        "3 would have gone to a person, who did otherwise in 1. Of 1 case too little was kept to say."
    )


def test_that_level_three_is_asked_for_with_its_limits_which_the_granter_sees(desk: Desk) -> None:
    with desk._store.begin() as unit:
        made = EvidenceCase(
            ticket=TicketId("T-1"), version=1, task_type=CALLBACK, customer="C", at=datetime.now(UTC), basis="one"
        )
        unit.trials.put(made)
    asker = opened(desk, Role.SUPERVISOR)
    pressed(asker, ASK)
    assert "Say why" in papers(asker)
    assert asker.multiselect(key="limit-tiers").options == ["standard", "plus", "vip"]
    asker.text_input(key="dry-reason").input("Four weeks without an error")
    asker.number_input(key="limit-share").set_value(10)
    pressed(asker, ASK)
    granter = opened(desk, Role.ADMINISTRATOR)
    assert "no money out; standard customers; by email; in opening hours" in papers(granter)
    assert "10 % of customers" in papers(granter)
    assert "The evidence does not suffice yet" in papers(granter)
    pressed(granter, f"grant-{CALLBACK}")
    first = opened(desk, Role.SUPERVISOR).dataframe[0].value.iloc[0]
    assert first["Level"] == "3 · supervised, granted, not earned"
    assert "10 % of customers" in first["Limits"]


def test_that_how_often_a_person_is_asked_for_is_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = (PersonsWanted(task_type=CALLBACK, answers=12, wanted=3),)
    monkeypatch.setattr(desk.autonomy_levels, "persons_wanted", lambda _person: counted)
    at = opened(desk, Role.SUPERVISOR)
    assert "Asked for a person after an automatic answer, last 28 days: " in papers(at)
    assert "3 of 12 (25 %)" in papers(at)


def test_that_level_three_is_asked_for_where_there_is_no_evidence_at_all(desk: Desk) -> None:
    asker = opened(desk, Role.SUPERVISOR)
    asker.selectbox(key="level-type").select(FAQS).run()
    asker.selectbox(key="level-to").select(3).run()
    assert any("as granted, not earned" in one.value for one in asker.caption)
    asker.multiselect(key="grant-limit-channels").set_value([])
    asker.text_input(key="level-reason").input(WHY).run()
    pressed(asker, "level-ask")
    assert "Choose at least one tier and one channel" in papers(asker)
    asker.multiselect(key="grant-limit-channels").set_value(["chat"])
    asker.number_input(key="grant-limit-share").set_value(5)
    pressed(asker, "level-ask")
    granter = opened(desk, Role.ADMINISTRATOR)
    assert "by chat; in opening hours" in papers(granter)
    assert "everything it does alone is reviewed until it is" in papers(granter)
    pressed(granter, f"grant-{FAQS}")
    assert (stands(desk).level, stands(desk).how) == (3, "granted")
    assert row(opened(desk, Role.SUPERVISOR))["Level"].endswith(", granted, not earned")


def proposal(*, simulated: bool = False) -> RaiseProposal:
    run = DryRun(
        days=28, cases=9, alone=5, differently=(), money=Money(minor=0), kept_back=(), caught=0, lost=0, tiers=()
    )
    return RaiseProposal(
        task_type=FAQS,
        at=datetime.now(UTC),
        cases=84,
        wrong=0,
        error_at_most=0.041,
        limits=Perimeter(channels=("chat",)),
        dry_run=run,
        simulated=simulated,
    )


def test_that_what_rung_proposes_is_asked_for_or_put_off(desk: Desk) -> None:
    with desk._store.begin() as unit:
        unit.levels.put_raise(proposal())
    at = opened(desk, Role.SUPERVISOR)
    assert "84 cases, none wrong: an error rate above 5 % is ruled out." in papers(at)
    assert "Of 9 cases 5 would have gone alone" in papers(at)
    pressed(at, f"raise-off-{FAQS}")
    assert "Say why" in papers(at)
    at.text_input(key=f"raise-why-{FAQS}").input("After the holidays")
    pressed(at, f"raise-off-{FAQS}")
    assert "Put off. It is proposed again in two weeks" in papers(at)
    assert "After the holidays" in papers(at)
    with desk._store.begin() as unit:
        unit.levels.put_raise(proposal())
    at = opened(desk, Role.SUPERVISOR)
    at.text_input(key=f"raise-why-{FAQS}").input(WHY)
    pressed(at, f"raise-ask-{FAQS}")
    waiting = stands(desk).waiting
    assert waiting is not None
    assert (waiting.level, waiting.reason, waiting.perimeter) == (3, WHY, Perimeter(channels=("chat",)))


def test_that_a_simulated_past_stands_beside_the_real_level_and_offers_no_button(desk: Desk) -> None:
    earned = LevelSet(
        task_type=FAQS,
        level=3,
        how="earned",
        reason=WHY,
        at=datetime(2026, 10, 12, 9, tzinfo=UTC),
        perimeter=Perimeter(),
    )
    with desk._store.begin() as unit:
        unit.levels.put_decision(earned, simulated=True)
        unit.levels.put_raise(proposal(simulated=True))
    at = opened(desk, Role.SUPERVISOR)
    told = row(at)
    assert (told["Level"], told["Simulated past"]) == ("2 · copilot", "earned 3, 12 Oct")
    assert "In the simulated past: level 3, earned on 12 October" in papers(at)
    assert "None of it ever happened" in papers(at)
    assert not [one for one in at.button if str(one.key).startswith("raise-")]
