"""Messages cut into what is new, sentences and clauses."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx_core.text.segments import MOST_CLAUSES, MOST_READ, own_words, sentence_texts, sentences


def own(text: str) -> str:
    return "|".join(part.of(text).strip() for part in own_words(text))


def clauses(text: str) -> list[list[str]]:
    return [[span.of(text) for span in sentence] for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "Still broken.\n\nOn Mon, 2 Nov 2026 at 10:00, Care <care@example.com> wrote:\n> Refund done",
            "Still broken.",
        ),
        ("New words\n> old words\nmore new words", "New words|more new words"),
        ("It is late.\n-----Original Message-----\nI was charged twice", "It is late."),
        ("Yes.\n\nFrom: Care\nSent: Monday\nTo: me\nold", "Yes."),
        ("Where is it?\n\nKind regards,\nJo Example\nHead of Sales\n07700 900000", "Where is it?"),
        ("Where is it?\nSent from my phone", "Where is it?"),
        ("Hello Fernline,\nwhere is it?\nThanks, Jo", "where is it?"),
        (
            "Thanks\nCould you also look at the bill? It seems wrong?",
            "Thanks\nCould you also look at the bill? It seems wrong?",
        ),
        ("On Monday I wrote: please call.", "On Monday I wrote: please call."),
    ],
)
def test_that_earlier_mail_greeting_and_signature_are_left_out(text: str, kept: str) -> None:
    assert own(text) == kept


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("I was charged twice and can't be home on Thursday.", [["I was charged twice", "can't be home on Thursday."]]),
        ("it broke. i want a new one", [["it broke."], ["i want a new one"]]),
        ("See invoice no. 12 of Mr. Example.", [["See invoice no. 12 of Mr. Example."]]),
        ("It cost 54.00 in all", [["It cost 54.00 in all"]]),
        ("- a copy of my bill\n- a new router", [["a copy of my bill"], ["a new router"]]),
        ("charged twice, it", [["charged twice, it"]]),
        ("It is late, please help", [["It is late", "please help"]]),
        (
            "the line that I ordered from you last month\nwas never put in",
            [["the line that I ordered from you last month\nwas never put in"]],
        ),
        ("1234 5678", []),
        ("", []),
    ],
)
def test_that_sentences_and_clauses_are_found_where_a_reader_finds_them(text: str, cut: list[list[str]]) -> None:
    assert clauses(text) == cut


def test_that_of_a_very_long_message_beginning_and_end_are_read() -> None:
    text = " ".join(f"Sentence number {'x' * (n % 7 + 2)} stands here." for n in range(200))
    found = clauses(text)
    assert sum(map(len, found)) == MOST_CLAUSES
    assert found[0][0].startswith("Sentence")


@given(st.text(max_size=400))
def test_that_clauses_lie_in_order_inside_the_text(text: str) -> None:
    spans = [span for sentence in sentences(text) for span in sentence]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@pytest.mark.parametrize(
    "unit", [" ", "\n", ", and ", "> x\n", "On a wrote", "-", "_", "(", "Thanks\n", "From: a\n", "Hi "]
)
def test_that_of_a_megabyte_of_anything_only_what_may_be_read_is(unit: str) -> None:
    found = sentences(unit * (1_000_000 // len(unit)))
    assert sum(map(len, found)) <= MOST_CLAUSES
    assert all(span.end <= MOST_READ for sentence in found for span in sentence)


@pytest.mark.parametrize("before", ["", "Hiya ", "Three things: "])
@pytest.mark.parametrize("first", ["for the fitter: the bell is dead", "the cable (only that) goes back"])
def test_that_what_is_counted_off_in_one_line_are_sentences(before: str, first: str) -> None:
    found = sentence_texts(f"{before}1) {first} 2) send me the bill again 3) thanks for all")
    assert found[-3:] == [f"1) {first}", "2) send me the bill again", "3) thanks for all"]


@pytest.mark.parametrize(
    "text", ["the slot (between 1 and 2) please", "between 1) noon and four", "I have 2) and 1) open"]
)
def test_that_a_bracket_behind_a_figure_alone_ends_nothing(text: str) -> None:
    assert len(sentence_texts(text)) == 1


@pytest.mark.parametrize("name", ["Will T", "Maria K.", "O. Brandt", "Una R.\n(sent from the garden)\n4 Alder Road"])
def test_that_a_mail_may_be_signed_without_a_closing_formula(name: str) -> None:
    text = f"Hello,\n\nThe kettle is on from eight.\n\n{name}"
    assert [part.of(text).strip() for part in own_words(text)] == ["The kettle is on from eight."]


@pytest.mark.parametrize(
    "line",
    [
        "Tuesday",
        "Please",
        "No",
        "Hub 6",
        "the lamp too",
        "Not Before Noon",
        "Hub\nthe black one is dead and smells burnt",
        "Ana\nPS: bring it Friday",
        "Will T\nActually keep the lamp please.",
        "Will T\nCall me first on 0123 456789.",
        "Desk Lamp",
        "Replacement",
        "Sat",
        "Ana\nWhich one?",
    ],
)
def test_that_a_last_line_which_may_mean_something_is_read(line: str) -> None:
    text = f"The kettle is on from eight.\n{line}"
    assert line.rsplit("\n", maxsplit=1)[-1].removeprefix("PS: ") in "\n".join(
        part.of(text) for part in own_words(text)
    )


def test_that_a_greeting_alone_leaves_the_name_to_be_read() -> None:
    assert "Plan B" in "".join(part.of("Hello there!\nPlan B") for part in own_words("Hello there!\nPlan B"))


@pytest.mark.parametrize(
    "piece", ["OK.\nAAAAAAAAAAAAAAAAAAA\n", "ok.\n" + "A" * 44 + "\n", "A. B. C. ", "Failed.\nA B"]
)
def test_that_capitals_without_end_are_read_in_bounds(piece: str) -> None:
    assert own_words((piece * 3000)[:MOST_READ] + "?")
