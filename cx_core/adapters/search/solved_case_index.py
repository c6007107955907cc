"""Solved cases in memory, found by meaning and by words; their vectors lie in the case's own row.

So a case is gone for good in the very transaction that drops it, and no other store has to be told. Every vector is
compared: of twenty thousand that takes some milliseconds.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from cx_core.adapters.search.bm25_index import Bm25, terms
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import reading, transaction
from cx_core.adapters.sql.solved_case_rows import kept
from cx_core.knowledge_base.solved_cases import Recalled
from cx_core.ports import Encoder
from cx_core.records import TaskTypeName, TicketId

WORDS = 0.3
"""Share of the words in a score; the rest is meaning. As for articles."""
NEAR = 0.35
"""Cosine below which a case is about something else."""
BATCH = 32
_LANGUAGE = "en"
_PLACEHOLDER = re.compile("⟪[^⟫]*⟫")
_ROW = t.solved_case.c
_KEPT = _ROW.body.is_not(None)


class _Held(NamedTuple):
    """What is searched: a row of `vectors` and a document of `words` for each ticket."""

    tickets: tuple[TicketId, ...]
    task_types: tuple[frozenset[TaskTypeName], ...]
    vectors: NDArray[np.float32]
    words: Bm25


_NOTHING = _Held((), (), np.zeros((0, 0), dtype=np.float32), Bm25(()))


class CaseIndex:
    """Implements ports.SolvedCases. Safe to search while it is refreshed."""

    def __init__(self, engine: sa.Engine, encoder: Encoder) -> None:
        self._engine, self._reader = engine, reading(engine)
        self._encoder = encoder
        self._lock = threading.Lock()
        self._held, self._state = _NOTHING, (-1, "")

    def search(
        self,
        words: str,
        vector: NDArray[np.float32],
        *,
        most: int,
        task_types: Collection[TaskTypeName] = (),
        but: TicketId | None = None,
    ) -> tuple[Recalled, ...]:
        held, wanted = self._held, frozenset(task_types)
        if not held.tickets or held.vectors.shape[1] != vector.shape[0]:
            return ()
        cosines = held.vectors @ vector
        lexical = held.words.scores(terms(words, _LANGUAGE))
        best = float(lexical.max(initial=0.0))
        scores = (1 - WORDS) * cosines + (WORDS * lexical / best if best > 0 else 0.0)
        found: list[Recalled] = []
        for place in np.argsort(-scores):
            ticket = held.tickets[place]
            if cosines[place] < NEAR or ticket == but or (wanted and not wanted & held.task_types[place]):
                continue
            found.append(Recalled(ticket=ticket, score=round(float(min(max(scores[place], 0.0), 1.0)), 4)))
            if len(found) == most:
                break
        return self._still_there(found)

    def refresh(self, most: int) -> int:
        with self._lock:
            left = self._encode(most)
            with transaction(self._reader) as connection:
                state = connection.execute(_STATE.where(*self._ready())).one()
                if tuple(state) != self._state:
                    self._held = self._load(connection)
                    self._state = (state[0], state[1])
        return left

    def _ready(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _KEPT, _ROW.encoder == self._encoder.version

    def _encode(self, most: int) -> int:
        """Vectors for cases that have none of this encoder, in small batches; how many are left without."""
        lacking = (_KEPT, _ROW.encoder != self._encoder.version)
        query = sa.select(_ROW.ticket, _ROW.body).where(*lacking).order_by(_ROW.at.desc()).limit(most)
        with transaction(self._reader) as connection:
            rows = [(row[0], str(row[1]["asked"])) for row in connection.execute(query)]
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            vectors = self._encoder.encode([_bare(text) for _, text in batch])
            with transaction(self._engine) as connection:
                for (ticket, text), vector in zip(batch, vectors, strict=True):
                    same = (_ROW.ticket == ticket, _ROW.body["asked"].as_string() == text)
                    made = {"vector": vector.astype("<f4").tobytes(), "encoder": self._encoder.version}
                    connection.execute(sa.update(t.solved_case).where(*same).values(made))
        with transaction(self._reader) as connection:
            return connection.execute(
                sa.select(sa.func.count()).select_from(t.solved_case).where(*lacking)
            ).scalar_one()

    def _load(self, connection: sa.Connection) -> _Held:
        query = sa.select(_ROW.ticket, _ROW.task_types, _ROW.body, _ROW.vector).where(*self._ready())
        rows = connection.execute(query).all()
        if not rows:
            return _NOTHING
        return _Held(
            tickets=tuple(TicketId(row[0]) for row in rows),
            task_types=tuple(frozenset(map(TaskTypeName, row[1].split())) for row in rows),
            vectors=np.stack([np.frombuffer(row[3], dtype="<f4") for row in rows]).astype(np.float32),
            words=Bm25([terms(_bare(str(row[2]["asked"])), _LANGUAGE) for row in rows]),
        )

    def _still_there(self, found: Sequence[Recalled]) -> tuple[Recalled, ...]:
        """Without those that were dropped since the last refresh."""
        if not found:
            return ()
        query = kept(_ROW.ticket).where(_ROW.ticket.in_([one.ticket for one in found]))
        with transaction(self._reader) as connection:
            there = set(connection.execute(query).scalars())
        return tuple(one for one in found if one.ticket in there)


def _bare(text: str) -> str:
    """Without the placeholders, which say nothing of what was wanted."""
    return _PLACEHOLDER.sub(" ", text)


_STATE = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(_ROW.made_at), "")).select_from(t.solved_case)
