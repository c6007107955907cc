"""Web chat on the Connections page: an administrator adds a widget, copies its tag, pauses and removes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from cx_core.desk.desk import Desk
from cx_core.records import Role
from cx_core.settings import Settings
from tests.pages.pressing import served, shown
from tests.signed_in import someone, token


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with served(settings) as made:
        yield made


def opened(desk: Desk) -> AppTest:
    page = shown("connections", token(desk, Role.ADMINISTRATOR))
    return page.segmented_control("section").set_value("Web chat").run()


def press(page: AppTest, label: str) -> None:
    next(one for one in page.button if one.label == label).click().run()


def test_that_a_widget_is_added_paused_and_removed(desk: Desk) -> None:
    page = opened(desk)
    page.text_input("chat-name-new").set_value("Shop")
    page.text_area("chat-origins-new").set_value("https://shop.example\nhttps://www.shop.example")
    press(page, "Add widget")
    assert not page.exception
    (shown,) = desk.chat_widgets.widgets(someone(desk, Role.ADMINISTRATOR))
    assert shown.widget.origins == ("https://shop.example", "https://www.shop.example")
    assert f'data-widget="{shown.widget.id}"' in page.code[0].value
    press(page, "Pause")
    assert not desk.chat_widgets.widgets(someone(desk, Role.ADMINISTRATOR))[0].widget.active
    press(page, "Remove for good")
    assert desk.chat_widgets.widgets(someone(desk, Role.ADMINISTRATOR)) == ()


def test_that_a_secret_is_shown_once(desk: Desk) -> None:
    made = desk.chat_widgets.add(someone(desk, Role.ADMINISTRATOR), "Shop", ["https://shop.example"])
    page = opened(desk)
    page.radio(f"chat-by-{made.id}").set_value("HS256").run()  # type: ignore[union-attr]
    page.button(f"chat-signing-{made.id}").click().run()  # type: ignore[union-attr]
    assert len(page.code) == 2
    press(page, "I have saved it")
    assert len(page.code) == 1


def test_that_a_supervisor_sees_nothing_of_it(desk: Desk) -> None:
    page = shown("connections", token(desk, Role.SUPERVISOR))
    assert not page.exception
    assert [one.value for one in page.subheader if one.value == "Web chat"] == []
