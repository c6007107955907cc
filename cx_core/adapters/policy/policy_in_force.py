"""Which policies are in force: the knowledge folder's, or the set that two people put in their place.

Every process looks at most once a second whether another set was made active meanwhile, and an act looks in its own
transaction; a set that cannot be read or does not fit this version of Rung is in force all the same, so that nothing
may be done until it is mended.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cx_core.adapters.policy.case_files import case_texts, try_cases, try_made
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.adapters.policy.own_rules import own_rules, with_own_rules
from cx_core.adapters.policy.policy_rules import policy_texts
from cx_core.catalogue import ActionSpec
from cx_core.errors import AuditUnavailable, KnowledgeError, StoreUnavailable
from cx_core.ports import InForce, Sealer
from cx_core.ports.policies import OwnLimitTried, PolicyReading
from cx_core.records import ActionName, OwnTaskType
from cx_core.views.policy_cases import CasesTried
from cx_core.views.policy_views import CONNECTED_FILE, MADE_FILES, PolicySet

CHECK_SECONDS = 1.0
UNSEALED = "was not put in force here as it is on file now. A copy of it, or another set, must be."
OTHERWISE = "Other rules say otherwise: "
BROKEN = "The rules in force have a fault, so nothing may be done until it is mended on the Policies page: "
NO_RULES = "These limits cannot become rules. Leave them empty for now, and tell whoever looks after Rung: "
KEPT = 8
"""Sets of files, read and tried, that are remembered: a page asks about the same ones again and again."""

CONNECTED_RULE = "990"

Files = tuple[tuple[str, str], ...]


class ActiveSet(Protocol):
    """Where it is on record which set is in force."""

    def active(self) -> str:
        """Its id; empty while it is the knowledge folder's."""
        ...

    def one(self, id: str) -> PolicySet: ...


class Policies:
    """ports.policies.PolicyShelf."""

    def __init__(
        self,
        folder: Path,
        actions: Mapping[ActionName, ActionSpec],
        sets: ActiveSet,
        sealer: Sealer,
        currency: str = "GBP",
        tick: Callable[[], float] = time.monotonic,
        connected: Collection[ActionName] = (),
        own: Sequence[OwnTaskType] = (),
    ) -> None:
        """`connected`: writes of connected systems; those that no rule names may be done by a supervisor. `own`: task
        types of the Task types page in force, whose limits are rules about such writes."""
        self._connected = tuple(sorted(connected))
        self._own = tuple(own)
        self._folder = folder
        self._actions = actions
        self._sets = sets
        self._sealer = sealer
        self._currency = currency
        self._tick = tick
        self._lock = threading.Lock()
        self._parsed = lru_cache(maxsize=KEPT)(self._parse)
        self._read = lru_cache(maxsize=KEPT)(self._make)
        self._tried = lru_cache(maxsize=KEPT)(self._try)
        self._in_force = InForce(self._of_folder(), "")
        self._looked = -CHECK_SECONDS

    def now(self) -> InForce:
        now = self._tick()
        if now - self._looked >= CHECK_SECONDS:
            self._looked = now  # one looks; whoever asks meanwhile goes on with what was in force
            self.refresh()
        return self._in_force

    @property
    def active(self) -> PolicyReading:
        return self.now().engine

    def refresh(self) -> None:
        """Look now. While the database does not answer, what was in force stays so."""
        with self._lock:
            try:
                id = self._sets.active()
                if id != self._in_force.set:
                    engine = self._of_set(self._sets.one(id)) if id else self._of_folder()
                    self._in_force = InForce(engine, id)
            except (StoreUnavailable, AuditUnavailable):
                return
            finally:
                self._looked = self._tick()

    def shipped(self) -> dict[str, str]:
        return policy_texts(self._folder) | case_texts(self._folder)

    def read(self, files: Mapping[str, str]) -> CedarEngine:
        return self._read(_rules_of(files))

    def sealed(self, one: PolicySet) -> PolicySet:
        return one.replace(mark=self._sealer.mark(_exact(one)))

    def tried(self, files: Mapping[str, str]) -> CasesTried:
        return self._tried(tuple(sorted(files.items())))

    def made(self, files: Mapping[str, str]) -> Mapping[str, str]:
        rules = dict(_rules_of(files))
        return {name: text for name, text in self._whole(rules, self._own).items() if name in MADE_FILES}

    def with_own(self, own: Sequence[OwnTaskType]) -> CedarEngine:
        return self._laid_over(_rules_of(self._files()), own)

    def own_tried(self, own: Sequence[OwnTaskType]) -> tuple[OwnLimitTried, ...]:
        files, engine = self._files(), self.with_own(own)
        if engine.trouble:
            before = self.active.trouble
            return (OwnLimitTried("", "", f"{BROKEN}{before}" if before else f"{NO_RULES}{engine.trouble}"),)
        rules = own_rules(dict(_rules_of(files)), own, self._actions, self._connected)
        return tuple(
            OwnLimitTried(
                rule.task_type.id if rule.task_type else "",
                rule.limit,
                f"{OTHERWISE}{'; '.join(one.reasons) or one.wrong}" if one.wrong else "",
            )
            for rule in rules
            for one in try_made(rule.cases, files, self._actions, engine)
        )

    def _files(self) -> Mapping[str, str]:
        """Of the set in force. Raises KnowledgeError."""
        id = self.now().set
        return self._sets.one(id).files if id else self.shipped()

    def _make(self, files: Files) -> CedarEngine:
        return self._laid_over(files, self._own)

    def _laid_over(self, files: Files, own: Sequence[OwnTaskType]) -> CedarEngine:
        return self._parsed(tuple(sorted(self._whole(dict(files), own).items())))

    def _whole(self, files: Mapping[str, str], own: Sequence[OwnTaskType]) -> dict[str, str]:
        """The rules that people wrote, and those that nobody did."""
        rules = own_rules(files, own, self._actions, self._connected)
        return with_connected_rule(with_own_rules(files, rules, own), self._connected)

    def _parse(self, files: Files) -> CedarEngine:
        return CedarEngine(dict(files), self._actions, currency=self._currency)

    def _try(self, files: Files) -> CasesTried:
        return try_cases(dict(files), self._actions, self._read(_rules_of(dict(files))), MADE_FILES)

    def _of_set(self, one: PolicySet) -> CedarEngine:
        """Its rules, if it is as it was put in force here; else none, and the trouble that says so."""
        if self._sealer.marked(_exact(one), one.mark):
            return self.read(one.files)
        return CedarEngine({}, self._actions, trouble=f"The set “{one.name}” {UNSEALED}")

    def _of_folder(self) -> CedarEngine:
        if not self._connected:
            return CedarEngine(self._folder, self._actions, currency=self._currency)
        try:
            texts = policy_texts(self._folder)
        except KnowledgeError as error:
            return CedarEngine({}, self._actions, trouble=str(error))
        return self._make(tuple(sorted(texts.items())))


def with_connected_rule(files: dict[str, str], connected: Collection[ActionName]) -> dict[str, str]:
    """The rules, and one more for writes of connected systems that none of them names: never the copilot alone.

    All that the rules forbid, such as large sums, holds for these writes too.
    """
    everything = "\n".join(files.values())
    left = [name for name in connected if f'Action::"{name}"' not in everything]
    if not left:
        return files
    named = ", ".join(f'Action::"{name}"' for name in left)
    rule = (
        f'@id("{CONNECTED_RULE}")\n@says("A supervisor may do this on a connected system")\n'
        f"permit (principal is Role, action in [{named}], resource)\nwhen {{ principal.rank >= 2 }};\n"
    )
    return {**files, CONNECTED_FILE: rule}


def _exact(one: PolicySet) -> str:
    """All that the mark of a set in force is made over."""
    exact = one.model_dump(mode="json", include={"id", "files", "asked_by", "activated_by", "activated_at"})
    return json.dumps({"policy set": exact}, sort_keys=True)


def _rules_of(files: Mapping[str, str]) -> Files:
    return tuple(sorted((name, text) for name, text in files.items() if name.endswith(".cedar")))
