"""Articles cut along their structure: nothing lost, nothing twice, and each place where it says it is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cx_core.catalogue import Article
from cx_core.search.sections import LONGEST_CHUNK, LONGEST_SECTION, chunks, sections


def article(text: str) -> Article:
    return Article(id="a", title="Paying", text=text, version="1")


WORDS = " ".join(f"word{n}{'.' if n % 9 == 8 else ''}" for n in range(330))
MANY = "\n\n".join(f"Paragraph {n}. {WORDS}" for n in range(4))
DEEP = "## Top\n" + "\n\n".join(f"### Part {n}\n{WORDS}" for n in range(3))


def test_that_sections_start_at_headings_and_what_stands_before_has_none() -> None:
    text = "Before.\n\n## How  \nFirst line.\n\n### Detail\nStill how.\n\n## Empty\n\n## When\nSoon.\n"
    found = sections(article(text))
    assert [(one.heading, text[slice(*one.span)]) for one in found] == [
        ("", "Before."),
        ("How", "First line.\n\n### Detail\nStill how."),
        ("When", "Soon."),
    ]


@pytest.mark.parametrize("text", [MANY, DEEP, WORDS, f"## One\n{WORDS}\n## Two\n{MANY}"])
def test_that_every_word_is_in_one_section_and_in_a_chunk_of_it(text: str) -> None:
    made = article(text)
    found = sections(made)
    spans = [one.span for one in found]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    told = " ".join(text[slice(*span)] for span in spans).split()
    assert told == [word for line in text.splitlines() if not line.startswith("## ") for word in line.split()]
    for number, section in enumerate(found):
        pieces = [piece for piece in chunks(made, found) if piece.section == number]
        assert pieces[0].span[0] == section.span[0]
        assert pieces[-1].span[1] == section.span[1]
        for before, after in pairwise(pieces):
            assert before.span[0] < before.span[1] < after.span[0], "each word is in one"
        for piece in pieces:
            assert len(text[slice(*piece.span)].split()) <= LONGEST_CHUNK


def test_that_a_long_section_is_divided_at_smaller_headings_first() -> None:
    found = sections(article(DEEP))
    assert [one.heading for one in found] == ["Top", "Top", "Top"]
    assert all(DEEP[slice(*one.span)].startswith(f"### Part {n}") for n, one in enumerate(found))
    assert all(len(MANY[slice(*one.span)].split()) <= LONGEST_SECTION for one in sections(article(MANY)))


def test_that_a_chunk_is_read_with_title_and_heading() -> None:
    made = article("## How\nBy card.")
    assert [piece.text for piece in chunks(made, sections(made))] == ["Paying. How. By card."]


@pytest.mark.parametrize("text", ["## Only a heading", "\n\n", "x"])
def test_that_an_article_without_words_has_a_section_still(text: str) -> None:
    assert len(sections(article(text))) == 1
