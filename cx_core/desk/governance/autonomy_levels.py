"""Levels of autonomy, set by people: narrowed by one of them at once, widened only by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from cx_core.catalogue import TaskType
from cx_core.desk.governance import dry_runs, earned_levels
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import BadInput
from cx_core.ports import Unit
from cx_core.records import PREPARES, Perimeter, Person, PersonId, TaskTypeName, TicketId
from cx_core.service_rules.levels_in_force import ALONE, Levels, width
from cx_core.views import Refusal
from cx_core.views.level_views import (
    WANTED_DAYS,
    DryRun,
    EvidencePicture,
    How,
    LeftAlone,
    LevelAsk,
    LevelDecision,
    LevelDeclined,
    LevelSet,
    LevelView,
    PersonsWanted,
)

NOT_YET = "Level 4 takes a goal across several systems. Nobody can grant it yet."
NO_LIMITS = Refusal(
    code="empty", text="Level 3 is decided together with its limits: say what it may let out, and for whom."
)
NO_DAY = Refusal(code="empty", text="One act may let out more than a whole day. Raise the day, or lower the act.")
WRONG_SHOWN = 100
"""Cases against a level that are listed at most, the newest."""
MEANWHILE = Refusal(code="stale", text="Somebody has changed this level in the meantime. Please check it again.")


class LevelService(Service):
    """For supervisors and administrators."""

    def levels(self, person: Person) -> tuple[LevelView, ...]:
        """Every task type with where it stands."""
        allow(person, *LEADS)
        names = self._accounts.names()
        with self._store.look() as unit:
            now, on_file = self._levels().within(unit), {one.task_type: one for one in unit.levels.all()}
            count = unit.trials.count(self._clock(), earned_levels.since(unit.reviews.incidents()))
            past = unit.levels.decisions(simulated=True)
        views = []
        for name, task_type in self._knowledge.task_types.items():
            view = self._level_shown(task_type, now[name], on_file.get(name), names)
            mine = count.of(name)
            view = view.replace(past=tuple(earned_levels.told(one, names) for one in past if one.task_type == name))
            shown = mine.anything and not task_type.people_only
            views.append(view.replace(evidence=earned_levels.shown(mine) if shown else None))
        return tuple(views)

    def evidence(self, person: Person, task_type: TaskTypeName) -> EvidencePicture | None:
        """What a task type has shown towards acting alone, over time; None: nothing yet."""
        allow(person, *LEADS)
        self._level_of(task_type, 0)
        now = self._clock()
        with self._store.look() as unit:
            since = earned_levels.since(unit.reviews.incidents())
            mine = unit.trials.count(now, since, task_type)
            wrong = unit.trials.wrong(now, since, task_type, WRONG_SHOWN)
            decided = [(one, past) for past in (False, True) for one in unit.levels.decisions(simulated=past)]
        if not mine.anything:
            return None
        decisions = [
            LevelDecision(at=one.at, level=one.level, how=one.how, simulated=past)
            for one, past in decided
            if one.task_type == task_type
        ]
        return earned_levels.pictured(mine, wrong, sorted(decisions, key=lambda one: one.at), now)

    def dry_run(self, person: Person, task_type: TaskTypeName, limits: Perimeter) -> DryRun:
        """What it would have done alone with these limits in the last weeks; nothing is changed."""
        allow(person, *LEADS)
        self._level_of(task_type, 0)
        with self._store.look() as unit:
            return self.tried(unit, task_type, limits)

    def tried(self, unit: Unit, task_type: TaskTypeName, limits: Perimeter) -> DryRun:
        """The same, as this transaction sees the past."""
        cases = [one for one in unit.trials.of(task_type, self._clock() - dry_runs.PAST) if not one.simulated]
        made = [(one, unit.proposals.get(one.ticket, one.version)) for one in cases]
        company = self._knowledge.company
        rules = dry_runs.Rules(
            self._policies().active, self._knowledge.actions, ZoneInfo(company.timezone), company.currency
        )
        answered = [dry_runs.AnsweredCase(one, proposal) for one, proposal in made if proposal is not None]
        return dry_runs.dry_run(answered, limits, rules)

    def set_level(self, person: Person, task_type: TaskTypeName, level: int, reason: str) -> Refusal | None:
        """At once, by one person: where no more may happen without a person than before."""
        allow(person, *LEADS)
        spec = self._level_of(task_type, level)
        if (refusal := _fits(spec, level, reason)) is not None:
            return refusal
        with self._store.begin() as unit:
            before = self._levels().within(unit)[task_type]
            if level == before and _believed(self._levels(), unit, task_type):
                return Refusal(code="already", text=f"{spec.title} is at level {level} already.")
            if width(level) > width(before) and level not in (0, PREPARES):
                return Refusal(code="role", text=f"Level {level} lets more happen without a person: it takes two. Ask.")
            made = LevelSet(
                task_type=task_type,
                level=level,
                how="set",
                reason=reason.strip(),
                person=person.id,
                at=self._clock(),
                **_blind(self._believed(unit, task_type)),
            )
            unit.levels.put(self._levels().marked(unit, made))
            payload = {"task_type": task_type, "before": before, "level": level, "reason": reason.strip()}
            unit.record("level_set", actor=person.id, payload=payload)
        return None

    def ask_level(
        self, person: Person, task_type: TaskTypeName, level: int, reason: str, limits: Perimeter | None = None
    ) -> Refusal | None:
        """Ask another person to grant a level, 3 with its limits; nothing changes until they do."""
        allow(person, *LEADS)
        spec = self._level_of(task_type, level)
        if (refusal := _fits(spec, level, reason) or _bounded(level, limits)) is not None:
            return refusal
        with self._store.begin() as unit:
            now, on_file = self._levels().within(unit)[task_type], self._believed(unit, task_type)
            if level == now and (on_file is None or on_file.perimeter == limits):
                return Refusal(code="already", text=f"{spec.title} is at level {level} already.")
            if on_file is not None and on_file.waiting is not None:
                return Refusal(code="already", text="A level waits for its second person. Grant or withdraw it first.")
            asked = LevelAsk(level=level, reason=reason.strip(), person=person.id, at=self._clock(), perimeter=limits)
            self._keep_level(unit, task_type, on_file, now, asked)
            payload = {"task_type": task_type, "level": level, "reason": reason.strip(), "limits": _told(limits)}
            unit.record("level_asked", actor=person.id, payload=payload)
        return None

    def set_blind(self, person: Person, task_type: TaskTypeName, percent: int) -> Refusal | None:
        """In how many tickets of a hundred people answer before they see the proposal; at once, by one person."""
        allow(person, *LEADS)
        spec = self._level_of(task_type, 0)
        if percent not in range(101) or spec.people_only:
            return Refusal(code="denied", text="Choose 0 to 100 % of a task type that the copilot prepares.")
        with self._store.begin() as unit:
            now, on_file = self._levels().within(unit)[task_type], self._believed(unit, task_type)
            before = on_file.blind if on_file else 0
            stands = on_file or self._stands(unit, task_type, now)
            unit.levels.put(
                self._levels().marked(
                    unit, stands.replace(blind=percent, blind_since=self._since_blind(on_file, percent))
                )
            )
            payload = {"task_type": task_type, "before": before, "percent": percent}
            unit.record("first_answers_set", actor=person.id, payload=payload)
        return None

    def _since_blind(self, on_file: LevelSet | None, percent: int) -> datetime | None:
        """More are asked about from now on only: what waits may have been seen. Fewer: of those asked about before."""
        if on_file is not None and 0 < percent <= on_file.blind and on_file.blind_since is not None:
            return on_file.blind_since
        return self._clock() if percent else None

    def withdraw_level(self, person: Person, task_type: TaskTypeName) -> Refusal | None:
        """Take back what was asked for, or refuse what another asked for: then they are told who did, and when."""
        allow(person, *LEADS)
        with self._store.begin() as unit:
            now, on_file = self._levels().within(unit).get(task_type, 0), self._believed(unit, task_type)
            if on_file is None or on_file.waiting is None:
                return MEANWHILE
            ask = on_file.waiting
            refused = LevelDeclined(ask=ask, person=person.id, at=self._clock()) if ask.person != person.id else None
            self._keep_level(unit, task_type, on_file, now, None, refused)
            payload = {"task_type": task_type, "level": ask.level, "asked_by": ask.person}
            unit.record("level_withdrawn", actor=person.id, payload=payload)
        return None

    def grant_level(self, person: Person, task_type: TaskTypeName, seen: LevelAsk) -> Refusal | None:
        """Put in force what another person asked for, as this person has `seen` it: earned where the evidence is there
        now, else granted."""
        allow(person, *LEADS)
        with self._store.begin() as unit:
            spec, on_file = self._level_of(task_type, seen.level), self._believed(unit, task_type)
            if on_file is None or on_file.waiting != seen:
                return MEANWHILE
            refusal = self._one_of_two(person, seen) or _fits(spec, seen.level, seen.reason)
            refusal = refusal or _bounded(seen.level, seen.perimeter)
            if refusal is not None:
                return refusal
            earned = seen.level >= ALONE and self._earned(unit, task_type)
            before = self._levels().within(unit)[task_type]
            made = LevelSet(
                task_type=task_type,
                level=seen.level,
                how="earned" if earned else "granted",
                reason=seen.reason,
                person=person.id,
                asked_by=seen.person,
                at=self._clock(),
                perimeter=seen.perimeter,
                **_blind(on_file),
            )
            unit.levels.put(self._levels().marked(unit, made))
            payload = {
                "task_type": task_type,
                "before": before,
                "level": seen.level,
                "reason": seen.reason,
                "asked_by": seen.person,
                "earned": earned,
                "limits": _told(seen.perimeter),
            }
            unit.record("level_granted", actor=person.id, payload=payload)
        return None

    def persons_wanted(self, person: Person) -> tuple[PersonsWanted, ...]:
        """How often customers asked for a person after the copilot had answered by itself, by task type."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            counted = unit.levels.person_wanted(self._clock() - timedelta(days=WANTED_DAYS))
        return tuple(
            PersonsWanted(task_type=name, answers=answers, wanted=wanted)
            for name, (answers, wanted) in sorted(counted.items())
        )

    def left_alone(self, person: Person, most: int = 50) -> tuple[LeftAlone, ...]:
        """The tickets in which an answer left without a person, newest first."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            found = (_left(unit, ticket) for ticket in unit.levels.left_alone(most))
            return tuple(one for one in found if one is not None)

    def _earned(self, unit: Unit, task_type: TaskTypeName) -> bool:
        since = earned_levels.since(unit.reviews.incidents())
        return earned_levels.shown(unit.trials.count(self._clock(), since, task_type)).earned

    def _levels(self) -> Levels:
        return self._at_level

    def _level_of(self, name: TaskTypeName, level: int) -> TaskType:
        spec = self._knowledge.task_types.get(name)
        if spec is None or level not in range(5):
            raise BadInput(f"There is no task type {name}." if spec is None else "A level is 0 to 4.")
        return spec

    def _believed(self, unit: Unit, task_type: TaskTypeName) -> LevelSet | None:
        """What is on file, if it was decided here; the rest is as if it had never been said."""
        on_file = unit.levels.get(task_type)
        return on_file if on_file is not None and self._levels().genuine(on_file) else None

    def _keep_level(
        self,
        unit: Unit,
        task_type: TaskTypeName,
        on_file: LevelSet | None,
        now: int,
        waiting: LevelAsk | None,
        declined: LevelDeclined | None = None,
    ) -> None:
        """The level stays what it is; what waits changes."""
        stands = on_file or self._stands(unit, task_type, now)
        unit.levels.put(self._levels().marked(unit, stands.replace(waiting=waiting, declined=declined)))

    def _stands(self, unit: Unit, task_type: TaskTypeName, now: int) -> LevelSet:
        """A row for a level that nobody moved, or whose row does not count."""
        how: How = "set" if unit.levels.get(task_type) else "starting"
        return LevelSet(task_type=task_type, level=now, at=self._clock(), how=how)

    def _one_of_two(self, person: Person, ask: LevelAsk) -> Refusal | None:
        """Why this person and whoever asked are not two who may, as accounts are now."""
        if ask.person == person.id:
            return Refusal(code="role", text="You asked for it, so another person decides.")
        asker = self._accounts.account(ask.person)
        if asker is None or asker.role not in LEADS:
            text = "The person who asked no longer has permission. Withdraw the request; it can then be made again."
            return Refusal(code="denied", text=text)
        return None

    def _level_shown(
        self, spec: TaskType, level: int, on_file: LevelSet | None, names: Mapping[PersonId, str]
    ) -> LevelView:
        shared = {
            "task_type": spec.name,
            "title": spec.title,
            "level": level,
            "ceiling": spec.ceiling,
            "people_only": spec.people_only,
        }
        if on_file is None:
            return LevelView.model_validate({**shared, "how": "starting"})
        if not self._levels().genuine(on_file):
            text = "What is on file was not decided here, so it counts as level 0. Set the level again."
            return LevelView.model_validate({**shared, "how": "set", "trouble": text})
        who = [names.get(id, id) for id in (on_file.asked_by, on_file.person) if id]
        asked, declined = on_file.waiting, on_file.declined
        refused = ""
        if declined is not None:
            asker, by = (names.get(id, id) for id in (declined.ask.person, declined.person))
            refused = f"Level {declined.ask.level}, asked for by {asker}, was refused by {by}"
        return LevelView.model_validate(
            {
                **shared,
                "how": on_file.how,
                "reason": on_file.reason,
                "blind": on_file.blind,
                "by": " and ".join(who),
                "at": on_file.at if on_file.how != "starting" else None,
                "perimeter": on_file.perimeter if level >= ALONE else None,
                "waiting": asked,
                "waiting_by": names.get(asked.person, asked.person) if asked else "",
                "declined": declined,
                "declined_words": refused,
            }
        )


def _fits(spec: TaskType, level: int, reason: str) -> Refusal | None:
    if not reason.strip():
        return Refusal(code="empty", text="Say why, for whoever decides and for the record.")
    if spec.people_only and level:
        return Refusal(code="denied", text=f"{spec.title} is handled by people only: it stays at level 0.")
    if level > spec.ceiling:
        return Refusal(code="denied", text=f"The ceiling of {spec.title} is {spec.ceiling}.")
    return None


def _bounded(level: int, limits: Perimeter | None) -> Refusal | None:
    """Why a level cannot be decided with these limits."""
    if level > ALONE:
        return Refusal(code="denied", text=NOT_YET)
    if level == ALONE and limits is None:
        return NO_LIMITS
    return NO_DAY if limits is not None and limits.act_most > limits.day_most else None


class _Blind(TypedDict):
    blind: int
    blind_since: datetime | None


def _blind(before: LevelSet | None) -> _Blind:
    """The share that is answered first stays when the level moves."""
    return _Blind(blind=before.blind if before else 0, blind_since=before.blind_since if before else None)


def _told(limits: Perimeter | None) -> dict[str, object] | None:
    return limits.model_dump(mode="json") if limits else None


def _believed(levels: Levels, unit: Unit, task_type: TaskTypeName) -> bool:
    on_file = unit.levels.get(task_type)
    return on_file is None or levels.genuine(on_file)


def _left(unit: Unit, id: TicketId) -> LeftAlone | None:
    """The last answer in a ticket that the copilot gave alone; None where it was erased."""
    ticket = unit.tickets.get(id)
    if ticket is None:
        return None
    for version in range(ticket.version, 0, -1):
        approval, proposal = unit.proposals.approval(id, version), unit.proposals.get(id, version)
        if approval is None or proposal is None or approval.role is not None or not proposal.triage.goals:
            continue
        return LeftAlone(
            ticket=id,
            at=approval.at,
            task_type=proposal.triage.goals[0].task_type,
            question=" / ".join(one.question for one in proposal.answers),
            titles=tuple(dict.fromkeys(one.title for one in proposal.answers)),
            again=version < ticket.version or ticket.reopened > 0,
        )
    return None
