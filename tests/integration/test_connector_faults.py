"""Whatever the way to a system does to an act, there is at most one effect, and an unknown outcome is called unknown.

`RUNG_SOAK=1` tries a thousand acts for each fault and system.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from cx_core.act import step_effect
from cx_core.adapters.openapi import effects
from cx_core.adapters.openapi.acts import HELD
from cx_core.adapters.openapi.calls import Secret
from cx_core.adapters.openapi.working_actions import WorkingAction
from cx_core.errors import SystemTrouble, SystemUnreachable
from cx_core.records import ActionName, Money, Outcome, Receipt, Value
from tests.conftest import SetClock
from tests.connectors import shop, stringly, stripe
from tests.connectors.connected import ConnectedOffice, connected_office, imported, marked, step
from tests.connectors.faulty_line import FAULTS, LATE_SECONDS, Line, faulty
from tests.connectors.served import served

ACTS = 1_000 if os.environ.get("RUNG_SOAK") == "1" else 20
EACH = 20
"""Acts about one order."""
ONE_ACT = 4
"""With "drip" each act takes a time-out, so fewer are tried outside a soak."""


LineTo = Callable[[str, Callable[[bytes], bool]], AbstractContextManager[Line]]
"""Makes a line to an address, with its faults for the requests that are writes."""


class Tried(NamedTuple):
    """A system behind a faulty line, the act that is tried on it, and how many effects a key had."""

    connected: ConnectedOffice
    line: Line
    action: str
    values: Mapping[str, Value]
    effects: EffectCount


class EffectCount:
    """Counts the effects that the system itself knows of."""

    def __init__(self, known: Mapping[str, int] | None = None, address: str = "") -> None:
        self._known = known
        self._address = address

    def of(self, key: str) -> int:
        if self._known is not None:
            return int(self._known.get(marked(key), 0))
        rows, last = 0, ""
        while True:
            params = {"limit": "100"} | ({"starting_after": last} if last else {})
            page = httpx.get(f"{self._address}/v1/refunds", params=params, auth=(stripe.TOKEN, "")).json()
            rows += [one["metadata"].get("rung_key") for one in page["data"]].count(marked(key))
            if not page["has_more"]:
                return int(rows)
            last = page["data"][-1]["id"]


def writes(*beginnings: bytes) -> Writes:
    return Writes(beginnings)


class Writes:
    """Whether a request is one of these."""

    def __init__(self, beginnings: tuple[bytes, ...]) -> None:
        self._beginnings = beginnings

    def __call__(self, request: bytes) -> bool:
        return request.startswith(self._beginnings)


@contextmanager
def tried(
    system: str, folder: Path, clock: SetClock, seconds: float, line_to: LineTo = faulty, acts: int = ACTS
) -> Iterator[Tried]:
    """A system behind the line that `line_to` gives, with enough orders for so many acts."""
    with ExitStack() as stack:
        if system == "localstripe":
            address = stack.enter_context(stripe.running(folder))
            line = stack.enter_context(line_to(address, writes(b"POST /v1/refunds")))
            connector = stripe.connected(line.address, imported(stripe.api(line.address)), settles=30)
            values: Mapping[str, Value] = {"charge": charged(address), "amount": Money(minor=5)}
            secret, action, count = Secret(stripe.TOKEN), str(stripe.REFUND), EffectCount(address=address)
        elif system == "shop":
            state = shop.Shop(1 + acts // EACH)
            address = stack.enter_context(served(state.handle))
            line = stack.enter_context(line_to(address, writes(b"POST /refunds")))
            connector = shop.connected(line.address, imported(shop.api(line.address)), settles=30)
            values = {"order": "o1", "amount": Money(minor=1), "reason": "late"}
            secret, action, count = Secret(shop.TOKEN), "shop_refund", EffectCount(state.effects)
        else:
            other = stringly.Stringly(1 + acts // EACH)
            address = stack.enter_context(served(other.handle))
            line = stack.enter_context(line_to(address, writes(b"POST /rpc/BookRefund")))
            connector = stringly.connected(line.address, imported(stringly.api(line.address)), settles=30)
            values = {
                "order": "000001", "amount": Money(minor=5, currency="EUR"), "day": "2026-11-27", "notify": True,
            }  # fmt: skip
            secret, action, count = Secret(stringly.API_KEY), "book_refund", EffectCount(other.effects)
        made = stack.enter_context(connected_office(folder, connector, secret, clock, seconds=seconds))
        yield Tried(made, line, action, values, count)


def charged(address: str) -> str:
    """A charge of a customer of localstripe, large enough for every refund here."""
    with httpx.Client(base_url=f"{address}/v1", auth=(stripe.TOKEN, "")) as client:
        card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
        token = client.post("/tokens", data={f"card[{name}]": value for name, value in card.items()}).json()["id"]
        customer = client.post("/customers", data={"email": "ida@example.com", "source": token}).json()["id"]
        charge = {"amount": "900000", "currency": "gbp", "customer": customer}
        return str(client.post("/charges", data=charge).json()["id"])


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_effect, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(effects, "PAUSE_SECONDS", 0.0)


def acted(one: Tried, key: str, number: int = 0) -> Outcome:
    """As execution does it: what nobody can tell is unknown. A few acts are about each order, so that lists end."""
    order = {"shop_refund": f"o{1 + number // EACH}", "book_refund": f"{1 + number // EACH:06d}"}.get(one.action)
    what = step(one.action, {**one.values, **({"order": order} if order else {})})
    try:
        return one.connected.effects.do(what, key)
    except SystemTrouble as trouble:
        return one.connected.effects.unknown(what, key, trouble)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("system", ["shop", "texts", "localstripe"])
def test_that_an_act_has_at_most_one_effect_under_a_fault(
    system: str, fault: str, tmp_path: Path, clock: SetClock
) -> None:
    if system == "localstripe" and stripe.program() is None:
        pytest.skip("localstripe is not here: RUNG_INSTALL_SYSTEMS=1 puts it into an environment of its own")
    if fault == "twice" and system != "shop":
        pytest.skip("no client can have one effect of a request that the network repeats to a system without keys")
    slow = fault == "drip"
    acts = ACTS if not slow or ACTS > 20 else ONE_ACT
    with tried(system, tmp_path, clock, 0.4 if slow else 5.0) as one:
        for number in range(acts):
            key = f"T-1:{number}:s1"
            one.line.faults = [fault] * (1 + number % 3)
            first = acted(one, key, number)
            one.line.faults.clear()
            assert one.effects.of(key) <= 1
            assert first.status == "done" or first.unknown or one.effects.of(key) == 0
            if first.unknown:
                clock.forward(seconds=1)
                again = acted(one, key, number)
                assert one.effects.of(key) <= 1
                assert again.status != "done" or one.effects.of(key) == 1
            clock.forward(seconds=60)  # a person tries again, later
            last = acted(one, key, number)
            assert last.status == "done", last.message
            assert last.verified
            assert one.effects.of(key) == 1
        assert one.line.met >= acts


@pytest.mark.parametrize("system", ["shop", "texts"])
def test_that_what_may_still_arrive_is_not_repeated_to_a_system_without_keys(
    system: str, tmp_path: Path, clock: SetClock
) -> None:
    with tried(system, tmp_path, clock, 5.0) as one:
        one.line.faults = ["late"]
        first = acted(one, "T-1:1:s1")
        at_once = acted(one, "T-1:1:s1")
        if system == "texts":
            assert first.unknown
            assert at_once.unknown
            assert "may still do it" in at_once.message
        time.sleep(LATE_SECONDS + 0.3)
        clock.forward(seconds=5)
        last = acted(one, "T-1:1:s1")
        assert (last.status, last.verified) == ("done", True), last.message
        assert one.effects.of("T-1:1:s1") == 1


REFUND: Mapping[str, Value] = {"order": "o1", "amount": Money(minor=500), "reason": "late"}


@contextmanager
def slow_look(folder: Path, clock: SetClock, *, honours: bool) -> Iterator[tuple[ConnectedOffice, shop.Shop, Doing]]:
    """A shop, and what is done while the next act looks at it; the look takes longer than an act is held."""
    state, doing = shop.Shop(honours=honours), Doing()
    with served(state.handle) as url:
        connector = shop.connected(url, imported(shop.api(url)), honours=honours)
        with connected_office(folder, connector, Secret(shop.TOKEN), clock) as made:
            proofs = made.office._effects._proofs
            look = proofs.before

            def slowly(working: WorkingAction, arguments: Mapping[str, Value]) -> tuple[str, ...]:
                found = look(working, arguments)
                if doing:
                    clock.forward(seconds=HELD.total_seconds() + 1)
                    doing.pop()()
                return found

            proofs.before = slowly  # type: ignore[method-assign]
            yield made, state, doing


class Doing(list[Callable[[], object]]):
    """What somebody else does meanwhile."""


def refunded(one: ConnectedOffice) -> Receipt:
    return one.office.write(ActionName("shop_refund"), REFUND, "T-1:1:s1")


@pytest.mark.parametrize("honours", [True, False])
def test_that_a_caller_who_was_overtaken_sends_nothing(tmp_path: Path, clock: SetClock, honours: bool) -> None:
    with slow_look(tmp_path, clock, honours=honours) as (one, state, doing):
        second: list[Receipt] = []
        doing.append(lambda: second.append(refunded(one)))
        with pytest.raises(SystemUnreachable, match="somebody else is at it"):
            refunded(one)
        assert [request.method for request in state.requests].count("POST") == 1
        act = one.acts.get("T-1:1:s1", clock())
        assert act is not None
        assert (act.state, act.receipt) == ("done", second[0])
        assert refunded(one) == second[0]


def test_that_the_late_word_of_one_who_was_overtaken_changes_nothing(tmp_path: Path, clock: SetClock) -> None:
    with slow_look(tmp_path, clock, honours=False) as (one, _, _):
        acts = one.acts
        first = acts.take("k", ActionName("a"), "r", {}, clock())
        clock.forward(seconds=HELD.total_seconds() + 1)
        second = acts.take("k", ActionName("a"), "r", {}, clock())
        acts.sent(second, (), clock())
        for late in ("refused", ""):
            acts.not_done(first, late, clock()) if late else acts.let_go(first, clock())
            known = acts.get("k", clock())
            assert known is not None
            assert (known.state, known.held) == ("sent", True)
        receipt = Receipt(key="k", action=ActionName("a"), reference="of the second", at=clock())
        acts.done("k", receipt, clock())
        assert acts.done("k", receipt.replace(reference="of the first"), clock()) == receipt


def test_that_nothing_is_sent_after_others_were_told_that_nothing_was_done(tmp_path: Path, clock: SetClock) -> None:
    with slow_look(tmp_path, clock, honours=False) as (one, state, doing):
        told: list[Receipt | None] = []
        doing.append(lambda: told.append(one.office.receipt("T-1:1:s1")))
        with pytest.raises(SystemUnreachable, match="took too long"):
            refunded(one)
        assert told == [None]
        assert [request.method for request in state.requests].count("POST") == 0
        assert refunded(one).reference == "r1"
