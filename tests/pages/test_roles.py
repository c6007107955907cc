"""The pages over the real desk: who sees which, and what each click leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Choices, Inbound, MessageId, Money, Role, StepId, TicketId
from cx_core.settings import Settings
from cx_core.views import TicketView
from tests.pages.pressing import papers, served, shown
from tests.signed_in import someone, token

Opened = Callable[[str, Role | None], AppTest]


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


@pytest.fixture
def opened(desk: Desk) -> Opened:
    """A page as somebody of this role sees it, or as somebody whose session ended."""

    def run(page: str, role: Role | None) -> AppTest:
        return shown(page, token(desk, role) if role else "ended")

    return run


def words(at: AppTest) -> str:
    return "\n".join(str(element.value) for kind in (at.markdown, at.text, at.info) for element in kind)


@pytest.mark.parametrize(
    "page", ["case", "inbox", "day", "review", "autonomy", "knowledge", "model", "policies", "people", "audit"]
)
def test_that_an_ended_session_sees_nothing(opened: Opened, page: str) -> None:
    at = opened(page, None)
    assert "You are signed out" in words(at)
    assert not at.button
    assert not at.text_input


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("case", Role.EDITOR),
        ("inbox", Role.EDITOR),
        ("day", Role.EDITOR),
        ("review", Role.ADVISOR),
        ("review", Role.EDITOR),
        ("autonomy", Role.ADVISOR),
        ("autonomy", Role.EDITOR),
        ("connections", Role.ADVISOR),
        ("connections", Role.EDITOR),
        ("task_types", Role.SUPERVISOR),
        ("model", Role.ADVISOR),
        ("model", Role.SUPERVISOR),
        ("model", Role.EDITOR),
        ("policies", Role.ADVISOR),
        ("policies", Role.EDITOR),
        ("setup", Role.SUPERVISOR),
        ("people", Role.ADVISOR),
        ("people", Role.SUPERVISOR),
        ("people", Role.EDITOR),
        ("audit", Role.ADVISOR),
        ("audit", Role.SUPERVISOR),
        ("audit", Role.EDITOR),
    ],
)
def test_that_a_page_of_another_role_says_whose_it_is(opened: Opened, page: str, role: Role) -> None:
    at = opened(page, role)
    assert "Your role does not cover this" in words(at)
    assert not at.button
    assert not at.text_input


@pytest.mark.parametrize(
    ("role", "name"), [(Role.SUPERVISOR, "duplicate_charge"), (Role.ADMINISTRATOR, "action:refund_payment")]
)
def test_that_a_lead_stops_and_resumes_one_task_type_or_action(
    opened: Opened, desk: Desk, role: Role, name: str
) -> None:
    at = opened("autonomy", role)
    lead = someone(desk, role)
    at.selectbox(key="stop-name").select(name)
    at.button(key="stop-open").click().run()
    assert desk.kill_switches.switches(lead) == (), "nothing stops before it is confirmed"
    at.text_input(key="stop-reason").input("refunds went out twice")
    at.button(key="stop-now").click().run()
    assert [(one.name, one.reason) for one in desk.kill_switches.switches(lead)] == [(name, "refunds went out twice")]
    at.button(key=f"resume-{name}").click().run()
    assert desk.kill_switches.switches(lead) == ()


def test_that_nothing_stops_without_a_reason(opened: Opened, desk: Desk) -> None:
    at = opened("autonomy", Role.SUPERVISOR)
    at.button(key="stop-open").click().run()
    assert "28 task types" in papers(at)
    assert "0 tickets wait for an approval" in papers(at)
    at.text_input(key="stop-reason").input("  ")
    at.button(key="stop-now").click().run()
    assert "Say why, so that whoever comes next knows." in papers(at)
    assert desk.kill_switches.switches(someone(desk, Role.SUPERVISOR)) == ()


def test_that_a_role_lost_meanwhile_stops_nothing(opened: Opened, desk: Desk) -> None:
    at = opened("autonomy", Role.SUPERVISOR)
    lead = someone(desk, Role.ADMINISTRATOR)
    at.button(key="stop-open").click().run()
    at.text_input(key="stop-reason").input("too late")
    desk.sign_out(at.user["session"])
    at.button(key="stop-now").click().run()
    assert not at.exception
    assert "You are signed out" in words(at)
    assert desk.kill_switches.switches(lead) == ()


def test_that_the_log_is_shown_in_full_and_filtered_by_ticket(opened: Opened, desk: Desk) -> None:
    ticket = desk.inbound_messages.receive(
        letter("m-1", "ann@example.com", "My order ![x](https://evil.example/p.png)")
    )
    desk.inbound_messages.receive(letter("m-2", "bob@example.com", "Where is my invoice?"))
    at = opened("audit", Role.ADMINISTRATOR)
    assert list(at.dataframe[0].value["What"]) == ["signed in", "received", "received"]
    at.text_input(key="audit-ticket").input(ticket).run()
    assert list(at.dataframe[0].value["Ticket"]) == [ticket]
    assert "evil.example" in at.code[0].value
    assert "evil.example" not in words(at)


def test_that_events_are_masked_until_somebody_gives_a_reason(opened: Opened, desk: Desk) -> None:
    ticket = desk.inbound_messages.receive(letter("m-1", "ann@example.com", "I am Ann Quist, ring 07700 900123"))
    lead = someone(desk, Role.ADMINISTRATOR)
    received = next(event.seq for event in desk.audit_access.audit(lead) if event.kind == "received")
    at = opened("audit", Role.ADMINISTRATOR)
    at.selectbox(key="event").select(received).run()
    assert "⟪name⟫" in at.code[0].value
    for telling in ("Quist", "900123", "ann@"):
        assert telling not in at.code[0].value + str(list(at.dataframe[0].value["Content"]))

    at.button(key="unmask-now").click().run()
    assert "Quist" not in at.code[0].value
    assert "unmasked" not in [event.kind for event in desk.audit_access.audit(lead)]

    at.text_input(key="unmask-reason").input("she asked what we hold")
    at.button(key="unmask-now").click().run()
    assert "I am Ann Quist, ring 07700 900123" in at.code[0].value
    seen = desk.audit_access.audit(lead)[-1]
    assert (seen.kind, seen.actor, seen.ticket) == ("unmasked", lead.id, ticket)
    assert seen.payload == {"event": received, "reason": "she asked what we hold"}
    at.run()
    assert "Quist" not in at.code[0].value


def test_that_the_log_names_people_also_those_who_left(opened: Opened, desk: Desk) -> None:
    nadia = someone(desk, Role.SUPERVISOR)
    desk.inbound_messages.receive(letter("m-1", "ann@example.com", "Where is my order?"))
    desk.kill_switches.stop(nadia, "*", "refunds went out twice")
    desk._accounts.set_disabled(nadia.id, True, "command line")  # as the command line does
    at = opened("audit", Role.ADMINISTRATOR)
    rows = at.dataframe[0].value
    told = [row for _, row in rows.iterrows() if row["What"] in ("stopped", "received")]
    assert [row["Who"] for row in told] == ["Nadia Haddad", "email"]
    assert [row["Content"] for row in told] == ["* · refunds went out twice", "Where is my order?"]


def test_that_a_customer_is_erased_when_one_administrator_asks_and_another_grants(opened: Opened, desk: Desk) -> None:
    ticket = desk.inbound_messages.receive(letter("m-1", "ann@example.com", "My secret words"))
    lead = someone(desk, Role.ADMINISTRATOR)

    def payload() -> dict[str, object] | None:
        return desk.audit_access.audit(lead, ticket)[0].payload

    def press(at: AppTest, key: str) -> None:
        at.button(key=key).click().run()
        assert not at.exception

    at = opened("audit", Role.ADMINISTRATOR)
    at.text_input(key="erase-customer").input("anne@example.com").run()
    assert "Nobody was found for" in papers(at)
    at.text_input(key="erase-customer").input("Ann@example.com").run()
    assert f"1 ticket ({ticket}), 1 message" in papers(at)
    press(at, "erase-ask")
    assert "Say why" in papers(at)
    at.text_input(key="erase-reason").input("asked for it")
    press(at, "erase-ask")
    assert "until another administrator grants it" in papers(at)
    (waiting,) = desk.customer_erasure.erasures(lead)
    grant = f"erase-grant-{waiting.request.id}"
    assert grant not in [button.key for button in at.button], "not by whoever asked"
    assert payload()

    other = shown("audit", token(desk, "Farah"))
    press(other, grant)
    assert "Erased: 1 ticket, 1 message." in papers(other)
    assert payload() is None
    press(other, "verify")
    assert desk.audit_access.verify_audit(lead).ok
    left = shown("inbox", token(desk, Role.ADVISOR), ticket=ticket)
    assert "cannot be read any more" in papers(left)
    assert "Answered" not in papers(left)


def test_that_of_several_people_none_is_chosen_until_somebody_says_who(opened: Opened, desk: Desk) -> None:
    at = opened("audit", Role.ADMINISTRATOR)
    at.text_input(key="erase-customer").input("example.com").run()
    (who,) = (radio for radio in at.radio if radio.key == "erase-who")
    assert who.value is None
    assert "erase-ask" not in [button.key for button in at.button]
    who.set_value(1).run()
    assert "erase-ask" in [button.key for button in at.button]


def test_that_a_link_to_a_ticket_that_is_no_more_says_so(desk: Desk) -> None:
    at = shown("inbox", token(desk, Role.ADVISOR), ticket="T-404")
    assert "failed" not in words(at)
    answer = desk.inbox.take(someone(desk, Role.ADVISOR), TicketId("T-404"))
    assert answer is not None
    assert answer.text == "There is no such ticket."


def test_that_signing_out_frees_the_tickets_of_whoever_leaves(desk: Desk) -> None:
    tickets = [
        desk.inbound_messages.receive(letter(f"m-{number}", "ann@example.com", "My order?")) for number in range(2)
    ]
    leaving = token(desk, Role.ADVISOR)
    ines, nadia = desk.who(leaving), someone(desk, Role.SUPERVISOR)
    assert ines
    for ticket in tickets:
        assert desk.inbox.take(ines, ticket) is None
        assert desk.inbox.take(nadia, ticket) is not None
    seen = desk.inbox.changes_since(0)[0]
    desk.sign_out(leaving)
    assert desk.inbox.changes_since(seen)[1] == tuple(sorted(tickets)), "who reads along is told"
    assert [desk.inbox.take(nadia, ticket) for ticket in tickets] == [None, None]


def test_that_a_draft_keeps_what_was_changed_in_the_plan(desk: Desk) -> None:
    ticket = desk.inbound_messages.receive(letter("m-1", "ann@example.com", "My order?"))
    ines = someone(desk, Role.ADVISOR)
    step = StepId("s1")
    changed = Choices(
        edits={step: {"amount": Money(minor=2000), "items": ("a", "b")}}, skipped={StepId("s2"): "By phone"}
    )
    desk.inbox.save_draft(ines, ticket, 1, "Dear Ann", changed)
    desk.inbox.save_draft(ines, ticket, 1, "Dear Ann, hello")
    view = desk.inbox.ticket(ines, ticket)
    assert isinstance(view, TicketView)
    assert view.draft
    assert (view.draft.text, view.draft.choices) == ("Dear Ann, hello", changed)
    desk.inbox.save_draft(ines, ticket, 1, "Dear Ann", Choices())
    again = desk.inbox.ticket(ines, ticket)
    assert isinstance(again, TicketView)
    assert again.draft
    assert again.draft.choices == Choices()


def test_that_article_text_never_becomes_markup(opened: Opened, desk: Desk) -> None:
    at = opened("knowledge", Role.EDITOR)
    articles = desk.article_lifecycle.articles(someone(desk, Role.EDITOR))
    at.query_params["article"] = articles[0].id
    at.run()
    drawn = words(at)
    assert articles
    assert not [one.title for one in articles if one.title in drawn]


def letter(id: str, address: str, text: str) -> Inbound:
    return Inbound(id=MessageId(id), channel="email", address=address, text=text, received_at=datetime.now(UTC))
