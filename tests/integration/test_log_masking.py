"""No log line holds personal data, whichever library writes it and however it is written."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from uvicorn.logging import AccessFormatter

from cx_core.bootstrap import open_desk
from cx_core.privacy.log_masking import JsonLines, MaskedRecords
from cx_core.settings import ROOT, Settings

TELLING = ("maria.keller", "Keller", "07700", "900123", "4111", "GB82", "Alder", "LS21", "203.0.113.9", "s3cret")
EVERYTHING = (
    "Maria Keller <maria.keller@example.com>, 07700 900123, card 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32, "
    "14 Alder Way, Otley LS21 3AB, from 203.0.113.9, https://example.com/in?token=s3cret"
)


@pytest.fixture(autouse=True)
def masked() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(MaskedRecords(logging.LogRecord))
    yield
    logging.setLogRecordFactory(before)


@contextmanager
def written(name: str, formatter: logging.Formatter | None = None) -> Iterator[io.StringIO]:
    """What a logger's own handler writes, as a library would have set it up."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.getLogger(name)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield out
    logger.removeHandler(handler)
    logger.setLevel(level)


def clean(text: str) -> bool:
    return bool(text) and not any(word in text for word in TELLING)


@pytest.mark.parametrize(
    "name", ["rung", "cx_core.adapters.sql.store", "dbos", "streamlit.web", "uvicorn.error", "py.warnings"]
)
@pytest.mark.parametrize("formatter", [None, logging.Formatter("%(levelname)s %(message)s"), JsonLines()])
def test_that_message_and_arguments_are_masked(name: str, formatter: logging.Formatter | None) -> None:
    with written(name, formatter) as out:
        logging.getLogger(name).info("about %s", EVERYTHING)
        logging.getLogger(name).warning(EVERYTHING)
        logging.getLogger(name).error("of %(who)s", {"who": EVERYTHING})
    assert clean(out.getvalue())
    assert out.getvalue().count("⟪email⟫") == 3


def test_that_tracebacks_are_masked_with_their_causes() -> None:
    def inner() -> None:
        raise KeyError(EVERYTHING)

    with written("dbos") as out:
        try:
            try:
                inner()
            except KeyError as error:
                raise ValueError("no customer Maria Keller") from error
        except ValueError:
            logging.getLogger("dbos").exception("step failed")
    assert clean(out.getvalue())
    assert "in inner" in out.getvalue()
    assert "ValueError: no customer ⟪name⟫" in out.getvalue()


def test_that_json_lines_stay_json_with_their_traceback() -> None:
    with written("rung", JsonLines()) as out:
        try:
            raise ValueError(EVERYTHING)
        except ValueError:
            logging.getLogger("rung").exception('quoted "%s"', EVERYTHING, extra={"customer": "Maria Keller"})
    line = json.loads(out.getvalue())
    assert clean(out.getvalue())
    assert line["level"] == "ERROR"
    assert "ValueError" in line["traceback"]


def test_that_a_message_whose_arguments_do_not_fit_is_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    with written("rung") as out:
        logging.getLogger("rung").info("%d items", EVERYTHING)
    assert clean(out.getvalue())
    assert capsys.readouterr().err == ""


def test_that_uvicorns_access_lines_keep_their_form_without_address_and_query() -> None:
    form = AccessFormatter('%(client_addr)s "%(request_line)s" %(status_code)s', use_colors=False)
    line = ("203.0.113.9:5000", "GET", "/find?email=maria.keller%40example.com&q=Keller", "1.1", 200)
    with written("uvicorn.access", form) as out:
        logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *line)
    assert clean(out.getvalue())
    assert '"GET /find?email=⟪email⟫&q=⟪link⟫ HTTP/1.1" 200 OK' in out.getvalue()


def test_that_lines_without_personal_data_are_as_they_were() -> None:
    with written("rung") as out:
        logging.getLogger("rung").info("ticket %s version %d took %.1f ms on %s", "T-1", 2, 3.14, "127.0.0.1")
    assert out.getvalue() == "ticket T-1 version 2 took 3.1 ms on 127.0.0.1\n"


def test_that_installing_twice_logs_once() -> None:
    program = """
        import logging
        from cx_core.privacy.log_masking import install
        install()
        install("json")
        logging.getLogger("rung").info("up, %s", "maria.keller@example.com")
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stderr.count("up, ⟪email⟫") == 1
    assert ran.stderr.count("\n") == 1


def test_that_an_open_desk_masks_every_logger(settings: Settings) -> None:
    logging.setLogRecordFactory(logging.LogRecord)
    desk = open_desk(settings)
    with written("dbos") as out:
        logging.getLogger("dbos").warning("about %s", EVERYTHING)
    desk.close()
    assert clean(out.getvalue())


@pytest.mark.parametrize("lines", ["plain", "json"])
@pytest.mark.parametrize("where", ["main", "thread"])
def test_that_an_exception_nobody_catches_is_logged_masked(lines: str, where: str) -> None:
    program = textwrap.dedent(
        f"""
        import threading
        from cx_core.privacy.log_masking import install
        install({lines!r})
        def fail():
            raise ValueError("no customer Maria Keller, maria.keller@example.com")
        if {where!r} == "main":
            fail()
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        """
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == (1 if where == "main" else 0)
    assert "ValueError: no customer ⟪name⟫, ⟪email⟫" in ran.stderr
    assert "Keller" not in ran.stderr
    if lines == "json":
        assert json.loads(ran.stderr)["logger"] == "rung"
