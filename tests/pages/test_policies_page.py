"""The page Policies over the real desk: rules, a ruling explained, and a draft from first line to second person."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cx_core.records import Role
from cx_core.views.policy_views import PolicySet
from tests.pages.pressing import opened, papers, pressed
from tests.scripted import MARIA, Hand, person
from tests.signed_in import someone

OWEN, PIA = person(Role.ADMINISTRATOR, "Owen Price"), person(Role.ADMINISTRATOR, "Pia Sand")
MONEY, CASES = "4_money.cedar", "cases/4_money.yaml"


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
    (made,) = hand.desk.policy_sets.all(OWEN)
    at.selectbox(key=f"file-{made.id}").select(MONEY).run()
    area = at.text_area(key=f"policy-text-{made.id}-{MONEY}")
    area.input(made.files[MONEY].replace("context.charged", "context.lent")).run()
    assert f"{MONEY} line " in papers(at)
    area.input(f"// Looked at in November.\n{made.files[MONEY]}").run()
    assert "Every rule can be used" in papers(at)
    at.text_input(key="set-reason").input("A look at the page")
    pressed(at, "set-ask")
    assert f"Nothing was asked for: what you changed in {MONEY} is not saved." in papers(at)
    assert [one.state for one in hand.desk.policy_sets.all(OWEN)] == ["draft"]
    pressed(at, "file-save")
    pressed(at, "set-ask")
    pressed(at, "set-activate")
    assert "another administrator decides" in papers(at)
    (made,) = hand.desk.policy_sets.all(OWEN)
    assert made.state == "waiting"
    assert isinstance(
        hand.desk.policy_sets.activate_policies(PIA, made, hand.desk.policies.in_force(PIA).version), PolicySet
    )
    at.run()
    assert hand.desk.policies.in_force(OWEN).name == "Stricter"
    assert '"Stricter"' in papers(at)


def test_that_a_file_is_added_to_a_draft_and_chosen(hand: Hand) -> None:
    hand.desk.policy_sets.draft_policies(OWEN, "Stricter")
    at = shown(hand, "Versions")
    at.text_input(key="file-name").input("../5_gifts.cedar")
    pressed(at, "file-add")
    assert "A file is called like" in papers(at)
    at.text_input(key="file-name").input("5_gifts.cedar")
    pressed(at, "file-add")
    (made,) = hand.desk.policy_sets.all(OWEN)
    assert made.files["5_gifts.cedar"] == ""
    assert at.selectbox(key=f"file-{made.id}").value == "5_gifts.cedar"


def test_that_a_supervisor_reads_versions_and_changes_none(hand: Hand) -> None:
    hand.desk.policy_sets.draft_policies(OWEN, "Stricter")
    at = shown(hand, "Versions", Role.SUPERVISOR)
    assert [one.label for one in at.button] == ["Search", "Compare on past decisions"]
    assert not at.text_area
    assert "What holds for everyone" in papers(at)


def test_that_who_signs_sees_each_rule_before_and_after_and_the_rulings_it_would_have_changed(hand: Hand) -> None:
    ticket = hand.ticket("I was charged twice.", MARIA)
    farah = someone(hand.desk, "Farah")
    made = hand.desk.policy_sets.draft_policies(farah, "Stricter")
    assert isinstance(made, PolicySet)
    stricter = {
        MONEY: made.files[MONEY].replace("> 20000", "> 5000"),
        CASES: made.files[CASES].replace("amount: 20000", "amount: 5000").replace("charged: 20000", "charged: 5000"),
    }
    for file, text in stricter.items():
        done = hand.desk.policy_sets.write_policy(farah, made.id, file, text)
        assert isinstance(done, PolicySet)
        made = done
    assert isinstance(hand.desk.policy_sets.ask_policies(farah, made, "Too much goes out unseen"), PolicySet)
    at = shown(hand, "Versions")
    said = papers(at)
    assert "Rule 44: changed" in said
    assert '{"tag": "del", "text": "200.00"}' in said
    assert '{"tag": "ins", "text": "50.00"}' in said
    moved = next(one.value for one in at.dataframe if "Then" in one.value)
    assert [tuple(row) for row in moved[["Ticket", "Now", "Then"]].to_numpy()] == [(ticket, "advisor", "supervisor")]
    pressed(at, "set-activate")
    assert "in force" in papers(at)
    assert hand.desk.policies.in_force(farah).name == "Stricter"
