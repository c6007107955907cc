"""From an imported operation to a working task type: made, tried, signed by two, and a customer's mail carried out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed, SystemUnreachable
from cx_core.records import (
    Approval,
    Message,
    Money,
    OwnCondition,
    OwnLimits,
    Person,
    Role,
    Statement,
    TaskTypeName,
    TicketId,
    Triage,
)
from cx_core.service_rules.levels_in_force import Levels
from cx_core.settings import Settings
from cx_core.understand.open_question import OpenTalk
from cx_core.views import QueueFilter, Refusal, TicketView
from cx_core.views.level_views import LevelSet
from tests.conftest import SetClock
from tests.connectors import shop
from tests.connectors.served import served
from tests.integration.desk.own_shop import EXAMPLES, IDA, REFUND, ShopWorks, kept, signed, tried
from tests.integration.desk.test_connecting_systems import (
    ROOTS,
    SAM,
    SECOND,
    connected_shop,
    desk,
    in_force,
    made,
    own,
    works,
)
from tests.scripted import SAID, Scripted, enrolled, letter, person

__all__ = ["desk", "own", "works"]
ADA = person(Role.ADVISOR, "Ada Quill")
Opened = Callable[[], tuple[ShopWorks, Desk]]


@pytest.fixture
def state() -> shop.Shop:
    return shop.Shop(orders=1)


@pytest.fixture
def address(state: shop.Shop) -> Iterator[str]:
    with served(state.handle) as url:
        yield url


@pytest.fixture
def opened(
    own: Settings, clock: SetClock, desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opened]:
    """The desk, opened anew as often as a test asks; the shop is in force."""
    in_force(desk, connected_shop(desk, address))
    folder = own.data_dir.parent / "knowledge"  # rules of the shipped folder are read once for all tests
    shutil.copytree(own.knowledge, folder)
    running: list[ShopWorks] = []

    def again() -> tuple[ShopWorks, Desk]:
        if running:
            running.pop().close()
        running.append(ShopWorks(own.replace(knowledge=folder), clock))
        if ADA.id not in {one.id for one in running[0].accounts.people()}:
            enrolled(running[0], ADA)
        return running[0], open_desk(running[0].settings, clock, running[0])

    monkeypatch.setitem(SAID, "money back for my order", "refund_of_an_order")
    yield again
    for one in running:
        one.close()


def written(works: ShopWorks, desk: Desk, text: str = EXAMPLES[0], id: str = "m1") -> TicketId:
    return desk.inbound_messages.receive(letter(text, works.clock, id=id, sender=IDA))


def seen(desk: Desk, ticket: TicketId, someone: Person = SAM) -> TicketView:
    view = desk.inbox.ticket(someone, ticket)
    assert isinstance(view, TicketView)
    return view


# --- from a task type to a verified outcome ---------------------------------------------------------


def test_that_a_mail_is_planned_approved_and_carried_out_once(opened: Opened, state: shop.Shop) -> None:
    _, before = opened()
    signed(before, REFUND)
    works, desk = opened()
    ticket = written(works, desk)
    view = seen(desk, ticket, ADA)
    assert view.proposal is not None
    (step,) = view.proposal.steps
    assert step.values() == {"order": "o1", "amount": Money(minor=12050), "reason": "Refund agreed"}
    sources = {one.name: (one.source.kind, one.source.ref, one.source.field) for one in step.arguments}
    assert sources["order"] == ("record", "order/o1", "id")
    assert sources["amount"] == ("record", "order/o1", "total")
    ruling = view.proposal.rulings[step.id]
    assert (ruling.answer, ruling.ask, view.proposal.route) == ("ask", Role.ADVISOR, "advisor"), ruling.reasons
    assert view.proposal.reply is not None
    approval = desk.approvals.approve(ADA, ticket, view.ticket.version, reply=view.proposal.reply.text)
    assert isinstance(approval, Approval), approval
    again = desk.approvals.approve(ADA, ticket, view.ticket.version, reply=view.proposal.reply.text)
    assert isinstance(again, Refusal)
    assert [(one["order_id"], one["amount"]) for one in state.refunds.values()] == [("o1", 120.5)]
    assert sum(state.effects.values()) == 1
    with works.store.look() as unit:
        outcomes = [one for one in unit.proposals.outcomes(ticket).values() if one.action == "shop_refund"]
    assert [(one.status, one.verified) for one in outcomes] == [("done", True)]
    (text,) = [text for text in works.sent.texts if "/rate/" not in text]
    assert "We've refunded £120.50 for order o1." in text


def test_that_one_of_several_is_asked_for_and_questions_are_answered(opened: Opened, state: shop.Shop) -> None:
    _, before = opened()
    signed(before, REFUND)
    works, desk = opened()
    asked = seen(desk, written(works, desk, f"ASKS {EXAMPLES[0]}", "m1")).proposal
    assert asked is not None
    assert asked.steps == ()
    assert asked.reply is not None
    assert "Order o1 can be refunded" in asked.reply.text
    state.orders["o1"]["status"] = "sent"
    unmet = seen(desk, written(works, desk, EXAMPLES[0], "m2")).proposal
    assert unmet is not None
    assert unmet.reply is not None
    assert "Order o1 is sent, so it can't be refunded" in unmet.reply.text
    state.orders = shop.Shop(orders=2).orders
    several = seen(desk, written(works, desk, EXAMPLES[0], "m3")).proposal
    assert several is not None
    assert several.reply is not None
    assert "Which one is it?" in several.reply.text
    numbered = seen(desk, written(works, desk, f"{EXAMPLES[0]} #o-2", "m5")).proposal
    assert numbered is not None
    assert [step.values()["order"] for step in numbered.steps] == ["o2"]
    state.orders["o2"]["status"] = "sent"  # of several, the one that it can be about
    one = seen(desk, written(works, desk, EXAMPLES[0], "m4")).proposal
    assert one is not None
    assert [step.values()["order"] for step in one.steps] == ["o1"]
    assert not state.effects


def test_that_what_the_customer_said_becomes_an_argument_or_is_asked_for(opened: Opened) -> None:
    _, desk = opened()
    refund = REFUND.steps[0]
    said = tuple(
        one.replace(source="words", value="amount") if one.argument == "amount" else one for one in refund.arguments
    )
    replies = REFUND.replies.replace(missing="How much should go back for order [order number]?")
    draft = kept(
        desk.own_task_types.save(ROOTS, REFUND.replace(steps=(refund.replace(arguments=said),), replies=replies))
    )
    assert "How much should go back for order o1?" in tried(desk, draft).reply


# --- the life of one --------------------------------------------------------------------------------


def _no_records() -> None:
    raise SystemUnreachable("The system does not answer.")


def test_that_a_trial_takes_the_words_for_the_task_type_that_is_not_learnt_yet(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The classifier finds that a clause wants something, and nothing that it could be about."""
    read = Scripted.read

    def unlearnt(
        self: Scripted,
        subject: str,
        messages: Sequence[Message],
        talk: OpenTalk | None = None,
        letters: Sequence[str] = (),
    ) -> tuple[Triage, NDArray[np.float32]]:
        triage, vectors = read(self, subject, messages, talk, letters)
        said = [
            Statement(message=one.id, start=0, end=len(one.text), does="wants", probability=0.99, unplanned=True)
            for one in messages
        ]
        return triage.replace(goals=(), said=tuple(said)), vectors

    monkeypatch.setattr(Scripted, "read", unlearnt)
    _, desk = opened()
    trial = tried(desk, kept(desk.own_task_types.save(ROOTS, REFUND)))
    assert [step.words for step in trial.steps] == ["Refund £120.50 of order o1: Refund agreed"]
    assert "colleague" not in trial.reply
    assert [(line.about, line.state) for line in trial.lines] == [("Refund of an order", "planned")]
    assert "Not understood" not in " ".join((trial.summary, trial.why, *trial.findings))
    assert trial.route == "advisor"


def test_that_it_is_tried_and_signed_by_two_before_it_is_in_force(opened: Opened, state: shop.Shop) -> None:
    works, desk = opened()
    draft = kept(desk.own_task_types.save(ROOTS, REFUND))
    untried = desk.own_task_types.ask(ROOTS, draft.id)
    assert isinstance(untried, Refusal)
    assert "Try it on a message first" in untried.text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cx_core.desk.task_types.own_task_type_trials.ProposalInputs", lambda *_, **__: _no_records())
        assert isinstance(desk.own_task_type_trials.try_out(ROOTS, draft.id, IDA, "Refund me"), Refusal)
    failed = desk.own_task_types.ask(ROOTS, draft.id)
    assert isinstance(failed, Refusal), "a trial that failed counts for nothing"
    assert "Try it on a message first" in failed.text
    trial = tried(desk, draft)
    assert [step.words for step in trial.steps] == ["Refund £120.50 of order o1: Refund agreed"]
    assert trial.steps[0].who == "Approved by advisor"
    assert ("£120.50", "order/o1, total") in [(one.value, one.source) for one in trial.steps[0].arguments]
    assert "refunded ⟨£120.50⟩ for order o1" in trial.reply
    assert (trial.customer, trial.route) == ("Ida Bell", "advisor")
    assert not state.effects
    assert desk.inbox.queue(SAM, QueueFilter(statuses=()), 1).rows == ()
    (view,) = desk.own_task_types.all(ROOTS).made
    changed = kept(desk.own_task_types.save(ROOTS, view.draft.replace(topic="money back"), view.draft))
    assert changed.state == "draft", "what was tried is not what would be in force"
    tried(desk, changed)
    asked = kept(desk.own_task_types.ask(ROOTS, draft.id))
    own_word = desk.own_task_types.put_in_force(ROOTS, asked)
    assert isinstance(own_word, Refusal)
    assert "another administrator" in own_word.text
    signed_one = kept(desk.own_task_types.put_in_force(SECOND, asked))
    assert (signed_one.state, signed_one.version) == ("active", 1)
    assert desk.own_task_types.all(ROOTS).to_be_taken_in
    kinds = [event.kind for event in works.audit.events(most=500)]
    assert {"own_task_type_tried", "own_task_type_asked", "own_task_type_in_force"} <= set(kinds)


def test_that_a_row_that_was_changed_or_put_back_is_not_in_force(opened: Opened) -> None:
    _, desk = opened()
    one = signed(desk, REFUND)
    works, desk = opened()
    with works.engine.connect() as connection:
        whole = connection.execute(sa.select(tables.own_task_type.c.in_force)).scalar_one()
    wider = one.replace(limits=OwnLimits(least="advisor")).model_dump(mode="json")
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.own_task_type).values(in_force=wider))
    works, desk = opened()
    assert one.name not in works.knowledge.task_types
    (shown,) = desk.own_task_types.all(ROOTS).made
    assert "not as it was signed" in shown.out_of_use
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.own_task_type).values(in_force=whole))
    kept(desk.own_task_types.withdraw(ROOTS, one.id, "The shop pays by itself now"))
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.own_task_type).values(in_force=whole))
    works, _ = opened()
    assert one.name not in works.knowledge.task_types


def test_that_one_put_back_as_it_waited_cannot_be_signed(opened: Opened) -> None:
    works, desk = opened()
    draft = kept(desk.own_task_types.save(ROOTS, REFUND))
    tried(desk, draft)
    asked = kept(desk.own_task_types.ask(ROOTS, draft.id))
    for overtaken in (desk.own_task_types.take_back, lambda _, id: desk.own_task_types.drop(ROOTS, id)):
        overtaken(ROOTS, draft.id)
        with works.store.begin() as unit:  # as somebody who writes to the database can
            unit.own_task_types.put(asked)
        refused = desk.own_task_types.put_in_force(SECOND, asked)
        assert isinstance(refused, Refusal)
        assert "not on file as somebody asked for it" in refused.text


def test_that_a_row_that_cannot_be_read_is_not_in_force_and_stops_nothing(opened: Opened) -> None:
    works, desk = opened()
    kept(desk.own_task_types.save(ROOTS, REFUND))
    with works.engine.begin() as connection:
        connection.execute(sa.update(tables.own_task_type).values(in_force={"id": "of another version"}))
    assert works.stores.task_types_in_force.now() == ()
    works, desk = opened()
    assert "refund_of_an_order" not in works.knowledge.task_types


def test_that_a_stopped_operation_plans_nothing_and_a_person_is_told_why(opened: Opened, state: shop.Shop) -> None:
    _, before = opened()
    signed(before, REFUND)
    works, desk = opened()
    (connector,) = desk.connectors.all(ROOTS)
    newer = shop.api(connector.draft.address)
    newer["paths"]["/refunds"]["post"]["description"] = "Now it also closes the account"
    made(desk.connectors.import_file(ROOTS, "", json.dumps(newer).encode(), id=connector.draft.id))
    stopped = seen(desk, written(works, desk, EXAMPLES[0], "m1")).proposal
    assert stopped is not None
    assert (stopped.steps, stopped.route) == ((), "person")
    assert "is not what was classified" in stopped.why
    works, desk = opened()  # and so it is once it was opened again
    again = seen(desk, written(works, desk, EXAMPLES[0], "m2")).proposal
    assert again is not None
    assert (again.steps, again.route) == ((), "person")
    assert "is not what was classified" in again.why


def test_that_what_was_replaced_or_withdrawn_plans_nothing_from_then_on(opened: Opened) -> None:
    _, before = opened()
    one = signed(before, REFUND)
    works, desk = opened()
    changed = kept(desk.own_task_types.save(ROOTS, one.replace(topic="money back"), one))
    tried(desk, changed)
    kept(desk.own_task_types.put_in_force(SECOND, kept(desk.own_task_types.ask(ROOTS, one.id))))
    kept(desk.own_task_types.save(ROOTS, one, desk.own_task_types.all(ROOTS).made[0].draft))  # edited, still in force
    for id, why in (("m1", "a newer version is in force"), ("m2", "withdrawn")):
        proposal = seen(desk, written(works, desk, EXAMPLES[0], id)).proposal
        assert proposal is not None
        assert (proposal.steps, proposal.route) == ((), "person")
        assert why in proposal.why
        withdrawn = desk.own_task_types.withdraw(ROOTS, one.id, "The shop pays by itself now")
    assert isinstance(withdrawn, Refusal), "it was out of force already"


WHERE = REFUND.replace(
    title="Where my parcel is",
    topic="a parcel",
    replaces=TaskTypeName("order_status"),
    examples=(),
    conditions=(),
    steps=(),
    replies=REFUND.replies.replace(done="Order [order number] is [order status]."),
)


def test_that_one_takes_the_place_of_a_shipped_one_and_answers_from_the_record(
    opened: Opened, state: shop.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SAID, "where is my parcel", "order_status")
    works, before = opened()
    shipped = works.knowledge.task_types[TaskTypeName("order_status")]
    name = TaskTypeName("order_status")
    levels = Levels(works.store, works.knowledge.task_types, works.sealer)
    with works.store.begin() as unit:
        wide = LevelSet(task_type=name, level=3, how="granted", person=ROOTS.id, at=works.clock())
        unit.levels.put(levels.marked(unit, wide))
    assert levels.now()[name] == 3
    one = signed(before, WHERE)
    assert one.name == name
    assert levels.now()[name] == 2, "what lets the shipped one act alone was given to another"
    works, desk = opened()
    taken = works.knowledge.task_types[one.name]
    assert taken.title == "Where my parcel is"
    assert set(shipped.examples) < set(taken.examples), "what it was known by is learnt with its title"
    state.orders["o1"]["status"] = "on its way"
    for id, text in (("m1", "where is my parcel"), ("m2", "ASKS where is my parcel")):
        proposal = seen(desk, written(works, desk, text, id)).proposal
        assert proposal is not None
        assert proposal.reply is not None
        assert "Order o1 is on its way." in proposal.reply.text
        assert proposal.steps == ()
    kept(desk.own_task_types.withdraw(ROOTS, one.id, "Not needed"))
    works, _ = opened()
    assert works.knowledge.task_types[one.name] == shipped


def test_that_a_place_is_taken_once_and_of_one_that_is_there(opened: Opened) -> None:
    _, desk = opened()
    signed(desk, WHERE)
    for replaces in ("order_status", "nothing_of_the_kind"):
        other = WHERE.replace(title="Another", replaces=TaskTypeName(replaces))
        assert "replaces" in [fault.field for fault in desk.own_task_type_forms.of(ROOTS, other).faults], replaces


# --- who may, and up to what --------------------------------------------------------------------------


def test_that_limits_become_rules_that_the_policies_page_shows(opened: Opened) -> None:
    _, before = opened()
    signed(before, REFUND.replace(limits=OwnLimits(least="advisor", advisor_most=10_000, two_above=12_000)))
    works, desk = opened()
    shown = {rule.id: rule.says for file in desk.policies.in_force(SAM).files for rule in file.rules}
    assert shown["1012"] == "{amount}: above £100.00 a supervisor approves, as its task type says"
    assert shown["1013"] == "{amount}: above £120.00 two people approve, as its task type says"
    ticket = written(works, desk)
    view = seen(desk, ticket)
    assert view.proposal is not None
    (ruling,) = view.proposal.rulings.values()
    assert (ruling.ask, ruling.people) == (Role.SUPERVISOR, 2)
    assert {"1012", "1013"} <= set(ruling.policies)


def test_that_limits_beyond_the_rules_in_force_are_told(opened: Opened) -> None:
    _, desk = opened()
    draft = kept(
        desk.own_task_types.save(ROOTS, REFUND.replace(limits=OwnLimits(least="advisor", advisor_most=50_000)))
    )
    (fault,) = desk.own_task_type_forms.of(ROOTS, draft).faults
    assert fault.field == "limits"
    assert "above £200.00 a supervisor approves" in fault.text
    assert isinstance(desk.own_task_type_trials.try_out(ROOTS, draft.id, IDA, "x"), Refusal)


def test_that_values_and_fixed_texts_say_nothing_that_a_file_of_the_folder_could(opened: Opened) -> None:
    _, desk = opened()
    itself = OwnCondition(field="status", one_of=("{order.status}",))  # of a file: another field, so always true
    (refund,) = REFUND.steps
    arguments = tuple(
        one.replace(value="Refund agreed else customer.email") if one.source == "fixed" else one
        for one in refund.arguments
    )
    for wrong, field in (
        (REFUND.replace(conditions=(itself,)), "conditions"),
        (REFUND.replace(steps=(refund.replace(arguments=arguments),)), "step-0"),
    ):
        (fault,) = desk.own_task_type_forms.of(ROOTS, wrong).faults
        assert fault.field == field


def test_that_only_administrators_make_task_types(opened: Opened) -> None:
    _, desk = opened()
    for call in (
        lambda: desk.own_task_types.all(SAM),
        lambda: desk.own_task_types.save(SAM, REFUND),
        lambda: desk.own_task_types.put_in_force(SAM, REFUND),
        lambda: desk.own_task_types.withdraw(SAM, "x", "y"),
        lambda: desk.own_task_type_trials.try_out(SAM, "x", IDA, "y"),
    ):
        with pytest.raises(NotAllowed):
            call()
