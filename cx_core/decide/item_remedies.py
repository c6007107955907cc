"""Which way of putting it right is wanted for which of several things: "the lamp swapped, for the clock my money".

A remedy is of the things that its own clause names, else of those that were named last. Where things differ, each group
is planned for by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cx_core.catalogue import ActionSpec, TaskType
from cx_core.decide.remedies import for_another_case, remedies_said
from cx_core.records import ActionName, BusinessRecord, Evidence, Lookup, MessageId, Statement

_WORD = re.compile(r"[a-z]{3,}", re.I)


class Share(NamedTuple):
    """What is planned for by itself: the evidence with the things of it, and the remedies that were said of them."""

    evidence: Evidence
    remedies: Mapping[ActionName, bool]


def shares(
    number: int,
    task_type: TaskType,
    evidence: Evidence,
    statements: Sequence[Statement],
    texts: Mapping[MessageId, str],
    actions: Mapping[ActionName, ActionSpec],
    asked_for: Mapping[ActionName, bool],
) -> list[Share]:
    """One for each group of a goal's things that the same is wanted for; all together, with all that is `asked_for`,
    where they do not differ. Of a lookup for `each` that is meant, one for each record.

    A thing for which only something else is wanted than the task type does is another goal's.
    """
    whole = [Share(evidence, asked_for)]
    apart = {spec.name for spec in task_type.lookups if spec.each}
    each = next((one for one in evidence.lookups if one.goal == number and one.name in apart), None)
    if each is not None and len(each.records) > 1:
        return [Share(_with(evidence, each, [record]), asked_for) for record in each.records]
    lookup = next((one for one in evidence.lookups if one.goal == number and _of_things(one)), None)
    if lookup is None:
        return whole
    ours = {step.action for step in task_type.own_steps}
    said = _said(lookup.records, statements, texts, actions)
    groups: list[tuple[list[BusinessRecord], dict[ActionName, bool]]] = []
    for thing, found in zip(lookup.records, said, strict=True):
        wanted = {action for action, is_wanted in found.items() if is_wanted}
        if wanted and not wanted & ours:
            continue
        group = next((things for things, same in groups if same == found), None)
        if group is None:
            groups.append(([thing], found))
        else:
            group.append(thing)
    if not groups or len(groups[0][0]) == len(lookup.records):
        return whole
    return [Share(_with(evidence, lookup, things), found) for things, found in groups]


def _of_things(lookup: Lookup) -> bool:
    return len(lookup.records) > 1 and all({"name", "items"} <= set(record.fields) for record in lookup.records)


def _said(
    things: Sequence[BusinessRecord],
    statements: Sequence[Statement],
    texts: Mapping[MessageId, str],
    actions: Mapping[ActionName, ActionSpec],
) -> list[dict[ActionName, bool]]:
    """For each thing what is wanted and ruled out; what is said before any thing is named is said of all."""
    names = [_words(str(thing.fields["name"])) for thing in things]
    said: list[dict[ActionName, bool]] = [{} for _ in things]
    spoken_of = list(range(len(things)))
    later = for_another_case(statements, texts, actions)
    for statement in (one for one in statements if one not in later):
        clause = texts.get(statement.message, "")[statement.start : statement.end]
        spoken_of = list(_named(names, _words(clause))) or spoken_of
        for action, remedy in remedies_said([statement], texts, actions).items():
            for place in spoken_of:
                said[place][action] = remedy.wanted
    return said


def _named(names: Sequence[frozenset[str]], words: frozenset[str]) -> Iterator[int]:
    """The things of which a word is named that no other has."""
    for place, name in enumerate(names):
        if any(word in words and sum(word in other for other in names) == 1 for word in name):
            yield place


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower().removesuffix("s") for word in _WORD.findall(text))


def _with(evidence: Evidence, lookup: Lookup, things: Sequence[BusinessRecord]) -> Evidence:
    left = tuple(record for record in lookup.records if record not in things)
    kept = lookup.replace(records=tuple(things), others=(*lookup.others, *left), named=True)
    return evidence.replace(lookups=tuple(kept if one is lookup else one for one in evidence.lookups))
