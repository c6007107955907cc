"""What they took up of ours is wanted, with what our question puts."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from cx_core.records import ActionName, Message, MessageId, TicketId
from cx_core.text.spans import Span
from cx_core.understand.goals import HeardClause, HeardGoal
from cx_core.understand.stance.said_clauses import taken_up

TELL = ActionName("subscribe_outage")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("known", [True, False])
def test_that_a_yes_to_our_question_seeks_what_it_puts(known: bool) -> None:
    told, put = "A cable was cut.", "Shall we write to you when it is over?"
    text = f"{told} {put}"
    message = Message(id=MessageId("m"), ticket=TicketId("T-1"), sender="advisor", text=text, at=NOW)
    clauses = (
        HeardClause(Span(0, len(told)), "tells", 0.9, ""),
        HeardClause(Span(len(told) + 1, len(text)), "asks", 0.9, "", seeks=(TELL,)),
    )
    read = {text: HeardGoal((), (text,), np.zeros((1, 1), np.float32), clauses)} if known else {}
    (wanted,) = taken_up([message], read)
    assert text[wanted.start : wanted.end] == put
    assert wanted.does == "wants"
    assert wanted.seeks == ((TELL,) if known else ())
