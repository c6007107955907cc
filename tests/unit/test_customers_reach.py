"""Customers get a link only where it leads somewhere for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx_core.settings import Settings


@pytest.mark.parametrize(
    ("address", "demo", "reached"),
    [
        ("http://127.0.0.1:8501", True, True),
        ("http://127.0.0.1:8501", False, False),
        ("http://localhost:8501", False, False),
        ("http://[::1]:8501", False, False),
        ("http://0.0.0.0:8501", False, False),
        ("http://127.0.0.2:8501", False, False),
        ("https://desk.example", False, True),
        ("http://192.168.1.4:8501", False, True),
    ],
)
def test_that_real_customers_are_sent_no_link_to_this_machine(
    tmp_path: Path, address: str, demo: bool, reached: bool
) -> None:
    settings = Settings(data_dir=tmp_path, demo=demo, public_url=address)
    assert settings.customers_reach == (address if reached else "")
