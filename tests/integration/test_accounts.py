"""Accounts on a real database: who gets in, who stays in, and how long one has to wait after guessing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from cx_core.adapters.accounts.account_seals import AccountSeals
from cx_core.adapters.accounts.local_accounts import FAILURES_PER_ADDRESS, FAILURES_PER_EMAIL, Accounts
from cx_core.adapters.audit.audit_log import SqlAuditLog
from cx_core.adapters.keys.hmac_seals import KeyedSealer
from cx_core.adapters.keys.key_store import KeyStore, SealKey
from cx_core.adapters.sql import tables
from cx_core.adapters.sql.database import connect
from cx_core.cli.terminal import add_account, adopt_account
from cx_core.errors import AuditUnavailable, BadInput
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


def house(engine: sa.Engine, clock: SetClock, *, demo: bool = False, hasher: PasswordHasher = QUICK) -> Accounts:
    """As a process that opens this database has them."""
    folder = Path(str(engine.url.database)).parent
    keys = KeyStore(f"sqlite:///{folder / 'keys.db'}")
    audit = SqlAuditLog(engine, keys, folder / "anchor", clock)
    return Accounts(engine, clock, 12.0, KeyedSealer(keys), audit, demo=demo, hasher=hasher)


@pytest.fixture
def accounts(engine: sa.Engine, clock: SetClock) -> Accounts:
    return house(engine, clock)


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
    assert accounts.who(token_of(house(engine, clock, hasher=newer))) == ada
    with engine.begin() as connection:
        kept = connection.scalar(sa.select(tables.account.c.password_hash))
    assert isinstance(kept, str)
    assert not newer.check_needs_rehash(kept)
    assert accounts.who(token_of(accounts)) == ada


def test_that_passwords_are_hashed_as_rfc_9106_advises(engine: sa.Engine, clock: SetClock) -> None:
    house(engine, clock, hasher=PasswordHasher()).create("slow@example.com", "Slow", Role.ADVISOR, PASSWORD)
    with engine.begin() as connection:
        kept = connection.scalar(sa.select(tables.account.c.password_hash))
    assert isinstance(kept, str)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_that_demonstration_accounts_work_in_demonstration_mode_only(engine: sa.Engine, clock: SetClock) -> None:
    demo, earnest = (house(engine, clock, demo=mode) for mode in (True, False))
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
        list(pool.map(lambda _: house(engine, clock, demo=True).seed_demo(), range(4)))
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


def told(engine: sa.Engine, clock: SetClock) -> list[tuple[str, str, object]]:
    """What is on record: kind, actor and the account it is about."""
    events = house(engine, clock)._record._audit.events(most=1000)  # type: ignore[attr-defined]  # the real log
    return [(event.kind, event.actor, event.payload) for event in events]


@pytest.mark.parametrize(
    "change", [{"role": "administrator"}, {"password_hash": QUICK.hash("mine now")}, {"email": "eve@example.com"}]
)
def test_that_an_account_changed_in_the_database_lets_nobody_in(
    accounts: Accounts, ada: Person, engine: sa.Engine, change: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(**change))
    assert accounts.who(token) is None
    assert accounts.living([token]) == frozenset()
    for email in (ada.email, "eve@example.com"):
        for password in (PASSWORD, "mine now"):
            assert isinstance(accounts.sign_in(email, password, HOME), Refusal)
    assert (accounts.account(ada.id), accounts.people()) == (None, ())
    assert [one.genuine for one in accounts.listed()] == [False]
    assert f"Account {ada.id} was changed outside Rung" in caplog.text
    with pytest.raises(BadInput, match="changed outside Rung"):
        accounts.set_disabled(ada.id, False)


def test_that_an_account_put_back_as_it_was_is_not_believed(accounts: Accounts, ada: Person, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        before = dict(connection.execute(sa.select(tables.account)).mappings().one())
    accounts.set_disabled(ada.id, True)
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(**before))
    assert isinstance(accounts.sign_in(ada.email, PASSWORD, HOME), Refusal)


def test_that_a_session_or_an_account_written_by_hand_is_nobodys(
    accounts: Accounts, ada: Person, engine: sa.Engine
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        mine = dict(connection.execute(sa.select(tables.session)).mappings().one())
        theirs = dict(connection.execute(sa.select(tables.account)).mappings().one())
        stolen = hashlib.sha256(b"stolen").hexdigest()
        connection.execute(sa.insert(tables.session).values({**mine, "token_hash": stolen}))
        eve = {**theirs, "id": "p-eve", "email": "eve@example.com", "role": "administrator"}
        connection.execute(sa.insert(tables.account).values(eve))
    assert accounts.who(token) == ada
    assert accounts.who("stolen") is None
    assert isinstance(accounts.sign_in("eve@example.com", PASSWORD, HOME), Refusal)
    with engine.begin() as connection:
        longer = sa.update(tables.session).where(tables.session.c.token_hash == mine["token_hash"])
        connection.execute(longer.values(expires_at="2999-01-01T00:00:00.000000Z"))
    assert accounts.who(token) is None


def test_that_a_session_that_was_ended_with_all_others_does_not_come_back(
    accounts: Accounts, ada: Person, engine: sa.Engine
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        before = dict(connection.execute(sa.select(tables.session)).mappings().one())
    accounts.end_all(ada.id)
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.session).values(before))
    assert accounts.who(token) is None


def test_that_accounts_from_before_there_were_seals_are_sealed_once(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(mark=""))
    house(engine, clock).seal_once()
    assert accounts.who(token) is None, "everybody signs in anew"
    assert accounts.who(token_of(accounts)) == ada
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(mark="", role="administrator"))
    house(engine, clock).seal_once()
    assert isinstance(accounts.sign_in(ada.email, PASSWORD, HOME), Refusal)


def test_that_a_process_that_starts_a_moment_later_seals_nothing_again(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one has sealed and somebody has signed in; it dies, or is slow, before its keys say that it sealed."""
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(mark=""))
    with monkeypatch.context() as patch:
        patch.setattr(AccountSeals, "adopt", lambda _seals: None)
        house(engine, clock).seal_once()
    token = token_of(accounts)
    house(engine, clock).seal_once()
    assert accounts.who(token) == ada
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(mark=""))
    house(engine, clock).seal_once()
    assert accounts.who(token) is None
    assert accounts.account(ada.id) is None, "sealed once and for all"


def test_that_many_processes_starting_at_once_seal_what_counts(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(mark=""))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: house(engine, clock).seal_once(), range(4)))
    assert accounts.who(token_of(accounts)) == ada


def test_that_an_account_changed_outside_is_shown_then_adopted_with_a_new_password_on_record(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    token = token_of(accounts)
    with engine.begin() as connection:
        theirs = QUICK.hash("the password of an intruder")
        connection.execute(sa.update(tables.account).values(role="administrator", password_hash=theirs))
    shown = adopt_account(accounts, ada.email, sure=False, source=io.StringIO())
    assert "changed outside Rung" in shown
    assert "administrator" in shown
    assert accounts.account(ada.id) is None
    adopted = adopt_account(accounts, ada.email, sure=True, source=io.StringIO(f"new {PASSWORD}\n"))
    assert "on record" in adopted
    person = accounts.who(token_of(accounts, password=f"new {PASSWORD}"))
    assert person == ada.replace(role=Role.ADMINISTRATOR)
    assert accounts.who(token) is None
    for password in (PASSWORD, "the password of an intruder"):
        assert isinstance(accounts.sign_in(ada.email, password, HOME), Refusal)
    what = {"account": ada.id, "role": "administrator", "disabled": False}
    assert ("account_adopted", "command line", what) in told(engine, clock)
    with pytest.raises(BadInput, match="nothing to adopt"):
        adopt_account(accounts, ada.email, sure=True, source=io.StringIO(PASSWORD))
    with pytest.raises(BadInput, match="nothing to adopt"):
        accounts.adopt(ada.id, PASSWORD)


def test_that_a_role_nobody_gives_is_shown_and_adopted_as_the_least(
    accounts: Accounts, ada: Person, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(tables.account).values(role="emperor"))
    assert [(one.person.role, one.genuine) for one in accounts.listed()] == [(Role.EDITOR, False)]
    accounts.adopt(ada.id, PASSWORD)
    assert accounts.account(ada.id) == ada.replace(role=Role.EDITOR)


@pytest.fixture(params=["the log refuses", "the chain was touched", "the disk is full", "the keys are away"])
def trouble(request: pytest.FixtureRequest, engine: sa.Engine, accounts: Accounts) -> Callable[[], None]:
    """What keeps events from being written, to be called when all is prepared."""

    def begin() -> None:
        with engine.begin() as connection:
            if request.param == "the chain was touched":
                connection.execute(sa.update(tables.audit_event).values(actor="somebody else"))
            if request.param == "the log refuses":
                connection.exec_driver_sql(
                    "CREATE TRIGGER refused BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
        if request.param == "the disk is full":
            fill_up(accounts, engine)
        if request.param == "the keys are away":
            keys = accounts._seals._sealer._keys  # type: ignore[attr-defined]  # the real keys
            with keys._engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE seal_key RENAME TO gone")
                connection.exec_driver_sql("ALTER TABLE secret RENAME TO gone_too")
            keys._secrets.clear()

    return begin


def fill_up(accounts: Accounts, engine: sa.Engine) -> None:
    """Let the disk have no page left, and the log no room on those it has."""

    @sa.event.listens_for(engine, "begin")
    def _limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes what there is already for the least

    audit = accounts._record._audit
    assert isinstance(audit, SqlAuditLog)
    while True:
        try:
            audit.append("x", actor="", payload={})
        except AuditUnavailable:
            return


def test_that_access_is_taken_away_whether_or_not_it_can_be_put_on_record(
    accounts: Accounts, ada: Person, engine: sa.Engine, trouble: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    eve = accounts.create("eve@example.com", "Eve", Role.ADVISOR, PASSWORD)
    first, second, hers = token_of(accounts), token_of(accounts), token_of(accounts, eve.email)
    trouble()
    accounts.sign_out(first)
    assert "NOT ON RECORD" in caplog.text
    assert sessions(engine) == {hashlib.sha256(token.encode()).hexdigest() for token in (second, hers)}
    assert accounts.end_all(ada.id) is False
    assert sessions(engine) == {hashlib.sha256(hers.encode()).hexdigest()}
    assert accounts.set_disabled(eve.id, True) is False
    assert sessions(engine) == set()
    with engine.begin() as connection:
        closed = connection.execute(sa.select(tables.account.c.id).where(tables.account.c.disabled)).scalars().all()
    assert closed == [eve.id]
    assert f"account_disabled of account {eve.id} by command line is done all the same" in caplog.text


def test_that_opening_and_raising_need_the_record(
    accounts: Accounts, ada: Person, engine: sa.Engine, trouble: Callable[[], None]
) -> None:
    accounts.set_disabled(ada.id, True)
    trouble()
    with pytest.raises(AuditUnavailable):
        accounts.set_disabled(ada.id, False)
    with pytest.raises(AuditUnavailable):
        accounts.set_role(ada.id, Role.ADMINISTRATOR)
    with pytest.raises(AuditUnavailable):
        accounts.create("eve@example.com", "Eve", Role.ADVISOR, PASSWORD)
    with engine.begin() as connection:
        rows = connection.execute(sa.select(tables.account.c.disabled, tables.account.c.role)).all()
    assert rows == [(True, "advisor")]


def test_that_what_was_locked_without_the_keys_opens_nothing_until_it_is_adopted(
    accounts: Accounts, ada: Person, engine: sa.Engine
) -> None:
    keys = accounts._seals._sealer._keys  # type: ignore[attr-defined]  # the real keys
    with keys._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE seal_key RENAME TO gone")
    assert accounts.set_disabled(ada.id, True) is False
    with keys._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO seal_key")
    assert [(one.disabled, one.genuine) for one in accounts.listed()] == [(True, False)]
    with pytest.raises(BadInput, match="account adopt"):
        accounts.set_disabled(ada.id, False)
    accounts.adopt(ada.id, PASSWORD)
    accounts.set_disabled(ada.id, False)
    assert accounts.who(token_of(accounts)) == ada


def sessions(engine: sa.Engine) -> set[str]:
    with engine.begin() as connection:
        return set(connection.execute(sa.select(tables.session.c.token_hash)).scalars())


def test_that_the_last_administrator_stays_one(accounts: Accounts, ada: Person) -> None:
    root = accounts.create("root@example.com", "Root", Role.ADMINISTRATOR, PASSWORD)
    with pytest.raises(BadInput, match="last administrator"):
        accounts.set_disabled(root.id, True)
    with pytest.raises(BadInput, match="last administrator"):
        accounts.set_role(root.id, Role.EDITOR)
    other = accounts.create("other@example.com", "Other", Role.ADMINISTRATOR, PASSWORD)
    accounts.set_disabled(root.id, True, by=other.id)
    with pytest.raises(BadInput, match="last administrator"):
        accounts.set_disabled(other.id, True)


def test_that_sign_ins_and_changes_are_on_record_without_what_was_typed(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    accounts.sign_in(ada.email, "wrong", HOME)
    accounts.sign_in("correct horse battery staple", PASSWORD, HOME)
    accounts.sign_out(token_of(accounts))
    accounts.set_role(ada.id, Role.SUPERVISOR, by="root")
    accounts.set_disabled(ada.id, True, by="root")
    assert told(engine, clock) == [
        ("account_made", "command line", {"account": ada.id, "role": "advisor"}),
        ("sign_in_failed", ada.id, {"account": ada.id, "from": HOME}),
        ("sign_in_failed", "sign-in", {"account": None, "from": HOME, "times": 1}),
        ("signed_in", ada.id, {"from": HOME}),
        ("signed_out", ada.id, {}),
        ("role_changed", "root", {"account": ada.id, "role": "supervisor"}),
        ("account_disabled", "root", {"account": ada.id, "disabled": True}),
    ]


def test_that_guessing_does_not_fill_the_log(
    accounts: Accounts, ada: Person, engine: sa.Engine, clock: SetClock
) -> None:
    for number in range(40):
        accounts.sign_in(ada.email, "wrong", f"192.0.2.{number}")
    kinds = [(kind, actor) for kind, actor, _ in told(engine, clock)]
    assert kinds.count(("sign_in_failed", ada.id)) == FAILURES_PER_EMAIL - 1
    assert kinds.count(("locked_out", ada.id)) == 1


def test_that_guesses_at_addresses_nobody_has_are_one_event_a_minute_with_their_number(
    accounts: Accounts, engine: sa.Engine, clock: SetClock
) -> None:
    """Also where each address is tried until it is locked: that would be an event for each of any number."""
    for minute in range(3):
        for number in range(4):
            for _ in range(FAILURES_PER_EMAIL):
                accounts.sign_in(f"nobody{minute}.{number}@example.com", "wrong", f"198.51.100.{number}")
        clock.forward(minutes=1)
    accounts.sign_in("somebody@example.com", "wrong", HOME)
    assert told(engine, clock) == [
        ("sign_in_failed", "sign-in", {"account": None, "from": "198.51.100.0", "times": 1}),
        ("sign_in_failed", "sign-in", {"account": None, "from": "198.51.100.0", "times": 20}),
        ("sign_in_failed", "sign-in", {"account": None, "from": "198.51.100.0", "times": 20}),
        ("sign_in_failed", "sign-in", {"account": None, "from": HOME, "times": 20}),
    ]


def test_that_the_keys_are_asked_once_for_any_number_of_accounts(
    accounts: Accounts, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        accounts.create(f"advisor{number}@example.com", "Somebody", Role.ADVISOR, PASSWORD)
    tokens = [token_of(accounts, f"advisor{number}@example.com") for number in range(5)]
    asked: list[int] = []
    read = KeyStore.seal_keys

    def counted(self: KeyStore, names: Collection[str]) -> dict[str, tuple[SealKey, ...]]:
        asked.append(len(names))
        return read(self, names)

    monkeypatch.setattr(KeyStore, "seal_keys", counted)
    assert (len(accounts.people()), len(accounts.listed()), len(accounts.living(tokens))) == (6, 6, 5)
    assert asked == [6, 6, 5]
