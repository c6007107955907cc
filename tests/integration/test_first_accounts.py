"""The first administrator is made in the browser with the key from the log, everybody else by an invitation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Person, Role
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from pages.parts.routes.new_accounts import NewAccounts
from pages.parts.routes.sessions import Cookie
from pages.parts.routes.signin import Door
from tests.conftest import SetClock
from tests.scripted import InlineWorks, person

PASSWORD, HERE = "a long enough password", "127.0.0.1"
KEY = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){7}")


@pytest.fixture
def works(data_dir: Path, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(InlineWorks(Settings(data_dir=data_dir, knowledge=ROOT / "knowledge"), clock)) as made:
        yield made


@pytest.fixture
def desk(works: InlineWorks) -> Desk:
    return open_desk(works.settings, works.clock, works)


def made(desk: Desk) -> Person:
    """The first administrator."""
    token = desk.first_administrator.make(desk.first_administrator.key(), "Mara", "mara@x.example", PASSWORD, HERE)
    assert isinstance(token, str)
    found = desk.who(token)
    assert found is not None
    return found


def invited(desk: Desk, by: Person, role: Role = Role.ADVISOR) -> str:
    """What the link carries."""
    link = desk.invitations.invite(by, "tess@x.example", "Tess", role)
    assert isinstance(link, str), link
    return link.partition("?invitation=")[2]


def test_that_the_key_of_the_log_makes_one_administrator_and_is_gone(desk: Desk, works: InlineWorks) -> None:
    key = desk.first_administrator.key()
    assert KEY.fullmatch(key)
    mara = made(desk)
    assert (mara.role, mara.email) == (Role.ADMINISTRATOR, "mara@x.example")
    assert desk.first_administrator.key() == ""
    again = desk.first_administrator.make(key, "Eve", "eve@x.example", PASSWORD, HERE)
    assert isinstance(again, Refusal)
    events = [(event.kind, event.actor) for event in works.audit.events(most=100)]
    assert ("account_made", "one-time key") in events
    with works.engine.begin() as connection:
        connection.execute(sa.delete(tables.session))
        connection.execute(sa.delete(tables.account))
    assert not desk.first_administrator.wanted(), "whoever empties the table is not let in"


def test_that_of_two_at_once_with_the_key_one_becomes_administrator(desk: Desk, works: InlineWorks) -> None:
    key = desk.first_administrator.key()

    def make(name: str) -> str | Refusal:
        return desk.first_administrator.make(key, name, f"{name}@x.example", PASSWORD, HERE)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(make, ("mara", "eve")))
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert len(works.accounts.listed()) == 1


def test_that_guesses_are_counted_and_keep_nobody_out_who_has_the_key(desk: Desk) -> None:
    def guess(key: str) -> str | Refusal:
        return desk.first_administrator.make(key, "Eve", "eve@x.example", PASSWORD, HERE)

    answers = [guess("AAAA-BBBB-CCCC-DDDD") for _ in range(6)]
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["denied"] * 5 + ["later"]
    assert len(desk.first_administrator.key().replace("-", "")) * 5 >= 128, "no number of guesses finds it"
    assert isinstance(guess(desk.first_administrator.key().lower().replace("-", " ")), str)


def test_that_what_is_wrong_with_an_account_is_said_and_the_key_stays(desk: Desk) -> None:
    key = desk.first_administrator.key()
    for name, email, password in (("", "a@b", PASSWORD), ("A", "ab", PASSWORD), ("A", "a@b", "short")):
        assert isinstance(desk.first_administrator.make(key, name, email, password, HERE), Refusal)
    assert desk.first_administrator.key() == key


def test_that_an_account_of_the_command_line_closes_the_way(desk: Desk, works: InlineWorks) -> None:
    key = desk.first_administrator.key()
    works.accounts.create("root@x.example", "Root", Role.ADMINISTRATOR, PASSWORD)
    assert not desk.first_administrator.wanted()
    assert isinstance(desk.first_administrator.make(key, "Eve", "eve@x.example", PASSWORD, HERE), Refusal)


# --- invitations ----------------------------------------------------------------------------------


def test_that_an_invitation_makes_one_account_with_a_password_of_their_own(desk: Desk) -> None:
    sealed = invited(desk, made(desk))
    token = desk.invitations.accept(sealed, "another long password", HERE)
    assert isinstance(token, str), token
    tess = desk.who(token)
    assert tess is not None
    assert (tess.name, tess.role) == ("Tess", Role.ADVISOR)
    again = desk.invitations.accept(sealed, "another long password", HERE)
    assert isinstance(again, Refusal)


def test_that_nobody_else_invites_and_nothing_in_the_link_can_be_changed(desk: Desk, clock: SetClock) -> None:
    mara = made(desk)
    with pytest.raises(NotAllowed):
        desk.invitations.invite(person(Role.SUPERVISOR), "x@x.example", "X", Role.ADMINISTRATOR)
    sealed, other = invited(desk, mara), invited(desk, mara, Role.ADMINISTRATOR)
    body, _, mark = sealed.partition(".")
    for forged in ("", ".", sealed[:-1], f"{other.partition('.')[0]}.{mark}", f"{body}.", "x" * 5000, f"ä{sealed}"):
        assert isinstance(desk.invitations.read(forged), Refusal), forged
    clock.forward(days=3)
    assert isinstance(desk.invitations.accept(sealed, PASSWORD, HERE), Refusal)


def test_that_a_newer_invitation_voids_the_one_before_with_its_role(desk: Desk) -> None:
    mara = made(desk)
    by_mistake, meant = invited(desk, mara, Role.ADMINISTRATOR), invited(desk, mara, Role.ADVISOR)
    assert isinstance(desk.invitations.accept(by_mistake, PASSWORD, HERE), Refusal)
    token = desk.invitations.accept(meant, PASSWORD, HERE)
    assert isinstance(token, str), token
    tess = desk.who(token)
    assert tess is not None
    assert tess.role is Role.ADVISOR


def test_that_an_invitation_ends_with_the_rights_of_whoever_made_it(desk: Desk, works: InlineWorks) -> None:
    mara = made(desk)
    works.accounts.create("root@x.example", "Root", Role.ADMINISTRATOR, PASSWORD)
    sealed = invited(desk, mara, Role.ADMINISTRATOR)
    works.accounts.set_disabled(mara.id, True)
    assert isinstance(desk.invitations.accept(sealed, PASSWORD, HERE), Refusal)


# --- in the browser -------------------------------------------------------------------------------


def test_that_the_sign_in_page_leads_there_and_a_new_administrator_to_the_checklist(desk: Desk) -> None:
    cookie = Cookie(secure=False)
    app = Starlette(routes=[*Door(lambda: desk, cookie).routes(), *NewAccounts(lambda: desk, cookie).routes()])
    with TestClient(app, follow_redirects=False) as browser:
        assert browser.get("/login").headers["location"] == "/setup"
        given = {"key": "<b>wrong</b>", "name": "<i>Mara</i>", "email": "mara@x.example", "password": PASSWORD}
        refused = browser.post("/setup", data=given)
        assert refused.status_code == 400
        assert "<i>" not in refused.text
        done = browser.post("/setup", data={**given, "key": desk.first_administrator.key()})
        assert (done.status_code, done.headers["location"]) == (303, "/set-up")
        mara = desk.who(done.cookies["rung"])
        assert mara is not None
        assert browser.get("/setup").headers["location"] == "/set-up"
        browser.cookies.clear()
        assert browser.get("/login").status_code == 200
        sealed = invited(desk, mara)
        assert "tess@x.example" in browser.get(f"/join?invitation={sealed}").text
        joined = browser.post("/join", data={"invitation": sealed, "password": PASSWORD})
        assert (joined.status_code, joined.headers["location"]) == (303, "/")
        assert browser.get(f"/join?invitation={sealed}").status_code == 410
