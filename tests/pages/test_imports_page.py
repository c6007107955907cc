"""The Import section of the Connections page over the real desk: hand in, look, take, follow, remove."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from cx_core.views.channels.import_views import ImportRun
from tests.export_samples import ReaderHere, ndjson, zendesk_ticket
from tests.pages.pressing import papers, served, shown
from tests.signed_in import someone, token

EVIL = "<b>bold</b> :green-badge[APPROVED] ![x](https://example.com/x.png)"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        made.imports._runs._reader = ReaderHere()
        yield made


def opened(desk: Desk) -> AppTest:
    at = shown("connections", token(desk, Role.ADMINISTRATOR))
    return at.segmented_control(key="section").set_value("Import").run()


def handed_in(desk: Desk, content: bytes) -> ImportRun:
    run = desk.imports.hand_in(someone(desk, Role.ADMINISTRATOR), "tickets.json", io.BytesIO(content))
    assert isinstance(run, ImportRun)
    desk.import_work.go_on()
    return run


def test_that_a_file_is_seen_taken_and_removed_again(desk: Desk) -> None:
    run = handed_in(
        desk, ndjson(zendesk_ticket(1, subject=EVIL), zendesk_ticket(2, status="open"), {"id": 3, "subject": "x"})
    )
    at = opened(desk)
    assert "2 tickets (1 closed, 1 open)." in papers(at)
    preview, wrong = (frame.value for frame in at.dataframe)
    assert preview["Subject"].tolist()[0] == EVIL
    assert wrong["Where"].tolist() == ["record 3"]
    assert "APPROVED" not in " ".join(one.value for one in [*at.markdown, *at.caption])
    at.checkbox(key=f"import-open-{run.id}").check()
    at.button(key=f"import-begin-{run.id}").click().run()
    desk.import_work.go_on()
    at = opened(desk)
    assert "Imported: 2 tickets, 6 messages, 0 articles, 1 record with a fault." in papers(at)
    at.button(key=f"import-remove-{run.id}").click().run()
    desk.import_work.go_on()
    assert "2 tickets and articles taken out." in papers(opened(desk))


def test_that_reading_without_a_file_says_what_is_missing(desk: Desk) -> None:
    at = opened(desk)
    at.button(key="import-read").click().run()
    assert "Choose a file first." in papers(at)


def test_that_supervisors_have_no_imports(desk: Desk) -> None:
    at = shown("connections", token(desk, Role.SUPERVISOR))
    assert [one.key for one in at.button if str(one.key).startswith("import")] == []
