"""What was done for this request before an act: the same again is refused, and so is what it leaves no room for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cx_core.catalogue import ActionSpec
from cx_core.decide.policy.declared_facts import Compile, DoneAct, KnownRecords
from cx_core.errors import UnknownFact

_SETS = ("text", "date", "email", "phone", "integer", "boolean", "items")
"""Types of arguments that say what a field is to be; others say which record, or how much."""


def already_so(spec: ActionSpec, known: KnownRecords, compile: Compile) -> tuple[str, ...]:
    """Why there is nothing left to do, in words; () where there is something.

    The same act was done with the same arguments and nothing of its kind came in between, or its arguments are what
    the record holds, or the formula `already` of the action says so.
    """
    for act in reversed(known.done) if not spec.repeatable else ():
        if act.action != spec.name or not _same_target(act, spec, known):
            continue
        if _plain(act.arguments) == _plain(known.arguments):
            return (f"Already done for this request: {spec.title.lower()}, with the same details",)
        break
    if _says_so(spec, known, compile) or _changes_nothing(spec, known):
        return (f"Already so: {spec.title.lower()} would change nothing",)
    return ()


def excluded(spec: ActionSpec, known: KnownRecords) -> tuple[str, ...]:
    """What was done for this request that leaves no room for this act, in words."""
    found = []
    for act in known.done:
        earlier = known.writes.get(act.action)
        if earlier is None or not (shared := _shared(act, earlier, spec, known)):
            continue
        ended = earlier.ends and str(act.arguments.get(earlier.ends)) in shared
        apart = act.action in spec.excludes or spec.name in earlier.excludes
        if ended or (apart and act.action != spec.name):
            found.append(f"{', '.join(sorted(shared))}: “{earlier.title}” was done for this request, so this cannot be")
        elif both := _same_parts(act, earlier, spec, known):
            found.append(f"{', '.join(sorted(both))}: “{earlier.title}” was done with it for this request")
    return tuple(dict.fromkeys(found))


def _plain(arguments: Mapping[str, object]) -> Mapping[str, object]:
    """With lists in order, so that the same things in another order are the same."""
    return {
        name: sorted(map(repr, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in arguments.items()
        if value is not None
    }


def _targets(spec: ActionSpec, arguments: Mapping[str, object], known: KnownRecords) -> dict[str, str]:
    """The records that an act is done to: (argument, id), without the customer's own and what is nobody's."""
    return {
        name: str(arguments[name])
        for name, argument in spec.arguments.items()
        if argument.type == "record" and not argument.shared and arguments.get(name) is not None
        if not known.is_customer(argument.of)
    }


def _same_target(act: DoneAct, spec: ActionSpec, known: KnownRecords) -> bool:
    return _targets(spec, act.arguments, known) == _targets(spec, known.arguments, known)


def _shared(act: DoneAct, earlier: ActionSpec, spec: ActionSpec, known: KnownRecords) -> set[str]:
    """Records that both are done to."""
    before = _targets(earlier, act.arguments, known)
    now = _targets(spec, known.arguments, known)
    return set(before.values()) & set(now.values())


def _same_parts(act: DoneAct, earlier: ActionSpec, spec: ActionSpec, known: KnownRecords) -> set[str]:
    """Parts of the record, by id, that both are done with: an item that was sent back is not exchanged."""
    return set(_parts(earlier, act.arguments, known)) & set(_parts(spec, known.arguments, known))


def _parts(spec: ActionSpec, arguments: Mapping[str, object], known: KnownRecords) -> Iterator[str]:
    """The first list of ids: what comes behind it is what they become."""
    for name, argument in spec.arguments.items():
        value = arguments.get(name)
        if argument.type == "items" and isinstance(value, (list, tuple)):
            yield from (str(one) for one in value if isinstance(one, str))
            return


def _says_so(spec: ActionSpec, known: KnownRecords, compile: Compile) -> bool:
    if not spec.already:
        return False
    try:
        return known.work_out(compile(spec.already)) is True
    except UnknownFact:
        return False


def _changes_nothing(spec: ActionSpec, known: KnownRecords) -> bool:
    """Whether each argument that sets something is what the record holds under its name; what money goes out, never.

    A choice among the customer's own (how to pay) sets nothing, and a list of ids says which parts are meant.
    """
    targets = [(a.of, str(known.arguments[n])) for n, a in spec.arguments.items() if _target(n, a.type, known)]
    if spec.money or len(targets) != 1:
        return False
    record = known.find(*targets[0])
    equal = False
    for name, value in known.arguments.items():
        argument = spec.arguments.get(name)
        if argument is None or argument.type not in (*_SETS, "record"):
            return False
        if argument.type == "record" or (argument.among and argument.type != "items"):
            continue
        if record is None or not _held(name, value, record):
            return False
        equal = True
    return equal


def _target(name: str, type: str, known: KnownRecords) -> bool:
    return type == "record" and known.arguments.get(name) is not None


def _held(name: str, value: object, record: Mapping[str, object]) -> bool:
    """Whether a record, or a map in it, holds this value under this name."""
    if name in record:
        return _equal(value, record[name])
    return any(_held(name, value, held) for held in record.values() if isinstance(held, Mapping))


def _equal(value: object, held: object) -> bool:
    """Whether it is the same; of a list of maps those in the record may hold more."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not isinstance(held, Sequence) or isinstance(held, str) or len(value) != len(held):
            return False
        maps = all(isinstance(one, Mapping) for one in value)
        return maps and all(map(_within, value, held))
    if isinstance(value, str) and isinstance(held, str):
        return value.strip().casefold() == held.strip().casefold()
    return type(value) is type(held) and value == held


def _within(value: object, held: object) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(held, Mapping)
        and all(key in held and held[key] == one for key, one in value.items())
    )
