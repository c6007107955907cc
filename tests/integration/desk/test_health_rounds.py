"""When the knowledge is gone through: once for each state it is in, by one process of several, when all is quiet."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.bootstrap import Works, open_desk
from cx_core.desk.operations import leader_lease
from cx_core.desk.operations.leader_lease import HELD, RENEWED
from cx_core.errors import SystemTrouble
from cx_core.knowledge_base.articles import ArticleEntry, Content, HealthFinding, KnowledgeHealth
from cx_core.knowledge_base.health.round_timing import AFTER_ANOTHER, LONGEST, QUIET
from cx_core.records import Role
from cx_core.settings import ROOT, Settings
from cx_core.views import Refusal
from tests.conftest import SetClock
from tests.scripted import InlineWorks, person

pytestmark = pytest.mark.slow

EDITOR = person(Role.EDITOR, "Ed Word")
KETTLE = Content(title="Kettles", text="## Back\nA kettle can be sent back within 30 days of delivery, free of charge.")
TEAPOT = Content(title="More on kettles", text="## Sent back\nKettles can be sent back within 14 days of delivery.")
STEP = timedelta(seconds=10)


class Counting(MiniLM):
    """The shipped encoder; how many texts it was given, and `trouble` if it is to fail."""

    def __init__(self, encoder: MiniLM) -> None:
        self._within = encoder
        self.texts = 0
        self.trouble = False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.trouble:
            raise SystemTrouble("It does not answer.")
        self.texts += len(texts)
        return self._within.encode(texts)


class House:
    """One process: a desk of its own on a database that others use too."""

    def __init__(self, works: InlineWorks, encoder: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
        self.works, self.encoder = works, encoder
        monkeypatch.setattr(works, "ready_encoder", lambda: encoder)
        self.desk = open_desk(works.settings, works.clock, works)

    def look(self) -> bool:
        """What a process does every ten seconds; whether it went through the knowledge."""
        before = self.seen().looked_at
        self.works.clock.forward(seconds=10)  # type: ignore[attr-defined]  # a SetClock
        self.works.shelf.refresh()
        self.desk.health_rounds.look_at_knowledge()
        return self.seen().looked_at != before

    def seen(self) -> KnowledgeHealth:
        return self.desk.knowledge_health.latest(EDITOR)

    def publish(self, content: Content) -> ArticleEntry:
        made = self.desk.article_lifecycle.write_article(EDITOR, content)
        assert isinstance(made, ArticleEntry)
        done = self.desk.article_lifecycle.move_article(EDITOR, made.id, 1, "published")
        assert isinstance(done, ArticleEntry)
        self.works.shelf.refresh()
        return done

    def open(self, kind: str) -> list[HealthFinding]:
        return [one for one in self.seen().findings if one.kind == kind and one.state == "open"]


@pytest.fixture
def house(works: InlineWorks, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(works, Counting(encoder), monkeypatch)


@pytest.fixture
def other(
    house: House, settings: Settings, clock: SetClock, encoder: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    works = InlineWorks(settings, clock)
    yield House(works, Counting(encoder), monkeypatch)
    works.close()


def test_that_what_one_process_went_through_no_other_does_again(house: House, other: House) -> None:
    assert house.look()
    read = other.encoder.texts
    assert not other.look()
    assert not house.look()
    assert other.encoder.texts == read
    assert other.seen() == house.seen()
    assert other.seen().looked_at is not None


def test_that_a_change_waits_until_nothing_more_changes(house: House) -> None:
    assert house.look()
    house.publish(KETTLE)
    assert not house.look()
    house.publish(TEAPOT)
    waited = 0
    while not house.look():
        waited += 1
    assert waited == QUIET // STEP
    assert [one for one in house.open("contradiction") if set(one.articles) == {"kettles", "more-on-kettles"}]


def test_that_endless_changes_do_not_keep_it_from_being_gone_through(house: House) -> None:
    assert house.look()
    looked = 0
    for n in range(1 + LONGEST // STEP):
        house.publish(Content(title=f"Kettle {n}", text="## Lid\nIt has a lid."))
        looked += house.look()
    assert looked == 1


def test_that_whoever_did_the_last_round_comes_first(house: House, other: House) -> None:
    assert house.look()
    other.publish(KETTLE)
    assert not any(other.look() for _ in range(AFTER_ANOTHER // STEP))
    assert house.look() is False  # it sees the change only now
    assert other.look()


def test_that_every_hour_is_one_round_which_encodes_nothing_again(house: House, clock: SetClock) -> None:
    assert house.look()
    texts = house.encoder.texts
    clock.forward(hours=1)
    assert any(house.look() for _ in range(10))
    assert not any(house.look() for _ in range(10))
    assert house.encoder.texts == texts


def test_that_while_one_process_is_at_it_nobody_else_begins(house: House, other: House, clock: SetClock) -> None:
    now = clock()
    with house.works.store.begin() as unit:
        assert unit.health.hold_health_round("a third", now, now + HELD)
    assert isinstance(other.desk.knowledge_health.look_knowledge_over(EDITOR), Refusal)
    clock.now += HELD  # it ended in the middle of it
    assert isinstance(other.desk.knowledge_health.look_knowledge_over(EDITOR), KnowledgeHealth)
    assert isinstance(house.desk.knowledge_health.look_knowledge_over(EDITOR), KnowledgeHealth)


def test_that_what_took_too_long_and_is_anothers_by_now_counts_for_nothing(
    house: House, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(found: Callable[..., object]) -> Callable[..., object]:
        def found_late(*given: object) -> object:
            made = found(*given)
            clock.now += HELD
            with house.works.store.begin() as unit:
                assert unit.health.hold_health_round("another", clock(), clock() + HELD)
            return made

        return found_late

    house.publish(KETTLE)
    house.publish(TEAPOT)
    monkeypatch.setattr(house.desk.health_rounds, "_of_articles", slow(house.desk.health_rounds._of_articles))
    assert not house.desk.health_rounds.look_again()
    assert (house.seen().findings, house.seen().looked_at) == ((), None)
    with house.works.store.look() as unit:
        assert unit.health.health_round().holder == "another"
        assert unit.health.health_round().until == clock() + HELD


def test_that_what_another_has_finished_meanwhile_is_not_overwritten(
    house: House, other: House, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = house.desk.health_rounds._of_articles

    def asleep(*given: object) -> object:
        made = find(*given)  # type: ignore[arg-type]
        clock.now += HELD
        other.works.shelf.refresh()
        other.publish(KETTLE)
        other.publish(TEAPOT)
        assert other.desk.health_rounds.look_again()
        return made

    monkeypatch.setattr(house.desk.health_rounds, "_of_articles", asleep)
    assert not house.desk.health_rounds.look_again()
    assert house.open("contradiction")
    with house.works.store.look() as unit:
        assert unit.health.health_round().holder == other.desk.health_rounds._here.name
        assert unit.health.health_round().until is None


def test_that_a_round_that_takes_long_stays_whose_it_is(
    house: House, other: House, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_lease, "RENEWED", 0.01)
    find = house.desk.health_rounds._of_articles

    def long(*given: object) -> object:
        for _ in range(3):
            clock.now += HELD / 2
            renewed = clock() + HELD
            assert _soon(lambda renewed=renewed: _until(house) == renewed)  # type: ignore[misc]
            assert isinstance(other.desk.knowledge_health.look_knowledge_over(EDITOR), Refusal)
        return find(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(house.desk.health_rounds, "_of_articles", long)
    assert house.desk.health_rounds.look_again()
    assert _until(house) is None


def test_that_another_takes_over_within_a_minute_from_one_that_was_killed(
    house: House, other: House, clock: SetClock
) -> None:
    assert timedelta(seconds=RENEWED) * 3 < HELD <= timedelta(minutes=1) - 2 * STEP
    code = "import sys; from tests.integration.round_driver import main; main(*sys.argv[1:])"
    given = [str(house.works.settings.data_dir), clock().isoformat()]
    doomed = subprocess.Popen([sys.executable, "-c", code, *given], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert doomed.stdout is not None
        assert doomed.stdout.readline().strip() == "at it"
        assert not other.look()
        assert isinstance(other.desk.knowledge_health.look_knowledge_over(EDITOR), Refusal)
    finally:
        doomed.kill()
        doomed.wait()
    killed = clock()
    assert isinstance(other.desk.knowledge_health.look_knowledge_over(EDITOR), Refusal)
    while not other.look():
        assert clock() - killed < timedelta(minutes=1)
    assert other.seen().looked_at == clock()


def test_that_an_encoder_that_fails_leaves_the_round_to_be_tried_again(house: House) -> None:
    house.encoder.trouble = True
    assert isinstance(house.desk.knowledge_health.look_knowledge_over(EDITOR), Refusal)
    assert house.seen().looked_at is None
    house.encoder.trouble = False
    assert isinstance(house.desk.knowledge_health.look_knowledge_over(EDITOR), KnowledgeHealth)


def test_that_one_changed_article_costs_a_small_part_and_finds_what_a_new_process_finds(
    house: House, other: House
) -> None:
    assert house.desk.health_rounds.look_again()
    all_texts = house.encoder.texts
    house.publish(KETTLE)
    house.publish(TEAPOT)
    assert house.desk.health_rounds.look_again()
    assert house.encoder.texts - all_texts < all_texts / 20
    found = [one for one in house.seen().findings if one.state == "open"]
    assert other.desk.health_rounds.look_again()
    assert [one for one in other.seen().findings if one.state == "open"] == found
    assert any({"kettles", "more-on-kettles"} == set(one.articles) for one in found)


def _until(house: House) -> datetime | None:
    with house.works.store.look() as unit:
        return unit.health.health_round().until


def _soon(true: Callable[[], bool]) -> bool:
    for _ in range(500):
        if true():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_that_a_round_is_one_processs_on_either_database(
    kind: str, settings: Settings, clock: SetClock, request: pytest.FixtureRequest
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("fresh_postgresql")
    works = Works(settings.replace(database_url=url), clock)
    now = clock()
    try:
        with works.store.begin() as unit:
            assert unit.health.hold_health_round("a", now, now + HELD)
        with works.store.begin() as unit:
            assert not unit.health.hold_health_round("b", now, now + HELD)
            assert unit.health.hold_health_round("a", now, now + 2 * HELD)
            unit.health.end_health_round("b")
            assert not unit.health.hold_health_round("b", now, now + HELD)
            assert not unit.health.renew_health_round("b", now + 9 * HELD)
            assert unit.health.renew_health_round("a", now + 3 * HELD)
            assert unit.health.health_round().until == now + 3 * HELD
            unit.health.keep_health_round("mark", now, 7)
            unit.health.end_health_round("a")
            assert unit.health.hold_health_round("b", now, now + HELD)
            made = unit.health.health_round()
    finally:
        works.close()
    assert (made.mark, made.at, made.asked, made.holder, made.until) == ("mark", now, 7, "b", now + HELD)
