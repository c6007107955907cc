"""That an AI helped is told wherever words of its making are left, and only there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cx_core.act.reply.ai_disclosure import disclosed
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.records import Message, MessageId, Part, Rewording, TicketId
from cx_core.settings import ROOT

COMPANY = load(ROOT / "knowledge").company
TOLD = COMPANY.disclosure
DRAFTED = Part(goal=0, case="c", text="We have refunded {s1.amount} to the card that you paid with. It takes two days.")
MINE = "Hello Maria, I looked at both payments myself this morning and you are right."
WARM = "Dear Maria, thank you so much for your patience while both payments were looked at."
GERMAN = "Guten Tag, beide Zahlungen wurden heute Morgen geprüft, und Sie haben recht."
KI = "Eine KI hat beim Schreiben geholfen."


def _made(after: str, told: str = "", before: str = MINE) -> Rewording:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Rewording(ticket=TicketId("T-1"), before=before, after=after, disclosure=told, at=at)


@pytest.mark.parametrize(
    "text",
    [
        DRAFTED.text,
        "Hello. We have refunded {s1.amount} to the card that you hold. Bye.",
        "we have REFUNDED {s1.amount}\nto the card",
    ],
)
def test_that_a_drafted_text_says_so_also_where_words_of_it_were_changed(text: str) -> None:
    assert disclosed(text, [DRAFTED], [], COMPANY) == f"{text}\n\n{TOLD}"


def test_that_it_is_not_said_twice() -> None:
    told = f"{DRAFTED.text}\n\n{TOLD.replace('. ', '.  ')}"
    assert disclosed(told, [DRAFTED], [], COMPANY) == told


def test_that_a_rewritten_text_says_so_and_ones_own_words_do_not() -> None:
    rewritten = [_made(f"{WARM}\n\n{COMPANY.signature}\n\n{TOLD}")]
    assert disclosed(WARM, [], rewritten, COMPANY) == f"{WARM}\n\n{TOLD}"
    for own in (MINE, f"{MINE}\n\n{COMPANY.closing}\n\n{COMPANY.signature}", "Done.", ""):
        assert disclosed(own, [DRAFTED], rewritten, COMPANY) == own


def test_that_a_translation_says_so_in_its_own_language() -> None:
    rewritten = [_made(f"{GERMAN}\n\n{KI}", KI)]
    assert disclosed(f"{GERMAN}\n\n{KI}", [], rewritten, COMPANY) == f"{GERMAN}\n\n{KI}"
    assert disclosed(GERMAN, [], rewritten, COMPANY) == f"{GERMAN}\n\n{KI}"


def test_that_it_is_not_put_back_where_an_earlier_answer_on_the_ticket_said_so() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    ours = Message(id=MessageId("a"), ticket=TicketId("T-1"), sender="advisor", text=f"Hello.\n\n{TOLD}", at=at)
    assert disclosed(DRAFTED.text, [DRAFTED], [], COMPANY, [ours]) == DRAFTED.text
    theirs = ours.replace(sender="customer")
    assert disclosed(DRAFTED.text, [DRAFTED], [], COMPANY, [theirs]) == f"{DRAFTED.text}\n\n{TOLD}"
