"""What people read of the rules in force, and of what each decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Role, Ruling, TicketId
from cx_core.settings import ROOT, Settings
from tests.conftest import SetClock
from tests.scripted import MARIA, SAM, Hand, InlineWorks, person

OWEN = person(Role.ADMINISTRATOR, "Owen Price")


def test_that_the_rules_in_force_are_read_by_file_in_words_and_in_cedar(desk: Desk) -> None:
    seen = desk.policies.in_force(OWEN)
    assert [file.title for file in seen.files] == [
        "Everyone",
        "Copilot",
        "People",
        "Money",
        "Answers",
        "Limits",
        "Codes",
    ]
    assert seen.files[0].about.startswith("What holds for everyone, copilot and people alike.")
    assert seen.trouble == ""
    rule = next(rule for rule in seen.files[3].rules if rule.id == "44")
    assert rule.says == "{amount}: above £200.00 a supervisor approves"
    assert (rule.effect, rule.acts) == ("forbid", ("money_out",))
    assert (rule.asks, rule.compares) == (("amount", "rank"), (20000, 2))
    source = (ROOT / "knowledge" / "policies" / rule.file).read_text("utf-8")
    assert rule.source in source
    assert source.splitlines()[rule.line - 1] == '@id("44")'
    assert seen.acts["money_out"] == "money going out"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADVISOR])
def test_that_only_those_who_lead_read_them(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        desk.policies.in_force(person(role))
    with pytest.raises(NotAllowed):
        desk.policies.tally(person(role))


def test_that_a_ruling_counts_for_every_rule_it_names(hand: Hand) -> None:
    assert hand.desk.policies.tally(SAM).rulings == 0
    tickets = [hand.ticket("I was charged twice.", MARIA), hand.ticket()]
    tally = hand.desk.policies.tally(SAM)
    rulings = [(id, ruling) for id in tickets for ruling in ruled(hand, id)]
    assert tally.rulings == len(rulings) == len(tickets) * 2
    for rule, decided in tally.by_rule.items():
        named = [id for id, ruling in rulings if rule in ruling.policies]
        assert (decided.all, sorted(decided.examples)) == (len(named), sorted(set(named)))
    assert {rule for _, ruling in rulings for rule in ruling.policies} == set(tally.by_rule)


def ruled(hand: Hand, ticket: TicketId) -> list[Ruling]:
    """Of its only step, and of its reply."""
    view = hand.view(ticket)
    assert view.proposal is not None
    assert view.proposal.reply_ruling is not None
    return [view.cards[0].ruling, view.proposal.reply_ruling]


def test_that_rules_on_replies_are_counted(hand: Hand) -> None:
    """A reply is ruled on like a step, by rules of its own."""
    hand.ticket()
    replies = {
        rule.id
        for file in hand.desk.policies.in_force(SAM).files
        for rule in file.rules
        if rule.acts == ("send_reply",)
    }
    assert replies & set(hand.desk.policies.tally(SAM).by_rule)


def test_that_what_was_ruled_long_ago_does_not_count(hand: Hand, clock: SetClock) -> None:
    hand.ticket()
    clock.forward(days=31)
    assert hand.desk.policies.tally(SAM).rulings == 0


def test_that_a_broken_policy_says_what_to_mend_and_shows_what_could_be_read(
    settings: Settings, clock: SetClock, tmp_path: Path
) -> None:
    folder = _broken_copy(tmp_path)
    works = InlineWorks(settings.replace(knowledge=folder), clock)
    seen = open_desk(works.settings, clock, works).policies.in_force(OWEN)
    works.close()
    assert seen.trouble.startswith("3_people.cedar line 3:")
    read = {rule.id for file in seen.files for rule in file.rules}
    assert {"1", "10", "31", "40"} <= read
    assert "30" not in read


def _broken_copy(folder: Path) -> Path:
    import shutil

    made = folder / "knowledge"
    shutil.copytree(ROOT / "knowledge", made)
    people = made / "policies" / "3_people.cedar"
    people.write_text(people.read_text("utf-8").replace("permit (", "permits (", 1), "utf-8")
    return made
