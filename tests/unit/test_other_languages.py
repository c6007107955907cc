"""Which language a message is in, what it brings up in that, and what is said to whoever wrote it."""

from __future__ import annotations

from itertools import product

import pytest

from cx_core.act.reply.ai_disclosure import disclosed
from cx_core.act.reply.reply_slots import compose
from cx_core.adapters.classifier.language_detection import LangId
from cx_core.adapters.knowledge.knowledge_check import cross_check
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.decide import autonomy, planning
from cx_core.errors import KnowledgeError
from cx_core.records import Evidence, Goal, TaskTypeName, Triage
from cx_core.settings import ROOT
from cx_core.understand.gravity import in_plain_words
from cx_core.understand.language import language, opening_language
from cx_core.understand.summary import summarise

KNOWLEDGE = load(ROOT / "knowledge")
COMPANY = KNOWLEDGE.company
DETECTOR = LangId()

THINGS = {
    "de": ("das Paket", "der Router", "die Rechnung", "mein Vertrag"),
    "fr": ("le colis", "la box", "la facture", "mon contrat"),
    "es": ("el paquete", "el router", "la factura", "mi contrato"),
    "pl": ("paczka", "router", "faktura", "moja umowa"),
}
SAYS = {
    "de": (
        "Hallo, {} ist leider immer noch nicht angekommen.",
        "Können Sie mir bitte sagen, wo {} ist?",
        "was ist mit {} los",
    ),
    "fr": ("Bonjour, {} n'est toujours pas arrivé.", "Pouvez-vous me dire où est {} ?", "je ne comprends pas {} svp"),
    "es": ("Hola, {} todavía no ha llegado.", "¿Me pueden decir dónde está {}?", "no entiendo qué pasa con {}"),
    "pl": (
        "Dzień dobry, {} nadal nie dotarła.",
        "Czy mogą Państwo powiedzieć, gdzie jest {}?",
        "nie wiem co się dzieje, {} nie działa",
    ),
}
NAMES = ("Jürgen Größmann", "François Lefèvre", "Íñigo Muñoz Peña", "Grzegorz Brzęczyszczykiewicz", "Małgorzata Wójcik")
ENGLISH = (
    "Hello, my name is {}, where is my order?",
    "Please deliver to {}, 12 Lindenstraße, Düsseldorf.",
    "Best regards, {}",
    "no internet since two days, please help, {}",
    'Your courier {} left a card: "Wir kommen morgen zwischen 8 und 12 Uhr wieder". Nobody came.',
    "The display shows “No se puede conectar a la red” when {} starts it.",
)


@pytest.mark.parametrize("code", THINGS)
def test_that_what_customers_say_is_recognised_in_four_languages(code: str) -> None:
    said = [text.format(thing) for text, thing in product(SAYS[code], THINGS[code])]
    assert {language(text, ("en",), DETECTOR) for text in said} == {code}


@pytest.mark.parametrize(("text", "name"), list(product(ENGLISH, NAMES)))
def test_that_names_addresses_and_quotations_make_english_no_other_language(text: str, name: str) -> None:
    assert language(text.format(name), ("en",), DETECTOR) == "en"


@pytest.mark.parametrize("text", ["Rechnung fehlt", "Danke schön", "Mot de passe", "Małgorzata Wiśniewska", "ok", ""])
def test_that_one_or_two_words_are_in_the_business_s_language(text: str) -> None:
    assert language(text, ("en",), DETECTOR) == "en" or len(text.split()) > 2


@pytest.mark.parametrize("code", THINGS)
def test_that_a_language_that_is_served_is_no_other_one(code: str) -> None:
    text = SAYS[code][0].format(THINGS[code][0])
    assert language(text, ("en", code), DETECTOR) == code
    assert not COMPANY.replace(languages=("en", code)).foreign(code)


@pytest.mark.parametrize(
    ("code", "matter", "text"),
    [
        ("de", "danger", "Das Netzteil hat angefangen zu brennen."),
        ("de", "a bereavement", "Meine Oma ist im Mai verstorben."),
        ("fr", "legal action", "Mon avocate vous écrira demain."),
        ("fr", "danger", "Il y a de la fumée dans le salon depuis."),
        ("es", "self harm", "Pienso en el suicidio todos los dias"),
        ("es", "legal action", "Los veo en los tribunales."),
        ("pl", "a bereavement", "Tata zmarl w maju"),
        ("pl", "legal action", "Sprawa trafi do sądu."),
    ],
)
def test_that_plain_grave_words_are_heard_also_without_their_marks(code: str, matter: str, text: str) -> None:
    found = in_plain_words(f"{SAYS[code][0].format(THINGS[code][0])}\n{text}", code)
    assert (found.matter, found.quote) == (matter, text)


@pytest.mark.parametrize("code", THINGS)
def test_that_ordinary_words_bring_nothing_up(code: str) -> None:
    said = [text.format(thing) for text, thing in product(SAYS[code], THINGS[code])]
    assert not any(in_plain_words(text, code).matter for text in said)
    assert not in_plain_words("Mein Anwalt", "xx").matter


@pytest.mark.parametrize("code", COMPANY.acknowledged_in)
def test_that_an_acknowledgement_is_a_whole_message_in_their_language(code: str) -> None:
    part = planning.acknowledged(Triage(language=code), COMPANY)
    assert part is not None
    reply = compose([part], COMPANY, None)
    assert reply is not None
    assert reply.text == COMPANY.acknowledged_in[code].message
    assert COMPANY.signature not in reply.text
    assert language(reply.text, ("en",), DETECTOR) == code
    assert not any(figure.isdigit() for figure in reply.text)  # no time is promised


def test_that_an_acknowledgement_is_said_once_and_only_where_one_is_written() -> None:
    assert planning.acknowledged(Triage(language="de"), COMPANY, first=False) is None
    assert planning.acknowledged(Triage(language="it"), COMPANY) is None
    assert planning.acknowledged(Triage(language="en"), COMPANY) is None
    grave = planning.acknowledged(Triage(language="en", grave="danger"), COMPANY)
    assert grave is not None
    assert not grave.whole


@pytest.mark.parametrize("code", COMPANY.acknowledged_in)
def test_that_the_disclosure_is_put_back_in_their_language(code: str) -> None:
    ours, part = COMPANY.acknowledged_in[code], planning.acknowledged(Triage(language=code), COMPANY)
    assert part is not None
    assert disclosed(ours.text, [part], [], COMPANY).endswith(ours.disclosure.strip())
    assert disclosed(ours.message, [part], [], COMPANY) == ours.message


@pytest.mark.parametrize("grave", ["", "danger"])
def test_that_the_reason_names_the_language(grave: str) -> None:
    route, why = autonomy.route((), {}, {}, foreign="Polish", wants_person=False, grave=grave)
    assert route == "person"
    assert why.startswith("Writes in Polish: for somebody who speaks it")
    assert ("danger" in why) == bool(grave)


def test_that_the_summary_says_how_sure_it_is() -> None:
    goal = Goal(task_type=TaskTypeName("router_setup"), probability=0.4, sure=False)
    told = summarise(Triage(language="pl", goals=(goal,)), Evidence(), (), KNOWLEDGE.task_types, "Polish")
    assert "in Polish, perhaps" in told
    assert "a guess" in told
    assert "not recognised" in summarise(Triage(language="pl"), Evidence(), (), KNOWLEDGE.task_types, "Polish")


def test_that_a_language_is_spoken_by_a_team_that_there_is() -> None:
    wrong = KNOWLEDGE.replace(company=COMPANY.replace(speaks={"de": "nobody"}))
    with pytest.raises(KnowledgeError, match="speaks"):
        cross_check(wrong)


@pytest.mark.parametrize("below", ["", "\n\nPouvez-vous me dire où est le colis ? Je ne comprends pas du tout."])
def test_that_a_mail_is_in_the_served_language_that_it_opens_in(below: str) -> None:
    english = "Could you please tell me where my parcel is, it is late."
    german = "Können Sie mir bitte sagen, wo mein Paket im Moment ist?"
    both = ("en", "de")
    assert opening_language(english + below, both, DETECTOR) == "en"
    assert opening_language(german + below, both, DETECTOR) == "de"
    assert opening_language(german + below, ("en",), DETECTOR) == ""
