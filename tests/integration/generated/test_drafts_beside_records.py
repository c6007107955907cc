"""No sentence of a draft contradicts the records it was drafted from: task types × made records × what was said.

Records are drawn at random (which day, which status, how many, what was said to have been tried), with a fixed seed for
each case. A claim is what some sentences say, with what must hold of the records for it; besides, every day, sum and
number in a draft must stand in a record or in the business's own words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache

import pytest

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide.planning import plan
from cx_core.records import (
    BusinessRecord,
    CustomerId,
    Entity,
    Evidence,
    Goal,
    Lookup,
    Message,
    MessageId,
    Polarity,
    Statement,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.search.record_choice import IDS, MeantRecord
from cx_core.settings import ROOT
from cx_core.text.wording import say
from tests.integration.generated.made_records import FREE, MAKERS, RARE, SHARED, TODAY, days

KNOWLEDGE = load(ROOT / "knowledge")
TYPES = [name for name, task_type in KNOWLEDGE.task_types.items() if not task_type.people_only]
ME = CustomerId("C-1")
MADE = 250
"""Sets of records for each task type."""
RESTARTED = ("I have restarted it twice already.", "I rebooted the router this morning", "turned it off and on again")
PLAIN = ("It is about this.", "Please have a look.", "I would like this to be sorted out.")
REMEDIES = ("Please send me a new one.", "I want my money back.")


TOLD_BY_ONE = ("calls", "replacements", "returns", "waivers", "tickets", "payments")


@dataclass
class World:
    """What was read for the one goal: by name of the lookup those that are meant, and the others."""

    today: date
    meant: dict[str, list[BusinessRecord]] = field(default_factory=dict)
    others: dict[str, list[BusinessRecord]] = field(default_factory=dict)
    tried: bool = False

    def one(self, name: str) -> BusinessRecord:
        return self.meant[name][0]

    def all(self, name: str) -> list[BusinessRecord]:
        return [*self.meant.get(name, ()), *self.others.get(name, ())]

    def days_since(self, name: str, of: str) -> list[int]:
        """Of those that are meant; where a draft tells of several of a kind by one, of that."""
        records = self.meant.get(name, [])
        held = [record.fields.get(of) for record in (records[:1] if name in TOLD_BY_ONE else records)]
        return [(self.today - date.fromisoformat(day[:10])).days for day in held if isinstance(day, str)]


@dataclass(frozen=True)
class Claim:
    """Sentences that match say something of the records of some task types (all, if none is named)."""

    says: str
    holds: Callable[[World], bool]
    types: tuple[str, ...] = ()


def within(name: str, of: str, most: int) -> Callable[[World], bool]:
    """Whether some record that may be meant is not older than that."""
    return lambda world: any(age <= most for age in world.days_since(name, of))


def over(name: str, of: str, least: int) -> Callable[[World], bool]:
    return lambda world: bool(ages := world.days_since(name, of)) and all(age > least for age in ages)


def fee_waived_lately(world: World) -> bool:
    recent = [r for r in world.meant["waivers"] if r.fields["what"] == "late fee"]
    return any((TODAY - date.fromisoformat(str(r.fields["date"]))).days <= 365 for r in recent)


def no_failure_of_it(world: World) -> bool:
    return world.one("open").id not in {record.fields["invoice"] for record in world.all("failed")}


def status(name: str, *statuses: str) -> Callable[[World], bool]:
    return lambda world: world.one(name).fields["status"] in statuses


def nothing(name: str) -> Callable[[World], bool]:
    return lambda world: not world.all(name)


CLAIMS = (
    Claim(
        r"set up (?:the|a) return (?:of|for it)|can still send it back|you can send order"
        r"|welcome to send it back\. Order",
        within("order", "delivered", 30),
    ),
    Claim(r"Returns are possible for 30 days from that day, and these are over", over("order", "delivered", 30)),
    Claim(r"for 30 days from that day, and these are over", over("order", "delivered", 30)),
    Claim(r"the 30 days for sending it back are over", over("order", "delivered", 30)),
    Claim(r"within 14 days (?:of delivery|that).*these are over", over("order", "delivered", 14)),
    Claim(r"arrived damaged\. A replacement", within("order", "delivered", 30), ("damaged_item",)),
    Claim(r"sending the .* again, free of charge", within("order", "delivered", 14), ("missing_item",)),
    Claim(r"look in any safe place", within("order", "delivered", 14), ("order_status",)),
    Claim(r"so we treat it as lost", over("order", "expected", 10)),
    Claim(r"As you asked, we're sending it again", nothing("replacements")),
    Claim(r"is still being processed: it has neither", status("pending", "pending"), ("payment_failed",)),
    Claim(r"at most, so a colleague will find out", over("pending", "date", 3), ("payment_failed",)),
    Claim(r"(?:was|were) delivered on", status("order", "delivered")),
    Claim(r"is on its way\. It's with", status("order", "shipped"), ("order_status",)),
    Claim(r"you should have it by", lambda world: all(age <= 0 for age in world.days_since("order", "expected"))),
    Claim(
        r"is still due on|still expected on|and expected on",
        lambda world: all(age <= 0 for age in world.days_since("order", "expected")),
    ),
    Claim(r"your order is late", over("order", "expected", 0)),
    Claim(r"hasn't left our warehouse", status("order", "processing")),
    Claim(r"was cancelled, so|has already been cancelled", status("order", "cancelled")),
    Claim(r"can't be cancelled any more|no longer be cancelled", status("order", "delivered")),
    Claim(r"unplug the router|plug it in again", lambda world: not world.tried),
    Claim(r"restarted already|restarting already", lambda world: world.tried),
    Claim(r"so the cause is probably the router or the wifi", status("test", "ok")),
    Claim(r"network team is already on it", lambda world: world.one("tickets").fields["status"] == "open"),
    Claim(r"network team will look at it within", status("test", "fault")),
    Claim(r"should have looked at it by now", over("tickets", "opened", 2)),
    Claim(r"no outage that we know of", nothing("outages")),
    Claim(r"there's an outage in your area", lambda world: bool(world.meant["outages"])),
    Claim(r"We take off one late payment fee within 12 months", lambda world: not fee_waived_lately(world)),
    Claim(r"within 12 months, and we did so on", within("waivers", "date", 365)),
    Claim(
        r"has already been taken off",
        lambda world: any(r.fields.get("waived") for r in world.all("fees") + world.all("overages")),
    ),
    Claim(
        r"Our log for .* is complete",
        lambda world: (
            world.one("usage").fields["complete"] == "yes"
            and world.one("usage").fields["charge"] == world.one("overages").fields["amount"]
        ),
    ),
    Claim(r"usage log for that bill is missing", lambda world: world.one("usage").fields["complete"] == "no"),
    Claim(r"can't see one that was taken twice and not returned", nothing("duplicates")),
    Claim(r"no other double payment", nothing("duplicates")),
    Claim(
        r"has already been refunded|was refunded on",
        lambda world: any(r.fields["status"] == "refunded" for r in world.all("payments")),
    ),
    Claim(r"these are over\. Your bank", over("payments", "refunded_on", 3)),
    Claim(r"so your payment reached us", lambda world: world.one("open").fields["status"] == "paid"),
    Claim(
        r"is still to be paid", lambda world: bool(world.all("failed")) or world.one("open").fields["status"] != "paid"
    ),
    Claim(r"no failed payment is on record for it", no_failure_of_it),
    Claim(r"nothing of it left to\s+cancel", over("appointments", "date", 0)),
    Claim(r"no visit booked in your name|can't see a visit booked", nothing("appointments")),
    Claim(r"can no longer be moved", over("appointments", "date", 0)),
    Claim(r"is booked for today", lambda world: world.days_since("appointments", "date") == [0]),
    Claim(
        r"free of charge until the evening before",
        lambda world: all(age < 0 for age in world.days_since("appointments", "date")),
    ),
    Claim(r"no free slot at the moment", nothing("slots")),
    Claim(r"no other day to offer", nothing("days")),
    Claim(
        r"None of the free slots fits|can't offer a day that fits",
        lambda world: bool(world.all("slots") or world.all("days")),
    ),
    Claim(r"A call about .* was arranged", over("calls", "at", 0)),
    Claim(r"already have a call booked", lambda world: all(age <= 0 for age in world.days_since("calls", "at"))),
    Claim(r"I can't find that order on your account", nothing("order")),
    Claim(r"I can't find that invoice", nothing("invoice")),
    Claim(r"has already been set up|Your return is already set up", lambda world: bool(world.all("returns"))),
    Claim(
        r"already on its way(?: again)?: it's number",
        lambda world: all(age <= 0 for age in world.days_since("replacements", "deliver_by")),
    ),
    Claim(r"(?:was|were) due by", over("replacements", "deliver_by", 0)),
)


def made(name: TaskTypeName, chance: random.Random) -> tuple[World, Triage, Message]:
    """Records for each lookup, of which the one that is spoken of is meant, or all that the lookup leaves; and what is
    said, which names one of them or none."""
    task_type, world = KNOWLEDGE.task_types[name], World(TODAY)
    world.tried = chance.random() < 0.4
    read = {}
    for lookup in task_type.lookups:
        kind, letter, fields = MAKERS[str(lookup.read)]
        read[lookup.name] = tuple(
            BusinessRecord(
                kind=kind,
                id=f"{letter}-{chance.randint(100, 899)}{n}",
                customer=None if kind in SHARED else ME,
                fields=fields(chance),
            )
            for n in range(chance.choice((0, 0, 0, 1, 2) if str(lookup.read) in RARE else (0, 1, 1, 1, 2, 3)))
        )
    text = chance.choice(RESTARTED if world.tried else (*PLAIN, *REMEDIES))
    message = Message(
        id=MessageId("m"), ticket=TicketId("t"), sender="customer", text=text, at=datetime(2026, 11, 23, 9, tzinfo=UTC)
    )
    spoken = [record for records in read.values() for record in records[:1] if record.kind in IDS]
    named = [entity(one.kind, one.id) for one in spoken if chance.random() < 0.5]
    named += [entity("date", days(chance, 1, 20))] if chance.random() < 0.3 else []
    said = Statement(
        message=message.id, start=0, end=len(text), does="wants" if text in REMEDIES else "tells", probability=0.9
    )
    polarity: Polarity = chance.choice(("wanted", "wanted", "asked"))
    goal = Goal(task_type=name, probability=0.9, polarity=polarity)
    triage = Triage(goals=(goal,), said=(said,), entities=tuple(named))
    chooser = MeantRecord(triage, 0, [message], TODAY)
    for lookup in task_type.lookups:
        records = read[lookup.name]
        chosen = chooser.choose(lookup, records).records if not nothing_suits(records, chance) else ()
        world.meant[lookup.name] = list(chosen)
        world.others[lookup.name] = [one for one in records if one not in chosen]
    return world, triage, message


def nothing_suits(records: Sequence[BusinessRecord], chance: random.Random) -> bool:
    return bool(records) and records[0].kind in FREE and chance.random() < 0.2


def entity(kind: str, value: str) -> Entity:
    return Entity.model_validate({"kind": kind, "value": value, "text": value, "message": "m", "start": 0, "end": 3})


def draft(world: World, triage: Triage, message: Message, *, named: bool) -> str:
    lookups = tuple(
        Lookup(goal=0, name=name, records=tuple(world.meant[name]), others=tuple(world.others[name]), named=named)
        for name in world.meant
    )
    customer = BusinessRecord(kind="customer", id="C-1", customer=ME, fields={"name": "Maria Keller"})
    evidence = Evidence(read_at=message.at, customer=customer, lookups=lookups)
    return "\n".join(part.text for part in plan(triage, evidence, KNOWLEDGE, TODAY, said=[message]).parts)


@cache
def drafts(name: TaskTypeName) -> tuple[tuple[World, str], ...]:
    found = []
    for seed in range(MADE):
        chance = random.Random(f"{name}/{seed}")
        world, triage, message = made(name, chance)
        found.append((world, draft(world, triage, message, named=chance.random() < 0.5)))
    return tuple(found)


def facts(world: World) -> str:
    """All that the records say, in words as drafts use them."""
    records = [record for name in world.meant for record in world.all(name)]
    values = [value for record in records for value in record.fields.values() if value is not None]
    return " ".join([*(record.id for record in records), *(say(value) for value in values), *map(str, values)])


FACT = re.compile(
    r"[A-Z]-\d{3,}|£\d[\d,.]*\d|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b|\d+ (?:GB|Mbit/s)"
)


@pytest.mark.parametrize("name", TYPES)
def test_that_no_sentence_contradicts_the_records(name: TaskTypeName) -> None:
    wrong = [
        f"{claim.says}: {text!r} beside {world.meant} and others {world.others}"
        for world, text in drafts(name)
        for claim in CLAIMS
        if (not claim.types or name in claim.types) and re.search(claim.says, text) and not claim.holds(world)
    ]
    assert not wrong, f"{len(wrong)} of {MADE}:\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize("name", TYPES)
def test_that_each_fact_of_a_draft_stands_in_a_record(name: TaskTypeName) -> None:
    own = " ".join(case.reply for case in KNOWLEDGE.task_types[name].cases)
    wrong = [
        f"{fact} in {text!r}: {facts(world)}"
        for world, text in drafts(name)
        for fact in FACT.findall(text)
        if fact not in facts(world) and fact not in own
    ]
    assert not wrong, f"{len(wrong)} of {MADE}:\n" + "\n\n".join(wrong[:5])


def test_that_every_claim_is_made_by_some_draft() -> None:
    """Else a reply was reworded, and what it says is held against nothing."""
    said: Sequence[tuple[TaskTypeName, str]] = [(name, text) for name in TYPES for _, text in drafts(name)]
    silent = [
        claim.says
        for claim in CLAIMS
        if not any(re.search(claim.says, text) for name, text in said if not claim.types or name in claim.types)
    ]
    assert not silent
