"""What nobody can read as English is pointed out, however it is written; what people write in English is not."""

from __future__ import annotations

import codecs
import random
from collections.abc import Callable

import pytest

from cx_core.adapters.classifier.triager import illegible_to
from cx_core.adapters.encoder.minilm import MiniLM
from cx_core.adapters.knowledge.knowledge_folder import load
from cx_core.prompt_injection.illegible import illegible
from cx_core.settings import ROOT
from cx_core.text.spelling import Speller

KNOWLEDGE = load(ROOT / "knowledge")
EXAMPLES = [text for one in KNOWLEDGE.task_types.values() for text in one.examples]
MATTER = "The left earphone of my headset has been silent since Sunday."
SIGNALS = ". - .. .- -. -- ... ..- .-. .-- -.. -.- --. --- .... ...- ..-. .-.. .--. .--- -... -..- -.-. -.-- --.. --.-"
MORSE = dict(zip("etianmsurwdkgohvflpjbxcyzq", SIGNALS.split(), strict=True))
PICTURES = "😀🎯📦💷🔑🛑📅🧾🚪🐝🌊🎲🍋🪁🧩🥁🎈🐙🌵🍄🛶🪵🧲🎻🪐🦉"


@pytest.fixture(scope="module")
def found() -> Callable[[str], tuple[str, ...]]:
    return illegible_to(KNOWLEDGE, MiniLM())


def _in_pictures(text: str) -> str:
    letters = {letter: picture for letter, picture in zip(MORSE, PICTURES, strict=True)}
    return " ".join("".join(letters.get(sign, "") for sign in word) for word in text.lower().split())


WAYS: dict[str, Callable[[str], str]] = {
    "Morse": lambda text: " ".join(MORSE[sign] for sign in text.lower() if sign in MORSE),
    "hexadecimal": lambda text: text.encode().hex(" "),
    "binary": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "decimal": lambda text: " ".join(str(byte) for byte in text.encode()),
    "octal": lambda text: " ".join(f"\\{byte:o}" for byte in text.encode()),
    "pictures": _in_pictures,
    "shifted": lambda text: codecs.encode(text, "rot13"),
    "figures for letters": lambda text: text.translate(str.maketrans("aeiost", "431057")),
    "turned round": lambda text: text[::-1],
}
FOREIGN = [
    "Bitte schicken Sie mir morgen einen neuen Router, der alte ist kaputt gegangen.",
    "Le colis n'est pas encore arrivé, pourriez-vous me dire quand je peux l'attendre ?",
    "No quiero que venga el técnico el lunes porque estaré trabajando todo el día.",
    "Proszę o zmianę adresu dostawy, ponieważ w tym tygodniu nie będzie nas w domu.",
    "Hoffwn i siarad â rhywun am y bil diwethaf oherwydd bod y swm yn anghywir.",
    "Het pakket is nog steeds niet bezorgd en ik heb het volgende week nodig.",
    "Lütfen siparişimi iptal edin çünkü başka bir yerden daha ucuza aldım.",
    "Volevo sapere perché la bolletta di questo mese è più alta della precedente.",
]


@pytest.mark.parametrize("way", WAYS)
def test_that_a_sentence_that_was_coded_is_pointed_out(way: str, found: Callable[[str], tuple[str, ...]]) -> None:
    drawn = random.Random(way)
    texts = drawn.sample([text for text in EXAMPLES if 60 < len(text) < 120 and "." not in text[:-1]], 50)
    seen = [any(found(f"{MATTER}\n\n{WAYS[way](text)}")) for text in texts]
    assert sum(seen) >= 45


@pytest.mark.parametrize("text", FOREIGN)
def test_that_a_sentence_in_another_language_is_pointed_out(text: str, found: Callable[[str], tuple[str, ...]]) -> None:
    assert found(f"{MATTER} {text}") == (text,)


def test_that_hardly_anything_that_people_write_is(found: Callable[[str], tuple[str, ...]]) -> None:
    assert len(EXAMPLES) > 3_000
    assert sum(any(found(text)) for text in EXAMPLES) <= len(EXAMPLES) / 500


@pytest.mark.parametrize(
    "text",
    [
        "Owen Price\n12 Rectory Close\nAshcombe FN3 6TP\n+44 (0)7700 900 123",
        "----------------------------------------\n* * * * *\n=====",
        "Sort code 20-00-00, account 55779911, IBAN GB29 NWBK 6016 1331 9268 19",
        "Order O-1203: 2 x lamp 19.99, 1 x sleeve 12.50, total 52.48",
        "thx!!! 😀😀😀🎉🎉🎉",
        "😀😀😀😀 🎉🎉🎉🎉 🙏🙏🙏🙏 👍👍👍👍 😀😀😀😀",
        "+44 7700 900 123 / +44 7700 900 456",
        "12 11 9 14 10 8 13 12 15 11",
        "| --- | --- | :---: | --- |",
        "https://example.com/abc?x=1&y=2 user@example.com",
        "",
    ],
)
def test_that_signatures_rules_and_numbers_are_not(text: str, found: Callable[[str], tuple[str, ...]]) -> None:
    assert found(text) == ()


def test_that_an_encoder_without_words_of_its_own_calls_nothing_strange() -> None:
    assert illegible(FOREIGN[0], Speller((), ()).knows, lambda _: True) == ()


@pytest.mark.parametrize("text", FOREIGN[:4])
def test_that_a_business_of_several_languages_reads_them_all(text: str) -> None:
    company = KNOWLEDGE.company.model_copy(update={"languages": ("en", "de", "fr", "es", "pl")})
    found = illegible_to(KNOWLEDGE.model_copy(update={"company": company}), MiniLM())
    assert found(f"{MATTER} {text}") == ()
    assert found(FOREIGN[6]) == (FOREIGN[6],), "Turkish is none of them"
