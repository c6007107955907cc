"""A process that dies between the keys' commit and the database's locks nobody out, and brings nothing back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import AuditUnavailable
from cx_core.records import CustomerId, Person, Role, TaskTypeName
from cx_core.views.erasure import ErasureRequest
from tests.scripted import SAM, Hand, InlineWorks
from tests.signed_in import someone, token

WHY = "Refunds went out twice"
COPY = TaskTypeName("invoice_copy")
SEALED = (t.account, t.switch, t.switch_seal, t.erasure, t.level)
State = tuple[Any, ...]


class Killed(BaseException):
    """The process is dead: nothing of it handles this."""


class Acts:
    """What makes a new seal, each after what it needs."""

    def __init__(self, hand: Hand) -> None:
        self.desk = hand.desk
        self.accounts = hand.works.accounts
        self.owen = someone(hand.desk, "Owen")
        self.farah = someone(hand.desk, "Farah")

    def disable(self) -> None:
        self.accounts.set_disabled(self.farah.id, True)

    def enable(self) -> None:
        self.accounts.set_disabled(self.farah.id, False)

    def change_role(self) -> None:
        self.accounts.set_role(self.farah.id, Role.SUPERVISOR)

    def end_sessions(self) -> None:
        self.accounts.end_all(self.farah.id)

    def stop(self) -> None:
        self.desk.kill_switches.stop(SAM, "outage", WHY)

    def resume(self) -> None:
        self.desk.kill_switches.resume(SAM, "outage")

    def ask(self) -> None:
        assert isinstance(self.desk.customer_erasure.ask_erasure(self.owen, CustomerId("C-7"), WHY), ErasureRequest)

    def withdraw(self) -> None:
        (waiting,) = self.desk.customer_erasure.erasures(self.owen)
        self.desk.customer_erasure.withdraw_erasure(self.owen, waiting.request.id)

    def grant(self) -> None:
        (waiting,) = self.desk.customer_erasure.erasures(self.farah)
        self.desk.customer_erasure.grant_erasure(self.farah, waiting.request.id, waiting.scope)

    def lower_level(self) -> None:
        assert self.desk.autonomy_levels.set_level(SAM, COPY, 0, WHY) is None

    def ask_level(self) -> None:
        assert self.desk.autonomy_levels.ask_level(SAM, COPY, 1, WHY) is None


WITH: dict[str, tuple[Callable[[Acts], None], ...]] = {
    "disable": (Acts.disable,),
    "enable": (Acts.disable, Acts.enable),
    "role": (Acts.change_role,),
    "sessions": (Acts.end_sessions,),
    "stop": (Acts.stop,),
    "resume": (Acts.stop, Acts.resume),
    "ask": (Acts.ask,),
    "withdraw": (Acts.ask, Acts.withdraw),
    "grant": (Acts.ask, Acts.grant),
    "level": (Acts.lower_level, Acts.ask_level),
}


@contextmanager
def killed_before(works: InlineWorks) -> Iterator[None]:
    """As its transaction is about to commit."""

    def kill(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("read_only"):
            raise Killed

    sa.event.listen(works.engine, "commit", kill)
    try:
        with pytest.raises(Killed):
            yield
    finally:
        sa.event.remove(works.engine, "commit", kill)


@contextmanager
def killed_after(_works: InlineWorks) -> Iterator[None]:
    """When its transaction has committed, and the keys do not know it yet."""

    def kill(_keys: KeyStore, _ids: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeyStore, "confirm_seal_keys", kill)
        with pytest.raises(Killed):
            yield


@contextmanager
def next_process(works: InlineWorks) -> Iterator[Desk]:
    with closing(InlineWorks(works.settings, works.clock)) as later:
        yield open_desk(later.settings, later.clock, later)


def state(desk: Desk, owen: Person) -> State:
    """All that counts only with its seal."""
    accounts = desk._accounts.listed()
    with desk._store.look() as unit:
        levels = unit.levels.all()
    return (
        [(one.person.id, one.person.role, one.disabled, one.genuine) for one in accounts],
        [one.name for one in desk.kill_switches.switches(SAM)],
        [one.request.customer for one in desk.customer_erasure.erasures(owen)],
        [desk.autonomy_levels._at_level.genuine(one) for one in levels],
    )


def on_file(works: InlineWorks) -> dict[sa.Table, list[dict[str, Any]]]:
    with works.engine.begin() as connection:
        return {table: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in SEALED}


def put_back(works: InlineWorks, rows: dict[sa.Table, list[dict[str, Any]]]) -> None:
    with works.engine.begin() as connection:
        connection.execute(sa.delete(t.session))
        for table in SEALED:
            connection.execute(sa.delete(table))
            if rows[table]:
                connection.execute(sa.insert(table), rows[table])


@pytest.mark.parametrize("name", WITH)
def test_that_what_was_not_committed_leaves_all_as_it_was_and_genuine(hand: Hand, name: str) -> None:
    acts, (*needs, act) = Acts(hand), WITH[name]
    for need in needs:
        need(acts)
    before = state(hand.desk, acts.owen)
    with killed_before(hand.works):
        act(acts)
    assert state(hand.desk, acts.owen) == before
    with next_process(hand.works) as desk:
        assert state(desk, acts.owen) == before
        acts.desk, acts.accounts = desk, desk._accounts  # type: ignore[assignment]
        act(acts)
        assert all(genuine for *_, genuine in state(desk, acts.owen)[0])


@pytest.mark.parametrize("name", WITH)
def test_that_what_was_committed_counts_and_what_was_before_does_not_come_back(hand: Hand, name: str) -> None:
    """The keys learn of it when somebody looks; then the rows from before are put back."""
    acts, (*needs, act) = Acts(hand), WITH[name]
    for need in needs:
        need(acts)
    rows, before = on_file(hand.works), state(hand.desk, acts.owen)
    with killed_after(hand.works):
        act(acts)
    with next_process(hand.works) as desk:
        after = state(desk, acts.owen)
        assert all(genuine for *_, genuine in after[0])
        assert "*" not in after[1]
        assert (after == before) == (name in ("sessions", "level")), "these two change nothing that is looked at here"
    put_back(hand.works, rows)
    with next_process(hand.works) as desk:
        restored = state(desk, acts.owen)
        match name:
            case "disable" | "enable" | "role" | "sessions":
                assert [id for id, *_, genuine in restored[0] if not genuine] == [acts.farah.id]
            case "stop" | "resume":
                assert restored[1][0] == "*"
            case "ask" | "withdraw" | "grant":
                assert restored[2] == []
            case _:
                assert restored[3] == [False]


def test_that_a_change_that_the_log_refuses_leaves_the_account_as_it_was(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts, refused = Acts(hand), AuditUnavailable("The disk is full")

    def refuse(*_: object, **__: object) -> int:
        raise refused

    acts.disable()
    before = state(hand.desk, acts.owen)
    with monkeypatch.context() as patch:
        patch.setattr(type(hand.works.audit), "append_all_within", refuse)
        with pytest.raises(AuditUnavailable):
            acts.enable()
    assert state(hand.desk, acts.owen) == before
    acts.enable()
    assert hand.works.accounts.account(acts.farah.id) == acts.farah


def test_that_two_changes_in_one_transaction_count_as_the_last_of_them(hand: Hand) -> None:
    """The transaction sees its own rows, which nobody may take for committed."""
    hand.desk.kill_switches.stop(SAM, "outage", WHY)
    with killed_before(hand.works), hand.works.store.begin() as unit:
        unit.switches.drop("outage")
        assert unit.switches.on() == ()
        unit.switches.drop("invoice_copy")
        assert unit.switches.on() == ()
    assert [one.name for one in hand.desk.kill_switches.switches(SAM)] == ["outage"]
    with hand.works.store.begin() as unit:
        (switch,) = unit.switches.on()
        unit.switches.drop("outage")
        unit.switches.put(switch.replace(name="invoice_copy"))
    assert [one.name for one in hand.desk.kill_switches.switches(SAM)] == ["invoice_copy"]


def test_that_the_next_writer_before_the_keys_know_of_the_last_one_makes_nobody_forged(hand: Hand) -> None:
    """Two processes: the second changes the account while the first has committed and says so late."""
    acts, late = Acts(hand), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeyStore, "confirm_seal_keys", lambda _keys, ids: late.append(ids))
        acts.disable()
    with next_process(hand.works) as desk:
        desk._accounts.set_disabled(acts.farah.id, False, "another process")
    for ids in late:
        hand.works.keys.confirm_seal_keys(ids)
    assert hand.works.accounts.account(acts.farah.id) == acts.farah


def test_that_signing_out_at_the_desk_works_while_the_keys_are_away(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts, begun = Acts(hand), token(hand.desk, "Farah")

    def away(*_: object, **__: object) -> None:
        raise AuditUnavailable("The key store cannot be used")

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "seal_keys", away)
        patch.setattr(type(hand.works.audit), "append_all_within", away)
        hand.desk.sign_out(begun)
    assert hand.desk.who(begun) is None
    assert hand.works.accounts.account(acts.farah.id) == acts.farah
