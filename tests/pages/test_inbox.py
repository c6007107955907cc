"""The Inbox drawn over a desk in memory: what each state shows, and what each click asks the desk for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from cx_core.records import Finding, GoalLine, Money, Person, StepId, TicketId
from cx_core.settings import ROOT
from cx_core.views import Refusal, Unconfirmed
from tests.pages.demo_desk import DemoDesk
from tests.pages.pressing import papers, send_button

COMPOUND = TicketId("T-1001")
DRAFT = f"draft-{COMPOUND}-1"


def inbox(ticket: str = "", someone: str = "ada") -> AppTest:
    """The page as somebody signed in sees it."""
    at = AppTest.from_file(str(Path(ROOT) / "pages" / "inbox.py"), default_timeout=20)
    at.user = {"session": someone}
    if ticket:
        at.query_params["ticket"] = ticket
    at.run()
    assert not at.exception
    return at


def has_button(at: AppTest, key: str) -> bool:
    return any(button.key == key or str(button.key).startswith(f"{key}-T-") for button in at.button)


def test_that_nothing_is_viewed_before_a_ticket_is_opened(desk: DemoDesk) -> None:
    at = inbox()
    assert not at.text_area
    assert desk.viewed == {}


def test_that_a_look_shows_the_draft_and_claims_nothing(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    assert "⟨£54.00⟩" in (at.text_area(key=DRAFT).value or "")
    at.run()
    assert (desk.viewed, desk.held, desk.views[COMPOUND].draft) == ({COMPOUND: "Ada Lindqvist"}, {}, None)


@pytest.mark.parametrize("change", ["edit-s1", f"do-{COMPOUND}-s1"])
def test_that_changing_a_step_takes_the_ticket(desk: DemoDesk, change: str) -> None:
    at = inbox(COMPOUND)
    if change.startswith("edit"):
        at.button(key=change).click().run()
    else:
        at.checkbox(key=change).uncheck().run()
    assert desk.held == {COMPOUND: "Ada Lindqvist"}


def test_that_a_ticket_opened_while_it_is_read_gets_its_draft_and_stores_none(desk: DemoDesk) -> None:
    whole = desk.views[COMPOUND]
    reading = whole.ticket.replace(work="reading")
    desk.views[COMPOUND] = whole.replace(ticket=reading, proposal=None, cards=(), can_act=False)
    at = inbox(COMPOUND)
    assert at.text_area[0].value == ""
    desk.views[COMPOUND] = whole
    at.run()
    assert "⟨£54.00⟩" in (at.text_area(key=DRAFT).value or "")
    at.text_area(key=DRAFT).input("").run()  # what an area says of itself where its words came later than it
    assert (desk.views[COMPOUND].draft, desk.held) == (None, {})


@pytest.mark.parametrize(
    ("changes", "read", "named"),
    [({}, False, "Not looked up yet"), ({}, True, "Not in our records"), ({"address": ""}, True, "Erased")],
)
def test_that_a_customer_without_a_name_is_told_for_what_they_are(
    desk: DemoDesk, changes: dict[str, str], read: bool, named: str
) -> None:
    whole = desk.views[COMPOUND]
    ticket = whole.ticket.replace(customer_name="", **changes)
    desk.views[COMPOUND] = whole.replace(ticket=ticket, cards=(), proposal=whole.proposal if read else None)
    told = "".join(one.proto.json for one in inbox(COMPOUND).get("bidi_component"))
    assert [words for words in ("Not looked up yet", "Not in our records", "Erased") if words in told] == [named]


def test_that_a_run_asks_once_who_is_signed_in_and_the_next_run_asks_anew(
    desk: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    who = desk.who

    def counted(token: str) -> Person | None:
        asked.append(token)
        return who(token)

    monkeypatch.setattr(desk, "who", counted)
    at = inbox(COMPOUND)
    assert asked == ["ada"]
    monkeypatch.setattr(desk, "who", lambda _: None)
    at.run()
    assert "signed out" in at.info[0].value


def test_that_what_is_written_is_kept_in_the_database_and_survives_a_refresh(desk: DemoDesk) -> None:
    inbox(COMPOUND).text_area(key=DRAFT).set_value("My own words").run()
    draft = desk.views[COMPOUND].draft
    assert draft is not None
    assert (draft.text, draft.version) == ("My own words", 1)
    assert inbox(COMPOUND).text_area(key=DRAFT).value == "My own words"


def test_that_a_newer_draft_is_offered_and_does_not_replace_what_was_written(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("My own words").run()
    desk.customer_writes(COMPOUND, "Friday would be good", "Friday it is.")
    at.run()
    assert at.text_area(key=DRAFT).value == "My own words"
    at.button(key="keep-mine").click().run()
    assert at.text_area(key=f"draft-{COMPOUND}-2").value == "My own words"
    assert not has_button(at, "use-new")


def test_that_a_newer_draft_can_be_used(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("My own words").run()
    desk.customer_writes(COMPOUND, "Friday would be good", "Friday it is.")
    at.run()
    assert "Friday it is." in papers(at), "it can be read before it is used"
    at.button(key="use-new").click().run()
    assert at.text_area(key=f"draft-{COMPOUND}-2").value == "Friday it is."


def test_that_words_which_a_newer_draft_took_the_place_of_come_back_with_one_click(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("My own words").run()
    desk.customer_writes(COMPOUND, "Friday would be good", "Friday it is.")
    at.run().button(key="use-new").click().run()
    at = inbox(COMPOUND)  # as after a refresh
    at.button(key="rewrite-back").click().run()
    assert at.text_area(key=f"draft-{COMPOUND}-2").value == "My own words"
    assert not has_button(at, "rewrite-back")


def test_that_an_untouched_draft_gives_way_to_a_newer_one_without_asking(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    desk.customer_writes(COMPOUND, "Friday would be good", "Friday it is.")
    at.run()
    assert at.text_area(key=f"draft-{COMPOUND}-2").value == "Friday it is."
    assert not has_button(at, "use-new")


def test_that_approving_sends_text_edits_and_what_is_left_out(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s1").click().run()
    at.number_input(key=f"field-{COMPOUND}-1-s1-amount-0").set_value(20.0).run()
    at.button(key="edited-s1").click().run()
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    at.text_input(key=f"why-{COMPOUND}-s2").set_value("Moved by phone").run()
    at.button(key="out-s2").click().run()
    at.text_area(key=DRAFT).set_value("Done.").run()
    send_button(at).click().run()
    (approval,) = desk.approved
    assert [step.id for step in approval.steps] == ["s1"]
    assert approval.steps[0].values() == {"payment": "P-8", "amount": Money(minor=2000)}
    assert approval.skipped == {StepId("s2"): "Moved by phone"}
    assert approval.reply == "Done."


def test_that_a_person_backs_what_was_in_doubt_by_leaving_it_as_it_is(desk: DemoDesk) -> None:
    view = desk.views[COMPOUND]
    assert view.proposal
    doubt = Finding(step=StepId("s1"), argument="payment", text="The customer speaks of P-7, not of P-8.")
    doubted = view.proposal.replace(findings=(doubt,))
    desk.views[COMPOUND] = view.replace(proposal=doubted)
    at = inbox(COMPOUND)
    at.button(key="edit-s1").click().run()
    at.button(key="edited-s1").click().run()
    send_button(at).click().run()
    (approval,) = desk.approved
    assert approval.decision == "edit"
    assert approval.steps[0].values() == {"payment": "P-8", "amount": Money(minor=5400)}


def test_that_a_refresh_loses_nothing_of_what_was_changed_in_the_plan(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s1").click().run()
    at.number_input(key=f"field-{COMPOUND}-1-s1-amount-0").set_value(20.0).run()
    at.button(key="edited-s1").click().run()
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    at.text_input(key=f"why-{COMPOUND}-s2").set_value("Moved by phone").run()
    at.button(key="out-s2").click().run()
    at.text_area(key=DRAFT).set_value("My own words").run()

    again = inbox(COMPOUND)
    assert not again.checkbox(key=f"do-{COMPOUND}-s2").value
    assert again.text_area(key=DRAFT).value == "My own words"
    send_button(again).click().run()
    (approval,) = desk.approved
    assert approval.steps[0].values()["amount"] == Money(minor=2000)
    assert approval.skipped == {StepId("s2"): "Moved by phone"}


def test_that_a_step_put_back_stays_put_back_after_a_refresh(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    at.text_input(key=f"why-{COMPOUND}-s2").set_value("Moved by phone").run()
    at.button(key="out-s2").click().run()
    at.checkbox(key=f"do-{COMPOUND}-s2").check().run()
    again = inbox(COMPOUND)
    assert again.checkbox(key=f"do-{COMPOUND}-s2").value
    send_button(again).click().run()
    assert desk.approved[0].skipped == {}


def test_that_what_was_changed_in_an_older_plan_says_nothing_about_a_newer_one(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    at.text_input(key=f"why-{COMPOUND}-s2").set_value("Moved by phone").run()
    at.button(key="out-s2").click().run()
    view = desk.views[COMPOUND]
    renamed = [card.replace(step=card.step.replace(id=StepId(f"{card.step.id}0"))) for card in view.cards]
    desk.views[COMPOUND] = view.replace(cards=tuple(renamed))
    again = inbox(COMPOUND)
    assert again.checkbox(key=f"do-{COMPOUND}-s20").value


def test_that_another_option_can_be_chosen_for_an_argument(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s2").click().run()
    at.selectbox(key=f"field-{COMPOUND}-1-s2-slot-0").select_index(2).run()
    at.button(key="edited-s2").click().run()
    send_button(at).click().run()
    assert desk.approved[0].steps[1].values()["slot"] == "S-47"


def test_that_cancelling_an_edit_changes_nothing(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s2").click().run()
    at.selectbox(key=f"field-{COMPOUND}-1-s2-slot-0").select_index(2).run()
    at.button(key="unedited-s2").click().run()
    send_button(at).click().run()
    assert desk.approved[0].steps[1].values()["slot"] == "S-41"


def test_that_a_step_unticked_is_neither_left_out_without_a_reason_nor_done(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    assert send_button(at).label == "Send and run 2 actions"
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    at.button(key="out-s2").click().run()
    assert send_button(at).label == "Send and run 1 action"
    assert send_button(at).disabled
    at.button(key="stay-s2").click().run()
    send_button(at).click().run()
    assert [step.id for step in desk.approved[0].steps] == ["s1", "s2"]


def test_that_nothing_goes_while_the_values_of_a_step_are_being_changed(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s1").click().run()
    assert send_button(at).disabled
    assert "Press Done or Cancel on" in papers(at)
    at.button(key="unedited-s1").click().run()
    send_button(at).click().run()
    assert len(desk.approved) == 1


def test_that_what_is_not_true_of_the_plan_goes_only_with_a_tick_for_these_words(desk: DemoDesk) -> None:
    desk.unconfirmed = Unconfirmed(token="a" * 64, reasons=("“We have refunded £129.00.”: nothing shows that.",))
    at = inbox(COMPOUND)
    assert "We have refunded" in papers(at)
    send_button(at).click().run()
    assert desk.approved == []
    assert "Nothing was sent." in papers(at)
    at.checkbox(key=f"confirm-{'a' * 16}").check().run()
    desk.unconfirmed = Unconfirmed(token="b" * 64, reasons=("Other words.",))
    send_button(at.run()).click().run()
    assert desk.approved == []
    at.checkbox(key=f"confirm-{'b' * 16}").check().run()
    send_button(at).click().run()
    assert len(desk.approved) == 1


def _scrolled(block: Block, inside: bool = False) -> Iterator[str]:
    """Keys of what stands in the part of the middle pane that scrolls."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from _scrolled(child, inside or str(getattr(child.proto, "id", "")).endswith("-talk-scroll"))
        elif inside:
            yield str(getattr(child, "key", ""))


def test_that_the_tick_that_a_refusal_asks_for_does_not_scroll_out_of_sight(desk: DemoDesk) -> None:
    desk.unconfirmed = Unconfirmed(token="a" * 64, reasons=("Other words.",))
    at = inbox(COMPOUND)
    send_button(at).click().run()
    assert "Nothing was sent." in papers(at)
    assert DRAFT in list(_scrolled(at.main))
    assert f"confirm-{'a' * 16}" not in list(_scrolled(at.main))


def test_that_receipts_can_be_undone_and_there_is_nothing_left_to_approve(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    send_button(at).click().run()
    assert not has_button(at, "approve")
    at.button(key="undo-open-s1").click().run()
    at.button(key="undo-s1").click().run()
    outcome = desk.views[COMPOUND].cards[0].outcome
    assert outcome is not None
    assert outcome.status == "undone"
    assert not has_button(at, "undo-open-s1")
    assert has_button(at, "undo-open-s2")


def test_that_a_refusal_keeps_the_text_and_says_why(desk: DemoDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("My own words").run()
    monkeypatch.setattr(desk, "approve", lambda *_, **__: Refusal(code="stale", text="There is a newer proposal."))
    send_button(at).click().run()
    assert at.text_area(key=DRAFT).value == "My own words"
    assert at.session_state["note"] == (COMPOUND, "There is a newer proposal.", "send")


def test_that_an_empty_reply_is_not_sent_by_the_button_that_sends(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("  ").run()
    send_button(at).click().run()
    assert desk.approved == []
    assert send_button(at, "silent").label == "Run 2 actions without a reply"


def test_that_rejecting_asks_for_a_reason_and_leaves_an_empty_composer(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    send_button(at, "reject").click().run()
    assert desk.views[COMPOUND].ticket.version == 1
    at.text_input(key=f"reject-words-{COMPOUND}").set_value("Wrong customer").run()
    send_button(at, "reject").click().run()
    assert at.text_area(key=f"draft-{COMPOUND}-2").value == ""
    assert not any(box.key == f"do-{COMPOUND}-s1" for box in at.checkbox)


def test_that_a_ticket_somebody_else_has_is_for_reading_only(desk: DemoDesk) -> None:
    at = inbox("T-1004")
    assert not at.text_area
    assert not has_button(at, "approve")


def test_that_a_ticket_for_people_has_an_empty_composer_and_no_actions(desk: DemoDesk) -> None:
    at = inbox("T-1005")
    assert at.text_area(key="draft-T-1005-1").value == ""
    assert send_button(at).label == "Send"
    assert not has_button(at, "reject")


def test_that_typing_goes_on_while_a_new_message_is_read_but_nothing_can_be_approved(desk: DemoDesk) -> None:
    at = inbox("T-1007")
    assert at.text_area(key="draft-T-1007-1")
    assert send_button(at).disabled


def test_that_a_ticket_that_could_not_be_read_can_be_read_again(desk: DemoDesk) -> None:
    at = inbox("T-1006")
    assert at.text_area(key="draft-T-1006-0").value == ""
    at.button(key="read-again").click().run()
    assert desk.views[TicketId("T-1006")].ticket.work == "reading"


def test_that_done_steps_of_a_returned_ticket_are_not_approved_again(desk: DemoDesk) -> None:
    at = inbox("T-1002")
    assert not any(box.key == "do-T-1002-s1" for box in at.checkbox)
    assert at.checkbox(key="do-T-1002-s2").value
    at.button(key="undo-open-s1").click().run()
    at.button(key="undo-s1").click().run()  # it was done in a version before the one that waits
    outcome = desk.views[TicketId("T-1002")].cards[0].outcome
    assert outcome is not None
    assert outcome.status == "undone"
    assert not any(box.key == "do-T-1002-s1" for box in at.checkbox)


def test_that_the_next_ticket_is_the_next_in_the_queue(desk: DemoDesk) -> None:
    at = inbox("T-1002")
    at.button(key="next-ticket").click().run()
    assert at.query_params["ticket"] == "T-1003"
    assert desk.viewed == {TicketId("T-1003"): "Ada Lindqvist"}


def test_that_a_copilot_that_still_learns_works_and_says_so(desk: DemoDesk) -> None:
    desk.states |= {"encoder": "learning"}
    at = inbox("T-0")
    assert "goes on learning" in papers(at)
    desk.views.clear()
    assert "All done." in papers(inbox("T-0"))


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"encoder": "loading"}, "The copilot is starting"),
        ({"encoder": "failed: no such file /srv/x"}, "The copilot is not working"),
        ({"policy": "failed: refunds.cedar:3"}, "The policies cannot be read"),
    ],
)
def test_that_a_copilot_that_does_not_work_is_not_taken_for_a_quiet_day(
    desk: DemoDesk, monkeypatch: pytest.MonkeyPatch, states: dict[str, str], words: str
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pages.parts.inbox.copilot_health.paper", lambda *nodes, key: said.append(json.dumps(nodes)))
    inbox()
    assert said == []
    desk.states |= states
    inbox()
    assert words in said[0]
    assert "/srv" not in said[0]
    desk.views.clear()
    assert "Nothing is here yet." in papers(inbox("T-0"))
    desk.states.clear()
    assert "All done." in papers(inbox("T-0"))


def test_that_filters_narrow_the_queue(desk: DemoDesk) -> None:
    at = inbox("T-1001")
    at.text_input(key="q").set_value("okafor").run()
    assert at.session_state["order"] == (TicketId("T-1002"),)


def test_that_a_ticket_that_does_not_exist_is_said_so(desk: DemoDesk) -> None:
    at = inbox("T-0")
    assert not at.text_area
    assert not has_button(at, "approve")


def test_that_a_knowledge_editor_sees_no_tickets(desk: DemoDesk) -> None:
    at = inbox(COMPOUND, someone="editor")
    assert not at.text_area
    assert desk.held == {}


def test_that_next_goes_on_from_where_an_answered_ticket_stood(desk: DemoDesk) -> None:
    at = inbox("T-1002")
    send_button(at).click().run()
    at.run()
    assert TicketId("T-1002") not in at.session_state["order"]
    at.button(key="next-ticket").click().run()
    assert at.query_params["ticket"] == "T-1003"


def test_that_next_opens_the_first_ticket_when_none_is_open(desk: DemoDesk) -> None:
    at = inbox()
    assert not at.text_area
    at.button(key="next-ticket").click().run()
    assert at.query_params["ticket"] == at.session_state["order"][0]


def test_that_a_refresh_sent_before_the_address_followed_does_not_open_the_earlier_ticket_again(desk: DemoDesk) -> None:
    at = inbox("T-1002")
    at.button(key="next-ticket").click().run()
    assert at.query_params["ticket"] == "T-1003"
    at.query_params["ticket"] = "T-1002"
    at.run()
    assert at.query_params["ticket"] == "T-1003"
    assert set(desk.viewed) == {TicketId("T-1003")}


def test_that_a_step_unticked_stays_so_before_its_reason_is_given(desk: DemoDesk) -> None:
    """Also after a look at another ticket, or a reload; and nothing can be sent meanwhile."""
    at = inbox(COMPOUND)
    at.checkbox(key=f"do-{COMPOUND}-s2").uncheck().run()
    again = inbox(COMPOUND)
    assert not again.checkbox(key=f"do-{COMPOUND}-s2").value
    assert again.text_input(key=f"why-{COMPOUND}-s2").value == ""
    assert send_button(again).disabled
    again.button(key="stay-s2").click().run()
    assert inbox(COMPOUND).checkbox(key=f"do-{COMPOUND}-s2").value


def test_that_each_thing_the_customer_wants_has_a_line_with_what_becomes_of_it(desk: DemoDesk) -> None:
    view = desk.views[COMPOUND]
    assert view.proposal is not None
    lines = (
        GoalLine(goal=0, about="Charged twice", state="planned"),
        GoalLine(goal=1, about="Late payment fee", state="asks"),
        GoalLine(about="“and who pays for my carpet”", state="not_understood"),
    )
    desk.views[COMPOUND] = view.replace(proposal=view.proposal.replace(lines=lines))
    drawn = papers(inbox(COMPOUND))
    for line in ("Late payment fee", "asks the customer", "who pays for my carpet", "not understood: for a person"):
        assert line in drawn
