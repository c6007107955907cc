"""Rung proposes level 3 for a task type whose evidence suffices; people ask for it, and grant it.

Looked at in rounds. Nothing is proposed under a lower ceiling, while an incident is open, while somebody has asked, or
for two weeks after it was refused. What was put off comes back after two weeks, or sooner with more cases, even if
it was not to be proposed for a part of that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cx_core.decide.policy.alone_again import planned_acts
from cx_core.decide.policy.policy_facts import limited_act
from cx_core.desk.governance import earned_levels
from cx_core.desk.governance.autonomy_levels import LevelService
from cx_core.desk.service import LEADS, Means, Service, allow
from cx_core.ports import Unit
from cx_core.records import PREPARES, EvidenceCase, Perimeter, Person, TaskTypeName
from cx_core.service_rules.levels_in_force import ALONE
from cx_core.service_rules.perimeter_check import LimitedAct
from cx_core.service_rules.suggested_limits import suggested
from cx_core.views import Refusal
from cx_core.views.level_views import EvidenceCount, Evidenced, LevelSet, PutOff, RaiseProposal

RUNG = "rung"
AGAIN = timedelta(days=14)
"""After which what was put off or refused is proposed again."""
MORE = 20
"""Further cases that bring back what was put off sooner."""
LOOKED_AT = 200
"""Cases whose acts the suggested limits cover, the newest."""
MEANWHILE = Refusal(code="stale", text="This is not proposed any more. Please look at the page again.")


class RaiseProposals(Service):
    """For supervisors and administrators."""

    def __init__(self, means: Means, levels: LevelService) -> None:
        super().__init__(means)
        self._service = levels

    def round(self) -> None:
        """Propose what has come to suffice, take back what does not any more, and call earned what was granted."""
        with self._store.look() as unit:
            count = unit.trials.count(self._clock(), earned_levels.since(unit.reviews.incidents()))
            stands = {name: self._stands(count, name) for name in self._knowledge.task_types}
            there = {one.task_type: one for one in unit.levels.raises() if not one.simulated}
            free = self._free(unit)
            earned = {name for name, one in stands.items() if one.earned}
            fresh = [name for name in free & earned if self._due(there.get(name), stands[name])]
            made = [one for name in fresh if (one := self._made(unit, name, stands[name], there.get(name))) is not None]
            stale = [one for name, one in there.items() if self._changed(one, name in free & earned)]
            proven = [one for one in unit.levels.all() if one.task_type in earned and self._granted(one)]
        for proposal in made:
            self._propose(proposal)
        for one in stale:
            self._take_back(one, one.task_type in free & earned)
        for level in proven:
            self._earned(level)

    def open(self, person: Person) -> tuple[RaiseProposal, ...]:
        """What is proposed now, put off or not, with what the simulated past proposes."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            free = self._free(unit)
            there = [one for one in unit.levels.raises() if not one.withdrawn]
            return tuple(one for one in there if one.simulated or one.task_type in free)

    def waiting(self, unit: Unit) -> int:
        """How many wait for somebody to ask or to put them off."""
        free = self._free(unit)
        return sum(not one.simulated and one.put_off is None and one.task_type in free for one in unit.levels.raises())

    def ask(self, person: Person, seen: RaiseProposal, reason: str) -> Refusal | None:
        """Ask for what is proposed, with the limits that were `seen`; another person grants it."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            if seen.simulated or seen not in unit.levels.raises():
                return MEANWHILE
        return self._service.ask_level(person, seen.task_type, ALONE, reason, seen.limits)

    def put_off(self, person: Person, seen: RaiseProposal, reason: str) -> Refusal | None:
        """Set it aside until there is more evidence, or for two weeks."""
        allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, for whoever looks at it next.")
        with self._store.begin() as unit:
            if seen.simulated or seen.put_off is not None or seen not in unit.levels.raises():
                return MEANWHILE
            count = unit.trials.count(self._clock(), earned_levels.since(unit.reviews.incidents()), seen.task_type)
            made = PutOff(
                person=person.id,
                name=person.name,
                reason=reason.strip(),
                at=self._clock(),
                cases=self._stands(count, seen.task_type).cases,
            )
            unit.levels.put_raise(seen.replace(put_off=made))
            payload = {"task_type": seen.task_type, "reason": made.reason}
            unit.record("raise_put_off", actor=person.id, payload=payload)
        return None

    def _free(self, unit: Unit) -> set[TaskTypeName]:
        """Task types for which level 3 may be proposed: nobody has asked, refused it lately, or looks into an error."""
        now, levels = self._at_level.within(unit), {one.task_type: one for one in unit.levels.all()}
        troubled = {one.task_type for one in unit.reviews.incidents() if one.closed_by is None and not one.simulated}
        return {
            name
            for name, spec in self._knowledge.task_types.items()
            if not spec.people_only
            and spec.ceiling >= ALONE
            and now[name] == PREPARES
            and name not in troubled
            and self._quiet(levels.get(name))
        }

    def _quiet(self, level: LevelSet | None) -> bool:
        if level is None:
            return True
        refused = level.declined
        lately = refused is not None and refused.ask.level == ALONE and refused.at > self._clock() - AGAIN
        return level.waiting is None and not lately and self._at_level.genuine(level)

    def _due(self, before: RaiseProposal | None, stands: Evidenced) -> bool:
        if before is None:
            return True
        off = before.put_off
        return off is not None and (off.at + AGAIN <= self._clock() or stands.cases >= off.cases + MORE)

    def _lasting(self, one: RaiseProposal) -> bool:
        """Whether it was put off and that is not over yet."""
        return one.put_off is not None and one.put_off.at + AGAIN > self._clock()

    def _changed(self, one: RaiseProposal, proposed: bool) -> bool:
        """Whether what is on file says otherwise than whether it is to be proposed now."""
        return one.withdrawn if proposed else not (one.withdrawn and self._lasting(one))

    def _take_back(self, seen: RaiseProposal, proposed: bool) -> None:
        """Take it from the page, or put it back there as it was put off, unless somebody was quicker."""
        with self._store.begin() as unit:
            if seen not in unit.levels.raises():
                return
            if proposed or self._lasting(seen):
                unit.levels.put_raise(seen.replace(withdrawn=not proposed))
            else:
                unit.levels.drop_raise(seen.task_type)

    def _stands(self, count: EvidenceCount, name: TaskTypeName) -> Evidenced:
        """By cases that were not simulated."""
        mine = count.of(name)
        return earned_levels.shown(mine.replace(tallies=tuple(one for one in mine.tallies if not one.simulated)))

    def _made(
        self, unit: Unit, name: TaskTypeName, stands: Evidenced, before: RaiseProposal | None
    ) -> RaiseProposal | None:
        """With the limits of `before`, where the cases that limits are made of are not there any more."""
        limits = self._limits(unit, name) or (before.limits if before is not None else None)
        if limits is None:
            return None
        return RaiseProposal(
            task_type=name,
            at=self._clock(),
            cases=stands.cases,
            wrong=stands.wrong,
            error_at_most=stands.error_at_most,
            limits=limits,
            dry_run=self._service.tried(unit, name, limits),
        )

    def _limits(self, unit: Unit, name: TaskTypeName) -> Perimeter | None:
        """As wide as the acts of the newest right cases, and for a tenth of customers."""
        down = earned_levels.since(unit.reviews.incidents()).get((name, False))
        cases = [one for one in unit.trials.of(name, down) if one.permitted and not one.simulated and not one.wrong]
        return suggested(self._acts(unit, cases[-LOOKED_AT:]))

    def _acts(self, unit: Unit, cases: Iterable[EvidenceCase]) -> list[tuple[date, LimitedAct]]:
        engine, zone = self._policies().active, ZoneInfo(self._knowledge.company.timezone)
        found: list[tuple[date, LimitedAct]] = []
        for case in cases:
            proposal = unit.proposals.get(case.ticket, case.version)
            acts = planned_acts(proposal, engine, self._knowledge.actions) if proposal else None
            day = case.proposed_at.astimezone(zone).date()
            found += [(day, limited_act(one.facts)) for one in acts or ()]
        return found

    def _propose(self, made: RaiseProposal) -> None:
        with self._store.begin() as unit:
            there = [one for one in unit.levels.raises() if one.task_type == made.task_type and not one.simulated]
            if made.task_type not in self._free(unit) or any(one.put_off is None for one in there):
                return  # somebody was quicker
            unit.levels.put_raise(made)
            payload = {
                "task_type": made.task_type,
                "cases": made.cases,
                "wrong": made.wrong,
                "limits": made.limits.model_dump(mode="json"),
            }
            unit.record("raise_proposed", actor=RUNG, payload=payload)

    def _granted(self, level: LevelSet) -> bool:
        return level.how == "granted" and level.level == ALONE and self._at_level.genuine(level)

    def _earned(self, level: LevelSet) -> None:
        """What two people granted without the evidence stays what it is, and is called earned from now on."""
        with self._store.begin() as unit:
            if unit.levels.get(level.task_type) != level:
                return
            unit.levels.put(self._at_level.marked(unit, level.replace(how="earned")))
            unit.record("level_earned", actor=RUNG, payload={"task_type": level.task_type, "level": level.level})
