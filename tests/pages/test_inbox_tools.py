"""What the Inbox offers besides answering: snooze, hand over, note, flag, and notices that lead to their ticket."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from cx_core.records import Leaves, Money, Notice, TaskTypeName
from cx_core.views import QueueFilter
from pages.parts.inbox import queue_filters
from tests.pages.demo_desk import TITLES, DemoDesk, now
from tests.pages.pressing import send_button
from tests.pages.test_inbox import COMPOUND, DRAFT, has_button, inbox


def rows(at: AppTest) -> list[dict[str, str]]:
    """The rows of the queue, as the page hands them to the browser."""
    told = (json.loads(one.proto.json) for one in at.get("bidi_component"))
    return next(data["rows"] for data in told if "rows" in data)


def menus(at: AppTest) -> dict[str, str]:
    """What the browser knows each menu by, by the words on its button: one that is known by another name is closed."""
    return {menu.proto.popover.label: menu.proto.id for menu in at.get("popover")}


def test_that_a_ticket_is_put_off_and_taken_up_again(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    assert "The customer replies" not in at.selectbox(key="later-T-1001").options, "nobody has answered yet"
    assert "Not answered yet: the promised time runs on while it is snoozed." in [one.value for one in at.caption]
    at.button(key="snooze").click().run()
    assert desk.views[COMPOUND].ticket.status == "pending"
    at.button(key="wake").click().run()
    assert desk.views[COMPOUND].ticket.status == "open"


def test_that_a_solved_ticket_offers_to_be_reopened_and_nothing_that_opens_it_by_the_way(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    send_button(at).click().run()
    assert desk.views[COMPOUND].ticket.status == "solved"
    at = inbox(COMPOUND)
    assert not any(has_button(at, key) for key in ("snooze", "transfer", "wake"))
    at.button(key="reopen").click().run()
    assert desk.views[COMPOUND].ticket.status == "open"


def test_that_what_the_ticket_is_afterwards_is_said_and_can_be_chosen(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    assert afterwards(at) == "solved"
    at.text_area(key=DRAFT).set_value("I will look into it, and more than that.").run()
    assert afterwards(at) == "solved", "editing is no choice"
    after(at).select("pending").run()
    at.text_area(key=DRAFT).set_value("Hello, and nothing more than that.").run()
    assert afterwards(at) == "pending", "what was chosen stays"
    send_button(at).click().run()
    assert desk.approved[-1].leaves == "pending"


def test_that_what_is_suggested_and_shown_is_what_is_approved(desk: DemoDesk) -> None:
    desk.leaves = "open"
    at = inbox(COMPOUND)
    at.text_area(key=DRAFT).set_value("Hello, and nothing more than that.").run()
    assert afterwards(at) == "open"
    send_button(at).click().run()
    assert desk.approved[-1].leaves == "open"


@pytest.mark.parametrize(("first", "then"), [(None, "pending"), ("open", "open")])
def test_that_a_macro_that_asks_says_so_unless_somebody_chose(
    desk: DemoDesk, first: Leaves | None, then: Leaves
) -> None:
    at = inbox(COMPOUND)
    if first:
        after(at).select(first).run()
    at.session_state["macros-0"] = True
    at.run()
    at.selectbox(key=f"macro-{COMPOUND}").set_value("any").run()
    at.button(key="macro-insert").click().run()
    assert afterwards(at) == then
    at.text_area(key=DRAFT).set_value("Other words.").run()
    assert afterwards(at) == then


def after(at: AppTest) -> Selectbox[str]:
    return next(one for one in at.selectbox if one.label == "Afterwards")


def afterwards(at: AppTest) -> str:
    assert after(at).options == ["Mark solved", "Mark waiting", "Keep open"]
    return str(after(at).value)


def test_that_a_refusal_goes_once_the_answer_has_gone(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.session_state["note"] = (COMPOUND, "Wait until that is done.", "above")
    assert told(at.run(), "Wait until that is done.")
    desk._move(COMPOUND, work="done", status="solved")
    assert not told(at.run(), "Wait until that is done.")


def told(at: AppTest, words: str) -> bool:
    return any(words in one.proto.json for one in at.get("bidi_component"))


def test_that_handing_over_wants_a_reason(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="transfer").click().run()
    assert desk.views[COMPOUND].ticket.team == ""
    at.text_input(key=f"why-{COMPOUND}-0").set_value("an invoice question").run()
    at.button(key="transfer").click().run()
    assert desk.views[COMPOUND].ticket.team == "billing"


def test_that_a_ticket_handed_to_a_team_says_so_in_the_queue_and_in_its_heading(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="edit-s1").click().run()
    assert desk.held == {COMPOUND: "Ada Lindqvist"}
    at.text_input(key=f"why-{COMPOUND}-0").set_value("an invoice question").run()
    at.button(key="transfer").click().run()
    row = next(row for row in rows(at) if row["id"] == COMPOUND)
    assert row["who"] == "Team billing"
    assert any(
        "clamped" in paper.proto.json and "Team billing" in paper.proto.json for paper in at.get("bidi_component")
    )
    assert desk.held == {}


@pytest.mark.parametrize(
    ("menu", "button", "field"),
    [("More", "transfer", f"why-{COMPOUND}-0"), ("Note", "add-note", f"note-{COMPOUND}-0")],
)
def test_that_a_menu_closes_when_its_act_was_done_and_stays_when_it_was_refused(
    desk: DemoDesk, menu: str, button: str, field: str
) -> None:
    at = inbox(COMPOUND)
    before = menus(at)[menu]
    at.button(key=button).click().run()
    assert menus(at)[menu] == before, "refused: the same menu, as open as it was"
    next(one for one in (*at.text_input, *at.text_area) if one.key == field).set_value("an invoice question").run()
    assert menus(at)[menu] == before
    at.button(key=button).click().run()
    assert menus(at)[menu] != before, "done: another menu, which is closed"


def test_that_a_note_is_kept_and_an_empty_one_is_not(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="add-note").click().run()
    assert desk.noted == []
    at.text_area(key=f"note-{COMPOUND}-0").set_value("look twice").run()
    at.button(key="add-note").click().run()
    assert [note.text for note in desk.noted] == ["look twice"]


def test_that_saying_what_was_wrong_names_it(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="flag-5").click().run()
    assert desk.flags == [(COMPOUND, "reply", "")]


def test_that_what_they_want_can_be_put_right(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    version = desk.views[COMPOUND].ticket.version
    at.multiselect(key=f"wants-{COMPOUND}-{version}").set_value(["invoice_copy"]).run()
    at.button(key="correct").click().run()
    proposal = desk.views[COMPOUND].proposal
    assert proposal
    assert [goal.task_type for goal in proposal.triage.goals] == ["invoice_copy"]
    assert proposal.triage.goals[0].told_by == "Ada Lindqvist"


def test_that_an_action_is_added_with_what_was_filled_in(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.selectbox(key=f"add-{COMPOUND}").set_value("apply_credit").run()
    at.button(key="add-step").click().run()
    assert desk.added == []
    at.number_input(key=f"add-{COMPOUND}-apply_credit-amount").set_value(4.5).run()
    at.text_input(key=f"add-{COMPOUND}-apply_credit-reason").set_value("our mistake").run()
    at.button(key="add-step").click().run()
    values = {"customer": "C-7", "amount": Money(minor=450), "reason": "our mistake"}
    assert desk.added == [("apply_credit", 0, values)]


def test_that_sending_and_going_on_opens_the_next_ticket(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    next(one for one in at.button if one.label == "Send and next").click().run()
    assert not at.exception
    assert desk.views[COMPOUND].ticket.work == "done"
    assert COMPOUND not in at.query_params["ticket"]


def test_that_a_notice_leads_to_its_ticket_and_is_seen_then(desk: DemoDesk) -> None:
    desk.told = [Notice(id=4, ticket=COMPOUND, kind="mention", sender="Sam Doyle", text="**look**", at=now())]
    at = inbox()
    at.button(key="notice-4").click().run()
    assert not at.exception
    assert desk.told == []
    assert COMPOUND in at.query_params["ticket"]


def test_that_a_ticket_a_colleague_lets_go_of_is_its_readers(desk: DemoDesk) -> None:
    desk.views[COMPOUND] = desk.views[COMPOUND].replace(holder="Sam Doyle")
    at = inbox(COMPOUND)
    assert not at.text_area
    desk.views[COMPOUND] = desk.views[COMPOUND].replace(holder="")
    at.run()
    assert desk.held == {}
    assert at.text_area(key=f"draft-{COMPOUND}-1").value


def test_that_who_reads_along_has_none_of_these_tools(desk: DemoDesk) -> None:
    desk.views[COMPOUND] = desk.views[COMPOUND].replace(holder="Sam Doyle", can_act=False)
    at = inbox(COMPOUND)
    assert not any(
        button.key in ("snooze", "transfer", "add-note", "flag-1", "correct", "add-step") for button in at.button
    )


def test_that_a_field_is_empty_again_once_what_it_held_was_used(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.text_area(key=f"note-{COMPOUND}-0").set_value("look twice").run()
    at.button(key="add-note").click().run()
    assert at.text_area(key=f"note-{COMPOUND}-1").value == ""
    at.button(key="add-note").click().run()
    assert [note.text for note in desk.noted] == ["look twice"]


def test_that_a_filter_whose_run_was_another_parts_is_drawn_all_the_same(
    desk: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two triggers in one moment leave the page as one message, which runs only one of its parts."""
    at = inbox(COMPOUND)
    drawn: list[str] = []

    def left_out_once(titles: dict[TaskTypeName, str]) -> QueueFilter:
        drawn.append("filters")
        return QueueFilter() if len(drawn) == 1 else queue_filters.filters(titles)

    monkeypatch.setattr("pages.parts.inbox.queue.filters", left_out_once)
    at.session_state["filters-changed"] = True
    at.run()
    assert len(drawn) == 2
    assert "filters-changed" not in at.session_state


def test_that_enter_takes_one_goal_and_unsure_ones_come_first(desk: DemoDesk) -> None:
    proposal = desk.views[COMPOUND].proposal
    assert proposal is not None
    sure, doubted = proposal.triage.goals[0], proposal.triage.goals[1].replace(sure=False)
    triage = proposal.triage.replace(goals=(sure, doubted))
    desk._set(COMPOUND, proposal=proposal.replace(triage=triage))
    at = inbox(COMPOUND)
    picker = at.multiselect(key=f"wants-{COMPOUND}-{desk.views[COMPOUND].ticket.version}")
    assert picker.proto.select_all == 0, "no entry takes several"
    assert picker.options[0] == TITLES[doubted.task_type]
    assert picker.value == [sure.task_type]
    filters = [one for one in at.multiselect if one.key in ("types", "languages")]
    assert [one.proto.select_all for one in filters] == [0, 0]


def test_that_a_code_is_sent_from_the_menu_and_its_state_is_shown(desk: DemoDesk) -> None:
    at = inbox(COMPOUND)
    at.button(key="send-code").click().run()
    assert desk.codes == [COMPOUND]
    assert told(at, "A one-time code is on its way to m")
    shown = desk.views[COMPOUND].code
    assert shown is not None
    desk._set(COMPOUND, code=shown.replace(state="confirmed", counts=True))
    at = inbox(COMPOUND)
    assert told(at, "The customer is confirmed by a code that was sent to m")
    assert told(at, "Identity confirmed by a code")
    assert not has_button(at, "send-code")
