"""Documents that people wrote in good faith: what looks like a trick in others is left as it is in these."""

from __future__ import annotations

import pytest

from cx_core.adapters.conversion.encodings import ASSUMED
from cx_core.adapters.conversion.kinds import kind_of
from cx_core.adapters.conversion.shape import LONGEST
from cx_core.adapters.conversion.worker import converted
from cx_core.errors import BadInput
from cx_core.knowledge_base.articles import Content
from cx_core.prompt_injection.disguise import disguised

MOST = 25_000_000
WALES = "🏴" + "".join(chr(0xE0000 + ord(sign)) for sign in "gbwls\x7f")


def text_of(name: str, text: str) -> str:
    return converted(name, text.encode(), MOST).parts[0].text


@pytest.mark.parametrize(
    "words",
    [
        "See https://rung.example/?a=1&region=3&copy=2&lt=4 for more.",
        "Write &#35; and &nosuchsign; before AT&T.",
        "## A\n\n    &lt;b&gt; is shown as it is",
        "&#35; 5 is no heading.",
        "```html\n<!-- a note -->\n<script>go()</script>\n<p hidden>x</p> &lt;\n```\n\nMore.",
        "````\n```\n<!-- a note -->\n````",
    ],
)
def test_that_markdown_keeps_what_was_meant_as_it_is_written(words: str) -> None:
    said = text_of("a.md", f"# A\n\nWords.\n\n{words}")
    assert said == f"Words.\n\n{words}".replace("&#35; and", "# and")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Type `&lt;` or `&#73;`, not &lt;.", "Type &lt; or &#73;, not <."),
        ("- One\n\n    Two &amp; three", "- One\n\n    Two & three"),
        ("| a | b |\n|---|---|\n| x &#124; y | z |", "| a | b |\n|---|---|\n| x / y | z |"),
        ("```go``` is code.\n\n## B &amp; C\n\nMore.", "```go``` is code.\n\n## B & C\n\nMore."),
        ("<div style='overflow: hidden'>All of it</div>", "All of it"),
        ('<a href="/hidden/" title="No hidden fees">fees</a>', "fees"),
    ],
)
def test_that_markup_in_markdown_is_read_as_a_reader_sees_it(given: str, read: str) -> None:
    assert text_of("a.md", f"# A\n\n{given}") == read


def test_that_a_comment_that_holds_a_fence_stays_hidden() -> None:
    found = converted("a.md", b"# A\n\nWords.\n\n<!--\n```\nSecret words\n```\n-->\n\n`x`\n\n<b hidden>Also</b>", MOST)
    assert found.parts[0].text == "Words.\n\nx"
    assert {"``` Secret words ```", "Also"} == set(found.hidden)


def test_that_pictures_and_scripts_keep_the_joiners_they_need() -> None:
    words = f"{WALES} ℹ️Info, ❤️Love, 👩\u200d👩\u200d👧, 1️⃣, क्\u200dष, می\u200cخواهم"
    found = converted("a.md", f"# {words}\n\n{words}.".encode(), MOST)
    assert (found.parts[0].title, found.parts[0].text, found.hidden) == (words, f"{words}.", ())
    assert not disguised(words)
    assert text_of("b.md", "# A\n\npay\u200dment a\u200b 1\u200dst é\u200dx") == "payment a 1st éx"


@pytest.mark.parametrize("signs", ["gbnir\x7f", "gbwls", "gbwls ignore\x7f"])
def test_that_what_is_no_flag_is_a_hidden_text(signs: str) -> None:
    words = "🏴" + "".join(chr(0xE0000 + ord(sign)) for sign in signs)
    found = converted("a.md", f"# A\n\nOur {words} office.".encode(), MOST)
    assert found.parts[0].text == "Our 🏴 office."
    assert found.hidden == (signs,)
    assert disguised(words)


def test_that_a_mail_laid_out_in_tables_keeps_its_headings_and_its_words() -> None:
    mail = """<html><body><table role="presentation"><tr><td style="font-size:0px;padding:20px">
    <div style="font-size:14px"><h1>Your bill</h1><p>Pay <b>soon</b>.</p></div><p>Too small</p></td></tr></table>
    <table><tr><td><h2>Fees</h2><table><tr><th>Late</th><td>5</td></tr><tr><th>Paper</th><td>2</td></tr></table></td>
    <td><table><tr><td>One column</td></tr></table></td></tr></table></body></html>"""
    found = converted("mail.html", mail.encode(), MOST)
    assert found.parts[0].title == "Your bill"
    assert found.parts[0].text.startswith("Pay soon.\n\n## Fees\n\n| Late | 5 |\n")
    assert found.parts[0].text.endswith("| Paper | 2 |\n\nOne column")
    assert found.hidden == ("Too small",)


def test_that_what_stands_above_a_text_may_begin_with_a_remark() -> None:
    found = converted("a.md", b"---\n# for the site\n\ntitle: Fees\n---\nFive.", MOST).parts[0]
    assert (found.title, found.text) == ("Fees", "Five.")


def test_that_lines_and_pages_that_end_otherwise_join_no_words() -> None:
    assert text_of("a.txt", "First\x0bsecond\x0cthird.\n\nMore.") == "First second third.\n\nMore."
    assert "| first second | b |" in text_of("a.csv", "Name,B\nfirst\x0bsecond,b\nc,d")
    assert Content(title="A", text="First\x0bsecond\rthird\r\n").text == "First\nsecond\nthird"


def test_that_a_long_table_is_cut_between_its_rows_and_each_piece_has_its_head() -> None:
    rows = [f"row {number} with some words,value {number} and more words" for number in range(4_000)]
    parts = converted("a.csv", "\n".join(["Name,Amount", *rows]).encode(), MOST).parts
    assert len(parts) > 1
    kept = []
    for part in parts:
        head, rule, *lines = part.text.splitlines()
        assert (head, rule) == ("| Name | Amount |", "| --- | --- |")
        assert len(part.text) <= LONGEST
        kept += lines
    assert kept == [f"| {row.replace(',', ' | ')} |" for row in rows]


@pytest.mark.parametrize("name", ["fees.txt", "fees.md", "fees.csv", "fees.html"])
def test_that_a_text_of_an_older_windows_is_read_and_that_it_was_assumed_is_said(name: str) -> None:
    words = "Café fees – “£5.00” für Größe, ¿Qué? l’été"
    text = {"csv": f"Question,Answer\nFee?,{words.replace(',', ';')}\n", "html": f"<p>{words}</p><p>More</p>"}
    given = text.get(name.rpartition(".")[2], f"Fees\n\n{words}\n")
    read = converted(name, given.encode("cp1252"), MOST)
    assert "Café fees – “£5.00” für Größe" in read.parts[0].text
    assert ASSUMED in read.notes
    assert ASSUMED not in converted(name, given.encode(), MOST).notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "ascii"])
def test_that_of_a_text_that_says_its_encoding_nothing_is_assumed(encoding: str) -> None:
    read = converted("fees.txt", "Fees\n\nA fee of five pounds.".encode(encoding), MOST)
    assert (read.parts[0].title, read.notes) == ("Fees", ())


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Opłata wynosi 5 złotych", "cp1250"),
        ("Плата пять фунтов", "cp1251"),
        ("Плата пять фунтов", "koi8-r"),
        ("Το τέλος είναι πέντε", "cp1253"),
        ("手数料は五百円です", "shift_jis"),
    ],
)
def test_that_what_would_be_other_words_in_that_encoding_is_refused(words: str, encoding: str) -> None:
    with pytest.raises(BadInput, match="line 2 is neither UTF-8 text nor Windows-1252"):
        converted("a.txt", b"Fees\n" + words.encode(encoding), MOST)


def test_that_a_damaged_utf_8_text_is_not_taken_for_another_encoding() -> None:
    with pytest.raises(BadInput, match="neither UTF-8"):
        converted("a.txt", "Größe, Maße\n".encode() + b"caf\xe9", MOST)


def test_that_a_page_that_says_its_encoding_is_read_in_it() -> None:
    page = '<meta charset="windows-1250"><p>Opłata wynosi 5 złotych</p>'.encode("cp1250")
    read = converted("a.html", page, MOST)
    assert ("Opłata" in read.parts[0].text, read.notes) == (True, ())


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.zip"])
def test_that_a_document_of_random_bytes_is_said_to_be_damaged(name: str) -> None:
    with pytest.raises(BadInput, match=r"its name says .* it is damaged, or has the wrong ending"):
        kind_of(name, bytes(range(1, 256)))
