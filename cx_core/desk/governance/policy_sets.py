"""Policies as versions: drafted, tried, put in force by a second person, and brought back."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence

from cx_core.desk.governance.policies import digests
from cx_core.desk.governance.policy_replay import replayed
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import BadInput, KnowledgeError
from cx_core.knowledge_base.text_difference import difference
from cx_core.ports import Unit
from cx_core.records import Person, Role
from cx_core.views import Refusal
from cx_core.views.policy_views import (
    CaseChange,
    PolicyRule,
    PolicySet,
    PolicyState,
    Replayed,
    RuleChange,
    SetTried,
    Stretch,
)

MOST_TEXT = 200_000
"""Characters of one file."""
CASE_LINES = 4
"""Lines around a changed case that are shown with it: its rule and the request."""
_FILE = re.compile(r"[a-z0-9_]{1,60}\.cedar|cases/[a-z0-9_]{1,60}\.yaml")
_GONE = Refusal(code="stale", text="Somebody has moved this set on meanwhile. Look again.")

NOT_ASKED = (
    "It is not on file as somebody asked for it here: what it holds, or who asked, was written by other means. "
    "Withdraw it and look at it, then ask anew."
)
_MOVED = Refusal(code="stale", text="Other rules are in force than those it was compared with. Look at it again.")


class PolicySetService(Service):
    """Supervisors may read; administrators draft, and only two of them together put a set in force."""

    def all(self, person: Person) -> tuple[PolicySet, ...]:
        """Newest first; empty while only the knowledge folder's rules were ever in force and nothing was drafted."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            return unit.policies.all()

    def draft_policies(self, person: Person, name: str, of: str = "") -> PolicySet | Refusal:
        """A copy to work on: of a set, or of what is in force now. `of` "folder": of the knowledge folder."""
        allow(person, Role.ADMINISTRATOR)
        if not name.strip():
            return Refusal(code="empty", text="Give it a name, so that people can tell it from the others.")
        with self._store.begin() as unit:
            sets = unit.policies.all()
            if name.strip().casefold() in {one.name.casefold() for one in sets}:
                return Refusal(code="already", text="There is a set of this name. Choose another name.")
            wanted = next((one for one in sets if (one.id == of if of else one.state == "active")), None)
            if wanted is None and of not in ("", "folder"):
                return _GONE
            made = PolicySet(
                id=uuid.uuid4().hex,
                name=name.strip()[:120],
                state="draft",
                files=wanted.files if wanted else dict(self._policies().shipped()),
                based_on=wanted.name if wanted else "As shipped",
                made_by=person.id,
                made_at=self._clock(),
            )
            self._put(unit, person, "policies_drafted", made)
        return made

    def try_policies(self, person: Person, files: Mapping[str, str]) -> SetTried:
        """What is wrong with these files, what their cases say, and which rules differ from those in force."""
        allow(person, *LEADS)
        shelf = self._policies()
        read, active = shelf.read(files), shelf.active
        cases = shelf.tried(files)
        return SetTried(
            version=read.version,
            troubles=read.troubles or read.untrue,
            cases=cases,
            against=active.version,
            compared=tuple(_changes(active.contents, read.contents)),
            cases_compared=tuple(_case_changes(self._in_force(), files)),
        )

    def write_policy(self, person: Person, id: str, file: str, text: str) -> PolicySet | Refusal:
        """One file of a draft, kept whether or not it can be used yet."""
        allow(person, Role.ADMINISTRATOR)
        if not _FILE.fullmatch(file):
            raise BadInput("A file is called like 5_gifts.cedar or cases/5_gifts.yaml.")
        if len(text) > MOST_TEXT:
            raise BadInput(f"A file holds at most {MOST_TEXT:,} characters.")
        with self._store.begin() as unit:
            one = _named(unit, id)
            if one is None or one.state != "draft":
                return _GONE
            made = one.replace(files={**one.files, file: text})
            self._put(unit, person, "policies_edited", made, file=file)
        return made

    def drop_policies(self, person: Person, id: str) -> Refusal | None:
        """Throw a draft away; what was ever in force stays."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            one = _named(unit, id)
            if one is None or one.state != "draft":
                return _GONE
            unit.policies.drop_policy_set(id)
            unit.record("policies_dropped", actor=person.id, payload={"set": one.id, "name": one.name})
        return None

    def ask_policies(self, person: Person, seen: PolicySet, reason: str) -> PolicySet | Refusal:
        """Ask a second administrator to put a draft, or an earlier set, in force. Its cases must all hold.

        `seen` is the set as this person read it: what was changed meanwhile is asked for by nobody.
        """
        allow(person, Role.ADMINISTRATOR)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, for whoever decides and for the record.")
        self._try_ahead(person, seen.id)
        with self._store.begin() as unit:
            one = self._fit(unit, person, seen, "draft", "retired")
            if isinstance(one, Refusal):
                return one
            if any(other.state == "waiting" for other in unit.policies.all()):
                return Refusal(code="already", text="Another set waits for its second person. One at a time.")
            made = one.replace(
                state="waiting",
                reason=reason.strip(),
                asked_by=person.id,
                asked_at=self._clock(),
                declined_by=None,
                declined_at=None,
            )
            made = made.replace(mark=unit.mark_anew(_name(made), _exact(made)))
            self._put(unit, person, "policies_asked", made, reason=reason.strip())
        return made

    def withdraw_policies(self, person: Person, id: str) -> PolicySet | Refusal:
        """A set that waits is a draft again, or retired if it was in force before: taken back by whoever asked, or
        refused by another who may ask."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            one = _named(unit, id)
            if one is None or one.state != "waiting":
                return _GONE
            back = "retired" if one.activated_at else "draft"
            refused = {} if one.asked_by == person.id else {"declined_by": person.id, "declined_at": self._clock()}
            made = one.replace(state=back, asked_by=None, asked_at=None, mark="", **refused)
            unit.mark_anew(_name(made), "")  # put back as it waited, nobody asks for it
            self._put(unit, person, "policies_withdrawn", made)
        return made

    def activate_policies(self, person: Person, seen: PolicySet, against: str) -> PolicySet | Refusal:
        """Put a set that waits in force, word for word as this person has `seen` it, in place of the version of the
        rules (`against`) that it was compared with on their screen. Not by whoever asked for it,
        unless what is in force now is broken: then nothing may be done by anybody, and one administrator may mend
        that alone, with the reason on record."""
        allow(person, Role.ADMINISTRATOR)
        self._policies().refresh()
        under = self._policies().now()
        self._try_ahead(person, seen.id)
        with self._store.begin() as unit:
            one = self._fit(unit, person, seen, "waiting")
            if isinstance(one, Refusal):
                return one
            broken = under.engine.trouble if unit.policies.policy_set_in_force() == under.set else ""
            if not self._asked(one):
                return Refusal(code="denied", text=NOT_ASKED)
            if not broken and (alone := self._alone(person, one)) is not None:
                return alone
            if under.engine.version != against:
                return _MOVED
            self._retire(unit, person)
            made = one.replace(
                state="active",
                activated_by=person.id,
                activated_at=self._clock(),
                folder=digests(self._policies().shipped()),
            )
            made = self._policies().sealed(made)
            unit.mark_anew(_name(made), "")
            self._put(
                unit,
                person,
                "policies_activated",
                made,
                asked_by=one.asked_by,
                reason=one.reason,
                version=self._policies().read(made.files).version,
                broken=broken,
            )
        self._policies().refresh()
        return made

    def _asked(self, one: PolicySet) -> bool:
        """Whether it waits as it was asked for here, whatever its row says."""
        return one.state == "waiting" and self._sealer.marked_last(_name(one), _exact(one), one.mark)

    def _alone(self, person: Person, one: PolicySet) -> Refusal | None:
        """Why this person and whoever asked for the set are not two administrators, as accounts are now."""
        if one.asked_by == person.id:
            return Refusal(code="denied", text="You asked for it, so another administrator decides.")
        asker = self._accounts.account(one.asked_by) if one.asked_by else None
        if asker is None or asker.role is not Role.ADMINISTRATOR:
            text = "Whoever asked for it is no administrator any more. Withdraw it; then it can be asked for again."
            return Refusal(code="denied", text=text)
        return None

    def replay_policies(self, person: Person, id: str) -> Replayed | Refusal:
        """The rulings on file put to this set and to what is in force."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            one = _named(unit, id)
        if one is None:
            return _GONE
        shelf, knowledge = self._policies(), self._knowledge
        return replayed(
            self._store,
            self._clock(),
            shelf.active,
            shelf.read(one.files),
            knowledge.company.currency,
            knowledge.actions,
        )

    def _fit(self, unit: Unit, person: Person, seen: PolicySet, *states: PolicyState) -> PolicySet | Refusal:
        """The set, if it is in one of these states and could be in force: it is sound and its cases all hold."""
        one = _named(unit, seen.id)
        if one is None or one.state not in states or one.files != seen.files:
            return _GONE
        wrong = self.try_policies(person, one.files).wrong
        return Refusal(code="denied", text=f"It cannot be in force: {wrong[0]}") if wrong else one

    def _try_ahead(self, person: Person, id: str) -> None:
        """Trying takes a second or two, and nobody could write meanwhile; what was tried before is remembered."""
        with self._store.look() as unit:
            one = _named(unit, id)
        if one is not None:
            self.try_policies(person, one.files)

    def _in_force(self) -> Mapping[str, str]:
        """The files in force: of the set on file, or of the knowledge folder."""
        id = self._policies().now().set
        with self._store.look() as unit:
            made = _named(unit, id) if id else None
        if made is not None:
            return made.files
        try:
            return self._policies().shipped()
        except KnowledgeError:
            return {}

    def _retire(self, unit: Unit, person: Person) -> None:
        """What was in force stays on file. The knowledge folder's rules are copied: the folder may change."""
        now = self._clock()
        active = next((one for one in unit.policies.all() if one.state == "active"), None)
        if active is not None:
            unit.policies.put_policy_set(active.replace(state="retired", mark=""))
            return
        shelf = self._policies()
        made = PolicySet(
            id=uuid.uuid4().hex,
            name=f"As shipped, {now:%Y-%m-%d %H:%M}",
            state="retired",
            files=dict(shelf.shipped()),
            made_by=person.id,
            made_at=now,
            activated_at=now,
            reason="In force from the knowledge folder until then",
        )
        unit.policies.put_policy_set(made)

    def _put(self, unit: Unit, person: Person, kind: str, one: PolicySet, **told: object) -> None:
        unit.policies.put_policy_set(one)
        unit.record(kind, actor=person.id, payload={"set": one.id, "name": one.name, **told})


def _named(unit: Unit, id: str) -> PolicySet | None:
    return next((one for one in unit.policies.all() if one.id == id), None)


def _changes(before: Sequence[PolicyRule], after: Sequence[PolicyRule]) -> Iterator[RuleChange]:
    """Rules whose text differs, in the order of their numbers."""
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in after}
    for id in sorted(old.keys() | new.keys(), key=lambda id: (len(id), id)):
        was, then = old.get(id), new.get(id)
        if was is not None and then is not None and was.source == then.source:
            continue
        yield RuleChange(
            id=id,
            what="added" if was is None else "gone" if then is None else "changed",
            before=was,
            after=then,
            says=_compared(was.says if was else "", then.says if then else ""),
            source=_compared(was.source if was else "", then.source if then else ""),
        )


def _case_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[CaseChange]:
    """Files of cases whose text differs, by name, with the lines around each change."""
    for file in sorted(name for name in before.keys() | after.keys() if name.startswith("cases/")):
        was, then = before.get(file), after.get(file)
        if was == then:
            continue
        lines = difference(was or "", then or "", around=CASE_LINES)
        yield CaseChange(
            file=file,
            what="added" if was is None else "gone" if then is None else "changed",
            lines=tuple(
                None if line is None else tuple((part.change, part.text) for part in line.parts) for line in lines
            ),
        )


def _name(one: PolicySet) -> str:
    return f"policies {one.id}"


def _exact(one: PolicySet) -> str:
    """All that the mark of a set that waits is made over."""
    exact = one.model_dump(mode="json", include={"id", "name", "files", "reason", "asked_by", "asked_at"})
    return json.dumps({"policies asked": exact}, sort_keys=True)


def _compared(before: str, after: str) -> tuple[tuple[Stretch, ...], ...]:
    """Every line of two texts, with what differs in it."""
    lines = difference(before, after, around=len(before) + len(after)) if before != after else ()
    if not lines:
        return tuple((("same", line),) for line in before.splitlines())
    return tuple(tuple((part.change, part.text) for part in line.parts) for line in lines if line is not None)
