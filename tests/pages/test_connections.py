"""The Connections page over the real desk and real receivers: add, test, change, switch off, remove, try again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from cx_core.views import Subscribed
from tests.pages.pressing import served, shown
from tests.receivers import Hook, Letterbox, hooked, letterbox
from tests.signed_in import someone, token

Opened = Callable[[Role], AppTest]


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as made:
        yield made


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def desk(settings: Settings, box: Letterbox) -> Iterator[Desk]:
    mail = {"smtp_url": SecretStr(box.url), "mail_from": "rung@example.com", "webhook_hosts": "127.0.0.1"}
    with served(settings.replace(**mail)) as made:
        yield made


@pytest.fixture
def opened(desk: Desk) -> Opened:
    def run(role: Role) -> AppTest:
        return shown("connections", token(desk, role))

    return run


def webhook(desk: Desk, hook: Hook) -> str:
    made = desk.notification_settings.subscribe(someone(desk, Role.ADMINISTRATOR), ["switched"], "webhook", hook.url)
    assert isinstance(made, Subscribed)
    return made.id


def test_that_a_webhook_is_added_its_secret_shown_once_and_tested(
    opened: Opened, desk: Desk, hook: Hook, papers: list[str]
) -> None:
    at = opened(Role.ADMINISTRATOR)
    at.segmented_control(key="add-way").set_value("webhook").run()
    at.text_input(key="add-url").input(hook.url)
    at.multiselect(key="add-events").select("switched").select("escalated")
    at.button(key="add").click().run()
    assert at.code[0].value.startswith("whsec_")
    (made,) = desk.notification_settings.connections(someone(desk, Role.ADMINISTRATOR)).subscriptions
    assert made.subscription.events == ("escalated", "switched")
    assert at.text_input(key="add-url").value == ""
    at.button(key=f"try-{made.subscription.id}").click().run()
    assert len(hook.calls) == 1
    assert "204 No Content" in str(papers)
    at.button(key="kept").click().run()
    assert not at.code


def test_that_what_is_refused_is_said_and_kept_for_mending(opened: Opened, desk: Desk, papers: list[str]) -> None:
    at = opened(Role.ADMINISTRATOR)
    at.segmented_control(key="add-way").set_value("webhook").run()
    at.text_input(key="add-url").input("https://10.0.0.1/hook")
    at.multiselect(key="add-events").select("switched")
    at.button(key="add").click().run()
    assert "private network" in str(papers)
    assert at.text_input(key="add-url").value == "https://10.0.0.1/hook"
    assert desk.notification_settings.connections(someone(desk, Role.ADMINISTRATOR)).subscriptions == ()


def test_that_a_colleague_and_another_address_get_mail(
    opened: Opened, desk: Desk, box: Letterbox, papers: list[str]
) -> None:
    at = opened(Role.ADMINISTRATOR)
    at.multiselect(key="add-events").select("switched")
    at.button(key="add").click().run()
    assert "Say whom to tell." in str(papers)
    at.selectbox(key="add-to").select("Nadia Haddad")
    at.button(key="add").click().run()
    at.selectbox(key="add-to").select("Another address…").run()
    at.text_input(key="add-address").input("floor@example.com")
    at.multiselect(key="add-events").select("switched")
    at.button(key="add").click().run()
    desk.kill_switches.stop(someone(desk, Role.ADMINISTRATOR), "*", "why")
    desk.notification_delivery.send_notifications()
    assert sorted(one["To"] for one in box.letters) == ["floor@example.com", "nadia.haddad@example.com"]


def test_that_a_supervisor_can_only_have_mail_themselves(
    opened: Opened, desk: Desk, hook: Hook, papers: list[str]
) -> None:
    webhook(desk, hook)
    at = opened(Role.SUPERVISOR)
    assert [one.key for one in at.selectbox] == []
    assert hook.url not in str(papers)
    at.multiselect(key="add-events").select("backlog")
    at.button(key="add").click().run()
    nadia = someone(desk, Role.SUPERVISOR)
    assert [one.to for one in desk.notification_settings.connections(nadia).subscriptions] == ["Nadia Haddad"]


def test_that_a_subscription_is_changed_switched_off_and_removed(opened: Opened, desk: Desk, hook: Hook) -> None:
    id = webhook(desk, hook)
    admin = someone(desk, Role.ADMINISTRATOR)
    at = opened(Role.ADMINISTRATOR)
    at.multiselect(key=f"events-{id}").select("mention")
    at.button(key=f"retell-{id}").click().run()
    assert desk.notification_settings.connections(admin).subscriptions[0].subscription.events == ("mention", "switched")
    at.button(key=f"switch-{id}").click().run()
    assert not desk.notification_settings.connections(admin).subscriptions[0].subscription.active
    at.button(key=f"switch-{id}").click().run()
    assert desk.notification_settings.connections(admin).subscriptions[0].subscription.active
    at.button(key=f"remove-{id}").click().run()
    assert desk.notification_settings.connections(admin).subscriptions == ()
    assert not at.exception


def test_that_one_given_up_shows_why_and_is_tried_again(opened: Opened, desk: Desk, hook: Hook) -> None:
    webhook(desk, hook)
    admin = someone(desk, Role.ADMINISTRATOR)
    hook.answers = [410, 200]
    desk.kill_switches.stop(admin, "*", "why")
    desk.notification_delivery.send_notifications()
    at = opened(Role.ADMINISTRATOR)
    assert list(at.dataframe[0].value["State"]) == ["given up"]
    assert "410 Gone" in at.dataframe[0].value["Trouble"][0]
    (given_up,) = desk.notification_settings.connections(admin).notifications
    at.button(key=f"again-{given_up.notification.id}").click().run()
    desk.notification_delivery.send_notifications()
    at.run()
    assert list(at.dataframe[0].value["State"]) == ["sent"]
    assert [call.id for call in hook.calls] == [hook.calls[0].id] * 2


def test_that_without_a_mail_server_the_page_says_what_to_set(settings: Settings, papers: list[str]) -> None:
    with served(settings) as desk:
        at = shown("connections", token(desk, Role.SUPERVISOR))
        assert "set CX_SMTP_URL and CX_MAIL_FROM" in str(papers)
        assert at.button(key="add").disabled
