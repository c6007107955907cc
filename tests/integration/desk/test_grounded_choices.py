"""What goes against the customer's own choice waits for a person, with the reason, whoever proposed it."""

from __future__ import annotations

import pytest

from cx_core.records import Approval, Proposal, StepId, TicketId
from cx_core.views import Refusal
from tests.model_server import Body, ModelServer
from tests.scripted import COPY, LENA, MARIA, SAM, Hand, InlineWorks

TAKEN_BACK = f"{COPY} Sorry, I meant i-22."
FIRST = StepId("s1")


def _proposal(hand: Hand, ticket: TicketId) -> Proposal:
    proposal = hand.view(ticket).proposal
    assert proposal is not None
    return proposal


def _approve(hand: Hand, ticket: TicketId, **edited: str) -> Approval | Refusal:
    view = hand.view(ticket)
    edits = {FIRST: dict(edited)} if edited else {}
    return hand.desk.approvals.approve(SAM, ticket, view.ticket.version, reply="It is on its way.", edits=edits)


def _proposes(server: ModelServer, action: str, **arguments: str) -> None:
    step = {"goal": 0, "action": action, "arguments": [{"name": n, "value": v} for n, v in arguments.items()]}

    def answer(body: Body) -> object:
        name = body["response_format"]["json_schema"]["name"]
        return {"ProposedPlan": {"steps": [step]}, "Paragraphs": {"paragraphs": []}}.get(name, {"summary": ""})

    server.answer = answer


@pytest.fixture
def unasked(works: InlineWorks) -> None:
    """A business that has such a step proposed with its finding, where others ask the customer first."""
    works.knowledge.__dict__["company"] = works.knowledge.company.replace(confirm="")


def test_that_the_customer_is_asked_where_they_took_a_choice_back(hand: Hand) -> None:
    proposal = _proposal(hand, hand.ticket(TAKEN_BACK))
    assert proposal.steps == ()
    assert proposal.reply is not None
    assert "Shall I send you invoice I-21 again" in proposal.reply.text


@pytest.mark.usefixtures("unasked")
def test_that_a_choice_taken_back_is_an_ask_with_the_reason(hand: Hand) -> None:
    ticket = hand.ticket(TAKEN_BACK)
    proposal = _proposal(hand, ticket)
    [step] = proposal.steps
    ruling = proposal.rulings[step.id]
    why = "The customer speaks of I-22, not of I-21."
    assert step.values()["invoice"] == "I-21"
    assert (ruling.answer, ruling.facts["grounded"]) == ("ask", False)
    assert why in ruling.reasons
    assert why in hand.view(ticket).cards[0].findings
    assert isinstance(_approve(hand, ticket), Refusal)
    assert (hand.mailed("I-21"), hand.mailed("I-22")) == (0, 0)


@pytest.mark.usefixtures("unasked")
def test_that_a_person_who_chooses_what_was_meant_lets_it_go(hand: Hand) -> None:
    ticket = hand.ticket(TAKEN_BACK)
    assert isinstance(_approve(hand, ticket, invoice="I-22"), Approval)
    assert (hand.mailed("I-21"), hand.mailed("I-22")) == (0, 1)


@pytest.mark.usefixtures("unasked")
def test_that_a_person_may_back_the_value_as_it_is(hand: Hand) -> None:
    ticket = hand.ticket(TAKEN_BACK)
    assert isinstance(_approve(hand, ticket, invoice="I-21"), Approval)
    assert hand.mailed("I-21") == 1


def test_that_the_same_words_without_a_choice_are_no_matter(hand: Hand) -> None:
    proposal = _proposal(hand, hand.ticket(f"{COPY} I know i-22 by heart."))
    assert proposal.findings == ()
    assert proposal.rulings[FIRST].facts["grounded"] is True


def test_that_words_after_the_proposal_void_what_was_approved_on_it(hand: Hand) -> None:
    ticket = hand.ticket(COPY, thread="t")
    before = hand.view(ticket).ticket.version
    hand.ticket("Sorry, I meant i-22, a copy of my newest.", thread="t")
    answer = hand.desk.approvals.approve(SAM, ticket, before, reply="It is on its way.")
    assert isinstance(answer, Refusal)
    assert answer.code == "stale"
    assert hand.mailed("I-21") == 0


def test_that_another_record_than_was_named_is_asked_about_when_a_model_proposes_it(
    modelled: Hand, server: ModelServer
) -> None:
    _proposes(server, "resend_invoice", invoice="I-22", email=LENA)
    proposal = _proposal(modelled, modelled.ticket(COPY))
    [step] = proposal.steps
    assert step.values()["invoice"] == "I-22"
    assert "The customer speaks of I-21, not of I-22." in proposal.rulings[step.id].reasons
    assert step.arguments[1].source.ref == "customer/C-7"


def test_that_what_a_model_reckons_is_shown_as_a_calculation(modelled: Hand, server: ModelServer) -> None:
    _proposes(server, "refund_payment", payment="P-8", amount="5.40")
    text = "I was charged twice, and it was dead for 3 of 30 days."
    proposal = _proposal(modelled, modelled.ticket(text, MARIA))
    [step] = proposal.steps
    amount = next(argument for argument in step.arguments if argument.name == "amount")
    assert (amount.source.kind, amount.source.quote) == ("arithmetic", "3 of 30 days of 54.00 = 5.40")
    assert proposal.rulings[step.id].facts["grounded"] is True
