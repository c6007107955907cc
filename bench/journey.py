"""Milliseconds from triage to proposal, per stage, with the encoder's own time beside it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from bench.desks import KNOWLEDGE, works
from bench.figures import Figures, spread
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.bootstrap import now
from cx_core.catalogue import Knowledge
from cx_core.demo.feed_messages import FeedMessage
from cx_core.records import Message, MessageId, TicketId
from cx_core.workflows.proposal_inputs import ProposalInputs

WARM_UP = 5
MOST = 1000
"""So many examples, evenly spread over all: tens of thousands say no more of a median."""


def measure(knowledge: Path = KNOWLEDGE) -> Figures:
    """Every message of the feed and up to `MOST` examples of the task types, each as a ticket of its own, once."""
    with works(knowledge) as (made, encoder):
        began = time.perf_counter()
        journey = made.journey()
        ready = time.perf_counter() - began
        cases = list(_cases(made.knowledge, load_feed(knowledge)))
        for case in cases[:WARM_UP]:
            journey.propose(case)
        stages: dict[str, list[float]] = defaultdict(list)
        for case in cases[WARM_UP:]:
            encoder.seconds = 0.0
            began = time.perf_counter()
            proposal = journey.propose(case)
            stages["proposal"].append((time.perf_counter() - began) * 1000)
            stages["encoder"].append(encoder.seconds * 1000)
            for name, milliseconds in proposal.ms.items():
                stages[name].append(milliseconds)
    found: Figures = {"n": len(stages["proposal"]), "ready_seconds": round(ready, 2)}
    for name, series in stages.items():
        found |= spread(name, series)
    return found


def feed_cases(feed: tuple[FeedMessage, ...]) -> Iterator[ProposalInputs]:
    """Every message of the feed as a ticket of its own."""
    return (_case(message.id, message.sender, message.subject, message.text) for message in feed)


def _cases(knowledge: Knowledge, feed: tuple[FeedMessage, ...]) -> Iterator[ProposalInputs]:
    yield from feed_cases(feed)
    senders = cycle(sorted({message.sender for message in feed}))
    examples = [(name, text) for name, task_type in knowledge.task_types.items() for text in task_type.examples]
    for number, (name, text) in enumerate(examples[:: -(-len(examples) // MOST)]):
        yield _case(f"{name}-{number}", next(senders), "", text)


def _case(id: str, sender: str, subject: str, text: str) -> ProposalInputs:
    ticket = TicketId(f"T-{id}")
    words = Message(id=MessageId(id), ticket=ticket, sender="customer", text=text, at=now())
    return ProposalInputs(ticket, subject, (words,), sender, 1, "email")
