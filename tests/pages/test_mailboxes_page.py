"""Mailboxes on the Connections page, over the real desk: connected to servers that are there, and to none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from tests.integration.mail.mail_hand import mail
from tests.mail_servers import PASSWORD, Dovecot, dovecot
from tests.pages.pressing import served, shown
from tests.receivers import Letterbox, letterbox
from tests.signed_in import someone, token


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def opened(desk: Desk) -> AppTest:
    at = shown("connections", token(desk, Role.ADMINISTRATOR))
    at.segmented_control(key="section").set_value("Mailboxes").run()
    assert not at.exception
    return at


def connect(at: AppTest, imap: int, smtp: int, password: str = PASSWORD) -> AppTest:
    at.text_input(key="mailbox-new-address").input("help@rung.example")
    for name, port in (("imap", imap), ("smtp", smtp)):
        at.text_input(key=f"mailbox-new-{name}_host").input("127.0.0.1")
        at.number_input(key=f"mailbox-new-{name}_port").set_value(port)
        at.selectbox(key=f"mailbox-new-{name}_security").set_value("none")
    at.text_input(key="mailbox-new-password").input(password)
    return at.button(key="connect").click().run()


def test_that_the_list_is_drawn_before_anything_was_connected(desk: Desk, papers: list[str]) -> None:
    opened(desk)
    assert "No mailbox is connected yet." in str(papers)


def test_that_a_mailbox_is_connected_tested_paused_and_removed(
    desk: Desk, server: Dovecot, box: Letterbox, papers: list[str]
) -> None:
    admin = someone(desk, Role.ADMINISTRATOR)
    at = connect(opened(desk), server.imap, box.port)
    assert not at.exception
    assert "IMAP: signed in" in str(papers)
    (made,) = desk.mailbox_admin.connections(admin).mailboxes
    assert (made.mailbox.address, made.mailbox.active) == ("help@rung.example", True)
    assert PASSWORD not in str(papers) + str([one.value for one in at.text_input])
    anew = {str(one.key): one.value for one in at.text_input if str(one.key).startswith("mailbox-new-1-")}
    assert anew.pop("mailbox-new-1-folder") == "INBOX"
    assert anew
    assert set(anew.values()) == {""}, "an empty form"
    assert not [one for one in at.text_input if one.value == "help@rung.example" and "-new" in str(one.key)]
    assert next(one.proto.expanded for one in at.expander if one.label == "Connect a mailbox") is False
    at.button(key=f"try-mailbox-{made.mailbox.id}").click().run()
    assert "mail may be sent from" in str(papers)
    at.button(key=f"switch-mailbox-{made.mailbox.id}").click().run()
    assert not desk.mailbox_admin.connections(admin).mailboxes[0].mailbox.active
    at.button(key=f"remove-mailbox-{made.mailbox.id}").click().run()
    assert desk.mailbox_admin.connections(admin).mailboxes == ()
    assert not at.exception


def test_that_what_a_server_says_to_a_wrong_password_is_told_and_the_mailbox_waits(
    desk: Desk, server: Dovecot, box: Letterbox, papers: list[str]
) -> None:
    at = connect(opened(desk), server.imap, box.port, "wrong")
    assert "does not accept the user name and password" in str(papers)
    (made,) = desk.mailbox_admin.connections(someone(desk, Role.ADMINISTRATOR)).mailboxes
    assert not made.mailbox.active
    assert not at.exception


def test_that_what_is_refused_stays_in_the_form_but_for_the_password(desk: Desk, papers: list[str]) -> None:
    at = opened(desk)
    at.text_input(key="mailbox-new-address").input("no address")
    at.text_input(key="mailbox-new-password").input(PASSWORD)
    at.button(key="connect").click().run()
    assert "note bad" in str(papers)
    assert at.text_input(key="mailbox-new-address").value == "no address"
    assert at.text_input(key="mailbox-new-password").value == ""


def test_that_a_server_that_is_not_there_is_told_in_words(desk: Desk, papers: list[str]) -> None:
    at = connect(opened(desk), 9, 9)
    assert "refused the connection. Is the port right?" in str(papers)
    assert not at.exception


def test_that_mailboxes_are_for_administrators(desk: Desk, papers: list[str]) -> None:
    at = shown("connections", token(desk, Role.SUPERVISOR))
    assert [one.key for one in at.button if one.key == "connect"] == []


def test_that_what_comes_between_connecting_and_the_first_fetch_is_new(
    desk: Desk, server: Dovecot, box: Letterbox
) -> None:
    server.deliver([mail(id="<before@example.com>")], "help@rung.example")
    connect(opened(desk), server.imap, box.port)
    server.deliver([mail(id="<after@example.com>")], "help@rung.example")
    (made,) = desk.mailbox_admin.connections(someone(desk, Role.ADMINISTRATOR)).mailboxes
    with desk.mailbox_admin._servers.folder(made.mailbox) as folder:
        desk.mail_fetching.catch_up(made.mailbox, folder)
    (after,) = desk.mailbox_admin.connections(someone(desk, Role.ADMINISTRATOR)).mailboxes
    assert after.waiting == 1


def test_that_a_mail_set_apart_is_listed_with_its_reason_and_discarded_with_one(
    desk: Desk, server: Dovecot, box: Letterbox, papers: list[str]
) -> None:
    at = connect(opened(desk), server.imap, box.port)
    admin = someone(desk, Role.ADMINISTRATOR)
    (made,) = desk.mailbox_admin.connections(admin).mailboxes
    server.deliver([b"Subject: nobody\r\nMessage-ID: <n@x>\r\nTo: <>\r\n\r\nhello\r\n"], made.mailbox.address)
    with desk.mailbox_admin._servers.folder(made.mailbox) as folder:
        desk.mail_fetching.catch_up(made.mailbox, folder)
    desk.receive_waiting()
    (apart,) = desk.mailbox_admin.connections(admin).apart
    at.run()
    assert apart.why in str(papers)
    at.button(key=f"discard-apart-{apart.id}").click().run()
    assert "Say why it is discarded" in str(papers)
    at.text_input(key=f"why-apart-{apart.id}").input("an advertisement")
    at.button(key=f"discard-apart-{apart.id}").click().run()
    assert desk.mailbox_admin.connections(admin).apart == ()
    assert not at.exception
