"""Accounts changed in a page, over the real desk."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from cx_core.adapters.sql import tables
from cx_core.errors import AuditUnavailable, NotAllowed
from cx_core.records import Person, Role
from cx_core.views import Refusal
from tests.pages.pressing import opened, papers
from tests.scripted import SAM, Hand
from tests.signed_in import someone, token


@pytest.fixture
def page(hand: Hand) -> AppTest:
    """As Owen sees it, who is the first administrator."""
    return opened(hand, "people", Role.ADMINISTRATOR)


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def test_that_an_account_is_disabled_after_its_reach_was_shown_and_enabled_again(hand: Hand, page: AppTest) -> None:
    theirs = token(hand.desk, "Nadia")
    nadia = hand.desk.who(theirs)
    assert nadia is not None
    page.run()
    press(page, f"disable-{nadia.id}")
    assert "They cannot sign in until they are enabled again." in papers(page)
    assert "Ends 1 live session at once" in papers(page)
    assert hand.desk.who(theirs) == nadia, "nothing is done before it is confirmed"
    press(page, "account-now")
    assert "Done, and on record." in papers(page)
    assert hand.desk.who(theirs) is None
    press(page, f"enable-{nadia.id}")
    press(page, "account-now")
    assert someone(hand.desk, "Nadia") == nadia
    told = [(event.kind, event.actor) for event in hand.works.audit.events(most=500) if "account_" in event.kind]
    owen = someone(hand.desk, "Owen")
    assert told == [("account_disabled", owen.id), ("account_enabled", owen.id)]


def test_that_the_command_line_is_named_only_where_it_is_needed(page: AppTest) -> None:
    assert not page.caption
    assert [one.value for one in (*page.header, *page.subheader)] == ["People"]


def test_that_sessions_end_and_the_account_stays_open(hand: Hand, page: AppTest) -> None:
    theirs, nadia = token(hand.desk, "Nadia"), someone(hand.desk, "Nadia")
    page.run()
    press(page, f"end_sessions-{nadia.id}")
    assert "Ends 2 live sessions" in papers(page)
    press(page, "account-not")
    assert hand.desk.who(theirs) == nadia
    press(page, f"end_sessions-{nadia.id}")
    press(page, "account-now")
    assert hand.desk.who(theirs) is None
    assert someone(hand.desk, "Nadia") == nadia


def test_that_ones_own_account_asks_once_more(hand: Hand, page: AppTest) -> None:
    owen = someone(hand.desk, "Owen")
    page.run()
    press(page, f"disable-{owen.id}")
    press(page, "account-now")
    assert "This is your own account" in papers(page)
    assert hand.works.accounts.account(owen.id) == owen
    press(page, f"disable-{owen.id}")
    page.checkbox(key="account-own").check().run()
    page.button(key="account-now").click().run()
    assert hand.works.accounts.account(owen.id) is None


def test_that_the_last_administrator_is_refused_in_words(hand: Hand, page: AppTest) -> None:
    owen, farah = someone(hand.desk, "Owen"), someone(hand.desk, "Farah")
    hand.works.accounts.set_disabled(farah.id, True)
    page.run()
    press(page, f"disable-{owen.id}")
    page.checkbox(key="account-own").check().run()
    press(page, "account-now")
    assert "This is the last administrator who can sign in." in papers(page)
    assert hand.works.accounts.account(owen.id) == owen


def test_that_an_account_changed_outside_is_shown_and_cannot_be_changed(hand: Hand, page: AppTest) -> None:
    nadia = someone(hand.desk, "Nadia")
    with hand.works.engine.begin() as connection:
        hers = sa.update(tables.account).where(tables.account.c.id == nadia.id)
        connection.execute(hers.values(role="administrator"))
    page.run()
    assert "changed outside Rung: opens nothing" in papers(page)
    assert ["python -m cx_core account" in one.value for one in page.caption] == [True]
    assert f"disable-{nadia.id}" not in {button.key for button in page.button}
    refusal = hand.desk.account_admin.change_account(someone(hand.desk, "Owen"), nadia.id, "enable")
    assert isinstance(refusal, Refusal)
    assert "account adopt" in refusal.text


def test_that_what_is_not_on_record_is_done_and_said(
    hand: Hand, page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    nadia = someone(hand.desk, "Nadia")
    page.run()
    press(page, f"disable-{nadia.id}")

    def away(*_: object, **__: object) -> int:
        raise AuditUnavailable("The audit event could not be written: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(type(hand.works.audit), "append_all_within", away)
        press(page, "account-now")
        assert "NOT ON RECORD" in papers(page)
        press(page, f"enable-{nadia.id}")
        press(page, "account-now")
        assert "could not be written" in papers(page)
    assert hand.works.accounts.account(nadia.id) is None


@pytest.mark.parametrize("who", [SAM, SAM.replace(role=Role.ADVISOR)])
def test_that_the_desk_refuses_everybody_else(hand: Hand, who: Person) -> None:
    farah = someone(hand.desk, "Farah")
    with pytest.raises(NotAllowed):
        hand.desk.account_admin.accounts(who)
    with pytest.raises(NotAllowed):
        hand.desk.account_admin.change_account(who, farah.id, "disable")
