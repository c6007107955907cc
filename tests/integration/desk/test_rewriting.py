"""Rewriting a person's words: through the desk, by rules and by a model over HTTP; nothing is kept or sent by it."""

from __future__ import annotations

import pytest

from cx_core.desk.desk import Desk
from cx_core.errors import NotAllowed
from cx_core.records import Approval, Role, StepId, TicketId
from cx_core.views import Refusal, Reworded
from tests.model_server import Body, ModelServer, content_of
from tests.scripted import MARIA, SAM, Hand, person

TWICE = "I was charged twice. Please sort it out."
BODY = "Hello Maria,\n\n{s1.amount} went back to you, Maria Keller. It can't take long.\n\nAnything else?"


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
    assert [way for way, _ in desk.rewrites.ways(SAM, "de")] == ["shorter", "more formal"]
    ticket = hand.ticket(TWICE, MARIA)
    made = desk.rewrites.rewrite(SAM, ticket, "more formal", BODY)
    assert isinstance(made, Reworded)
    assert made.text == BODY.replace("Hello", "Dear").replace("can't", "cannot")
    assert (made.by, made.note) == ("rules", "")
    refused = desk.rewrites.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert refused.text == "This is not offered here: it needs a language model."


def test_that_a_text_that_rules_cannot_better_stays_and_says_so(hand: Hand, desk: Desk) -> None:
    refused = desk.rewrites.rewrite(SAM, hand.ticket(TWICE, MARIA), "shorter", "It is done.")
    assert isinstance(refused, Refusal)
    assert "Your text is as it was." in refused.text


def test_that_a_model_rewrites_and_sees_nobody(modelled: Hand, server: ModelServer) -> None:
    ticket = _ticket(modelled, server)

    def warm(body: Body) -> object:
        [masked] = {word for word in content_of(body).split() if word.startswith("⟪name") and word.endswith("⟫.")}
        return {"text": f"Dear {masked[:-1]},\n\nwe are glad that {{s1.amount}} went back to you."}

    server.answer = warm
    made = modelled.desk.rewrites.rewrite(SAM, ticket, "warmer", _signed(modelled))
    assert isinstance(made, Reworded)
    assert made.text == _signed(modelled, "Dear Maria Keller,\n\nwe are glad that {s1.amount} went back to you.")
    assert made.by == "scripted"
    [asked] = [content_of(body) for body in server.requests]
    assert "Keller" not in asked
    assert "# The way\nwarmer\n" in asked
    assert "never “unfortunately”" in asked
    with modelled.works.store.look() as unit:
        assert unit.colleagues.draft(ticket) is None
    assert modelled.kinds(ticket)[-1] == "rewritten"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("We sent your money.", "did not keep what the steps fill in (amount). Your text is as it was."),
        ("{s1.amount} and £99.00 more.", "spoke of 99.00, which your text does not. Your text is as it was."),
        ("{s1.amount}: see www.evil.example", "spoke of www.evil.example, which your text does not."),
    ],
)
def test_that_a_lost_slot_or_a_new_fact_leaves_the_text(
    said: str, why: str, modelled: Hand, server: ModelServer
) -> None:
    ticket = _ticket(modelled, server)
    server.answer = lambda _: {"text": said}
    refused = modelled.desk.rewrites.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert why in refused.text


@pytest.mark.parametrize("mode", ["429", "500", "hang", "cut", "malformed", "schema", "empty"])
def test_that_rules_stand_in_for_a_model_in_trouble_where_they_can(
    mode: str, modelled: Hand, server: ModelServer
) -> None:
    ticket = _ticket(modelled, server)
    server.mode = mode
    made = modelled.desk.rewrites.rewrite(SAM, ticket, "more formal", BODY)
    assert isinstance(made, Reworded)
    assert made.by == "rules"
    assert made.note.startswith("The language model did not answer (")
    refused = modelled.desk.rewrites.rewrite(SAM, ticket, "warmer", BODY)
    assert isinstance(refused, Refusal)
    assert refused.text.endswith("Your text is as it was.")


def test_that_a_translation_says_that_an_ai_helped(modelled: Hand, server: ModelServer) -> None:
    ticket = _ticket(modelled, server)
    with modelled.works.store.begin() as unit:
        kept = unit.tickets.get(ticket)
        assert kept is not None
        unit.tickets.put(kept.replace(language="de"))
    assert ("translate", "Translate to German") in modelled.desk.rewrites.ways(SAM, "de")
    assert "translate" not in dict(modelled.desk.rewrites.ways(SAM, "en"))
    server.answer = lambda _: {"text": "Guten Tag,\n\n{s1.amount} ist zurück.\n\nNoch etwas?\n\nEine KI hat geholfen."}
    made = modelled.desk.rewrites.rewrite(SAM, ticket, "translate", BODY)
    assert isinstance(made, Reworded)
    assert "zurück" in made.text
    asked = content_of(server.requests[0])
    assert "translate into German" in asked
    assert "An AI assistant helped" in asked


def test_that_a_rewritten_text_is_not_sent_without_saying_that_an_ai_helped(
    modelled: Hand, server: ModelServer
) -> None:
    ticket, company = _ticket(modelled, server), modelled.works.knowledge.company
    server.answer = lambda _: {
        "text": "Dear Maria, we have looked at both of your payments with all the care they need."
    }
    own = "Hello Maria, I have seen both payments."
    made = modelled.desk.rewrites.rewrite(SAM, ticket, "warmer", own)
    assert isinstance(made, Reworded)
    without = made.text.replace(company.disclosure, "").rstrip()
    assert modelled.desk.inbox.added_when_sent(SAM, ticket, without) == company.disclosure
    answer = modelled.desk.approvals.approve(SAM, ticket, 1, reply=without, skipped={StepId("s1"): "Later"})
    assert isinstance(answer, Approval)
    assert modelled.sent(MARIA) == [f"{without}\n\n{company.disclosure}"]


def test_that_words_of_ones_own_are_sent_as_they_are_after_looking_at_a_rewriting(
    modelled: Hand, server: ModelServer
) -> None:
    ticket, own = _ticket(modelled, server), "Hello Maria, I have seen both payments. Ada"
    server.answer = lambda _: {
        "text": "Dear Maria, we have looked at both of your payments with all the care they need."
    }
    assert isinstance(modelled.desk.rewrites.rewrite(SAM, ticket, "warmer", own), Reworded)
    modelled.desk.approvals.approve(SAM, ticket, 1, reply=own, skipped={StepId("s1"): "Later"})
    assert modelled.sent(MARIA) == [own]


def test_that_a_translation_is_not_sent_without_saying_so_in_its_language(modelled: Hand, server: ModelServer) -> None:
    ticket = _ticket(modelled, server)
    with modelled.works.store.begin() as unit:
        kept = unit.tickets.get(ticket)
        assert kept is not None
        unit.tickets.put(kept.replace(language="de"))
    german, told = "Guten Tag, beide Zahlungen haben wir heute Morgen geprüft.", "Eine KI hat geholfen."
    server.answer = lambda _: {"text": f"{german}\n\n{told}"}
    assert isinstance(modelled.desk.rewrites.rewrite(SAM, ticket, "translate", "Hello, both are checked."), Reworded)
    modelled.desk.approvals.approve(SAM, ticket, 1, reply=german, skipped={StepId("s1"): "Later"})
    assert modelled.sent(MARIA) == [f"{german}\n\n{told}"]


def test_that_ones_own_words_are_kept_with_the_draft(hand: Hand, desk: Desk) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    desk.inbox.save_draft(SAM, ticket, 1, "Made shorter.", earlier=("As I wrote it.",))
    desk.inbox.save_draft(SAM, ticket, 1, "Made shorter, and changed.")
    draft = hand.view(ticket).draft
    assert draft is not None
    assert (draft.text, draft.earlier) == ("Made shorter, and changed.", ("As I wrote it.",))
    desk.inbox.save_draft(SAM, ticket, 1, "As I wrote it.", earlier=())
    draft = hand.view(ticket).draft
    assert draft is not None
    assert draft.earlier == ()


def test_that_only_who_may_answer_rewrites(desk: Desk, hand: Hand) -> None:
    ticket = hand.ticket(TWICE, MARIA)
    with pytest.raises(NotAllowed):
        desk.rewrites.rewrite(person(Role.EDITOR, "Eli Moss"), ticket, "shorter", BODY)
    desk.inbox.take(person(), ticket)
    refused = desk.rewrites.rewrite(SAM, ticket, "shorter", BODY)
    assert isinstance(refused, Refusal)
    assert refused.code == "taken"
