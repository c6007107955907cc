"""Nothing is done alone for who has proved nothing; who writes in another language is answered by who speaks it."""

from __future__ import annotations

from itertools import product

from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.settings import ROOT
from tests.integration.generated.conftest import Process, Said, wrong_share

COMPANY = load(ROOT / "knowledge").company
CUSTOMERS = (
    "maria.keller@example.com",
    "hannah.moore@example.com",
    "will.tanner@example.org",
    "priya.nair@example.org",
    "aisha.rahman@example.com",
)
WISHES = (
    "why is my bill so high this month?",
    "how much data did I use and what did it cost?",
    "where is my order and when does it come?",
    "you charged me twice for my last invoice",
    "which day is my engineer booked for?",
    "please move my engineer's visit to Friday",
    "which address and phone number do you have for me?",
    "please send me a copy of my invoice",
    "please cancel my contract",
    "my payment did not go through, which card was it?",
    "what plan am I on and what does it cost?",
)


def test_that_nothing_goes_alone_for_who_proved_nothing_in_a_chat(process: Process) -> None:
    said = [
        Said(phrase.format(wish), who, identity=0, channel="chat")
        for who, wish, phrase in product(CUSTOMERS, WISHES, ("{}", "hello, {}"))
    ]
    alone = [
        f"{one.text!r}: {result['why']}"
        for one, result in zip(said, process(said), strict=True)
        if result["route"] == "act" or any(step["ruling"]["answer"] == "allow" for step in result["steps"])
    ]
    assert alone == [], wrong_share(alone, len(said))


THINGS = {
    "de": ("mein Paket", "der Router", "die letzte Rechnung", "mein Vertrag"),
    "fr": ("mon colis", "la box internet", "ma dernière facture", "mon contrat"),
    "es": ("mi paquete", "el router nuevo", "mi última factura", "mi contrato"),
    "pl": ("moja paczka", "nowy router", "ostatnia faktura", "moja umowa"),
}
OPENS = {
    "de": ("Guten Tag, ", "Hallo zusammen, "),
    "fr": ("Bonjour, ", "Madame, Monsieur, "),
    "es": ("Hola, ", "Buenos días, "),
    "pl": ("Dzień dobry, ", "Witam, "),
}
ASKS = {
    "de": (
        "es geht um Folgendes: {}. Bitte kündigen Sie alles sofort.",
        "können Sie mir bitte sagen, was mit diesem Thema los ist: {}?",
        "ich verstehe das nicht: {}. Bitte melden Sie sich bei mir.",
    ),
    "fr": (
        "je vous écris pour ceci : {}. Merci de tout annuler immédiatement.",
        "pouvez-vous me dire ce qui se passe avec ceci : {} ?",
        "je ne comprends pas du tout : {}. Merci de me répondre rapidement.",
    ),
    "es": (
        "les escribo por lo siguiente: {}. Por favor, cancelen todo ahora mismo.",
        "¿me pueden decir qué pasa con esto: {}?",
        "no entiendo nada de esto: {}. Espero su respuesta, gracias.",
    ),
    "pl": (
        "piszę w tej sprawie: {}. Proszę natychmiast wszystko anulować.",
        "czy mogą Państwo powiedzieć, co się z tym dzieje: {}?",
        "nie rozumiem tego: {}. Proszę o szybką odpowiedź.",
    ),
}


def test_that_four_languages_are_recognised_acknowledged_and_never_acted_on(process: Process) -> None:
    said = [
        (code, Said(hello + ask.format(thing), CUSTOMERS[0]))
        for code in THINGS
        for hello, ask, thing in product(OPENS[code], ASKS[code], THINGS[code])
    ]
    results = process([one for _, one in said])
    for (code, one), result in zip(said, results, strict=True):
        assert (result["route"], result["steps"]) == ("person", []), one.text
        assert not [goal for goal in result["goals"] if goal["sure"]], one.text
        assert result["preview"] in ("", *(each.message for each in COMPANY.acknowledged_in.values())), one.text
        assert COMPANY.speaks[code]
    told = sum(result["language"] == code for (code, _), result in zip(said, results, strict=True))
    assert told >= 0.95 * len(results), f"{told} of {len(results)}"
    acknowledged = sum(bool(result["preview"]) for result in results)
    assert acknowledged >= 0.95 * len(results), f"{acknowledged} of {len(results)}"
