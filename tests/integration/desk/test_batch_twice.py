"""A file carried out twice: what may go alone is done once."""

from __future__ import annotations

import json

import pytest

from cx_core.cli.batch import Batch
from tests.scripted import MARIA, InlineWorks, let_alone

LINE = json.dumps({"id": "1", "customer": MARIA, "identity": 2, "channel": "chat", "text": "I can't be home."}).encode()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every task type had been raised to 3."""
    let_alone(monkeypatch)


def moves(works: InlineWorks) -> int:
    """Writes begun, as the audit has them."""
    return [event.kind for event in works.audit.events(most=200)].count("act_begun")


def run(works: InlineWorks) -> dict[str, object]:
    batch = Batch(works.journey, works.store, works.clock, works.knowledge.actions, execute=True)
    (result,) = batch.run([LINE])
    return result


@pytest.mark.usefixtures("alone")
def test_that_a_line_given_twice_is_carried_out_once(works: InlineWorks) -> None:
    before = moves(works)
    first, second = run(works), run(works)
    assert first["route"] == "act", first["why"]
    assert first["steps"] == second["steps"]
    assert moves(works) == before + 1
    assert works.audit.verify().ok
