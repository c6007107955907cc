"""Policies as versions: drafted, tried, put in force by two people, noticed by every process, brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from cx_core.adapters.accounts.local_accounts import Accounts
from cx_core.adapters.policy.policy_in_force import CHECK_SECONDS, UNSEALED, Policies
from cx_core.adapters.sql import tables
from cx_core.adapters.sql.policy_rows import ActiveSets
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import BadInput, NotAllowed
from cx_core.records import Role
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from cx_core.views.policy_views import PolicySet, Replayed
from tests.conftest import SetClock
from tests.scripted import MARIA, SAM, Hand, InlineWorks, enrolled, person

OWEN, PIA = person(Role.ADMINISTRATOR, "Owen Price"), person(Role.ADMINISTRATOR, "Pia Sand")
MONEY, CASES = "4_money.cedar", "cases/4_money.yaml"
TWICE = "I was charged twice."


@pytest.fixture(autouse=True)
def administrators(works: InlineWorks) -> None:
    enrolled(works, OWEN, PIA)


def drafted(desk: Desk, name: str = "Lower") -> PolicySet:
    made = desk.policy_sets.draft_policies(OWEN, name)
    assert isinstance(made, PolicySet)
    return made


def supervised(desk: Desk) -> PolicySet:
    """A draft in which a supervisor approves above £50.00 already, with its cases."""
    made = drafted(desk)
    text = made.files[MONEY].replace("> 20000", "> 5000")
    cases = made.files[CASES].replace("amount: 20000", "amount: 5000").replace("charged: 20000", "charged: 5000")
    done = [
        desk.policy_sets.write_policy(OWEN, made.id, MONEY, text),
        desk.policy_sets.write_policy(OWEN, made.id, CASES, cases),
    ]
    assert isinstance(done[1], PolicySet)
    return done[1]


def in_force(desk: Desk, made: PolicySet) -> PolicySet:
    assert isinstance(desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen"), PolicySet)
    done = desk.policy_sets.activate_policies(PIA, made, desk.policies.in_force(PIA).version)
    assert isinstance(done, PolicySet), done
    return done


def test_that_a_draft_is_a_copy_that_says_with_file_and_line_what_is_wrong(desk: Desk) -> None:
    made = drafted(desk)
    assert made.files[MONEY] == (ROOT / "knowledge" / "policies" / MONEY).read_text("utf-8")
    tried = desk.policy_sets.try_policies(OWEN, made.files)
    assert (tried.wrong, tried.changes) == ((), ())
    broken = desk.policy_sets.try_policies(
        OWEN, made.files | {MONEY: made.files[MONEY].replace("context.charged", "context.lent")}
    )
    assert broken.wrong[0].startswith(f"{MONEY} line ")
    failing = desk.policy_sets.try_policies(OWEN, made.files | {MONEY: made.files[MONEY].replace("> 20000", "> 90000")})
    assert failing.troubles == ()
    assert failing.wrong[0].startswith(f"{CASES} line ")
    assert failing.changes == (("44", "changed"),)


def test_that_a_set_is_in_force_once_a_second_person_puts_it_there(hand: Hand) -> None:
    before = hand.view(hand.ticket(TWICE, MARIA)).cards[0].ruling
    made = supervised(hand.desk)
    assert isinstance(hand.desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen"), PolicySet)
    refused = hand.desk.policy_sets.activate_policies(OWEN, made, hand.desk.policies.in_force(OWEN).version)
    assert isinstance(refused, Refusal)
    assert hand.desk.policies.in_force(SAM).name == "As shipped"
    assert isinstance(
        hand.desk.policy_sets.activate_policies(PIA, made, hand.desk.policies.in_force(PIA).version), PolicySet
    )
    after = hand.view(hand.ticket(TWICE, MARIA)).cards[0].ruling
    assert (before.ask, after.ask) == (Role.ADVISOR, Role.SUPERVISOR)
    assert before.policy_version != after.policy_version == hand.desk.policies.in_force(SAM).version
    assert hand.desk.policies.in_force(SAM).name == made.name


@pytest.mark.parametrize(
    "change", [lambda own: own.set_disabled(OWEN.id, True), lambda own: own.set_role(OWEN.id, Role.ADVISOR)]
)
def test_that_one_who_left_is_not_one_of_two(hand: Hand, change: Callable[[Accounts], None]) -> None:
    made = hand.desk.policy_sets.ask_policies(OWEN, supervised(hand.desk), "Too much goes out unseen")
    assert isinstance(made, PolicySet)
    change(hand.works.accounts)
    refused = hand.desk.policy_sets.activate_policies(PIA, made, hand.desk.policies.in_force(PIA).version)
    assert isinstance(refused, Refusal)
    assert "no administrator any more" in refused.text
    back = hand.desk.policy_sets.withdraw_policies(PIA, made.id)
    assert isinstance(back, PolicySet)
    assert isinstance(
        hand.desk.policy_sets.ask_policies(PIA, back, "Owen has left; it is right all the same"), PolicySet
    )


def test_that_every_step_of_it_is_on_record(hand: Hand) -> None:
    in_force(hand.desk, supervised(hand.desk))
    told = [event for event in hand.works.audit.events() if event.kind.startswith("policies_")]
    assert [event.kind for event in told] == [
        "policies_drafted",
        "policies_edited",
        "policies_edited",
        "policies_asked",
        "policies_activated",
    ]
    assert told[-1].actor == PIA.id
    assert told[-1].payload is not None
    assert (told[-1].payload["asked_by"], told[-1].payload["reason"]) == (OWEN.id, "Too much goes out unseen")


def test_that_what_was_in_force_stays_and_comes_back_the_same_way(hand: Hand) -> None:
    shipped = hand.desk.policies.in_force(SAM).version
    in_force(hand.desk, supervised(hand.desk))
    kept = next(one for one in hand.desk.policy_sets.all(SAM) if one.state == "retired")
    in_force(hand.desk, kept)
    assert hand.desk.policies.in_force(SAM).version == shipped
    assert [one.state for one in hand.desk.policy_sets.all(SAM)].count("active") == 1


def test_that_what_is_broken_or_fails_its_cases_is_never_asked_for(desk: Desk) -> None:
    made = drafted(desk)
    wider = desk.policy_sets.write_policy(OWEN, made.id, MONEY, made.files[MONEY].replace("> 20000", "> 90000"))
    assert isinstance(wider, PolicySet)
    refused = desk.policy_sets.ask_policies(OWEN, wider, "Why not")
    assert isinstance(refused, Refusal)
    assert CASES in refused.text


def test_that_one_administrator_mends_alone_what_is_broken(settings: Settings, clock: SetClock, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT / "knowledge", folder := tmp_path / "knowledge")
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    desk = open_desk(works.settings, clock, works)
    made = drafted(desk)
    works.close()
    (folder / "policies" / MONEY).write_text("forbid (", "utf-8")
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    desk = open_desk(works.settings, clock, works)
    assert desk.policies.in_force(OWEN).trouble
    assert isinstance(desk.policy_sets.ask_policies(OWEN, made, "The rules on disk are broken"), PolicySet)
    assert isinstance(desk.policy_sets.activate_policies(OWEN, made, desk.policies.in_force(OWEN).version), PolicySet)
    assert desk.policies.in_force(OWEN).trouble == ""
    works.close()


def test_that_nobody_puts_in_force_what_they_have_not_seen(hand: Hand) -> None:
    """Between the second person's look and their click the first one withdraws it, changes it and asks again."""
    desk, made = hand.desk, supervised(hand.desk)
    seen = desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen")
    assert isinstance(seen, PolicySet)
    assert isinstance(desk.policy_sets.withdraw_policies(OWEN, made.id), PolicySet)
    other = desk.policy_sets.write_policy(OWEN, made.id, MONEY, f"// Looked at twice.\n{made.files[MONEY]}")
    assert isinstance(other, PolicySet)
    again = desk.policy_sets.ask_policies(OWEN, other, "Too much goes out unseen")
    assert isinstance(again, PolicySet)
    refused = desk.policy_sets.activate_policies(PIA, seen, desk.policies.in_force(PIA).version)
    assert isinstance(refused, Refusal)
    assert (refused.code, desk.policies.in_force(SAM).name) == ("stale", "As shipped")
    assert isinstance(desk.policy_sets.activate_policies(PIA, again, desk.policies.in_force(PIA).version), PolicySet)


def test_that_nobody_asks_for_what_they_have_not_seen(desk: Desk) -> None:
    """Else the one who wrote it last could put it in force alone, by somebody's click on something else."""
    made = supervised(desk)
    assert isinstance(desk.policy_sets.write_policy(PIA, made.id, MONEY, f"// Mine.\n{made.files[MONEY]}"), PolicySet)
    refused = desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen")
    assert isinstance(refused, Refusal)
    assert refused.code == "stale"


def test_that_mending_alone_ends_with_what_is_broken(settings: Settings, clock: SetClock, tmp_path: Path) -> None:
    """Another process mended it a moment ago: what this one knew to be broken gives nobody a right any more."""
    import shutil

    shutil.copytree(ROOT / "knowledge", folder := tmp_path / "knowledge")
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    first = drafted(open_desk(works.settings, clock, works), "First")
    second = drafted(open_desk(works.settings, clock, works), "Second")
    works.close()
    (folder / "policies" / MONEY).write_text("forbid (", "utf-8")
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    desk = open_desk(works.settings, clock, works)
    assert isinstance(desk.policy_sets.ask_policies(OWEN, second, "The rules on disk are broken"), PolicySet)
    assert desk.policies.in_force(OWEN).trouble
    with works.store.begin() as unit:  # by another process
        unit.policies.put_policy_set(works.policies.sealed(first.replace(state="active")))
    refused = desk.policy_sets.activate_policies(OWEN, second, desk.policies.in_force(OWEN).version)
    assert isinstance(refused, Refusal)
    assert "another administrator decides" in refused.text
    works.close()


def elsewhere(hand: Hand) -> Policies:
    """The policies as a process that starts now finds them."""
    works = hand.works
    folder = works.settings.knowledge / "policies"
    return Policies(folder, works.knowledge.actions, ActiveSets(works.engine), works.sealer)


@pytest.mark.parametrize("what", ["files", "body"])
def test_that_a_set_that_was_changed_on_file_lets_nobody_do_anything(hand: Hand, what: str) -> None:
    made = in_force(hand.desk, supervised(hand.desk))
    assert elsewhere(hand).active.trouble == ""
    wider = made.files | {MONEY: made.files[MONEY].replace("> 5000", "> 90000")}
    told = made.replace(activated_by=OWEN.id).model_dump(mode="json", exclude={"files"})
    row = sa.update(tables.policy_set).where(tables.policy_set.c.id == made.id)
    with hand.works.engine.begin() as connection:
        connection.execute(row.values(files=wider) if what == "files" else row.values(body=told))
    found = elsewhere(hand)
    trouble = f"The set “{made.name}” {UNSEALED}"
    assert (found.active.trouble, found.active.version != hand.desk.policies.in_force(SAM).version) == (trouble, True)
    asked = {"principal": ("Role", "administrator", {"rank": 3}), "resource": ("Customer", "C-1", {})}
    assert found.active.decide(action="resend_invoice", context={}, **asked) == (False, (), (trouble,))


def test_that_a_draft_or_an_earlier_set_is_not_in_force_because_a_row_says_so(hand: Hand) -> None:
    """One person with access to the database is not two administrators, nor do they roll back."""
    desk = hand.desk
    before = in_force(desk, supervised(desk))
    in_force(desk, drafted(desk, "Next"))
    draft = drafted(desk, "Mine")
    for one in (draft, before):
        with hand.works.engine.begin() as connection:
            for state, id in (("retired", None), ("active", one.id)):
                rows = sa.update(tables.policy_set).values(state=state)
                connection.execute(rows.where(tables.policy_set.c.id == id) if id else rows)
        assert UNSEALED in elsewhere(hand).active.trouble


def test_that_another_process_notices_within_a_second(hand: Hand) -> None:
    now = [0.0]
    works = hand.works
    sets = ActiveSets(works.engine)
    folder = works.settings.knowledge / "policies"
    other = Policies(folder, works.knowledge.actions, sets, works.sealer, tick=lambda: now[0])
    before = other.active.version
    in_force(hand.desk, supervised(hand.desk))
    assert other.active.version == before
    now[0] += CHECK_SECONDS
    assert other.active.version == hand.desk.policies.in_force(SAM).version != before


def test_that_a_folder_that_changed_under_a_set_in_force_is_named(
    settings: Settings, clock: SetClock, tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(ROOT / "knowledge", folder := tmp_path / "knowledge")
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    desk = open_desk(works.settings, clock, works)
    assert desk.policies.in_force(OWEN).behind == ()
    in_force(desk, supervised(desk))
    assert desk.policies.in_force(OWEN).behind == ()
    before = (folder / "policies" / MONEY).read_text("utf-8")
    (folder / "policies" / MONEY).write_text(f"{before}\n// more\n", "utf-8")
    (folder / "policies" / "cases" / "5_gifts.yaml").write_text("{}\n", "utf-8")
    assert desk.policies.in_force(OWEN).behind == (MONEY, "cases/5_gifts.yaml")
    (folder / "policies" / MONEY).write_text(before, "utf-8")
    (folder / "policies" / "cases" / "5_gifts.yaml").unlink()
    assert desk.policies.in_force(OWEN).behind == ()
    works.close()


def test_that_rulings_on_file_say_what_a_draft_would_change(hand: Hand) -> None:
    tickets = [hand.ticket(TWICE, MARIA), hand.ticket()]
    made = supervised(hand.desk)
    seen = hand.desk.policy_sets.replay_policies(SAM, made.id)
    assert isinstance(seen, Replayed)
    assert [(one.ticket, one.before, one.after) for one in seen.moved] == [(tickets[0], "advisor", "supervisor")]
    assert (seen.same, seen.lost, seen.more.minor, seen.less.minor) == (3, 0, 0, 0)


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.SUPERVISOR, Role.EDITOR])
def test_that_nobody_else_changes_anything(desk: Desk, role: Role) -> None:
    made, someone = drafted(desk), person(role)
    for act in (
        lambda: desk.policy_sets.draft_policies(someone, "Mine"),
        lambda: desk.policy_sets.write_policy(someone, made.id, MONEY, ""),
        lambda: desk.policy_sets.ask_policies(someone, made, "Please"),
        lambda: desk.policy_sets.withdraw_policies(someone, made.id),
        lambda: desk.policy_sets.activate_policies(someone, made, ""),
        lambda: desk.policy_sets.drop_policies(someone, made.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert desk.policy_sets.all(OWEN) == (made,)


def test_that_a_file_has_a_name_that_leads_nowhere_else(desk: Desk) -> None:
    made = drafted(desk)
    with pytest.raises(BadInput):
        desk.policy_sets.write_policy(OWEN, made.id, "../5_gifts.cedar", "")


def test_that_each_rule_that_changes_is_shown_before_and_after_with_what_differs(desk: Desk) -> None:
    (change,) = desk.policy_sets.try_policies(PIA, supervised(desk).files).compared
    assert change.before is not None
    assert change.after is not None
    assert (change.before.says, change.after.says) == (
        "{amount}: above £200.00 a supervisor approves",
        "{amount}: above £50.00 a supervisor approves",
    )
    marked = {(what, text) for line in (*change.says, *change.source) for what, text in line if what != "same"}
    assert {("removed", "200.00"), ("added", "50.00"), ("removed", "20000"), ("added", "5000")} <= marked


def test_that_rules_added_and_removed_are_shown_whole(desk: Desk) -> None:
    made = drafted(desk)
    rule = '@id("90") @says("Nothing at all")\nforbid (principal, action, resource) when { context.identity > 5 };'
    text = made.files[MONEY].replace('@id("43")', '@id("91")') + rule
    compared = {one.id: one for one in desk.policy_sets.try_policies(PIA, made.files | {MONEY: text}).compared}
    assert {id: one.what for id, one in compared.items()} == {"43": "gone", "90": "added", "91": "added"}
    assert compared["90"].source == tuple((("added", line),) for line in rule.splitlines())
    assert all(what == "removed" for line in compared["43"].source for what, _ in line)


def test_that_a_signature_holds_only_for_what_was_compared_on_the_signer_s_screen(desk: Desk) -> None:
    made = supervised(desk)
    assert isinstance(desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen"), PolicySet)
    refused = desk.policy_sets.activate_policies(PIA, made, "the version of yesterday")
    assert isinstance(refused, Refusal)
    assert "Other rules are in force" in refused.text
    assert desk.policies.in_force(SAM).name == "As shipped"
    assert isinstance(
        desk.policy_sets.activate_policies(PIA, made, desk.policy_sets.try_policies(PIA, made.files).against), PolicySet
    )


def test_that_no_set_whose_sentence_tells_something_else_is_asked_for(desk: Desk) -> None:
    made = supervised(desk)
    lie = made.files[MONEY].replace(
        "{amount}: above {amount.limit} a supervisor", "{amount}: above £200.00 a supervisor"
    )
    assert lie != made.files[MONEY]
    written = desk.policy_sets.write_policy(OWEN, made.id, MONEY, lie)
    assert isinstance(written, PolicySet)
    (told,) = desk.policy_sets.try_policies(OWEN, written.files).troubles
    assert told.endswith("rule 44: its sentence says £200.00, which it compares with nothing")
    refused = desk.policy_sets.ask_policies(OWEN, written, "All its cases are green")
    assert isinstance(refused, Refusal)
    assert "its sentence says £200.00" in refused.text


@pytest.mark.parametrize("how", ["by nobody", "files", "withdrawn"])
def test_that_nobody_signs_what_nobody_asked_for_here(hand: Hand, how: str) -> None:
    """Somebody who can write to the database makes a row that the other administrator asked for."""
    desk, made = hand.desk, supervised(hand.desk)
    waits = made
    if how != "by nobody":
        asked = desk.policy_sets.ask_policies(OWEN, made, "Too much goes out unseen")
        assert isinstance(asked, PolicySet)
        waits = asked
    if how == "files":
        waits = waits.replace(files={**waits.files, MONEY: f"// More.\n{waits.files[MONEY]}"})
    if how == "withdrawn":
        assert isinstance(desk.policy_sets.withdraw_policies(OWEN, made.id), PolicySet)
    forged = waits.replace(state="waiting", asked_by=OWEN.id, asked_at=made.made_at)
    forged = waits if how == "withdrawn" else forged
    with hand.works.store.begin() as unit:
        unit.policies.put_policy_set(forged)
    answer = desk.policy_sets.activate_policies(PIA, forged, desk.policies.in_force(PIA).version)
    assert isinstance(answer, Refusal)
    assert "not on file as somebody asked for it here" in answer.text
    assert desk.policies.in_force(SAM).name == "As shipped"
    back = desk.policy_sets.withdraw_policies(PIA, made.id)
    assert isinstance(back, PolicySet)
    in_force(desk, back)


def test_that_cases_added_changed_and_removed_are_shown_with_the_rules(desk: Desk) -> None:
    made = supervised(desk)
    gone = next(name for name in sorted(made.files) if name.startswith("cases/") and name != CASES)
    files = {name: text for name, text in made.files.items() if name != gone} | {"cases/5_gifts.yaml": "{}\n"}
    shown = {one.file: one for one in desk.policy_sets.try_policies(PIA, files).cases_compared}
    assert {file: one.what for file, one in shown.items()} == {
        CASES: "changed",
        gone: "gone",
        "cases/5_gifts.yaml": "added",
    }
    marked = {(what, text) for line in shown[CASES].lines if line for what, text in line if what != "same"}
    assert {("removed", "20000"), ("added", "5000")} <= marked
    assert desk.policy_sets.try_policies(PIA, drafted(desk, "Same").files).cases_compared == ()
