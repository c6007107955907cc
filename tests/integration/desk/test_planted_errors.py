"""Some proposals are shown with an error on purpose: it is told who catches them, and nothing of them can be done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from cx_core.act.approval_seals import PLANTED, reply_of, sealed
from cx_core.adapters.sql import tables
from cx_core.bootstrap import open_desk
from cx_core.errors import NoProof, NotAllowed
from cx_core.records import (
    ActionName,
    Approval,
    PlantedError,
    Proposal,
    Role,
    StepId,
    TaskTypeName,
    Ticket,
    TicketId,
    digest,
)
from cx_core.service_rules.planted_errors import may_be_altered
from cx_core.settings import Settings
from cx_core.views import CaseFile, Refusal
from tests.conftest import SetClock
from tests.model_server import ModelServer, content_of
from tests.scripted import MARIA, SAM, Hand, InlineWorks, copied, erased, letter, person

ADA = person()
S1 = StepId("s1")
TWICE = "I was charged twice."


def working(furnished: Path, settings: Settings, clock: SetClock, share: float) -> InlineWorks:
    """Works that show a share of proposals with an error; the largest that company.yaml takes is a fifth."""
    works = copied(furnished, settings, clock)
    company = works.knowledge.company
    works.knowledge = works.knowledge.replace(company=company.model_copy(update={"planted_errors": share}))
    works.planted_errors = True
    return works


@pytest.fixture
def works(furnished: Path, settings: Settings, clock: SetClock) -> Iterator[InlineWorks]:
    with closing(working(furnished, settings, clock, 100.0)) as made:
        yield made


def ticket(hand: Hand, text: str = TWICE, sender: str = MARIA, id: str = "one") -> TicketId:
    return hand.desk.inbound_messages.receive(letter(text, hand.works.clock, id=id, sender=sender, thread=id))


def planted(hand: Hand, id: TicketId) -> PlantedError:
    with hand.works.store.look() as unit:
        error = unit.planted_errors.of(id)
    assert error is not None
    return error


def shown(hand: Hand, id: TicketId) -> Proposal:
    proposal = hand.view(id).proposal
    assert proposal is not None
    return proposal


def drafted(proposal: Proposal) -> str:
    assert proposal.reply is not None
    return proposal.reply.text


def refunds(hand: Hand) -> int:
    return sum(one.fields["refunded"].minor > 0 for one in hand.read("payments", customer="C-1"))  # type: ignore[union-attr]


def answer(hand: Hand, id: TicketId, **given: object) -> Refusal:
    proposal = shown(hand, id)
    told = hand.desk.approvals.approve(ADA, id, proposal.version, **{"reply": drafted(proposal), **given})  # type: ignore[arg-type]
    assert isinstance(told, Refusal), told
    return told


def test_that_one_detail_is_wrong_and_it_is_another_record_of_theirs(hand: Hand) -> None:
    id = ticket(hand)
    error, proposal = planted(hand, id), shown(hand, id)
    assert proposal.planted_error
    assert (error.argument, error.wrong, error.right) == ("payment", "P-7", "P-8")
    right, wrong = error.genuine.steps[0].values(), proposal.steps[0].values()
    assert {name for name in right if right[name] != wrong[name]} == {"payment"}
    assert hand.view(id).check == ""
    assert "P-7" in hand.view(id).cards[0].words


def test_that_the_same_ticket_has_the_same_error_every_time(
    hand: Hand, furnished: Path, clock: SetClock, tmp_path: Path, settings: Settings
) -> None:
    mine = planted(hand, ticket(hand))
    (tmp_path / "again").mkdir()
    with closing(working(furnished, settings.replace(data_dir=tmp_path / "again"), clock, 100.0)) as works:
        other = Hand(open_desk(works.settings, works.clock, works), works)
        theirs = planted(other, ticket(other))
    assert (mine.step, mine.argument, mine.wrong) == (theirs.step, theirs.argument, theirs.wrong)


def test_that_whoever_approves_it_is_told_and_nothing_is_done_or_sent(hand: Hand) -> None:
    id = ticket(hand)
    told = answer(hand, id)
    assert told.code == "check"
    for words in ("This was a check", "P-7", "P-8", "Nothing of it was carried out or sent", "genuine proposal"):
        assert words in told.text
    assert (refunds(hand), hand.sent(MARIA)) == (0, [])
    proposal, view = shown(hand, id), hand.desk.inbox.ticket(ADA, id)
    assert (proposal.version, proposal.planted_error) == (2, False)
    assert proposal.steps[0].values()["payment"] == "P-8"
    assert not isinstance(view, Refusal)
    assert (view.check, view.can_act) == (told.text, True)
    assert planted(hand, id).decision == "missed"
    hand.approve(id)
    assert refunds(hand) == 1
    assert len(hand.sent(MARIA)) == 1
    assert "P-7" not in hand.sent(MARIA)[0]


@pytest.mark.parametrize(
    "given", [{"edits": {S1: {"payment": "P-8"}}}, {"skipped": {S1: "This is the wrong payment"}, "reply": "We look."}]
)
def test_that_whoever_puts_it_right_or_leaves_it_out_has_caught_it(hand: Hand, given: dict[str, object]) -> None:
    id = ticket(hand)
    assert "Well spotted" in answer(hand, id, **given).text
    assert planted(hand, id).decision == "caught"
    assert shown(hand, id).steps[0].values()["payment"] == "P-8"
    assert (refunds(hand), hand.sent(MARIA)) == (0, [])


def test_that_whoever_rejects_it_has_caught_it_and_gets_the_genuine_one(hand: Hand) -> None:
    id = ticket(hand)
    told = hand.desk.approvals.reject(ADA, id, 1, "Wrong payment")
    assert isinstance(told, Refusal)
    assert "Well spotted" in told.text
    assert planted(hand, id).decision == "caught"
    assert shown(hand, id).steps, "the genuine proposal is offered"


def test_that_an_edit_of_something_else_misses_it(hand: Hand) -> None:
    id = ticket(hand)
    assert "easily missed" in answer(hand, id, reply="Dear Maria, it is on its way.\n" + drafted(shown(hand, id))).text
    assert planted(hand, id).decision == "missed"


def forged(hand: Hand, id: TicketId, reply: str = "") -> Approval:
    """An approval of the proposal with the error, with seals that are genuine in all but that."""
    proposal = shown(hand, id)
    return Approval(
        id=uuid4().hex,
        ticket=id,
        version=1,
        decision="approve",
        person=SAM.id,
        role=Role.SUPERVISOR,
        steps=proposal.steps,
        digests={step.id: digest(id, 1, step) for step in proposal.steps},
        reply=reply or drafted(proposal),
        at=hand.works.clock(),
    )


def put_with_seals(hand: Hand, id: TicketId, *, acts: bool = True) -> None:
    approval, works = forged(hand, id, "We have sent it back."), hand.works
    if not acts:
        approval = approval.replace(steps=(), digests={})
    with works.store.begin() as unit:
        of = unit.tickets.get(id)
        assert of is not None
        made = sealed(
            approval,
            reply_of(approval, of, ()),
            works.policies.active.version,
            timedelta(days=1),
            works.sealer,
        )
        unit.proposals.put_approval(made)
        unit.tickets.put(of.replace(work="carrying"))


def test_that_no_seal_is_made_for_it(hand: Hand) -> None:
    id = ticket(hand)
    with pytest.raises(NoProof, match="error on purpose"):
        hand.sealed(forged(hand, id))


def test_that_execution_refuses_it_though_a_seal_was_made_and_either_mark_was_taken_off(hand: Hand) -> None:
    id = ticket(hand)
    put_with_seals(hand, id)
    with pytest.raises(NoProof, match="error on purpose"):
        hand.run(id)
    with hand.works.engine.begin() as connection:
        connection.execute(sa.delete(tables.planted_error))
    with pytest.raises(NoProof, match="error on purpose"):
        hand.run(id)
    assert (refunds(hand), hand.sent(MARIA)) == (0, [])


def test_that_its_reply_is_not_sent_though_a_seal_was_made(hand: Hand) -> None:
    id = ticket(hand)
    put_with_seals(hand, id, acts=False)
    said = hand.works.journey().carrying_out._delivery.send(id, 1, "Ada")
    assert PLANTED.rstrip(".") in said
    assert hand.sent(MARIA) == []


def test_that_execution_refuses_it_though_the_proposal_was_rewritten_as_genuine(hand: Hand) -> None:
    id = ticket(hand)
    put_with_seals(hand, id)
    with hand.works.store.begin() as unit:
        proposal = unit.proposals.get(id, 1)
        assert proposal is not None
        unit.proposals.put(proposal.replace(planted_error=False))
    with pytest.raises(NoProof, match="error on purpose"):
        hand.run(id)
    assert (refunds(hand), hand.sent(MARIA)) == (0, [])


def test_that_its_draft_cannot_be_sent_by_copying_it_under_the_genuine_plan(hand: Hand) -> None:
    id = ticket(hand)
    view = hand.view(id)
    text = drafted(shown(hand, id))
    for slot, label in view.labels.items():
        text = text.replace(slot, label)
    assert "payment P-7" in text
    answer(hand, id)
    refused = answer(hand, id, reply=text)
    assert refused.code == "check"
    assert "P-8" in refused.text
    assert hand.sent(MARIA) == []


def test_that_a_draft_nobody_changed_goes_with_it_and_own_words_stay(hand: Hand) -> None:
    id = ticket(hand)
    hand.desk.inbox.save_draft(ADA, id, 1, "We are looking into payment P-7 for you.")
    answer(hand, id, reply="We are looking into payment P-7 for you.", confirmed=token(hand, id))
    draft = hand.view(id).draft
    assert draft is not None
    assert draft.text == drafted(shown(hand, id)), "words with the wrong value are not left to be sent"
    assert draft.earlier[-1] == "We are looking into payment P-7 for you."


def token(hand: Hand, id: TicketId) -> str:
    held = hand.desk.dual_approval.to_confirm(
        ADA, id, reply="We are looking into payment P-7 for you.", edits={}, skipped={}
    )
    return held.token if held else ""


def test_that_it_counts_for_no_level_and_no_figure(hand: Hand) -> None:
    id = ticket(hand)
    answer(hand, id)
    hand.approve(id)
    with hand.works.store.look() as unit:
        assert unit.trials.all() == ()
    assert hand.kinds(id).count("answered") == 1


def test_that_the_log_says_what_was_planted_decided_and_shown(hand: Hand) -> None:
    id = ticket(hand)
    before = hand.desk.case_files.case_file(ADA, id)
    assert isinstance(before, CaseFile)
    assert not [one for one in before.entries if "on purpose" in one.title], "nobody is told before they decide"
    answer(hand, id)
    kinds = hand.kinds(id)
    assert [one for one in kinds if "planted" in one] == [
        "error_planted",
        "planted_error_decided",
        "planted_error_revealed",
    ]
    after = hand.desk.case_files.case_file(ADA, id)
    assert isinstance(after, CaseFile)
    titles = [one.title for one in after.entries]
    assert "It was shown with one detail wrong on purpose" in titles
    assert "The error was missed" in titles


def test_that_supervisors_see_shares_by_task_type_and_everybody_their_own(hand: Hand) -> None:
    answer(hand, ticket(hand))
    name = TaskTypeName("duplicate_charge")
    (rate,) = hand.desk.planted_errors.catch_rates(SAM)
    assert (rate.task_type, rate.caught, rate.decided, rate.since) == (name, 0, 1, hand.works.clock())
    with pytest.raises(NotAllowed):
        hand.desk.planted_errors.catch_rates(ADA)
    (own,) = hand.desk.planted_errors.caught(ADA)
    assert (own.caught, own.decided) == (0, 1)
    assert hand.desk.planted_errors.caught(SAM) == ()
    assert hand.desk.planted_errors.caught(SAM, ADA.id) == (own,)
    with pytest.raises(NotAllowed):
        hand.desk.planted_errors.caught(ADA, SAM.id)


def test_that_nothing_is_planted_twice_on_a_ticket(hand: Hand) -> None:
    id = ticket(hand)
    answer(hand, id)
    assert hand.desk.inbox.read_again(ADA, id) is None
    again = shown(hand, id)
    assert (again.version > 2, again.planted_error) == (True, False)


def test_that_new_words_of_the_customer_put_the_genuine_plan_in_its_place(hand: Hand) -> None:
    id = ticket(hand)
    more = letter("Are you there?", hand.works.clock, id="two", sender=MARIA, thread="one")
    assert hand.desk.inbound_messages.receive(more) == id
    proposal = shown(hand, id)
    assert (proposal.version, proposal.planted_error) == (2, False)
    assert hand.view(id).check, "they are told that what they may have seen was a check"
    hand.approve(id)
    assert refunds(hand) == 1
    with hand.works.store.look() as unit:
        assert unit.trials.all() == ()


def test_that_an_action_is_added_to_the_genuine_plan_only(hand: Hand) -> None:
    id = ticket(hand)
    told = hand.desk.added_actions.add_step(ADA, id, 1, ActionName("schedule_callback"), 0, {"at": "2026-11-25"})
    assert isinstance(told, Refusal)
    assert (told.code, planted(hand, id).decision) == ("check", "lifted")
    assert not shown(hand, id).planted_error
    assert hand.desk.planted_errors.catch_rates(SAM) == ()


def test_that_it_is_lifted_before_the_time_to_answer_is_missed(hand: Hand, clock: SetClock) -> None:
    id = ticket(hand)
    due = hand.view(id).ticket.respond_by
    assert due is not None
    clock.now = due.replace(second=0)
    clock.forward(minutes=-20)
    hand.desk.maintenance.tidy()
    assert (planted(hand, id).decision, shown(hand, id).planted_error) == ("lifted", False)
    assert "check" in hand.view(id).check


def test_that_whoever_answers_first_is_not_shown_an_error(hand: Hand) -> None:
    hand.desk.autonomy_levels.set_blind(SAM, TaskTypeName("duplicate_charge"), 100)
    given = letter(TWICE, hand.works.clock, id="one", sender=MARIA).replace(identity=2)
    id = hand.desk.inbound_messages.receive(given)
    with hand.works.store.look() as unit:
        assert unit.planted_errors.of(id) is None


def test_that_a_correction_of_what_is_wanted_brings_the_genuine_plan(hand: Hand) -> None:
    id = ticket(hand)
    assert hand.desk.goal_correction.correct_goals(ADA, id, 1, [TaskTypeName("duplicate_charge")]) is None
    assert not shown(hand, id).planted_error
    with hand.works.store.look() as unit:
        assert unit.trials.all() == (), "a correction of what was wrong on purpose is no case against the copilot"


@pytest.mark.parametrize(
    "text", ["Please ring me about my plan.", "I was charged twice. PERSON", "I can't be home then."]
)
def test_that_what_holds_nothing_that_would_be_wrong_is_left_alone(hand: Hand, text: str) -> None:
    """A call on any day, no plan at all, and one free slot among others that are as good."""
    assert not shown(hand, ticket(hand, text)).planted_error


def test_that_only_calm_tickets_at_level_2_with_time_left_are_taken(hand: Hand, clock: SetClock) -> None:
    id = ticket(hand)
    genuine, of, company = planted(hand, id).genuine, hand.view(id).ticket, hand.works.knowledge.company

    def taken(proposal: Proposal = genuine, ticket: Ticket = of) -> bool:
        return may_be_altered(proposal, ticket, company, clock())

    triage = genuine.triage
    at_three = tuple(goal.replace(level=3) for goal in triage.goals)
    two = {id: one.replace(people=2) for id, one in genuine.rulings.items()}
    lead = {id: one.replace(ask=Role.SUPERVISOR) for id, one in genuine.rulings.items()}
    assert taken()
    assert not taken(genuine.replace(triage=triage.replace(priority="urgent")))
    assert not taken(genuine.replace(triage=triage.replace(grave="danger")))
    assert not taken(genuine.replace(triage=triage.replace(goals=at_three)))
    assert not taken(genuine.replace(rulings=two))
    assert not taken(genuine.replace(rulings=lead))
    assert not taken(genuine.replace(version=2))
    assert not taken(ticket=of.replace(respond_by=clock() + timedelta(minutes=59)))
    assert not taken(ticket=of.replace(simulated=True))


def test_that_0_percent_turns_it_off_and_only_a_share_is_taken(
    furnished: Path, clock: SetClock, tmp_path: Path, settings: Settings
) -> None:
    for share, most in ((0.0, 0), (20.0, 20)):
        folder = tmp_path / str(share)
        with closing(working(furnished, settings.replace(data_dir=folder), clock, share)) as works:
            hand = Hand(open_desk(works.settings, works.clock, works), works)
            taken = [shown(hand, ticket(hand, id=f"n{number}")).planted_error for number in range(30)]
        assert sum(taken) <= most
        assert any(taken) is bool(share)


def test_that_it_goes_with_its_customer(hand: Hand) -> None:
    id = ticket(hand)
    answer(hand, id)
    assert erased(hand.desk, "C-1")
    with hand.works.store.look() as unit:
        assert unit.planted_errors.of(id) is None


def test_that_a_language_model_writes_of_the_genuine_plan(
    furnished: Path, settings: Settings, clock: SetClock, server: ModelServer
) -> None:
    """What it writes of a wrong one would be nobody's sentence of the draft, and might be sent under the right one."""
    with closing(working(furnished, settings, clock, 100.0)) as works:  # nobody else drafted what is shown
        id = ticket(Hand(open_desk(works.settings, works.clock, works), works))
    access = {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted", "model_timeout": 1}
    with closing(InlineWorks(settings.replace(**access), clock)) as works:
        hand = Hand(open_desk(works.settings, works.clock, works), works)
        assert shown(hand, id).steps[0].values()["payment"] == "P-7"
        server.answer = lambda _: "Thank you for telling us."
        coming = hand.desk.streamed_drafts.new_draft(SAM, id)
        assert not isinstance(coming, Refusal)
        list(coming)
        (asked,) = [content_of(body) for body in server.requests]
        (step,) = [line for line in asked.splitlines() if "refund_payment" in line or line.startswith("s1")]
        assert "P-8" in step
        assert "P-7" not in step
