"""The page Policies over the real desk: rules, a ruling explained, and a draft from first line to second person."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cx_core.policy_views import PolicySet
from cx_core.records import Role
from tests.pages.pressing import opened, papers, pressed
from tests.scripted import MARIA, Hand, person

OWEN, PIA = person(Role.ADMINISTRATOR, "Owen Price"), person(Role.ADMINISTRATOR, "Pia Sand")
MONEY = "4_money.cedar"


def shown(hand: Hand, view: str, role: Role = Role.ADMINISTRATOR, **query: str) -> AppTest:
    return opened(hand, "policies", role, show=view, **query)


def test_that_a_ruling_is_explained_for_whoever_names_the_ticket(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    said = papers(shown(hand, "A ruling explained", Role.SUPERVISOR, explain=ticket))
    assert "Refund \\u00a354.00 of payment P-8" in said
    assert "It would not match if Level were 3" in said
    assert "There is no such ticket." in papers(shown(hand, "A ruling explained", explain="T-none"))


def test_that_the_rule_named_most_is_looked_at_first_with_its_tickets(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    at = shown(hand, "Rules")
    assert '{"tag": "dt", "text": "Put to a person"}, {"tag": "dd", "text": "2"}' in papers(
        at
    )  # the step and the reply
    assert [one.proto.label for one in at.get("page_link")] == [ticket]


def test_that_a_draft_is_written_tried_and_put_in_force_by_somebody_else(hand: Hand) -> None:
    at = shown(hand, "Versions")
    at.text_input(key="draft-name").input("Stricter")
    pressed(at, "draft-begin")
    (made,) = hand.desk.policy_sets(OWEN)
    at.selectbox(key=f"file-{made.id}").select(MONEY).run()
    area = at.text_area(key=f"policy-text-{made.id}-{MONEY}")
    area.input(made.files[MONEY].replace("context.charged", "context.lent")).run()
    assert f"{MONEY} line " in papers(at)
    area.input(f"// Looked at in November.\n{made.files[MONEY]}").run()
    assert "Every rule can be used" in papers(at)
    pressed(at, "file-save")
    at.text_input(key="set-reason").input("A look at the page")
    pressed(at, "set-ask")
    pressed(at, "set-activate")
    assert "another administrator decides" in papers(at)
    (made,) = hand.desk.policy_sets(OWEN)
    assert made.state == "waiting"
    assert isinstance(hand.desk.activate_policies(PIA, made), PolicySet)
    at.run()
    assert hand.desk.policies(OWEN).name == "Stricter"
    assert '"Stricter"' in papers(at)


def test_that_a_file_is_added_to_a_draft_and_chosen(hand: Hand) -> None:
    hand.desk.draft_policies(OWEN, "Stricter")
    at = shown(hand, "Versions")
    at.text_input(key="file-name").input("../5_gifts.cedar")
    pressed(at, "file-add")
    assert "A file is called like" in papers(at)
    at.text_input(key="file-name").input("5_gifts.cedar")
    pressed(at, "file-add")
    (made,) = hand.desk.policy_sets(OWEN)
    assert made.files["5_gifts.cedar"] == ""
    assert at.selectbox(key=f"file-{made.id}").value == "5_gifts.cedar"


def test_that_a_supervisor_reads_versions_and_changes_none(hand: Hand) -> None:
    hand.desk.draft_policies(OWEN, "Stricter")
    at = shown(hand, "Versions", Role.SUPERVISOR)
    assert [one.label for one in at.button] == ["Search", "Compare on past decisions"]
    assert not at.text_area
    assert "What holds for everyone" in papers(at)
