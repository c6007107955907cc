"""The checker of documents finds what is not so, and lets pass what is."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_docs import TOLD, unnamed_parts, untruths

FENCE = "```"


def _found(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    document = tmp_path / "guide.md"
    document.write_text(text, encoding="utf-8")
    return list(untruths(document))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See [there](nowhere.md).", "nowhere.md leads nowhere"),
        ("# One\n\nSee [two](#two).", "names no heading"),
        ("Say `make sandwich`.", "no target sandwich"),
        (f"{FENCE}sh\nmake run test dinner PORT=1\n{FENCE}", "no target dinner"),
        ("Set `CX_DATADIR`.", "no setting is called CX_DATADIR"),
        ("It is in `decide/gard.py`.", "there is no decide/gard.py"),
        (f"{FENCE}sh\npython -m cx_core audit vrify\n{FENCE}", "audit vrify --help failed"),
        ("`python -m cx_core process IN.jsonl --ouput OUT.jsonl`", "has no --ouput"),
    ],
)
def test_that_an_untruth_is_found(tmp_path: Path, text: str, words: str) -> None:
    found = _found(tmp_path, text)
    assert len(found) == 1
    assert words in found[0][1]


def test_that_what_is_so_passes(tmp_path: Path) -> None:
    text = (
        "# The house\n\nSee [above](#the-house), [elsewhere](https://example.com/nowhere).\n\n"
        "Set `CX_DATA_DIR`, read `decide/policy/guard.py`, say `make run PORT=1`.\n\n"
        f"{FENCE}sh\nmake run\npython -m cx_core process IN.jsonl --out OUT.jsonl [--execute]\n{FENCE}\n\n"
        f"{FENCE}python\nmake believe\n{FENCE}\n"
    )
    assert _found(tmp_path, text) == []


def test_that_the_map_names_every_part_of_the_core(tmp_path: Path) -> None:
    core = tmp_path / "cx_core"
    for package in TOLD:
        (core / package).mkdir(parents=True, exist_ok=True)
        inside = ", ".join(f"`{one.rpartition('/')[2]}`" for one in TOLD if one.rpartition("/")[0] == package)
        (core / package / "__init__.py").write_text(f'"""First `guard`. {inside}"""\n', encoding="utf-8")
        (core / package / "guard.py").touch()
    drawn = "| " + ", ".join(f"`{package}/`" for package in TOLD if "/" not in package) + ", `journey.py` |"
    (core / "journey.py").touch()
    assert list(unnamed_parts(core, drawn)) == []
    (core / "new_place.py").touch()
    (core / "act" / "new_step.py").touch()
    assert [one.partition(":1: ")[2] for one in unnamed_parts(core, drawn)] == [
        "does not say where cx_core/new_place belongs",
        "does not name `new_step`",
    ]
