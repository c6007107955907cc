"""Accounts on a real database: who gets in, who stays in, and how long one has to wait after guessing."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from cx_core.adapters import tables
from cx_core.adapters.accounts import FAILURES_PER_ADDRESS, FAILURES_PER_EMAIL, Accounts
from cx_core.adapters.database import connect
from cx_core.adapters.terminal import add_account
from cx_core.errors import BadInput
from cx_core.records import Person, Role
from cx_core.views import Refusal
from tests.conftest import SetClock

PASSWORD = "correct horse battery"
HOME = "127.0.0.1"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashing is slow on purpose; what is tested here does not depend on how slow."""


@pytest.fixture
def engine(data_dir: Path) -> sa.Engine:
    engine = connect(f"sqlite:///{data_dir / 'rung.db'}")
    tables.metadata.create_all(engine)
    return engine


@pytest.fixture
def accounts(engine: sa.Engine, clock: SetClock) -> Accounts:
    return Accounts(engine, clock, 12.0, hasher=QUICK)


@pytest.fixture
def ada(accounts: Accounts) -> Person:
    return accounts.create("Ada@Example.com", "Ada Quill", Role.ADVISOR, PASSWORD)


def token_of(accounts: Accounts, email: str = "ada@example.com", password: str = PASSWORD) -> str:
    answer = accounts.sign_in(email, password, HOME)
    assert isinstance(answer, str), answer
    return answer


def test_that_the_right_password_opens_a_session_of_that_person(accounts: Accounts, ada: Person) -> None:
    token = token_of(accounts, " ADA@example.COM ")
    assert accounts.who(token) == ada
    assert accounts.who(token + "x") is None


def test_that_a_wrong_password_and_an_unknown_address_get_the_same_answer(accounts: Accounts, ada: Person) -> None:
    wrong = accounts.sign_in(ada.email, "not the password", HOME)
    unknown = accounts.sign_in("nobody@example.com", PASSWORD, HOME)
    assert isinstance(wrong, Refusal)
    assert wrong.code == "denied"
    assert wrong == unknown


def test_that_an_unknown_address_costs_a_whole_hash_as_well(
    accounts: Accounts, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(hashed)
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    accounts.sign_in("nobody@example.com", PASSWORD, HOME)
    accounts.sign_in(ada.email, "not the password", HOME)
    assert len(verified) == 2
    assert verified[0].rsplit("$", 2)[0] == verified[1].rsplit("$", 2)[0], "same kind and cost"


def test_that_neither_token_nor_password_can_be_read_from_the_database(
    accounts: Accounts, ada: Person, engine: sa.Engine
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        kept = [str(row) for table in tables.metadata.sorted_tables for row in connection.execute(sa.select(table))]
    assert kept
    assert not [row for row in kept if token in row or PASSWORD in row]


def test_that_signing_out_ends_one_session_and_end_all_ends_the_rest(accounts: Accounts, ada: Person) -> None:
    first, second, third = (token_of(accounts) for _ in range(3))
    accounts.sign_out(first)
    assert [accounts.who(token) for token in (first, second, third)] == [None, ada, ada]
    accounts.end_all(ada.id)
    assert [accounts.who(token) for token in (second, third)] == [None, None]


def test_that_living_sessions_are_told_from_ended_ones_in_one_question(
    accounts: Accounts, ada: Person, clock: SetClock
) -> None:
    early = token_of(accounts)
    clock.forward(hours=6)
    first, second = token_of(accounts), token_of(accounts)
    accounts.sign_out(second)
    assert accounts.living([early, first, second, "no such session"]) == {early, first}
    clock.forward(hours=7)
    assert accounts.living([early, first]) == {first}
    accounts.set_disabled(ada.id, True)
    assert accounts.living([first]) == frozenset()
    assert accounts.living([]) == frozenset()


def test_that_a_session_ends_by_itself(accounts: Accounts, ada: Person, clock: SetClock) -> None:
    token = token_of(accounts)
    clock.forward(hours=11, minutes=59)
    assert accounts.who(token) == ada
    clock.forward(minutes=1)
    assert accounts.who(token) is None


def test_that_a_disabled_account_is_out_everywhere_and_stays_out(accounts: Accounts, ada: Person) -> None:
    token = token_of(accounts)
    accounts.set_disabled(ada.id, True)
    assert accounts.who(token) is None
    assert isinstance(accounts.sign_in(ada.email, PASSWORD, HOME), Refusal)
    accounts.set_disabled(ada.id, False)
    assert accounts.who(token) is None, "the old session does not come back"
    assert accounts.who(token_of(accounts)) == ada


def test_that_five_failures_close_an_address_until_the_time_named(
    accounts: Accounts, ada: Person, clock: SetClock
) -> None:
    for _ in range(FAILURES_PER_EMAIL):
        accounts.sign_in(ada.email, "wrong", HOME)
        clock.forward(minutes=1)
    refused = accounts.sign_in(ada.email, PASSWORD, HOME)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.text) == ("later", "Too many attempts. Try again in 10 minutes.")
    clock.forward(minutes=9, seconds=59)
    assert isinstance(accounts.sign_in(ada.email, PASSWORD, HOME), Refusal)
    clock.forward(seconds=1)
    assert accounts.who(token_of(accounts)) == ada


def test_that_being_refused_for_haste_does_not_lengthen_the_wait(
    accounts: Accounts, ada: Person, clock: SetClock
) -> None:
    for _ in range(FAILURES_PER_EMAIL):
        accounts.sign_in(ada.email, "wrong", HOME)
    for _ in range(14):
        clock.forward(minutes=1)
        accounts.sign_in(ada.email, "wrong", HOME)
    clock.forward(minutes=1)
    assert accounts.who(token_of(accounts)) == ada


def test_that_getting_in_clears_the_failures(accounts: Accounts, ada: Person) -> None:
    for _ in range(3):
        for _ in range(FAILURES_PER_EMAIL - 1):
            accounts.sign_in(ada.email, "wrong", HOME)
        token_of(accounts)


def test_that_guessing_at_many_people_from_one_address_is_stopped(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    for number in range(FAILURES_PER_ADDRESS):
        with engine.begin() as connection:
            mail, at = f"{number:064d}", clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            connection.execute(sa.insert(tables.attempt).values(email_hash=mail, address="192.0.2.7", at=at))
    refused = accounts.sign_in(ada.email, PASSWORD, "192.0.2.7")
    assert isinstance(refused, Refusal)
    assert refused.code == "later"
    assert isinstance(accounts.sign_in(ada.email, PASSWORD, HOME), str), "others are not held up"


def test_that_an_office_behind_one_address_gets_in_though_everybody_mistypes_first(accounts: Accounts) -> None:
    office = [f"advisor{number}@example.com" for number in range(50)]
    for email in office:
        accounts.create(email, "Somebody", Role.ADVISOR, PASSWORD)
        accounts.sign_in(email, "mistyped", HOME)
    refused = [answer for email in office if isinstance(answer := accounts.sign_in(email, PASSWORD, HOME), Refusal)]
    assert not refused


def test_that_simultaneous_guesses_get_no_more_tries(accounts: Accounts, ada: Person) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: accounts.sign_in(ada.email, f"guess {n}", HOME), range(16)))
    codes = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert (codes.count("denied"), codes.count("later")) == (FAILURES_PER_EMAIL, 16 - FAILURES_PER_EMAIL)


def test_that_a_hash_of_older_parameters_is_renewed_when_the_password_is_known(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    newer = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    assert accounts.who(token_of(Accounts(engine, clock, 12.0, hasher=newer))) == ada
    with engine.begin() as connection:
        kept = connection.scalar(sa.select(tables.account.c.password_hash))
    assert isinstance(kept, str)
    assert not newer.check_needs_rehash(kept)
    assert accounts.who(token_of(accounts)) == ada


def test_that_passwords_are_hashed_as_rfc_9106_advises(engine: sa.Engine, clock: SetClock) -> None:
    Accounts(engine, clock, 12.0).create("slow@example.com", "Slow", Role.ADVISOR, PASSWORD)
    with engine.begin() as connection:
        kept = connection.scalar(sa.select(tables.account.c.password_hash))
    assert isinstance(kept, str)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_that_demonstration_accounts_work_in_demonstration_mode_only(engine: sa.Engine, clock: SetClock) -> None:
    demo, earnest = (Accounts(engine, clock, 12.0, demo=mode, hasher=QUICK) for mode in (True, False))
    demo.seed_demo()
    demo.seed_demo()
    offered = demo.demo_accounts()
    roles = [one.role for one in offered]
    assert sorted(roles) == ["administrator", "administrator", "advisor", "advisor", "editor", "supervisor"]
    tokens = [token_of(demo, one.email, one.password) for one in offered]
    assert [person.role for token in tokens if (person := demo.who(token))] == roles
    assert earnest.demo_accounts() == ()
    assert [earnest.who(token) for token in tokens] == [None] * 6
    assert isinstance(earnest.sign_in(offered[0].email, offered[0].password, HOME), Refusal)


def test_that_nothing_is_seeded_outside_demonstration_mode(accounts: Accounts, engine: sa.Engine) -> None:
    accounts.seed_demo()
    with engine.begin() as connection:
        assert connection.execute(sa.select(tables.account)).all() == []


def test_that_two_processes_seeding_at_once_make_each_account_once(engine: sa.Engine, clock: SetClock) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Accounts(engine, clock, 12.0, demo=True, hasher=QUICK).seed_demo(), range(4)))
    with engine.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.account)) == 6


@pytest.mark.parametrize(
    ("email", "name", "password", "says"),
    [
        ("not an address", "Ada", PASSWORD, "e-mail address"),
        ("ada@example.com", "Ada", PASSWORD, "already"),
        ("eve@example.com", "  ", PASSWORD, "name"),
        ("eve@example.com", "Eve", "short", "at least 12"),
    ],
)
def test_that_an_account_that_cannot_be_made_says_what_to_change(
    accounts: Accounts, ada: Person, email: str, name: str, password: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        accounts.create(email, name, Role.ADVISOR, password)


def test_that_the_first_administrator_can_be_made_from_a_pipe(accounts: Accounts) -> None:
    source = io.StringIO(f"{PASSWORD}\n")
    made = add_account(
        accounts.create, email="root@example.com", name="Rowan Oakley", role="administrator", source=source
    )
    assert accounts.who(token_of(accounts, "root@example.com")) == made
    with pytest.raises(BadInput, match="no role 'king'"):
        add_account(accounts.create, email="k@example.com", name="K", role="king", source=io.StringIO(PASSWORD))
