"""Documents to Markdown: what a reader sees, in sections, and every bad file refused in words."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.pdfgen import canvas

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


def workbook(change: Callable[[Worksheet], object]) -> bytes:
    """Twenty questions, and whatever else is done to their sheet."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Question", "Answer", "Secret", "Secret too", "Shown"])
    for n in range(20):
        sheet.append([f"What is {n}?", f"It is {n}.", "unseen one", "unseen two", "seen"])
    change(sheet)
    made.save(out)
    return out.getvalue()


def test_that_a_sheet_formatted_far_beyond_its_words_is_read() -> None:
    def formatted(sheet: Worksheet) -> None:
        for number in range(22, 25_000):
            sheet.cell(number, 1).fill = PatternFill("solid", fgColor="FFFFFF")
        sheet["XFD1"] = " "

    (part,) = read("a.xlsx", workbook(formatted)).parts
    assert part.text.count("## What is") == 20


def test_that_columns_hidden_together_are_all_left_out() -> None:
    found = read("a.xlsx", workbook(lambda sheet: sheet.column_dimensions.group("C", "D", hidden=True)))
    assert "unseen" not in found.parts[0].text
    assert "Shown: seen" in found.parts[0].text
    assert "2 hidden columns" in " ".join(found.notes)


def test_that_a_title_holds_nothing_that_nobody_sees() -> None:
    title, _ = only("a.html", "<!doctype html><title>Fees \u202eeert\u202c\u200b</title><p>words</p>".encode())
    assert title == "Fees eert"


def test_that_comments_before_a_text_are_looked_at_once() -> None:
    began = time.monotonic()
    _, text = only("a.md", b"<!---->" * 40 + b"# A\n\nwords")
    assert (text, time.monotonic() - began < 2) == ("words", True)


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


def test_that_pages_of_one_line_each_keep_it() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    for number in range(5):
        sheet.drawString(50, 700, f"Plan {number} costs {number}.50 a month.")
        sheet.showPage()
    sheet.save()
    assert "Plan 4 costs 4.50 a month." in only("plans.pdf", out.getvalue())[1]


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
    unnamed = documents.zipped({"in": documents.zipped({"in": inner})})
    assert "archive in an archive in an archive" in read("a", unnamed).members[0].trouble
    called = documents.zipped({"in.docx": inner, "real": documents.word(1)})
    assert [(one.name, one.trouble) for one in read("a", called).members] == [("in.docx", ""), ("real", "")]
    assert [harmless(name) for name in ("C:\\x\\y.md", "/etc/passwd", "..", "a/./b.md")] == [
        "x/y.md",
        "etc/passwd",
        "file",
        "a/b.md",
    ]


@pytest.mark.parametrize("ending", ["pages", "data", "bak", "whl", "2"])
def test_that_an_archive_of_an_unknown_ending_is_not_opened_and_told_how_it_would_be(ending: str) -> None:
    """Most such files are documents or parts of other programs, which hold nothing that anybody handed in."""
    packed = documents.zipped({"a.md": b"# A\n\nb"})
    assert f"ends in .{ending}" in refusal(f"notes.{ending}", packed)
    assert "name end in .zip" in refusal(f"notes.{ending}", packed)
    (inside,) = read("all.zip", documents.zipped({f"notes.{ending}": packed})).members
    assert (inside.name, inside.content) == (f"notes.{ending}", packed)
    assert [one.name for one in read("notes", packed).members] == ["a.md"]
    assert read(f"report.{ending}", documents.pdf(1)).parts, "a document that is alone is told by what is in it"


@pytest.mark.parametrize("name", ["report.exe", "report.jar", "report.bat"])
def test_that_a_name_of_a_program_is_refused_whatever_is_in_it(name: str) -> None:
    for content in (documents.pdf(1), documents.archive(1), b"words"):
        assert "never taken" in refusal(name, content)


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
