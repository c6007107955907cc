"""What does not read as language is decoded, and of what honest documents hold nothing is."""

from __future__ import annotations

import base64
import random

import pytest

from cx_core.prompt_injection.decoding import Reader
from cx_core.prompt_injection.document_screening import document_examples
from cx_core.prompt_injection.weighing import examples
from cx_core.settings import ROOT

SAID = "The lighthouse keeper wants seven wooden boats before the winter storms arrive."
DICE = random.Random(7)
READER = Reader([*(line for lines in examples().values() for line in lines), *document_examples()])
HONEST = {
    "serial numbers": "\n".join(f"SN-{DICE.randrange(10**12):012d}-{DICE.choice('ABCDEF')}" for _ in range(200)),
    "product codes": "\n".join("".join(DICE.choices("ABCDEFGHKLMNPRSTUVWX0123456789", k=9)) for _ in range(300)),
    "licence keys": "\n".join(
        "-".join("".join(DICE.choices("BCDFGHJKMPQRTVWXY2346789", k=5)) for _ in range(5)) for _ in range(100)
    ),
    "colours": "\n".join(f"#{DICE.randrange(2**24):06x}" for _ in range(300)),
    "a digest": "\n".join(DICE.randbytes(32).hex() for _ in range(100)),
    "a picture": base64.b64encode(DICE.randbytes(60_000)).decode(),
    "bytes": " ".join(f"{DICE.randrange(256):02x}" for _ in range(5_000)),
    "a table of letters": "| A | B | C | D |\n|---|---|---|---|\n" + "| Y | N | Y | - |\n" * 100,
    "the alphabet": " ".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "a drawing": "+---+---+\n| a | b |\n+---+---+\n" * 50,
    "addresses": "\n".join(f"https://example.com/{DICE.randbytes(9).hex()}/index.html?id={n}" for n in range(200)),
    "another language": "Bitte senden Sie uns die Rechnung innerhalb von vierzehn Tagen zurück, danke schön.\n" * 20,
    "a third": "Prosimy o odesłanie faktury w ciągu czternastu dni od otrzymania przesyłki w sklepie.\n" * 20,
}


def decoded(text: str) -> set[str]:
    return {one.says for one in READER.decoded(f"Our boats.\n\n{text}\n\nWe are glad to help you with anything else.")}


def shifted(by: int) -> str:
    small = "abcdefghijklmnopqrstuvwxyz"
    moved = small[by:] + small[:by]
    return SAID.translate(str.maketrans(small + small.upper(), moved + moved.upper()))


@pytest.mark.parametrize("by", range(1, 26))
def test_that_letters_shifted_any_way_are_read(by: int) -> None:
    assert SAID in decoded(shifted(by))


def test_that_language_is_left_as_it_is() -> None:
    assert decoded(SAID) == set()


@pytest.mark.parametrize("apart", [1, 3, 6, 11])
def test_that_base64_is_read_in_pieces_of_any_length(apart: int) -> None:
    coded = base64.b64encode(SAID.encode()).decode()
    pieces = [coded[at : at + apart] for at in range(0, len(coded), apart)]
    long_enough = apart >= 3  # single letters are no pieces that words between them could part
    assert any(SAID[4:60] in one for one in decoded("\n".join(pieces))) is long_enough


HEX = SAID.encode().hex()


@pytest.mark.parametrize(
    "coded",
    [
        HEX,
        HEX.upper(),
        f"0x{HEX}",
        " ".join(HEX[at : at + 4] for at in range(0, 160, 4)),
        " ".join(HEX[at : at + 2] for at in range(0, 160, 2)),
        f"{HEX}ff",
        "".join(f"\\x{HEX[at : at + 2]}" for at in range(0, 160, 2)),
        "".join(f"\\u00{HEX[at : at + 2]}" for at in range(0, 160, 2)),
        "".join(f"&#x{HEX[at : at + 2]};" for at in range(0, 160, 2)),
    ],
)
def test_that_bytes_written_as_figures_are_read_however_they_are_grouped(coded: str) -> None:
    assert any(SAID[:70] in one for one in decoded(coded))


@pytest.mark.parametrize("name", HONEST)
def test_that_nothing_in_honest_documents_is_decoded(name: str) -> None:
    assert decoded(HONEST[name]) == set()


def test_that_nothing_in_our_own_articles_is_decoded() -> None:
    articles = sorted((ROOT / "knowledge" / "articles").glob("*.md"))
    assert len(articles) > 50
    assert [one for path in articles for one in READER.decoded(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "hostile",
    [
        "a " * 100_000,
        "0 " * 100_000,
        "ab " * 70_000,
        "q" * 200_000,
        "%41" * 70_000,
        "zq" + "\n" * 200_000,
        "A1+/" * 50_000,
    ],
)
def test_that_a_hostile_text_is_read_to_its_end(hostile: str) -> None:
    assert isinstance(decoded(hostile), set)
