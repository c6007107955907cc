"""The shipped classifiers, on words that their examples do not hold: what is asked, kept, answered, meant and grave."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cx_core.bootstrap import open_desk
from cx_core.records import Inbound, MessageId, Proposal, Role
from cx_core.views import TicketView
from tests.integration.conftest import InlineWorks

MARIA, MINA = "maria.keller@example.com", "mina.shah@example.com"
ProposalOf = Callable[..., Proposal]


@pytest.fixture
def proposal_of(works: InlineWorks) -> ProposalOf:
    """The proposal for a mail of these words."""
    desk = open_desk(works.settings, works.clock, works)
    advisor = works.person(Role.ADVISOR)

    def propose(text: str, sender: str = MARIA, subject: str = "Hello") -> Proposal:
        mail = Inbound(
            id=MessageId(f"m-{abs(hash((text, sender)))}"),
            channel="email",
            address=sender,
            identity=1,
            subject=subject,
            text=text,
            received_at=works.clock(),
        )
        view = desk.inbox.ticket(advisor, desk.inbound_messages.receive(mail))
        assert isinstance(view, TicketView)
        assert view.proposal is not None
        return view.proposal

    return propose


@pytest.mark.parametrize(
    "question",
    [
        "Suppose I wanted another day for Thursday's visit, which ones would you have? Please leave it for now.",
        "Before I decide anything: what would be free instead of Thursday for the engineer? Nothing shall change yet.",
    ],
)
def test_that_a_question_about_an_act_is_answered_and_changes_nothing(proposal_of: ProposalOf, question: str) -> None:
    made = proposal_of(question)
    assert made.steps == ()
    assert made.reply is not None
    assert "haven't changed anything" in made.reply.text
    assert "(only a question)" in made.summary


def test_that_a_wish_that_is_taken_back_is_left(proposal_of: ProposalOf) -> None:
    made = proposal_of("I asked you to move Thursday's engineer. Forget that, please let him come as planned.")
    assert made.steps == ()


def test_that_only_the_item_that_is_wrong_is_replaced(proposal_of: ProposalOf) -> None:
    made = proposal_of("The desk lamp came with a broken arm. The mesh pod is fine and so is the cable.", MINA)
    (step,) = made.steps
    assert (step.action, step.values()["items"]) == ("send_replacement", ("Aurora desk lamp",))


def test_that_a_replacement_that_is_ruled_out_is_not_planned(proposal_of: ProposalOf) -> None:
    made = proposal_of("The desk lamp arrived broken. No replacement please, I would like my money back.", MINA)
    assert "send_replacement" not in {step.action for step in made.steps}


def test_that_an_automatic_answer_gets_no_draft(proposal_of: ProposalOf) -> None:
    words = "I am out of the office until Monday. To cancel an appointment please ring my colleague."
    made = proposal_of(words, subject="Automatic reply: Your visit")
    assert (made.route, made.steps, made.reply) == ("person", (), None)


@pytest.mark.parametrize(
    "words",
    [
        "My husband died on Tuesday and I have no idea about the contract he had with you.",
        "The battery of the phone has swollen up and it is smoking on my kitchen table right now.",
        "My mother's alarm pendant runs over your line and it has been dead since noon, she is alone.",
    ],
)
def test_that_what_is_grave_goes_to_a_person_with_two_sentences(proposal_of: ProposalOf, words: str) -> None:
    made = proposal_of(words)
    assert made.triage.grave
    assert (made.route, made.steps, made.triage.priority) == ("person", (), "urgent")
    assert [part.case for part in made.parts] == ["acknowledged"]
    assert made.reply is not None
    assert "grave-messages-internal" in {passage.article for passage in made.evidence.passages}


def test_that_everyday_life_told_in_passing_is_not_grave(proposal_of: ProposalOf) -> None:
    words = "The engineer should come through the barn and shout, we'll be with the calves."
    assert not proposal_of(words).triage.grave


def test_that_a_wish_without_a_plan_is_named_to_both_sides_and_never_goes_alone(proposal_of: ProposalOf) -> None:
    made = proposal_of("Please move my visit to Friday. And who pays for my carpet?")
    assert [line.state for line in made.lines] == ["planned", "not_understood"]
    assert made.lines[-1].about == "“And who pays for my carpet”"
    assert made.reply is not None
    assert "needs a colleague: “And who pays for my carpet”" in made.reply.text
    assert made.route != "act"


@pytest.mark.parametrize(
    "words",
    [
        "I was charged twice. Could you please sort this out as soon as possible? Let me know.",
        "Please move my visit to Friday. I look forward to hearing from you, and thanks for your help.",
        "My headphones arrived broken. What can you do for me?",
    ],
)
def test_that_what_only_asks_in_general_is_no_wish_of_its_own(proposal_of: ProposalOf, words: str) -> None:
    assert "not_understood" not in {line.state for line in proposal_of(words).lines}


@pytest.mark.parametrize(
    "words",
    [
        "Your fitter scratched our new floor. I expect you to pay for the repair.",
        "The engineer left a hole in the outside wall. Please send somebody to fill it.",
    ],
)
def test_that_a_wish_without_a_plan_is_not_answered_by_the_nearest_task_type(
    proposal_of: ProposalOf, words: str
) -> None:
    made = proposal_of(words)
    assert made.steps == ()
    assert made.route == "person"


def test_that_an_upset_customer_reads_about_their_complaint_first(proposal_of: ProposalOf) -> None:
    made = proposal_of(
        "Please move my visit to Friday. And I'm absolutely furious: you charged me twice for one invoice!!"
    )
    assert made.triage.sentiment == "negative"
    assert made.reply is not None
    assert made.reply.text.index("paid twice") < made.reply.text.index("visit has moved")
    assert made.reply.text.count("sorry") == 1
