"""A visitor writes by a widget, people or the copilot answer, and each session sees its own conversation only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cx_core.desk.desk import Desk
from cx_core.records import IDENTITIES, Attachment, TicketId
from cx_core.records.chat import ChatSession, ChatWidget
from cx_core.service_rules.levels_in_force import Levels
from pages.parts.routes.chat import ChatLimits
from tests.conftest import SetClock
from tests.integration.chat.at_the_widget import ORIGIN, Visitor, site, told
from tests.integration.chat.conftest import ADMINISTRATOR
from tests.integration.chat.host_site import signed
from tests.scripted import COPY, LENA, SAM, Hand, InlineWorks, erased

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def tickets(desk: Desk, visitor: Visitor) -> list[TicketId]:
    """Those that the visitor's messages opened."""
    widget = desk.chat_visitors.admitted(visitor.widget, visitor.origin).widget
    assert widget is not None
    session = desk.chat_visitors.who(widget, visitor.token)
    assert session is not None
    return list(dict.fromkeys(event.ticket for event in desk.chat_visitors.events(session, 0) if event.ticket))


def messages(desk: Desk, visitor: Visitor) -> list[tuple[str, str]]:
    return [(one["from"], one["text"]) for one in told(desk, visitor) if one["kind"] == "message"]


def test_that_a_message_opens_a_ticket_and_a_reply_comes_back(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin(email=LENA)
    assert visitor.say(COPY).status_code == 204
    (ticket,) = tickets(desk, visitor)
    view = hand.view(ticket)
    assert (view.ticket.channel, view.ticket.address, view.ticket.identity) == ("chat", LENA, 0)
    answer = desk.approvals.approve(SAM, ticket, view.ticket.version, reply="Here it is, Lena.")
    assert not hasattr(answer, "code"), answer
    said = messages(desk, visitor)
    assert [who for who, _ in said] == ["you", "person"]
    assert said[0][1] == COPY
    assert "Here it is, Lena." in said[1][1]
    assert hand.sent(LENA) == []  # nowhere else
    names = [one["name"] for one in told(desk, visitor) if one.get("from") == "person"]
    assert len(names) == 1


def test_that_the_same_client_id_is_one_message(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    for text in ("Hello there", "Hello there", "Something else under the same id"):
        assert visitor.say(text, "client-00000001").status_code == 204
    assert messages(desk, visitor) == [("you", "Hello there")]
    (ticket,) = tickets(desk, visitor)
    assert [one.text for one in hand.view(ticket).messages] == ["Hello there"]


def test_that_a_conversation_goes_on_with_its_ticket(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    visitor.say("Hello")
    visitor.say("Are you there?")
    (ticket,) = tickets(desk, visitor)
    assert [one.text for one in hand.view(ticket).messages] == ["Hello", "Are you there?"]


def test_that_the_visitor_is_told_when_an_answer_comes(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    visitor.say("Hello")
    (state,) = [one for one in told(desk, visitor) if one["kind"] == "state"]
    (ticket,) = tickets(desk, visitor)
    due = hand.view(ticket).ticket.respond_by
    assert due is not None
    assert (state["phase"], state["by"]) == ("waiting", due.isoformat().replace("+00:00", "Z"))
    view = hand.view(ticket)
    desk.approvals.approve(SAM, ticket, view.ticket.version, reply="Good morning.")
    desk.chat_states.refresh(_session(desk, visitor))
    assert [one["phase"] for one in told(desk, visitor) if one["kind"] == "state"][-1] == "solved"


def test_that_a_change_reaches_the_visitor_without_their_asking(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    visitor.say("Hello")
    desk.chat_states.follow()
    (ticket,) = tickets(desk, visitor)
    assert desk.inbox.save_draft(SAM, ticket, hand.view(ticket).ticket.version, "Let me see") is None
    desk.chat_states.follow()
    states = [one for one in told(desk, visitor) if one["kind"] == "state"]
    assert states[-1]["colleague"] == "Sam"
    desk.chat_states.follow()
    assert len([one for one in told(desk, visitor) if one["kind"] == "state"]) == len(states)


def test_that_asking_for_a_person_is_a_message_and_is_answered_for(desk: Desk, visitor: Visitor) -> None:
    visitor.begin(language="de")
    assert visitor.call("messages", {"id": "client-person-1", "person": True}).status_code == 204
    assert messages(desk, visitor) == [("you", "Ich möchte mit einem Menschen sprechen.")]
    (state,) = [one for one in told(desk, visitor) if one["kind"] == "state"]
    assert state["asked_person"] is True


def _session(desk: Desk, visitor: Visitor) -> ChatSession:
    widget = desk.chat_visitors.admitted(visitor.widget, visitor.origin).widget
    assert widget is not None
    session = desk.chat_visitors.who(widget, visitor.token)
    assert session is not None
    return session


CALLS = ("stream", "messages", "files", "file", "typing", "rating", "end")


@pytest.mark.parametrize("call", CALLS)
def test_that_a_guessed_token_opens_nothing(desk: Desk, visitor: Visitor, call: str) -> None:
    visitor.begin()
    visitor.say("My secret")
    session = _session(desk, visitor)
    answers = set()
    for token in ("", "x" * 43, session.id, session.thread, visitor.token[:-1], visitor.token + "A", "x" * 5000):
        other = Visitor(visitor.client, visitor.widget)
        other.token = token
        answer = other.call(call, {"id": "client-00000009", "text": "Hi", "number": 1, "place": 0, "score": 5})
        answers.add((answer.status_code, answer.text))
    assert answers == {(401, '{"error":"unknown"}')}


def test_that_a_token_counts_only_by_its_own_widget_and_origin(desk: Desk, visitor: Visitor) -> None:
    visitor.begin()
    second = desk.chat_widgets.add(ADMINISTRATOR, "Other", ["https://other.example"])
    assert isinstance(second, ChatWidget)
    elsewhere = Visitor(visitor.client, second.id, "https://other.example")
    elsewhere.token = visitor.token
    assert elsewhere.say("Hi").status_code == 401
    answers = set()
    for widget, origin in ((visitor.widget, "https://evil.example"), ("0" * 12, ORIGIN), (second.id, ORIGIN)):
        stranger = Visitor(visitor.client, widget, origin)
        stranger.token = visitor.token
        answer = stranger.say("Hi")
        answers.add((answer.status_code, answer.text, answer.headers.get("access-control-allow-origin")))
    assert answers == {(404, '{"error":"unknown"}', None)}


def test_that_event_ids_lead_into_no_other_conversation(desk: Desk, visitor: Visitor) -> None:
    visitor.begin()
    visitor.say("First visitor")
    other = Visitor(visitor.client, visitor.widget).begin()
    other.say("Second visitor")
    for after in (-5, 0, 1, 10**8):
        assert all("First" not in str(event) for event in told(desk, other, after))


def test_that_only_the_allowed_origin_may_read_an_answer(visitor: Visitor) -> None:
    path = f"/chat/{visitor.widget}/messages"
    good = visitor.client.options(path, headers={"origin": ORIGIN, "access-control-request-method": "POST"})
    assert (good.status_code, good.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert "access-control-allow-credentials" not in good.headers
    bad = visitor.client.options(path, headers={"origin": "null", "access-control-request-method": "POST"})
    assert (bad.status_code, "access-control-allow-origin" in bad.headers) == (404, False)
    assert visitor.client.post(path, json={}).status_code == 404  # a program that says no origin


def test_that_no_cookie_is_set(visitor: Visitor) -> None:
    answers = (visitor.client.get("/chat/widget.js"), visitor.call("hello"), visitor.call("sessions"))
    assert [answer.headers.get("set-cookie") for answer in answers] == [None, None, None]


def test_that_too_much_is_refused(desk: Desk, widget: ChatWidget) -> None:
    narrow = ChatLimits(sessions=(2, 1), messages=(3, 1), of_address=(4, 1))
    client = site(desk, narrow)
    first, second = Visitor(client, widget.id).begin(), Visitor(client, widget.id).begin()
    assert Visitor(client, widget.id).call("sessions").status_code == 429
    assert [first.say("Hi").status_code for _ in range(4)] == [204, 204, 204, 429]
    assert [second.say("Hi").status_code for _ in range(2)] == [204, 429]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "client-1", "text": "x" * 4001}, 422),
        ({"id": "client-1", "text": "x" * 40_000}, 400),
        ({"id": "client-1", "text": "  "}, 422),
        ({"id": "c", "text": "Hi"}, 403),
        ({"id": "client-1/../x", "text": "Hi"}, 403),
        (["no object"], 400),
    ],
)
def test_that_what_cannot_be_taken_is_refused(desk: Desk, visitor: Visitor, body: object, status: int) -> None:
    visitor.begin()
    assert visitor.call("messages", body).status_code == status
    assert told(desk, visitor) == []


def test_that_files_pass_the_checks_of_all_channels(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    path = f"/chat/{visitor.widget}/files"
    headers = {"origin": ORIGIN, "authorization": f"Bearer {visitor.token}"}

    def attach(id: str, content: bytes) -> int:
        given = {"id": id, "name": "../photo.png"}
        return visitor.client.post(path, params=given, content=content, headers=headers).status_code

    assert attach("client-file-1", PIXEL) == 204
    assert attach("client-file-2", b"<html><script>alert(1)</script>") == 422
    assert attach("client-file-3", b"x" * 10_000_001) == 413
    (event,) = [one for one in told(desk, visitor) if one["kind"] == "message"]
    assert event["files"] == [{"name": "photo.png", "size": len(PIXEL)}]
    (ticket,) = tickets(desk, visitor)
    with hand.works.store.look() as unit:
        (kept,) = unit.attachments.of(ticket)
    assert (kept.media_type, kept.trouble) == ("image/png", "")


def test_that_a_file_of_the_reply_can_be_saved_by_its_visitor_only(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin()
    visitor.say("Hello")
    (ticket,) = tickets(desk, visitor)
    made = desk.ticket_attachments.attach(SAM, ticket, "label.png", PIXEL)
    assert isinstance(made, Attachment), made
    view = hand.view(ticket)
    answer = desk.approvals.approve(SAM, ticket, view.ticket.version, reply="Here is your label.")
    assert not hasattr(answer, "code"), answer
    (reply,) = [one for one in told(desk, visitor) if one.get("from") == "person"]
    assert [one["name"] for one in reply["files"]] == ["label.png"]
    asked = {"number": reply["number"], "place": 0}
    assert visitor.call("file", asked).content == PIXEL
    other = Visitor(visitor.client, visitor.widget).begin()
    other.say("Hello")
    for number in range(-1, 6):
        for place in (-1, 0, 1):
            assert other.call("file", {"number": number, "place": place}).status_code == 404


def test_that_a_solved_ticket_is_rated_once(desk: Desk, visitor: Visitor, hand: Hand) -> None:
    visitor.begin(token=signed(desk, visitor.widget, LENA))
    visitor.say(COPY)
    (ticket,) = tickets(desk, visitor)
    hand.approve(ticket)
    assert [one["kind"] for one in told(desk, visitor)].count("rating") == 1
    assert hand.asked(LENA) == []
    assert visitor.call("rating", {"score": 9}).status_code == 403
    assert visitor.call("rating", {"score": 4, "comment": "quick"}).status_code == 204
    assert visitor.call("rating", {"score": 1}).status_code == 409
    with hand.works.store.look() as unit:
        rating = unit.ratings.get(ticket)
    assert rating is not None
    assert (rating.score, rating.comment) == (4, "quick")


def test_that_an_ended_session_opens_nothing(visitor: Visitor) -> None:
    visitor.begin()
    assert visitor.call("end").status_code == 204
    assert visitor.say("Hello?").status_code == 401


def test_that_a_paused_widget_takes_no_new_visitors(desk: Desk, visitor: Visitor) -> None:
    visitor.begin()
    desk.chat_widgets.pause(ADMINISTRATOR, visitor.widget, active=False)
    assert visitor.call("hello").json()["active"] is False
    assert Visitor(visitor.client, visitor.widget).call("sessions").status_code == 403
    assert visitor.say("Still here").status_code == 204


def test_that_a_removed_widget_answers_nobody(desk: Desk, visitor: Visitor) -> None:
    visitor.begin()
    desk.chat_widgets.remove(ADMINISTRATOR, visitor.widget)
    assert visitor.say("Still here").status_code == 404


def test_that_erasing_the_customer_erases_the_conversation(desk: Desk, visitor: Visitor, works: InlineWorks) -> None:
    visitor.begin(email="nobody.known@example.net")
    visitor.say("My phone number is 020 7946 0018")
    assert erased(desk, "address:nobody.known@example.net") == 1
    assert visitor.say("Hello?").status_code == 401
    with works.engine.connect() as connection:
        for table in ("chat_event", "chat_session"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0  # noqa: S608


def test_that_an_unused_session_is_deleted_and_its_ticket_stays(
    desk: Desk, visitor: Visitor, clock: SetClock, hand: Hand
) -> None:
    visitor.begin()
    visitor.say("Hello")
    (ticket,) = tickets(desk, visitor)
    clock.forward(days=29)
    desk.chat_visitors.tidy()
    assert visitor.call("typing").status_code == 204
    clock.forward(days=2)
    desk.chat_visitors.tidy()
    assert visitor.call("typing").status_code == 401
    assert hand.view(ticket).messages[0].text == "Hello"


def test_that_what_the_copilot_sends_alone_is_marked(
    desk: Desk, visitor: Visitor, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Levels, "now", lambda _levels: {"invoice_copy": 3})
    assert visitor.call("hello").json()["answers_by_itself"] is True
    visitor.begin()
    visitor.say("Hello")
    (ticket,) = tickets(desk, visitor)
    headers = {"Auto-Submitted": "auto-replied"}
    send = hand.works.outbox.deliver
    send(key=f"{ticket}:1:reply:a", channel="chat", address="x", subject="", text="An answer", headers=headers)
    send(key=f"{ticket}:1:reply:a", channel="chat", address="x", subject="", text="An answer", headers=headers)
    assert messages(desk, visitor)[-1] == ("ai", "An answer")
    assert len(messages(desk, visitor)) == 2


def test_that_presence_is_what_the_advisor_sees(desk: Desk, visitor: Visitor, clock: SetClock) -> None:
    visitor.begin()
    visitor.say("Hello")
    (ticket,) = tickets(desk, visitor)
    session = _session(desk, visitor)
    desk.chat_presence.came(session)
    desk.chat_presence.visitor_types(session)
    seen = desk.chat_presence.visitor(SAM, ticket)
    assert seen is not None
    assert (seen.here, seen.typing) == (True, True)
    clock.forward(seconds=10)
    desk.chat_presence.went(session)
    assert desk.chat_presence.visitor(SAM, ticket).here is True  # type: ignore[union-attr]
    clock.forward(seconds=20)
    gone = desk.chat_presence.visitor(SAM, ticket)
    assert gone is not None
    assert (gone.here, gone.typing, clock() - gone.seen_at) == (False, False, timedelta(seconds=20))
    assert IDENTITIES[0] == "only claimed"
