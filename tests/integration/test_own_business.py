"""Which systems Rung works on is a setting."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cx_core.bootstrap import Works
from cx_core.bootstrap.own_business import HOW, own_business
from cx_core.errors import BadInput
from cx_core.settings import load
from tests.conftest import SetClock

SHOP = """
from cx_core.adapters.fernline import Fernline, FernlineOutbox, open_fernline
from cx_core.ports import BusinessSystems


class CornerShop(Fernline):
    pass


def connect(settings, clock):
    engine = open_fernline(f"sqlite:///{settings.data_dir / 'shop.db'}", clock)
    return BusinessSystems(CornerShop(engine, clock), FernlineOutbox(engine, clock))


NOTHING = 1
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "corner_shop.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    return "corner_shop"


def test_that_the_systems_that_a_setting_names_are_worked_on(shop: str, tmp_path: Path, clock: SetClock) -> None:
    settings = load({"CX_DATA_DIR": str(tmp_path / "data"), "CX_BACK_OFFICE": f"{shop}:connect"})
    with closing(Works(settings, clock)) as works:
        assert type(works.back_office).__name__ == "CornerShop"
        assert works.back_office.find_customers("C-1")
    assert (tmp_path / "data" / "shop.db").exists()
    assert not (tmp_path / "data" / "fernline.db").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("corner_shop", "is no such name"),
        (":connect", "is no such name"),
        ("corner_shop:", "is no such name"),
        ("corner_shop:connect()", "is no such name"),
        ("no_such_shop:connect", "could not be imported"),
        ("corner_shop:open", "has no function open"),
        ("corner_shop:NOTHING", "has no function NOTHING"),
    ],
)
def test_that_a_name_of_nothing_says_what_to_do(shop: str, name: str, why: str) -> None:
    with pytest.raises(BadInput, match=HOW) as refused:
        own_business(name)
    assert why in str(refused.value)
    assert shop


def test_that_the_demonstration_runs_on_its_own_business_only() -> None:
    with pytest.raises(BadInput, match="CX_DEMO"):
        load({"CX_DEMO": "1", "CX_BACK_OFFICE": "corner_shop:connect"})
