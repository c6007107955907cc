"""How far an installation has been set up, and the first ticket, written as a customer would."""

from __future__ import annotations

from uuid import uuid4

from cx_core.desk.service import Means, Service, allow
from cx_core.desk.tickets.inbound_messages import InboundMessages
from cx_core.ports import Unit
from cx_core.records import Inbound, MessageId, Person, Role, TicketId
from cx_core.views import Refusal
from cx_core.views.set_up import SetUpProgress, SetUpStep

LONGEST = 4_000
SUBJECT = "Test: "


class SetUpService(Service):
    """For administrators."""

    def __init__(self, means: Means, inbound: InboundMessages) -> None:
        super().__init__(means)
        self._inbound = inbound

    def progress(self, person: Person) -> SetUpProgress:
        """Each step with its state, from what is on file now."""
        allow(person, Role.ADMINISTRATOR)
        published = sum(one.audience == "customer" for one in self._shelf.articles().values())
        people = len(self._accounts.people())
        with self._store.look() as unit:
            facts = unit.company_facts.get()
            ways = _ways_in(unit)
            systems = [one.draft.name for one in unit.connectors.all() if one.in_force is not None]
            tickets = unit.tickets.any()
        return SetUpProgress(
            steps=(
                SetUpStep(name="business", done=facts is not None, told=facts.name if facts else ""),
                SetUpStep(name="channel", done=bool(ways), told=", ".join(ways)),
                SetUpStep(name="documents", done=published > 0, told=_counted(published, "published article")),
                SetUpStep(name="ticket", done=tickets),
                SetUpStep(name="people", done=people > 1, told=_counted(people, "account")),
                SetUpStep(name="systems", done=bool(systems), told=", ".join(systems), optional=True),
            )
        )

    def write_test(self, person: Person, text: str) -> TicketId | Refusal:
        """Hand in a message as a customer's, by the door of every channel. Its replies go nowhere."""
        allow(person, Role.ADMINISTRATOR)
        words = text.strip()
        if not words:
            return Refusal(code="empty", text="Write what a customer would write.")
        if len(words) > LONGEST:
            return Refusal(code="denied", text=f"A test message has {LONGEST} characters at most.")
        id = f"test-{uuid4().hex}"
        first = words.splitlines()[0][:60]
        inbound = Inbound(
            id=MessageId(id),
            channel="web",
            address=person.email,
            subject=f"{SUBJECT}{first}",
            text=words,
            received_at=self._clock(),
            thread=id,
            test=True,
        )
        return self._inbound.receive(inbound)


def _ways_in(unit: Unit) -> list[str]:
    """Mailboxes and widgets that take messages."""
    mailboxes = [one.address for one in unit.mailboxes.all() if one.active]
    return mailboxes + [f"chat on {one.name}" for one in unit.chat.widgets() if one.active]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
