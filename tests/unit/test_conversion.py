"""Documents to Markdown: what a reader sees, in sections, and every bad file refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench import documents
from cx_core.adapters.conversion.archive import harmless
from cx_core.adapters.conversion.shape import LONGEST, Read
from cx_core.adapters.conversion.styles import hides, rules
from cx_core.adapters.conversion.worker import converted
from cx_core.errors import BadInput

MOST = 25_000_000


def read(name: str, content: bytes) -> Read:
    return converted(name, content, MOST)


def only(name: str, content: bytes) -> tuple[str, str]:
    (part,) = read(name, content).parts
    return part.title, part.text


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read(name, content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("ending", "make"), [pair for pair in documents.GOOD if pair[0] in ("md", "html", "pdf", "docx", "pptx", "txt")]
)
def test_that_a_document_keeps_its_title_sections_and_points(ending: str, make: Callable[[int], bytes]) -> None:
    told = documents.story(8)
    title, text = only(f"a.{ending}", make(8))
    assert title == told.title
    for heading, words in told.sections:
        assert ending == "txt" or f"## {heading}\n" in f"{text}\n"
        assert words in text
    assert ("- " in text) == (ending != "txt")


def test_that_rows_of_questions_become_sections_and_other_tables_stay_tables() -> None:
    for name, content in (("a.csv", documents.rows(8)), ("a.xlsx", documents.workbook(8))):
        _, text = only(name, content)
        for heading, words in documents.story(8).sections:
            assert f"## {heading} (8)?\n\n{words}" in text
    plain = read("prices.csv", documents.prices(8))
    assert "| Plan 1 | 8.10 |" in plain.parts[0].text
    assert "became a table" in plain.notes[0]


def test_that_rows_are_told_to_be_questions_by_their_shape_where_no_header_says_so() -> None:
    _, text = only("a.csv", b"Is it on?,Yes it is.\nWhere is it?,In the hall.\n")
    assert text == "## Is it on?\n\nYes it is.\n\n## Where is it?\n\nIn the hall."


def test_that_tables_stay_tables() -> None:
    for ending, make in (("pdf", documents.pdf), ("docx", documents.word)):
        _, text = only(f"a.{ending}", make(8))
        assert "| Plan | Price |" in text
        assert "| Small | 10.00 |" in text


def test_that_a_web_page_loses_what_is_around_it_and_what_nobody_sees() -> None:
    page = read("a.html", documents.html(3))
    assert not any(word in page.parts[0].text for word in ("track()", "Home Prices", "All rights", "Skip this"))
    assert page.hidden == ("Skip this",)
    assert "Skip this" in page.notes[0]


HIDDEN = {
    "comment.html": b"<h1>A</h1><p>Seen.</p><!-- Unseen words -->",
    "white.html": b"<h1>A</h1><p>Seen.</p><p style='color: white'>Unseen words</p>",
    "away.html": b"<style>.x{position:absolute;left:-9999px}</style><h1>A</h1><p>Seen.</p><p class=x>Unseen words</p>",
    "small.html": b"<h1>A</h1><p>Seen.</p><span style='font-size:0'>Unseen words</span>",
    "hidden.html": b"<h1>A</h1><p>Seen.</p><div hidden>Unseen words</div>",
    "comment.md": b"# A\n\nSeen.\n\n<!-- Unseen words -->",
    "element.md": b"# A\n\nSeen.\n\n<span style='display:none'>Unseen words</span>",
    "tags.md": b"# A\n\nSeen." + "".join(chr(0xE0000 + ord(c)) for c in "Unseen words").encode(),
    "white.docx": documents.word(3, hidden="Unseen words"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_that_hidden_words_are_left_out_and_handed_over(name: str) -> None:
    content = HIDDEN[name]
    found = read(name, b"<!doctype html>" + content if name.endswith("html") else content)
    assert found.hidden == ("Unseen words",)
    assert "Unseen" not in found.parts[0].text


def test_that_words_on_a_dark_ground_are_seen() -> None:
    assert not hides("color:#fff", "background:#000")
    assert hides("color:#fff", "background:#fefefe")
    _, text = only("a.pdf", documents.pdf(5))
    assert "Price" in text, "the head of the table is white on black"


def test_that_only_styles_that_hold_on_a_screen_hide() -> None:
    assert list(rules(".a{display:none} @media print{.b{display:none}} .c:hover{display:none}")) == [".a"]


BAD = {name: (make, says) for name, make, says in documents.BAD if name not in ("who.md", "large.txt")}


@pytest.mark.parametrize("name", BAD)
def test_that_a_bad_file_is_refused_in_words(name: str) -> None:
    make, says = BAD[name]
    words = refusal(name, make(3))
    assert says in words
    assert len(words.split()) > 3


def test_that_an_archive_gives_its_files_under_harmless_names() -> None:
    inner = documents.zipped({"deep/in.md": b"# In\n\nside"})
    found = read("a.zip", documents.zipped({"../../etc/x.md": b"# A\n\nb", "c/in.zip": inner, "__MACOSX/._x": b"no"}))
    assert [one.name for one in found.members] == ["etc/x.md", "c/in.zip/deep/in.md"]
    twice = documents.zipped({"in.zip": documents.zipped({"in.zip": inner})})
    assert "archive in an archive in an archive" in read("a.zip", twice).members[0].trouble
    unnamed = documents.zipped({"in.data": documents.zipped({"in": inner})})
    assert "archive in an archive in an archive" in read("a", unnamed).members[0].trouble
    called = documents.zipped({"in.docx": inner, "real": documents.word(1)})
    assert [(one.name, one.trouble) for one in read("a", called).members] == [("in.docx", ""), ("real", "")]
    assert [harmless(name) for name in ("C:\\x\\y.md", "/etc/passwd", "..", "a/./b.md")] == [
        "x/y.md",
        "etc/passwd",
        "file",
        "a/b.md",
    ]


def test_that_one_bad_file_in_an_archive_keeps_no_other_away() -> None:
    found = read("a.zip", documents.zipped({"a.md": b"# A\n\nb", "big.txt": b"x" * (MOST + 1)}))
    assert [(one.name, bool(one.trouble)) for one in found.members] == [("a.md", False), ("big.txt", True)]


def test_that_a_long_document_becomes_several_cut_at_its_headings() -> None:
    sections = "".join(f"## Part {n}\n\n{'Words and more words. ' * 200}\n\n" for n in range(60))
    found = read("long.md", f"# Manual\n\n{sections}".encode())
    assert len(found.parts) > 1
    assert all(len(part.text) <= LONGEST and part.text.startswith("## Part") for part in found.parts)
    assert sum(part.text.count("## Part") for part in found.parts) == 60
    assert found.parts[0].title == f"Manual (part 1 of {len(found.parts)})"
    assert "articles" in found.notes[-1]


def test_that_marks_of_emphasis_go_and_code_stays() -> None:
    _, text = only(
        "a.md", b"# A\n\nA **bold** and _slanted_ [word](https://x.example/y) and snake_case_name.\n\n```\n**x**\n```\n"
    )
    assert text == "A bold and slanted word (https://x.example/y) and snake_case_name.\n\n```\n**x**\n```"


def test_that_what_a_document_says_of_itself_is_kept() -> None:
    (part,) = read("a.md", documents.markdown(1)).parts
    assert part.about == {"audience": "internal", "tags": ["guide", "made"]}
