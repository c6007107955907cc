"""What is kept of files that people hand over, and as what: told by looking into them."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cx_core.adapters.files.pictures import PREVIEW, look
from cx_core.errors import BadInput
from cx_core.records import File, Inbound, MessageId
from cx_core.understand.attachments import LONGEST_NAME, SUFFIXES, inspected, named

MB = 1_000_000
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(100)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def checked(name: str, content: bytes) -> tuple[File, bytes]:
    return inspected(File(name=name, content=content), MB, look)


def refused(name: str, content: bytes) -> str:
    with pytest.raises(BadInput) as told:
        checked(name, content)
    return str(told.value)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is this large; a bomb has few bytes behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("a.jpg", picture(), "a.jpg", "image/jpeg"),
        ("a.PNG", picture("PNG"), "a.png", "image/png"),
        ("a.webp", picture("WEBP"), "a.webp", "image/webp"),
        ("a.gif", picture("GIF"), "a.gif", "image/gif"),
        ("bill.pdf", PDF, "bill.pdf", "application/pdf"),
        ("log.csv", b"a,b\n1,2\n", "log.csv", "text/plain"),
        ("latin.txt", "Grüße".encode("latin-1"), "latin.txt", "text/plain"),
        ("wide.txt", "Grüße".encode("utf-16"), "wide.txt", "text/plain"),
        ("run.bat", b"@echo off", "run.bat.txt", "text/plain"),
        ("page.hta", picture(), "page.hta.jpg", "image/jpeg"),
    ],
)
def test_that_a_type_is_told_by_content_and_the_name_says_it(
    name: str, content: bytes, kept: str, media_type: str
) -> None:
    file, preview = checked(name, content)
    assert (file.name, file.media_type) == (kept, media_type)
    assert bool(preview) == media_type.startswith("image/")


@pytest.mark.parametrize("name", ["photo.jpg", "letter.pdf", "notes.txt"])
def test_that_a_program_is_refused_whatever_it_is_called(name: str) -> None:
    assert refused(name, EXE) == (
        "files of its kind are not taken. Send it as a picture (JPEG, PNG, WebP, GIF), PDF or plain text"
    )


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"\n <!-- x -->" + SVG,
        b"<!DOCTYPE html><p>hi",
        "\ufeff<html>".encode(),
        "<script>".encode("utf-16"),
    ],
)
def test_that_what_could_run_in_a_browser_is_refused(content: bytes) -> None:
    assert "HTML, SVG" in refused("drawing.txt", content)


@pytest.mark.parametrize("size", [(60_000, 60_000), (9_000, 9_000)])
def test_that_a_bomb_is_refused_before_it_is_opened(size: tuple[int, int]) -> None:
    assert "smaller" in refused("small.png", png_of(*size))


def test_that_an_empty_a_large_and_a_damaged_file_are_refused_with_what_to_do() -> None:
    assert refused("a.txt", b"") == "it is empty. Attach it again"
    assert refused("a.txt", b"x" * (MB + 1)) == "it has 1.0 MB, more than the 1 MB taken. Make it smaller"
    assert refused("a.jpg", picture(size=(900, 900))[:400]).startswith("the picture is damaged")
    assert refused("a.png", png_of(100, 100)).startswith("the picture is damaged")
    assert "not whole" in refused("a.pdf", PDF[:20])


def test_that_a_pdf_behind_something_else_is_refused() -> None:
    assert "not taken" in refused("a.pdf", b"PK\x03\x04\x00" + PDF)


def test_that_a_preview_holds_nothing_but_what_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0110] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    polyglot = picture(size=(3000, 1000), exif=exif, comment=b"<script>alert(1)</script>") + b"PK\x03\x04 evil.js"
    assert b"SECRET-CAMERA" in polyglot
    _, preview = checked("a.jpg", polyglot)
    with Image.open(BytesIO(preview)) as shown:
        assert shown.size == (PREVIEW, round(PREVIEW / 3))
        assert not shown.getexif()
    assert not any(words in preview for words in (b"SECRET-CAMERA", b"script", b"evil.js", b"Exif"))


def test_that_a_preview_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    _, preview = checked("a.jpg", picture(size=(80, 40), exif=exif))
    with Image.open(BytesIO(preview)) as shown:
        assert shown.size == (40, 80)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_that_a_picture_in_any_colours_has_a_preview(mode: str) -> None:
    assert checked("a.png", picture("PNG", mode=mode))[1]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        (r"C:\Users\me\photo.jpg", "photo.jpg"),
        (r"approved $\now$ scans/2026.jpg", "approved $_now$ scans_2026.jpg"),
        ("invoice\u202egpj.exe", "invoicegpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("\u200b\u200e.jpg", "file.jpg"),
        ("", "file.jpg"),
        ("CON.jpg", "_CON.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("x" * 500 + ".jpg", "x" * (LONGEST_NAME - 4) + ".jpg"),
        ("\udcff.jpg", "_.jpg"),
    ],
)
def test_that_names_lose_paths_and_what_cannot_be_seen(given_name: str, kept: str) -> None:
    assert named(given_name, "image/jpeg") == kept


@given(st.text(max_size=300))
def test_that_any_name_becomes_one_that_can_be_saved(name: str) -> None:
    kept = named(name, "application/pdf")
    assert kept.endswith(".pdf")
    assert len(kept) <= LONGEST_NAME + 4
    assert kept.isprintable()
    assert not set(kept) & set('/\\<>:"|?*')


@given(st.binary(max_size=300))
def test_that_any_bytes_are_kept_as_something_or_refused(content: bytes) -> None:
    with suppress(BadInput):
        assert checked("x", content)[0].media_type in SUFFIXES


def test_that_a_message_with_files_survives_being_written_as_json() -> None:
    file = File(name="a", content=b"\xff\x00")
    inbound = Inbound(
        id=MessageId("m"),
        channel="email",
        address="a@example.com",
        text="",
        received_at=datetime.now(UTC),
        files=(file,),
    )
    assert Inbound.model_validate_json(inbound.model_dump_json()) == inbound
