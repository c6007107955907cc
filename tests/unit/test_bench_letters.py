"""Letters of the bench hold what its search is for, so that a search that finds nothing says something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bench.letters import giveaways, letters, writers
from cx_core.adapters.fernline import open_fernline
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.adapters.sql.database import Engine
from cx_core.settings import ROOT, Settings


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Engine]:
    made = open_fernline(settings.url("fernline"), lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
    yield made
    made.dispose()


def test_that_every_letter_gives_its_writer_away(sandbox: Engine) -> None:
    people = writers(sandbox)
    made = list(letters(load(ROOT / "knowledge"), people, 60))
    personal = giveaways(sandbox)
    assert len(people) >= 10
    assert len({letter.sender for letter in made}) >= 10
    assert all(personal.search(letter.text) for letter in made)
    assert not personal.search("Thank you for writing to us. Your order is on its way, the invoice is due in May.")


def test_that_each_kind_of_datum_gives_away(sandbox: Engine) -> None:
    someone, personal = writers(sandbox)[0], giveaways(sandbox)
    shown = (
        someone.name,
        someone.name.upper(),
        someone.email,
        someone.phone,
        someone.address,
        f"ending {someone.card}",
        f"{someone.born:%d/%m/%Y}",
        someone.born.isoformat(),
        someone.phone.replace(" ", ""),
    )
    assert all(personal.search(f"<{datum}>") for datum in shown)
