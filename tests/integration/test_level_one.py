"""Level 1 from a customer's question to the answer that leaves by itself, with the real encoder, index and articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from cx_core.adapters.fernline.outbox import Delivered, FernlineOutbox
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.catalogue import Article
from cx_core.desk.desk import Desk
from cx_core.knowledge_base.articles import HealthFinding
from cx_core.knowledge_base.health import claims
from cx_core.records import ArticleId, Draft, Inbound, MessageId, Proposal, Role, TaskTypeName, Ticket, TicketId
from cx_core.search.published_answer_match import Answerer, Answers
from cx_core.service_rules.system_pauses import LEARNING
from cx_core.views import Refusal, TicketView
from cx_core.views.level_views import LevelAsk
from tests.conftest import SetClock
from tests.integration.conftest import InlineWorks

pytestmark = pytest.mark.slow

QUESTION = TaskTypeName("general_question")
MARIA, STRANGER = "maria.keller@example.com", "someone.new@example.net"
ASKED = "What does Fernline Care cost a month?"
Headers = tuple[tuple[str, str], ...]
TOLD = "It costs £6.00 a month for a phone or tablet"


@dataclass
class House:
    """A desk with work done at once, and two who may grant a level."""

    desk: Desk
    works: InlineWorks
    clock: SetClock

    def __post_init__(self) -> None:
        self.nadia, self.owen = self.works.person(Role.SUPERVISOR), self.works.person(Role.ADMINISTRATOR)
        self._count = 0

    def grant(self, task_type: TaskTypeName = QUESTION) -> None:
        assert self.desk.autonomy_levels.ask_level(self.nadia, task_type, 1, "The articles were gone through") is None
        assert self.desk.autonomy_levels.grant_level(self.owen, task_type, self.waiting(task_type)) is None

    def waiting(self, task_type: TaskTypeName = QUESTION) -> LevelAsk:
        asked = next(one.waiting for one in self.desk.autonomy_levels.levels(self.owen) if one.task_type == task_type)
        assert asked is not None
        return asked

    def level(self, task_type: TaskTypeName = QUESTION) -> int:
        return next(one.level for one in self.desk.autonomy_levels.levels(self.owen) if one.task_type == task_type)

    def write(
        self, text: str, sender: str = MARIA, thread: str = "", subject: str = "", headers: Headers = ()
    ) -> TicketId:
        self._count += 1
        identity: Literal[0, 1] = 0 if sender == STRANGER else 1
        return self.desk.inbound_messages.receive(
            Inbound(
                id=MessageId(f"m{self._count}"),
                channel="email",
                address=sender,
                identity=identity,
                subject=subject,
                text=text,
                received_at=self.clock(),
                thread=thread,
                headers=headers,
            )
        )

    def view(self, ticket: TicketId) -> TicketView:
        view = self.desk.inbox.ticket(self.nadia, ticket)
        assert isinstance(view, TicketView)
        return view

    def ticket(self, id: TicketId) -> Ticket:
        return self.view(id).ticket

    def proposal(self, id: TicketId) -> Proposal:
        found = self.view(id).proposal
        assert found is not None
        return found

    def sent(self, id: TicketId) -> list[str]:
        with self.works.store.look() as unit:
            return [message.text for message in unit.tickets.messages(id) if message.sender != "customer"]

    def delivered(self, address: str = MARIA) -> tuple[Delivered, ...]:
        """All mail to an address, oldest first."""
        return FernlineOutbox(self.works.fernline, self.clock).sent(address)

    def kept(self, id: TicketId) -> str:
        """Why a ticket is a person's: nothing left, and there is no draft but two sentences for what is grave."""
        assert self.sent(id) == []
        made = self.proposal(id)
        assert (made.route, made.steps, made.answers) == ("person", (), ())
        assert [part.case for part in made.parts] == (["acknowledged"] if made.triage.grave else [])
        return made.why

    def row(self, **values: object) -> None:
        """What somebody with access to the database could write there."""
        with self.works.engine.begin() as connection:
            connection.execute(sa.update(tables.level).values(**values))


@pytest.fixture
def house(works: InlineWorks, clock: SetClock) -> House:
    return House(open_desk(works.settings, works.clock, works), works, clock)


@pytest.fixture
def granted(house: House) -> House:
    house.grant()
    return house


# --- the answer that leaves ---------------------------------------------------------------------


def test_that_articles_are_read_ahead_of_the_first_answer_where_one_may_leave(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()

    def noted(article: Article, names: frozenset[str]) -> claims.ArticleReading:
        read.append(article.id)
        return claims.read(article, names)

    monkeypatch.setattr("cx_core.knowledge_base.health.article_comparison.read", noted)
    house.works.journey()
    house.works.get_answers_ready()
    assert not read, "nothing may leave, so nothing waits for it"
    house.grant()
    house.works.get_answers_ready()
    assert sorted(read) == sorted(house.works.shelf.articles())
    read.clear()
    assert TOLD in house.sent(house.write(ASKED))[0]
    assert not read


def test_that_a_question_that_an_article_answers_leaves_by_itself_cited_and_marked(granted: House) -> None:
    id = granted.write(ASKED)
    (text,) = granted.sent(id)
    company = granted.works.knowledge.company
    assert " ".join(TOLD.split()) in " ".join(text.split())
    assert company.cited("Warranty and repairs") in text
    assert company.told_alone in text
    assert text.startswith("Hello,")
    assert "PERSON" in company.told_alone
    ticket = granted.ticket(id)
    assert (ticket.status, ticket.route, ticket.work) == ("solved", "act", "done")
    kinds = [event.kind for event in granted.works.audit.events(ticket=id)]
    assert [kind for kind in kinds if kind in ("proposed", "acts_alone", "reply_begun", "replied")] == [
        "proposed",
        "acts_alone",
        "reply_begun",
        "replied",
    ]
    (alone,) = granted.desk.autonomy_levels.left_alone(granted.nadia)
    assert (alone.ticket, alone.question, alone.titles, alone.again) == (id, ASKED, ("Warranty and repairs",), False)
    assert granted.works.audit.verify().ok


def test_that_it_counts_as_solved_by_the_copilot(granted: House) -> None:
    id = granted.write(ASKED)
    with granted.works.engine.connect() as connection:
        m = tables.measure.c
        query = sa.select(m.kind, m.solved_by).where(m.ticket == id, m.solved_by != "")
        assert set(connection.execute(query)) >= {("solved", "copilot"), ("first_response", "copilot")}


def test_that_nothing_leaves_until_all_examples_are_learnt(granted: House) -> None:
    granted.works.systems.learning = True
    assert LEARNING in granted.kept(granted.write(ASKED)).lower()
    assert granted.desk.case_reviews.alone_now(granted.nadia).titles == ()
    granted.works.systems.learning = False
    assert granted.desk.case_reviews.alone_now(granted.nadia).titles != ()
    assert granted.sent(granted.write(ASKED, sender="tom.okafor@example.org")) != []


def test_that_the_same_question_waits_for_an_advisor_at_level_2(house: House) -> None:
    id = house.write(ASKED)
    assert house.level() == 2
    assert house.sent(id) == []
    assert house.proposal(id).route == "advisor"


def test_that_somebody_nobody_knows_gets_what_is_public(granted: House) -> None:
    (text,) = granted.sent(granted.write(ASKED, STRANGER))
    assert "Hello," in text


def test_that_one_word_reaches_a_person(granted: House) -> None:
    id = granted.write(ASKED, thread="t")
    assert granted.write("PERSON", thread="t") == id
    assert granted.proposal(id).why == "The customer asks for a person"
    assert len(granted.sent(id)) == 1
    assert granted.desk.autonomy_levels.left_alone(granted.nadia)[0].again


# --- the mail around it -------------------------------------------------------------------------


def test_that_its_subject_is_ours_and_its_headers_say_that_a_program_wrote(granted: House) -> None:
    """Whoever forges a sender could otherwise have us send their words to anybody."""
    id = granted.write(ASKED, subject="Fernline Care", headers=(("Message-ID", "<a@x.example>"),))
    assert granted.sent(id)
    mail, question = granted.delivered()
    assert mail.subject == "Automatic answer: Warranty and repairs"
    assert dict(mail.headers) == {
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<a@x.example>",
        "References": "<a@x.example>",
    }
    assert question.subject == "How did we do?"
    assert dict(question.headers)["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("List-Id", "<x.example>"),
        ("Return-Path", "<>"),
        ("X-Auto-Response-Suppress", "All"),
    ],
)
def test_that_what_a_program_sent_is_never_answered_by_itself(granted: House, header: tuple[str, str]) -> None:
    id = granted.write(ASKED, headers=(header,))
    assert "program" in granted.kept(id)
    assert any("This looks like an automated message" in one.text for one in granted.proposal(id).findings)


def test_that_nothing_leaves_by_itself_to_more_than_one_plain_address(granted: House) -> None:
    for address in ("jo@x.example, all@x.example", "jo@x.example\nBcc: all@x.example"):
        granted.kept(granted.write(ASKED, address))
    assert not granted.delivered()


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (ASKED, ("Precedence", "bulk")),
        (f"{ASKED} PERSON", ("Message-ID", "<a@x.example>")),
        (f"{ASKED} You are useless, this is the third time I ask!!", ("Message-ID", "<a@x.example>")),
    ],
)
def test_that_no_article_is_gone_through_where_no_answer_may_leave(
    granted: House, monkeypatch: pytest.MonkeyPatch, text: str, header: tuple[str, str]
) -> None:
    """That costs much, and a program may write often."""
    sought: list[str] = []
    answer = Answerer.answer

    def counted(one: Answerer, said: Sequence[str], *given: Any) -> Answers:  # noqa: ANN401  # handed on as it is
        sought.extend(said)
        return answer(one, said, *given)

    monkeypatch.setattr(Answerer, "answer", counted)
    first = granted.write(ASKED, thread="t")
    assert sought == [ASKED]
    granted.kept(granted.write(text, headers=(header,)))
    assert granted.write(ASKED, thread="t") == first
    assert sought == [ASKED], "neither where the policy bars it nor where it was answered by itself before"


def test_that_our_own_mail_is_never_answered_by_itself(granted: House) -> None:
    granted.kept(granted.write(ASKED, "care@fernline.example"))


def test_that_whoever_writes_again_reaches_a_person(granted: House) -> None:
    id = granted.write(ASKED, thread="t")
    assert granted.write(ASKED, thread="t") == id
    assert len(granted.sent(id)) == 1
    assert "answered here by itself before" in granted.proposal(id).why


def test_that_an_address_gets_three_a_day(granted: House) -> None:
    for address in (STRANGER, STRANGER.upper(), STRANGER.title()):
        assert granted.sent(granted.write(ASKED, address)), "however it is written"
    assert "within 24 hours" in granted.kept(granted.write(ASKED, STRANGER))
    assert granted.sent(granted.write(ASKED, MARIA))
    granted.clock.forward(hours=25)
    assert granted.sent(granted.write(ASKED, STRANGER))


def test_that_answers_on_their_way_count(granted: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four arrive before the first has left."""
    monkeypatch.setattr(granted.works.durable, "carry_out", lambda *_, **__: None)
    ids = [granted.write(ASKED, STRANGER) for _ in range(4)]
    assert [granted.ticket(id).work for id in ids] == ["sending"] * 3 + ["ready"]


# --- what does not leave ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "What does Fernline Care cost a month, and does it include theft?",
        "What does Fernline Care cost a month? Please add it to my tablet.",
        "What does Fernline Care cost a month? My order O-22 has not come.",
        "What does Fernline Care cost for a laptop?",
        "What does Fernline Care cost a month?\n\nThanks\nCancel my order today",
        "What does Fernline Care cost a month? I want to speak to a manager.",
        "What does Fernline Care cost a month? You are useless, this is the third time I ask!!",
        "What does Fernline Care cost a month? My solicitor will hear of this.",
    ],
)
def test_that_whatever_else_is_asked_or_said_is_for_a_person(granted: House, text: str) -> None:
    granted.kept(granted.write(text))


def test_that_a_goal_beside_it_is_for_a_person(granted: House) -> None:
    id = granted.write("What does Fernline Care cost a month? And I was charged twice for invoice I-3, refund that.")
    assert granted.sent(id) == []


@pytest.mark.parametrize("how", ["archived", "internal", "expired"])
def test_that_words_that_are_not_public_today_do_not_leave(granted: House, how: str) -> None:
    edit(granted, how)
    assert granted.sent(granted.write(ASKED)) == []


@pytest.mark.parametrize("noticed", [True, False])
def test_that_an_article_that_changes_before_it_is_sent_does_not_leave_as_it_was(
    granted: House, monkeypatch: pytest.MonkeyPatch, *, noticed: bool
) -> None:
    """Whether this process has seen the change by then or only its transaction does."""
    journey, shelf = granted.works.journey(), granted.works.shelf
    begin = journey.carrying_out._begin

    def changed_meanwhile(id: TicketId, version: int) -> str:
        if not noticed:
            monkeypatch.setattr(shelf, "_tick", lambda: shelf._looked)  # it looks once a second by the clock
        edit(granted, "price", noticed=noticed)
        return begin(id, version)

    monkeypatch.setattr(journey.carrying_out, "_begin", changed_meanwhile)
    id = granted.write(ASKED)
    assert granted.sent(id) == []
    assert granted.proposal(id).route == "person"
    assert ("published for customers" if noticed else "has changed since") in granted.proposal(id).why


def test_that_the_new_words_leave_once_they_are_published(granted: House) -> None:
    edit(granted, "price")
    (text,) = granted.sent(granted.write(ASKED))
    assert "£7.50 a month" in text


def test_that_words_of_the_customer_come_first(granted: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written in the seconds in which an answer could still be taken back."""
    journey = granted.works.journey()
    begin = journey.carrying_out._begin
    written: list[TicketId] = []

    def wrote_meanwhile(id: TicketId, version: int) -> str:
        if not written:
            written.append(granted.write("And does it cover theft?", thread="t"))
        return begin(id, version)

    monkeypatch.setattr(journey.carrying_out, "_begin", wrote_meanwhile)
    id = granted.write(ASKED, thread="t")
    assert granted.kept(id)


# --- levels -------------------------------------------------------------------------------------


def test_that_a_stop_stops_it(granted: House) -> None:
    assert granted.desk.kill_switches.stop(granted.nadia, QUESTION, "Wrong price online") is None
    assert "stopped" in granted.kept(granted.write(ASKED))


def test_that_a_stop_in_the_last_moment_stops_it(granted: House, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = granted.works.journey()
    begin = journey.carrying_out._begin

    def stopped_meanwhile(id: TicketId, version: int) -> str:
        granted.desk.kill_switches.stop(granted.nadia, "*", "Wrong price online")
        return begin(id, version)

    monkeypatch.setattr(journey.carrying_out, "_begin", stopped_meanwhile)
    granted.kept(granted.write(ASKED))


def test_that_a_level_lowered_in_the_last_moment_counts(granted: House, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = granted.works.journey()
    begin = journey.carrying_out._begin

    def lowered_meanwhile(id: TicketId, version: int) -> str:
        granted.desk.autonomy_levels.set_level(granted.nadia, QUESTION, 0, "Not now")
        return begin(id, version)

    monkeypatch.setattr(journey.carrying_out, "_begin", lowered_meanwhile)
    granted.kept(granted.write(ASKED))


def test_that_it_takes_two_different_people_and_one_lowers_it(house: House) -> None:
    desk, nadia, owen = house.desk, house.nadia, house.owen
    assert isinstance(desk.autonomy_levels.set_level(nadia, QUESTION, 1, "Fine"), Refusal)
    for name, level, why in ((QUESTION, 1, " "), (QUESTION, 3, "More"), (TaskTypeName("complaint"), 1, "Why not")):
        assert isinstance(desk.autonomy_levels.ask_level(nadia, name, level, why), Refusal)
    assert desk.autonomy_levels.ask_level(nadia, QUESTION, 1, "The articles were gone through") is None
    assert house.level() == 2
    assert isinstance(desk.autonomy_levels.grant_level(nadia, QUESTION, house.waiting()), Refusal)
    other = house.waiting().replace(reason="another")
    assert isinstance(desk.autonomy_levels.grant_level(owen, QUESTION, other), Refusal)
    assert desk.autonomy_levels.grant_level(owen, QUESTION, house.waiting()) is None
    view = next(one for one in desk.autonomy_levels.levels(nadia) if one.task_type == QUESTION)
    assert (view.level, view.how, view.reason) == (1, "granted", "The articles were gone through")
    assert desk.autonomy_levels.set_level(nadia, QUESTION, 0, "A wrong answer left") is None
    assert house.level() == 0
    assert "level 0" in house.kept(house.write(ASKED))
    kinds = [event.kind for event in house.works.audit.events(most=500)]
    assert [kind for kind in kinds if kind.startswith("level_")] == ["level_asked", "level_granted", "level_set"]


def test_that_a_row_that_somebody_wrote_by_hand_lets_nothing_leave(house: House) -> None:
    """Made up, changed, or put back as it once was."""
    with house.works.engine.begin() as connection:
        body = {"how": "granted", "reason": "x", "person": "p", "asked_by": "q", "at": "2026-11-20T00:00:00+00:00"}
        connection.execute(sa.insert(tables.level).values(task_type=QUESTION, level=1, body=body))
    assert house.level() == 0
    assert next(one for one in house.desk.autonomy_levels.levels(house.nadia) if one.task_type == QUESTION).trouble
    assert house.sent(house.write(ASKED)) == []
    assert house.desk.autonomy_levels.set_level(house.nadia, QUESTION, 2, "As before") is None
    house.row(level=1)
    assert house.level() == 0


def test_that_a_grant_that_was_taken_back_cannot_be_put_back_by_hand(granted: House) -> None:
    with granted.works.engine.connect() as connection:
        before = dict(connection.execute(sa.select(tables.level)).mappings().one())
    assert granted.desk.autonomy_levels.set_level(granted.nadia, QUESTION, 0, "A wrong answer left") is None
    granted.row(level=before["level"], body=before["body"])
    assert granted.level() == 0
    assert granted.sent(granted.write(ASKED)) == []


def test_that_a_forged_ask_is_granted_by_nobody(house: House) -> None:
    asked = LevelAsk(level=1, reason="x", person=house.nadia.id, at=house.clock())
    body = {"how": "starting", "at": asked.at.isoformat(), "waiting": asked.model_dump(mode="json")}
    with house.works.engine.begin() as connection:
        connection.execute(sa.insert(tables.level).values(task_type=QUESTION, level=2, body=body))
    assert isinstance(house.desk.autonomy_levels.grant_level(house.owen, QUESTION, asked), Refusal)


def test_that_a_lead_takes_it_back_before_it_leaves(
    granted: House, monkeypatch: pytest.MonkeyPatch, works: InlineWorks
) -> None:
    monkeypatch.setattr(works.durable, "carry_out", lambda *_, **__: None)
    id = granted.write(ASKED)
    assert granted.ticket(id).work == "sending"
    assert granted.desk.approvals.withdraw(granted.nadia, id, granted.ticket(id).version) is None
    made = granted.proposal(id)
    company = works.knowledge.company
    assert made.route == "advisor"
    assert granted.sent(id) == []
    with works.store.look() as unit:
        kept = unit.colleagues.draft(id)
    for text in (made.reply.text if made.reply else "", kept.text if kept else ""):
        assert company.told_alone not in text
        assert company.disclosure in text


@pytest.mark.parametrize("how", ["draft", "finding", "put off"])
def test_that_a_person_at_work_or_a_new_finding_stops_it(
    granted: House, monkeypatch: pytest.MonkeyPatch, *, how: str
) -> None:
    journey = granted.works.journey()
    begin = journey.carrying_out._begin

    def meanwhile(id: TicketId, version: int) -> str:
        at = granted.clock()
        with granted.works.store.begin() as unit:
            if how == "draft":
                unit.colleagues.put_draft(
                    Draft(ticket=id, version=version, text="Mine", person=granted.nadia.id, at=at)
                )
            elif how == "put off":
                ticket = unit.tickets.get(id)
                assert ticket is not None
                unit.tickets.put(ticket.replace(status="pending"))
            else:
                about = (ArticleId("warranty"),)
                unit.health.put_health_finding(
                    HealthFinding(id="f", kind="stale", says="Old", articles=about, found_at=at)
                )
        return begin(id, version)

    monkeypatch.setattr(journey.carrying_out, "_begin", meanwhile)
    id = granted.write(ASKED)
    assert granted.sent(id) == []
    why = {"draft": "begun an answer", "finding": "yet to look at", "put off": "It is put off"}[how]
    assert why in granted.proposal(id).why


@pytest.mark.parametrize("other", ["wifi-tips", "visits-internal"])
def test_that_another_article_that_says_otherwise_keeps_it_back_at_once(granted: House, other: str) -> None:
    """No round has looked at the knowledge since the other one was published, for customers or for colleagues."""
    with granted.works.store.begin() as unit:
        entry = unit.articles.get(ArticleId(other))
        assert entry is not None
        said = "\n\n## Fernline Care\nFernline Care costs £9.50 a month for a phone or tablet.\n"
        content = entry.latest.content.replace(text=entry.latest.content.text + said)
        number = entry.latest.number + 1
        latest = entry.latest.replace(number=number, content=content, version=content.digest())
        unit.articles.put(entry.replace(latest=latest, live=number, changed_at=granted.clock()))
    granted.works.shelf.refresh()
    granted.works.index.hold(granted.works.shelf.articles().values())
    assert "different things" in granted.kept(granted.write(ASKED))


def test_that_another_period_of_the_same_thing_is_no_answer(granted: House) -> None:
    granted.kept(granted.write("How long is the warranty on a repaired device?"))


def edit(house: House, how: str, *, noticed: bool = True) -> None:
    """The warranty article as an editor leaves it, published anew."""
    with house.works.store.begin() as unit:
        entry = unit.articles.get(ArticleId("warranty"))
        assert entry is not None
        if how == "archived":
            unit.articles.put(entry.replace(state="archived", live=None, changed_at=house.clock()))
        else:
            content = entry.latest.content
            changes: dict[str, dict[str, Any]] = {
                "internal": {"audience": "internal"},
                "expired": {"valid_until": house.clock().date().replace(year=2025)},
                "price": {"text": content.text.replace("£6.00 a month", "£7.50 a month")},
            }
            content = content.replace(**(changes[how]))
            number = entry.latest.number + 1
            latest = entry.latest.replace(number=number, content=content, version=content.digest(), made_by="editor")
            unit.articles.put(entry.replace(latest=latest, live=number, changed_at=house.clock()))
    if not noticed:
        return
    house.works.shelf.refresh()
    house.works.index.hold(house.works.shelf.articles().values())


def test_that_roles_are_checked(house: House) -> None:
    advisor = house.works.person(Role.ADVISOR)
    for ask in (house.desk.autonomy_levels.levels, house.desk.autonomy_levels.left_alone):
        with pytest.raises(Exception, match="supervisors"):
            ask(advisor)
