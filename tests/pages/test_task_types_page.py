"""The Task types page over the real desk: filled in without a word of syntax, kept, asked for and signed by two."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.bootstrap.own_task_types import LaidOverTaskTypes
from cx_core.catalogue.own_task_types import task_type, with_own_task_types
from cx_core.desk.desk import Desk
from cx_core.records import OwnLimits, OwnTaskType, Person, PersonId, Role
from cx_core.settings import ROOT, Settings
from cx_core.views.own_task_type_views import OwnTaskTypes, OwnTaskTypeView
from tests.integration.desk.own_shop import EXAMPLES, kept
from tests.pages.pressing import papers, served, shown
from tests.signed_in import someone, token

Opened = Callable[[], AppTest]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


@pytest.fixture
def opened(desk: Desk) -> Opened:
    return lambda: shown("task_types", token(desk, Role.ADMINISTRATOR))


def keyed(at: AppTest, name: str) -> str:
    """The whole key of a field of the form."""
    drawn = (*at.text_input, *at.text_area, *at.selectbox, *at.multiselect, *at.number_input)
    return next(str(one.key) for one in drawn if one.key and str(one.key).startswith(f"{name}-"))


def only(desk: Desk) -> OwnTaskTypeView:
    (view,) = desk.own_task_types.all(someone(desk, Role.ADMINISTRATOR)).made
    return view


def filled_in(opened: Opened) -> AppTest:
    """A task type that sends a copy of the invoice that an order of the sandbox was paid by."""
    at = opened()
    at.text_input(key=keyed(at, "title")).set_value("Send the invoice again")
    at.text_input(key=keyed(at, "topic")).set_value("an invoice")
    at.text_area(key=keyed(at, "examples")).set_value("\n".join(EXAMPLES))
    at.selectbox(key=keyed(at, "read")).set_value("invoices").run()
    at.multiselect(key=keyed(at, "conditions")).set_value(["status"])
    at.multiselect(key=keyed(at, "steps")).set_value(["resend_invoice"]).run()
    at.text_input(key=keyed(at, "one-of-status")).set_value("open, paid")
    at.selectbox(key=keyed(at, "from-resend_invoice-invoice")).set_value(("record", "id"))
    at.selectbox(key=keyed(at, "from-resend_invoice-email")).set_value(("customer", "email"))
    for name, text in {"done": "Invoice [invoice number] is on its way.", "none": "Which invoice?", "several": "Which?",
                       "asked": "We can send it.", "unmet": "It is [invoice status]."}.items():  # fmt: skip
        at.text_area(key=keyed(at, f"reply-{name}")).set_value(text)
    return at.run()


def test_that_what_is_filled_in_is_kept_and_told_what_is_wrong(opened: Opened, desk: Desk) -> None:
    at = filled_in(opened)
    at.button(key="save").click().run()
    assert not at.exception
    draft = only(desk).draft
    (step,) = draft.steps
    assert [(one.argument, one.source, one.value) for one in step.arguments if one.argument == "invoice"] == [
        ("invoice", "record", "id")
    ]
    assert [(one.field, one.one_of) for one in draft.conditions] == [("status", ("open", "paid"))]
    assert draft.examples == EXAMPLES
    at.text_area(key=keyed(at, "reply-unmet")).set_value("It is [invoice colour].").run()
    assert "[invoice colour]\\u201d is nothing that can be put in here" in papers(at)
    at.button(key="insert-unmet-0").click().run()
    assert at.text_area(key=keyed(at, "reply-unmet")).value == "It is [invoice colour]. [invoice number]"


def test_that_what_is_filled_in_outlives_a_look_at_another_page_and_no_save(desk: Desk) -> None:
    at = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=30)
    at.user = {"session": token(desk, Role.ADMINISTRATOR)}
    at.switch_page("task_types.py").run()
    at.text_input(key=keyed(at, "title")).set_value("Send the invoice again")
    at.text_area(key=keyed(at, "examples")).set_value("once more, please")
    at.selectbox(key=keyed(at, "read")).set_value("invoices").run()
    at.multiselect(key=keyed(at, "conditions")).set_value(["status"]).run()
    at.switch_page("people.py").run()
    assert not at.exception
    at.switch_page("task_types.py").run()
    assert not at.exception
    assert at.text_input(key=keyed(at, "title")).value == "Send the invoice again"
    assert at.text_area(key=keyed(at, "examples")).value == "once more, please"
    assert at.multiselect(key=keyed(at, "conditions")).value == ["status"]
    at.selectbox(key=keyed(at, "read")).set_value("orders").run()
    assert not at.exception, "what was chosen of other records stands in nobody's way"
    at.button(key="save").click().run()
    assert only(desk).draft.title == "Send the invoice again"
    at.button(key="new").click().run()
    assert at.text_input(key=keyed(at, "title")).value == ""


def test_that_the_page_draws_itself_anew_once_what_is_in_force_is_learnt(
    opened: Opened, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its fragment does when it looks again; a timer of the browser starts it."""
    at = filled_in(opened)
    at.button(key="save").click().run()
    view = only(desk)
    view = view.replace(draft=view.draft.replace(state="active"), in_force=view.draft)
    before = OwnTaskTypes(made=(view,), to_be_taken_in=True)
    after = OwnTaskTypes(made=(view.replace(taken_in=True),))
    monkeypatch.setattr(desk.own_task_types, "all", lambda _: before)
    assert "being taken in" in papers(opened())
    looks = [before]  # the page is drawn, and then its fragment looks
    monkeypatch.setattr(desk.own_task_types, "all", lambda _: looks.pop() if looks else after)
    at = opened()
    assert not at.exception
    assert "in force" in papers(at)
    assert "being taken in" not in papers(at)
    assert "Rung learns it" not in papers(at)


def tried(desk: Desk, draft: OwnTaskType, by: Person) -> None:
    """What a trial leaves behind; the trial itself needs the encoder."""
    with desk._store.begin() as unit:
        unit.own_task_types.put(draft.replace(state="tried", tried_by=by.id))


def test_that_one_whose_name_a_newer_folder_has_too_is_not_waited_for(
    opened: Opened, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = filled_in(opened)
    at.button(key="save").click().run()
    admin, draft = someone(desk, Role.ADMINISTRATOR), only(desk).draft
    another = admin.replace(id=PersonId("another"))
    tried(desk, draft, admin)
    asked = kept(desk.own_task_types.ask(admin, draft.id))
    monkeypatch.setattr(desk._accounts, "people", lambda: (admin, another))
    signed = kept(desk.own_task_types.put_in_force(another, asked))
    assert "Rung learns it" in papers(opened())
    before = desk.own_task_types._overlay
    assert isinstance(before, LaidOverTaskTypes)
    newer = with_own_task_types(before.folder, [task_type(signed, before.folder)])
    for folder, counts in ((before.folder, True), (newer, False)):
        overlay = LaidOverTaskTypes(folder, before._in_force, before._systems, before._connected)
        monkeypatch.setattr(desk.own_task_types, "_overlay", overlay)
        assert (only(desk).in_force, only(desk).taken_in) == (signed, counts)
        assert "Rung learns it" not in papers(opened())


def test_that_it_is_tried_asked_for_and_signed_by_another(
    opened: Opened, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = filled_in(opened)
    at.button(key="save").click().run()
    admin, draft = someone(desk, Role.ADMINISTRATOR), only(desk).draft
    assert not [one for one in at.button if one.key == "ask"], "it must be tried first"
    tried(desk, draft, admin)
    at = opened()
    at.button(key="ask").click().run()
    assert not [one for one in at.button if one.key == "sign"], "nobody signs what they asked for"
    assert only(desk).in_force is None
    monkeypatch.setattr(desk._accounts, "people", lambda: (admin,))
    at = opened()
    at.text_input(key="sign-password").input("wrong")
    at.button(key="sign").click().run()
    assert only(desk).in_force is None, "not before its time"
    assert "You are the only administrator" in papers(at)
    monkeypatch.setattr(desk._accounts, "people", lambda: (admin, admin.replace(id=PersonId("another"))))
    kept(desk.own_task_types.put_in_force(admin.replace(id=PersonId("another")), only(desk).draft))
    assert only(desk).in_force is not None
    at = opened()
    at.text_input(key="withdraw-reason").set_value("Not needed").run()
    at.button(key="withdraw").click().run()
    assert only(desk).draft.state == "withdrawn"
    assert any("Task types of the knowledge folder: 28" in one.label for one in at.expander)


def test_that_limits_that_were_saved_are_shown_and_can_be_emptied_again(opened: Opened, desk: Desk) -> None:
    at = filled_in(opened)
    at.selectbox(key=keyed(at, "least")).set_value("advisor").run()
    at.number_input(key=keyed(at, "advisor-most")).set_value(50.0)
    at.number_input(key=keyed(at, "two")).set_value(100.0)
    at.button(key="save").click().run()
    assert only(desk).draft.limits == OwnLimits(least="advisor", advisor_most=5_000, two_above=10_000)
    at = opened()
    limits = [at.number_input(key=keyed(at, name)) for name in ("advisor-most", "two")]
    assert [one.value for one in limits] == [50.0, 100.0]
    for one in limits:
        one.set_value(None)
    at.button(key="save").click().run()
    assert not at.exception
    assert only(desk).draft.limits == OwnLimits(least="advisor")
    at = opened()
    assert [at.number_input(key=keyed(at, name)).value for name in ("advisor-most", "two")] == [None, None]
