"""What administrators see of the language model: use, bounds, standing, prompts, and two drafts side by side."""

from __future__ import annotations

import pytest

from cx_core.adapters.llm.circuit_breaker import FAILURES
from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Role
from cx_core.views import Refusal, SideBySide
from tests.conftest import SetClock
from tests.model_server import Body, ModelServer
from tests.scripted import MARIA, Hand, person

TWICE = "I was charged twice. Please sort it out."
WARM = "Thank you for telling us, and sorry for the trouble. "
OWEN = person(Role.ADMINISTRATOR, "Owen Price")


def _warmer(body: Body) -> object:
    """The built-in paragraph behind kind words, no steps, no summary of its own."""
    content = body["messages"][-1]["content"]
    name = body["response_format"]["json_schema"]["name"]
    drafted = content.partition("# The built-in draft\ngoal 0: ")[2].split("\n")[0]
    warm = {"paragraphs": [{"goal": 0, "text": f"{WARM}{drafted}"}]}
    return {"ProposedPlan": {"steps": []}, "Paragraphs": warm}.get(name, {"summary": ""})


def test_that_two_drafts_stand_side_by_side_and_nothing_is_kept(modelled: Hand, server: ModelServer) -> None:
    server.answer = _warmer
    ticket = modelled.ticket(TWICE, MARIA)
    before = modelled.view(ticket)
    both = modelled.desk.model_admin.compare(OWEN, ticket)
    assert isinstance(both, SideBySide)
    assert both.model is not None
    assert WARM not in both.built_in.reply
    assert both.model.reply == both.built_in.reply.replace("Hello Maria,\n\n", f"Hello Maria,\n\n{WARM}")
    assert both.built_in.steps == both.model.steps == ("Refund £54.00 of payment P-8",)
    assert modelled.view(ticket).ticket == before.ticket
    assert modelled.view(ticket).proposal == before.proposal
    assert modelled.sent(MARIA) == []
    assert modelled.kinds(ticket)[-1] == "compared"


def test_that_a_ticket_for_a_person_says_why_the_model_is_not_asked(modelled: Hand, server: ModelServer) -> None:
    both = modelled.desk.model_admin.compare(OWEN, modelled.ticket("I am leaving you.", MARIA))
    assert isinstance(both, SideBySide)
    assert both.model is None
    assert both.why
    assert server.requests == []


def test_that_use_is_shown_by_day_and_task_with_bounds(modelled: Hand, server: ModelServer, clock: SetClock) -> None:
    server.answer = _warmer
    first = modelled.ticket(TWICE, MARIA)
    clock.forward(days=1, hours=2)
    server.mode = "500"
    modelled.ticket("Again I was charged twice.", MARIA)
    seen = modelled.desk.model_admin.language_model(OWEN)
    assert seen.name == "scripted"
    assert seen.bounds is not None
    assert (seen.bounds.seconds, seen.bounds.ticket_tokens) == (3, 60_000)
    assert [(use.day.isoformat(), use.task, use.asked, use.failed, use.input_tokens) for use in seen.uses] == [
        ("2026-11-24", "plan", 1, 1, 0),
        ("2026-11-23", "plan", 1, 0, 100),
        ("2026-11-23", "reply", 1, 0, 100),
        ("2026-11-23", "summary", 1, 0, 100),
    ]
    assert seen.used_today == 0
    assert first not in dict(seen.tickets)
    assert seen.standing.failures == 1
    assert {prompt.task for prompt in seen.prompts} == {"plan", "reply", "summary", "stream", "rewrite"}


def test_that_a_model_left_alone_is_seen(modelled: Hand, server: ModelServer) -> None:
    server.mode = "500"
    for _ in range(FAILURES):
        modelled.ticket(TWICE, MARIA)
    assert modelled.desk.model_admin.language_model(OWEN).standing.left_alone_until is not None


def test_that_without_a_model_there_is_nothing_to_compare(hand: Hand, desk: Desk) -> None:
    refused = desk.model_admin.compare(OWEN, hand.ticket(TWICE, MARIA))
    assert isinstance(refused, Refusal)
    assert desk.model_admin.language_model(OWEN).name == ""


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADVISOR, Role.SUPERVISOR])
def test_that_only_administrators_see_it(role: Role, desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    with pytest.raises(NotAllowed):
        desk.model_admin.language_model(person(role))
    with pytest.raises(NotAllowed):
        desk.model_admin.compare(person(role), ticket)
