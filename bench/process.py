"""`process` on a thousand mixed tickets: what ends, what is refused, where it is sent, and milliseconds per stage."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from bench.desks import KNOWLEDGE, works
from bench.figures import Figures, spread
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.catalogue import Knowledge
from cx_core.cli.batch import Batch
from cx_core.demo.feed_messages import FeedMessage

TICKETS = 1000

WARM_UP = 5
"""Lines before those that count."""

STRANGER = "somebody.else@example.org"

ROUTES = ("act", "advisor", "supervisor", "person")

LONG = 1_000_000
"""Characters of the long texts, which are measured apart."""

_PATTERNS = {
    "letters": "a",
    "digits": "0",
    "dots": ".",
    "quotes": "\"'",
    "brackets": "[",
    "quoted_lines": "> a line\n",
    "html": '<div><a href="x">',
    "combining": "e\u0301",
    "zero_width": "a\u200b",
    "addresses": "a.b@c.d ",
    "dates": "31 June 2026 ",
    "sentences": "I was charged twice. ",
    "lines": "From: a\n",
}
_JOINTS = (". ", "\n", ", and ", " also ", "; ", "\n\n- ", " ", "... ")
_NOISE = ("", "", "Hi,\n", "DEAR ALL!!! ", "Thanks in advance. ", "I've been with you for years. ", "😡😡 ", "???\n")
_ODD = (
    "",
    " ",
    "\n\n\n",
    "?",
    "ok",
    "👍",
    "😀" * 500,
    "a" * 20_000,
    "charged twice " * 3_000,
    "0" * 400,
    "e\u0301" * 300,
    "我的订单在哪里？",
    "أين طلبي؟",
    "Где мой заказ?",
    "Wo bleibt mein Paket?",
    "🏴‍☠️ ahoy",
    "\ud83d",
    "\x00\x07 bell",
    "\u202egnihton\u202c \u200b\u200b",
    "<script>alert(1)</script>",
    "{{amount}} {0} %s ${HOME}",
    "-- \nsignature only",
    "'; DROP TABLE ticket; --",
    "> quoted\n> only\n> this",
    "I-1 P-1 O-1 A-1 " * 50,
    "99999999999.99 GBP on 31 June",
)


def measure(knowledge: Path = KNOWLEDGE) -> Figures:
    """The tickets are made of the feed, of the task types' examples in threes and less, and of odd texts."""
    with works(knowledge) as (made, _):
        lines = list(mixed(made.knowledge, knowledge, random.Random(1)))
        batch = Batch(made.journey, made.store, made.clock, made.knowledge.actions, execute=False)
        for _ in batch.run(_line(f"warm-{n}", STRANGER, text="Where is it?") for n in range(WARM_UP)):
            pass
        began = time.perf_counter()
        found = list(batch.run(lines))
        spent = time.perf_counter() - began
        slow = {name: max(long(batch, name, text)) for name, text in long_texts(load_feed(knowledge)).items()}
    worst = max(slow, key=lambda name: slow[name])
    long_figures: Figures = {f"long.{name}_seconds": round(seconds, 3) for name, seconds in slow.items()}
    summed = figures(found, repeated=len(lines) - TICKETS) | {"tickets_per_second": round(len(lines) / spent, 2)}
    return summed | long_figures | {"long.worst_seconds": round(slow[worst], 3)}


def long_texts(feed: Sequence[FeedMessage]) -> dict[str, str]:
    """A megabyte each: what customers write, on one line and on many, and of patterns that trip careless readers."""
    written = "\n".join(message.text for message in feed)
    patterns = {"honest_lines": f"{written}\n", "honest_one_line": f"{' '.join(written.split())} ", **_PATTERNS}
    return {name: (text * (LONG // len(text) + 1))[:LONG] for name, text in patterns.items()}


def long(batch: Batch, name: str, text: str) -> Iterator[float]:
    """Seconds of processor time that one long text takes. Raises ValueError if its rest is not told and left."""
    began = time.process_time()
    for answer in batch.run([_line(f"long-{name}", STRANGER, text=text)]):
        if answer.get("route") != "person":
            raise ValueError(f"{name}: a text that is not read whole went to {answer.get('route')}")
        yield time.process_time() - began


def figures(found: Sequence[dict[str, object]], *, repeated: int) -> Figures:
    """`errors` leaves out the lines that were there twice: to refuse those is right."""
    routes = Counter(str(one.get("route", "")) for one in found)
    stages: dict[str, list[float]] = defaultdict(list)
    for one in found:
        for stage, milliseconds in cast(dict[str, float], one.get("ms", {})).items():
            stages[stage].append(milliseconds)
    refused = sum("error" in one for one in found)
    summed: Figures = {"n": len(found), "errors": refused - repeated, "repeated_refused": repeated}
    summed |= {f"route.{route}": routes[route] for route in ROUTES}
    for stage, series in stages.items():
        summed |= spread(stage, series)
    return summed


def mixed(knowledge: Knowledge, folder: Path, chance: random.Random) -> Iterator[bytes]:
    """TICKETS lines and, behind them, the first few again under the same ids."""
    feed = load_feed(folder)
    senders = [*sorted({message.sender for message in feed}), STRANGER]
    examples = [list(task_type.examples) for task_type in knowledge.task_types.values()]
    texts = [*(message.text for message in feed), *_ODD]
    while len(texts) < TICKETS:
        texts.append(compound(examples, knowledge.other, chance))
    lines = [
        _line(f"mixed-{n}", chance.choice(senders), text=text, identity=n % 3, channel=("email", "chat", "web")[n % 3])
        if n % 10
        else _line(f"mixed-{n}", chance.choice(senders), messages=_dialogue(text, chance.choice(texts)), identity=n % 3)
        for n, text in enumerate(texts[:TICKETS])
    ]
    yield from lines
    yield from lines[:WARM_UP]


def compound(examples: Sequence[Sequence[str]], others: Sequence[str], chance: random.Random) -> str:
    """One to three requests of different task types, and often something that asks for nothing."""
    parts = [chance.choice(each) for each in chance.sample(examples, chance.randint(1, 3))]
    if others and chance.random() < 0.5:
        parts.insert(chance.randint(0, len(parts)), chance.choice(others))
    return chance.choice(_NOISE) + chance.choice(_JOINTS).join(parts)


def _dialogue(first: str, second: str) -> list[dict[str, str]]:
    return [
        {"from": "customer", "text": first},
        {"from": "advisor", "text": "Let me look into that for you."},
        {"from": "customer", "text": second},
    ]


def _line(id: str, customer: str, **fields: object) -> bytes:
    return json.dumps({"id": id, "customer": customer, **fields}).encode()
