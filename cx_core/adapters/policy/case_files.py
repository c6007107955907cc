"""Cases beside the rules, as files: each starts from the best of circumstances and says what must come of it.

`cases/best.yaml` holds those circumstances, for every action under "*" and for one action under its name. Every other
file maps the number of a rule to its cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor

from cx_core.adapters.knowledge.file_faults import composed, line_of, misfit, not_yaml
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.policy_schema import SCHEMA_FILE, schema_text
from cx_core.catalogue import ActionSpec
from cx_core.decide.policy import guard
from cx_core.decide.policy.policy_facts import COMMON, COPILOT, CUSTOMER, MONEY, Facts
from cx_core.decide.policy.reply_step import OWN_ACTS
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName, Role, Step, StepId
from cx_core.text.wording import perhaps
from cx_core.views.policy_cases import CasesTried, CaseTried, PolicyCase

FOLDER = "cases"
BEST = f"{FOLDER}/best.yaml"

_EVERY = "*"
_SHARED = frozenset({"task_type", *COPILOT, *CUSTOMER, *COMMON, *MONEY})
_TYPES: Mapping[str, type] = {"bool": bool, "long": int, "money": int, "text": str}

Best = Mapping[str, Mapping[str, object]]


def case_texts(folder: Path) -> dict[str, str]:
    """The case files of a policy folder by name, as `cases/x.yaml`. Raises KnowledgeError."""
    for path in sorted((folder / FOLDER).glob("*.yml")):
        raise KnowledgeError(f"{FOLDER}/{path.name} line 1: call it {path.stem}.yaml")
    try:
        return {f"{FOLDER}/{path.name}": path.read_text("utf-8") for path in sorted((folder / FOLDER).glob("*.yaml"))}
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{folder / FOLDER}: cannot be read: {error}") from error


def try_cases(
    files: Mapping[str, str],
    actions: Mapping[ActionName, ActionSpec],
    engine: CedarEngine,
    made: Collection[str] = (),
) -> CasesTried:
    """Every case put to the rules; a rule without both an ALLOW and a DENY is trouble.

    `made`: files of rules that nobody wrote, whose cases are not among these.
    """
    try:
        best, cases = best_of(files), tuple(read_cases(files))
    except KnowledgeError as error:
        return CasesTried(tried=(), troubles=(str(error),))
    if lacking := _lacking(files, best, cases, actions, engine):
        return CasesTried(tried=(), troubles=lacking)
    tried = tuple(_tried(case, best, actions, engine) for case in cases)
    covered = {(case.rule, case.answer) for case in cases}
    missing = [
        f"{rule.file} line {rule.line}: rule {rule.id} has no {answer} case"
        for rule in engine.contents
        for answer in ("ALLOW", "DENY")
        if (rule.id, answer) not in covered and rule.file not in made
    ]
    return CasesTried(tried=tried, troubles=tuple(missing))


def checked(policies: Path, actions: Mapping[ActionName, ActionSpec]) -> tuple[CedarEngine, CasesTried]:
    """A whole policy folder: its rules, its cases and, where there is one, its schema file."""
    engine = CedarEngine(policies, actions)
    if engine.trouble:
        return engine, CasesTried(tried=(), troubles=engine.troubles)
    done = try_cases(case_texts(policies), actions, engine)
    return engine, done.replace(troubles=(*engine.untrue, *_stale_schema(policies, actions), *done.troubles))


def best_of(files: Mapping[str, str]) -> Best:
    """Circumstances by action. Raises KnowledgeError."""
    read = _built(BEST, _composed(BEST, files.get(BEST, "")))
    if not isinstance(read, dict) or not all(isinstance(facts, dict) for facts in read.values()):
        raise KnowledgeError(f'{BEST} line 1: it maps "*" and names of actions to facts, each with its value')
    return read


def read_cases(files: Mapping[str, str]) -> Iterator[PolicyCase]:
    """In the order of the files. Raises KnowledgeError."""
    for name, text in sorted(files.items()):
        if name.startswith(f"{FOLDER}/") and name != BEST:
            yield from _of_file(name, text)


def _lacking(
    files: Mapping[str, str],
    best: Best,
    cases: Sequence[PolicyCase],
    actions: Mapping[ActionName, ActionSpec],
    engine: CedarEngine,
) -> tuple[str, ...]:
    """Facts that rules ask for and that have no value in the best of circumstances: nothing would be allowed."""
    if not cases:
        return ()
    if BEST not in files:
        return (f"{BEST} line 1: there is no such file: it holds the facts that every case starts from",)
    text, common = files.get(BEST, ""), best.get(_EVERY, {})
    found = [
        f'{BEST} line {line_of(text, (_EVERY,))}: "{_EVERY}" needs a value for {name}, which rule {rule.id} asks for'
        for name in sorted({*COPILOT, *CUSTOMER, *COMMON} - common.keys())
        for rule in engine.contents
        if name in rule.asks and not any(name in facts for facts in best.values())
    ]
    for name in dict.fromkeys(case.do for case in cases):
        spec, given = _spec(name, actions), {*common, *best.get(name, {})}
        if spec and (missing := [fact for fact in spec.facts if fact not in given]):
            line = line_of(text, (name,))
            found.append(f"{BEST} line {line}: {name} needs a value for {' and '.join(missing)}, at its best")
    return tuple(found)


def facts_for(spec: ActionSpec, best: Best, changes: Mapping[str, object]) -> Facts:
    """The best of circumstances for this action, changed. Raises KnowledgeError for a fact it does not have."""
    values = {**best.get(_EVERY, {}), **best.get(spec.name, {})}
    if strange := sorted((values.keys() | changes.keys()) - _SHARED - spec.facts.keys()):
        meant = perhaps(strange[0], sorted(_SHARED | spec.facts.keys()))
        raise KnowledgeError(f"{spec.name} has no fact {strange[0]}{meant}")
    values = {**({} if spec.money else {"amount": None}), **values, **changes}
    own = {name: values.pop(name) for name in spec.facts.keys() & values.keys()}
    for name, value in own.items():
        if type(value) is not _TYPES[spec.facts[name].type]:
            raise KnowledgeError(f"{name}: {value!r} is no {spec.facts[name].type}")
    if not spec.money:
        values["amount"] = None
    try:
        sums = frozenset(name for name, fact in spec.facts.items() if fact.type == "money")
        return Facts.model_validate({**values, "declared": own, "sums": sums})
    except ValidationError as error:
        first = error.errors()[0]
        raise KnowledgeError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def try_made(
    cases: Sequence[PolicyCase], files: Mapping[str, str], actions: Mapping[ActionName, ActionSpec], engine: CedarEngine
) -> tuple[CaseTried, ...]:
    """Cases of rules that nobody wrote put to all rules: the answer counts, whichever rules gave it.

    Raises KnowledgeError where the files do not say what the best of circumstances are.
    """
    best = best_of(files)
    return tuple(_tried(case, best, actions, engine, alone=False) for case in cases)


def _tried(
    case: PolicyCase,
    best: Best,
    actions: Mapping[ActionName, ActionSpec],
    engine: CedarEngine,
    *,
    alone: bool = True,
) -> CaseTried:
    """`alone`: where the rule speaks, nothing else may have decided."""
    rule = next((rule for rule in engine.contents if rule.id == case.rule), None)
    spec = _spec(case.do, actions)
    if rule is None or spec is None or case.to not in ("copilot", *Role):
        return CaseTried(case=case, wrong=_strange(case, rule is None, spec is None, actions))
    try:
        facts = facts_for(spec, best, case.changes)
    except KnowledgeError as error:
        return CaseTried(case=case, wrong=str(error))
    role = None if case.to == "copilot" else Role(case.to)
    answer = guard.decide(role, Step(id=StepId("s1"), goal=0, action=spec.name), facts, engine)
    wrong = _wrong(case, answer, alone=alone and (rule.effect == "permit") == (case.answer == "ALLOW"))
    return CaseTried(case=case, wrong=wrong, policies=answer.policies, reasons=answer.reasons)


def _spec(name: str, actions: Mapping[ActionName, ActionSpec]) -> ActionSpec | None:
    return next((spec for spec in OWN_ACTS if spec.name == name), actions.get(ActionName(name)))


def _strange(case: PolicyCase, no_rule: bool, no_action: bool, actions: Mapping[ActionName, ActionSpec]) -> str:
    if no_rule:
        return f"there is no rule {case.rule}"
    if no_action:
        return f"there is no action {case.do}{perhaps(case.do, sorted(actions))}"
    return f"there is no asker {case.to}: it is copilot, {', '.join(role.value for role in Role)}"


def _wrong(case: PolicyCase, answer: guard.Answer, *, alone: bool) -> str:
    """`alone`: the rule speaks in this case, so nothing else may have decided it."""
    who = f"rule {case.rule}: {case.to}, {case.do}"
    if answer.allowed != (case.answer == "ALLOW"):
        why = "; ".join(answer.reasons) or "without a reason"
        return f"{who}: {case.answer} was expected, but it is {'allowed' if answer.allowed else 'refused'} ({why})"
    if alone and answer.policies != (case.rule,):
        return f"{who}: rule {case.rule} alone should decide, but {' and '.join(answer.policies) or 'no rule'} did"
    return ""


def _of_file(name: str, text: str) -> Iterator[PolicyCase]:
    root = _composed(name, text)
    lines = _lines(root)
    read = _built(name, root)
    if not isinstance(read, dict) or not all(isinstance(cases, list) for cases in read.values()):
        raise KnowledgeError(f"{name} line 1: it maps the number of a rule to a list of cases")
    _once(name, root)
    for rule, cases in read.items():
        for case in cases:
            where = f"{name} line {next(lines)}"
            try:
                yield PolicyCase.model_validate({"where": where, **case, "rule": str(rule)})
            except ValidationError as error:
                raise KnowledgeError(
                    f"{where}: {misfit(error, PolicyCase, '')} A case has answer, to, do, with."
                ) from error
            except TypeError as error:
                raise KnowledgeError(f"{where}: a case maps names to values: answer, to, do, with") from error


def _once(name: str, root: yaml.Node | None) -> None:
    """Raises KnowledgeError where a rule's number stands twice: YAML would drop the first of them."""
    seen: set[str] = set()
    for key, _ in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in seen:
            where = f"{name} line {key.start_mark.line + 1}"
            raise KnowledgeError(f"{where}: rule {key.value} is there twice: put its cases together")
        seen.add(key.value)


def _lines(root: yaml.Node | None) -> Iterator[int]:
    """The line of each case, in order."""
    for _, cases in root.value if isinstance(root, yaml.MappingNode) else ():
        for case in cases.value if isinstance(cases, yaml.SequenceNode) else ():
            yield case.start_mark.line + 1


def _composed(name: str, text: str) -> yaml.Node | None:
    try:
        return composed(text)
    except yaml.MarkedYAMLError as error:
        raise KnowledgeError(f"{name} {not_yaml(error, text)}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise KnowledgeError(f"{name} line 1: not YAML: {error}. Mend the file.") from error


def _built(name: str, root: yaml.Node | None) -> object:
    try:
        return (SafeConstructor().construct_document(root) if root else None) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise KnowledgeError(f"{name} line 1: {error}") from error


def _stale_schema(policies: Path, actions: Mapping[ActionName, ActionSpec]) -> tuple[str, ...]:
    file = policies / SCHEMA_FILE
    if not file.is_file():
        return ()
    there, due = file.read_text("utf-8").splitlines(), schema_text(actions).splitlines()
    if there == due:
        return ()
    line = next((at for at, (one, other) in enumerate(zip(there, due, strict=False)) if one != other), len(there)) + 1
    return (
        f"{SCHEMA_FILE} line {line}: the actions give another schema: "
        f"run `python -m cx_core policies schema {policies.parent} > {file}`",
    )
