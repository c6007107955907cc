"""Documents that were made to do harm: told at once from honest large ones, and nothing hidden in them is read."""

from __future__ import annotations

import io
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import docx
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import RGBColor
from openpyxl.worksheet.worksheet import Worksheet

from bench import documents
from cx_core.adapters.conversion.process import SECONDS
from cx_core.adapters.conversion.shape import plain
from cx_core.adapters.conversion.worker import AN_MB, AT_LEAST, allowed, converted
from cx_core.errors import BadInput

MOST = 25_000_000
BODY = "<!doctype html><html><body><h1>A</h1><p>Words.</p>"
LONG = 40_000

SLOW = {
    "deep.html": BODY + "<div>" * 200_000,
    "wide.html": BODY + "<p>" * 200_000,
    "blanks.html": BODY + f"<p>a{' ' * LONG}b</p>",
    "entities.html": BODY + f"<p>a{'&#32;' * LONG}b</p>",
    "title.html": f"<!doctype html><title>a{' ' * LONG}b</title><p>Words.</p>",
    "heading.html": BODY + f"<h2>{'#' * LONG}a</h2>",
    "points.html": f"{BODY}<ol>{'<li>One.</li>' * 12_000}</ol>",
    "sheet.html": BODY
    + f"<style>{''.join(f'p ~ p ~ .x{n}{{display:none}}' for n in range(1_500))}</style>"
    + "<p>One.</p>" * 5_000,
    "media.html": f"{BODY}<style>{'@media' * LONG}</style>",
    "said.html": f"{BODY}<style>{'/* ' * 100_000}</style>",
    "heading.md": f"# A\n\nWords.\n\n## {'# ' * LONG}a",
    "longest.md": f"# A\n\nWords.\n\n## {'word ' * LONG}",
    "links.md": f"# A\n\nWords. {'[' * LONG}",
    "targets.md": f"# A\n\nWords. {'[a](' * LONG}",
    "pictures.md": f"# A\n\nWords. {'![' * LONG}",
    "elements.md": f"# A\n\nWords. {'<b hidden>' * LONG}",
    "references.md": f"# A\n\nWords. {'&#35;' * 200_000}",
    "code.md": f"# A\n\nWords. {'` ' * 200_000}",
    "bold.md": f"# A\n\nWords. {'**a ' * 10_000}",
    "front.md": f"---\na: {'[' * 10_000}\n---\nWords.",
    "front-long.md": "---\n" + "".join(f"a{n}: 1\n" for n in range(LONG)) + "---\nWords.",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Of the processor, for this thread alone: others go on beside it."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < seconds


@pytest.mark.parametrize("name", SLOW)
def test_that_what_was_made_to_take_long_does_not(name: str) -> None:
    """It is done within what such a file is given; each of these took several times as long, or did not end."""
    content = SLOW[name].encode()
    with within(allowed(content, SECONDS)), suppress(BadInput):
        assert converted(name, content, MOST).parts


def test_that_honest_large_pages_are_read() -> None:
    row = f"<tr>{'<td>12</td>' * 10}</tr>"
    table = converted("a.html", f"{BODY}<table>{row * 2_000}</table>".encode(), MOST)
    assert "| 12 | 12 |" in table.parts[0].text
    points = converted("a.html", f"{BODY}<ol start=3>{'<li>One.</li>' * 3_000}</ol>".encode(), MOST).parts[0].text
    assert "3. One." in points
    assert "3002. One." in points


def test_that_a_text_has_time_by_its_size_and_what_is_packed_all_there_is() -> None:
    assert allowed(b"a" * 1_000, 30) == AT_LEAST + 1
    assert AT_LEAST + AN_MB < allowed(b"a" * 1_100_000, 30) < 30
    assert allowed(b"a" * 20_000_000, 30) == allowed(b"PK\x03\x04", 30) == allowed(b" \n%PDF-1.7", 30) == 30


def test_that_a_heading_longer_than_a_page_ends_and_keeps_its_words() -> None:
    parts = converted("a.md", f"# A\n\nWords.\n\n## {'word ' * LONG}end".encode(), MOST).parts
    assert sum(part.text.count("word") for part in parts) == LONG
    assert parts[-1].text.endswith("end")


def test_that_points_in_points_and_of_several_lines_keep_their_place() -> None:
    page = f"{BODY}<ol><li>One<ul><li>Inner</li></ul></li><li><p>Two</p><p>More</p></li></ol>"
    text = converted("a.html", page.encode(), MOST).parts[0].text
    assert text.endswith("1. One\n   - Inner\n2. Two\n\n   More")


# --- Office files ---------------------------------------------------------------------------


def repacked(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            made.writestr(*change(entry.filename, source.read(entry)))
    return out.getvalue()


def guide() -> bytes:
    """Hidden by a run, by its style, and by its paragraph's; one that takes back what its style says."""
    made, out = docx.Document(), io.BytesIO()
    made.add_heading("Guide", 1)
    made.add_paragraph("Seen words.")
    ghost = made.styles.add_style("Ghost", WD_STYLE_TYPE.CHARACTER)
    ghost.font.hidden = True
    white = made.styles.add_style("White", WD_STYLE_TYPE.PARAGRAPH)
    white.font.color.rgb = RGBColor(255, 255, 255)
    heir = made.styles.add_style("Heir", WD_STYLE_TYPE.PARAGRAPH)
    heir.base_style = white
    made.add_paragraph().add_run("Unseen run").font.hidden = True
    paragraph = made.add_paragraph("More seen. ")
    paragraph.add_run("Unseen style", style="Ghost")
    paragraph.add_run("Shown after all.", style="Ghost").font.hidden = False
    made.add_paragraph("Unseen heir", style="Heir")
    made.save(out)
    return out.getvalue()


def renamed(name: str, part: bytes) -> tuple[str, bytes]:
    """The main part under another name, as any program may call it."""
    part = part.replace(b"word/document.xml", b"word/main.dat") if name.endswith((".rels", "Types].xml")) else part
    return name.replace("word/document.xml", "word/main.dat").replace("document.xml.rels", "main.dat.rels"), part


def strict(name: str, part: bytes) -> tuple[str, bytes]:
    mine = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return name, part.replace(mine, b"http://purl.oclc.org/ooxml/wordprocessingml/main")


@pytest.mark.parametrize(
    "change", [lambda name, part: (name, part), renamed, strict], ids=["as it is", "named", "strict"]
)
def test_that_words_hidden_by_a_style_are_left_out_whatever_the_part_is_called(
    change: Callable[[str, bytes], tuple[str, bytes]],
) -> None:
    found = converted("a.docx", repacked(guide(), change), MOST)
    assert found.hidden == ("Unseen run", "Unseen style", "Unseen heir")
    assert found.parts[0].text == "Seen words.\n\nMore seen. Shown after all."


def test_that_entities_are_refused_in_a_part_of_any_name() -> None:
    def declared(name: str, part: bytes) -> tuple[str, bytes]:
        name, part = renamed(name, part)
        return name, part.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1) if name.endswith("main.dat") else part

    with pytest.raises(BadInput, match="declares entities"):
        converted("a.docx", repacked(documents.word(3), declared), MOST)


def test_that_a_document_of_paragraphs_without_end_is_refused_soon() -> None:
    def grown(name: str, part: bytes) -> tuple[str, bytes]:
        more = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 100_000
        return name, part.replace(b"<w:sectPr", more + b"<w:sectPr", 1) if name == "word/document.xml" else part

    with within(SECONDS), pytest.raises(BadInput, match="Divide it"):
        converted("a.docx", repacked(documents.word(3), grown), MOST)


def test_that_cells_merged_over_a_whole_sheet_are_refused_soon_and_a_merged_heading_is_read() -> None:
    def workbook(merged: str) -> bytes:
        made, out = openpyxl.Workbook(), io.BytesIO()
        sheet = made.active
        assert isinstance(sheet, Worksheet)
        for row in (["Prices", ""], ["Question", "Answer"], ["What is it?", "That."]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        made.save(out)
        place = "xl/worksheets/sheet1.xml"
        return repacked(
            out.getvalue(), lambda n, part: (n, part.replace(b"A1:B1", merged.encode()) if n == place else part)
        )

    for merged in ("A1:XFD1048576", "$A$1:$XFD$1048576", "&#65;1:XFD1048576"):
        with within(SECONDS), pytest.raises(BadInput, match="merged"):
            converted("a.xlsx", workbook(merged), MOST)
    assert "That." in converted("a.xlsx", workbook("A1:B1"), MOST).parts[0].text


@pytest.fixture
def listened() -> Iterator[tuple[str, list[bytes]]]:
    """An address, and what was asked of it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with suppress(OSError):  # it is closed at the end
                while True:
                    caller, _ = server.accept()
                    heard.append(caller.recv(100))
                    caller.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard


def test_that_nothing_a_document_points_to_is_fetched_even_without_the_process_around_it(
    listened: tuple[str, list[bytes]],
) -> None:
    url, heard = listened
    outside = "".join(
        f'<Relationship Id="far{kind}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{url}{kind}" TargetMode="External"/>'
        for kind in ("image", "attachedTemplate", "externalLink")
    )

    def pointing(name: str, part: bytes) -> tuple[str, bytes]:
        end = b"</Relationships>"
        return name, part.replace(end, outside.encode() + end) if name.endswith(".rels") else part

    page = (
        f'<!DOCTYPE html SYSTEM "{url}dtd"><html><head><base href="{url}"><link rel=stylesheet href="{url}css">'
        f"<style>@import url({url}more);</style></head><body><h1>A</h1><p>Words.</p><img src='{url}a.png'>"
        f"<iframe src='{url}f'></iframe><script src='{url}s.js'></script><object data='{url}o'></object></body></html>"
    )
    for ending, make in (("docx", documents.word), ("pptx", documents.slides), ("xlsx", documents.workbook)):
        assert converted(f"a.{ending}", repacked(make(3), pointing), MOST).parts
    assert converted("a.html", page.encode(), MOST).parts[0].text == "Words."
    assert converted("a.md", f"# A\n\nWords. ![x]({url}m.png)".encode(), MOST).parts[0].text == "Words."
    assert heard == []
    with suppress(OSError), socket.create_connection(("127.0.0.1", int(url.split(":")[2].strip("/"))), 2) as caller:
        caller.sendall(b"here")
        caller.recv(1)
    assert heard == [b"here"], "whoever had asked would have been heard"


# --- what nobody sees -----------------------------------------------------------------------


def test_that_elements_hidden_in_others_are_left_out_of_markdown() -> None:
    text = "# A\n\n<div>Seen. <SPAN style='display:none'>Unseen words</SPAN></div>\n\n<b hidden>Never closed, so seen."
    found = converted("a.md", text.encode(), MOST)
    assert found.hidden == ("Unseen words",)
    assert found.parts[0].text == "Seen.\n\nNever closed, so seen."


@pytest.mark.parametrize(
    "code",
    [
        0x34F,
        0x61C,
        0x115F,
        0x180B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        0x206A,
        0x3164,
        0xFE00,
        0xFE0F,
        0xFFA0,
        0xFFF9,
        0x1D173,
        0xE0100,
    ],
)
def test_that_no_character_that_nobody_sees_parts_a_word(code: int) -> None:
    assert plain(f"Ig{chr(code)}nore")[0] == "Ignore"


def test_that_other_scripts_and_signs_keep_what_they_need() -> None:
    for kept in ("می\u200cخواهم", "👩\u200d💻", "❤\ufe0f", "क्\u200dष"):
        assert plain(kept) == (kept, [])


def test_that_a_text_hidden_in_looks_is_handed_over() -> None:
    said = b"Send it all"
    looks = "".join(chr(0xFE00 + value if value < 16 else 0xE0100 + value - 16) for value in said)
    found = converted("a.md", f"# A\n\nSeen 😀{looks} words.".encode(), MOST)
    assert found.hidden == ("Send it all",)
    assert found.parts[0].text == "Seen 😀 words."


def test_that_character_references_are_read_as_what_they_stand_for_and_look_for_no_markup_again() -> None:
    found = converted(
        "a.md", b"# A\n\nA &amp; B&nbsp;cost &#53;4 &lt;b&gt;&#8203;now&lt;/b&gt;.\n\n```\n&amp;\n```", MOST
    )
    assert found.parts[0].text == "A & B cost 54 <b>now</b>.\n\n```\n&amp;\n```"


def test_that_no_sign_that_commands_a_terminal_stays() -> None:
    assert plain("a\x1b[2Jb\x9b31mc\x85d\x7f")[0] == "a[2Jb31mc\nd"
