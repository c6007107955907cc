"""Records for tests, with what they must have and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cx_core.knowledge_base.articles import ArticleEntry, ArticleVersion, Content, HealthFinding, Upload
from cx_core.knowledge_base.questions import TestQuestion
from cx_core.knowledge_base.solved_cases import SolvedCase
from cx_core.records import (
    ActionName,
    Approval,
    Argument,
    ArticleId,
    Attachment,
    AttachmentId,
    CustomerId,
    Draft,
    Evidence,
    Goal,
    Message,
    MessageId,
    Money,
    Note,
    Outcome,
    Person,
    PersonId,
    Proposal,
    Rating,
    Receipt,
    Rewording,
    Role,
    Seal,
    Source,
    Spending,
    Step,
    StepId,
    Subscription,
    Switch,
    TaskTypeName,
    Ticket,
    TicketId,
    Triage,
    Versions,
)
from cx_core.views.erasure import ErasureRequest
from cx_core.views.level_views import LevelSet
from cx_core.views.policy_views import PolicySet

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ONE, TWO, THREE = TicketId("T-1"), TicketId("T-2"), TicketId("T-3")
MARIA, SAM = CustomerId("C-1"), CustomerId("C-2")
ADDRESS = "maria@example.com"
REFUND, REFUNDS = ActionName("refund_payment"), TaskTypeName("duplicate_charge")
ANNA = Person(id=PersonId("p-1"), email="anna@example.com", name="Anna Advisor", role=Role.ADVISOR)
BEN = Person(id=PersonId("p-2"), email="ben@example.com", name="Ben Advisor", role=Role.ADVISOR)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def ticket(id: TicketId = ONE, minutes: float = 0, **more: object) -> Ticket:
    given: dict[str, object] = {"id": id, "subject": "Charged twice", "channel": "email", "address": ADDRESS}
    return Ticket.model_validate(given | {"opened_at": at(minutes), "updated_at": at(minutes)} | more)


def message(id: str, minutes: float = 0, ticket: TicketId = ONE, **more: object) -> Message:
    given: dict[str, object] = {"id": MessageId(id), "ticket": ticket, "sender": "customer", "text": f"Words of {id}."}
    return Message.model_validate(given | {"at": at(minutes)} | more)


def attachment(id: str, minutes: float = 0, ticket: TicketId = ONE, message: str | None = None) -> Attachment:
    of = MessageId(message) if message else None
    return Attachment(
        id=AttachmentId(id), ticket=ticket, message=of, name=f"{id}.png", media_type="image/png", size=7, at=at(minutes)
    )


def step(id: str = "s1", action: ActionName = REFUND) -> Step:
    amount = Argument(name="amount", value=Money(minor=5400), source=Source(kind="record", ref="payment/P-8"))
    return Step(id=StepId(id), goal=0, action=action, arguments=(amount,))


def proposal(ticket: TicketId = ONE, version: int = 1, **more: object) -> Proposal:
    given = Proposal(
        ticket=ticket,
        version=version,
        messages=1,
        triage=Triage(goals=(Goal(task_type=REFUNDS, probability=0.9),)),
        evidence=Evidence(),
        summary="They were charged twice.",
        steps=(step(),),
        route="advisor",
        why="A person approves refunds.",
        versions=Versions(rung="1", encoder="e", classifier="c", knowledge="k", policy="p"),
        made_at=NOW,
    )
    return Proposal.model_validate({**given.__dict__, **more})


def seal(id: str = "seal-1", ticket: TicketId = ONE) -> Seal:
    return Seal(
        id=id,
        ticket=ticket,
        version=1,
        step=StepId("s1"),
        action=REFUND,
        digest="d",
        approval="a-1",
        person=ANNA.id,
        role=ANNA.role,
        policy="p",
        issued_at=NOW,
        expires_at=at(60),
    )


def approval(id: str = "a-1", ticket: TicketId = ONE, version: int = 1, **more: object) -> Approval:
    given: dict[str, object] = {"id": id, "ticket": ticket, "version": version, "decision": "approve", "at": NOW}
    made = Approval.model_validate(given | {"person": ANNA.id, "role": ANNA.role, "steps": (step(),)} | more)
    return made.replace(seals={StepId("s1"): seal(ticket=ticket)})


def outcome(step: str = "s1", minutes: float = 0, **more: object) -> Outcome:
    receipt = Receipt(key=f"k-{step}", action=REFUND, reference="F-1", fields={"amount": Money(minor=5400)}, at=NOW)
    given: dict[str, object] = {"step": step, "action": REFUND, "status": "done", "verified": True, "receipt": receipt}
    return Outcome.model_validate(given | {"key": f"k-{step}", "at": at(minutes)} | more)


def draft(text: str = "Dear Maria", **more: object) -> Draft:
    given: dict[str, object] = {"ticket": ONE, "version": 1, "text": text, "person": ANNA.id, "at": NOW}
    return Draft.model_validate(given | more)


def rewording(before: str, minutes: float = 0) -> Rewording:
    return Rewording(ticket=ONE, before=before, after=f"{before}, kindly", at=at(minutes))


def note(id: str, minutes: float = 0, text: str = "They rang.", ticket: TicketId = ONE) -> Note:
    return Note(id=id, ticket=ticket, person=ANNA.id, name=ANNA.name, text=text, mentions=(BEN.id,), at=at(minutes))


def rating(ticket: TicketId = ONE, minutes: float = 0, **more: object) -> Rating:
    return Rating.model_validate({"ticket": ticket, "asked_at": at(minutes)} | more)


def spending(key: str = "k-1", minor: int = 4000, minutes: float = 0, **more: object) -> Spending:
    given: dict[str, object] = {"key": key, "ticket": ONE, "version": 1, "step": "s1", "customer": MARIA}
    given |= {"task_type": REFUNDS, "action": REFUND, "alone": True, "amount": Money(minor=minor), "at": at(minutes)}
    return Spending.model_validate(given | more)


def switch(name: str, reason: str = "Too many mistakes.") -> Switch:
    return Switch(name=name, person=ANNA.id, reason=reason, at=NOW)


def subscription(id: str, minutes: float = 0, **more: object) -> Subscription:
    given: dict[str, object] = {"id": id, "events": ("escalated",), "way": "email", "target": "desk@example.com"}
    return Subscription.model_validate(given | {"person": ANNA.id, "at": at(minutes)} | more)


def policy_set(id: str, minutes: float = 0, **more: object) -> PolicySet:
    given: dict[str, object] = {"id": id, "name": f"Set {id}", "state": "draft", "made_by": ANNA.id}
    return PolicySet.model_validate(given | {"files": {"10-all.cedar": "// äöü"}, "made_at": at(minutes)} | more)


def version(id: str, number: int = 1, text: str = "") -> ArticleVersion:
    content = Content(title=id.capitalize(), text=text or f"## About\nAll about {id}, version {number}.")
    return ArticleVersion(
        article=ArticleId(id), number=number, content=content, version=content.digest(), made_by=ANNA.id, made_at=NOW
    )


def article(id: str, number: int = 1, **more: object) -> ArticleEntry:
    given: dict[str, object] = {"id": id, "state": "published", "live": number, "latest": version(id, number)}
    return ArticleEntry.model_validate(given | {"origin": "written", "changed_at": NOW, "changed_by": ANNA.id} | more)


def question(id: str, folder: str = "Refunds", minutes: float = 0) -> TestQuestion:
    return TestQuestion(id=id, folder=folder, text=f"Question {id}?", made_by=ANNA.id, made_at=at(minutes))


def upload(id: str, minutes: float = 0, **more: object) -> Upload:
    given: dict[str, object] = {"id": id, "name": f"{id}.docx", "sha256": f"sha-{id}", "size": 100, "state": "waiting"}
    return Upload.model_validate(given | {"person": ANNA.id, "at": at(minutes)} | more)


def finding(id: str, minutes: float = 0, **more: object) -> HealthFinding:
    given: dict[str, object] = {"id": id, "kind": "stale", "articles": ("refunds",), "says": "It is old."}
    return HealthFinding.model_validate(given | {"found_at": at(minutes)} | more)


def case(ticket: TicketId = ONE) -> SolvedCase:
    return SolvedCase(ticket=ticket, task_types=(REFUNDS,), asked="Charged twice", answered="It is sent back.", at=NOW)


def level(task_type: str, level: int = 2, **more: object) -> LevelSet:
    given: dict[str, object] = {"task_type": task_type, "level": level, "how": "set", "person": ANNA.id, "at": NOW}
    return LevelSet.model_validate(given | more)


def erasure(id: str, minutes: float = 0, **more: object) -> ErasureRequest:
    given: dict[str, object] = {"id": id, "customer": MARIA, "reason": "They asked.", "person": ANNA.id, "alone": False}
    return ErasureRequest.model_validate(given | {"at": at(minutes)} | more)
