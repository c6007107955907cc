"""Simulations of a level before it goes live: begun by a person, run in the background, kept as a report.

A simulation writes its own record and its audit events, and nothing else. One that was interrupted begins again, since
nothing was done. The bytes of a file wait encrypted until it has run, and are removed then.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from hashlib import sha256
from threading import Event, Lock
from uuid import uuid4

from cx_core.desk.governance.autonomy_levels import NO_DAY, NO_LIMITS
from cx_core.desk.service import LEADS, Means, Service, allow
from cx_core.desk.simulation.simulation_file import SimulationFile, read_file
from cx_core.desk.simulation.simulation_report import page_of
from cx_core.desk.simulation.simulation_runs import SimulationRuns
from cx_core.errors import BadInput, RungError
from cx_core.ports import Unit
from cx_core.records import Person
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.views import Refusal
from cx_core.views.simulation_views import Simulation, SimulationCase, SimulationSpec, SimulationState, SimulationView

log = logging.getLogger("rung")

AT_ONCE = 3
"""Simulations that may wait or run at a time."""
SHOWN = 10
LONGEST = timedelta(days=366)
HELD = timedelta(minutes=2)
"""So long one is a process's own after it last said how far it is; the first use of the stages takes half a minute."""
TOLD_SECONDS = 1.0
_GONE = "The file is not there any more. Upload it again."


class SimulationService(Service):
    """For supervisors and administrators."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._runs = SimulationRuns(means)
        self._waiting_files = means.waiting_files
        self._holder = uuid4().hex
        self._running, self._closing = Lock(), Event()

    def begin(self, person: Person, spec: SimulationSpec, content: bytes = b"") -> Simulation | Refusal:
        """Have it run in the background. `content`: of a file, which is checked whole before anything is kept."""
        allow(person, *LEADS)
        refusal = self._cannot(spec)
        if refusal is None and spec.source == "file":
            errors = read_file(spec.file, content).errors
            refusal = Refusal(code="denied", text="\n".join(errors)) if errors else None
        if refusal is not None:
            return refusal
        digest = sha256(content).hexdigest() if spec.source == "file" else ""
        made = Simulation(
            id=uuid4().hex,
            spec=spec.replace(file=spec.file if digest else "", file_digest=digest),
            person=person.id,
            at=self._clock(),
        )
        if digest:
            self._waiting_files.keep(made.id, content)
        try:
            refusal = self._put_down(made)
        except BaseException:
            self._waiting_files.remove([made.id])
            raise
        if refusal is not None:
            self._waiting_files.remove([made.id])
        return refusal or made

    def recent(self, person: Person) -> tuple[SimulationView, ...]:
        """The newest, without their cases."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            return tuple(self._shown(one) for one in unit.simulations.newest(SHOWN))

    def opened(self, person: Person, id: str) -> SimulationView | Refusal:
        """One with its cases."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            found = unit.simulations.get(id)
            return self._shown(found, unit.simulations.cases(id)) if found else _none()

    def report(self, person: Person, id: str) -> bytes | Refusal:
        """One page of HTML to keep, that needs nothing else. Who took it is on record."""
        allow(person, *LEADS)
        found = self.opened(person, id)
        if isinstance(found, Refusal):
            return found
        if found.simulation.figures is None:
            return Refusal(code="stale", text="It has not run to its end, so there is no report.")
        with self._store.begin() as unit:
            unit.record("simulation_exported", actor=person.id, payload={"simulation": id})
        return page_of(found, self._knowledge.company).encode()

    def stop(self, person: Person, id: str) -> Refusal | None:
        """End one that waits or runs. Nothing is kept of it but that it was begun and stopped."""
        allow(person, *LEADS)
        with self._store.begin() as unit:
            found = unit.simulations.get(id)
            if found is None or not found.going:
                return Refusal(code="stale", text="It is over already.")
            self._end(unit, found, "stopped", actor=person.id)
        self._waiting_files.remove([id])
        return None

    def go_on(self) -> None:
        """Run what waits, one after the other, and what another process left; none before all examples are learnt."""
        if self._systems.learning or not self._running.acquire(blocking=False):
            return
        try:
            while not self._closing.is_set() and (one := self._claimed()) is not None:
                self._run(one)
        finally:
            self._running.release()

    def close(self) -> None:
        """Leave what runs to the next process."""
        self._closing.set()

    def _cannot(self, spec: SimulationSpec) -> Refusal | None:
        task_type = self._knowledge.task_types.get(spec.task_type)
        if task_type is None:
            raise BadInput(f"There is no task type {spec.task_type}.")
        if task_type.people_only:
            return Refusal(code="denied", text=f"{task_type.title} is handled by people only: it stays at level 0.")
        if spec.level > task_type.ceiling:
            return Refusal(code="denied", text=f"The ceiling of {task_type.title} is {task_type.ceiling}.")
        if spec.level == ALONE and spec.limits is None:
            return NO_LIMITS
        if spec.limits is not None and spec.limits.act_most > spec.limits.day_most:
            return NO_DAY
        if spec.source != "past":
            return None
        if spec.since is None or spec.until is None or not spec.since < spec.until:
            return Refusal(code="empty", text="Choose a first day and a last one that is not before it.")
        return Refusal(code="denied", text="Choose at most a year.") if spec.until - spec.since > LONGEST else None

    def _put_down(self, made: Simulation) -> Refusal | None:
        with self._store.begin() as unit:
            if len(unit.simulations.going()) >= AT_ONCE:
                return Refusal(code="already", text=f"{AT_ONCE} simulations are going on. Wait for one, or stop it.")
            unit.simulations.put(made)
            unit.record("simulation_begun", actor=made.person, payload=_told(made))
        return None

    def _claimed(self) -> Simulation | None:
        """The next that is nobody's, held by this process."""
        now = self._clock()
        with self._store.look() as unit:
            if not any(one.held_until is None or one.held_until < now for one in unit.simulations.going()):
                return None
        with self._store.begin() as unit:
            for one in unit.simulations.going():
                held = unit.simulations.get(one.id)
                if held is None or not held.going or (held.held_until is not None and held.held_until >= now):
                    continue
                mine = held.replace(state="running", holder=self._holder, held_until=now + HELD, done=0)
                unit.simulations.put(mine)
                return mine
        return None

    def _run(self, one: Simulation) -> None:
        try:
            self._judge(one)
        except RungError as trouble:
            self._fail(one, str(trouble))
        except Exception as error:
            log.exception("A simulation failed")
            self._fail(one, f"It failed here ({type(error).__name__}). It is in the server's log.")

    def _judge(self, one: Simulation) -> None:
        given = self._file(one)
        if given is None:
            self._fail(one, _GONE)
            return
        judged = self._runs.judge(one.spec, given.lines)
        one = one.replace(total=judged.steps, policy=self._policies().active.version)
        cases: list[SimulationCase] = []
        told = 0.0
        for done, case in enumerate(judged.cases, start=1):
            cases += [case] if case is not None else []
            if time.monotonic() - told >= TOLD_SECONDS:
                told = time.monotonic()
                if not self._goes_on(one.replace(done=done)):
                    return
        figures = self._runs.figures(judged.tickets, cases, one.spec)
        with self._store.begin() as unit:
            kept = unit.simulations.get(one.id)
            if kept is None or kept.state != "running" or kept.holder != self._holder:
                return
            unit.simulations.put_cases(one.id, cases)
            self._end(unit, one.replace(done=judged.steps, figures=figures), "done", actor=one.person)
        self._waiting_files.remove([one.id])

    def _file(self, one: Simulation) -> SimulationFile | None:
        if one.spec.source != "file":
            return SimulationFile()
        content = self._waiting_files.read(one.id)
        return read_file(one.spec.file, content) if content is not None else None

    def _goes_on(self, one: Simulation) -> bool:
        """Say how far it is; False: it was stopped, another process has it, or this process ends and lets it go."""
        with self._store.begin() as unit:
            kept = unit.simulations.get(one.id)
            if kept is None or kept.state != "running" or kept.holder != self._holder:
                return False
            ends = self._closing.is_set()
            until = None if ends else self._clock() + HELD
            unit.simulations.put(one.replace(state="waiting" if ends else "running", held_until=until))
        return not ends

    def _fail(self, one: Simulation, why: str) -> None:
        with self._store.begin() as unit:
            kept = unit.simulations.get(one.id)
            if kept is not None and kept.state == "running" and kept.holder == self._holder:
                self._end(unit, kept.replace(trouble=why), "failed", actor=one.person)
        self._waiting_files.remove([one.id])

    def _end(self, unit: Unit, one: Simulation, state: SimulationState, *, actor: str) -> None:
        ended = one.replace(state=state, held_until=None, finished_at=self._clock())
        unit.simulations.put(ended)
        figures = ended.figures.model_dump(mode="json", exclude={"reasons"}) if ended.figures else {}
        payload = {"simulation": one.id, "policy": one.policy, "trouble": one.trouble, **figures}
        unit.record(f"simulation_{state}", actor=actor, payload=payload)

    def _shown(self, one: Simulation, cases: tuple[SimulationCase, ...] = ()) -> SimulationView:
        task_type = self._knowledge.task_types.get(one.spec.task_type)
        return SimulationView(
            simulation=one,
            title=task_type.title if task_type else one.spec.task_type,
            by=self._accounts.names().get(one.person, one.person),
            cases=cases,
        )


def _told(made: Simulation) -> dict[str, object]:
    return {"simulation": made.id, **made.spec.model_dump(mode="json", exclude={"file"})}


def _none() -> Refusal:
    return Refusal(code="stale", text="There is no such simulation.")
