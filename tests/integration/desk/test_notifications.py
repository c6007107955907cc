"""Events told outside the Inbox: put on their way with what they tell, sent at least once, and to whom they are for."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from standardwebhooks import Webhook

from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.desk.operations.notification_delivery import CLAIM, PAUSES
from cx_core.errors import AuditUnavailable, NotAllowed
from cx_core.records import CustomerId, NotificationEvent, NotificationWay, Person, Role
from cx_core.settings import ROOT as HOUSE
from cx_core.settings import Settings
from cx_core.views import NotificationTrial, NotificationView, Refusal, Subscribed
from tests.conftest import SetClock
from tests.receivers import Hook, Letterbox, hooked, letterbox
from tests.scripted import COPY, LENA, SAM, Hand, InlineWorks, erased, person
from tests.signed_in import someone

ADA, EDITOR, ROOT = person(), person(Role.EDITOR, "Ed Word"), person(Role.ADMINISTRATOR, "Root Admin")
EVERYTHING: tuple[NotificationEvent, ...] = (
    "escalated",
    "returned",
    "by_hand",
    "transferred",
    "mention",
    "reopened",
    "low_rating",
    "switched",
    "model_trouble",
    "backlog",
    "second_wanted",
)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as made:
        yield made


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, box: Letterbox) -> Settings:
    """A mail server, and webhooks to this machine."""
    mail = {"smtp_url": SecretStr(box.url), "mail_from": "rung@example.com", "webhook_hosts": "127.0.0.1"}
    return settings.replace(**mail)


def subscribed(desk: Desk, target: str, *events: NotificationEvent, by: Person = ROOT) -> Subscribed:
    way: NotificationWay = "webhook" if "://" in target else "email"
    made = desk.notification_settings.subscribe(by, events or EVERYTHING, way, target)
    assert isinstance(made, Subscribed), made
    return made


def told(hook: Hook) -> list[tuple[str, dict[str, object]]]:
    bodies = [json.loads(call.body) for call in hook.calls]
    return [(body["type"], body["data"]) for body in bodies]


def state(desk: Desk) -> list[NotificationView]:
    return list(desk.notification_settings.connections(ROOT).notifications)


def test_that_a_webhook_is_told_what_happened_to_a_ticket_and_can_verify_it(
    hand: Hand, hook: Hook, clock: SetClock
) -> None:
    made = subscribed(hand.desk, hook.url)
    ticket = hand.ticket("I am leaving you. I am Maria Keller, 54 Elm Road.")
    hand.desk.notification_delivery.send_notifications()
    due = hand.view(ticket).ticket.respond_by
    assert due
    assert told(hook) == [
        (
            "ticket.by_hand",
            {
                "ticket": ticket,
                "status": "new",
                "priority": "normal",
                "channel": "email",
                "respond_by": due.isoformat(),
                "version": 1,
                "link": f"http://127.0.0.1:8501/?ticket={ticket}",
            },
        )
    ]
    sent = Webhook(made.secret).sign(hook.calls[0].id, clock().astimezone(UTC), hook.calls[0].body.decode())
    assert hook.calls[0].headers["webhook-signature"] == sent
    assert [(one.state, one.notification.tries) for one in state(hand.desk)] == [("sent", 1)]
    hand.desk.notification_delivery.send_notifications()
    assert len(hook.calls) == 1


def test_that_every_chosen_event_is_told_and_no_customers_word_leaves(
    hand: Hand, hook: Hook, box: Letterbox, clock: SetClock
) -> None:
    subscribed(hand.desk, hook.url)
    subscribed(hand.desk, "floor@example.com")
    ines = someone(hand.desk, "Ines")
    hand.desk.kill_switches.stop(SAM, "duplicate_charge", "Elm Road")
    hand.desk.kill_switches.resume(SAM, "duplicate_charge")
    ticket = hand.ticket(COPY, LENA, thread="t")
    hand.desk.notes.add_note(SAM, ticket, "@Ines she lives in Elm Road")
    hand.desk.ticket_lifecycle.transfer(SAM, ticket, to=ines.id, note="Elm Road again")
    hand.approve(ticket)
    token = hand.asked()[0].split("/rate/")[1].split()[0]
    hand.desk.customer_ratings.rate(token, 1, "Elm Road")
    clock.forward(hours=1)
    hand.ticket("It is Elm Road!", LENA, thread="t")
    clock.forward(days=3)
    hand.desk.maintenance.tidy()
    hand.desk.notification_delivery.send_notifications()
    kinds = [kind for kind, _ in told(hook)]
    assert kinds[:6] == [
        "desk.switched",
        "desk.switched",
        "ticket.mention",
        "ticket.transferred",
        "ticket.low_rating",
        "ticket.reopened",
    ]
    assert "ticket.escalated" in kinds
    (letter,) = box.letters
    assert letter["Subject"] == f"{len(kinds)} notifications"
    everything = b"".join(call.body for call in hook.calls).decode() + str(letter.items()) + letter.get_content()
    for telling in ("Elm", "Lena", "Fischer", LENA, "@Ines", "C-7", ines.email):
        assert telling not in everything
    assert f"A customer rates 1 out of 5 ({ticket})" in letter.get_content()
    assert f"See it: http://127.0.0.1:8501/?ticket={ticket}" in letter.get_content()


def test_that_a_failed_step_is_told(hand: Hand, hook: Hook) -> None:
    subscribed(hand.desk, hook.url, "returned")
    ticket = hand.ticket()
    hand.works.trouble = lambda name: (_ for _ in ()).throw(ConnectionError(name)) if name == "resend_invoice" else None
    hand.approve(ticket)
    hand.desk.notification_delivery.send_notifications()
    assert [(kind, data["ticket"]) for kind, data in told(hook)] == [("ticket.returned", ticket)]


def test_that_nothing_is_told_of_what_was_undone_with_its_transaction(hand: Hand, hook: Hook) -> None:
    subscribed(hand.desk, hook.url, "switched")

    def undone() -> None:
        with hand.works.store.begin() as unit:
            unit.record("stopped", actor="sam", payload={"name": "*"})
            raise AuditUnavailable

    with pytest.raises(AuditUnavailable):
        undone()
    hand.desk.notification_delivery.send_notifications()
    assert hook.calls == []


def test_that_only_chosen_events_are_told_and_none_while_it_is_off(hand: Hand, hook: Hook) -> None:
    made = subscribed(hand.desk, hook.url, "reopened")
    hand.desk.kill_switches.stop(SAM, "*", "why")
    assert hand.desk.notification_settings.retell(ROOT, made.id, ["switched"]) is None
    hand.desk.kill_switches.resume(SAM, "*")
    assert hand.desk.notification_settings.switch_subscription(ROOT, made.id, False) is None
    hand.desk.notification_delivery.send_notifications()
    assert hook.calls == [], "what is on its way waits"
    hand.desk.kill_switches.stop(SAM, "*", "why")
    assert hand.desk.notification_settings.switch_subscription(ROOT, made.id, True) is None
    hand.desk.notification_delivery.send_notifications()
    assert [data["stopped"] for _, data in told(hook)] == [False]


# --- at least once --------------------------------------------------------------------------


def test_that_what_fails_is_tried_again_later_and_later_under_one_id_until_it_is_given_up(
    hand: Hand, hook: Hook, clock: SetClock
) -> None:
    subscribed(hand.desk, hook.url, "switched")
    hook.answers = [500]
    hand.desk.kill_switches.stop(SAM, "*", "why")
    for pause in PAUSES:
        hand.desk.notification_delivery.send_notifications()
        seen = len(hook.calls)
        clock.now += pause - timedelta(seconds=1)
        hand.desk.notification_delivery.send_notifications()
        assert len(hook.calls) == seen, "not before its time"
        clock.forward(seconds=1)
    hand.desk.notification_delivery.send_notifications()
    (left,) = state(hand.desk)
    assert (left.state, left.notification.tries, len(hook.calls)) == ("given up", 8, 8)
    assert left.notification.trouble == "It answered 500 Internal Server Error."
    assert hand.works.audit.events()[-1].kind == "notification_given_up"
    clock.forward(days=1)
    hand.desk.notification_delivery.send_notifications()
    assert len(hook.calls) == 8

    hook.answers = [200]
    assert hand.desk.notification_settings.send_again(ROOT, left.notification.id) is None
    hand.desk.notification_delivery.send_notifications()
    assert state(hand.desk)[0].state == "sent"
    assert len({call.id for call in hook.calls}) == 1, "whoever had it already can tell"
    again = hand.desk.notification_settings.send_again(ROOT, left.notification.id)
    assert isinstance(again, Refusal)
    assert again.code == "already"


@pytest.mark.parametrize("answer", [410, 301])
def test_that_a_final_answer_is_not_asked_for_again(hand: Hand, hook: Hook, answer: int) -> None:
    subscribed(hand.desk, hook.url, "switched")
    hook.answers = [answer]
    hand.desk.kill_switches.stop(SAM, "*", "why")
    hand.desk.notification_delivery.send_notifications()
    assert [(one.state, one.notification.tries) for one in state(hand.desk)] == [("given up", 1)]
    assert len(hook.calls) == 1


def test_that_one_who_does_not_answer_holds_up_nobody_else(hand: Hand, hook: Hook) -> None:
    with hooked("drop") as away:
        subscribed(hand.desk, away.url, "switched")
        subscribed(hand.desk, hook.url, "switched")
        for _ in range(2):
            hand.desk.kill_switches.stop(SAM, "*", "why")
            hand.desk.kill_switches.resume(SAM, "*")
        hand.desk.notification_delivery.send_notifications()
    assert (len(away.calls), len(hook.calls)) == (1, 4)
    assert sorted(one.state for one in state(hand.desk)) == ["on its way"] * 4 + ["sent"] * 4


def test_that_an_event_before_a_crash_is_told_by_the_next_process(hand: Hand, hook: Hook, works: InlineWorks) -> None:
    subscribed(hand.desk, hook.url, "switched")
    hand.desk.kill_switches.stop(SAM, "*", "why")
    again = InlineWorks(works.settings, works.clock)
    open_desk(works.settings, works.clock, again).notification_delivery.send_notifications()
    again.close()
    assert [kind for kind, _ in told(hook)] == ["desk.switched"]


def test_that_a_process_killed_while_it_sends_leaves_it_to_the_next_under_the_same_id(
    hand: Hand, hook: Hook, clock: SetClock, works: InlineWorks
) -> None:
    subscribed(hand.desk, hook.url, "switched")
    hand.desk.kill_switches.stop(SAM, "*", "why")
    script = (
        "import sys; from datetime import datetime; from cx_core.settings import Settings\n"
        "from cx_core.bootstrap import open_desk\n"
        "settings = Settings.model_validate_json(sys.argv[1])\n"
        "open_desk(settings, lambda: datetime.fromisoformat(sys.argv[2])).notification_delivery.send_notifications()\n"
    )
    plain = works.settings.replace(smtp_url=SecretStr("")).model_dump_json()
    process = subprocess.Popen([sys.executable, "-c", script, plain, clock.now.isoformat()], cwd=HOUSE)
    hook.heard = process.kill  # what it sent has arrived; that it arrived is not noted
    assert process.wait(60) == -signal.SIGKILL
    hook.heard = lambda: None
    hand.desk.notification_delivery.send_notifications()
    assert len(hook.calls) == 1, "it may still be at it"
    clock.now += CLAIM
    hand.desk.notification_delivery.send_notifications()
    assert len(hook.calls) == 2
    assert len({call.id for call in hook.calls}) == 1
    assert [(one.state, one.notification.tries) for one in state(hand.desk)] == [("sent", 2)]


def test_that_two_processes_send_each_once(hand: Hand, hook: Hook, works: InlineWorks) -> None:
    subscribed(hand.desk, hook.url, "switched")
    for _ in range(10):
        hand.desk.kill_switches.stop(SAM, "*", "why")
    other = InlineWorks(works.settings, works.clock)
    twin = open_desk(works.settings, works.clock, other)
    threads = [threading.Thread(target=one.notification_delivery.send_notifications) for one in (hand.desk, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(hook.calls) == len({call.id for call in hook.calls}) == 10


def test_that_mails_due_together_are_one_and_those_later_another(hand: Hand, hook: Hook, box: Letterbox) -> None:
    subscribed(hand.desk, "floor@example.com")
    subscribed(hand.desk, hook.url)
    tickets = [hand.ticket("I am leaving you.", f"c{number}@example.com") for number in range(60)]
    hand.desk.notification_delivery.send_notifications()
    assert [letter["Subject"] for letter in box.letters] == ["50 notifications", "10 notifications"]
    text = "".join(letter.get_content() for letter in box.letters)
    assert all(text.count(f"?ticket={ticket}") == 1 for ticket in tickets)
    assert len(hook.calls) == 60
    assert {one.state for one in state(hand.desk)} == {"sent"}
    hand.desk.kill_switches.stop(SAM, "*", "why")
    hand.desk.notification_delivery.send_notifications()
    assert box.letters[2]["Subject"] == "The copilot is stopped"
    assert len({letter["Message-ID"] for letter in box.letters}) == 3


# --- whom, and who decides ------------------------------------------------------------------


def refusal(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.text


def test_that_who_subscribes_for_a_colleague_has_them_told_of_what_concerns_them(hand: Hand, box: Letterbox) -> None:
    ines, callum = someone(hand.desk, "Ines"), someone(hand.desk, "Callum")
    for one in (ines, callum):
        subscribed(hand.desk, f"account:{one.id}", "mention", "transferred", "switched")
    ticket = hand.ticket()
    for happens in (
        lambda: hand.desk.notes.add_note(SAM, ticket, "@Ines look"),
        lambda: hand.desk.ticket_lifecycle.transfer(SAM, ticket, to=callum.id, note="yours"),
        lambda: hand.desk.ticket_lifecycle.transfer(SAM, ticket, team="billing", note="theirs"),
        lambda: hand.desk.kill_switches.stop(SAM, "*", "why"),
    ):
        happens()
        hand.desk.notification_delivery.send_notifications()
    got = [(one["To"], one["Subject"].split(" (")[0]) for one in box.letters]
    handed = "A ticket is handed to a colleague or team"
    assert sorted(got) == sorted(
        [
            (ines.email, "A colleague is mentioned in a note"),
            (callum.email, handed),
            (ines.email, handed),
            (callum.email, handed),
            (ines.email, "The copilot is stopped"),
            (callum.email, "The copilot is stopped"),
        ]
    )


def test_that_a_closed_account_gets_no_mail(hand: Hand, box: Letterbox, works: InlineWorks) -> None:
    ines = someone(hand.desk, "Ines")
    made = subscribed(hand.desk, f"account:{ines.id}", "switched")
    works.accounts.set_disabled(ines.id, True)
    hand.desk.kill_switches.stop(SAM, "*", "why")
    hand.desk.notification_delivery.send_notifications()
    assert box.letters == []
    assert [one.state for one in state(hand.desk)] == ["given up"]
    trial = hand.desk.notification_settings.try_subscription(ROOT, made.id)
    assert isinstance(trial, NotificationTrial)
    assert not trial.good
    assert box.letters == []


@pytest.mark.parametrize("somebody", [ADA, EDITOR])
def test_that_only_those_who_lead_see_and_change_who_is_told(hand: Hand, somebody: Person) -> None:
    made, desk = subscribed(hand.desk, "floor@example.com"), hand.desk
    for call in (
        lambda: desk.notification_settings.connections(somebody),
        lambda: desk.notification_settings.subscribe(somebody, ["switched"], "email", f"account:{somebody.id}"),
        lambda: desk.notification_settings.retell(somebody, made.id, ["switched"]),
        lambda: desk.notification_settings.switch_subscription(somebody, made.id, False),
        lambda: desk.notification_settings.try_subscription(somebody, made.id),
        lambda: desk.notification_settings.unsubscribe(somebody, made.id),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_that_a_supervisor_has_mail_sent_to_themselves_and_to_nobody_else(hand: Hand, box: Letterbox) -> None:
    desk, nadia = hand.desk, someone(hand.desk, "Nadia")
    others = subscribed(desk, "floor@example.com", "switched")
    for way, target in (("email", "eve@example.com"), ("webhook", "https://hooks.example.com"), ("email", "account:x")):
        refused = desk.notification_settings.subscribe(nadia, ["switched"], way, target)  # type: ignore[arg-type]
        assert "mail sent to yourself" in refusal(refused)
    mine = subscribed(desk, f"account:{nadia.id}", "switched", by=nadia)
    seen = desk.notification_settings.connections(nadia)
    assert [one.subscription.id for one in seen.subscriptions] == [mine.id]
    assert (seen.may_choose, list(seen.people)) == (False, [nadia.id])
    for answer in (
        desk.notification_settings.unsubscribe(nadia, others.id),
        desk.notification_settings.try_subscription(nadia, others.id),
    ):
        assert "not in the list" in refusal(answer)
    desk.kill_switches.stop(SAM, "*", "why")
    desk.notification_delivery.send_notifications()
    assert {one.to for one in desk.notification_settings.connections(nadia).notifications} == {"Nadia Haddad"}
    assert desk.notification_settings.unsubscribe(nadia, mine.id) is None
    assert len(desk.notification_settings.connections(ROOT).subscriptions) == 1


@pytest.mark.parametrize(
    ("way", "target", "says"),
    [
        ("webhook", "https://169.254.169.254/latest/meta-data", "private network"),
        ("webhook", "https://localhost.example.com/\nX: y", "no web address"),
        ("webhook", "http://hooks.example.com/", "must begin with https"),
        ("email", "nadia@example.com\nBcc: eve@example.com", "not an e-mail address"),
        ("email", "account:nobody", "Choose a colleague"),
    ],
)
def test_that_a_target_that_cannot_be_told_is_refused_in_words(
    hand: Hand, way: NotificationWay, target: str, says: str
) -> None:
    assert says in refusal(hand.desk.notification_settings.subscribe(ROOT, ["switched"], way, target))
    assert hand.desk.notification_settings.connections(ROOT).subscriptions == ()


def test_that_nothing_chosen_and_the_same_twice_are_refused(hand: Hand) -> None:
    assert "Choose what" in refusal(hand.desk.notification_settings.subscribe(ROOT, [], "email", "floor@example.com"))
    made = subscribed(hand.desk, "floor@example.com")
    assert "already" in refusal(
        hand.desk.notification_settings.subscribe(ROOT, ["switched"], "email", " floor@example.com ")
    )
    assert "switch it off" in refusal(hand.desk.notification_settings.retell(ROOT, made.id, []))


def test_that_a_test_says_what_came_of_it_and_is_signed(hand: Hand, hook: Hook, clock: SetClock) -> None:
    made = subscribed(hand.desk, hook.url)
    hook.answers = [200, 503]
    answers = [hand.desk.notification_settings.try_subscription(ROOT, made.id) for _ in range(2)]
    assert answers == [
        NotificationTrial(good=True, text="It answered 200 OK."),
        NotificationTrial(good=False, text="It answered 503 Service Unavailable."),
    ]
    body = hook.calls[0].body.decode()
    assert json.loads(body)["type"] == "test"
    assert hook.calls[0].headers["webhook-signature"] == Webhook(made.secret).sign(
        hook.calls[0].id, clock().astimezone(UTC), body
    )
    assert len({call.id for call in hook.calls}) == 2
    assert state(hand.desk) == []


def test_that_a_test_mail_arrives(hand: Hand, box: Letterbox) -> None:
    made = subscribed(hand.desk, "floor@example.com")
    assert hand.desk.notification_settings.try_subscription(ROOT, made.id) == NotificationTrial(
        good=True, text="127.0.0.1 took it."
    )
    assert "This is a test" in box.letters[0].get_content()


def test_that_the_secret_is_told_once_and_lies_apart_from_the_database(hand: Hand, hook: Hook) -> None:
    made = subscribed(hand.desk, hook.url)
    assert made.secret.startswith("whsec_")
    assert made.secret not in hand.desk.notification_settings.connections(ROOT).model_dump_json()
    raw = b"".join(path.read_bytes() for path in hand.works.settings.data_dir.glob("rung.db*"))
    assert made.secret.removeprefix("whsec_").encode() not in raw
    assert made.secret not in str(hand.works.audit.events())
    hand.desk.notification_settings.unsubscribe(ROOT, made.id)
    assert hand.works.dispatcher.secret(made.id) != made.secret


def test_that_every_change_is_on_record_without_the_password_in_a_web_address(hand: Hand, hook: Hook) -> None:
    made = subscribed(hand.desk, f"{hook.url}&token=hush", "switched")
    hand.desk.notification_settings.retell(ROOT, made.id, ["switched", "mention"])
    hand.desk.notification_settings.switch_subscription(ROOT, made.id, False)
    hand.desk.notification_settings.try_subscription(ROOT, made.id)
    hand.desk.notification_settings.unsubscribe(ROOT, made.id)
    events = hand.works.audit.events()
    kinds = ["subscribed", "subscription_changed", "subscription_changed", "notification_tested", "unsubscribed"]
    assert [event.kind for event in events] == kinds
    assert {event.actor for event in events} == {ROOT.id}
    assert "hush" not in str(events)
    assert all(event.payload and event.payload["target"] == f"127.0.0.1:{hook.port}" for event in events)


def test_that_what_is_removed_is_told_nothing_more(hand: Hand, hook: Hook) -> None:
    made = subscribed(hand.desk, hook.url)
    hand.desk.kill_switches.stop(SAM, "*", "why")
    hand.desk.notification_settings.unsubscribe(ROOT, made.id)
    hand.desk.notification_delivery.send_notifications()
    assert (hook.calls, state(hand.desk)) == ([], [])


def test_that_an_erased_customer_is_not_in_what_was_told(hand: Hand, hook: Hook) -> None:
    subscribed(hand.desk, hook.url)
    ticket = hand.ticket("I am leaving you.", LENA)
    erased(hand.desk, CustomerId("C-7"))
    hand.desk.notification_delivery.send_notifications()
    assert [data["ticket"] for _, data in told(hook)] == [ticket]
    assert LENA not in str(told(hook))


# --- states of the whole desk ---------------------------------------------------------------


def test_that_a_backlog_is_told_once_when_it_is_too_long_and_once_when_it_is_short_again(
    hand: Hand, hook: Hook
) -> None:
    subscribed(hand.desk, hook.url, "backlog")
    levels = hand.works.knowledge.company.service_levels.replace(backlog=10)
    company = hand.works.knowledge.company.replace(service_levels=levels)
    hand.desk.notification_delivery._knowledge = hand.works.knowledge.replace(company=company)
    tickets = [hand.ticket(f"Hello {number}", f"c{number}@example.com") for number in range(12)]

    def watched() -> list[tuple[object, object]]:
        hand.desk.notification_delivery.watch()
        hand.desk.notification_delivery.send_notifications()
        return [(data["begins"], data["waiting"]) for _, data in told(hook)]

    assert watched() == [(True, 12)]
    assert watched() == [(True, 12)]
    for ticket in tickets[:2]:
        hand.desk.ticket_lifecycle.snooze(SAM, ticket, hand.works.clock() + timedelta(days=1))
    assert watched() == [(True, 12)], "at the bound it is neither"
    hand.desk.ticket_lifecycle.snooze(SAM, tickets[2], hand.works.clock() + timedelta(days=1))
    assert watched() == [(True, 12), (False, 9)]


def test_that_a_language_model_in_trouble_is_told_and_when_it_is_well_again(
    hand: Hand, hook: Hook, clock: SetClock
) -> None:
    subscribed(hand.desk, hook.url, "model_trouble")

    def answered(*oks: bool) -> list[object]:
        use = {
            "ticket": None,
            "task": "draft",
            "model": "m",
            "prompt_version": "1",
            "input_tokens": 1,
            "output_tokens": 1,
            "ms": 1.0,
        }
        with hand.works.engine.begin() as connection:
            for ok in oks:
                at = clock.forward(seconds=1).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                connection.execute(sa.insert(tables.model_use).values(**use, at=at, ok=ok))
        hand.desk.notification_delivery.watch()
        hand.desk.notification_delivery.send_notifications()
        return [data["begins"] for _, data in told(hook)]

    assert answered(True, False, False) == []
    assert answered(False) == [True]
    assert answered(False) == [True]
    assert answered(True) == [True, False]
    clock.forward(hours=1)
    assert answered() == [True, False]


def test_that_what_was_sent_is_forgotten_after_a_month(hand: Hand, hook: Hook, clock: SetClock) -> None:
    subscribed(hand.desk, hook.url, "switched")
    hand.desk.kill_switches.stop(SAM, "*", "why")
    hand.desk.notification_delivery.send_notifications()
    clock.forward(days=29)
    hand.desk.notification_delivery.watch()
    assert len(state(hand.desk)) == 1
    clock.forward(days=2)
    hand.desk.notification_delivery.watch()
    assert state(hand.desk) == []


PROGRAMS: tuple[NotificationEvent, ...] = (
    "created",
    "message_added",
    "status_changed",
    "reply_sent",
    "approval_wanted",
)


def test_that_a_program_is_told_what_becomes_of_a_ticket(hand: Hand, hook: Hook) -> None:
    subscribed(hand.desk, hook.url, *PROGRAMS)
    ticket = hand.ticket(COPY, LENA, thread="t")
    hand.approve(ticket)
    hand.ticket("And my invoice I-22, please: Elm Road.", LENA, thread="t")
    hand.desk.notification_delivery.send_notifications()
    kinds = [kind.removeprefix("ticket.") for kind, _ in told(hook)]
    assert kinds[:5] == ["created", "approval_wanted", "status_changed", "status_changed", "reply_sent"]
    assert sorted(kinds[5:7]) == ["message_added", "status_changed"]
    statuses = [(data["before"], data["status"]) for kind, data in told(hook) if kind == "ticket.status_changed"]
    assert [after for _, after in statuses[:-1]] == [before for before, _ in statuses[1:]]
    assert {data["ticket"] for _, data in told(hook)} == {ticket}
    numbers = [json.loads(call.body)["sequence"] for call in hook.calls]
    assert numbers == sorted(set(numbers))
    assert not any(b"Elm Road" in call.body for call in hook.calls)


def test_that_no_event_overtakes_an_earlier_one_of_its_ticket(hand: Hand, hook: Hook, clock: SetClock) -> None:
    """The first one is not taken at first: those after it wait, another ticket's do not, and its id stays."""
    subscribed(hand.desk, hook.url, "created", "message_added")
    hook.answers = [503, 204]
    first = hand.ticket(COPY, LENA, thread="t")
    hand.desk.notification_delivery.send_notifications()
    hand.ticket("And another thing.", LENA, thread="t")
    clock.forward(seconds=1)
    other = hand.ticket(COPY, LENA, thread="u")
    hand.desk.notification_delivery.send_notifications()
    assert [data["ticket"] for _, data in told(hook)] == [first, other]
    clock.forward(seconds=30)
    hand.desk.notification_delivery.send_notifications()
    kinds = [(kind, data["ticket"]) for kind, data in told(hook)]
    assert kinds[2:] == [("ticket.created", first), ("ticket.message_added", first)]
    assert hook.calls[0].id == hook.calls[2].id
