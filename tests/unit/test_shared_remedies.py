"""Each of several damaged things gets the remedy that is wanted for it."""

from __future__ import annotations

from itertools import permutations

import pytest

from bench.desks import KNOWLEDGE as FOLDER
from cx_core.adapters.knowledge import knowledge_folder
from cx_core.decide.shared_remedies import portions
from cx_core.records import BusinessRecord, Evidence, Lookup, MessageId, TaskTypeName, Triage
from tests.unit.clauses import spoken

KNOWLEDGE = knowledge_folder.load(FOLDER)
DAMAGED = KNOWLEDGE.task_types[TaskTypeName("damaged_item")]
THINGS = {"lamp": "Aurora desk lamp", "tablet": "Fern tablet 10", "sleeve": "Tablet sleeve", "pod": "Fernline Mesh Pod"}
PAIRS = list(permutations(THINGS, 2))


def shared(*clauses: tuple[str, str], things: tuple[str, str]) -> list[set[str]]:
    """The things of each portion, of a message of these clauses, each with what it does."""
    text, said = spoken((words, does, "damaged_item") for words, does in clauses)  # type: ignore[misc]
    goods = tuple(
        BusinessRecord(kind="item", id=f"O-1/{n}", fields={"name": THINGS[one], "items": (THINGS[one],)})
        for n, one in enumerate(things)
    )
    evidence = Evidence(lookups=(Lookup(goal=0, name="goods", records=goods, named=True),))
    found = portions({0: DAMAGED}, Triage(said=said), evidence, KNOWLEDGE, {}, {MessageId("m"): text})
    return [{str(one.fields["name"]) for one in read.lookups[0].records} for _, _, read, _ in found]


@pytest.mark.parametrize("things", PAIRS)
def test_that_two_remedies_for_two_things_are_two_portions(things: tuple[str, str]) -> None:
    one, other = things
    clauses = (
        (f"The {one} is cracked", "reports"),
        ("please send me another one", "wants"),
        (f"the {other} never worked", "reports"),
        ("for that I want my money back", "wants"),
    )
    assert shared(*clauses, things=things) == [{THINGS[one]}, {THINGS[other]}]


@pytest.mark.parametrize("things", PAIRS)
@pytest.mark.parametrize("remedy", ["another one please", "my money back please"])
def test_that_one_remedy_for_both_is_one_portion(things: tuple[str, str], remedy: str) -> None:
    one, other = things
    clauses = (
        (f"The {one} is cracked", "reports"),
        (remedy, "wants"),
        (f"the {other} never worked", "reports"),
        (remedy, "wants"),
    )
    assert shared(*clauses, things=things) == [{THINGS[one], THINGS[other]}]


def test_that_a_thing_without_a_wish_of_its_own_shares_the_one_that_is_there() -> None:
    clauses = (("The lamp is cracked", "reports"), ("my money back please", "wants"), ("the pod is dead", "reports"))
    assert shared(*clauses, things=("lamp", "pod")) == [{THINGS["lamp"], THINGS["pod"]}]
