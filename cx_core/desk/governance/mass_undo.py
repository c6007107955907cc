"""Acts that were done without a person, taken back together: shown first, done in the background, told to customers.

Each act goes through the same door as a single one: the seal that it was done on, the record before and after, and the
ticket back to a person. A batch that was interrupted goes on; what was taken back already is found so by its outcome.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from uuid import uuid4

from cx_core.act.autonomous_cases import amount_out
from cx_core.act.step_cards import words as act_words
from cx_core.catalogue import action_of
from cx_core.desk.governance.undo_versions import UndoableAct, made_by, rested_on
from cx_core.desk.service import LEADS, Means, Service, allow, waiting
from cx_core.desk.tickets.approvals import Approvals
from cx_core.desk.tickets.dual_approval import DualApproval
from cx_core.errors import RungError
from cx_core.ports import Unit
from cx_core.records import (
    Money,
    Outcome,
    Person,
    StepId,
    TicketId,
    UndoBatch,
    UndoItem,
    UndoScope,
    item_key,
)
from cx_core.views import Refusal
from cx_core.views.undo_views import UndoAct, UndoProgress, UndoReach

MOST = 2_000
"""Acts of one batch; more are a batch of their own."""
NAME, ACTS = "{name}", "{acts}"


class MassUndo(Service):
    """For supervisors and administrators."""

    def __init__(self, means: Means, approvals: Approvals, dual: DualApproval) -> None:
        super().__init__(means)
        self._approvals, self._dual = approvals, dual
        self._set_versions: dict[str, str] = {}

    def reach(self, person: Person, scope: UndoScope) -> UndoReach:
        """What would be taken back, and what cannot be any more. Nothing is changed."""
        allow(person, *LEADS)
        with self._store.look() as unit:
            every = list(self._found(unit, scope.widened))
            sets = self._policy_names(unit)
        found = [one for one in every if scope.covers(one.case) and scope.rests(one.policy, one.articles)]
        able = [one for one in found if not one.act.why_not]
        return UndoReach(
            acts=tuple(one.act for one in found),
            can=len(able),
            tickets=len({one.item.ticket for one in able}),
            money=Money(minor=sum(one.amount for one in able), currency=self._knowledge.company.currency),
            made_by=made_by(every, sets, {id: one.title for id, one in self._shelf.articles().items()}),
        )

    def start(self, person: Person, scope: UndoScope, reason: str) -> Refusal | None:
        """Have all that can be taken back; it is done in the background."""
        allow(person, *LEADS)
        if not reason.strip():
            return Refusal(code="empty", text="Say why, for the record and for whoever answers the customers.")
        with self._store.begin() as unit:
            taken = {item_key(item) for batch in unit.reviews.batches(going=True) for item in batch.items}
            found = [one.item for one in self._found(unit, scope) if not one.act.why_not]
            items = tuple(item for item in found if item_key(item) not in taken)[:MOST]
            if not items:
                return Refusal(code="already", text="There is nothing that can be taken back.")
            made = UndoBatch(
                id=uuid4().hex, scope=scope, reason=reason.strip(), person=person.id, at=self._clock(), items=items
            )
            unit.reviews.put_batch(made)
            payload = {"batch": made.id, "scope": scope.model_dump(mode="json"), "acts": len(items)}
            unit.record("undo_batch_begun", actor=person.id, payload={**payload, "reason": made.reason})
        return None

    def go_on(self) -> None:
        """One round over what is not finished. Two processes may be at it: each act is taken back once."""
        with self._store.look() as unit:
            going = unit.reviews.batches(going=True)
        for batch in going:
            self._carry_on(batch)

    def progress(self, person: Person) -> tuple[UndoProgress, ...]:
        """Every batch, newest first."""
        allow(person, *LEADS)
        names = self._accounts.names()
        with self._store.look() as unit:
            return tuple(self._shown(unit, one, names.get(one.person, one.person)) for one in unit.reviews.batches())

    def tell(self, person: Person, id: str, text: str) -> tuple[int, tuple[str, ...]] | Refusal:
        """Send these words to everybody whose act was taken back and who was not told: how many, and why not the rest.

        Each is an answer of this person's in its ticket, under the rules of any answer; the ticket stays open.
        """
        allow(person, *LEADS)
        if ACTS not in text or not text.replace(ACTS, "").strip():
            return Refusal(code="empty", text=f"The words need {ACTS}, where what was taken back is named.")
        with self._store.look() as unit:
            batch = next((one for one in unit.reviews.batches() if one.id == id), None)
            if batch is None or batch.finished_at is None:
                return Refusal(code="stale", text="It is not finished yet. Write to them once all is taken back.")
            undone = self._undone(unit, batch)
        told: list[TicketId] = []
        failed: list[str] = []
        for ticket, acts in undone.items():
            if not self._claimed(id, ticket):
                continue
            try:
                refusal = self._answer(person, ticket, acts, text)
            except RungError as trouble:
                refusal = Refusal(code="denied", text=str(trouble))
            if refusal is None:
                told.append(ticket)
            else:
                failed.append(f"{ticket}: {refusal.text}")
                self._unclaim(id, ticket)
        with self._store.begin() as unit:
            unit.record("undo_batch_told", actor=person.id, payload={"batch": id, "told": len(told), "text": text})
        return len(told), tuple(failed)

    def _claimed(self, id: str, ticket: TicketId) -> bool:
        """On file before it is sent, so that nobody is written to twice; false: somebody has done it."""
        with self._store.begin() as unit:
            kept = unit.reviews.batch(id)
            if kept is None or ticket in kept.told:
                return False
            unit.reviews.put_batch(kept.replace(told=(*kept.told, ticket)))
        return True

    def _unclaim(self, id: str, ticket: TicketId) -> None:
        with self._store.begin() as unit:
            kept = unit.reviews.batch(id)
            if kept is not None:
                unit.reviews.put_batch(kept.replace(told=tuple(one for one in kept.told if one != ticket)))

    def _answer(self, person: Person, ticket_id: TicketId, acts: Iterable[str], text: str) -> Refusal | None:
        with self._store.look() as unit:
            ticket = unit.tickets.get(ticket_id)
            proposal = unit.proposals.get(ticket_id, ticket.version) if ticket else None
            unread = waiting(unit.tickets.messages(ticket_id), proposal)
        if ticket is None or proposal is None:
            return Refusal(code="stale", text="There is no such ticket any more.")
        if ticket.merged_into is not None:
            return Refusal(code="stale", text=f"It was merged into {ticket.merged_into}: write to the customer there.")
        if ticket.work != "returned" or proposal.steps or unread:
            return Refusal(code="stale", text="There is more in it by now: answer it by hand.")
        name = ticket.customer_name.split(" ")[0] if ticket.customer_name else "there"
        reply = text.replace(NAME, name).replace(ACTS, "\n".join(f"- {one}" for one in acts))
        held = self._dual.to_confirm(person, ticket_id, reply=reply, edits={}, skipped={})
        done = self._approvals.approve(
            person,
            ticket_id,
            ticket.version,
            reply=reply,
            confirmed=held.token if held else "",
            leaves="open",
        )
        return done if isinstance(done, Refusal) else None

    def _carry_on(self, batch: UndoBatch) -> None:
        person = self._accounts.account(batch.person)
        for item in batch.items:
            if person is None or person.role not in LEADS:
                self._failed(batch, item, "whoever began it may not any more")
                continue
            known = self._outcome(item)
            if known is None or known.status == "undone" or item_key(item) in batch.failed:
                continue
            try:
                done = self._approvals.take_step_back(person, item.ticket, item.version, item.step)
            except RungError as trouble:
                done = Refusal(code="denied", text=str(trouble))
            after = self._outcome(item)  # another process may have been quicker
            if isinstance(done, Refusal) and not (after is not None and after.status == "undone"):
                self._failed(batch, item, done.text)
        with self._store.begin() as unit:
            kept = unit.reviews.batch(batch.id)
            if kept is None or kept.finished_at is not None:
                return
            acts = self._undone(unit, kept)
            undone = sum(map(len, acts.values()))
            unit.reviews.put_batch(kept.replace(finished_at=self._clock(), undone=undone, affected=tuple(acts)))
            payload = {"batch": kept.id, "undone": undone, "failed": len(kept.failed)}
            unit.record("undo_batch_done", actor=kept.person, payload=payload)

    def _outcome(self, item: UndoItem) -> Outcome | None:
        with self._store.look() as unit:
            return unit.proposals.outcomes(item.ticket).get((item.version, item.step))

    def _failed(self, batch: UndoBatch, item: UndoItem, why: str) -> None:
        with self._store.begin() as unit:
            kept = unit.reviews.batch(batch.id)
            if kept is not None:
                unit.reviews.put_batch(kept.replace(failed={**kept.failed, item_key(item): why}))

    def _found(self, unit: Unit, scope: UndoScope) -> Iterable[UndoableAct]:
        """Each act of the scope that is done, oldest first."""
        for case in [one for one in unit.reviews.cases(scope.since) if scope.covers(one)]:
            articles = rested_on(unit.article_use.uses(case.ticket), case.version)
            approval, proposal = (
                unit.proposals.approval(case.ticket, case.version),
                unit.proposals.get(case.ticket, case.version),
            )
            outcomes = unit.proposals.outcomes(case.ticket)
            for step in approval.steps if approval else ():
                outcome = outcomes.get((case.version, step.id))
                ruling = proposal.rulings.get(step.id) if proposal else None
                policy = ruling.policy_version if ruling and ruling.policy_version else case.versions.policy
                if outcome is None or outcome.status != "done" or not scope.rests(policy, articles):
                    continue
                spec = action_of(self._knowledge.actions, step.action)
                act = UndoAct(
                    ticket=case.ticket,
                    at=case.at,
                    words=act_words(step, spec, outcome),
                    why_not=self._why_not(outcome, reversible=spec.reversible),
                )
                item = UndoItem(ticket=case.ticket, version=case.version, step=StepId(step.id))
                yield UndoableAct(item, act, amount_out(proposal, step.id) if proposal else 0, case, policy, articles)

    def _policy_names(self, unit: Unit) -> dict[str, str]:
        """The names of policy sets that were ever in force, by the version that a ruling names."""
        policies = self._policies()
        for one in unit.policies.all():
            if one.activated_at is not None and one.id not in self._set_versions:
                with suppress(RungError):  # a set that this version of Rung cannot read has no version here
                    self._set_versions[one.id] = policies.read(one.files).version
        names = {self._set_versions[one.id]: one.name for one in unit.policies.all() if one.id in self._set_versions}
        return {policies.active.version: "in force now"} | names

    def _why_not(self, outcome: Outcome, *, reversible: bool) -> str:
        until = outcome.receipt.undo_until if outcome.receipt else None
        if until is None:
            return "it cannot be taken back" if not reversible else "its system gives no way back"
        return "" if until > self._clock() else "the time in which it could be taken back is over"

    def _undone(self, unit: Unit, batch: UndoBatch) -> dict[TicketId, list[str]]:
        """What was taken back, in words, by ticket."""
        found: dict[TicketId, list[str]] = {}
        for item in batch.items:
            outcome = unit.proposals.outcomes(item.ticket).get((item.version, item.step))
            approval = unit.proposals.approval(item.ticket, item.version)
            step = next((one for one in approval.steps if one.id == item.step), None) if approval else None
            if outcome is not None and outcome.status == "undone" and step is not None:
                spec = action_of(self._knowledge.actions, step.action)
                found.setdefault(item.ticket, []).append(act_words(step, spec, outcome.replace(status="done")))
        return found

    def _shown(self, unit: Unit, batch: UndoBatch, by: str) -> UndoProgress:
        done = batch.finished_at is not None
        undone = batch.undone if done else sum(map(len, self._undone(unit, batch).values()))
        return UndoProgress(
            id=batch.id,
            reason=batch.reason,
            by=by,
            at=batch.at,
            acts=len(batch.items),
            undone=undone,
            failed=tuple((TicketId(key.split(":")[0]), why) for key, why in batch.failed.items()),
            finished=done,
            untold=len(set(batch.affected) - set(batch.told)),
            message=self._knowledge.company.taken_back,
        )
