"""Which way of putting it right is for which of several things: "new headphones, and the money for the tablet".

A clause speaks of the thing that it names, else of the one named last before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cx_core.catalogue import Knowledge, TaskType
from cx_core.decide.policy.conversation_facts import alike
from cx_core.decide.remedies import plain_words, remedies
from cx_core.records import ActionName, BusinessRecord, Evidence, Lookup, MessageId, Statement, Triage

Remedies = Mapping[ActionName, bool]


def portions(
    wanted: Mapping[int, TaskType],
    triage: Triage,
    evidence: Evidence,
    knowledge: Knowledge,
    asked_for: Remedies,
    texts: Mapping[MessageId, str],
) -> Iterator[tuple[int, TaskType, Evidence, Remedies]]:
    """Each goal with its evidence and what is said of remedies, once for each remedy that is wanted for some of its
    things; once with all of it, and `asked_for`, where these do not each have a wish of their own, or all the same."""
    for number, task_type in wanted.items():
        for read, remedies_wanted in _of_goal(number, task_type, triage.said, evidence, knowledge, asked_for, texts):
            yield number, task_type, read, remedies_wanted


def _of_goal(
    number: int,
    task_type: TaskType,
    said: Sequence[Statement],
    evidence: Evidence,
    knowledge: Knowledge,
    asked_for: Remedies,
    texts: Mapping[MessageId, str],
) -> list[tuple[Evidence, Remedies]]:
    shared = next((one for one in evidence.lookups if one.goal == number and _of_things(one)), None)
    if shared is None:
        return [(evidence, asked_for)]
    own = _own(shared.records, said, texts)
    telling = _telling(task_type)
    groups: dict[frozenset[tuple[ActionName, bool]], list[BusinessRecord]] = defaultdict(list)
    for record, clauses in zip(shared.records, own, strict=True):
        wishes = remedies(clauses, texts, knowledge.actions)
        if not wishes and not any(clause.does == "wants" for clause in clauses):
            return [(evidence, asked_for)]
        groups[telling & frozenset(wishes.items())].append(record)
    if len(groups) < 2:
        return [(evidence, asked_for)]
    return [(_narrowed(evidence, shared, records), dict(wishes)) for wishes, records in groups.items()]


def _telling(task_type: TaskType) -> frozenset[tuple[ActionName, bool]]:
    """The wishes that change which case is taken: a remedy ruled out, or one that a case is for; the others are done
    anyway."""
    conditions = {name for case in task_type.cases for name in case.when}
    actions = {step.action for case in task_type.cases for step in case.steps}
    wanted = {(name, True) for name in actions if f"wants:{name}" in conditions}
    return frozenset(wanted | {(name, False) for name in actions})


def _of_things(lookup: Lookup) -> bool:
    """Whether it holds several things of one order."""
    return len(lookup.records) > 1 and all("name" in r.fields and "items" in r.fields for r in lookup.records)


def _own(
    things: Sequence[BusinessRecord], said: Sequence[Statement], texts: Mapping[MessageId, str]
) -> list[list[Statement]]:
    """The clauses that speak of each thing alone."""
    heads = [_head(str(thing.fields["name"])) for thing in things]
    own: list[list[Statement]] = [[] for _ in things]
    spoken_of: set[int] = set()
    for statement in said:
        words = plain_words(texts.get(statement.message, "")[statement.start : statement.end])
        named = {n for n, head in enumerate(heads) if any(alike(word, head) for word in words)}
        spoken_of = named or spoken_of
        if len(spoken_of) == 1:
            own[next(iter(spoken_of))].append(statement)
    return own


def _head(name: str) -> str:
    """The word of a name that says what it is: of "Tablet sleeve", "sleeve"."""
    return next((word for word in reversed(plain_words(name)) if len(word) > 1 and word.isalpha()), name.lower())


def _narrowed(evidence: Evidence, shared: Lookup, records: Sequence[BusinessRecord]) -> Evidence:
    kept = shared.replace(records=tuple(records), named=True)
    return evidence.replace(lookups=tuple(kept if one is shared else one for one in evidence.lookups))
