"""A desk whose drafts a language model may better: what it makes up, nobody is shown as ours, and nothing is done."""

from __future__ import annotations

from typing import Any

import pytest

from cx_core.adapters.llm.circuit_breaker import FAILURES
from cx_core.records import Proposal
from tests.model_server import Body, ModelServer, content_of
from tests.scripted import COPY, MARIA, Hand, let_alone

TWICE = "I was charged twice. Please sort it out."


def _says(server: ModelServer, steps: object = (), paragraphs: object = (), summary: str = "") -> None:
    def answer(body: Body) -> object:
        name = body["response_format"]["json_schema"]["name"]
        return {"ProposedPlan": {"steps": steps}, "Paragraphs": {"paragraphs": paragraphs}}.get(
            name, {"summary": summary}
        )

    server.answer = answer


def _proposal(hand: Hand, text: str = TWICE, sender: str = MARIA) -> Proposal:
    proposal = hand.view(hand.ticket(text, sender)).proposal
    assert proposal is not None
    return proposal


def _step(action: str, goal: int = 0, **arguments: str) -> Body:
    return {"goal": goal, "action": action, "arguments": [{"name": n, "value": v} for n, v in arguments.items()]}


def _noted(proposal: Proposal) -> str:
    return " ".join(finding.text for finding in proposal.findings if finding.step is None)


def test_that_a_better_paragraph_is_taken_over_and_sent(modelled: Hand, server: ModelServer) -> None:
    server.mode = "500"
    built_in = _proposal(modelled).parts[0].text
    server.mode = "good"
    warm = "Thank you for telling us about this, and we are so sorry for the trouble. " + built_in
    _says(server, paragraphs=[{"goal": 0, "text": warm}], summary="Wants the double charge sorted out.")
    ticket = modelled.ticket(TWICE, MARIA)
    proposal = modelled.view(ticket).proposal
    assert proposal is not None
    assert proposal.reply is not None
    assert warm in proposal.reply.text
    assert proposal.summary == "Wants the double charge sorted out."
    assert proposal.versions.model == "scripted"
    assert len(proposal.versions.prompts) == 16
    assert proposal.findings == ()
    modelled.approve(ticket)
    assert "so sorry for the trouble" in modelled.view(ticket).messages[-1].text


@pytest.mark.parametrize(
    "invented", ["We have sent £480.00 back.", "See https://evil.example/pay.", "Order O-999 is ready.", "**Done.**"]
)
def test_that_what_nothing_backs_leaves_the_built_in_draft_and_says_so(
    invented: str, modelled: Hand, server: ModelServer
) -> None:
    server.mode = "500"
    built_in = _proposal(modelled)
    server.mode = "good"
    text = f"{built_in.parts[0].text} {invented}"
    _says(server, paragraphs=[{"goal": 0, "text": text}], summary=f"Maria. {invented}")
    proposal = _proposal(modelled)
    assert proposal.reply is not None
    assert invented not in proposal.reply.text
    assert invented not in proposal.summary
    assert "which nothing backs: this draft is the built-in one" in _noted(proposal)


@pytest.mark.parametrize("mode", ["429", "500", "hang", "cut", "malformed", "schema"])
def test_that_a_model_in_trouble_leaves_the_built_in_proposal(mode: str, modelled: Hand, server: ModelServer) -> None:
    server.mode = mode
    proposal = _proposal(modelled)
    assert proposal.reply is not None
    assert [step.action for step in proposal.steps] == ["refund_payment"]
    assert "The language model did not answer" in _noted(proposal)


def test_that_an_invented_action_is_left_out_and_named(modelled: Hand, server: ModelServer) -> None:
    _says(server, steps=[_step("give_everything"), _step("refund_payment", goal=7)])
    proposal = _proposal(modelled)
    assert [step.action for step in proposal.steps] == ["refund_payment"]
    assert {argument.source.kind for argument in proposal.steps[0].arguments} == {"record"}
    assert "an action that does not exist" in _noted(proposal)
    assert "a goal that the ticket does not have" in _noted(proposal)


def test_that_an_invented_record_or_amount_can_be_approved_by_nobody(modelled: Hand, server: ModelServer) -> None:
    _says(server, steps=[_step("refund_payment", payment="P-99999", amount="480.00")])
    ticket = modelled.ticket(TWICE, MARIA)
    proposal = modelled.view(ticket).proposal
    assert proposal is not None
    [step] = proposal.steps
    assert {argument.source.kind for argument in step.arguments} == {"none"}
    assert proposal.rulings[step.id].answer != "allow"
    with pytest.raises(AssertionError):
        modelled.approve(ticket)
    assert modelled.view(ticket).ticket.work == "ready"


def test_that_a_goal_for_people_only_gets_nothing_from_a_model(modelled: Hand, server: ModelServer) -> None:
    _says(server, steps=[_step("refund_payment", payment="P-8", amount="54.00")])
    proposal = _proposal(modelled, "I am leaving you.")
    assert proposal.route == "person"
    assert proposal.steps == ()
    assert server.requests == []


def test_that_the_same_step_stays_the_built_in_one(modelled: Hand, server: ModelServer) -> None:
    server.mode = "500"
    built_in = _proposal(modelled).steps
    server.mode = "good"
    given: dict[str, Any] = {a.name: str(a.value) for a in built_in[0].arguments if a.value is not None}
    _says(server, steps=[_step("refund_payment", **given)])
    again = _proposal(modelled)
    assert again.steps == built_in
    assert again.findings == ()


def test_that_another_amount_of_a_record_waits_for_a_person_and_is_named(modelled: Hand, server: ModelServer) -> None:
    _says(server, steps=[_step("refund_payment", payment="P-8", amount="1.00")])
    proposal = _proposal(modelled)
    assert proposal.route != "act"
    assert "The language model proposed “Refund a payment”" in _noted(proposal)


def test_that_a_request_holds_nothing_personal(modelled: Hand, server: ModelServer) -> None:
    _says(server)
    modelled.ticket(f"{TWICE} This is Maria Keller, maria.keller@example.com.", MARIA)
    modelled.ticket(COPY)
    assert len(server.requests) >= 6
    sent = " ".join(content_of(body) for body in server.requests)
    for word in ("Maria", "Keller", "Lena", "Fischer", "@"):
        assert word not in sent
    assert "I-21" in sent


def test_that_a_draft_that_does_not_sound_like_the_company_is_marked(modelled: Hand, server: ModelServer) -> None:
    server.mode = "500"
    built_in = _proposal(modelled).parts[0].text
    server.mode = "good"
    _says(server, paragraphs=[{"goal": 0, "text": f"Unfortunately this went wrong, and we're sorry. {built_in}"}])
    proposal = _proposal(modelled)
    assert proposal.reply is not None
    assert "Unfortunately" in proposal.reply.text
    assert [finding.text for finding in proposal.findings if finding.step is None] == [
        "The draft says “Unfortunately”; Fernline avoids it: say what can be done instead.",
    ]


def test_that_a_model_is_told_how_the_company_writes(modelled: Hand, server: ModelServer) -> None:
    _says(server)
    modelled.ticket(TWICE, MARIA)
    [asked] = [content_of(body) for body in server.requests if "You polish the answers" in content_of(body)]
    assert "# How we write\nformality: neutral" in asked
    assert "never “unfortunately”; say what can be done instead" in asked
    assert "gladly: thank you, please, we'll" in asked


def test_that_a_ticket_costs_nothing_once_the_model_is_left_alone(modelled: Hand, server: ModelServer) -> None:
    server.mode = "hang"
    for _ in range(FAILURES):
        assert "took too long" in _noted(_proposal(modelled))
    asked = len(server.requests)
    proposal = _proposal(modelled)
    assert "failed 3 times in a row and is left alone for a while): this draft is the built-in one" in _noted(proposal)
    assert proposal.ms["model"] < 500
    assert len(server.requests) == asked
    assert modelled.works.health()["model"].startswith("left alone")


MINA = "mina.shah@example.com"


def _slot(hand: Hand, day: str) -> str:
    return next(slot.id for slot in hand.read("free_slots", appointment="A-2") if slot.fields["date"] == day)


@pytest.mark.parametrize(
    ("text", "day", "quoted"),
    [
        ("I thought I can't be home, but please leave my visit as it is.", "2026-11-27", "leave my visit as it is"),
        ("What would it cost to move the visit? Perhaps I can't be home. Just asking.", "2026-11-27", "just asking"),
        ("I can't be home, please move the visit to Friday.", "2026-11-28", "Friday"),
        ("I can't be home, please move the visit to Friday.", "2026-11-27", ""),
    ],
)
def test_that_a_model_s_visit_goes_by_the_customer_s_words(
    text: str, day: str, quoted: str, modelled: Hand, server: ModelServer
) -> None:
    slot = _slot(modelled, day)
    _says(server, steps=[_step("reschedule_appointment", appointment="A-2", slot=slot)])
    _held(_proposal(modelled, text), quoted, {"slot": slot})


@pytest.mark.parametrize(
    ("item", "quoted"),
    [("Extension cable 5 m", "desk lamp"), ("Fernline Mesh Pod", "desk lamp"), ("Aurora desk lamp", "")],
)
def test_that_a_model_s_replacement_is_of_the_thing_that_was_named(
    item: str, quoted: str, modelled: Hand, server: ModelServer
) -> None:
    _says(server, steps=[_step("send_replacement", order="O-44", items=item, deliver_by="2026-11-26")])
    _held(
        _proposal(modelled, "The desk lamp arrived cracked, please send a new one.", MINA), quoted, {"items": (item,)}
    )


def _held(proposal: Proposal, quoted: str, given: dict[str, object]) -> None:
    """The step is on the card as it was given; it waits, with the words that speak against it, or with none."""
    [step] = proposal.steps
    assert {name: step.values()[name] for name in given} == given
    against = [one.text for one in proposal.findings if one.step == step.id and one.text.startswith("They wrote “")]
    assert proposal.route != "act"
    assert proposal.rulings[step.id].answer != "allow"
    assert bool(against) == bool(quoted)
    assert all(quoted.casefold() in text.casefold() for text in against)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I can't be home on Thursday, please move the visit to Friday.", "allow"),
        ("I can't be home on Thursday, please move the visit to Friday. No, leave it.", "ask"),
        ("I can't be home on Thursday, please move the visit to Friday if it costs nothing.", "ask"),
    ],
)
def test_that_a_step_the_words_speak_against_is_never_done_alone(
    text: str, answer: str, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_alone(monkeypatch)
    proposal = _proposal(hand, text)
    [step] = [one for one in proposal.steps if one.action == "reschedule_appointment"]
    assert proposal.rulings[step.id].answer == answer
    assert (proposal.route == "act") == (answer == "allow")
