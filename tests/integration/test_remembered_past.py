"""The simulated past as knowledge: nothing in it tells whose it was, it is found again, and it is marked as made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
import sqlalchemy as sa

from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.fernline.past import FernlinePast, customers
from cx_core.adapters.search.solved_case_index import CaseIndex
from cx_core.adapters.sql import tables as t
from cx_core.bootstrap import Works, open_desk
from cx_core.demo.history import Historian
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import TaskTypeName, TicketId
from cx_core.settings import ROOT, Settings
from tests.conftest import SetClock

TICKETS = 240
_REF = re.compile(r"\b[A-Z]{1,3}-\d+\b|[£$€]\s?\d|\d{4,}")


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory, encoder: MiniLM) -> Iterator[Works]:
    folder = tmp_path_factory.mktemp("remembered") / "data"
    settings = Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True, feed_seconds=0)
    made = Works(settings, SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)), encoder=encoder)
    people, buyers = made.accounts.people(), customers(made.fernline)
    Historian(made.knowledge, made.store, people, buyers, FernlinePast(), made.clock).write(
        months=3, tickets=TICKETS, seed=5
    )
    desk = open_desk(settings, made.clock, made)
    while desk.solved_case_collection.remember():
        pass
    while made.cases.refresh(200):
        pass
    yield made
    made.close()


def remembered(works: Works) -> list[SolvedCase]:
    query = sa.select(t.solved_case.c.body).where(t.solved_case.c.body.is_not(None)).order_by(t.solved_case.c.ticket)
    with works.engine.connect() as connection:
        return [SolvedCase.model_validate(body) for body in connection.execute(query).scalars()]


def test_that_most_of_the_past_is_remembered_and_all_of_it_marked(works: Works) -> None:
    kept = remembered(works)
    assert len(kept) > TICKETS / 2
    assert all(case.simulated for case in kept)
    assert any(case.done for case in kept)
    assert any(case.articles for case in kept)


def test_that_nothing_in_it_is_a_customers(works: Works) -> None:
    """Whole names, addresses, mail, telephone, days of birth and numbers of anybody; no identifier, no amount."""
    said = "\n".join(f"{case.asked}\n{case.answered}" for case in remembered(works)).casefold()
    for customer in customers(works.fernline):
        fields = customer.fields
        surname = str(fields["name"]).rpartition(" ")[2]
        known = [fields[name] for name in ("name", "email", "phone", "address", "born")]
        known += [str(fields["address"]).partition(",")[0], customer.id, f"{str(fields['name']).split()[0]} {surname}"]
        for datum in known:
            assert not re.search(rf"(?<!\w){re.escape(str(datum).casefold())}(?!\w)", said), datum
    left = [found[0] for case in remembered(works) for found in _REF.finditer(f"{case.asked}\n{case.answered}")]
    assert left == []


def test_that_no_customers_own_name_stands_in_their_case(works: Works) -> None:
    for case in remembered(works):
        with works.store.look() as unit:
            ticket = unit.tickets.get(case.ticket)
        assert ticket
        for part in ticket.customer_name.split():
            assert not re.search(rf"\b{re.escape(part)}\b", f"{case.asked}\n{case.answered}"), case.ticket


def test_that_a_case_is_found_by_its_own_words_and_by_others_of_its_kind(works: Works) -> None:
    cases, encoder = works.cases, works.encoder
    kept = remembered(works)
    first = []
    for case in kept[:40]:
        (best,) = cases.search(case.asked, encoder.encode([case.asked])[0], most=1)
        first.append(best.ticket == case.ticket or _asked(kept, best.ticket) == case.asked)
    assert sum(first) >= 38
    question = "money was taken from my account two times for the same bill"
    found = cases.search(question, encoder.encode([question])[0], most=3, task_types=[TaskTypeName("duplicate_charge")])
    assert found
    types = {case.ticket: case.task_types for case in kept}
    assert all("duplicate_charge" in types[one.ticket] for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def _asked(kept: list[SolvedCase], ticket: TicketId) -> str:
    return next(case.asked for case in kept if case.ticket == ticket)


def test_that_a_ticket_is_not_found_for_itself_nor_anything_for_nonsense(works: Works) -> None:
    case, cases, encoder = remembered(works)[0], works.cases, works.encoder
    vector = encoder.encode([case.asked])[0]
    assert case.ticket not in [one.ticket for one in cases.search(case.asked, vector, most=50, but=case.ticket)]
    assert cases.search("", np.zeros_like(vector), most=3) == ()
    assert cases.search("x", np.zeros(3, dtype=np.float32), most=3) == ()


def test_that_what_was_dropped_is_found_no_more_at_once_and_taken_up_again_when_kept(works: Works) -> None:
    case, encoder = remembered(works)[-1], works.encoder
    vector = encoder.encode([case.asked])[0]
    mine = CaseIndex(works.engine, encoder)
    mine.refresh(0)
    assert case.ticket in [one.ticket for one in mine.search(case.asked, vector, most=200)]
    with works.store.begin() as unit:
        unit.solved_cases.keep_case(case.ticket, None, works.clock())
    assert case.ticket not in [one.ticket for one in mine.search(case.asked, vector, most=200)]
    with works.store.begin() as unit:
        unit.solved_cases.keep_case(case.ticket, case, works.clock())
    assert mine.refresh(10) == 0
    assert case.ticket in [one.ticket for one in mine.search(case.asked, vector, most=200)]


def test_that_another_encoder_encodes_anew_and_searches_only_its_own(works: Works) -> None:
    class Other(MiniLM):
        @property
        def version(self) -> str:
            return "another"

    other = CaseIndex(works.engine, Other())
    total = len(remembered(works))
    assert other.refresh(8) == total - 8
    assert len(other.search("my router", works.encoder.encode(["my router"])[0], most=total)) <= 8
    again = CaseIndex(works.engine, works.encoder)
    assert again.refresh(200) == 0  # back again, those eight are encoded anew
