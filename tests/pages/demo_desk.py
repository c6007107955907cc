"""A small desk in memory, with the same methods as the real one: tickets in every state the Inbox can show.

For looking at the page and for its AppTests. Behaviour that matters (what may be approved, by whom) is tested
through the real desk; here it is just enough that each click has a visible effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from cx_core.catalogue import ActionForm, ActionSpec, ArgumentSpec
from cx_core.records import (
    ActionName,
    Approval,
    Argument,
    ArticleId,
    Attachment,
    AttachmentId,
    BusinessRecord,
    Choices,
    Citation,
    CustomerId,
    Draft,
    Evidence,
    Finding,
    Goal,
    Leaves,
    Lookup,
    Message,
    MessageId,
    Money,
    Note,
    Notice,
    Option,
    Outcome,
    Passage,
    Person,
    PersonId,
    Polarity,
    Proposal,
    Receipt,
    Reply,
    Role,
    Ruling,
    Source,
    Status,
    Step,
    StepId,
    TaskTypeName,
    Ticket,
    TicketId,
    Triage,
    Value,
    Versions,
    WordsPlace,
)
from cx_core.views import (
    Colleague,
    DraftSoFar,
    MacroChoice,
    QueueFilter,
    QueuePage,
    QueueRow,
    Refusal,
    Reworded,
    StepCard,
    Stop,
    TicketView,
    Unconfirmed,
)
from cx_core.views.slot_chips import with_chips, without_marks
from cx_core.views.tickets import CodeShown

ADVISOR = Person(id=PersonId("p-1"), email="ada@example.com", name="Ada Lindqvist", role=Role.ADVISOR)
OTHER = Person(id=PersonId("p-2"), email="sam@example.com", name="Sam Doyle", role=Role.ADVISOR)
EDITOR = Person(id=PersonId("p-3"), email="eli@example.com", name="Eli Moss", role=Role.EDITOR)
SESSIONS = {"ada": ADVISOR, "sam": OTHER, "editor": EDITOR}
HOSTILE = (
    "Look: ![x](https://tracker.example.net/p.png) and [click](https://evil.example.net) :green-badge[APPROVED]\n"
    "I paid $5 and $10, **twice** <img src=x onerror=alert(1)> <b>bold</b>"
)
TITLES = {
    "duplicate_charge": "Duplicate charge",
    "reschedule_installation": "Move an installation",
    "damaged_item": "Damaged item",
    "invoice_copy": "Copy of an invoice",
    "order_status": "Where is my order",
    "contact_details": "Contact details",
    "general_question": "General question",
    "cancel_service": "Cancel service",
}
CREDIT = ActionSpec(
    name=ActionName("apply_credit"),
    kind="write",
    system="billing",
    title="Apply a credit",
    arguments={
        "customer": ArgumentSpec(type="record", of="customer", title="Customer"),
        "amount": ArgumentSpec(type="money", title="Amount"),
        "reason": ArgumentSpec(type="text", title="Reason"),
    },
)
_VERSIONS = Versions(rung="0.1.0", encoder="MiniLM", classifier="3f2a", knowledge="91bc", policy="77d0")


def now() -> datetime:
    return datetime.now(UTC)


def double_charge_steps() -> tuple[Step, ...]:
    def record(kind: str, id: str, field: str = "") -> Source:
        return Source(kind="record", ref=f"{kind}/{id}", field=field)

    slots = (
        Option(value="S-41", label="Friday 27 November, 08:00-12:00", source=record("slot", "S-41")),
        Option(value="S-42", label="Friday 27 November, 13:00-17:00", source=record("slot", "S-42")),
        Option(value="S-47", label="Monday 30 November, 08:00-12:00", source=record("slot", "S-47")),
    )
    refund = Step(
        id=StepId("s1"),
        goal=0,
        action=ActionName("refund_payment"),
        arguments=(
            Argument(name="payment", value="P-8", source=record("payment", "P-8", "id")),
            Argument(name="amount", value=Money(minor=5400), source=record("payment", "P-8", "amount")),
        ),
    )
    move = Step(
        id=StepId("s2"),
        goal=1,
        action=ActionName("reschedule_appointment"),
        arguments=(
            Argument(
                name="appointment",
                value="A-2",
                source=Source(kind="words", ref="m-1", quote="can't be home on Thursday"),
            ),
            Argument(name="slot", value="S-41", source=record("slot", "S-41"), options=slots),
        ),
    )
    return refund, move


def ask(role: Role, *reasons: str, policies: tuple[str, ...] = ("12",)) -> Ruling:
    return Ruling(answer="ask", ask=role, policies=policies, reasons=reasons)


SERVICES = (
    "added_actions",
    "approvals",
    "case_files",
    "customer_confirmation",
    "customer_tickets",
    "dual_approval",
    "goal_correction",
    "inbox",
    "kill_switches",
    "lookup",
    "notes",
    "pending_decisions",
    "rewrites",
    "startup_faults",
    "streamed_drafts",
    "ticket_attachments",
    "ticket_lifecycle",
    "ticket_macros",
)


class DemoDesk:
    """Tickets in memory. It is each of its own services."""

    def __init__(self) -> None:
        for name in SERVICES:
            setattr(self, name, self)
        self.views: dict[TicketId, TicketView] = {}
        self.approved: list[Approval] = []
        self.held: dict[TicketId, str] = {}
        self.viewed: dict[TicketId, str] = {}
        self.noted: list[Note] = []
        self.coming: tuple[DraftSoFar, ...] = ()
        self.leaves: Leaves = "solved"
        self.told: list[Notice] = []
        self.codes: list[TicketId] = []
        self.flags: list[tuple[TicketId, str, str]] = []
        self.added: list[tuple[ActionName, int, dict[str, Value]]] = []
        self.unconfirmed: Unconfirmed | None = None
        self.states = {"database": "ok", "encoder": "ok", "work": "ok", "policy": "ok"}
        self._fill()

    # what pages call

    def who(self, token: str) -> Person | None:
        return SESSIONS.get(token)

    def attachment_limit(self) -> int:
        return 10_000_000

    def copilot_health(self) -> dict[str, str]:
        return self.states

    def broken_rules(self, person: Person) -> str:
        return ""

    def queue(self, person: Person, wanted: QueueFilter, page: int = 1) -> QueuePage:
        rows = [self._row(view.ticket) for view in self.views.values() if self._wanted(view.ticket, person, wanted)]
        rows.sort(key=lambda row: row.respond_by or row.updated_at + timedelta(days=9))
        first = (page - 1) * 50
        return QueuePage(rows=tuple(rows[first : first + 50]), total=len(rows), page=page, pages=-(-len(rows) // 50))

    def ticket(self, person: Person, id: TicketId) -> TicketView | Refusal:
        view = self.views.get(id)
        if view is None:
            return Refusal(code="denied", text="There is no such ticket.")
        return view.replace(mine=self.held.get(id) == person.name, labels=self.ticket_labels(view))

    def ticket_labels(self, view: TicketView) -> dict[str, str]:
        """As the draft's choices have it."""
        edits = view.draft.choices.edits if view.draft else {}
        slot = edits.get(StepId("s2"), {}).get("slot", "S-41")
        days = {"S-41": "Friday 27 November, 08:00-12:00", "S-42": "Friday 27 November, 13:00-17:00"}
        amount = edits.get(StepId("s1"), {}).get("amount", Money(minor=5400))
        return {"{s1.amount}": str(amount), "{s2.label}": days.get(str(slot), str(slot))}

    def task_types(self, person: Person) -> tuple[SimpleNamespace, ...]:
        return tuple(SimpleNamespace(name=TaskTypeName(name), title=title) for name, title in TITLES.items())

    def begin_viewing(self, person: Person, id: TicketId) -> Refusal | None:
        self.viewed[id] = person.name
        return None

    def take(self, person: Person, id: TicketId) -> Refusal | None:
        if id in self.views and self.views[id].holder:
            return Refusal(code="taken", text=f"{self.views[id].holder} is working on this ticket.")
        self.held[id] = person.name
        return None

    def release(self, person: Person, id: TicketId) -> None:
        self.held.pop(id, None)
        self.viewed.pop(id, None)

    def save_draft(
        self,
        person: Person,
        id: TicketId,
        version: int,
        text: str,
        choices: Choices | None = None,
        earlier: Sequence[str] | None = None,
        seen: int | None = None,
    ) -> Refusal | None:
        before = self.views[id].draft
        if before is not None and seen not in (None, before.revision) and text != before.text:
            return Refusal(code="conflict", text="Other words were kept.")
        kept = choices or (before.choices if before else Choices())
        own = (before.earlier if before else ()) if earlier is None else tuple(earlier)
        draft = Draft(
            ticket=id,
            version=version,
            text=text,
            person=person.id,
            at=now(),
            choices=kept,
            earlier=own,
            revision=(before.revision if before else 0) + 1,
        )
        self._set(id, draft=draft)
        return None

    def attach(self, person: Person, id: TicketId, name: str, content: bytes) -> Attachment | Refusal:
        if content.startswith(b"MZ"):
            return Refusal(code="denied", text=f"“{name}” was not attached: it is a program.")
        before = self.views[id].attachments
        made = Attachment(
            id=AttachmentId(f"{len(before):032x}"),
            ticket=id,
            message=None,
            name=name,
            media_type="application/pdf",
            size=len(content),
            sha256="0" * 64,
            person=person.id,
            at=now(),
        )
        self._set(id, attachments=(*before, made))
        return made

    def detach(self, person: Person, id: TicketId, attachment: AttachmentId) -> Refusal | None:
        self._set(id, attachments=tuple(one for one in self.views[id].attachments if one.id != attachment))
        return None

    def ways(self, person: Person, language: str) -> tuple[tuple[str, str], ...]:
        return (("shorter", "Shorter"), ("warmer", "Warmer"))

    def rewrite(self, person: Person, id: TicketId, way: str, text: str) -> Reworded | Refusal:
        if way == "warmer":
            return Refusal(code="denied", text="The language model did not answer. Your text is as it was.")
        return Reworded(text=text[: len(text) // 2], by="rules", note="This was done by rules.")

    def drafts_anew(self, person: Person, proposal: Proposal | None) -> bool:
        return bool(self.coming)

    def new_draft(self, person: Person, id: TicketId) -> Iterator[DraftSoFar] | Refusal:
        return iter(self.coming)

    def added_when_sent(self, person: Person, id: TicketId, text: str) -> str:
        return ""

    def other_languages(self) -> dict[str, str]:
        return {"de": "German", "pl": "Polish"}

    def soon_minutes(self) -> int:
        return 60

    def after_sending(self, person: Person, id: TicketId, skipped: Mapping[StepId, str]) -> Status:
        return "open" if skipped else self.leaves

    def to_confirm(self, person: Person, id: TicketId, **_: object) -> Unconfirmed | None:
        return self.unconfirmed

    def approve(
        self,
        person: Person,
        id: TicketId,
        version: int,
        *,
        reply: str,
        edits: Mapping[StepId, Mapping[str, Value]],
        skipped: Mapping[StepId, str],
        files: Sequence[AttachmentId] = (),
        confirmed: str = "",
        seen: int | None = None,
        leaves: Leaves | None = None,
    ) -> Approval | Refusal:
        view = self.views[id]
        if view.draft is not None and seen not in (None, view.draft.revision) and reply != view.draft.text:
            return Refusal(code="conflict", text="Other words were kept.")
        if self.unconfirmed and self.unconfirmed.token != confirmed:
            return Refusal(code="unconfirmed", text="Nothing was sent.")
        if view.ticket.version != version:
            return Refusal(code="stale", text="The customer has written since. Look at the new proposal.")
        if view.ticket.work in ("carrying", "done"):
            return Refusal(code="already", text="This has already been approved.")
        if not reply.strip():
            return Refusal(code="empty", text="The reply is empty. Write a few words first.")
        steps = tuple(
            card.step.replace(
                arguments=tuple(
                    a.replace(value=edits.get(card.step.id, {}).get(a.name, a.value)) for a in card.step.arguments
                )
            )
            for card in view.cards
            if card.step.id not in skipped
        )
        approval = Approval(
            id=f"ap-{len(self.approved)}",
            ticket=id,
            version=version,
            decision="edit" if edits else "approve",
            person=person.id,
            role=person.role,
            steps=steps,
            skipped=dict(skipped),
            reply=reply,
            files=tuple(files),
            leaves=leaves,
            at=now(),
        )
        self.approved.append(approval)
        self._finish(view, approval, person)
        return approval

    def reject(self, person: Person, id: TicketId, version: int, reason: str) -> Approval | Refusal:
        view = self.views[id]
        assert view.proposal
        bare = view.proposal.replace(
            steps=(), reply=None, route="person", version=version + 1, why=f"The proposal was rejected: {reason}"
        )
        self._set(id, proposal=bare, cards=(), ticket=view.ticket.replace(version=version + 1))
        return Approval(
            id="r",
            ticket=id,
            version=version,
            decision="reject",
            person=person.id,
            role=person.role,
            reason=reason,
            at=now(),
        )

    def reply_needs(self, person: Person, id: TicketId, text: str) -> None:
        return None

    def stops(self, person: Person) -> tuple[Stop, ...]:
        return ()

    def undo(self, person: Person, id: TicketId, version: int, step: StepId) -> Outcome | Refusal:
        view = self.views[id]
        card = next(card for card in view.cards if card.step.id == step)
        assert card.outcome
        assert card.version == version, "the version that the step was done in"
        undone = card.outcome.replace(status="undone", message="Put back as it was.")
        cards = [c.replace(outcome=undone, may_undo=False) if c is card else c for c in view.cards]
        self._set(id, cards=tuple(cards))
        return undone

    def read_again(self, person: Person, id: TicketId) -> Refusal | None:
        self._set(id, ticket=self.views[id].ticket.replace(work="reading"), can_act=False)
        return None

    # for tests

    def colleagues(self, person: Person) -> tuple[Colleague, ...]:
        return tuple(Colleague(id=one.id, name=one.name, role=one.role) for one in SESSIONS.values())

    def teams(self, person: Person) -> tuple[str, ...]:
        return ("billing",)

    def customer_waits(self, person: Person, id: TicketId) -> bool:
        return self.views[id].messages[-1].sender == "customer"

    def snooze_times(self, person: Person) -> tuple[tuple[str, datetime], ...]:
        return (("Tomorrow morning", now() + timedelta(days=1)),)

    def snooze(self, person: Person, id: TicketId, until: datetime, reason: str = "") -> Refusal | None:
        self._move(id, status="pending", wake_at=until)
        return None

    def wait_for_customer(self, person: Person, id: TicketId, reason: str = "") -> Refusal | None:
        self._move(id, status="pending")
        return None

    def wake(self, person: Person, id: TicketId) -> Refusal | None:
        self._move(id, status="open", wake_at=None)
        return None

    def reopen(self, person: Person, id: TicketId) -> Refusal | None:
        self._move(id, status="open", work="returned")
        return None

    def transfer(
        self, person: Person, id: TicketId, *, to: PersonId | None = None, team: str = "", note: str
    ) -> Refusal | None:
        if not note.strip():
            return Refusal(code="empty", text="Say in a line what the next person should know.")
        self._move(id, team=team, assignee=to, assignee_name="")
        self.held.pop(id, None)
        return None

    def timezone(self) -> str:
        return "Europe/London"

    def others(self, person: Person, id: TicketId) -> tuple[QueueRow, ...]:
        return ()

    def check_records(self, person: Person, id: TicketId) -> bool:
        return False

    def macros(self, person: Person, id: TicketId) -> tuple[MacroChoice, ...]:
        return (
            MacroChoice(name="soon", title="It comes soon", fits=True),
            MacroChoice(name="any", title="Anything else", leaves="pending"),
        )

    def filled(self, person: Person, id: TicketId, name: str) -> str | Refusal:
        return {"soon": "It comes on [order expected].", "any": "Anything else?"}[name]

    def use_macro(self, person: Person, id: TicketId, name: str, reply: str) -> str | Refusal:
        return self.with_words(person, reply, str(self.filled(person, id, name)))

    def with_words(self, person: Person, reply: str, words: str, *, inline: bool = False) -> str:
        return f"{reply}{' ' if inline else chr(10) * 2}{words}"

    def of_ticket(self, person: Person, id: TicketId) -> tuple[Note, ...]:
        return tuple(note for note in self.noted if note.ticket == id)

    def add_note(self, person: Person, id: TicketId, text: str) -> Note | Refusal:
        note = Note(id=f"n{len(self.noted)}", ticket=id, person=person.id, name=person.name, text=text, at=now())
        self.noted.append(note)
        return note

    def send_code(self, person: Person, id: TicketId) -> Refusal | None:
        self.codes.append(id)
        code = CodeShown(state="sent", to="m…@example.com", at=now(), until=now() + timedelta(minutes=15))
        self._set(id, code=code)
        return None

    def notices(self, person: Person) -> tuple[Notice, ...]:
        return tuple(self.told)

    def see_notice(self, person: Person, notice: int) -> None:
        self.told = [one for one in self.told if one.id != notice]

    def flag(self, person: Person, id: TicketId, version: int, what: str, note: str = "") -> Refusal | None:
        self.flags.append((id, what, note))
        return None

    def correct_goals(
        self,
        person: Person,
        id: TicketId,
        version: int,
        goals: list[TaskTypeName],
        *,
        polarity: Mapping[TaskTypeName, Polarity],
        set_aside: Sequence[WordsPlace],
    ) -> Refusal | None:
        view = self.views[id]
        assert view.proposal
        told = tuple(
            Goal(task_type=name, probability=1, told_by=person.name, polarity=polarity[name]) for name in goals
        )
        triage = view.proposal.triage.replace(goals=told)
        self._set(id, proposal=view.proposal.replace(triage=triage))
        return None

    def give_to_copilot(self, person: Person, id: TicketId, version: int) -> Refusal | None:
        self._move(id, route="advisor")
        return None

    def addable(self, person: Person) -> tuple[ActionSpec, ...]:
        return (CREDIT,)

    def action_form(self, person: Person, id: TicketId, name: ActionName) -> ActionForm:
        source = Source(kind="record", ref="customer/C-7", field="id")
        return ActionForm(
            action=CREDIT, currency="GBP", offered={"customer": (Option(value="C-7", label="C-7", source=source),)}
        )

    def add_step(
        self, person: Person, id: TicketId, version: int, name: ActionName, goal: int, values: Mapping[str, Value]
    ) -> Refusal | None:
        if values["amount"] is None:
            return Refusal(code="denied", text="Amount is missing.")
        self.added.append((name, goal, dict(values)))
        return None

    def _move(self, id: TicketId, **changes: object) -> None:
        self._set(id, ticket=self.views[id].ticket.replace(**changes))

    def customer_writes(self, id: TicketId, text: str, reply: str) -> None:
        """A new message and the proposal made from it, as if the copilot had read it already."""
        view = self.views[id]
        assert view.proposal
        version = view.ticket.version + 1
        message = Message(id=MessageId(f"m-{version}-{id}"), ticket=id, sender="customer", text=text, at=now())
        proposal = view.proposal.replace(version=version, reply=Reply(text=reply))
        ticket = view.ticket.replace(version=version, updated_at=now())
        self._set(id, messages=(*view.messages, message), proposal=proposal, ticket=ticket)

    # inside

    def _set(self, id: TicketId, **changes: object) -> None:
        self.views[id] = self.views[id].replace(**changes)

    def _finish(self, view: TicketView, approval: Approval, person: Person) -> None:
        done = {step.id for step in approval.steps}
        cards = tuple(
            card.replace(outcome=outcome(card.step), may_undo=True) if card.step.id in done else card
            for card in view.cards
        )
        text = without_marks(with_chips(approval.reply, self.ticket_labels(view)))
        sent = Message(
            id=MessageId(f"out-{view.ticket.id}"),
            ticket=view.ticket.id,
            sender="advisor",
            text=text,
            at=now(),
            author=person.name,
        )
        ticket = view.ticket.replace(work="done", status="solved")
        self._set(view.ticket.id, cards=cards, ticket=ticket, messages=(*view.messages, sent), draft=None)

    def _wanted(self, ticket: Ticket, person: Person, wanted: QueueFilter) -> bool:
        words = f"{ticket.customer_name} {ticket.subject} {ticket.preview}".lower()
        return (
            ticket.status in wanted.statuses
            and (not wanted.routes or ticket.route in wanted.routes)
            and (not wanted.task_types or bool(set(wanted.task_types) & set(ticket.task_types)))
            and (not wanted.languages or ticket.language in wanted.languages)
            and not (wanted.unassigned and ticket.assignee)
            and (not wanted.mine or ticket.assignee == person.id)
            and wanted.text.lower() in words
        )

    def _row(self, ticket: Ticket) -> QueueRow:
        return QueueRow(
            **{name: getattr(ticket, name) for name in QueueRow.model_fields.keys() & Ticket.model_fields.keys()}
        )

    def _fill(self) -> None:
        self._compound()
        self._add(
            "T-1002",
            "Tom Okafor",
            "vip",
            "Charged twice, and the headphones are broken",
            "Charged twice for the Aurora headphones and they arrived damaged. I need new ones by Sunday.",
            ("duplicate_charge", "damaged_item"),
            minutes=-12,
            priority="urgent",
            sentiment="negative",
            work="returned",
            cards=self._returned(),
        )
        self._add(
            "T-1003",
            "Aisha Rahman",
            "plus",
            "where is my router???",
            "It said Tuesday. It is Saturday.",
            ("order_status",),
            minutes=9,
            priority="high",
            sentiment="negative",
            channel="chat",
            work="reading",
            proposal=False,
        )
        self._add(
            "T-1004",
            "Lena Fischer",
            "plus",
            "October invoice",
            HOSTILE,
            ("invoice_copy",),
            minutes=55,
            holder="Sam Doyle",
        )
        self._add(
            "T-1005",
            "Daniel Osei",
            "standard",
            "I want to leave",
            "Please cancel everything. I have had enough.",
            ("cancel_service",),
            minutes=95,
            route="person",
            sentiment="negative",
        )
        self._add(
            "T-1006", "Grace Lin", "vip", "Tablet", "\x00\x00 ???", (), minutes=130, work="failed", proposal=False
        )
        self._add(
            "T-1007",
            "Hannah Moore",
            "standard",
            "Moved house",
            "My new number is 0161 496 0000",
            ("contact_details",),
            minutes=300,
            waiting=True,
            channel="web",
        )
        self._add(
            "T-1008",
            "James Smith",
            "standard",
            "Two charges",
            "Two charges on my card, one bill.",
            ("duplicate_charge",),
            minutes=420,
            work="carrying",
        )
        names = ("Priya Nair", "Oliver Brandt", "Ben Hughes", "Zoë Castellanos-Featherstonehaugh", "")
        for number in range(1009, 1075):
            self._add(
                f"T-{number}",
                names[number % 5],
                "standard" if number % 3 else "plus",
                f"Question {number}",
                "Could you tell me how long the router takes to restart after an update?",
                ("general_question",),
                minutes=number,
            )

    def _compound(self) -> None:
        text = (
            "Hello,\n\nI was charged twice for my October invoice, £54.00 both times. And I can't be home on Thursday "
            "for the installation, could somebody come on another day?\n\nMaria Keller"
        )
        reply = (
            "Hello Maria,\n\nYou were right: invoice I-3 was paid twice. {s1.amount} is on its way back to your card "
            "and arrives within 3 working days.\n\nYour installation is now on {s2.label}. If that does not suit "
            "you, Friday afternoon and Monday morning are free as well.\n\nKind regards\nFernline"
        )
        refund, move = double_charge_steps()
        cards = (
            StepCard(
                step=refund,
                title="Refund £54.00",
                words="Refund £54.00 of payment P-8 to the card it came from",
                ruling=ask(Role.ADVISOR, "Money out needs a confirmed identity to go alone"),
                may_approve=True,
            ),
            StepCard(
                step=move,
                title="Move the installation",
                words="Move appointment A-2 to Friday 27 November, 08:00-12:00",
                ruling=ask(Role.ADVISOR, "Moving installations is at level 2", policies=("level-2",)),
                findings=("The customer named no day: the first free slot is proposed.",),
                may_approve=True,
            ),
        )
        self._add(
            "T-1001",
            "Maria Keller",
            "standard",
            "Charged twice and Thursday",
            text,
            ("duplicate_charge", "reschedule_installation"),
            minutes=34,
            cards=cards,
            reply=reply,
            summary="Paid invoice I-3 twice (£54.00 each, P-7 and P-8, same day) and cannot be home for "
            "installation A-2 on Thursday. Refund and a new slot proposed.",
        )

    def _returned(self) -> tuple[StepCard, ...]:
        refund, move = double_charge_steps()
        gone = Outcome(
            step=move.id,
            action=move.action,
            status="failed",
            key="k2",
            at=now(),
            message="The slot has just gone. Free now: Friday 13:00-17:00, Monday 08:00-12:00.",
        )
        return (
            StepCard(
                step=refund,
                version=4,
                title="Refund £54.00",
                words="",
                ruling=ask(Role.ADVISOR),
                outcome=outcome(refund),
                may_approve=True,
                may_undo=True,
            ),
            StepCard(
                step=move,
                title="Move the installation",
                words="",
                ruling=ask(Role.ADVISOR, "Level 2"),
                outcome=gone,
                may_approve=True,
            ),
        )

    def _add(
        self,
        id: str,
        name: str,
        tier: str,
        subject: str,
        text: str,
        types: tuple[str, ...],
        *,
        minutes: int,
        priority: str = "normal",
        sentiment: str = "neutral",
        channel: str = "email",
        work: str = "ready",
        route: str = "advisor",
        proposal: bool = True,
        cards: tuple[StepCard, ...] = (),
        reply: str = "Hello,\n\nhere is what you asked for.\n\nKind regards\nFernline",
        summary: str = "",
        holder: str = "",
        waiting: bool = False,
    ) -> None:
        ticket_id, at = TicketId(id), now() - timedelta(minutes=20)
        task_types = tuple(TaskTypeName(one) for one in types)
        ticket = Ticket.model_validate(
            dict(
                id=ticket_id,
                subject=subject,
                channel=channel,
                address="someone@example.com",
                customer_name=name,
                tier=tier,
                customer="C-1" if name else None,
                identity=1,
                status="open" if holder else "new",
                work=work,
                priority=priority,
                sentiment=sentiment,
                task_types=task_types,
                route=route if proposal else None,
                version=1 if proposal else 0,
                preview=text.splitlines()[0][:200] if len(text) < 90 else " ".join(text.split())[:200],
                assignee_name=holder,
                assignee="p-2" if holder else None,
                opened_at=at,
                updated_at=at,
                respond_by=now() + timedelta(minutes=minutes),
            )
        )
        message = Message(id=MessageId(f"m-{id}"), ticket=ticket_id, sender="customer", text=text, at=at, identity=1)
        made = (
            _proposal(
                ticket,
                text,
                cards,
                summary or f"{name or 'Somebody'} asks: {subject}.",
                None if route == "person" else Reply(text=reply, citations=_CITED),
            )
            if proposal
            else None
        )
        self.views[ticket_id] = TicketView(
            ticket=ticket,
            messages=(message,),
            proposal=made,
            cards=cards,
            holder=holder,
            can_act=not holder and work in ("ready", "returned", "failed") and not waiting,
            waiting=waiting,
        )


_CITED = (Citation(ref="refunds", title="When a refund arrives", quote="Card refunds arrive within 3 working days."),)


def outcome(step: Step) -> Outcome:
    receipt = Receipt(
        key="k1",
        action=step.action,
        reference="RF-2207",
        fields=step.values(),
        at=now(),
        undo_until=now() + timedelta(hours=1),
    )
    return Outcome(step=step.id, action=step.action, status="done", verified=True, key="k1", receipt=receipt, at=now())


def _proposal(ticket: Ticket, text: str, cards: tuple[StepCard, ...], summary: str, reply: Reply | None) -> Proposal:
    goals = tuple(
        Goal(task_type=name, probability=0.97 - 0.31 * at, sure=at == 0, quote=text.strip().split("\n")[0][:60])
        for at, name in enumerate(ticket.task_types)
    )
    customer = CustomerId("C-1")
    payments = tuple(
        BusinessRecord(
            kind="payment",
            id=id,
            customer=customer,
            fields={
                "invoice": "I-3",
                "amount": Money(minor=5400),
                "date": "2026-11-02",
                "status": "settled",
                "method": "card",
            },
        )
        for id in ("P-7", "P-8")
    )
    visit = BusinessRecord(
        kind="appointment",
        id="A-2",
        customer=customer,
        fields={"kind": "installation", "date": "2026-11-26", "window": "08:00-12:00", "status": "booked"},
    )
    passage = Passage(
        article=ArticleId("refunds"),
        title="When a refund arrives",
        heading="Cards",
        version="1",
        score=0.71,
        span=(0, 65),
        text="Card refunds arrive within 3 working days. Direct debits take 5.",
    )
    evidence = Evidence(
        customer=BusinessRecord(kind="customer", id="C-1", fields={"name": ticket.customer_name, "minor": False}),
        others_with_name=1 if ticket.customer_name == "James Smith" else 0,
        lookups=(
            Lookup(goal=0, name="payments", records=payments),
            Lookup(goal=1, name="appointments", records=(visit,)),
        ),
        passages=(passage,),
        earlier=(TicketId("T-870"),),
    )
    person = ticket.route == "person"
    return Proposal(
        ticket=ticket.id,
        version=1,
        messages=1,
        triage=Triage(
            goals=goals, sentiment=ticket.sentiment, trend="worse" if ticket.sentiment == "negative" else "same"
        ),
        evidence=evidence,
        summary=summary,
        steps=tuple(card.step for card in cards),
        rulings={card.step.id: card.ruling for card in cards},
        findings=(Finding(step=None, text="The reply names a day that no record backs."),)
        if ticket.id == "T-1007"
        else (),
        reply=reply,
        route=ticket.route or "advisor",
        why="Ending a service is for people: it is never drafted or done by the copilot."
        if person
        else "Each step waits for an advisor.",
        versions=_VERSIONS,
        made_at=now(),
    )
