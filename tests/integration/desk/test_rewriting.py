"""Rewriting a person's words: through the desk, by rules and by a model over HTTP; nothing is kept or sent by it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from cx_core.bootstrap import open_desk
from cx_core.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Role, TicketId
from cx_core.settings import Settings
from cx_core.views import Refusal, Reworded
from tests.conftest import SetClock
from tests.model_server import Body, ModelServer, content_of, model_server
from tests.scripted import MARIA, SAM, Hand, InlineWorks, person

TWICE = "I was charged twice. Please sort it out."
BODY = "Hello Maria,\n\n{s1.amount} went back to you, Maria Keller. It can't take long.\n\nAnything else?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def modelled(furnished: Path, settings: Settings, clock: SetClock, server: ModelServer) -> Iterator[Hand]:
    """A desk with a language model."""
    shutil.copytree(furnished, settings.data_dir, dirs_exist_ok=True)
    access = {"openai_base_url": server.url, "openai_api_key": SecretStr("k"), "model": "scripted", "model_timeout": 1}
    works = InlineWorks(settings.model_copy(update=access), clock)
    yield Hand(open_desk(works.settings, works.clock, works), works)
    works.close()


def _ticket(hand: Hand, server: ModelServer) -> TicketId:
    """Read with the model away, so that the draft is the built-in one."""
    server.mode = "500"
    ticket = hand.ticket(TWICE, MARIA)
    server.mode, server.requests = "good", []
    return ticket


def _signed(hand: Hand, body: str = BODY) -> str:
    company = hand.works.knowledge.company
    return f"{body}\n\n{company.signature}\n\n{company.disclosure}"


def test_that_without_a_model_only_what_rules_do_well_is_offered(hand: Hand, desk: Desk) -> None:
    assert [way for way, _ in desk.ways(SAM, "de")] == ["shorter", "more formal"]
    ticket = hand.ticket(TWICE, MARIA)
    made = desk.rewrite(SAM, ticket, "more formal", BODY)
    assert isinstance(made, Reworded)
    assert made.text == BODY.replace("Hello", "Dear").replace("can't", "cannot")
    assert (made.by, made.note) == ("rules", "")
    refused = desk.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert refused.text == "This is not offered here: it needs a language model."


def test_that_a_text_that_rules_cannot_better_stays_and_says_so(hand: Hand, desk: Desk) -> None:
    refused = desk.rewrite(SAM, hand.ticket(TWICE, MARIA), "shorter", "It is done.")
    assert isinstance(refused, Refusal)
    assert "Your text is as it was." in refused.text


def test_that_a_model_rewrites_and_sees_nobody(modelled: Hand, server: ModelServer) -> None:
    ticket = _ticket(modelled, server)

    def warm(body: Body) -> object:
        [masked] = {word for word in content_of(body).split() if word.startswith("⟪name") and word.endswith("⟫.")}
        return {"text": f"Dear {masked[:-1]},\n\nwe are glad that {{s1.amount}} went back to you."}

    server.answer = warm
    made = modelled.desk.rewrite(SAM, ticket, "warmer", _signed(modelled))
    assert isinstance(made, Reworded)
    assert made.text == _signed(modelled, "Dear Maria Keller,\n\nwe are glad that {s1.amount} went back to you.")
    assert made.by == "scripted"
    [asked] = [content_of(body) for body in server.requests]
    assert "Keller" not in asked
    assert "# The way\nwarmer\n" in asked
    assert "never “unfortunately”" in asked
    with modelled.works.store.look() as unit:
        assert unit.draft(ticket) is None
    assert modelled.kinds(ticket)[-1] == "rewritten"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("We sent your money.", "did not keep what the steps fill in ({s1.amount}). Your text is as it was."),
        ("{s1.amount} and £99.00 more.", "spoke of 99.00, which your text does not. Your text is as it was."),
        ("{s1.amount}: see www.evil.example", "spoke of www.evil.example, which your text does not."),
    ],
)
def test_that_a_lost_slot_or_a_new_fact_leaves_the_text(
    said: str, why: str, modelled: Hand, server: ModelServer
) -> None:
    ticket = _ticket(modelled, server)
    server.answer = lambda _: {"text": said}
    refused = modelled.desk.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert why in refused.text


@pytest.mark.parametrize("mode", ["429", "500", "hang", "cut", "malformed", "schema", "empty"])
def test_that_rules_stand_in_for_a_model_in_trouble_where_they_can(
    mode: str, modelled: Hand, server: ModelServer
) -> None:
    ticket = _ticket(modelled, server)
    server.mode = mode
    made = modelled.desk.rewrite(SAM, ticket, "more formal", BODY)
    assert isinstance(made, Reworded)
    assert made.by == "rules"
    assert made.note.startswith("The language model did not answer (")
    refused = modelled.desk.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert refused.text.endswith("Your text is as it was.")


def test_that_a_translation_says_that_an_ai_helped(modelled: Hand, server: ModelServer) -> None:
    ticket = _ticket(modelled, server)
    with modelled.works.store.begin() as unit:
        kept = unit.ticket(ticket)
        assert kept is not None
        unit.put_ticket(kept.model_copy(update={"language": "de"}))
    assert ("translate", "Translate to German") in modelled.desk.ways(SAM, "de")
    assert "translate" not in dict(modelled.desk.ways(SAM, "en"))
    server.answer = lambda _: {"text": "Guten Tag,\n\n{s1.amount} ist zurück.\n\nNoch etwas?\n\nEine KI hat geholfen."}
    made = modelled.desk.rewrite(SAM, ticket, "translate", BODY)
    assert isinstance(made, Reworded)
    assert "zurück" in made.text
    asked = content_of(server.requests[0])
    assert "translate into German" in asked
    assert "An AI assistant helped" in asked


def test_that_only_who_may_answer_rewrites(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    with pytest.raises(NotAllowed):
        desk.rewrite(person(Role.EDITOR, "Eli Moss"), ticket, "shorter", BODY)
    desk.take(person(), ticket)
    refused = desk.rewrite(SAM, ticket, "shorter", BODY)
    assert isinstance(refused, Refusal)
    assert refused.code == "taken"
