"""A new installation: messages are read by what has learnt from a part of the examples, until all are learnt."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cx_core.adapters.classifier.triager import Few, NotLearnt, Untaught, open_triage, thinned
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.bootstrap import open_desk
from cx_core.bootstrap.works import Readers
from cx_core.desk.desk import Desk
from cx_core.ports import Encoder
from cx_core.records import Note, Role, TaskTypeName, Ticket, TicketId
from cx_core.service_rules.system_pauses import LEARNING, FirstLessonPauses
from cx_core.settings import Settings
from tests.conftest import SetClock, sooner_or_later
from tests.integration.conftest import InlineWorks, standing
from tests.scripted import LENA, MARIA, TOM, letter

pytestmark = pytest.mark.slow
until = partial(sooner_or_later, seconds=60)
COPY = "Could you send me a copy of my last invoice, please?"


class Pupil(InlineWorks):
    """Has nothing on disk, as far as the desk can tell, and goes on learning until it is let."""

    let_learn: threading.Event
    may_fail = False

    def readers(self, *, learning: Encoder | None = None, few: Few = dict) -> Readers:
        if isinstance(learning, Untaught):
            raise NotLearnt
        made = super().readers()
        if few is thinned:
            return made._replace(version="first")
        assert self.let_learn.wait(60)
        if self.may_fail:
            raise OSError("No space left on device")
        return made


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cx_core.bootstrap.works.LEARN_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr("cx_core.bootstrap.works.LAST_READING_SECONDS", 0.1)


@pytest.fixture
def pupil(prepared: Path, furnished: Path, settings: Settings, clock: SetClock, encoder: MiniLM) -> Iterator[Pupil]:
    standing(prepared, furnished, settings)
    made = Pupil(settings, clock, encoder=encoder)
    made.let_learn = threading.Event()
    yield made
    made.let_learn.set()
    made.close()


@pytest.fixture
def desk(pupil: Pupil) -> Desk:
    made = open_desk(pupil.settings, pupil.clock, pupil)
    pupil.after_learning(made.maintenance.read_again_after)
    pupil.start()
    return made


def written(desk: Desk, pupil: Pupil, id: str, sender: str) -> TicketId:
    return desk.inbound_messages.receive(letter(COPY, pupil.clock, id=id, sender=sender))


def reader(pupil: Pupil, id: TicketId) -> tuple[Ticket, str]:
    """The ticket, and the version of what read it last."""
    with pupil.store.look() as unit:
        ticket = unit.tickets.get(id)
        assert ticket is not None
        proposal = unit.proposals.get(id, ticket.version)
    return ticket, proposal.versions.classifier if proposal else ""


def test_that_messages_are_read_before_all_is_learnt_and_again_after(desk: Desk, pupil: Pupil) -> None:
    free, taken = written(desk, pupil, "m1", MARIA), written(desk, pupil, "m2", LENA)
    assert desk.inbox.take(pupil.person(Role.ADVISOR), taken) is None
    assert desk.copilot_health()["encoder"] == "learning"
    assert [reader(pupil, one)[1] for one in (free, taken)] == ["first", "first"]

    pupil.let_learn.set()
    until(lambda: reader(pupil, free)[1] not in ("", "first"))

    assert desk.copilot_health()["encoder"] == "ok"
    assert reader(pupil, free)[0].work == "ready"
    assert reader(pupil, taken)[1] == "first", "it was taken from whoever is at work on it"
    assert reader(pupil, written(desk, pupil, "m3", TOM))[1] == reader(pupil, free)[1]
    assert [event.kind for event in pupil.audit.events(ticket=free)].count("proposed") == 2
    until(lambda: not (pupil.settings.data_dir / "first-lesson").exists())


def test_that_what_a_person_has_done_anything_with_is_left_to_them(desk: Desk, pupil: Pupil) -> None:
    advisor = pupil.person(Role.ADVISOR)
    assigned, noted = written(desk, pupil, "m1", MARIA), written(desk, pupil, "m2", LENA)
    with pupil.store.begin() as unit:
        ticket = unit.tickets.get(assigned)
        assert ticket is not None
        unit.tickets.put(ticket.replace(assignee=advisor.id))
    assert isinstance(desk.notes.add_note(advisor, noted, "I ring her at four."), Note)
    pupil.let_learn.set()
    until(lambda: desk.copilot_health()["encoder"] == "ok")
    until(lambda: not (pupil.settings.data_dir / "first-lesson").exists())
    assert [reader(pupil, one)[1] for one in (assigned, noted)] == ["first", "first"]


def test_that_the_rest_is_learnt_later_where_it_cannot_be_learnt_now(
    desk: Desk, pupil: Pupil, caplog: pytest.LogCaptureFixture
) -> None:
    pupil.may_fail = True
    pupil.let_learn.set()
    until(lambda: "could not learn from all" in caplog.text)
    early = written(desk, pupil, "m1", MARIA)
    assert (reader(pupil, early)[1], desk.copilot_health()["encoder"]) == ("first", "learning")
    pupil.may_fail = False
    until(lambda: reader(pupil, early)[1] not in ("", "first"))
    assert desk.copilot_health()["encoder"] == "ok"


def test_that_what_an_ended_process_left_is_read_again_by_the_next(works: InlineWorks) -> None:
    desk = open_desk(works.settings, works.clock, works)
    (works.settings.data_dir / "first-lesson").write_text(works.readers().version, "utf-8")
    ticket = desk.inbound_messages.receive(letter(COPY, works.clock, id="m1"))
    works._journey = None  # as in a process that has just begun
    works.after_learning(desk.maintenance.read_again_after)
    works.start()
    until(lambda: [event.kind for event in works.audit.events(ticket=ticket)].count("proposed") >= 2)
    until(lambda: not (works.settings.data_dir / "first-lesson").exists())


def test_that_a_run_that_ends_after_the_swap_does_nothing_alone(works: InlineWorks) -> None:
    first = FirstLessonPauses(works.systems)
    with works.store.look() as unit:
        told = [first.paused_for(unit, {TaskTypeName("callback"): level}) for level in (1, 2, 3)]
        whole = [works.systems.paused_for(unit, {TaskTypeName("callback"): level}) for level in (1, 2, 3)]
    assert (told, whole) == ([LEARNING, "", LEARNING], ["", "", ""])
    first.note("billing", answered=False)
    assert works.systems._calls["billing"] != []


def test_that_nothing_is_learnt_by_what_may_not(works: InlineWorks, tmp_path: Path, encoder: MiniLM) -> None:
    with pytest.raises(NotLearnt):
        open_triage(works.knowledge, encoder, tmp_path / "new", works.clock, Untaught(encoder))
    assert not (tmp_path / "new").exists()


def test_that_what_is_on_disk_is_read_from_there(works: InlineWorks) -> None:
    works.start()
    assert works.copilot_health()["encoder"] == "ok"


def test_that_a_part_of_the_examples_has_some_of_each() -> None:
    given = {"many": [str(n) for n in range(1000)], "some": [str(n) for n in range(70)], "few": ["a", "b"]}
    told = thinned(given)
    assert {label: len(texts) for label, texts in told.items()} == {"many": 200, "some": 35, "few": 2}
    assert set(told["many"]) <= set(given["many"])
